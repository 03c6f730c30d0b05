//! Lots and serial numbers of tracked products.

use mrp_domain::ids::{LotId, ManufacturingOrderId, ProductId, SalesOrderId, WarehouseId};
use mrp_domain::lot::Expiry;
use mrp_domain::product::Tracking;
use mrp_domain::time::Instant;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;

noun! {
    /// A lot or a serial number.
    pub struct LotView of LotId, edited as LotInput {
        /// Its product; it stays.
        pub product_id: ProductId,
        /// Its number, unique within the product.
        pub number: String,
        /// The last day on which it may be used, `2026-12-31`.
        #[serde(default)]
        pub expires_on: Option<String>,
        /// What the supplier calls it.
        #[serde(default)]
        pub supplier_lot: String,
        /// What people should know of it.
        #[serde(default)]
        pub note: String,
    }
    reads {
        /// The product's code.
        pub product_code: String,
        /// The product's name.
        pub product_name: String,
        /// The product's unit.
        pub unit_code: String,
        /// Whether it is a lot or a serial number.
        pub tracking: Tracking,
        /// How it stands to its last day.
        pub expiry: Expiry,
        /// When it was first heard of.
        pub created_at: Instant,
        /// In all warehouses together.
        pub qty_on_hand: Decimal,
        /// Promised to orders.
        pub qty_reserved: Decimal,
        /// What is left.
        pub qty_free: Decimal,
        /// The warehouses where it lies, by name.
        pub places: String,
    }
}
list_query! {
    /// A list of lots.
    pub struct LotQuery {
        /// Only of this product.
        pub product_id: Option<ProductId>,
        /// Only what is in stock (`true`), or only what is gone (`false`).
        pub in_stock: Option<bool>,
        /// Only how they stand to their last day.
        pub expiry: Option<Expiry>,
    }
}

dto! {
    /// What of a lot lies in a warehouse.
    pub struct LotPlace {
        /// The warehouse.
        pub warehouse_id: WarehouseId,
        /// Its name.
        pub warehouse_name: String,
        /// What is there.
        pub qty_on_hand: Decimal,
        /// What of it is promised.
        pub qty_reserved: Decimal,
    }

    /// An order that holds some of a lot, or a sales order for which some of it lies.
    pub struct LotHolder {
        /// The manufacturing order; absent: it lies for a customer.
        pub manufacturing_order_id: Option<ManufacturingOrderId>,
        /// The sales order for which it lies.
        pub sales_order_id: Option<SalesOrderId>,
        /// Its number.
        pub number: String,
        /// What it makes; or who buys, for those who may read sales orders.
        pub name: String,
        /// How much it holds.
        pub qty_reserved: Decimal,
    }

    /// Where a lot lies, and who holds it.
    pub struct LotWhereabouts {
        /// Where it lies.
        pub places: Vec<LotPlace>,
        /// Who holds it.
        pub holders: Vec<LotHolder>,
    }
}
wire!(LotWhereabouts);

noun_endpoints! {
    "lot" at "/lots", id: LotId,
    read: Permission::StockRead, write: Permission::StockWrite,
    query: LotQuery, row: LotView, view: LotView, input: LotInput,
    names: ListLots GetLot CreateLot UpdateLot DeleteLot;
    /// Tells where a lot lies, which orders hold it and for which customers it lies.
    GetLotWhereabouts: Get "/lots/{id}/whereabouts", Access::Needs(Permission::StockRead),
        { path: IdPath<LotId>, reply: LotWhereabouts };
}
