//! Goods that come in for a purchase order: how much may come, and who asked for it.
//! Who gets it is in [`crate::reservation::promise`].

use rust_decimal::Decimal;

use crate::quantity::{Exact, Unit, UnitError};

/// What has come of something that is counted in one unit and kept in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// All that has come, in the unit in which it is sold.
    pub received: Decimal,
    /// What of that has entered stock, in the product's unit.
    pub entered: Decimal,
}

impl Counted {
    /// What enters stock when so much more comes: all that has come, rounded down once to the step of the product's unit,
    /// less what has entered. So parts bring what the whole brings, and a pound that is no whole number of grams loses
    /// nothing on the way. None when nothing is left to be rounded: `coming` is neither exact in the product's unit nor a
    /// multiple of what the other unit is counted in.
    ///
    /// # Errors
    /// When the units do not belong together, or the amount cannot be calculated.
    pub fn entering(self, coming: Decimal, unit: &Unit, own: &Unit) -> Result<Option<Decimal>, UnitError> {
        let all = unit.convert(Exact::from_decimal(self.received).add(Exact::from_decimal(coming))?, own)?;
        let rounded = own.round_output(all)?;
        let is_exact = Exact::from_decimal(rounded) == all;
        let is_counted_so = || -> Result<bool, UnitError> {
            Ok(unit.id() != own.id() && Exact::from_decimal(coming).floor_to(unit.rounding_step())? == coming)
        };
        Ok((is_exact || is_counted_so()?).then_some(rounded - self.entered))
    }
}

/// More came than was ordered and the supplier may bring too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{received} would be received of {ordered} ordered; at most {most}")]
pub struct OverReceipt {
    /// What is ordered.
    pub ordered: Decimal,
    /// What would have come in all.
    pub received: Decimal,
    /// The most that may come in all.
    pub most: Decimal,
}

/// What has come of a line in all when `coming` comes, if so much may come: the ordered amount and `tolerance_percent`
/// of it.
///
/// # Errors
/// [`OverReceipt`].
pub fn received_after(
    ordered: Decimal,
    received: Decimal,
    coming: Decimal,
    tolerance_percent: Decimal,
) -> Result<Decimal, OverReceipt> {
    let over = ordered.saturating_mul(tolerance_percent.max(Decimal::ZERO)) / Decimal::ONE_HUNDRED;
    let most = ordered.saturating_add(over);
    let after = received.saturating_add(coming);
    if after > most {
        return Err(OverReceipt { ordered, received: after, most });
    }
    Ok(after)
}

/// Gives what came of a line to the requests that asked for it, each at most what it still waits for, in their order.
/// What is left belongs to nobody.
#[must_use]
pub fn share_among(came: Decimal, waiting: &[Decimal]) -> Vec<Decimal> {
    let mut left = came.max(Decimal::ZERO);
    let share = |wanted: &Decimal| {
        let share = left.min((*wanted).max(Decimal::ZERO));
        left -= share;
        share
    };
    waiting.iter().map(share).collect()
}
