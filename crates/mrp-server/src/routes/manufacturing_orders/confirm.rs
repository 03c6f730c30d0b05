//! Confirming: the order gets its own copy of components and operations, and its material is checked.

use mrp_api::detail::{self as say, Detail};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders as api;
use mrp_domain::bom::explode::{ExplodeError, explode_bom};
use mrp_domain::ids::{BomId, ProductId};
use mrp_domain::manufacturing_order::ReservationRule;
use mrp_domain::manufacturing_order::transitions::{Effect, ManufacturingOrderCommand, decide};
use mrp_domain::money::UnitCost;
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::routing::{Operation, Routing};
use mrp_domain::text::Name;
use mrp_domain::time::Seconds;
use mrp_domain::work_center::Efficiency;
use mrp_domain::work_order_duration::{OperationTimes, duration};
use mrp_store::bom_catalog::{self, Levels, StoredBoms};
use mrp_store::learned_times::timed_operations;
use mrp_store::manufacturing_orders::{self as store, OrderChanges};
use mrp_store::material_lines::{self, LineValues};
use mrp_store::routings::OperationRow;
use mrp_store::settings::SettingRow;
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::by_products;
use super::change::text_of;
use super::order::{FrozenOperation, Order, Rights, refused};
use super::reserve::reserve;
use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::noun::{integer, word};

/// Confirms a locked draft and returns its new version.
///
/// # Errors
/// What the domain refuses, and faults of recipe and routing.
pub async fn confirm(tx: &mut Tx, order: Order, setting: &SettingRow, rights: Rights) -> Result<i64, ApiError> {
    let facts = order.facts(&[], setting, rights, tx.now())?;
    let decision = decide(ManufacturingOrderCommand::Confirm, &facts, None).map_err(|refusal| refused(&refusal))?;
    let id = order.row.id;
    let quantity = order.quantity()?;
    let operations = freeze_operations(tx, order.row.routing_id, quantity).await?;
    freeze_components(tx, &order, quantity).await?;
    let planned_seconds = operations.iter().map(|frozen| frozen.planned_seconds).sum::<u64>();
    let operations = serde_json::to_value(&operations).map_err(|_| ApiError::plain(&codes::INTERNAL))?;
    let mut order = Order {
        lines: material_lines::of_order(tx.connection(), id, order.row.components_location_id).await?,
        state: decision.next_state,
        ..order
    };
    if decision.effects.contains(&Effect::ReserveMaterial) {
        reserve(tx, &mut order).await?;
    } else if word::<ReservationRule>(&setting.reservation_rule)?.waits_for_a_day() {
        store::await_reservation(tx, id, true).await?;
    }
    let changes = OrderChanges {
        state: Some(decision.next_state.to_string()),
        availability: Some(order.availability()?.to_string()),
        operations: Some(operations),
        planned_seconds: i64::try_from(planned_seconds).ok(),
        ..OrderChanges::default()
    };
    let version = store::change(tx, id, changes).await?;
    let is_logged = decision.effects.contains(&Effect::LogUnvalidatedBom);
    let note = if is_logged { Detail::from(say::UNVALIDATED_BOM).stored() } else { String::new() };
    tx.changed("manufacturing_order", id, version, note);
    Ok(version)
}

/// The operations of a routing as an order of that quantity keeps them.
///
/// # Errors
/// `routing_faulty`, `quantity_out_of_range`.
pub async fn freeze_operations(
    tx: &mut Tx,
    routing: Option<Uuid>,
    quantity: PositiveQuantity,
) -> Result<Vec<FrozenOperation>, ApiError> {
    let Some(routing) = routing else { return Ok(Vec::new()) };
    let rows = timed_operations(tx.connection(), vec![routing]).await?;
    let frozen = rows.into_iter().map(|row| freeze(row, quantity)).collect::<Result<Vec<_>, _>>()?;
    let operations = frozen.iter().map(|frozen| frozen.operation.clone()).collect();
    Routing::new(operations).map_err(|faults| {
        let words = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        ApiError::new(&codes::ROUTING_FAULTY, say::for_callers(words))
    })?;
    Ok(frozen)
}

fn freeze(row: OperationRow, quantity: PositiveQuantity) -> Result<FrozenOperation, ApiError> {
    let corrupt =
        |error: &dyn std::fmt::Display| ApiError::new(&codes::ROUTING_FAULTY, say::for_callers(error.to_string()));
    let seconds = |value: i32| Seconds::new(u64::from(integer(value)));
    let times = OperationTimes {
        setup: seconds(row.setup_seconds),
        cycle: seconds(row.cycle_seconds),
        quantity_per_cycle: PositiveQuantity::new(row.quantity_per_cycle).map_err(|error| corrupt(&error))?,
        cleanup: seconds(row.cleanup_seconds),
    };
    let efficiency = Efficiency::try_from(row.efficiency_percent).map_err(|error| corrupt(&error))?;
    let planned = duration(&times, quantity.exact(), efficiency)
        .map_err(|error| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string())))?;
    Ok(FrozenOperation {
        operation: Operation {
            id: mrp_domain::ids::OperationId::from_uuid(row.id),
            sequence: integer(row.sequence),
            name: Name::new(&row.name).map_err(|error| corrupt(&error))?,
            work_center: mrp_domain::ids::WorkCenterId::from_uuid(row.work_center_id),
            times,
            staff_needed: integer(row.staff_needed),
            predecessors: row.predecessors.map(|all| all.into_iter().map(integer).collect()),
            overlap_after: row.overlap_quantity.map(PositiveQuantity::new).transpose().map_err(|e| corrupt(&e))?,
            instructions: row.instructions,
        },
        work_center_name: row.work_center_name,
        efficiency_percent: row.efficiency_percent,
        costs_hour: row.costs_hour,
        labour_cost_hour: row.labour_cost_hour,
        planned_seconds: planned.get(),
    })
}

