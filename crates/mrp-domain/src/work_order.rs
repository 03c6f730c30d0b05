//! Work orders: one operation of one manufacturing order.

use crate::vocabulary;

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
