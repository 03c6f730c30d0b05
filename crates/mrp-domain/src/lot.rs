//! Lots and serial numbers: how people write them, what a quantity of them is, and until when they may be used.
//!
//! Which lot an order gets is decided in [`reservation`](crate::reservation).

pub mod trace;

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use time::Date;

use crate::money::Money;
use crate::product::Tracking;
use crate::quantity::{Exact, PositiveQuantity, QuantityError};
use crate::text::{Code, TextError};
use crate::vocabulary;

/// Most numbers at once.
pub const LOT_NUMBERS_MAX: usize = 1_000;

/// Most days that a company can set for when a lot is near its end.
pub const NEAR_EXPIRY_DAYS_MAX: u32 = 3_650;

vocabulary! {
    /// How a lot stands to its last day.
    pub enum Expiry {
        /// It has none.
        Never = "never",
        /// It is far away.
        Fresh = "fresh",
        /// It comes within the days that the company has set for it.
        Near = "near",
        /// It is over: no order gets any of it.
        Expired = "expired",
    }
}

impl Expiry {
    /// Of a lot that may be used until the end of that day, where `near_days` or fewer are near.
    #[must_use]
    pub fn of(expires_on: Option<Date>, today: Date, near_days: u32) -> Self {
        match expires_on.map(|last| (last - today).whole_days()) {
            None => Self::Never,
            Some(days) if days < 0 => Self::Expired,
            Some(days) if days <= i64::from(near_days) => Self::Near,
            Some(_) => Self::Fresh,
        }
    }
}

/// Why numbers of lots do not go with a quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LotFault {
    /// A tracked product without a number.
    #[error("the product is tracked by {tracking}: name the lot or the serial numbers")]
    Missing {
        /// How it is tracked.
        tracking: Tracking,
    },
    /// A number for what is not tracked.
    #[error("the product is not tracked, so it has no lots")]
    NotTracked,
    /// Several lots in one line.
    #[error("one line is one lot, {found} were named")]
    SeveralLots {
        /// How many.
        found: usize,
    },
    /// Serial numbers and pieces differ.
    #[error("{pieces} pieces have {pieces} serial numbers, {found} were named")]
    PiecesDiffer {
        /// The quantity.
        pieces: Decimal,
        /// How many numbers.
        found: usize,
    },
    /// The same number twice.
    #[error("`{number}` is named twice")]
    Twice {
        /// The number.
        number: String,
    },
    /// More than anybody types.
    #[error("more than {LOT_NUMBERS_MAX} numbers at once")]
    TooMany,
    /// `A-1..B-9`, or backwards.
    #[error("`{text}` is no row of numbers: write it like SN-001..SN-020")]
    NoRow {
        /// What was typed.
        text: String,
    },
    /// It cannot be a number.
    #[error("`{text}` {error}")]
    Text {
        /// What was typed.
        text: String,
        /// What is wrong with it.
        error: TextError,
    },
    /// The amount cannot be computed.
    #[error(transparent)]
    Quantity(#[from] QuantityError),
}

/// The numbers in a text, apart by commas, semicolons or line breaks; `SN-001..SN-020` is a row of them.
///
/// # Errors
/// What cannot be read, and numbers that come twice.
pub fn numbers(text: &str) -> Result<Vec<Code>, LotFault> {
    let mut all = Vec::new();
    for part in text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once("..") {
            Some((first, last)) => row(part, first.trim(), last.trim(), &mut all)?,
            None => all.push(code(part)?),
        }
        if all.len() > LOT_NUMBERS_MAX {
            return Err(LotFault::TooMany);
        }
    }
    let mut seen = BTreeSet::new();
    match all.iter().find(|number| !seen.insert(*number)) {
        Some(twice) => Err(LotFault::Twice { number: twice.to_string() }),
        None => Ok(all),
    }
}

fn code(text: &str) -> Result<Code, LotFault> {
    Code::new(text).map_err(|error| LotFault::Text { text: text.to_owned(), error })
}

