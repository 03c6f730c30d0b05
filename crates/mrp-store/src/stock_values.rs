//! What the stock was worth at a moment: what it is worth now less what moved since. The present is folded from the ledger
//! with every move, and the self-check compares the two; so the question reads only the moves that are younger.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::sql;
use crate::stock::{ADJUSTMENT, CUSTOMER, PRODUCTION, SCRAP, SUPPLIER};

row! {
    /// A product and what there was of it.
    pub struct StockValueRow {
        pub product_id: Uuid = "p.id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub unit_code: String = "u.code",
        pub quantity: Decimal = "v.quantity - coalesce(s.quantity, 0)",
        pub value: Decimal = "v.value - coalesce(s.value, 0) + coalesce(r.value, 0)",
    }
}

row! {
    /// The first moment after a day on the company's clock.
    pub struct EndRow {
        pub day: Date = "d.day",
        pub end: OffsetDateTime = "(d.day + 1)::timestamp AT TIME ZONE t.zone",
    }
}

/// When a day ends; none: the day of that moment.
///
/// # Errors
/// When Postgres fails.
pub async fn end_of(
    connection: &mut AsyncPgConnection,
    day: Option<Date>,
    now: OffsetDateTime,
) -> Result<EndRow, StoreError> {
    let text = format!(
        "SELECT {} FROM setting t, LATERAL (SELECT coalesce($1, ($2 AT TIME ZONE t.zone)::date) AS day) d",
        EndRow::COLUMNS
    );
    Ok(sql(text).bind(day).bind(now).one(connection).await?)
}

/// Statements everywhere else touch few rows by their keys, and connections plan for that.
const WHOLE_TABLES: &str = "SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; \
     SET LOCAL enable_mergejoin = on; SET LOCAL work_mem = '64MB'; SET LOCAL plan_cache_mode = force_custom_plan";

/// What there was of each product before a moment, the most valuable first; nothing of products that there was none of.
///
/// # Errors
/// When Postgres fails.
pub async fn before(
    connection: &mut AsyncPgConnection,
    moment: OffsetDateTime,
    words: Option<String>,
) -> Result<Vec<StockValueRow>, StoreError> {
    let outside = vec![SUPPLIER, CUSTOMER, PRODUCTION, SCRAP, ADJUSTMENT];
    let read = async |connection: &mut AsyncPgConnection| {
        connection.batch_execute(WHOLE_TABLES).await?;
        let text = format!(
            "SELECT {} FROM product_valuation v JOIN product p ON p.id = v.product_id JOIN unit u ON u.id = p.unit_id \
             LEFT JOIN (SELECT m.product_id, sum(CASE WHEN m.to_location_id = ANY($2) THEN -m.quantity ELSE m.quantity END) \
             AS quantity, sum(CASE WHEN m.to_location_id = ANY($2) THEN -m.value ELSE m.value END) AS value \
             FROM stock_move m WHERE m.moved_at >= $1 AND (m.to_location_id = ANY($2)) <> (m.from_location_id = ANY($2)) \
             GROUP BY m.product_id) s ON s.product_id = v.product_id \
             LEFT JOIN (SELECT d.product_id, sum(d.value) AS value FROM stock_value_difference d \
             WHERE d.kind = 'revaluation' AND d.at >= $1 GROUP BY d.product_id) r ON r.product_id = v.product_id \
             WHERE (v.quantity - coalesce(s.quantity, 0) <> 0 \
             OR v.value - coalesce(s.value, 0) + coalesce(r.value, 0) <> 0) \
             AND ($3::text IS NULL OR p.code ILIKE $3 OR p.name ILIKE $3) \
             ORDER BY v.value - coalesce(s.value, 0) + coalesce(r.value, 0) DESC, p.code",
            StockValueRow::COLUMNS
        );
        sql(text).bind(moment).bind(outside.clone()).bind(words.clone()).rows(connection).await
    };
    // A connection that is given up in the middle is seen by the pool and closed.
    Ok(connection.build_transaction().repeatable_read().read_only().run(read).await?)
}
