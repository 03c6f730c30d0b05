//! Manufacturing orders for the lines of sales orders: drafted by the planner, or by the product when it is sold.

use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::ManufacturingOrderInput;
use mrp_api::sales_orders::{MakeSalesOrderLine, MakeSalesOrderLineInput, SalesOrderLinePath};
use mrp_domain::ids::{ProductId, WarehouseId};
use mrp_domain::sales_order::SalesOrderCommand;
use mrp_domain::time::Instant;
use mrp_store::error::StoreError;
use mrp_store::sales_orders::{self as store, SalesOrderLineRow, SalesOrderRow};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{covered, making, move_on, whole};
use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::routes::manufacturing_orders::view::instant;
use crate::routes::manufacturing_orders::write_draft;

/// Drafts a manufacturing order for a line.
///
/// # Errors
/// `nothing_to_make`, and what is wrong with the draft.
pub(super) async fn make(
    granted: Granted<MakeSalesOrderLine>,
    path: SalesOrderLinePath,
    wanted: MakeSalesOrderLineInput,
) -> Result<Answered<MakeSalesOrderLine>, ApiError> {
    let id = path.id.uuid();
    granted
        .write(async |tx| {
            let row = move_on(tx, id, granted.expected, SalesOrderCommand::Make, "").await?;
            let line = store::lines(tx.connection(), id).await?.into_iter().find(|line| line.id == path.line_id.uuid());
            let line = line.ok_or(StoreError::NotFound)?;
            let makings = store::makings(tx.connection(), id).await?;
            let own =
                makings.iter().filter(|making| making.line_id == line.id).map(making).collect::<Result<Vec<_>, _>>()?;
            let deliveries = store::deliveries(tx.connection(), id).await?;
            let to_make = covered(&line, &own, &deliveries)?.to_make;
            if to_make.is_zero() {
                let detail = say::ALL_BEING_MADE.with("product", line.product_code);
                return Err(ApiError::new(&codes::NOTHING_TO_MAKE, detail));
            }
            let quantity = wanted.quantity.unwrap_or(to_make);
            draft_for(tx, &row, &line, quantity, wanted.date_deadline).await?;
            whole(&granted, tx, id).await
        })
        .await
}

/// Drafts the orders of all lines whose products say so, over what nothing covers.
///
/// # Errors
/// What is wrong with a draft.
pub(super) async fn make_when_sold(tx: &mut Tx, row: &SalesOrderRow) -> Result<(), ApiError> {
    let lines = store::lines(tx.connection(), row.id).await?;
    let makings = store::makings(tx.connection(), row.id).await?;
    for line in lines.into_iter().filter(|line| line.is_made_when_sold) {
        let own = makings.iter().filter(|making| making.line_id == line.id).map(making);
        let to_make = covered(&line, &own.collect::<Result<Vec<_>, _>>()?, &[])?.to_make;
        if to_make > Decimal::ZERO {
            draft_for(tx, row, &line, to_make, None).await?;
        }
    }
    Ok(())
}

/// Drafts an order for a line; without a deadline it is due when the customer is.
async fn draft_for(
    tx: &mut Tx,
    row: &SalesOrderRow,
    line: &SalesOrderLineRow,
    quantity: Decimal,
    deadline: Option<Instant>,
) -> Result<(), ApiError> {
    let order = Uuid::now_v7();
    let input = ManufacturingOrderInput {
        product_id: ProductId::from_uuid(line.product_id),
        quantity,
        bom_id: None,
        routing_id: None,
        date_deadline: deadline.or(instant(row.deliver_by)),
        planned_start: None,
        components_warehouse_id: None,
        finished_products_warehouse_id: Some(WarehouseId::from_uuid(row.warehouse_id)),
        priority: None,
        responsible_id: None,
        notes: String::new(),
    };
    write_draft(tx, order, &input, row.number.clone()).await?;
    Ok(store::make_for(tx, order, line.id).await?)
}
