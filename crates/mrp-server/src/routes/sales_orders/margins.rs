//! What the lines of sales orders earn: by what their orders cost or will cost, else by what the product costs today.

use std::collections::HashMap;

use mrp_api::sales_orders::{SalesCostPartView, SalesMarginView};
use mrp_domain::costing::margin;
use mrp_domain::money::UnitCost;
use mrp_domain::sales_order::{CostBasis, CostedPart, cost_of, cost_parts};
use mrp_store::sales_orders::{MakingRow, SalesOrderLineRow};
use mrp_store::sql::PgConnection;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::making;
use crate::error::ApiError;
use crate::routes::cost_sheets::{self, PlannedUnit};
use crate::routes::products::unit_cost;

/// What the orders are planned to cost of which nobody knows yet what they truly cost.
///
/// # Errors
/// When Postgres fails.
pub(super) async fn planned<'a>(
    connection: &mut PgConnection,
    makings: impl Iterator<Item = &'a MakingRow>,
) -> Result<HashMap<Uuid, PlannedUnit>, ApiError> {
    let unknown = makings.filter(|row| actual_cost(row).is_none()).map(|row| row.id);
    cost_sheets::planned_units(connection, unknown.collect()).await
}

fn actual_cost(row: &MakingRow) -> Option<Decimal> {
    row.value.and_then(|value| value.checked_div(row.qty_done))
}

/// What a line earns.
///
/// # Errors
/// `internal` for a corrupt row.
pub(super) fn of_line(
    line: &SalesOrderLineRow,
    makings: &[MakingRow],
    planned: &HashMap<Uuid, PlannedUnit>,
) -> Result<SalesMarginView, ApiError> {
    let mut orders = Vec::new();
    let mut missing = Vec::new();
    for row in makings {
        let quantity = making(row)?.contribution();
        if quantity <= Decimal::ZERO {
            continue;
        }
        match actual_cost(row) {
            Some(cost) => {
                orders.push(CostedPart { basis: CostBasis::Actual, quantity, unit_cost: UnitCost::new(cost).ok() });
            }
            None => {
                let Some((cost, unknown)) = planned.get(&row.id) else { continue };
                missing.extend(unknown.iter().cloned());
                orders.push(CostedPart { basis: CostBasis::Planned, quantity, unit_cost: Some(*cost) });
            }
        }
    }
    let stock = line.valued_quantity.zip(line.valued_at);
    let product = unit_cost(&line.cost_method, line.standard_cost, stock)?.filter(|cost| !cost.is_zero());
    let parts = cost_parts(line.quantity, &orders, product);
    if parts.iter().any(|part| part.unit_cost.is_none()) {
        missing.push(line.product_name.clone());
    }
    missing.sort_unstable();
    missing.dedup();
    let price = UnitCost::new(line.unit_price).unwrap_or(UnitCost::ZERO);
    let cost = cost_of(&parts);
    let earned = margin(price, line.quantity, cost);
    let part = |part: CostedPart| SalesCostPartView {
        basis: part.basis,
        quantity: part.quantity,
        unit_cost: part.unit_cost.map(UnitCost::get),
    };
    Ok(SalesMarginView {
        cost: cost.amount(),
        parts: parts.into_iter().map(part).collect(),
        margin: earned.amount.amount(),
        margin_percent: earned.percent,
        missing,
    })
}
