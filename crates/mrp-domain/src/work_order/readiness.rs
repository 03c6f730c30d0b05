//! How much of a work order can be worked on now.
//!
//! One rule gives waiting and ready, overlap and partial work: *ready = the least that any predecessor has handed
//! over, less what is already reported*. A predecessor hands over its good quantity once it is finished, or in
//! portions while the two overlap; what comes from components is bounded by what is reserved or consumed of them.

use rust_decimal::Decimal;

use crate::quantity::{Exact, PositiveQuantity, QuantityError};
use crate::work_order::WorkOrderState;

/// How far an earlier operation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Predecessor {
    /// Its state.
    pub state: WorkOrderState,
    /// Good pieces it has reported.
    pub good: Decimal,
    /// The portion in which it hands over before it is finished; none means only after all.
    pub transfer_quantity: Option<PositiveQuantity>,
}

/// What is there of a component that the operation consumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComponentCover {
    /// What the whole order needs of it.
    pub needed: Decimal,
    /// What is consumed or reserved of it.
    pub covered: Decimal,
}

/// What a predecessor has handed over so far.
///
/// # Errors
/// [`QuantityError`] for amounts beyond calculation.
pub fn transferable(predecessor: &Predecessor) -> Result<Decimal, QuantityError> {
    match predecessor.state {
        WorkOrderState::Finished => Ok(predecessor.good),
        WorkOrderState::Waiting | WorkOrderState::Ready | WorkOrderState::InProgress | WorkOrderState::Paused => {
            match predecessor.transfer_quantity {
                Some(portion) => Exact::from_decimal(predecessor.good).floor_to(portion.get()),
                None => Ok(Decimal::ZERO),
            }
        }
        WorkOrderState::Cancelled => Ok(Decimal::ZERO),
    }
}

/// What the components allow, rounded down to the product's step: all of the order when there are none.
///
/// # Errors
/// [`QuantityError`] for amounts beyond calculation.
pub fn allowed_by_components(
    order_quantity: PositiveQuantity,
    components: &[ComponentCover],
    rounding_step: Decimal,
) -> Result<Decimal, QuantityError> {
    let ordered = order_quantity.get();
    let mut allowed = ordered;
    for component in components.iter().filter(|component| component.covered < component.needed) {
        let share = order_quantity
            .exact()
            .mul(Exact::from_decimal(component.covered.max(Decimal::ZERO)))?
            .div(Exact::from_decimal(component.needed))?
            .floor_to(rounding_step)?;
        allowed = allowed.min(share);
    }
    Ok(allowed)
}

/// What can be worked on now: the least of what the predecessors have handed over and the operation's own
/// components allow, less what is already reported (good and scrap); never below zero.
///
/// # Errors
/// [`QuantityError`] for amounts beyond calculation.
pub fn ready_quantity(
    order_quantity: PositiveQuantity,
    predecessors: &[Predecessor],
    components: &[ComponentCover],
    rounding_step: Decimal,
    reported: Decimal,
) -> Result<Decimal, QuantityError> {
    let from_components = allowed_by_components(order_quantity, components, rounding_step)?;
    let mut handed_over: Option<Decimal> = None;
    for predecessor in predecessors {
        let portion = transferable(predecessor)?;
        handed_over = Some(handed_over.map_or(portion, |least| least.min(portion)));
    }
    // Components that suffice for the whole order do not bound a surplus made by the predecessors.
    let bound = match handed_over {
        Some(least) if from_components < order_quantity.get() => least.min(from_components),
        Some(least) => least,
        None => from_components,
    };
    Ok(bound.saturating_sub(reported).max(Decimal::ZERO))
}

/// Waiting or ready, for a work order that nobody has started; other states stay.
#[must_use]
pub fn state_by_readiness(state: WorkOrderState, ready: Decimal) -> WorkOrderState {
    match state {
        WorkOrderState::Waiting | WorkOrderState::Ready if ready > Decimal::ZERO => WorkOrderState::Ready,
        WorkOrderState::Waiting | WorkOrderState::Ready => WorkOrderState::Waiting,
        WorkOrderState::InProgress | WorkOrderState::Paused | WorkOrderState::Finished | WorkOrderState::Cancelled => {
            state
        }
    }
}
