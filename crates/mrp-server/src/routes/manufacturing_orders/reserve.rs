//! Setting material aside for an order, and giving it back.

use mrp_domain::ids::{LocationId, LotId, MaterialLineId, ProductId};
use mrp_domain::reservation::{Allocation, FreeBalance, Need, plan_reservation, unexpired};
use mrp_domain::time::Instant;
use mrp_store::manufacturing_orders::OrderChanges;
use mrp_store::material_lines::{self, FreeRow, MaterialLineRow, ReservationValues};
use mrp_store::stock::NO_LOT;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;

use super::order::{Order, is_tracked, open_need};
use super::view::priority_of;
use crate::error::ApiError;
use crate::routes::work_orders::readiness;

/// Reserves what the order needs and there is; the order in memory follows.
///
/// # Errors
/// `busy` when a balance stays locked too long.
pub async fn reserve(tx: &mut Tx, order: &mut Order) -> Result<(), ApiError> {
    let Some(location) = order.row.components_location_id else { return Ok(()) };
    let place = LocationId::from_uuid(location);
    let needs = order.lines.iter().filter(|line| open_need(line) > Decimal::ZERO);
    let needs = needs.map(|line| need(order, line, place, open_need(line))).collect::<Vec<_>>();
    if needs.is_empty() {
        return Ok(());
    }
    let changes = free_for(tx, &needs, place).await?.into_iter().map(|allocation| ReservationValues {
        line_id: allocation.line.uuid(),
        product_id: allocation.product.uuid(),
        lot_id: allocation.lot.map_or(NO_LOT, LotId::uuid),
        quantity: allocation.quantity,
    });
    apply(tx, order, location, &changes.collect::<Vec<_>>()).await
}

/// What these needs can get of what is free at the place, which is locked: nothing that is past its last day.
///
/// # Errors
/// `busy` when a balance stays locked too long.
pub async fn free_for(tx: &mut Tx, needs: &[Need], place: LocationId) -> Result<Vec<Allocation>, ApiError> {
    let mut products = needs.iter().map(|need| need.product.uuid()).collect::<Vec<_>>();
    products.sort_unstable();
    products.dedup();
    Ok(plan_reservation(needs, &lock_free(tx, place, products).await?).allocations)
}

/// What is free of these products at the place, which is locked: nothing that is past its last day.
///
/// # Errors
/// `busy` when a balance stays locked too long.
pub async fn lock_free(
    tx: &mut Tx,
    place: LocationId,
    products: Vec<uuid::Uuid>,
) -> Result<Vec<FreeBalance>, ApiError> {
    let free = material_lines::lock_free(tx, place.uuid(), products).await?;
    let balances = free.iter().map(|row| balance(row, place)).collect::<Vec<_>>();
    Ok(unexpired(&balances, tx.now()))
}

/// The lot of a balance, if it has one.
pub fn lot(id: uuid::Uuid) -> Option<LotId> {
    (id != NO_LOT).then(|| LotId::from_uuid(id))
}

/// Gives back everything that the order holds.
///
/// # Errors
/// `busy` when a balance stays locked too long.
pub async fn release(tx: &mut Tx, order: &mut Order) -> Result<(), ApiError> {
    let held = order.lines.iter().filter(|line| line.qty_reserved > Decimal::ZERO);
    let all = held.map(|line| Surplus { line_id: line.id, quantity: line.qty_reserved }).collect::<Vec<_>>();
    give_back(tx, order, &all).await
}

/// What a line gives back.
#[derive(Debug, Clone, Copy)]
pub struct Surplus {
    /// The line.
    pub line_id: uuid::Uuid,
    /// How much, above 0.
    pub quantity: Decimal,
}

/// Gives back some of what lines hold; of lots those that would have been used last.
///
/// # Errors
/// `busy` when a balance stays locked too long.
pub async fn give_back(tx: &mut Tx, order: &mut Order, surplus: &[Surplus]) -> Result<(), ApiError> {
    let Some(location) = order.row.components_location_id else { return Ok(()) };
    let lines = surplus.iter().filter_map(|one| Some((order.lines.iter().find(|line| line.id == one.line_id)?, one)));
    let lines = lines.collect::<Vec<_>>();
    if lines.is_empty() {
        return Ok(());
    }
    let mut products = lines.iter().map(|(line, _)| line.product_id).collect::<Vec<_>>();
    products.sort_unstable();
    products.dedup();
    material_lines::lock(tx, location, products).await?;
    let tracked = lines.iter().filter(|(line, _)| is_tracked(line)).map(|(line, _)| line.id).collect::<Vec<_>>();
    let held =
        if tracked.is_empty() { Vec::new() } else { material_lines::held_lots(tx.connection(), tracked).await? };
    let mut changes = Vec::with_capacity(lines.len());
    for (line, one) in lines {
        let (line_id, product_id) = (line.id, line.product_id);
        if !is_tracked(line) {
            changes.push(ReservationValues { line_id, product_id, lot_id: NO_LOT, quantity: -one.quantity });
            continue;
        }
        let mut rest = one.quantity;
        for lot in held.iter().rev().filter(|lot| lot.line_id == line_id) {
            let quantity = rest.min(lot.quantity);
            if quantity > Decimal::ZERO {
                changes.push(ReservationValues { line_id, product_id, lot_id: lot.lot_id, quantity: -quantity });
                rest -= quantity;
            }
        }
    }
    apply(tx, order, location, &changes).await
}

/// Takes from an order what is not there any more; its availability follows. The quantities are negative.
///
/// # Errors
/// When Postgres fails.
pub async fn take_away(
    tx: &mut Tx,
    mut order: Order,
    location: uuid::Uuid,
    changes: &[ReservationValues],
    reason: &str,
) -> Result<(), ApiError> {
    apply(tx, &mut order, location, changes).await?;
    readiness::refresh(tx, &order).await?;
    let availability = Some(order.availability()?.to_string());
    let changes = OrderChanges { availability, ..OrderChanges::default() };
    let version = mrp_store::manufacturing_orders::change(tx, order.row.id, changes).await?;
    tx.changed("manufacturing_order", order.row.id, version, reason);
    Ok(())
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

/// What a line of an order asks of a place.
pub fn need(order: &Order, line: &MaterialLineRow, location: LocationId, quantity: Decimal) -> Need {
    Need {
        line: MaterialLineId::from_uuid(line.id),
        product: ProductId::from_uuid(line.product_id),
        location,
        quantity,
        priority: priority_of(order.row.priority),
        deadline: order.row.date_deadline.map(Instant::from_datetime),
        order_number: order.row.number.clone(),
        one_lot: line.one_lot,
    }
}

/// A balance as plans see it.
#[must_use]
pub fn balance(row: &FreeRow, location: LocationId) -> FreeBalance {
    FreeBalance {
        product: ProductId::from_uuid(row.product_id),
        lot: lot(row.lot_id),
        location,
        free: row.free,
        expires: row.expires_at.map(Instant::from_datetime),
        received_at: row.received_at.map_or(Instant::from_unix(0), Instant::from_datetime),
    }
}
