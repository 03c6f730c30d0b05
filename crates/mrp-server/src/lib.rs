//! The HTTP server: load, decide, save, reply.
//!
//! [`app`] puts it together (the program and the tests use the same), [`mount`] turns typed endpoints into routes,
//! [`granted`] is the proof that a caller may call, [`error`] maps every failure to its code, [`routes`] is the table
//! of contents. Rules live in `mrp-domain`, SQL in `mrp-store`.

pub mod admin;
pub mod answer;
pub mod app;
pub mod auth;
pub mod clock;
pub mod config;
pub mod data_files;
pub mod demo;
pub mod docs;
pub mod due_reservations;
pub mod error;
pub mod events;
pub mod granted;
pub mod import;
pub mod metrics;
pub mod mount;
#[macro_use]
pub mod fields;
pub mod noun;
pub mod paper;
pub mod routes;
pub mod serve;
pub mod spa;
