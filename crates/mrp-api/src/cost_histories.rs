//! How the cost of a product came to be what it is: changes of its standard cost, and what receipts and orders did to the
//! moving average of its stock.

use mrp_domain::ids::{ManufacturingOrderId, ProductId, ReceiptId};
use mrp_domain::product::CostMethod;
use mrp_domain::time::Instant;
use mrp_domain::vocabulary;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::page::Page;

vocabulary! {
    /// What made a cost another one.
    pub enum CostChangeSource {
        /// Somebody typed it.
        ByHand = "by_hand",
        /// A file.
        Import = "import",
        /// Taken over from what the recipe costs.
        Recipe = "recipe",
        /// Goods that came in.
        Receipt = "receipt",
        /// What an order consumed or made.
        Order = "order",
        /// A count, or scrap.
        Correction = "correction",
    }
}

dto! {
    /// One change of a cost.
    pub struct CostHistoryRow {
        /// When.
        pub at: Instant,
        /// Who.
        pub by: String,
        /// Which cost: the standard cost, or the moving average.
        pub cost_method: CostMethod,
        /// What changed it.
        pub source: CostChangeSource,
        /// What one unit cost before; absent: nobody had said, or nothing was there.
        pub old_cost: Option<Decimal>,
        /// What it costs since; absent: nobody says any more.
        pub new_cost: Option<Decimal>,
        /// How much came in (above 0) or went out (below 0), for the moving average.
        pub quantity: Option<Decimal>,
        /// The number of the order or the receipt.
        pub document: String,
        /// The order that did it.
        pub manufacturing_order_id: Option<ManufacturingOrderId>,
        /// The receipt that did it.
        pub receipt_id: Option<ReceiptId>,
    }

    /// A cost to take over.
    pub struct RecipeCostInput {
        /// What the recipe costs, as somebody saw it.
        pub standard_cost: Decimal,
    }
}
list_query! {
    /// A cost history, newest first.
    pub struct CostHistoryQuery {
        /// Only changes of the standard cost, or of the moving average.
        pub cost_method: Option<CostMethod>,
    }
}
wire!(CostHistoryRow, RecipeCostInput);

endpoints! {
    /// Lists how the cost of a product changed, newest first.
    ListCostHistory: Get "/products/{id}/cost-history", Access::Needs(Permission::CostRead),
        { path: IdPath<ProductId>, query: CostHistoryQuery, reply: Page<CostHistoryRow> };
    /// Makes what its recipe costs the standard cost of a product.
    TakeOverRecipeCost: Post "/products/{id}/take-over-recipe-cost", Access::Needs(Permission::ProductWrite), versioned,
        { path: IdPath<ProductId>, body: RecipeCostInput, reply: crate::products::ProductView };
}
