//! Goods that come in with a receipt: those of purchase orders at the order's price and not more than may come. All are
//! set aside at once, first for whom they were bought, then for others who wait.

use std::collections::{BTreeMap, BTreeSet};

use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::stock::{ReceiptInput, ReceiptLineInput};
use mrp_domain::ids::{MaterialLineId, PurchaseOrderLineId, UnitId};
use mrp_domain::purchasing::receiving::{Counted, received_after, share_among};
use mrp_domain::purchasing::{PurchaseOrderCommand, PurchaseOrderFacts, PurchaseOrderState, after_receipt, decide};
use mrp_store::purchase_orders::{self as store, PurchaseOrderLineRow};
use mrp_store::receipts::ReceivedGoods;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::refused;
use crate::error::{ApiError, Faults};
use crate::noun::word;
use crate::routes::arrivals;

/// The lines of purchase orders that a receipt names, locked with their orders.
#[derive(Debug, Default)]
pub struct Ordered {
    lines: BTreeMap<Uuid, PurchaseOrderLineRow>,
}

/// Locks the purchase orders of a receipt, and gives its lines the unit and the price of what was ordered.
///
/// # Errors
/// `state_forbids` when an order takes nothing; when Postgres fails.
pub async fn open(
    tx: &mut Tx,
    input: &ReceiptInput,
    faults: &mut Faults,
) -> Result<(Vec<ReceiptLineInput>, Ordered), ApiError> {
    let named: Vec<Uuid> =
        input.lines.iter().filter_map(|line| line.purchase_order_line_id).map(PurchaseOrderLineId::uuid).collect();
    if named.is_empty() {
        return Ok((input.lines.clone(), Ordered::default()));
    }
    let orders: BTreeSet<Uuid> =
        store::lines_by_id(tx.connection(), named.clone()).await?.iter().map(|line| line.purchase_order_id).collect();
    for order in store::lock(tx, orders.into_iter().collect()).await? {
        let facts = PurchaseOrderFacts { state: word(&order.state)?, lines: 1, without_price: 0 };
        decide(PurchaseOrderCommand::Receive, &facts).map_err(refused)?;
    }
    // Read again: what somebody received meanwhile counts.
    let lines: BTreeMap<Uuid, PurchaseOrderLineRow> =
        store::lines_by_id(tx.connection(), named).await?.into_iter().map(|line| (line.id, line)).collect();
    let mut patched = Vec::with_capacity(input.lines.len());
    for (place, line) in input.lines.iter().enumerate() {
        patched.push(as_ordered(place, line, &lines, faults));
    }
    Ok((patched, Ordered { lines }))
}

fn as_ordered(
    place: usize,
    line: &ReceiptLineInput,
    lines: &BTreeMap<Uuid, PurchaseOrderLineRow>,
    faults: &mut Faults,
) -> ReceiptLineInput {
    let pointer = |field: &str| format!("/lines/{place}/{field}");
    let Some(id) = line.purchase_order_line_id else { return line.clone() };
    let Some(ordered) = lines.get(&id.uuid()) else {
        faults.add(
            pointer("purchase_order_line_id"),
            &codes::REFERENCE_UNKNOWN,
            say::for_callers("there is no such line"),
        );
        return line.clone();
    };
    let unit = UnitId::from_uuid(ordered.unit_id);
    let is_same = ordered.product_id == line.product_id.uuid();
    faults.require(is_same, &pointer("product_id"), say::OTHER_PRODUCT_ORDERED);
    let is_same = line.unit_id.is_none_or(|given| given == unit);
    faults.require(is_same, &pointer("unit_id"), say::OTHER_UNIT_ORDERED);
    faults.require(line.unit_cost.is_none(), &pointer("unit_cost"), say::COST_SAID_BY_ORDER);
    ReceiptLineInput { unit_id: Some(unit), unit_cost: ordered.price, ..line.clone() }
}

/// Goods of a receipt that were ordered: the line, the move, and how much came, in the product's unit.
#[derive(Debug, Clone, Copy)]
struct Came {
    line: Uuid,
    stock_move: Uuid,
    quantity: Decimal,
}

/// What came for purchase orders, and the manufacturing orders that wait for any of it.
#[derive(Debug, Default)]
pub struct Arrival {
    came: Vec<Came>,
    /// How much came of each line, in the unit of the line.
    quantities: BTreeMap<Uuid, Decimal>,
    requests: Vec<(Uuid, Decimal)>,
    waiting: arrivals::Arrival,
}

impl Ordered {
    /// What has come of each line by now.
    #[must_use]
    pub fn counted(&self) -> BTreeMap<Uuid, Counted> {
        let counted =
            |line: &PurchaseOrderLineRow| Counted { received: line.quantity_received, entered: line.qty_received };
        self.lines.iter().map(|(id, line)| (*id, counted(line))).collect()
    }

