//! Warehouses: places with stock.

use mrp_domain::ids::{LocationId, WarehouseId};

use crate::access::Permission;
use crate::page::NounQuery;

noun! {
    /// A warehouse.
    pub struct WarehouseView of WarehouseId, edited as WarehouseInput {
        /// Its code, unique.
        pub code: String,
        /// Its name.
        pub name: String,
        /// Whether it can be chosen.
        pub active: bool,
    }
    reads {
        /// Where its stock lies.
        pub location_id: LocationId,
    }
}

noun_endpoints! {
    "warehouse" at "/warehouses", id: WarehouseId,
    read: Permission::StockRead, write: Permission::StockWrite,
    query: NounQuery, row: WarehouseView, view: WarehouseView, input: WarehouseInput,
    names: ListWarehouses GetWarehouse CreateWarehouse UpdateWarehouse DeleteWarehouse;
}
