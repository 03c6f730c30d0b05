//! Sales orders: what their bodies mean, the commands, and the orders that make what was sold.
//!
//! A plain noun in reading and changing. Creating differs: what a channel pushes a second time is the order that is there.

use std::collections::{HashMap, HashSet};

use mrp_api::access::Permission;
use mrp_api::detail as say;
use mrp_api::endpoint::{Endpoint, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::ActionView;
use mrp_api::sales_orders::{
    CancelSalesOrder, CancelSalesOrderInput, ConfirmSalesOrder, CreateSalesOrder, DeleteSalesOrder, GetSalesOrder,
    LineDeliveryView, ListSalesOrders, MakeSalesOrderLine, MakingOrderView, ReleaseSalesOrderLine, SalesMarginView,
    SalesOrderInput, SalesOrderLineInput, SalesOrderLineView, SalesOrderQuery, SalesOrderRow as WireRow,
    SalesOrderView, UpdateSalesOrder,
};
use mrp_domain::ids::{
    DeliveryId, ManufacturingOrderId, ProductId, SalesOrderId, SalesOrderLineId, UserId, WarehouseId,
};
use mrp_domain::money::{Money, UnitCost};
use mrp_domain::product::ProductType;
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::sales_order::{
    CancelEffect, CancelRefusal, Cancelling, Coverage, HandedOver, Making, SalesOrderCommand, SalesOrderState,
    SoldLine, WrongState, coverage, decide, state_of,
};
use mrp_domain::time::Instant;
use mrp_store::list::{Filters, ListSpec};
use mrp_store::sales_orders::{
    self as store, LineDeliveryRow, MakingRow, SalesOrderLineRow, SalesOrderLineValues, SalesOrderRow, SoldProductRow,
};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{self, Noun, word};
use crate::routes::manufacturing_orders::finish;
use crate::routes::manufacturing_orders::order::{Order, Rights};
use crate::routes::manufacturing_orders::view::instant;
use crate::routes::sales_reservations;
use crate::routes::variants::require_no_template;

pub mod delivering;
mod drafting;
mod margins;
mod pushing;
mod releasing;

const TABLE: &str = "sales_order";
/// Most lines of one sales order.
const LINES_MAX: usize = 500;
/// Most characters of a name, a reference or an id elsewhere.
const NAME_CHARS_MAX: usize = 200;
/// Most characters of a note.
const NOTE_CHARS_MAX: usize = 5_000;

pub(crate) struct SalesOrders;

/// `/sales-orders`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<ListSalesOrders, _, _>(|granted, _, query, _| noun::list::<SalesOrders, _>(granted, query))
        .endpoint::<GetSalesOrder, _, _>(|granted, path, _, _| noun::read::<SalesOrders, _>(granted, path.id.uuid()))
        .endpoint::<CreateSalesOrder, _, _>(|granted, _, _, input| create(granted, input))
        .endpoint::<UpdateSalesOrder, _, _>(|granted, path, _, patch| {
            noun::update::<SalesOrders, _>(granted, path.id.uuid(), patch)
        })
        .endpoint::<DeleteSalesOrder, _, _>(|granted, path, _, _| {
            noun::remove::<SalesOrders, _>(granted, path.id.uuid())
        })
        .endpoint::<ConfirmSalesOrder, _, _>(|granted, path, _, _| confirm(granted, path))
        .endpoint::<CancelSalesOrder, _, _>(|granted, path, _, input| cancel(granted, path, input))
        .endpoint::<MakeSalesOrderLine, _, _>(|granted, path, _, input| drafting::make(granted, path, input))
        .endpoint::<ReleaseSalesOrderLine, _, _>(|granted, path, _, _| releasing::release(granted, path));
}

impl Noun for SalesOrders {
    const TABLE: &'static str = TABLE;
    const LIST: ListSpec = store::LIST;
    const LIST_COLUMNS: &'static str = SalesOrderRow::COLUMNS;
    type Query = SalesOrderQuery;
    type ListRow = SalesOrderRow;
    type Row = WireRow;
    type View = SalesOrderView;
    type Input = SalesOrderInput;

