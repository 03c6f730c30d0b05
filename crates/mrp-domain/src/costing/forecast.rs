//! What an unfinished order will still cost: components not yet consumed, operations not yet done.
//!
//! Its entries go into a sheet beside what was posted; together they are the forecast. A finished operation, and a
//! component that is consumed in full, have nothing to come: so a done order's forecast is its actual cost.

use rust_decimal::Decimal;

use crate::costing::{CostEntry, OperationCost};
use crate::ids::ProductId;
use crate::money::UnitCost;
use crate::quantity::{Exact, PositiveQuantity};
use crate::time::Seconds;
use crate::work_order::WorkOrderState;

/// The rest of a component at what it costs today; none when it is consumed in full.
#[must_use]
pub fn component_to_come(
    product: ProductId,
    name: &str,
    (needed, consumed): (Decimal, Decimal),
    unit_cost: UnitCost,
) -> Option<CostEntry> {
    let rest = needed.saturating_sub(consumed);
    (rest > Decimal::ZERO).then(|| CostEntry::component(product, name, rest, unit_cost))
}

/// How far an operation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationProgress {
    /// Its work order's state.
    pub state: WorkOrderState,
    /// Good and scrapped pieces reported.
    pub reported: Decimal,
    /// Pieces it shall do.
    pub quantity: PositiveQuantity,
    /// Machine time logged.
    pub machine_seconds: Seconds,
}

/// The rest of an operation at its planned rates: the planned duration in proportion to the pieces that are not
/// reported yet; before the first report, what is left of the planned duration.
#[must_use]
pub fn operation_to_come(planned: &OperationCost, progress: &OperationProgress) -> Vec<CostEntry> {
    let rest = match progress.state {
        WorkOrderState::Finished | WorkOrderState::Cancelled => Seconds::ZERO,
        WorkOrderState::Waiting | WorkOrderState::Ready | WorkOrderState::InProgress | WorkOrderState::Paused => {
            rest_of(planned.duration, progress)
        }
    };
    if rest.is_zero() {
        return Vec::new();
    }
    OperationCost { duration: rest, ..planned.clone() }.entries()
}

fn rest_of(duration: Seconds, progress: &OperationProgress) -> Seconds {
    if progress.reported <= Decimal::ZERO {
        return duration.minus(progress.machine_seconds);
    }
    let pieces = progress.quantity.get().saturating_sub(progress.reported).max(Decimal::ZERO);
    let seconds = Exact::from_decimal(Decimal::from(duration.get()))
        .mul(Exact::from_decimal(pieces))
        .and_then(|seconds| seconds.div(progress.quantity.exact()));
    // More digits than fit cannot come from a duration below its limit; the whole duration is the safe side.
    seconds.ok().and_then(|seconds| u64::try_from(seconds.ceil()).ok()).map_or(duration, Seconds::new)
}
