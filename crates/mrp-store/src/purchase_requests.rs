//! Purchase requests: wishes for goods, the components that they are for, and who waits for the same goods.
//!
//! Where a line stands and how much of it is on its way is said in one place, the view `purchase_request_line_progress`.

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::{PgConnection, sql};
use crate::table::Version;
use crate::tx::Tx;

macro_rules! state {
    () => {
        "coalesce((SELECT (ARRAY['open', 'quoting', 'ordered', 'received'])[min(array_position(\
         ARRAY['open', 'quoting', 'ordered', 'received'], p.state))] FROM purchase_request_line_progress p \
         WHERE p.purchase_request_id = r.id AND p.state <> 'cancelled'), 'cancelled')"
    };
}

pub(crate) use state;

/// Where a request stands: by its line that is least far, of those that are not given up.
pub const STATE: &str = state!();

row! {
    /// A request.
    pub struct PurchaseRequestRow {
        pub id: Uuid = "r.id",
        pub number: String = "r.number",
        pub manufacturing_order_id: Option<Uuid> = "r.manufacturing_order_id",
        pub manufacturing_order_number: Option<String> = "o.number",
        pub is_order_cancelled: bool = "coalesce(o.state = 'cancelled', false)",
        pub note: String = "r.note",
        pub state: String = state!(),
        pub line_count: i64 = "(SELECT count(*) FROM purchase_request_line l WHERE l.purchase_request_id = r.id)",
        pub needed_on: Option<Date> = "(SELECT min(l.needed_on) FROM purchase_request_line l WHERE l.purchase_request_id = r.id)",
        pub created_by: String = "a.name",
        pub created_at: OffsetDateTime = "r.created_at",
        pub version: i64 = "r.version",
    }
}

/// The list of requests.
pub const LIST: ListSpec = ListSpec {
    from: "purchase_request r JOIN user_account a ON a.id = r.created_by \
           LEFT JOIN manufacturing_order o ON o.id = r.manufacturing_order_id",
    count_from: "purchase_request r LEFT JOIN manufacturing_order o ON o.id = r.manufacturing_order_id",
    id: "r.id",
    search: &["r.number", "coalesce(o.number, '')", "r.note"],
    sorts: &[
        Sort { name: "created_at", sql: "r.created_at", cast: "timestamptz" },
        Sort { name: "number", sql: "r.number", cast: "text" },
    ],
};

row! {
    /// A line of a request with where it stands.
    pub struct PurchaseRequestLineRow {
        pub id: Uuid = "l.id",
        pub product_id: Uuid = "l.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub unit_code: String = "u.code",
        pub quantity: Decimal = "l.quantity",
        pub qty_received: Decimal = "l.qty_received",
        pub needed_on: Option<Date> = "l.needed_on",
        pub supplier_id: Option<Uuid> = "l.supplier_id",
        pub supplier_name: Option<String> = "s.name",
        pub material_line_id: Option<Uuid> = "l.material_line_id",
        pub state: String = "g.state",
        pub request_for_quotation_id: Option<Uuid> = "q.id",
        pub request_for_quotation_number: Option<String> = "q.number",
        pub purchase_order_id: Option<Uuid> = "o.id",
        pub purchase_order_number: Option<String> = "o.number",
    }
}

/// The lines of a request.
///
/// # Errors
/// When Postgres fails.
pub async fn lines(connection: &mut PgConnection, id: Uuid) -> Result<Vec<PurchaseRequestLineRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM purchase_request_line l JOIN purchase_request_line_progress g ON g.id = l.id \
         JOIN product p ON p.id = l.product_id JOIN unit u ON u.id = p.unit_id \
         LEFT JOIN supplier s ON s.id = l.supplier_id LEFT JOIN request_for_quotation q ON q.id = g.request_for_quotation_id \
         LEFT JOIN purchase_order o ON o.id = g.purchase_order_id \
         WHERE l.purchase_request_id = $1 ORDER BY l.position",
        PurchaseRequestLineRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

/// One line to write.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestedGoods {
    /// Its id.
    pub id: Uuid,
    /// The product.
    pub product_id: Uuid,
    /// How much, in its unit.
    pub quantity: Decimal,
    /// When it is needed.
    pub needed_on: Option<Date>,
    /// Whom it is best bought from.
    pub supplier_id: Option<Uuid>,
    /// The component that it is for.
    pub material_line_id: Option<Uuid>,
}

/// Writes a request under the next number, which it returns.
///
/// # Errors
/// What the foreign keys say.
pub async fn insert(
    tx: &mut Tx,
    id: Uuid,
    manufacturing_order_id: Option<Uuid>,
    note: String,
    lines: &[RequestedGoods],
) -> Result<String, StoreError> {
    const HEAD: &str = "INSERT INTO purchase_request (id, number, manufacturing_order_id, note, created_by, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    let (user, now) = (tx.user_id().uuid(), tx.now_utc());
    let number = crate::number_series::take(tx, "purchase_request", 1).await?.pop().unwrap_or_default();
    sql(HEAD)
        .bind(id)
        .bind(number.clone())
        .bind(manufacturing_order_id)
        .bind(note)
        .bind(user)
        .bind(now)
        .run(tx.connection())
        .await?;
    set_lines(tx, id, lines).await?;
    Ok(number)
}

