//! Building a cost sheet from its entries.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::costing::{
    ByProductCost, ByProductShare, CostAmount, CostEntry, CostGroup, CostKey, CostLine, CostSheet, CostTotals,
    MissingRate, VarianceCause, variance_percent,
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
    /// What is still expected, see [`forecast`](crate::costing::forecast); nothing once the order is done.
    pub still_to_come: &'a [CostEntry],
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
    to_come: Side,
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
    let planned = totals(&lines, &sums, |line| line.planned, |sums| sums.planned);
    let actual = totals(&lines, &sums, |line| line.actual, |sums| sums.actual);
    let still_to_come = totals(&lines, &sums, |line| line.still_to_come, |sums| sums.to_come);
    let forecast = totals(&lines, &sums, |line| line.forecast, Sums::forecast);
    let by_products = by_product_costs(input.by_products, [planned.total, forecast.total, actual.total]);
    let carried: Money = by_products.iter().map(|by_product| by_product.value).sum();
    let planned_carried: Money = by_products.iter().map(|by_product| by_product.planned).sum();
    let output_value = actual.total - carried;
    CostSheet {
        missing: missing_rates(&sums, input.missing_below),
        planned_unit_cost: (planned.total - planned_carried).amount().checked_div(input.planned_quantity.get()),
        actual_unit_cost: unit_cost(output_value, input.good_quantity),
        lines,
        planned,
        actual,
        still_to_come,
        forecast,
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
    for entry in input.still_to_come {
        table.take(entry, |sums| &mut sums.to_come);
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
            let (group, key, name) = (entry.group, entry.key, entry.name.clone());
            let [planned, actual, to_come] = [Side::default(); 3];
            self.sums.push(Sums { group, key, name, planned, actual, to_come });
        }
        if let Some(sums) = self.sums.get_mut(place) {
            let side = side(sums);
            side.basis = side.basis.saturating_add(entry.basis);
            side.amount = side.amount.saturating_add(entry.amount);
        }
    }
}

impl Sums {
    fn forecast(&self) -> Side {
        Side {
            basis: self.actual.basis.saturating_add(self.to_come.basis),
            amount: self.actual.amount.saturating_add(self.to_come.amount),
        }
    }

    fn is_incomplete(&self) -> bool {
        let is_free = |side: Side| side.basis > Decimal::ZERO && side.amount.is_zero();
        is_free(self.planned) || is_free(self.actual) || is_free(self.to_come)
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
    let [planned, actual, still_to_come, forecast] =
        [sums.planned, sums.actual, sums.to_come, sums.forecast()].map(|side| side.shown(sums.group));
    let variance = forecast.amount - planned.amount;
    CostLine {
        group: sums.group,
        key: sums.key,
        name: sums.name.clone(),
        planned,
        actual,
        still_to_come,
        forecast,
        variance,
        variance_percent: variance_percent(planned.amount, forecast.amount),
        cause: cause(sums, variance),
        is_incomplete: sums.is_incomplete(),
    }
}

/// The stronger of the two effects: another basis at the planned rate, and another rate on the forecast basis.
fn cause(sums: &Sums, variance: Money) -> VarianceCause {
    let (by_basis, by_rate) = match sums.group {
        CostGroup::Material => (VarianceCause::Quantity, VarianceCause::Price),
        CostGroup::Labour | CostGroup::WorkCenter => (VarianceCause::Time, VarianceCause::Rate),
    };
    if variance.is_zero() {
        return VarianceCause::None;
    }
    let (planned, forecast) = (sums.planned, sums.forecast());
    let Some(planned_rate) = planned.amount.checked_div(planned.basis) else {
        return by_basis;
    };
    let basis_effect = (forecast.basis - planned.basis).saturating_mul(planned_rate);
    let rate_effect = forecast.amount - forecast.basis.saturating_mul(planned_rate);
    if rate_effect.abs() > basis_effect.abs() { by_rate } else { by_basis }
}

fn totals(
    lines: &[CostLine],
    sums: &[Sums],
    rounded: fn(&CostLine) -> CostAmount,
    exact: fn(&Sums) -> Side,
) -> CostTotals {
    let of_group = |group: CostGroup| -> Money {
        lines.iter().filter(|line| line.group == group).map(|line| rounded(line).amount).sum()
    };
    let (material, work_center, labour) =
        (of_group(CostGroup::Material), of_group(CostGroup::WorkCenter), of_group(CostGroup::Labour));
    let total = Money::round_half_even(sums.iter().map(|sums| exact(sums).amount).sum());
    let rounding = total - material - work_center - labour;
    CostTotals { material, work_center, labour, rounding, total }
}

/// Rounded shares never take more than there is, so the product itself is never worth less than nothing.
fn by_product_costs(shares: &[ByProductShare], totals: [Money; 3]) -> Vec<ByProductCost> {
    let [mut planned, mut forecast, mut actual] = totals.map(|total| Carried { total, left: total });
    let mut costs = Vec::with_capacity(shares.len());
    for by_product in shares {
        let (product, quantity) = (by_product.product, by_product.quantity);
        let value = if quantity > Decimal::ZERO { actual.take(by_product) } else { Money::default() };
        let (planned, forecast) = (planned.take(by_product), forecast.take(by_product));
        costs.push(ByProductCost { product, quantity, planned, forecast, value });
    }
    costs
}

/// A total of which by-products take their parts, one after the other.
struct Carried {
    total: Money,
    left: Money,
}

impl Carried {
    fn take(&mut self, by_product: &ByProductShare) -> Money {
        let share = self.total.amount().saturating_mul(by_product.share.percent()) / Decimal::ONE_HUNDRED;
        let value = Money::round_half_even(share).min(self.left);
        self.left -= value;
        value
    }
}

fn missing_rates(sums: &[Sums], below: &[MissingRate]) -> Vec<MissingRate> {
    let own = sums
        .iter()
        .filter(|sums| sums.is_incomplete())
        .map(|sums| MissingRate { group: sums.group, what: sums.name.clone() });
    own.chain(below.iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect()
}
