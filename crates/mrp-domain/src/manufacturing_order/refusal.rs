//! Why a command on a manufacturing order is refused, with one stable code for each reason.
//!
//! The decisions themselves are in [`transitions`](super::transitions).

use rust_decimal::Decimal;
use time::Date;

use crate::bom::EffectiveDays;
use crate::manufacturing_order::transitions::ManufacturingOrderCommand;
use crate::manufacturing_order::{ManufacturingOrderState, MaterialAvailability};

/// Why a command is refused: each variant is a fact, not an instruction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The command does not exist in this state.
    #[error("`{command}` is not possible while the order is `{state}`")]
    WrongState {
        /// The state the order is in.
        state: ManufacturingOrderState,
        /// What was asked.
        command: ManufacturingOrderCommand,
    },
    /// A mandatory field is empty; [`OrderFacts::mandatory_missing`](super::transitions::OrderFacts::mandatory_missing) has all of them.
    #[error("mandatory field `{field}` is empty")]
    MandatoryFieldMissing {
        /// The first empty field.
        field: &'static str,
    },
    /// The bill of materials is a draft and the permission to use it so is missing.
    #[error("the bill of materials is not validated")]
    BomNotValidated,
    /// The bill of materials is no longer used.
    #[error("the bill of materials is archived")]
    BomArchived,
    /// The bill of materials may not be used on the day the order begins.
    #[error("the bill of materials may be used {days}, and the order begins on {day}")]
    BomNotEffective {
        /// When it may be used.
        days: EffectiveDays,
        /// The day on which the order begins.
        day: Date,
    },
    /// Material is short and the permission to plan so is missing.
    #[error("material is short: availability is `{availability}`")]
    MaterialShort {
        /// How short.
        availability: MaterialAvailability,
    },
    /// Less was produced than ordered: answer with a backorder or close short.
    #[error("{produced} of {ordered} produced: take the rest as a backorder or close short")]
    ProducedLessThanOrdered {
        /// Ordered quantity.
        ordered: Decimal,
        /// Good quantity produced.
        produced: Decimal,
    },
    /// A backorder for the whole quantity would be this order again.
    #[error("nothing is produced yet, so there is no rest to take as a backorder")]
    NothingProduced,
    /// More was produced than the tolerance allows.
    #[error("{produced} produced, at most {allowed} allowed for {ordered} ordered")]
    OverTolerance {
        /// Ordered quantity.
        ordered: Decimal,
        /// Good quantity produced.
        produced: Decimal,
        /// Ordered quantity with the tolerance.
        allowed: Decimal,
    },
    /// Everything needed is consumed or reserved.
    #[error("nothing is left to reserve")]
    NothingToReserve,
    /// No line has a reservation.
    #[error("nothing is reserved")]
    NothingReserved,
    /// Material was consumed or goods were produced: finish short instead.
    #[error("material is consumed or goods are produced: finish short instead")]
    AlreadyConsumed,
    /// Somebody is at work.
    #[error("{count} work orders are running")]
    WorkOrdersRunning {
        /// How many.
        count: u32,
    },
    /// Manual lines without a record: record them or accept that nothing was used.
    #[error("{count} components have no recorded consumption")]
    ConsumptionUnrecorded {
        /// How many lines.
        count: u32,
    },
    /// The one who asks lacks a permission.
    #[error("permission `{permission}` is missing")]
    PermissionMissing {
        /// The permission's name.
        permission: &'static str,
    },
}

impl Refusal {
    /// Every code that [`Refusal::code`] can return.
    pub const CODES: &'static [&'static str] = &[
        "state_forbids",
        "mandatory_field_missing",
        "bom_not_validated",
        "bom_archived",
        "bom_not_effective",
        "material_short",
        "produced_less",
        "nothing_produced",
        "over_tolerance",
        "nothing_to_reserve",
        "nothing_reserved",
        "already_consumed",
        "work_orders_running",
        "consumption_unrecorded",
        "permission_denied",
    ];

    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongState { .. } => "state_forbids",
            Self::MandatoryFieldMissing { .. } => "mandatory_field_missing",
            Self::BomNotValidated => "bom_not_validated",
            Self::BomArchived => "bom_archived",
            Self::BomNotEffective { .. } => "bom_not_effective",
            Self::MaterialShort { .. } => "material_short",
            Self::ProducedLessThanOrdered { .. } => "produced_less",
            Self::NothingProduced => "nothing_produced",
            Self::OverTolerance { .. } => "over_tolerance",
            Self::NothingToReserve => "nothing_to_reserve",
            Self::NothingReserved => "nothing_reserved",
            Self::AlreadyConsumed => "already_consumed",
            Self::WorkOrdersRunning { .. } => "work_orders_running",
            Self::ConsumptionUnrecorded { .. } => "consumption_unrecorded",
            Self::PermissionMissing { .. } => "permission_denied",
        }
    }

    /// True when the refusal is a question: the same command with an answer can be accepted, so a screen keeps
    /// the button enabled and asks.
    #[must_use]
    pub const fn asks(&self) -> bool {
        match self {
            Self::ProducedLessThanOrdered { .. } | Self::ConsumptionUnrecorded { .. } => true,
            Self::WrongState { .. }
            | Self::MandatoryFieldMissing { .. }
            | Self::BomNotValidated
            | Self::BomArchived
            | Self::BomNotEffective { .. }
            | Self::MaterialShort { .. }
            | Self::NothingProduced
            | Self::OverTolerance { .. }
            | Self::NothingToReserve
            | Self::NothingReserved
            | Self::AlreadyConsumed
            | Self::WorkOrdersRunning { .. }
            | Self::PermissionMissing { .. } => false,
        }
    }
}
