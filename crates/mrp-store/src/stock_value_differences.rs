//! What goods of products with a standard cost really cost beyond it, and what a new standard cost did to the stock.

use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::stock::{Document, ValuationRow};
use crate::tx::Tx;

row! {
    /// One difference.
    pub struct DifferenceRow {
        pub id: Uuid = "d.id",
        pub at: OffsetDateTime = "d.at",
        pub product_id: Uuid = "p.id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub kind: String = "d.kind",
        pub value: Decimal = "d.value",
        pub document: String = "coalesce(o.number, r.number, '')",
        pub document_id: Option<Uuid> = "coalesce(d.manufacturing_order_id, d.receipt_id)",
        pub by: String = "coalesce(a.name, '')",
    }
}

/// The list of differences.
pub const LIST: ListSpec = ListSpec {
    from: "stock_value_difference d JOIN product p ON p.id = d.product_id LEFT JOIN receipt r ON r.id = d.receipt_id \
           LEFT JOIN manufacturing_order o ON o.id = d.manufacturing_order_id \
           LEFT JOIN user_account a ON a.id = d.user_id",
    count_from: "stock_value_difference d JOIN product p ON p.id = d.product_id",
    id: "d.id",
    search: &["p.code", "p.name"],
    sorts: &[
        Sort { name: "at", sql: "d.at", cast: "timestamptz" },
        Sort { name: "value", sql: "d.value", cast: "numeric" },
        Sort { name: "product_code", sql: "p.code", cast: "text" },
    ],
};

/// A difference to write.
#[derive(Debug, Clone, Copy)]
pub struct DifferenceValues {
    pub product_id: Uuid,
    pub kind: &'static str,
    /// Above 0: a loss.
    pub value: Decimal,
    pub document: Document,
}

/// Writes differences; those of nothing are left out.
///
/// # Errors
/// When Postgres fails.
pub async fn note(tx: &mut Tx, differences: &[DifferenceValues]) -> Result<(), StoreError> {
    const TEXT: &str = "INSERT INTO stock_value_difference (id, at, product_id, kind, value, receipt_id, \
         manufacturing_order_id, user_id) SELECT g.id, $7, g.product_id, g.kind, g.value, g.receipt_id, g.order_id, $8 \
         FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::numeric[], $5::uuid[], $6::uuid[]) \
         AS g(id, product_id, kind, value, receipt_id, order_id)";
    let some = differences.iter().filter(|one| !one.value.is_zero()).collect::<Vec<_>>();
    if some.is_empty() {
        return Ok(());
    }
    let receipt = |one: &&DifferenceValues| match one.document {
        Document::Receipt(id) => Some(id),
        _ => None,
    };
    let order = |one: &&DifferenceValues| match one.document {
        Document::ManufacturingOrder(id) => Some(id),
        _ => None,
    };
    let (at, by) = (tx.now_utc(), tx.user_id().uuid());
    sql(TEXT)
        .bind(some.iter().map(|_| Uuid::now_v7()).collect::<Vec<_>>())
        .bind(some.iter().map(|one| one.product_id).collect::<Vec<_>>())
        .bind(some.iter().map(|one| one.kind.to_owned()).collect::<Vec<_>>())
        .bind(some.iter().map(|one| one.value).collect::<Vec<_>>())
        .bind(some.iter().map(receipt).collect::<Vec<_>>())
        .bind(some.iter().map(order).collect::<Vec<_>>())
        .bind(at)
        .bind(by)
        .run(tx.connection())
        .await?;
    Ok(())
}

/// Locks what the stock of a product is worth; none when there never was any.
///
/// # Errors
/// When Postgres fails.
pub async fn lock_value(tx: &mut Tx, product_id: Uuid) -> Result<Option<ValuationRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM product_valuation v WHERE v.product_id = $1 AND v.quantity > 0 FOR UPDATE",
        ValuationRow::COLUMNS
    );
    Ok(sql(text).bind(product_id).maybe(tx.connection()).await?)
}

/// Writes what the stock of a product is worth from now on.
///
/// # Errors
/// When Postgres fails.
pub async fn revalue(tx: &mut Tx, product_id: Uuid, value: Decimal) -> Result<(), StoreError> {
    sql("UPDATE product_valuation SET value = $2 WHERE product_id = $1")
        .bind(product_id)
        .bind(value)
        .run(tx.connection())
        .await?;
    Ok(())
}
