//! The bills of materials that a replacement of a component concerns, and the draft that it leaves.

use diesel_async::AsyncPgConnection;
use mrp_domain::bom::BomLine;
use uuid::Uuid;

use crate::boms::{BomLineRow, BomRow, CURRENT, LIST, replace_lines};
use crate::error::StoreError;
use crate::sql::sql;
use crate::tx::Tx;

row! {
    /// What a replacement must know of a product.
    pub struct ReplacedProductRow {
        pub id: Uuid = "p.id",
        pub code: String = "p.code",
        pub active: bool = "p.active",
        pub is_template: bool = "p.is_template",
        pub unit_category_id: Uuid = "u.unit_category_id",
        pub unit_code: String = "u.code",
    }
}

row! {
    /// The draft of a code.
    pub struct DraftRow {
        pub code: String = "code",
        pub id: Uuid = "id",
        pub revision: i32 = "revision",
    }
}

/// The products with these ids.
///
/// # Errors
/// When Postgres fails.
pub async fn products(
    connection: &mut AsyncPgConnection,
    ids: Vec<Uuid>,
) -> Result<Vec<ReplacedProductRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM product p JOIN unit u ON u.id = p.unit_id WHERE p.id = ANY($1)",
        ReplacedProductRow::COLUMNS
    );
    Ok(sql(text).bind(ids).rows(connection).await?)
}

/// The current revisions that need a component, one of each code: its draft, or else the one validated last. Those
/// whose code has a draft without the component come last, because nothing can be made of them.
///
/// # Errors
/// When Postgres fails.
pub async fn concerned(
    connection: &mut AsyncPgConnection,
    component_id: Uuid,
    limit: i64,
) -> Result<Vec<BomRow>, StoreError> {
    const NEEDS: &str = "EXISTS (SELECT 1 FROM bom_line l WHERE l.component_id = $1 AND l.bom_id =";
    const DRAFT: &str = "EXISTS (SELECT 1 FROM bom d WHERE d.code = b.code AND d.state = 'draft'";
    let text = format!(
        "SELECT {} FROM {} WHERE {NEEDS} b.id) AND {CURRENT} \
         AND (b.state = 'draft' OR NOT {DRAFT} AND {NEEDS} d.id))) \
         ORDER BY b.state <> 'draft' AND {DRAFT}), b.code, b.revision LIMIT $2",
        BomRow::COLUMNS,
        LIST.from
    );
    Ok(sql(text).bind(component_id).bind(limit).rows(connection).await?)
}

/// The drafts of these codes.
///
/// # Errors
/// When Postgres fails.
pub async fn drafts(connection: &mut AsyncPgConnection, codes: Vec<String>) -> Result<Vec<DraftRow>, StoreError> {
    let text = format!("SELECT {} FROM bom WHERE state = 'draft' AND code = ANY($1)", DraftRow::COLUMNS);
    Ok(sql(text).bind(codes).rows(connection).await?)
}

/// Gives a draft of the expected version other lines.
///
/// # Errors
/// [`StoreError::Stale`], [`StoreError::NotFound`].
pub async fn change_lines(tx: &mut Tx, draft: BomRow, lines: &[BomLine]) -> Result<i64, StoreError> {
    let (id, version) = (draft.id, draft.version);
    let version = draft.values().save(tx, id, Some(version)).await?;
    write_lines(tx, id, lines).await?;
    Ok(version)
}

/// Gives a draft that this transaction has made other lines.
///
/// # Errors
/// When Postgres fails.
pub async fn write_lines(tx: &mut Tx, bom_id: Uuid, lines: &[BomLine]) -> Result<(), StoreError> {
    let rows: Vec<_> = lines.iter().enumerate().map(|(place, line)| BomLineRow::new(bom_id, place, line)).collect();
    replace_lines(tx, bom_id, &rows).await
}
