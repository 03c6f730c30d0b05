//! Transfers: goods that go from one warehouse to another.

use mrp_domain::ids::{TransferId, WarehouseId};
use mrp_domain::time::Instant;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::page::Page;
use crate::stock::{GoodsLineInput, GoodsLineView};

dto! {
    /// Goods to move from one warehouse to another.
    pub struct TransferInput {
        /// Where they lie.
        pub from_warehouse_id: WarehouseId,
        /// Where they go.
        pub to_warehouse_id: WarehouseId,
        /// Why.
        #[serde(default)]
        pub reason: String,
        /// What goes.
        pub lines: Vec<GoodsLineInput>,
    }

    /// A transfer in a list.
    pub struct TransferRow {
        /// Its id.
        pub id: TransferId,
        /// Its number.
        pub number: String,
        /// When it was posted.
        pub transferred_at: Instant,
        /// Where the goods lay.
        pub from_warehouse_name: String,
        /// Where they went.
        pub to_warehouse_name: String,
        /// Why.
        pub reason: String,
        /// How many lines it has.
        pub line_count: i64,
        /// Who posted it.
        pub by: String,
    }

    /// A posted transfer.
    pub struct TransferView {
        /// Its id.
        pub id: TransferId,
        /// Its number.
        pub number: String,
        /// When it was posted.
        pub transferred_at: Instant,
        /// Where the goods lay.
        pub from_warehouse_id: WarehouseId,
        /// That warehouse's name.
        pub from_warehouse_name: String,
        /// Where they went.
        pub to_warehouse_id: WarehouseId,
        /// That warehouse's name.
        pub to_warehouse_name: String,
        /// Why.
        pub reason: String,
        /// Who posted it.
        pub by: String,
        /// What went, lot by lot.
        pub lines: Vec<GoodsLineView>,
    }
}
list_query! {
    /// Transfers.
    pub struct TransferQuery {
        /// Only into or out of this warehouse.
        pub warehouse_id: Option<WarehouseId>,
    }
}
wire!(TransferInput, TransferRow, TransferView);

endpoints! {
    /// Lists transfers, newest first.
    ListTransfers: Get "/transfers", Access::Needs(Permission::StockRead),
        { query: TransferQuery, reply: Page<TransferRow> };
    /// Reads one transfer.
    GetTransfer: Get "/transfers/{id}", Access::Needs(Permission::StockRead),
        { path: IdPath<TransferId>, reply: TransferView };
    /// Moves goods from one warehouse to another; what is reserved stays.
    CreateTransfer: Post "/transfers", Access::Needs(Permission::StockWrite),
        { body: TransferInput, reply: TransferView } creates;
}
