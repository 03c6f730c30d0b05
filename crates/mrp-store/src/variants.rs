//! Variants of templates: products with a template and one value of each of its attributes.

use diesel_async::AsyncPgConnection;
use mrp_domain::ids::{AttributeValueId, ProductId};
use mrp_domain::variant::Variant;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::attributes::AttributeValueRow;
use crate::boms::effective;
use crate::error::StoreError;
use crate::sql::{Count, sql};
use crate::table::Version;
use crate::tx::Tx;

row! {
    /// A variant with its stock in all warehouses together.
    pub struct VariantRow {
        pub id: Uuid = "p.id",
        pub code: String = "p.code",
        pub name: String = "p.name",
        pub active: bool = "p.active",
        pub is_withdrawn: bool = "p.is_withdrawn",
        pub attribute_value_ids: Vec<Uuid> = "p.attribute_value_ids",
        pub on_hand: Option<Decimal> = "(SELECT sum(b.on_hand) FROM stock_balance b WHERE b.product_id = p.id)",
        pub version: i64 = "p.version",
    }
}

row! {
    /// A variant that is made by the bill of materials of its template.
    pub struct MadeVariantRow {
        pub template_id: Uuid = "p.template_id",
        pub id: Uuid = "p.id",
        pub code: String = "p.code",
        pub attribute_value_ids: Vec<Uuid> = "p.attribute_value_ids",
    }
}

/// The variants of a template, by their codes.
///
/// # Errors
/// When Postgres fails.
pub async fn of_template(connection: &mut AsyncPgConnection, template_id: Uuid) -> Result<Vec<VariantRow>, StoreError> {
    let text = format!("SELECT {} FROM product p WHERE p.template_id = $1 ORDER BY p.code", VariantRow::COLUMNS);
    Ok(sql(text).bind(template_id).rows(connection).await?)
}

/// The values that a product names, in its order.
///
/// # Errors
/// When Postgres fails.
pub async fn values_of(
    connection: &mut AsyncPgConnection,
    product_id: Uuid,
) -> Result<Vec<AttributeValueRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM product p CROSS JOIN LATERAL unnest(p.attribute_value_ids) WITH ORDINALITY AS n(id, place) \
         JOIN attribute_value v ON v.id = n.id JOIN attribute a ON a.id = v.attribute_id \
         WHERE p.id = $1 ORDER BY n.place",
        AttributeValueRow::COLUMNS
    );
    Ok(sql(text).bind(product_id).rows(connection).await?)
}

/// How many variants a template has.
///
/// # Errors
/// When Postgres fails.
pub async fn count(connection: &mut AsyncPgConnection, template_id: Uuid) -> Result<i64, StoreError> {
    const TEXT: &str = "SELECT count(*) FROM product WHERE template_id = $1";
    Ok(sql(TEXT).bind(template_id).one::<Count>(connection).await?.count)
}

/// The active variants of these templates that have no bill of materials of their own in use.
///
/// # Errors
/// When Postgres fails.
pub async fn made_by_template(
    connection: &mut AsyncPgConnection,
    templates: Vec<Uuid>,
) -> Result<Vec<MadeVariantRow>, StoreError> {
    if templates.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT {} FROM product p WHERE p.template_id = ANY($1) AND p.active AND NOT EXISTS (\
         SELECT FROM bom v WHERE v.product_id = p.id AND v.state = 'validated' AND {}) ORDER BY p.code",
        MadeVariantRow::COLUMNS,
        effective!("NULL")
    );
    Ok(sql(text).bind(templates).rows(connection).await?)
}

impl MadeVariantRow {
    /// The variant as the domain takes it.
    #[must_use]
    pub fn variant(self) -> Variant {
        let values = self.attribute_value_ids.into_iter().map(AttributeValueId::from_uuid).collect();
        Variant { product: ProductId::from_uuid(self.id), values }
    }
}

row! {
    /// A variant that changed with its template.
    pub struct FollowedRow {
        pub id: Uuid = "id",
        pub version: i64 = "version",
        pub active: bool = "active",
    }
}

/// Makes variants inactive whose value the template does not offer any more, and those active again that went with a value that
/// it offers again.
///
/// # Errors
/// When Postgres fails.
pub async fn follow_template(tx: &mut Tx, template_id: Uuid) -> Result<Vec<FollowedRow>, StoreError> {
    let text = format!(
        "UPDATE product SET active = is_withdrawn, is_withdrawn = NOT is_withdrawn, version = version + 1 \
         WHERE template_id = $1 AND (active OR is_withdrawn) AND is_withdrawn = (attribute_value_ids <@ \
         (SELECT t.attribute_value_ids FROM product t WHERE t.id = $1)) RETURNING {}",
        FollowedRow::COLUMNS
    );
    Ok(sql(text).bind(template_id).rows(tx.connection()).await?)
}

/// Whether a product is, or ever was, stocked, made, bought, used, a by-product or a substitute: then it cannot become a template.
///
/// # Errors
/// When Postgres fails.
pub async fn is_used(tx: &mut Tx, product_id: Uuid) -> Result<bool, StoreError> {
    const TEXT: &str = "SELECT version FROM product p WHERE p.id = $1 AND (\
         EXISTS (SELECT FROM stock_move m WHERE m.product_id = p.id) \
         OR EXISTS (SELECT FROM manufacturing_order o WHERE o.product_id = p.id) \
         OR EXISTS (SELECT FROM material_line m WHERE m.product_id = p.id) \
         OR EXISTS (SELECT FROM order_by_product y WHERE y.product_id = p.id) \
         OR EXISTS (SELECT FROM supplier_price t WHERE t.product_id = p.id) \
         OR EXISTS (SELECT FROM purchase_request_line l WHERE l.product_id = p.id) \
         OR EXISTS (SELECT FROM purchase_order_line l WHERE l.product_id = p.id) \
         OR EXISTS (SELECT FROM bom_line l WHERE l.component_id = p.id) \
         OR EXISTS (SELECT FROM bom_by_product y WHERE y.product_id = p.id) \
         OR EXISTS (SELECT FROM bom_line l WHERE l.substitute_ids <> '{}' AND p.id = ANY(l.substitute_ids)))";
    Ok(sql(TEXT).bind(product_id).maybe::<Version>(tx.connection()).await?.is_some())
}
