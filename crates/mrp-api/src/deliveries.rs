//! Deliveries: goods that go to a customer.

use mrp_domain::ids::{DeliveryId, ProductId, SalesOrderId, SalesOrderLineId, UnitId, WarehouseId};
use mrp_domain::time::Instant;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::page::Page;
use crate::stock::{GoodsLineInput, GoodsLineView};

dto! {
    /// One product to hand over.
    pub struct DeliveryLineInput {
        /// The product.
        pub product_id: ProductId,
        /// How much; above 0.
        pub quantity: Decimal,
        /// The unit of that quantity; absent: the product's own.
        #[serde(default)]
        pub unit_id: Option<UnitId>,
        /// The lot, or a serial number for each piece, of a tracked product; absent: what expires first, then what came
        /// first.
        #[serde(default)]
        pub lot_numbers: Option<String>,
        /// The line of a sales order that it is for; then in the product's own unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub sales_order_line_id: Option<SalesOrderLineId>,
    }

    /// A sales order that goods were delivered for.
    pub struct DeliveredOrderView {
        /// Its id.
        pub id: SalesOrderId,
        /// Its number.
        pub number: String,
    }

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
        pub lines: Vec<DeliveryLineInput>,
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
        /// The sales orders that it is for.
        pub sales_orders: Vec<DeliveredOrderView>,
        /// Who posted it.
        pub by: String,
        /// What went, lot by lot.
        pub lines: Vec<GoodsLineView>,
    }
}

impl DeliveryLineInput {
    /// The goods, whoever they are for.
    #[must_use]
    pub fn goods(&self) -> GoodsLineInput {
        GoodsLineInput {
            product_id: self.product_id,
            quantity: self.quantity,
            unit_id: self.unit_id,
            lot_numbers: self.lot_numbers.clone(),
        }
    }
}

impl From<GoodsLineInput> for DeliveryLineInput {
    /// Goods that no sales order asks for.
    fn from(goods: GoodsLineInput) -> Self {
        let GoodsLineInput { product_id, quantity, unit_id, lot_numbers } = goods;
        Self { product_id, quantity, unit_id, lot_numbers, sales_order_line_id: None }
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
    /// Hands goods over to a customer, for the lines of his sales orders that it names; what is reserved or past its last day stays.
    CreateDelivery: Post "/deliveries", Access::Needs(Permission::StockWrite),
        { body: DeliveryInput, reply: DeliveryView } creates;
}
