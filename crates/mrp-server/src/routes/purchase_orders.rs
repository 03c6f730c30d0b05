//! Purchase orders: writing, sending and giving up. What comes in for them is in [`receiving`], how much has to be
//! ordered of whom in [`drafting`].

pub mod drafting;
pub mod receiving;

use mrp_api::access::Permission;
use mrp_api::detail::{self as say, Detail};
use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_api::error as codes;
use mrp_api::page::Page;
use mrp_api::patch::Patch;
use mrp_api::purchase_orders as api;
use mrp_api::purchase_orders::{
    BoughtForView, PurchaseOrderInput, PurchaseOrderLineInput, PurchaseOrderLineView, PurchaseOrderQuery,
    PurchaseOrderRow, PurchaseOrderView, PurchaseReceiptView,
};
use mrp_domain::ids::{
    ManufacturingOrderId, ProductId, PurchaseOrderId, PurchaseOrderLineId, ReceiptId, RequestForQuotationId,
    SupplierId, UnitId, WarehouseId,
};
use mrp_domain::money::{Money, UnitCost};
use mrp_domain::purchasing::{
    PurchaseOrderCommand, PurchaseOrderFacts, PurchaseOrderRefusal, PurchaseOrderState, decide,
};
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::shop_calendar::day_in;
use mrp_domain::time::Instant;
use mrp_store::error::StoreError;
use mrp_store::list::Filters;
use mrp_store::purchase_orders::{self as store, OrderHead, OrderLineValues};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use serde::Deserialize;
use time::Date;
use uuid::Uuid;

use self::drafting::{Measures, bought_in};
use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{list_request, word};
use crate::routes::manufacturing_orders::view::states_of;
use crate::routes::purchase_requests::can_be_bought;
use crate::routes::shop_closures::day;
use crate::routes::suppliers::note;

/// Most lines of one order.
const LINES_MAX: usize = 500;

/// `/purchase-orders`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<api::ListPurchaseOrders, _, _>(|granted, _, query, _| list(granted, query))
        .endpoint::<api::GetPurchaseOrder, _, _>(|granted, path, _, _| read(granted, path))
        .endpoint::<api::CreatePurchaseOrder, _, _>(|granted, _, _, input| create(granted, input))
        .endpoint::<api::UpdatePurchaseOrder, _, _>(|granted, path, _, patch| update(granted, path, patch))
        .endpoint::<api::DeletePurchaseOrder, _, _>(|granted, path, _, _| remove(granted, path))
        .endpoint::<api::PlacePurchaseOrder, _, _>(|granted, path, _, _| {
            command(granted, path, PurchaseOrderCommand::Order)
        })
        .endpoint::<api::CancelPurchaseOrder, _, _>(|granted, path, _, _| {
            command(granted, path, PurchaseOrderCommand::Cancel)
        })
        .endpoint::<api::OrderPurchaseRequest, _, _>(|granted, path, _, input| drafting::order(granted, path, input));
}

/// Today on the shop's clock.
///
/// # Errors
/// `internal` for a corrupt zone.
pub async fn today(connection: &mut PgConnection, now: Instant) -> Result<Date, ApiError> {
    let setting = mrp_store::settings::read(connection).await?;
    day_in(&setting.zone, now).map_err(|error| StoreError::Corrupt(error.to_string()).into())
}

