//! What the domain's errors say of one value.

use mrp_domain::bom::{EffectiveDaysReversed, PERCENT_DECIMALS_MAX, PercentError};
use mrp_domain::label::{LABEL_CODE_CHARS_MAX, LabelFault};
use mrp_domain::lot::{LOT_NUMBERS_MAX, LotFault};
use mrp_domain::manufacturing_order::change_log::ChangeRefusal;
use mrp_domain::manufacturing_order::refusal::Refusal as OrderRefusal;
use mrp_domain::money::{MONEY_DECIMALS, MoneyError, RATE_MAX};
use mrp_domain::product::ProductFault;
use mrp_domain::purchasing::receiving::OverReceipt;
use mrp_domain::purchasing::{PurchaseOrderRefusal, RequestForQuotationRefusal};
use mrp_domain::quantity::{QUANTITY_DECIMALS_MAX, QUANTITY_MAX, QuantityError, UnitError};
use mrp_domain::routing::RoutingFault;
use mrp_domain::sales_order::{OverDelivery, WrongState};
use mrp_domain::shop_calendar::time_of_day::NotATimeOfDay;
use mrp_domain::shop_calendar::{BREAKS_MAX, CALENDAR_DAYS_MAX, SHIFTS_MAX, ShopClosureFault, WorkScheduleFault};
use mrp_domain::stock::StockRefusal;
use mrp_domain::text::TextError;
use mrp_domain::variant::{IsTemplate, TemplateHasVariants, TooManyVariants, VARIANTS_MAX, VariantFault};
use mrp_domain::work_center::{ALTERNATIVES_MAX, EFFICIENCY_PERCENT_MAX, WORK_CENTER_CAPACITY_MAX, WorkCenterFault};
use mrp_domain::work_order::refusal::Refusal as WorkRefusal;
use mrp_domain::work_order_duration::DurationError;

use crate::detail::{self as say, Detail};

impl From<TextError> for Detail {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Empty => say::TEXT_EMPTY.into(),
            TextError::TooLong { found, max } => say::TEXT_TOO_LONG.with("found", found).with("most", max),
            TextError::ControlCharacter { code_point, position } => {
                say::TEXT_CONTROL_CHARACTER.with("character", format!("U+{code_point:04X}")).with("position", position)
            }
        }
    }
}

impl From<QuantityError> for Detail {
    fn from(error: QuantityError) -> Self {
        match error {
            QuantityError::Overflow => say::AMOUNT_INEXACT.into(),
            QuantityError::DivisionByZero => say::DIVISION_BY_ZERO.into(),
            QuantityError::StepNotPositive { step } => say::STEP_NOT_POSITIVE.amount("step", step),
            QuantityError::NotPositive { found } => say::QUANTITY_NOT_POSITIVE.amount("found", found),
            QuantityError::TooLarge { found } => {
                say::QUANTITY_TOO_LARGE.amount("found", found).amount("most", QUANTITY_MAX)
            }
            QuantityError::TooManyDecimals { found } => {
                say::QUANTITY_TOO_FINE.amount("found", found).with("most", QUANTITY_DECIMALS_MAX)
            }
            QuantityError::NotAFraction { found } => say::NOT_A_FRACTION.with("value", found),
        }
    }
}

impl From<UnitError> for Detail {
    fn from(error: UnitError) -> Self {
        match error {
            UnitError::Code(error) => error.into(),
            UnitError::RatioNotPositive { ratio } => say::RATIO_NOT_POSITIVE.with("found", ratio.to_string()),
            UnitError::StepNotPositive { step } => say::STEP_NOT_POSITIVE.amount("step", step),
            UnitError::DifferentCategory { from, to } => {
                say::UNITS_DIFFER.with("from", from.to_string()).with("to", to.to_string())
            }
            UnitError::Quantity(error) => error.into(),
        }
    }
}

impl From<MoneyError> for Detail {
    fn from(error: MoneyError) -> Self {
        match error {
            MoneyError::Negative { found } => say::AMOUNT_NEGATIVE.amount("found", found),
            MoneyError::TooLarge { found } => say::AMOUNT_TOO_LARGE.amount("found", found).amount("most", RATE_MAX),
            MoneyError::TooManyDecimals { found } => {
                say::AMOUNT_TOO_FINE.amount("found", found).with("most", MONEY_DECIMALS)
            }
        }
    }
}

