//! Manufacturing orders: what their states, priorities and lateness are called, and the choices on their forms.

pub mod blocks;
pub mod bom_update;
pub mod commands;
pub mod components;
pub mod costs;
pub mod counts;
pub mod detail;
pub mod form;
pub mod list;
pub mod logs;
pub mod operations;
pub mod reassign;

use mrp_domain::manufacturing_order::{ManufacturingOrderState, MaterialAvailability, Priority};
use mrp_domain::time::Instant;

use crate::format;
use crate::i18n::text::manufacturing_orders as t;
use crate::ui::cell::Cell;
use crate::ui::state::Shape;

/// The steps of an order's life, as its dots and its stepper show them.
pub const STEPS: usize = 5;

/// What a state is called.
#[must_use]
pub fn state_name(state: ManufacturingOrderState) -> &'static str {
    match state {
        ManufacturingOrderState::Draft => t::draft(),
        ManufacturingOrderState::Confirmed => t::confirmed(),
        ManufacturingOrderState::Planned => t::planned(),
        ManufacturingOrderState::InProgress => t::in_progress(),
        ManufacturingOrderState::Done => t::done(),
        ManufacturingOrderState::Cancelled => t::cancelled(),
    }
}

/// Which of the [`STEPS`] a state is; a cancelled order stands on none.
#[must_use]
pub fn step(state: ManufacturingOrderState) -> Option<usize> {
    match state {
        ManufacturingOrderState::Draft => Some(0),
        ManufacturingOrderState::Confirmed => Some(1),
        ManufacturingOrderState::Planned => Some(2),
        ManufacturingOrderState::InProgress => Some(3),
        ManufacturingOrderState::Done => Some(4),
        ManufacturingOrderState::Cancelled => None,
    }
}

/// Whether nothing more will happen with it.
#[must_use]
pub fn is_closed(state: ManufacturingOrderState) -> bool {
    matches!(state, ManufacturingOrderState::Done | ManufacturingOrderState::Cancelled)
}

/// A state as dots and word.
#[must_use]
pub fn state_cell(state: ManufacturingOrderState) -> Cell {
    let word = state_name(state).to_owned();
    step(state)
        .map_or_else(|| Cell::State(Shape::None, word.clone()), |at| Cell::Dots { at, of: STEPS, word: word.clone() })
}

/// Whether the material is there: shape and word.
#[must_use]
pub fn availability(status: MaterialAvailability) -> (Shape, &'static str) {
    match status {
        MaterialAvailability::NotChecked => (Shape::None, t::not_checked()),
        MaterialAvailability::Reserved => (Shape::Ok, t::reserved()),
        MaterialAvailability::Partial => (Shape::Waiting, t::partial()),
        MaterialAvailability::Missing => (Shape::Blocking, t::missing()),
        MaterialAvailability::Issued => (Shape::Finished, t::issued()),
    }
}

/// What the field is called that an order lacks, when that is why it was refused; the server says its name on the wire.
#[must_use]
pub fn missing_field(code: &str, detail: &str) -> Option<String> {
    let field = detail.split('`').nth(1).filter(|_| code == mrp_api::error::MANDATORY_FIELD_MISSING.code)?;
    let name = match field {
        "product_id" => t::product(),
        "quantity" => t::quantity(),
        "bom_id" => t::bom(),
        "routing_id" => t::routing(),
        "date_deadline" => t::deadline(),
        "planned_start" => t::planned_start(),
        "components_warehouse_id" => t::from_warehouse(),
        "finished_products_warehouse_id" => t::to_warehouse(),
        _ => return None,
    };
    Some(t::missing_field(name))
}

/// What a priority is called.
#[must_use]
pub fn priority_name(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => t::low(),
        Priority::Normal => t::normal(),
        Priority::High => t::high(),
        Priority::Urgent => t::urgent(),
    }
}

/// How far an order is behind its deadline, in days on the shop's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lateness {
    /// It will be done in time, or nobody knows better.
    InTime,
    /// The deadline has passed.
    Passed(i64),
    /// As planned it will be done after the deadline.
    Forecast(i64),
}

/// How late an open order is.
#[must_use]
pub fn lateness(deadline: Option<Instant>, finish: Option<Instant>, now: Instant) -> Lateness {
    let Some(deadline) = deadline else { return Lateness::InTime };
    let days = |late: Instant| (format::local(late).date() - format::local(deadline).date()).whole_days().max(1);
    if now > deadline {
        return Lateness::Passed(days(now));
    }
    finish.filter(|finish| *finish > deadline).map_or(Lateness::InTime, |finish| Lateness::Forecast(days(finish)))
}

/// The deadline with how late the order is.
#[must_use]
pub fn deadline_cell(deadline: Option<Instant>, finish: Option<Instant>, is_closed: bool, now: Instant) -> Cell {
    let Some(at) = deadline else { return Cell::Empty };
    let date = format::local(at).date();
    let day = if date == format::local(now).date() {
        crate::i18n::text::dates::today().to_owned()
    } else {
        format::day(date)
    };
    if is_closed {
        return Cell::Text(day);
    }
    match lateness(deadline, finish, now) {
        Lateness::InTime => Cell::Text(day),
        Lateness::Passed(days) => Cell::Late(day, Shape::Blocking, t::days_late(&days.to_string())),
        Lateness::Forecast(days) => {
            let shape = if days > 1 { Shape::Blocking } else { Shape::Waiting };
            Cell::Late(day, shape, t::days_over(&days.to_string()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Instant> {
        format::parse_instant(text)
    }

    #[test]
    fn a_missing_field_is_called_what_the_form_calls_it() {
        let code = mrp_api::error::MANDATORY_FIELD_MISSING.code;
        assert_eq!(missing_field(code, "mandatory field `bom_id` is empty"), Some("Missing: Recipe.".to_owned()));
        assert_eq!(missing_field("state_forbids", "it is `done`"), None);
        for field in mrp_domain::manufacturing_order::transitions::MANDATORY_FIELDS {
            assert!(missing_field(code, &format!("`{field}`")).is_some(), "{field} has no name");
        }
    }

    #[test]
    fn an_order_past_its_deadline_counts_the_days_since() {
        let now = at("2026-12-07T09:00:00Z").unwrap();
        assert_eq!(lateness(at("2026-12-03T14:00:00Z"), None, now), Lateness::Passed(4));
        assert_eq!(lateness(at("2026-12-07T08:00:00Z"), None, now), Lateness::Passed(1));
    }

    #[test]
    fn a_plan_that_ends_behind_the_deadline_is_a_forecast() {
        let now = at("2026-12-07T09:00:00Z").unwrap();
        assert_eq!(lateness(at("2026-12-15T14:00:00Z"), at("2026-12-16T10:00:00Z"), now), Lateness::Forecast(1));
        assert_eq!(lateness(at("2026-12-15T14:00:00Z"), at("2026-12-15T10:00:00Z"), now), Lateness::InTime);
        assert_eq!(lateness(None, at("2026-12-15T10:00:00Z"), now), Lateness::InTime);
    }

    #[test]
    fn a_done_order_is_never_shown_late() {
        let now = at("2026-12-07T09:00:00Z").unwrap();
        let cell = deadline_cell(at("2026-12-03T14:00:00Z"), None, true, now);
        assert_eq!(cell, Cell::Text("Thu 3 Dec".to_owned()));
    }
}
