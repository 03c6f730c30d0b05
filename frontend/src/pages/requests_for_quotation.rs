//! Requests for quotation: suppliers are asked, their offers compared.

pub mod detail;
pub mod form;
pub mod list;
pub mod mail;
pub mod offers;

use mrp_domain::purchasing::RequestForQuotationState;

use crate::i18n::text::requests_for_quotation as t;
use crate::ui::cell::Cell;
use crate::ui::state::Shape;

/// What a state looks like and what it is called.
#[must_use]
pub fn state_shape(state: RequestForQuotationState) -> (Shape, &'static str) {
    match state {
        RequestForQuotationState::Draft => (Shape::None, t::state_draft()),
        RequestForQuotationState::Sent => (Shape::Running, t::state_sent()),
        RequestForQuotationState::Decided => (Shape::Finished, t::state_decided()),
        RequestForQuotationState::Cancelled => (Shape::None, t::state_cancelled()),
    }
}

/// A state in a cell.
#[must_use]
pub fn state_cell(state: RequestForQuotationState) -> Cell {
    let (shape, word) = state_shape(state);
    Cell::State(shape, word.to_owned())
}
