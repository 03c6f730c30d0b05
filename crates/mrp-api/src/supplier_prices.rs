//! Supplier prices: what a supplier sells a product for.

use mrp_domain::ids::{ProductId, SupplierId, SupplierPriceId, UnitId};
use rust_decimal::Decimal;

use crate::access::Permission;

noun! {
    /// What a supplier sells a product for.
    pub struct SupplierPriceView of SupplierPriceId, edited as SupplierPriceInput {
        /// The product.
        pub product_id: ProductId,
        /// Who sells it.
        pub supplier_id: SupplierId,
        /// The supplier's own code for it.
        pub supplier_article: String,
        /// The unit that it is sold in; of the category of the product's.
        pub unit_id: UnitId,
        /// Not less than this at once; 0: any amount.
        pub min_quantity: Decimal,
        /// Only whole multiples of this; 0: any amount.
        pub order_multiple: Decimal,
        /// Days from order to receipt; absent: the supplier's.
        pub lead_days: Option<u32>,
        /// The first day on which it holds.
        pub valid_from: Option<String>,
        /// The last day on which it holds.
        pub valid_until: Option<String>,
        /// Who is asked first: 1 before 2.
        pub rank: u32,
    }
    costs {
        /// Price of one of that unit.
        pub price: Option<Decimal>,
    }
    reads {
        /// The product's code.
        pub product_code: String,
        /// The product's name.
        pub product_name: String,
        /// The supplier's name.
        pub supplier_name: String,
        /// The unit's short name.
        pub unit_code: String,
    }
}
list_query! {
    /// A list of supplier prices.
    pub struct SupplierPriceQuery {
        /// Only for this product.
        pub product_id: Option<ProductId>,
        /// Only of this supplier.
        pub supplier_id: Option<SupplierId>,
    }
}

noun_endpoints! {
    "supplier price" at "/supplier-prices", id: SupplierPriceId,
    read: Permission::PurchaseRead, write: Permission::PurchaseWrite,
    query: SupplierPriceQuery, row: SupplierPriceView, view: SupplierPriceView, input: SupplierPriceInput,
    names: ListSupplierPrices GetSupplierPrice CreateSupplierPrice UpdateSupplierPrice DeleteSupplierPrice;
}
