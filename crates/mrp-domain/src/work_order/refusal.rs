//! Why a command on a work order is refused, with one stable code for each reason.
//!
//! The decisions themselves are in [`transitions`](super::transitions).

use rust_decimal::Decimal;

use crate::manufacturing_order::ManufacturingOrderState;
use crate::work_order::WorkOrderState;
use crate::work_order::transitions::WorkOrderCommand;

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The command does not exist in this state.
    #[error("`{command}` is not possible while the work order is `{state}`")]
    WrongState {
        /// The state the work order is in.
        state: WorkOrderState,
        /// What was asked.
        command: WorkOrderCommand,
    },
    /// The order is not released for work, or is closed.
    #[error("the order is `{order_state}`: work needs it planned or in progress")]
    OrderNotReleased {
        /// The order's state.
        order_state: ManufacturingOrderState,
    },
    /// An earlier operation or the material is not there.
    #[error("nothing can be worked on yet: an earlier operation or its material is not there")]
    NothingReady,
    /// The work center stands.
    #[error("the work center is blocked: {reason}")]
    WorkCenterBlocked {
        /// The reason of the downtime.
        reason: String,
    },
    /// Every place of the work center is taken.
    #[error("the work center already runs {running} of {capacity} work orders")]
    WorkCenterFull {
        /// Work orders running there.
        running: u32,
        /// How many it can run.
        capacity: u32,
    },
    /// The operator has a running time log on it.
    #[error("this operator is already at work on it")]
    AlreadyWorking,
    /// A pause must say why.
    #[error("a reason is needed")]
    ReasonMissing,
    /// A report must have pieces.
    #[error("nothing to report: good and scrap are both zero")]
    ReportEmpty,
    /// More than the earlier operations and the tolerance allow.
    #[error("{reported} reported in all, at most {allowed} possible")]
    MoreThanPossible {
        /// What would be reported in all.
        reported: Decimal,
        /// The most possible.
        allowed: Decimal,
    },
    /// Nothing was reported.
    #[error("nothing is reported yet")]
    NothingReported,
    /// Less is reported than planned: report the rest or accept it.
    #[error("{reported} of {attainable} reported: report the rest or close short")]
    ReportedLessThanPlanned {
        /// Reported so far.
        reported: Decimal,
        /// What should be.
        attainable: Decimal,
    },
    /// Pieces were reported, so it cannot be given up: finish it.
    #[error("{reported} pieces are reported: finish it instead")]
    AlreadyReported {
        /// Reported so far.
        reported: Decimal,
    },
    /// The operation does not allow this work center.
    #[error("the operation does not allow this work center")]
    WorkCenterNotAllowed,
}

impl Refusal {
    /// Every code that [`Refusal::code`] can return.
    pub const CODES: &'static [&'static str] = &[
        "state_forbids",
        "order_not_released",
        "work_not_ready",
        "work_center_blocked",
        "work_center_full",
        "already_working",
        "reason_required",
        "report_empty",
        "more_than_ready",
        "nothing_reported",
        "reported_less",
        "already_reported",
        "work_center_not_allowed",
    ];

    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongState { .. } => "state_forbids",
            Self::OrderNotReleased { .. } => "order_not_released",
            Self::NothingReady => "work_not_ready",
            Self::WorkCenterBlocked { .. } => "work_center_blocked",
            Self::WorkCenterFull { .. } => "work_center_full",
            Self::AlreadyWorking => "already_working",
            Self::ReasonMissing => "reason_required",
            Self::ReportEmpty => "report_empty",
            Self::MoreThanPossible { .. } => "more_than_ready",
            Self::NothingReported => "nothing_reported",
            Self::ReportedLessThanPlanned { .. } => "reported_less",
            Self::AlreadyReported { .. } => "already_reported",
            Self::WorkCenterNotAllowed => "work_center_not_allowed",
        }
    }

    /// True when the refusal is a question: the same command with an answer can be accepted, so a screen keeps
    /// the button enabled and asks.
    #[must_use]
    pub const fn asks(&self) -> bool {
        match self {
            Self::ReasonMissing
            | Self::ReportEmpty
            | Self::ReportedLessThanPlanned { .. }
            | Self::WorkCenterNotAllowed => true,
            Self::WrongState { .. }
            | Self::OrderNotReleased { .. }
            | Self::NothingReady
            | Self::WorkCenterBlocked { .. }
            | Self::WorkCenterFull { .. }
            | Self::AlreadyWorking
            | Self::MoreThanPossible { .. }
            | Self::NothingReported
            | Self::AlreadyReported { .. } => false,
        }
    }
}