async fn freeze_components(tx: &mut Tx, order: &Order, quantity: PositiveQuantity) -> Result<(), ApiError> {
    let Some(bom) = order.row.bom_id else { return Ok(()) };
    let begins_at = order.row.planned_start.unwrap_or(tx.now_utc());
    let recipe = recipe_of(tx.connection(), bom, order.row.product_id, begins_at).await?;
    material_lines::insert(tx, order.row.id, &needs(&recipe, quantity)?).await?;
    by_products::freeze(tx, order.row.id, &recipe, quantity).await
}

/// A recipe as orders of that product that begin then are frozen from it.
///
/// # Errors
/// `not_found`.
pub async fn recipe_of(
    connection: &mut PgConnection,
    bom: Uuid,
    product: Uuid,
    begins_at: time::OffsetDateTime,
) -> Result<StoredBoms, ApiError> {
    let (bom, product) = (BomId::from_uuid(bom), ProductId::from_uuid(product));
    Ok(bom_catalog::load(connection, bom, Some(product), (Levels::KitsOnly, Some(begins_at))).await?)
}

/// The components of an order of that quantity.
///
/// # Errors
/// Faults of the recipe.
pub fn needs(recipe: &StoredBoms, quantity: PositiveQuantity) -> Result<Vec<LineValues>, ApiError> {
    let needs = explode_bom(recipe, recipe.bom(), quantity.exact()).map_err(|error| exploded(&error))?;
    let mut lines = Vec::with_capacity(needs.len());
    for need in needs {
        let per_unit = need.exact.div(quantity.exact()).unwrap_or(need.exact);
        let cost = recipe.part(need.component).and_then(|part| part.unit_cost).map(UnitCost::get);
        lines.push(LineValues {
            id: Uuid::now_v7(),
            product_id: need.component.uuid(),
            operation_sequence: need.operation_sequence.and_then(|sequence| i32::try_from(sequence).ok()),
            qty_planned: need.rounded,
            qty_needed: need.rounded,
            per_unit: text_of(per_unit),
            is_fixed: need.is_fixed,
            substitute_ids: recipe.substitutes(need.component).into_iter().map(ProductId::uuid).collect(),
            planned_unit_cost: cost.filter(|cost| *cost > Decimal::ZERO),
        });
    }
    Ok(lines)
}

/// A failed explosion as the wire says it.
#[must_use]
pub fn exploded(error: &ExplodeError) -> ApiError {
    let code = match error {
        ExplodeError::Cycle { .. } => &codes::BOM_CYCLE,
        ExplodeError::TooDeep { .. } => &codes::BOM_TOO_DEEP,
        ExplodeError::Quantity { .. } => &codes::QUANTITY_OUT_OF_RANGE,
        ExplodeError::Unit { .. } => &codes::UNIT_CATEGORY_DIFFERS,
        ExplodeError::NoBom { .. }
        | ExplodeError::UnknownProduct { .. }
        | ExplodeError::UnknownUnit { .. }
        | ExplodeError::TooManyLines => &codes::BOM_FAULTY,
    };
    ApiError::new(code, say::for_callers(error.to_string()))
}

/// Most orders in one bulk command.
const BULK_MAX: usize = 2_000;

/// Confirms each order in a transaction of its own: one bad row costs the others nothing.
///
/// # Errors
/// When there are too many, or Postgres fails; what one order is refused for stands in its row.
pub async fn many(
    granted: Granted<api::BulkConfirmManufacturingOrders>,
    input: api::BulkInput,
) -> Result<Answered<api::BulkConfirmManufacturingOrders>, ApiError> {
    if input.orders.len() > BULK_MAX {
        let mut faults = Faults::default();
        faults.add("/orders", &codes::VALUE_INVALID, say::AT_MOST_AT_ONCE.with("most", BULK_MAX));
        faults.check()?;
    }
    if let Some(answered) = granted.seen_before().await? {
        return Ok(answered);
    }
    let rights = Rights::of(&granted);
    let setting = mrp_store::settings::read(&mut *granted.connection().await?).await?;
    let mut results = Vec::with_capacity(input.orders.len());
    for item in input.orders {
        let done = granted
            .on_its_own(async |tx| {
                let order = Order::lock(tx, item.id.uuid(), item.version).await?;
                let number = order.row.number.clone();
                let version = confirm(tx, order, &setting, rights).await?;
                Ok((number, version))
            })
            .await;
        results.push(match done {
            Ok((number, version)) => {
                api::BulkResult { id: item.id, number, done: true, version: Some(version), problem: None }
            }
            Err(error) => api::BulkResult {
                id: item.id,
                number: String::new(),
                done: false,
                version: None,
                problem: Some(error.problem(&granted.request_id)),
            },
        });
    }
    granted.write(async |_| Ok(api::BulkReply { results: results.clone() })).await
}
