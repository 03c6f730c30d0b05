//! What may be done to a manufacturing order, and what follows from it.
//!
//! One total function, [`decide`]: a command, the facts of the order, and the planner's answer in; the next
//! state with its effects, or a refusal that says why, out. Screens call it through [`offers`], so that a button
//! and the server can never disagree. The effects are carried out by the caller inside one transaction; nothing
//! here touches stock, time or storage.

use rust_decimal::Decimal;
use time::Date;

use crate::bom::{BomState, EffectiveDays};
use crate::manufacturing_order::refusal::Refusal;
use crate::manufacturing_order::{ManufacturingOrderState, MaterialAvailability};
use crate::vocabulary;

vocabulary! {
    /// Everything that can be asked of a manufacturing order.
    pub enum ManufacturingOrderCommand {
        /// Freeze lines and operations and start to gather material.
        Confirm = "confirm",
        /// Take what is free in stock for what is still needed.
        Reserve = "reserve",
        /// Give back what is reserved and not consumed.
        Unreserve = "unreserve",
        /// Create the work orders with scheduled times.
        Plan = "plan",
        /// Take the work orders back.
        Unplan = "unplan",
        /// Note that the first work order has begun.
        Start = "start",
        /// Post output and consumption and close.
        Finish = "finish",
        /// Give up before anything is consumed or produced.
        Cancel = "cancel",
        /// Take a finished order's postings back with compensating moves.
        Reverse = "reverse",
        /// Order more or less.
        ChangeQuantity = "change_quantity",
        /// Change, substitute, add or remove a component.
        ChangeComponent = "change_component",
        /// Move a part of the quantity to an order of its own.
        Split = "split",
        /// Join with orders of the same bill of materials.
        Merge = "merge",
        /// Make a new draft like this one.
        Duplicate = "duplicate",
    }
}

vocabulary! {
    /// What becomes of the difference between ordered and produced.
    pub enum FinishChoice {
        /// Everything ordered was produced; asks again when it was not.
        Complete = "complete",
        /// A new order takes the rest.
        Backorder = "backorder",
        /// The rest is given up.
        CloseShort = "close_short",
    }
}

/// What an order must say before it can be confirmed, by the names that the fields have on the wire, in the order of
/// the form.
pub const MANDATORY_FIELDS: [&str; 8] = [
    "product_id",
    "quantity",
    "bom_id",
    "routing_id",
    "date_deadline",
    "planned_start",
    "components_warehouse_id",
    "finished_products_warehouse_id",
];

/// The mandatory fields that are still empty.
#[must_use]
pub fn mandatory_missing(is_filled: impl Fn(&str) -> bool) -> Vec<&'static str> {
    MANDATORY_FIELDS.into_iter().filter(|field| !is_filled(field)).collect()
}

/// What [`decide`] needs to know about an order; read under the order's lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFacts {
    /// Where the order is in its life.
    pub state: ManufacturingOrderState,
    /// Whether its material is there.
    pub availability: MaterialAvailability,
    /// Names of the mandatory fields that are still empty, in the order of the form.
    pub mandatory_missing: Vec<&'static str>,
    /// The revision of the bill of materials that the order uses.
    pub bom_state: BomState,
    /// When that revision may be used.
    pub bom_days: EffectiveDays,
    /// The day by the company's clock on which the order begins.
    pub begins_on: Date,
    /// The one who asks may confirm with a draft bill of materials.
    pub may_use_unvalidated_bom: bool,
    /// The one who asks may plan although material is short.
    pub may_plan_with_shortage: bool,
    /// The one who asks may reverse a finished order.
    pub may_reverse: bool,
    /// The company reserves at confirmation (the other rules reserve later or by hand).
    pub reserve_at_confirm: bool,
    /// Some line needs more than is consumed and reserved.
    pub has_open_needs: bool,
    /// Some line has a reservation.
    pub has_reservations: bool,
    /// Ordered quantity in the product's unit.
    pub ordered: Decimal,
    /// Good quantity produced so far in the product's unit.
    pub produced: Decimal,
    /// A consumption or an output has been posted and not compensated.
    pub consumed_or_produced: bool,
    /// How much more than ordered may be produced, in percent of the ordered quantity.
    pub over_production_tolerance_percent: Decimal,
    /// Work orders that are neither finished nor cancelled.
    pub unfinished_work_orders: u32,
    /// Work orders with somebody at work on them.
    pub running_work_orders: u32,
    /// Lines that the operator must record by hand and has not.
    pub unrecorded_manual_lines: u32,
    /// The one who asks has seen the unrecorded lines and says that nothing of them was used.
    pub unrecorded_lines_accepted: bool,
}

