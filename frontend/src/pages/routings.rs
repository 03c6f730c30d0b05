//! Routings: the operations that make a product.

pub mod centers;
pub mod form;
pub mod lead_time;
pub mod learned;
pub mod list;

use mrp_api::routings::{GetRouting, ListRoutings, RoutingRow, RoutingView};

use crate::ui::picker::{Choice, Picker};

/// Chooses an active routing.
#[must_use]
pub fn picker() -> Picker {
    let row = |row: RoutingRow| Choice::new(row.id, row.name, row.code);
    let one = |one: RoutingView| Choice::new(one.id, one.name, one.code);
    Picker::of::<ListRoutings, GetRouting, _, _>(row, one).only("active", "true")
}
