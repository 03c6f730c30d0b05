//! Reservation some days before the start: what orders that wait for their day are given when it comes.
//!
//! Every server looks; whoever locks an order first serves it, and the others find that it waits no more. Each order has a
//! transaction of its own, written by the program itself.

use std::time::Duration;

use actix_web::web;
use mrp_domain::manufacturing_order::ReservationRule;
use mrp_domain::time::Instant;
use mrp_store::manufacturing_orders as store;
use mrp_store::pool::Store;
use mrp_store::tx::{Actor, Tx};
use uuid::Uuid;

use crate::app::App;
use crate::error::ApiError;
use crate::granted::{NOBODY, transact};
use crate::noun::word;
use crate::routes::manufacturing_orders::order::{Order, lock_work_orders};
use crate::routes::manufacturing_orders::{material_moved, reserve};
use crate::routes::work_orders::readiness;

/// How often somebody looks whose day has come.
const PERIOD: Duration = Duration::from_secs(60);
/// Most orders of one look; the next one goes on.
const ORDERS_MAX: i64 = 500;
/// What histories call it.
const ACTION: &str = "reserve_due_order";

/// Looks now and then, until the program ends.
pub fn start(app: web::Data<App>) {
    actix_web::rt::spawn(async move {
        loop {
            match reserve_due(&app.store, app.clock.now()).await {
                Ok(0) => {}
                Ok(orders) => tracing::info!(orders, "material reserved for orders whose day has come"),
                Err(error) => tracing::warn!(?error, "orders whose day has come could not be looked for"),
            }
            tokio::time::sleep(PERIOD).await;
        }
    });
}

/// Reserves for the orders whose day has come, by priority, deadline and number; returns how many there were.
///
/// # Errors
/// When it cannot be asked which they are. What goes wrong with one order is logged, and it is tried again the next time.
pub async fn reserve_due(database: &Store, now: Instant) -> Result<usize, ApiError> {
    let mut connection = database.connection().await?;
    let setting = mrp_store::settings::read(&mut connection).await?;
    let rule: ReservationRule = word(&setting.reservation_rule)?;
    let days = u32::try_from(setting.reserve_days_before).unwrap_or_default();
    let Some(until) = rule.reserves_until(days, now) else { return Ok(0) };
    let due = store::awaiting_reservation(&mut connection, until.datetime(), ORDERS_MAX).await?;
    drop(connection);
    let mut served = 0;
    for order in due {
        let request_id = Uuid::now_v7().simple().to_string();
        let actor = Actor { user_id: NOBODY, action: ACTION, request_id, now };
        match transact(database, &actor, async |tx| serve(tx, order).await).await {
            Ok(true) => served += 1,
            Ok(false) => {}
            Err(error) => tracing::warn!(%order, ?error, "material could not be reserved on the day"),
        }
    }
    Ok(served)
}

/// Gives an order what there is, if it still waits for that.
async fn serve(tx: &mut Tx, id: Uuid) -> Result<bool, ApiError> {
    if !store::lock_awaiting(tx, id).await? {
        return Ok(false);
    }
    let mut order = Order::lock_any(tx, id).await?;
    lock_work_orders(tx, &order).await?;
    reserve::reserve(tx, &mut order).await?;
    store::await_reservation(tx, id, false).await?;
    readiness::refresh(tx, &order).await?;
    material_moved(tx, &order).await?;
    Ok(true)
}
