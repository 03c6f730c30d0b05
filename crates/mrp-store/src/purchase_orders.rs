//! Purchase orders: their lines, for whom they are, and what came in for them.

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::{PgConnection, sql};
use crate::table::Version;
use crate::tx::Tx;

row! {
    /// An order to a supplier.
    pub struct PurchaseOrderRow {
        pub id: Uuid = "o.id",
        pub number: String = "o.number",
        pub state: String = "o.state",
        pub supplier_id: Uuid = "o.supplier_id",
        pub supplier_name: String = "s.name",
        pub supplier_email: String = "s.email",
        pub over_receipt_percent: Decimal = "s.over_receipt_percent",
        pub warehouse_id: Uuid = "o.warehouse_id",
        pub warehouse_name: String = "w.name",
        pub request_for_quotation_id: Option<Uuid> = "o.request_for_quotation_id",
        pub request_for_quotation_number: Option<String> = "q.number",
        pub expected_on: Option<Date> = "o.expected_on",
        pub last_expected_on: Option<Date> = "coalesce((SELECT max(l.expected_on) FROM purchase_order_line l WHERE l.purchase_order_id = o.id), o.expected_on)",
        pub note: String = "o.note",
        pub line_count: i64 = "(SELECT count(*) FROM purchase_order_line l WHERE l.purchase_order_id = o.id)",
        pub total: Option<Decimal> = "(SELECT sum(round(l.quantity * l.price, 2)) FROM purchase_order_line l WHERE l.purchase_order_id = o.id)",
        pub ordered_at: Option<OffsetDateTime> = "o.ordered_at",
        pub created_by: String = "a.name",
        pub created_at: OffsetDateTime = "o.created_at",
        pub version: i64 = "o.version",
    }
}

/// The list of orders to suppliers.
pub const LIST: ListSpec = ListSpec {
    from: "purchase_order o JOIN supplier s ON s.id = o.supplier_id JOIN warehouse w ON w.id = o.warehouse_id \
           JOIN user_account a ON a.id = o.created_by \
           LEFT JOIN request_for_quotation q ON q.id = o.request_for_quotation_id",
    count_from: "purchase_order o JOIN supplier s ON s.id = o.supplier_id",
    id: "o.id",
    search: &["o.number", "s.name", "s.code"],
    sorts: &[
        Sort { name: "created_at", sql: "o.created_at", cast: "timestamptz" },
        Sort { name: "number", sql: "o.number", cast: "text" },
        Sort { name: "supplier_name", sql: "s.name", cast: "text" },
        Sort { name: "expected_on", sql: "coalesce(o.expected_on, 'infinity'::date)", cast: "date" },
    ],
};

row! {
    /// A line of an order to a supplier.
    pub struct PurchaseOrderLineRow {
        pub id: Uuid = "l.id",
        pub purchase_order_id: Uuid = "l.purchase_order_id",
        pub product_id: Uuid = "l.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub product_unit_code: String = "pu.code",
        pub unit_id: Uuid = "l.unit_id",
        pub unit_code: String = "u.code",
        pub quantity: Decimal = "l.quantity",
        pub qty_ordered: Decimal = "l.qty_ordered",
        pub qty_received: Decimal = "l.qty_received",
        pub quantity_received: Decimal = "l.quantity_received",
        pub price: Option<Decimal> = "l.price",
        pub expected_on: Option<Date> = "l.expected_on",
        pub supplier_article: String = "coalesce((SELECT t.supplier_article FROM supplier_price t WHERE t.product_id = l.product_id AND t.supplier_id = o.supplier_id ORDER BY t.supplier_article = '', t.rank, t.id LIMIT 1), '')",
        pub orders: serde_json::Value = "coalesce((SELECT jsonb_agg(jsonb_build_object('id', m.id, 'number', m.number, 'quantity', r.quantity::text) ORDER BY m.number) FROM purchase_request_line r JOIN purchase_request h ON h.id = r.purchase_request_id JOIN manufacturing_order m ON m.id = h.manufacturing_order_id WHERE r.purchase_order_line_id = l.id), '[]')",
    }
}

const LINES: &str = "purchase_order_line l JOIN purchase_order o ON o.id = l.purchase_order_id \
     JOIN product p ON p.id = l.product_id JOIN unit pu ON pu.id = p.unit_id JOIN unit u ON u.id = l.unit_id";

