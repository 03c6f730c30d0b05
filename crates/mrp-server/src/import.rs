//! Files that people bring: read without guessing, checked row by row, written wholly or not at all.
//!
//! [`dialect`] turns bytes into a table, [`columns`] finds out which column is what, [`rows`] reads the cells; none of
//! them knows the database. [`matching`] finds products and units, [`boms`] writes the draft; [`command`] is the command line.
//! [`pastes`] checks rows that somebody pasted into a draft, with the same pieces.

pub mod boms;
pub mod columns;
pub mod command;
pub mod dialect;
pub mod matching;
pub mod pastes;
pub mod rows;
