//! Corrections of stock by hand: goods that are thrown away, and goods that were counted.
//!
//! Both leave alone what is promised: an order that holds material must still find it. Goods go at the moving average
//! and come at what one unit costs, so that a correction never moves the average.

use rust_decimal::Decimal;

use crate::money::{Money, UnitCost};
use crate::quantity::PositiveQuantity;
use crate::stock::{StockRefusal, Valuation};

/// What lies at one place, in the product's unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// What is there.
    pub on_hand: Decimal,
    /// What of it is promised to orders.
    pub reserved: Decimal,
}

/// What a count found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// What the books say.
    AsBooked,
    /// More: it comes from the adjustment location.
    More(PositiveQuantity, Money),
    /// Less: it goes to the adjustment location.
    Less(PositiveQuantity, Money),
}

/// Takes spoiled goods out and returns what they were worth.
///
/// # Errors
/// [`StockRefusal::NotEnough`] when there is less, [`StockRefusal::Reserved`] when orders hold some of it.
pub fn scrap(held: Held, quantity: PositiveQuantity, stock: &mut Valuation) -> Result<Money, StockRefusal> {
    may_go(held, quantity)?;
    stock.issue(quantity)
}

/// Compares what was counted, zero or more, with the books. `unit_cost` is what a found unit is worth.
///
/// # Errors
/// [`StockRefusal::Reserved`] when orders hold more than was counted; [`StockRefusal::Quantity`].
pub fn count(
    held: Held,
    counted: Decimal,
    stock: &mut Valuation,
    unit_cost: UnitCost,
) -> Result<Counted, StockRefusal> {
    let difference = counted - held.on_hand;
    if difference.is_zero() {
        return Ok(Counted::AsBooked);
    }
    let quantity = PositiveQuantity::new(difference.abs())?;
    if difference.is_sign_negative() {
        return Ok(Counted::Less(quantity, scrap(held, quantity, stock)?));
    }
    let value = Money::round_half_even(unit_cost.times(quantity));
    stock.receive(quantity, value);
    Ok(Counted::More(quantity, value))
}

fn may_go(held: Held, quantity: PositiveQuantity) -> Result<(), StockRefusal> {
    let Held { on_hand, reserved } = held;
    let left = on_hand - quantity.get();
    if left.is_sign_negative() && !left.is_zero() {
        return Err(StockRefusal::NotEnough { wanted: quantity.get(), on_hand });
    }
    if left < reserved {
        return Err(StockRefusal::Reserved { left, reserved });
    }
    Ok(())
}