/// The lines of an order to a supplier.
///
/// # Errors
/// When Postgres fails.
pub async fn lines(connection: &mut PgConnection, id: Uuid) -> Result<Vec<PurchaseOrderLineRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM {LINES} WHERE l.purchase_order_id = $1 ORDER BY l.position",
        PurchaseOrderLineRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

/// These lines, of any orders.
///
/// # Errors
/// When Postgres fails.
pub async fn lines_by_id(
    connection: &mut PgConnection,
    ids: Vec<Uuid>,
) -> Result<Vec<PurchaseOrderLineRow>, StoreError> {
    let text = format!("SELECT {} FROM {LINES} WHERE l.id = ANY($1)", PurchaseOrderLineRow::COLUMNS);
    Ok(sql(text).bind(ids).rows(connection).await?)
}

row! {
    /// A receipt of goods of an order to a supplier.
    pub struct OrderReceiptRow {
        pub id: Uuid = "r.id",
        pub number: String = "r.number",
        pub received_at: OffsetDateTime = "r.received_at",
        pub reference: String = "r.reference",
    }
}

/// The receipts for an order, oldest first.
///
/// # Errors
/// When Postgres fails.
pub async fn receipts(connection: &mut PgConnection, id: Uuid) -> Result<Vec<OrderReceiptRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM receipt r WHERE r.id IN (SELECT m.receipt_id FROM purchase_receipt t \
         JOIN stock_move m ON m.id = t.stock_move_id JOIN purchase_order_line l ON l.id = t.purchase_order_line_id \
         WHERE l.purchase_order_id = $1) ORDER BY r.received_at, r.id",
        OrderReceiptRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

/// The head of an order to write.
#[derive(Debug, Clone)]
pub struct OrderHead {
    /// Its id.
    pub id: Uuid,
    /// Who is asked.
    pub supplier_id: Uuid,
    /// Where the goods go.
    pub warehouse_id: Uuid,
    /// The question that it answers.
    pub request_for_quotation_id: Option<Uuid>,
    /// When the goods come.
    pub expected_on: Option<Date>,
    /// What people should know.
    pub note: String,
}

/// Writes a draft under the next number, which it returns.
///
/// # Errors
/// What the foreign keys say.
pub async fn insert(tx: &mut Tx, head: OrderHead) -> Result<String, StoreError> {
    const TEXT: &str = "INSERT INTO purchase_order (id, number, state, supplier_id, warehouse_id, \
         request_for_quotation_id, expected_on, note, created_by, created_at) \
         VALUES ($1, $2, 'draft', $3, $4, $5, $6, $7, $8, $9)";
    let (user, now) = (tx.user_id().uuid(), tx.now_utc());
    let number = crate::number_series::take(tx, "purchase_order", 1).await?.pop().unwrap_or_default();
    sql(TEXT)
        .bind(head.id)
        .bind(number.clone())
        .bind(head.supplier_id)
        .bind(head.warehouse_id)
        .bind(head.request_for_quotation_id)
        .bind(head.expected_on)
        .bind(head.note)
        .bind(user)
        .bind(now)
        .run(tx.connection())
        .await?;
    Ok(number)
}

/// Writes the head of a locked order and returns its version.
///
/// # Errors
/// What the foreign keys say.
pub async fn update(tx: &mut Tx, head: OrderHead) -> Result<i64, StoreError> {
    const TEXT: &str = "UPDATE purchase_order SET supplier_id = $2, warehouse_id = $3, expected_on = $4, note = $5, \
         version = version + 1 WHERE id = $1 RETURNING version";
    let saved = sql(TEXT)
        .bind(head.id)
        .bind(head.supplier_id)
        .bind(head.warehouse_id)
        .bind(head.expected_on)
        .bind(head.note)
        .one::<Version>(tx.connection())
        .await?;
    Ok(saved.version)
}

/// A line to write.
#[derive(Debug, Clone)]
pub struct OrderLineValues {
    /// Its id, kept as long as it is about the same product.
    pub id: Uuid,
    /// The product.
    pub product_id: Uuid,
    /// The unit that it is sold in.
    pub unit_id: Uuid,
    /// How much, in that unit.
    pub quantity: Decimal,
    /// How much, in the product's unit.
    pub qty_ordered: Decimal,
    /// Of one of that unit.
    pub price: Option<Decimal>,
    /// When it comes.
    pub expected_on: Option<Date>,
}

