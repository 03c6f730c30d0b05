//! The smallest factory, made through the API.
