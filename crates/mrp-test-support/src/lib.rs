//! Support for integration tests: a database of its own for every test, a real server on it, callers of every role.
//!
//! [`database`] clones a migrated template, [`app`] serves it, [`client`] calls it through typed endpoints,
//! [`http`] is the small HTTP client below, [`factory`] makes the smallest factory through the API, and [`request`]
//! knows one good request for every endpoint that changes something. Nothing here is compiled into the program.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::missing_panics_doc,
    reason = "a test that cannot be set up fails where it stands"
)]

pub mod app;
pub mod client;
pub mod database;
pub mod factory;
pub mod http;
pub mod request;