    fn filters(query: &SalesOrderQuery) -> Filters {
        const OPEN: &str = "s.state IN ('draft', 'confirmed')";
        let due = query.due.map(store::due);
        Filters::default()
            .with(query.state.map(|state| state.to_string()), "s.state = $")
            .when(query.open == Some(true), OPEN)
            .when(query.open == Some(false), &format!("NOT {OPEN}"))
            .with(query.channel.clone(), "s.channel = $")
            .with(
                query.product_id.map(ProductId::uuid),
                "EXISTS (SELECT FROM sales_order_line l WHERE l.sales_order_id = s.id AND l.product_id = $)",
            )
            .when(due.is_some(), due.as_deref().unwrap_or_default())
            .when(query.deliverable == Some(true), store::IS_DELIVERABLE)
            .when(query.unmade == Some(true), store::IS_UNMADE)
    }

    fn row(row: SalesOrderRow) -> Result<WireRow, ApiError> {
        Ok(WireRow {
            id: SalesOrderId::from_uuid(row.id),
            number: row.number,
            state: word(&row.state)?,
            customer: row.customer,
            reference: row.reference,
            channel: row.channel,
            deliver_by: instant(row.deliver_by),
            line_count: row.line_count,
            total: Money::round_half_even(row.total).amount(),
            created_at: Instant::from_datetime(row.created_at),
            version: row.version,
        })
    }

    async fn load(connection: &mut PgConnection, id: Uuid) -> Result<SalesOrderView, ApiError> {
        let row: SalesOrderRow = mrp_store::table::find(connection, &Self::LIST, SalesOrderRow::COLUMNS, id).await?;
        let lines = store::lines(connection, id).await?;
        let rows = store::makings(connection, id).await?;
        let planned = margins::planned(connection, rows.iter()).await?;
        let mut makings: HashMap<Uuid, Vec<MakingRow>> = HashMap::new();
        for making in rows {
            makings.entry(making.line_id).or_default().push(making);
        }
        let mut deliveries: HashMap<Uuid, Vec<LineDeliveryRow>> = HashMap::new();
        for delivery in store::deliveries(connection, id).await? {
            deliveries.entry(delivery.line_id).or_default().push(delivery);
        }
        let mut views = Vec::with_capacity(lines.len());
        for line in lines {
            let own = makings.remove(&line.id).unwrap_or_default();
            let gone = deliveries.remove(&line.id).unwrap_or_default();
            let margin = margins::of_line(&line, &own, &planned)?;
            views.push(line_view(line, own, gone, margin)?);
        }
        view(row, views)
    }

    fn input(view: SalesOrderView) -> SalesOrderInput {
        let line = |line: SalesOrderLineView| SalesOrderLineInput {
            id: Some(line.id),
            product_id: Some(line.product_id),
            product_code: None,
            quantity: line.quantity,
            unit_price: Some(line.unit_price),
        };
        SalesOrderInput {
            customer: view.customer,
            reference: view.reference,
            channel: view.channel,
            external_id: view.external_id,
            warehouse_id: Some(view.warehouse_id),
            deliver_by: view.deliver_by,
            note: view.note,
            lines: view.lines.into_iter().map(line).collect(),
        }
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: SalesOrderInput) -> Result<i64, ApiError> {
        let before = match expected {
            Some(expected) => {
                let row = store::lock_expected(tx, id, expected).await?;
                decide(SalesOrderCommand::Change, word(&row.state)?).map_err(refused)?;
                Some(row)
            }
            None => None,
        };
        let mut faults = Faults::default();
        let customer = input.customer.trim();
        faults.require(!customer.is_empty(), "/customer", say::CUSTOMER_NEEDED);
        let texts = [
            ("/customer", customer, NAME_CHARS_MAX),
            ("/reference", &input.reference, NAME_CHARS_MAX),
            ("/channel", &input.channel, NAME_CHARS_MAX),
            ("/external_id", input.external_id.as_deref().unwrap_or_default(), NAME_CHARS_MAX),
            ("/note", &input.note, NOTE_CHARS_MAX),
        ];
        for (pointer, text, most) in texts {
            faults.require(text.chars().count() <= most, pointer, say::AT_MOST_CHARACTERS.with("most", most));
        }
        let (channel, external_id) = pushed_as(&input);
        faults.require(channel.is_empty() == external_id.is_none(), "/external_id", say::CHANNEL_INCOMPLETE);
        if let Some(before) = &before {
            let is_same = before.channel == channel && before.external_id == external_id;
            faults.require(is_same, "/external_id", say::ORIGIN_STAYS);
        }
        let warehouse_id = warehouse(tx, input.warehouse_id, &mut faults).await?;
        let lines = lines_to_write(tx, id, before.is_some(), &input.lines, &mut faults).await?;
        faults.check()?;
        let (created_by, created_at) = match &before {
            Some(before) => (before.created_by, before.created_at),
            None => (tx.user_id().uuid(), tx.now_utc()),
        };
        let (number, state) = match before {
            Some(before) => (before.number, state_with(tx, id, &before.state, &lines).await?),
            None => (noun::numbered(tx, None, TABLE).await?, SalesOrderState::Draft.to_string()),
        };
        let row = SalesOrderRow {
            id,
            number,
            state,
            customer: customer.to_owned(),
            reference: input.reference.trim().to_owned(),
            channel,
            external_id,
            warehouse_id: warehouse_id.unwrap_or_default(),
            deliver_by: input.deliver_by.map(Instant::datetime),
            note: input.note.clone(),
            created_by,
            created_at,
            warehouse_name: String::new(),
            created_by_name: String::new(),
            line_count: 0,
            total: Decimal::ZERO,
            version: 0,
        };
        let is_there = expected.is_some();
        let version = row.values().save(tx, id, expected).await.map_err(pushing::meanwhile)?;
        store::replace_lines(tx, id, &lines).await?;
        if is_there {
            sales_reservations::give_back(tx, vec![id], None).await?;
        }
        Ok(version)
    }

