//! Which bills of materials need a product, level by level.
//!
//! A line of a template's bill of materials leads to those of its variants that it belongs to, which only the domain
//! says; so each level is a journey of its own.

use std::collections::{HashMap, HashSet};

use diesel_async::AsyncPgConnection;
use mrp_domain::bom::BOM_DEPTH_MAX;
use mrp_domain::ids::ProductId;
use mrp_domain::variant::{Variant, applies_to};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use crate::boms::{CURRENT, choices};
use crate::error::StoreError;
use crate::sql::sql;
use crate::variants::made_by_template;

row! {
    /// A line of a bill of materials that leads to the product.
    pub struct WhereUsedRow {
        pub level: i32 = "$2::integer",
        pub bom_id: Uuid = "b.id",
        pub code: String = "b.code",
        pub revision: i32 = "b.revision",
        pub state: String = "b.state",
        pub product_id: Uuid = "b.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub is_template: bool = "p.is_template",
        pub quantity_per_run: Decimal = "b.quantity_per_run",
        pub run_unit_code: String = "r.code",
        pub component_id: Uuid = "l.component_id",
        pub component_name: String = "c.name",
        pub component_template_id: Option<Uuid> = "c.template_id",
        pub quantity: Decimal = "l.quantity",
        pub unit_code: String = "u.code",
        pub operation_sequence: Option<i32> = "l.operation_sequence",
        pub is_fixed: bool = "l.is_fixed",
        pub applies_to: Value = "CASE WHEN l.applies_to_ids = '{}' THEN '[]' ELSE (SELECT coalesce(jsonb_agg(jsonb_build_object('value_id', v.id, 'attribute_id', a.id, 'attribute', a.name, 'code', v.code, 'name', v.name) ORDER BY n.place), '[]') FROM unnest(l.applies_to_ids) WITH ORDINALITY AS n(id, place) JOIN attribute_value v ON v.id = n.id JOIN attribute a ON a.id = v.attribute_id) END",
    }
}

/// Which uses to read.
#[derive(Debug, Clone, Copy)]
pub struct Uses {
    /// The product.
    pub product_id: Uuid,
    /// Every revision, not only the current ones.
    pub all: bool,
    /// Only those that need the product itself.
    pub direct: bool,
    /// At most so many lines.
    pub limit: usize,
}

/// The lines that lead to a product: level by level, then by code, revision and place. Each product on the way counts
/// once, on the level that is nearest, so that neither a cycle nor many ways to one product make more of it.
///
/// # Errors
/// When Postgres fails.
pub async fn read(connection: &mut AsyncPgConnection, uses: Uses) -> Result<Vec<WhereUsedRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM bom_line l JOIN bom b ON b.id = l.bom_id JOIN product p ON p.id = b.product_id \
         JOIN product c ON c.id = l.component_id JOIN unit u ON u.id = l.unit_id JOIN unit r ON r.id = b.unit_id \
         WHERE l.component_id = ANY($1) AND ($3 OR {CURRENT}) \
         ORDER BY b.code, b.revision DESC, l.position LIMIT $4",
        WhereUsedRow::COLUMNS
    );
    let depth = if uses.direct { 1 } else { i32::try_from(BOM_DEPTH_MAX).unwrap_or(i32::MAX) };
    let mut found: Vec<WhereUsedRow> = Vec::new();
    let mut seen = HashSet::from([uses.product_id]);
    let mut reached = vec![uses.product_id];
    for level in 1..=depth {
        let left = uses.limit.saturating_sub(found.len());
        if reached.is_empty() || left == 0 {
            break;
        }
        let limit = i64::try_from(left).unwrap_or(i64::MAX);
        let rows: Vec<WhereUsedRow> =
            sql(text.clone()).bind(reached).bind(level).bind(uses.all).bind(limit).rows(connection).await?;
        reached = made_by(connection, &rows).await?.into_iter().filter(|product| seen.insert(*product)).collect();
        found.extend(rows);
    }
    Ok(found)
}

/// What these lines are needed for: products, and of templates the variants that the lines belong to.
async fn made_by(connection: &mut AsyncPgConnection, rows: &[WhereUsedRow]) -> Result<Vec<Uuid>, StoreError> {
    let templates: HashSet<Uuid> = rows.iter().filter(|row| row.is_template).map(|row| row.product_id).collect();
    let mut variants: HashMap<Uuid, Vec<Variant>> = HashMap::new();
    for row in made_by_template(connection, templates.into_iter().collect()).await? {
        variants.entry(row.template_id).or_default().push(row.variant());
    }
    let mut made = Vec::new();
    for row in rows {
        if !row.is_template {
            made.push(ProductId::from_uuid(row.product_id));
            continue;
        }
        let line = choices(&row.applies_to)?;
        let all = variants.get(&row.product_id).into_iter().flatten();
        made.extend(all.filter(|variant| applies_to(&line, &variant.values)).map(|variant| variant.product));
    }
    Ok(made.into_iter().map(ProductId::uuid).collect())
}
