//! SQL lives here.
