//! Sales orders: their life, how much of a line is still to be made, and what becomes of the orders that make it.
//!
//! A line and the manufacturing orders that make its goods keep to themselves: nothing is made without somebody who says
//! so, and an order that was started is never stopped by a customer who changes his mind. What differs is told instead:
//! so much is still to be made, so much is made too much.

use rust_decimal::Decimal;

use crate::manufacturing_order::ManufacturingOrderState;
use crate::money::{Money, UnitCost};
use crate::time::Instant;
use crate::vocabulary;

vocabulary! {
    /// The life of a sales order.
    pub enum SalesOrderState {
        /// Being written; nothing is promised.
        Draft = "draft",
        /// Promised to the customer.
        Confirmed = "confirmed",
        /// Everything was delivered.
        Delivered = "delivered",
        /// Given up before anything was delivered.
        Cancelled = "cancelled",
    }
}

vocabulary! {
    /// What can be done with a sales order.
    pub enum SalesOrderCommand {
        /// Change its fields and lines.
        Change = "change",
        /// Remove it as if it had never been.
        Remove = "remove",
        /// Promise it.
        Confirm = "confirm",
        /// Have the goods of a line made.
        Make = "make",
        /// Hand goods over to the customer.
        Deliver = "deliver",
        /// Give it up.
        Cancel = "cancel",
    }
}

vocabulary! {
    /// What becomes of an order that makes goods of a sales order, when that is cancelled.
    pub enum CancelEffect {
        /// Nothing was started: it is cancelled along.
        CancelledToo = "cancelled_too",
        /// Work has begun: it goes on, and its goods enter stock.
        GoesOn = "goes_on",
        /// It is over, and stays as it is.
        Over = "over",
    }
}

vocabulary! {
    /// Where the cost of a part of a line is known from, the surest first.
    pub enum CostBasis {
        /// What its orders truly cost that are done.
        Actual = "actual",
        /// What its orders are planned to cost that are not.
        Planned = "planned",
        /// What the product costs today: no order makes it.
        Product = "product",
    }
}

/// A part of a line with what one of it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CostedPart {
    /// Where that is known from.
    pub basis: CostBasis,
    /// How much of the line it is.
    pub quantity: Decimal,
    /// What one costs; none when nobody knows.
    pub unit_cost: Option<UnitCost>,
}

/// What a line costs, part by part: what is made first, then what is planned, the rest as the product.
#[must_use]
pub fn cost_parts(sold: Decimal, orders: &[CostedPart], product: Option<UnitCost>) -> Vec<CostedPart> {
    let mut rest = sold;
    let mut parts = Vec::new();
    for basis in [CostBasis::Actual, CostBasis::Planned] {
        for order in orders.iter().filter(|order| order.basis == basis) {
            let quantity = order.quantity.min(rest);
            if quantity > Decimal::ZERO {
                parts.push(CostedPart { quantity, ..*order });
                rest -= quantity;
            }
        }
    }
    if rest > Decimal::ZERO {
        parts.push(CostedPart { basis: CostBasis::Product, quantity: rest, unit_cost: product });
    }
    parts
}

/// What these parts cost together, rounded once; what nobody knows counts as nothing.
#[must_use]
pub fn cost_of(parts: &[CostedPart]) -> Money {
    let costs = parts.iter().filter_map(|part| Some(part.unit_cost?.times(part.quantity)));
    Money::round_half_even(costs.sum())
}

/// The command does not exist in this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{command}` is not possible while the sales order is `{state}`")]
pub struct WrongState {
    /// The state that the sales order is in.
    pub state: SalesOrderState,
    /// What was asked.
    pub command: SalesOrderCommand,
}

/// The state after a command.
///
/// # Errors
/// [`WrongState`]
pub const fn decide(command: SalesOrderCommand, state: SalesOrderState) -> Result<SalesOrderState, WrongState> {
    use SalesOrderCommand as Command;
    use SalesOrderState as State;
    match (command, state) {
        (Command::Change, State::Draft | State::Confirmed)
        | (Command::Remove, State::Draft)
        | (Command::Make | Command::Deliver, State::Confirmed) => Ok(state),
        (Command::Confirm, State::Draft) => Ok(State::Confirmed),
        (Command::Cancel, State::Draft | State::Confirmed) => Ok(State::Cancelled),
        (Command::Change, State::Delivered | State::Cancelled)
        | (Command::Remove | Command::Confirm, State::Confirmed | State::Delivered | State::Cancelled)
        | (Command::Make | Command::Deliver, State::Draft | State::Delivered | State::Cancelled)
        | (Command::Cancel, State::Delivered | State::Cancelled) => Err(WrongState { state, command }),
    }
}

impl SalesOrderState {
    /// How much of what was sold somebody still wants.
    #[must_use]
    pub const fn demands(self, sold: Decimal) -> Decimal {
        match self {
            Self::Draft | Self::Confirmed | Self::Delivered => sold,
            Self::Cancelled => Decimal::ZERO,
        }
    }
}

/// How somebody wants to cancel a sales order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelling {
    /// The orders that would be cancelled along stay instead.
    pub leaves_orders: bool,
    /// He may cancel manufacturing orders.
    pub may_cancel_orders: bool,
    /// He says why.
    pub has_reason: bool,
}

/// Why a sales order is not cancelled so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CancelRefusal {
    /// Manufacturing orders would be cancelled along by somebody who may not.
    #[error("manufacturing orders would be cancelled along")]
    OrdersOfOthers,
    /// Manufacturing orders would be cancelled along without a word.
    #[error("cancelling manufacturing orders needs a reason")]
    NoReason,
}

