//! Lots and serial numbers: what is known of them, where they lie, and who holds them.

use diesel_async::AsyncPgConnection;
use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::{Count, sql};
use crate::tx::Tx;

table! {
    /// A lot with its product and what there is of it.
    pub struct LotRow of "lot" as "t" {
        pub product_id: Uuid,
        pub number: String,
        pub expires_on: Option<Date>,
        pub supplier_lot: String,
        pub note: String,
        pub created_at: OffsetDateTime,
    }
    reads {
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub unit_code: String = "u.code",
        pub tracking: String = "p.tracking",
        pub today: Date = "(now() AT TIME ZONE (SELECT zone FROM setting))::date",
        pub near_days: i32 = "(SELECT near_expiry_days FROM setting)",
        pub on_hand: Decimal = "(SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b WHERE b.product_id = t.product_id AND b.lot_id = t.id)",
        pub reserved: Decimal = "(SELECT coalesce(sum(b.reserved), 0) FROM stock_balance b WHERE b.product_id = t.product_id AND b.lot_id = t.id)",
        pub places: String = "(SELECT coalesce(string_agg(w.name, ', ' ORDER BY w.name), '') FROM stock_balance b JOIN location l ON l.id = b.location_id JOIN warehouse w ON w.id = l.warehouse_id WHERE b.product_id = t.product_id AND b.lot_id = t.id AND b.on_hand <> 0)",
    }
}

/// The list of lots.
pub const LIST: ListSpec = ListSpec {
    from: "lot t JOIN product p ON p.id = t.product_id JOIN unit u ON u.id = p.unit_id",
    count_from: "lot t JOIN product p ON p.id = t.product_id",
    id: "t.id",
    search: &["t.number", "t.supplier_lot", "p.code", "p.name"],
    sorts: &[
        Sort { name: "number", sql: "t.number", cast: "text" },
        Sort { name: "product_code", sql: "p.code", cast: "text" },
        Sort { name: "expires_on", sql: "coalesce(t.expires_on, 'infinity'::date)", cast: "date" },
        Sort { name: "created_at", sql: "t.created_at", cast: "timestamptz" },
    ],
};

/// Whether a lot is in stock, as a condition of the list.
pub const IN_STOCK: &str =
    "EXISTS (SELECT FROM stock_balance b WHERE b.product_id = t.product_id AND b.lot_id = t.id AND b.on_hand > 0) = $";

/// A lot that somebody names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedLot {
    pub product_id: Uuid,
    pub number: String,
    pub expires_on: Option<Date>,
    pub supplier_lot: String,
}

row! {
    /// A lot as goods enter it.
    pub struct KeptLotRow {
        pub id: Uuid = "t.id",
        pub product_id: Uuid = "t.product_id",
        pub number: String = "t.number",
        pub expires_on: Option<Date> = "t.expires_on",
        /// What there is of it, wherever it lies.
        pub on_hand: Decimal = "(SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b WHERE b.product_id = t.product_id AND b.lot_id = t.id)",
    }
}

/// Makes the lots that do not exist yet, and keeps everybody else from them until the transaction ends: lots are locked
/// before balances, by product and number.
///
/// # Errors
/// When Postgres fails.
pub async fn keep(tx: &mut Tx, mut named: Vec<NamedLot>) -> Result<Vec<KeptLotRow>, StoreError> {
    const MAKING: &str = "INSERT INTO lot (id, product_id, number, expires_on, supplier_lot, created_at) \
         SELECT g.id, g.product_id, g.number, g.expires_on, g.supplier_lot, $6 \
         FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::text[]) \
         AS g(id, product_id, number, expires_on, supplier_lot) \
         WHERE NOT EXISTS (SELECT FROM lot t WHERE t.product_id = g.product_id AND t.number = g.number) \
         ON CONFLICT (product_id, number) DO NOTHING";
    if named.is_empty() {
        return Ok(Vec::new());
    }
    named.sort_unstable();
    named.dedup_by(|left, right| (left.product_id, &left.number) == (right.product_id, &right.number));
    let at = tx.now_utc();
    let ids: Vec<Uuid> = named.iter().map(|_| Uuid::now_v7()).collect();
    let products: Vec<Uuid> = named.iter().map(|lot| lot.product_id).collect();
    let numbers: Vec<String> = named.iter().map(|lot| lot.number.clone()).collect();
    sql(MAKING)
        .bind(ids)
        .bind(products.clone())
        .bind(numbers.clone())
        .bind(named.iter().map(|lot| lot.expires_on).collect::<Vec<_>>())
        .bind(named.iter().map(|lot| lot.supplier_lot.clone()).collect::<Vec<_>>())
        .bind(at)
        .run(tx.connection())
        .await?;
    // What was read of a row before its lock was granted may be old, so the amounts are read behind the lock.
    const LOCKING: &str = "SELECT count(*) FROM (SELECT 1 FROM lot t JOIN unnest($1::uuid[], $2::text[]) \
         AS g(product_id, number) ON t.product_id = g.product_id AND t.number = g.number \
         ORDER BY t.product_id, t.number FOR NO KEY UPDATE OF t) l";
    sql(LOCKING).bind(products.clone()).bind(numbers.clone()).run(tx.connection()).await?;
    let text = format!(
        "SELECT {} FROM lot t JOIN unnest($1::uuid[], $2::text[]) AS g(product_id, number) \
         ON t.product_id = g.product_id AND t.number = g.number",
        KeptLotRow::COLUMNS
    );
    Ok(sql(text).bind(products).bind(numbers).rows(tx.connection()).await?)
}

