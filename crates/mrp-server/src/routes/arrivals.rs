//! Goods that come into a warehouse, whoever brings them: they are set aside for orders that wait for them.
//!
//! Bought, made, moved and found goods all come through here. [`Arrival::expect`] is called before lots and stock are
//! locked, because orders are locked before these; [`Arrival::set_aside`] when the goods are there.

use std::collections::{BTreeMap, BTreeSet};

use mrp_domain::ids::{LocationId, LotId, MaterialLineId, ProductId};
use mrp_domain::manufacturing_order::{ManufacturingOrderState, ReservationRule};
use mrp_domain::reservation::promise::promise;
use mrp_domain::reservation::{Allocation, FreeBalance, Need, unexpired};
use mrp_domain::time::Instant;
use mrp_store::arrivals::{self as store, WaitingRow};
use mrp_store::error::StoreError;
use mrp_store::material_lines::ReservationValues;
use mrp_store::stock::{NO_LOT, location_of};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::ApiError;
use crate::noun::word;
use crate::routes::manufacturing_orders::order::{Order, open_need};
use crate::routes::manufacturing_orders::view::{instant, priority_of};
use crate::routes::manufacturing_orders::{material_moved, reserve};
use crate::routes::work_orders::readiness;

/// How often it is asked anew who is next, when others bring the same goods at the same moment.
const ROUNDS_MAX: usize = 64;

/// The point before orders are locked.
const LOCKS: &str = "arrivals";

/// Of which products somebody waits in a warehouse; nothing is locked yet.
#[derive(Debug, Default)]
pub struct Waiting {
    warehouse: Uuid,
    products: BTreeSet<Uuid>,
}

/// The orders that get some of what comes, locked with their work orders.
#[derive(Debug, Default)]
pub struct Arrival {
    location: Uuid,
    products: BTreeSet<Uuid>,
    orders: BTreeSet<Uuid>,
    meant_for: BTreeMap<MaterialLineId, Decimal>,
    /// Orders that begin later get nothing but what was meant for them.
    starting_until: Option<OffsetDateTime>,
}

/// Goods that came, of one product and lot.
#[derive(Debug, Clone, Copy)]
pub struct Came {
    /// The product.
    pub product_id: Uuid,
    /// Its lot; [`NO_LOT`] for what is not tracked.
    pub lot_id: Uuid,
    /// How much, in the product's unit.
    pub quantity: Decimal,
}

impl Waiting {
    /// Looks who waits: one question, and for most goods the only one.
    ///
    /// # Errors
    /// When Postgres fails.
    pub async fn look(tx: &mut Tx, warehouse: Uuid, products: BTreeSet<Uuid>) -> Result<Self, ApiError> {
        if products.is_empty() {
            return Ok(Self::default());
        }
        let waited_for = store::waited_for(tx.connection(), warehouse, products.into_iter().collect()).await?;
        Ok(Self { warehouse, products: waited_for.into_iter().collect() })
    }

