//! Receipts: goods that came in from outside. Posted once, never changed.

use diesel_async::AsyncPgConnection;
use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::stock::{self, MoveValues};
use crate::stock_value_differences::{self, DifferenceValues};
use crate::tx::Tx;

row! {
    /// A receipt.
    pub struct ReceiptRow {
        pub id: Uuid = "r.id",
        pub number: String = "r.number",
        pub received_at: OffsetDateTime = "r.received_at",
        pub warehouse_id: Uuid = "r.warehouse_id",
        pub warehouse_name: String = "w.name",
        pub location_id: Uuid = "l.id",
        pub reference: String = "r.reference",
        pub line_count: i64 = "(SELECT count(*) FROM stock_move m WHERE m.receipt_id = r.id)",
        pub by: String = "a.name",
    }
}

/// The list of receipts.
pub const LIST: ListSpec = ListSpec {
    from: "receipt r JOIN warehouse w ON w.id = r.warehouse_id JOIN location l ON l.warehouse_id = w.id \
           JOIN user_account a ON a.id = r.user_id",
    count_from: "receipt r",
    id: "r.id",
    search: &["r.number", "r.reference"],
    sorts: &[
        Sort { name: "received_at", sql: "r.received_at", cast: "timestamptz" },
        Sort { name: "number", sql: "r.number", cast: "text" },
        Sort { name: "warehouse_name", sql: "w.name", cast: "text" },
        Sort { name: "reference", sql: "r.reference", cast: "text" },
    ],
};

row! {
    /// One received product.
    pub struct ReceiptLineRow {
        pub product_id: Uuid = "m.product_id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub quantity: Decimal = "m.quantity",
        pub unit_code: String = "u.code",
        pub lot_id: Option<Uuid> = "k.id",
        pub lot_number: Option<String> = "k.number",
        pub value: Decimal = "m.value",
    }
}

/// The lines of a receipt in the order in which they were given.
///
/// # Errors
/// When Postgres fails.
pub async fn lines(connection: &mut AsyncPgConnection, id: Uuid) -> Result<Vec<ReceiptLineRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM stock_move m JOIN product p ON p.id = m.product_id JOIN unit u ON u.id = p.unit_id \
         LEFT JOIN lot k ON k.id = m.lot_id WHERE m.receipt_id = $1 ORDER BY m.id",
        ReceiptLineRow::COLUMNS
    );
    Ok(sql(text).bind(id).rows(connection).await?)
}

/// One product to receive, in its own unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceivedGoods {
    /// The id of its move; moves of one receipt are shown in the order of their ids.
    pub id: Uuid,
    /// The product.
    pub product_id: Uuid,
    /// Its lot; [`stock::NO_LOT`] for what is not tracked.
    pub lot_id: Uuid,
    /// How much, in the product's unit.
    pub quantity: Decimal,
    /// What it is worth.
    pub value: Decimal,
    /// What it cost beyond that.
    pub difference: Decimal,
}

/// Posts a receipt under the next number: stock is locked first, the number is drawn, then the goods move in.
///
/// # Errors
/// [`StoreError::NotFound`] when the warehouse has no location.
pub async fn post(
    tx: &mut Tx,
    id: Uuid,
    warehouse_id: Uuid,
    reference: String,
    goods: &[ReceivedGoods],
) -> Result<(), StoreError> {
    let location_id = stock::location_of(tx.connection(), warehouse_id).await?;
    stock::lock(tx, goods.iter().map(|line| line.product_id).collect(), location_id).await?;
    let number = crate::number_series::take(tx, "receipt", 1).await?.pop().ok_or(StoreError::NotFound)?;
    let (at, by) = (tx.now_utc(), tx.user_id().uuid());
    sql("INSERT INTO receipt (id, number, warehouse_id, reference, received_at, user_id) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(id)
        .bind(number)
        .bind(warehouse_id)
        .bind(reference)
        .bind(at)
        .bind(by)
        .run(tx.connection())
        .await?;
    let moves = goods
        .iter()
        .map(|line| MoveValues {
            id: line.id,
            product_id: line.product_id,
            lot_id: line.lot_id,
            from_location_id: stock::SUPPLIER,
            to_location_id: location_id,
            quantity: line.quantity,
            value: line.value,
            document: stock::Document::Receipt(id),
        })
        .collect::<Vec<_>>();
    stock::post_moves(tx, &moves).await?;
    let differences = goods.iter().map(|line| DifferenceValues {
        product_id: line.product_id,
        kind: "price",
        value: line.difference,
        document: stock::Document::Receipt(id),
    });
    stock_value_differences::note(tx, &differences.collect::<Vec<_>>()).await
}
