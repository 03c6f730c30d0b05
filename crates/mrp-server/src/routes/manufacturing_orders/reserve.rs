//! Setting material aside for an order, and giving it back.

use mrp_domain::ids::{LocationId, MaterialLineId, ProductId};
use mrp_domain::reservation::{FreeBalance, Need, plan_reservation};
use mrp_domain::time::Instant;
use mrp_store::material_lines::{self, FreeRow, MaterialLineRow, ReservationValues};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;

use super::order::{Order, open_need};
use super::view::priority_of;
use crate::error::ApiError;

/// Reserves what the order needs and there is; the order in memory follows.
///
/// # Errors
/// `busy` when a balance stays locked too long.
pub async fn reserve(tx: &mut Tx, order: &mut Order) -> Result<(), ApiError> {
    let Some(location) = order.row.components_location_id else { return Ok(()) };
    let place = LocationId::from_uuid(location);
    let needs = order.lines.iter().filter(|line| open_need(line) > Decimal::ZERO).map(|line| need(order, line, place));
    let needs = needs.collect::<Vec<_>>();
    if needs.is_empty() {
        return Ok(());
    }
    let mut products = needs.iter().map(|need| need.product.uuid()).collect::<Vec<_>>();
    products.sort_unstable();
    products.dedup();
    let free = material_lines::lock_free(tx, location, products).await?;
    let balances = free.iter().map(|row| balance(row, place)).collect::<Vec<_>>();
    let plan = plan_reservation(&needs, &balances);
    let changes = plan
        .allocations
        .iter()
        .map(|allocation| ReservationValues {
            line_id: allocation.line.uuid(),
            product_id: allocation.product.uuid(),
            quantity: allocation.quantity,
        })
        .collect::<Vec<_>>();
    apply(tx, order, location, &changes).await
}

/// Gives back everything that the order holds.
///
/// # Errors
/// `busy` when a balance stays locked too long.
pub async fn release(tx: &mut Tx, order: &mut Order) -> Result<(), ApiError> {
    let changes = order
        .lines
        .iter()
        .filter(|line| line.qty_reserved > Decimal::ZERO)
        .map(|line| ReservationValues { line_id: line.id, product_id: line.product_id, quantity: -line.qty_reserved })
        .collect::<Vec<_>>();
    give_back(tx, order, &changes).await
}

/// Gives back some of what lines hold; the quantities are negative.
///
/// # Errors
/// `busy` when a balance stays locked too long.
pub async fn give_back(tx: &mut Tx, order: &mut Order, changes: &[ReservationValues]) -> Result<(), ApiError> {
    let Some(location) = order.row.components_location_id else { return Ok(()) };
    if changes.is_empty() {
        return Ok(());
    }
    let mut products = changes.iter().map(|change| change.product_id).collect::<Vec<_>>();
    products.sort_unstable();
    products.dedup();
    material_lines::lock_free(tx, location, products).await?;
    apply(tx, order, location, changes).await
}

/// Moves reservations of the order's lines; the balances are locked already.
///
/// # Errors
/// When more would be promised than there is.
pub async fn apply(
    tx: &mut Tx,
    order: &mut Order,
    location: uuid::Uuid,
    changes: &[ReservationValues],
) -> Result<(), ApiError> {
    material_lines::reserve(tx, location, changes).await?;
    for change in changes {
        if let Some(line) = order.lines.iter_mut().find(|line| line.id == change.line_id) {
            line.qty_reserved += change.quantity;
        }
    }
    Ok(())
}

fn need(order: &Order, line: &MaterialLineRow, location: LocationId) -> Need {
    Need {
        line: MaterialLineId::from_uuid(line.id),
        product: ProductId::from_uuid(line.product_id),
        location,
        quantity: open_need(line),
        priority: priority_of(order.row.priority),
        deadline: order.row.date_deadline.map(Instant::from_datetime),
        order_number: order.row.number.clone(),
        one_lot: false,
    }
}

fn balance(row: &FreeRow, location: LocationId) -> FreeBalance {
    FreeBalance {
        product: ProductId::from_uuid(row.product_id),
        lot: None,
        location,
        free: row.free,
        expires: None,
        received_at: Instant::from_unix(0),
    }
}
