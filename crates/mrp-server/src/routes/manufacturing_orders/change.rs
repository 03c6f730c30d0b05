//! Changes to an active order: its quantity, its components. Each leaves its record in the BoM change log.

use std::collections::HashMap;

use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{AddComponentInput, ChangeComponentInput, ChangeQuantityInput};
use mrp_domain::ids::{MaterialLineId, ProductId};
use mrp_domain::manufacturing_order::change_log::{
    self, ChangeAuthor, ChangeRefusal, ComponentChange, MaterialLine, RecordedAmount,
};
use mrp_domain::manufacturing_order::transitions::{Effect, ManufacturingOrderCommand, decide};
use mrp_domain::quantity::{Exact, PositiveQuantity};
use mrp_domain::work_center::Efficiency;
use mrp_domain::work_order_duration::duration;
use mrp_store::error::StoreError;
use mrp_store::manufacturing_orders::{self as store, ChangeValues, OrderChanges};
use mrp_store::material_lines::{self, LineValues, MaterialLineRow, PlanValues};
use mrp_store::settings::SettingRow;
use mrp_store::tx::Tx;
use mrp_store::work_orders::{self, WorkOrderState};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::by_products;
use super::order::{Order, Rights, coded, lock_work_orders, refused};
use super::reserve::{Surplus, give_back};
use crate::error::{ApiError, Faults};
use crate::noun::integer;
use crate::routes::variants::require_no_template;
use crate::routes::work_orders::readiness;

/// A fraction as text.
#[must_use]
pub fn text_of(value: Exact) -> String {
    format!("{}/{}", value.numerator(), value.denominator())
}

/// The fraction that a text says.
pub(super) fn exact_of(text: &str) -> Option<Exact> {
    let (above, below) = text.split_once('/')?;
    let part = |text: &str| text.parse::<Decimal>().ok().map(Exact::from_decimal);
    part(above)?.div(part(below)?).ok()
}

/// Sets another quantity and rescales components and unfinished work.
///
/// # Errors
/// What the domain refuses.
pub async fn change_quantity(
    tx: &mut Tx,
    mut order: Order,
    setting: &SettingRow,
    rights: Rights,
    input: &ChangeQuantityInput,
) -> Result<i64, ApiError> {
    let quantity = positive(input.quantity, "/quantity")?;
    whole_steps(quantity, order.row.unit_step)?;
    let states = lock_work_orders(tx, &order).await?;
    let facts = order.facts(&states, setting, rights, tx.now())?;
    let decision =
        decide(ManufacturingOrderCommand::ChangeQuantity, &facts, None).map_err(|refusal| refused(&refusal))?;
    let author = author(tx, &input.reason)?;
    let mut rescaled = OrderChanges { quantity: Some(quantity.get()), ..OrderChanges::default() };
    if !decision.effects.contains(&Effect::RescaleOrder) {
        let version = store::change(tx, order.row.id, rescaled).await?;
        tx.changed("manufacturing_order", order.row.id, version, input.reason.clone());
        return Ok(version);
    }
    let mut lines = order.lines.iter().map(material_line).collect::<Vec<_>>();
    let old = order.quantity()?;
    let changes = change_log::rescale(&mut lines, (old, quantity), order.row.qty_done, &author)
        .map_err(|refusal| refused_change(&refusal))?;
    order.row.quantity = quantity.get();
    replan_material(tx, &order, (old, quantity)).await?;
    by_products::rescale(tx, order.row.id, quantity).await?;
    replan_work(tx, &mut order, &states, &mut rescaled).await?;
    apply(tx, order, &lines, &changes, rescaled).await
}

/// Refuses a part of what cannot be parted.
fn whole_steps(quantity: PositiveQuantity, step: Decimal) -> Result<(), ApiError> {
    let rounded = quantity.exact().ceil_to(step).map_err(|error| out_of_range(&error))?;
    let mut faults = Faults::default();
    faults.require(rounded == quantity.get(), "/quantity", say::NOT_A_MULTIPLE.amount("step", step));
    faults.check()
}

