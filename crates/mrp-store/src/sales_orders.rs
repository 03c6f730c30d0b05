//! Sales orders with their lines, which are written as a whole, and the orders that make their goods.

use diesel_async::AsyncPgConnection;
use mrp_domain::time::Due;
use rust_decimal::Decimal;
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::tx::Tx;

table! {
    /// A sales order.
    pub struct SalesOrderRow of "sales_order" as "s" {
        pub number: String,
        pub state: String,
        pub customer: String,
        pub reference: String,
        pub channel: String,
        pub external_id: Option<String>,
        pub warehouse_id: Uuid,
        pub deliver_by: Option<OffsetDateTime>,
        pub note: String,
        pub created_by: Uuid,
        pub created_at: OffsetDateTime,
    }
    reads {
        pub warehouse_name: String = "w.name",
        pub created_by_name: String = "a.name",
        pub line_count: i64 = "(SELECT count(*) FROM sales_order_line l WHERE l.sales_order_id = s.id)",
        pub total: Decimal = "(SELECT coalesce(sum(l.quantity * l.unit_price), 0) FROM sales_order_line l WHERE l.sales_order_id = s.id)",
    }
}

/// The list of sales orders.
pub const LIST: ListSpec = ListSpec {
    from: "sales_order s JOIN warehouse w ON w.id = s.warehouse_id JOIN user_account a ON a.id = s.created_by",
    count_from: "sales_order s",
    id: "s.id",
    search: &["s.number", "s.customer", "s.reference", "coalesce(s.external_id, '')"],
    sorts: &[
        Sort { name: "number", sql: "s.number", cast: "text" },
        Sort { name: "customer", sql: "s.customer", cast: "text" },
        Sort { name: "state", sql: "s.state", cast: "text" },
        Sort { name: "channel", sql: "s.channel", cast: "text" },
        Sort { name: "deliver_by", sql: "coalesce(s.deliver_by, 'infinity')", cast: "timestamptz" },
        Sort { name: "created_at", sql: "s.created_at", cast: "timestamptz" },
    ],
};

/// What is free of the product of the line `l` in the warehouse of its order `s`, and may still be used.
macro_rules! free {
    () => {
        "coalesce((SELECT sum(b.on_hand - b.reserved) FROM stock_balance b JOIN location k ON k.id = b.location_id \
         LEFT JOIN lot t ON t.id = b.lot_id WHERE b.product_id = l.product_id AND k.warehouse_id = s.warehouse_id \
         AND (t.expires_on IS NULL OR t.expires_on >= (now() AT TIME ZONE (SELECT zone FROM setting))::date)), 0)"
    };
}

/// What lies for the line `l`, wherever that is and however old.
macro_rules! set_aside {
    () => {
        "coalesce((SELECT sum(r.quantity) FROM sales_reservation r WHERE r.sales_order_line_id = l.id), 0)"
    };
}

/// What lies for the line `l` in the warehouse of its order, and may still be used.
macro_rules! deliverable {
    () => {
        "coalesce((SELECT sum(r.quantity) FROM sales_reservation r JOIN location k ON k.id = r.location_id \
         LEFT JOIN lot t ON t.id = r.lot_id WHERE r.sales_order_line_id = l.id AND k.warehouse_id = s.warehouse_id \
         AND (t.expires_on IS NULL OR t.expires_on >= (now() AT TIME ZONE (SELECT zone FROM setting))::date)), 0)"
    };
}

/// Confirmed orders of which something open is free.
pub const IS_DELIVERABLE: &str = concat!(
    "(s.state = 'confirmed' AND EXISTS (SELECT FROM sales_order_line l WHERE l.sales_order_id = s.id \
     AND l.qty_delivered < l.quantity AND ",
    free!(),
    " + ",
    deliverable!(),
    " > 0))"
);

/// Confirmed orders with a line of a made product that neither stock nor a manufacturing order covers.
pub const IS_UNMADE: &str = concat!(
    "(s.state = 'confirmed' AND EXISTS (SELECT FROM sales_order_line l JOIN product p ON p.id = l.product_id \
     WHERE l.sales_order_id = s.id AND p.can_be_made AND NOT EXISTS (SELECT FROM manufacturing_order o \
     WHERE o.sales_order_line_id = l.id AND o.state <> 'cancelled') AND l.quantity - l.qty_delivered > ",
    free!(),
    "))"
);

/// Confirmed orders whose day stands so to today.
#[must_use]
pub fn due(due: Due) -> String {
    const DAY: &str = "(s.deliver_by AT TIME ZONE (SELECT zone FROM setting))::date";
    format!("(s.state = 'confirmed' AND {})", crate::list::due(due, DAY))
}

