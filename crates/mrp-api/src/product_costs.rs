//! What all made products should cost by their recipes, beside what they are valued at.

use mrp_domain::ids::ProductId;
use mrp_domain::product::CostMethod;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::access::{Access, Permission};

/// Most products of one report.
pub const PRODUCT_COSTS_MAX: usize = 2_000;

/// Products that a report lists when nobody says how many.
pub const PRODUCT_COSTS_DEFAULT: usize = 200;

/// Which products to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProductCostQuery {
    /// Only products with this in their code or name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only products whose unit cost is away from the roll-up by at least so many percent of it; those without a unit
    /// cost are always listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_difference_percent: Option<Decimal>,
    /// At most so many; 1 to 2 000, absent: 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

dto! {
    /// What made products should cost.
    pub struct ProductCostReport {
        /// ISO 4217 code.
        pub currency: String,
        /// Made products, listed or not.
        pub made_count: usize,
        /// Those of them with something on any level that has no cost and counts as nothing.
        pub incomplete_count: usize,
        /// Products that match.
        pub total: usize,
        /// Those without a unit cost first, then by falling difference.
        pub rows: Vec<ProductCostRow>,
    }

    /// One made product.
    pub struct ProductCostRow {
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub code: String,
        /// Its name.
        pub name: String,
        /// The unit that the costs are for.
        pub unit_code: String,
        /// Where its unit cost comes from.
        pub cost_method: CostMethod,
        /// Its unit cost today; absent when nobody has said.
        pub unit_cost: Option<Decimal>,
        /// What one unit should cost by its recipe and all below, rounded half-even to 4 decimals; absent when that
        /// cannot be calculated.
        pub rolled_up_cost: Option<Decimal>,
        /// Why it cannot.
        pub fault: Option<String>,
        /// How far the unit cost is away from it, in percent of it, rounded to 2 decimals; above 0: it is dearer.
        pub difference_percent: Option<Decimal>,
        /// Whether anything below has no cost and counts as nothing.
        pub is_incomplete: bool,
        /// The product's version, for a change of its standard cost.
        pub version: i64,
    }
}
wire!(ProductCostQuery, ProductCostReport);

endpoints! {
    /// Rolls the cost of every made product up over all levels.
    GetProductCosts: Get "/product-costs", Access::Needs(Permission::CostRead),
        { query: ProductCostQuery, reply: ProductCostReport };
}