/// The planned side of the cost sheet follows the new quantity.
async fn replan_material(
    tx: &mut Tx,
    order: &Order,
    (old, new): (PositiveQuantity, PositiveQuantity),
) -> Result<(), ApiError> {
    let scaled = order.lines.iter().filter(|line| !line.is_fixed && line.qty_planned > Decimal::ZERO).map(|line| {
        let planned = Exact::from_decimal(line.qty_planned).mul(new.exact())?.div(old.exact())?;
        let quantity = planned.ceil_to(line.unit_step)?;
        Ok(PlanValues { line_id: line.id, quantity, ..PlanValues::default() })
    });
    let scaled = scaled.collect::<Result<Vec<_>, _>>().map_err(|error| out_of_range(&error))?;
    Ok(material_lines::set_planned(tx, &scaled).await?)
}

/// What is not finished takes as long as the new quantity needs.
async fn replan_work(
    tx: &mut Tx,
    order: &mut Order,
    states: &[WorkOrderState],
    to: &mut OrderChanges,
) -> Result<(), ApiError> {
    let quantity = order.quantity()?;
    let mut total = 0;
    let mut planned = Vec::with_capacity(order.operations.len());
    for frozen in &mut order.operations {
        let efficiency = Efficiency::try_from(frozen.efficiency_percent)
            .map_err(|error| ApiError::new(&codes::ROUTING_FAULTY, error))?;
        let time = duration(&frozen.operation.times, quantity.exact(), efficiency)
            .map_err(|error| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, error))?;
        frozen.planned_seconds = time.get();
        let seconds = i64::try_from(time.get()).unwrap_or(i64::MAX);
        let sequence = i32::try_from(frozen.operation.sequence).unwrap_or(i32::MAX);
        let finished = states.iter().find(|row| row.sequence == sequence && row.state == "finished");
        total += finished.map_or(seconds, |row| row.planned_seconds);
        planned.push((sequence, seconds));
    }
    work_orders::set_planned_seconds(tx, order.row.id, &planned).await?;
    to.planned_seconds = Some(total);
    to.operations = Some(serde_json::to_value(&order.operations).map_err(|_| ApiError::plain(&codes::INTERNAL))?);
    Ok(())
}

/// Changes what a component needs, replaces it, or removes it (a need of 0).
///
/// # Errors
/// What the domain refuses.
pub async fn change_component(
    tx: &mut Tx,
    order: Order,
    setting: &SettingRow,
    rights: Rights,
    line: MaterialLineId,
    input: &ChangeComponentInput,
) -> Result<i64, ApiError> {
    let states = lock_work_orders(tx, &order).await?;
    let facts = order.facts(&states, setting, rights, tx.now())?;
    decide(ManufacturingOrderCommand::ChangeComponent, &facts, None).map_err(|refusal| refused(&refusal))?;
    let author = author(tx, &input.reason)?;
    let quantity = order.quantity()?;
    let mut lines = order.lines.iter().map(material_line).collect::<Vec<_>>();
    let change = if input.qty_needed.is_zero() {
        change_log::remove_line(&mut lines, line, &author)
    } else {
        let needed = positive(input.qty_needed, "/qty_needed")?;
        match input.product_id {
            None => change_log::change_line_quantity(&mut lines, line, needed, quantity, &author),
            Some(product) => {
                let step = step_of(tx, product).await?;
                let per_unit = needed.exact().div(quantity.exact()).map_err(|error| out_of_range(&error))?;
                change_log::substitute_component(&mut lines, line, (product, per_unit, step), quantity, &author)
            }
        }
    };
    let change = change.map_err(|refusal| refused_change(&refusal))?;
    apply(tx, order, &lines, &[change], OrderChanges::default()).await
}

