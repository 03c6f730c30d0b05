//! Stock: places, moves between them, and what the goods are worth.
//!
//! Every change of stock is a move with two ends: what leaves one location enters another, so the sum over all
//! locations is always zero and a balance is nothing but a fold of moves. Goods come from and go to the outside
//! through locations that are not counted as stock (suppliers, customers, production, scrap, adjustment).
//! Undoing is a move back; no move is ever changed.
//!
//! Who gets stock is decided in [`reservation`](crate::reservation).

pub mod correction;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::ids::{LocationId, LotId, ProductId};
use crate::money::Money;
use crate::quantity::{Exact, PositiveQuantity, QuantityError};
use crate::vocabulary;

vocabulary! {
    /// What a location stands for.
    pub enum LocationKind {
        /// A shelf, a room, a yard: what is there is our stock.
        Internal = "internal",
        /// Where bought goods come from.
        Supplier = "supplier",
        /// Where sold goods go.
        Customer = "customer",
        /// Where components go in and products come out.
        Production = "production",
        /// Where spoiled goods go.
        Scrap = "scrap",
        /// Where counting differences come from and go to.
        Adjustment = "adjustment",
    }
}

impl LocationKind {
    /// Whether goods there are our stock, counted and valued.
    #[must_use]
    pub const fn is_stock(self) -> bool {
        match self {
            Self::Internal => true,
            Self::Supplier | Self::Customer | Self::Production | Self::Scrap | Self::Adjustment => false,
        }
    }
}

vocabulary! {
    /// What a move of goods was.
    pub enum MoveKind {
        /// They came from a supplier.
        Receipt = "receipt",
        /// They went into production.
        Consumption = "consumption",
        /// They came out of production.
        Output = "output",
        /// They went from one warehouse to another.
        Transfer = "transfer",
        /// They went to a customer.
        Delivery = "delivery",
        /// They were thrown away.
        Scrap = "scrap",
        /// They were counted in or out.
        Count = "count",
    }
}

vocabulary! {
    /// How far a count is.
    pub enum CountState {
        /// People are counting.
        Draft = "draft",
        /// Stock is corrected.
        Posted = "posted",
    }
}

vocabulary! {
    /// Where a difference between what goods cost and their standard cost comes from.
    pub enum DifferenceKind {
        /// They were bought for more or less.
        Price = "price",
        /// They were made for more or less.
        Output = "output",
        /// The standard cost changed while they lay there.
        Revaluation = "revaluation",
    }
}

impl MoveKind {
    /// Of a move between places of these kinds.
    #[must_use]
    pub const fn of(from: LocationKind, to: LocationKind) -> Self {
        match (from, to) {
            (LocationKind::Supplier, _) | (_, LocationKind::Supplier) => Self::Receipt,
            (LocationKind::Customer, _) | (_, LocationKind::Customer) => Self::Delivery,
            (LocationKind::Scrap, _) | (_, LocationKind::Scrap) => Self::Scrap,
            (LocationKind::Adjustment, _) | (_, LocationKind::Adjustment) => Self::Count,
            (LocationKind::Production, _) => Self::Output,
            (LocationKind::Internal, LocationKind::Production) => Self::Consumption,
            (LocationKind::Internal, LocationKind::Internal) => Self::Transfer,
        }
    }
}

/// Where a balance is kept: product, lot, location. The derived order is the one global order in which balance
/// rows are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BalanceKey {
    /// The product.
    pub product: ProductId,
    /// The lot or serial number, for tracked products.
    pub lot: Option<LotId>,
    /// The place.
    pub location: LocationId,
}

/// Why a move or an issue is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StockRefusal {
    /// A move needs two different ends.
    #[error("goods cannot move from a location to itself")]
    SameLocation,
    /// More would leave than there is.
    #[error("{wanted} wanted, {on_hand} on hand")]
    NotEnough {
        /// What was wanted.
        wanted: Decimal,
        /// What there is.
        on_hand: Decimal,
    },
    /// Orders hold more than would be left.
    #[error("{left} would be left, {reserved} are reserved for orders")]
    Reserved {
        /// What would be left.
        left: Decimal,
        /// What orders hold.
        reserved: Decimal,
    },
    /// The amounts cannot be computed.
    #[error(transparent)]
    Quantity(#[from] QuantityError),
}

impl StockRefusal {
    /// Every code that [`StockRefusal::code`] can return.
    pub const CODES: &'static [&'static str] =
        &["same_location", "stock_short", "stock_reserved", "quantity_out_of_range"];

    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SameLocation => "same_location",
            Self::NotEnough { .. } => "stock_short",
            Self::Reserved { .. } => "stock_reserved",
            Self::Quantity(_) => "quantity_out_of_range",
        }
    }
}

/// One entry of the ledger: a quantity of a product goes from one location to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockMove {
    product: ProductId,
    lot: Option<LotId>,
    from: LocationId,
    to: LocationId,
    quantity: PositiveQuantity,
    value: Money,
}

impl StockMove {
    /// A move with what the goods are worth, in the product's stock unit.
    ///
    /// # Errors
    /// [`StockRefusal::SameLocation`].
    pub fn new(
        product: ProductId,
        lot: Option<LotId>,
        from: LocationId,
        to: LocationId,
        quantity: PositiveQuantity,
        value: Money,
    ) -> Result<Self, StockRefusal> {
        if from == to {
            return Err(StockRefusal::SameLocation);
        }
        Ok(Self { product, lot, from, to, quantity, value })
    }