impl OrderFacts {
    /// What the order still lacks; zero when it produced enough.
    #[must_use]
    pub fn remaining(&self) -> Decimal {
        (self.ordered.saturating_sub(self.produced)).max(Decimal::ZERO)
    }

    /// The most that may be produced within the tolerance.
    #[must_use]
    pub fn most_allowed(&self) -> Decimal {
        let surplus = self
            .ordered
            .checked_mul(self.over_production_tolerance_percent)
            .and_then(|product| product.checked_div(Decimal::ONE_HUNDRED))
            .unwrap_or(Decimal::ZERO);
        self.ordered.saturating_add(surplus)
    }
}

/// Something the caller must do in the same transaction as the change of state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Copy lines and operations from the bill of materials and the routing; from now on the order owns them.
    FreezeCopy,
    /// Write to the audit log that a bill of materials was used before its validation.
    LogUnvalidatedBom,
    /// Reserve all that is free for what is still needed.
    ReserveMaterial,
    /// Recompute the availability of lines and order.
    EvaluateAvailability,
    /// Give back what is reserved and not consumed.
    FreeReservations,
    /// One work order per operation, scheduled on real calendars.
    CreateWorkOrders,
    /// Write to the audit log that the order was planned although material was short.
    LogPlannedWithShortage,
    /// Take the work orders back.
    RemoveWorkOrders,
    /// Note when the order really began.
    RecordActualStart,
    /// Cancel every work order that is not finished.
    CancelOpenWorkOrders,
    /// Post what the consumption mode says is still to be posted.
    PostRemainingConsumption,
    /// Receive the produced quantity into the warehouse of finished products.
    PostOutput,
    /// Make a new order for the rest, with its own unconsumed lines.
    CreateBackorder {
        /// The quantity of the new order.
        quantity: Decimal,
    },
    /// Fix the cost sheet; from now on rates may change without changing it.
    FreezeCostSheet,
    /// Tell the buyers of linked purchase requests that the need is gone.
    FlagPurchaseRequests,
    /// Post the opposite of every move of the order.
    PostCompensatingMoves,
    /// Let the cost sheet follow the postings again.
    ThawCostSheet,
    /// Scale lines and unfinished work orders to the new quantity, with change-log records.
    RescaleOrder,
    /// Apply the change of components, with change-log records.
    ApplyComponentChange,
    /// Make the second order and scale this one down.
    SplitOff,
    /// Add the other orders' quantities to this one and close them.
    AbsorbOthers,
    /// Make a new draft like this one.
    CreateDuplicate,
}

/// What follows from an accepted command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The state after the command.
    pub next_state: ManufacturingOrderState,
    /// What to do beside it, in this order.
    pub effects: Vec<Effect>,
}

/// Every command with its answer, for the screens: `Ok` enables the button, the refusal is the reason beside a
/// disabled one.
#[must_use]
pub fn offers(facts: &OrderFacts) -> Vec<(ManufacturingOrderCommand, Result<(), Refusal>)> {
    ManufacturingOrderCommand::ALL.iter().map(|&command| (command, decide(command, facts, None).map(|_| ()))).collect()
}

