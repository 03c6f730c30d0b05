//! What a product costs, level by level: a made component is followed by what it is made of, a kit by its parts, and
//! what by-products carry is taken off in a row of its own.
//!
//! One row for each line: an order merges equal needs before it rounds them, and each line bears its part of that.
//! The same calculation as a roll-up, kept apart by kind of cost and told in reading order. A product that is used in
//! many places is calculated once and told in each of them, up to [`COST_TREE_ROWS_MAX`] rows.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::bom::explode::{ExplodeError, LineRequirement, Requirement, explode_bom, explode_bom_by_line};
use crate::bom::{BOM_DEPTH_MAX, Bom};
use crate::costing::roll_up::{CostSource, RollUpError, run_quantity};
use crate::costing::{CostGroup, MissingRate, OperationCost};
use crate::ids::ProductId;
use crate::quantity::Exact;
use crate::time::Seconds;

/// Most rows that are told; what lies below is still counted in the rows above.
pub const COST_TREE_ROWS_MAX: usize = 10_000;

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CostTreeSubject {
    /// The product itself.
    Product(ProductId),
    /// A component.
    Component(ProductId),
    /// An operation, by its sequence.
    Operation(u32),
    /// What the by-products carry, below 0; the row's quantity is their share in percent.
    ByProducts,
}

/// An amount by kind of cost; not rounded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CostSplit {
    /// Components.
    pub material: Decimal,
    /// People.
    pub labour: Decimal,
    /// Machines.
    pub work_center: Decimal,
}

/// One row of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostTreeRow {
    /// 0 is the product itself.
    pub level: u32,
    /// What it is about.
    pub subject: CostTreeSubject,
    /// Its name.
    pub name: String,
    /// Stock units, or hours.
    pub quantity: Decimal,
    /// Cost of one of them, not rounded; none when nothing is known.
    pub unit_cost: Option<Decimal>,
    /// What the row costs, with everything below it.
    pub cost: CostSplit,
    /// Its own cost or rate is missing.
    pub is_incomplete: bool,
}

/// The cost of a product level by level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostTree {
    /// In reading order; the first row is the product.
    pub rows: Vec<CostTreeRow>,
    /// What on any level has no cost; sorted.
    pub missing: Vec<MissingRate>,
}

/// The cost of `quantity` (in the product's stock unit) by this bill of materials. Its own needs are rounded up as an
/// order takes them from stock; below it nothing is rounded.
///
/// # Errors
/// [`RollUpError`]
pub fn cost_tree(source: &impl CostSource, bom: &Bom, quantity: Exact) -> Result<CostTree, RollUpError> {
    let mut teller =
        Teller { source, known: BTreeMap::new(), path: vec![bom.product], missing: BTreeSet::new(), rows: Vec::new() };
    teller.rows.push(CostTreeRow {
        level: 0,
        subject: CostTreeSubject::Product(bom.product),
        name: source.product_name(bom.product),
        quantity: quantity.to_decimal(),
        unit_cost: None,
        cost: CostSplit::default(),
        is_incomplete: false,
    });
    let cost = teller.tell(bom, quantity, Decimal::ONE, 1, |need| need.rounded)?;
    let mut rows = teller.rows;
    if let Some(top) = rows.first_mut() {
        top.cost = cost;
        top.unit_cost = cost.total().checked_div(top.quantity);
        top.is_incomplete = !teller.missing.is_empty();
    }
    Ok(CostTree { rows, missing: teller.missing.into_iter().collect() })
}

impl CostSplit {
    /// All kinds together.
    #[must_use]
    pub fn total(self) -> Decimal {
        self.material.saturating_add(self.labour).saturating_add(self.work_center)
    }

    fn times(self, factor: Decimal) -> Option<Self> {
        Some(Self {
            material: self.material.checked_mul(factor)?,
            labour: self.labour.checked_mul(factor)?,
            work_center: self.work_center.checked_mul(factor)?,
        })
    }

    fn over(self, divisor: Decimal) -> Option<Self> {
        Some(Self {
            material: self.material.checked_div(divisor)?,
            labour: self.labour.checked_div(divisor)?,
            work_center: self.work_center.checked_div(divisor)?,
        })
    }

    fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            material: self.material.checked_add(other.material)?,
            labour: self.labour.checked_add(other.labour)?,
            work_center: self.work_center.checked_add(other.work_center)?,
        })
    }
}

struct Teller<'a, S> {
    source: &'a S,
    /// Cost of one stock unit.
    known: BTreeMap<ProductId, CostSplit>,
    path: Vec<ProductId>,
    missing: BTreeSet<MissingRate>,
    rows: Vec<CostTreeRow>,
}