/// A product's lot of that number; none when there is none.
///
/// # Errors
/// When Postgres fails.
pub async fn called(
    connection: &mut AsyncPgConnection,
    product_id: Uuid,
    number: String,
) -> Result<Option<KeptLotRow>, StoreError> {
    let text = format!("SELECT {} FROM lot t WHERE t.product_id = $1 AND t.number = $2", KeptLotRow::COLUMNS);
    Ok(sql(text).bind(product_id).bind(number).maybe(connection).await?)
}

row! {
    /// What of a lot lies in a warehouse.
    pub struct PlaceRow {
        pub warehouse_id: Uuid = "w.id",
        pub warehouse_name: String = "w.name",
        pub on_hand: Decimal = "b.on_hand",
        pub reserved: Decimal = "b.reserved",
    }
}

/// Where a lot lies.
///
/// # Errors
/// When Postgres fails.
pub async fn places(connection: &mut AsyncPgConnection, id: Uuid) -> Result<Vec<PlaceRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM lot t JOIN stock_balance b ON b.product_id = t.product_id AND b.lot_id = t.id \
         JOIN location l ON l.id = b.location_id JOIN warehouse w ON w.id = l.warehouse_id \
         WHERE t.id = $1 AND b.on_hand <> 0 ORDER BY w.name, w.id",
        PlaceRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

row! {
    /// An order that holds some of a lot, or a sales order for which some of it lies.
    pub struct HolderRow {
        pub manufacturing_order_id: Option<Uuid> = "g.manufacturing_order_id",
        pub sales_order_id: Option<Uuid> = "g.sales_order_id",
        pub number: String = "g.number",
        pub name: String = "g.name",
        pub qty_reserved: Decimal = "g.quantity",
    }
}

/// Who holds a lot, and for which customers it lies.
///
/// # Errors
/// When Postgres fails.
pub async fn holders(connection: &mut AsyncPgConnection, id: Uuid) -> Result<Vec<HolderRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM (SELECT o.id AS manufacturing_order_id, NULL::uuid AS sales_order_id, o.number, p.name, \
         h.qty_reserved AS quantity, m.position FROM material_line_lot h JOIN material_line m ON m.id = h.material_line_id \
         JOIN manufacturing_order o ON o.id = m.manufacturing_order_id JOIN product p ON p.id = o.product_id \
         WHERE h.lot_id = $1 AND h.qty_reserved > 0 UNION ALL \
         SELECT NULL, s.id, s.number, s.customer, r.quantity, l.position FROM sales_reservation r \
         JOIN sales_order_line l ON l.id = r.sales_order_line_id JOIN sales_order s ON s.id = l.sales_order_id \
         WHERE r.lot_id = $1 AND r.lot_id <> '00000000-0000-0000-0000-000000000000') g \
         ORDER BY g.sales_order_id IS NOT NULL, g.number, g.position",
        HolderRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

/// Whether a lot was ever moved.
///
/// # Errors
/// When Postgres fails.
pub async fn has_moves(connection: &mut AsyncPgConnection, id: Uuid) -> Result<bool, StoreError> {
    const TEXT: &str = "SELECT count(*) FROM (SELECT 1 FROM stock_move WHERE lot_id = $1 \
         AND lot_id <> '00000000-0000-0000-0000-000000000000' LIMIT 1) m";
    Ok(sql(TEXT).bind(id).one::<Count>(connection).await?.count > 0)
}

/// Whether any of a product is in stock.
///
/// # Errors
/// When Postgres fails.
pub async fn product_in_stock(connection: &mut AsyncPgConnection, product_id: Uuid) -> Result<bool, StoreError> {
    const TEXT: &str =
        "SELECT count(*) FROM (SELECT 1 FROM stock_balance WHERE product_id = $1 AND on_hand <> 0 LIMIT 1) b";
    Ok(sql(TEXT).bind(product_id).one::<Count>(connection).await?.count > 0)
}
