//! Amounts of things: exact fractions, units of measure, and the two directions of rounding.
//!
//! Everything between a typed-in amount and a stock amount is an [`Exact`] fraction, so that a third of a sheet
//! times three is one sheet. Rounding happens where an amount becomes a stock amount, and only there: needs go up,
//! outputs go down, to the step of the product's unit.
//!
//! What does not live here: money (`money`), durations (`time`), which amounts to multiply (`bom::explode`).

mod arithmetic;

use std::cmp::Ordering;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::ids::{UnitCategoryId, UnitId};
use crate::quantity::arithmetic::{cmp_by_continued_fraction, common_divisor, nearest_decimal, without_common_divisor};
use crate::text::{Code, TextError};

/// Largest quantity on an order, a line or a move: 10¹².
pub const QUANTITY_MAX: Decimal = Decimal::from_parts(0xD4A5_1000, 0xE8, 0, false, 0);

/// Most decimals of a typed-in quantity.
pub const QUANTITY_DECIMALS_MAX: u32 = 12;

/// Why an amount cannot be computed or accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// The result has more digits than 128 bits hold.
    #[error("the amount has too many digits to be exact")]
    Overflow,
    /// Something was divided by zero.
    #[error("an amount cannot be divided by zero")]
    DivisionByZero,
    /// A rounding step must be more than zero.
    #[error("the rounding step {step} is not more than zero")]
    StepNotPositive {
        /// The step given.
        step: Decimal,
    },
    /// A quantity must be more than zero.
    #[error("the quantity {found} is not more than zero")]
    NotPositive {
        /// The quantity given.
        found: Decimal,
    },
    /// A quantity is above [`QUANTITY_MAX`].
    #[error("the quantity {found} is above {QUANTITY_MAX}")]
    TooLarge {
        /// The quantity given.
        found: Decimal,
    },
    /// A quantity has more than [`QUANTITY_DECIMALS_MAX`] decimals.
    #[error("the quantity {found} has more than {QUANTITY_DECIMALS_MAX} decimals")]
    TooManyDecimals {
        /// The quantity given.
        found: Decimal,
    },
    /// A text is not a fraction `n` or `n/d`.
    #[error("`{found}` is not a fraction")]
    NotAFraction {
        /// The text given.
        found: String,
    },
}

