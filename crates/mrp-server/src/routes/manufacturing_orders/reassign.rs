//! Reserved goods that go from other orders to one: what would become of everybody, and the doing of it, which looks
//! again under the locks.

use std::collections::{BTreeMap, BTreeSet};

use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::ComponentPath;
use mrp_api::material_lines::{
    GiverInput, PreviewReassignment, ReassignInput, ReassignReservation, ReassignedView, ReassignmentQuery,
    ReassignmentView,
};
use mrp_domain::ids::{ManufacturingOrderId, MaterialLineId};
use mrp_domain::manufacturing_order::availability::{LineSupply, line_availability};
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::reservation::Holding;
use mrp_domain::reservation::reassign::{by_least_harm, is_deadline_at_risk};
use mrp_domain::shop_calendar::day_in;
use mrp_domain::time::Instant;
use mrp_domain::work_order::WorkOrderState;
use mrp_store::arrivals;
use mrp_store::error::StoreError;
use mrp_store::manufacturing_orders::{self as store, OrderChanges};
use mrp_store::material_lines::{self, HolderRow, MaterialLineRow, ReservationValues};
use mrp_store::settings::SettingRow;
use mrp_store::sql::PgConnection;
use mrp_store::stock::NO_LOT;
use mrp_store::tx::Tx;
use mrp_store::work_orders;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use time::Date;
use uuid::Uuid;

use super::order::{Order, is_tracked, open_need, supply};
use super::view::{instant, priority_of, state_row};
use super::{expected, outcome};
use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::routes::work_orders::readiness;

/// Most orders that give at once.
const GIVERS_MAX: usize = 100;

/// `/manufacturing-orders/{id}/components/{line_id}/reassignment`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<PreviewReassignment, _, _>(|granted, path, query, _| preview(granted, path, query))
        .endpoint::<ReassignReservation, _, _>(|granted, path, _, input| carry_out(granted, path, input));
}

async fn preview(
    granted: Granted<PreviewReassignment>,
    path: ComponentPath,
    query: ReassignmentQuery,
) -> Result<Answered<PreviewReassignment>, ApiError> {
    let from = givers_of(query.from.as_deref())?;
    let mut connection = granted.connection().await?;
    let setting = mrp_store::settings::read(&mut connection).await?;
    let who = (path.id.uuid(), path.line_id);
    let plan = plan(&mut connection, who, (from.as_deref(), Shown::All), &setting).await?;
    granted.reply(plan.view)
}

async fn carry_out(
    granted: Granted<ReassignReservation>,
    path: ComponentPath,
    input: ReassignInput,
) -> Result<Answered<ReassignReservation>, ApiError> {
    let id = path.id.uuid();
    granted
        .write(async |tx| {
            let version = reassign(tx, (id, path.line_id, granted.expected), &input).await?;
            outcome(&granted, tx, id, version).await
        })
        .await
}

/// What `line_id:quantity, …` asks for.
///
/// # Errors
/// `malformed_query`.
fn givers_of(text: Option<&str>) -> Result<Option<Vec<GiverInput>>, ApiError> {
    let Some(text) = text else { return Ok(None) };
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let given = parts.map(|part| {
        let found = part.split_once(':').and_then(|(line_id, quantity)| {
            Some(GiverInput { line_id: line_id.parse().ok()?, quantity: quantity.parse().ok()? })
        });
        found.ok_or_else(|| {
            ApiError::new(&codes::MALFORMED_QUERY, say::for_callers(format!("from: `{part}` is not line_id:quantity")))
        })
    });
    given.collect::<Result<Vec<_>, _>>().map(Some)
}

/// An order that gives or gets, as it is and as it would be.
struct Affected {
    before: Order,
    after: Order,
    line: Uuid,
    quantity: Decimal,
    made_name: String,
}

impl Affected {
    fn component(order: &Order, line: Uuid) -> Result<&MaterialLineRow, ApiError> {
        order.lines.iter().find(|known| known.id == line).ok_or_else(|| ApiError::plain(&codes::NOT_FOUND))
    }

