//! What is made for a customer lies in stock for his line: set aside as it comes out, given out with his deliveries, and
//! given back when he wants it no more.

use std::collections::BTreeMap;

use mrp_domain::sales_order::{SoldLine, beyond, to_set_aside};
use mrp_store::sales_reservations::{self as store, MadeForRow, SetAsideRow, SetAsideValues};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::ApiError;
use crate::routes::arrivals::Came;

/// The table whose records change.
const TABLE: &str = "sales_order";

/// Locks the sales order that an order makes goods for. Call it before the order itself is locked.
///
/// # Errors
/// When Postgres fails.
pub async fn expect(tx: &mut Tx, order: Uuid) -> Result<Option<MadeForRow>, ApiError> {
    Ok(store::lock_made_for(tx, order).await?.filter(|line| line.is_wanted))
}

/// Sets aside for the line what was made for it, as far as it is open.
///
/// # Errors
/// When Postgres fails.
pub async fn set_aside(
    tx: &mut Tx,
    line: &MadeForRow,
    (product, location): (Uuid, Uuid),
    came: &[Came],
    number: &str,
) -> Result<(), ApiError> {
    let sold = SoldLine { sold: line.sold, delivered: line.delivered };
    let mut held = line.set_aside;
    let mut changes = Vec::new();
    for one in came.iter().filter(|one| one.product_id == product) {
        let quantity = to_set_aside(sold, held, one.quantity);
        if quantity > Decimal::ZERO {
            held += quantity;
            changes.push(SetAsideValues {
                line_id: line.line_id,
                product_id: product,
                lot_id: one.lot_id,
                location_id: location,
                quantity,
            });
        }
    }
    if changes.is_empty() {
        return Ok(());
    }
    store::change(tx, &changes).await?;
    let version = store::touch(tx, line.order_id).await?;
    let detail = format!("{} of {number} set aside", (held - line.set_aside).normalize());
    tx.changed(TABLE, line.order_id, version, detail);
    Ok(())
}

/// Gives back what lies for locked sales orders and nobody needs there any more: all of it when an order is over or
/// delivered from elsewhere, else what is beyond what is open. `all` gives back the rest of one line, too.
///
/// # Errors
/// When Postgres fails.
pub async fn give_back(tx: &mut Tx, orders: Vec<Uuid>, all: Option<Uuid>) -> Result<Decimal, ApiError> {
    store::lock_balances(tx, orders.clone()).await?;
    let rows = store::of_orders(tx.connection(), orders).await?;
    let surplus = surplus(&rows, all);
    store::change(tx, &surplus).await?;
    Ok(-surplus.iter().map(|one| one.quantity).sum::<Decimal>())
}

/// What these rows hold beyond what is wanted, those in front first.
fn surplus(rows: &[SetAsideRow], all: Option<Uuid>) -> Vec<SetAsideValues> {
    let mut held: BTreeMap<Uuid, Decimal> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.is_wanted && all != Some(row.line_id)) {
        *held.entry(row.line_id).or_default() += row.quantity;
    }
    let mut changes = Vec::new();
    for row in rows {
        let quantity = match held.get_mut(&row.line_id).filter(|_| row.is_wanted) {
            Some(held) => {
                let quantity = beyond(row.qty_open, *held).min(row.quantity);
                *held -= quantity;
                quantity
            }
            None => row.quantity,
        };
        if quantity > Decimal::ZERO {
            changes.push(taken(row, quantity));
        }
    }
    changes
}

/// So much of a row ends.
#[must_use]
pub fn taken(row: &SetAsideRow, quantity: Decimal) -> SetAsideValues {
    SetAsideValues {
        line_id: row.line_id,
        product_id: row.product_id,
        lot_id: row.lot_id,
        location_id: row.location_id,
        quantity: -quantity,
    }
}
