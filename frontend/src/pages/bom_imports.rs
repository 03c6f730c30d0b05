//! A bill of materials from a CSV file: choose, check (nothing is written), correct the reading, import.

pub mod dialog;
pub mod problem_name;
pub mod report;
