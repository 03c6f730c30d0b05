//! Who waits for goods that come in, and the locks that serving them takes.

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::error::StoreError;
use crate::material_lines::FreeRow;
use crate::product_demands::ACTIVE;
use crate::sql::{PgConnection, sql};
use crate::tx::Tx;

/// Lines that wait: of open orders that are not covered. The index `material_line_waiting` finds them.
macro_rules! waits {
    () => {
        "o.state IN ('confirmed', 'planned', 'in_progress') AND l.qty_needed > l.qty_done + l.qty_reserved"
    };
}

row! {
    /// An order's line that waits for goods at a place.
    pub struct WaitingRow {
        pub line_id: Uuid = "l.id",
        pub manufacturing_order_id: Uuid = "o.id",
        pub product_id: Uuid = "l.product_id",
        pub quantity: Decimal = "l.qty_needed - l.qty_done - l.qty_reserved",
        pub priority: i16 = "o.priority",
        pub date_deadline: Option<OffsetDateTime> = "o.date_deadline",
        pub planned_start: Option<OffsetDateTime> = "o.planned_start",
        pub order_number: String = "o.number",
    }
}

/// Lines of open orders that wait for these products and take them from that warehouse.
///
/// # Errors
/// When Postgres fails.
pub async fn waiting(
    connection: &mut PgConnection,
    warehouse: Uuid,
    products: Vec<Uuid>,
) -> Result<Vec<WaitingRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM material_line l JOIN manufacturing_order o ON o.id = l.manufacturing_order_id \
         WHERE l.product_id = ANY($1) AND o.components_warehouse_id = $2 AND {} ORDER BY o.id, l.id",
        WaitingRow::COLUMNS,
        waits!()
    );
    Ok(sql(text).bind(products).bind(warehouse).rows(connection).await?)
}

/// Which of these products an order waits for that takes them from that warehouse. It stops at the first of each.
///
/// # Errors
/// When Postgres fails.
pub async fn waited_for(
    connection: &mut PgConnection,
    warehouse: Uuid,
    products: Vec<Uuid>,
) -> Result<Vec<Uuid>, StoreError> {
    const TEXT: &str = concat!(
        "SELECT g.id FROM unnest($1::uuid[]) AS g(id) WHERE EXISTS (SELECT 1 FROM material_line l \
         JOIN manufacturing_order o ON o.id = l.manufacturing_order_id \
         WHERE l.product_id = g.id AND o.components_warehouse_id = $2 AND ",
        waits!(),
        ")"
    );
    let rows: Vec<crate::table::Id> = sql(TEXT).bind(products).bind(warehouse).rows(connection).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Those of the waiting lines that may get some of what comes, and no more of them than it is enough for: lines that it is
/// meant for, and of each product the first by priority, deadline and number whose orders begin until `starting_until`.
///
/// # Errors
/// When Postgres fails.
pub async fn next(
    connection: &mut PgConnection,
    warehouse: Uuid,
    coming: &[(Uuid, Decimal)],
    meant_for: Vec<Uuid>,
    starting_until: Option<OffsetDateTime>,
) -> Result<Vec<WaitingRow>, StoreError> {
    const TEXT: &str = concat!(
        "SELECT w.line_id, w.manufacturing_order_id, w.product_id, w.quantity, w.priority, w.date_deadline, \
         w.planned_start, w.order_number FROM (SELECT l.id AS line_id, o.id AS manufacturing_order_id, l.product_id, \
         l.qty_needed - l.qty_done - l.qty_reserved AS quantity, o.priority, o.date_deadline, o.planned_start, \
         o.number AS order_number, c.quantity AS coming, l.id = ANY($4) AS is_meant, \
         coalesce(sum(l.qty_needed - l.qty_done - l.qty_reserved) OVER (PARTITION BY l.product_id ORDER BY o.priority DESC, \
         o.date_deadline NULLS LAST, o.number, l.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before \
         FROM unnest($1::uuid[], $2::numeric[]) AS c(product_id, quantity) JOIN material_line l ON l.product_id = c.product_id \
         JOIN manufacturing_order o ON o.id = l.manufacturing_order_id WHERE o.components_warehouse_id = $3 AND ",
        waits!(),
        " AND (l.id = ANY($4) OR coalesce(o.planned_start, '-infinity') <= $5)) w WHERE w.is_meant OR w.before < w.coming \
         ORDER BY w.manufacturing_order_id, w.line_id"
    );
    Ok(sql(TEXT)
        .bind(coming.iter().map(|one| one.0).collect::<Vec<_>>())
        .bind(coming.iter().map(|one| one.1).collect::<Vec<_>>())
        .bind(warehouse)
        .bind(meant_for)
        .bind(starting_until)
        .rows(connection)
        .await?)
}

row! {
    /// A product of an order that some other order waits for, in the warehouse where it goes.
    pub struct AwaitedRow {
        pub product_id: Uuid = "y.product_id",
        pub warehouse_id: Uuid = "m.finished_products_warehouse_id",
        /// About how much will come.
        pub quantity: Decimal = "y.quantity",
        /// The component that it is made for.
        pub material_line_id: Option<Uuid> = "y.material_line_id",
    }
}

/// What an order makes and other orders wait for, by-products included; not what is made for a customer.
///
/// # Errors
/// When Postgres fails.
pub async fn awaited(connection: &mut PgConnection, order: Uuid) -> Result<Vec<AwaitedRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM manufacturing_order m CROSS JOIN LATERAL (\
         SELECT m.product_id, m.qty_done AS quantity, m.material_line_id WHERE m.sales_order_line_id IS NULL UNION ALL \
         SELECT b.product_id, b.qty_planned * greatest(m.qty_done / m.quantity, 1), NULL FROM order_by_product b \
         WHERE b.manufacturing_order_id = m.id) y WHERE m.id = $1 AND m.finished_products_warehouse_id IS NOT NULL \
         AND EXISTS (SELECT 1 FROM material_line l JOIN manufacturing_order o ON o.id = l.manufacturing_order_id \
         WHERE l.product_id = y.product_id AND o.components_warehouse_id = m.finished_products_warehouse_id AND {})",
        AwaitedRow::COLUMNS,
        waits!()
    );
    Ok(sql(text).bind(order).rows(connection).await?)
}

