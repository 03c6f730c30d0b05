//! Production planning as pure functions: no I/O, no async, no clock, no randomness, no floats.
//!
//! Modules in reading order.

#![deny(missing_docs)]

pub mod ids;
pub mod text;
pub mod vocabulary;

pub mod money;
pub mod quantity;
pub mod time;

pub mod calendar;
pub mod shop_calendar;

pub mod bom;
pub mod costing;
pub mod example;
pub mod manufacturing_order;
pub mod product;
pub mod reservation;
pub mod routing;
pub mod stock;
pub mod work_center;
pub mod work_order;
pub mod work_order_duration;
