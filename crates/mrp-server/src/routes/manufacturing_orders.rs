//! Manufacturing orders: the list, the order, its commands. Each command loads with a lock, lets the domain decide,
//! saves, and replies; what is particular to one of them is in its own file.

pub mod bom_update;
pub mod by_products;
pub mod change;
pub mod confirm;
pub mod consume;
pub mod expected;
pub mod finish;
pub mod make;
pub mod order;
pub mod plan;
pub mod reassign;
pub mod reserve;
pub mod view;

use mrp_api::bom_updates::{ApplyBomUpdate, GetBomUpdate};
use mrp_api::detail::{self as say, Detail};
use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders as api;
use mrp_api::manufacturing_orders::{ManufacturingOrderInput, ManufacturingOrderQuery, ManufacturingOrderView};
use mrp_api::material_lines::MakeOrderComponent;
use mrp_api::page::Page;
use mrp_api::patch::Patch;
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::ids::{BomId, ManufacturingOrderId, MaterialLineId, ProductId, RoutingId, UserId, WarehouseId};
use mrp_domain::manufacturing_order::transitions::{ManufacturingOrderCommand, decide};
use mrp_domain::manufacturing_order::{ManufacturingOrderState, Priority};
use mrp_domain::time::Instant;
use mrp_store::list::Filters;
use mrp_store::manufacturing_orders::{self as store, DefaultsRow, DraftValues, OrderChanges, OrderListRow};
use mrp_store::settings::SettingRow;
use mrp_store::tx::Tx;
use uuid::Uuid;

use self::order::{Order, Rights, lock_work_orders, refused};
use crate::answer::{Answered, Outcome};
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::list_request;
use crate::routes::arrivals;
use crate::routes::sales_reservations;
use crate::routes::variants::require_no_template;
use crate::routes::work_orders::readiness;

/// Mounts all of them.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    reassign::mount(config);
    config
        .endpoint::<api::CountManufacturingOrders, _, _>(|granted, _, _, _| counts(granted))
        .endpoint::<api::ListManufacturingOrders, _, _>(|granted, _, query, _| list(granted, query))
        .endpoint::<api::BulkConfirmManufacturingOrders, _, _>(|granted, _, _, input| confirm::many(granted, input))
        .endpoint::<api::GetManufacturingOrder, _, _>(|granted, path, _, _| read(granted, path.id))
        .endpoint::<api::CreateManufacturingOrder, _, _>(|granted, _, _, input| create(granted, input))
        .endpoint::<api::UpdateManufacturingOrder, _, _>(|granted, path, _, patch| update(granted, path.id, patch))
        .endpoint::<api::DeleteManufacturingOrder, _, _>(|granted, path, _, _| remove(granted, path.id))
        .endpoint::<api::ConfirmManufacturingOrder, _, _>(|granted, path, _, _| {
            command(granted, path.id, async |tx, order, setting, rights| {
                confirm::confirm(tx, order, setting, rights).await
            })
        })
        .endpoint::<api::ReserveManufacturingOrder, _, _>(|granted, path, _, _| {
            command(granted, path.id, async |tx, order, setting, rights| {
                reserve_or_release(tx, order, setting, rights, ManufacturingOrderCommand::Reserve).await
            })
        })
        .endpoint::<api::UnreserveManufacturingOrder, _, _>(|granted, path, _, _| {
            command(granted, path.id, async |tx, order, setting, rights| {
                reserve_or_release(tx, order, setting, rights, ManufacturingOrderCommand::Unreserve).await
            })
        })
        .endpoint::<api::PlanManufacturingOrder, _, _>(|granted, path, _, input: api::PlanInput| {
            let app = granted.app.clone();
            command(granted, path.id, async move |tx, order, setting, rights| {
                plan::plan(&app, tx, order, setting, rights, input.with_shortage).await
            })
        })
        .endpoint::<api::UnplanManufacturingOrder, _, _>(|granted, path, _, _| {
            command(granted, path.id, async |tx, order, setting, rights| plan::unplan(tx, order, setting, rights).await)
        })
        .endpoint::<api::FinishManufacturingOrder, _, _>(|granted, path, _, input| finish_one(granted, path.id, input))
        .endpoint::<api::CancelManufacturingOrder, _, _>(|granted, path, _, input: api::ReasonInput| {
            command(granted, path.id, async move |tx, order, setting, rights| {
                finish::cancel(tx, order, setting, rights, &input.reason).await
            })
        })
        .endpoint::<api::DuplicateManufacturingOrder, _, _>(|granted, path, _, _| duplicate(granted, path))
        .endpoint::<api::ChangeManufacturingOrderQuantity, _, _>(|granted, path, _, input| {
            command(granted, path.id, async move |tx, order, setting, rights| {
                change::change_quantity(tx, order, setting, rights, &input).await
            })
        })
        .endpoint::<api::AddOrderComponent, _, _>(|granted, path, _, input| {
            command(granted, path.id, async move |tx, order, setting, rights| {
                change::add_component(tx, order, setting, rights, &input).await
            })
        })
        .endpoint::<api::ChangeOrderComponent, _, _>(|granted, path, _, input| {
            command(granted, path.id, async move |tx, order, setting, rights| {
                change::change_component(tx, order, setting, rights, path.line_id, &input).await
            })
        })
        .endpoint::<api::ConsumeOrderComponent, _, _>(|granted, path, _, input| {
            command(granted, path.id, async move |tx, order, _, _| consume_one(tx, order, path.line_id, &input).await)
        })
        .endpoint::<MakeOrderComponent, _, _>(|granted, path, _, input| {
            command(granted, path.id, async move |tx, order, _, _| {
                make::make_component(tx, order, path.line_id, &input).await
            })
        })
        .endpoint::<GetBomUpdate, _, _>(|granted, path, _, _| bom_update(granted, path.id))
        .endpoint::<ApplyBomUpdate, _, _>(|granted, path, _, input| {
            command(granted, path.id, async move |tx, order, setting, rights| {
                bom_update::follow(tx, order, setting, rights, &input.reason).await
            })
        })
        .endpoint::<api::GetChangeLog, _, _>(|granted, path, _, _| change_log(granted, path.id))
        .endpoint::<api::GetOrderHistory, _, _>(|granted, path, _, _| history(granted, path.id));
}