/// Decides one command.
///
/// `choice` matters to [`ManufacturingOrderCommand::Finish`] only.
///
/// # Errors
/// The [`Refusal`] that names the first fact in the way.
pub fn decide(
    command: ManufacturingOrderCommand,
    facts: &OrderFacts,
    choice: Option<FinishChoice>,
) -> Result<Decision, Refusal> {
    match command {
        ManufacturingOrderCommand::Confirm => confirm(facts),
        ManufacturingOrderCommand::Reserve => reserve(facts),
        ManufacturingOrderCommand::Unreserve => unreserve(facts),
        ManufacturingOrderCommand::Plan => plan(facts),
        ManufacturingOrderCommand::Unplan => unplan(facts),
        ManufacturingOrderCommand::Start => start(facts),
        ManufacturingOrderCommand::Finish => finish(facts, choice),
        ManufacturingOrderCommand::Cancel => cancel(facts),
        ManufacturingOrderCommand::Reverse => reverse(facts),
        ManufacturingOrderCommand::ChangeQuantity => change_quantity(facts),
        ManufacturingOrderCommand::ChangeComponent => change_component(facts),
        ManufacturingOrderCommand::Split => before_start(command, facts, Effect::SplitOff),
        ManufacturingOrderCommand::Merge => before_start(command, facts, Effect::AbsorbOthers),
        ManufacturingOrderCommand::Duplicate => Ok(stay(facts, vec![Effect::CreateDuplicate])),
    }
}

fn confirm(facts: &OrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        ManufacturingOrderState::Draft => {}
        ManufacturingOrderState::Confirmed
        | ManufacturingOrderState::Planned
        | ManufacturingOrderState::InProgress
        | ManufacturingOrderState::Done
        | ManufacturingOrderState::Cancelled => {
            return wrong_state(ManufacturingOrderCommand::Confirm, facts);
        }
    }
    if let Some(&field) = facts.mandatory_missing.first() {
        return Err(Refusal::MandatoryFieldMissing { field });
    }
    let mut effects = vec![Effect::FreezeCopy];
    match facts.bom_state {
        BomState::Validated => {}
        BomState::Draft if facts.may_use_unvalidated_bom => effects.push(Effect::LogUnvalidatedBom),
        BomState::Draft => return Err(Refusal::BomNotValidated),
        BomState::Archived => return Err(Refusal::BomArchived),
    }
    if !facts.bom_days.include(facts.begins_on) {
        return Err(Refusal::BomNotEffective { days: facts.bom_days, day: facts.begins_on });
    }
    if facts.reserve_at_confirm {
        effects.push(Effect::ReserveMaterial);
    }
    effects.push(Effect::EvaluateAvailability);
    Ok(Decision { next_state: ManufacturingOrderState::Confirmed, effects })
}

fn reserve(facts: &OrderFacts) -> Result<Decision, Refusal> {
    active(ManufacturingOrderCommand::Reserve, facts)?;
    if !facts.has_open_needs {
        return Err(Refusal::NothingToReserve);
    }
    Ok(stay(facts, vec![Effect::ReserveMaterial, Effect::EvaluateAvailability]))
}

fn unreserve(facts: &OrderFacts) -> Result<Decision, Refusal> {
    active(ManufacturingOrderCommand::Unreserve, facts)?;
    if !facts.has_reservations {
        return Err(Refusal::NothingReserved);
    }
    Ok(stay(facts, vec![Effect::FreeReservations, Effect::EvaluateAvailability]))
}

fn plan(facts: &OrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        ManufacturingOrderState::Confirmed => {}
        ManufacturingOrderState::Draft
        | ManufacturingOrderState::Planned
        | ManufacturingOrderState::InProgress
        | ManufacturingOrderState::Done
        | ManufacturingOrderState::Cancelled => {
            return wrong_state(ManufacturingOrderCommand::Plan, facts);
        }
    }
    let mut effects = vec![Effect::CreateWorkOrders];
    match facts.availability {
        MaterialAvailability::Reserved | MaterialAvailability::Issued => {}
        MaterialAvailability::NotChecked | MaterialAvailability::Partial | MaterialAvailability::Missing => {
            if !facts.may_plan_with_shortage {
                return Err(Refusal::MaterialShort { availability: facts.availability });
            }
            effects.push(Effect::LogPlannedWithShortage);
        }
    }
    Ok(Decision { next_state: ManufacturingOrderState::Planned, effects })
}

