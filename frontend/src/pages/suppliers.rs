//! Suppliers: who sells to the company, and for how much.

pub mod form;
pub mod list;
pub mod prices;

use mrp_api::suppliers::{GetSupplier, ListSuppliers, SupplierView};

use crate::ui::picker::{Choice, Picker};

/// Chooses an active supplier.
#[must_use]
pub fn picker() -> Picker {
    let choice = |row: SupplierView| Choice::new(row.id, row.name, row.code);
    Picker::of::<ListSuppliers, GetSupplier, _, _>(choice, choice).only("active", "true")
}
