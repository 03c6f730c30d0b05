//! What comes out of an order beside its product: frozen at confirm, rescaled with the quantity, in stock when done.

use mrp_api::manufacturing_orders::OrderByProductView;
use mrp_domain::bom::CostSharePercent;
use mrp_domain::bom::explode::by_product_outputs;
use mrp_domain::ids::ProductId;
use mrp_domain::manufacturing_order::by_product::OrderByProduct;
use mrp_domain::quantity::PositiveQuantity;
use mrp_store::bom_catalog::StoredBoms;
use mrp_store::error::StoreError;
use mrp_store::order_by_products::{self as store, OrderByProductRow, OrderByProductValues};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::change::{exact_of, out_of_range, text_of};
use super::confirm::exploded;
use crate::error::ApiError;

/// Gives an order that is being confirmed its own copy of the recipe's by-products.
///
/// # Errors
/// Quantities that cannot be calculated.
pub(super) async fn freeze(
    tx: &mut Tx,
    order: Uuid,
    recipe: &StoredBoms,
    quantity: PositiveQuantity,
) -> Result<(), ApiError> {
    let outputs = by_product_outputs(recipe, recipe.bom(), quantity.exact()).map_err(|error| exploded(&error))?;
    let values = outputs.into_iter().map(|output| {
        let per_unit = output.exact.div(quantity.exact()).map_err(|error| out_of_range(&error))?;
        Ok(OrderByProductValues {
            product_id: output.product.uuid(),
            per_unit: text_of(per_unit),
            cost_share_percent: output.cost_share.percent(),
            qty_planned: output.rounded,
        })
    });
    let values = values.collect::<Result<Vec<_>, ApiError>>()?;
    Ok(store::insert(tx, order, &values).await?)
}

/// The same for an order that follows another revision before it is done.
///
/// # Errors
/// Quantities that cannot be calculated.
pub(super) async fn freeze_anew(
    tx: &mut Tx,
    order: Uuid,
    recipe: &StoredBoms,
    quantity: PositiveQuantity,
) -> Result<(), ApiError> {
    store::remove_all(tx, order).await?;
    freeze(tx, order, recipe, quantity).await
}

/// Writes what comes out with another quantity.
///
/// # Errors
/// Quantities that cannot be calculated.
pub(super) async fn rescale(tx: &mut Tx, order: Uuid, quantity: PositiveQuantity) -> Result<(), ApiError> {
    let rows = store::of_order(tx.connection(), order).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let planned = rows.iter().map(|row| Ok((row.position, output_of(row, quantity.get())?)));
    Ok(store::set_planned(tx, order, &planned.collect::<Result<Vec<_>, ApiError>>()?).await?)
}

/// A by-product as the domain sees it.
///
/// # Errors
/// `internal` for a corrupt row.
pub(crate) fn frozen(row: &OrderByProductRow) -> Result<OrderByProduct, ApiError> {
    let corrupt = |what: String| ApiError::from(StoreError::Corrupt(what));
    Ok(OrderByProduct {
        product: ProductId::from_uuid(row.product_id),
        per_unit: exact_of(&row.per_unit).ok_or_else(|| corrupt(row.per_unit.clone()))?,
        rounding_step: row.unit_step,
        cost_share: CostSharePercent::try_from(row.cost_share_percent).map_err(|error| corrupt(error.to_string()))?,
    })
}

/// What comes out with so many good pieces.
///
/// # Errors
/// Quantities that cannot be calculated.
pub(super) fn output_of(row: &OrderByProductRow, pieces: Decimal) -> Result<Decimal, ApiError> {
    frozen(row)?.output_of(pieces).map_err(|error| out_of_range(&error))
}

/// A by-product as the order's page shows it.
///
/// # Errors
/// `internal` for a corrupt row.
pub(super) fn view(row: OrderByProductRow, good: Decimal) -> Result<OrderByProductView, ApiError> {
    Ok(OrderByProductView {
        qty_proposed: output_of(&row, good)?,
        product_id: ProductId::from_uuid(row.product_id),
        product_code: row.product_code,
        product_name: row.product_name,
        unit_code: row.unit_code,
        qty_planned: row.qty_planned,
        qty_done: row.qty_done,
    })
}