impl From<PercentError> for Detail {
    fn from(error: PercentError) -> Self {
        match error {
            PercentError::Loss { found } => say::LOSS_OUT_OF_RANGE.amount("found", found),
            PercentError::CostShare { found } => say::COST_SHARE_OUT_OF_RANGE.amount("found", found),
            PercentError::TooManyDecimals { found } => {
                say::PERCENT_TOO_FINE.amount("found", found).with("most", PERCENT_DECIMALS_MAX)
            }
        }
    }
}

impl From<WorkCenterFault> for Detail {
    fn from(fault: WorkCenterFault) -> Self {
        match fault {
            WorkCenterFault::EfficiencyOutOfRange { percent } => {
                say::EFFICIENCY_OUT_OF_RANGE.amount("found", percent).amount("most", EFFICIENCY_PERCENT_MAX)
            }
            WorkCenterFault::CapacityOutOfRange { capacity } => {
                say::CAPACITY_OUT_OF_RANGE.with("found", capacity).with("most", WORK_CENTER_CAPACITY_MAX)
            }
            WorkCenterFault::OeeTargetOutOfRange { percent } => say::OEE_TARGET_OUT_OF_RANGE.amount("found", percent),
            WorkCenterFault::OwnAlternative => say::OWN_ALTERNATIVE.into(),
            WorkCenterFault::AlternativeTwice { .. } => say::ALTERNATIVE_TWICE.into(),
            WorkCenterFault::TooManyAlternatives { found } => {
                say::ALTERNATIVES_TOO_MANY.with("found", found).with("most", ALTERNATIVES_MAX)
            }
        }
    }
}

impl From<EffectiveDaysReversed> for Detail {
    fn from(EffectiveDaysReversed { from, until }: EffectiveDaysReversed) -> Self {
        say::DAYS_BACKWARDS.with("until", until.to_string()).with("from", from.to_string())
    }
}

impl From<&ProductFault> for Detail {
    fn from(fault: &ProductFault) -> Self {
        match fault {
            ProductFault::TrackedWithoutStock { .. } => say::TRACKED_WITHOUT_STOCK.into(),
            ProductFault::SerialInFractions { step } => say::SERIAL_IN_FRACTIONS.amount("step", *step),
            ProductFault::PurchaseUnitOfAnotherCategory { purchase, stock } => {
                say::PURCHASE_UNIT_DIFFERS.with("purchase", purchase.to_string()).with("stock", stock.to_string())
            }
        }
    }
}

impl From<LotFault> for Detail {
    fn from(fault: LotFault) -> Self {
        match fault {
            LotFault::Missing { .. } => say::LOTS_MISSING.into(),
            LotFault::NotTracked => say::PRODUCT_NOT_TRACKED.into(),
            LotFault::SeveralLots { found } => say::LOTS_SEVERAL.with("found", found),
            LotFault::PiecesDiffer { pieces, found } => {
                say::SERIALS_DIFFER.amount("pieces", pieces).with("found", found)
            }
            LotFault::Twice { number } => say::LOT_TWICE.with("number", number),
            LotFault::TooMany => say::LOTS_TOO_MANY.with("most", LOT_NUMBERS_MAX),
            LotFault::NoRow { text } => say::LOTS_NO_ROW.with("value", text),
            LotFault::Text { text, .. } => say::LOT_NUMBER_BAD.with("value", text),
            LotFault::Quantity(error) => error.into(),
        }
    }
}

/// Shifts and breaks are counted from 1 here, as people do.
impl From<&WorkScheduleFault> for Detail {
    fn from(fault: &WorkScheduleFault) -> Self {
        let nth = |place: usize| place.saturating_add(1);
        match fault {
            WorkScheduleFault::NoZone => say::ZONE_MISSING.into(),
            WorkScheduleFault::NoShifts => say::SHIFTS_MISSING.into(),
            WorkScheduleFault::TooManyShifts { found } => {
                say::SHIFTS_TOO_MANY.with("found", *found).with("most", SHIFTS_MAX)
            }
            WorkScheduleFault::TooManyBreaks { shift, found } => {
                say::SHIFT_BREAKS_TOO_MANY.with("shift", nth(*shift)).with("found", *found).with("most", BREAKS_MAX)
            }
            WorkScheduleFault::ValidityReversed { from, until } => {
                EffectiveDaysReversed { from: *from, until: *until }.into()
            }
            WorkScheduleFault::BadName { shift, .. } => say::SHIFT_NAME_BAD.with("shift", nth(*shift)),
            WorkScheduleFault::UnknownWeekday { shift, weekday } => {
                say::SHIFT_WEEKDAY_UNKNOWN.with("shift", nth(*shift)).with("found", *weekday)
            }
            WorkScheduleFault::BadTime { shift, found } => {
                say::SHIFT_TIME_BAD.with("shift", nth(*shift)).with("value", found.as_str())
            }
            WorkScheduleFault::ShiftsOverlap { first, second } => {
                say::SHIFTS_OVERLAPPING.with("first", nth(*first)).with("second", nth(*second))
            }
            WorkScheduleFault::BreakOutsideShift { shift, of_break } => {
                say::SHIFT_BREAK_OUTSIDE.with("shift", nth(*shift)).with("of_break", nth(*of_break))
            }
            WorkScheduleFault::BreaksOverlap { shift, first, second } => say::SHIFT_BREAKS_OVERLAPPING
                .with("shift", nth(*shift))
                .with("first", nth(*first))
                .with("second", nth(*second)),
        }
    }
}

