//! Where a product is used.

use mrp_api::where_used::{GetWhereUsed, WhereUsedQuery, WhereUsedRow as WireRow, WhereUsedView};
use mrp_domain::ids::{BomId, ProductId};
use mrp_store::products::{self, ProductRow};
use mrp_store::where_used::{Uses, WhereUsedRow, read};

use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{integer, word};

/// Most lines of one answer.
pub const WHERE_USED_ROWS_MAX: usize = 2_000;

/// `/products/{id}/where-used`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config.endpoint::<GetWhereUsed, _, _>(|granted, path, query, _| where_used(granted, path.id, query));
}

async fn where_used(
    granted: Granted<GetWhereUsed>,
    id: ProductId,
    query: WhereUsedQuery,
) -> Result<Answered<GetWhereUsed>, ApiError> {
    let mut connection = granted.connection().await?;
    let product: ProductRow =
        mrp_store::table::find(&mut connection, &products::LIST, ProductRow::COLUMNS, id.uuid()).await?;
    let uses = Uses {
        product_id: id.uuid(),
        all: query.all == Some(true),
        direct: query.direct == Some(true),
        limit: WHERE_USED_ROWS_MAX + 1,
    };
    let mut rows = read(&mut connection, uses).await?;
    let is_cut = rows.len() > WHERE_USED_ROWS_MAX;
    rows.truncate(WHERE_USED_ROWS_MAX);
    granted.reply(WhereUsedView {
        product_id: id,
        product_code: product.code,
        product_name: product.name,
        uses: rows.into_iter().map(wire).collect::<Result<_, _>>()?,
        is_cut,
    })
}

fn wire(row: WhereUsedRow) -> Result<WireRow, ApiError> {
    Ok(WireRow {
        level: integer(row.level),
        bom_id: BomId::from_uuid(row.bom_id),
        code: row.code,
        revision: integer(row.revision),
        state: word(&row.state)?,
        product_id: ProductId::from_uuid(row.product_id),
        product_code: row.product_code,
        product_name: row.product_name,
        quantity_per_run: row.quantity_per_run,
        run_unit_code: row.run_unit_code,
        component_id: ProductId::from_uuid(row.component_id),
        component_name: row.component_name,
        component_template_id: row.component_template_id.map(ProductId::from_uuid),
        quantity: row.quantity,
        unit_code: row.unit_code,
        operation_sequence: row.operation_sequence.map(integer),
        is_fixed: row.is_fixed,
        applies_to: serde_json::from_value(row.applies_to).unwrap_or_default(),
    })
}
