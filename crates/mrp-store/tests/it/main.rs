//! Integration tests of the store, in one binary to link once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

mod cost_histories;
mod durability;
mod embedded;
mod grants;
mod migrations;
mod product_demands;
mod self_check;
