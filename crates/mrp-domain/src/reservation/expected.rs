//! Who gets what is on its way: ordered from suppliers, or made by open orders.
//!
//! Nothing is set aside here. What is promised to one component is promised to no other, so that two orders never wait
//! for the same goods.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use time::Date;

use super::{FreeBalance, Need, in_serving_order, plan_reservation};
use crate::ids::{LocationId, MaterialLineId, ProductId};

/// Goods that are on their way to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// The product.
    pub product: ProductId,
    /// Where it will be.
    pub location: LocationId,
    /// How much has not come, in the product's stock unit.
    pub quantity: Decimal,
    /// The day on which it comes; what has no day comes last.
    pub on: Option<Date>,
    /// The component that it is bought or made for.
    pub meant_for: Option<MaterialLineId>,
}

/// How much of what comes is for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// The component.
    pub line: MaterialLineId,
    /// The place of what comes among the arguments.
    pub source: usize,
    /// How much.
    pub quantity: Decimal,
}

/// Says who gets what is on its way.
///
/// First what is bought or made for a component goes to it, as much as it still needs. Then what is free now goes to the
/// needs that are left, by priority, deadline and number, because it need not be waited for. What is left of what comes
/// goes to what is left of the needs, in the same order, the soonest first.
#[must_use]
pub fn promise_coming(needs: &[Need], free: &[FreeBalance], coming: &[Coming]) -> Vec<Expected> {
    let mut sources: Vec<(usize, &Coming, Decimal)> =
        coming.iter().enumerate().map(|(place, one)| (place, one, one.quantity.max(Decimal::ZERO))).collect();
    sources.sort_by_key(|(place, one, _)| (one.on.is_none(), one.on, *place));
    let mut open: Vec<Need> = in_serving_order(needs).into_iter().cloned().collect();
    let mut expected = Vec::new();
    for need in &mut open {
        let own = |one: &Coming| one.meant_for == Some(need.line) && is_it(one, need);
        let meant = sources.iter_mut().filter(|(_, one, _)| own(one)).collect();
        let taken = take(need, meant);
        need.quantity -= taken.iter().map(|one| one.quantity).sum::<Decimal>();
        expected.extend(taken);
    }
    let mut served: BTreeMap<MaterialLineId, Decimal> = BTreeMap::new();
    for allocation in plan_reservation(&open, free).allocations {
        *served.entry(allocation.line).or_default() += allocation.quantity;
    }
    for need in &mut open {
        need.quantity -= served.get(&need.line).copied().unwrap_or_default();
        let any = sources.iter_mut().filter(|(_, one, _)| is_it(one, need)).collect();
        expected.extend(take(need, any));
    }
    expected
}

fn is_it(one: &Coming, need: &Need) -> bool {
    (one.product, one.location) == (need.product, need.location)
}

/// Takes what a need lacks from these sources, one after the other.
fn take(need: &Need, sources: Vec<&mut (usize, &Coming, Decimal)>) -> Vec<Expected> {
    let mut missing = need.quantity;
    let mut taken = Vec::new();
    for (source, _, left) in sources {
        let quantity = missing.min(*left);
        if quantity > Decimal::ZERO {
            *left -= quantity;
            missing -= quantity;
            taken.push(Expected { line: need.line, source: *source, quantity });
        }
    }
    taken
}
