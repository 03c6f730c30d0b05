//! Posting consumption: stock leaves for production, reservations first, at the value of that moment.

use std::collections::BTreeMap;

use mrp_api::error as codes;
use mrp_domain::ids::MaterialLineId;
use mrp_domain::money::{Money, UnitCost};
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::stock::Valuation;
use mrp_store::material_lines::{self, ConsumptionValues};
use mrp_store::stock::{MoveValues, PRODUCTION, Released};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::order::Order;
use crate::error::ApiError;

/// Consumes these amounts; the order in memory follows.
///
/// # Errors
/// `stock_short` when more is consumed than there is.
pub async fn consume(tx: &mut Tx, order: &mut Order, amounts: &[(MaterialLineId, Decimal)]) -> Result<(), ApiError> {
    let amounts = amounts.iter().filter(|(_, quantity)| *quantity > Decimal::ZERO).copied().collect::<Vec<_>>();
    let Some(location) = order.row.components_location_id.filter(|_| !amounts.is_empty()) else { return Ok(()) };
    let mut values = valuations(tx, order, &amounts, location).await?;
    let mut moves = Vec::with_capacity(amounts.len());
    let mut consumed = Vec::with_capacity(amounts.len());
    let mut released = Vec::new();
    for (line_id, quantity) in &amounts {
        let Some(line) = order.lines.iter_mut().find(|line| line.id == line_id.uuid()) else { continue };
        let value = value_of(&mut values, line.product_id, *quantity, line.unit_cost, &line.product_type)?;
        let given_up = line.qty_reserved.min(*quantity);
        line.qty_done += *quantity;
        line.qty_reserved -= given_up;
        line.actual_cost += value;
        consumed.push(ConsumptionValues { line_id: line.id, quantity: *quantity, value, released: given_up });
        if given_up > Decimal::ZERO {
            released.push(Released { product_id: line.product_id, location_id: location, quantity: given_up });
        }
        if line.product_type == "storable" {
            moves.push(MoveValues {
                id: Uuid::now_v7(),
                product_id: line.product_id,
                from_location_id: location,
                to_location_id: PRODUCTION,
                quantity: *quantity,
                value,
                manufacturing_order_id: Some(order.row.id),
                receipt_id: None,
            });
        }
    }
    let lines = material_lines::consuming(&consumed);
    Ok(mrp_store::stock::post_moves_of_reserved(tx, &moves, &released, Some(lines)).await?)
}

async fn valuations(
    tx: &mut Tx,
    order: &Order,
    amounts: &[(MaterialLineId, Decimal)],
    location: Uuid,
) -> Result<BTreeMap<Uuid, Valuation>, ApiError> {
    let lines = amounts.iter().filter_map(|(line, _)| order.lines.iter().find(|known| known.id == line.uuid()));
    let products = lines.filter(|line| line.product_type == "storable").map(|line| line.product_id);
    let rows = mrp_store::stock::lock(tx, products.collect(), location).await?;
    let mut values = BTreeMap::new();
    for row in rows {
        let value = Money::round_half_even(row.value);
        let valuation = Valuation::new(row.quantity, value).map_err(|_| ApiError::plain(&codes::INTERNAL))?;
        values.insert(row.product_id, valuation);
    }
    Ok(values)
}

/// Stock is worth its moving average; what is not kept in stock is worth its cost.
fn value_of(
    values: &mut BTreeMap<Uuid, Valuation>,
    product: Uuid,
    quantity: Decimal,
    unit_cost: Option<Decimal>,
    product_type: &str,
) -> Result<Decimal, ApiError> {
    let quantity =
        PositiveQuantity::new(quantity).map_err(|e| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, e.to_string()))?;
    if product_type == "storable" {
        let valuation = values.get_mut(&product).ok_or_else(|| ApiError::plain(&codes::STOCK_SHORT))?;
        let value = valuation.issue(quantity).map_err(|e| ApiError::new(&codes::STOCK_SHORT, e.to_string()))?;
        return Ok(value.amount());
    }
    let cost = UnitCost::new(unit_cost.unwrap_or_default()).unwrap_or(UnitCost::ZERO);
    Ok(Money::round_half_even(cost.times(quantity.exact())).amount())
}
