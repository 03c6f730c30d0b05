//! Goods that come in for a purchase order: how much may come, and for whom they are.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::ids::MaterialLineId;
use crate::reservation::{Allocation, FreeBalance, Need, plan_reservation};
use crate::stock::BalanceKey;

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

/// Promises what came: first to the components that it was bought for, as much as was asked for them and they still
/// need; the rest by the usual order, to whoever else waits for it.
///
/// `came` is what came, as far as it is free; `needs` are the open needs of all orders that may be served, `bought_for`
/// what came for each of their lines.
#[must_use]
pub fn promise(
    came: &[FreeBalance],
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
    let mut shelf = came.to_vec();
    let mut all: BTreeMap<(BalanceKey, MaterialLineId), Allocation> = BTreeMap::new();
    let mut take = |needs: &[Need]| {
        let mut got: BTreeMap<MaterialLineId, Decimal> = BTreeMap::new();
        for allocation in plan_reservation(needs, &shelf).allocations {
            let (key, line) = (allocation.key(), allocation.line);
            for balance in shelf.iter_mut().filter(|balance| balance.key() == key) {
                balance.free -= allocation.quantity;
            }
            *got.entry(line).or_default() += allocation.quantity;
            all.entry((key, line)).and_modify(|sum| sum.quantity += allocation.quantity).or_insert(allocation);
        }
        got
    };
    let got = take(&first);
    let rest: Vec<Need> = needs
        .iter()
        .map(|need| {
            let has = got.get(&need.line).copied().unwrap_or_default();
            Need { quantity: need.quantity - has, ..need.clone() }
        })
        .collect();
    take(&rest);
    all.into_values().collect()
}
