//! Stock by warehouse and the ledger of moves, to look at.

use mrp_api::access::Permission;
use mrp_api::page::Page;
use mrp_api::stock::{ListStock, ListStockMoves, StockBalanceRow, StockMoveQuery, StockMoveRow, StockQuery};
use mrp_domain::ids::{LotId, ProductId, StockMoveId, WarehouseId};
use mrp_domain::lot::Expiry;
use mrp_domain::money::UnitCost;
use mrp_domain::time::Instant;
use mrp_store::list::Filters;
use mrp_store::stock::{BalanceRow, Looked, MoveRow};

use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::list_request;
use crate::routes::products::unit_cost;

/// `/stock` and `/stock-moves`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<ListStock, _, _>(|granted, _, query, _| list(granted, query))
        .endpoint::<ListStockMoves, _, _>(|granted, _, query, _| list_moves(granted, query));
}

async fn list(granted: Granted<ListStock>, query: StockQuery) -> Result<Answered<ListStock>, ApiError> {
    let request = list_request(&query);
    let filters = || {
        Filters::default()
            .when(true, "b.on_hand > 0")
            .with(query.product_id.map(ProductId::uuid), "b.product_id = $")
            .with(query.warehouse_id.map(WarehouseId::uuid), "w.id = $")
            .with(query.lot_id.map(LotId::uuid), "b.lot_id = $")
    };
    let mut connection = granted.connection().await?;
    let list = Looked::of(request.search.is_some() || query.warehouse_id.is_some()).balances();
    let page = list.page::<BalanceRow>(&mut connection, BalanceRow::COLUMNS, &request, filters()).await?;
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
        expiry: Expiry::of(row.expires_on, row.today),
        warehouse_id: WarehouseId::from_uuid(row.warehouse_id),
        warehouse_name: row.warehouse_name,
        qty_on_hand: row.on_hand,
        qty_reserved: row.reserved,
        qty_free: row.on_hand - row.reserved,
        unit_cost: cost.filter(|_| may_see_costs).map(UnitCost::get),
    })
}

async fn list_moves(
    granted: Granted<ListStockMoves>,
    query: StockMoveQuery,
) -> Result<Answered<ListStockMoves>, ApiError> {
    let mut request = list_request(&query);
    request.sort.get_or_insert_with(|| "-moved_at".to_owned());
    let filters = || Filters::default().with(query.product_id.map(ProductId::uuid), "m.product_id = $");
    let mut connection = granted.connection().await?;
    let list = Looked::of(request.search.is_some()).moves();
    let page = list.page::<MoveRow>(&mut connection, MoveRow::COLUMNS, &request, filters()).await?;
    let total = list.total(&mut connection, &request, filters()).await?;
    let may_see_costs = granted.may(Permission::CostRead);
    let items = page.items.into_iter().map(|row| stock_move(row, may_see_costs)).collect();
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

fn stock_move(row: MoveRow, may_see_costs: bool) -> StockMoveRow {
    StockMoveRow {
        id: StockMoveId::from_uuid(row.id),
        moved_at: Instant::from_datetime(row.moved_at),
        product_code: row.product_code,
        product_name: row.product_name,
        quantity: row.quantity,
        unit_code: row.unit_code,
        lot_number: row.lot_number,
        from_location: row.from_location,
        to_location: row.to_location,
        document: row.document,
        reason: row.reason,
        value: Some(row.value).filter(|_| may_see_costs),
        by: row.by,
    }
}
