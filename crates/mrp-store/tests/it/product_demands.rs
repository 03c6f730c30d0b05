//! Asking for one product's demand or cost history does not read everybody's.

use diesel_async::SimpleAsyncConnection;
use mrp_store::sql::{PgConnection, sql};
use mrp_store::{cost_histories, product_demands, row};
use mrp_test_support::database::TestDb;

row! {
    /// A line of a plan.
    pub struct PlanRow {
        pub text: String = "text"
    }
}

/// A hundred thousand components of twenty thousand orders, most of them done, and as many moves, over forty products.
const MANY: &str = "INSERT INTO unit_category (id, name) VALUES ('00000000-0000-7000-8000-00000000000a', 'Pieces'); \
     INSERT INTO unit (id, code, name, unit_category_id, ratio_numerator, ratio_denominator, rounding_step) \
     VALUES ('00000000-0000-7000-8000-00000000000b', 'pcs', 'Piece', '00000000-0000-7000-8000-00000000000a', 1, 1, 1); \
     INSERT INTO user_account (id, login, name, role, language) \
     VALUES ('00000000-0000-7000-8000-00000000000c', 'one', 'One', 'admin', 'en'); \
     INSERT INTO warehouse (id, code, name) VALUES ('00000000-0000-7000-8000-00000000000d', 'WH', 'Warehouse'); \
     INSERT INTO location (id, kind, name, warehouse_id) VALUES ('00000000-0000-7000-8000-00000000000e', 'internal', \
     'Warehouse', '00000000-0000-7000-8000-00000000000d'); \
     INSERT INTO product (id, code, name, product_type, unit_id, can_be_made, can_be_bought, can_be_sold, cost_method, \
     purchase_lead_days, safety_stock, tracking) SELECT ('00000000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid, \
     'P-' || n, 'Product', 'storable', '00000000-0000-7000-8000-00000000000b', true, true, true, 'moving_average', 0, 0, \
     'none' FROM generate_series(0, 39) n; \
     INSERT INTO manufacturing_order (id, number, state, availability, product_id, quantity, consumption_mode, priority, \
     created_by, created_at, date_deadline) SELECT gen_random_uuid(), 'X-' || n, \
     CASE WHEN n % 41 = 0 THEN 'confirmed' ELSE 'done' END, 'missing', '00000000-0000-7000-9000-000000000000', 1, \
     'automatic', 1, '00000000-0000-7000-8000-00000000000c', now(), now() + n * interval '1 minute' \
     FROM generate_series(1, 20000) n; \
     INSERT INTO material_line (id, manufacturing_order_id, position, product_id, qty_planned, qty_needed, qty_done, \
     per_unit, is_fixed) SELECT gen_random_uuid(), o.id, g.place, \
     ('00000000-0000-7000-9000-' || lpad(((o.place * 7 + g.place) % 40)::text, 12, '0'))::uuid, 2, 2, \
     CASE WHEN o.state = 'done' THEN 2 ELSE 0 END, '2', false \
     FROM (SELECT *, row_number() OVER (ORDER BY number) AS place FROM manufacturing_order) o \
     CROSS JOIN generate_series(1, 5) AS g(place); \
     INSERT INTO stock_move (id, moved_at, product_id, quantity, from_location_id, to_location_id, value, user_id) \
     SELECT gen_random_uuid(), now() + n * interval '1 second', \
     ('00000000-0000-7000-9000-' || lpad((n % 40)::text, 12, '0'))::uuid, 1, '00000000-0000-7000-8000-000000000001', \
     '00000000-0000-7000-8000-00000000000e', n % 9, '00000000-0000-7000-8000-00000000000c' \
     FROM generate_series(1, 100000) n; ANALYZE";

const ONE: &str = "'00000000-0000-7000-9000-000000000007'";

async fn plan(connection: &mut PgConnection, text: String) -> String {
    let rows: Vec<PlanRow> = sql(format!("EXPLAIN (ANALYZE, TIMING OFF) {text}")).rows(connection).await.unwrap();
    rows.into_iter().map(|row| row.text).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_hundred_thousand_lines_and_moves_are_not_read_to_answer_for_one_product() {
    let database = TestDb::new().await;
    let mut owner = database.owner().await;
    owner.batch_execute(MANY).await.unwrap();
    let demand = format!(
        "SELECT {} FROM {} WHERE d.product_id = {ONE} ORDER BY {}, d.id LIMIT 20",
        product_demands::ProductDemandRow::COLUMNS,
        product_demands::LIST.from,
        product_demands::LIST.sorts[0].sql
    );
    let demand = plan(&mut owner, demand).await;
    assert!(!demand.contains("Seq Scan on material_line") && demand.contains("material_line_product"), "{demand}");
    let history = format!(
        "SELECT {} FROM {} WHERE h.product_id = {ONE} ORDER BY h.at DESC, h.id DESC LIMIT 20",
        cost_histories::CostHistoryRow::COLUMNS,
        cost_histories::LIST.from
    );
    let history = plan(&mut owner, history).await;
    assert!(!history.contains("Seq Scan on stock_move") && history.contains("stock_move_product"), "{history}");
}
