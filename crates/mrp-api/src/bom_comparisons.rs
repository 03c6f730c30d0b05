//! Two bills of materials side by side: what differs in their heads, line by line, and in what they cost.

use mrp_domain::bom::diff::{BomHeadField, BomLineField};
use mrp_domain::bom::{BomState, BomType, ConsumptionMode};
use mrp_domain::ids::{BomId, ProductId, RoutingId};
use mrp_domain::vocabulary;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::access::{Access, Permission};
use crate::boms::{BomByProductView, BomLineView};
use crate::endpoint::IdPath;
use crate::error::Problem;

vocabulary! {
    /// What happened to a line from the old to the new.
    pub enum BomLineChangeKind {
        /// Only the new one has it.
        Added = "added",
        /// Only the old one has it.
        Removed = "removed",
        /// Both have it, with other values.
        Changed = "changed",
    }
}

/// What to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BomComparisonQuery {
    /// The bill of materials that counts as the old one: another revision, or any other.
    pub with: BomId,
    /// As this variant is made: only its lines are compared. Costs of templates need one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant_id: Option<ProductId>,
}

dto! {
    /// How one bill of materials differs from another.
    pub struct BomComparisonView {
        /// The one that was compared with.
        pub old: BomHeadView,
        /// The one in the path.
        pub new: BomHeadView,
        /// What differs in their heads.
        pub head: Vec<BomHeadField>,
        /// Removed and changed lines in the order of the old one, then added lines in the order of the new one.
        pub lines: Vec<BomLineDifference>,
        /// How many lines are the same in both.
        pub same_lines: usize,
        /// What they cost; absent without `cost.read`, and when one of them cannot be rolled up.
        pub costs: Option<BomCostComparison>,
        /// Why there are no costs although the caller may see them.
        pub costs_problem: Option<Problem>,
    }

    /// The head of a bill of materials.
    pub struct BomHeadView {
        /// Its id.
        pub id: BomId,
        /// Its code.
        pub code: String,
        /// Its revision.
        pub revision: u32,
        /// Its state.
        pub state: BomState,
        /// The product it makes.
        pub product_id: ProductId,
        /// That product's code.
        pub product_code: String,
        /// That product's name.
        pub product_name: String,
        /// What one run makes.
        pub quantity_per_run: Decimal,
        /// The unit of that quantity.
        pub unit_code: String,
        /// How it is made.
        pub routing_id: Option<RoutingId>,
        /// That routing's name.
        pub routing_name: Option<String>,
        /// Manufacture or kit.
        pub bom_type: BomType,
        /// Who says how much was consumed.
        pub consumption_mode: ConsumptionMode,
        /// First day on which it may be used, `YYYY-MM-DD`; absent: no limit.
        pub effective_from: Option<String>,
        /// Last day on which it may be used; absent: no limit.
        pub effective_until: Option<String>,
        /// What comes out beside the product.
        pub by_products: Vec<BomByProductView>,
    }

    /// One line that differs.
    pub struct BomLineDifference {
        /// Added, removed or changed.
        pub change: BomLineChangeKind,
        /// The line before; absent for an added one.
        pub old: Option<BomLineView>,
        /// The line after; absent for a removed one.
        pub new: Option<BomLineView>,
        /// What differs; only for a changed one.
        pub fields: Vec<BomLineField>,
    }

    /// What both cost.
    pub struct BomCostComparison {
        /// ISO 4217 code.
        pub currency: String,
        /// The old one.
        pub old: BomCostSum,
        /// The new one.
        pub new: BomCostSum,
        /// The new one less the old one, for the same quantity; absent when they make different products.
        pub difference: Option<BomCostDifference>,
    }

    /// What a quantity costs, over all levels.
    pub struct BomCostSum {
        /// So much of the product. Two that make the same product are both rolled up for one run of the new one.
        pub quantity: Decimal,
        /// The product's stock unit.
        pub unit_code: String,
        /// Material.
        pub material: Decimal,
        /// Labour.
        pub labour: Decimal,
        /// Work center.
        pub work_center: Decimal,
        /// All together.
        pub total: Decimal,
        /// Whether a cost or a rate is missing somewhere below.
        pub is_incomplete: bool,
    }

    /// By how much a cost moved.
    pub struct BomCostDifference {
        /// Material.
        pub material: Decimal,
        /// Labour.
        pub labour: Decimal,
        /// Work center.
        pub work_center: Decimal,
        /// All together.
        pub total: Decimal,
    }
}
wire!(BomComparisonQuery, BomComparisonView);

endpoints! {
    /// Compares a bill of materials with another revision, or with any other bill of materials.
    CompareBoms: Get "/boms/{id}/compare", Access::Needs(Permission::MasterDataRead),
        { path: IdPath<BomId>, query: BomComparisonQuery, reply: BomComparisonView };
}
