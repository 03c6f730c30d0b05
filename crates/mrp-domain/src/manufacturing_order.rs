//! Manufacturing orders: the words for their state, and below it one module per rule.
//!
//! An order has two axes that are never mixed: its *state* (where it is in its life) and its *material
//! availability* (whether what it needs is there). "Late" and "due today" are computed, never stored.
//! Stock itself is in [`stock`](crate::stock), who gets scarce material in [`reservation`](crate::reservation).

use crate::vocabulary;

pub mod availability;
pub mod by_product;
pub mod change_log;
pub mod consumption;
pub mod deadline;
pub mod refusal;
pub mod split;
pub mod transitions;

vocabulary! {
    /// The life of a manufacturing order.
    pub enum ManufacturingOrderState {
        /// Being prepared; nothing is promised.
        Draft = "draft",
        /// Components and operations are frozen, material is being gathered.
        Confirmed = "confirmed",
        /// Work orders exist with scheduled times.
        Planned = "planned",
        /// The first work order has started.
        InProgress = "in_progress",
        /// Output and consumption are posted, the cost sheet is frozen.
        Done = "done",
        /// Given up before anything was consumed or produced.
        Cancelled = "cancelled",
    }
}

vocabulary! {
    /// Whether the material is there; an axis of its own beside the state.
    pub enum MaterialAvailability {
        /// Draft orders are not checked.
        NotChecked = "not_checked",
        /// Everything still needed is reserved.
        Reserved = "reserved",
        /// Some of it is reserved or consumed.
        Partial = "partial",
        /// Nothing is reserved or consumed of what is needed.
        Missing = "missing",
        /// Everything needed has been consumed.
        Issued = "issued",
    }
}

vocabulary! {
    /// Which order gets scarce material first.
    pub enum Priority {
        /// After the others.
        Low = "low",
        /// The usual.
        Normal = "normal",
        /// Before the usual.
        High = "high",
        /// Before everything.
        Urgent = "urgent",
    }
}

vocabulary! {
    /// When an order reserves its material.
    pub enum ReservationRule {
        /// As soon as it is confirmed.
        AtConfirm = "at_confirm",
        /// When somebody says so.
        ByHand = "by_hand",
        /// Some days before its planned start.
        DaysBefore = "days_before",
    }
}
