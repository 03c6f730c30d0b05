//! An order as its page shows it.

use mrp_api::detail as say;
use std::collections::BTreeMap;

use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{
    ActionView, MadeForView, ManufacturingOrderRow, ManufacturingOrderView, MaterialLineView, OrderOperationView,
};
use mrp_api::material_lines::{LineDraftView, LineLotView, LineSubstituteView};
use mrp_api::purchase_orders::ExpectedView;
use mrp_domain::bom::BomState;
use mrp_domain::ids::{
    BomId, LotId, ManufacturingOrderId, MaterialLineId, ProductId, RoutingId, UnitId, UserId, WarehouseId, WorkOrderId,
};
use mrp_domain::manufacturing_order::availability::{LineSupply, line_availability};
use mrp_domain::manufacturing_order::transitions::{OrderFacts, offers};
use mrp_domain::manufacturing_order::{ManufacturingOrderState, Priority};
use mrp_domain::purchasing::PurchaseRequestState;
use mrp_domain::quantity::Exact;
use mrp_domain::time::Instant;
use mrp_domain::work_order::time_log::{TimeLog, machine_seconds};
use mrp_store::error::StoreError;
use mrp_store::manufacturing_orders::{OrderListRow, OrderNames, OrderRow};
use mrp_store::material_lines::{self, MaterialLineRow, SubstituteRow};
use mrp_store::order_by_products;
use mrp_store::sql::PgConnection;
use mrp_store::work_orders::{self, TimeLogRow, WorkOrderRow};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use uuid::Uuid;

use super::order::{FrozenOperation, Order, Rights, is_tracked, supply};
use super::{by_products, expected};
use crate::error::ApiError;
use crate::noun::{integer, word};

/// The stored rank of a priority.
#[must_use]
pub fn rank_of(priority: Priority) -> i16 {
    match priority {
        Priority::Low => 0,
        Priority::Normal => 1,
        Priority::High => 2,
        Priority::Urgent => 3,
    }
}

/// The priority of a stored rank.
#[must_use]
pub fn priority_of(rank: i16) -> Priority {
    match rank {
        0 => Priority::Low,
        2 => Priority::High,
        3 => Priority::Urgent,
        _ => Priority::Normal,
    }
}

/// An instant of the database.
#[must_use]
pub fn instant(at: Option<OffsetDateTime>) -> Option<Instant> {
    at.map(Instant::from_datetime)
}

fn is_late(
    state: ManufacturingOrderState,
    deadline: Option<OffsetDateTime>,
    finish: Option<OffsetDateTime>,
    now: Instant,
) -> bool {
    match state {
        ManufacturingOrderState::Done | ManufacturingOrderState::Cancelled => false,
        ManufacturingOrderState::Draft
        | ManufacturingOrderState::Confirmed
        | ManufacturingOrderState::Planned
        | ManufacturingOrderState::InProgress => {
            deadline.is_some_and(|deadline| deadline < now.datetime() || finish.is_some_and(|finish| finish > deadline))
        }
    }
}

fn progress(state: ManufacturingOrderState, finished: i64, planned: i64) -> u32 {
    match state {
        ManufacturingOrderState::Done => 100,
        ManufacturingOrderState::Draft
        | ManufacturingOrderState::Confirmed
        | ManufacturingOrderState::Planned
        | ManufacturingOrderState::InProgress
        | ManufacturingOrderState::Cancelled => {
            let percent = finished.saturating_mul(100).checked_div(planned).unwrap_or_default();
            u32::try_from(percent).unwrap_or_default().min(100)
        }
    }
}

/// A row of the list.
///
/// # Errors
/// `internal` for a corrupt row.
pub fn list_row(row: OrderListRow, now: Instant) -> Result<ManufacturingOrderRow, ApiError> {
    let state = word(&row.state)?;
    Ok(ManufacturingOrderRow {
        id: ManufacturingOrderId::from_uuid(row.id),
        number: row.number,
        product_code: row.product_code,
        product_name: row.product_name,
        quantity: row.quantity,
        unit_code: row.unit_code,
        state,
        material_availability_status: word(&row.availability)?,
        progress_percent: progress(state, row.finished_seconds, row.planned_seconds),
        date_deadline: instant(row.date_deadline),
        scheduled_finish: instant(row.scheduled_finish),
        is_late: is_late(state, row.date_deadline, row.scheduled_finish, now),
        responsible_name: row.responsible_name,
        priority: priority_of(row.priority),
        bom_unvalidated: row.bom_unvalidated,
        version: row.version,
    })
}

