//! Which open orders need a product, which customers wait for it, and whether there is enough of it.

use mrp_domain::ids::{ManufacturingOrderId, ProductId, SalesOrderId};
use mrp_domain::manufacturing_order::ManufacturingOrderState;
use mrp_domain::time::Instant;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;

dto! {
    /// What open orders need of a product and confirmed sales orders still have to deliver, beside what there is. Confirmed,
    /// planned and started orders count; drafts do not.
    pub struct ProductDemandView {
        /// The product.
        pub product_id: ProductId,
        /// The unit of all amounts.
        pub unit_code: String,
        /// What open orders still have to consume, and customers still wait for.
        pub qty_needed: Decimal,
        /// What of that is reserved for them.
        pub qty_reserved: Decimal,
        /// What of that is not.
        pub qty_open: Decimal,
        /// What lies in all warehouses together.
        pub qty_on_hand: Decimal,
        /// What of that nobody has reserved.
        pub qty_free: Decimal,
        /// What open orders still make of it.
        pub qty_expected: Decimal,
        /// What draft orders would make of it; not counted.
        pub qty_in_drafts: Decimal,
        /// What nothing of this covers.
        pub qty_short: Decimal,
        /// Their components of this product and the lines that sell it, those needed first.
        pub items: Vec<ProductDemandRow>,
        /// Pass it as `cursor` to get the rows behind these; absent on the last page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next_cursor: Option<String>,
        /// How many rows there are on all pages together.
        pub total: u64,
    }

    /// One component of an open order, or one line of a confirmed sales order.
    pub struct ProductDemandRow {
        /// The manufacturing order; absent: a customer waits for it.
        pub manufacturing_order_id: Option<ManufacturingOrderId>,
        /// The sales order that it is sold with.
        pub sales_order_id: Option<SalesOrderId>,
        /// Its number.
        pub number: String,
        /// The state of the manufacturing order.
        pub state: Option<ManufacturingOrderState>,
        /// What it makes.
        pub product_id: Option<ProductId>,
        /// The name of that; or who buys, for those who may read sales orders.
        pub name: String,
        /// The operation that consumes the component; absent: the last one.
        pub operation_sequence: Option<u32>,
        /// What it still has to consume or to deliver.
        pub qty_needed: Decimal,
        /// What of that is reserved for it.
        pub qty_reserved: Decimal,
        /// What of that is not.
        pub qty_open: Decimal,
        /// When it is needed: the start of its work order, or else of the order, or else the order's deadline; of a sales order
        /// the day of its delivery.
        pub needed_at: Option<Instant>,
    }
}
list_query! {
    /// A demand, those needed first.
    pub struct ProductDemandQuery {}
}
wire!(ProductDemandView);

endpoints! {
    /// Says which open orders need a product and which sales orders wait for it, and whether stock and open orders cover that.
    GetProductDemand: Get "/products/{id}/demand", Access::Needs(Permission::StockRead),
        { path: IdPath<ProductId>, query: ProductDemandQuery, reply: ProductDemandView };
}
