//! Tests of the wire contract.

mod error;
