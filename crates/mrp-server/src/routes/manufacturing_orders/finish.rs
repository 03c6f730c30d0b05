//! Finishing, cancelling: output enters stock at what it cost, leftovers are freed, the cost sheet is frozen.

use mrp_api::cost_sheets::CostSheetView;
use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::FinishInput;
use mrp_domain::lot::{self, LotFault};
use mrp_domain::manufacturing_order::consumption::{OperationReport, consumption_for_report};
use mrp_domain::manufacturing_order::transitions::{Effect, ManufacturingOrderCommand, decide};
use mrp_domain::money::Money;
use mrp_domain::product::Tracking;
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::stock::DifferenceKind;
use mrp_store::manufacturing_orders::{self as store, DraftValues, OrderChanges};
use mrp_store::order_by_products;
use mrp_store::sales_reservations::MadeForRow;
use mrp_store::settings::SettingRow;
use mrp_store::stock::{Document, MoveValues, NO_LOT, PRODUCTION};
use mrp_store::stock_value_differences::DifferenceValues;
use mrp_store::tx::Tx;
use mrp_store::work_orders;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::by_products;
use super::consume::consume;
use super::order::{Order, Rights, lock_work_orders, refused};
use super::reserve::release;
use crate::error::{ApiError, Faults};
use crate::noun::word;
use crate::routes::arrivals::{Arrival, Came};
use crate::routes::cost_sheets;
use crate::routes::lots::{self, Entering};
use crate::routes::sales_reservations;
use crate::routes::stock_value_differences::booked;

/// Finishes a locked order and returns its new version. What it made is set aside for the customer whom it was made for,
/// and for who else waits for it.
///
/// # Errors
/// What the domain refuses, and missing stock.
pub async fn finish(
    tx: &mut Tx,
    mut order: Order,
    setting: &SettingRow,
    rights: Rights,
    input: &FinishInput,
    (made_for, waiting): (Option<MadeForRow>, Arrival),
) -> Result<i64, ApiError> {
    let states = lock_work_orders(tx, &order).await?;
    let mut facts = order.facts(&states, setting, rights, tx.now())?;
    facts.unrecorded_lines_accepted = input.accept_unrecorded;
    let decision =
        decide(ManufacturingOrderCommand::Finish, &facts, Some(input.choice)).map_err(|refusal| refused(&refusal))?;
    let id = order.row.id;
    let under = lots_of(tx, &order, input).await?;
    let mut backorder = None;
    for effect in &decision.effects {
        match effect {
            Effect::PostRemainingConsumption => post_remaining(tx, &mut order).await?,
            Effect::FreeReservations => release(tx, &mut order).await?,
            Effect::CancelOpenWorkOrders => work_orders::cancel_open(tx, id).await?,
            Effect::CreateBackorder { quantity } => backorder = Some(*quantity),
            _ => {}
        }
    }
    order.state = decision.next_state;
    let now = tx.now();
    let sheet = cost_sheets::compute(tx.connection(), &order, setting, true, now).await?;
    if decision.effects.contains(&Effect::PostOutput) {
        let came = post_output(tx, &order, &sheet, &under).await?;
        if let Some((line, location)) = made_for.zip(order.row.finished_products_location_id) {
            let goods = (order.row.product_id, location);
            sales_reservations::set_aside(tx, &line, goods, &came, &order.row.number).await?;
        }
        waiting.set_aside(tx, &came).await?;
    }
    let changes = OrderChanges {
        state: Some(decision.next_state.to_string()),
        availability: Some(order.availability()?.to_string()),
        finished_at: Some(tx.now_utc()),
        cost_sheet: Some(serde_json::to_value(&sheet).map_err(|_| ApiError::plain(&codes::INTERNAL))?),
        ..OrderChanges::default()
    };
    let version = store::change(tx, id, changes).await?;
    tx.changed("manufacturing_order", id, version, "");
    if let Some(quantity) = backorder {
        let new = copy(tx, &order, quantity, format!("rest of {}", order.row.number)).await?;
        mrp_store::arrivals::make_rest_for(tx, id, new).await?;
        tx.changed("manufacturing_order", new, 1, say::REST_OF.with("order", order.row.number.as_str()).stored());
    }
    Ok(version)
}