    /// Whether nobody waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// Says who will get some of what comes, and locks their orders and no others. `meant_for` says how much of it was
    /// bought or made for which component; `also` are orders that the caller locks besides, in the same order.
    ///
    /// # Errors
    /// When Postgres fails.
    pub async fn expect(
        self,
        tx: &mut Tx,
        coming: &BTreeMap<Uuid, Decimal>,
        meant_for: BTreeMap<MaterialLineId, Decimal>,
        also: &[Uuid],
    ) -> Result<Arrival, ApiError> {
        let coming =
            coming.iter().filter(|(product, quantity)| self.products.contains(product) && **quantity > Decimal::ZERO);
        let coming = coming.map(|(product, quantity)| (*product, *quantity)).collect::<Vec<_>>();
        if coming.is_empty() {
            return Ok(Arrival::default());
        }
        let setting = mrp_store::settings::read(tx.connection()).await?;
        let rule: ReservationRule = word(&setting.reservation_rule)?;
        let days = u32::try_from(setting.reserve_days_before).unwrap_or_default();
        let until = rule.reserves_until(days, tx.now()).map(Instant::datetime);
        let location = location_of(tx.connection(), self.warehouse).await?;
        let place = LocationId::from_uuid(location);
        let served = |rows: &[WaitingRow]| {
            let needs = rows.iter().map(|row| Need {
                quantity: share(row.quantity, row.line_id, row.planned_start, until, &meant_for),
                ..need(row, place)
            });
            let needs = needs.collect::<Vec<_>>();
            let plan = promise(&unseen(&coming, place), &needs, &meant_for);
            let got = plan.iter().map(|one| one.line.uuid()).collect::<BTreeSet<_>>();
            let rows = rows.iter().filter(|row| got.contains(&row.line_id));
            rows.map(|row| row.manufacturing_order_id).collect::<BTreeSet<_>>()
        };
        let lines = || meant_for.keys().map(|line| line.uuid()).collect::<Vec<_>>();
        let mut orders = served(&store::next(tx.connection(), self.warehouse, &coming, lines(), until).await?);
        for round in 0..ROUNDS_MAX {
            if orders.is_empty() {
                break;
            }
            let all = orders.iter().chain(also).copied().collect::<BTreeSet<_>>();
            tx.save_point(LOCKS).await?;
            store::lock(tx, all.into_iter().collect()).await?;
            // Somebody else may have served them while we waited for their locks; then others are next.
            let now_served = served(&store::next(tx.connection(), self.warehouse, &coming, lines(), until).await?);
            let is_settled = now_served.is_subset(&orders);
            orders = now_served;
            if is_settled {
                tx.keep(LOCKS).await?;
                break;
            }
            // All are taken in one order, so those that are held are let go of first.
            tx.go_back(LOCKS).await?;
            if round + 1 == ROUNDS_MAX {
                return Err(StoreError::Conflict.into());
            }
        }
        Ok(Arrival { location, products: self.products, orders, meant_for, starting_until: until })
    }
}

/// What comes, as if all of it were free.
fn unseen(coming: &[(Uuid, Decimal)], location: LocationId) -> Vec<FreeBalance> {
    let free = coming.iter().map(|(product, quantity)| FreeBalance {
        product: ProductId::from_uuid(*product),
        lot: None,
        location,
        free: *quantity,
        expires: None,
        received_at: Instant::from_unix(0),
    });
    free.collect()
}

/// Looks who waits for goods that come in, and locks those who get some.
///
/// # Errors
/// When Postgres fails.
pub async fn expect(tx: &mut Tx, warehouse: Uuid, coming: &BTreeMap<Uuid, Decimal>) -> Result<Arrival, ApiError> {
    let waiting = Waiting::look(tx, warehouse, coming.keys().copied().collect()).await?;
    waiting.expect(tx, coming, BTreeMap::new(), &[]).await
}

/// Looks who waits for what an order makes; when somebody does, locks them and the order itself. What is made for a
/// component of another order is first for that.
///
/// # Errors
/// When Postgres fails.
pub async fn expect_output(tx: &mut Tx, order: Uuid) -> Result<Arrival, ApiError> {
    let awaited = store::awaited(tx.connection(), order).await?;
    let Some(warehouse) = awaited.first().map(|row| row.warehouse_id) else { return Ok(Arrival::default()) };
    let mut coming = BTreeMap::new();
    let mut meant_for = BTreeMap::new();
    for row in &awaited {
        *coming.entry(row.product_id).or_default() += row.quantity;
        if let Some(line) = row.material_line_id {
            meant_for.insert(MaterialLineId::from_uuid(line), row.quantity);
        }
    }
    let waiting = Waiting::look(tx, warehouse, coming.keys().copied().collect()).await?;
    waiting.expect(tx, &coming, meant_for, &[order]).await
}

