//! Warehouses, each with the one location where its stock lies.

use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::tx::Tx;

table! {
    /// A warehouse.
    pub struct WarehouseRow of "warehouse" as "w" {
        pub code: String,
        pub name: String,
        pub active: bool,
    }
    reads {
        pub location_id: Uuid = "l.id",
    }
}

/// The list of warehouses.
pub const LIST: ListSpec = ListSpec {
    from: "warehouse w JOIN location l ON l.warehouse_id = w.id",
    count_from: "warehouse w",
    id: "w.id",
    search: &["w.code", "w.name"],
    sorts: &[Sort { name: "code", sql: "w.code", cast: "text" }, Sort { name: "name", sql: "w.name", cast: "text" }],
};

/// Writes a warehouse; a new one gets its location, and a location bears its warehouse's name.
///
/// # Errors
/// [`StoreError::Stale`], [`StoreError::NotFound`], [`StoreError::Taken`].
pub async fn save(tx: &mut Tx, row: WarehouseRow, expected: Option<i64>) -> Result<i64, StoreError> {
    let version = row.clone().values().save(tx, row.id, expected).await?;
    let location = match expected {
        None => sql("INSERT INTO location (id, kind, name, warehouse_id) VALUES ($1, 'internal', $2, $3)")
            .bind(row.location_id)
            .bind(row.name)
            .bind(row.id),
        Some(_) => sql("UPDATE location SET name = $1 WHERE warehouse_id = $2").bind(row.name).bind(row.id),
    };
    location.run(tx.connection()).await?;
    Ok(version)
}