    /// The balance that loses the goods.
    #[must_use]
    pub const fn source(&self) -> BalanceKey {
        BalanceKey { product: self.product, lot: self.lot, location: self.from }
    }

    /// The balance that gains the goods.
    #[must_use]
    pub const fn target(&self) -> BalanceKey {
        BalanceKey { product: self.product, lot: self.lot, location: self.to }
    }

    /// How much moves.
    #[must_use]
    pub const fn quantity(&self) -> PositiveQuantity {
        self.quantity
    }

    /// What it is worth.
    #[must_use]
    pub const fn value(&self) -> Money {
        self.value
    }

    /// The move that undoes this one: the same goods the other way, at the value at which they can be taken back
    /// (see [`Valuation::take_back`]; goods that come home bring the value they left with).
    #[must_use]
    pub const fn compensating(&self, value: Money) -> Self {
        Self { from: self.to, to: self.from, value, ..*self }
    }
}

/// On hand per balance as a fold of moves. Locations outside count too (below zero for suppliers), so every
/// product sums to zero; balances of nothing are left out.
#[must_use]
pub fn balances<'a>(moves: impl IntoIterator<Item = &'a StockMove>) -> BTreeMap<BalanceKey, Decimal> {
    let mut on_hand: BTreeMap<BalanceKey, Decimal> = BTreeMap::new();
    for entry in moves {
        let quantity = entry.quantity.get();
        *on_hand.entry(entry.source()).or_default() -= quantity;
        *on_hand.entry(entry.target()).or_default() += quantity;
    }
    on_hand.retain(|_, quantity| !quantity.is_zero());
    on_hand
}

/// Whether a move may leave its source.
///
/// `on_hand` is what the source holds now; locations outside, and warehouses that allow it, may go below zero.
///
/// # Errors
/// [`StockRefusal::NotEnough`].
pub fn may_leave(
    entry: &StockMove,
    source_kind: LocationKind,
    on_hand: Decimal,
    negative_allowed: bool,
) -> Result<(), StockRefusal> {
    let wanted = entry.quantity.get();
    if source_kind.is_stock() && !negative_allowed && on_hand < wanted {
        return Err(StockRefusal::NotEnough { wanted, on_hand });
    }
    Ok(())
}

/// What a stock of one product is worth, at the moving average of what came in.
///
/// The value is kept as a whole and the unit cost follows from it, never the other way round: so what was paid is
/// what is given out, to the cent, in whatever portions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Valuation {
    quantity: Decimal,
    value: Money,
}

impl Valuation {
    /// A stock as stored.
    ///
    /// # Errors
    /// [`StockRefusal::NotEnough`] when it is below zero.
    pub fn new(quantity: Decimal, value: Money) -> Result<Self, StockRefusal> {
        if quantity < Decimal::ZERO {
            return Err(StockRefusal::NotEnough { wanted: Decimal::ZERO, on_hand: quantity });
        }
        Ok(Self { quantity, value })
    }

    /// How much there is.
    #[must_use]
    pub const fn quantity(&self) -> Decimal {
        self.quantity
    }

    /// What all of it is worth.
    #[must_use]
    pub const fn value(&self) -> Money {
        self.value
    }

    /// What one unit is worth; none when there is none. Not rounded, for showing and for planning.
    #[must_use]
    pub fn unit_cost(&self) -> Option<Decimal> {
        self.value.amount().checked_div(self.quantity)
    }

    /// Adds goods at what they cost.
    pub fn receive(&mut self, quantity: PositiveQuantity, value: Money) {
        self.quantity += quantity.get();
        self.value += value;
    }

    /// Takes goods out and returns what they are worth. The last unit takes all that is left of the value.
    ///
    /// # Errors
    /// [`StockRefusal::NotEnough`], and [`StockRefusal::Quantity`] for amounts beyond calculation.
    pub fn issue(&mut self, quantity: PositiveQuantity) -> Result<Money, StockRefusal> {
        let wanted = quantity.get();
        if wanted > self.quantity {
            return Err(StockRefusal::NotEnough { wanted, on_hand: self.quantity });
        }
        let value = if wanted == self.quantity {
            self.value
        } else {
            let share = Exact::from_decimal(self.value.amount())
                .mul(quantity.exact())?
                .div(Exact::from_decimal(self.quantity))?;
            Money::round_half_even(share.to_decimal())
        };
        self.quantity -= wanted;
        self.value -= value;
        Ok(value)
    }

    /// Takes goods out again at the value at which they came in, as far as that value is still there, and returns
    /// what they really take with them. A difference is the caller's to post: the goods were mixed with others
    /// since, and some have left at the average.
    ///
    /// # Errors
    /// [`StockRefusal::NotEnough`].
    pub fn take_back(&mut self, quantity: PositiveQuantity, value: Money) -> Result<Money, StockRefusal> {
        let wanted = quantity.get();
        if wanted > self.quantity {
            return Err(StockRefusal::NotEnough { wanted, on_hand: self.quantity });
        }
        let taken = if wanted == self.quantity { self.value } else { value.min(self.value) };
        self.quantity -= wanted;
        self.value -= taken;
        Ok(taken)
    }
}
