//! Work orders: one operation of one manufacturing order.
//!
//! Its state is here, what moves it in [`transitions`], how much of it can be worked on in [`readiness`], who
//! worked on it and for how long in [`time_log`]. How long it should take is a matter of the operation, not of
//! this module.

use crate::vocabulary;

pub mod readiness;
pub mod refusal;
pub mod time_log;
pub mod transitions;

vocabulary! {
    /// The life of a work order.
    pub enum WorkOrderState {
        /// Nothing can be worked on yet: an earlier operation or its material is not there.
        Waiting = "waiting",
        /// Some quantity can be worked on.
        Ready = "ready",
        /// Somebody is working on it.
        InProgress = "in_progress",
        /// Started and standing still.
        Paused = "paused",
        /// Closed.
        Finished = "finished",
        /// Given up with its order.
        Cancelled = "cancelled",
    }
}