impl Arrival {
    /// Whether nobody gets any of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// Sets aside what came for the orders that were expected to get it, as far as they still need it: at most what
    /// came and is free. Their lights and their work orders follow.
    ///
    /// # Errors
    /// When Postgres fails.
    pub async fn set_aside(self, tx: &mut Tx, came: &[Came]) -> Result<(), ApiError> {
        if self.orders.is_empty() {
            return Ok(());
        }
        let mut goods: BTreeMap<(Uuid, Uuid), Decimal> = BTreeMap::new();
        for one in came.iter().filter(|one| self.products.contains(&one.product_id)) {
            *goods.entry((one.product_id, one.lot_id)).or_default() += one.quantity;
        }
        let free = store::free(tx.connection(), self.location, &goods.keys().copied().collect::<Vec<_>>()).await?;
        let place = LocationId::from_uuid(self.location);
        let free = free.iter().map(|row| {
            let came = goods.get(&(row.product_id, row.lot_id)).copied().unwrap_or_default();
            let balance = reserve::balance(row, place);
            FreeBalance { free: balance.free.min(came), ..balance }
        });
        let free = unexpired(&free.collect::<Vec<_>>(), tx.now());
        let mut orders = Vec::with_capacity(self.orders.len());
        for id in &self.orders {
            orders.push(Order::read(tx.connection(), *id).await?);
        }
        let needs = orders.iter().filter(|order| order.row.components_location_id == Some(self.location));
        let needs = needs.flat_map(|order| self.open_needs(order, place)).collect::<Vec<_>>();
        let plan = promise(&free, &needs, &self.meant_for);
        for mut order in orders {
            let changes = own(&order, &plan);
            if changes.is_empty() {
                continue;
            }
            reserve::apply(tx, &mut order, self.location, &changes).await?;
            readiness::refresh(tx, &order).await?;
            material_moved(tx, &order).await?;
        }
        Ok(())
    }

    fn open_needs(&self, order: &Order, location: LocationId) -> Vec<Need> {
        let is_open = match order.state {
            ManufacturingOrderState::Confirmed
            | ManufacturingOrderState::Planned
            | ManufacturingOrderState::InProgress => true,
            ManufacturingOrderState::Draft | ManufacturingOrderState::Done | ManufacturingOrderState::Cancelled => {
                false
            }
        };
        let lines = order.lines.iter().filter(|line| is_open && self.products.contains(&line.product_id));
        let needs = lines.map(|line| {
            let (open, starts) = (open_need(line), order.row.planned_start);
            let quantity = share(open, line.id, starts, self.starting_until, &self.meant_for);
            reserve::need(order, line, location, quantity)
        });
        needs.collect()
    }
}

/// How much of an open need may be served: of an order that does not reserve by itself yet no more than was meant for it.
fn share(
    open: Decimal,
    line: Uuid,
    starts: Option<OffsetDateTime>,
    until: Option<OffsetDateTime>,
    meant_for: &BTreeMap<MaterialLineId, Decimal>,
) -> Decimal {
    let reserves = until.is_some_and(|until| starts.is_none_or(|starts| starts <= until));
    let meant = || meant_for.get(&MaterialLineId::from_uuid(line)).copied().unwrap_or_default();
    if reserves { open } else { open.min(meant()) }
}

fn own(order: &Order, plan: &[Allocation]) -> Vec<ReservationValues> {
    let is_own = |line: MaterialLineId| order.lines.iter().any(|known| known.id == line.uuid());
    plan.iter()
        .filter(|one| is_own(one.line))
        .map(|one| ReservationValues {
            line_id: one.line.uuid(),
            product_id: one.product.uuid(),
            lot_id: one.lot.map_or(NO_LOT, LotId::uuid),
            quantity: one.quantity,
        })
        .collect()
}

/// A waiting line as a need.
#[must_use]
pub fn need(row: &WaitingRow, location: LocationId) -> Need {
    Need {
        line: MaterialLineId::from_uuid(row.line_id),
        product: ProductId::from_uuid(row.product_id),
        location,
        quantity: row.quantity,
        priority: priority_of(row.priority),
        deadline: instant(row.date_deadline),
        order_number: row.order_number.clone(),
        one_lot: false,
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;

    #[test]
    fn an_order_that_does_not_reserve_by_itself_yet_gets_no_more_than_was_meant_for_it() {
        let (line, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let meant_for = BTreeMap::from([(MaterialLineId::from_uuid(line), dec!(4))]);
        let day = |days| OffsetDateTime::UNIX_EPOCH + time::Duration::days(days);
        let of = |line, starts, until| share(dec!(8), line, starts, until, &meant_for);
        assert_eq!([of(line, None, None), of(other, None, None)], [dec!(4), dec!(0)]);
        assert_eq!([of(line, Some(day(9)), Some(day(5))), of(other, Some(day(9)), Some(day(5)))], [dec!(4), dec!(0)]);
        assert_eq!([of(other, Some(day(5)), Some(day(5))), of(other, None, Some(day(5)))], [dec!(8), dec!(8)]);
    }
}
