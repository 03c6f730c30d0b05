//! How much a supplier has to be asked for, and which of several offers is best.

use rust_decimal::Decimal;
use time::Date;

use crate::money::{Money, UnitCost};
use crate::quantity::{Exact, PositiveQuantity, QuantityError, Unit, UnitError};

/// How much a supplier sells at once, in the unit that he sells in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaleTerms {
    /// Not less than this; zero: any amount.
    pub minimum: Decimal,
    /// Only whole multiples of this; zero: as finely as the unit is counted.
    pub multiple: Decimal,
}

impl SaleTerms {
    /// The least amount that covers what is wanted: at least the minimum, rounded up to whole multiples, and never
    /// finer than the unit is counted.
    ///
    /// # Errors
    /// When the amount cannot be calculated.
    pub fn order_quantity(&self, wanted: Exact, unit_step: Decimal) -> Result<PositiveQuantity, QuantityError> {
        let least = Exact::from_decimal(self.minimum.max(Decimal::ZERO));
        let amount = if wanted.sub(least)?.is_negative() { least } else { wanted };
        let step = if self.multiple > Decimal::ZERO { self.multiple } else { unit_step };
        let in_multiples = amount.ceil_to(step)?;
        PositiveQuantity::new(Exact::from_decimal(in_multiples).ceil_to(unit_step)?)
    }
}

/// What has to be asked for in the unit that is sold, exactly, so that it covers a need in the product's own unit. The
/// need is what stock would be counted as: rounded up to the step of the product's unit.
///
/// # Errors
/// When the units do not belong together, or the amount cannot be calculated.
pub fn wanted_in(sold_in: &Unit, need: Decimal, own: &Unit) -> Result<Exact, UnitError> {
    own.convert(Exact::from_decimal(own.round_need(Exact::from_decimal(need))?), sold_in)
}

/// What a supplier offers for one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Price of one unit that he sells in.
    pub price: UnitCost,
    /// How much he sells at once.
    pub terms: SaleTerms,
    /// How finely that unit is counted.
    pub unit_step: Decimal,
    /// What is wanted, in that unit.
    pub wanted: Exact,
    /// Days until the goods are here.
    pub lead_days: u32,
    /// The last day on which it holds; absent: until it is withdrawn.
    pub valid_until: Option<Date>,
}

/// An offer beside the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgedOffer {
    /// What would have to be ordered.
    pub quantity: PositiveQuantity,
    /// What all of it costs, with what the minimum and the multiple add.
    pub cost: Money,
    /// It does not hold any more.
    pub is_expired: bool,
    /// None that holds costs less.
    pub is_cheapest: bool,
    /// None that holds is here sooner.
    pub is_soonest: bool,
}

/// Judges the offers for one line, in their order. Offers that have run out are calculated and win nothing.
///
/// # Errors
/// When an amount cannot be calculated.
pub fn compare(offers: &[Offer], today: Date) -> Result<Vec<JudgedOffer>, QuantityError> {
    let mut judged = Vec::with_capacity(offers.len());
    for offer in offers {
        let quantity = offer.terms.order_quantity(offer.wanted, offer.unit_step)?;
        let cost = Money::round_half_even(offer.price.times(quantity));
        let is_expired = offer.valid_until.is_some_and(|last| last < today);
        judged.push(JudgedOffer { quantity, cost, is_expired, is_cheapest: false, is_soonest: false });
    }
    let holding = || judged.iter().zip(offers).filter(|(one, _)| !one.is_expired);
    let least = holding().map(|(one, _)| one.cost.amount()).min();
    let first = holding().map(|(_, offer)| offer.lead_days).min();
    for (one, offer) in judged.iter_mut().zip(offers).filter(|(one, _)| !one.is_expired) {
        one.is_cheapest = Some(one.cost.amount()) == least;
        one.is_soonest = Some(offer.lead_days) == first;
    }
    Ok(judged)
}
