//! Goods that come in for a purchase order: how much may come, and for whom they are.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::ids::{LocationId, MaterialLineId, ProductId};
use crate::reservation::{Allocation, FreeBalance, Need, plan_reservation};
use crate::time::Instant;

/// More came than was ordered and the supplier may bring too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{received} would be received of {ordered} ordered; at most {most}")]
pub struct OverReceipt {
    /// What is ordered.
    pub ordered: Decimal,
    /// What would have come in all.
    pub received: Decimal,
    /// The most that may come in all.
    pub most: Decimal,
}

/// What has come of a line in all when `coming` comes, if so much may come: the ordered amount and `tolerance_percent`
/// of it.
///
/// # Errors
/// [`OverReceipt`].
pub fn received_after(
    ordered: Decimal,
    received: Decimal,
    coming: Decimal,
    tolerance_percent: Decimal,
) -> Result<Decimal, OverReceipt> {
    let over = ordered.saturating_mul(tolerance_percent.max(Decimal::ZERO)) / Decimal::ONE_HUNDRED;
    let most = ordered.saturating_add(over);
    let after = received.saturating_add(coming);
    if after > most {
        return Err(OverReceipt { ordered, received: after, most });
    }
    Ok(after)
}

/// Gives what came of a line to the requests that asked for it, each at most what it still waits for, in their order.
/// What is left belongs to nobody.
#[must_use]
pub fn share_among(came: Decimal, waiting: &[Decimal]) -> Vec<Decimal> {
    let mut left = came.max(Decimal::ZERO);
    let share = |wanted: &Decimal| {
        let share = left.min((*wanted).max(Decimal::ZERO));
        left -= share;
        share
    };
    waiting.iter().map(share).collect()
}

/// Goods that have just come, of which some may be promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// The product.
    pub product: ProductId,
    /// How much of what came is free, in the product's unit.
    pub free: Decimal,
}

/// Promises what came: first to the components that it was bought for, as much as was asked for them and they still
/// need; the rest by the usual order, to whoever else waits for it.
///
/// `needs` are the open needs of all orders that may be served, `bought_for` what came for each of their lines.
#[must_use]
pub fn promise(
    arrived: &[Arrived],
    location: LocationId,
    needs: &[Need],
    bought_for: &BTreeMap<MaterialLineId, Decimal>,
) -> Vec<Allocation> {
    let first: Vec<Need> = needs
        .iter()
        .filter_map(|need| {
            let quantity = need.quantity.min(bought_for.get(&need.line).copied()?);
            Some(Need { quantity, ..need.clone() })
        })
        .collect();
    let mut shelf: Vec<FreeBalance> = arrived.iter().map(|goods| on_the_shelf(goods, location)).collect();
    let mut all: BTreeMap<MaterialLineId, Allocation> = BTreeMap::new();
    let take = |needs: &[Need], shelf: &mut Vec<FreeBalance>, all: &mut BTreeMap<MaterialLineId, Allocation>| {
        for allocation in plan_reservation(needs, shelf).allocations {
            for balance in shelf.iter_mut().filter(|balance| balance.key() == allocation.key()) {
                balance.free -= allocation.quantity;
            }
            all.entry(allocation.line).and_modify(|sum| sum.quantity += allocation.quantity).or_insert(allocation);
        }
    };
    take(&first, &mut shelf, &mut all);
    let rest: Vec<Need> = needs
        .iter()
        .map(|need| {
            let has = all.get(&need.line).map(|allocation| allocation.quantity).unwrap_or_default();
            Need { quantity: need.quantity - has, ..need.clone() }
        })
        .collect();
    take(&rest, &mut shelf, &mut all);
    let mut allocations: Vec<Allocation> = all.into_values().collect();
    allocations.sort_by_key(|allocation| (allocation.key(), allocation.line));
    allocations
}

fn on_the_shelf(goods: &Arrived, location: LocationId) -> FreeBalance {
    FreeBalance {
        product: goods.product,
        lot: None,
        location,
        free: goods.free,
        expires: None,
        received_at: Instant::from_unix(0),
    }
}
