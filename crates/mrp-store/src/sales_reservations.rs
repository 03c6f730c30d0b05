//! What lies in stock for lines of sales orders. It is part of what balances have reserved: whoever changes it has locked
//! them.

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::{PgConnection, sql};
use crate::table::Version;
use crate::tx::Tx;

row! {
    /// Goods that lie somewhere for a line.
    pub struct SetAsideRow {
        pub line_id: Uuid = "r.sales_order_line_id",
        pub order_id: Uuid = "l.sales_order_id",
        pub order_number: String = "s.number",
        pub product_id: Uuid = "l.product_id",
        pub lot_id: Uuid = "r.lot_id",
        pub location_id: Uuid = "r.location_id",
        pub quantity: Decimal = "r.quantity",
        /// What was sold and not delivered of the line.
        pub qty_open: Decimal = "l.quantity - l.qty_delivered",
        /// Whether it lies where its order is delivered from, and the order still wants it.
        pub is_wanted: bool = "s.state = 'confirmed' AND k.warehouse_id = s.warehouse_id",
    }
}

const FROM: &str = "sales_reservation r JOIN sales_order_line l ON l.id = r.sales_order_line_id \
     JOIN sales_order s ON s.id = l.sales_order_id JOIN location k ON k.id = r.location_id \
     LEFT JOIN lot t ON t.id = r.lot_id";

/// What lies for the lines of sales orders, what expires last in front: that is given back first.
///
/// # Errors
/// When Postgres fails.
pub async fn of_orders(connection: &mut PgConnection, orders: Vec<Uuid>) -> Result<Vec<SetAsideRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM {FROM} WHERE l.sales_order_id = ANY($1) \
         ORDER BY coalesce(t.expires_on, 'infinity'::date) DESC, t.created_at DESC, r.lot_id",
        SetAsideRow::COLUMNS
    );
    Ok(sql(text).bind(orders).rows(connection).await?)
}

/// Locks the balances of what lies for locked sales orders, wherever that is, in the one global order. Nobody can set
/// aside more for them meanwhile.
///
/// # Errors
/// When Postgres fails.
pub async fn lock_balances(tx: &mut Tx, orders: Vec<Uuid>) -> Result<(), StoreError> {
    const TEXT: &str = "SELECT count(*) FROM (SELECT 1 FROM stock_balance b WHERE (b.product_id, b.lot_id, b.location_id) \
         IN (SELECT l.product_id, r.lot_id, r.location_id FROM sales_order_line l \
         JOIN sales_reservation r ON r.sales_order_line_id = l.id WHERE l.sales_order_id = ANY($1)) \
         ORDER BY b.product_id, b.lot_id, b.location_id FOR UPDATE OF b) b";
    tx.holds_much();
    sql(TEXT).bind(orders).run(tx.connection()).await?;
    Ok(())
}

/// What lies for these lines at a place, what expires first in front.
///
/// # Errors
/// When Postgres fails.
pub async fn of_lines(
    connection: &mut PgConnection,
    lines: Vec<Uuid>,
    location: Uuid,
) -> Result<Vec<SetAsideRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM {FROM} WHERE r.sales_order_line_id = ANY($1) AND r.location_id = $2 \
         ORDER BY coalesce(t.expires_on, 'infinity'::date), t.created_at, r.lot_id",
        SetAsideRow::COLUMNS
    );
    Ok(sql(text).bind(lines).bind(location).rows(connection).await?)
}

/// What lies of these products at a warehouse for anybody, the youngest orders in front.
///
/// # Errors
/// When Postgres fails.
pub async fn of_products(
    connection: &mut PgConnection,
    warehouse: Uuid,
    products: Vec<Uuid>,
) -> Result<Vec<SetAsideRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM {FROM} WHERE k.warehouse_id = $1 AND l.product_id = ANY($2) ORDER BY s.number DESC, l.id",
        SetAsideRow::COLUMNS
    );
    Ok(sql(text).bind(warehouse).bind(products).rows(connection).await?)
}

row! {
    /// The line that an order makes goods for, with what its sales order wants.
    pub struct MadeForRow {
        pub line_id: Uuid = "l.id",
        pub order_id: Uuid = "l.sales_order_id",
        pub sold: Decimal = "l.quantity",
        pub delivered: Decimal = "l.qty_delivered",
        pub set_aside: Decimal = "coalesce((SELECT sum(r.quantity) FROM sales_reservation r WHERE r.sales_order_line_id = l.id), 0)",
        pub is_wanted: bool = "s.state = 'confirmed' AND s.warehouse_id = o.finished_products_warehouse_id AND l.product_id = o.product_id",
    }
}

