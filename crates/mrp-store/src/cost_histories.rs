//! How the cost of a product changed. Changes of the standard cost are written down as they happen; what the moving average
//! did follows from the ledger.

use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::tx::Tx;

row! {
    /// One change of a cost.
    pub struct CostHistoryRow {
        pub at: OffsetDateTime = "h.at",
        pub by: String = "coalesce(a.name, '')",
        pub cost_method: String = "h.cost_method",
        pub action: String = "h.action",
        pub old_cost: Option<Decimal> = "h.old_cost",
        pub new_cost: Option<Decimal> = "h.new_cost",
        pub quantity: Option<Decimal> = "h.quantity",
        pub document: String = "coalesce(o.number, r.number, '')",
        pub manufacturing_order_id: Option<Uuid> = "h.manufacturing_order_id",
        pub receipt_id: Option<Uuid> = "h.receipt_id",
    }
}

/// Both kinds of changes. The moving average is the running value by the running quantity over a product's own moves into
/// and out of warehouses; moves that leave it as it is, to four decimals, are no change.
macro_rules! history {
    () => {
        "(SELECT c.id, c.product_id, c.at, c.user_id, 'standard' AS cost_method, c.action, c.old_cost, c.new_cost, \
         NULL::numeric AS quantity, NULL::uuid AS manufacturing_order_id, NULL::uuid AS receipt_id \
         FROM product_cost_change c \
         UNION ALL SELECT w.id, w.product_id, w.moved_at, w.user_id, 'moving_average', w.action, w.old_cost, w.new_cost, \
         w.moved, w.manufacturing_order_id, w.receipt_id FROM (SELECT s.*, \
         CASE WHEN s.quantity > 0 THEN round(s.value / s.quantity, 4) END AS new_cost, \
         CASE WHEN s.quantity - s.moved > 0 THEN round((s.value - s.worth) / (s.quantity - s.moved), 4) END AS old_cost \
         FROM (SELECT m.id, m.product_id, m.moved_at, m.user_id, m.manufacturing_order_id, m.receipt_id, m.action, m.moved, \
         m.worth, sum(m.moved) OVER own AS quantity, sum(m.worth) OVER own AS value FROM (SELECT v.id, v.product_id, \
         v.moved_at, v.user_id, v.manufacturing_order_id, v.receipt_id, \
         CASE WHEN v.manufacturing_order_id IS NOT NULL THEN 'order' WHEN v.receipt_id IS NOT NULL THEN 'receipt' \
         ELSE 'correction' END AS action, \
         CASE WHEN t.kind = 'internal' THEN v.quantity ELSE -v.quantity END AS moved, \
         CASE WHEN t.kind = 'internal' THEN v.value ELSE -v.value END AS worth \
         FROM stock_move v JOIN location f ON f.id = v.from_location_id JOIN location t ON t.id = v.to_location_id \
         WHERE (f.kind = 'internal') <> (t.kind = 'internal')) m \
         WINDOW own AS (PARTITION BY m.product_id ORDER BY m.moved_at, m.id)) s) w \
         WHERE w.new_cost IS NOT NULL AND w.new_cost IS DISTINCT FROM w.old_cost) h"
    };
}

/// The history of all products; ask for one.
pub const LIST: ListSpec = ListSpec {
    from: concat!(
        history!(),
        " LEFT JOIN user_account a ON a.id = h.user_id LEFT JOIN receipt r ON r.id = h.receipt_id \
         LEFT JOIN manufacturing_order o ON o.id = h.manufacturing_order_id"
    ),
    count_from: history!(),
    id: "h.id",
    search: &[],
    sorts: &[Sort { name: "at", sql: "h.at", cast: "timestamptz" }],
};

/// A standard cost that changes.
#[derive(Debug, Clone, Copy)]
pub struct CostChange {
    /// Whose.
    pub product_id: Uuid,
    /// What it was.
    pub old: Option<Decimal>,
    /// What it is.
    pub new: Option<Decimal>,
}

/// Writes down which standard costs this transaction changes; those that stay are left out.
///
/// # Errors
/// When Postgres fails.
pub async fn note(tx: &mut Tx, changes: impl Iterator<Item = CostChange>) -> Result<(), StoreError> {
    const TEXT: &str = "INSERT INTO product_cost_change (id, product_id, at, user_id, action, old_cost, new_cost) \
         SELECT n.id, n.product_id, $5, $6, $7, n.old, n.new \
         FROM unnest($1::uuid[], $2::uuid[], $3::numeric[], $4::numeric[]) AS n(id, product_id, old, new)";
    let changes: Vec<CostChange> = changes.filter(|change| change.old != change.new).collect();
    if changes.is_empty() {
        return Ok(());
    }
    sql(TEXT)
        .bind(changes.iter().map(|_| Uuid::now_v7()).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.product_id).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.old).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.new).collect::<Vec<_>>())
        .bind(tx.now_utc())
        .bind(tx.user_id().uuid())
        .bind(tx.action())
        .run(tx.connection())
        .await?;
    Ok(())
}