    async fn check_removal(tx: &mut Tx, id: Uuid) -> Result<(), ApiError> {
        let row: SalesOrderRow =
            mrp_store::table::find(tx.connection(), &Self::LIST, SalesOrderRow::COLUMNS, id).await?;
        decide(SalesOrderCommand::Remove, word(&row.state)?).map(drop).map_err(refused)
    }

    fn hide_costs(view: &mut SalesOrderView) {
        view.margin = None;
        view.lines.iter_mut().for_each(|line| line.margin = None);
    }
}

/// The state after a change of lines: what was lowered to what is delivered already leaves nothing open.
async fn state_with(tx: &mut Tx, id: Uuid, before: &str, lines: &[SalesOrderLineValues]) -> Result<String, ApiError> {
    let state: SalesOrderState = word(before)?;
    if state != SalesOrderState::Confirmed {
        return Ok(state.to_string());
    }
    let known = store::lines(tx.connection(), id).await?;
    let delivered = |id| known.iter().find(|line| line.id == id).map(|line| line.qty_delivered).unwrap_or_default();
    let lines = lines.iter().map(|line| SoldLine { sold: line.quantity, delivered: delivered(line.id) });
    Ok(state_of(&lines.collect::<Vec<_>>()).to_string())
}

fn refused(error: WrongState) -> ApiError {
    ApiError::new(&codes::STATE_FORBIDS, error)
}

/// The channel and what the order is called there.
fn pushed_as(input: &SalesOrderInput) -> (String, Option<String>) {
    let external_id = input.external_id.as_deref().map(str::trim).filter(|id| !id.is_empty());
    (input.channel.trim().to_owned(), external_id.map(str::to_owned))
}

/// The warehouse that delivers: the given one, or where finished products go.
async fn warehouse(tx: &mut Tx, given: Option<WarehouseId>, faults: &mut Faults) -> Result<Option<Uuid>, ApiError> {
    let setting = mrp_store::settings::read(tx.connection()).await?;
    let id = given.map(WarehouseId::uuid).or(setting.default_finished_products_warehouse_id);
    let Some(id) = id else {
        faults.add("/warehouse_id", &codes::VALUE_MISSING, say::WAREHOUSE_NEEDED);
        return Ok(None);
    };
    if mrp_store::table::existing(tx.connection(), "warehouse", vec![id]).await?.is_empty() {
        faults.add("/warehouse_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such warehouse"));
    }
    Ok(Some(id))
}

