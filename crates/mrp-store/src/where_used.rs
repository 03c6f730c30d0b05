//! Which bills of materials need a product, level by level.

use diesel_async::AsyncPgConnection;
use mrp_domain::bom::BOM_DEPTH_MAX;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::boms::CURRENT;
use crate::error::StoreError;
use crate::sql::sql;

row! {
    /// A line of a bill of materials that leads to the product.
    pub struct WhereUsedRow {
        pub level: i32 = "n.level + 1",
        pub bom_id: Uuid = "b.id",
        pub code: String = "b.code",
        pub revision: i32 = "b.revision",
        pub state: String = "b.state",
        pub product_id: Uuid = "b.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub quantity_per_run: Decimal = "b.quantity_per_run",
        pub run_unit_code: String = "r.code",
        pub component_id: Uuid = "l.component_id",
        pub component_name: String = "c.name",
        pub quantity: Decimal = "l.quantity",
        pub unit_code: String = "u.code",
        pub operation_sequence: Option<i32> = "l.operation_sequence",
        pub is_fixed: bool = "l.is_fixed",
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
    pub limit: i64,
}

/// The lines that lead to a product: level by level, then by code, revision and place. Each product on the way counts
/// once on each level, so that neither a cycle nor many ways to one product make more of it.
///
/// # Errors
/// When Postgres fails.
pub async fn read(connection: &mut AsyncPgConnection, uses: Uses) -> Result<Vec<WhereUsedRow>, StoreError> {
    let text = format!(
        "WITH RECURSIVE reached AS (SELECT $1::uuid AS product_id, 0 AS level UNION \
         SELECT b.product_id, f.level + 1 FROM reached f JOIN bom_line l ON l.component_id = f.product_id \
         JOIN bom b ON b.id = l.bom_id WHERE f.level + 1 < $3 AND ($2 OR {CURRENT})), \
         nearest AS (SELECT product_id, min(level) AS level FROM reached GROUP BY product_id) \
         SELECT {} FROM nearest n JOIN bom_line l ON l.component_id = n.product_id JOIN bom b ON b.id = l.bom_id \
         JOIN product p ON p.id = b.product_id JOIN product c ON c.id = l.component_id \
         JOIN unit u ON u.id = l.unit_id JOIN unit r ON r.id = b.unit_id WHERE $2 OR {CURRENT} \
         ORDER BY n.level, b.code, b.revision DESC, l.position LIMIT $4",
        WhereUsedRow::COLUMNS
    );
    let depth = if uses.direct { 1 } else { i32::try_from(BOM_DEPTH_MAX).unwrap_or(i32::MAX) };
    Ok(sql(text).bind(uses.product_id).bind(uses.all).bind(depth).bind(uses.limit).rows(connection).await?)
}