/// An exact rational number: always reduced, the denominator always more than zero.
///
/// In JSON a string: `"3"` or `"1/3"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Exact {
    num: i128,
    den: i128,
}

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self { num: 0, den: 1 };
    /// One.
    pub const ONE: Self = Self { num: 1, den: 1 };

    /// The value of a decimal, digit for digit.
    #[must_use]
    pub fn from_decimal(value: Decimal) -> Self {
        if value.scale() == 0 {
            return Self { num: value.mantissa(), den: 1 };
        }
        let (num, den) = without_common_divisor(value.mantissa(), 10_i128.pow(value.scale()));
        Self { num, den }
    }

    /// A whole number.
    #[must_use]
    pub fn from_integer(value: i64) -> Self {
        Self { num: i128::from(value), den: 1 }
    }

    /// A fraction such as 1/3.
    ///
    /// # Errors
    /// [`QuantityError::DivisionByZero`] when `den` is zero.
    pub fn ratio(num: i64, den: i64) -> Result<Self, QuantityError> {
        Self::reduced(i128::from(num), i128::from(den))
    }

    /// The reduced numerator; carries the sign.
    #[must_use]
    pub const fn numerator(self) -> i128 {
        self.num
    }

    /// The reduced denominator, more than zero.
    #[must_use]
    pub const fn denominator(self) -> i128 {
        self.den
    }

    /// Sum.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`].
    #[expect(clippy::should_implement_trait, reason = "an operator cannot say that it may fail")]
    pub fn add(self, other: Self) -> Result<Self, QuantityError> {
        if self.den == other.den {
            let num = self.num.checked_add(other.num).ok_or(QuantityError::Overflow)?;
            return if self.den == 1 { Ok(Self { num, den: 1 }) } else { Self::reduced(num, self.den) };
        }
        let common = common_divisor(self.den, other.den);
        let left = self.num.checked_mul(other.den / common);
        let right = other.num.checked_mul(self.den / common);
        let num = left.zip(right).and_then(|(left, right)| left.checked_add(right)).ok_or(QuantityError::Overflow)?;
        let den = (self.den / common).checked_mul(other.den).ok_or(QuantityError::Overflow)?;
        Self::reduced(num, den)
    }

    /// Difference.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`].
    #[expect(clippy::should_implement_trait, reason = "an operator cannot say that it may fail")]
    pub fn sub(self, other: Self) -> Result<Self, QuantityError> {
        let num = other.num.checked_neg().ok_or(QuantityError::Overflow)?;
        self.add(Self { num, den: other.den })
    }

    /// Product.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`].
    #[expect(clippy::should_implement_trait, reason = "an operator cannot say that it may fail")]
    pub fn mul(self, other: Self) -> Result<Self, QuantityError> {
        let (left_num, right_den) = without_common_divisor(self.num, other.den);
        let (right_num, left_den) = without_common_divisor(other.num, self.den);
        let num = left_num.checked_mul(right_num).ok_or(QuantityError::Overflow)?;
        let den = left_den.checked_mul(right_den).ok_or(QuantityError::Overflow)?;
        Ok(Self { num, den })
    }

    /// Quotient.
    ///
    /// # Errors
    /// [`QuantityError::DivisionByZero`], [`QuantityError::Overflow`].
    #[expect(clippy::should_implement_trait, reason = "an operator cannot say that it may fail")]
    pub fn div(self, other: Self) -> Result<Self, QuantityError> {
        self.mul(other.reciprocal()?)
    }

    /// The smallest multiple of `step` that is not less: for needs.
    ///
    /// # Errors
    /// [`QuantityError::StepNotPositive`], [`QuantityError::Overflow`].
    pub fn ceil_to(self, step: Decimal) -> Result<Decimal, QuantityError> {
        steps_to_decimal(self.in_steps(step)?.ceil(), step)
    }

    /// The largest multiple of `step` that is not more: for outputs.
    ///
    /// # Errors
    /// [`QuantityError::StepNotPositive`], [`QuantityError::Overflow`].
    pub fn floor_to(self, step: Decimal) -> Result<Decimal, QuantityError> {
        steps_to_decimal(self.in_steps(step)?.floor(), step)
    }

    /// The smallest whole number that is not less.
    #[must_use]
    pub fn ceil(self) -> i128 {
        // With a denominator of 1 there is nothing to add; from 2 on the quotient is far from the border.
        self.floor() + i128::from(self.den != 1)
    }

    /// The largest whole number that is not more.
    #[must_use]
    pub fn floor(self) -> i128 {
        match (i64::try_from(self.num), i64::try_from(self.den)) {
            (_, Ok(1)) => self.num,
            (Ok(num), Ok(den)) => i128::from(num.div_euclid(den)),
            (Ok(_) | Err(_), Ok(_) | Err(_)) => self.num.div_euclid(self.den),
        }
    }

    /// The nearest decimal of up to 28 digits, ties to even. For showing only: a third is no decimal.
    /// An amount beyond the range of decimals becomes the last decimal in its direction.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        let magnitude = nearest_decimal(self.num.unsigned_abs(), self.den.unsigned_abs());
        if self.is_negative() { -magnitude } else { magnitude }
    }

    /// Whether it is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.num == 0
    }

    /// Whether it is less than zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.num < 0
    }

    fn in_steps(self, step: Decimal) -> Result<Self, QuantityError> {
        if step <= Decimal::ZERO {
            return Err(QuantityError::StepNotPositive { step });
        }
        self.div(Self::from_decimal(step))
    }

    fn reciprocal(self) -> Result<Self, QuantityError> {
        if self.num > 0 { Ok(Self { num: self.den, den: self.num }) } else { Self::reduced(self.den, self.num) }
    }

    fn reduced(num: i128, den: i128) -> Result<Self, QuantityError> {
        if den == 0 {
            return Err(QuantityError::DivisionByZero);
        }
        let (num, den) = without_common_divisor(num, den);
        if den > 0 {
            return Ok(Self { num, den });
        }
        let negated = num.checked_neg().zip(den.checked_neg());
        negated.map(|(num, den)| Self { num, den }).ok_or(QuantityError::Overflow)
    }
}

impl From<Decimal> for Exact {
    fn from(value: Decimal) -> Self {
        Self::from_decimal(value)
    }
}

impl From<PositiveQuantity> for Exact {
    fn from(value: PositiveQuantity) -> Self {
        Self::from_decimal(value.get())
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        let products = self.num.checked_mul(other.den).zip(other.num.checked_mul(self.den));
        match products {
            Some((left, right)) => left.cmp(&right),
            None => cmp_by_continued_fraction((self.num, self.den), (other.num, other.den)),
        }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for Exact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.den == 1 { write!(f, "{}", self.num) } else { write!(f, "{}/{}", self.num, self.den) }
    }
}

impl std::str::FromStr for Exact {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (num, den) = text.split_once('/').unwrap_or((text, "1"));
        let parsed = num.trim().parse().ok().zip(den.trim().parse().ok());
        let (num, den) = parsed.ok_or_else(|| QuantityError::NotAFraction { found: text.to_owned() })?;
        Self::reduced(num, den)
    }
}

impl TryFrom<String> for Exact {
    type Error = QuantityError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Exact> for String {
    fn from(value: Exact) -> Self {
        value.to_string()
    }
}

/// A quantity that somebody orders or a line asks for: more than zero, at most [`QUANTITY_MAX`], at most
/// [`QUANTITY_DECIMALS_MAX`] decimals. Its unit stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct PositiveQuantity(Decimal);

impl PositiveQuantity {
    /// Checks the bounds.
    ///
    /// # Errors
    /// [`QuantityError::NotPositive`], [`QuantityError::TooLarge`], [`QuantityError::TooManyDecimals`].
    pub fn new(value: Decimal) -> Result<Self, QuantityError> {
        if value <= Decimal::ZERO {
            Err(QuantityError::NotPositive { found: value })
        } else if value > QUANTITY_MAX {
            Err(QuantityError::TooLarge { found: value })
        } else if value.normalize().scale() > QUANTITY_DECIMALS_MAX {
            Err(QuantityError::TooManyDecimals { found: value })
        } else {
            Ok(Self(value.normalize()))
        }
    }