impl<S: CostSource> Teller<'_, S> {
    /// Tells the rows of `quantity` by a bill of materials, each times `factor`, and returns their sum.
    fn tell(
        &mut self,
        bom: &Bom,
        quantity: Exact,
        factor: Decimal,
        level: u32,
        taken: fn(&Requirement) -> Decimal,
    ) -> Result<CostSplit, RollUpError> {
        let too_large = RollUpError::CostTooLarge { product: bom.product };
        let (needs, lines) = explode_bom_by_line(self.source, bom, quantity)?;
        let mut sum = CostSplit::default();
        let mut amounts = Vec::with_capacity(needs.len());
        for need in &needs {
            let amount = taken(need).checked_mul(factor).ok_or_else(|| too_large.clone())?;
            let cost = self.unit_cost(need.component)?.times(amount);
            sum = cost.and_then(|cost| sum.plus(cost)).ok_or_else(|| too_large.clone())?;
            amounts.push(amount);
        }
        for (place, line) in lines.iter().enumerate() {
            let level = level.saturating_add(u32::try_from(line.depth).unwrap_or(u32::MAX));
            match part_of(line, &needs, &amounts) {
                Some(amount) => self.tell_component(line.component, amount, level)?,
                None => {
                    let parts = lines.iter().skip(place.saturating_add(1)).take_while(|part| part.depth > line.depth);
                    let amount = line.exact.to_decimal().checked_mul(factor).ok_or_else(|| too_large.clone())?;
                    self.tell_kit(line.component, amount, level, parts, (&needs, &amounts))?;
                }
            }
        }
        for operation in self.operations(bom, quantity)? {
            let cost = operation_cost(&operation).times(factor).ok_or_else(|| too_large.clone())?;
            let hours = hours(operation.duration).checked_mul(factor).ok_or_else(|| too_large.clone())?;
            sum = sum.plus(cost).ok_or_else(|| too_large.clone())?;
            self.row(CostTreeRow {
                level,
                subject: CostTreeSubject::Operation(operation.sequence),
                name: operation.name.clone(),
                quantity: hours,
                unit_cost: cost.total().checked_div(hours),
                cost,
                is_incomplete: lacks_rate(&operation),
            });
        }
        let carried = carried_percent(bom);
        if carried.is_zero() {
            return Ok(sum);
        }
        let cost = sum.times(-carried / Decimal::ONE_HUNDRED).ok_or_else(|| too_large.clone())?;
        let names = bom.by_products.iter().map(|by_product| self.source.product_name(by_product.product));
        let name = names.collect::<Vec<_>>().join(", ");
        let subject = CostTreeSubject::ByProducts;
        self.row(CostTreeRow { level, subject, name, quantity: carried, unit_cost: None, cost, is_incomplete: false });
        sum.plus(cost).ok_or(too_large)
    }

    /// A kit costs what its parts cost, which stand below it.
    fn tell_kit<'b>(
        &mut self,
        product: ProductId,
        amount: Decimal,
        level: u32,
        parts: impl Iterator<Item = &'b LineRequirement>,
        (needs, amounts): (&[Requirement], &[Decimal]),
    ) -> Result<(), RollUpError> {
        let mut cost = CostSplit::default();
        for part in parts {
            let Some(amount) = part_of(part, needs, amounts) else { continue };
            let own = self.unit_cost(part.component)?.times(amount);
            cost = own.and_then(|own| cost.plus(own)).ok_or(RollUpError::CostTooLarge { product })?;
        }
        let name = self.source.product_name(product);
        let unit_cost = cost.total().checked_div(amount).filter(|cost| !cost.is_zero());
        let subject = CostTreeSubject::Component(product);
        let is_incomplete = unit_cost.is_none();
        self.row(CostTreeRow { level, subject, name, quantity: amount, unit_cost, cost, is_incomplete });
        Ok(())
    }

    fn tell_component(&mut self, product: ProductId, amount: Decimal, level: u32) -> Result<(), RollUpError> {
        let each = self.unit_cost(product)?;
        let cost = each.times(amount).ok_or(RollUpError::CostTooLarge { product })?;
        self.row(CostTreeRow {
            level,
            subject: CostTreeSubject::Component(product),
            name: self.source.product_name(product),
            quantity: amount,
            unit_cost: (!each.total().is_zero()).then(|| each.total()),
            cost,
            is_incomplete: each.total().is_zero(),
        });
        let made_by = self.source.product(product).and_then(|known| known.bom);
        if let Some(bom) = made_by
            && self.rows.len() < COST_TREE_ROWS_MAX
        {
            let run = run_quantity(self.source, bom)?;
            let factor = amount.checked_div(run.to_decimal()).ok_or(RollUpError::CostTooLarge { product })?;
            self.tell(bom, run, factor, level.saturating_add(1), |need| need.exact.to_decimal())?;
        }
        Ok(())
    }

    fn row(&mut self, row: CostTreeRow) {
        if self.rows.len() < COST_TREE_ROWS_MAX {
            self.rows.push(row);
        }
    }

    fn operations(&mut self, bom: &Bom, quantity: Exact) -> Result<Vec<OperationCost>, RollUpError> {
        let Some(routing) = bom.routing else { return Ok(Vec::new()) };
        let operations = self.source.operations(routing, quantity)?;
        for operation in &operations {
            let what = || operation.name.clone();
            if takes_time(operation) && operation.work_center_rate.is_zero() {
                self.missing.insert(MissingRate { group: CostGroup::WorkCenter, what: what() });
            }
            if takes_people(operation) && operation.labour_rate.is_zero() {
                self.missing.insert(MissingRate { group: CostGroup::Labour, what: what() });
            }
        }
        Ok(operations)
    }

    fn unit_cost(&mut self, product: ProductId) -> Result<CostSplit, RollUpError> {
        if let Some(&cost) = self.known.get(&product) {
            return Ok(cost);
        }
        let known = self.source.product(product).ok_or(ExplodeError::UnknownProduct { product })?;
        let cost = match known.bom {
            Some(bom) => self.made_cost(bom)?,
            None => {
                let material = self.source.unit_cost(product).map_or(Decimal::ZERO, |cost| cost.get());
                CostSplit { material, ..CostSplit::default() }
            }
        };
        if cost.total().is_zero() {
            let what = self.source.product_name(product);
            self.missing.insert(MissingRate { group: CostGroup::Material, what });
        }
        self.known.insert(product, cost);
        Ok(cost)
    }

    /// One run, divided by what it makes.
    fn made_cost(&mut self, bom: &Bom) -> Result<CostSplit, RollUpError> {
        let product = bom.product;
        if let Some(start) = self.path.iter().position(|&above| above == product) {
            let path = self.path.iter().skip(start).copied().chain([product]).collect();
            return Err(ExplodeError::Cycle { path }.into());
        }
        if u32::try_from(self.path.len()).is_ok_and(|depth| depth >= BOM_DEPTH_MAX) {
            return Err(ExplodeError::TooDeep { product }.into());
        }
        self.path.push(product);
        let run = run_quantity(self.source, bom)?;
        let mut sum = Some(CostSplit::default());
        for need in explode_bom(self.source, bom, run)? {
            let cost = self.unit_cost(need.component)?.times(need.exact.to_decimal());
            sum = sum.zip(cost).and_then(|(sum, cost)| sum.plus(cost));
        }
        for operation in self.operations(bom, run)? {
            sum = sum.and_then(|sum| sum.plus(operation_cost(&operation)));
        }
        self.path.pop();
        let own_share = (Decimal::ONE_HUNDRED - carried_percent(bom)) / Decimal::ONE_HUNDRED;
        sum.and_then(|sum| sum.times(own_share))
            .and_then(|sum| sum.over(run.to_decimal()))
            .ok_or(RollUpError::CostTooLarge { product })
    }
}

