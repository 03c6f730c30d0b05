//! What suppliers sell products for.

use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::list::{ListSpec, Sort};

table! {
    /// What a supplier sells a product for.
    pub struct SupplierPriceRow of "supplier_price" as "t" {
        pub product_id: Uuid,
        pub supplier_id: Uuid,
        pub supplier_article: String,
        pub unit_id: Uuid,
        pub price: Option<Decimal>,
        pub min_quantity: Decimal,
        pub order_multiple: Decimal,
        pub lead_days: Option<i32>,
        pub valid_from: Option<Date>,
        pub valid_until: Option<Date>,
        pub rank: i32,
    }
    reads {
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub supplier_name: String = "s.name",
        pub unit_code: String = "u.code",
    }
}

/// The list of prices.
pub const LIST: ListSpec = ListSpec {
    from: "supplier_price t JOIN product p ON p.id = t.product_id JOIN supplier s ON s.id = t.supplier_id \
           JOIN unit u ON u.id = t.unit_id",
    count_from: "supplier_price t JOIN product p ON p.id = t.product_id JOIN supplier s ON s.id = t.supplier_id",
    id: "t.id",
    search: &["p.code", "p.name", "s.code", "s.name", "t.supplier_article"],
    sorts: &[
        Sort { name: "product_code", sql: "p.code", cast: "text" },
        Sort { name: "product_name", sql: "p.name", cast: "text" },
        Sort { name: "supplier_name", sql: "s.name", cast: "text" },
        Sort { name: "rank", sql: "t.rank", cast: "integer" },
        Sort { name: "price", sql: "coalesce(t.price, 0)", cast: "numeric" },
    ],
};
