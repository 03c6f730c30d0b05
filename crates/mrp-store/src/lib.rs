//! The only place with SQL.
//!
//! [`pool`] gives connections, [`tx`] is the only way to write, [`sql`] the only way to say something to Postgres,
//! [`list`] the one keyset list. Every other module is a noun, or [`embedded`]: the private Postgres.

pub mod error;
pub mod list;
pub mod migrate;
pub mod pool;
#[macro_use]
pub mod sql;
pub mod tx;
