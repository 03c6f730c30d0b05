//! Sales orders: what customers were promised, and who makes it.

pub mod form;
pub mod fulfilment;
pub mod list;

use mrp_domain::sales_order::SalesOrderState;

use crate::i18n::text::sales_orders as t;
use crate::ui::cell::Cell;
use crate::ui::state::Shape;

/// What a state is called.
#[must_use]
pub fn state_name(state: SalesOrderState) -> &'static str {
    match state {
        SalesOrderState::Draft => t::draft(),
        SalesOrderState::Confirmed => t::confirmed(),
        SalesOrderState::Delivered => t::delivered(),
        SalesOrderState::Cancelled => t::cancelled(),
    }
}

/// A state as lists show it.
#[must_use]
pub fn state_cell(state: SalesOrderState) -> Cell {
    let shape = match state {
        SalesOrderState::Draft | SalesOrderState::Cancelled => Shape::None,
        SalesOrderState::Confirmed => Shape::Ok,
        SalesOrderState::Delivered => Shape::Finished,
    };
    Cell::State(shape, state_name(state).to_owned())
}
