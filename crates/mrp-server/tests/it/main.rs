//! Integration tests of the server over real HTTP on a real Postgres, in one binary to link once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a test that cannot go on fails where it stands"
)]

mod access;
mod audit;
mod bodies;
mod bom_imports;
mod boms;
mod documents;
mod events;
mod idempotency;
mod lists;
mod receipts;
mod security;
mod startup;
mod stock_moves;
mod units;
mod users;
mod versions;
mod work_schedules;
