//! Work centers: machines, lines, teams.

use crate::vocabulary;

vocabulary! {
    /// What a work center is.
    pub enum WorkCenterKind {
        /// One or more like machines.
        Machine = "machine",
        /// A line of machines that works as one.
        Line = "line",
        /// People.
        Team = "team",
    }
}