/// Makes these the lines of a request, in this order.
///
/// # Errors
/// What the foreign keys say.
pub async fn set_lines(tx: &mut Tx, request: Uuid, lines: &[RequestedGoods]) -> Result<(), StoreError> {
    const TEXT: &str = "INSERT INTO purchase_request_line (id, purchase_request_id, position, product_id, quantity, \
         needed_on, material_line_id, supplier_id) SELECT n.id, $1, n.place, n.product_id, n.quantity, n.needed_on, \
         n.material_line_id, n.supplier_id FROM unnest($2::uuid[], $3::uuid[], $4::numeric[], $5::text[]::date[], \
         $6::uuid[], $7::uuid[]) WITH ORDINALITY \
         AS n(id, product_id, quantity, needed_on, material_line_id, supplier_id, place) \
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, product_id = excluded.product_id, \
         quantity = excluded.quantity, needed_on = excluded.needed_on, supplier_id = excluded.supplier_id";
    let ids = lines.iter().map(|line| line.id).collect::<Vec<_>>();
    sql("DELETE FROM purchase_request_line WHERE purchase_request_id = $1 AND id <> ALL($2)")
        .bind(request)
        .bind(ids.clone())
        .run(tx.connection())
        .await?;
    sql(TEXT)
        .bind(request)
        .bind(ids)
        .bind(lines.iter().map(|line| line.product_id).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.quantity).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.needed_on.map(|day| day.to_string())).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.material_line_id).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.supplier_id).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}

/// Writes the note of a locked request and returns its version.
///
/// # Errors
/// When Postgres fails.
pub async fn update(tx: &mut Tx, id: Uuid, note: String) -> Result<i64, StoreError> {
    const TEXT: &str = "UPDATE purchase_request SET note = $2, version = version + 1 WHERE id = $1 RETURNING version";
    Ok(sql(TEXT).bind(id).bind(note).one::<Version>(tx.connection()).await?.version)
}

/// Locks a request that the caller has read at that version.
///
/// # Errors
/// [`StoreError::NotFound`], [`StoreError::Stale`].
pub async fn lock_expected(tx: &mut Tx, id: Uuid, expected: i64) -> Result<(), StoreError> {
    let text = "SELECT version FROM purchase_request WHERE id = $1 FOR UPDATE";
    let row = sql(text).bind(id).one::<Version>(tx.connection()).await?;
    if row.version == expected { Ok(()) } else { Err(StoreError::Stale { current: row.version }) }
}

/// Gives a locked request up and returns its version.
///
/// # Errors
/// When Postgres fails.
pub async fn cancel(tx: &mut Tx, id: Uuid) -> Result<i64, StoreError> {
    const TEXT: &str =
        "UPDATE purchase_request SET is_cancelled = true, version = version + 1 WHERE id = $1 RETURNING version";
    Ok(sql(TEXT).bind(id).one::<Version>(tx.connection()).await?.version)
}

row! {
    /// What is free of a product at a place, in all lots together.
    pub struct FreeStockRow {
        pub product_id: Uuid = "b.product_id",
        pub free: Decimal = "sum(b.on_hand - b.reserved)",
    }
}

/// What is free of these products at a place.
///
/// # Errors
/// When Postgres fails.
pub async fn free(
    connection: &mut PgConnection,
    location: Uuid,
    products: Vec<Uuid>,
) -> Result<Vec<FreeStockRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM stock_balance b WHERE b.product_id = ANY($1) AND b.location_id = $2 GROUP BY b.product_id",
        FreeStockRow::COLUMNS
    );
    Ok(sql(text).bind(products).bind(location).rows(connection).await?)
}

row! {
    /// How much is on its way to an order's line.
    pub struct AskedRow {
        pub material_line_id: Uuid = "a.material_line_id",
        pub quantity: Decimal = "sum(a.quantity)",
    }
}

/// How much is on its way to the lines of an order, from the request to the goods that have not come, and from the draft
/// to the goods that are not made. What was asked for before a component was replaced by another does not count.
///
/// # Errors
/// When Postgres fails.
pub async fn asked_for(connection: &mut PgConnection, order: Uuid) -> Result<Vec<AskedRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM (SELECT g.material_line_id, g.qty_open AS quantity FROM purchase_request_line_progress g \
         JOIN material_line l ON l.id = g.material_line_id \
         JOIN purchase_request_line r ON r.id = g.id AND r.product_id = l.product_id \
         WHERE l.manufacturing_order_id = $1 UNION ALL SELECT l.id, m.quantity FROM material_line l \
         JOIN manufacturing_order m ON m.material_line_id = l.id AND m.product_id = l.product_id \
         WHERE l.manufacturing_order_id = $1 AND m.state NOT IN ('done', 'cancelled')) a GROUP BY a.material_line_id",
        AskedRow::COLUMNS
    );
    Ok(sql(text).bind(order).rows(connection).await?)
}
