//! Buying what orders lack: what is still to be asked for, and the states of the papers.
//!
//! Which offer is best is in [`offers`], who gets what comes in is in [`receiving`].

pub mod offers;
pub mod receiving;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::ids::{MaterialLineId, ProductId};
use crate::reservation::{FreeBalance, Need, plan_reservation};
use crate::vocabulary;

vocabulary! {
    /// Where a purchase request stands, by the line that is least far; lines that are given up do not count.
    pub enum PurchaseRequestState {
        /// Nobody has asked a supplier yet.
        Open = "open",
        /// Suppliers were asked, or an order is written and not sent.
        Quoting = "quoting",
        /// Everything is ordered.
        Ordered = "ordered",
        /// Everything has come.
        Received = "received",
        /// Given up.
        Cancelled = "cancelled",
    }
}

vocabulary! {
    /// Where a request for quotation stands.
    pub enum RequestForQuotationState {
        /// Being written.
        Draft = "draft",
        /// With the suppliers.
        Sent = "sent",
        /// Every line has its offer.
        Decided = "decided",
        /// Given up.
        Cancelled = "cancelled",
    }
}

vocabulary! {
    /// Where a purchase order stands.
    pub enum PurchaseOrderState {
        /// Being written.
        Draft = "draft",
        /// With the supplier.
        Ordered = "ordered",
        /// Some of it has come.
        PartlyReceived = "partly_received",
        /// All of it has come.
        Received = "received",
        /// Given up; what has come by then stays.
        Cancelled = "cancelled",
    }
}

vocabulary! {
    /// What can be done with a purchase order.
    pub enum PurchaseOrderCommand {
        /// Change its lines.
        Change = "change",
        /// Send it to the supplier.
        Order = "order",
        /// Receive goods.
        Receive = "receive",
        /// Give it up, or what is left of it.
        Cancel = "cancel",
    }
}

/// Why something cannot be done with a purchase order now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PurchaseOrderRefusal {
    /// Its state forbids it.
    #[error("a purchase order that is {state} cannot do that: {command}")]
    State {
        /// Its state.
        state: PurchaseOrderState,
        /// What was asked.
        command: PurchaseOrderCommand,
    },
    /// A line has no price, so that nobody knows what the goods will be worth.
    #[error("{lines} lines have no price")]
    PriceMissing {
        /// How many.
        lines: usize,
    },
    /// There is nothing on it.
    #[error("the purchase order has no lines")]
    Empty,
}

/// What is known of a purchase order when something is asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurchaseOrderFacts {
    /// Its state.
    pub state: PurchaseOrderState,
    /// How many lines it has.
    pub lines: usize,
    /// How many of them have no price.
    pub without_price: usize,
}

/// The state that a purchase order has next, or why not. Receiving asks [`after_receipt`] for it.
///
/// # Errors
/// [`PurchaseOrderRefusal`].
pub fn decide(
    command: PurchaseOrderCommand,
    facts: &PurchaseOrderFacts,
) -> Result<PurchaseOrderState, PurchaseOrderRefusal> {
    use PurchaseOrderCommand as C;
    use PurchaseOrderState as S;
    match (command, facts.state) {
        (C::Change, S::Draft) => Ok(S::Draft),
        (C::Order, S::Draft) if facts.lines == 0 => Err(PurchaseOrderRefusal::Empty),
        (C::Order, S::Draft) if facts.without_price > 0 => {
            Err(PurchaseOrderRefusal::PriceMissing { lines: facts.without_price })
        }
        (C::Order, S::Draft) => Ok(S::Ordered),
        (C::Receive, S::Ordered | S::PartlyReceived) => Ok(S::PartlyReceived),
        (C::Cancel, S::Draft | S::Ordered | S::PartlyReceived) => Ok(S::Cancelled),
        (C::Change, S::Ordered | S::PartlyReceived | S::Received | S::Cancelled)
        | (C::Order, S::Ordered | S::PartlyReceived | S::Received | S::Cancelled)
        | (C::Receive, S::Draft | S::Received | S::Cancelled)
        | (C::Cancel, S::Received | S::Cancelled) => Err(PurchaseOrderRefusal::State { state: facts.state, command }),
    }
}