async fn list(
    granted: Granted<api::ListPurchaseOrders>,
    query: PurchaseOrderQuery,
) -> Result<Answered<api::ListPurchaseOrders>, ApiError> {
    const OPEN: &str = "o.state IN ('ordered', 'partly_received')";
    const EXPECTED: &str = "coalesce((SELECT max(l.expected_on) FROM purchase_order_line l \
         WHERE l.purchase_order_id = o.id), o.expected_on)";
    let mut request = list_request(&query);
    request.sort.get_or_insert_with(|| "-created_at".to_owned());
    let states = states_of::<PurchaseOrderState>(query.state.as_deref())?;
    let mut connection = granted.connection().await?;
    let today = today(&mut connection, granted.now).await?;
    let due = query.due.map(|due| format!("{OPEN} AND {}", mrp_store::list::due(due, EXPECTED)));
    let filters = || {
        Filters::default()
            .with(states.clone(), "o.state = ANY($)")
            .with(query.supplier_id.map(SupplierId::uuid), "o.supplier_id = $")
            .when(due.is_some(), due.as_deref().unwrap_or_default())
    };
    let columns = store::PurchaseOrderRow::COLUMNS;
    let page = store::LIST.page::<store::PurchaseOrderRow>(&mut connection, columns, &request, filters()).await?;
    let total = store::LIST.total(&mut connection, &request, filters()).await?;
    let may_see_costs = granted.may(Permission::CostRead);
    let items = page.items.into_iter().map(|one| row(one, today, may_see_costs)).collect::<Result<_, _>>()?;
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

fn row(row: store::PurchaseOrderRow, today: Date, may_see_costs: bool) -> Result<PurchaseOrderRow, ApiError> {
    let state: PurchaseOrderState = word(&row.state)?;
    let is_open = matches!(state, PurchaseOrderState::Ordered | PurchaseOrderState::PartlyReceived);
    Ok(PurchaseOrderRow {
        id: PurchaseOrderId::from_uuid(row.id),
        number: row.number,
        state,
        supplier_id: SupplierId::from_uuid(row.supplier_id),
        supplier_name: row.supplier_name,
        line_count: row.line_count,
        total: row.total.filter(|_| may_see_costs),
        is_late: is_open && row.last_expected_on.is_some_and(|day| day < today),
        expected_on: row.last_expected_on.map(|day| day.to_string()),
        created_by: row.created_by,
        created_at: Instant::from_datetime(row.created_at),
    })
}

async fn read(
    granted: Granted<api::GetPurchaseOrder>,
    path: IdPath<PurchaseOrderId>,
) -> Result<Answered<api::GetPurchaseOrder>, ApiError> {
    let may_see_costs = granted.may(Permission::CostRead);
    let view = load(&mut *granted.connection().await?, path.id.uuid(), may_see_costs).await?;
    granted.reply(view)
}

/// An order with its lines and receipts.
///
/// # Errors
/// `not_found`.
pub async fn load(connection: &mut PgConnection, id: Uuid, may_see_costs: bool) -> Result<PurchaseOrderView, ApiError> {
    let columns = store::PurchaseOrderRow::COLUMNS;
    let row = mrp_store::table::find::<store::PurchaseOrderRow>(connection, &store::LIST, columns, id).await?;
    let lines = store::lines(connection, id).await?;
    let receipts = store::receipts(connection, id).await?.into_iter().map(|row| PurchaseReceiptView {
        id: ReceiptId::from_uuid(row.id),
        number: row.number,
        received_at: Instant::from_datetime(row.received_at),
        reference: row.reference,
    });
    let without_price = lines.iter().filter(|line| line.price.is_none()).count();
    let lines = lines.into_iter().map(line).collect::<Result<Vec<_>, _>>()?;
    let mut view = PurchaseOrderView {
        id: PurchaseOrderId::from_uuid(row.id),
        number: row.number,
        state: word(&row.state)?,
        supplier_id: SupplierId::from_uuid(row.supplier_id),
        supplier_name: row.supplier_name,
        supplier_email: row.supplier_email,
        over_receipt_percent: row.over_receipt_percent,
        warehouse_id: WarehouseId::from_uuid(row.warehouse_id),
        warehouse_name: row.warehouse_name,
        request_for_quotation_id: row.request_for_quotation_id.map(RequestForQuotationId::from_uuid),
        request_for_quotation_number: row.request_for_quotation_number,
        expected_on: row.expected_on.map(|day| day.to_string()),
        note: row.note,
        ordered_at: row.ordered_at.map(Instant::from_datetime),
        created_by: row.created_by,
        created_at: Instant::from_datetime(row.created_at),
        total: Some(lines.iter().filter_map(|line| line.amount).sum()),
        lines_without_price: u32::try_from(without_price).unwrap_or(u32::MAX),
        lines,
        receipts: receipts.collect(),
        version: row.version,
    };
    if !may_see_costs {
        view.hide_costs();
    }
    Ok(view)
}

fn line(row: store::PurchaseOrderLineRow) -> Result<PurchaseOrderLineView, ApiError> {
    #[derive(Deserialize)]
    struct Stored {
        id: ManufacturingOrderId,
        number: String,
        quantity: Decimal,
    }
    let corrupt = |error: String| ApiError::from(StoreError::Corrupt(error));
    let quantity_open = match row.qty_received < row.qty_ordered {
        true => (row.quantity - row.quantity_received).max(Decimal::ZERO).normalize(),
        false => Decimal::ZERO,
    };
    let orders: Vec<Stored> = serde_json::from_value(row.orders).map_err(|error| corrupt(error.to_string()))?;
    let orders = orders.into_iter().map(|one| BoughtForView { id: one.id, number: one.number, quantity: one.quantity });
    let quantity = PositiveQuantity::new(row.quantity).map_err(|error| corrupt(error.to_string()))?;
    let price = row.price.map(UnitCost::new).transpose().map_err(|error| corrupt(error.to_string()))?;
    Ok(PurchaseOrderLineView {
        id: PurchaseOrderLineId::from_uuid(row.id),
        product_id: ProductId::from_uuid(row.product_id),
        product_code: row.product_code,
        product_name: row.product_name,
        supplier_article: row.supplier_article,
        unit_id: UnitId::from_uuid(row.unit_id),
        unit_code: row.unit_code,
        quantity: row.quantity,
        price: row.price,
        amount: price.map(|price| Money::round_half_even(price.times(quantity)).amount()),
        expected_on: row.expected_on.map(|day| day.to_string()),
        qty_ordered: row.qty_ordered,
        qty_received: row.qty_received,
        quantity_open,
        product_unit_code: row.product_unit_code,
        orders: orders.collect(),
    })
}

async fn create(
    granted: Granted<api::CreatePurchaseOrder>,
    input: PurchaseOrderInput,
) -> Result<Answered<api::CreatePurchaseOrder>, ApiError> {
    let id = Uuid::now_v7();
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            let (head, lines) = parse(tx, id, &input, &[]).await?;
            let number = store::insert(tx, head).await?;
            store::set_lines(tx, id, &lines).await?;
            tx.changed("purchase_order", id, 1, number);
            load(tx.connection(), id, may_see_costs).await
        })
        .await
}