/// Adds a component to this order only.
///
/// # Errors
/// What the domain refuses.
pub async fn add_component(
    tx: &mut Tx,
    order: Order,
    setting: &SettingRow,
    rights: Rights,
    input: &AddComponentInput,
) -> Result<i64, ApiError> {
    let states = lock_work_orders(tx, &order).await?;
    let facts = order.facts(&states, setting, rights, tx.now())?;
    decide(ManufacturingOrderCommand::ChangeComponent, &facts, None).map_err(|refusal| refused(&refusal))?;
    let author = author(tx, &input.reason)?;
    let needed = positive(input.qty_needed, "/qty_needed")?;
    let per_unit = needed.exact().div(order.quantity()?.exact()).map_err(|error| out_of_range(&error))?;
    let new = MaterialLine {
        line: MaterialLineId::from_uuid(Uuid::now_v7()),
        product: input.product_id,
        operation_sequence: input.operation_sequence,
        needed: needed.get(),
        consumed: Decimal::ZERO,
        per_unit,
        fixed_per_order: false,
        rounding_step: step_of(tx, input.product_id).await?,
    };
    let mut lines = order.lines.iter().map(material_line).collect::<Vec<_>>();
    let change = change_log::add_line(&mut lines, new, &author).map_err(|refusal| refused_change(&refusal))?;
    apply(tx, order, &lines, &[change], OrderChanges::default()).await
}

/// Writes the changed lines, gives back what is reserved too much, records every change.
///
/// # Errors
/// When a product is gone, or Postgres fails.
pub async fn apply(
    tx: &mut Tx,
    mut order: Order,
    lines: &[MaterialLine],
    changes: &[ComponentChange],
    mut to: OrderChanges,
) -> Result<i64, ApiError> {
    let id = order.row.id;
    let surplus = order.lines.iter().filter_map(|old| surplus_of(old, lines)).collect::<Vec<_>>();
    give_back(tx, &mut order, &surplus).await?;
    for old in &order.lines {
        match lines.iter().find(|line| line.line.uuid() == old.id) {
            None => material_lines::remove(tx, old.id).await?,
            Some(line) if *line == material_line(old) => {}
            Some(line) => {
                let per_unit = text_of(line.per_unit);
                let needed = (line.needed, per_unit, line.fixed_per_order);
                material_lines::change(tx, old.id, line.product.uuid(), needed).await?;
            }
        }
    }
    let known = |line: &&MaterialLine| !order.lines.iter().any(|old| old.id == line.line.uuid());
    let added = lines.iter().filter(known).map(line_values).collect::<Vec<_>>();
    material_lines::insert(tx, id, &added).await?;
    let names = names(tx, &order.lines, changes).await?;
    let records = changes.iter().map(|change| record(change, &names)).collect::<Vec<_>>();
    store::record_changes(tx, id, &records).await?;
    order.lines = material_lines::of_order(tx.connection(), id, order.row.components_location_id).await?;
    readiness::refresh(tx, &order).await?;
    to.availability = Some(order.availability()?.to_string());
    let version = store::change(tx, id, to).await?;
    let detail = changes.first().map(|change| change.reason.clone()).unwrap_or_default();
    tx.changed("manufacturing_order", id, version, detail);
    Ok(version)
}

/// What a line holds beyond what it will need: all of it when it goes away or becomes another product.
fn surplus_of(old: &MaterialLineRow, lines: &[MaterialLine]) -> Option<Surplus> {
    let keeps = lines
        .iter()
        .find(|line| line.line.uuid() == old.id && line.product.uuid() == old.product_id)
        .map_or(Decimal::ZERO, |line| (line.needed - old.qty_done).max(Decimal::ZERO));
    let surplus = old.qty_reserved - keeps;
    (surplus > Decimal::ZERO).then_some(Surplus { line_id: old.id, quantity: surplus })
}

fn line_values(line: &MaterialLine) -> LineValues {
    LineValues {
        id: line.line.uuid(),
        product_id: line.product.uuid(),
        operation_sequence: line.operation_sequence.and_then(|sequence| i32::try_from(sequence).ok()),
        qty_planned: Decimal::ZERO,
        qty_needed: line.needed,
        per_unit: text_of(line.per_unit),
        is_fixed: line.fixed_per_order,
        planned_unit_cost: None,
        substitute_ids: Vec::new(),
    }
}

