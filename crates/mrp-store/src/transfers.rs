//! Transfers: goods that went from one warehouse to another. Posted once, never changed.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::tx::Tx;

row! {
    /// A transfer.
    pub struct TransferRow {
        pub id: Uuid = "d.id",
        pub number: String = "d.number",
        pub transferred_at: OffsetDateTime = "d.transferred_at",
        pub from_warehouse_id: Uuid = "d.from_warehouse_id",
        pub from_warehouse_name: String = "f.name",
        pub to_warehouse_id: Uuid = "d.to_warehouse_id",
        pub to_warehouse_name: String = "t.name",
        pub reason: String = "d.reason",
        pub line_count: i64 = "(SELECT count(*) FROM stock_move m WHERE m.transfer_id = d.id)",
        pub by: String = "a.name",
    }
}

/// The list.
pub const LIST: ListSpec = ListSpec {
    from: "transfer d JOIN warehouse f ON f.id = d.from_warehouse_id JOIN warehouse t ON t.id = d.to_warehouse_id JOIN user_account a ON a.id = d.user_id",
    count_from: "transfer d",
    id: "d.id",
    search: &["d.number", "d.reason"],
    sorts: &[
        Sort { name: "transferred_at", sql: "d.transferred_at", cast: "timestamptz" },
        Sort { name: "number", sql: "d.number", cast: "text" },
    ],
};

/// Writes a transfer under the next number; stock is locked already.
///
/// # Errors
/// When Postgres fails.
pub async fn insert(tx: &mut Tx, id: Uuid, (from, to): (Uuid, Uuid), reason: String) -> Result<(), StoreError> {
    let number = crate::number_series::take(tx, "transfer", 1).await?.pop().ok_or(StoreError::NotFound)?;
    let (at, by) = (tx.now_utc(), tx.user_id().uuid());
    sql("INSERT INTO transfer (id, number, from_warehouse_id, to_warehouse_id, reason, transferred_at, user_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(id)
    .bind(number)
    .bind(from)
    .bind(to)
    .bind(reason)
    .bind(at)
    .bind(by)
    .run(tx.connection())
    .await?;
    Ok(())
}
