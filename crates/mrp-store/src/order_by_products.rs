//! What orders make beside their product: their own copy of the recipe's by-products.

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::{PgConnection, sql};
use crate::tx::Tx;

row! {
    /// A by-product of an order with its names.
    pub struct OrderByProductRow {
        pub order_id: Uuid = "y.manufacturing_order_id",
        pub position: i32 = "y.position",
        pub product_id: Uuid = "y.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub tracking: String = "p.tracking",
        pub cost_method: String = "p.cost_method",
        pub standard_cost: Option<Decimal> = "p.standard_cost",
        pub unit_code: String = "u.code",
        pub unit_step: Decimal = "u.rounding_step",
        pub per_unit: String = "y.per_unit",
        pub cost_share_percent: Decimal = "y.cost_share_percent",
        pub qty_planned: Decimal = "y.qty_planned",
        pub qty_done: Decimal = "y.qty_done",
    }
}

/// A by-product to write.
#[derive(Debug, Clone)]
pub struct OrderByProductValues {
    pub product_id: Uuid,
    pub per_unit: String,
    pub cost_share_percent: Decimal,
    pub qty_planned: Decimal,
}

/// The by-products of an order in their order.
///
/// # Errors
/// When Postgres fails.
pub async fn of_order(connection: &mut PgConnection, order: Uuid) -> Result<Vec<OrderByProductRow>, StoreError> {
    of_orders(connection, vec![order]).await
}

/// The by-products of orders, each order's in their order.
///
/// # Errors
/// When Postgres fails.
pub async fn of_orders(connection: &mut PgConnection, orders: Vec<Uuid>) -> Result<Vec<OrderByProductRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM order_by_product y JOIN product p ON p.id = y.product_id JOIN unit u ON u.id = p.unit_id \
         WHERE y.manufacturing_order_id = ANY($1) ORDER BY y.manufacturing_order_id, y.position",
        OrderByProductRow::COLUMNS
    );
    Ok(sql(text).bind(orders).rows(connection).await?)
}

/// Gives an order its by-products.
///
/// # Errors
/// When Postgres fails.
pub async fn insert(tx: &mut Tx, order: Uuid, rows: &[OrderByProductValues]) -> Result<(), StoreError> {
    const TEXT: &str = "INSERT INTO order_by_product (manufacturing_order_id, position, product_id, per_unit, \
         cost_share_percent, qty_planned) SELECT $1, n.place - 1, n.product_id, n.per_unit, n.share, n.planned \
         FROM unnest($2::uuid[], $3::text[], $4::numeric[], $5::numeric[]) \
         WITH ORDINALITY AS n(product_id, per_unit, share, planned, place)";
    if rows.is_empty() {
        return Ok(());
    }
    sql(TEXT)
        .bind(order)
        .bind(rows.iter().map(|row| row.product_id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.per_unit.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.cost_share_percent).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.qty_planned).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}

/// Takes an order's by-products away, before it gets others.
///
/// # Errors
/// When Postgres fails.
pub async fn remove_all(tx: &mut Tx, order: Uuid) -> Result<(), StoreError> {
    sql("DELETE FROM order_by_product WHERE manufacturing_order_id = $1").bind(order).run(tx.connection()).await?;
    Ok(())
}

/// Writes what each of them, by its position, will come to.
///
/// # Errors
/// When Postgres fails.
pub async fn set_planned(tx: &mut Tx, order: Uuid, amounts: &[(i32, Decimal)]) -> Result<(), StoreError> {
    write(
        tx,
        order,
        amounts,
        "UPDATE order_by_product y SET qty_planned = n.quantity FROM unnest($2::int[], $3::numeric[]) \
         AS n(position, quantity) WHERE y.manufacturing_order_id = $1 AND y.position = n.position",
    )
    .await
}

/// Writes what of each of them, by its position, has entered stock.
///
/// # Errors
/// When Postgres fails.
pub async fn set_done(tx: &mut Tx, order: Uuid, amounts: &[(i32, Decimal)]) -> Result<(), StoreError> {
    write(
        tx,
        order,
        amounts,
        "UPDATE order_by_product y SET qty_done = n.quantity FROM unnest($2::int[], $3::numeric[]) \
         AS n(position, quantity) WHERE y.manufacturing_order_id = $1 AND y.position = n.position",
    )
    .await
}

async fn write(tx: &mut Tx, order: Uuid, amounts: &[(i32, Decimal)], text: &'static str) -> Result<(), StoreError> {
    sql(text)
        .bind(order)
        .bind(amounts.iter().map(|amount| amount.0).collect::<Vec<_>>())
        .bind(amounts.iter().map(|amount| amount.1).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}
