//! Purchasing: suppliers and prices.

mod suppliers;
