//! Warehouses: what their bodies mean.

use mrp_api::page::NounQuery;
use mrp_api::warehouses::{
    CreateWarehouse, DeleteWarehouse, GetWarehouse, ListWarehouses, UpdateWarehouse, WarehouseInput, WarehouseView,
};
use mrp_domain::ids::{LocationId, WarehouseId};
use mrp_domain::text::{Code, Name};
use mrp_store::list::{Filters, ListSpec};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use mrp_store::warehouses::{self as store, WarehouseRow};
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::noun::{self, Noun};

/// The noun.
#[derive(Debug)]
pub struct Warehouses;

/// The five endpoints.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    noun::mount::<
        Warehouses,
        ListWarehouses,
        GetWarehouse,
        CreateWarehouse,
        UpdateWarehouse,
        DeleteWarehouse,
        WarehouseId,
    >(config);
}

impl Noun for Warehouses {
    const TABLE: &'static str = "warehouse";
    const LIST: ListSpec = store::LIST;
    const LIST_COLUMNS: &'static str = WarehouseRow::COLUMNS;
    type Query = NounQuery;
    type ListRow = WarehouseRow;
    type Row = WarehouseView;
    type View = WarehouseView;
    type Input = WarehouseInput;

    fn filters(query: &NounQuery) -> Filters {
        Filters::default().with(query.active, "w.active = $")
    }

    fn row(row: WarehouseRow) -> Result<WarehouseView, ApiError> {
        Ok(WarehouseView {
            id: WarehouseId::from_uuid(row.id),
            code: row.code,
            name: row.name,
            location_id: LocationId::from_uuid(row.location_id),
            active: row.active,
            version: row.version,
        })
    }

    async fn load(connection: &mut PgConnection, id: Uuid) -> Result<WarehouseView, ApiError> {
        Self::row(mrp_store::table::find(connection, &store::LIST, WarehouseRow::COLUMNS, id).await?)
    }

    fn input(view: WarehouseView) -> WarehouseInput {
        WarehouseInput { code: view.code, name: view.name, active: view.active }
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: WarehouseInput) -> Result<i64, ApiError> {
        let mut faults = Faults::default();
        let code = faults.take("/code", Code::new(&input.code));
        let name = faults.take("/name", Name::new(&input.name));
        faults.check()?;
        let row = WarehouseRow {
            id,
            code: code.map(String::from).unwrap_or_default(),
            name: name.map(String::from).unwrap_or_default(),
            location_id: Uuid::now_v7(),
            active: input.active,
            version: 0,
        };
        Ok(store::save(tx, row, expected).await?)
    }
}
