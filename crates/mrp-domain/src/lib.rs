//! Production planning as pure functions: no I/O, no async, no clock, no randomness, no floats.
//!
//! Words, states and formulas are explained in `docs/domain.md`. How long does it take to weld fifty frames, and how
//! much paint is taken from stock for them?
//!
//! ```
//! use mrp_domain::example::{KILOGRAM, MASS};
//! use mrp_domain::quantity::{Exact, PositiveQuantity, Unit};
//! use mrp_domain::time::Seconds;
//! use mrp_domain::work_center::Efficiency;
//! use mrp_domain::work_order_duration::{OperationTimes, duration};
//! use rust_decimal::Decimal;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let frames = Exact::from_integer(50);
//! let welding = OperationTimes {
//!     setup: Seconds::from_minutes(10),
//!     cycle: Seconds::from_minutes(12),
//!     quantity_per_cycle: PositiveQuantity::new(Decimal::ONE)?,
//!     cleanup: Seconds::from_minutes(5),
//! };
//! let took = duration(&welding, frames, Efficiency::try_from(Decimal::from(80))?)?;
//! assert_eq!(took, Seconds::from_minutes(765));
//!
//! // A third of a kilogram each, in whole grams from stock: a need rounds up.
//! let kilogram = Unit::new(KILOGRAM, MASS, "kg", Exact::from_integer(1), Decimal::new(1, 3))?;
//! let paint = frames.mul(Exact::ratio(1, 3)?)?;
//! assert_eq!(kilogram.round_need(paint)?, Decimal::new(16_667, 3));
//! # Ok(())
//! # }
//! ```
//!
//! Modules in reading order.

#![deny(missing_docs)]

pub mod ids;
pub mod likeness;
pub mod text;
pub mod vocabulary;

pub mod money;
pub mod oee;
pub mod quantity;
pub mod time;

pub mod calendar;
pub mod shop_calendar;

pub mod attachment;
pub mod bom;
pub mod costing;
pub mod downtime;
pub mod example;
pub mod label;
pub mod loss_reason;
pub mod lot;
pub mod manufacturing_order;
pub mod pegging;
pub mod product;
pub mod purchasing;
pub mod reservation;
pub mod routing;
pub mod sales_order;
pub mod schedule;
pub mod stock;
pub mod variant;
pub mod work_center;
pub mod work_order;
pub mod work_order_duration;