/// Cancels a locked order and returns its new version.
///
/// # Errors
/// What the domain refuses.
pub async fn cancel(
    tx: &mut Tx,
    mut order: Order,
    setting: &SettingRow,
    rights: Rights,
    reason: &str,
) -> Result<i64, ApiError> {
    let states = lock_work_orders(tx, &order).await?;
    let facts = order.facts(&states, setting, rights, tx.now())?;
    let decision = decide(ManufacturingOrderCommand::Cancel, &facts, None).map_err(|refusal| refused(&refusal))?;
    let id = order.row.id;
    if decision.effects.contains(&Effect::FreeReservations) {
        release(tx, &mut order).await?;
    }
    if decision.effects.contains(&Effect::CancelOpenWorkOrders) {
        work_orders::cancel_open(tx, id).await?;
    }
    let changes = OrderChanges { state: Some(decision.next_state.to_string()), ..OrderChanges::default() };
    let version = store::change(tx, id, changes).await?;
    tx.changed("manufacturing_order", id, version, reason);
    Ok(version)
}

/// A new draft like this order.
///
/// # Errors
/// When Postgres fails.
pub async fn copy(tx: &mut Tx, order: &Order, quantity: Decimal, origin: String) -> Result<Uuid, ApiError> {
    let row = &order.row;
    let draft = DraftValues {
        id: Uuid::now_v7(),
        product_id: row.product_id,
        quantity,
        bom_id: row.bom_id,
        routing_id: row.routing_id,
        consumption_mode: row.consumption_mode.clone(),
        date_deadline: row.date_deadline,
        planned_start: Some(tx.now_utc()),
        components_warehouse_id: row.components_warehouse_id,
        finished_products_warehouse_id: row.finished_products_warehouse_id,
        priority: row.priority,
        responsible_id: row.responsible_id,
        origin,
        notes: row.notes.clone(),
    };
    let id = draft.id;
    store::insert(tx, draft).await?;
    Ok(id)
}

/// What automatic consumption has not posted yet for what was reported.
async fn post_remaining(tx: &mut Tx, order: &mut Order) -> Result<(), ApiError> {
    let quantity = order.quantity()?;
    let lines = order.consumption_lines()?;
    let mut due = Vec::new();
    let last = order.operations.last().map_or(0, |frozen| frozen.operation.sequence);
    for frozen in &order.operations {
        let sequence = frozen.operation.sequence;
        let report = OperationReport {
            operation_sequence: sequence,
            is_last_operation: sequence == last,
            reported: order.row.qty_done + order.row.qty_scrapped,
            order_quantity: quantity,
        };
        due.extend(
            consumption_for_report(&lines, &report)
                .map_err(|error| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string())))?,
        );
    }
    consume(tx, order, &due).await
}

/// What enters stock under which lot: for each product the lot of each portion.
type Under = Vec<(Uuid, Vec<(Uuid, PositiveQuantity)>)>;

/// The lots of a tracked product and of tracked by-products, made and locked before any balance is.
async fn lots_of(tx: &mut Tx, order: &Order, input: &FinishInput) -> Result<Under, ApiError> {
    let mut made = vec![(order.row.product_id, word(&order.row.tracking)?, order.row.qty_done)];
    for row in order_by_products::of_order(tx.connection(), order.row.id).await? {
        made.push((row.product_id, word(&row.tracking)?, by_products::output_of(&row, order.row.qty_done)?));
    }
    let typed = input.lot_numbers.as_deref().filter(|text| !text.trim().is_empty());
    let mut faults = Faults::default();
    if typed.is_some() && order.row.tracking == Tracking::None.as_str() {
        faults.add("/lot_numbers", &codes::VALUE_INVALID, LotFault::NotTracked);
    }
    let mut entering = Vec::new();
    let mut portions = Vec::new();
    for (place, (product_id, tracking, quantity)) in made.into_iter().enumerate() {
        if tracking == Tracking::None || quantity <= Decimal::ZERO {
            continue;
        }
        let numbers = match typed.filter(|_| place == 0) {
            Some(typed) => lot::numbers(typed),
            None => lot::default_numbers(tracking, &order.row.number, quantity),
        };
        let amount = PositiveQuantity::new(quantity).map_err(LotFault::from);
        let under = amount.and_then(|amount| lot::portions(tracking, amount, numbers?));
        for (number, amount) in faults.take("/lot_numbers", under).unwrap_or_default() {
            portions.push((product_id, amount));
            entering.push(Entering {
                product_id,
                tracking,
                number,
                expires_on: None,
                supplier_lot: String::new(),
                pointer: "/lot_numbers".to_owned(),
                expiry_pointer: String::new(),
            });
        }
    }
    faults.check()?;
    let ids = lots::enter(tx, &entering).await?;
    let mut under = Under::new();
    for ((product_id, amount), lot) in portions.into_iter().zip(ids) {
        match under.iter_mut().find(|(known, _)| *known == product_id) {
            Some((_, all)) => all.push((lot, amount)),
            None => under.push((product_id, vec![(lot, amount)])),
        }
    }
    Ok(under)
}