/// The whole order.
///
/// # Errors
/// `not_found`, and `internal` for a corrupt row.
pub async fn whole(
    connection: &mut PgConnection,
    id: Uuid,
    rights: Rights,
    now: Instant,
) -> Result<ManufacturingOrderView, ApiError> {
    let order = Order::read(connection, id).await?;
    let rows = work_orders::of_order(connection, id).await?;
    let logs = if rows.is_empty() { Vec::new() } else { work_orders::logs_of_order(connection, id).await? };
    let setting = mrp_store::settings::read(connection).await?;
    let states = rows.iter().map(state_row).collect::<Vec<_>>();
    let facts = order.facts(&states, &setting, rights, now)?;
    let bom_changed = mrp_store::manufacturing_orders::has_newer_recipe(connection, id).await?;
    let names = mrp_store::manufacturing_orders::names(connection, id).await?;
    let outputs = match order.state {
        ManufacturingOrderState::Draft => Vec::new(),
        ManufacturingOrderState::Confirmed
        | ManufacturingOrderState::Planned
        | ManufacturingOrderState::InProgress
        | ManufacturingOrderState::Done
        | ManufacturingOrderState::Cancelled => order_by_products::of_order(connection, id).await?,
    };
    let good = order.row.qty_done;
    let location = order.row.components_location_id;
    let tracked = order.lines.iter().filter(|line| is_tracked(line)).map(|line| line.id).collect::<Vec<_>>();
    let expected = expected::of_order(connection, &order, &setting.zone).await?;
    let mut view = view(order, names, &rows, &logs, &facts, (bom_changed, expected), now)?;
    if !rights.purchases {
        view.purchase_requests.clear();
        for one in view.components.iter_mut().flat_map(|line| &mut line.expected_from) {
            if one.purchase_order_id.take().is_some() {
                one.number.clear();
            }
        }
    }
    if !tracked.is_empty() {
        for held in material_lines::held_lots(connection, tracked).await? {
            let line = view.components.iter_mut().find(|line| line.id.uuid() == held.line_id);
            let Some(line) = line else { continue };
            line.lots.push(LineLotView {
                lot_id: LotId::from_uuid(held.lot_id),
                number: held.number,
                expires_on: held.expires_on.map(|day| day.to_string()),
                qty_reserved: held.quantity,
            });
        }
    }
    let outputs = outputs.into_iter().map(|row| by_products::view(row, good));
    view.by_products = outputs.collect::<Result<_, ApiError>>()?;
    if view.components.iter().any(|line| line.qty_missing > Decimal::ZERO) {
        propose_substitutes(&mut view, material_lines::substitutes(connection, id, location).await?)?;
    }
    Ok(view)
}

/// Names what may take the place of each component that is short, in the same amount.
fn propose_substitutes(view: &mut ManufacturingOrderView, rows: Vec<SubstituteRow>) -> Result<(), ApiError> {
    for row in rows {
        let line = view.components.iter_mut().find(|line| line.id.uuid() == row.line_id);
        let Some(line) = line.filter(|line| line.qty_missing > Decimal::ZERO) else { continue };
        let ratio = |numerator, denominator| Exact::ratio(numerator, denominator);
        let needed = ratio(row.line_numerator, row.line_denominator)
            .and_then(|from| Exact::from_decimal(line.qty_needed).mul(from))
            .and_then(|amount| amount.div(ratio(row.ratio_numerator, row.ratio_denominator)?))
            .and_then(|amount| amount.ceil_to(row.unit_step))
            .map_err(|error| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string())))?;
        line.substitutes.push(LineSubstituteView {
            product_id: ProductId::from_uuid(row.product_id),
            product_code: row.product_code,
            product_name: row.product_name,
            unit_code: row.unit_code,
            qty_needed: needed,
            qty_free: row.free,
        });
    }
    Ok(())
}

/// The part of a work order that commands look at.
#[must_use]
pub fn state_row(row: &WorkOrderRow) -> mrp_store::work_orders::WorkOrderState {
    mrp_store::work_orders::WorkOrderState {
        id: row.id,
        sequence: row.sequence,
        work_center_id: row.work_center_id,
        state: row.state.clone(),
        quantity: row.quantity,
        qty_ready: row.qty_ready,
        qty_done: row.qty_done,
        qty_scrapped: row.qty_scrapped,
        planned_seconds: row.planned_seconds,
        version: row.version,
    }
}

