//! Why something was lost: pieces as scrap, or time while a work center stood.

use crate::vocabulary;

vocabulary! {
    /// What is lost for a reason.
    pub enum LossKind {
        /// Pieces or goods that nobody can use.
        Scrap = "scrap",
        /// Time in which a work center stands.
        Downtime = "downtime",
    }
}

vocabulary! {
    /// What a downtime takes away from, when the effectiveness of a work center is told (OEE).
    pub enum DowntimeClass {
        /// Maintenance, breaks, no orders: it shortens the time planned, and no figure suffers.
        Planned = "planned",
        /// Breakdowns, missing tools: planned time in which nothing runs, so availability suffers.
        Unplanned = "unplanned",
    }
}

/// A class does not go with a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LossReasonFault {
    /// Nobody could say what the downtime takes away from.
    #[error("a reason of downtime is planned or unplanned")]
    ClassMissing,
    /// Scrap takes no time away.
    #[error("only downtime is planned or unplanned")]
    ClassOfScrap,
}

/// Whether a reason of this kind has its class: every downtime has one, scrap has none.
///
/// # Errors
/// [`LossReasonFault`].
pub const fn class_fits(kind: LossKind, class: Option<DowntimeClass>) -> Result<(), LossReasonFault> {
    match (kind, class) {
        (LossKind::Downtime, Some(_)) | (LossKind::Scrap, None) => Ok(()),
        (LossKind::Downtime, None) => Err(LossReasonFault::ClassMissing),
        (LossKind::Scrap, Some(_)) => Err(LossReasonFault::ClassOfScrap),
    }
}
