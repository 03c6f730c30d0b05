//! The cost sheet of an order: computed while it is open, frozen when it is done.

use std::collections::{BTreeMap, HashMap};

use mrp_api::cost_sheets::{CostByProductView, CostGroupView, CostLineView, CostSheetView, GetCostSheet};
use mrp_api::detail as say;
use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_domain::costing::forecast::{OperationProgress, component_to_come, operation_to_come};
use mrp_domain::costing::sheet::{CostInput, cost_sheet};
use mrp_domain::costing::{
    ByProductCost, ByProductShare, CostEntry, CostGroup, CostLine, CostSheet, CostTotals, OperationCost, VarianceCause,
    margin,
};
use mrp_domain::ids::{ManufacturingOrderId, ProductId};
use mrp_domain::money::{HourlyRate, Money, UnitCost};
use mrp_domain::time::{Instant, Seconds};
use mrp_domain::work_order::WorkOrderState;
use mrp_domain::work_order::time_log::machine_seconds;
use mrp_store::material_lines::{self, PlannedLineRow};
use mrp_store::order_by_products::{self, OrderByProductRow};
use mrp_store::settings::SettingRow;
use mrp_store::sql::PgConnection;
use mrp_store::work_orders::{self, TimeLogRow};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{integer, word};
use crate::routes::manufacturing_orders::by_products;
use crate::routes::manufacturing_orders::order::Order;
use crate::routes::manufacturing_orders::view::time_log;

/// Mounts it.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config.endpoint::<GetCostSheet, _, _>(|granted, path, _, _| read(granted, path));
}

async fn read(
    granted: Granted<GetCostSheet>,
    path: IdPath<ManufacturingOrderId>,
) -> Result<Answered<GetCostSheet>, ApiError> {
    let mut connection = granted.connection().await?;
    let order = Order::read(&mut connection, path.id.uuid()).await?;
    if let Some(frozen) = order.row.cost_sheet.clone().and_then(|sheet| serde_json::from_value(sheet).ok()) {
        return granted.reply(frozen);
    }
    let setting = mrp_store::settings::read(&mut connection).await?;
    let sheet = compute(&mut connection, &order, &setting, false, granted.now).await?;
    granted.reply(sheet)
}

/// The cost sheet of an order as it stands; `is_final` freezes it: nothing is still to come.
///
/// # Errors
/// When Postgres fails.
pub async fn compute(
    connection: &mut PgConnection,
    order: &Order,
    setting: &SettingRow,
    is_final: bool,
    now: Instant,
) -> Result<CostSheetView, ApiError> {
    let logs = work_orders::logs_of_order(connection, order.row.id).await?;
    let planned = planned(order);
    let actual = actual(order, &logs, now);
    let mut to_come = Vec::new();
    if !is_final {
        to_come.extend(components_to_come(order));
        let states = work_orders::of_order(connection, order.row.id).await?;
        for operation in operations(order) {
            let row = states.iter().find(|row| integer(row.sequence) == operation.sequence);
            let own = logs.iter().filter(|log| integer(log.sequence) == operation.sequence).map(time_log);
            let progress = OperationProgress {
                state: row.map_or(Ok(WorkOrderState::Waiting), |row| word(&row.state))?,
                reported: row.map_or(Decimal::ZERO, |row| row.qty_done + row.qty_scrapped),
                quantity: order.quantity()?,
                machine_seconds: machine_seconds(&own.collect::<Vec<_>>(), now),
            };
            to_come.extend(operation_to_come(&operation, &progress));
        }
    }
    let outputs = order_by_products::of_order(connection, order.row.id).await?;
    let shares = shares_of(order, &outputs)?;
    let sheet = cost_sheet(&CostInput {
        planned: &planned,
        actual: &actual,
        still_to_come: &to_come,
        planned_quantity: order.quantity()?,
        good_quantity: order.row.qty_done,
        by_products: &shares,
        missing_below: &[],
    });
    let mut view = view(order, setting, &sheet, is_final);
    view.by_products = outputs.iter().zip(&sheet.by_products).map(|(row, cost)| by_product(row, cost)).collect();
    Ok(view)
}

fn shares_of(order: &Order, outputs: &[OrderByProductRow]) -> Result<Vec<ByProductShare>, ApiError> {
    let shares = outputs.iter().map(|row| {
        let share = by_products::frozen(row)?.share_of(order.row.qty_done);
        share.map_err(|error| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string())))
    });
    shares.collect()
}

/// What one piece is planned to cost, and what of that has no cost.
pub type PlannedUnit = (UnitCost, Vec<String>);