/// What a line takes of the need that it became a part of; none for a kit.
fn part_of(line: &LineRequirement, needs: &[Requirement], amounts: &[Decimal]) -> Option<Decimal> {
    let place = line.requirement?;
    let (need, &amount) = needs.get(place).zip(amounts.get(place))?;
    if line.exact == need.exact {
        return Some(amount);
    }
    let part = line.exact.to_decimal().checked_div(need.exact.to_decimal());
    Some(part.and_then(|part| part.checked_mul(amount)).unwrap_or(amount))
}

/// What the by-products carry; the product's own part is the rest, and never below nothing.
fn carried_percent(bom: &Bom) -> Decimal {
    let carried: Decimal = bom.by_products.iter().map(|by_product| by_product.cost_share.percent()).sum();
    carried.min(Decimal::ONE_HUNDRED)
}

fn lacks_rate(operation: &OperationCost) -> bool {
    (takes_time(operation) && operation.work_center_rate.is_zero())
        || (takes_people(operation) && operation.labour_rate.is_zero())
}

fn hours(length: Seconds) -> Decimal {
    Decimal::from(length.get()) / Decimal::from(Seconds::PER_HOUR)
}

fn takes_time(operation: &OperationCost) -> bool {
    !operation.duration.is_zero()
}

fn takes_people(operation: &OperationCost) -> bool {
    takes_time(operation) && operation.staff_needed > 0
}

fn operation_cost(operation: &OperationCost) -> CostSplit {
    let people = Seconds::new(operation.duration.get().saturating_mul(u64::from(operation.staff_needed)));
    CostSplit {
        material: Decimal::ZERO,
        labour: operation.labour_rate.for_seconds(people),
        work_center: operation.work_center_rate.for_seconds(operation.duration),
    }
}
