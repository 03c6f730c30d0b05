//! Purchasing: suppliers and prices, requests, quotations, orders and what comes in for them.

mod requests;
mod suppliers;
