//! What a product should cost, over all levels of its bills of materials.
//!
//! A bought component costs its unit cost. A made one costs what one run of its bill of materials costs, material
//! and operations of every level below included, divided by what the run makes. Each product is calculated once,
//! however many places use it, or is asked for. Below the order itself nothing is rounded.

use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasherDefault;

use rust_decimal::Decimal;

use crate::bom::catalog::IdMap;
use crate::bom::explode::{ExplodeError, Requirement, explode_bom, line_need};
use crate::bom::{BOM_DEPTH_MAX, Bom, BomLine, BomSource, BomType, LossPercent};
use crate::costing::{CostEntry, CostGroup, CostKey, MissingRate, OperationCost};
use crate::ids::{ProductId, RoutingId, UnitId};
use crate::money::UnitCost;
use crate::quantity::Exact;
use crate::work_order_duration::DurationError;

/// Where a roll-up finds costs, beside the bills of materials.
pub trait CostSource: BomSource {
    /// The product's name, for the sheet.
    fn product_name(&self, product: ProductId) -> String;

    /// What one stock unit costs: standard cost or moving average. None when nobody has said.
    fn unit_cost(&self, product: ProductId) -> Option<UnitCost>;

    /// The operations of a routing with their durations for `quantity` of the product.
    ///
    /// # Errors
    /// [`DurationError`] when a duration is beyond its limit.
    fn operations(&self, routing: RoutingId, quantity: Exact) -> Result<Vec<OperationCost>, DurationError>;
}

const PERCENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Why a cost cannot be rolled up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RollUpError {
    /// The needs cannot be calculated.
    #[error(transparent)]
    Explode(#[from] ExplodeError),
    /// An operation takes longer than anything may.
    #[error(transparent)]
    Duration(#[from] DurationError),
    /// A cost has too many digits.
    #[error("the cost of the product {product} is beyond calculation")]
    CostTooLarge {
        /// The product.
        product: ProductId,
    },
}

/// The planned entries of an order, and what on any level has no cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCost {
    /// One level: the order's own components and operations.
    pub entries: Vec<CostEntry>,
    /// What has no cost, on the levels below included; sorted.
    pub missing: Vec<MissingRate>,
}

/// What one stock unit of a product should cost, and what on any level has no cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolledUpCost {
    /// The cost, not rounded.
    pub unit_cost: UnitCost,
    /// What has no cost; sorted.
    pub missing: Vec<MissingRate>,
}

/// The planned entries of an order for `quantity` (in the product's stock unit) by this bill of materials: one
/// level, needs rounded up as they will be taken from stock, made components at their rolled-up cost.
///
/// # Errors
/// [`RollUpError`]
pub fn planned_cost(source: &impl CostSource, bom: &Bom, quantity: Exact) -> Result<PlannedCost, RollUpError> {
    let mut roll_up = RollUp::new(source);
    roll_up.path.push(bom.product);
    let entries = roll_up.entries(bom, quantity, |need| need.rounded)?;
    Ok(PlannedCost { entries, missing: roll_up.missing.into_iter().collect() })
}

/// What one stock unit of a product should cost.
///
/// # Errors
/// [`RollUpError`]
pub fn rolled_up_cost(source: &impl CostSource, product: ProductId) -> Result<RolledUpCost, RollUpError> {
    let mut roll_up = RollUp::new(source);
    let unit_cost = roll_up.known(product)?.unit_cost;
    Ok(RolledUpCost { unit_cost, missing: roll_up.missing.into_iter().collect() })
}

/// What one stock unit of a product should cost, among many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProductCost {
    /// The cost, not rounded.
    pub unit_cost: UnitCost,
    /// Whether anything on any level has no cost and counts as nothing.
    pub is_incomplete: bool,
}

/// What one stock unit of each of these products should cost, in their order: every bill of materials is calculated
/// once for all of them, and one that cannot be calculated fails only what is made of it.
pub fn rolled_up_costs(
    source: &impl CostSource,
    products: impl IntoIterator<Item = ProductId>,
) -> Vec<Result<ProductCost, RollUpError>> {
    let mut roll_up = RollUp::new(source);
    let cost = |product| {
        roll_up.path.clear();
        let known = roll_up.known(product)?;
        Ok(ProductCost { unit_cost: known.unit_cost, is_incomplete: known.is_incomplete })
    };
    products.into_iter().map(cost).collect()
}

