//! What suppliers sell products for.

use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::{PgConnection, sql};

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

row! {
    /// A price that holds, with what its supplier says of days.
    pub struct ValidPriceRow {
        pub product_id: Uuid = "t.product_id",
        pub supplier_id: Uuid = "t.supplier_id",
        pub unit_id: Uuid = "t.unit_id",
        pub price: Option<Decimal> = "t.price",
        pub min_quantity: Decimal = "t.min_quantity",
        pub order_multiple: Decimal = "t.order_multiple",
        pub lead_days: i32 = "coalesce(t.lead_days, s.lead_days)",
        pub valid_until: Option<Date> = "t.valid_until",
        pub rank: i32 = "t.rank",
    }
}

/// The prices of these products that hold on a day, of active suppliers, or of one supplier; the preferred first.
///
/// # Errors
/// When Postgres fails.
pub async fn valid_on(
    connection: &mut PgConnection,
    day: Date,
    products: Vec<Uuid>,
    supplier: Option<Uuid>,
) -> Result<Vec<ValidPriceRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM supplier_price t JOIN supplier s ON s.id = t.supplier_id WHERE t.product_id = ANY($1) \
         AND coalesce(t.valid_from <= $2, true) AND coalesce(t.valid_until >= $2, true) \
         AND (t.supplier_id = $3 OR ($3 IS NULL AND s.active)) ORDER BY t.rank, t.min_quantity, t.id",
        ValidPriceRow::COLUMNS
    );
    Ok(sql(text).bind(products).bind(day).bind(supplier).rows(connection).await?)
}