fn view(
    order: Order,
    known_as: OrderNames,
    rows: &[WorkOrderRow],
    logs: &[TimeLogRow],
    facts: &OrderFacts,
    (bom_changed, mut expected): (bool, BTreeMap<Uuid, Vec<ExpectedView>>),
    now: Instant,
) -> Result<ManufacturingOrderView, ApiError> {
    let names = order.operations.iter().map(|frozen| (frozen.operation.sequence, frozen.operation.name.to_string()));
    let names = names.collect::<Vec<_>>();
    let asked = parsed::<Vec<Asked>>(known_as.asked_for)?;
    let drafted = parsed::<Vec<Drafted>>(known_as.drafted)?;
    let components = order
        .lines
        .iter()
        .map(|line| component(line, &names, (&asked, &drafted), expected.remove(&line.id).unwrap_or_default()));
    let components = components.collect::<Result<Vec<_>, _>>()?;
    let operations =
        order.operations.iter().map(|frozen| operation(frozen, rows, logs, now)).collect::<Result<Vec<_>, _>>()?;
    let state = order.state;
    let OrderRow { priority, .. } = order.row;
    let row = order.row;
    Ok(ManufacturingOrderView {
        id: ManufacturingOrderId::from_uuid(row.id),
        number: row.number,
        state,
        material_availability_status: word(&row.availability)?,
        product_id: ProductId::from_uuid(row.product_id),
        product_code: known_as.product_code,
        product_name: known_as.product_name,
        quantity: row.quantity,
        unit_id: UnitId::from_uuid(row.unit_id),
        unit_code: row.unit_code,
        bom_id: row.bom_id.map(BomId::from_uuid),
        bom_code: known_as.bom_code,
        bom_revision: known_as.bom_revision.map(integer),
        bom_changed,
        bom_unvalidated: row.bom_state.as_deref() == Some(BomState::Draft.as_str()),
        routing_id: row.routing_id.map(RoutingId::from_uuid),
        routing_name: known_as.routing_name,
        date_deadline: instant(row.date_deadline),
        planned_start: instant(row.planned_start),
        scheduled_start: instant(row.scheduled_start),
        scheduled_finish: instant(row.scheduled_finish),
        finished_at: instant(row.finished_at),
        is_late: is_late(state, row.date_deadline, row.scheduled_finish, now),
        components_warehouse_id: row.components_warehouse_id.map(WarehouseId::from_uuid),
        components_warehouse_name: known_as.components_warehouse_name,
        finished_products_warehouse_id: row.finished_products_warehouse_id.map(WarehouseId::from_uuid),
        finished_products_warehouse_name: known_as.finished_products_warehouse_name,
        priority: priority_of(priority),
        responsible_id: row.responsible_id.map(UserId::from_uuid),
        responsible_name: known_as.responsible_name,
        origin: row.origin,
        notes: row.notes,
        consumption_mode: word(&row.consumption_mode)?,
        qty_done: row.qty_done,
        qty_scrapped: row.qty_scrapped,
        progress_percent: progress(state, row.finished_seconds, row.planned_seconds),
        components,
        purchase_requests: parsed(known_as.purchase_requests)?,
        made_for: known_as.made_for_id.zip(known_as.made_for_number).map(|(id, number)| MadeForView {
            manufacturing_order_id: ManufacturingOrderId::from_uuid(id),
            manufacturing_order_number: number,
        }),
        by_products: Vec::new(),
        operations,
        tracking: word(&row.tracking)?,
        actions: actions(facts),
        version: row.version,
    })
}

/// What can be done, and if not, why: from the function that decides.
fn actions(facts: &OrderFacts) -> Vec<ActionView> {
    let offers = offers(facts).into_iter().map(|(command, offer)| match offer {
        Ok(()) => ActionView { command: command.to_string(), allowed: true, reason: None, detail: None },
        Err(refusal) => ActionView {
            command: command.to_string(),
            allowed: refusal.asks(),
            reason: Some(refusal.code().to_owned()),
            detail: Some(refusal.to_string()),
        },
    });
    offers.collect()
}

/// What was asked for a component.
#[derive(Debug, Deserialize)]
struct Asked {
    line_id: Uuid,
    quantity: Decimal,
    state: PurchaseRequestState,
}

/// A draft that makes a component.
#[derive(Debug, Deserialize)]
struct Drafted {
    line_id: Uuid,
    quantity: Decimal,
    manufacturing_order_id: ManufacturingOrderId,
    number: String,
}

fn parsed<T: DeserializeOwned>(stored: serde_json::Value) -> Result<T, ApiError> {
    serde_json::from_value(stored).map_err(|error| StoreError::Corrupt(error.to_string()).into())
}