row! {
    /// One product of a sales order.
    pub struct SalesOrderLineRow {
        pub id: Uuid = "l.id",
        pub order_state: String = "s.state",
        pub product_id: Uuid = "l.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub unit_code: String = "u.code",
        pub is_made_when_sold: bool = "p.order_when_sold AND p.can_be_made AND p.active",
        pub quantity: Decimal = "l.quantity",
        pub unit_price: Decimal = "l.unit_price",
        pub qty_delivered: Decimal = "l.qty_delivered",
        pub qty_free: Decimal = free!(),
        pub qty_set_aside: Decimal = set_aside!(),
        pub qty_deliverable: Decimal = deliverable!(),
        pub cost_method: String = "p.cost_method",
        pub standard_cost: Option<Decimal> = "p.standard_cost",
        pub valued_quantity: Option<Decimal> = "v.quantity",
        pub valued_at: Option<Decimal> = "v.value",
    }
}

row! {
    /// An order that makes goods of a line.
    pub struct MakingRow {
        pub line_id: Uuid = "l.id",
        pub id: Uuid = "o.id",
        pub number: String = "o.number",
        pub state: String = "o.state",
        pub quantity: Decimal = "o.quantity",
        pub qty_done: Decimal = "o.qty_done",
        pub date_deadline: Option<OffsetDateTime> = "o.date_deadline",
        pub scheduled_finish: Option<OffsetDateTime> = "o.scheduled_finish",
        pub value: Option<Decimal> = "(SELECT sum(m.value) FROM stock_move m WHERE m.manufacturing_order_id = o.id \
             AND m.product_id = o.product_id AND m.from_location_id = '00000000-0000-7000-8000-000000000003')",
        pub finished_at: Option<OffsetDateTime> = "o.finished_at",
        pub has_moved: bool = "EXISTS (SELECT FROM stock_move m WHERE m.manufacturing_order_id = o.id)",
        pub version: i64 = "o.version",
    }
}

/// The lines of a sales order in their order.
///
/// # Errors
/// When Postgres fails.
pub async fn lines(connection: &mut AsyncPgConnection, id: Uuid) -> Result<Vec<SalesOrderLineRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM sales_order_line l JOIN sales_order s ON s.id = l.sales_order_id \
         JOIN product p ON p.id = l.product_id JOIN unit u ON u.id = p.unit_id \
         LEFT JOIN product_valuation v ON v.product_id = p.id WHERE l.sales_order_id = $1 ORDER BY l.position",
        SalesOrderLineRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

/// The orders that make goods of a sales order, by number.
///
/// # Errors
/// When Postgres fails.
pub async fn makings(connection: &mut AsyncPgConnection, id: Uuid) -> Result<Vec<MakingRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM sales_order_line l JOIN manufacturing_order o ON o.sales_order_line_id = l.id \
         WHERE l.sales_order_id = $1 ORDER BY o.number",
        MakingRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

row! {
    /// A part of a line that went out with a delivery.
    pub struct LineDeliveryRow {
        pub line_id: Uuid = "l.id",
        pub id: Uuid = "d.id",
        pub number: String = "d.number",
        pub delivered_at: OffsetDateTime = "d.delivered_at",
        pub quantity: Decimal = "sum(m.quantity)",
    }
}

/// What was delivered of a sales order, the oldest first.
///
/// # Errors
/// When Postgres fails.
pub async fn deliveries(connection: &mut AsyncPgConnection, id: Uuid) -> Result<Vec<LineDeliveryRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM sales_order_line l JOIN sales_delivery e ON e.sales_order_line_id = l.id \
         JOIN stock_move m ON m.id = e.stock_move_id JOIN delivery d ON d.id = m.delivery_id \
         WHERE l.sales_order_id = $1 GROUP BY l.id, d.id ORDER BY d.delivered_at, d.number",
        LineDeliveryRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

row! {
    /// What was sold on a line, and of which sales order it is.
    pub struct SoldLineRow {
        pub id: Uuid = "l.id",
        pub sales_order_id: Uuid = "l.sales_order_id",
        pub product_id: Uuid = "l.product_id",
        pub quantity: Decimal = "l.quantity",
        pub qty_delivered: Decimal = "l.qty_delivered",
    }
}

/// All lines of the sales orders that these lines belong to.
///
/// # Errors
/// When Postgres fails.
pub async fn lines_beside(connection: &mut AsyncPgConnection, ids: Vec<Uuid>) -> Result<Vec<SoldLineRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM sales_order_line l WHERE l.sales_order_id IN \
         (SELECT n.sales_order_id FROM sales_order_line n WHERE n.id = ANY($1))",
        SoldLineRow::COLUMNS
    );
    Ok(sql(text).bind(ids).rows(connection).await?)
}

/// Locks sales orders, in the order of their ids.
///
/// # Errors
/// When Postgres fails.
pub async fn lock(tx: &mut Tx, ids: Vec<Uuid>) -> Result<Vec<SalesOrderRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM {} WHERE {} = ANY($1) ORDER BY s.id FOR UPDATE OF s",
        SalesOrderRow::COLUMNS,
        LIST.from,
        LIST.id
    );
    Ok(sql(text).bind(ids).rows(tx.connection()).await?)
}