/// The line that an order makes goods for, with its sales order locked; none for an order that is made for nobody.
///
/// # Errors
/// When Postgres fails.
pub async fn lock_made_for(tx: &mut Tx, order: Uuid) -> Result<Option<MadeForRow>, StoreError> {
    const LOCK: &str = "SELECT s.id FROM sales_order s WHERE s.id = (SELECT l.sales_order_id FROM manufacturing_order o \
         JOIN sales_order_line l ON l.id = o.sales_order_line_id WHERE o.id = $1) FOR UPDATE";
    let locked: Vec<crate::table::Id> = sql(LOCK).bind(order).rows(tx.connection()).await?;
    if locked.is_empty() {
        return Ok(None);
    }
    let text = format!(
        "SELECT {} FROM manufacturing_order o JOIN sales_order_line l ON l.id = o.sales_order_line_id \
         JOIN sales_order s ON s.id = l.sales_order_id WHERE o.id = $1",
        MadeForRow::COLUMNS
    );
    Ok(sql(text).bind(order).rows(tx.connection()).await?.into_iter().next())
}

/// Locks sales orders, by key.
///
/// # Errors
/// When Postgres fails.
pub async fn lock_orders(tx: &mut Tx, orders: Vec<Uuid>) -> Result<(), StoreError> {
    const TEXT: &str = "SELECT count(*) FROM (SELECT 1 FROM sales_order WHERE id = ANY($1) ORDER BY id FOR UPDATE) s";
    if !orders.is_empty() {
        sql(TEXT).bind(orders).run(tx.connection()).await?;
    }
    Ok(())
}

/// A change of what lies for a line.
#[derive(Debug, Clone, Copy)]
pub struct SetAsideValues {
    /// The line.
    pub line_id: Uuid,
    /// Its product.
    pub product_id: Uuid,
    /// The lot.
    pub lot_id: Uuid,
    /// The place.
    pub location_id: Uuid,
    /// Positive sets aside, negative gives back.
    pub quantity: Decimal,
}

/// Sets goods aside for lines and gives them back, together with the balances, which are locked already.
///
/// # Errors
/// [`StoreError::Check`] when more would be promised than there is, or given back than lies there.
pub async fn change(tx: &mut Tx, changes: &[SetAsideValues]) -> Result<(), StoreError> {
    const MORE: &str = "INSERT INTO sales_reservation (sales_order_line_id, lot_id, location_id, quantity) \
         SELECT c.line_id, c.lot_id, c.location_id, sum(c.quantity) \
         FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::numeric[]) AS c(line_id, lot_id, location_id, quantity) \
         WHERE c.quantity > 0 GROUP BY c.line_id, c.lot_id, c.location_id \
         ON CONFLICT (sales_order_line_id, lot_id, location_id) \
         DO UPDATE SET quantity = sales_reservation.quantity + excluded.quantity";
    const GONE: &str = "DELETE FROM sales_reservation r USING (SELECT c.line_id, c.lot_id, c.location_id, \
         sum(c.quantity) AS quantity FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::numeric[]) \
         AS c(line_id, lot_id, location_id, quantity) WHERE c.quantity < 0 GROUP BY 1, 2, 3) c \
         WHERE r.sales_order_line_id = c.line_id AND r.lot_id = c.lot_id AND r.location_id = c.location_id \
         AND r.quantity + c.quantity = 0";
    const LESS: &str = "UPDATE sales_reservation r SET quantity = r.quantity + c.quantity FROM (SELECT c.line_id, \
         c.lot_id, c.location_id, sum(c.quantity) AS quantity FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], \
         $4::numeric[]) AS c(line_id, lot_id, location_id, quantity) WHERE c.quantity < 0 GROUP BY 1, 2, 3) c \
         WHERE r.sales_order_line_id = c.line_id AND r.lot_id = c.lot_id AND r.location_id = c.location_id";
    const BALANCES: &str = "UPDATE stock_balance b SET reserved = b.reserved + c.quantity FROM (SELECT c.product_id, \
         c.lot_id, c.location_id, sum(c.quantity) AS quantity FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], \
         $4::numeric[]) AS c(product_id, lot_id, location_id, quantity) GROUP BY 1, 2, 3) c \
         WHERE b.product_id = c.product_id AND b.lot_id = c.lot_id AND b.location_id = c.location_id";
    if changes.is_empty() {
        return Ok(());
    }
    let column = |of: fn(&SetAsideValues) -> Uuid| changes.iter().map(of).collect::<Vec<_>>();
    let quantities = || changes.iter().map(|change| change.quantity).collect::<Vec<_>>();
    for text in [MORE, GONE, LESS] {
        sql(text)
            .bind(column(|change| change.line_id))
            .bind(column(|change| change.lot_id))
            .bind(column(|change| change.location_id))
            .bind(quantities())
            .run(tx.connection())
            .await?;
    }
    sql(BALANCES)
        .bind(column(|change| change.product_id))
        .bind(column(|change| change.lot_id))
        .bind(column(|change| change.location_id))
        .bind(quantities())
        .run(tx.connection())
        .await?;
    Ok(())
}

/// Counts a change of what lies for a locked sales order, and returns its version.
///
/// # Errors
/// When Postgres fails.
pub async fn touch(tx: &mut Tx, order: Uuid) -> Result<i64, StoreError> {
    const TEXT: &str = "UPDATE sales_order SET version = version + 1 WHERE id = $1 RETURNING version";
    Ok(sql(TEXT).bind(order).one::<Version>(tx.connection()).await?.version)
}
