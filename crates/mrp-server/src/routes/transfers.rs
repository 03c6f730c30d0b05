//! Transfers: which goods may go from one warehouse to another.

use mrp_api::access::Permission;
use mrp_api::detail as say;
use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_api::page::Page;
use mrp_api::transfers::{
    CreateTransfer, GetTransfer, ListTransfers, TransferInput, TransferQuery, TransferRow, TransferView,
};
use mrp_domain::ids::{TransferId, WarehouseId};
use mrp_domain::manufacturing_order::change_log::REASON_LENGTH_MAX;
use mrp_domain::money::Money;
use mrp_domain::time::Instant;
use mrp_store::error::StoreError;
use mrp_store::list::Filters;
use mrp_store::sql::PgConnection;
use mrp_store::stock::{Document, MoveValues};
use mrp_store::transfers as store;
use mrp_store::tx::Tx;
use mrp_store::warehouses::{self, WarehouseRow};
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::list_request;
use crate::routes::arrivals::{self, Came};
use crate::routes::taken_goods::{self, Leaving};

/// `/transfers`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<ListTransfers, _, _>(|granted, _, query, _| list(granted, query))
        .endpoint::<GetTransfer, _, _>(|granted, path, _, _| read(granted, path))
        .endpoint::<CreateTransfer, _, _>(|granted, _, _, input| create(granted, input));
}

async fn list(granted: Granted<ListTransfers>, query: TransferQuery) -> Result<Answered<ListTransfers>, ApiError> {
    let mut request = list_request(&query);
    request.sort.get_or_insert_with(|| "-transferred_at".to_owned());
    let filters = || {
        let warehouse = query.warehouse_id.map(WarehouseId::uuid);
        Filters::default().with(warehouse, "$ IN (d.from_warehouse_id, d.to_warehouse_id)")
    };
    let mut connection = granted.connection().await?;
    let columns = store::TransferRow::COLUMNS;
    let page = store::LIST.page::<store::TransferRow>(&mut connection, columns, &request, filters()).await?;
    let total = store::LIST.total(&mut connection, &request, filters()).await?;
    let items = page.items.into_iter().map(|row| TransferRow {
        id: TransferId::from_uuid(row.id),
        number: row.number,
        transferred_at: Instant::from_datetime(row.transferred_at),
        from_warehouse_name: row.from_warehouse_name,
        to_warehouse_name: row.to_warehouse_name,
        reason: row.reason,
        line_count: row.line_count,
        by: row.by,
    });
    let items = items.collect();
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

async fn read(granted: Granted<GetTransfer>, path: IdPath<TransferId>) -> Result<Answered<GetTransfer>, ApiError> {
    let mut connection = granted.connection().await?;
    let view = load(&mut connection, path.id.uuid(), granted.may(Permission::CostRead)).await?;
    granted.reply(view)
}

async fn load(connection: &mut PgConnection, id: Uuid, may_see_costs: bool) -> Result<TransferView, ApiError> {
    let columns = store::TransferRow::COLUMNS;
    let row = mrp_store::table::find::<store::TransferRow>(connection, &store::LIST, columns, id).await?;
    Ok(TransferView {
        id: TransferId::from_uuid(row.id),
        number: row.number,
        transferred_at: Instant::from_datetime(row.transferred_at),
        from_warehouse_id: WarehouseId::from_uuid(row.from_warehouse_id),
        from_warehouse_name: row.from_warehouse_name,
        to_warehouse_id: WarehouseId::from_uuid(row.to_warehouse_id),
        to_warehouse_name: row.to_warehouse_name,
        reason: row.reason,
        by: row.by,
        lines: taken_goods::lines_of(connection, Document::Transfer(id), may_see_costs).await?,
    })
}

async fn create(granted: Granted<CreateTransfer>, input: TransferInput) -> Result<Answered<CreateTransfer>, ApiError> {
    let id = Uuid::now_v7();
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            transfer(tx, id, &input).await?;
            load(tx.connection(), id, may_see_costs).await
        })
        .await
}

/// Checks a transfer and posts it.
async fn transfer(tx: &mut Tx, id: Uuid, input: &TransferInput) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    let reason = input.reason.trim();
    faults.require(reason.chars().count() <= REASON_LENGTH_MAX, "/reason", say::AT_MOST_CHARACTERS.with("most", 500));
    let (from, to) = (input.from_warehouse_id, input.to_warehouse_id);
    let source = place_of(tx, from, "/from_warehouse_id", false, &mut faults).await?;
    let target = place_of(tx, to, "/to_warehouse_id", true, &mut faults).await?;
    if from == to {
        faults.add("/to_warehouse_id", &codes::SAME_LOCATION, say::for_callers(codes::SAME_LOCATION.condition));
    }
    let wanted = taken_goods::wanted(tx, &input.lines, faults).await?;
    let waiting = arrivals::expect(tx, to.uuid(), &taken_goods::amounts(&wanted)).await?;
    let Leaving { goods, values, .. } = taken_goods::take(tx, source, &wanted, false, &[]).await?;
    let came = goods.iter().map(|taken| Came {
        product_id: taken.product_id,
        lot_id: taken.lot_id,
        quantity: taken.quantity.get(),
    });
    let came = came.collect::<Vec<_>>();
    let (Some(source), Some(target)) = (source, target) else {
        return Err(ApiError::plain(&codes::VALIDATION_FAILED));
    };
    store::insert(tx, id, (from.uuid(), to.uuid()), reason.to_owned()).await?;
    let moves = goods.into_iter().map(|taken| {
        let cost = values.get(&taken.product_id).and_then(mrp_domain::stock::Valuation::unit_cost);
        let worth = cost.unwrap_or_default().checked_mul(taken.quantity.get()).unwrap_or_default();
        let value = Money::round_half_even(worth);
        MoveValues {
            id: Uuid::now_v7(),
            product_id: taken.product_id,
            lot_id: taken.lot_id,
            from_location_id: source,
            to_location_id: target,
            quantity: taken.quantity.get(),
            value: value.amount(),
            document: Document::Transfer(id),
        }
    });
    mrp_store::stock::post_moves(tx, &moves.collect::<Vec<_>>()).await?;
    waiting.set_aside(tx, &came).await?;
    tx.changed("transfer", id, 1, serde_json::to_string(input).unwrap_or_default());
    Ok(())
}

/// Where a warehouse keeps its stock.
///
/// # Errors
/// When Postgres fails.
pub async fn place_of(
    tx: &mut Tx,
    warehouse: WarehouseId,
    pointer: &str,
    must_be_active: bool,
    faults: &mut Faults,
) -> Result<Option<Uuid>, ApiError> {
    let columns = WarehouseRow::COLUMNS;
    match mrp_store::table::find(tx.connection(), &warehouses::LIST, columns, warehouse.uuid()).await {
        Ok(WarehouseRow { active, location_id, .. }) => {
            faults.require(active || !must_be_active, pointer, say::WAREHOUSE_INACTIVE);
            Ok(Some(location_id))
        }
        Err(StoreError::NotFound) => {
            faults.add(pointer, &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such warehouse"));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
