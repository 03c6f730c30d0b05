//! Pegging: what hangs on what, one question for each kind of thing and of what hangs below it, by index.

use diesel_async::AsyncPgConnection;
use mrp_domain::pegging::{PegDirection, PegKind};
use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::sql;

row! {
    /// A thing, and what it hangs on.
    pub struct PegRow {
        pub parent_id: Option<Uuid> = "g.parent_id",
        pub id: Uuid = "g.id",
        pub document_id: Uuid = "g.document_id",
        pub number: String = "g.number",
        pub state: String = "g.state",
        pub party: String = "g.party",
        pub product_id: Uuid = "p.id",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub unit_code: String = "u.code",
        pub quantity: Decimal = "g.quantity",
        pub quantity_done: Decimal = "g.quantity_done",
        pub arrives_at: Option<OffsetDateTime> = "g.arrives_at",
        pub needed_at: Option<OffsetDateTime> = "g.needed_at",
        pub is_over: bool = "g.is_over",
    }
}

/// The lines of a document that a tree starts with; `of` says which kind of line the id's document has.
///
/// # Errors
/// When Postgres fails.
pub async fn roots(connection: &mut AsyncPgConnection, of: PegKind, id: Uuid) -> Result<Vec<PegRow>, StoreError> {
    let edge = match of {
        PegKind::SalesOrderLine => {
            "SELECT NULL::uuid AS parent_id, id FROM sales_order_line WHERE sales_order_id = ANY($1)"
        }
        PegKind::ManufacturingOrder => "SELECT NULL::uuid AS parent_id, id FROM manufacturing_order WHERE id = ANY($1)",
        PegKind::PurchaseRequestLine => {
            "SELECT NULL::uuid AS parent_id, id FROM purchase_request_line WHERE purchase_request_id = ANY($1)"
        }
        PegKind::PurchaseOrderLine => {
            "SELECT NULL::uuid AS parent_id, id FROM purchase_order_line WHERE purchase_order_id = ANY($1)"
        }
        PegKind::Component | PegKind::QuotationLine | PegKind::Receipt | PegKind::Delivery => return Ok(Vec::new()),
    };
    asking(connection, of, edge, vec![id]).await
}

