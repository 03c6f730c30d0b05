//! What channels push: the same order again is the order that is there, and says so only when it says the same.

use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::sales_orders::{SalesOrderInput, SalesOrderLineInput, SalesOrderLineView};
use mrp_store::error::StoreError;
use mrp_store::tx::Tx;
use uuid::Uuid;

use super::SalesOrders;
use crate::error::{ApiError, Faults};
use crate::noun::Noun;

/// Somebody else has pushed the same order since this transaction looked: it looks again.
pub(super) fn meanwhile(error: StoreError) -> StoreError {
    match error {
        StoreError::Taken { constraint } if constraint == "sales_order_once" => StoreError::Conflict,
        other => other,
    }
}

/// What a channel pushes again must say what it said before; changes come by the order's own address. What it leaves out
/// it does not say.
///
/// # Errors
/// `sales_order_differs` with everything that differs.
pub(super) async fn refuse_another(tx: &mut Tx, there: Uuid, input: &SalesOrderInput) -> Result<(), ApiError> {
    let known = SalesOrders::load(tx.connection(), there).await?;
    let mut faults = Faults::default();
    let mut same = |holds: bool, pointer: &str, is: String| {
        if !holds {
            faults.add(pointer, &codes::SALES_ORDER_DIFFERS, say::for_callers(format!("{} has {is}", known.number)));
        }
    };
    same(known.customer == input.customer.trim(), "/customer", known.customer.clone());
    same(known.reference == input.reference.trim(), "/reference", format!("`{}`", known.reference));
    same(known.note == input.note, "/note", "another note".to_owned());
    let day = known.deliver_by.map_or_else(|| "no day".to_owned(), |at| at.to_string());
    same(known.deliver_by == input.deliver_by, "/deliver_by", day);
    let warehouse = input.warehouse_id.is_none_or(|id| id == known.warehouse_id);
    same(warehouse, "/warehouse_id", known.warehouse_name.clone());
    same(known.lines.len() == input.lines.len(), "/lines", format!("{} lines", known.lines.len()));
    for (place, (line, pushed)) in known.lines.iter().zip(&input.lines).enumerate() {
        let at = |field: &str| format!("/lines/{place}/{field}");
        same(is_of(line, pushed), &at("product_code"), line.product_code.clone());
        same(line.quantity == pushed.quantity, &at("quantity"), line.quantity.normalize().to_string());
        let price = pushed.unit_price.is_none_or(|price| price == line.unit_price);
        same(price, &at("unit_price"), line.unit_price.normalize().to_string());
    }
    faults.check_as(&codes::SALES_ORDER_DIFFERS)
}

fn is_of(line: &SalesOrderLineView, pushed: &SalesOrderLineInput) -> bool {
    match (pushed.product_id, pushed.product_code.as_deref()) {
        (Some(id), _) => id == line.product_id,
        (None, Some(code)) => code.trim() == line.product_code,
        (None, None) => false,
    }
}
