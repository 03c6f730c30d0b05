//! Reservation: who gets scarce material, and from which lot.
//!
//! A plan is a value made from needs and free balances; [`check`] judges a plan without having built it; the
//! caller commits it under row locks. Needs are served by priority, then deadline, then number; lots by first
//! expiry, then first in. Allocations come out in the one global lock order (product, lot, location), so two
//! confirmations can never wait for each other.

pub mod expected;
pub mod promise;
pub mod reassign;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rust_decimal::Decimal;
use time::macros::datetime;

use crate::ids::{LocationId, LotId, MaterialLineId, ProductId};
use crate::manufacturing_order::{Priority, ReservationRule};
use crate::stock::BalanceKey;
use crate::time::{Instant, Seconds};

impl ReservationRule {
    /// Whether an order that starts at `planned_start` reserves by itself at `now`.
    #[must_use]
    pub fn reserves_at(self, days_before_start: u32, planned_start: Instant, now: Instant) -> bool {
        match self {
            Self::AtConfirm => true,
            Self::ByHand => false,
            Self::DaysBefore => planned_start.minus(Seconds::from_hours(24 * u64::from(days_before_start))) <= now,
        }
    }

    /// Whether an order that does not reserve when it is confirmed waits for a day on which it will.
    #[must_use]
    pub const fn waits_for_a_day(self) -> bool {
        match self {
            Self::AtConfirm | Self::ByHand => false,
            Self::DaysBefore => true,
        }
    }

    /// The last start of an order that reserves by itself at `now`; none when no order does.
    #[must_use]
    pub fn reserves_until(self, days_before_start: u32, now: Instant) -> Option<Instant> {
        match self {
            Self::AtConfirm => Some(Instant::from_datetime(datetime!(9999-12-31 0:00 UTC))),
            Self::ByHand => None,
            Self::DaysBefore => Some(now.plus(Seconds::from_hours(24 * u64::from(days_before_start)))),
        }
    }
}

/// What one line of an order still needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The order's line.
    pub line: MaterialLineId,
    /// What it needs.
    pub product: ProductId,
    /// Where it is taken from.
    pub location: LocationId,
    /// How much is neither consumed nor reserved, in the product's stock unit.
    pub quantity: Decimal,
    /// The order's priority.
    pub priority: Priority,
    /// When the order must be done; orders without a deadline come last.
    pub deadline: Option<Instant>,
    /// The order's number, which breaks ties.
    pub order_number: String,
    /// Take all from one lot when one lot suffices, be it not the oldest; lots are mixed only when none does.
    pub one_lot: bool,
}

/// Stock that is on hand and not reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeBalance {
    /// The product.
    pub product: ProductId,
    /// The lot or serial number, for tracked products.
    pub lot: Option<LotId>,
    /// Where it is.
    pub location: LocationId,
    /// How much of it is free, in the product's stock unit.
    pub free: Decimal,
    /// When the lot expires; lots that do not expire come last.
    pub expires: Option<Instant>,
    /// When it came in.
    pub received_at: Instant,
}

impl FreeBalance {
    /// Where it is kept.
    #[must_use]
    pub const fn key(&self) -> BalanceKey {
        BalanceKey { product: self.product, lot: self.lot, location: self.location }
    }
}

/// The balances that have not expired at `now`.
#[must_use]
pub fn unexpired(balances: &[FreeBalance], now: Instant) -> Vec<FreeBalance> {
    balances.iter().filter(|balance| balance.expires.is_none_or(|expires| expires > now)).copied().collect()
}

/// A quantity of one balance set aside for one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocation {
    /// The order's line.
    pub line: MaterialLineId,
    /// The product.
    pub product: ProductId,
    /// The lot or serial number, for tracked products.
    pub lot: Option<LotId>,
    /// Where it is.
    pub location: LocationId,
    /// How much.
    pub quantity: Decimal,
}

impl Allocation {
    /// The balance it takes from.
    #[must_use]
    pub const fn key(&self) -> BalanceKey {
        BalanceKey { product: self.product, lot: self.lot, location: self.location }
    }
}

/// What a line does not get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    /// The order's line.
    pub line: MaterialLineId,
    /// How much is missing.
    pub missing: Decimal,
}

/// Who gets what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReservationPlan {
    /// In the order of (product, lot, location, line).
    pub allocations: Vec<Allocation>,
    /// In the order in which the needs were served.
    pub shortages: Vec<Shortage>,
}