impl Cancelling {
    /// Whether these many orders that nobody has started are cancelled along.
    ///
    /// # Errors
    /// [`CancelRefusal`]
    pub const fn takes_along(self, orders: usize) -> Result<bool, CancelRefusal> {
        match self {
            _ if orders == 0 => Ok(false),
            Self { leaves_orders: true, .. } => Ok(false),
            Self { may_cancel_orders: false, .. } => Err(CancelRefusal::OrdersOfOthers),
            Self { has_reason: false, .. } => Err(CancelRefusal::NoReason),
            Self { .. } => Ok(true),
        }
    }
}

/// What was sold of a product, and what of it was delivered; in the product's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoldLine {
    /// How much was sold.
    pub sold: Decimal,
    /// How much of it was delivered.
    pub delivered: Decimal,
}

/// More would be delivered than is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{wanted} would be delivered, {open} are open")]
pub struct OverDelivery {
    /// What would be delivered.
    pub wanted: Decimal,
    /// What is open.
    pub open: Decimal,
}

impl SoldLine {
    /// What is not delivered yet.
    #[must_use]
    pub fn open(&self) -> Decimal {
        (self.sold - self.delivered).max(Decimal::ZERO)
    }

    /// The line after a delivery.
    ///
    /// # Errors
    /// [`OverDelivery`]
    pub fn deliver(self, quantity: Decimal) -> Result<Self, OverDelivery> {
        let open = self.open();
        if quantity > open {
            return Err(OverDelivery { wanted: quantity.normalize(), open: open.normalize() });
        }
        Ok(Self { delivered: self.delivered + quantity, ..self })
    }
}

/// How much of what comes in for a line is set aside for it, beside what lies there for it already: no more than is open.
#[must_use]
pub fn to_set_aside(line: SoldLine, set_aside: Decimal, came: Decimal) -> Decimal {
    came.min(line.open() - set_aside).max(Decimal::ZERO)
}

/// How much of what is set aside for a line nobody needs there any more, once so much is open.
#[must_use]
pub fn beyond(open: Decimal, set_aside: Decimal) -> Decimal {
    (set_aside - open).max(Decimal::ZERO)
}

/// The state of a confirmed sales order with these lines: it is delivered when nothing is open.
#[must_use]
pub fn state_of(lines: &[SoldLine]) -> SalesOrderState {
    match lines.iter().all(|line| line.open().is_zero()) {
        true => SalesOrderState::Delivered,
        false => SalesOrderState::Confirmed,
    }
}

/// A part of a line that went to the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandedOver {
    /// When.
    pub at: Instant,
    /// How much.
    pub quantity: Decimal,
}

/// An order that makes goods of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Making {
    /// Its state.
    pub state: ManufacturingOrderState,
    /// What it shall make, in the product's unit.
    pub quantity: Decimal,
    /// What it has made.
    pub qty_done: Decimal,
    /// When what it made entered stock.
    pub finished_at: Option<Instant>,
    /// Whether stock has moved for it: an order that has consumed something cannot be cancelled.
    pub has_moved: bool,
}

impl Making {
    /// What it contributes: what it shall make while it is open, what it has made once it is done.
    #[must_use]
    pub const fn contribution(&self) -> Decimal {
        match self.state {
            ManufacturingOrderState::Draft
            | ManufacturingOrderState::Confirmed
            | ManufacturingOrderState::Planned
            | ManufacturingOrderState::InProgress => self.quantity,
            ManufacturingOrderState::Done => self.qty_done,
            ManufacturingOrderState::Cancelled => Decimal::ZERO,
        }
    }

    /// What becomes of it when the sales order is cancelled.
    #[must_use]
    pub const fn when_cancelled(&self) -> CancelEffect {
        match self.state {
            ManufacturingOrderState::Draft | ManufacturingOrderState::Confirmed | ManufacturingOrderState::Planned
                if !self.has_moved =>
            {
                CancelEffect::CancelledToo
            }
            ManufacturingOrderState::Draft
            | ManufacturingOrderState::Confirmed
            | ManufacturingOrderState::Planned
            | ManufacturingOrderState::InProgress => CancelEffect::GoesOn,
            ManufacturingOrderState::Done | ManufacturingOrderState::Cancelled => CancelEffect::Over,
        }
    }
}

/// How a line and the orders that make its goods fit together; all in the product's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// What its orders make or have made.
    pub made: Decimal,
    /// What neither they nor a delivery covers.
    pub to_make: Decimal,
    /// What they make beyond what was sold.
    pub surplus: Decimal,
}

/// How a line of that quantity is covered. What was delivered before its orders had made it came from other stock, and
/// needs nobody to make it.
#[must_use]
pub fn coverage(sold: Decimal, deliveries: &[HandedOver], makings: &[Making]) -> Coverage {
    let made: Decimal = makings.iter().map(Making::contribution).sum();
    Coverage {
        made,
        to_make: (sold - made - of_other_stock(deliveries, makings)).max(Decimal::ZERO),
        surplus: (made - sold).max(Decimal::ZERO),
    }
}

/// What was delivered of goods that its own orders had not made by then; its own go first.
fn of_other_stock(deliveries: &[HandedOver], makings: &[Making]) -> Decimal {
    let mut deliveries = deliveries.to_vec();
    deliveries.sort_by_key(|delivery| delivery.at);
    let (mut own, mut other) = (Decimal::ZERO, Decimal::ZERO);
    for delivery in deliveries {
        let by_then = |making: &&Making| making.finished_at.is_some_and(|at| at <= delivery.at);
        let made: Decimal = makings.iter().filter(by_then).map(|making| making.qty_done).sum();
        let taken = delivery.quantity.min(made - own).max(Decimal::ZERO);
        own += taken;
        other += delivery.quantity - taken;
    }
    other
}
