//! Tests of the domain: sentences about the business, laws as properties.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "fixtures may fail loudly: clippy's exception for tests covers only the test functions themselves"
)]

mod attachment;
mod bom;
mod calendar;
mod costing;
mod downtime;
mod example;
mod label;
mod likeness;
mod loss_reason;
mod lot;
mod lot_story;
mod lot_trace;
mod manufacturing_order_material;
mod manufacturing_order_transitions;
mod money;
mod oee;
mod pegging;
mod purchasing;
mod quantity;
mod reservation;
mod reservation_expected;
mod routing;
mod sales_order;
mod schedule;
mod shop_calendar;
#[cfg(feature = "tz")]
mod shop_calendar_resolution;
mod stock;
mod stock_correction;
mod stock_story;
mod text;
mod time;
mod variant;
mod work_center;
mod work_order_duration;
mod work_order_progress;
mod work_order_transitions;