/// Serves the needs from the free balances.
///
/// The order of the arguments does not matter. Needs and balances of zero or less are passed over.
#[must_use]
pub fn plan_reservation(needs: &[Need], balances: &[FreeBalance]) -> ReservationPlan {
    let mut shelves = shelves(balances);
    let mut taken: BTreeMap<(BalanceKey, MaterialLineId), Decimal> = BTreeMap::new();
    let mut plan = ReservationPlan::default();
    for need in in_serving_order(needs) {
        let missing = match shelves.get_mut(&(need.product, need.location)) {
            Some(shelf) => serve(need, shelf, &mut taken),
            None => need.quantity,
        };
        if missing > Decimal::ZERO {
            plan.shortages.push(Shortage { line: need.line, missing });
        }
    }
    plan.allocations = taken
        .into_iter()
        .map(|((key, line), quantity)| Allocation {
            line,
            product: key.product,
            lot: key.lot,
            location: key.location,
            quantity,
        })
        .collect();
    plan
}

/// Balances of one product in one location, oldest first.
type Shelf = Vec<FreeBalance>;

fn shelves(balances: &[FreeBalance]) -> BTreeMap<(ProductId, LocationId), Shelf> {
    let mut shelves: BTreeMap<(ProductId, LocationId), Shelf> = BTreeMap::new();
    for balance in balances.iter().filter(|balance| balance.free > Decimal::ZERO) {
        shelves.entry((balance.product, balance.location)).or_default().push(*balance);
    }
    for shelf in shelves.values_mut() {
        shelf.sort_by_key(|balance| {
            let never = balance.expires.is_none();
            (never, balance.expires, balance.received_at, balance.lot, balance.free)
        });
    }
    shelves
}

fn in_serving_order(needs: &[Need]) -> Vec<&Need> {
    let mut sorted: Vec<&Need> = needs.iter().filter(|need| need.quantity > Decimal::ZERO).collect();
    sorted.sort_by(|left, right| {
        let rank = |need: &Need| (Reverse(need.priority), need.deadline.is_none(), need.deadline);
        rank(left)
            .cmp(&rank(right))
            .then_with(|| left.order_number.cmp(&right.order_number))
            .then_with(|| (left.line, left.quantity).cmp(&(right.line, right.quantity)))
    });
    sorted
}

/// Takes what the shelf has for one need; returns what is still missing.
fn serve(need: &Need, shelf: &mut Shelf, taken: &mut BTreeMap<(BalanceKey, MaterialLineId), Decimal>) -> Decimal {
    let alone = |balance: &&mut FreeBalance| balance.free >= need.quantity;
    if need.one_lot
        && let Some(lot) = shelf.iter_mut().find(alone)
    {
        lot.free -= need.quantity;
        *taken.entry((lot.key(), need.line)).or_default() += need.quantity;
        return Decimal::ZERO;
    }
    let mut missing = need.quantity;
    for balance in shelf.iter_mut() {
        let portion = missing.min(balance.free);
        if portion > Decimal::ZERO {
            balance.free -= portion;
            missing -= portion;
            *taken.entry((balance.key(), need.line)).or_default() += portion;
        }
        if missing.is_zero() {
            break;
        }
    }
    missing
}

/// What a line of an order holds of one balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The order's line.
    pub line: MaterialLineId,
    /// How much it holds.
    pub quantity: Decimal,
    /// The order's priority.
    pub priority: Priority,
    /// When the order must be done; orders without a deadline come last.
    pub deadline: Option<Instant>,
    /// The order's number, which breaks ties.
    pub order_number: String,
}

/// Who gives back how much of one balance when `missing` of what is held is not there: whoever was served last loses
/// first.
#[must_use]
pub fn give_up(holdings: &[Holding], missing: Decimal) -> Vec<(MaterialLineId, Decimal)> {
    let mut sorted: Vec<&Holding> = holdings.iter().collect();
    sorted.sort_by(|left, right| {
        let rank = |one: &Holding| (Reverse(one.priority), one.deadline.is_none(), one.deadline);
        rank(right)
            .cmp(&rank(left))
            .then_with(|| right.order_number.cmp(&left.order_number))
            .then_with(|| right.line.cmp(&left.line))
    });
    let mut rest = missing;
    let mut losses = Vec::new();
    for holding in sorted {
        let loss = rest.min(holding.quantity);
        if loss > Decimal::ZERO {
            losses.push((holding.line, loss));
            rest -= loss;
        }
    }
    losses
}

