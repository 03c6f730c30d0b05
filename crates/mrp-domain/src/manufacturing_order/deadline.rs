//! Late and due today: computed from the deadline, never stored.

use crate::manufacturing_order::ManufacturingOrderState;
use crate::time::{Instant, TimeWindow};
use crate::vocabulary;

vocabulary! {
    /// How an order stands against its deadline.
    pub enum DeadlineStatus {
        /// Done or cancelled: nothing can be late any more.
        Closed = "closed",
        /// No deadline was given.
        NoDeadline = "no_deadline",
        /// The deadline lies after today.
        OnTime = "on_time",
        /// The deadline is today and has not passed.
        DueToday = "due_today",
        /// The deadline has passed.
        Late = "late",
    }
}

/// How an order stands against its deadline at `now`; `today` is the shop's calendar day in UTC.
#[must_use]
pub fn deadline_status(
    state: ManufacturingOrderState,
    deadline: Option<Instant>,
    today: TimeWindow,
    now: Instant,
) -> DeadlineStatus {
    match state {
        ManufacturingOrderState::Done | ManufacturingOrderState::Cancelled => DeadlineStatus::Closed,
        ManufacturingOrderState::Draft
        | ManufacturingOrderState::Confirmed
        | ManufacturingOrderState::Planned
        | ManufacturingOrderState::InProgress => match deadline {
            None => DeadlineStatus::NoDeadline,
            Some(deadline) if deadline < now => DeadlineStatus::Late,
            Some(deadline) if deadline < today.end() => DeadlineStatus::DueToday,
            Some(_) => DeadlineStatus::OnTime,
        },
    }
}
