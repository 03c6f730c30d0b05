//! What goods of products with a standard cost really cost beyond it.

use mrp_domain::ids::ProductId;
use mrp_domain::stock::DifferenceKind;
use mrp_domain::time::Instant;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::access::{Access, Permission};
use crate::page::Page;

dto! {
    /// One difference.
    pub struct StockValueDifferenceRow {
        /// Its id.
        pub id: Uuid,
        /// When.
        pub at: Instant,
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// Where it comes from.
        pub kind: DifferenceKind,
        /// How much; above 0: a loss.
        pub value: Decimal,
        /// The number of the receipt or order.
        pub document: String,
        /// Its id.
        pub document_id: Option<Uuid>,
        /// Who; empty: the program itself.
        pub by: String,
    }
}
list_query! {
    /// Differences.
    pub struct StockValueDifferenceQuery {
        /// Only of this product.
        pub product_id: Option<ProductId>,
        /// Only of this kind.
        pub kind: Option<DifferenceKind>,
    }
}
wire!(StockValueDifferenceRow);

endpoints! {
    /// Lists what goods of products with a standard cost really cost beyond it, newest first.
    ListStockValueDifferences: Get "/stock-value-differences", Access::Needs(Permission::CostRead),
        { query: StockValueDifferenceQuery, reply: Page<StockValueDifferenceRow> };
}
