//! Attributes with their values, which are written as a whole and keep their ids.

use diesel_async::AsyncPgConnection;
use serde_json::Value;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::tx::Tx;

table! {
    /// An attribute with its values in their order.
    pub struct AttributeRow of "attribute" as "a" {
        pub code: String,
        pub name: String,
    }
    reads {
        pub values: Value = "(SELECT coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'code', v.code, 'name', v.name) ORDER BY v.position), '[]') FROM attribute_value v WHERE v.attribute_id = a.id)",
        pub template_count: i64 = "(SELECT count(*) FROM product p WHERE p.is_template AND p.attribute_value_ids <> '{}' AND p.attribute_value_ids && ARRAY(SELECT v.id FROM attribute_value v WHERE v.attribute_id = a.id))",
    }
}

row! {
    /// A value with its attribute.
    pub struct AttributeValueRow {
        pub id: Uuid = "v.id",
        pub attribute_id: Uuid = "v.attribute_id",
        pub attribute_name: String = "a.name",
        pub code: String = "v.code",
        pub name: String = "v.name",
    }
}

/// A value to write.
#[derive(Debug, Clone)]
pub struct AttributeValueValues {
    pub id: Uuid,
    pub code: String,
    pub name: String,
}

/// The list of attributes.
pub const LIST: ListSpec = ListSpec {
    from: "attribute a",
    count_from: "attribute a",
    id: "a.id",
    search: &["a.code", "a.name"],
    sorts: &[Sort { name: "code", sql: "a.code", cast: "text" }, Sort { name: "name", sql: "a.name", cast: "text" }],
};

/// The values of an attribute in their order.
///
/// # Errors
/// When Postgres fails.
pub async fn values_of(
    connection: &mut AsyncPgConnection,
    attribute_id: Uuid,
) -> Result<Vec<AttributeValueRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM attribute_value v JOIN attribute a ON a.id = v.attribute_id WHERE v.attribute_id = $1 \
         ORDER BY v.position",
        AttributeValueRow::COLUMNS
    );
    Ok(sql(text).bind(attribute_id).rows(connection).await?)
}

/// These values, which stay until the transaction ends; those that do not exist are left out. None costs nothing.
///
/// # Errors
/// When Postgres fails.
pub async fn keep_values(tx: &mut Tx, ids: Vec<Uuid>) -> Result<Vec<AttributeValueRow>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT {} FROM attribute_value v JOIN attribute a ON a.id = v.attribute_id WHERE v.id = ANY($1) \
         ORDER BY v.id FOR KEY SHARE OF v",
        AttributeValueRow::COLUMNS
    );
    Ok(sql(text).bind(ids).rows(tx.connection()).await?)
}

row! {
    /// What uses a value.
    pub struct ValueUseRow {
        pub value_id: Uuid = "v.id",
        pub used_by: String = "u.code",
    }
}

/// Who uses these values: products that offer or have them, and bills of materials with lines for them; one of each
/// value's. Nobody can begin to use them until the transaction ends.
///
/// # Errors
/// When Postgres fails.
pub async fn uses(tx: &mut Tx, ids: Vec<Uuid>) -> Result<Vec<ValueUseRow>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql("SELECT id FROM attribute_value WHERE id = ANY($1) ORDER BY id FOR UPDATE")
        .bind(ids.clone())
        .run(tx.connection())
        .await?;
    let text = format!(
        "SELECT {} FROM unnest($1) AS v(id) CROSS JOIN LATERAL (\
         (SELECT p.code FROM product p WHERE p.attribute_value_ids <> '{{}}' AND v.id = ANY(p.attribute_value_ids) \
         ORDER BY p.code LIMIT 1) UNION ALL \
         (SELECT b.code FROM bom_line l JOIN bom b ON b.id = l.bom_id WHERE l.applies_to_ids <> '{{}}' \
         AND v.id = ANY(l.applies_to_ids) ORDER BY b.code LIMIT 1) LIMIT 1) u",
        ValueUseRow::COLUMNS
    );
    Ok(sql(text).bind(ids).rows(tx.connection()).await?)
}

/// Makes these the values of an attribute, in this order. Values are known by their ids.
///
/// # Errors
/// [`StoreError::Taken`] when two have one code.
pub async fn replace_values(tx: &mut Tx, attribute_id: Uuid, rows: &[AttributeValueValues]) -> Result<(), StoreError> {
    const WRITE: &str = "INSERT INTO attribute_value (id, attribute_id, position, code, name) \
         SELECT n.id, $1, n.place - 1, n.code, n.name \
         FROM unnest($2::uuid[], $3::text[], $4::text[]) WITH ORDINALITY AS n(id, code, name, place) \
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, code = excluded.code, name = excluded.name";
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    sql("DELETE FROM attribute_value WHERE attribute_id = $1 AND id <> ALL($2)")
        .bind(attribute_id)
        .bind(ids.clone())
        .run(tx.connection())
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    sql(WRITE)
        .bind(attribute_id)
        .bind(ids)
        .bind(rows.iter().map(|row| row.code.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}
