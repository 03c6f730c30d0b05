//! What orders that are done cost: planned and spent side by side, one row each.

use mrp_domain::ids::ManufacturingOrderId;
use mrp_domain::time::Instant;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::page::Page;

dto! {
    /// An order that is done, with what it cost.
    pub struct OrderCostRow {
        /// The order.
        pub id: ManufacturingOrderId,
        /// Its number.
        pub number: String,
        /// What it made.
        pub product_code: String,
        /// The name of that.
        pub product_name: String,
        /// How much it was to make.
        pub quantity: Decimal,
        /// How much it has made.
        pub qty_done: Decimal,
        /// The unit of both.
        pub unit_code: String,
        /// When it was finished.
        pub finished_at: Instant,
        /// What the recipe and the routing said.
        pub planned_cost: Decimal,
        /// What was spent.
        pub actual_cost: Decimal,
        /// What was spent less what was planned.
        pub cost_variance: Decimal,
        /// In percent of what was planned, one decimal.
        pub variance_percent: Option<Decimal>,
        /// Whether something in it has no cost or rate and counts as 0.
        pub is_incomplete: bool,
    }
}
list_query! {
    /// Orders that are done.
    pub struct OrderCostQuery {
        /// Finished not before.
        pub finished_from: Option<Instant>,
        /// Only those in which something has no cost (`true`), or only the others (`false`).
        pub incomplete: Option<bool>,
    }
}
wire!(OrderCostRow);

endpoints! {
    /// Lists what orders that are done cost, the latest first.
    ListOrderCosts: Get "/order-costs", Access::Needs(Permission::CostRead),
        { query: OrderCostQuery, reply: Page<OrderCostRow> };
}