    /// Refuses what is too much, says for whom the rest is, and locks their orders. `goods` say the place of the line
    /// that each of them came with. Call it before lots and stock are locked.
    ///
    /// # Errors
    /// `validation_failed` with every line of which too much came.
    pub async fn arrive(
        &self,
        tx: &mut Tx,
        warehouse: Uuid,
        lines: &[ReceiptLineInput],
        goods: &[(usize, &ReceivedGoods)],
    ) -> Result<Arrival, ApiError> {
        let mut coming: BTreeMap<Uuid, Decimal> = BTreeMap::new();
        for (_, goods) in goods {
            *coming.entry(goods.product_id).or_default() += goods.quantity;
        }
        if self.lines.is_empty() {
            let waiting = arrivals::expect(tx, warehouse, &coming).await?;
            return Ok(Arrival { waiting, ..Arrival::default() });
        }
        let came: Vec<Came> = goods
            .iter()
            .filter_map(|(place, goods)| {
                let line = lines.get(*place)?.purchase_order_line_id?.uuid();
                Some(Came { line, stock_move: goods.id, quantity: goods.quantity })
            })
            .collect();
        self.refuse_too_much(tx, lines, goods).await?;
        let mut quantities: BTreeMap<Uuid, Decimal> = BTreeMap::new();
        for line in lines {
            if let Some(id) = line.purchase_order_line_id {
                *quantities.entry(id.uuid()).or_default() += line.quantity;
            }
        }
        let mut arrival = Arrival { came, quantities, ..Arrival::default() };
        let bought_for = arrival.share(tx).await?;
        let waiting = arrivals::Waiting::look(tx, warehouse, coming.keys().copied().collect()).await?;
        arrival.waiting = waiting.expect(tx, &coming, bought_for, &[]).await?;
        Ok(arrival)
    }

    async fn refuse_too_much(
        &self,
        tx: &mut Tx,
        lines: &[ReceiptLineInput],
        goods: &[(usize, &ReceivedGoods)],
    ) -> Result<(), ApiError> {
        let mut faults = Faults::default();
        let mut received: BTreeMap<Uuid, Decimal> = BTreeMap::new();
        let mut tolerance: BTreeMap<Uuid, Decimal> = BTreeMap::new();
        for (place, line) in lines.iter().enumerate() {
            let coming = goods.iter().filter(|(of, _)| *of == place).map(|(_, goods)| goods.quantity).sum();
            let known = line.purchase_order_line_id.and_then(|id| self.lines.get(&id.uuid()));
            let Some(known) = known else { continue };
            let order = known.purchase_order_id;
            let percent = match tolerance.get(&order) {
                Some(percent) => *percent,
                None => {
                    let columns = store::PurchaseOrderRow::COLUMNS;
                    let row = mrp_store::table::find::<store::PurchaseOrderRow>(
                        tx.connection(),
                        &store::LIST,
                        columns,
                        order,
                    )
                    .await?;
                    tolerance.insert(order, row.over_receipt_percent);
                    row.over_receipt_percent
                }
            };
            let before = received.get(&known.id).copied().unwrap_or(known.qty_received);
            match received_after(known.qty_ordered, before, coming, percent) {
                Ok(after) => {
                    received.insert(known.id, after);
                }
                Err(error) => faults.add(format!("/lines/{place}/quantity"), &codes::OVER_RECEIPT, error),
            }
        }
        faults.check_as(&codes::OVER_RECEIPT)
    }
}

impl Arrival {
    /// Says how much of what came is for which request, and so for which component.
    async fn share(&mut self, tx: &mut Tx) -> Result<BTreeMap<MaterialLineId, Decimal>, ApiError> {
        let mut bought_for: BTreeMap<MaterialLineId, Decimal> = BTreeMap::new();
        let rows = store::bought_for(tx, self.came.iter().map(|came| came.line).collect()).await?;
        let mut amounts: BTreeMap<Uuid, Decimal> = BTreeMap::new();
        for came in &self.came {
            *amounts.entry(came.line).or_default() += came.quantity;
        }
        for (line, amount) in amounts {
            let own: Vec<_> = rows.iter().filter(|row| row.purchase_order_line_id == line).collect();
            let shares = share_among(amount, &own.iter().map(|row| row.waiting).collect::<Vec<_>>());
            for (row, share) in own.iter().zip(shares).filter(|(_, share)| *share > Decimal::ZERO) {
                self.requests.push((row.id, share));
                if let Some(component) = row.material_line_id {
                    *bought_for.entry(MaterialLineId::from_uuid(component)).or_default() += share;
                }
            }
        }
        Ok(bought_for)
    }

    /// Writes what came to orders and requests, and sets it aside. The goods are in stock by now.
    ///
    /// # Errors
    /// `busy` when a balance stays locked too long.
    pub async fn take(self, tx: &mut Tx, ordered: &Ordered, goods: &[ReceivedGoods]) -> Result<(), ApiError> {
        let came = goods.iter().map(|one| arrivals::Came {
            product_id: one.product_id,
            lot_id: one.lot_id,
            quantity: one.quantity,
        });
        self.waiting.set_aside(tx, &came.collect::<Vec<_>>()).await?;
        if self.came.is_empty() {
            return Ok(());
        }
        let moves: Vec<(Uuid, Uuid)> = self.came.iter().map(|came| (came.stock_move, came.line)).collect();
        let mut lines: BTreeMap<Uuid, Decimal> = BTreeMap::new();
        for came in &self.came {
            *lines.entry(came.line).or_default() += came.quantity;
        }
        let orders: BTreeSet<Uuid> =
            lines.keys().filter_map(|line| ordered.lines.get(line)).map(|line| line.purchase_order_id).collect();
        let typed = |line: &Uuid| self.quantities.get(line).copied().unwrap_or_default();
        let lines: Vec<_> = lines.into_iter().map(|(line, entered)| (line, entered, typed(&line))).collect();
        store::note_received(tx, &moves, &lines, &self.requests).await?;
        for order in orders {
            let rows = store::lines(tx.connection(), order).await?;
            let state = after_receipt(rows.iter().map(|row| (row.qty_ordered, row.qty_received)));
            let version = store::set_state(tx, order, state.to_string(), None).await?;
            let word = if state == PurchaseOrderState::Received { "received" } else { "partly received" };
            tx.changed("purchase_order", order, version, word);
        }
        Ok(())
    }
}
