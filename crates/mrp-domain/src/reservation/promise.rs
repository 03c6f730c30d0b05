//! Who gets what came in: goods that were bought, made, moved or found.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Allocation, FreeBalance, Need, plan_reservation};
use crate::ids::MaterialLineId;
use crate::stock::BalanceKey;

/// Promises what came: first to the components that it was bought or made for, as much as that and they still need; the
/// rest by the usual order, to whoever else waits for it.
///
/// `came` is what came, as far as it is free; `needs` are the open needs of all orders that may be served, `meant_for`
/// how much of it is for each line.
#[must_use]
pub fn promise(came: &[FreeBalance], needs: &[Need], meant_for: &BTreeMap<MaterialLineId, Decimal>) -> Vec<Allocation> {
    let first: Vec<Need> = needs
        .iter()
        .filter_map(|need| {
            let quantity = need.quantity.min(meant_for.get(&need.line).copied()?);
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
