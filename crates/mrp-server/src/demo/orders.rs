//! A few orders in different stages, so that a newcomer sees lists with something in them.

use mrp_domain::example;
use mrp_domain::ids::ProductId;
use mrp_store::manufacturing_orders::{self as store, DraftValues};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use time::{Duration, OffsetDateTime, Time};
use uuid::Uuid;

use crate::app::App;
use crate::error::ApiError;
use crate::routes::manufacturing_orders::order::{Order, Rights};
use crate::routes::manufacturing_orders::{confirm, plan};

/// How far an order gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Draft,
    Confirmed,
    Planned,
}

struct DemoOrder {
    product: ProductId,
    quantity: u32,
    due_in_days: i64,
    priority: i16,
    stage: Stage,
}

/// The second one is the worked example of costing; the paint does not suffice for it.
const ORDERS: &[DemoOrder] = &[
    DemoOrder { product: example::STEEL_TABLE, quantity: 4, due_in_days: 9, priority: 1, stage: Stage::Planned },
    DemoOrder { product: example::STEEL_TABLE, quantity: 10, due_in_days: 12, priority: 2, stage: Stage::Confirmed },
    DemoOrder { product: example::BENCH_FRAME, quantity: 6, due_in_days: 15, priority: 1, stage: Stage::Confirmed },
    DemoOrder { product: example::BENCH, quantity: 6, due_in_days: 20, priority: 1, stage: Stage::Draft },
    DemoOrder { product: example::STEEL_TABLE, quantity: 25, due_in_days: 34, priority: 0, stage: Stage::Draft },
];

/// What whoever loads the demonstration may do.
const RIGHTS: Rights = Rights { use_unvalidated_bom: true, plan_with_shortage: true, cost: true, purchases: true };

/// Makes the orders.
///
/// # Errors
/// When the database is away.
pub(super) async fn open(app: &App, tx: &mut Tx, responsible: Uuid) -> Result<(), ApiError> {
    for order in ORDERS {
        let id = draft(tx, order, responsible).await?;
        tx.changed("manufacturing_order", id, 1, "");
        if order.stage >= Stage::Confirmed {
            let setting = mrp_store::settings::read(tx.connection()).await?;
            let locked = Order::lock_any(tx, id).await?;
            confirm::confirm(tx, locked, &setting, RIGHTS).await?;
        }
        if order.stage >= Stage::Planned {
            let setting = mrp_store::settings::read(tx.connection()).await?;
            let locked = Order::lock_any(tx, id).await?;
            plan::plan(app, tx, locked, &setting, RIGHTS, true).await?;
        }
    }
    Ok(())
}

async fn draft(tx: &mut Tx, order: &DemoOrder, responsible: Uuid) -> Result<Uuid, ApiError> {
    let id = Uuid::now_v7();
    let now = tx.now_utc();
    let defaults = store::defaults(tx.connection(), order.product.uuid(), None, now).await?;
    let due = tx.now_utc() + Duration::days(order.due_in_days);
    let draft = DraftValues {
        id,
        product_id: order.product.uuid(),
        quantity: Decimal::from(order.quantity),
        bom_id: defaults.bom_id,
        routing_id: defaults.routing_id,
        consumption_mode: defaults.consumption_mode.unwrap_or_else(|| "automatic".to_owned()),
        date_deadline: Some(OffsetDateTime::new_utc(due.date(), Time::from_hms(14, 0, 0).unwrap_or(Time::MIDNIGHT))),
        planned_start: Some(tx.now_utc()),
        components_warehouse_id: defaults.components_warehouse_id,
        finished_products_warehouse_id: defaults.finished_products_warehouse_id,
        priority: order.priority,
        responsible_id: Some(responsible),
        origin: String::new(),
        notes: String::new(),
    };
    store::insert(tx, draft).await?;
    Ok(id)
}
