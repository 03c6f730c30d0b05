//! Variants of a template: which there are, which are missing, and making those.

use mrp_domain::ids::{AttributeValueId, ProductId};
use mrp_domain::variant::VariantState;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::attributes::AttributeChoiceView;
use crate::endpoint::IdPath;

dto! {
    /// One combination of values.
    pub struct VariantView {
        /// The product; absent: there is none yet.
        pub product_id: Option<ProductId>,
        /// Its code, or the one that it would get.
        pub code: String,
        /// Its name, or the one that it would get.
        pub name: String,
        /// One value of each attribute.
        pub value_ids: Vec<AttributeValueId>,
        /// Where it stands.
        pub state: VariantState,
        /// In all warehouses together.
        pub qty_on_hand: Decimal,
        /// The product's version, for `If-Match`.
        pub version: Option<i64>,
    }

    /// The variants of a template.
    pub struct VariantsView {
        /// The template.
        pub template_id: ProductId,
        /// The values that it offers.
        pub offered: Vec<AttributeChoiceView>,
        /// How many combinations they give.
        pub combination_count: u64,
        /// Whether those are more than a template may have; the missing ones are not listed then.
        pub is_too_many: bool,
        /// Every combination in the order of the values, then variants whose values are not offered any more.
        pub variants: Vec<VariantView>,
        /// How many of them are missing.
        pub missing_count: u64,
    }
}
wire!(VariantsView);

endpoints! {
    /// Lists the variants of a template: which there are, and which would be made.
    GetVariants: Get "/products/{id}/variants", Access::Needs(Permission::MasterDataRead),
        { path: IdPath<ProductId>, reply: VariantsView };
    /// Makes the variants of a template that are missing. Those that are there stay as they are.
    MakeVariants: Post "/products/{id}/variants", Access::Needs(Permission::ProductWrite),
        { path: IdPath<ProductId>, reply: VariantsView };
}
