//! The whole life of an order of one piece: short of everything, supplied, planned, carried out, closed, accounted for.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use mrp_api::boms::BomView;
use mrp_api::cost_sheets::{CostGroupView, CostSheetView, GetCostSheet};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error::MATERIAL_SHORT;
use mrp_api::manufacturing_orders::{
    ConfirmManufacturingOrder, CreateManufacturingOrder, FinishInput, FinishManufacturingOrder, GetManufacturingOrder,
    ManufacturingOrderInput, ManufacturingOrderView, PlanInput, PlanManufacturingOrder,
};
use mrp_api::stock::{CreateReceipt, ReceiptInput, ReceiptLineInput};
use mrp_api::work_orders::{FinishWorkOrder, FinishWorkOrderInput, GetWorkOrder, StartWorkOrder, WorkOrderView};
use mrp_domain::ids::WorkOrderId;
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::manufacturing_order::{ManufacturingOrderState, MaterialAvailability};
use mrp_domain::money::{HourlyRate, Money, UnitCost};
use mrp_domain::quantity::Exact;
use mrp_domain::time::{Instant, Seconds};
use rust_decimal::Decimal;

use super::books::Books;
use super::shop::{MACHINE_RATE, PERSON_RATE, Shop};
use crate::client::CallError;

/// Nobody waits for an hour of work here; the clocks of a few seconds are enough to be counted to the cent.
const WORKED: Duration = Duration::from_millis(1_300);
const DEADLINE_AFTER: Seconds = Seconds::new(30 * 24 * 3_600);

/// An order that is done, with what it cost.
pub(super) struct Made {
    pub(super) sheet: CostSheetView,
    pub(super) operations: usize,
    pub(super) material: Decimal,
    pub(super) work_center: Decimal,
    pub(super) labour: Decimal,
}

impl Made {
    /// What one piece enters stock at.
    pub(super) fn unit_cost(&self) -> Result<Decimal> {
        self.sheet.actual_unit.context("a finished order without a unit cost")
    }
}

/// Makes one piece from nothing but what is in stock already and what can be bought.
pub(super) fn make(shop: &mut Shop, books: &mut Books, bom: &BomView) -> Result<Made> {
    let order = confirmed(shop, bom)?;
    let order = supplied(shop, books, &order)?;
    let plan = PlanInput { with_shortage: false };
    let order = shop.client.call::<PlanManufacturingOrder>(&at(&order), &Empty {}, &plan, Some(order.version))?;
    ensure!(order.state == ManufacturingOrderState::Planned, "{} is {}", order.number, order.state);
    let mut seconds = Vec::new();
    for operation in &order.operations {
        let id = operation.work_order_id.context("a planned operation without a work order")?;
        seconds.push(carried_out(shop, id)?);
        let sheet = sheet(shop, &order)?;
        books.balance(shop, Some(&sheet))?;
    }
    let order = read(shop, &order)?;
    let choice = FinishInput { choice: FinishChoice::Complete, accept_unrecorded: false, lot_numbers: None };
    let order = shop.client.call::<FinishManufacturingOrder>(&at(&order), &Empty {}, &choice, Some(order.version))?;
    ensure!(order.state == ManufacturingOrderState::Done, "{} is {}", order.number, order.state);
    accounted_for(shop, books, &order, &seconds)
}

fn at(order: &ManufacturingOrderView) -> IdPath<mrp_domain::ids::ManufacturingOrderId> {
    IdPath { id: order.id }
}

fn read(shop: &mut Shop, order: &ManufacturingOrderView) -> Result<ManufacturingOrderView> {
    Ok(shop.client.call::<GetManufacturingOrder>(&at(order), &Empty {}, &Empty {}, None)?)
}

fn sheet(shop: &mut Shop, order: &ManufacturingOrderView) -> Result<CostSheetView> {
    Ok(shop.client.call::<GetCostSheet>(&at(order), &Empty {}, &Empty {}, None)?)
}

/// The order, which reserved what there is and cannot be planned without the rest.
fn confirmed(shop: &mut Shop, bom: &BomView) -> Result<ManufacturingOrderView> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    let input = ManufacturingOrderInput {
        product_id: bom.product_id,
        quantity: Decimal::ONE,
        bom_id: Some(bom.id),
        routing_id: None,
        date_deadline: Some(Instant::from_unix(i64::try_from(now)?).plus(DEADLINE_AFTER)),
        planned_start: None,
        components_warehouse_id: Some(shop.warehouse),
        finished_products_warehouse_id: Some(shop.warehouse),
        priority: None,
        responsible_id: None,
        notes: String::new(),
    };
    let draft = shop.client.call::<CreateManufacturingOrder>(&Empty {}, &Empty {}, &input, None)?;
    let order =
        shop.client.call::<ConfirmManufacturingOrder>(&at(&draft), &Empty {}, &Empty {}, Some(draft.version))?;
    ensure!(order.components.len() == bom.lines.len(), "{} components", order.components.len());
    let here = order.components.iter().filter(|line| line.qty_reserved == line.qty_needed).count();
    let short = order.components.iter().filter(|line| line.qty_missing == line.qty_needed).count();
    ensure!(here + short == order.components.len(), "each component is either there or missing as a whole");
    let made_before = order.components.iter().filter(|line| shop.made.contains(&line.product_id)).count();
    ensure!(here == made_before, "{here} components are there, {made_before} were made before");
    let light = if here == 0 { MaterialAvailability::Missing } else { MaterialAvailability::Partial };
    ensure!(order.material_availability_status == light, "material: {}", order.material_availability_status);
    let plan = PlanInput { with_shortage: false };
    match shop.client.call::<PlanManufacturingOrder>(&at(&order), &Empty {}, &plan, Some(order.version)) {
        Err(CallError::Refused { problem, .. }) if problem.code == MATERIAL_SHORT.code => {}
        Err(error) => return Err(error.into()),
        Ok(_) => bail!("{} was planned although its material is missing", order.number),
    }
    println!("{} for one {}: {here} components are there, {short} are short.", order.number, order.product_code);
    Ok(order)
}

