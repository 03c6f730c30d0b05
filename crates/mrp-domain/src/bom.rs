//! Bills of materials: what one run makes and what it takes.
//!
//! What does not live here: multiplying out (`bom::explode`), what is wrong with a draft (`bom::validate`), how two
//! revisions differ (`bom::diff`), one component in place of another (`bom::replace`), equal lines made one
//! (`bom::merge`), an in-memory set of them (`bom::catalog`).

pub mod catalog;
pub mod diff;
pub mod explode;
pub mod merge;
pub mod replace;
pub mod validate;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use time::Date;

use crate::ids::{AttributeValueId, BomId, BomLineId, ProductId, RoutingId, UnitId};
use crate::quantity::{Exact, PositiveQuantity, QuantityError, Unit};
use crate::text::Code;
use crate::time::iso_date;
use crate::variant::{AttributeChoice, applies_to};
use crate::vocabulary;

/// Most levels below a product.
pub const BOM_DEPTH_MAX: u32 = 32;

/// Most decimals of a percentage.
pub const PERCENT_DECIMALS_MAX: u32 = 12;

/// Most lines of one bill of materials.
pub const BOM_LINES_MAX: usize = 5_000;

vocabulary! {
    /// What a bill of materials stands for.
    pub enum BomType {
        /// Made by an order of its own.
        Manufacture = "manufacture",
        /// Never made or stocked: its lines take its place.
        Kit = "kit",
    }
}

vocabulary! {
    /// The life of one revision. A validated revision is immutable.
    pub enum BomState {
        /// Being edited.
        Draft = "draft",
        /// Approved; immutable.
        Validated = "validated",
        /// No longer used.
        Archived = "archived",
    }
}

vocabulary! {
    /// Who says how much of a component was consumed.
    pub enum ConsumptionMode {
        /// Posted with each production report, by the share of the bill of materials.
        Automatic = "automatic",
        /// Proposed by share; the operator confirms or edits.
        SemiAutomatic = "semi_automatic",
        /// The operator records each component.
        Manual = "manual",
    }
}

/// A percentage out of its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PercentError {
    /// Losses are at least 0 and below 100 %.
    #[error("a loss of {found} % is not at least 0 and below 100 %")]
    Loss {
        /// The percentage given.
        found: Decimal,
    },
    /// More than [`PERCENT_DECIMALS_MAX`] decimals.
    #[error("{found} % has more than {PERCENT_DECIMALS_MAX} decimals")]
    TooManyDecimals {
        /// The percentage given.
        found: Decimal,
    },
    /// Cost shares are between 0 and 100 %.
    #[error("a cost share of {found} % is not between 0 and 100 %")]
    CostShare {
        /// The percentage given.
        found: Decimal,
    },
}

/// What is lost of a component on the way, in percent of the need: at least 0, below 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct LossPercent(Decimal);

impl LossPercent {
    /// Nothing is lost.
    pub const NONE: Self = Self(Decimal::ZERO);

    /// The percentage.
    #[must_use]
    pub const fn percent(self) -> Decimal {
        self.0
    }

    /// What to multiply a need with: 1 + loss.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`]; the limit on decimals rules it out.
    pub fn factor(self) -> Result<Exact, QuantityError> {
        let hundred = Decimal::ONE_HUNDRED;
        let whole = self.0.checked_add(hundred).ok_or(QuantityError::Overflow)?;
        Exact::from_decimal(whole).div(Exact::from_decimal(hundred))
    }
}

impl TryFrom<Decimal> for LossPercent {
    type Error = PercentError;

    fn try_from(percent: Decimal) -> Result<Self, Self::Error> {
        if percent >= Decimal::ZERO && percent < Decimal::ONE_HUNDRED {
            few_decimals(percent).map(Self)
        } else {
            Err(PercentError::Loss { found: percent })
        }
    }
}

impl From<LossPercent> for Decimal {
    fn from(loss: LossPercent) -> Self {
        loss.0
    }
}

/// The part of an order's cost that a by-product carries, in percent: 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct CostSharePercent(Decimal);

impl CostSharePercent {
    /// The percentage.
    #[must_use]
    pub const fn percent(self) -> Decimal {
        self.0
    }
}

impl TryFrom<Decimal> for CostSharePercent {
    type Error = PercentError;

    fn try_from(percent: Decimal) -> Result<Self, Self::Error> {
        if percent >= Decimal::ZERO && percent <= Decimal::ONE_HUNDRED {
            few_decimals(percent).map(Self)
        } else {
            Err(PercentError::CostShare { found: percent })
        }
    }
}

impl From<CostSharePercent> for Decimal {
    fn from(share: CostSharePercent) -> Self {
        share.0
    }
}

fn few_decimals(percent: Decimal) -> Result<Decimal, PercentError> {
    let shortest = percent.normalize();
    if shortest.scale() > PERCENT_DECIMALS_MAX {
        return Err(PercentError::TooManyDecimals { found: percent });
    }
    Ok(shortest)
}

/// A first day behind the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the last day {until} lies before the first day {from}")]
pub struct EffectiveDaysReversed {
    /// The first day given.
    pub from: Date,
    /// The last day given.
    pub until: Date,
}