/// Says for which component an order is made.
///
/// # Errors
/// When Postgres fails.
pub async fn make_for(tx: &mut Tx, order: Uuid, line: Uuid) -> Result<(), StoreError> {
    sql("UPDATE manufacturing_order SET material_line_id = $2 WHERE id = $1")
        .bind(order)
        .bind(line)
        .run(tx.connection())
        .await?;
    Ok(())
}

/// A backorder is made for the component or the sales order's line that the order was made for, so that nobody has its
/// rest made twice.
///
/// # Errors
/// When Postgres fails.
pub async fn make_rest_for(tx: &mut Tx, order: Uuid, backorder: Uuid) -> Result<(), StoreError> {
    sql("UPDATE manufacturing_order n SET material_line_id = o.material_line_id, \
         sales_order_line_id = o.sales_order_line_id FROM manufacturing_order o WHERE n.id = $2 AND o.id = $1")
    .bind(order)
    .bind(backorder)
    .run(tx.connection())
    .await?;
    Ok(())
}

/// Locks orders, then their work orders, each by key.
///
/// # Errors
/// When Postgres fails.
pub async fn lock(tx: &mut Tx, orders: Vec<Uuid>) -> Result<(), StoreError> {
    const ORDERS: &str = "SELECT count(*) FROM (SELECT 1 FROM manufacturing_order WHERE id = ANY($1) \
         ORDER BY id FOR UPDATE) o";
    const WORK_ORDERS: &str = "SELECT count(*) FROM (SELECT 1 FROM work_order WHERE manufacturing_order_id = ANY($1) \
         ORDER BY manufacturing_order_id, sequence FOR UPDATE) w";
    sql(ORDERS).bind(orders.clone()).run(tx.connection()).await?;
    sql(WORK_ORDERS).bind(orders).run(tx.connection()).await?;
    Ok(())
}

