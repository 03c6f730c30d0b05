//! Genealogy: what touched lots, and what lies on the other side of orders. One question per level and side, by index.

use diesel_async::AsyncPgConnection;
use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::sql;
use crate::stock::{ADJUSTMENT, CUSTOMER, PRODUCTION, SCRAP, SUPPLIER};

row! {
    /// What touched a lot, or lies on the other side of an order: amounts of one product and lot together.
    pub struct TraceRow {
        pub lot_id: Uuid = "g.lot_id",
        pub outside: Uuid = "g.outside",
        pub order_id: Option<Uuid> = "g.manufacturing_order_id",
        pub order_number: Option<String> = "o.number",
        pub receipt_id: Option<Uuid> = "g.receipt_id",
        pub receipt_number: Option<String> = "r.number",
        pub delivery_id: Option<Uuid> = "g.delivery_id",
        pub delivery_number: Option<String> = "d.number",
        pub lot_number: Option<String> = "k.number",
        pub product_id: Uuid = "p.id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub unit_code: String = "u.code",
        pub quantity: Decimal = "g.quantity",
        pub at: OffsetDateTime = "g.at",
    }
}

/// Which end of the moves lies outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Where they come from.
    From,
    /// Where they go.
    To,
}

impl End {
    const fn column(self) -> &'static str {
        match self {
            Self::From => "from_location_id",
            Self::To => "to_location_id",
        }
    }
}

/// What brought these lots into stock, or took them out of it.
///
/// # Errors
/// When Postgres fails.
pub async fn touches(
    connection: &mut AsyncPgConnection,
    lots: Vec<Uuid>,
    end: End,
) -> Result<Vec<TraceRow>, StoreError> {
    const OUTSIDE: [Uuid; 5] = [SUPPLIER, CUSTOMER, PRODUCTION, SCRAP, ADJUSTMENT];
    let condition = "m.lot_id = ANY($1) AND m.lot_id <> '00000000-0000-0000-0000-000000000000'";
    asking(connection, lots, end, condition, OUTSIDE.to_vec()).await
}

/// What these orders consumed (to production), or made (from production).
///
/// # Errors
/// When Postgres fails.
pub async fn others(
    connection: &mut AsyncPgConnection,
    orders: Vec<Uuid>,
    end: End,
) -> Result<Vec<TraceRow>, StoreError> {
    asking(connection, orders, end, "m.manufacturing_order_id = ANY($1)", vec![PRODUCTION]).await
}

async fn asking(
    connection: &mut AsyncPgConnection,
    ids: Vec<Uuid>,
    end: End,
    condition: &str,
    outside: Vec<Uuid>,
) -> Result<Vec<TraceRow>, StoreError> {
    let side = end.column();
    let text = format!(
        "SELECT {} FROM (SELECT m.product_id, m.lot_id, m.{side} AS outside, m.manufacturing_order_id, m.receipt_id, \
         m.delivery_id, sum(m.quantity) AS quantity, min(m.moved_at) AS at FROM stock_move m \
         WHERE {condition} AND m.{side} = ANY($2) GROUP BY 1, 2, 3, 4, 5, 6) g \
         JOIN product p ON p.id = g.product_id JOIN unit u ON u.id = p.unit_id LEFT JOIN lot k ON k.id = g.lot_id \
         LEFT JOIN manufacturing_order o ON o.id = g.manufacturing_order_id LEFT JOIN receipt r ON r.id = g.receipt_id \
         LEFT JOIN delivery d ON d.id = g.delivery_id ORDER BY g.at, p.code, k.number, g.lot_id",
        TraceRow::COLUMNS
    );
    Ok(sql(text).bind(ids).bind(outside).rows(connection).await?)
}
