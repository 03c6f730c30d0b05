//! Where a product is used: the bills of materials that need it, directly and over levels.

use mrp_domain::bom::BomState;
use mrp_domain::ids::{BomId, ProductId};
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::attributes::AttributeChoiceView;
use crate::endpoint::IdPath;

dto! {
    /// Which uses to list.
    #[derive(Default)]
    pub struct WhereUsedQuery {
        /// Every revision (`true`), not only the current ones: drafts, and of each code the one validated last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub all: Option<bool>,
        /// Only the bills of materials that need it directly (`true`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub direct: Option<bool>,
    }

    /// The bills of materials that need a product.
    pub struct WhereUsedView {
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// The lines that need it or something that contains it: level by level, then by code and revision.
        pub uses: Vec<WhereUsedRow>,
        /// Whether there are more than are listed, at most 2 000.
        pub is_cut: bool,
    }

    /// One line of a bill of materials that leads to the product.
    pub struct WhereUsedRow {
        /// 1: it needs the product itself; 2: it needs what a bill of materials of level 1 makes; and so on, at most
        /// 32. A product that is reached in several ways has the shortest.
        pub level: u32,
        /// The bill of materials.
        pub bom_id: BomId,
        /// Its code.
        pub code: String,
        /// Its revision.
        pub revision: u32,
        /// Its state.
        pub state: BomState,
        /// What it makes.
        pub product_id: ProductId,
        /// That product's code.
        pub product_code: String,
        /// That product's name.
        pub product_name: String,
        /// What one run makes.
        pub quantity_per_run: Decimal,
        /// The unit of that.
        pub run_unit_code: String,
        /// The component on the line: the product, or on higher levels what contains it.
        pub component_id: ProductId,
        /// That component's name.
        pub component_name: String,
        /// The template that the component is a variant of: its bill of materials made it a row of the level before.
        pub component_template_id: Option<ProductId>,
        /// How much of the component one run needs.
        pub quantity: Decimal,
        /// The unit of that.
        pub unit_code: String,
        /// The operation that consumes it.
        pub operation_sequence: Option<u32>,
        /// Needed once per order, whatever its quantity.
        pub is_fixed: bool,
        /// The variants that the line belongs to, by values of their template; none: all of them.
        pub applies_to: Vec<AttributeChoiceView>,
    }
}
wire!(WhereUsedQuery, WhereUsedView);

endpoints! {
    /// Lists the bills of materials that need a product, directly and over levels.
    GetWhereUsed: Get "/products/{id}/where-used", Access::Needs(Permission::MasterDataRead),
        { path: IdPath<ProductId>, query: WhereUsedQuery, reply: WhereUsedView };
}