struct RollUp<'a, S> {
    source: &'a S,
    known: IdMap<ProductId, Known>,
    failed: IdMap<ProductId, RollUpError>,
    operations: HashMap<(RoutingId, Exact), OperationsCost>,
    path: Vec<ProductId>,
    missing: BTreeSet<MissingRate>,
}

/// What is known of a product. Small, because a roll-up of many waits for memory more than it calculates.
#[derive(Debug, Clone, Copy)]
struct Known {
    unit_cost: UnitCost,
    stock_unit: UnitId,
    is_kit: bool,
    is_incomplete: bool,
}

/// All operations of a run.
#[derive(Debug, Clone, Copy)]
struct OperationsCost {
    amount: Decimal,
    is_incomplete: bool,
}

impl<'a, S: CostSource> RollUp<'a, S> {
    fn new(source: &'a S) -> Self {
        let known = IdMap::with_capacity_and_hasher(source.product_count(), BuildHasherDefault::default());
        Self {
            source,
            known,
            failed: IdMap::default(),
            operations: HashMap::new(),
            path: Vec::new(),
            missing: BTreeSet::new(),
        }
    }

    fn entries(
        &mut self,
        bom: &Bom,
        quantity: Exact,
        taken: fn(&Requirement) -> Decimal,
    ) -> Result<Vec<CostEntry>, RollUpError> {
        let mut entries = Vec::new();
        for need in explode_bom(self.source, bom, quantity)? {
            let unit_cost = self.known(need.component)?.unit_cost;
            let name = self.source.product_name(need.component);
            entries.push(CostEntry::component(need.component, &name, taken(&need), unit_cost));
        }
        if let Some(routing) = bom.routing {
            for operation in self.source.operations(routing, quantity)? {
                entries.extend(operation.entries());
            }
        }
        self.note_free(&entries);
        Ok(entries)
    }

    /// Whether something that was used costs nothing; its name is noted.
    fn note_free(&mut self, entries: &[CostEntry]) -> bool {
        let is_free = |entry: &&CostEntry| entry.basis > Decimal::ZERO && entry.amount.is_zero();
        let free = entries.iter().filter(is_free);
        self.missing.extend(free.map(|entry| MissingRate { group: entry.group, what: entry.name.clone() }));
        entries.iter().any(|entry| is_free(&entry))
    }

    fn known(&mut self, product: ProductId) -> Result<Known, RollUpError> {
        if let Some(&known) = self.known.get(&product) {
            return Ok(known);
        }
        if let Some(failed) = self.failed.get(&product) {
            return Err(failed.clone());
        }
        let found = self.find_out(product);
        match &found {
            Ok(known) => drop(self.known.insert(product, *known)),
            Err(error) => drop(self.failed.insert(product, error.clone())),
        }
        found
    }

    fn find_out(&mut self, product: ProductId) -> Result<Known, RollUpError> {
        let found = self.source.product(product).ok_or(ExplodeError::UnknownProduct { product })?;
        let (unit_cost, mut is_incomplete) = match found.bom {
            Some(bom) => self.made_cost(bom)?,
            None => (self.source.unit_cost(product).unwrap_or(UnitCost::ZERO), false),
        };
        if unit_cost.is_zero() {
            let what = self.source.product_name(product);
            self.missing.insert(MissingRate { group: CostGroup::Material, what });
            is_incomplete = true;
        }
        let is_kit = found.bom.is_some_and(|bom| bom.bom_type == BomType::Kit);
        Ok(Known { unit_cost, stock_unit: found.stock_unit.id(), is_kit, is_incomplete })
    }

    /// One run, divided by what it makes.
    fn made_cost(&mut self, bom: &Bom) -> Result<(UnitCost, bool), RollUpError> {
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
        let (total, is_incomplete) = self.run_cost(bom, run)?;
        self.path.pop();
        let carried: Decimal = bom.by_products.iter().map(|by_product| by_product.cost_share.percent()).sum();
        let own_share = (Decimal::ONE_HUNDRED - carried).max(Decimal::ZERO) / Decimal::ONE_HUNDRED;
        let cost = total.checked_mul(own_share).and_then(|total| total.checked_div(run.to_decimal()));
        let cost = cost.and_then(|cost| UnitCost::new(cost).ok()).ok_or(RollUpError::CostTooLarge { product })?;
        Ok((cost, is_incomplete))
    }

