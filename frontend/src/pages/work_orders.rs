//! Work orders: one operation of one manufacturing order each.

pub mod commands;
pub mod detail;
pub mod list;
pub mod report;

use mrp_domain::work_order::WorkOrderState;

use crate::i18n::text::work_orders as t;
use crate::ui::state::Shape;

/// A state's shape and word.
#[must_use]
pub fn state(state: WorkOrderState) -> (Shape, &'static str) {
    match state {
        WorkOrderState::Waiting => (Shape::Waiting, t::waiting()),
        WorkOrderState::Ready => (Shape::Ok, t::ready()),
        WorkOrderState::InProgress => (Shape::Running, t::in_progress()),
        WorkOrderState::Paused => (Shape::Blocking, t::paused()),
        WorkOrderState::Finished => (Shape::Finished, t::finished()),
        WorkOrderState::Cancelled => (Shape::None, t::cancelled()),
    }
}

/// What a state is called.
#[must_use]
pub fn state_name(state_of: WorkOrderState) -> &'static str {
    state(state_of).1
}
