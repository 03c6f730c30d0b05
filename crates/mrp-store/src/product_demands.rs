//! Which open orders need a product, and what open orders make of it.

use diesel_async::AsyncPgConnection;
use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;

/// Orders that hold a copy of their components: those drafts do not have, and the others do not need any more.
pub const ACTIVE: &str = "o.state IN ('confirmed', 'planned', 'in_progress')";

/// When a component is needed: when the work order begins that consumes it, or else the order, or else by its deadline.
macro_rules! needed_at {
    () => {
        "coalesce((SELECT w.scheduled_start FROM work_order w WHERE w.manufacturing_order_id = o.id \
         AND w.state <> 'cancelled' AND (l.operation_sequence IS NULL OR w.sequence = l.operation_sequence) \
         ORDER BY w.sequence DESC LIMIT 1), o.scheduled_start, o.planned_start, o.date_deadline)"
    };
}

row! {
    /// A component of an open order.
    pub struct ProductDemandRow {
        pub manufacturing_order_id: Uuid = "o.id",
        pub number: String = "o.number",
        pub state: String = "o.state",
        pub product_id: Uuid = "p.id",
        pub product_name: String = "p.name",
        pub operation_sequence: Option<i32> = "l.operation_sequence",
        pub qty_needed: Decimal = "l.qty_needed - l.qty_done",
        pub qty_reserved: Decimal = "l.qty_reserved",
        pub needed_at: Option<OffsetDateTime> = needed_at!(),
    }
}

/// The components of open orders; ask for one product.
pub const LIST: ListSpec = ListSpec {
    from: "material_line l JOIN manufacturing_order o ON o.id = l.manufacturing_order_id \
           JOIN product p ON p.id = o.product_id",
    count_from: "material_line l JOIN manufacturing_order o ON o.id = l.manufacturing_order_id",
    id: "l.id",
    search: &["o.number", "p.name"],
    sorts: &[Sort {
        name: "needed_at",
        sql: concat!("coalesce(", needed_at!(), ", 'infinity'::timestamptz)"),
        cast: "timestamptz",
    }],
};

row! {
    /// All of it together.
    pub struct DemandRow {
        pub needed: Decimal = "coalesce(d.needed, 0)",
        pub consumed: Decimal = "coalesce(d.consumed, 0)",
        pub reserved: Decimal = "coalesce(d.reserved, 0)",
        pub expected: Decimal = "coalesce(m.expected, 0) + coalesce(y.expected, 0) + coalesce(b.expected, 0)",
        pub in_drafts: Decimal = "coalesce(m.in_drafts, 0)",
    }
}

/// What open orders need and make of a product, by-products included, and what is ordered of it from suppliers.
///
/// # Errors
/// When Postgres fails.
pub async fn sum(connection: &mut AsyncPgConnection, product_id: Uuid) -> Result<DemandRow, StoreError> {
    let text = format!(
        "SELECT {} FROM (SELECT sum(l.qty_needed) AS needed, sum(l.qty_done) AS consumed, sum(l.qty_reserved) AS reserved \
         FROM material_line l JOIN manufacturing_order o ON o.id = l.manufacturing_order_id \
         WHERE l.product_id = $1 AND l.qty_needed > l.qty_done AND {ACTIVE}) d, \
         (SELECT sum(greatest(o.quantity - o.qty_done, 0)) FILTER (WHERE {ACTIVE}) AS expected, \
         sum(o.quantity) FILTER (WHERE o.state = 'draft') AS in_drafts FROM manufacturing_order o \
         WHERE o.product_id = $1 AND o.state IN ('draft', 'confirmed', 'planned', 'in_progress')) m, \
         (SELECT sum(greatest(b.qty_planned - b.qty_done, 0)) AS expected FROM order_by_product b \
         JOIN manufacturing_order o ON o.id = b.manufacturing_order_id WHERE b.product_id = $1 AND {ACTIVE}) y, \
         (SELECT sum(greatest(l.qty_ordered - l.qty_received, 0)) AS expected FROM purchase_order_line l \
         JOIN purchase_order o ON o.id = l.purchase_order_id \
         WHERE l.product_id = $1 AND o.state IN ('ordered', 'partly_received')) b",
        DemandRow::COLUMNS
    );
    Ok(sql(text).bind(product_id).one(connection).await?)
}
