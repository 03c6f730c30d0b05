//! What an order costs: the planned and the actual amount side by side, per component and operation.
//!
//! Material is consumed × unit cost at that moment, labour is person-hours × that person's rate, work center is
//! machine-hours × cost per hour. A sheet is made from entries: what was planned, and what was posted with the rates
//! of that moment, so that later rates change nothing. Money is rounded once per line and once for the total, here
//! and nowhere else; the difference between the two is a visible amount. A zero or missing rate is never silent: the
//! sheet names it and is incomplete.
//!
//! Building a sheet is in [`sheet`], what an unfinished order will still cost in [`forecast`], the cost of a product over all levels of its bills of materials in [`roll_up`], the same level by level in
//! [`cost_tree`].

use rust_decimal::{Decimal, RoundingStrategy};

use crate::bom::CostSharePercent;
use crate::ids::ProductId;
use crate::money::{HourlyRate, Money, UnitCost};
use crate::quantity::Exact;
use crate::time::Seconds;
use crate::vocabulary;

pub mod cost_tree;
pub mod forecast;
pub mod roll_up;
pub mod sheet;

vocabulary! {
    /// The three kinds of cost.
    pub enum CostGroup {
        /// Components.
        Material = "material",
        /// Machines.
        WorkCenter = "work_center",
        /// People.
        Labour = "labour",
    }
}

vocabulary! {
    /// Why the forecast differs from the plan: the stronger of two reasons.
    pub enum VarianceCause {
        /// It does not differ.
        None = "none",
        /// The component cost more or less per unit.
        Price = "price",
        /// More or less of the component was used.
        Quantity = "quantity",
        /// It took more or less time.
        Time = "time",
        /// The hour cost more or less.
        Rate = "rate",
    }
}

/// What a line of a cost sheet is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CostKey {
    /// A component.
    Component(ProductId),
    /// An operation, by its sequence.
    Operation(u32),
}

/// One planned or posted amount. Entries of the same group and key become one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostEntry {
    group: CostGroup,
    key: CostKey,
    name: String,
    /// Stock units, or seconds.
    basis: Decimal,
    /// Not rounded.
    amount: Decimal,
}

impl CostEntry {
    /// A planned component: a quantity in its stock unit at a unit cost.
    #[must_use]
    pub fn component(product: ProductId, name: &str, quantity: Decimal, unit_cost: UnitCost) -> Self {
        Self::of_component(product, name, quantity, unit_cost.times(quantity))
    }

    /// A consumed component: a quantity in its stock unit with the value at which it left the stock. What came
    /// back has both below zero.
    #[must_use]
    pub fn issued(product: ProductId, name: &str, quantity: Decimal, value: Money) -> Self {
        Self::of_component(product, name, quantity, value.amount())
    }

    /// Person-seconds on an operation at that person's rate.
    #[must_use]
    pub fn labour(sequence: u32, name: &str, time: Seconds, rate: HourlyRate) -> Self {
        Self::of_operation(CostGroup::Labour, sequence, name, time, rate)
    }

    /// Machine-seconds of an operation at the work center's cost per hour.
    #[must_use]
    pub fn work_center(sequence: u32, name: &str, time: Seconds, rate: HourlyRate) -> Self {
        Self::of_operation(CostGroup::WorkCenter, sequence, name, time, rate)
    }

    fn of_component(product: ProductId, name: &str, basis: Decimal, amount: Decimal) -> Self {
        let (group, key) = (CostGroup::Material, CostKey::Component(product));
        Self { group, key, name: name.to_owned(), basis, amount }
    }

    fn of_operation(group: CostGroup, sequence: u32, name: &str, time: Seconds, rate: HourlyRate) -> Self {
        let key = CostKey::Operation(sequence);
        let (basis, amount) = (Decimal::from(time.get()), rate.for_seconds(time));
        Self { group, key, name: name.to_owned(), basis, amount }
    }
}

/// One operation as planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationCost {
    /// Its sequence.
    pub sequence: u32,
    /// Its name.
    pub name: String,
    /// How long the work center is busy.
    pub duration: Seconds,
    /// People that it takes.
    pub staff_needed: u32,
    /// What an hour of the work center costs.
    pub work_center_rate: HourlyRate,
    /// What an hour of a person costs.
    pub labour_rate: HourlyRate,
}

impl OperationCost {
    /// The planned entries: the work center's time, and the people's when it takes any.
    #[must_use]
    pub fn entries(&self) -> Vec<CostEntry> {
        let mut entries = vec![CostEntry::work_center(self.sequence, &self.name, self.duration, self.work_center_rate)];
        if self.staff_needed > 0 {
            let person_seconds = self.duration.get().saturating_mul(u64::from(self.staff_needed));
            let time = Seconds::new(person_seconds);
            entries.push(CostEntry::labour(self.sequence, &self.name, time, self.labour_rate));
        }
        entries
    }
}

