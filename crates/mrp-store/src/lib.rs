//! SQL lives here.

pub mod embedded;