    /// What one run costs, line by line. Lines of a kit that are fixed per order do not cost the same in every
    /// quantity, so kits are replaced by their lines first.
    fn run_cost(&mut self, bom: &Bom, run: Exact) -> Result<(Decimal, bool), RollUpError> {
        let too_large = || RollUpError::CostTooLarge { product: bom.product };
        let mut total = Decimal::ZERO;
        let mut is_incomplete = false;
        for line in &bom.lines {
            let known = self.known(line.component)?;
            if known.is_kit {
                return self.exploded_run_cost(bom, run);
            }
            let amount = self.need(line, &known)?.checked_mul(known.unit_cost.get());
            total = amount.and_then(|amount| total.checked_add(amount)).ok_or_else(too_large)?;
            is_incomplete |= known.is_incomplete;
        }
        if let Some(routing) = bom.routing {
            let operations = self.operations_cost(routing, run)?;
            total = total.checked_add(operations.amount).ok_or_else(too_large)?;
            is_incomplete |= operations.is_incomplete;
        }
        Ok((total, is_incomplete))
    }

    fn exploded_run_cost(&mut self, bom: &Bom, run: Exact) -> Result<(Decimal, bool), RollUpError> {
        let entries = self.entries(bom, run, |need| need.exact.to_decimal())?;
        let mut is_incomplete = self.note_free(&entries);
        for entry in &entries {
            if let CostKey::Component(component) = entry.key {
                is_incomplete |= self.known(component)?.is_incomplete;
            }
        }
        let total = entries.iter().try_fold(Decimal::ZERO, |sum, entry| sum.checked_add(entry.amount));
        Ok((total.ok_or(RollUpError::CostTooLarge { product: bom.product })?, is_incomplete))
    }

    /// What one run needs of a component, in its stock unit.
    fn need(&self, line: &BomLine, known: &Known) -> Result<Decimal, RollUpError> {
        if line.unit == known.stock_unit {
            if line.loss == LossPercent::NONE || line.is_fixed {
                return Ok(line.quantity.get());
            }
            // Exact as long as it fits 28 digits, like what comes below, and far quicker.
            let factor = Decimal::ONE + line.loss.percent() * PERCENT;
            if let Some(need) = line.quantity.get().checked_mul(factor) {
                return Ok(need);
            }
        }
        let component = line.component;
        let unknown = ExplodeError::UnknownProduct { product: component };
        let stock_unit = self.source.product(component).ok_or(unknown)?.stock_unit;
        Ok(line_need(self.source, line, stock_unit, Exact::ONE)?.to_decimal())
    }

    /// Runs of one quantity take the same time wherever a routing is used.
    fn operations_cost(&mut self, routing: RoutingId, run: Exact) -> Result<OperationsCost, RollUpError> {
        if let Some(&cost) = self.operations.get(&(routing, run)) {
            return Ok(cost);
        }
        let operations = self.source.operations(routing, run)?;
        let entries: Vec<CostEntry> = operations.iter().flat_map(OperationCost::entries).collect();
        let is_incomplete = self.note_free(&entries);
        let cost = OperationsCost { amount: entries.iter().map(|entry| entry.amount).sum(), is_incomplete };
        self.operations.insert((routing, run), cost);
        Ok(cost)
    }
}

/// What one run makes, in the product's stock unit.
pub(super) fn run_quantity(source: &impl BomSource, bom: &Bom) -> Result<Exact, RollUpError> {
    let product = bom.product;
    let stock_unit = source.product(product).ok_or(ExplodeError::UnknownProduct { product })?.stock_unit;
    let unit = source.unit(bom.unit).ok_or(ExplodeError::UnknownUnit { product, unit: bom.unit })?;
    let converted = unit.convert(bom.quantity.exact(), stock_unit);
    Ok(converted.map_err(|source| ExplodeError::Unit { product, source })?)
}
