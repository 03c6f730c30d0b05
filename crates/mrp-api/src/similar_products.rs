//! Products whose code or name is like a text that somebody mistyped.

use mrp_domain::ids::ProductId;
use serde::{Deserialize, Serialize};

use crate::access::{Access, Permission};

/// Most products of one answer.
pub const SIMILAR_PRODUCTS_MAX: usize = 6;

/// Like what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SimilarProductQuery {
    /// What was typed.
    #[serde(default)]
    pub text: String,
}

dto! {
    /// Products that may have been meant.
    pub struct SimilarProducts {
        /// The most alike first; only active ones.
        pub items: Vec<SimilarProduct>,
    }

    /// A product that may have been meant.
    pub struct SimilarProduct {
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub code: String,
        /// Its name.
        pub name: String,
        /// How alike code or name is, up to 1000.
        pub likeness: u32,
    }
}
wire!(SimilarProductQuery, SimilarProducts);

endpoints! {
    /// The active products whose code or name is most like a text.
    ListSimilarProducts: Get "/similar-products", Access::Needs(Permission::MasterDataRead),
        { query: SimilarProductQuery, reply: SimilarProducts };
}
