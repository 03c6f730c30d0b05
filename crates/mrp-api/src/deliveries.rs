//! Deliveries: goods that go to a customer.

use mrp_domain::ids::{DeliveryId, WarehouseId};
use mrp_domain::time::Instant;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::page::Page;
use crate::stock::{GoodsLineInput, GoodsLineView};

dto! {
    /// Goods to hand over to a customer.
    pub struct DeliveryInput {
        /// Where they lie.
        pub warehouse_id: WarehouseId,
        /// Who gets them.
        pub customer: String,
        /// The customer's order, or whatever he knows it by.
        #[serde(default)]
        pub reference: String,
        /// What goes.
        pub lines: Vec<GoodsLineInput>,
    }

    /// A delivery in a list.
    pub struct DeliveryRow {
        /// Its id.
        pub id: DeliveryId,
        /// Its number.
        pub number: String,
        /// When it was posted.
        pub delivered_at: Instant,
        /// Who got the goods.
        pub customer: String,
        /// Where they lay.
        pub warehouse_name: String,
        /// What the customer knows it by.
        pub reference: String,
        /// How many lines it has.
        pub line_count: i64,
        /// Who posted it.
        pub by: String,
    }

    /// A posted delivery.
    pub struct DeliveryView {
        /// Its id.
        pub id: DeliveryId,
        /// Its number.
        pub number: String,
        /// When it was posted.
        pub delivered_at: Instant,
        /// Who got the goods.
        pub customer: String,
        /// Where they lay.
        pub warehouse_id: WarehouseId,
        /// That warehouse's name.
        pub warehouse_name: String,
        /// What the customer knows it by.
        pub reference: String,
        /// Who posted it.
        pub by: String,
        /// What went, lot by lot.
        pub lines: Vec<GoodsLineView>,
    }
}
list_query! {
    /// Deliveries.
    pub struct DeliveryQuery {
        /// Only from this warehouse.
        pub warehouse_id: Option<WarehouseId>,
    }
}
wire!(DeliveryInput, DeliveryRow, DeliveryView);

endpoints! {
    /// Lists deliveries, newest first.
    ListDeliveries: Get "/deliveries", Access::Needs(Permission::StockRead),
        { query: DeliveryQuery, reply: Page<DeliveryRow> };
    /// Reads one delivery.
    GetDelivery: Get "/deliveries/{id}", Access::Needs(Permission::StockRead),
        { path: IdPath<DeliveryId>, reply: DeliveryView };
    /// Hands goods over to a customer; what is reserved or past its last day stays.
    CreateDelivery: Post "/deliveries", Access::Needs(Permission::StockWrite),
        { body: DeliveryInput, reply: DeliveryView } creates;
}