/// What comes out of an order: how much, what it cost, and how its stock is valued.
struct Made<'a> {
    product_id: Uuid,
    quantity: Decimal,
    cost: Decimal,
    valued: (&'a str, Option<Decimal>),
}

/// The by-products take their parts of the cost, the product the rest: together what was spent, to the cent.
async fn post_output(tx: &mut Tx, order: &Order, sheet: &CostSheetView, under: &Under) -> Result<Vec<Came>, ApiError> {
    let Some(location) = order.row.finished_products_location_id else { return Ok(Vec::new()) };
    let output = |product_id: Uuid, lot_id: Uuid, quantity: Decimal, value: Decimal| MoveValues {
        id: Uuid::now_v7(),
        product_id,
        lot_id,
        from_location_id: PRODUCTION,
        to_location_id: location,
        quantity,
        value,
        document: Document::ManufacturingOrder(order.row.id),
    };
    let beside: Decimal = sheet.by_products.iter().map(|by_product| by_product.actual).sum();
    let rows = match sheet.by_products.is_empty() {
        true => Vec::new(),
        false => order_by_products::of_order(tx.connection(), order.row.id).await?,
    };
    let row = &order.row;
    let mut made = vec![Made {
        product_id: row.product_id,
        quantity: row.qty_done,
        cost: sheet.actual_total - beside,
        valued: (&row.cost_method, row.standard_cost),
    }];
    let came_out = rows.iter().zip(&sheet.by_products).filter(|(_, one)| one.quantity > Decimal::ZERO);
    made.extend(came_out.map(|(row, one)| Made {
        product_id: row.product_id,
        quantity: one.quantity,
        cost: one.actual,
        valued: (&row.cost_method, row.standard_cost),
    }));
    let mut moves = Vec::with_capacity(made.len());
    let mut differences = Vec::with_capacity(made.len());
    for Made { product_id, quantity, cost, valued } in made {
        let (value, difference) = match PositiveQuantity::new(quantity) {
            Ok(amount) => booked(valued.0, valued.1, amount, Money::round_half_even(cost))?,
            Err(_) => (Money::round_half_even(cost), Money::ZERO),
        };
        let (kind, document) = (DifferenceKind::Output.as_str(), Document::ManufacturingOrder(order.row.id));
        differences.push(DifferenceValues { product_id, kind, value: difference.amount(), document });
        let value = value.amount();
        let Some((_, lots)) = under.iter().find(|(known, _)| *known == product_id) else {
            moves.push(output(product_id, NO_LOT, quantity, value));
            continue;
        };
        let amounts = lots.iter().map(|(_, amount)| *amount).collect::<Vec<_>>();
        let values = lot::spread(Money::round_half_even(value), &amounts)
            .map_err(|error| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string())))?;
        let portions = lots.iter().zip(values);
        moves.extend(portions.map(|((lot, amount), value)| output(product_id, *lot, amount.get(), value.amount())));
    }
    if !sheet.by_products.is_empty() {
        let done = rows.iter().zip(&sheet.by_products).map(|(row, one)| (row.position, one.quantity));
        order_by_products::set_done(tx, order.row.id, &done.collect::<Vec<_>>()).await?;
    }
    mrp_store::stock::post_moves(tx, &moves).await?;
    mrp_store::stock_value_differences::note(tx, &differences).await?;
    let came = |line: &MoveValues| Came { product_id: line.product_id, lot_id: line.lot_id, quantity: line.quantity };
    Ok(moves.iter().map(came).collect())
}