/// What one piece of each of these orders is planned to cost; nothing of orders whose recipe is not frozen. However many
/// they are, three questions are asked.
///
/// # Errors
/// When Postgres fails.
pub async fn planned_units(
    connection: &mut PgConnection,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, PlannedUnit>, ApiError> {
    let mut units = HashMap::new();
    if ids.is_empty() {
        return Ok(units);
    }
    let mut lines: HashMap<Uuid, Vec<PlannedLineRow>> = HashMap::new();
    for line in material_lines::planned_of(connection, ids.clone()).await? {
        lines.entry(line.order_id).or_default().push(line);
    }
    let mut outputs: HashMap<Uuid, Vec<OrderByProductRow>> = HashMap::new();
    for output in order_by_products::of_orders(connection, ids.clone()).await? {
        outputs.entry(output.order_id).or_default().push(output);
    }
    for row in mrp_store::manufacturing_orders::find_all(connection, ids).await? {
        let order = Order::of(row, Vec::new())?;
        let lines = lines.remove(&order.row.id).unwrap_or_default();
        let components = lines.iter().filter(|line| line.qty_planned > Decimal::ZERO).map(|line| {
            let product = ProductId::from_uuid(line.product_id);
            CostEntry::component(product, &line.product_name, line.qty_planned, unit_cost(line.planned_unit_cost))
        });
        let planned: Vec<CostEntry> =
            components.chain(operations(&order).flat_map(|operation| operation.entries())).collect();
        if planned.is_empty() {
            continue;
        }
        let sheet = cost_sheet(&CostInput {
            planned: &planned,
            actual: &[],
            still_to_come: &[],
            planned_quantity: order.quantity()?,
            good_quantity: Decimal::ZERO,
            by_products: &shares_of(&order, &outputs.remove(&order.row.id).unwrap_or_default())?,
            missing_below: &[],
        });
        let missing = sheet.missing.into_iter().map(|missing| missing.what).collect();
        units.insert(order.row.id, (unit_cost(sheet.planned_unit_cost), missing));
    }
    Ok(units)
}

fn by_product(row: &OrderByProductRow, cost: &ByProductCost) -> CostByProductView {
    CostByProductView {
        product_id: cost.product,
        name: row.product_name.clone(),
        quantity: cost.quantity,
        unit_code: row.unit_code.clone(),
        cost_share_percent: row.cost_share_percent,
        planned: cost.planned.amount(),
        actual: cost.value.amount(),
        forecast: cost.forecast.amount(),
    }
}

fn rate(value: Option<Decimal>) -> HourlyRate {
    value.and_then(|value| HourlyRate::new(value).ok()).unwrap_or(HourlyRate::ZERO)
}

fn unit_cost(value: Option<Decimal>) -> UnitCost {
    value.and_then(|value| UnitCost::new(value).ok()).unwrap_or(UnitCost::ZERO)
}

fn operations(order: &Order) -> impl Iterator<Item = OperationCost> + '_ {
    order.operations.iter().map(|frozen| OperationCost {
        sequence: frozen.operation.sequence,
        name: operation_name(&frozen.operation.name.to_string(), &frozen.work_center_name),
        duration: Seconds::new(frozen.planned_seconds),
        staff_needed: frozen.operation.staff_needed,
        work_center_rate: rate(frozen.costs_hour),
        labour_rate: rate(frozen.labour_cost_hour),
    })
}

/// The operation and where it is done, unless both have one name.
fn operation_name(operation: &str, work_center: &str) -> String {
    if operation == work_center { operation.to_owned() } else { format!("{operation}, {work_center}") }
}

fn planned(order: &Order) -> Vec<CostEntry> {
    let components = order.lines.iter().filter(|line| line.qty_planned > Decimal::ZERO).map(|line| {
        let product = ProductId::from_uuid(line.product_id);
        CostEntry::component(product, &line.product_name, line.qty_planned, unit_cost(line.planned_unit_cost))
    });
    components.chain(operations(order).flat_map(|operation| operation.entries())).collect()
}

fn components_to_come(order: &Order) -> impl Iterator<Item = CostEntry> + '_ {
    order.lines.iter().filter_map(|line| {
        let product = ProductId::from_uuid(line.product_id);
        let cost = unit_cost(line.unit_cost.or(line.planned_unit_cost));
        component_to_come(product, &line.product_name, (line.qty_needed, line.qty_done), cost)
    })
}