async fn bom_update(
    granted: Granted<GetBomUpdate>,
    id: ManufacturingOrderId,
) -> Result<Answered<GetBomUpdate>, ApiError> {
    let mut connection = granted.connection().await?;
    let order = Order::read(&mut connection, id.uuid()).await?;
    granted.reply(bom_update::preview(&mut connection, &order, granted.now).await?)
}

type OrderPath = IdPath<ManufacturingOrderId>;
type Outcome1 = Outcome<ManufacturingOrderView>;

/// The order after a command, or only its version when nobody wants to read it.
async fn outcome<E: Endpoint>(granted: &Granted<E>, tx: &mut Tx, id: Uuid, version: i64) -> Result<Outcome1, ApiError> {
    if granted.minimal {
        return Ok(Outcome::Minimal { id, version });
    }
    view::whole(tx.connection(), id, Rights::of(granted), granted.now).await.map(Outcome::Whole)
}

/// Locks the order at the version that the caller read, carries `work` out, and replies with the order.
async fn command<E: Endpoint<Reply = ManufacturingOrderView>>(
    granted: Granted<E>,
    id: ManufacturingOrderId,
    work: impl AsyncFn(&mut Tx, Order, &SettingRow, Rights) -> Result<i64, ApiError>,
) -> Result<Answered<E>, ApiError> {
    let (id, rights) = (id.uuid(), Rights::of(&granted));
    granted
        .write(async |tx| {
            let (order, setting) = Order::lock_with_setting(tx, id, granted.expected).await?;
            let version = work(tx, order, &setting, rights).await?;
            outcome(&granted, tx, id, version).await
        })
        .await
}

/// Finishes an order. Orders that wait for what it makes are locked with it, in one order, before anything else.
async fn finish_one(
    granted: Granted<api::FinishManufacturingOrder>,
    id: ManufacturingOrderId,
    input: api::FinishInput,
) -> Result<Answered<api::FinishManufacturingOrder>, ApiError> {
    let (id, rights) = (id.uuid(), Rights::of(&granted));
    granted
        .write(async |tx| {
            let made_for = sales_reservations::expect(tx, id).await?;
            let waiting = arrivals::expect_output(tx, id).await?;
            let (order, setting) = Order::lock_with_setting(tx, id, granted.expected).await?;
            let version = finish::finish(tx, order, &setting, rights, &input, (made_for, waiting)).await?;
            outcome(&granted, tx, id, version).await
        })
        .await
}

