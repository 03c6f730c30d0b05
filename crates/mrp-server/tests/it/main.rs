//! Integration tests of the server over real HTTP on a real Postgres, in one binary to link once.

mod access;
mod audit;
mod bodies;
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