/// Writes what was delivered: for which line each move is, and how much of it each line got.
///
/// # Errors
/// What the constraints say.
pub async fn note_delivered(tx: &mut Tx, moves: &[(Uuid, Uuid)], lines: &[(Uuid, Decimal)]) -> Result<(), StoreError> {
    sql("INSERT INTO sales_delivery (stock_move_id, sales_order_line_id) SELECT * FROM unnest($1::uuid[], $2::uuid[])")
        .bind(moves.iter().map(|one| one.0).collect::<Vec<_>>())
        .bind(moves.iter().map(|one| one.1).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    sql("UPDATE sales_order_line l SET qty_delivered = l.qty_delivered + n.quantity \
         FROM unnest($1::uuid[], $2::numeric[]) AS n(id, quantity) WHERE l.id = n.id")
    .bind(lines.iter().map(|one| one.0).collect::<Vec<_>>())
    .bind(lines.iter().map(|one| one.1).collect::<Vec<_>>())
    .run(tx.connection())
    .await?;
    Ok(())
}

/// Locks a sales order that the caller has read at that version.
///
/// # Errors
/// [`StoreError::NotFound`], [`StoreError::Stale`].
pub async fn lock_expected(tx: &mut Tx, id: Uuid, expected: i64) -> Result<SalesOrderRow, StoreError> {
    let text = format!("SELECT {} FROM {} WHERE {} = $1 FOR UPDATE OF s", SalesOrderRow::COLUMNS, LIST.from, LIST.id);
    let row: SalesOrderRow = sql(text).bind(id).one(tx.connection()).await?;
    if row.version == expected { Ok(row) } else { Err(StoreError::Stale { current: row.version }) }
}

/// The sales order that a channel calls so.
///
/// # Errors
/// When Postgres fails.
pub async fn pushed(
    connection: &mut AsyncPgConnection,
    channel: String,
    external_id: String,
) -> Result<Option<Uuid>, StoreError> {
    let found = sql("SELECT id FROM sales_order WHERE channel = $1 AND external_id = $2");
    let found: Vec<crate::table::Id> = found.bind(channel).bind(external_id).rows(connection).await?;
    Ok(found.into_iter().next().map(|row| row.id))
}

row! {
    /// A product that is sold.
    pub struct SoldProductRow {
        pub id: Uuid = "p.id",
        pub code: String = "p.code",
        pub product_type: String = "p.product_type",
        pub can_be_sold: bool = "p.can_be_sold",
        pub active: bool = "p.active",
        pub is_template: bool = "p.is_template",
        pub selling_price: Option<Decimal> = "p.selling_price",
        pub unit_step: Decimal = "u.rounding_step",
    }
}

/// The products with these ids or codes, held as they are until the transaction ends.
///
/// # Errors
/// When Postgres fails.
pub async fn sold_products(tx: &mut Tx, ids: Vec<Uuid>, codes: Vec<String>) -> Result<Vec<SoldProductRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM product p JOIN unit u ON u.id = p.unit_id WHERE p.id = ANY($1) OR p.code = ANY($2) \
         ORDER BY p.id FOR KEY SHARE OF p",
        SoldProductRow::COLUMNS
    );
    Ok(sql(text).bind(ids).bind(codes).rows(tx.connection()).await?)
}

/// A line to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SalesOrderLineValues {
    /// Its id.
    pub id: Uuid,
    /// The product.
    pub product_id: Uuid,
    /// How much, in the product's unit.
    pub quantity: Decimal,
    /// The price of one.
    pub unit_price: Decimal,
}

/// Makes these the lines of a sales order, in this order.
///
/// # Errors
/// [`StoreError::Reference`] when a product does not exist.
pub async fn replace_lines(tx: &mut Tx, id: Uuid, lines: &[SalesOrderLineValues]) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    sql("DELETE FROM sales_order_line WHERE sales_order_id = $1 AND id <> ALL($2)")
        .bind(id)
        .bind(ids)
        .run(tx.connection())
        .await?;
    let values = lines.iter().zip(1..).map(|(line, position)| {
        serde_json::json!({
            "id": line.id, "position": position, "product_id": line.product_id,
            "quantity": line.quantity.to_string(), "unit_price": line.unit_price.to_string(),
        })
    });
    sql("INSERT INTO sales_order_line (id, sales_order_id, position, product_id, quantity, unit_price) \
         SELECT id, $1, position, product_id, quantity, unit_price FROM jsonb_to_recordset($2) \
         AS l(id uuid, position integer, product_id uuid, quantity numeric, unit_price numeric) \
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, product_id = excluded.product_id, \
         quantity = excluded.quantity, unit_price = excluded.unit_price")
    .bind(id)
    .bind(Value::from_iter(values))
    .run(tx.connection())
    .await?;
    Ok(())
}

/// Says which line a manufacturing order makes goods of.
///
/// # Errors
/// When Postgres fails.
pub async fn make_for(tx: &mut Tx, order: Uuid, line: Uuid) -> Result<(), StoreError> {
    sql("UPDATE manufacturing_order SET sales_order_line_id = $2 WHERE id = $1")
        .bind(order)
        .bind(line)
        .run(tx.connection())
        .await?;
    Ok(())
}
