//! Whether an order's material is there: per line in amounts, for the order in one word.
//!
//! Evaluated whenever stock moves, goods arrive or priorities change. Consumables and services are never counted:
//! they are always there.

use rust_decimal::Decimal;

use crate::manufacturing_order::MaterialAvailability;
use crate::product::ProductType;
use crate::time::Instant;

/// What is known about one line's material, in the product's stock unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineSupply {
    /// How the product behaves in stock.
    pub product_type: ProductType,
    /// What the order needs of it.
    pub needed: Decimal,
    /// What is consumed.
    pub consumed: Decimal,
    /// What is reserved for this line and not consumed.
    pub reserved: Decimal,
    /// What is on hand and nobody has reserved.
    pub free: Decimal,
    /// What is on the way and promised to nobody else.
    pub expected: Decimal,
    /// When the last of it comes.
    pub expected_at: Option<Instant>,
}

/// Where the amounts of one line come from: they add up to what is needed, unless more was consumed or reserved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineAvailability {
    /// What the order needs.
    pub needed: Decimal,
    /// What is consumed.
    pub consumed: Decimal,
    /// What is reserved.
    pub reserved: Decimal,
    /// What could be reserved now of the rest.
    pub free: Decimal,
    /// What is on the way for the rest after that.
    pub expected: Decimal,
    /// When it comes, if any of it is needed.
    pub expected_at: Option<Instant>,
    /// What nobody has and nobody has ordered.
    pub missing: Decimal,
    /// The line in one word.
    pub availability: MaterialAvailability,
}

/// Splits one line's need into consumed, reserved, free, expected and missing.
#[must_use]
pub fn line_availability(supply: &LineSupply) -> LineAvailability {
    match supply.product_type {
        ProductType::Storable => storable(supply),
        ProductType::Consumable | ProductType::Service => always_there(supply),
    }
}

/// The order's availability in one word, from its lines.
///
/// Issued: all is consumed. Reserved: the rest is reserved. Missing: of what is still needed nothing is reserved
/// and nothing was consumed. Partial: anything between.
#[must_use]
pub fn order_availability(lines: &[LineSupply]) -> MaterialAvailability {
    let counted = || {
        lines.iter().filter(|line| match line.product_type {
            ProductType::Storable => line.needed > Decimal::ZERO,
            ProductType::Consumable | ProductType::Service => false,
        })
    };
    if counted().next().is_none() {
        return MaterialAvailability::Reserved;
    }
    if counted().all(|line| line.consumed >= line.needed) {
        return MaterialAvailability::Issued;
    }
    if counted().all(|line| covered(line) >= line.needed) {
        return MaterialAvailability::Reserved;
    }
    if counted().any(|line| covered(line) > Decimal::ZERO) {
        return MaterialAvailability::Partial;
    }
    MaterialAvailability::Missing
}

fn covered(line: &LineSupply) -> Decimal {
    line.consumed.saturating_add(line.reserved)
}

fn storable(supply: &LineSupply) -> LineAvailability {
    let open = (supply.needed.saturating_sub(covered(supply))).max(Decimal::ZERO);
    let free = open.min(supply.free.max(Decimal::ZERO));
    let expected = (open - free).min(supply.expected.max(Decimal::ZERO));
    LineAvailability {
        needed: supply.needed,
        consumed: supply.consumed,
        reserved: supply.reserved,
        free,
        expected,
        expected_at: supply.expected_at.filter(|_| expected > Decimal::ZERO),
        missing: open - free - expected,
        availability: order_availability(std::slice::from_ref(supply)),
    }
}

fn always_there(supply: &LineSupply) -> LineAvailability {
    LineAvailability {
        needed: supply.needed,
        consumed: supply.consumed,
        reserved: supply.reserved,
        free: (supply.needed.saturating_sub(covered(supply))).max(Decimal::ZERO),
        expected: Decimal::ZERO,
        expected_at: None,
        missing: Decimal::ZERO,
        availability: if supply.consumed >= supply.needed {
            MaterialAvailability::Issued
        } else {
            MaterialAvailability::Reserved
        },
    }
}