async fn counts(
    granted: Granted<api::CountManufacturingOrders>,
) -> Result<Answered<api::CountManufacturingOrders>, ApiError> {
    let row = store::counts(&mut *granted.connection().await?, granted.now.datetime()).await?;
    let number = |count: i64| u64::try_from(count).unwrap_or_default();
    granted.reply(api::OrderCountsView {
        all: number(row.all),
        late: number(row.late),
        confirmed: number(row.confirmed),
        short: number(row.short),
        in_progress: number(row.in_progress),
        open: number(row.open),
        open_work_orders: number(row.open_work_orders),
    })
}

fn filters(query: &ManufacturingOrderQuery, now: Instant) -> Result<Filters, ApiError> {
    let states = view::states_of::<ManufacturingOrderState>(query.state.as_deref())?;
    const LATE: &str =
        "(o.state NOT IN ('done', 'cancelled') AND (o.date_deadline < $ OR o.scheduled_finish > o.date_deadline))";
    Ok(Filters::default()
        .with(states, "o.state = ANY($)")
        .with(query.late.filter(|late| *late).map(|_| now.datetime()), LATE)
        .with(query.late.filter(|late| !*late).map(|_| now.datetime()), &format!("NOT coalesce({LATE}, false)"))
        .when(query.open == Some(true), "o.state NOT IN ('done', 'cancelled')")
        .when(
            query.short == Some(true),
            "o.state IN ('confirmed', 'planned', 'in_progress') AND o.availability IN ('partial', 'missing')",
        )
        .when(query.to_pick == Some(true), store::IS_TO_PICK)
        .when(query.unrequested == Some(true), store::LACKS_UNREQUESTED)
        .when(query.bom_changed == Some(true), store::HAS_NEWER_RECIPE)
        .when(query.bom_unvalidated == Some(true), store::HAS_UNVALIDATED_RECIPE)
        .with(query.other_revision_of.map(BomId::uuid), store::HAS_OTHER_REVISION)
        .with(query.product_id.map(ProductId::uuid), "o.product_id = $")
        .with(query.responsible_id.map(UserId::uuid), "o.responsible_id = $")
        .with(query.deadline_from.map(Instant::datetime), "o.date_deadline >= $")
        .with(query.deadline_until.map(Instant::datetime), "o.date_deadline <= $"))
}

async fn list(
    granted: Granted<api::ListManufacturingOrders>,
    query: ManufacturingOrderQuery,
) -> Result<Answered<api::ListManufacturingOrders>, ApiError> {
    let request = list_request(&query);
    let mut connection = granted.connection().await?;
    let page = store::LIST
        .page::<OrderListRow>(&mut connection, OrderListRow::COLUMNS, &request, filters(&query, granted.now)?)
        .await?;
    let question = ManufacturingOrderQuery { sort: None, limit: None, cursor: None, ..query.clone() };
    let question = serde_json::to_string(&question).unwrap_or_default();
    let total = match granted.app.totals.get(&question) {
        Some(total) => total,
        None => {
            let mut spec = store::LIST;
            if request.search.is_none() {
                spec.count_from = store::COUNT_FROM_PLAIN;
            }
            let total = spec.total(&mut connection, &request, filters(&query, granted.now)?).await?;
            let total = u64::try_from(total).unwrap_or_default();
            granted.app.totals.put(question, total);
            total
        }
    };
    let items = page.items.into_iter().map(|row| view::list_row(row, granted.now)).collect::<Result<_, _>>()?;
    granted.reply(Page { items, next_cursor: page.next_cursor, total })
}

async fn read<E: Endpoint<Reply = ManufacturingOrderView>>(
    granted: Granted<E>,
    id: ManufacturingOrderId,
) -> Result<Answered<E>, ApiError> {
    let view = view::whole(&mut *granted.connection().await?, id.uuid(), Rights::of(&granted), granted.now).await?;
    granted.reply(view)
}