/// Everything that is short comes in, at its cost, and is reserved.
fn supplied(shop: &mut Shop, books: &mut Books, order: &ManufacturingOrderView) -> Result<ManufacturingOrderView> {
    let missing = order.components.iter().filter(|line| line.qty_missing > Decimal::ZERO);
    let lines = missing.map(|line| ReceiptLineInput {
        product_id: line.product_id,
        quantity: line.qty_missing,
        unit_id: None,
        unit_cost: None,
        purchase_order_line_id: None,
        lot_numbers: None,
        expires_on: None,
        supplier_lot: None,
    });
    let input = ReceiptInput { warehouse_id: shop.warehouse, reference: order.number.clone(), lines: lines.collect() };
    let receipt = shop.client.call::<CreateReceipt>(&Empty {}, &Empty {}, &input, None)?;
    let worth: Decimal = receipt.lines.iter().filter_map(|line| line.value).sum();
    books.received += worth;
    let order = read(shop, order)?;
    let is_reserved = order.components.iter().all(|line| line.qty_reserved == line.qty_needed);
    ensure!(is_reserved && order.material_availability_status == MaterialAvailability::Reserved, "not all reserved");
    println!("  {} received {} lines worth {worth}, and all is reserved.", receipt.number, receipt.lines.len());
    Ok(order)
}

/// One operation: somebody starts his clock, works, and finishes. Returns the seconds that were logged.
fn carried_out(shop: &mut Shop, id: WorkOrderId) -> Result<Seconds> {
    let path = IdPath { id };
    let work = shop.client.call::<GetWorkOrder>(&path, &Empty {}, &Empty {}, None)?;
    let started = shop.client.call::<StartWorkOrder>(&path, &Empty {}, &Empty {}, Some(work.version))?;
    thread::sleep(WORKED);
    let rest = FinishWorkOrderInput { report: None };
    let done = shop.client.call::<FinishWorkOrder>(&path, &Empty {}, &rest, Some(started.version))?;
    ensure!(done.row.qty_done == Decimal::ONE, "{} made {}", done.row.number, done.row.qty_done);
    let logged = logged(&done)?;
    ensure!(logged.get() == done.row.actual_seconds && logged.get() > 0, "{} s logged", logged.get());
    println!("  {} {} took {} s.", done.row.number, done.row.name, logged.get());
    Ok(logged)
}

fn logged(work: &WorkOrderView) -> Result<Seconds> {
    let [log] = work.time_logs.as_slice() else { bail!("{} time logs", work.time_logs.len()) };
    let finished = log.finished_at.context("a clock still runs")?;
    Ok(finished.since(log.started_at))
}

/// The cost sheet, line by line, against what was paid and what was logged.
fn accounted_for(
    shop: &mut Shop,
    books: &mut Books,
    order: &ManufacturingOrderView,
    seconds: &[Seconds],
) -> Result<Made> {
    let sheet = sheet(shop, order)?;
    ensure!(sheet.is_frozen && sheet.incomplete.is_empty(), "incomplete: {:?}", sheet.incomplete);
    let [material, work_center, labour] = sheet.groups.as_slice() else { bail!("{} groups", sheet.groups.len()) };
    let mut consumed = Decimal::ZERO;
    for line in &order.components {
        ensure!(line.qty_done == line.qty_needed, "{} consumed {}", line.product_code, line.qty_done);
        let cost = shop.costs.get(&line.product_id).context("a component without a cost")?;
        consumed += cents(UnitCost::new(*cost)?.times(Exact::from_decimal(line.qty_done)));
    }
    ensure!(adds_up(material, consumed), "material is {}, consumed {consumed}", material.actual);
    let time = |rate: Decimal| -> Result<Decimal> {
        let rate = HourlyRate::new(rate)?;
        Ok(seconds.iter().map(|seconds| cents(rate.for_seconds(*seconds))).sum())
    };
    let (machines, people) = (time(MACHINE_RATE)?, time(PERSON_RATE)?);
    ensure!(adds_up(work_center, machines), "work centers are {}, logged {machines}", work_center.actual);
    ensure!(adds_up(labour, people), "labour is {}, logged {people}", labour.actual);
    let total = consumed + machines + people;
    ensure!(sheet.actual_total == total && sheet.rounding.is_zero(), "{} is not {total}", sheet.actual_total);
    ensure!(sheet.actual_unit == Some(total), "one piece costs {:?}", sheet.actual_unit);
    println!("  {}: material {consumed} + work centers {machines} + labour {people} = {total}.", order.number);
    books.close(shop, machines + people)?;
    shop.made.insert(order.product_id);
    let made = Made { operations: seconds.len(), material: consumed, work_center: machines, labour: people, sheet };
    Ok(made)
}

fn adds_up(group: &CostGroupView, expected: Decimal) -> bool {
    group.actual == expected && group.lines.iter().map(|line| line.actual).sum::<Decimal>() == expected
}

fn cents(value: Decimal) -> Decimal {
    Money::round_half_even(value).amount()
}
