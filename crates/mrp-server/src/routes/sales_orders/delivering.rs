//! Goods that go out for sales orders: not more than is open, and the order is delivered when nothing is.

use std::collections::{BTreeMap, BTreeSet};

use mrp_api::deliveries::DeliveryLineInput;
use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_domain::ids::SalesOrderLineId;
use mrp_domain::sales_order::{SalesOrderCommand, SoldLine, WrongState, decide, state_of};
use mrp_store::sales_orders::{self as store, SalesOrderRow, SoldLineRow};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::TABLE;
use crate::error::{ApiError, Faults};
use crate::noun::word;
use crate::routes::sales_reservations;

/// The sales orders that a delivery names, locked, with all their lines as they will be.
#[derive(Debug, Default)]
pub struct Sold {
    orders: Vec<SalesOrderRow>,
    lines: BTreeMap<Uuid, SoldLineRow>,
}

/// Locks the sales orders of a delivery, and refuses what is more than they ask for. Call it before stock is locked.
///
/// # Errors
/// `state_forbids` when a sales order takes nothing; when Postgres fails.
pub async fn open(tx: &mut Tx, lines: &[DeliveryLineInput], faults: &mut Faults) -> Result<Sold, ApiError> {
    let named: Vec<Uuid> =
        lines.iter().filter_map(|line| line.sales_order_line_id).map(SalesOrderLineId::uuid).collect();
    if named.is_empty() {
        return Ok(Sold::default());
    }
    let ids: BTreeSet<Uuid> =
        store::lines_beside(tx.connection(), named.clone()).await?.iter().map(|line| line.sales_order_id).collect();
    let orders = store::lock(tx, ids.into_iter().collect()).await?;
    for order in &orders {
        decide(SalesOrderCommand::Deliver, word(&order.state)?).map_err(|WrongState { state, .. }| {
            let detail = say::SALES_ORDER_CALLED_IS.with("number", order.number.as_str());
            ApiError::new(&codes::STATE_FORBIDS, detail.with("state", state.as_str()))
        })?;
    }
    // Read again: what somebody delivered meanwhile counts.
    let found = store::lines_beside(tx.connection(), named).await?;
    let mut sold = Sold { orders, lines: found.into_iter().map(|line| (line.id, line)).collect() };
    for (place, line) in lines.iter().enumerate() {
        sold.take(place, line, faults);
    }
    Ok(sold)
}

impl Sold {
    fn take(&mut self, place: usize, line: &DeliveryLineInput, faults: &mut Faults) {
        let pointer = |field: &str| format!("/lines/{place}/{field}");
        let Some(id) = line.sales_order_line_id else { return };
        let Some(sold) = self.lines.get_mut(&id.uuid()) else {
            faults.add(
                pointer("sales_order_line_id"),
                &codes::REFERENCE_UNKNOWN,
                say::for_callers("there is no such line"),
            );
            return;
        };
        let is_same = sold.product_id == line.product_id.uuid();
        faults.require(is_same, &pointer("product_id"), say::OTHER_PRODUCT_SOLD);
        let detail = say::OTHER_UNIT_SOLD;
        faults.require(line.unit_id.is_none(), &pointer("unit_id"), detail);
        match as_sold(sold).deliver(line.quantity) {
            Ok(after) => sold.qty_delivered = after.delivered,
            Err(error) => faults.add(pointer("quantity"), &codes::OVER_DELIVERY, error),
        }
    }

    /// What is open of a line after the delivery.
    #[must_use]
    pub fn open_after(&self, line: Uuid) -> Decimal {
        self.lines.get(&line).map(|line| as_sold(line).open()).unwrap_or_default()
    }

    /// Writes what went out: for each move its line and how much; the orders follow.
    ///
    /// # Errors
    /// When Postgres fails.
    pub async fn delivered(self, tx: &mut Tx, went: &[(Uuid, Uuid, Decimal)], detail: &str) -> Result<(), ApiError> {
        if went.is_empty() {
            return Ok(());
        }
        let mut quantities: BTreeMap<Uuid, Decimal> = BTreeMap::new();
        for (_, line, quantity) in went {
            *quantities.entry(*line).or_default() += *quantity;
        }
        let moves: Vec<_> = went.iter().map(|(stock_move, line, _)| (*stock_move, *line)).collect();
        store::note_delivered(tx, &moves, &quantities.into_iter().collect::<Vec<_>>()).await?;
        let orders = self.orders.iter().map(|order| order.id).collect();
        for order in self.orders {
            let own = self.lines.values().filter(|line| line.sales_order_id == order.id);
            let state = state_of(&own.map(as_sold).collect::<Vec<_>>()).to_string();
            let (id, expected) = (order.id, order.version);
            let version = SalesOrderRow { state, ..order }.values().save(tx, id, Some(expected)).await?;
            tx.changed(TABLE, id, version, detail);
        }
        // What lies elsewhere for a line that was served from here is free again.
        sales_reservations::give_back(tx, orders, None).await?;
        Ok(())
    }
}

fn as_sold(line: &SoldLineRow) -> SoldLine {
    SoldLine { sold: line.quantity, delivered: line.qty_delivered }
}
