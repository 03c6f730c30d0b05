//! Integration tests of the server over real HTTP on a real Postgres, in one binary to link once.

mod access;
mod audit;
mod bodies;
mod documents;
mod events;
mod idempotency;
mod lists;
mod security;
mod startup;
mod versions;
