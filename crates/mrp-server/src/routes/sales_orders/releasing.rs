//! Goods that were made for a line and are given to others by hand.

use mrp_api::error as codes;
use mrp_api::sales_orders::{ReleaseSalesOrderLine, SalesOrderLinePath};
use mrp_store::error::StoreError;
use mrp_store::sales_orders as store;

use super::{TABLE, whole};
use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::routes::sales_reservations;

/// Gives back what lies for a line, so that others can have it.
///
/// # Errors
/// `nothing_reserved` when nothing lies there for it.
pub(super) async fn release(
    granted: Granted<ReleaseSalesOrderLine>,
    path: SalesOrderLinePath,
) -> Result<Answered<ReleaseSalesOrderLine>, ApiError> {
    let id = path.id.uuid();
    granted
        .write(async |tx| {
            store::lock_expected(tx, id, granted.expected).await?;
            let line = store::lines(tx.connection(), id).await?.into_iter().find(|line| line.id == path.line_id.uuid());
            let line = line.ok_or(StoreError::NotFound)?;
            let quantity = sales_reservations::give_back(tx, vec![id], Some(line.id)).await?;
            if quantity.is_zero() {
                return Err(ApiError::plain(&codes::NOTHING_RESERVED));
            }
            let version = mrp_store::sales_reservations::touch(tx, id).await?;
            tx.changed(TABLE, id, version, format!("{} {} given back", quantity.normalize(), line.product_code));
            whole(&granted, tx, id).await
        })
        .await
}
