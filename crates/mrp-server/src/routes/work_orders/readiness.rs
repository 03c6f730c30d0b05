//! What can be worked on: the domain's readiness rule over the work orders of one order.

use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_domain::quantity::QuantityError;
use mrp_domain::work_order::WorkOrderState;
use mrp_domain::work_order::readiness::{ComponentCover, Predecessor, ready_quantity, state_by_readiness};
use mrp_store::error::StoreError;
use mrp_store::tx::Tx;
use mrp_store::work_orders::{self, WorkOrderState as StateRow};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::ApiError;
use crate::noun::{integer, word};
use crate::routes::manufacturing_orders::order::{Order, lock_work_orders};

/// A work order, or an operation that will become one.
#[derive(Debug, Clone)]
pub struct Step {
    /// The work order.
    pub id: Uuid,
    /// Its place.
    pub sequence: u32,
    /// Its state.
    pub state: WorkOrderState,
    /// Its planned quantity.
    pub quantity: Decimal,
    /// Good pieces.
    pub good: Decimal,
    /// Scrapped pieces.
    pub scrapped: Decimal,
}

/// What a step may do now.
#[derive(Debug, Clone, Copy)]
pub struct Ready {
    /// Waiting or ready; any other state stays.
    pub state: WorkOrderState,
    /// How many pieces can be worked on.
    pub quantity: Decimal,
}

/// A stored work order as a step.
///
/// # Errors
/// `internal` for a corrupt row.
pub fn step_of(row: &StateRow) -> Result<Step, ApiError> {
    Ok(Step {
        id: row.id,
        sequence: integer(row.sequence),
        state: word(&row.state)?,
        quantity: row.quantity,
        good: row.qty_done,
        scrapped: row.qty_scrapped,
    })
}

/// Evaluates all steps of an order; the steps stand in the order of its operations.
///
/// # Errors
/// When a quantity cannot be calculated exactly.
pub fn evaluate(order: &Order, steps: &[Step]) -> Result<Vec<Ready>, ApiError> {
    let routing = order.routing()?;
    let last = order.operations.last().map(|frozen| frozen.operation.sequence);
    let mut all = Vec::with_capacity(steps.len());
    for (index, step) in steps.iter().enumerate() {
        let before = routing.predecessors_of(index);
        let predecessors = before
            .iter()
            .filter_map(|&earlier| {
                let step = steps.get(earlier)?;
                let transfer_quantity = order.operations.get(earlier)?.operation.overlap_after;
                Some(Predecessor { state: step.state, good: step.good, transfer_quantity })
            })
            .collect::<Vec<_>>();
        let components = order
            .lines
            .iter()
            .filter(|line| line.product_type == "storable")
            .filter(|line| match line.operation_sequence {
                Some(sequence) => integer(sequence) == step.sequence,
                None => Some(step.sequence) == last,
            })
            .map(|line| ComponentCover { needed: line.qty_needed, covered: line.qty_done + line.qty_reserved })
            .collect::<Vec<_>>();
        let quantity = ready_quantity(
            order.quantity()?,
            &predecessors,
            &components,
            order.row.unit_step,
            step.good + step.scrapped,
        )
        .map_err(|error| out_of_range(&error))?;
        all.push(Ready { state: state_by_readiness(step.state, quantity), quantity });
    }
    Ok(all)
}

fn out_of_range(error: &QuantityError) -> ApiError {
    ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string()))
}

/// Evaluates an order's work orders anew and writes what changed.
///
/// # Errors
/// When Postgres fails.
pub async fn refresh(tx: &mut Tx, order: &Order) -> Result<(), ApiError> {
    let mut rows = lock_work_orders(tx, order).await?;
    let touched = apply(order, &mut rows)?;
    let touched = rows.iter().filter(|row| touched.contains(&row.id)).collect::<Vec<_>>();
    if !touched.is_empty() {
        let now = tx.now_utc();
        work_orders::saving(&touched, now).run(tx.connection()).await.map_err(StoreError::from)?;
    }
    Ok(())
}

/// Lets the rows follow from each other and from the order's components; says which of them changed.
///
/// # Errors
/// `internal` for a corrupt row.
pub fn apply(order: &Order, rows: &mut [StateRow]) -> Result<Vec<Uuid>, ApiError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let steps = rows.iter().map(step_of).collect::<Result<Vec<_>, _>>()?;
    let mut touched = Vec::new();
    for ((row, step), ready) in rows.iter_mut().zip(&steps).zip(evaluate(order, &steps)?) {
        let is_closed = matches!(step.state, WorkOrderState::Finished | WorkOrderState::Cancelled);
        let is_same =
            row.qty_ready == ready.quantity && step.state == ready.state && row.quantity == order.row.quantity;
        if is_closed || is_same {
            continue;
        }
        row.state = ready.state.to_string();
        row.qty_ready = ready.quantity;
        row.quantity = order.row.quantity;
        touched.push(row.id);
    }
    Ok(touched)
}
