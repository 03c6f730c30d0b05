//! Purchase requests: asking for what orders lack, once, and for what somebody wants.

use std::collections::{BTreeMap, BTreeSet};

use mrp_api::detail as say;
use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_api::page::Page;
use mrp_api::patch::Patch;
use mrp_api::purchase_requests as api;
use mrp_api::purchase_requests::{
    PurchaseRequestInput, PurchaseRequestLineInput, PurchaseRequestLineView, PurchaseRequestQuery, PurchaseRequestRow,
    PurchaseRequestView,
};
use mrp_domain::ids::{
    LocationId, ManufacturingOrderId, MaterialLineId, ProductId, PurchaseOrderId, PurchaseRequestId,
    PurchaseRequestLineId, RequestForQuotationId, SupplierId,
};
use mrp_domain::purchasing::{PurchaseRequestState, uncovered};
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::reservation::{FreeBalance, Need};
use mrp_domain::shop_calendar::day_in;
use mrp_domain::time::Instant;
use mrp_store::arrivals::{WaitingRow, waiting};
use mrp_store::error::StoreError;
use mrp_store::list::Filters;
use mrp_store::purchase_requests::{self as store, FreeStockRow, RequestedGoods};
use mrp_store::sql::PgConnection;
use mrp_store::suppliers::SupplierRow;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{list_request, word};
use crate::routes::arrivals::need;
use crate::routes::manufacturing_orders::order::{Order, open_need};
use crate::routes::manufacturing_orders::view::states_of;
use crate::routes::shop_closures::day;
use crate::routes::suppliers::note;

/// Most lines of one request.
const LINES_MAX: usize = 500;
/// Most orders of one bulk command.
const BULK_MAX: usize = 2_000;

/// `/purchase-requests`, and what orders ask for.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<api::ListPurchaseRequests, _, _>(|granted, _, query, _| list(granted, query))
        .endpoint::<api::GetPurchaseRequest, _, _>(|granted, path, _, _| read(granted, path))
        .endpoint::<api::CreatePurchaseRequest, _, _>(|granted, _, _, input| create(granted, input))
        .endpoint::<api::UpdatePurchaseRequest, _, _>(|granted, path, _, patch| update(granted, path, patch))
        .endpoint::<api::CancelPurchaseRequest, _, _>(|granted, path, _, _| cancel(granted, path))
        .endpoint::<api::BulkRequestOrderMaterial, _, _>(|granted, _, _, input| bulk(granted, input))
        .endpoint::<api::RequestOrderMaterial, _, _>(|granted, path, _, _| request_material(granted, path));
}

