//! Deliveries: goods that went to a customer. Posted once, never changed.

use diesel_async::AsyncPgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::tx::Tx;

row! {
    /// A delivery.
    pub struct DeliveryRow {
        pub id: Uuid = "d.id",
        pub number: String = "d.number",
        pub delivered_at: OffsetDateTime = "d.delivered_at",
        pub warehouse_id: Uuid = "d.warehouse_id",
        pub warehouse_name: String = "w.name",
        pub customer: String = "d.customer",
        pub reference: String = "d.reference",
        pub line_count: i64 = "(SELECT count(*) FROM stock_move m WHERE m.delivery_id = d.id)",
        pub by: String = "a.name",
    }
}

/// The list.
pub const LIST: ListSpec = ListSpec {
    from: "delivery d JOIN warehouse w ON w.id = d.warehouse_id JOIN user_account a ON a.id = d.user_id",
    count_from: "delivery d",
    id: "d.id",
    search: &["d.number", "d.customer", "d.reference"],
    sorts: &[
        Sort { name: "delivered_at", sql: "d.delivered_at", cast: "timestamptz" },
        Sort { name: "number", sql: "d.number", cast: "text" },
        Sort { name: "customer", sql: "d.customer", cast: "text" },
    ],
};

row! {
    /// A sales order that goods were delivered for.
    pub struct DeliveredOrderRow {
        pub id: Uuid = "s.id",
        pub number: String = "s.number",
    }
}

/// The sales orders that a delivery is for, by number.
///
/// # Errors
/// When Postgres fails.
pub async fn sales_orders(connection: &mut AsyncPgConnection, id: Uuid) -> Result<Vec<DeliveredOrderRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM sales_order s WHERE s.id IN (SELECT l.sales_order_id FROM stock_move m \
         JOIN sales_delivery e ON e.stock_move_id = m.id JOIN sales_order_line l ON l.id = e.sales_order_line_id \
         WHERE m.delivery_id = $1) ORDER BY s.number",
        DeliveredOrderRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

/// Writes a delivery under the next number; stock is locked already.
///
/// # Errors
/// When Postgres fails.
pub async fn insert(
    tx: &mut Tx,
    id: Uuid,
    warehouse: Uuid,
    (customer, reference): (String, String),
) -> Result<(), StoreError> {
    let number = crate::number_series::take(tx, "delivery", 1).await?.pop().ok_or(StoreError::NotFound)?;
    let (at, by) = (tx.now_utc(), tx.user_id().uuid());
    sql("INSERT INTO delivery (id, number, warehouse_id, customer, reference, delivered_at, user_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(id)
    .bind(number)
    .bind(warehouse)
    .bind(customer)
    .bind(reference)
    .bind(at)
    .bind(by)
    .run(tx.connection())
    .await?;
    Ok(())
}