/// What of one kind hangs below these things of another.
///
/// # Errors
/// When Postgres fails.
pub async fn below(
    connection: &mut AsyncPgConnection,
    direction: PegDirection,
    (above, below): (PegKind, PegKind),
    ids: Vec<Uuid>,
) -> Result<Vec<PegRow>, StoreError> {
    use PegKind::{
        Component, Delivery, ManufacturingOrder, PurchaseOrderLine, PurchaseRequestLine, QuotationLine, Receipt,
        SalesOrderLine,
    };
    let edge = match (direction, above, below) {
        (PegDirection::Backward, SalesOrderLine, ManufacturingOrder) => {
            "SELECT sales_order_line_id AS parent_id, id FROM manufacturing_order \
             WHERE sales_order_line_id = ANY($1) AND state <> 'cancelled'"
        }
        (PegDirection::Backward, ManufacturingOrder, Component) => {
            "SELECT manufacturing_order_id AS parent_id, id FROM material_line WHERE manufacturing_order_id = ANY($1)"
        }
        (PegDirection::Backward, Component, ManufacturingOrder) => {
            "SELECT material_line_id AS parent_id, id FROM manufacturing_order \
             WHERE material_line_id = ANY($1) AND state <> 'cancelled'"
        }
        (PegDirection::Backward, Component, PurchaseRequestLine) => {
            "SELECT material_line_id AS parent_id, id FROM purchase_request_line WHERE material_line_id = ANY($1)"
        }
        (PegDirection::Backward, PurchaseRequestLine, QuotationLine) => {
            "SELECT id AS parent_id, request_for_quotation_line_id AS id FROM purchase_request_line \
             WHERE id = ANY($1) AND request_for_quotation_line_id IS NOT NULL AND purchase_order_line_id IS NULL"
        }
        (PegDirection::Backward, PurchaseRequestLine, PurchaseOrderLine) => {
            "SELECT id AS parent_id, purchase_order_line_id AS id FROM purchase_request_line \
             WHERE id = ANY($1) AND purchase_order_line_id IS NOT NULL"
        }
        (PegDirection::Backward, PurchaseOrderLine, Receipt) => {
            "SELECT purchase_order_line_id AS parent_id, stock_move_id AS id FROM purchase_receipt \
             WHERE purchase_order_line_id = ANY($1)"
        }
        (PegDirection::Forward, PurchaseOrderLine, PurchaseRequestLine) => {
            "SELECT purchase_order_line_id AS parent_id, id FROM purchase_request_line WHERE purchase_order_line_id = ANY($1)"
        }
        (PegDirection::Forward, QuotationLine, PurchaseRequestLine) => {
            "SELECT request_for_quotation_line_id AS parent_id, id FROM purchase_request_line \
             WHERE request_for_quotation_line_id = ANY($1)"
        }
        (PegDirection::Forward, PurchaseRequestLine, ManufacturingOrder) => {
            "SELECT l.id AS parent_id, m.manufacturing_order_id AS id FROM purchase_request_line l \
             JOIN material_line m ON m.id = l.material_line_id WHERE l.id = ANY($1)"
        }
        (PegDirection::Forward, Component, ManufacturingOrder) => {
            "SELECT id AS parent_id, manufacturing_order_id AS id FROM material_line WHERE id = ANY($1)"
        }
        (PegDirection::Forward, ManufacturingOrder, ManufacturingOrder) => {
            "SELECT o.id AS parent_id, m.manufacturing_order_id AS id FROM manufacturing_order o \
             JOIN material_line m ON m.id = o.material_line_id WHERE o.id = ANY($1)"
        }
        (PegDirection::Forward, ManufacturingOrder, SalesOrderLine) => {
            "SELECT id AS parent_id, sales_order_line_id AS id FROM manufacturing_order \
             WHERE id = ANY($1) AND sales_order_line_id IS NOT NULL"
        }
        (PegDirection::Forward, SalesOrderLine, Delivery) => {
            "SELECT sales_order_line_id AS parent_id, stock_move_id AS id FROM sales_delivery \
             WHERE sales_order_line_id = ANY($1)"
        }
        _ => return Ok(Vec::new()),
    };
    asking(connection, below, edge, ids).await
}

/// Where a day of the company begins and ends.
const ZONE: &str = "(SELECT zone FROM setting)";

