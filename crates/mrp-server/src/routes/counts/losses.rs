//! Who loses something when a count finds less than is reserved: components of orders first, then customers.

use std::collections::{BTreeMap, BTreeSet};

use mrp_api::counts::CountLoser;
use mrp_domain::ids::{ManufacturingOrderId, MaterialLineId, SalesOrderId};
use mrp_domain::reservation::{Holding, give_up};
use mrp_domain::time::Instant;
use mrp_store::counts::{self as store, CountLineRow, HoldingRow};
use mrp_store::material_lines::ReservationValues;
use mrp_store::sales_reservations::{SetAsideRow, SetAsideValues};
use mrp_store::sql::PgConnection;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::difference;
use crate::error::ApiError;
use crate::routes::manufacturing_orders::view::priority_of;
use crate::routes::sales_reservations;

/// What orders lose, by product and lot, and behind them what customers lose whom goods were made for.
#[derive(Debug, Default)]
pub(super) struct Losses(BTreeMap<(Uuid, Uuid), Vec<(HoldingRow, Decimal)>>, Vec<(SetAsideRow, Decimal)>);

impl Losses {
    /// What counting these lines takes from whom.
    ///
    /// # Errors
    /// When Postgres fails.
    pub(super) async fn read(
        connection: &mut PgConnection,
        warehouse: Uuid,
        lines: &[CountLineRow],
    ) -> Result<Self, ApiError> {
        let missing = |line: &CountLineRow| {
            let left = line.on_hand + difference(line).unwrap_or_default();
            (line.reserved - left.max(Decimal::ZERO)).max(Decimal::ZERO)
        };
        let short = lines.iter().filter(|line| difference(line).is_some() && missing(line) > Decimal::ZERO);
        let short = short.collect::<Vec<_>>();
        if short.is_empty() {
            return Ok(Self::default());
        }
        let products = short.iter().map(|line| line.product_id).collect::<Vec<_>>();
        let holdings = store::holdings(connection, warehouse, products.clone()).await?;
        let kept = mrp_store::sales_reservations::of_products(connection, warehouse, products).await?;
        let mut losses = BTreeMap::new();
        let mut customers = Vec::new();
        for line in short {
            let own = holdings.iter().filter(|one| (one.product_id, one.lot_id) == (line.product_id, line.lot_id));
            let own = own.cloned().collect::<Vec<_>>();
            let held = own.iter().map(holding).collect::<Vec<_>>();
            let lost = give_up(&held, missing(line)).into_iter().filter_map(|(id, quantity)| {
                let row = own.iter().find(|one| one.line_id == id.uuid())?;
                Some((row.clone(), quantity))
            });
            let lost = lost.collect::<Vec<_>>();
            let mut rest = missing(line) - lost.iter().map(|(_, quantity)| *quantity).sum::<Decimal>();
            for row in kept.iter().filter(|row| (row.product_id, row.lot_id) == (line.product_id, line.lot_id)) {
                let quantity = rest.min(row.quantity);
                if quantity > Decimal::ZERO {
                    rest -= quantity;
                    customers.push((row.clone(), quantity));
                }
            }
            losses.insert((line.product_id, line.lot_id), lost);
        }
        Ok(Self(losses, customers))
    }

    /// The orders and sales orders that lose some of a product's lot.
    pub(super) fn of(&self, product: Uuid, lot: Uuid) -> Vec<CountLoser> {
        let orders = self.0.get(&(product, lot)).into_iter().flatten().map(|(row, quantity)| CountLoser {
            manufacturing_order_id: Some(ManufacturingOrderId::from_uuid(row.order_id)),
            sales_order_id: None,
            number: row.number.clone(),
            quantity: *quantity,
        });
        let own = self.1.iter().filter(|(row, _)| (row.product_id, row.lot_id) == (product, lot));
        let customers = own.map(|(row, quantity)| CountLoser {
            manufacturing_order_id: None,
            sales_order_id: Some(SalesOrderId::from_uuid(row.order_id)),
            number: row.order_number.clone(),
            quantity: *quantity,
        });
        let mut losers: Vec<CountLoser> = Vec::new();
        for one in orders.chain(customers) {
            match losers.iter_mut().find(|known| known.number == one.number) {
                Some(known) => known.quantity += one.quantity,
                None => losers.push(one),
            }
        }
        losers
    }

    /// The orders that lose something.
    pub(super) fn orders(&self) -> BTreeSet<Uuid> {
        self.0.values().flatten().map(|(row, _)| row.order_id).collect()
    }

    /// The sales orders that lose something.
    pub(super) fn sales_orders(&self) -> BTreeSet<Uuid> {
        self.1.iter().map(|(row, _)| row.order_id).collect()
    }

    /// The numbers of orders and sales orders that lose something.
    pub(super) fn numbers(&self) -> Vec<String> {
        let orders = self.0.values().flatten().map(|(row, _)| row.number.clone());
        let numbers: BTreeSet<String> = orders.chain(self.1.iter().map(|(row, _)| row.order_number.clone())).collect();
        numbers.into_iter().collect()
    }

    /// Whether nobody loses anything.
    pub(super) fn is_empty(&self) -> bool {
        self.0.values().all(Vec::is_empty) && self.1.is_empty()
    }

    /// What ends of what lies for customers.
    pub(super) fn of_customers(&self) -> Vec<SetAsideValues> {
        self.1.iter().map(|(row, quantity)| sales_reservations::taken(row, *quantity)).collect()
    }

    /// What an order loses.
    pub(super) fn changes_of(&self, order: Uuid) -> Vec<ReservationValues> {
        let own = self.0.values().flatten().filter(|(row, _)| row.order_id == order);
        own.map(|(row, quantity)| ReservationValues {
            line_id: row.line_id,
            product_id: row.product_id,
            lot_id: row.lot_id,
            quantity: -*quantity,
        })
        .collect()
    }
}

fn holding(row: &HoldingRow) -> Holding {
    Holding {
        line: MaterialLineId::from_uuid(row.line_id),
        quantity: row.quantity,
        priority: priority_of(row.priority),
        deadline: row.date_deadline.map(Instant::from_datetime),
        order_number: row.number.clone(),
    }
}
