//! Making a component: an order of its own, whose output is first for the order that needs it.

use mrp_api::error as codes;
use mrp_api::manufacturing_orders::ManufacturingOrderInput;
use mrp_api::material_lines::MakeComponentInput;
use mrp_domain::ids::{MaterialLineId, ProductId, WarehouseId};
use mrp_store::arrivals::make_for;
use mrp_store::manufacturing_orders::{self as store, OrderChanges};
use mrp_store::tx::Tx;
use uuid::Uuid;

use super::order::Order;
use super::view::{instant, priority_of};
use super::{find_line, write_draft};
use crate::error::ApiError;
use crate::routes::purchase_requests::lacks;

/// Drafts the order that makes what is missing of a component, or as much as somebody says; returns the new version of
/// the order that needs it, so that two who press at once do not make it twice.
///
/// # Errors
/// `not_found`, `state_forbids`, `nothing_missing`, `everything_asked_for`, and faults of the draft.
pub async fn make_component(
    tx: &mut Tx,
    order: Order,
    line: MaterialLineId,
    input: &MakeComponentInput,
) -> Result<i64, ApiError> {
    find_line(&order, line)?;
    let quantity = match input.quantity {
        Some(quantity) => {
            order.refuse_unless_active()?;
            quantity
        }
        None => {
            let lacking = lacks(tx, &order).await?;
            let own = lacking.iter().find(|goods| goods.material_line_id == Some(line.uuid()));
            own.map(|goods| goods.quantity).ok_or_else(|| ApiError::plain(&codes::EVERYTHING_ASKED_FOR))?
        }
    };
    let row = &order.row;
    let product = order.lines.iter().find(|known| known.id == line.uuid()).map(|known| known.product_id);
    let product = product.ok_or_else(|| ApiError::plain(&codes::NOT_FOUND))?;
    let input = ManufacturingOrderInput {
        product_id: ProductId::from_uuid(product),
        quantity,
        bom_id: None,
        routing_id: None,
        date_deadline: instant(row.scheduled_start.or(row.planned_start)),
        planned_start: None,
        components_warehouse_id: row.components_warehouse_id.map(WarehouseId::from_uuid),
        finished_products_warehouse_id: row.components_warehouse_id.map(WarehouseId::from_uuid),
        priority: Some(priority_of(row.priority)),
        responsible_id: None,
        notes: String::new(),
    };
    let made = Uuid::now_v7();
    write_draft(tx, made, &input, row.number.clone()).await?;
    make_for(tx, made, line.uuid()).await?;
    let version = store::change(tx, row.id, OrderChanges::default()).await?;
    tx.changed("manufacturing_order", row.id, version, "");
    Ok(version)
}