/// Something a plan must not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// A balance is promised more than once.
    #[error("{allocated} allocated from {key:?}, {free} free")]
    OverAllocated {
        /// The balance.
        key: BalanceKey,
        /// What it has.
        free: Decimal,
        /// What the plan takes.
        allocated: Decimal,
    },
    /// An allocation of nothing or less.
    #[error("line {line} is allocated {quantity}")]
    NotPositive {
        /// The line.
        line: MaterialLineId,
        /// The quantity.
        quantity: Decimal,
    },
    /// An allocation whose product and location no need of its line asks for.
    #[error("line {line} does not ask for {key:?}")]
    NotAskedFor {
        /// The line.
        line: MaterialLineId,
        /// The balance.
        key: BalanceKey,
    },
    /// Allocated and missing do not add up to the need.
    #[error("line {line} needs {needed}, got {allocated}, misses {missing}")]
    DoesNotAddUp {
        /// The line.
        line: MaterialLineId,
        /// What it needs.
        needed: Decimal,
        /// What it got.
        allocated: Decimal,
        /// What is said to be missing.
        missing: Decimal,
    },
    /// Something is missing although stock of it is left.
    #[error("line {line} misses {missing} although {left} is left")]
    LeftOver {
        /// The line.
        line: MaterialLineId,
        /// What it misses.
        missing: Decimal,
        /// What is left.
        left: Decimal,
    },
    /// Allocations are not in the global lock order.
    #[error("allocations are not in the order of product, lot, location")]
    OutOfLockOrder,
}

/// Judges a plan against its input, without building one.
#[must_use]
pub fn check(plan: &ReservationPlan, needs: &[Need], balances: &[FreeBalance]) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut left: BTreeMap<BalanceKey, Decimal> = BTreeMap::new();
    for balance in balances {
        *left.entry(balance.key()).or_default() += balance.free.max(Decimal::ZERO);
    }
    let free = left.clone();
    for allocation in &plan.allocations {
        if allocation.quantity <= Decimal::ZERO {
            let (line, quantity) = (allocation.line, allocation.quantity);
            violations.push(Violation::NotPositive { line, quantity });
        }
        let asks = |need: &Need| {
            (need.line, need.product, need.location) == (allocation.line, allocation.product, allocation.location)
        };
        if !needs.iter().any(asks) {
            let (line, key) = (allocation.line, allocation.key());
            violations.push(Violation::NotAskedFor { line, key });
        }
        *left.entry(allocation.key()).or_default() -= allocation.quantity;
    }
    for (&key, &rest) in left.iter().filter(|(_, rest)| **rest < Decimal::ZERO) {
        let free = free.get(&key).copied().unwrap_or_default();
        violations.push(Violation::OverAllocated { key, free, allocated: free - rest });
    }
    violations.extend(check_lines(plan, needs, &left));
    if !plan.allocations.is_sorted_by_key(|allocation| (allocation.key(), allocation.line)) {
        violations.push(Violation::OutOfLockOrder);
    }
    violations
}

fn check_lines(plan: &ReservationPlan, needs: &[Need], left: &BTreeMap<BalanceKey, Decimal>) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut allocated: BTreeMap<MaterialLineId, Decimal> = BTreeMap::new();
    let mut missing: BTreeMap<MaterialLineId, Decimal> = BTreeMap::new();
    let mut needed: BTreeMap<MaterialLineId, Decimal> = BTreeMap::new();
    for allocation in &plan.allocations {
        *allocated.entry(allocation.line).or_default() += allocation.quantity;
    }
    for shortage in &plan.shortages {
        *missing.entry(shortage.line).or_default() += shortage.missing;
    }
    for need in needs {
        *needed.entry(need.line).or_default() += need.quantity.max(Decimal::ZERO);
    }
    for (&line, &needed) in &needed {
        let allocated = allocated.get(&line).copied().unwrap_or_default();
        let missing = missing.get(&line).copied().unwrap_or_default();
        if allocated + missing != needed {
            violations.push(Violation::DoesNotAddUp { line, needed, allocated, missing });
        }
    }
    for need in needs {
        let missing = missing.get(&need.line).copied().unwrap_or_default();
        let left: Decimal = left
            .iter()
            .filter(|(key, _)| (key.product, key.location) == (need.product, need.location))
            .map(|(_, rest)| (*rest).max(Decimal::ZERO))
            .sum();
        if missing > Decimal::ZERO && left > Decimal::ZERO && need.quantity > Decimal::ZERO {
            violations.push(Violation::LeftOver { line: need.line, missing, left });
        }
    }
    violations
}
