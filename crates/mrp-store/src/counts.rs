//! Counts: the frozen list of what the books expect, and what people found.

use diesel_async::AsyncPgConnection;
use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::stock::NO_LOT;
use crate::table::Version;
use crate::tx::Tx;

row! {
    /// A count.
    pub struct CountRow {
        pub id: Uuid = "c.id",
        pub number: String = "c.number",
        pub state: String = "c.state",
        pub warehouse_id: Uuid = "c.warehouse_id",
        pub warehouse_name: String = "w.name",
        pub location_id: Uuid = "l.id",
        pub category: String = "c.category",
        pub reason: String = "c.reason",
        pub frozen_at: OffsetDateTime = "c.frozen_at",
        pub posted_at: Option<OffsetDateTime> = "c.posted_at",
        pub line_count: i64 = "(SELECT count(*) FROM stock_count_line n WHERE n.stock_count_id = c.id)",
        pub counted_count: i64 = "(SELECT count(*) FROM stock_count_line n WHERE n.stock_count_id = c.id AND n.qty_counted IS NOT NULL)",
        pub by: String = "a.name",
        pub version: i64 = "c.version",
    }
}

/// The list of counts.
pub const LIST: ListSpec = ListSpec {
    from: "stock_count c JOIN warehouse w ON w.id = c.warehouse_id JOIN location l ON l.warehouse_id = w.id \
           JOIN user_account a ON a.id = c.user_id",
    count_from: "stock_count c",
    id: "c.id",
    search: &["c.number", "c.category", "c.reason"],
    sorts: &[
        Sort { name: "frozen_at", sql: "c.frozen_at", cast: "timestamptz" },
        Sort { name: "number", sql: "c.number", cast: "text" },
    ],
};

/// What a new count is made of.
#[derive(Debug, Clone)]
pub struct NewCount {
    pub id: Uuid,
    pub warehouse_id: Uuid,
    pub location_id: Uuid,
    pub category: String,
    pub reason: String,
}

/// Begins a count: one statement sees one moment of the stock. Returns how many lines it has.
///
/// # Errors
/// When Postgres fails.
pub async fn create(tx: &mut Tx, new: NewCount) -> Result<usize, StoreError> {
    const LINES: &str = "INSERT INTO stock_count_line (id, stock_count_id, product_id, lot_id, qty_expected) \
         SELECT gen_random_uuid(), $1, b.product_id, b.lot_id, b.on_hand FROM stock_balance b \
         JOIN product p ON p.id = b.product_id WHERE b.location_id = $2 AND b.on_hand > 0 \
         AND ($3 = '' OR p.category = $3)";
    let number = crate::number_series::take(tx, "stock_count", 1).await?.pop().ok_or(StoreError::NotFound)?;
    let (at, by) = (tx.now_utc(), tx.user_id().uuid());
    sql("INSERT INTO stock_count (id, number, state, warehouse_id, category, reason, frozen_at, user_id) \
         VALUES ($1, $2, 'draft', $3, $4, $5, $6, $7)")
    .bind(new.id)
    .bind(number)
    .bind(new.warehouse_id)
    .bind(new.category.clone())
    .bind(new.reason)
    .bind(at)
    .bind(by)
    .run(tx.connection())
    .await?;
    Ok(sql(LINES).bind(new.id).bind(new.location_id).bind(new.category).run(tx.connection()).await?)
}

/// Locks a count that the caller has read at that version.
///
/// # Errors
/// [`StoreError::NotFound`], [`StoreError::Stale`].
pub async fn lock(tx: &mut Tx, id: Uuid, expected: i64) -> Result<CountRow, StoreError> {
    let text = format!("SELECT {} FROM {} WHERE c.id = $1 FOR UPDATE OF c", CountRow::COLUMNS, LIST.from);
    let row = sql(text).bind(id).one::<CountRow>(tx.connection()).await?;
    if row.version == expected { Ok(row) } else { Err(StoreError::Stale { current: row.version }) }
}

row! {
    /// One line with what the stock says now.
    pub struct CountLineRow {
        pub id: Uuid = "n.id",
        pub product_id: Uuid = "n.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub unit_code: String = "u.code",
        pub unit_step: Decimal = "u.rounding_step",
        pub tracking: String = "p.tracking",
        pub lot_id: Uuid = "n.lot_id",
        pub lot_number: Option<String> = "k.number",
        pub qty_expected: Decimal = "n.qty_expected",
        pub qty_counted: Option<Decimal> = "n.qty_counted",
        pub value: Option<Decimal> = "n.value",
        pub on_hand: Decimal = "coalesce(b.on_hand, 0)",
        pub reserved: Decimal = "coalesce(b.reserved, 0)",
        pub has_moved: bool = "(coalesce(b.on_hand, 0) <> n.qty_expected OR EXISTS (SELECT FROM stock_move m WHERE m.product_id = n.product_id AND m.moved_at >= c.frozen_at AND m.id > c.id AND m.lot_id = n.lot_id AND l.id IN (m.from_location_id, m.to_location_id)))",
        pub cost_method: String = "p.cost_method",
        pub standard_cost: Option<Decimal> = "p.standard_cost",
        pub valued_quantity: Option<Decimal> = "v.quantity",
        pub valued_at: Option<Decimal> = "v.value",
    }
}