/// Quantity or hours with what they cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CostAmount {
    /// Stock units of a component, or hours.
    pub basis: Decimal,
    /// Average cost of one of them, not rounded; none when there are none.
    pub rate: Option<Decimal>,
    /// What it costs.
    pub amount: Money,
}

/// One component or one operation, planned and actual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostLine {
    /// Material, work center or labour.
    pub group: CostGroup,
    /// Which component or operation.
    pub key: CostKey,
    /// Its name.
    pub name: String,
    /// As planned.
    pub planned: CostAmount,
    /// As posted.
    pub actual: CostAmount,
    /// What is still expected; nothing once the order is done.
    pub still_to_come: CostAmount,
    /// Posted and still to come together.
    pub forecast: CostAmount,
    /// Forecast less planned.
    pub variance: Money,
    /// The variance in percent of the planned amount, to one decimal; none when nothing was planned.
    pub variance_percent: Option<Decimal>,
    /// Why they differ.
    pub cause: VarianceCause,
    /// Something was planned or used that has no cost.
    pub is_incomplete: bool,
}

/// Sums of one side of a sheet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CostTotals {
    /// Components.
    pub material: Money,
    /// Machines.
    pub work_center: Money,
    /// People.
    pub labour: Money,
    /// What rounding each line adds or takes against rounding once.
    pub rounding: Money,
    /// All of it.
    pub total: Money,
}

/// A cost that is zero although something was used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingRate {
    /// Which kind of cost.
    pub group: CostGroup,
    /// The component or operation without a cost.
    pub what: String,
}

/// A by-product and the part of the cost that it carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByProductShare {
    /// What comes out beside the product.
    pub product: ProductId,
    /// How much of it came out, in its stock unit.
    pub quantity: Decimal,
    /// The part that it carries.
    pub share: CostSharePercent,
}

/// What a by-product is worth when it enters stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByProductCost {
    /// What comes out beside the product.
    pub product: ProductId,
    /// How much of it came out, in its stock unit.
    pub quantity: Decimal,
    /// Its part of the planned cost.
    pub planned: Money,
    /// Its part of the forecast.
    pub forecast: Money,
    /// Its part of the actual cost; nothing while none of it came out.
    pub value: Money,
}

/// An order's cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostSheet {
    /// Material, then work center, then labour; each in the order of its first entry.
    pub lines: Vec<CostLine>,
    /// Sums as planned.
    pub planned: CostTotals,
    /// Sums as posted.
    pub actual: CostTotals,
    /// Sums of what is still expected.
    pub still_to_come: CostTotals,
    /// What it will come to: posted and still expected, rounded together.
    pub forecast: CostTotals,
    /// What the by-products carry of the actual cost.
    pub by_products: Vec<ByProductCost>,
    /// What the good products are worth when they enter stock: the actual total less the by-products.
    pub output_value: Money,
    /// Planned cost of one piece, by-products taken off, not rounded.
    pub planned_unit_cost: Option<Decimal>,
    /// Actual cost of one good piece, not rounded; none while there is none.
    pub actual_unit_cost: Option<Decimal>,
    /// What has no cost, sorted: when not empty the sheet is incomplete.
    pub missing: Vec<MissingRate>,
}

impl CostSheet {
    /// Whether everything that was used has a cost.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}

/// What is earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Margin {
    /// Selling price × quantity.
    pub revenue: Money,
    /// Revenue less cost.
    pub amount: Money,
    /// Margin in percent of the revenue, to two decimals; none without revenue.
    pub percent: Option<Decimal>,
}

/// The margin of a quantity at a selling price against what it costs.
#[must_use]
pub fn margin(selling_price: UnitCost, quantity: Decimal, cost: Money) -> Margin {
    let revenue = Money::round_half_even(selling_price.times(quantity));
    let amount = revenue - cost;
    let percent = Exact::from_decimal(amount.amount())
        .mul(Exact::from_integer(100))
        .and_then(|hundredfold| hundredfold.div(Exact::from_decimal(revenue.amount())))
        .ok()
        .map(|percent| rounded_percent(percent, 2));
    Margin { revenue, amount, percent }
}

/// What was spent, or will be, beyond what was planned: in percent of that, one decimal; none when nothing was planned.
#[must_use]
pub fn variance_percent(planned: Money, spent: Money) -> Option<Decimal> {
    let percent = Exact::from_decimal((spent - planned).amount())
        .mul(Exact::from_integer(100))
        .and_then(|hundredfold| hundredfold.div(Exact::from_decimal(planned.amount())));
    percent.ok().map(|percent| rounded_percent(percent, 1))
}

/// Percentages are shown with a fixed number of decimals, ties to even.
fn rounded_percent(percent: Exact, decimals: u32) -> Decimal {
    let percent = percent.to_decimal();
    let mut percent = percent.round_dp_with_strategy(decimals, RoundingStrategy::MidpointNearestEven);
    percent.rescale(decimals);
    percent
}