impl From<ShopClosureFault> for Detail {
    fn from(fault: ShopClosureFault) -> Self {
        match fault {
            ShopClosureFault::DatesReversed { from, until } => EffectiveDaysReversed { from, until }.into(),
            ShopClosureFault::TooLong { days } => {
                say::DAYS_TOO_MANY.with("found", days).with("most", CALENDAR_DAYS_MAX)
            }
            ShopClosureFault::BeginsAtEndOfDay => say::BEGINS_AT_END_OF_DAY.into(),
        }
    }
}

impl From<NotATimeOfDay> for Detail {
    fn from(error: NotATimeOfDay) -> Self {
        say::NOT_A_TIME_OF_DAY.with("value", error.found)
    }
}

impl From<VariantFault> for Detail {
    fn from(fault: VariantFault) -> Self {
        match fault {
            VariantFault::ValueMissing { .. } => say::VARIANT_VALUE_MISSING.into(),
            VariantFault::SeveralValues { .. } => say::VARIANT_VALUES_SEVERAL.into(),
            VariantFault::ForeignAttribute { .. } => say::VARIANT_ATTRIBUTE_FOREIGN.into(),
            VariantFault::NotOffered { .. } => say::VARIANT_VALUE_NOT_OFFERED.into(),
        }
    }
}

impl From<TemplateHasVariants> for Detail {
    fn from(error: TemplateHasVariants) -> Self {
        say::TEMPLATE_VARIANTS.with("variants", error.variants)
    }
}

/// Their codes say it all.
impl From<&RoutingFault> for Detail {
    fn from(fault: &RoutingFault) -> Self {
        say::for_callers(fault.to_string())
    }
}

impl From<OverReceipt> for Detail {
    fn from(OverReceipt { ordered, received, most }: OverReceipt) -> Self {
        say::RECEIVED_BEYOND.amount("received", received).amount("ordered", ordered).amount("most", most)
    }
}

impl From<OverDelivery> for Detail {
    fn from(OverDelivery { wanted, open }: OverDelivery) -> Self {
        say::DELIVERED_BEYOND.amount("wanted", wanted).amount("open", open)
    }
}

impl From<IsTemplate> for Detail {
    fn from(error: IsTemplate) -> Self {
        say::for_callers(error.to_string())
    }
}

/// Beyond any office: such numbers do not pass its fields.
impl From<DurationError> for Detail {
    fn from(error: DurationError) -> Self {
        say::for_callers(error.to_string())
    }
}

/// Those that have no facts to tell are told by their codes.
impl From<&OrderRefusal> for Detail {
    fn from(refusal: &OrderRefusal) -> Self {
        match refusal {
            OrderRefusal::ProducedLessThanOrdered { ordered, produced } => {
                say::PRODUCED_OF.amount("produced", *produced).amount("ordered", *ordered)
            }
            OrderRefusal::OverTolerance { ordered, produced, allowed } => say::PRODUCED_BEYOND
                .amount("produced", *produced)
                .amount("allowed", *allowed)
                .amount("ordered", *ordered),
            OrderRefusal::WorkOrdersRunning { count } => say::WORK_ORDERS_OPEN.with("found", *count),
            OrderRefusal::ConsumptionUnrecorded { count } => say::COMPONENTS_UNRECORDED.with("found", *count),
            OrderRefusal::WrongState { .. }
            | OrderRefusal::MandatoryFieldMissing { .. }
            | OrderRefusal::BomNotValidated
            | OrderRefusal::BomArchived
            | OrderRefusal::BomNotEffective { .. }
            | OrderRefusal::MaterialShort { .. }
            | OrderRefusal::NothingProduced
            | OrderRefusal::NothingToReserve
            | OrderRefusal::NothingReserved
            | OrderRefusal::AlreadyConsumed
            | OrderRefusal::PermissionMissing { .. } => say::for_callers(refusal.to_string()),
        }
    }
}

