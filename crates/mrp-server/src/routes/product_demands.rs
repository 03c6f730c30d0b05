//! What open orders need of a product and customers wait for, beside what there is of it. How an amount is covered is the domain's answer.

use mrp_api::access::Permission;
use mrp_api::product_demands::{GetProductDemand, ProductDemandQuery, ProductDemandRow as WireRow, ProductDemandView};
use mrp_domain::ids::{ManufacturingOrderId, ProductId, SalesOrderId};
use mrp_domain::manufacturing_order::availability::{LineSupply, line_availability};
use mrp_domain::time::Instant;
use mrp_store::list::Filters;
use mrp_store::product_demands::{LIST, LIST_WITHOUT_CUSTOMERS, ProductDemandRow, sum};
use mrp_store::products::{self, ProductRow};
use rust_decimal::Decimal;

use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{integer, list_request, word};

/// `/products/{id}/demand`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config.endpoint::<GetProductDemand, _, _>(|granted, path, query, _| demand(granted, path.id, query));
}

async fn demand(
    granted: Granted<GetProductDemand>,
    id: ProductId,
    query: ProductDemandQuery,
) -> Result<Answered<GetProductDemand>, ApiError> {
    let request = list_request(&query);
    let mut connection = granted.connection().await?;
    let product: ProductRow =
        mrp_store::table::find(&mut connection, &products::LIST, ProductRow::COLUMNS, id.uuid()).await?;
    let filters = || Filters::default().with(Some(id.uuid()), "d.product_id = $");
    let may_read_sales = granted.may(Permission::SalesRead);
    let list = if may_read_sales { &LIST } else { &LIST_WITHOUT_CUSTOMERS };
    let page = list.page::<ProductDemandRow>(&mut connection, ProductDemandRow::COLUMNS, &request, filters()).await?;
    let total = list.total(&mut connection, &request, filters()).await?;
    let all = sum(&mut connection, id.uuid()).await?;
    let on_hand = product.on_hand.unwrap_or_default();
    let free = on_hand.saturating_sub(product.reserved.unwrap_or_default());
    let covered = line_availability(&LineSupply {
        product_type: word(&product.product_type)?,
        needed: all.needed,
        consumed: all.consumed,
        reserved: all.reserved,
        free,
        expected: all.expected,
        expected_at: None,
    });
    let needed = all.needed.saturating_sub(all.consumed);
    granted.reply(ProductDemandView {
        product_id: id,
        unit_code: product.unit_code,
        qty_needed: needed,
        qty_reserved: all.reserved,
        qty_open: open(needed, all.reserved),
        qty_on_hand: on_hand,
        qty_free: free,
        qty_expected: all.expected,
        qty_in_drafts: all.in_drafts,
        qty_short: covered.missing,
        items: page.items.into_iter().map(|row| wire(row, may_read_sales)).collect::<Result<_, _>>()?,
        next_cursor: page.next_cursor,
        total: u64::try_from(total).unwrap_or_default(),
    })
}

/// What is needed and not reserved.
fn open(needed: Decimal, reserved: Decimal) -> Decimal {
    needed.saturating_sub(reserved).max(Decimal::ZERO)
}

fn wire(row: ProductDemandRow, may_read_sales: bool) -> Result<WireRow, ApiError> {
    Ok(WireRow {
        manufacturing_order_id: row.manufacturing_order_id.map(ManufacturingOrderId::from_uuid),
        sales_order_id: row.sales_order_id.map(SalesOrderId::from_uuid),
        number: row.number,
        state: row.state.as_deref().map(word).transpose()?,
        product_id: row.product_id.map(ProductId::from_uuid),
        name: if row.sales_order_id.is_none() || may_read_sales { row.name } else { String::new() },
        operation_sequence: row.operation_sequence.map(integer),
        qty_needed: row.qty_needed,
        qty_reserved: row.qty_reserved,
        qty_open: open(row.qty_needed, row.qty_reserved),
        needed_at: row.needed_at.map(Instant::from_datetime),
    })
}