/// Checks every field of an order; `known` are the lines that it has.
async fn parse(
    tx: &mut Tx,
    id: Uuid,
    input: &PurchaseOrderInput,
    known: &[KnownLine],
) -> Result<(OrderHead, Vec<OrderLineValues>), ApiError> {
    let mut faults = Faults::default();
    let supplier = input.supplier_id.uuid();
    if mrp_store::table::existing(tx.connection(), "supplier", vec![supplier]).await?.is_empty() {
        faults.add("/supplier_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such supplier"));
    }
    let setting = mrp_store::settings::read(tx.connection()).await?;
    let warehouse = input.warehouse_id.map(WarehouseId::uuid).or(setting.default_components_warehouse_id);
    if warehouse.is_none() {
        faults.add("/warehouse_id", &codes::VALUE_MISSING, say::WAREHOUSE_NEEDED);
    }
    let note = faults.take("/note", note(&input.note)).unwrap_or_default();
    let expected_on = faults.take("/expected_on", some_day(input.expected_on.as_deref())).flatten();
    if input.lines.len() > LINES_MAX {
        faults.add("/lines", &codes::VALUE_INVALID, say::AT_MOST_LINES.with("most", 500));
        return Err(faults.check().err().unwrap_or_else(|| ApiError::plain(&codes::VALIDATION_FAILED)));
    }
    let products = input.lines.iter().map(|line| line.product_id.uuid()).collect();
    let units = input.lines.iter().filter_map(|line| line.unit_id).map(UnitId::uuid).collect();
    let measures = Measures::read(tx, products, units).await?;
    let mut lines = Vec::with_capacity(input.lines.len());
    for (place, line) in input.lines.iter().enumerate() {
        lines.extend(parse_line(place, line, &measures, known, &mut faults));
    }
    faults.check()?;
    let warehouse_id = warehouse.ok_or_else(|| ApiError::plain(&codes::VALIDATION_FAILED))?;
    let head = OrderHead { id, supplier_id: supplier, warehouse_id, request_for_quotation_id: None, expected_on, note };
    Ok((head, lines))
}

