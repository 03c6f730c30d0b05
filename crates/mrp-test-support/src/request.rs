//! Good requests.
