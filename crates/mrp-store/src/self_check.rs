//! What must hold in every database at every moment, asked of Postgres: ledger, balances, promises, values, states,
//! and the chain of the audit log.
//!
//! A finding is a mistake of ours, a forged row, or a hand in the database. Nothing is repaired here. The checks only
//! read and take seconds on a million moves.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};

use crate::error::StoreError;
use crate::sql::sql;

/// Something that contradicts something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The name of the check.
    pub check: &'static str,
    /// The rows and what they say.
    pub detail: String,
}

/// One check: a statement that returns a text for every contradiction.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its name, a sentence about what holds.
    pub name: &'static str,
    text: &'static str,
}

row! {
    /// A contradiction in words.
    pub struct DetailRow {
        pub detail: String = "detail"
    }
}

/// Findings of one check that are told; more say nothing new.
const FINDINGS_MAX: i64 = 50;

/// Runs every check.
///
/// # Errors
/// When Postgres fails.
pub async fn run(connection: &mut AsyncPgConnection) -> Result<Vec<Finding>, StoreError> {
    connection.batch_execute(WHOLE_TABLES).await?;
    let findings = contradictions(connection).await;
    connection.batch_execute(FEW_ROWS).await?;
    findings
}

/// These statements read whole tables, unlike all others.
const WHOLE_TABLES: &str = "SET enable_seqscan = on; SET enable_hashjoin = on; SET enable_mergejoin = on; \
     SET work_mem = '64MB'; SET plan_cache_mode = force_custom_plan";
/// As connections of the pool are.
const FEW_ROWS: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; \
     RESET work_mem; SET plan_cache_mode = force_generic_plan";

async fn contradictions(connection: &mut AsyncPgConnection) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    for check in CHECKS {
        let text = format!("SELECT detail FROM ({}) AS contradiction (detail) LIMIT $1", check.text);
        let rows = sql(text).bind(FINDINGS_MAX).rows::<DetailRow>(connection).await?;
        findings.extend(rows.into_iter().map(|row| Finding { check: check.name, detail: row.detail }));
    }
    Ok(findings)
}

