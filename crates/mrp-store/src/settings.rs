//! The company's settings: one row.

use diesel_async::AsyncPgConnection;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::{Sql, sql};
use crate::table::Version;
use crate::tx::Tx;

/// The settings' name in events and history.
pub const ID: Uuid = Uuid::nil();

row! {
    /// The settings.
    pub struct SettingRow {
        pub company_name: String = "company_name",
        pub zone: String = "zone",
        pub currency: String = "currency",
        pub language: String = "language",
        pub over_production_percent: Decimal = "over_production_percent",
        pub reservation_rule: String = "reservation_rule",
        pub reserve_days_before: i32 = "reserve_days_before",
        pub near_expiry_days: i32 = "near_expiry_days",
        pub default_components_warehouse_id: Option<Uuid> = "default_components_warehouse_id",
        pub default_finished_products_warehouse_id: Option<Uuid> = "default_finished_products_warehouse_id",
        pub calendar_version: i64 = "calendar_version",
        pub is_demo: bool = "is_demo",
        pub version: i64 = "version",
    }
}

/// Reads them.
///
/// # Errors
/// When Postgres fails.
pub async fn read(connection: &mut AsyncPgConnection) -> Result<SettingRow, StoreError> {
    Ok(asking().one(connection).await?)
}

/// The statement of [`read`], to travel with others.
#[must_use]
pub fn asking() -> Sql {
    sql(format!("SELECT {} FROM setting", SettingRow::COLUMNS))
}

/// Writes them if they still have the expected version.
///
/// # Errors
/// [`StoreError::Stale`].
pub async fn save(tx: &mut Tx, row: SettingRow, expected: i64) -> Result<i64, StoreError> {
    const TEXT: &str = "UPDATE setting SET company_name = $1, zone = $2, currency = $3, language = $4, \
         over_production_percent = $5, reservation_rule = $6, reserve_days_before = $7, \
         default_components_warehouse_id = $8, default_finished_products_warehouse_id = $9, \
         calendar_version = calendar_version + 1, is_demo = $10, near_expiry_days = $11, version = version + 1 \
         WHERE version = $12 RETURNING version";
    let saved = sql(TEXT)
        .bind(row.company_name)
        .bind(row.zone)
        .bind(row.currency)
        .bind(row.language)
        .bind(row.over_production_percent)
        .bind(row.reservation_rule)
        .bind(row.reserve_days_before)
        .bind(row.default_components_warehouse_id)
        .bind(row.default_finished_products_warehouse_id)
        .bind(row.is_demo)
        .bind(row.near_expiry_days)
        .bind(expected)
        .maybe::<Version>(tx.connection())
        .await?;
    match saved {
        Some(row) => Ok(row.version),
        None => Err(StoreError::Stale { current: read(tx.connection()).await?.version }),
    }
}

/// Whether amounts of money are booked: stock that had a value when it moved, orders of suppliers or customers, or the cost
/// of what was made. They would be in another currency from one moment to the next.
///
/// # Errors
/// When Postgres fails.
pub async fn has_booked_amounts(tx: &mut Tx) -> Result<bool, StoreError> {
    const TEXT: &str = "SELECT count(*) FROM (SELECT 1 WHERE EXISTS (SELECT 1 FROM stock_move WHERE value <> 0) \
         OR EXISTS (SELECT 1 FROM purchase_order) OR EXISTS (SELECT 1 FROM sales_order) \
         OR EXISTS (SELECT 1 FROM manufacturing_order WHERE cost_sheet IS NOT NULL)) booked";
    Ok(sql(TEXT).one::<crate::sql::Count>(tx.connection()).await?.count > 0)
}

/// Says that working hours moved: resolved calendars are stale.
///
/// # Errors
/// When Postgres fails.
pub async fn calendars_moved(tx: &mut Tx) -> Result<(), StoreError> {
    sql("UPDATE setting SET calendar_version = calendar_version + 1").run(tx.connection()).await?;
    Ok(())
}
