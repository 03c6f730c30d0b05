//! What bills of materials make beside their product.

use diesel_async::AsyncPgConnection;
use mrp_domain::bom::{BomByProduct, CostSharePercent};
use mrp_domain::ids::{ProductId, UnitId};
use mrp_domain::quantity::PositiveQuantity;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::sql;
use crate::tx::Tx;

row! {
    /// A by-product with its names.
    pub struct BomByProductRow {
        pub bom_id: Uuid = "y.bom_id",
        pub product_id: Uuid = "y.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub quantity: Decimal = "y.quantity",
        pub unit_id: Uuid = "y.unit_id",
        pub unit_code: String = "u.code",
        pub cost_share_percent: Decimal = "y.cost_share_percent",
    }
}

/// What a by-product's names come from.
pub(crate) const FROM: &str = "bom_by_product y JOIN product p ON p.id = y.product_id JOIN unit u ON u.id = y.unit_id";

/// A by-product to write.
#[derive(Debug, Clone, Copy)]
pub struct BomByProductValues {
    pub product_id: Uuid,
    pub quantity: Decimal,
    pub unit_id: Uuid,
    pub cost_share_percent: Decimal,
}

/// The by-products of a revision in their order.
///
/// # Errors
/// When Postgres fails.
pub async fn of_bom(connection: &mut AsyncPgConnection, bom_id: Uuid) -> Result<Vec<BomByProductRow>, StoreError> {
    of_boms(connection, vec![bom_id]).await
}

/// The by-products of several revisions, those of each in their order.
///
/// # Errors
/// When Postgres fails.
pub async fn of_boms(connection: &mut AsyncPgConnection, ids: Vec<Uuid>) -> Result<Vec<BomByProductRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM {FROM} WHERE y.bom_id = ANY($1) ORDER BY y.bom_id, y.position",
        BomByProductRow::COLUMNS
    );
    Ok(sql(text).bind(ids).rows(connection).await?)
}

/// Makes these the by-products of a draft, in this order.
///
/// # Errors
/// [`StoreError::Reference`] when a product or a unit does not exist.
pub async fn replace(tx: &mut Tx, bom_id: Uuid, rows: &[BomByProductValues]) -> Result<(), StoreError> {
    const WRITE: &str = "INSERT INTO bom_by_product (bom_id, position, product_id, quantity, unit_id, \
         cost_share_percent) SELECT $1, n.place - 1, n.product_id, n.quantity, n.unit_id, n.share \
         FROM unnest($2::uuid[], $3::numeric[], $4::uuid[], $5::numeric[]) \
         WITH ORDINALITY AS n(product_id, quantity, unit_id, share, place)";
    sql("DELETE FROM bom_by_product WHERE bom_id = $1").bind(bom_id).run(tx.connection()).await?;
    if rows.is_empty() {
        return Ok(());
    }
    sql(WRITE)
        .bind(bom_id)
        .bind(rows.iter().map(|row| row.product_id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.quantity).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.unit_id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.cost_share_percent).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}

/// Copies them to another revision that has none.
///
/// # Errors
/// When Postgres fails.
pub async fn copy(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<(), StoreError> {
    const TEXT: &str = "INSERT INTO bom_by_product (bom_id, position, product_id, quantity, unit_id, \
         cost_share_percent) SELECT $2, position, product_id, quantity, unit_id, cost_share_percent \
         FROM bom_by_product WHERE bom_id = $1";
    sql(TEXT).bind(from).bind(to).run(tx.connection()).await?;
    Ok(())
}

impl BomByProductRow {
    /// The by-product as the domain takes it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn by_product(&self) -> Result<BomByProduct, StoreError> {
        let corrupt = |error: &dyn std::fmt::Display| StoreError::Corrupt(error.to_string());
        Ok(BomByProduct {
            product: ProductId::from_uuid(self.product_id),
            quantity: PositiveQuantity::new(self.quantity).map_err(|error| corrupt(&error))?,
            unit: UnitId::from_uuid(self.unit_id),
            cost_share: CostSharePercent::try_from(self.cost_share_percent).map_err(|error| corrupt(&error))?,
        })
    }
}
