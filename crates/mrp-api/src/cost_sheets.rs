//! The cost sheet of a manufacturing order: planned and actual side by side.

use mrp_domain::ids::{ManufacturingOrderId, ProductId};
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;

dto! {
    /// The cost of one order.
    pub struct CostSheetView {
        /// ISO 4217 code.
        pub currency: String,
        /// Ordered quantity.
        pub quantity: Decimal,
        /// The unit of that.
        pub unit_code: String,
        /// Whether the order is done and the sheet will not change any more.
        pub is_frozen: bool,
        /// What the recipe and the routing say.
        pub planned_total: Decimal,
        /// Per ordered piece.
        pub planned_unit: Decimal,
        /// What was spent so far.
        pub actual_total: Decimal,
        /// Per good piece; absent before there is one.
        pub actual_unit: Option<Decimal>,
        /// What it will come to: spent and still to come.
        pub forecast_total: Decimal,
        /// Ordered quantity at the selling price.
        pub revenue: Option<Decimal>,
        /// Selling price of one.
        pub selling_price: Option<Decimal>,
        /// Revenue less planned cost.
        pub planned_margin: Option<Decimal>,
        /// In percent of the revenue, two decimals.
        pub planned_margin_percent: Option<Decimal>,
        /// Revenue less forecast cost.
        pub forecast_margin: Option<Decimal>,
        /// In percent of the revenue, two decimals.
        pub forecast_margin_percent: Option<Decimal>,
        /// Material, work centers, labour, in this order.
        pub groups: Vec<CostGroupView>,
        /// What comes out beside the product, and the part of the cost that it takes off the product.
        #[serde(default)]
        pub by_products: Vec<CostByProductView>,
        /// What has no cost or rate and counts as 0.
        pub incomplete: Vec<String>,
        /// What rounding left over.
        pub rounding: Decimal,
    }

    /// A by-product and its part of the cost.
    pub struct CostByProductView {
        /// What comes out.
        pub product_id: ProductId,
        /// Its name.
        pub name: String,
        /// How much came out so far.
        pub quantity: Decimal,
        /// Its unit.
        pub unit_code: String,
        /// The part of the cost that it carries, in percent.
        pub cost_share_percent: Decimal,
        /// Its part of the planned cost.
        pub planned: Decimal,
        /// Its part of what was spent.
        pub actual: Decimal,
        /// Its part of the forecast.
        pub forecast: Decimal,
    }

    /// One kind of cost.
    pub struct CostGroupView {
        /// `material`, `work_center` or `labour`.
        pub kind: String,
        /// Planned.
        pub planned: Decimal,
        /// Spent so far.
        pub actual: Decimal,
        /// Still to come.
        pub still_to_come: Decimal,
        /// Spent and still to come.
        pub forecast: Decimal,
        /// Its lines.
        pub lines: Vec<CostLineView>,
    }

    /// One component or operation.
    pub struct CostLineView {
        /// Its name.
        pub name: String,
        /// Planned amount: pieces, metres, or hours.
        pub planned_quantity: Decimal,
        /// Planned cost of one.
        pub planned_rate: Option<Decimal>,
        /// The unit; `h` for hours.
        pub unit_code: String,
        /// Planned.
        pub planned: Decimal,
        /// Amount so far.
        pub actual_quantity: Decimal,
        /// Spent so far.
        pub actual: Decimal,
        /// Still to come.
        pub still_to_come: Decimal,
        /// Spent and still to come.
        pub forecast: Decimal,
        /// Forecast less planned.
        pub variance: Decimal,
        /// In percent of planned, one decimal.
        pub variance_percent: Option<Decimal>,
        /// `price`, `quantity`, `time`, `rate`, or absent.
        pub cause: Option<String>,
        /// Whether its cost or rate is missing.
        pub is_incomplete: bool,
    }
}
wire!(CostSheetView);

endpoints! {
    /// Reads the cost sheet of an order.
    GetCostSheet: Get "/manufacturing-orders/{id}/cost-sheet", Access::Needs(Permission::CostRead),
        { path: IdPath<ManufacturingOrderId>, reply: CostSheetView };
}