    /// An order whose component gets so much, or gives it when it is below 0. `deltas` are those of all components: an
    /// order may have several of one product.
    async fn read(
        connection: &mut PgConnection,
        (order, line): (Uuid, Uuid),
        deltas: &BTreeMap<Uuid, Decimal>,
        made_name: String,
    ) -> Result<Self, ApiError> {
        let before = Order::read(connection, order).await?;
        let mut after = before.clone();
        for known in &mut after.lines {
            known.qty_reserved += deltas.get(&known.id).copied().unwrap_or_default();
        }
        let quantity = deltas.get(&line).copied().unwrap_or_default();
        Ok(Self { before, after, line, quantity, made_name })
    }
}

/// Which of those that hold the product are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// All that could give, those that do first.
    All,
    /// Those that give.
    Giving,
}

/// A reassignment that can be done: who is affected, and what they would see.
struct Plan {
    affected: Vec<Affected>,
    location: Uuid,
    /// What is told.
    view: ReassignmentView,
}

/// Says what would become of whom. `from` names who gives; otherwise those give who suffer least.
///
/// # Errors
/// `not_found`, `state_forbids`, `nothing_to_reserve`; `validation_failed` with every fault of `from`.
async fn plan(
    connection: &mut PgConnection,
    (order, line): (Uuid, MaterialLineId),
    (from, shown): (Option<&[GiverInput]>, Shown),
    setting: &SettingRow,
) -> Result<Plan, ApiError> {
    let taker = Order::read(connection, order).await?;
    let component = Affected::component(&taker, line.uuid())?;
    taker.refuse_unless_active()?;
    let wanted = open_need(component);
    let place = taker.row.components_warehouse_id.zip(taker.row.components_location_id);
    let Some(place) = place.filter(|_| wanted > Decimal::ZERO) else {
        return Err(ApiError::plain(&codes::NOTHING_TO_RESERVE));
    };
    let (product, step) = (component.product_id, component.unit_step);
    let (product_name, unit_code) = (component.product_name.clone(), component.unit_code.clone());
    let holders = material_lines::holders(connection, place.0, product).await?;
    let holders = holders.into_iter().filter(|row| row.manufacturing_order_id != order).collect::<Vec<_>>();
    let holdings = holders.iter().map(holding).collect::<Vec<_>>();
    let mut givers = by_least_harm(&holdings, wanted);
    if let Some(from) = from {
        check(from, &holders, wanted, step)?;
        for (giver, quantity) in &mut givers {
            *quantity = from.iter().filter(|one| one.line_id == *giver).map(|one| one.quantity).sum();
        }
    }
    givers.retain(|(_, quantity)| shown == Shown::All || !quantity.is_zero());
    givers.sort_by_key(|(_, quantity)| quantity.is_zero());
    givers.truncate(GIVERS_MAX);
    let mut deltas: BTreeMap<Uuid, Decimal> =
        givers.iter().map(|(giver, quantity)| (giver.uuid(), -*quantity)).collect();
    deltas.insert(line.uuid(), givers.iter().map(|(_, quantity)| *quantity).sum());
    let mut affected = vec![Affected::read(connection, (order, line.uuid()), &deltas, String::new()).await?];
    for (giver, _) in givers {
        let Some(row) = holders.iter().find(|row| row.line_id == giver.uuid()) else { continue };
        let who = (row.manufacturing_order_id, row.line_id);
        affected.push(Affected::read(connection, who, &deltas, row.made_name.clone()).await?);
    }
    let changed: BTreeMap<Uuid, &Order> = affected.iter().map(|one| (one.after.row.id, &one.after)).collect();
    let changed = changed.into_values().collect::<Vec<_>>();
    let coming = expected::of_lines(connection, place, vec![product], &setting.zone, &changed).await?;
    let mut views = Vec::with_capacity(affected.len());
    for one in &affected {
        let days = coming.get(&one.line).map(Vec::as_slice).unwrap_or_default();
        let sum = days.iter().map(|one| one.quantity).sum();
        let last = days.iter().map(|one| one.expected_on.clone()).max().flatten();
        let last = last.filter(|_| days.iter().all(|one| one.expected_on.is_some()));
        views.push(look(connection, one, (sum, last), &setting.zone).await?);
    }
    let mut givers = views.into_iter();
    let taker = givers.next().ok_or_else(|| ApiError::plain(&codes::NOT_FOUND))?;
    let givers = givers.collect();
    let mut view = ReassignmentView { product_name, unit_code, qty_open: wanted, taker, givers, basis: String::new() };
    view.basis = basis_of(&view)?;
    Ok(Plan { affected, location: place.1, view })
}