/// The days on which a bill of materials may be used; an open end has no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EffectiveDays {
    from: Option<Date>,
    until: Option<Date>,
}

impl EffectiveDays {
    /// Every day.
    pub const ALWAYS: Self = Self { from: None, until: None };

    /// From the first day to the last one, both included.
    ///
    /// # Errors
    /// [`EffectiveDaysReversed`]
    pub fn new(from: Option<Date>, until: Option<Date>) -> Result<Self, EffectiveDaysReversed> {
        match (from, until) {
            (Some(from), Some(until)) if until < from => Err(EffectiveDaysReversed { from, until }),
            (_, _) => Ok(Self { from, until }),
        }
    }

    /// The first day, if there is one.
    #[must_use]
    pub const fn from(self) -> Option<Date> {
        self.from
    }

    /// The last day, if there is one.
    #[must_use]
    pub const fn until(self) -> Option<Date> {
        self.until
    }

    /// Whether that day is one of them.
    #[must_use]
    pub fn include(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

impl std::fmt::Display for EffectiveDays {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.from, self.until) {
            (Some(from), Some(until)) => write!(f, "from {from} to {until}"),
            (Some(from), None) => write!(f, "from {from} on"),
            (None, Some(until)) => write!(f, "until {until}"),
            (None, None) => f.write_str("on every day"),
        }
    }
}

/// One component of a bill of materials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BomLine {
    /// Its id.
    pub id: BomLineId,
    /// What is needed.
    pub component: ProductId,
    /// How much one run needs, or one order when [`Self::is_fixed`].
    pub quantity: PositiveQuantity,
    /// The unit of the quantity.
    pub unit: UnitId,
    /// The operation that consumes it; none means the last.
    pub operation_sequence: Option<u32>,
    /// What is lost on the way.
    pub loss: LossPercent,
    /// Needed once per order, whatever the order's quantity.
    pub is_fixed: bool,
    /// What people should know.
    pub note: String,
    /// What may take its place in the same amount, the best first.
    #[serde(default)]
    pub substitutes: Vec<ProductId>,
    /// The variants that it belongs to, by values of their template; none: all of them.
    #[serde(default)]
    pub applies_to: Vec<AttributeChoice>,
}

/// Something else that comes out of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BomByProduct {
    /// What comes out.
    pub product: ProductId,
    /// How much per run.
    pub quantity: PositiveQuantity,
    /// The unit of the quantity.
    pub unit: UnitId,
    /// The part of the cost that it carries.
    pub cost_share: CostSharePercent,
}

/// One revision of a bill of materials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bom {
    /// Its id.
    pub id: BomId,
    /// Its code, shared by all revisions.
    pub code: Code,
    /// Which revision, from 1.
    pub revision: u32,
    /// Draft, validated or archived.
    pub state: BomState,
    /// Made by an order of its own, or a kit.
    pub bom_type: BomType,
    /// What it makes.
    pub product: ProductId,
    /// How much one run makes.
    pub quantity: PositiveQuantity,
    /// The unit of that quantity.
    pub unit: UnitId,
    /// How it is made.
    pub routing: Option<RoutingId>,
    /// Who says how much was consumed.
    pub consumption: ConsumptionMode,
    /// First day on which it may be used.
    #[serde(with = "iso_date::option", default)]
    pub effective_from: Option<Date>,
    /// Last day on which it may be used.
    #[serde(with = "iso_date::option", default)]
    pub effective_until: Option<Date>,
    /// What one run takes.
    pub lines: Vec<BomLine>,
    /// What else comes out.
    pub by_products: Vec<BomByProduct>,
}

impl Bom {
    /// Whether it may be used on that day.
    #[must_use]
    pub fn is_effective(&self, day: Date) -> bool {
        EffectiveDays { from: self.effective_from, until: self.effective_until }.include(day)
    }

    /// How a product with these values is made by it: it makes that product, of the lines that belong to it. A product
    /// that is no variant has no values.
    #[must_use]
    pub fn for_product(mut self, product: ProductId, values: &[AttributeValueId]) -> Self {
        self.product = product;
        self.lines.retain(|line| applies_to(&line.applies_to, values));
        self
    }
}

/// What calculations need to know of a product.
#[derive(Debug, Clone, Copy)]
pub struct BomProduct<'a> {
    /// A number of its own among the products of the source, from 0 and without large gaps: calculations keep what they
    /// find out in tables by it.
    pub place: usize,
    /// The unit in which its stock is counted.
    pub stock_unit: &'a Unit,
    /// How it is made: the bill of materials in use, if it is not only bought.
    pub bom: Option<&'a Bom>,
}

/// Where calculations find products, units and bills of materials.
pub trait BomSource {
    /// The product with that id.
    fn product(&self, id: ProductId) -> Option<BomProduct<'_>>;

    /// The unit with that id.
    fn unit(&self, id: UnitId) -> Option<&Unit>;

    /// About how many products there are, to set memory aside; 0 when nobody knows.
    fn product_count(&self) -> usize {
        0
    }
}
