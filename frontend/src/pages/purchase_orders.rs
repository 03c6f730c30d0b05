//! Purchase orders: what is ordered from suppliers.

pub mod detail;
pub mod form;
pub mod list;
pub mod mail;

use mrp_domain::purchasing::PurchaseOrderState;

use crate::i18n::text::purchase_orders as t;
use crate::ui::cell::Cell;
use crate::ui::state::Shape;

/// What a state looks like and what it is called.
#[must_use]
pub fn state_shape(state: PurchaseOrderState) -> (Shape, &'static str) {
    match state {
        PurchaseOrderState::Draft => (Shape::None, t::state_draft()),
        PurchaseOrderState::Ordered => (Shape::Running, t::state_ordered()),
        PurchaseOrderState::PartlyReceived => (Shape::Running, t::state_partly_received()),
        PurchaseOrderState::Received => (Shape::Finished, t::state_received()),
        PurchaseOrderState::Cancelled => (Shape::None, t::state_cancelled()),
    }
}

/// A state in a cell.
#[must_use]
pub fn state_cell(state: PurchaseOrderState) -> Cell {
    let (shape, word) = state_shape(state);
    Cell::State(shape, word.to_owned())
}
