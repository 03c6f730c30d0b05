//! Purchase requests: what orders lack, and what somebody wants.

pub mod detail;
pub mod form;
pub mod list;

use mrp_domain::purchasing::PurchaseRequestState;

use crate::i18n::text::purchase_requests as t;
use crate::ui::cell::Cell;
use crate::ui::state::Shape;

/// What a state looks like and what it is called.
#[must_use]
pub fn state_shape(state: PurchaseRequestState) -> (Shape, &'static str) {
    match state {
        PurchaseRequestState::Open => (Shape::Waiting, t::state_open()),
        PurchaseRequestState::Quoting => (Shape::Running, t::state_quoting()),
        PurchaseRequestState::Ordered => (Shape::Running, t::state_ordered()),
        PurchaseRequestState::Received => (Shape::Finished, t::state_received()),
        PurchaseRequestState::Cancelled => (Shape::None, t::state_cancelled()),
    }
}

/// A state in a cell.
#[must_use]
pub fn state_cell(state: PurchaseRequestState) -> Cell {
    let (shape, word) = state_shape(state);
    Cell::State(shape, word.to_owned())
}