    /// The number, without trailing zeros.
    #[must_use]
    pub const fn get(self) -> Decimal {
        self.0
    }

    /// The number as a fraction, to calculate with.
    #[must_use]
    pub fn exact(self) -> Exact {
        Exact::from_decimal(self.0)
    }
}

impl TryFrom<Decimal> for PositiveQuantity {
    type Error = QuantityError;

    fn try_from(value: Decimal) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

impl From<PositiveQuantity> for Decimal {
    fn from(value: PositiveQuantity) -> Self {
        value.0
    }
}

impl std::fmt::Display for PositiveQuantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a unit cannot exist or convert.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// The unit's code is no code.
    #[error("the unit's code {0}")]
    Code(#[from] TextError),
    /// The ratio to the reference unit must be more than zero.
    #[error("the ratio {ratio} of a unit to its reference unit is not more than zero")]
    RatioNotPositive {
        /// The ratio given.
        ratio: Exact,
    },
    /// The rounding step must be more than zero.
    #[error("the rounding step {step} of a unit is not more than zero")]
    StepNotPositive {
        /// The step given.
        step: Decimal,
    },
    /// Kilograms are no metres.
    #[error("`{from}` and `{to}` measure different things")]
    DifferentCategory {
        /// The unit converted from.
        from: Code,
        /// The unit converted to.
        to: Code,
    },
    /// The converted amount is out of range.
    #[error(transparent)]
    Quantity(#[from] QuantityError),
}

/// A unit of measure: how many reference units of its category one of it is, and how finely stock is counted in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    id: UnitId,
    category: UnitCategoryId,
    code: Code,
    ratio: Exact,
    rounding_step: Decimal,
}

impl Unit {
    /// A unit of `category`. `ratio` says how many reference units one of it is (gram in a category of kilograms:
    /// 1/1000; the reference unit: 1). `rounding_step` is the smallest stock amount (0.001 kg, 1 piece).
    ///
    /// # Errors
    /// A code that is no code, a ratio or a step that is not more than zero.
    pub fn new(
        id: UnitId,
        category: UnitCategoryId,
        code: &str,
        ratio: Exact,
        rounding_step: Decimal,
    ) -> Result<Self, UnitError> {
        if ratio <= Exact::ZERO {
            return Err(UnitError::RatioNotPositive { ratio });
        }
        if rounding_step <= Decimal::ZERO {
            return Err(UnitError::StepNotPositive { step: rounding_step });
        }
        Ok(Self { id, category, code: Code::new(code)?, ratio, rounding_step })
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> UnitId {
        self.id
    }

    /// The family within which it converts.
    #[must_use]
    pub const fn category(&self) -> UnitCategoryId {
        self.category
    }

    /// What stands behind the number: `kg`.
    #[must_use]
    pub const fn code(&self) -> &Code {
        &self.code
    }

    /// How many reference units one of it is.
    #[must_use]
    pub const fn ratio(&self) -> Exact {
        self.ratio
    }

    /// The smallest stock amount.
    #[must_use]
    pub const fn rounding_step(&self) -> Decimal {
        self.rounding_step
    }

    /// The same amount in another unit of the category, exactly.
    ///
    /// # Errors
    /// [`UnitError::DifferentCategory`], [`QuantityError::Overflow`].
    pub fn convert(&self, amount: Exact, to: &Self) -> Result<Exact, UnitError> {
        if self.category != to.category {
            return Err(UnitError::DifferentCategory { from: self.code.clone(), to: to.code.clone() });
        }
        if self.ratio == to.ratio {
            return Ok(amount);
        }
        if to.ratio == Exact::ONE {
            return Ok(amount.mul(self.ratio)?);
        }
        Ok(amount.mul(self.ratio.div(to.ratio)?)?)
    }

    /// A need as a stock amount: up to the step.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`].
    pub fn round_need(&self, amount: Exact) -> Result<Decimal, QuantityError> {
        amount.ceil_to(self.rounding_step)
    }

    /// An output as a stock amount: down to the step.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`].
    pub fn round_output(&self, amount: Exact) -> Result<Decimal, QuantityError> {
        amount.floor_to(self.rounding_step)
    }
}

fn steps_to_decimal(steps: i128, step: Decimal) -> Result<Decimal, QuantityError> {
    let mantissa = steps.checked_mul(step.mantissa()).ok_or(QuantityError::Overflow)?;
    let value = Decimal::try_from_i128_with_scale(mantissa, step.scale()).map_err(|_| QuantityError::Overflow)?;
    Ok(if step.scale() == 0 { value } else { value.normalize() })
}