async fn asking(
    connection: &mut AsyncPgConnection,
    kind: PegKind,
    edge: &str,
    ids: Vec<Uuid>,
) -> Result<Vec<PegRow>, StoreError> {
    let told = match kind {
        PegKind::SalesOrderLine => format!(
            "SELECT e.parent_id, l.id, s.id AS document_id, s.number, s.state, s.customer AS party, l.product_id, \
             l.quantity, l.qty_delivered AS quantity_done, NULL::timestamptz AS arrives_at, s.deliver_by AS needed_at, \
             s.state IN ('delivered', 'cancelled') AS is_over FROM ({edge}) e \
             JOIN sales_order_line l ON l.id = e.id JOIN sales_order s ON s.id = l.sales_order_id"
        ),
        PegKind::ManufacturingOrder => format!(
            "SELECT e.parent_id, o.id, o.id AS document_id, o.number, o.state, '' AS party, o.product_id, o.quantity, \
             o.qty_done AS quantity_done, coalesce(o.finished_at, o.scheduled_finish) AS arrives_at, \
             coalesce(s.deliver_by, o.date_deadline) AS needed_at, o.state IN ('done', 'cancelled') AS is_over \
             FROM ({edge}) e JOIN manufacturing_order o ON o.id = e.id \
             LEFT JOIN sales_order_line l ON l.id = o.sales_order_line_id \
             LEFT JOIN sales_order s ON s.id = l.sales_order_id"
        ),
        PegKind::Component => format!(
            "SELECT e.parent_id, m.id, o.id AS document_id, o.number, CASE WHEN m.qty_done >= m.qty_needed THEN 'consumed' \
             WHEN m.qty_done + m.qty_reserved >= m.qty_needed THEN 'reserved' ELSE 'missing' END AS state, '' AS party, \
             m.product_id, m.qty_needed AS quantity, m.qty_done + m.qty_reserved AS quantity_done, \
             NULL::timestamptz AS arrives_at, coalesce(o.scheduled_start, o.planned_start) AS needed_at, \
             m.qty_done + m.qty_reserved >= m.qty_needed OR o.state IN ('done', 'cancelled') AS is_over \
             FROM ({edge}) e JOIN material_line m ON m.id = e.id \
             JOIN manufacturing_order o ON o.id = m.manufacturing_order_id"
        ),
        PegKind::PurchaseRequestLine => format!(
            "SELECT e.parent_id, l.id, r.id AS document_id, r.number, g.state, '' AS party, l.product_id, l.quantity, \
             l.qty_received AS quantity_done, \
             coalesce(ol.expected_on, o.expected_on)::timestamp AT TIME ZONE {ZONE} AS arrives_at, \
             (l.needed_on + 1)::timestamp AT TIME ZONE {ZONE} AS needed_at, \
             g.state IN ('received', 'cancelled') AS is_over FROM ({edge}) e \
             JOIN purchase_request_line l ON l.id = e.id JOIN purchase_request r ON r.id = l.purchase_request_id \
             JOIN purchase_request_line_progress g ON g.id = l.id \
             LEFT JOIN purchase_order_line ol ON ol.id = l.purchase_order_line_id \
             LEFT JOIN purchase_order o ON o.id = ol.purchase_order_id"
        ),
        PegKind::QuotationLine => format!(
            "SELECT e.parent_id, l.id, q.id AS document_id, q.number, q.state, '' AS party, l.product_id, l.quantity, \
             0::numeric AS quantity_done, NULL::timestamptz AS arrives_at, \
             (l.needed_on + 1)::timestamp AT TIME ZONE {ZONE} AS needed_at, \
             q.state IN ('decided', 'cancelled') AS is_over FROM ({edge}) e \
             JOIN request_for_quotation_line l ON l.id = e.id \
             JOIN request_for_quotation q ON q.id = l.request_for_quotation_id"
        ),
        PegKind::PurchaseOrderLine => format!(
            "SELECT e.parent_id, l.id, o.id AS document_id, o.number, o.state, s.name AS party, l.product_id, \
             l.qty_ordered AS quantity, l.qty_received AS quantity_done, \
             coalesce(l.expected_on, o.expected_on)::timestamp AT TIME ZONE {ZONE} AS arrives_at, \
             ((SELECT min(r.needed_on) FROM purchase_request_line r WHERE r.purchase_order_line_id = l.id) + 1)::timestamp \
             AT TIME ZONE {ZONE} AS needed_at, \
             l.qty_received >= l.qty_ordered OR o.state IN ('received', 'cancelled') AS is_over FROM ({edge}) e \
             JOIN purchase_order_line l ON l.id = e.id JOIN purchase_order o ON o.id = l.purchase_order_id \
             JOIN supplier s ON s.id = o.supplier_id"
        ),
        PegKind::Receipt => format!(
            "SELECT e.parent_id, m.id, r.id AS document_id, r.number, 'posted' AS state, '' AS party, m.product_id, \
             m.quantity, m.quantity AS quantity_done, r.received_at AS arrives_at, NULL::timestamptz AS needed_at, \
             true AS is_over FROM ({edge}) e JOIN stock_move m ON m.id = e.id JOIN receipt r ON r.id = m.receipt_id"
        ),
        PegKind::Delivery => format!(
            "SELECT e.parent_id, m.id, d.id AS document_id, d.number, 'posted' AS state, d.customer AS party, m.product_id, \
             m.quantity, m.quantity AS quantity_done, d.delivered_at AS arrives_at, NULL::timestamptz AS needed_at, \
             true AS is_over FROM ({edge}) e JOIN stock_move m ON m.id = e.id JOIN delivery d ON d.id = m.delivery_id"
        ),
    };
    let text = format!(
        "SELECT {} FROM ({told}) g JOIN product p ON p.id = g.product_id JOIN unit u ON u.id = p.unit_id \
         ORDER BY g.number, p.code, g.id",
        PegRow::COLUMNS
    );
    Ok(sql(text).bind(ids).rows(connection).await?)
}
