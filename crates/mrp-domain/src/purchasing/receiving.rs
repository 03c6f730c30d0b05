//! Goods that come in for a purchase order: how much may come, and who asked for it.
//! Who gets it is in [`crate::reservation::promise`].

use rust_decimal::Decimal;

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