/// Checks all lines. A line that orders make goods of stays, and stays of that product.
async fn lines_to_write(
    tx: &mut Tx,
    id: Uuid,
    is_there: bool,
    inputs: &[SalesOrderLineInput],
    faults: &mut Faults,
) -> Result<Vec<SalesOrderLineValues>, ApiError> {
    faults.require(!inputs.is_empty(), "/lines", say::LINE_NEEDED);
    if inputs.len() > LINES_MAX {
        faults.add("/lines", &codes::VALUE_INVALID, say::AT_MOST_LINES.with("most", 500));
        return Ok(Vec::new());
    }
    let (before, makings) = if is_there {
        (store::lines(tx.connection(), id).await?, store::makings(tx.connection(), id).await?)
    } else {
        (Vec::new(), Vec::new())
    };
    let ids = inputs.iter().filter_map(|line| line.product_id).map(ProductId::uuid).collect();
    let codes_given = inputs.iter().filter_map(|line| line.product_code.clone()).collect();
    let products = store::sold_products(tx, ids, codes_given).await?;
    let mut seen = HashSet::new();
    let mut lines = Vec::with_capacity(inputs.len());
    for (place, input) in inputs.iter().enumerate() {
        let at = |field: &str| format!("/lines/{place}/{field}");
        let earlier = input.id.and_then(|id| before.iter().find(|line| line.id == id.uuid()));
        if let Some(id) = input.id
            && (earlier.is_none() || !seen.insert(id))
        {
            let detail = say::for_callers("the sales order has no such line, or it stands here twice");
            faults.add(at("id"), &codes::REFERENCE_UNKNOWN, detail);
        }
        let Some(line) = line_to_write(input, &products, &at, faults) else { continue };
        if let Some(earlier) = earlier {
            let least = earlier.qty_delivered;
            let is_enough = line.quantity >= least;
            faults.require(is_enough, &at("quantity"), say::DELIVERED_ALREADY.amount("delivered", least));
            if earlier.product_id != line.product_id {
                refuse_made(&makings, earlier, &at("product_id"), faults);
            }
        }
        lines.push(line);
    }
    for gone in before.iter().filter(|line| !seen.contains(&SalesOrderLineId::from_uuid(line.id))) {
        refuse_made(&makings, gone, "/lines", faults);
        faults.require(gone.qty_delivered.is_zero(), "/lines", say::LINE_DELIVERED);
    }
    Ok(lines)
}

/// Told when orders make goods of a line that goes or becomes another.
fn refuse_made(makings: &[MakingRow], line: &SalesOrderLineRow, pointer: &str, faults: &mut Faults) {
    let open = makings.iter().filter(|making| making.line_id == line.id && making.state != "cancelled");
    let numbers = open.map(|making| making.number.as_str()).collect::<Vec<_>>().join(", ");
    if !numbers.is_empty() {
        let detail = say::MADE_FOR_LINE.with("orders", numbers).with("product", line.product_code.as_str());
        faults.add(pointer, &codes::IN_USE, detail);
    }
}

