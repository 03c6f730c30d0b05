//! Corrections of stock by hand: scrapping, and counting.

use mrp_domain::ids::{LossReasonId, ProductId, StockMoveId, WarehouseId};
use rust_decimal::Decimal;

use crate::access::{Access, Permission};

dto! {
    /// Goods that nobody can use any more.
    pub struct ScrapInput {
        /// The product.
        pub product_id: ProductId,
        /// Where it lies.
        pub warehouse_id: WarehouseId,
        /// The lot or serial number, of a tracked product.
        #[serde(default)]
        pub lot_number: Option<String>,
        /// How much, in the product's unit; above 0.
        pub quantity: Decimal,
        /// Why; one of scrap.
        #[serde(default)]
        pub reason_id: Option<LossReasonId>,
        /// More about it; mandatory without a reason of the list.
        #[serde(default)]
        pub reason: String,
    }

    /// What was counted.
    pub struct CountInput {
        /// The product.
        pub product_id: ProductId,
        /// Where it was counted.
        pub warehouse_id: WarehouseId,
        /// The lot or serial number, of a tracked product; made when it is new.
        #[serde(default)]
        pub lot_number: Option<String>,
        /// The last day on which a new lot may be used, `2026-12-31`.
        #[serde(default)]
        pub expires_on: Option<String>,
        /// All that is there, in the product's unit; 0 or more.
        pub qty_counted: Decimal,
        /// What one unit beyond the books is worth; the product's unit cost when absent. Needs `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub unit_cost: Option<Decimal>,
        /// What people should know.
        #[serde(default)]
        pub note: String,
    }

    /// What a correction did, and what is there now.
    pub struct StockCorrectionView {
        /// The line in the ledger; absent when the count found what the books said.
        pub move_id: Option<StockMoveId>,
        /// The product.
        pub product_id: ProductId,
        /// Its name.
        pub product_name: String,
        /// Its unit.
        pub unit_code: String,
        /// The warehouse.
        pub warehouse_id: WarehouseId,
        /// By how much stock changed; below 0: less.
        pub qty_difference: Decimal,
        /// What is there.
        pub qty_on_hand: Decimal,
        /// What is promised to orders.
        pub qty_reserved: Decimal,
        /// What is left.
        pub qty_free: Decimal,
        /// What the difference is worth; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub value: Option<Decimal>,
    }
}
wire!(ScrapInput, CountInput, StockCorrectionView);

endpoints! {
    /// Takes goods that nobody can use any more out of stock.
    ScrapStock: Post "/stock/scrap", Access::Needs(Permission::StockWrite),
        { body: ScrapInput, reply: StockCorrectionView };
    /// Sets stock to what was counted.
    CountStock: Post "/stock/count", Access::Needs(Permission::StockWrite),
        { body: CountInput, reply: StockCorrectionView };
}
