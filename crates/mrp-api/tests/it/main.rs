//! Tests of the wire contract.

mod docs;
mod error;