fn component(
    line: &MaterialLineRow,
    names: &[(u32, String)],
    (asked, drafted): (&[Asked], &[Drafted]),
    expected_from: Vec<ExpectedView>,
) -> Result<MaterialLineView, ApiError> {
    let asked = asked.iter().filter(|one| one.line_id == line.id && one.state != PurchaseRequestState::Ordered);
    let drafted = || drafted.iter().filter(|one| one.line_id == line.id);
    let coming: Decimal = expected_from.iter().map(|one| one.quantity).sum();
    let availability = line_availability(&LineSupply { expected: coming, ..supply(line)? });
    let is_dated = expected_from.iter().all(|one| one.expected_on.is_some());
    let last = expected_from.iter().filter_map(|one| one.expected_on.clone()).max();
    let drafts = drafted().map(|one| LineDraftView {
        manufacturing_order_id: one.manufacturing_order_id,
        number: one.number.clone(),
        quantity: one.quantity,
    });
    let sequence = line.operation_sequence.map(integer);
    Ok(MaterialLineView {
        id: MaterialLineId::from_uuid(line.id),
        product_id: ProductId::from_uuid(line.product_id),
        product_code: line.product_code.clone(),
        product_name: line.product_name.clone(),
        unit_code: line.unit_code.clone(),
        qty_needed: line.qty_needed,
        qty_done: line.qty_done,
        qty_reserved: line.qty_reserved,
        qty_free: line.free,
        can_be_made: line.can_be_made,
        qty_expected: availability.expected,
        expected_on: last.filter(|_| is_dated),
        expected_from,
        qty_requested: asked.map(|one| one.quantity).chain(drafted().map(|one| one.quantity)).sum(),
        drafts: drafts.collect(),
        qty_missing: availability.missing,
        operation_sequence: sequence,
        operation_name: names.iter().find(|(known, _)| Some(*known) == sequence).map(|(_, name)| name.clone()),
        availability: availability.availability,
        substitutes: Vec::new(),
        tracking: word(&line.tracking)?,
        lots: Vec::new(),
        qty_expired: line.expired,
    })
}

fn operation(
    frozen: &FrozenOperation,
    rows: &[WorkOrderRow],
    logs: &[TimeLogRow],
    now: Instant,
) -> Result<OrderOperationView, ApiError> {
    let sequence = frozen.operation.sequence;
    let row = rows.iter().find(|row| integer(row.sequence) == sequence);
    let own = logs.iter().filter(|log| integer(log.sequence) == sequence).map(time_log).collect::<Vec<_>>();
    Ok(OrderOperationView {
        sequence,
        name: frozen.operation.name.to_string(),
        work_center_id: frozen.operation.work_center,
        work_center_name: row.map_or_else(|| frozen.work_center_name.clone(), |row| row.work_center_name.clone()),
        planned_seconds: frozen.planned_seconds,
        actual_seconds: machine_seconds(&own, now).get(),
        staff_needed: frozen.operation.staff_needed,
        work_order_id: row.map(|row| WorkOrderId::from_uuid(row.id)),
        work_order_number: row.map(|row| row.number.clone()),
        state: row.map(|row| word(&row.state)).transpose()?,
        qty_done: row.map_or(Decimal::ZERO, |row| row.qty_done),
        qty_scrapped: row.map_or(Decimal::ZERO, |row| row.qty_scrapped),
        scheduled_start: row.and_then(|row| instant(row.scheduled_start)),
        scheduled_finish: row.and_then(|row| instant(row.scheduled_finish)),
        instructions: frozen.operation.instructions.clone(),
    })
}

/// A time log as the domain sees it.
#[must_use]
pub fn time_log(row: &TimeLogRow) -> TimeLog {
    TimeLog {
        id: mrp_domain::ids::TimeLogId::from_uuid(row.id),
        work_order: WorkOrderId::from_uuid(row.work_order_id),
        operator: UserId::from_uuid(row.user_id),
        start: Instant::from_datetime(row.started_at),
        end: instant(row.finished_at),
    }
}

/// Refuses when a list's state filter has an unknown word.
///
/// # Errors
/// `malformed_query`.
pub fn states_of<T: std::str::FromStr<Err = mrp_domain::vocabulary::UnknownWord>>(
    text: Option<&str>,
) -> Result<Option<Vec<String>>, ApiError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let words = text.split(',').map(|found| match found.parse::<T>() {
        Ok(_) => Ok(found.to_owned()),
        Err(error) => Err(ApiError::new(&codes::MALFORMED_QUERY, say::for_callers(format!("state: {error}")))),
    });
    words.collect::<Result<Vec<_>, _>>().map(Some)
}