fn unplan(facts: &OrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        ManufacturingOrderState::Planned => {
            nobody_at_work(facts)?;
            Ok(Decision { next_state: ManufacturingOrderState::Confirmed, effects: vec![Effect::RemoveWorkOrders] })
        }
        ManufacturingOrderState::Draft
        | ManufacturingOrderState::Confirmed
        | ManufacturingOrderState::InProgress
        | ManufacturingOrderState::Done
        | ManufacturingOrderState::Cancelled => wrong_state(ManufacturingOrderCommand::Unplan, facts),
    }
}

fn start(facts: &OrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        ManufacturingOrderState::Planned => {
            Ok(Decision { next_state: ManufacturingOrderState::InProgress, effects: vec![Effect::RecordActualStart] })
        }
        ManufacturingOrderState::Draft
        | ManufacturingOrderState::Confirmed
        | ManufacturingOrderState::InProgress
        | ManufacturingOrderState::Done
        | ManufacturingOrderState::Cancelled => wrong_state(ManufacturingOrderCommand::Start, facts),
    }
}

fn finish(facts: &OrderFacts, choice: Option<FinishChoice>) -> Result<Decision, Refusal> {
    match facts.state {
        ManufacturingOrderState::InProgress => {}
        ManufacturingOrderState::Draft
        | ManufacturingOrderState::Confirmed
        | ManufacturingOrderState::Planned
        | ManufacturingOrderState::Done
        | ManufacturingOrderState::Cancelled => {
            return wrong_state(ManufacturingOrderCommand::Finish, facts);
        }
    }
    nobody_at_work(facts)?;
    let allowed = facts.most_allowed();
    if facts.produced > allowed {
        return Err(Refusal::OverTolerance { ordered: facts.ordered, produced: facts.produced, allowed });
    }
    let backorder = rest_of_finish(facts, choice)?;
    if facts.unrecorded_manual_lines > 0 && !facts.unrecorded_lines_accepted {
        return Err(Refusal::ConsumptionUnrecorded { count: facts.unrecorded_manual_lines });
    }
    let mut effects = vec![Effect::PostRemainingConsumption];
    if facts.produced > Decimal::ZERO {
        effects.push(Effect::PostOutput);
    }
    if facts.unfinished_work_orders > 0 {
        effects.push(Effect::CancelOpenWorkOrders);
    }
    effects.push(Effect::FreeReservations);
    effects.push(Effect::FreezeCostSheet);
    effects.extend(backorder.map(|quantity| Effect::CreateBackorder { quantity }));
    Ok(Decision { next_state: ManufacturingOrderState::Done, effects })
}

/// The quantity of the backorder, if one was chosen. A choice is disregarded when nothing remains.
fn rest_of_finish(facts: &OrderFacts, choice: Option<FinishChoice>) -> Result<Option<Decimal>, Refusal> {
    let rest = facts.remaining();
    if rest == Decimal::ZERO {
        return Ok(None);
    }
    match choice {
        None | Some(FinishChoice::Complete) => {
            Err(Refusal::ProducedLessThanOrdered { ordered: facts.ordered, produced: facts.produced })
        }
        Some(FinishChoice::Backorder) if facts.produced > Decimal::ZERO => Ok(Some(rest)),
        Some(FinishChoice::Backorder) => Err(Refusal::NothingProduced),
        Some(FinishChoice::CloseShort) => Ok(None),
    }
}

