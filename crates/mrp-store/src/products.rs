//! Products.
//!
//! The list reads stock only for the rows on the page: the sub-selects are evaluated behind sort and limit.

use diesel_async::AsyncPgConnection;
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::{Count, sql};
use crate::tx::Tx;

table! {
    /// A product with its stock in all warehouses together.
    pub struct ProductRow of "product" as "p" {
        pub code: String,
        pub name: String,
        pub product_type: String,
        pub unit_id: Uuid,
        pub purchase_unit_id: Option<Uuid>,
        pub category: String,
        pub can_be_made: bool,
        pub can_be_bought: bool,
        pub can_be_sold: bool,
        pub standard_cost: Option<Decimal>,
        pub cost_method: String,
        pub selling_price: Option<Decimal>,
        pub purchase_lead_days: i32,
        pub safety_stock: Decimal,
        pub tracking: String,
        pub one_lot: bool,
        pub order_when_sold: bool,
        pub barcode: Option<String>,
        pub description: String,
        pub active: bool,
        pub template_id: Option<Uuid>,
        pub attribute_value_ids: Vec<Uuid>,
        pub is_withdrawn: bool,
    }
    reads {
        pub is_template: bool = "p.is_template",
        pub template_code: Option<String> = "(SELECT t.code FROM product t WHERE t.id = p.template_id)",
        pub template_name: Option<String> = "(SELECT t.name FROM product t WHERE t.id = p.template_id)",
        pub attribute_values: Value = "CASE WHEN p.attribute_value_ids = '{}' THEN '[]' ELSE (SELECT coalesce(jsonb_agg(jsonb_build_object('value_id', v.id, 'attribute_id', a.id, 'attribute', a.name, 'code', v.code, 'name', v.name) ORDER BY coalesce(array_position(t.attribute_value_ids, (SELECT f.id FROM attribute_value f WHERE f.attribute_id = a.id AND f.id = ANY(t.attribute_value_ids) ORDER BY array_position(t.attribute_value_ids, f.id) LIMIT 1)), n.place::integer), n.place), '[]') FROM unnest(p.attribute_value_ids) WITH ORDINALITY AS n(id, place) JOIN attribute_value v ON v.id = n.id JOIN attribute a ON a.id = v.attribute_id LEFT JOIN product t ON t.id = p.template_id) END",
        pub unit_code: String = "u.code",
        pub purchase_unit_code: Option<String> = "(SELECT b.code FROM unit b WHERE b.id = p.purchase_unit_id)",
        pub on_hand: Option<Decimal> = "(SELECT sum(b.on_hand) FROM stock_balance b WHERE b.product_id = p.id)",
        pub reserved: Option<Decimal> = "(SELECT sum(b.reserved) FROM stock_balance b WHERE b.product_id = p.id)",
        pub valued_quantity: Option<Decimal> = "(SELECT v.quantity FROM product_valuation v WHERE v.product_id = p.id)",
        pub valued_at: Option<Decimal> = "(SELECT v.value FROM product_valuation v WHERE v.product_id = p.id)",
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

/// Active products that nobody knows the cost of: neither by their stock, where that counts, nor as a standard.
pub const HAS_NO_COST: &str = "(p.active AND NOT p.is_template AND coalesce((SELECT v.value FROM product_valuation v \
     WHERE v.product_id = p.id AND v.quantity > 0 AND p.cost_method = 'moving_average'), p.standard_cost, 0) = 0)";

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

row! {
    /// A product by its code and name.
    pub struct NamedRow {
        pub id: Uuid = "p.id",
        pub code: String = "p.code",
        pub name: String = "p.name",
    }
}

/// Active products whose code or name has one of these pieces, in lower case, those with most of them first.
///
/// # Errors
/// When Postgres fails.
pub async fn like(connection: &mut AsyncPgConnection, pieces: Vec<String>) -> Result<Vec<NamedRow>, StoreError> {
    const LIKE_MAX: u32 = 200;
    let text = format!(
        "SELECT {} FROM product p CROSS JOIN LATERAL (SELECT count(*) AS pieces FROM unnest($1::text[]) AS piece \
         WHERE strpos(lower(p.code || ' ' || p.name), piece) > 0) f WHERE p.active AND f.pieces > 0 \
         ORDER BY f.pieces DESC, p.code LIMIT {LIKE_MAX}",
        NamedRow::COLUMNS
    );
    Ok(sql(text).bind(pieces).rows(connection).await?)
}

/// Keeps everybody from moving a product until the transaction ends, and reads it.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<ProductRow, StoreError> {
    let text = format!("SELECT {} FROM {} WHERE p.id = $1 FOR UPDATE OF p", ProductRow::COLUMNS, LIST.from);
    Ok(sql(text).bind(id).one(tx.connection()).await?)
}

/// Those of these codes that are taken.
///
/// # Errors
/// When Postgres fails.
pub async fn codes_taken(connection: &mut AsyncPgConnection, codes: Vec<String>) -> Result<Vec<String>, StoreError> {
    let found: Vec<CodeRow> = sql("SELECT code FROM product WHERE code = ANY($1)").bind(codes).rows(connection).await?;
    Ok(found.into_iter().map(|row| row.code).collect())
}

row! {
    /// A code.
    pub struct CodeRow {
        pub code: String = "code"
    }
}

/// Whether there is any move of this product.
///
/// # Errors
/// When Postgres fails.
pub async fn has_moves(connection: &mut AsyncPgConnection, id: Uuid) -> Result<bool, StoreError> {
    const TEXT: &str = "SELECT count(*) FROM (SELECT 1 FROM stock_move WHERE product_id = $1 LIMIT 1) m";
    Ok(sql(TEXT).bind(id).one::<Count>(connection).await?.count > 0)
}

/// The products with these codes.
///
/// # Errors
/// When Postgres fails.
pub async fn called(connection: &mut AsyncPgConnection, codes: Vec<String>) -> Result<Vec<NamedRow>, StoreError> {
    let text = format!("SELECT {} FROM product p WHERE p.code = ANY($1)", NamedRow::COLUMNS);
    Ok(sql(text).bind(codes).rows(connection).await?)
}
