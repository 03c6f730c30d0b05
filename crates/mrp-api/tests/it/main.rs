//! Tests of the wire contract.

mod detail;
mod docs;
mod error;