fn cancel(facts: &OrderFacts) -> Result<Decision, Refusal> {
    let effects = match facts.state {
        ManufacturingOrderState::Draft => vec![Effect::FlagPurchaseRequests],
        ManufacturingOrderState::Confirmed => {
            vec![Effect::FreeReservations, Effect::FlagPurchaseRequests]
        }
        ManufacturingOrderState::Planned | ManufacturingOrderState::InProgress => {
            if facts.consumed_or_produced {
                return Err(Refusal::AlreadyConsumed);
            }
            nobody_at_work(facts)?;
            vec![Effect::CancelOpenWorkOrders, Effect::FreeReservations, Effect::FlagPurchaseRequests]
        }
        ManufacturingOrderState::Done | ManufacturingOrderState::Cancelled => {
            return wrong_state(ManufacturingOrderCommand::Cancel, facts);
        }
    };
    Ok(Decision { next_state: ManufacturingOrderState::Cancelled, effects })
}

/// A reversed order is in progress again with nothing posted: it can be corrected and finished anew, or cancelled.
fn reverse(facts: &OrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        ManufacturingOrderState::Done if facts.may_reverse => Ok(Decision {
            next_state: ManufacturingOrderState::InProgress,
            effects: vec![Effect::PostCompensatingMoves, Effect::ThawCostSheet, Effect::EvaluateAvailability],
        }),
        ManufacturingOrderState::Done => Err(Refusal::PermissionMissing { permission: "manufacturing_order.reverse" }),
        ManufacturingOrderState::Draft
        | ManufacturingOrderState::Confirmed
        | ManufacturingOrderState::Planned
        | ManufacturingOrderState::InProgress
        | ManufacturingOrderState::Cancelled => wrong_state(ManufacturingOrderCommand::Reverse, facts),
    }
}

fn change_quantity(facts: &OrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        // A draft has no lines of its own yet: the new quantity is simply written.
        ManufacturingOrderState::Draft => Ok(stay(facts, vec![])),
        ManufacturingOrderState::Confirmed | ManufacturingOrderState::Planned | ManufacturingOrderState::InProgress => {
            Ok(stay(facts, vec![Effect::RescaleOrder, Effect::EvaluateAvailability]))
        }
        ManufacturingOrderState::Done | ManufacturingOrderState::Cancelled => {
            wrong_state(ManufacturingOrderCommand::ChangeQuantity, facts)
        }
    }
}

fn change_component(facts: &OrderFacts) -> Result<Decision, Refusal> {
    active(ManufacturingOrderCommand::ChangeComponent, facts)?;
    Ok(stay(facts, vec![Effect::ApplyComponentChange, Effect::EvaluateAvailability]))
}

fn before_start(command: ManufacturingOrderCommand, facts: &OrderFacts, effect: Effect) -> Result<Decision, Refusal> {
    match facts.state {
        ManufacturingOrderState::Draft => Ok(stay(facts, vec![effect])),
        ManufacturingOrderState::Confirmed | ManufacturingOrderState::Planned => {
            Ok(stay(facts, vec![effect, Effect::EvaluateAvailability]))
        }
        ManufacturingOrderState::InProgress | ManufacturingOrderState::Done | ManufacturingOrderState::Cancelled => {
            wrong_state(command, facts)
        }
    }
}

/// Orders that own frozen lines and are not closed.
fn active(command: ManufacturingOrderCommand, facts: &OrderFacts) -> Result<(), Refusal> {
    match facts.state {
        ManufacturingOrderState::Confirmed | ManufacturingOrderState::Planned | ManufacturingOrderState::InProgress => {
            Ok(())
        }
        ManufacturingOrderState::Draft | ManufacturingOrderState::Done | ManufacturingOrderState::Cancelled => {
            wrong_state(command, facts)
        }
    }
}

fn nobody_at_work(facts: &OrderFacts) -> Result<(), Refusal> {
    if facts.running_work_orders > 0 {
        return Err(Refusal::WorkOrdersRunning { count: facts.running_work_orders });
    }
    Ok(())
}

fn stay(facts: &OrderFacts, effects: Vec<Effect>) -> Decision {
    Decision { next_state: facts.state, effects }
}

fn wrong_state<T>(command: ManufacturingOrderCommand, facts: &OrderFacts) -> Result<T, Refusal> {
    Err(Refusal::WrongState { state: facts.state, command })
}
