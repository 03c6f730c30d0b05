//! What comes out of an order beside its product: in proportion to the good pieces, in whole steps of its unit.

use rust_decimal::Decimal;

use crate::bom::CostSharePercent;
use crate::costing::ByProductShare;
use crate::ids::ProductId;
use crate::quantity::{Exact, QuantityError};

/// A by-product as the order froze it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderByProduct {
    /// What comes out.
    pub product: ProductId,
    /// How much for one piece, in its stock unit, exactly.
    pub per_unit: Exact,
    /// The step of that unit.
    pub rounding_step: Decimal,
    /// The part of the order's cost that it carries.
    pub cost_share: CostSharePercent,
}

impl OrderByProduct {
    /// What comes out with so many pieces: outputs round down.
    ///
    /// # Errors
    /// [`QuantityError`]
    pub fn output_of(&self, pieces: Decimal) -> Result<Decimal, QuantityError> {
        self.per_unit.mul(Exact::from_decimal(pieces))?.floor_to(self.rounding_step)
    }

    /// Its part of the cost of so many good pieces.
    ///
    /// # Errors
    /// [`QuantityError`]
    pub fn share_of(&self, good: Decimal) -> Result<ByProductShare, QuantityError> {
        Ok(ByProductShare { product: self.product, quantity: self.output_of(good)?, share: self.cost_share })
    }
}
