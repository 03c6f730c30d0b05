//! Which open orders need a product, and whether there is enough of it.

use mrp_domain::ids::{ManufacturingOrderId, ProductId};
use mrp_domain::manufacturing_order::ManufacturingOrderState;
use mrp_domain::time::Instant;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;

dto! {
    /// What open orders need of a product, beside what there is. Confirmed, planned and started orders count; drafts do not.
    pub struct ProductDemandView {
        /// The product.
        pub product_id: ProductId,
        /// The unit of all amounts.
        pub unit_code: String,
        /// What open orders still have to consume.
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
        /// Their components of this product, those needed first.
        pub items: Vec<ProductDemandRow>,
        /// Pass it as `cursor` to get the rows behind these; absent on the last page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next_cursor: Option<String>,
        /// How many rows there are on all pages together.
        pub total: u64,
    }

    /// One component of an open order.
    pub struct ProductDemandRow {
        /// The order.
        pub manufacturing_order_id: ManufacturingOrderId,
        /// Its number.
        pub number: String,
        /// Its state.
        pub state: ManufacturingOrderState,
        /// What it makes.
        pub product_id: ProductId,
        /// The name of that.
        pub product_name: String,
        /// The operation that consumes the component; absent: the last one.
        pub operation_sequence: Option<u32>,
        /// What it still has to consume.
        pub qty_needed: Decimal,
        /// What of that is reserved for it.
        pub qty_reserved: Decimal,
        /// What of that is not.
        pub qty_open: Decimal,
        /// When it is needed: the start of its work order, or else of the order, or else the order's deadline.
        pub needed_at: Option<Instant>,
    }
}
list_query! {
    /// A demand, those needed first.
    pub struct ProductDemandQuery {}
}
wire!(ProductDemandView);

endpoints! {
    /// Says which open orders need a product, and whether stock and open orders cover it.
    GetProductDemand: Get "/products/{id}/demand", Access::Needs(Permission::StockRead),
        { path: IdPath<ProductId>, query: ProductDemandQuery, reply: ProductDemandView };
}