/// The state after goods came in, from what is ordered and received of each line.
#[must_use]
pub fn after_receipt(lines: impl IntoIterator<Item = (Decimal, Decimal)>) -> PurchaseOrderState {
    let is_open = |(ordered, received): (Decimal, Decimal)| received < ordered;
    if lines.into_iter().any(is_open) { PurchaseOrderState::PartlyReceived } else { PurchaseOrderState::Received }
}

vocabulary! {
    /// What can be done with a request for quotation.
    pub enum RequestForQuotationCommand {
        /// Ask one more supplier.
        Ask = "ask",
        /// Send it to the suppliers.
        Send = "send",
        /// Record an offer.
        Record = "record",
        /// Take offers.
        Choose = "choose",
        /// Give it up.
        Cancel = "cancel",
    }
}

/// A request for quotation in this state does not take this command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a request for quotation that is {state} cannot do that: {command}")]
pub struct RequestForQuotationRefusal {
    /// Its state.
    pub state: RequestForQuotationState,
    /// What was asked.
    pub command: RequestForQuotationCommand,
}

/// The state that a request for quotation has next, or why not. Offers may come before it was sent: by telephone. Once
/// an offer is taken for every line it is decided; `all_chosen` says whether that is so after the command.
///
/// # Errors
/// [`RequestForQuotationRefusal`].
pub fn decide_quotation(
    command: RequestForQuotationCommand,
    state: RequestForQuotationState,
    all_chosen: bool,
) -> Result<RequestForQuotationState, RequestForQuotationRefusal> {
    use RequestForQuotationCommand as C;
    use RequestForQuotationState as S;
    match (command, state) {
        (C::Ask | C::Record, S::Draft | S::Sent) => Ok(state),
        (C::Send, S::Draft) => Ok(S::Sent),
        (C::Choose, S::Draft | S::Sent) if all_chosen => Ok(S::Decided),
        (C::Choose, S::Draft | S::Sent) => Ok(state),
        (C::Cancel, S::Draft | S::Sent) => Ok(S::Cancelled),
        (C::Send, S::Sent) | (C::Ask | C::Send | C::Record | C::Choose | C::Cancel, S::Decided | S::Cancelled) => {
            Err(RequestForQuotationRefusal { state, command })
        }
    }
}

/// What a component still has to be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uncovered {
    /// The order's line.
    pub line: MaterialLineId,
    /// The product.
    pub product: ProductId,
    /// How much, in the product's unit.
    pub quantity: Decimal,
}

/// What nobody has and nobody has asked for: what each component needs beyond what is reserved, less the free stock
/// that it would get, less what is asked for it already.
///
/// `needs` are those of all orders that compete for the stock, so that free goods are counted for one of them only.
/// `asked` says how much is on its way to each line, from the request to the goods that have not come.
#[must_use]
pub fn uncovered(
    needs: &[Need],
    balances: &[FreeBalance],
    asked: &BTreeMap<MaterialLineId, Decimal>,
) -> Vec<Uncovered> {
    let products: BTreeMap<MaterialLineId, ProductId> = needs.iter().map(|need| (need.line, need.product)).collect();
    let shortages = plan_reservation(needs, balances).shortages;
    let open = shortages.into_iter().filter_map(|shortage| {
        let asked = asked.get(&shortage.line).copied().unwrap_or_default().max(Decimal::ZERO);
        let quantity = shortage.missing.saturating_sub(asked);
        let product = products.get(&shortage.line).copied()?;
        (quantity > Decimal::ZERO).then_some(Uncovered { line: shortage.line, product, quantity })
    });
    open.collect()
}
