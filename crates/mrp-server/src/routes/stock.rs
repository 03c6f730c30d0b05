//! Stock by warehouse and the ledger of moves, to look at.

use mrp_api::access::Permission;
use mrp_api::error as codes;
use mrp_api::page::Page;
use mrp_api::stock::{ListStock, ListStockMoves, StockBalanceRow, StockMoveQuery, StockMoveRow, StockQuery};
use mrp_domain::ids::{LotId, ProductId, StockMoveId, WarehouseId};
use mrp_domain::lot::Expiry;
use mrp_domain::money::UnitCost;
use mrp_domain::stock::MoveKind;
use mrp_domain::time::Instant;
use mrp_store::list::{Filters, containing};
use mrp_store::stock::{
    ADJUSTMENT, AMOUNTS, BalanceRow, CUSTOMER, Looked, MoveRow, PRODUCTION, SCRAP, SUPPLIER, searched_for,
};

use time::Date;

use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{integer, list_request, word};
use crate::routes::products::unit_cost;
use crate::routes::shop_closures::day;

/// `/stock` and `/stock-moves`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<ListStock, _, _>(|granted, _, query, _| list(granted, query))
        .endpoint::<ListStockMoves, _, _>(|granted, _, query, _| list_moves(granted, query));
}

async fn list(granted: Granted<ListStock>, query: StockQuery) -> Result<Answered<ListStock>, ApiError> {
    let request = list_request(&query);
    let mut connection = granted.connection().await?;
    let products = searched_for(&mut connection, &request).await?;
    let filters = || {
        Filters::default()
            .when(true, "b.on_hand > 0")
            .with(products.clone(), "b.product_id = ANY($)")
            .with(query.product_id.map(ProductId::uuid), "b.product_id = $")
            .with(
                query.warehouse_id.map(WarehouseId::uuid),
                "b.location_id = (SELECT l.id FROM location l WHERE l.warehouse_id = $)",
            )
            .with(query.lot_id.map(LotId::uuid), "b.lot_id = $")
    };
    let looked = Looked::of(request.search.is_some());
    let list = looked.balances();
    let by_amount = request.sort.as_deref().is_some_and(|sort| sort.trim_start_matches('-').starts_with("qty_"));
    let first = (by_amount && looked == Looked::AtAll).then_some(AMOUNTS);
    let page = list.page_of::<BalanceRow>(&mut connection, BalanceRow::COLUMNS, &request, filters(), first).await?;
    let total = list.total(&mut connection, &request, filters()).await?;
    let may_see_costs = granted.may(Permission::CostRead);
    let items = page.items.into_iter().map(|row| balance(row, may_see_costs)).collect::<Result<Vec<_>, _>>()?;
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

fn balance(row: BalanceRow, may_see_costs: bool) -> Result<StockBalanceRow, ApiError> {
    let cost = unit_cost(&row.cost_method, row.standard_cost, row.valued_quantity.zip(row.valued_at))?;
    Ok(StockBalanceRow {
        product_id: ProductId::from_uuid(row.product_id),
        product_code: row.product_code,
        product_name: row.product_name,
        unit_code: row.unit_code,
        lot_id: row.lot_number.is_some().then(|| LotId::from_uuid(row.lot_id)),
        lot_number: row.lot_number,
        expiry: Expiry::of(row.expires_on, row.today, integer(row.near_days)),
        warehouse_id: WarehouseId::from_uuid(row.warehouse_id),
        warehouse_name: row.warehouse_name,
        qty_on_hand: row.on_hand,
        qty_reserved: row.reserved,
        qty_free: row.on_hand - row.reserved,
        unit_cost: cost.filter(|_| may_see_costs).map(UnitCost::get),
    })
}

/// A day in a query.
///
/// # Errors
/// `malformed_query`.
pub fn asked_day(text: Option<&str>) -> Result<Option<Date>, ApiError> {
    let day = text.filter(|text| !text.trim().is_empty()).map(day).transpose();
    day.map_err(|error| ApiError::new(&codes::MALFORMED_QUERY, error))
}

const BY_DOCUMENT: &str = "(m.manufacturing_order_id IN (SELECT id FROM manufacturing_order WHERE number ILIKE $) \
     OR m.receipt_id IN (SELECT id FROM receipt WHERE number ILIKE $) \
     OR m.transfer_id IN (SELECT id FROM transfer WHERE number ILIKE $) \
     OR m.delivery_id IN (SELECT id FROM delivery WHERE number ILIKE $) \
     OR m.stock_count_id IN (SELECT id FROM stock_count WHERE number ILIKE $))";

async fn list_moves(
    granted: Granted<ListStockMoves>,
    query: StockMoveQuery,
) -> Result<Answered<ListStockMoves>, ApiError> {
    let mut request = list_request(&query);
    request.sort.get_or_insert_with(|| "-moved_at".to_owned());
    let document = query.document.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let document = document.map(containing);
    let (from, until) = (asked_day(query.moved_from.as_deref())?, asked_day(query.moved_until.as_deref())?);
    let mut connection = granted.connection().await?;
    let products = searched_for(&mut connection, &request).await?;
    let filters = || {
        let filters = Filters::default()
            .with(products.clone(), "m.product_id = ANY($)")
            .with(query.product_id.map(ProductId::uuid), "m.product_id = $")
            .with(query.lot_id.map(LotId::uuid), "m.lot_id = $")
            .with(
                query.warehouse_id.map(WarehouseId::uuid),
                "(SELECT l.id FROM location l WHERE l.warehouse_id = $) IN (m.from_location_id, m.to_location_id)",
            )
            .with(document.clone(), BY_DOCUMENT)
            .with(from, "m.moved_at >= $::date::timestamp AT TIME ZONE (SELECT zone FROM setting)")
            .with(until, "m.moved_at < ($::date + 1)::timestamp AT TIME ZONE (SELECT zone FROM setting)");
        match query.kind {
            None => filters,
            Some(MoveKind::Transfer) => filters.when(true, "m.transfer_id IS NOT NULL"),
            Some(MoveKind::Consumption) => filters.with(Some(PRODUCTION), "m.to_location_id = $"),
            Some(MoveKind::Output) => filters.with(Some(PRODUCTION), "m.from_location_id = $"),
            Some(MoveKind::Receipt) => filters.with(Some(SUPPLIER), "$ IN (m.from_location_id, m.to_location_id)"),
            Some(MoveKind::Delivery) => filters.with(Some(CUSTOMER), "$ IN (m.from_location_id, m.to_location_id)"),
            Some(MoveKind::Scrap) => filters.with(Some(SCRAP), "$ IN (m.from_location_id, m.to_location_id)"),
            Some(MoveKind::Count) => filters.with(Some(ADJUSTMENT), "$ IN (m.from_location_id, m.to_location_id)"),
        }
    };
    let list = Looked::of(request.search.is_some()).moves();
    let page = list.page::<MoveRow>(&mut connection, MoveRow::COLUMNS, &request, filters()).await?;
    let total = list.total(&mut connection, &request, filters()).await?;
    let may_see_costs = granted.may(Permission::CostRead);
    let items = page.items.into_iter().map(|row| stock_move(row, may_see_costs)).collect::<Result<Vec<_>, _>>()?;
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

fn stock_move(row: MoveRow, may_see_costs: bool) -> Result<StockMoveRow, ApiError> {
    Ok(StockMoveRow {
        id: StockMoveId::from_uuid(row.id),
        moved_at: Instant::from_datetime(row.moved_at),
        kind: MoveKind::of(word(&row.from_kind)?, word(&row.to_kind)?),
        product_id: ProductId::from_uuid(row.product_id),
        product_code: row.product_code,
        product_name: row.product_name,
        quantity: row.quantity,
        unit_code: row.unit_code,
        lot_id: row.lot_id.map(LotId::from_uuid),
        lot_number: row.lot_number,
        from_location: row.from_location,
        to_location: row.to_location,
        document: row.document,
        document_id: row.document_id,
        reason: row.reason,
        value: Some(row.value).filter(|_| may_see_costs),
        by: row.by,
    })
}