/// A line that an order has.
struct KnownLine {
    id: Uuid,
    product: Uuid,
    unit: Uuid,
}

/// One line; none when it has a fault.
fn parse_line(
    place: usize,
    line: &PurchaseOrderLineInput,
    measures: &Measures,
    known: &[KnownLine],
    faults: &mut Faults,
) -> Option<OrderLineValues> {
    let pointer = |field: &str| format!("/lines/{place}/{field}");
    let quantity = faults.take(&pointer("quantity"), PositiveQuantity::new(line.quantity));
    let price = faults.take(&pointer("price"), line.price.map(UnitCost::new).transpose());
    let expected_on = faults.take(&pointer("expected_on"), some_day(line.expected_on.as_deref()));
    let product = line.product_id.uuid();
    let Some(row) = measures.product(product) else {
        faults.add(pointer("product_id"), &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such product"));
        return None;
    };
    can_be_bought(row, &pointer("product_id"), faults);
    let id = line.id.map(PurchaseOrderLineId::uuid);
    let kept = known.iter().find(|one| Some(one.id) == id && one.product == product);
    // A line that nobody gives another unit stays in its own.
    let unit_id = line.unit_id.map(UnitId::uuid).or(kept.map(|one| one.unit)).unwrap_or_else(|| bought_in(row));
    let qty_ordered = measures.entering(row, unit_id, quantity?, &pointer, faults)?;
    Some(OrderLineValues {
        id: kept.map_or_else(Uuid::now_v7, |one| one.id),
        product_id: product,
        unit_id,
        quantity: line.quantity,
        qty_ordered: qty_ordered.get(),
        price: price?.map(UnitCost::get),
        expected_on: expected_on?,
    })
}

fn some_day(text: Option<&str>) -> Result<Option<Date>, Detail> {
    text.filter(|text| !text.trim().is_empty()).map(day).transpose()
}

async fn update(
    granted: Granted<api::UpdatePurchaseOrder>,
    path: IdPath<PurchaseOrderId>,
    patch: Patch<PurchaseOrderInput>,
) -> Result<Answered<api::UpdatePurchaseOrder>, ApiError> {
    let id = path.id.uuid();
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            store::lock_expected(tx, id, granted.expected).await?;
            let view = load(tx.connection(), id, true).await?;
            let current = input_of(&view);
            let input = patch
                .apply(&current)
                .map_err(|error| ApiError::new(&codes::MALFORMED_BODY, say::for_callers(error.to_string())))?;
            if decide(PurchaseOrderCommand::Change, &facts(&view)).is_err() {
                keep_what_is_ordered(&view, &current, &input)?;
            }
            let known = view.lines.iter().map(|line| KnownLine {
                id: line.id.uuid(),
                product: line.product_id.uuid(),
                unit: line.unit_id.uuid(),
            });
            let known = known.collect::<Vec<_>>();
            let (head, lines) = parse(tx, id, &input, &known).await?;
            let version = store::update(tx, head).await?;
            store::set_lines(tx, id, &lines).await?;
            tx.changed("purchase_order", id, version, serde_json::to_string(&input).unwrap_or_default());
            load(tx.connection(), id, may_see_costs).await
        })
        .await
}

