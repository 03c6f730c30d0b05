//! Goods that were scrapped or counted: what lies at a place, under lock, and the move that corrects it.

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::sql;
use crate::stock::{self, MoveValues, ValuationRow};
use crate::tx::Tx;

row! {
    /// What lies at a place.
    pub struct HeldRow {
        pub on_hand: Decimal = "b.on_hand",
        pub reserved: Decimal = "b.reserved",
    }
}

/// Locks the balance of a product, or of one of its lots, at a place, then what its stock is worth, and returns both.
///
/// # Errors
/// When Postgres fails.
pub async fn lock(
    tx: &mut Tx,
    product_id: Uuid,
    lot_id: Uuid,
    location_id: Uuid,
) -> Result<(HeldRow, Option<ValuationRow>), StoreError> {
    // Two who count the same empty shelf must wait for each other, so there must be a row to lock.
    sql("INSERT INTO stock_balance (product_id, lot_id, location_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(product_id)
        .bind(lot_id)
        .bind(location_id)
        .run(tx.connection())
        .await?;
    let valuation = stock::lock(tx, vec![product_id], location_id).await?.pop();
    let text = format!(
        "SELECT {} FROM stock_balance b WHERE b.product_id = $1 AND b.lot_id = $2 AND b.location_id = $3",
        HeldRow::COLUMNS
    );
    let held = sql(text).bind(product_id).bind(lot_id).bind(location_id).one(tx.connection()).await?;
    Ok((held, valuation))
}

/// Writes the move and, when somebody gave them, its reason and the words with it.
///
/// # Errors
/// As [`stock::post_moves`].
pub async fn post(
    tx: &mut Tx,
    correction: MoveValues,
    reason: String,
    scrap_reason_id: Option<Uuid>,
) -> Result<(), StoreError> {
    let id = correction.id;
    stock::post_moves(tx, &[correction]).await?;
    if reason.is_empty() && scrap_reason_id.is_none() {
        return Ok(());
    }
    sql("INSERT INTO stock_move_reason (stock_move_id, reason, scrap_reason_id) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(reason)
        .bind(scrap_reason_id)
        .run(tx.connection())
        .await?;
    Ok(())
}
