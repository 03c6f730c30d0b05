//! Deliveries: which goods may go to a customer.

use mrp_api::access::Permission;
use mrp_api::deliveries::{
    CreateDelivery, DeliveredOrderView, DeliveryInput, DeliveryLineInput, DeliveryQuery, DeliveryRow, DeliveryView,
    GetDelivery, ListDeliveries,
};
use mrp_api::detail as say;
use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_api::page::Page;
use mrp_domain::ids::{DeliveryId, SalesOrderId, SalesOrderLineId, WarehouseId};
use mrp_domain::text::Name;
use mrp_domain::time::Instant;
use mrp_store::deliveries as store;
use mrp_store::list::Filters;
use mrp_store::sql::PgConnection;
use mrp_store::stock::{CUSTOMER, Document, MoveValues};
use mrp_store::tx::Tx;
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::list_request;
use crate::routes::sales_orders::delivering;
use crate::routes::taken_goods::{self, Leaving};
use crate::routes::transfers::place_of;

/// Most characters of the customer's document.
const REFERENCE_CHARS_MAX: usize = 200;

/// `/deliveries`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<ListDeliveries, _, _>(|granted, _, query, _| list(granted, query))
        .endpoint::<GetDelivery, _, _>(|granted, path, _, _| read(granted, path))
        .endpoint::<CreateDelivery, _, _>(|granted, _, _, input| create(granted, input));
}

async fn list(granted: Granted<ListDeliveries>, query: DeliveryQuery) -> Result<Answered<ListDeliveries>, ApiError> {
    let mut request = list_request(&query);
    request.sort.get_or_insert_with(|| "-delivered_at".to_owned());
    let filters = || Filters::default().with(query.warehouse_id.map(WarehouseId::uuid), "d.warehouse_id = $");
    let mut connection = granted.connection().await?;
    let columns = store::DeliveryRow::COLUMNS;
    let page = store::LIST.page::<store::DeliveryRow>(&mut connection, columns, &request, filters()).await?;
    let total = store::LIST.total(&mut connection, &request, filters()).await?;
    let items = page.items.into_iter().map(|row| DeliveryRow {
        id: DeliveryId::from_uuid(row.id),
        number: row.number,
        delivered_at: Instant::from_datetime(row.delivered_at),
        customer: row.customer,
        warehouse_name: row.warehouse_name,
        reference: row.reference,
        line_count: row.line_count,
        by: row.by,
    });
    let items = items.collect();
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

async fn read(granted: Granted<GetDelivery>, path: IdPath<DeliveryId>) -> Result<Answered<GetDelivery>, ApiError> {
    let mut connection = granted.connection().await?;
    let view = load(&mut connection, path.id.uuid(), granted.may(Permission::CostRead)).await?;
    granted.reply(view)
}

async fn load(connection: &mut PgConnection, id: Uuid, may_see_costs: bool) -> Result<DeliveryView, ApiError> {
    let columns = store::DeliveryRow::COLUMNS;
    let row = mrp_store::table::find::<store::DeliveryRow>(connection, &store::LIST, columns, id).await?;
    let sales_orders = store::sales_orders(connection, id).await?;
    Ok(DeliveryView {
        id: DeliveryId::from_uuid(row.id),
        number: row.number,
        delivered_at: Instant::from_datetime(row.delivered_at),
        customer: row.customer,
        warehouse_id: WarehouseId::from_uuid(row.warehouse_id),
        warehouse_name: row.warehouse_name,
        reference: row.reference,
        sales_orders: sales_orders
            .into_iter()
            .map(|order| DeliveredOrderView { id: SalesOrderId::from_uuid(order.id), number: order.number })
            .collect(),
        by: row.by,
        lines: taken_goods::lines_of(connection, Document::Delivery(id), may_see_costs).await?,
    })
}

async fn create(granted: Granted<CreateDelivery>, input: DeliveryInput) -> Result<Answered<CreateDelivery>, ApiError> {
    let id = Uuid::now_v7();
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            deliver(tx, id, &input).await?;
            load(tx.connection(), id, may_see_costs).await
        })
        .await
}

/// Checks a delivery and posts it.
async fn deliver(tx: &mut Tx, id: Uuid, input: &DeliveryInput) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    let customer = faults.take("/customer", Name::new(&input.customer));
    let reference = input.reference.trim();
    let fits = reference.chars().count() <= REFERENCE_CHARS_MAX;
    faults.require(fits, "/reference", say::AT_MOST_CHARACTERS.with("most", 200));
    let sold = delivering::open(tx, &input.lines, &mut faults).await?;
    let source = place_of(tx, input.warehouse_id, "/warehouse_id", false, &mut faults).await?;
    let leaving = input.lines.iter().map(DeliveryLineInput::goods).collect::<Vec<_>>();
    let wanted = taken_goods::wanted(tx, &leaving, faults).await?;
    let served =
        input.lines.iter().map(|line| line.sales_order_line_id.map(SalesOrderLineId::uuid)).collect::<Vec<_>>();
    let Leaving { goods, mut values, own } = taken_goods::take(tx, source, &wanted, true, &served).await?;
    let (Some(source), Some(customer)) = (source, customer) else {
        return Err(ApiError::plain(&codes::VALIDATION_FAILED));
    };
    let mut moves = Vec::with_capacity(goods.len());
    let mut went = Vec::new();
    for taken in goods {
        let stock = values.get_mut(&taken.product_id).ok_or_else(|| ApiError::plain(&codes::STOCK_SHORT))?;
        let value = stock
            .issue(taken.quantity)
            .map_err(|e| ApiError::new(&codes::STOCK_SHORT, say::for_callers(e.to_string())))?;
        let stock_move = Uuid::now_v7();
        let line = input.lines.get(taken.place).and_then(|line| line.sales_order_line_id).map(SalesOrderLineId::uuid);
        went.extend(line.map(|line| (stock_move, line, taken.quantity.get())));
        moves.push(MoveValues {
            id: stock_move,
            product_id: taken.product_id,
            lot_id: taken.lot_id,
            from_location_id: source,
            to_location_id: CUSTOMER,
            quantity: taken.quantity.get(),
            value: value.amount(),
            document: Document::Delivery(id),
        });
    }
    let words = (customer.to_string(), reference.to_owned());
    store::insert(tx, id, input.warehouse_id.uuid(), words).await?;
    mrp_store::sales_reservations::change(tx, &own.ends(|line| sold.open_after(line))).await?;
    mrp_store::stock::post_moves(tx, &moves).await?;
    let detail = serde_json::to_string(input).unwrap_or_default();
    sold.delivered(tx, &went, &detail).await?;
    tx.changed("delivery", id, 1, detail);
    Ok(())
}
