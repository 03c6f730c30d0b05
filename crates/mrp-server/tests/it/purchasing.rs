//! Purchasing: suppliers and prices, requests, quotations, orders and what comes in for them.

mod orders;
mod quotations;
mod receiving;
mod requests;
mod suppliers;