/// A stored line as the domain takes it.
pub fn material_line(row: &MaterialLineRow) -> MaterialLine {
    MaterialLine {
        line: MaterialLineId::from_uuid(row.id),
        product: ProductId::from_uuid(row.product_id),
        operation_sequence: row.operation_sequence.map(integer),
        needed: row.qty_needed,
        consumed: row.qty_done,
        per_unit: exact_of(&row.per_unit).unwrap_or_else(|| Exact::from_decimal(row.qty_needed)),
        fixed_per_order: row.is_fixed,
        rounding_step: row.unit_step,
    }
}

type Names = HashMap<Uuid, (String, String)>;

/// Name and unit of every product that the changes speak of.
async fn names(tx: &mut Tx, lines: &[MaterialLineRow], changes: &[ComponentChange]) -> Result<Names, ApiError> {
    let mut names: Names =
        lines.iter().map(|line| (line.product_id, (line.product_name.clone(), line.unit_code.clone()))).collect();
    for amount in changes.iter().flat_map(|change| [&change.old, &change.new]).flatten() {
        if let Some(product) = amount.product.map(ProductId::uuid).filter(|product| !names.contains_key(product)) {
            let row = material_lines::product(tx.connection(), product).await?;
            names.insert(product, (row.name, row.unit_code));
        }
    }
    Ok(names)
}

fn record(change: &ComponentChange, names: &Names) -> ChangeValues {
    let named = |amount: &RecordedAmount| amount.product.and_then(|product| names.get(&product.uuid()));
    let words = |amount: &Option<RecordedAmount>| match amount {
        None => String::new(),
        Some(amount) => match named(amount) {
            Some((name, unit)) => format!("{name}: {} {unit}", amount.quantity.normalize()),
            None => amount.quantity.normalize().to_string(),
        },
    };
    let component = [&change.new, &change.old].into_iter().flatten().find_map(named);
    ChangeValues {
        kind: change.kind.to_string(),
        component: component.map(|(name, _)| name.clone()).unwrap_or_default(),
        old: words(&change.old),
        new: words(&change.new),
        reason: change.reason.clone(),
    }
}

/// The step of a product that people choose, which must be one in use.
async fn step_of(tx: &mut Tx, product: ProductId) -> Result<Decimal, ApiError> {
    let words = || say::for_callers("there is no such product in use");
    let unknown =
        || ApiError::new(&codes::VALIDATION_FAILED, words()).field("/product_id", &codes::REFERENCE_UNKNOWN, words());
    let row = match material_lines::product(tx.connection(), product.uuid()).await {
        Ok(row) if row.active => row,
        Ok(_) | Err(StoreError::NotFound) => return Err(unknown()),
        Err(error) => return Err(error.into()),
    };
    let mut faults = Faults::default();
    require_no_template(row.is_template, "/product_id", &mut faults);
    faults.check()?;
    Ok(row.unit_step)
}

/// Who changes an order, when and why.
///
/// # Errors
/// `reason_required`.
pub fn author(tx: &Tx, reason: &str) -> Result<ChangeAuthor, ApiError> {
    ChangeAuthor::new(tx.user_id(), tx.now(), reason).map_err(|refusal| refused_change(&refusal))
}

/// A refused change as the wire says it.
pub fn refused_change(refusal: &ChangeRefusal) -> ApiError {
    coded(refusal.code(), refusal)
}

pub(super) fn out_of_range(error: &mrp_domain::quantity::QuantityError) -> ApiError {
    ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, error.clone())
}

/// A positive quantity, or the fault at its field.
///
/// # Errors
/// `validation_failed`.
pub fn positive(value: Decimal, pointer: &str) -> Result<PositiveQuantity, ApiError> {
    PositiveQuantity::new(value).map_err(|error| {
        ApiError::new(&codes::VALIDATION_FAILED, error.clone()).field(pointer, &codes::VALUE_INVALID, error)
    })
}