fn line_to_write(
    input: &SalesOrderLineInput,
    products: &[SoldProductRow],
    at: &impl Fn(&str) -> String,
    faults: &mut Faults,
) -> Option<SalesOrderLineValues> {
    let field = if input.product_id.is_some() { "product_id" } else { "product_code" };
    let product = match (input.product_id, input.product_code.as_deref().map(str::trim)) {
        (Some(id), None) => products.iter().find(|product| product.id == id.uuid()),
        (None, Some(code)) => products.iter().find(|product| product.code == code),
        (Some(_), Some(_)) | (None, None) => {
            faults.add(at("product_id"), &codes::VALUE_MISSING, say::PRODUCT_NEEDED);
            return None;
        }
    };
    let quantity = faults.take(&at("quantity"), PositiveQuantity::new(input.quantity));
    let Some(product) = product else {
        faults.add(at(field), &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such product"));
        return None;
    };
    faults.require(product.active, &at(field), say::PRODUCT_INACTIVE);
    faults.require(product.can_be_sold, &at(field), say::PRODUCT_NOT_SOLD);
    let is_storable = word::<ProductType>(&product.product_type).is_ok_and(|kind| kind == ProductType::Storable);
    faults.require(is_storable, &at(field), say::PRODUCT_NOT_DELIVERED);
    require_no_template(product.is_template, &at(field), faults);
    let quantity = quantity?;
    let fits = quantity.exact().ceil_to(product.unit_step).is_ok_and(|rounded| rounded == input.quantity);
    let step = product.unit_step.normalize();
    faults.require(fits, &at("quantity"), say::NOT_A_MULTIPLE.amount("step", step));
    let price = input.unit_price.or(product.selling_price).unwrap_or_default();
    let price = faults.take(&at("unit_price"), UnitCost::new(price))?;
    Some(SalesOrderLineValues {
        id: input.id.map_or_else(Uuid::now_v7, SalesOrderLineId::uuid),
        product_id: product.id,
        quantity: quantity.get().normalize(),
        unit_price: price.get(),
    })
}

fn making(row: &MakingRow) -> Result<Making, ApiError> {
    let (quantity, qty_done, has_moved) = (row.quantity, row.qty_done, row.has_moved);
    Ok(Making { state: word(&row.state)?, quantity, qty_done, finished_at: instant(row.finished_at), has_moved })
}

fn covered(line: &SalesOrderLineRow, makers: &[Making], deliveries: &[LineDeliveryRow]) -> Result<Coverage, ApiError> {
    let own = deliveries.iter().filter(|delivery| delivery.line_id == line.id);
    let handed = own.map(|row| HandedOver { at: Instant::from_datetime(row.delivered_at), quantity: row.quantity });
    let demanded = word::<SalesOrderState>(&line.order_state)?.demands(line.quantity);
    Ok(coverage(demanded, &handed.collect::<Vec<_>>(), makers))
}

fn line_view(
    line: SalesOrderLineRow,
    makings: Vec<MakingRow>,
    deliveries: Vec<LineDeliveryRow>,
    margin: SalesMarginView,
) -> Result<SalesOrderLineView, ApiError> {
    let makers = makings.iter().map(making).collect::<Result<Vec<_>, _>>()?;
    let covered = covered(&line, &makers, &deliveries)?;
    let is_demanded = word::<SalesOrderState>(&line.order_state)? != SalesOrderState::Cancelled;
    let price = UnitCost::new(line.unit_price).unwrap_or(UnitCost::ZERO);
    let orders = makings.into_iter().zip(&makers).map(|(row, maker)| MakingOrderView {
        id: ManufacturingOrderId::from_uuid(row.id),
        number: row.number,
        state: maker.state,
        quantity: row.quantity,
        qty_done: row.qty_done,
        date_deadline: instant(row.date_deadline),
        scheduled_finish: instant(row.scheduled_finish),
        is_demanded,
        when_cancelled: maker.when_cancelled(),
    });
    let deliveries = deliveries.into_iter().map(|row| LineDeliveryView {
        id: DeliveryId::from_uuid(row.id),
        number: row.number,
        delivered_at: Instant::from_datetime(row.delivered_at),
        quantity: row.quantity,
    });
    Ok(SalesOrderLineView {
        id: SalesOrderLineId::from_uuid(line.id),
        product_id: ProductId::from_uuid(line.product_id),
        product_code: line.product_code,
        product_name: line.product_name,
        unit_code: line.unit_code,
        quantity: line.quantity,
        unit_price: line.unit_price,
        amount: Money::round_half_even(price.times(line.quantity)).amount(),
        qty_delivered: line.qty_delivered,
        qty_open: SoldLine { sold: line.quantity, delivered: line.qty_delivered }.open(),
        qty_free: line.qty_free + line.qty_deliverable,
        qty_set_aside: line.qty_set_aside,
        qty_set_aside_unusable: line.qty_set_aside - line.qty_deliverable,
        qty_made: covered.made,
        qty_to_make: covered.to_make,
        qty_surplus: covered.surplus,
        orders: orders.collect(),
        deliveries: deliveries.collect(),
        margin: Some(margin),
    })
}

fn view(row: SalesOrderRow, lines: Vec<SalesOrderLineView>) -> Result<SalesOrderView, ApiError> {
    let state = word(&row.state)?;
    let actions = SalesOrderCommand::ALL.iter().map(|&command| match decide(command, state) {
        Ok(_) => ActionView { command: command.to_string(), allowed: true, reason: None, detail: None },
        Err(refusal) => ActionView {
            command: command.to_string(),
            allowed: false,
            reason: Some(codes::STATE_FORBIDS.code.to_owned()),
            detail: Some(refusal.to_string()),
        },
    });
    Ok(SalesOrderView {
        id: SalesOrderId::from_uuid(row.id),
        number: row.number,
        state,
        customer: row.customer,
        reference: row.reference,
        channel: row.channel,
        external_id: row.external_id,
        warehouse_id: WarehouseId::from_uuid(row.warehouse_id),
        warehouse_name: row.warehouse_name,
        deliver_by: instant(row.deliver_by),
        note: row.note,
        total: lines.iter().map(|line| line.amount).sum(),
        margin: Some(lines.iter().filter_map(|line| line.margin.as_ref()).map(|line| line.margin).sum()),
        lines,
        actions: actions.collect(),
        created_by: UserId::from_uuid(row.created_by),
        created_by_name: row.created_by_name,
        created_at: Instant::from_datetime(row.created_at),
        version: row.version,
    })
}

async fn whole<E: Endpoint>(granted: &Granted<E>, tx: &mut Tx, id: Uuid) -> Result<SalesOrderView, ApiError> {
    let mut view = SalesOrders::load(tx.connection(), id).await?;
    if !granted.may(Permission::CostRead) {
        SalesOrders::hide_costs(&mut view);
    }
    Ok(view)
}

async fn create(
    granted: Granted<CreateSalesOrder>,
    input: SalesOrderInput,
) -> Result<Answered<CreateSalesOrder>, ApiError> {
    let id = Uuid::now_v7();
    granted
        .write(async |tx| {
            if let (channel, Some(external_id)) = pushed_as(&input)
                && let Some(there) = store::pushed(tx.connection(), channel, external_id).await?
            {
                pushing::refuse_another(tx, there, &input).await?;
                return whole(&granted, tx, there).await;
            }
            let version = SalesOrders::save(tx, id, None, input.clone()).await?;
            tx.changed(TABLE, id, version, serde_json::to_string(&input).unwrap_or_default());
            whole(&granted, tx, id).await
        })
        .await
}

async fn confirm(
    granted: Granted<ConfirmSalesOrder>,
    path: IdPath<SalesOrderId>,
) -> Result<Answered<ConfirmSalesOrder>, ApiError> {
    let id = path.id.uuid();
    granted
        .write(async |tx| {
            let row = move_on(tx, id, granted.expected, SalesOrderCommand::Confirm, "").await?;
            drafting::make_when_sold(tx, &row).await?;
            whole(&granted, tx, id).await
        })
        .await
}

/// Locks the sales order and writes its state after a command; returns it as it was.
async fn move_on(
    tx: &mut Tx,
    id: Uuid,
    expected: i64,
    command: SalesOrderCommand,
    detail: &str,
) -> Result<SalesOrderRow, ApiError> {
    let row = store::lock_expected(tx, id, expected).await?;
    let next = decide(command, word(&row.state)?).map_err(refused)?;
    let version =
        SalesOrderRow { state: next.to_string(), ..row.clone() }.values().save(tx, id, Some(expected)).await?;
    tx.changed(TABLE, id, version, detail);
    Ok(row)
}

async fn cancel(
    granted: Granted<CancelSalesOrder>,
    path: IdPath<SalesOrderId>,
    input: CancelSalesOrderInput,
) -> Result<Answered<CancelSalesOrder>, ApiError> {
    let (id, rights) = (path.id.uuid(), Rights::of(&granted));
    let reason = input.reason.trim();
    let cancelling = Cancelling {
        leaves_orders: input.leave_orders,
        may_cancel_orders: granted.may(Permission::OrderWrite),
        has_reason: !reason.is_empty(),
    };
    granted
        .write(async |tx| {
            let row = move_on(tx, id, granted.expected, SalesOrderCommand::Cancel, reason).await?;
            let lines = store::lines(tx.connection(), id).await?;
            if lines.iter().any(|line| line.qty_delivered > Decimal::ZERO) {
                return Err(ApiError::new(&codes::STATE_FORBIDS, say::PART_DELIVERED));
            }
            let setting = mrp_store::settings::read(tx.connection()).await?;
            let mut unstarted = Vec::new();
            for row in store::makings(tx.connection(), id).await? {
                if making(&row)?.when_cancelled() == CancelEffect::CancelledToo {
                    unstarted.push(row);
                }
            }
            if cancelling.takes_along(unstarted.len()).map_err(|refusal| not_so(refusal, &unstarted))? {
                unstarted.sort_by_key(|making| making.id);
                for along in unstarted {
                    let order = Order::lock(tx, along.id, along.version).await?;
                    finish::cancel(tx, order, &setting, rights, &format!("{} cancelled: {reason}", row.number)).await?;
                }
            }
            sales_reservations::give_back(tx, vec![id], None).await?;
            whole(&granted, tx, id).await
        })
        .await
}

fn not_so(refusal: CancelRefusal, unstarted: &[MakingRow]) -> ApiError {
    let numbers = unstarted.iter().map(|making| making.number.as_str()).collect::<Vec<_>>().join(", ");
    match refusal {
        CancelRefusal::OrdersOfOthers => {
            ApiError::new(&codes::ORDERS_WOULD_BE_CANCELLED, say::CANCELLED_ALONG.with("orders", numbers))
        }
        CancelRefusal::NoReason => {
            let detail = say::CANCELLING_NEEDS_REASON.with("orders", numbers);
            ApiError::plain(&codes::REASON_REQUIRED).field("/reason", &codes::REASON_REQUIRED, detail)
        }
    }
}
