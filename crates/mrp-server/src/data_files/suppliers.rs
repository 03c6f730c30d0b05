//! What is particular to the files of suppliers and their prices.

use std::collections::HashMap;

use mrp_api::access::Permission;
use mrp_api::supplier_prices::{SupplierPriceInput, SupplierPriceView};
use mrp_api::suppliers::SupplierInput;
use mrp_store::data_files::Keys;
use mrp_store::sql::PgConnection;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::data_files::kinds::{DataFile, Known, all_at_once};
use crate::error::ApiError;
use crate::routes::supplier_prices::SupplierPrices;
use crate::routes::suppliers::Suppliers;

impl DataFile for Suppliers {
    const READ: Permission = Permission::PurchaseRead;
    const WRITE: Permission = Permission::PurchaseWrite;
    const KEYS: Keys = Keys::of("supplier", "code");
    type Line = SupplierInput;

    fn start() -> Value {
        json!({ "email": "", "lead_days": 0, "over_receipt_percent": "0", "note": "", "active": true })
    }

    async fn known(connection: &mut PgConnection, ids: Vec<Uuid>) -> Result<Vec<Known<SupplierInput>>, ApiError> {
        all_at_once::<Self>(connection, ids, |view| view.id.uuid()).await
    }
}

impl DataFile for SupplierPrices {
    const READ: Permission = Permission::PurchaseRead;
    const WRITE: Permission = Permission::PurchaseWrite;
    const KEY: &'static [&'static str] = &["product_id", "supplier_id", "min_quantity", "valid_from"];
    const KEYS: Keys = Keys::of(
        "supplier_price",
        "concat(product_id::text, '|', supplier_id::text, '|', trim_scale(min_quantity)::text, '|', \
         coalesce(valid_from::text, ''))",
    );
    const COSTS: &'static [&'static str] = SupplierPriceView::COSTS;
    type Line = SupplierPriceInput;

    fn start() -> Value {
        json!({ "supplier_article": "", "min_quantity": "0", "order_multiple": "0", "rank": 1 })
    }

    async fn known(connection: &mut PgConnection, ids: Vec<Uuid>) -> Result<Vec<Known<SupplierPriceInput>>, ApiError> {
        all_at_once::<Self>(connection, ids, |view| view.id.uuid()).await
    }

    /// A file may write a quantity as it likes, and leave it out when any amount is sold.
    async fn called(
        connection: &mut PgConnection,
        keys: Vec<String>,
    ) -> Result<HashMap<String, Known<SupplierPriceInput>>, ApiError> {
        let stored = keys.iter().map(|key| stored_price_key(key)).collect();
        let found = Self::KEYS.called(connection, stored).await?;
        let known = Self::known(connection, found.iter().map(|row| row.id).collect()).await?;
        let known: HashMap<Uuid, Known<SupplierPriceInput>> = known.into_iter().map(|one| (one.id, one)).collect();
        let ids: HashMap<String, Uuid> = found.into_iter().map(|row| (row.key, row.id)).collect();
        let of = |key: String| {
            let one = known.get(ids.get(&stored_price_key(&key))?)?.clone();
            Some((key, one))
        };
        Ok(keys.into_iter().filter_map(of).collect())
    }
}

/// What tells a price apart, as the database writes it.
fn stored_price_key(key: &str) -> String {
    let mut parts: Vec<String> = key.split('|').map(str::to_owned).collect();
    if let Some(quantity) = parts.get_mut(2) {
        *quantity = quantity.parse::<Decimal>().unwrap_or_default().normalize().to_string();
    }
    parts.join("|")
}