/// Stands for what becomes of the order that gets and of those that give; what happens to others meanwhile is all the
/// same to who decides.
fn basis_of(view: &ReassignmentView) -> Result<String, ApiError> {
    let giving = view.givers.iter().filter(|giver| !giver.quantity.is_zero()).collect::<Vec<_>>();
    let seen = serde_json::to_vec(&(&view.qty_open, &view.taker, giving));
    let seen = seen.map_err(|_| ApiError::plain(&codes::INTERNAL))?;
    Ok(Sha256::digest(seen).iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

fn holding(row: &HolderRow) -> Holding {
    Holding {
        line: MaterialLineId::from_uuid(row.line_id),
        quantity: row.quantity,
        priority: priority_of(row.priority),
        deadline: instant(row.date_deadline),
        order_number: row.order_number.clone(),
    }
}

/// Tells everything that is wrong with who gives how much.
fn check(from: &[GiverInput], holders: &[HolderRow], wanted: Decimal, step: Decimal) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    faults.require(!from.is_empty(), "/from", say::GIVERS_MISSING);
    faults.require(from.len() <= GIVERS_MAX, "/from", say::AT_MOST_AT_ONCE.with("most", 100));
    let mut seen = BTreeSet::new();
    for (place, one) in from.iter().enumerate().take(GIVERS_MAX) {
        let pointer = |field: &str| format!("/from/{place}/{field}");
        faults.require(seen.insert(one.line_id), &pointer("line_id"), say::LISTED_TWICE);
        let quantity = faults.take(&pointer("quantity"), PositiveQuantity::new(one.quantity));
        let fits = quantity.is_none_or(|one| one.exact().ceil_to(step).is_ok_and(|rounded| rounded == one.get()));
        faults.require(fits, &pointer("quantity"), say::NOT_A_MULTIPLE.amount("step", step));
        match holders.iter().find(|row| row.line_id == one.line_id.uuid()) {
            None => faults.add(pointer("line_id"), &codes::REFERENCE_UNKNOWN, say::HOLDS_NOTHING),
            Some(row) => {
                let detail = say::GIVER_HOLDS.with("order", row.order_number.as_str()).amount("held", row.quantity);
                faults.require(one.quantity <= row.quantity, &pointer("quantity"), detail);
            }
        }
    }
    let sum: Decimal = from.iter().map(|one| one.quantity).sum();
    faults.require(sum <= wanted, "/from", say::ONLY_LACKING.amount("lacking", wanted));
    faults.check()
}

/// What becomes of one order.
async fn look(
    connection: &mut PgConnection,
    one: &Affected,
    (coming, last): (Decimal, Option<String>),
    zone: &str,
) -> Result<ReassignedView, ApiError> {
    let row = &one.before.row;
    let (now, then) = (Affected::component(&one.before, one.line)?, Affected::component(&one.after, one.line)?);
    let would = line_availability(&LineSupply { expected: coming, ..supply(then)? });
    let lacks = would.missing + would.expected;
    let last = last.filter(|_| would.expected > Decimal::ZERO);
    let on = last
        .as_deref()
        .and_then(|day| Date::parse(day, time::macros::format_description!("[year]-[month]-[day]")).ok());
    let deadline = row.date_deadline.map(|at| day_in(zone, Instant::from_datetime(at))).transpose();
    let deadline = deadline.map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let complete_on = on.filter(|_| would.missing.is_zero());
    let rows = work_orders::of_order(connection, row.id).await?.iter().map(state_row).collect::<Vec<_>>();
    let ready = |order: &Order| -> Result<u32, ApiError> {
        let steps = rows.iter().map(readiness::step_of).collect::<Result<Vec<_>, _>>()?;
        let all = if steps.is_empty() { Vec::new() } else { readiness::evaluate(order, &steps)? };
        let count = all.iter().filter(|one| one.state == WorkOrderState::Ready).count();
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    };
    Ok(ReassignedView {
        line_id: MaterialLineId::from_uuid(one.line),
        manufacturing_order_id: ManufacturingOrderId::from_uuid(row.id),
        number: row.number.clone(),
        product_name: one.made_name.clone(),
        state: one.before.state,
        priority: priority_of(row.priority),
        date_deadline: instant(row.date_deadline),
        quantity: one.quantity.abs(),
        qty_reserved: now.qty_reserved,
        qty_reserved_after: then.qty_reserved,
        qty_missing_after: would.missing,
        expected_on_after: last,
        availability: one.before.availability()?,
        availability_after: one.after.availability()?,
        ready_count: ready(&one.before)?,
        ready_count_after: ready(&one.after)?,
        is_deadline_at_risk: is_deadline_at_risk(lacks, complete_on, deadline),
    })
}

/// Takes what was previewed and returns the order's new version. All orders are locked in one order before it is looked
/// at again; what was seen must still be so.
///
/// # Errors
/// `version_stale`, `reassignment_changed`, and what [`plan`] refuses.
async fn reassign(
    tx: &mut Tx,
    (order, line, expected): (Uuid, MaterialLineId, i64),
    input: &ReassignInput,
) -> Result<i64, ApiError> {
    let setting = mrp_store::settings::read(tx.connection()).await?;
    let ids = input.from.iter().map(|one| one.line_id.uuid()).take(GIVERS_MAX).collect();
    let mut orders: BTreeSet<Uuid> = material_lines::orders_of(tx.connection(), ids).await?.into_iter().collect();
    orders.insert(order);
    arrivals::lock(tx, orders.into_iter().collect()).await?;
    store::lock_expected(tx, order, expected).await?;
    let changed = |error: ApiError| match error.code() == &codes::VALIDATION_FAILED {
        true => ApiError::plain(&codes::REASSIGNMENT_CHANGED),
        false => error,
    };
    let who = (Some(input.from.as_slice()), Shown::Giving);
    let plan = plan(tx.connection(), (order, line), who, &setting).await.map_err(changed)?;
    if plan.view.basis != input.basis {
        return Err(ApiError::plain(&codes::REASSIGNMENT_CHANGED));
    }
    let Plan { affected, location, view } = plan;
    let mut changes = Vec::new();
    for giver in affected.iter().skip(1).filter(|one| !one.quantity.is_zero()) {
        for (lot_id, quantity) in given_lots(tx, giver).await? {
            let product_id = Affected::component(&giver.before, giver.line)?.product_id;
            changes.push(ReservationValues { line_id: giver.line, product_id, lot_id, quantity: -quantity });
            changes.push(ReservationValues { line_id: line.uuid(), product_id, lot_id, quantity });
        }
    }
    material_lines::reserve(tx, location, &changes).await?;
    let taker = view.taker.number.clone();
    let mut version = expected;
    let mut told = BTreeSet::new();
    for one in affected.iter().filter(|one| !one.quantity.is_zero()) {
        if !told.insert(one.after.row.id) {
            continue;
        }
        readiness::refresh(tx, &one.after).await?;
        let availability = Some(one.after.availability()?.to_string());
        let id = one.after.row.id;
        let now = store::change(tx, id, OrderChanges { availability, ..OrderChanges::default() }).await?;
        let moved = affected.iter().filter(|other| other.after.row.id == id).map(|other| other.quantity.abs());
        let amount = |sentence: say::Sentence| {
            let detail = sentence.amount("amount", moved.sum::<Decimal>());
            detail.with("unit", view.unit_code.as_str()).with("product", view.product_name.as_str())
        };
        let detail = if id == order {
            version = now;
            let from = view.givers.iter().filter(|giver| !giver.quantity.is_zero()).map(|giver| giver.number.as_str());
            amount(say::TAKEN_FROM).with("orders", from.collect::<Vec<_>>().join(", "))
        } else {
            amount(say::GIVEN_TO).with("order", taker.as_str())
        };
        tx.changed("manufacturing_order", id, now, detail.stored());
    }
    Ok(version)
}

/// The lots that a giver gives: those that it would have used last.
async fn given_lots(tx: &mut Tx, giver: &Affected) -> Result<Vec<(Uuid, Decimal)>, ApiError> {
    let mut rest = giver.quantity.abs();
    if !is_tracked(Affected::component(&giver.before, giver.line)?) {
        return Ok(vec![(NO_LOT, rest)]);
    }
    let mut lots: BTreeMap<Uuid, Decimal> = BTreeMap::new();
    for held in material_lines::held_lots(tx.connection(), vec![giver.line]).await?.iter().rev() {
        let quantity = rest.min(held.quantity);
        if quantity > Decimal::ZERO {
            lots.insert(held.lot_id, quantity);
            rest -= quantity;
        }
    }
    Ok(lots.into_iter().collect())
}
