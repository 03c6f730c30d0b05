//! Money: amounts, unit costs, hourly rates, and the one place that rounds them.
//!
//! A company keeps its books in one currency, so amounts carry none. Products of cost and quantity stay unrounded
//! decimals until `costing` closes a line with [`Money::round_half_even`].

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::quantity::Exact;
use crate::time::Seconds;

/// The currencies of the world by their ISO 4217 codes, sorted; funds, metals and codes for tests are none.
const CURRENCIES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC",
    "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS",
    "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD",
    "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL",
    "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD",
    "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD",
    "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP",
    "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VES",
    "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
];

/// Whether it is the code of a currency in which a company can keep its books.
#[must_use]
pub fn is_currency(code: &str) -> bool {
    CURRENCIES.binary_search(&code).is_ok()
}

/// Decimals of the smallest coin.
pub const MONEY_DECIMALS: u32 = 2;

/// Largest unit cost or hourly rate: 10¹². Keeps every product with a quantity inside the range of decimals.
pub const RATE_MAX: Decimal = Decimal::from_parts(0xD4A5_1000, 0xE8, 0, false, 0);

/// Why a number is no cost or rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Costs and rates are not below zero.
    #[error("{found} is less than zero")]
    Negative {
        /// The number given.
        found: Decimal,
    },
    /// Above [`RATE_MAX`].
    #[error("{found} is above {RATE_MAX}")]
    TooLarge {
        /// The number given.
        found: Decimal,
    },
    /// An amount of money has at most [`MONEY_DECIMALS`] decimals.
    #[error("{found} has more than {MONEY_DECIMALS} decimals")]
    TooManyDecimals {
        /// The number given.
        found: Decimal,
    },
}

/// An amount of money in whole cents; may be negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct Money(Decimal);

impl Money {
    /// No money.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// An amount that is already in whole cents.
    ///
    /// # Errors
    /// [`MoneyError::TooManyDecimals`].
    pub fn new(amount: Decimal) -> Result<Self, MoneyError> {
        if amount.normalize().scale() > MONEY_DECIMALS {
            return Err(MoneyError::TooManyDecimals { found: amount });
        }
        Ok(Self::round_half_even(amount))
    }

    /// Rounds to cents, ties to the even cent. The only place where money is rounded.
    #[must_use]
    pub fn round_half_even(amount: Decimal) -> Self {
        let mut rounded = amount.round_dp_with_strategy(MONEY_DECIMALS, RoundingStrategy::MidpointNearestEven);
        rounded.rescale(MONEY_DECIMALS);
        Self(rounded)
    }

    /// The number, with its two decimals.
    #[must_use]
    pub const fn amount(self) -> Decimal {
        self.0
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

impl std::ops::Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::ops::AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl std::ops::SubAssign for Money {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl std::ops::Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, std::ops::Add::add)
    }
}

impl TryFrom<Decimal> for Money {
    type Error = MoneyError;

    fn try_from(amount: Decimal) -> Result<Self, Self::Error> {
        Self::new(amount)
    }
}

impl From<Money> for Decimal {
    fn from(money: Money) -> Self {
        money.0
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What one unit of a product costs, in its stock unit; not below zero, not rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct UnitCost(Decimal);

impl UnitCost {
    /// Free of charge, or not known yet.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Checks the bounds.
    ///
    /// # Errors
    /// [`MoneyError::Negative`], [`MoneyError::TooLarge`].
    pub fn new(value: Decimal) -> Result<Self, MoneyError> {
        parse_rate(value).map(Self)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> Decimal {
        self.0
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// What `amount` (a decimal or an [`Exact`], in the stock unit) costs, not rounded to cents.
    #[must_use]
    pub fn times(self, amount: impl Into<Exact>) -> Decimal {
        let amount = amount.into();
        match Exact::from_decimal(self.0).mul(amount) {
            Ok(product) => product.to_decimal(),
            // More digits than 128 bits hold: 28 of them are far below a cent.
            Err(_) => self.0.saturating_mul(amount.to_decimal()),
        }
    }
}

impl TryFrom<Decimal> for UnitCost {
    type Error = MoneyError;

    fn try_from(value: Decimal) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

impl From<UnitCost> for Decimal {
    fn from(cost: UnitCost) -> Self {
        cost.0
    }
}

/// What an hour of a machine or a person costs; not below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct HourlyRate(Decimal);

impl HourlyRate {
    /// Free of charge, or not known yet.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Checks the bounds.
    ///
    /// # Errors
    /// [`MoneyError::Negative`], [`MoneyError::TooLarge`].
    pub fn new(value: Decimal) -> Result<Self, MoneyError> {
        parse_rate(value).map(Self)
    }

    /// The number, per hour.
    #[must_use]
    pub const fn get(self) -> Decimal {
        self.0
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// What `time` costs, not rounded to cents.
    #[must_use]
    pub fn for_seconds(self, time: Seconds) -> Decimal {
        self.0.saturating_mul(Decimal::from(time.get())) / Decimal::from(Seconds::PER_HOUR)
    }
}

impl TryFrom<Decimal> for HourlyRate {
    type Error = MoneyError;

    fn try_from(value: Decimal) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

impl From<HourlyRate> for Decimal {
    fn from(rate: HourlyRate) -> Self {
        rate.0
    }
}

fn parse_rate(value: Decimal) -> Result<Decimal, MoneyError> {
    if value < Decimal::ZERO {
        Err(MoneyError::Negative { found: value })
    } else if value > RATE_MAX {
        Err(MoneyError::TooLarge { found: value })
    } else {
        Ok(value.normalize())
    }
}
