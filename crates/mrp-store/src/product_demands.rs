//! Which open orders need a product, which customers wait for it, and what open orders make of it.

use diesel_async::AsyncPgConnection;
use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;

macro_rules! active {
    () => {
        "o.state IN ('confirmed', 'planned', 'in_progress')"
    };
}

/// Orders that hold a copy of their components: those drafts do not have, and the others do not need any more.
pub const ACTIVE: &str = active!();

/// When a component is needed: when the work order begins that consumes it, or else the order, or else by its deadline.
macro_rules! needed_at {
    () => {
        "coalesce((SELECT w.scheduled_start FROM work_order w WHERE w.manufacturing_order_id = o.id \
         AND w.state <> 'cancelled' AND (l.operation_sequence IS NULL OR w.sequence = l.operation_sequence) \
         ORDER BY w.sequence DESC LIMIT 1), o.scheduled_start, o.planned_start, o.date_deadline)"
    };
}

row! {
    /// A component of an open order, or what a confirmed sales order still has to deliver.
    pub struct ProductDemandRow {
        pub manufacturing_order_id: Option<Uuid> = "d.manufacturing_order_id",
        pub sales_order_id: Option<Uuid> = "d.sales_order_id",
        pub number: String = "d.number",
        pub state: Option<String> = "d.state",
        pub product_id: Option<Uuid> = "d.makes_id",
        pub name: String = "d.name",
        pub operation_sequence: Option<i32> = "d.operation_sequence",
        pub qty_needed: Decimal = "d.qty_needed",
        pub qty_reserved: Decimal = "d.qty_reserved",
        pub needed_at: Option<OffsetDateTime> = "d.needed_at",
    }
}

/// Lines that a customer still waits for.
macro_rules! is_sold {
    () => {
        "s.state = 'confirmed' AND l.qty_delivered < l.quantity"
    };
}

macro_rules! demands {
    () => {
        concat!(
            "(SELECT l.id, l.product_id, o.id AS manufacturing_order_id, NULL::uuid AS sales_order_id, o.number, o.state, \
             p.id AS makes_id, p.name, l.operation_sequence, l.qty_needed - l.qty_done AS qty_needed, l.qty_reserved, ",
            needed_at!(),
            " AS needed_at FROM material_line l JOIN manufacturing_order o ON o.id = l.manufacturing_order_id \
             JOIN product p ON p.id = o.product_id WHERE l.qty_needed > l.qty_done AND ",
            active!(),
            " UNION ALL SELECT l.id, l.product_id, NULL, s.id, s.number, NULL, NULL, s.customer, NULL, \
             l.quantity - l.qty_delivered, coalesce((SELECT sum(r.quantity) FROM sales_reservation r \
             WHERE r.sales_order_line_id = l.id), 0), s.deliver_by \
             FROM sales_order_line l JOIN sales_order s ON s.id = l.sales_order_id WHERE ",
            is_sold!(),
            ") d"
        )
    };
}

/// The components of open orders and the lines of confirmed sales orders; ask for one product, `d.product_id`.
pub const LIST: ListSpec = ListSpec {
    from: demands!(),
    count_from: demands!(),
    id: "d.id",
    search: &["d.number", "d.name"],
    sorts: &[Sort { name: "needed_at", sql: "coalesce(d.needed_at, 'infinity'::timestamptz)", cast: "timestamptz" }],
};

/// The same for who may not read sales: customers are not found by their names, either.
pub const LIST_WITHOUT_CUSTOMERS: ListSpec =
    ListSpec { search: &["d.number", "CASE WHEN d.sales_order_id IS NULL THEN d.name ELSE '' END"], ..LIST };

row! {
    /// All of it together.
    pub struct DemandRow {
        pub needed: Decimal = "coalesce(d.needed, 0) + coalesce(s.needed, 0)",
        pub consumed: Decimal = "coalesce(d.consumed, 0)",
        pub reserved: Decimal = "coalesce(d.reserved, 0) + coalesce(t.reserved, 0)",
        pub expected: Decimal = "coalesce(m.expected, 0) + coalesce(y.expected, 0) + coalesce(b.expected, 0)",
        pub in_drafts: Decimal = "coalesce(m.in_drafts, 0)",
    }
}

/// What open orders need and make of a product, by-products included, what customers wait for of it, and what is ordered of
/// it from suppliers.
///
/// # Errors
/// When Postgres fails.
pub async fn sum(connection: &mut AsyncPgConnection, product_id: Uuid) -> Result<DemandRow, StoreError> {
    const IS_SOLD: &str = is_sold!();
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
         WHERE l.product_id = $1 AND o.state IN ('ordered', 'partly_received')) b, \
         (SELECT sum(l.quantity - l.qty_delivered) AS needed FROM sales_order_line l \
         JOIN sales_order s ON s.id = l.sales_order_id WHERE l.product_id = $1 AND {IS_SOLD}) s, \
         (SELECT sum(r.quantity) AS reserved FROM sales_order_line l JOIN sales_reservation r ON r.sales_order_line_id = l.id \
         JOIN sales_order s ON s.id = l.sales_order_id WHERE l.product_id = $1 AND {IS_SOLD}) t",
        DemandRow::COLUMNS
    );
    Ok(sql(text).bind(product_id).one(connection).await?)
}