/// What is free now of goods that came in: their balances, by product and lot, are locked because they changed.
///
/// # Errors
/// When Postgres fails.
pub async fn free(
    connection: &mut PgConnection,
    location: Uuid,
    goods: &[(Uuid, Uuid)],
) -> Result<Vec<FreeRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM unnest($2::uuid[], $3::uuid[]) AS g(product_id, lot_id) \
         JOIN stock_balance s ON s.product_id = g.product_id AND s.lot_id = g.lot_id AND s.location_id = $1 \
         LEFT JOIN lot t ON t.id = s.lot_id",
        FreeRow::COLUMNS
    );
    let rows = sql(text)
        .bind(location)
        .bind(goods.iter().map(|one| one.0).collect::<Vec<_>>())
        .bind(goods.iter().map(|one| one.1).collect::<Vec<_>>());
    Ok(rows.rows(connection).await?)
}

row! {
    /// Goods that are on their way: what a supplier or an open order brings.
    pub struct ComingRow {
        pub product_id: Uuid = "c.product_id",
        pub purchase_order_id: Option<Uuid> = "c.purchase_order_id",
        pub manufacturing_order_id: Option<Uuid> = "c.manufacturing_order_id",
        pub number: String = "c.number",
        pub quantity: Decimal = "c.quantity",
        pub expected_on: Option<Date> = "c.expected_on",
        /// When the order that makes it should be done.
        pub expected_at: Option<OffsetDateTime> = "c.expected_at",
        /// The component that it is bought or made for.
        pub material_line_id: Option<Uuid> = "c.material_line_id",
    }
}

/// What is on its way of these products to a warehouse, and what was bought for a component wherever it goes. What is
/// made for customers is promised to them.
///
/// # Errors
/// When Postgres fails.
pub async fn coming(
    connection: &mut PgConnection,
    warehouse: Uuid,
    products: Vec<Uuid>,
) -> Result<Vec<ComingRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM (SELECT l.product_id, o.id AS purchase_order_id, NULL::uuid AS manufacturing_order_id, o.number, \
         r.quantity - r.qty_received AS quantity, coalesce(l.expected_on, o.expected_on) AS expected_on, \
         NULL::timestamptz AS expected_at, r.material_line_id FROM purchase_order_line l \
         JOIN purchase_order o ON o.id = l.purchase_order_id JOIN purchase_request_line r ON r.purchase_order_line_id = l.id \
         JOIN purchase_request q ON q.id = r.purchase_request_id AND NOT q.is_cancelled \
         WHERE l.product_id = ANY($1) AND o.state IN ('ordered', 'partly_received') AND r.material_line_id IS NOT NULL \
         AND r.product_id = l.product_id UNION ALL \
         SELECT l.product_id, o.id, NULL, o.number, l.qty_ordered - l.qty_received - coalesce((SELECT \
         sum(r.quantity - r.qty_received) FROM purchase_request_line r JOIN purchase_request q \
         ON q.id = r.purchase_request_id AND NOT q.is_cancelled WHERE r.purchase_order_line_id = l.id \
         AND r.material_line_id IS NOT NULL AND r.product_id = l.product_id), 0), \
         coalesce(l.expected_on, o.expected_on), NULL, NULL FROM purchase_order_line l \
         JOIN purchase_order o ON o.id = l.purchase_order_id WHERE l.product_id = ANY($1) AND o.warehouse_id = $2 \
         AND o.state IN ('ordered', 'partly_received') UNION ALL \
         SELECT o.product_id, NULL, o.id, o.number, o.quantity - o.qty_scrapped, NULL, \
         coalesce(o.scheduled_finish, o.date_deadline), o.material_line_id FROM manufacturing_order o \
         WHERE o.product_id = ANY($1) AND o.finished_products_warehouse_id = $2 AND {ACTIVE} \
         AND o.sales_order_line_id IS NULL UNION ALL \
         SELECT b.product_id, NULL, o.id, o.number, b.qty_planned, NULL, coalesce(o.scheduled_finish, o.date_deadline), \
         NULL FROM order_by_product b JOIN manufacturing_order o ON o.id = b.manufacturing_order_id \
         WHERE b.product_id = ANY($1) AND o.finished_products_warehouse_id = $2 AND {ACTIVE}) c \
         WHERE c.quantity > 0 ORDER BY c.number",
        ComingRow::COLUMNS
    );
    Ok(sql(text).bind(products).bind(warehouse).rows(connection).await?)
}
