//! Products: finished goods and components.
//!
//! What does not live here: how they are made (`bom`, `routing`), how much there is (`stock`).

use serde::Serialize;

use crate::ids::{ProductId, UnitId};
use crate::money::{Money, UnitCost};
use crate::quantity::{PositiveQuantity, Unit};
use crate::stock::Valuation;
use crate::text::{Code, Name};
use crate::vocabulary;

vocabulary! {
    /// How a product behaves in stock.
    pub enum ProductType {
        /// Kept in stock, counted and valued.
        Storable = "storable",
        /// Bought and used, never counted: reservation always succeeds.
        Consumable = "consumable",
        /// Work done by somebody else.
        Service = "service",
    }
}

vocabulary! {
    /// Where a product's unit cost comes from.
    pub enum CostMethod {
        /// The standard cost typed in on the product.
        Standard = "standard",
        /// The moving average of what came in.
        MovingAverage = "moving_average",
    }
}

impl CostMethod {
    /// What one unit costs today: the moving average while there is stock to average, the standard cost otherwise.
    #[must_use]
    pub fn unit_cost(self, standard: Option<UnitCost>, stock: Valuation) -> Option<UnitCost> {
        match self {
            Self::Standard => standard,
            Self::MovingAverage => stock.unit_cost().and_then(|cost| UnitCost::new(cost).ok()).or(standard),
        }
    }

    /// What goods that cost `given` are booked at when they enter stock, and what they cost beyond that: a loss above
    /// zero, a gain below. A moving average takes them as they come; so does a standard that nobody has set.
    #[must_use]
    pub fn booked(self, standard: Option<UnitCost>, quantity: PositiveQuantity, given: Money) -> (Money, Money) {
        match (self, standard) {
            (Self::Standard, Some(standard)) => {
                let value = Money::round_half_even(standard.times(quantity));
                (value, given - value)
            }
            (Self::Standard, None) | (Self::MovingAverage, _) => (given, Money::ZERO),
        }
    }
}

vocabulary! {
    /// Whether pieces are told apart.
    pub enum Tracking {
        /// All pieces are alike.
        None = "none",
        /// By batch.
        Lot = "lot",
        /// One by one.
        Serial = "serial",
    }
}

/// What contradicts itself on a product.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProductFault {
    /// Only what is counted in stock can be told apart.
    #[error("a {product_type} product is not counted, so it cannot be tracked by {tracking}")]
    TrackedWithoutStock {
        /// The product's type.
        product_type: ProductType,
        /// The tracking given.
        tracking: Tracking,
    },
    /// A serial number names one piece, so stock must be counted in whole pieces.
    #[error("a product with serial numbers is counted in whole pieces, not in steps of {step}")]
    SerialInFractions {
        /// The rounding step of the stock unit.
        step: rust_decimal::Decimal,
    },
    /// It is bought in a unit that does not convert into the stock unit.
    #[error("it is bought in `{purchase}` and kept in `{stock}`, which measure different things")]
    PurchaseUnitOfAnotherCategory {
        /// The purchase unit.
        purchase: Code,
        /// The stock unit.
        stock: Code,
    },
}

/// A product. Every field has been parsed; [`Product::faults`] tells which of them contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// What stands on its label.
    pub code: Code,
    /// What it is called.
    pub name: Name,
    /// How it behaves in stock.
    pub product_type: ProductType,
    /// The unit in which stock is counted.
    pub unit: UnitId,
    /// The unit in which it is bought; none means the stock unit.
    pub purchase_unit: Option<UnitId>,
    /// Made by manufacturing orders.
    pub can_be_made: bool,
    /// Bought from suppliers.
    pub can_be_bought: bool,
    /// Sold to customers.
    pub can_be_sold: bool,
    /// Cost of one stock unit, as typed in.
    pub standard_cost: Option<UnitCost>,
    /// Where its unit cost comes from.
    pub cost_method: CostMethod,
    /// Price of one stock unit.
    pub selling_price: Option<UnitCost>,
    /// Days from ordering to receiving.
    pub purchase_lead_days: u32,
    /// Whether pieces are told apart.
    pub tracking: Tracking,
    /// What the scanner reads; none means the code.
    pub barcode: Option<Code>,
    /// Whether it may be used in new bills of materials and orders.
    pub is_active: bool,
}

impl Product {
    /// Everything that contradicts itself, given the units that the product names.
    #[must_use]
    pub fn faults(&self, stock_unit: &Unit, purchase_unit: Option<&Unit>) -> Vec<ProductFault> {
        let mut faults = Vec::new();
        if self.tracking != Tracking::None && self.product_type != ProductType::Storable {
            let (product_type, tracking) = (self.product_type, self.tracking);
            faults.push(ProductFault::TrackedWithoutStock { product_type, tracking });
        }
        if self.tracking == Tracking::Serial && !stock_unit.rounding_step().fract().is_zero() {
            faults.push(ProductFault::SerialInFractions { step: stock_unit.rounding_step() });
        }
        if let Some(purchase) = purchase_unit.filter(|unit| unit.category() != stock_unit.category()) {
            let (purchase, stock) = (purchase.code().clone(), stock_unit.code().clone());
            faults.push(ProductFault::PurchaseUnitOfAnotherCategory { purchase, stock });
        }
        faults
    }
}