/// What was posted: components at the value they left stock with, time at the rates of its logs.
fn actual(order: &Order, logs: &[TimeLogRow], now: Instant) -> Vec<CostEntry> {
    let issued = order.lines.iter().filter(|line| line.qty_done > Decimal::ZERO).map(|line| {
        let value = Money::round_half_even(line.actual_cost);
        CostEntry::issued(ProductId::from_uuid(line.product_id), &line.product_name, line.qty_done, value)
    });
    let mut entries = issued.collect::<Vec<_>>();
    for operation in operations(order) {
        let own = logs.iter().filter(|log| integer(log.sequence) == operation.sequence).collect::<Vec<_>>();
        // Machine time is the union of the intervals, at each rate that held.
        let mut by_rate: BTreeMap<Decimal, Vec<_>> = BTreeMap::new();
        for log in &own {
            by_rate.entry(log.costs_hour.unwrap_or_default()).or_default().push(time_log(log));
        }
        for (cost, logs) in by_rate {
            let time = machine_seconds(&logs, now);
            entries.push(CostEntry::work_center(operation.sequence, &operation.name, time, rate(Some(cost))));
        }
        for log in &own {
            if let Some(window) = time_log(log).window(now) {
                let person = rate(log.hourly_rate);
                entries.push(CostEntry::labour(operation.sequence, &operation.name, window.length(), person));
            }
        }
    }
    entries
}

fn view(order: &Order, setting: &SettingRow, sheet: &CostSheet, is_frozen: bool) -> CostSheetView {
    let price = order.row.selling_price;
    let margin_of = |total: Money| price.map(|price| margin(unit_cost(Some(price)), order.row.quantity, total));
    // What the by-products carry is no cost of the product.
    let beside = |part: fn(&ByProductCost) -> Money| sheet.by_products.iter().map(part).sum::<Money>();
    let planned_margin = margin_of(sheet.planned.total - beside(|cost| cost.planned));
    let forecast_margin = margin_of(sheet.forecast.total - beside(|cost| cost.forecast));
    CostSheetView {
        currency: setting.currency.clone(),
        quantity: order.row.quantity,
        unit_code: order.row.unit_code.clone(),
        is_frozen,
        planned_total: sheet.planned.total.amount(),
        planned_unit: rounded(sheet.planned_unit_cost.unwrap_or_default()),
        actual_total: sheet.actual.total.amount(),
        actual_unit: sheet.actual_unit_cost.map(rounded),
        forecast_total: sheet.forecast.total.amount(),
        revenue: planned_margin.as_ref().map(|margin| margin.revenue.amount()),
        selling_price: price,
        planned_margin: planned_margin.as_ref().map(|margin| margin.amount.amount()),
        planned_margin_percent: planned_margin.and_then(|margin| margin.percent),
        forecast_margin: forecast_margin.as_ref().map(|margin| margin.amount.amount()),
        forecast_margin_percent: forecast_margin.and_then(|margin| margin.percent),
        groups: CostGroup::ALL.iter().map(|kind| group(order, sheet, *kind)).collect(),
        by_products: Vec::new(),
        incomplete: sheet.missing.iter().map(|missing| missing.what.clone()).collect(),
        rounding: sheet.forecast.rounding.amount(),
    }
}

fn rounded(value: Decimal) -> Decimal {
    Money::round_half_even(value).amount()
}

fn group(order: &Order, sheet: &CostSheet, kind: CostGroup) -> CostGroupView {
    let sum = |totals: &CostTotals| match kind {
        CostGroup::Material => totals.material.amount(),
        CostGroup::WorkCenter => totals.work_center.amount(),
        CostGroup::Labour => totals.labour.amount(),
    };
    CostGroupView {
        kind: kind.to_string(),
        planned: sum(&sheet.planned),
        actual: sum(&sheet.actual),
        still_to_come: sum(&sheet.still_to_come),
        forecast: sum(&sheet.forecast),
        lines: sheet.lines.iter().filter(|line| line.group == kind).map(|line| line_view(order, line)).collect(),
    }
}

fn line_view(order: &Order, line: &CostLine) -> CostLineView {
    let component = order.lines.iter().find(|component| component.product_name == line.name);
    let unit = component.map(|component| component.unit_code.clone()).unwrap_or_default();
    CostLineView {
        name: line.name.clone(),
        planned_quantity: line.planned.basis,
        planned_rate: line.planned.rate,
        unit_code: if line.group == CostGroup::Material { unit } else { "h".to_owned() },
        planned: line.planned.amount.amount(),
        actual_quantity: line.actual.basis,
        actual: line.actual.amount.amount(),
        still_to_come: line.still_to_come.amount.amount(),
        forecast: line.forecast.amount.amount(),
        variance: line.variance.amount(),
        variance_percent: line.variance_percent,
        cause: (line.cause != VarianceCause::None).then(|| line.cause.to_string()),
        is_incomplete: line.is_incomplete,
    }
}