/// The lines of a count, by product and lot.
///
/// # Errors
/// When Postgres fails.
pub async fn lines(connection: &mut AsyncPgConnection, id: Uuid) -> Result<Vec<CountLineRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM stock_count_line n JOIN stock_count c ON c.id = n.stock_count_id \
         JOIN location l ON l.warehouse_id = c.warehouse_id JOIN product p ON p.id = n.product_id \
         JOIN unit u ON u.id = p.unit_id LEFT JOIN lot k ON k.id = n.lot_id \
         LEFT JOIN stock_balance b ON b.product_id = n.product_id AND b.lot_id = n.lot_id AND b.location_id = l.id \
         LEFT JOIN product_valuation v ON v.product_id = n.product_id \
         WHERE n.stock_count_id = $1 ORDER BY p.code, k.number NULLS FIRST, n.id",
        CountLineRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

/// What was found of a product and lot.
#[derive(Debug, Clone, Copy)]
pub struct FoundValues {
    pub product_id: Uuid,
    pub lot_id: Uuid,
    pub quantity: Option<Decimal>,
}

/// Notes what was found; what was not expected becomes a line. Returns the count's new version.
///
/// # Errors
/// When Postgres fails.
pub async fn enter(tx: &mut Tx, id: Uuid, found: &[FoundValues]) -> Result<i64, StoreError> {
    const TEXT: &str = "INSERT INTO stock_count_line (id, stock_count_id, product_id, lot_id, qty_expected, qty_counted) \
         SELECT gen_random_uuid(), $1, f.product_id, f.lot_id, 0, f.quantity \
         FROM unnest($2::uuid[], $3::uuid[], $4::numeric[]) AS f(product_id, lot_id, quantity) \
         ON CONFLICT (stock_count_id, product_id, lot_id) DO UPDATE SET qty_counted = excluded.qty_counted";
    sql(TEXT)
        .bind(id)
        .bind(found.iter().map(|one| one.product_id).collect::<Vec<_>>())
        .bind(found.iter().map(|one| one.lot_id).collect::<Vec<_>>())
        .bind(found.iter().map(|one| one.quantity).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    touch(tx, id, false).await
}

/// Moves a count to its next version, and to its end when it `is_posted`.
///
/// # Errors
/// When Postgres fails.
pub async fn touch(tx: &mut Tx, id: Uuid, is_posted: bool) -> Result<i64, StoreError> {
    let at = is_posted.then(|| tx.now_utc());
    const TEXT: &str = "UPDATE stock_count SET version = version + 1, posted_at = $2, \
         state = CASE WHEN $2::timestamptz IS NULL THEN state ELSE 'posted' END WHERE id = $1 RETURNING version";
    Ok(sql(TEXT).bind(id).bind(at).one::<Version>(tx.connection()).await?.version)
}

/// Writes what the differences were worth, and why they were booked: lines with their value, moves with the reason.
///
/// # Errors
/// When Postgres fails.
pub async fn close(
    tx: &mut Tx,
    values: Vec<(Uuid, Decimal)>,
    (moves, reason): (Vec<Uuid>, String),
) -> Result<(), StoreError> {
    sql("UPDATE stock_count_line n SET value = g.value FROM unnest($1::uuid[], $2::numeric[]) AS g(id, value) \
         WHERE n.id = g.id")
    .bind(values.iter().map(|one| one.0).collect::<Vec<_>>())
    .bind(values.iter().map(|one| one.1).collect::<Vec<_>>())
    .run(tx.connection())
    .await?;
    sql("INSERT INTO stock_move_reason (stock_move_id, reason) SELECT id, $2 FROM unnest($1::uuid[]) AS g(id)")
        .bind(moves)
        .bind(reason)
        .run(tx.connection())
        .await?;
    Ok(())
}

row! {
    /// What a component of an open order holds at a place.
    pub struct HoldingRow {
        pub product_id: Uuid = "h.product_id",
        pub lot_id: Uuid = "h.lot_id",
        pub line_id: Uuid = "h.line_id",
        pub quantity: Decimal = "h.quantity",
        pub order_id: Uuid = "o.id",
        pub number: String = "o.number",
        pub priority: i16 = "o.priority",
        pub date_deadline: Option<OffsetDateTime> = "o.date_deadline",
    }
}

/// What orders hold of these products in a warehouse.
///
/// # Errors
/// When Postgres fails.
pub async fn holdings(
    connection: &mut AsyncPgConnection,
    warehouse_id: Uuid,
    products: Vec<Uuid>,
) -> Result<Vec<HoldingRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM (SELECT m.product_id, coalesce(s.lot_id, '{NO_LOT}') AS lot_id, m.id AS line_id, \
         m.manufacturing_order_id, coalesce(s.qty_reserved, m.qty_reserved) AS quantity FROM material_line m \
         LEFT JOIN material_line_lot s ON s.material_line_id = m.id \
         WHERE m.product_id = ANY($2) AND m.qty_reserved > 0) h \
         JOIN manufacturing_order o ON o.id = h.manufacturing_order_id \
         WHERE o.components_warehouse_id = $1 AND o.state IN ('confirmed', 'planned', 'in_progress') \
         AND h.quantity > 0 ORDER BY o.number, h.line_id",
        HoldingRow::COLUMNS
    );
    Ok(sql(text).bind(warehouse_id).bind(products).rows(connection).await?)
}