/// Every check there is.
pub const CHECKS: &[Check] = &[
    Check {
        name: "every audit row is chained to the one before it",
        text: "SELECT format('row %s of %s %s', seq, entity, entity_id) FROM ( \
               SELECT a.*, lag(hash) OVER (PARTITION BY entity_id ORDER BY seq) AS previous FROM audit_log a) a \
               WHERE hash <> sha256(convert_to(concat_ws('|', encode(previous, 'hex'), \
               extract(epoch FROM at)::bigint, user_id, action, entity, entity_id, detail, request_id), 'UTF8'))",
    },
    Check {
        name: "what is on hand is what was moved in less what was moved out",
        text: "SELECT format('product %s at %s: %s more on hand than by the ledger', product_id, location_id, sum(more)) FROM ( \
               SELECT product_id, lot_id, location_id, on_hand AS more FROM stock_balance UNION ALL \
               SELECT product_id, lot_id, to_location_id, -quantity FROM stock_move \
               WHERE to_location_id = ANY (ARRAY(SELECT id FROM location WHERE kind = 'internal')) UNION ALL \
               SELECT product_id, lot_id, from_location_id, quantity FROM stock_move \
               WHERE from_location_id = ANY (ARRAY(SELECT id FROM location WHERE kind = 'internal'))) m \
               GROUP BY product_id, lot_id, location_id HAVING sum(more) <> 0",
    },
    Check {
        name: "every move has its product and its places",
        text: "SELECT format('move %s of product %s', m.id, m.product_id) FROM stock_move m \
               WHERE m.from_location_id <> ALL (ARRAY(SELECT id FROM location)) \
               OR m.to_location_id <> ALL (ARRAY(SELECT id FROM location)) UNION ALL \
               SELECT format('move %s of product %s', m.id, m.product_id) FROM stock_move m \
               WHERE NOT EXISTS (SELECT FROM product p WHERE p.id = m.product_id)",
    },
    Check {
        name: "what is reserved is what open orders and lines of sales orders hold",
        text: "SELECT format('product %s at %s: %s reserved, %s held by orders', product_id, location_id, \
               coalesce(reserved, 0), coalesce(held, 0)) FROM ( \
               SELECT product_id, location_id, sum(reserved) AS reserved FROM stock_balance \
               WHERE reserved <> 0 GROUP BY product_id, location_id) b FULL JOIN ( \
               SELECT product_id, location_id, sum(held) AS held FROM ( \
               SELECT m.product_id, l.id AS location_id, m.qty_reserved AS held FROM material_line m \
               JOIN manufacturing_order o ON o.id = m.manufacturing_order_id \
               LEFT JOIN location l ON l.warehouse_id = o.components_warehouse_id \
               WHERE m.qty_reserved > 0 AND o.state NOT IN ('done', 'cancelled') UNION ALL \
               SELECT n.product_id, r.location_id, r.quantity FROM sales_reservation r \
               JOIN sales_order_line n ON n.id = r.sales_order_line_id) h \
               GROUP BY product_id, location_id) o USING (product_id, location_id) \
               WHERE coalesce(reserved, 0) <> coalesce(held, 0)",
    },
    Check {
        name: "what is reserved of a lot is what components hold of it",
        text: "SELECT format('lot %s at %s: %s reserved, %s held', lot_id, location_id, coalesce(reserved, 0), \
               coalesce(held, 0)) FROM (SELECT lot_id, location_id, reserved FROM stock_balance \
               WHERE reserved <> 0 AND lot_id <> '00000000-0000-0000-0000-000000000000') b FULL JOIN ( \
               SELECT lot_id, location_id, sum(held) AS held FROM ( \
               SELECT h.lot_id, l.id AS location_id, h.qty_reserved AS held FROM material_line_lot h \
               JOIN material_line m ON m.id = h.material_line_id \
               JOIN manufacturing_order o ON o.id = m.manufacturing_order_id \
               LEFT JOIN location l ON l.warehouse_id = o.components_warehouse_id UNION ALL \
               SELECT r.lot_id, r.location_id, r.quantity FROM sales_reservation r \
               WHERE r.lot_id <> '00000000-0000-0000-0000-000000000000') h GROUP BY lot_id, location_id) h \
               USING (lot_id, location_id) WHERE coalesce(reserved, 0) <> coalesce(held, 0)",
    },
    Check {
        name: "goods are set aside for open sales orders, and no more than is open",
        text: "SELECT format('%s sales order %s: %s set aside of product %s, %s open', s.state, s.number, r.held, \
               l.product_id, l.quantity - l.qty_delivered) FROM (SELECT sales_order_line_id, sum(quantity) AS held \
               FROM sales_reservation GROUP BY sales_order_line_id) r \
               JOIN sales_order_line l ON l.id = r.sales_order_line_id JOIN sales_order s ON s.id = l.sales_order_id \
               WHERE s.state <> 'confirmed' OR r.held > l.quantity - l.qty_delivered",
    },
    Check {
        name: "a component holds of its lots together what it has reserved",
        text: "SELECT format('component %s: %s reserved, %s of lots', m.id, m.qty_reserved, coalesce(h.held, 0)) \
               FROM (SELECT material_line_id, sum(qty_reserved) AS held FROM material_line_lot \
               GROUP BY material_line_id) h FULL JOIN (SELECT m.id, m.qty_reserved FROM material_line m \
               JOIN product p ON p.id = m.product_id WHERE p.tracking <> 'none' AND m.qty_reserved <> 0) m \
               ON m.id = h.material_line_id WHERE coalesce(m.qty_reserved, 0) <> coalesce(h.held, 0)",
    },
    Check {
        name: "what is tracked lies in lots of its own product, and nothing else does",
        text: "SELECT format('product %s is tracked by %s and lies in no lot', p.code, p.tracking) FROM product p \
               JOIN stock_balance b ON b.product_id = p.id WHERE p.tracking <> 'none' AND b.on_hand <> 0 \
               AND b.lot_id = '00000000-0000-0000-0000-000000000000' UNION ALL \
               SELECT format('product %s is tracked by %s and lies in lot %s', p.code, p.tracking, b.lot_id) \
               FROM stock_balance b JOIN product p ON p.id = b.product_id LEFT JOIN lot t ON t.id = b.lot_id \
               WHERE b.lot_id <> '00000000-0000-0000-0000-000000000000' AND b.on_hand <> 0 \
               AND (p.tracking = 'none' OR t.product_id IS DISTINCT FROM p.id)",
    },
    Check {
        name: "a serial number is one piece in one place",
        text: "SELECT format('serial number %s of product %s: %s pieces', t.number, p.code, sum(b.on_hand)) \
               FROM product p JOIN lot t ON t.product_id = p.id \
               JOIN stock_balance b ON b.product_id = p.id AND b.lot_id = t.id \
               WHERE p.tracking = 'serial' AND b.on_hand <> 0 GROUP BY t.id, t.number, p.code HAVING sum(b.on_hand) <> 1",
    },
    Check {
        name: "a posted count has moved its differences and nothing else",
        text: "SELECT format('count %s: %s found, %s moved', c.number, coalesce(n.found, 0), coalesce(m.moved, 0)) \
               FROM stock_count c LEFT JOIN (SELECT stock_count_id, sum(qty_counted - qty_expected) AS found \
               FROM stock_count_line WHERE qty_counted IS NOT NULL GROUP BY stock_count_id) n ON n.stock_count_id = c.id \
               LEFT JOIN (SELECT s.stock_count_id, sum(CASE WHEN t.kind = 'internal' THEN s.quantity ELSE -s.quantity END) \
               AS moved FROM stock_move s JOIN location t ON t.id = s.to_location_id WHERE s.stock_count_id IS NOT NULL \
               GROUP BY s.stock_count_id) m ON m.stock_count_id = c.id \
               WHERE CASE WHEN c.state = 'posted' THEN coalesce(n.found, 0) ELSE 0 END <> coalesce(m.moved, 0)",
    },
    Check {
        name: "nothing is promised that is not there",
        text: "SELECT format('product %s at %s: %s reserved of %s', product_id, location_id, reserved, on_hand) \
               FROM stock_balance WHERE reserved > on_hand OR reserved < 0",
    },
    Check {
        name: "orders that are not open hold no material",
        text: "SELECT format('%s order %s holds %s of product %s', o.state, o.number, m.qty_reserved, m.product_id) \
               FROM material_line m JOIN manufacturing_order o ON o.id = m.manufacturing_order_id \
               WHERE m.qty_reserved > 0 AND o.state IN ('draft', 'done', 'cancelled')",
    },
    Check {
        name: "the valued quantity of a product is its stock",
        text: "SELECT format('product %s: %s more valued than on hand', product_id, sum(more)) FROM ( \
               SELECT product_id, quantity AS more FROM product_valuation UNION ALL \
               SELECT product_id, -on_hand FROM stock_balance WHERE on_hand <> 0) v \
               GROUP BY product_id HAVING sum(more) <> 0",
    },
    Check {
        name: "no value is lost: stock is worth what came in less what went out",
        text: "SELECT format('product %s is worth %s more than by the ledger', product_id, sum(more)) FROM ( \
               SELECT product_id, value AS more FROM product_valuation UNION ALL SELECT product_id, \
               CASE WHEN to_location_id = ANY (ARRAY(SELECT id FROM location WHERE kind = 'internal')) \
               THEN -value ELSE value END FROM stock_move \
               WHERE (to_location_id = ANY (ARRAY(SELECT id FROM location WHERE kind = 'internal'))) \
               <> (from_location_id = ANY (ARRAY(SELECT id FROM location WHERE kind = 'internal'))) UNION ALL \
               SELECT product_id, value FROM stock_value_difference WHERE kind = 'revaluation') v \
               GROUP BY product_id HAVING sum(more) <> 0",
    },
    Check {
        name: "every warehouse has its place for stock",
        text: "SELECT format('warehouse %s', w.code) FROM warehouse w \
               LEFT JOIN location l ON l.warehouse_id = w.id WHERE l.id IS NULL",
    },
    Check {
        name: "a draft order has no frozen components and no work orders",
        text: "SELECT format('order %s', o.number) FROM manufacturing_order o WHERE o.state = 'draft' AND ( \
               EXISTS (SELECT FROM material_line m WHERE m.manufacturing_order_id = o.id) \
               OR EXISTS (SELECT FROM work_order w WHERE w.manufacturing_order_id = o.id))",
    },
    Check {
        name: "an order that is planned or in progress has its frozen operations",
        text: "SELECT format('order %s', number) FROM manufacturing_order \
               WHERE state IN ('confirmed', 'planned', 'in_progress', 'done') AND operations IS NULL",
    },
    Check {
        name: "work is open on planned and running orders only",
        text: "SELECT format('work order %s of the %s order %s', w.number, o.state, o.number) FROM work_order w \
               JOIN manufacturing_order o ON o.id = w.manufacturing_order_id \
               WHERE w.state NOT IN ('finished', 'cancelled') AND o.state NOT IN ('planned', 'in_progress')",
    },
    Check {
        name: "only work in progress has a running clock",
        text: "SELECT format('work order %s is %s', w.number, w.state) FROM work_order w \
               JOIN time_log t ON t.work_order_id = w.id WHERE t.finished_at IS NULL AND w.state <> 'in_progress'",
    },
    Check {
        name: "work in progress has a running clock",
        text: "SELECT format('work order %s', w.number) FROM work_order w WHERE w.state = 'in_progress' \
               AND NOT EXISTS (SELECT FROM time_log t WHERE t.work_order_id = w.id AND t.finished_at IS NULL)",
    },
    Check {
        name: "the pieces of a work order are those that were reported",
        text: "SELECT format('work order %s: %s good and %s scrapped, %s and %s reported', w.number, w.qty_done, \
               w.qty_scrapped, coalesce(r.good, 0), coalesce(r.scrap, 0)) FROM work_order w LEFT JOIN ( \
               SELECT work_order_id, sum(good) AS good, sum(scrap) AS scrap FROM production_report \
               GROUP BY work_order_id) r ON r.work_order_id = w.id \
               WHERE w.qty_done <> coalesce(r.good, 0) OR w.qty_scrapped <> coalesce(r.scrap, 0)",
    },
    Check {
        name: "what an order consumed has left the stock and its by-products have entered it",
        text: "SELECT format('order %s: %s of product %s consumed, %s moved', manufacturing_order_id, \
               coalesce(consumed, 0), product_id, coalesce(moved, 0)) FROM ( \
               SELECT manufacturing_order_id, product_id, sum(qty_done) AS consumed FROM ( \
               SELECT manufacturing_order_id, product_id, qty_done FROM material_line UNION ALL \
               SELECT manufacturing_order_id, product_id, -qty_done FROM order_by_product) b \
               GROUP BY manufacturing_order_id, product_id) m FULL JOIN ( \
               SELECT s.manufacturing_order_id, s.product_id, sum(CASE WHEN t.kind = 'production' THEN s.quantity \
               ELSE -s.quantity END) AS moved FROM stock_move s \
               JOIN manufacturing_order o ON o.id = s.manufacturing_order_id AND o.product_id <> s.product_id \
               JOIN location f ON f.id = s.from_location_id JOIN location t ON t.id = s.to_location_id \
               WHERE 'production' IN (f.kind, t.kind) AND 'internal' IN (f.kind, t.kind) \
               GROUP BY s.manufacturing_order_id, s.product_id) l USING (manufacturing_order_id, product_id) \
               WHERE coalesce(consumed, 0) <> coalesce(moved, 0)",
    },
    Check {
        name: "an order is done when it has its time and its frozen cost sheet",
        text: "SELECT format('order %s is %s', number, state) FROM manufacturing_order \
               WHERE (state = 'done') <> (finished_at IS NOT NULL) OR (state = 'done') <> (cost_sheet IS NOT NULL)",
    },
    Check {
        name: "an order and its bill of materials make the same product, or the one a variant of the other",
        text: "SELECT format('order %s', o.number) FROM manufacturing_order o JOIN bom b ON b.id = o.bom_id \
               JOIN product p ON p.id = o.product_id \
               WHERE b.product_id <> o.product_id AND b.product_id IS DISTINCT FROM p.template_id",
    },
    Check {
        name: "a template is neither stocked, bought, made nor used, only its variants are",
        text: "SELECT format('template %s', p.code) FROM product p WHERE p.is_template AND ( \
               EXISTS (SELECT FROM stock_move m WHERE m.product_id = p.id) \
               OR EXISTS (SELECT FROM manufacturing_order o WHERE o.product_id = p.id) \
               OR EXISTS (SELECT FROM material_line m WHERE m.product_id = p.id) \
               OR EXISTS (SELECT FROM purchase_request_line l WHERE l.product_id = p.id) \
               OR EXISTS (SELECT FROM purchase_order_line l WHERE l.product_id = p.id) \
               OR EXISTS (SELECT FROM bom_line l WHERE l.component_id = p.id) \
               OR EXISTS (SELECT FROM bom_by_product y WHERE y.product_id = p.id))",
    },
    Check {
        name: "a variant has one value of each attribute of its template",
        text: "SELECT format('variant %s', p.code) FROM product p JOIN product t ON t.id = p.template_id \
               WHERE NOT t.is_template OR ARRAY(SELECT v.attribute_id FROM attribute_value v \
               WHERE v.id = ANY(p.attribute_value_ids) ORDER BY v.attribute_id) <> ARRAY(SELECT DISTINCT v.attribute_id \
               FROM attribute_value v WHERE v.id = ANY(t.attribute_value_ids) ORDER BY v.attribute_id)",
    },
    Check {
        name: "every value of an attribute that something names is there",
        text: "SELECT format('product %s', p.code) FROM product p WHERE p.attribute_value_ids <> '{}' AND EXISTS ( \
               SELECT FROM unnest(p.attribute_value_ids) AS n(id) LEFT JOIN attribute_value v ON v.id = n.id \
               WHERE v.id IS NULL) UNION ALL SELECT format('bill of materials %s', b.code) FROM bom_line l \
               JOIN bom b ON b.id = l.bom_id WHERE l.applies_to_ids <> '{}' AND EXISTS ( \
               SELECT FROM unnest(l.applies_to_ids) AS n(id) LEFT JOIN attribute_value v ON v.id = n.id \
               WHERE v.id IS NULL)",
    },
    Check {
        name: "a line of a purchase request is for a component of the order that asks",
        text: "SELECT format('request %s: a component of another order', r.number) \
               FROM purchase_request_line l JOIN purchase_request r ON r.id = l.purchase_request_id \
               JOIN material_line m ON m.id = l.material_line_id \
               WHERE r.manufacturing_order_id IS DISTINCT FROM m.manufacturing_order_id",
    },
    Check {
        name: "what a purchase order has received is what came in for it",
        text: "SELECT format('purchase order %s: %s of product %s received, %s came in', o.number, l.qty_received, \
               l.product_id, coalesce(c.came, 0)) FROM purchase_order_line l \
               JOIN purchase_order o ON o.id = l.purchase_order_id LEFT JOIN ( \
               SELECT t.purchase_order_line_id, sum(m.quantity) AS came FROM purchase_receipt t \
               JOIN stock_move m ON m.id = t.stock_move_id GROUP BY t.purchase_order_line_id) c \
               ON c.purchase_order_line_id = l.id WHERE l.qty_received <> coalesce(c.came, 0)",
    },
    Check {
        name: "a purchase order is received when all of it has come",
        text: "SELECT format('purchase order %s is %s', o.number, o.state) FROM purchase_order o WHERE \
               (o.state = 'received' AND EXISTS (SELECT FROM purchase_order_line l WHERE l.purchase_order_id = o.id \
               AND l.qty_received < l.qty_ordered)) OR (o.state = 'partly_received' AND NOT EXISTS ( \
               SELECT FROM purchase_order_line l WHERE l.purchase_order_id = o.id AND l.qty_received < l.qty_ordered)) \
               OR (o.state IN ('draft', 'ordered') AND EXISTS (SELECT FROM purchase_order_line l \
               WHERE l.purchase_order_id = o.id AND l.qty_received > 0))",
    },
    Check {
        name: "what was delivered of a sales order is what left stock for it",
        text: "SELECT format('sales order %s: %s of product %s delivered, %s left stock', o.number, l.qty_delivered, \
               l.product_id, coalesce(d.went, 0)) FROM sales_order_line l \
               JOIN sales_order o ON o.id = l.sales_order_id LEFT JOIN ( \
               SELECT e.sales_order_line_id, sum(m.quantity) AS went FROM sales_delivery e \
               JOIN stock_move m ON m.id = e.stock_move_id GROUP BY e.sales_order_line_id) d \
               ON d.sales_order_line_id = l.id WHERE l.qty_delivered <> coalesce(d.went, 0)",
    },
    Check {
        name: "a sales order is delivered when nothing of it is open",
        text: "SELECT format('sales order %s is %s', o.number, o.state) FROM sales_order o \
               WHERE (o.state = 'delivered') IS DISTINCT FROM (NOT EXISTS (SELECT FROM sales_order_line l \
               WHERE l.sales_order_id = o.id AND l.qty_delivered < l.quantity)) \
               OR (o.state IN ('draft', 'cancelled') AND EXISTS (SELECT FROM sales_order_line l \
               WHERE l.sales_order_id = o.id AND l.qty_delivered > 0))",
    },
    Check {
        name: "requests have received no more than came in for their line of a purchase order",
        text: "SELECT format('line %s of purchase order %s: requests received %s of %s', l.id, o.number, \
               sum(r.qty_received), l.qty_received) FROM purchase_request_line r \
               JOIN purchase_order_line l ON l.id = r.purchase_order_line_id \
               JOIN purchase_order o ON o.id = l.purchase_order_id GROUP BY l.id, o.number, l.qty_received \
               HAVING sum(r.qty_received) > l.qty_received",
    },
    Check {
        name: "somebody validated what counts as validated",
        text: "SELECT format('bill of materials %s revision %s', code, revision) FROM bom \
               WHERE state = 'validated' AND (validated_by IS NULL OR validated_at IS NULL)",
    },
    Check {
        name: "a bill of materials never leaves its product",
        text: "SELECT format('bill of materials %s', code) FROM bom GROUP BY code HAVING count(DISTINCT product_id) > 1",
    },
    Check {
        name: "every change that is told is in the audit log",
        text: "SELECT format('%s %s version %s', o.entity, o.entity_id, o.version) FROM outbox o \
               WHERE NOT EXISTS (SELECT FROM audit_log a WHERE a.entity_id = o.entity_id)",
    },
    Check {
        name: "a number series stands behind the numbers that it gave",
        text: "SELECT format('%s: %s is taken, next is %s', s.kind, o.number, s.next_number) FROM number_series s \
               JOIN (SELECT 'manufacturing_order' AS kind, number FROM manufacturing_order UNION ALL \
               SELECT 'work_order', number FROM work_order UNION ALL SELECT 'receipt', number FROM receipt UNION ALL \
               SELECT 'purchase_request', number FROM purchase_request UNION ALL \
               SELECT 'request_for_quotation', number FROM request_for_quotation UNION ALL \
               SELECT 'purchase_order', number FROM purchase_order UNION ALL \
               SELECT 'sales_order', number FROM sales_order UNION ALL \
               SELECT 'transfer', number FROM transfer UNION ALL SELECT 'delivery', number FROM delivery \
               UNION ALL SELECT 'stock_count', number FROM stock_count) o \
               ON o.kind = s.kind AND o.number LIKE \
               replace(s.prefix, '{year}', extract(year FROM now())::text) || '%' \
               WHERE nullif(regexp_replace(substr(o.number, 1 + length(replace(s.prefix, '{year}', \
               extract(year FROM now())::text))), '[^0-9].*$', ''), '')::numeric >= s.next_number",
    },
];
