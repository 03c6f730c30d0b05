//! Planning: one work order for each operation, scheduled on the hours of its work center; and taking them back.

use std::collections::HashMap;
use std::sync::Arc;

use mrp_api::detail::{self as say, Detail};
use mrp_api::error as codes;
use mrp_domain::calendar::WorkingWindows;
use mrp_domain::ids::WorkCenterId;
use mrp_domain::manufacturing_order::transitions::{Effect, ManufacturingOrderCommand, decide};
use mrp_domain::routing::plan::{PlanError, PlannedOperation, plan_forward};
use mrp_domain::time::Instant;
use mrp_domain::work_center::Efficiency;
use mrp_store::manufacturing_orders::{self as store, OrderChanges};
use mrp_store::settings::SettingRow;
use mrp_store::tx::Tx;
use mrp_store::work_orders::{self, WorkOrderValues};
use uuid::Uuid;

use super::order::{FrozenOperation, Order, Rights, lock_work_orders, refused};
use crate::app::App;
use crate::error::ApiError;
use crate::routes::work_orders::readiness::{self, Step};

/// Plans a locked order and returns its new version.
///
/// # Errors
/// What the domain refuses, and work centers without hours.
pub async fn plan(
    app: &App,
    tx: &mut Tx,
    order: Order,
    setting: &SettingRow,
    rights: Rights,
    with_shortage: bool,
) -> Result<i64, ApiError> {
    let rights = Rights { plan_with_shortage: rights.plan_with_shortage && with_shortage, ..rights };
    let facts = order.facts(&[], setting, rights, tx.now())?;
    let decision = decide(ManufacturingOrderCommand::Plan, &facts, None).map_err(|refusal| refused(&refusal))?;
    let id = order.row.id;
    let slots = schedule(app, tx, &order, setting.calendar_version).await?;
    let steps = steps(&order, &slots);
    let rows = order
        .operations
        .iter()
        .zip(&slots)
        .zip(readiness::evaluate(&order, &steps)?)
        .map(|((frozen, slot), ready)| work_order(frozen, slot, &order, ready))
        .collect::<Vec<_>>();
    let changes = OrderChanges {
        state: Some(decision.next_state.to_string()),
        scheduled_start: slots.iter().map(|slot| slot.start).min().map(Instant::datetime),
        scheduled_finish: slots.iter().map(|slot| slot.finish).max().map(Instant::datetime),
        ..OrderChanges::default()
    };
    let version = store::change(tx, id, changes).await?;
    work_orders::insert(tx, id, &rows).await?;
    let short = decision.effects.contains(&Effect::LogPlannedWithShortage);
    tx.changed(
        "manufacturing_order",
        id,
        version,
        if short { Detail::from(say::WITH_SHORTAGE).stored() } else { String::new() },
    );
    Ok(version)
}

/// Takes the work orders of a locked order back and returns its new version.
///
/// # Errors
/// What the domain refuses.
pub async fn unplan(tx: &mut Tx, order: Order, setting: &SettingRow, rights: Rights) -> Result<i64, ApiError> {
    let work_orders = lock_work_orders(tx, &order).await?;
    let facts = order.facts(&work_orders, setting, rights, tx.now())?;
    let decision = decide(ManufacturingOrderCommand::Unplan, &facts, None).map_err(|refusal| refused(&refusal))?;
    let id = order.row.id;
    work_orders::remove_of_order(tx, id).await?;
    let changes =
        OrderChanges { state: Some(decision.next_state.to_string()), unscheduled: true, ..OrderChanges::default() };
    let version = store::change(tx, id, changes).await?;
    tx.changed("manufacturing_order", id, version, "");
    Ok(version)
}

fn steps(order: &Order, slots: &[PlannedOperation]) -> Vec<Step> {
    slots
        .iter()
        .map(|slot| Step {
            id: Uuid::nil(),
            sequence: slot.sequence,
            state: mrp_domain::work_order::WorkOrderState::Waiting,
            quantity: order.row.quantity,
            good: rust_decimal::Decimal::ZERO,
            scrapped: rust_decimal::Decimal::ZERO,
        })
        .collect()
}

fn work_order(
    frozen: &FrozenOperation,
    slot: &PlannedOperation,
    order: &Order,
    ready: readiness::Ready,
) -> WorkOrderValues {
    WorkOrderValues {
        id: Uuid::now_v7(),
        sequence: i32::try_from(frozen.operation.sequence).unwrap_or(i32::MAX),
        name: frozen.operation.name.to_string(),
        work_center_id: frozen.operation.work_center.uuid(),
        state: ready.state.to_string(),
        quantity: order.row.quantity,
        qty_ready: ready.quantity,
        scheduled_start: slot.start.datetime(),
        scheduled_finish: slot.finish.datetime(),
        planned_seconds: i64::try_from(slot.duration.get()).unwrap_or(i64::MAX),
    }
}

/// When each operation runs, from the planned start on, if nothing else stood in its way.
async fn schedule(
    app: &App,
    tx: &mut Tx,
    order: &Order,
    calendar_version: i64,
) -> Result<Vec<PlannedOperation>, ApiError> {
    let routing = order.routing()?;
    let tx_now = tx.now();
    let start = order.row.planned_start.map_or(tx.now(), Instant::from_datetime).max(tx_now);
    let mut hours: HashMap<WorkCenterId, (Arc<WorkingWindows>, Efficiency)> = HashMap::new();
    for frozen in &order.operations {
        let center = frozen.operation.work_center;
        if hours.contains_key(&center) {
            continue;
        }
        let efficiency = Efficiency::try_from(frozen.efficiency_percent)
            .map_err(|error| ApiError::new(&codes::ROUTING_FAULTY, error))?;
        let windows =
            crate::routes::calendars::hours_of(app, tx.connection(), calendar_version, center, tx_now).await?;
        hours.insert(center, (windows, efficiency));
    }
    let quantity = order.quantity()?.exact();
    plan_forward(&routing, quantity, start, &|center| {
        hours.get(&center).map(|(windows, efficiency)| (windows.as_ref(), *efficiency))
    })
    .map_err(|error| unplannable(&error, order))
}

fn unplannable(error: &PlanError, order: &Order) -> ApiError {
    let name = |center: WorkCenterId| {
        let found = order.operations.iter().find(|frozen| frozen.operation.work_center == center);
        found.map_or_else(|| center.to_string(), |frozen| frozen.work_center_name.clone())
    };
    match error {
        PlanError::NoWorkingTime { work_center, .. } => {
            let detail = say::CENTER_WITHOUT_HOURS.with("work_center", name(*work_center));
            ApiError::new(&codes::CALENDAR_MISSING, detail)
        }
        PlanError::Calendar { work_center, .. } => {
            let detail = say::CENTER_HOURS_FULL.with("work_center", name(*work_center));
            ApiError::new(&codes::CALENDAR_EXHAUSTED, detail)
        }
        PlanError::Duration { .. } | PlanError::Quantity(_) => {
            ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string()))
        }
    }
}
