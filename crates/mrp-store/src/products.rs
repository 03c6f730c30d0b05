//! Products.
//!
//! The list reads stock only for the rows on the page: the sub-selects are evaluated behind sort and limit.

use diesel_async::AsyncPgConnection;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::{Count, sql};
use crate::table::Values;
use crate::tx::Tx;

row! {
    /// A product with its stock in all warehouses together.
    pub struct ProductRow {
        pub id: Uuid = "p.id",
        pub code: String = "p.code",
        pub name: String = "p.name",
        pub product_type: String = "p.product_type",
        pub unit_id: Uuid = "p.unit_id",
        pub unit_code: String = "u.code",
        pub category: String = "p.category",
        pub can_be_made: bool = "p.can_be_made",
        pub can_be_bought: bool = "p.can_be_bought",
        pub can_be_sold: bool = "p.can_be_sold",
        pub standard_cost: Option<Decimal> = "p.standard_cost",
        pub cost_method: String = "p.cost_method",
        pub selling_price: Option<Decimal> = "p.selling_price",
        pub purchase_lead_days: i32 = "p.purchase_lead_days",
        pub safety_stock: Decimal = "p.safety_stock",
        pub tracking: String = "p.tracking",
        pub barcode: Option<String> = "p.barcode",
        pub on_hand: Option<Decimal> = "(SELECT sum(b.on_hand) FROM stock_balance b WHERE b.product_id = p.id)",
        pub reserved: Option<Decimal> = "(SELECT sum(b.reserved) FROM stock_balance b WHERE b.product_id = p.id)",
        pub valued_quantity: Option<Decimal> = "(SELECT v.quantity FROM product_valuation v WHERE v.product_id = p.id)",
        pub valued_at: Option<Decimal> = "(SELECT v.value FROM product_valuation v WHERE v.product_id = p.id)",
        pub description: String = "p.description",
        pub active: bool = "p.active",
        pub version: i64 = "p.version",
    }
}

/// The list of products.
pub const LIST: ListSpec = ListSpec {
    from: "product p JOIN unit u ON u.id = p.unit_id",
    count_from: "product p",
    id: "p.id",
    search: &["p.code", "p.name"],
    sorts: &[
        Sort { name: "code", sql: "p.code", cast: "text" },
        Sort { name: "name", sql: "p.name", cast: "text" },
        Sort { name: "category", sql: "p.category", cast: "text" },
        Sort { name: "product_type", sql: "p.product_type", cast: "text" },
        Sort { name: "selling_price", sql: "coalesce(p.selling_price, 0)", cast: "numeric" },
    ],
};

impl ProductRow {
    /// The columns that a save writes.
    #[must_use]
    pub fn values(self) -> Values {
        Values::of("product")
            .set("code", self.code)
            .set("name", self.name)
            .set("product_type", self.product_type)
            .set("unit_id", self.unit_id)
            .set("category", self.category)
            .set("can_be_made", self.can_be_made)
            .set("can_be_bought", self.can_be_bought)
            .set("can_be_sold", self.can_be_sold)
            .set("standard_cost", self.standard_cost)
            .set("cost_method", self.cost_method)
            .set("selling_price", self.selling_price)
            .set("purchase_lead_days", self.purchase_lead_days)
            .set("safety_stock", self.safety_stock)
            .set("tracking", self.tracking)
            .set("barcode", self.barcode)
            .set("description", self.description)
            .set("active", self.active)
    }
}

/// These products, whose units stay as they are until the transaction ends; those that do not exist are left out.
///
/// # Errors
/// When Postgres fails.
pub async fn find_all(tx: &mut Tx, ids: Vec<Uuid>) -> Result<Vec<ProductRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM {} WHERE p.id = ANY($1) ORDER BY p.id FOR KEY SHARE OF p",
        ProductRow::COLUMNS,
        LIST.from
    );
    Ok(sql(text).bind(ids).rows(tx.connection()).await?)
}

/// Keeps everybody from moving a product until the transaction ends, and reads it.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<ProductRow, StoreError> {
    let text = format!("SELECT {} FROM {} WHERE p.id = $1 FOR UPDATE OF p", ProductRow::COLUMNS, LIST.from);
    Ok(sql(text).bind(id).one(tx.connection()).await?)
}

/// Whether there is any move of this product.
///
/// # Errors
/// When Postgres fails.
pub async fn has_moves(connection: &mut AsyncPgConnection, id: Uuid) -> Result<bool, StoreError> {
    const TEXT: &str = "SELECT count(*) FROM (SELECT 1 FROM stock_move WHERE product_id = $1 LIMIT 1) m";
    Ok(sql(TEXT).bind(id).one::<Count>(connection).await?.count > 0)
}