/// Once ordered, only days and the note change; once closed, nothing does.
fn keep_what_is_ordered(
    view: &PurchaseOrderView,
    current: &PurchaseOrderInput,
    input: &PurchaseOrderInput,
) -> Result<(), ApiError> {
    let state = view.state;
    let mut faults = Faults::default();
    let mut keep = |same: bool, pointer: &str| {
        if !same {
            faults.add(pointer, &codes::STATE_FORBIDS, say::STATE_KEEPS_IT.with("state", state.as_str()));
        }
    };
    let without_days = |lines: &[PurchaseOrderLineInput]| {
        lines.iter().map(|line| PurchaseOrderLineInput { expected_on: None, ..line.clone() }).collect::<Vec<_>>()
    };
    let is_closed = matches!(state, PurchaseOrderState::Received | PurchaseOrderState::Cancelled);
    keep(input.supplier_id == current.supplier_id, "/supplier_id");
    keep(input.warehouse_id == current.warehouse_id, "/warehouse_id");
    keep(without_days(&input.lines) == without_days(&current.lines), "/lines");
    keep(!is_closed || input.lines == current.lines, "/lines");
    keep(!is_closed || input.expected_on == current.expected_on, "/expected_on");
    faults.check_as(&codes::STATE_FORBIDS)
}

fn input_of(view: &PurchaseOrderView) -> PurchaseOrderInput {
    let line = |line: &PurchaseOrderLineView| PurchaseOrderLineInput {
        id: Some(line.id),
        product_id: line.product_id,
        quantity: line.quantity,
        unit_id: Some(line.unit_id),
        price: line.price,
        expected_on: line.expected_on.clone(),
    };
    PurchaseOrderInput {
        supplier_id: view.supplier_id,
        warehouse_id: Some(view.warehouse_id),
        expected_on: view.expected_on.clone(),
        note: view.note.clone(),
        lines: view.lines.iter().map(line).collect(),
    }
}

fn facts(view: &PurchaseOrderView) -> PurchaseOrderFacts {
    PurchaseOrderFacts {
        state: view.state,
        lines: view.lines.len(),
        without_price: usize::try_from(view.lines_without_price).unwrap_or(usize::MAX),
    }
}

/// A refusal as the wire says it.
#[must_use]
pub fn refused(refusal: PurchaseOrderRefusal) -> ApiError {
    let code = match refusal {
        PurchaseOrderRefusal::State { .. } => &codes::STATE_FORBIDS,
        PurchaseOrderRefusal::PriceMissing { .. } => &codes::PRICE_MISSING,
        PurchaseOrderRefusal::Empty => &codes::VALUE_MISSING,
    };
    ApiError::new(code, refusal)
}

async fn remove(
    granted: Granted<api::DeletePurchaseOrder>,
    path: IdPath<PurchaseOrderId>,
) -> Result<Answered<api::DeletePurchaseOrder>, ApiError> {
    let id = path.id.uuid();
    granted
        .write(async |tx| {
            let locked = store::lock_expected(tx, id, granted.expected).await?;
            if word::<PurchaseOrderState>(&locked.state)? != PurchaseOrderState::Draft {
                return Err(ApiError::new(&codes::STATE_FORBIDS, say::ONLY_DRAFT_REMOVED));
            }
            mrp_store::table::delete(tx, "purchase_order", id, granted.expected).await?;
            tx.changed("purchase_order", id, granted.expected + 1, "removed");
            Ok(Empty {})
        })
        .await
}

/// Sends an order, or gives it up.
async fn command<E: Endpoint<Reply = PurchaseOrderView>>(
    granted: Granted<E>,
    path: IdPath<PurchaseOrderId>,
    command: PurchaseOrderCommand,
) -> Result<Answered<E>, ApiError> {
    let id = path.id.uuid();
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            store::lock_expected(tx, id, granted.expected).await?;
            let view = load(tx.connection(), id, true).await?;
            let next = decide(command, &facts(&view)).map_err(refused)?;
            let ordered_at = (next == PurchaseOrderState::Ordered).then(|| tx.now_utc());
            let version = store::set_state(tx, id, next.to_string(), ordered_at).await?;
            tx.changed("purchase_order", id, version, next.to_string());
            load(tx.connection(), id, may_see_costs).await
        })
        .await
}
