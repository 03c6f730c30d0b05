//! How the cost of a product changed, and the command that takes over what its recipe costs.

use mrp_api::cost_histories::{
    CostChangeSource, CostHistoryQuery, CostHistoryRow as WireRow, ListCostHistory, RecipeCostInput, TakeOverRecipeCost,
};
use mrp_api::endpoint::Endpoint;
use mrp_api::page::Page;
use mrp_api::products::ProductView;
use mrp_domain::ids::{ManufacturingOrderId, ProductId, ReceiptId};
use mrp_domain::product::CostMethod;
use mrp_domain::time::Instant;
use mrp_store::cost_histories::{CostHistoryRow, LIST};
use mrp_store::error::StoreError;
use mrp_store::list::Filters;
use mrp_store::tx::Tx;

use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{Noun, list_request, word};
use crate::routes::products::Products;

/// `/products/{id}/cost-history` and the command.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<ListCostHistory, _, _>(|granted, path, query, _| list(granted, path.id, query))
        .endpoint::<TakeOverRecipeCost, _, _>(|granted, path, _, input| async move {
            let expected = granted.expected;
            granted.write(async |tx| take_over(tx, path.id, expected, &input).await).await
        });
}

async fn list(
    granted: Granted<ListCostHistory>,
    id: ProductId,
    query: CostHistoryQuery,
) -> Result<Answered<ListCostHistory>, ApiError> {
    let mut request = list_request(&query);
    request.sort.get_or_insert_with(|| "-at".to_owned());
    let filters = || {
        Filters::default()
            .with(Some(id.uuid()), "h.product_id = $")
            .with(query.cost_method.map(CostMethod::as_str), "h.cost_method = $")
    };
    let mut connection = granted.connection().await?;
    if mrp_store::table::existing(&mut connection, "product", vec![id.uuid()]).await?.is_empty() {
        return Err(StoreError::NotFound.into());
    }
    let page = LIST.page::<CostHistoryRow>(&mut connection, CostHistoryRow::COLUMNS, &request, filters()).await?;
    let total = LIST.total(&mut connection, &request, filters()).await?;
    let items = page.items.into_iter().map(wire).collect::<Result<Vec<_>, _>>()?;
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

fn wire(row: CostHistoryRow) -> Result<WireRow, ApiError> {
    Ok(WireRow {
        at: Instant::from_datetime(row.at),
        by: row.by,
        cost_method: word(&row.cost_method)?,
        source: source(&row.action),
        old_cost: row.old_cost.map(|cost| cost.normalize()),
        new_cost: row.new_cost.map(|cost| cost.normalize()),
        quantity: row.quantity,
        document: row.document,
        manufacturing_order_id: row.manufacturing_order_id.map(ManufacturingOrderId::from_uuid),
        receipt_id: row.receipt_id.map(ReceiptId::from_uuid),
    })
}

/// What an action of the log is to the reader of a cost.
fn source(action: &str) -> CostChangeSource {
    match action.parse() {
        Ok(source) => source,
        Err(_) if action == TakeOverRecipeCost::NAME => CostChangeSource::Recipe,
        Err(_) if action.starts_with("Import") || action.starts_with("import-") => CostChangeSource::Import,
        Err(_) => CostChangeSource::ByHand,
    }
}

async fn take_over(
    tx: &mut Tx,
    id: ProductId,
    expected: i64,
    input: &RecipeCostInput,
) -> Result<ProductView, ApiError> {
    let current = Products::load(tx.connection(), id.uuid()).await?;
    if current.version != expected {
        return Err(StoreError::Stale { current: current.version }.into());
    }
    let mut product = Products::input(current);
    product.standard_cost = Some(input.standard_cost);
    let version = Products::save(tx, id.uuid(), Some(expected), product).await?;
    tx.changed("product", id.uuid(), version, format!("standard cost {} from the recipe", input.standard_cost));
    Products::load(tx.connection(), id.uuid()).await
}