/// Checks every field of a draft and fills what was left open.
async fn draft(
    tx: &mut Tx,
    id: Uuid,
    input: &ManufacturingOrderInput,
    setting_start: Instant,
) -> Result<DraftValues, ApiError> {
    let mut faults = Faults::default();
    let begins_at = input.planned_start.unwrap_or(setting_start).datetime();
    let bom = input.bom_id.map(BomId::uuid);
    let defaults = store::defaults(tx.connection(), input.product_id.uuid(), bom, begins_at).await;
    let defaults = match defaults {
        Ok(defaults) => defaults,
        Err(mrp_store::error::StoreError::NotFound) => {
            faults.add("/product_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such product"));
            return Err(faults.check().err().unwrap_or_else(|| ApiError::plain(&codes::NOT_FOUND)));
        }
        Err(error) => return Err(error.into()),
    };
    check_draft(input, &defaults, &mut faults);
    faults.check()?;
    Ok(DraftValues {
        id,
        product_id: input.product_id.uuid(),
        quantity: input.quantity.normalize(),
        bom_id: defaults.bom_id,
        routing_id: input.routing_id.map(RoutingId::uuid).or(defaults.routing_id),
        consumption_mode: defaults.consumption_mode.unwrap_or_else(|| ConsumptionMode::Automatic.to_string()),
        date_deadline: input.date_deadline.map(Instant::datetime),
        planned_start: Some(begins_at),
        components_warehouse_id: input
            .components_warehouse_id
            .map(WarehouseId::uuid)
            .or(defaults.components_warehouse_id),
        finished_products_warehouse_id: input
            .finished_products_warehouse_id
            .map(WarehouseId::uuid)
            .or(defaults.finished_products_warehouse_id),
        priority: view::rank_of(input.priority.unwrap_or(Priority::Normal)),
        responsible_id: input.responsible_id.map(UserId::uuid),
        origin: String::new(),
        notes: input.notes.clone(),
    })
}

