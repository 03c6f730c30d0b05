//! Building a cost sheet from its entries.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::costing::{
    ByProductCost, ByProductShare, CostAmount, CostEntry, CostGroup, CostKey, CostLine, CostSheet, CostTotals,
    MissingRate, VarianceCause,
};
use crate::money::Money;
use crate::quantity::PositiveQuantity;
use crate::time::Seconds;

/// What a sheet is made from.
#[derive(Debug, Clone, Copy)]
pub struct CostInput<'a> {
    /// What was planned when the order was confirmed.
    pub planned: &'a [CostEntry],
    /// What was posted.
    pub actual: &'a [CostEntry],
    /// Ordered quantity in the product's stock unit.
    pub planned_quantity: PositiveQuantity,
    /// Good quantity in the product's stock unit.
    pub good_quantity: Decimal,
    /// What comes out beside the product.
    pub by_products: &'a [ByProductShare],
    /// What has no cost on the levels below, see [`roll_up`](crate::costing::roll_up).
    pub missing_below: &'a [MissingRate],
}

/// One key with the sums of its entries.
struct Sums {
    group: CostGroup,
    key: CostKey,
    name: String,
    planned: Side,
    actual: Side,
}

/// Sums before rounding.
#[derive(Clone, Copy, Default)]
struct Side {
    basis: Decimal,
    amount: Decimal,
}

/// Puts the planned and the actual amounts side by side.
#[must_use]
pub fn cost_sheet(input: &CostInput<'_>) -> CostSheet {
    let sums = sum_by_key(input);
    let lines: Vec<CostLine> = sums.iter().map(line).collect();
    let planned = totals(&lines, &sums, |line| line.planned.amount, |sums| sums.planned.amount);
    let actual = totals(&lines, &sums, |line| line.actual.amount, |sums| sums.actual.amount);
    let by_products = by_product_costs(input.by_products, actual.total);
    let carried: Money = by_products.iter().map(|by_product| by_product.value).sum();
    let planned_carried: Money =
        by_product_costs(input.by_products, planned.total).iter().map(|by_product| by_product.value).sum();
    let output_value = actual.total - carried;
    CostSheet {
        missing: missing_rates(&sums, input.missing_below),
        planned_unit_cost: (planned.total - planned_carried).amount().checked_div(input.planned_quantity.get()),
        actual_unit_cost: unit_cost(output_value, input.good_quantity),
        lines,
        planned,
        actual,
        by_products,
        output_value,
    }
}

fn unit_cost(value: Money, good_quantity: Decimal) -> Option<Decimal> {
    if good_quantity > Decimal::ZERO { value.amount().checked_div(good_quantity) } else { None }
}

fn sum_by_key(input: &CostInput<'_>) -> Vec<Sums> {
    let mut table = SumTable::default();
    for entry in input.planned {
        table.take(entry, |sums| &mut sums.planned);
    }
    for entry in input.actual {
        table.take(entry, |sums| &mut sums.actual);
    }
    // Stable: inside a group the order of the first entries stays.
    table.sums.sort_by_key(|sums| sums.group);
    table.sums
}

#[derive(Default)]
struct SumTable {
    sums: Vec<Sums>,
    places: BTreeMap<(CostGroup, CostKey), usize>,
}

impl SumTable {
    fn take(&mut self, entry: &CostEntry, side: fn(&mut Sums) -> &mut Side) {
        let place = *self.places.entry((entry.group, entry.key)).or_insert(self.sums.len());
        if place == self.sums.len() {
            let (planned, actual) = (Side::default(), Side::default());
            self.sums.push(Sums { group: entry.group, key: entry.key, name: entry.name.clone(), planned, actual });
        }
        if let Some(sums) = self.sums.get_mut(place) {
            let side = side(sums);
            side.basis = side.basis.saturating_add(entry.basis);
            side.amount = side.amount.saturating_add(entry.amount);
        }
    }
}

impl Side {
    fn shown(self, group: CostGroup) -> CostAmount {
        let basis = match group {
            CostGroup::Material => self.basis,
            CostGroup::Labour | CostGroup::WorkCenter => self.basis / Decimal::from(Seconds::PER_HOUR),
        };
        let rate = self.amount.checked_div(basis).map(|rate| rate.normalize());
        CostAmount { basis: basis.normalize(), rate, amount: Money::round_half_even(self.amount) }
    }
}

fn line(sums: &Sums) -> CostLine {
    let (planned, actual) = (sums.planned.shown(sums.group), sums.actual.shown(sums.group));
    let variance = actual.amount - planned.amount;
    CostLine {
        group: sums.group,
        key: sums.key,
        name: sums.name.clone(),
        planned,
        actual,
        variance,
        cause: cause(sums, variance),
    }
}

/// The stronger of the two effects: another basis at the planned rate, and another rate on the actual basis.
fn cause(sums: &Sums, variance: Money) -> VarianceCause {
    let (by_basis, by_rate) = match sums.group {
        CostGroup::Material => (VarianceCause::Quantity, VarianceCause::Price),
        CostGroup::Labour | CostGroup::WorkCenter => (VarianceCause::Time, VarianceCause::Rate),
    };
    if variance.is_zero() {
        return VarianceCause::None;
    }
    let (planned, actual) = (sums.planned, sums.actual);
    let Some(planned_rate) = planned.amount.checked_div(planned.basis) else {
        return by_basis;
    };
    let basis_effect = (actual.basis - planned.basis).saturating_mul(planned_rate);
    let rate_effect = actual.amount - actual.basis.saturating_mul(planned_rate);
    if rate_effect.abs() > basis_effect.abs() { by_rate } else { by_basis }
}

fn totals(
    lines: &[CostLine],
    sums: &[Sums],
    rounded: impl Fn(&CostLine) -> Money,
    exact: impl Fn(&Sums) -> Decimal,
) -> CostTotals {
    let of_group = |group: CostGroup| -> Money { lines.iter().filter(|line| line.group == group).map(&rounded).sum() };
    let (material, labour, work_center) =
        (of_group(CostGroup::Material), of_group(CostGroup::Labour), of_group(CostGroup::WorkCenter));
    let total = Money::round_half_even(sums.iter().map(exact).sum());
    let rounding = total - material - labour - work_center;
    CostTotals { material, labour, work_center, rounding, total }
}

/// Rounded shares never take more than there is, so the product itself is never worth less than nothing.
fn by_product_costs(shares: &[ByProductShare], total: Money) -> Vec<ByProductCost> {
    let mut left = total;
    let mut costs = Vec::with_capacity(shares.len());
    for by_product in shares {
        let share = total.amount().saturating_mul(by_product.share.percent()) / Decimal::ONE_HUNDRED;
        let value = Money::round_half_even(share).min(left);
        left -= value;
        let (product, quantity) = (by_product.product, by_product.quantity);
        costs.push(ByProductCost { product, quantity, value });
    }
    costs
}

fn missing_rates(sums: &[Sums], below: &[MissingRate]) -> Vec<MissingRate> {
    let is_free = |side: Side| side.basis > Decimal::ZERO && side.amount.is_zero();
    let own = sums
        .iter()
        .filter(|sums| is_free(sums.planned) || is_free(sums.actual))
        .map(|sums| MissingRate { group: sums.group, what: sums.name.clone() });
    own.chain(below.iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect()
}
