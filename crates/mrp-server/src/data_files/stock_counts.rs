//! What is particular to the file of stock: what lies where, set to what was counted.

use std::collections::{BTreeSet, HashMap, HashSet};

use mrp_api::access::Permission;
use mrp_api::stock::StockQuery;
use mrp_api::stock_corrections::CountInput;
use mrp_domain::ids::{LotId, ProductId, WarehouseId};
use mrp_domain::money::UnitCost;
use mrp_store::data_files::Keys;
use mrp_store::list::{Filters, ListSpec};
use mrp_store::sql::PgConnection;
use mrp_store::stock::{BalanceRow, Looked, balances_of};
use mrp_store::tx::Tx;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::data_files::kinds::{DataFile, Known, Recorded, parsed};
use crate::error::ApiError;
use crate::noun::list_request;
use crate::routes::products::unit_cost;
use crate::routes::stock_corrections::set_counted;

/// What lies where. A file sets it to what was counted, as people do by hand; products of which it says nothing stay.
pub(super) struct StockCounts;

impl StockCounts {
    fn known_row(row: BalanceRow) -> Result<Known<CountInput>, ApiError> {
        let cost = unit_cost(&row.cost_method, row.standard_cost, row.valued_quantity.zip(row.valued_at))?;
        Ok(Self::count(row, cost))
    }

    fn count(row: BalanceRow, unit_cost: Option<UnitCost>) -> Known<CountInput> {
        let input = CountInput {
            product_id: ProductId::from_uuid(row.product_id),
            warehouse_id: WarehouseId::from_uuid(row.warehouse_id),
            lot_number: row.lot_number,
            expires_on: row.expires_on.map(|day| day.to_string()),
            qty_counted: row.on_hand,
            unit_cost: unit_cost.map(UnitCost::get),
            note: String::new(),
        };
        Known { id: row.product_id, version: 0, input }
    }
}

/// The ids of what a list of balances shows with these parameters.
/// `products` narrows it to these.
async fn matching(
    connection: &mut PgConnection,
    list: &ListSpec,
    query: &str,
    products: Option<Vec<Uuid>>,
) -> Result<HashSet<Uuid>, ApiError> {
    let query: StockQuery = parsed(query)?;
    let search = list_request(&query).search;
    let filters = Filters::default()
        .with(products, "b.product_id = ANY($)")
        .with(query.product_id.map(ProductId::uuid), "b.product_id = $")
        .with(query.warehouse_id.map(WarehouseId::uuid), "w.id = $")
        .with(query.lot_id.map(LotId::uuid), "b.lot_id = $");
    Ok(list.matching(connection, search.as_deref(), filters).await?)
}

impl Recorded for StockCounts {
    type Input = CountInput;

    const TABLE: &'static str = "stock_correction";

    async fn save(tx: &mut Tx, _: Uuid, _: Option<i64>, input: CountInput) -> Result<i64, ApiError> {
        set_counted(tx, &input, false).await.map(|_| 1)
    }

    /// Products of which something lies there.
    async fn shown(connection: &mut PgConnection, query: &str, _: bool) -> Result<HashSet<Uuid>, ApiError> {
        let balances = ListSpec { id: "b.product_id", ..Looked::ByName.balances() };
        matching(connection, &balances, query, None).await
    }

    /// By products: all places of each.
    async fn read(connection: &mut PgConnection, ids: Vec<Uuid>) -> Result<Vec<Known<CountInput>>, ApiError> {
        balances_of(connection, ids).await?.into_iter().map(Self::known_row).collect()
    }
}

impl DataFile for StockCounts {
    const READ: Permission = Permission::StockRead;
    const WRITE: Permission = Permission::StockWrite;
    const KEY: &'static [&'static str] = &["product_id", "warehouse_id", "lot_number"];
    const KEYS: Keys = Keys {
        table: "product",
        key: "code",
        among: "EXISTS (SELECT FROM stock_balance b JOIN location l ON l.id = b.location_id \
                WHERE b.product_id = product.id AND b.on_hand <> 0 AND l.warehouse_id IS NOT NULL)",
        best: "id",
    };
    const COSTS: &'static [&'static str] = &["unit_cost"];
    type Line = CountInput;

    /// One warehouse is counted without the others, and one lot, too.
    async fn known_shown(
        connection: &mut PgConnection,
        query: &str,
        ids: Vec<Uuid>,
    ) -> Result<Vec<Known<CountInput>>, ApiError> {
        let shown = matching(connection, &Looked::ByName.balances(), query, Some(ids.clone())).await?;
        let rows = balances_of(connection, ids).await?;
        rows.into_iter().filter(|row| shown.contains(&row.id)).map(Self::known_row).collect()
    }

    fn start() -> Value {
        json!({})
    }

    async fn called(
        connection: &mut PgConnection,
        keys: Vec<String>,
    ) -> Result<HashMap<String, Known<CountInput>>, ApiError> {
        let product = |key: &String| key.split('|').next().and_then(|id| id.parse().ok());
        let products: BTreeSet<Uuid> = keys.iter().filter_map(product).collect();
        let known = Self::read(connection, products.into_iter().collect()).await?;
        let key = |known: &Known<CountInput>| {
            let lot = known.input.lot_number.as_deref().unwrap_or_default();
            format!("{}|{}|{lot}", known.input.product_id, known.input.warehouse_id)
        };
        Ok(known.into_iter().map(|known| (key(&known), known)).collect())
    }

    /// Costs move with what comes and goes; what was counted is what a file is for.
    fn is_as_known(known: &CountInput, input: &CountInput) -> bool {
        known.qty_counted == input.qty_counted
    }

    /// Every count tells of itself.
    fn changed(_: &mut Tx, _: Uuid, _: i64) {}
}