/// Writes all lines of an order; those that are not among them are removed.
///
/// # Errors
/// What the constraints say.
pub async fn set_lines(tx: &mut Tx, order: Uuid, lines: &[OrderLineValues]) -> Result<(), StoreError> {
    const TEXT: &str = "INSERT INTO purchase_order_line (id, purchase_order_id, position, product_id, unit_id, quantity, \
         qty_ordered, price, expected_on) SELECT n.id, $1, n.place, n.product_id, n.unit_id, n.quantity, n.qty_ordered, \
         n.price, n.expected_on FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::numeric[], $6::numeric[], \
         $7::numeric[], $8::text[]::date[]) WITH ORDINALITY \
         AS n(id, product_id, unit_id, quantity, qty_ordered, price, expected_on, place) \
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, unit_id = excluded.unit_id, \
         quantity = excluded.quantity, qty_ordered = excluded.qty_ordered, price = excluded.price, \
         expected_on = excluded.expected_on";
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    sql("DELETE FROM purchase_order_line WHERE purchase_order_id = $1 AND id <> ALL($2)")
        .bind(order)
        .bind(ids.clone())
        .run(tx.connection())
        .await?;
    sql(TEXT)
        .bind(order)
        .bind(ids)
        .bind(lines.iter().map(|line| line.product_id).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.unit_id).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.quantity).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.qty_ordered).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.price).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.expected_on.map(|day| day.to_string())).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}

row! {
    /// The locked part of an order.
    pub struct LockedOrderRow {
        pub id: Uuid = "id",
        pub state: String = "state",
        pub version: i64 = "version",
    }
}

/// Locks an order that the caller has read at that version.
///
/// # Errors
/// [`StoreError::NotFound`], [`StoreError::Stale`].
pub async fn lock_expected(tx: &mut Tx, id: Uuid, expected: i64) -> Result<LockedOrderRow, StoreError> {
    let row = lock(tx, vec![id]).await?.pop().ok_or(StoreError::NotFound)?;
    if row.version == expected { Ok(row) } else { Err(StoreError::Stale { current: row.version }) }
}

/// Locks these orders, one after the other. They go before manufacturing orders.
///
/// # Errors
/// When Postgres fails.
pub async fn lock(tx: &mut Tx, ids: Vec<Uuid>) -> Result<Vec<LockedOrderRow>, StoreError> {
    let text =
        format!("SELECT {} FROM purchase_order WHERE id = ANY($1) ORDER BY id FOR UPDATE", LockedOrderRow::COLUMNS);
    Ok(sql(text).bind(ids).rows(tx.connection()).await?)
}

/// Writes the state of a locked order and returns its version.
///
/// # Errors
/// When Postgres fails.
pub async fn set_state(
    tx: &mut Tx,
    id: Uuid,
    state: String,
    ordered_at: Option<OffsetDateTime>,
) -> Result<i64, StoreError> {
    const TEXT: &str = "UPDATE purchase_order SET state = $2, ordered_at = coalesce($3, ordered_at), \
         version = version + 1 WHERE id = $1 RETURNING version";
    Ok(sql(TEXT).bind(id).bind(state).bind(ordered_at).one::<Version>(tx.connection()).await?.version)
}

/// Says on which line of an order lines of requests are.
///
/// # Errors
/// When Postgres fails.
pub async fn put_requests_on(tx: &mut Tx, pairs: &[(Uuid, Uuid)]) -> Result<(), StoreError> {
    const TEXT: &str = "UPDATE purchase_request_line r SET purchase_order_line_id = n.line_id \
         FROM unnest($1::uuid[], $2::uuid[]) AS n(id, line_id) WHERE r.id = n.id";
    sql(TEXT)
        .bind(pairs.iter().map(|(request, _)| *request).collect::<Vec<_>>())
        .bind(pairs.iter().map(|(_, line)| *line).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}

row! {
    /// A line of a request that waits for a line of an order.
    pub struct BoughtForRow {
        pub id: Uuid = "r.id",
        pub purchase_order_line_id: Uuid = "r.purchase_order_line_id",
        pub material_line_id: Option<Uuid> = "r.material_line_id",
        pub waiting: Decimal = "r.quantity - r.qty_received",
    }
}

/// Who waits for these lines, in the order in which they are served: components of open orders by priority, deadline and
/// number, then who asked by hand, then whose order is closed.
///
/// # Errors
/// When Postgres fails.
pub async fn bought_for(tx: &mut Tx, lines: Vec<Uuid>) -> Result<Vec<BoughtForRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM purchase_request_line r JOIN purchase_request h ON h.id = r.purchase_request_id \
         LEFT JOIN manufacturing_order o ON o.id = h.manufacturing_order_id \
         WHERE r.purchase_order_line_id = ANY($1) AND r.qty_received < r.quantity AND NOT h.is_cancelled \
         ORDER BY coalesce(o.state IN ('confirmed', 'planned', 'in_progress'), false) DESC, o.id IS NOT NULL, \
         o.priority DESC, o.date_deadline NULLS LAST, o.number, r.id",
        BoughtForRow::COLUMNS
    );
    Ok(sql(text).bind(lines).rows(tx.connection()).await?)
}