async fn list(
    granted: Granted<api::ListPurchaseRequests>,
    query: PurchaseRequestQuery,
) -> Result<Answered<api::ListPurchaseRequests>, ApiError> {
    let mut request = list_request(&query);
    request.sort.get_or_insert_with(|| "-created_at".to_owned());
    let states = states_of::<PurchaseRequestState>(query.state.as_deref())?;
    let filters = || {
        Filters::default()
            .with(states.clone(), &format!("{} = ANY($)", store::STATE))
            .with(query.manufacturing_order_id.map(ManufacturingOrderId::uuid), "r.manufacturing_order_id = $")
    };
    let mut connection = granted.connection().await?;
    let columns = store::PurchaseRequestRow::COLUMNS;
    let page = store::LIST.page::<store::PurchaseRequestRow>(&mut connection, columns, &request, filters()).await?;
    let total = store::LIST.total(&mut connection, &request, filters()).await?;
    let items = page.items.into_iter().map(row).collect::<Result<_, _>>()?;
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

fn row(row: store::PurchaseRequestRow) -> Result<PurchaseRequestRow, ApiError> {
    Ok(PurchaseRequestRow {
        id: PurchaseRequestId::from_uuid(row.id),
        number: row.number,
        state: word(&row.state)?,
        manufacturing_order_id: row.manufacturing_order_id.map(ManufacturingOrderId::from_uuid),
        manufacturing_order_number: row.manufacturing_order_number,
        is_order_cancelled: row.is_order_cancelled,
        line_count: row.line_count,
        needed_on: row.needed_on.map(|day| day.to_string()),
        note: row.note,
        created_by: row.created_by,
        created_at: Instant::from_datetime(row.created_at),
    })
}

async fn read(
    granted: Granted<api::GetPurchaseRequest>,
    path: IdPath<PurchaseRequestId>,
) -> Result<Answered<api::GetPurchaseRequest>, ApiError> {
    let view = load(&mut *granted.connection().await?, path.id.uuid()).await?;
    granted.reply(view)
}

/// A request with its lines.
///
/// # Errors
/// `not_found`.
pub async fn load(connection: &mut PgConnection, id: Uuid) -> Result<PurchaseRequestView, ApiError> {
    let columns = store::PurchaseRequestRow::COLUMNS;
    let row = mrp_store::table::find::<store::PurchaseRequestRow>(connection, &store::LIST, columns, id).await?;
    let lines = store::lines(connection, id).await?;
    let lines = lines.into_iter().map(line).collect::<Result<Vec<_>, _>>()?;
    let is_open = !lines.is_empty() && lines.iter().all(|line| line.state == PurchaseRequestState::Open);
    Ok(PurchaseRequestView {
        id: PurchaseRequestId::from_uuid(row.id),
        number: row.number,
        state: word(&row.state)?,
        manufacturing_order_id: row.manufacturing_order_id.map(ManufacturingOrderId::from_uuid),
        manufacturing_order_number: row.manufacturing_order_number,
        is_order_cancelled: row.is_order_cancelled,
        note: row.note,
        created_by: row.created_by,
        created_at: Instant::from_datetime(row.created_at),
        can_change: row.manufacturing_order_id.is_none() && is_open,
        lines,
        version: row.version,
    })
}

fn line(row: store::PurchaseRequestLineRow) -> Result<PurchaseRequestLineView, ApiError> {
    Ok(PurchaseRequestLineView {
        id: PurchaseRequestLineId::from_uuid(row.id),
        product_id: ProductId::from_uuid(row.product_id),
        product_code: row.product_code,
        product_name: row.product_name,
        unit_code: row.unit_code,
        quantity: row.quantity,
        qty_received: row.qty_received,
        needed_on: row.needed_on.map(|day| day.to_string()),
        supplier_id: row.supplier_id.map(SupplierId::from_uuid),
        supplier_name: row.supplier_name,
        material_line_id: row.material_line_id.map(MaterialLineId::from_uuid),
        state: word(&row.state)?,
        request_for_quotation_id: row.request_for_quotation_id.map(RequestForQuotationId::from_uuid),
        request_for_quotation_number: row.request_for_quotation_number,
        purchase_order_id: row.purchase_order_id.map(PurchaseOrderId::from_uuid),
        purchase_order_number: row.purchase_order_number,
    })
}

async fn create(
    granted: Granted<api::CreatePurchaseRequest>,
    input: PurchaseRequestInput,
) -> Result<Answered<api::CreatePurchaseRequest>, ApiError> {
    let id = Uuid::now_v7();
    granted
        .write(async |tx| {
            let goods = wanted(tx, &input, &[]).await?;
            let number = store::insert(tx, id, None, input.note.trim().to_owned(), &goods).await?;
            tx.changed("purchase_request", id, 1, number);
            load(tx.connection(), id).await
        })
        .await
}

async fn update(
    granted: Granted<api::UpdatePurchaseRequest>,
    path: IdPath<PurchaseRequestId>,
    patch: Patch<PurchaseRequestInput>,
) -> Result<Answered<api::UpdatePurchaseRequest>, ApiError> {
    let id = path.id.uuid();
    granted
        .write(async |tx| {
            store::lock_expected(tx, id, granted.expected).await?;
            let view = load(tx.connection(), id).await?;
            refuse_unless_changeable(&view)?;
            let input = patch
                .apply(&input_of(&view))
                .map_err(|error| ApiError::new(&codes::MALFORMED_BODY, say::for_callers(error.to_string())))?;
            let known: Vec<Uuid> = view.lines.iter().map(|line| line.id.uuid()).collect();
            let goods = wanted(tx, &input, &known).await?;
            let version = store::update(tx, id, input.note.trim().to_owned()).await?;
            store::set_lines(tx, id, &goods).await?;
            tx.changed("purchase_request", id, version, serde_json::to_string(&input).unwrap_or_default());
            load(tx.connection(), id).await
        })
        .await
}

/// What an order asked for is what it lacks, and what suppliers know of stays as they know it.
fn refuse_unless_changeable(view: &PurchaseRequestView) -> Result<(), ApiError> {
    if view.can_change {
        return Ok(());
    }
    let quotation = view.lines.iter().find_map(|line| line.request_for_quotation_number.as_ref());
    let order = view.lines.iter().find_map(|line| line.purchase_order_number.as_ref());
    let detail = match (&view.manufacturing_order_number, order, quotation) {
        (Some(number), _, _) => say::ORDER_ASKS.with("order", number.as_str()),
        (None, Some(number), _) => say::ON_PURCHASE_ORDER.with("order", number.as_str()),
        (None, None, Some(number)) => say::QUOTED_IN.with("number", number.as_str()),
        (None, None, None) => say::REQUEST_IS.with("state", view.state.as_str()),
    };
    Err(ApiError::new(&codes::STATE_FORBIDS, detail))
}

fn input_of(view: &PurchaseRequestView) -> PurchaseRequestInput {
    let lines = view.lines.iter().map(|line| PurchaseRequestLineInput {
        id: Some(line.id),
        product_id: line.product_id,
        quantity: line.quantity,
        needed_on: line.needed_on.clone(),
        supplier_id: line.supplier_id,
    });
    PurchaseRequestInput { note: view.note.clone(), lines: lines.collect() }
}

/// Checks a request by hand; `known` are the lines that it has.
async fn wanted(tx: &mut Tx, input: &PurchaseRequestInput, known: &[Uuid]) -> Result<Vec<RequestedGoods>, ApiError> {
    let mut faults = Faults::default();
    faults.take("/note", note(&input.note));
    faults.require(!input.lines.is_empty(), "/lines", say::LINE_NEEDED);
    if input.lines.len() > LINES_MAX {
        faults.add("/lines", &codes::VALUE_INVALID, say::AT_MOST_LINES.with("most", 500));
        return Err(faults.check().err().unwrap_or_else(|| ApiError::plain(&codes::VALIDATION_FAILED)));
    }
    let ids = input.lines.iter().map(|line| line.product_id.uuid()).collect();
    let products = mrp_store::products::find_all(tx, ids).await?;
    let wished = input.lines.iter().filter_map(|line| line.supplier_id.map(SupplierId::uuid)).collect();
    let suppliers = suppliers(tx, wished).await?;
    let mut used = BTreeSet::new();
    let mut goods = Vec::with_capacity(input.lines.len());
    for (place, line) in input.lines.iter().enumerate() {
        let pointer = |field: &str| format!("/lines/{place}/{field}");
        let quantity = faults.take(&pointer("quantity"), PositiveQuantity::new(line.quantity));
        let needed_on = faults.take(&pointer("needed_on"), line.needed_on.as_deref().map(day).transpose());
        match products.iter().find(|product| product.id == line.product_id.uuid()) {
            None => faults.add(
                pointer("product_id"),
                &codes::REFERENCE_UNKNOWN,
                say::for_callers("there is no such product"),
            ),
            Some(product) => can_be_bought(product, &pointer("product_id"), &mut faults),
        }
        if let Some(supplier) = line.supplier_id {
            may_be_asked(&suppliers, supplier, &pointer("supplier_id"), &mut faults);
        }
        let id = line.id.map(PurchaseRequestLineId::uuid);
        if let Some(id) = id {
            if !known.contains(&id) {
                faults.add(pointer("id"), &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such line"));
            }
            faults.require(used.insert(id), &pointer("id"), say::LISTED_TWICE);
        }
        goods.push(RequestedGoods {
            id: id.unwrap_or_else(Uuid::now_v7),
            supplier_id: line.supplier_id.map(SupplierId::uuid),
            product_id: line.product_id.uuid(),
            quantity: quantity.map(PositiveQuantity::get).unwrap_or_default(),
            needed_on: needed_on.flatten(),
            material_line_id: None,
        });
    }
    faults.check()?;
    Ok(goods)
}

/// The suppliers with these ids.
///
/// # Errors
/// When Postgres fails.
pub async fn suppliers(tx: &mut Tx, ids: Vec<Uuid>) -> Result<Vec<SupplierRow>, ApiError> {
    let columns = SupplierRow::COLUMNS;
    Ok(mrp_store::table::find_all(tx.connection(), &mrp_store::suppliers::LIST, columns, ids).await?)
}

/// Notes what is against asking a supplier.
pub fn may_be_asked(known: &[SupplierRow], supplier: SupplierId, pointer: &str, faults: &mut Faults) {
    match known.iter().find(|row| row.id == supplier.uuid()) {
        None => faults.add(pointer, &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such supplier")),
        Some(row) => faults.require(row.active, pointer, say::SUPPLIER_INACTIVE),
    }
}

/// Notes what is against buying a product.
pub fn can_be_bought(product: &mrp_store::products::ProductRow, pointer: &str, faults: &mut Faults) {
    faults.require(product.active, pointer, say::PRODUCT_INACTIVE);
    faults.require(product.can_be_bought, pointer, say::PRODUCT_NOT_BOUGHT);
    faults.require(product.product_type == "storable", pointer, say::PRODUCT_NOT_STORED);
    crate::routes::variants::require_no_template(product.is_template, pointer, faults);
}

async fn cancel(
    granted: Granted<api::CancelPurchaseRequest>,
    path: IdPath<PurchaseRequestId>,
) -> Result<Answered<api::CancelPurchaseRequest>, ApiError> {
    let id = path.id.uuid();
    granted
        .write(async |tx| {
            store::lock_expected(tx, id, granted.expected).await?;
            let view = load(tx.connection(), id).await?;
            match view.state {
                PurchaseRequestState::Open | PurchaseRequestState::Quoting => {}
                state @ (PurchaseRequestState::Ordered
                | PurchaseRequestState::Received
                | PurchaseRequestState::Cancelled) => {
                    let detail = say::REQUEST_IS.with("state", state.as_str());
                    return Err(ApiError::new(&codes::STATE_FORBIDS, detail));
                }
            }
            if let Some(number) = view.lines.iter().find_map(|line| line.purchase_order_number.as_ref()) {
                let detail = say::ON_PURCHASE_ORDER.with("order", number.as_str());
                return Err(ApiError::new(&codes::STATE_FORBIDS, detail));
            }
            let version = store::cancel(tx, id).await?;
            tx.changed("purchase_request", id, version, "cancelled");
            load(tx.connection(), id).await
        })
        .await
}

async fn request_material(
    granted: Granted<api::RequestOrderMaterial>,
    path: IdPath<ManufacturingOrderId>,
) -> Result<Answered<api::RequestOrderMaterial>, ApiError> {
    let id = Uuid::now_v7();
    granted
        .write(async |tx| {
            ask_for(tx, path.id.uuid(), id).await?;
            load(tx.connection(), id).await
        })
        .await
}

async fn bulk(
    granted: Granted<api::BulkRequestOrderMaterial>,
    input: api::RequestMaterialsInput,
) -> Result<Answered<api::BulkRequestOrderMaterial>, ApiError> {
    if input.order_ids.len() > BULK_MAX {
        let mut faults = Faults::default();
        faults.add("/order_ids", &codes::VALUE_INVALID, say::AT_MOST_AT_ONCE.with("most", BULK_MAX));
        faults.check()?;
    }
    if let Some(answered) = granted.seen_before().await? {
        return Ok(answered);
    }
    let mut results = Vec::with_capacity(input.order_ids.len());
    for order in input.order_ids {
        let id = Uuid::now_v7();
        let asked = granted.on_its_own(async |tx| ask_for(tx, order.uuid(), id).await).await;
        let (number, problem) = match asked {
            Ok(number) => (Some(number), None),
            Err(error) => (None, Some(error.problem(&granted.request_id))),
        };
        let purchase_request_id = number.is_some().then(|| PurchaseRequestId::from_uuid(id));
        results.push(api::RequestMaterialsResult { id: order, purchase_request_id, number, problem });
    }
    granted.write(async |_| Ok(api::RequestMaterialsReply { results: results.clone() })).await
}

/// Asks for what an order lacks and nobody has asked for; returns the request's number. The order is locked first, so
/// that two who click at once ask one after the other.
///
/// # Errors
/// `everything_asked_for`, `nothing_missing`, `state_forbids`.
pub async fn ask_for(tx: &mut Tx, order: Uuid, id: Uuid) -> Result<String, ApiError> {
    let order = Order::lock_any(tx, order).await?;
    let goods = lacks(tx, &order).await?;
    let number = store::insert(tx, id, Some(order.row.id), String::new(), &goods).await?;
    tx.changed("purchase_request", id, 1, format!("{number} for {}", order.row.number));
    Ok(number)
}

/// What a locked order lacks and nobody has asked for or makes for it.
///
/// # Errors
/// `everything_asked_for`, `nothing_missing`, `state_forbids`.
pub async fn lacks(tx: &mut Tx, order: &Order) -> Result<Vec<RequestedGoods>, ApiError> {
    order.refuse_unless_active()?;
    let short: Vec<Uuid> =
        order.lines.iter().filter(|line| open_need(line) > Decimal::ZERO).map(|line| line.product_id).collect();
    let place = order.row.components_warehouse_id.zip(order.row.components_location_id);
    let Some((warehouse, location)) = place.filter(|_| !short.is_empty()) else {
        return Err(ApiError::plain(&codes::NOTHING_MISSING));
    };
    let waiting = waiting(tx.connection(), warehouse, short.clone()).await?;
    let free = store::free(tx.connection(), location, short).await?;
    let asked = store::asked_for(tx.connection(), order.row.id).await?;
    let asked = asked.into_iter().map(|row| (MaterialLineId::from_uuid(row.material_line_id), row.quantity)).collect();
    let goods = lacking(tx, order, (&waiting, &free), location, &asked).await?;
    if goods.is_empty() {
        return Err(ApiError::plain(match asked.values().any(|quantity| *quantity > Decimal::ZERO) {
            true => &codes::EVERYTHING_ASKED_FOR,
            false => &codes::NOTHING_MISSING,
        }));
    }
    Ok(goods)
}

/// What the order lacks, with the day on which it is needed.
async fn lacking(
    tx: &mut Tx,
    order: &Order,
    (waiting, free): (&[WaitingRow], &[FreeStockRow]),
    location: Uuid,
    asked: &BTreeMap<MaterialLineId, Decimal>,
) -> Result<Vec<RequestedGoods>, ApiError> {
    let place = LocationId::from_uuid(location);
    let needs: Vec<Need> = waiting.iter().map(|row| need(row, place)).collect();
    let balances: Vec<FreeBalance> = free.iter().map(|row| balance(row.product_id, row.free, place)).collect();
    let setting = mrp_store::settings::read(tx.connection()).await?;
    let start = order.row.scheduled_start.or(order.row.planned_start).map_or(tx.now(), Instant::from_datetime);
    let needed_on =
        day_in(&setting.zone, start).map_err(|error| ApiError::from(StoreError::Corrupt(error.to_string())))?;
    let found = uncovered(&needs, &balances, asked);
    let own = |line: Uuid| order.lines.iter().any(|known| known.id == line);
    let goods = found.into_iter().filter(|one| own(one.line.uuid())).map(|one| RequestedGoods {
        id: Uuid::now_v7(),
        supplier_id: None,
        product_id: one.product.uuid(),
        quantity: one.quantity,
        needed_on: Some(needed_on),
        material_line_id: Some(one.line.uuid()),
    });
    Ok(goods.collect())
}

/// What is free of a product in all lots together, as plans see it.
#[must_use]
pub fn balance(product: Uuid, free: Decimal, location: LocationId) -> FreeBalance {
    FreeBalance {
        product: ProductId::from_uuid(product),
        lot: None,
        location,
        free,
        expires: None,
        received_at: Instant::from_unix(0),
    }
}