fn row(text: &str, first: &str, last: &str, all: &mut Vec<Code>) -> Result<(), LotFault> {
    let fault = || LotFault::NoRow { text: text.to_owned() };
    let (before, from) = tail(first).ok_or_else(fault)?;
    let (also, until) = tail(last).ok_or_else(fault)?;
    if !(also.is_empty() || also == before) {
        return Err(fault());
    }
    let width = from.len();
    let number = |digits: &str| digits.parse::<u64>().map_err(|_| fault());
    let (from, until) = (number(from)?, number(until)?);
    let count = until.checked_sub(from).ok_or_else(fault)?;
    if usize::try_from(count).map_or(true, |count| count >= LOT_NUMBERS_MAX) {
        return Err(LotFault::TooMany);
    }
    for number in from..=until {
        all.push(code(&format!("{before}{number:0width$}"))?);
    }
    Ok(())
}

/// What stands before the digits at the end, and those digits.
fn tail(text: &str) -> Option<(&str, &str)> {
    let before = text.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let digits = text.strip_prefix(before)?;
    (!digits.is_empty()).then_some((before, digits))
}

/// A part of a quantity with the number that it goes under; none for what is not tracked.
pub type Portion = (Option<Code>, PositiveQuantity);

/// How a quantity goes under these numbers: all of it under one lot, or each piece under its serial number.
///
/// # Errors
/// When numbers and quantity do not go together.
pub fn portions(tracking: Tracking, quantity: PositiveQuantity, numbers: Vec<Code>) -> Result<Vec<Portion>, LotFault> {
    match tracking {
        Tracking::None if numbers.is_empty() => Ok(vec![(None, quantity)]),
        Tracking::None => Err(LotFault::NotTracked),
        Tracking::Lot | Tracking::Serial if numbers.is_empty() => Err(LotFault::Missing { tracking }),
        Tracking::Lot if numbers.len() > 1 => Err(LotFault::SeveralLots { found: numbers.len() }),
        Tracking::Lot => Ok(numbers.into_iter().map(|number| (Some(number), quantity)).collect()),
        Tracking::Serial => {
            if quantity.get() != Decimal::from(numbers.len()) {
                return Err(LotFault::PiecesDiffer { pieces: quantity.get().normalize(), found: numbers.len() });
            }
            let one = PositiveQuantity::new(Decimal::ONE)?;
            Ok(numbers.into_iter().map(|number| (Some(number), one)).collect())
        }
    }
}

/// How much of each lot makes the quantity, of lots in the order in which they are to be used; less when all of them are
/// not enough.
#[must_use]
pub fn from_first(quantity: Decimal, available: &[Decimal]) -> Vec<Decimal> {
    let mut rest = quantity.max(Decimal::ZERO);
    let taken = available.iter().map(|there| {
        let taken = rest.min((*there).max(Decimal::ZERO));
        rest -= taken;
        taken
    });
    taken.collect()
}

/// The numbers under which what an order made enters stock when nobody says otherwise: the order's own number for a lot,
/// the same with a count behind it for pieces.
///
/// # Errors
/// More pieces than there can be numbers at once, or a number that grows too long.
pub fn default_numbers(tracking: Tracking, order_number: &str, made: Decimal) -> Result<Vec<Code>, LotFault> {
    match tracking {
        Tracking::None => Ok(Vec::new()),
        Tracking::Lot => Ok(vec![code(order_number)?]),
        Tracking::Serial => {
            let pieces = made.ceil().to_usize().filter(|pieces| *pieces <= LOT_NUMBERS_MAX);
            let pieces = pieces.ok_or(LotFault::TooMany)?;
            (1..=pieces).map(|piece| code(&format!("{order_number}-{piece:03}"))).collect()
        }
    }
}

/// A value spread over portions so that all of them together are worth exactly that.
///
/// # Errors
/// For amounts beyond calculation.
pub fn spread(value: Money, portions: &[PositiveQuantity]) -> Result<Vec<Money>, QuantityError> {
    let total: Decimal = portions.iter().map(|portion| portion.get()).sum();
    let (mut done, mut given) = (Decimal::ZERO, Money::ZERO);
    let mut values = Vec::with_capacity(portions.len());
    for portion in portions {
        done += portion.get();
        let due = Exact::from_decimal(value.amount()).mul(Exact::from_decimal(done))?;
        let due = Money::round_half_even(due.div(Exact::from_decimal(total))?.to_decimal());
        values.push(due - given);
        given = due;
    }
    Ok(values)
}