/// Writes what came: for which line each move is, and how much requests and lines have received; lines in the product's
/// unit, and then in their own.
///
/// # Errors
/// What the constraints say.
pub async fn note_received(
    tx: &mut Tx,
    moves: &[(Uuid, Uuid)],
    lines: &[(Uuid, Decimal, Decimal)],
    requests: &[(Uuid, Decimal)],
) -> Result<(), StoreError> {
    const MOVES: &str = "INSERT INTO purchase_receipt (stock_move_id, purchase_order_line_id) \
         SELECT * FROM unnest($1::uuid[], $2::uuid[])";
    const LINES: &str = "UPDATE purchase_order_line l SET qty_received = l.qty_received + n.entered, \
         quantity_received = l.quantity_received + n.quantity \
         FROM unnest($1::uuid[], $2::numeric[], $3::numeric[]) AS n(id, entered, quantity) WHERE l.id = n.id";
    const REQUESTS: &str = "UPDATE purchase_request_line r SET qty_received = r.qty_received + n.quantity \
         FROM unnest($1::uuid[], $2::numeric[]) AS n(id, quantity) WHERE r.id = n.id";
    sql(MOVES)
        .bind(moves.iter().map(|one| one.0).collect::<Vec<_>>())
        .bind(moves.iter().map(|one| one.1).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    sql(LINES)
        .bind(lines.iter().map(|one| one.0).collect::<Vec<_>>())
        .bind(lines.iter().map(|one| one.1).collect::<Vec<_>>())
        .bind(lines.iter().map(|one| one.2).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    sql(REQUESTS)
        .bind(requests.iter().map(|one| one.0).collect::<Vec<_>>())
        .bind(requests.iter().map(|one| one.1).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}

row! {
    /// A line of a request that nobody has ordered, with where its goods should go.
    pub struct OpenRequestLineRow {
        pub id: Uuid = "l.id",
        pub product_id: Uuid = "l.product_id",
        pub quantity: Decimal = "l.quantity",
        pub needed_on: Option<Date> = "l.needed_on",
        pub supplier_id: Option<Uuid> = "l.supplier_id",
        pub warehouse_id: Option<Uuid> = "m.components_warehouse_id",
        pub state: String = "g.state",
    }
}

const OPEN_LINES: &str = "purchase_request_line l JOIN purchase_request_line_progress g ON g.id = l.id \
     JOIN purchase_request h ON h.id = l.purchase_request_id \
     LEFT JOIN manufacturing_order m ON m.id = h.manufacturing_order_id";

/// The lines of a request that stand in no order, locked with the request.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such request.
pub async fn open_request_lines(tx: &mut Tx, request: Uuid) -> Result<Vec<OpenRequestLineRow>, StoreError> {
    sql("SELECT version FROM purchase_request WHERE id = $1 FOR UPDATE")
        .bind(request)
        .one::<Version>(tx.connection())
        .await?;
    let text = format!(
        "SELECT {} FROM {OPEN_LINES} WHERE l.purchase_request_id = $1 AND g.state IN ('open', 'quoting') \
         AND g.purchase_order_id IS NULL ORDER BY l.position",
        OpenRequestLineRow::COLUMNS
    );
    Ok(sql(text).bind(request).rows(tx.connection()).await?)
}

/// The lines of requests that a line of a question to suppliers is about and nobody has ordered.
///
/// # Errors
/// When Postgres fails.
pub async fn request_lines_of(tx: &mut Tx, quotation_line: Uuid) -> Result<Vec<OpenRequestLineRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM {OPEN_LINES} WHERE l.request_for_quotation_line_id = $1 AND g.purchase_order_id IS NULL \
         AND NOT h.is_cancelled ORDER BY l.id",
        OpenRequestLineRow::COLUMNS
    );
    Ok(sql(text).bind(quotation_line).rows(tx.connection()).await?)
}
