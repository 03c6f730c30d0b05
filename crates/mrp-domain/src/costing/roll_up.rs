//! What a product should cost, over all levels of its bills of materials.
//!
//! A bought component costs its unit cost. A made one costs what one run of its bill of materials costs, material
//! and operations of every level below included, divided by what the run makes. Each product is calculated once,
//! however many places use it. Below the order itself nothing is rounded.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::bom::explode::{ExplodeError, Requirement, explode_bom};
use crate::bom::{BOM_DEPTH_MAX, Bom, BomSource};
use crate::costing::{CostEntry, CostGroup, MissingRate, OperationCost};
use crate::ids::{ProductId, RoutingId};
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
    let unit_cost = roll_up.unit_cost(product)?;
    Ok(RolledUpCost { unit_cost, missing: roll_up.missing.into_iter().collect() })
}

struct RollUp<'a, S> {
    source: &'a S,
    known: BTreeMap<ProductId, UnitCost>,
    path: Vec<ProductId>,
    missing: BTreeSet<MissingRate>,
}

impl<'a, S: CostSource> RollUp<'a, S> {
    fn new(source: &'a S) -> Self {
        Self { source, known: BTreeMap::new(), path: Vec::new(), missing: BTreeSet::new() }
    }

    fn entries(
        &mut self,
        bom: &Bom,
        quantity: Exact,
        taken: fn(&Requirement) -> Decimal,
    ) -> Result<Vec<CostEntry>, RollUpError> {
        let mut entries = Vec::new();
        for need in explode_bom(self.source, bom, quantity)? {
            let unit_cost = self.unit_cost(need.component)?;
            let name = self.source.product_name(need.component);
            entries.push(CostEntry::component(need.component, &name, taken(&need), unit_cost));
        }
        if let Some(routing) = bom.routing {
            for operation in self.source.operations(routing, quantity)? {
                entries.extend(operation.entries());
            }
        }
        let free = entries.iter().filter(|entry| entry.basis > Decimal::ZERO && entry.amount.is_zero());
        self.missing.extend(free.map(|entry| MissingRate { group: entry.group, what: entry.name.clone() }));
        Ok(entries)
    }

    fn unit_cost(&mut self, product: ProductId) -> Result<UnitCost, RollUpError> {
        if let Some(&cost) = self.known.get(&product) {
            return Ok(cost);
        }
        let known = self.source.product(product).ok_or(ExplodeError::UnknownProduct { product })?;
        let cost = match known.bom {
            Some(bom) => self.made_cost(bom)?,
            None => self.source.unit_cost(product).unwrap_or(UnitCost::ZERO),
        };
        if cost.is_zero() {
            let what = self.source.product_name(product);
            self.missing.insert(MissingRate { group: CostGroup::Material, what });
        }
        self.known.insert(product, cost);
        Ok(cost)
    }

    /// One run, divided by what it makes.
    fn made_cost(&mut self, bom: &Bom) -> Result<UnitCost, RollUpError> {
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
        let entries = self.entries(bom, run, |need| need.exact.to_decimal())?;
        self.path.pop();
        let carried: Decimal = bom.by_products.iter().map(|by_product| by_product.cost_share.percent()).sum();
        let own_share = (Decimal::ONE_HUNDRED - carried).max(Decimal::ZERO) / Decimal::ONE_HUNDRED;
        entries
            .iter()
            .try_fold(Decimal::ZERO, |sum, entry| sum.checked_add(entry.amount))
            .and_then(|total| total.checked_mul(own_share))
            .and_then(|total| total.checked_div(run.to_decimal()))
            .and_then(|cost| UnitCost::new(cost).ok())
            .ok_or(RollUpError::CostTooLarge { product })
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
