//! Warehouses: places with stock.

use mrp_domain::ids::{LocationId, WarehouseId};

use crate::access::Permission;
use crate::page::NounQuery;

dto! {
    /// A warehouse.
    pub struct WarehouseView {
        /// Its id.
        pub id: WarehouseId,
        /// Its code.
        pub code: String,
        /// Its name.
        pub name: String,
        /// Where its stock lies.
        pub location_id: LocationId,
        /// Whether it can be chosen.
        pub active: bool,
        /// For `If-Match`.
        pub version: i64,
    }

    /// The editable fields of a warehouse.
    pub struct WarehouseInput {
        /// Its code, unique.
        pub code: String,
        /// Its name.
        pub name: String,
        /// Whether it can be chosen.
        pub active: bool,
    }
}
wire!(versioned WarehouseView);
wire!(WarehouseInput);

noun_endpoints! {
    "warehouse" at "/warehouses", id: WarehouseId,
    read: Permission::StockRead, write: Permission::StockWrite,
    query: NounQuery, row: WarehouseView, view: WarehouseView, input: WarehouseInput,
    names: ListWarehouses GetWarehouse CreateWarehouse UpdateWarehouse DeleteWarehouse;
}
