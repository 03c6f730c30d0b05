//! Warehouses: what their bodies mean.

use mrp_api::page::NounQuery;
use mrp_api::warehouses::{
    CreateWarehouse, DeleteWarehouse, GetWarehouse, ListWarehouses, UpdateWarehouse, WarehouseInput, WarehouseView,
};
use mrp_domain::ids::WarehouseId;
use mrp_domain::text::{Code, Name};
use mrp_store::list::Filters;
use mrp_store::tx::Tx;
use mrp_store::warehouses::{self as store, WarehouseRow};
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::noun::Noun;

five_endpoints!(Warehouses of WarehouseId: ListWarehouses GetWarehouse CreateWarehouse UpdateWarehouse DeleteWarehouse);

fields! {
    Warehouses: WarehouseRow, WarehouseView, WarehouseInput;
    edited {
        code: Code::new,
        name: Name::new,
        active,
    }
    read { location_id: Uuid::now_v7(), }
}

impl Noun for Warehouses {
    type Query = NounQuery;
    one_record!(WarehouseRow, WarehouseView, WarehouseInput);

    fn filters(query: &NounQuery) -> Filters {
        Filters::default().with(query.active, "w.active = $")
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: WarehouseInput) -> Result<i64, ApiError> {
        Ok(store::save(tx, Self::fields(id, input, Faults::default())?, expected).await?)
    }
}