impl From<&ChangeRefusal> for Detail {
    fn from(refusal: &ChangeRefusal) -> Self {
        match refusal {
            ChangeRefusal::LessThanConsumed { consumed, wanted, .. } => {
                say::CONSUMED_ALREADY.amount("consumed", *consumed).amount("wanted", *wanted)
            }
            ChangeRefusal::LineConsumed { consumed, .. } => say::LINE_CONSUMED.amount("consumed", *consumed),
            ChangeRefusal::LessThanProduced { produced, wanted } => {
                say::PRODUCED_ALREADY.amount("produced", *produced).amount("wanted", *wanted)
            }
            ChangeRefusal::Quantity(error) => error.clone().into(),
            ChangeRefusal::ReasonMissing
            | ChangeRefusal::UnknownLine { .. }
            | ChangeRefusal::LineExists { .. }
            | ChangeRefusal::NothingChanged => say::for_callers(refusal.to_string()),
        }
    }
}

impl From<&WorkRefusal> for Detail {
    fn from(refusal: &WorkRefusal) -> Self {
        match refusal {
            WorkRefusal::WorkCenterBlocked { reason } => say::CENTER_BLOCKED.with("reason", reason.as_str()),
            WorkRefusal::WorkCenterFull { running, capacity } => {
                say::CENTER_FULL.with("running", *running).with("capacity", *capacity)
            }
            WorkRefusal::MoreThanPossible { reported, allowed } => {
                say::REPORTED_BEYOND.amount("reported", *reported).amount("allowed", *allowed)
            }
            WorkRefusal::ReportedLessThanPlanned { reported, attainable } => {
                say::REPORTED_OF.amount("reported", *reported).amount("attainable", *attainable)
            }
            WorkRefusal::AlreadyReported { reported } => say::REPORTED_ALREADY.amount("reported", *reported),
            WorkRefusal::WrongState { .. }
            | WorkRefusal::OrderNotReleased { .. }
            | WorkRefusal::NothingReady
            | WorkRefusal::AlreadyWorking
            | WorkRefusal::ReasonMissing
            | WorkRefusal::ReportEmpty
            | WorkRefusal::NothingReported
            | WorkRefusal::WorkCenterNotAllowed => say::for_callers(refusal.to_string()),
        }
    }
}

impl From<&StockRefusal> for Detail {
    fn from(refusal: &StockRefusal) -> Self {
        match refusal {
            StockRefusal::NotEnough { wanted, on_hand } => {
                say::ON_HAND.amount("wanted", *wanted).amount("on_hand", *on_hand)
            }
            StockRefusal::Reserved { left, reserved } => {
                say::LEFT_RESERVED.amount("left", *left).amount("reserved", *reserved)
            }
            StockRefusal::Quantity(error) => error.clone().into(),
            StockRefusal::SameLocation => say::for_callers(refusal.to_string()),
        }
    }
}

impl From<PurchaseOrderRefusal> for Detail {
    fn from(refusal: PurchaseOrderRefusal) -> Self {
        match refusal {
            PurchaseOrderRefusal::State { state, .. } => say::PURCHASE_ORDER_IS.with("state", state.as_str()),
            PurchaseOrderRefusal::PriceMissing { lines } => say::LINES_WITHOUT_PRICE.with("lines", lines),
            PurchaseOrderRefusal::Empty => say::LINE_NEEDED.into(),
        }
    }
}

impl From<RequestForQuotationRefusal> for Detail {
    fn from(refusal: RequestForQuotationRefusal) -> Self {
        say::QUOTATION_IS.with("state", refusal.state.as_str())
    }
}

impl From<WrongState> for Detail {
    fn from(refusal: WrongState) -> Self {
        say::SALES_ORDER_IS.with("state", refusal.state.as_str())
    }
}

impl From<TooManyVariants> for Detail {
    fn from(error: TooManyVariants) -> Self {
        say::VARIANTS_TOO_MANY.with("found", error.found).with("most", VARIANTS_MAX)
    }
}

impl From<LabelFault> for Detail {
    fn from(fault: LabelFault) -> Self {
        match fault {
            LabelFault::Letter { letter } => say::BARCODE_LETTER.with("value", letter.to_string()),
            LabelFault::TooLong { found } => {
                say::BARCODE_TOO_LONG.with("found", found).with("most", LABEL_CODE_CHARS_MAX)
            }
        }
    }
}