fn check_draft(input: &ManufacturingOrderInput, defaults: &DefaultsRow, faults: &mut Faults) {
    faults.require(defaults.active, "/product_id", say::PRODUCT_INACTIVE);
    faults.require(defaults.can_be_made, "/product_id", say::PRODUCT_NOT_MADE);
    require_no_template(defaults.is_template, "/product_id", faults);
    let quantity = faults.take("/quantity", mrp_domain::quantity::PositiveQuantity::new(input.quantity));
    let fits = quantity.is_none_or(|quantity| {
        quantity.exact().ceil_to(defaults.unit_step).is_ok_and(|rounded| rounded == input.quantity)
    });
    let step = defaults.unit_step.normalize();
    faults.require(fits, "/quantity", say::NOT_A_MULTIPLE.amount("step", step));
    if input.bom_id.is_some() {
        match defaults.bom_product_id {
            None => {
                faults.add("/bom_id", &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such bill of materials"))
            }
            Some(product) => faults.require(
                product == input.product_id.uuid() || Some(product) == defaults.template_id,
                "/bom_id",
                say::BOM_OF_OTHER_PRODUCT,
            ),
        }
    }
    if let (Some(start), Some(deadline)) = (input.planned_start, input.date_deadline) {
        faults.require(start <= deadline, "/date_deadline", say::DEADLINE_BEFORE_START);
    }
    faults.require(input.notes.chars().count() <= 5_000, "/notes", say::AT_MOST_CHARACTERS.with("most", 5000));
}

async fn create(
    granted: Granted<api::CreateManufacturingOrder>,
    input: ManufacturingOrderInput,
) -> Result<Answered<api::CreateManufacturingOrder>, ApiError> {
    granted
        .write(async |tx| {
            let id = Uuid::now_v7();
            write_draft(tx, id, &input, String::new()).await?;
            outcome(&granted, tx, id, 1).await
        })
        .await
}

/// Checks a draft and writes it; `origin` says where it comes from.
///
/// # Errors
/// `validation_failed` with every fault.
pub async fn write_draft(
    tx: &mut Tx,
    id: Uuid,
    input: &ManufacturingOrderInput,
    origin: String,
) -> Result<(), ApiError> {
    let now = tx.now();
    let draft = DraftValues { origin, ..draft(tx, id, input, now).await? };
    let number = store::insert(tx, draft).await?;
    tx.changed("manufacturing_order", id, 1, number);
    Ok(())
}

async fn update(
    granted: Granted<api::UpdateManufacturingOrder>,
    id: ManufacturingOrderId,
    patch: Patch<ManufacturingOrderInput>,
) -> Result<Answered<api::UpdateManufacturingOrder>, ApiError> {
    granted
        .write(async |tx| {
            let id = id.uuid();
            let order = Order::lock(tx, id, granted.expected).await?;
            let current = input_of(&order);
            let input = patch
                .apply(&current)
                .map_err(|error| ApiError::new(&codes::MALFORMED_BODY, say::for_callers(error.to_string())))?;
            refuse_frozen(&order, &current, &input)?;
            let mut draft = draft(tx, id, &input, granted.now).await?;
            if order.state != ManufacturingOrderState::Draft {
                draft.bom_id = order.row.bom_id;
                draft.consumption_mode.clone_from(&order.row.consumption_mode);
            }
            let version = store::update_fields(tx, draft).await?;
            tx.changed("manufacturing_order", id, version, serde_json::to_string(&input).unwrap_or_default());
            outcome(&granted, tx, id, version).await
        })
        .await
}

fn input_of(order: &Order) -> ManufacturingOrderInput {
    let row = &order.row;
    ManufacturingOrderInput {
        product_id: ProductId::from_uuid(row.product_id),
        quantity: row.quantity,
        bom_id: row.bom_id.map(BomId::from_uuid),
        routing_id: row.routing_id.map(RoutingId::from_uuid),
        date_deadline: view::instant(row.date_deadline),
        planned_start: view::instant(row.planned_start),
        components_warehouse_id: row.components_warehouse_id.map(WarehouseId::from_uuid),
        finished_products_warehouse_id: row.finished_products_warehouse_id.map(WarehouseId::from_uuid),
        priority: Some(view::priority_of(row.priority)),
        responsible_id: row.responsible_id.map(UserId::from_uuid),
        notes: row.notes.clone(),
    }
}

/// Once confirmed, an order keeps what it was frozen from; quantity and components have commands of their own.
fn refuse_frozen(
    order: &Order,
    current: &ManufacturingOrderInput,
    input: &ManufacturingOrderInput,
) -> Result<(), ApiError> {
    if order.state == ManufacturingOrderState::Draft {
        return Ok(());
    }
    let closed = matches!(order.state, ManufacturingOrderState::Done | ManufacturingOrderState::Cancelled);
    let mut faults = Faults::default();
    let mut keep = |same: bool, pointer: &str| {
        if !same {
            faults.add(pointer, &codes::STATE_FORBIDS, say::STATE_KEEPS_IT.with("state", order.state.as_str()));
        }
    };
    keep(input.product_id == current.product_id, "/product_id");
    keep(input.quantity == current.quantity, "/quantity");
    keep(input.bom_id == current.bom_id, "/bom_id");
    keep(input.routing_id == current.routing_id, "/routing_id");
    keep(input.components_warehouse_id == current.components_warehouse_id, "/components_warehouse_id");
    keep(
        input.finished_products_warehouse_id == current.finished_products_warehouse_id,
        "/finished_products_warehouse_id",
    );
    keep(!closed || input.date_deadline == current.date_deadline, "/date_deadline");
    keep(!closed || input.planned_start == current.planned_start, "/planned_start");
    faults.check_as(&codes::STATE_FORBIDS)
}

async fn remove(
    granted: Granted<api::DeleteManufacturingOrder>,
    id: ManufacturingOrderId,
) -> Result<Answered<api::DeleteManufacturingOrder>, ApiError> {
    granted
        .write(async |tx| {
            let order = Order::lock(tx, id.uuid(), granted.expected).await?;
            if order.state != ManufacturingOrderState::Draft {
                return Err(ApiError::new(&codes::STATE_FORBIDS, say::ONLY_DRAFT_REMOVED));
            }
            mrp_store::table::delete(tx, "manufacturing_order", id.uuid(), granted.expected).await?;
            tx.changed(
                "manufacturing_order",
                id.uuid(),
                granted.expected + 1,
                Detail::from(say::ORDER_REMOVED).stored(),
            );
            Ok(Empty {})
        })
        .await
}

/// Reserves, or gives back.
async fn reserve_or_release(
    tx: &mut Tx,
    mut order: Order,
    setting: &SettingRow,
    rights: Rights,
    command: ManufacturingOrderCommand,
) -> Result<i64, ApiError> {
    let facts = order.facts(&[], setting, rights, tx.now())?;
    decide(command, &facts, None).map_err(|refusal| refused(&refusal))?;
    if command == ManufacturingOrderCommand::Reserve {
        reserve::reserve(tx, &mut order).await?;
    } else {
        reserve::release(tx, &mut order).await?;
    }
    // Whoever decides by hand is not overruled when the day comes.
    store::await_reservation(tx, order.row.id, false).await?;
    readiness::refresh(tx, &order).await?;
    material_moved(tx, &order).await
}

/// Records what was consumed of one component.
async fn consume_one(
    tx: &mut Tx,
    mut order: Order,
    line: MaterialLineId,
    input: &api::ConsumeInput,
) -> Result<i64, ApiError> {
    let quantity = change::positive(input.quantity, "/quantity")?;
    if !matches!(order.state, ManufacturingOrderState::Planned | ManufacturingOrderState::InProgress) {
        let detail = say::NOT_CONSUMED_WHILE.with("state", order.state.as_str());
        return Err(ApiError::new(&codes::STATE_FORBIDS, detail));
    }
    find_line(&order, line)?;
    lock_work_orders(tx, &order).await?;
    let typed = (input.lot_numbers.as_deref(), "/lot_numbers");
    let named = consume::named_lots(&order, line, quantity.get(), typed)?;
    consume::consume_lots(tx, &mut order, vec![(line, quantity.get(), named)]).await?;
    material_moved(tx, &order).await
}

/// Writes the availability of an order whose material moved.
///
/// # Errors
/// `internal` for a corrupt row.
pub async fn material_moved(tx: &mut Tx, order: &Order) -> Result<i64, ApiError> {
    let availability = Some(order.availability()?.to_string());
    let version = store::change(tx, order.row.id, OrderChanges { availability, ..OrderChanges::default() }).await?;
    tx.changed("manufacturing_order", order.row.id, version, "");
    Ok(version)
}

async fn duplicate(
    granted: Granted<api::DuplicateManufacturingOrder>,
    path: OrderPath,
) -> Result<Answered<api::DuplicateManufacturingOrder>, ApiError> {
    granted
        .write(async |tx| {
            let order = Order::read(tx.connection(), path.id.uuid()).await?;
            let origin = format!("copy of {}", order.row.number);
            let id = finish::copy(tx, &order, order.row.quantity, origin.clone()).await?;
            tx.changed("manufacturing_order", id, 1, say::COPY_OF.with("order", order.row.number.as_str()).stored());
            outcome(&granted, tx, id, 1).await
        })
        .await
}

fn find_line(order: &Order, line: MaterialLineId) -> Result<(), ApiError> {
    let is_there = order.lines.iter().any(|known| known.id == line.uuid());
    if is_there { Ok(()) } else { Err(ApiError::plain(&codes::NOT_FOUND)) }
}

async fn change_log(
    granted: Granted<api::GetChangeLog>,
    id: ManufacturingOrderId,
) -> Result<Answered<api::GetChangeLog>, ApiError> {
    let mut connection = granted.connection().await?;
    store::find(&mut connection, id.uuid()).await?;
    let rows = store::changes(&mut connection, id.uuid()).await?;
    let entries = rows.into_iter().map(|row| api::ChangeLogEntry {
        at: Instant::from_datetime(row.at),
        by: row.by,
        kind: row.kind,
        component: row.component,
        old: row.old,
        new: row.new,
        reason: row.reason,
    });
    granted.reply(api::ChangeLogView { entries: entries.collect() })
}

async fn history(
    granted: Granted<api::GetOrderHistory>,
    id: ManufacturingOrderId,
) -> Result<Answered<api::GetOrderHistory>, ApiError> {
    let mut connection = granted.connection().await?;
    store::find(&mut connection, id.uuid()).await?;
    let rows = store::history(&mut connection, id.uuid()).await?;
    let entries = rows.into_iter().map(|row| {
        let detail = Detail::read(&row.detail);
        api::HistoryEntry {
            at: Instant::from_datetime(row.at),
            by: row.by.unwrap_or_default(),
            action: row.action,
            detail: detail.text,
            detail_code: detail.code.map(str::to_owned),
            params: detail.params,
        }
    });
    granted.reply(api::HistoryView { entries: entries.collect() })
}
