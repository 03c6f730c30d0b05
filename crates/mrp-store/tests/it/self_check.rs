//! The self-check finds what somebody with the owner's rights, or a mistake of ours, can do to a database.

use diesel_async::SimpleAsyncConnection;
use mrp_store::self_check::{CHECKS, run};
use mrp_test_support::database::TestDb;

/// A product with ten pieces on hand that came in one move, three of them held by a confirmed order and two by a sales order.
const FACTORY: &str = "
    INSERT INTO user_account (id, login, name, role, language) VALUES
        ('01920000-0000-7000-8000-000000000001', 'ana', 'Ana', 'admin', 'en');
    INSERT INTO unit_category (id, name) VALUES ('01920000-0000-7000-8000-000000000002', 'Pieces');
    INSERT INTO unit (id, code, name, unit_category_id, ratio_numerator, ratio_denominator, rounding_step) VALUES
        ('01920000-0000-7000-8000-000000000003', 'pcs', 'Pieces', '01920000-0000-7000-8000-000000000002', 1, 1, 1);
    INSERT INTO warehouse (id, code, name) VALUES ('01920000-0000-7000-8000-000000000004', 'WH', 'Warehouse');
    INSERT INTO location (id, kind, name, warehouse_id) VALUES
        ('01920000-0000-7000-8000-000000000005', 'internal', 'Stock', '01920000-0000-7000-8000-000000000004');
    INSERT INTO product (id, code, name, product_type, unit_id, can_be_made, can_be_bought, can_be_sold,
            cost_method, purchase_lead_days, safety_stock, tracking) VALUES
        ('01920000-0000-7000-8000-000000000006', 'LEG', 'Leg', 'storable', '01920000-0000-7000-8000-000000000003',
            false, true, false, 'moving_average', 0, 0, 'none'),
        ('01920000-0000-7000-8000-000000000007', 'TABLE', 'Table', 'storable', '01920000-0000-7000-8000-000000000003',
            true, false, true, 'moving_average', 0, 0, 'none');
    INSERT INTO stock_move (id, moved_at, product_id, quantity, from_location_id, to_location_id, value, user_id) VALUES
        ('01920000-0000-7000-8000-000000000008', now(), '01920000-0000-7000-8000-000000000006', 10,
            '00000000-0000-7000-8000-000000000001', '01920000-0000-7000-8000-000000000005', 100,
            '01920000-0000-7000-8000-000000000001');
    INSERT INTO stock_balance (product_id, location_id, on_hand, reserved) VALUES
        ('01920000-0000-7000-8000-000000000006', '01920000-0000-7000-8000-000000000005', 10, 3);
    INSERT INTO product_valuation (product_id, quantity, value) VALUES
        ('01920000-0000-7000-8000-000000000006', 10, 100);
    INSERT INTO work_center (id, code, name, kind, capacity, efficiency_percent, setup_seconds, cleanup_seconds) VALUES
        ('01920000-0000-7000-8000-00000000000c', 'WC', 'Bench', 'machine', 1, 100, 0, 0);
    INSERT INTO manufacturing_order (id, number, state, availability, product_id, quantity, consumption_mode,
            components_warehouse_id, priority, operations, created_by, created_at) VALUES
        ('01920000-0000-7000-8000-000000000009', 'MO-1', 'confirmed', 'reserved',
            '01920000-0000-7000-8000-000000000007', 1, 'automatic', '01920000-0000-7000-8000-000000000004', 1, '[]',
            '01920000-0000-7000-8000-000000000001', now());
    INSERT INTO material_line (id, manufacturing_order_id, position, product_id, per_unit, is_fixed, qty_planned,
            qty_needed, qty_reserved) VALUES
        ('01920000-0000-7000-8000-00000000000a', '01920000-0000-7000-8000-000000000009', 1,
            '01920000-0000-7000-8000-000000000006', '3', false, 3, 3, 3);
    INSERT INTO sales_order (id, number, state, customer, warehouse_id, created_by, created_at) VALUES
        ('01920000-0000-7000-8000-00000000000d', 'SO-1', 'confirmed', 'School',
            '01920000-0000-7000-8000-000000000004', '01920000-0000-7000-8000-000000000001', now());
    INSERT INTO sales_order_line (id, sales_order_id, position, product_id, quantity, unit_price) VALUES
        ('01920000-0000-7000-8000-00000000000e', '01920000-0000-7000-8000-00000000000d', 1,
            '01920000-0000-7000-8000-000000000006', 2, 50);
    INSERT INTO sales_reservation (sales_order_line_id, lot_id, location_id, quantity) VALUES
        ('01920000-0000-7000-8000-00000000000e', '00000000-0000-0000-0000-000000000000',
            '01920000-0000-7000-8000-000000000005', 2);
    UPDATE stock_balance SET reserved = reserved + 2;";

/// A contradiction, and a word of the check that has to find it.
const MISTAKES: [(&str, &str); 15] = [
    ("UPDATE stock_balance SET on_hand = on_hand + 1", "moved in"),
    ("UPDATE stock_move SET quantity = 11", "moved in"),
    ("UPDATE stock_balance SET reserved = reserved + 1", "what open orders"),
    ("UPDATE material_line SET qty_reserved = 2", "what open orders"),
    ("UPDATE manufacturing_order SET components_warehouse_id = NULL", "what open orders"),
    ("UPDATE manufacturing_order SET state = 'cancelled'", "not open"),
    ("DELETE FROM sales_reservation", "lines of sales orders"),
    ("UPDATE sales_order SET state = 'cancelled'", "set aside for open sales orders"),
    ("UPDATE sales_order_line SET quantity = 1", "no more than is open"),
    ("UPDATE product_valuation SET quantity = 9", "valued quantity"),
    ("UPDATE product_valuation SET value = 99.99", "no value is lost"),
    ("DELETE FROM product_valuation", "no value is lost"),
    ("UPDATE material_line SET qty_done = 1", "has left the stock"),
    ("UPDATE manufacturing_order SET operations = NULL", "frozen operations"),
    ("UPDATE manufacturing_order SET state = 'done'", "frozen cost sheet"),
];

#[tokio::test]
async fn a_sound_factory_has_no_findings() {
    let database = TestDb::new().await;
    let mut owner = database.owner().await;
    assert_eq!(run(&mut owner).await.unwrap(), []);
    owner.batch_execute(FACTORY).await.unwrap();
    assert_eq!(run(&mut owner).await.unwrap(), []);
    assert_eq!(run(&mut database.store().connection().await.unwrap()).await.unwrap(), []);
}

#[tokio::test]
async fn every_contradiction_is_found_by_its_check() {
    let database = TestDb::new().await;
    let mut owner = database.owner().await;
    owner.batch_execute(FACTORY).await.unwrap();
    for (mistake, word) in MISTAKES {
        owner.batch_execute(&format!("BEGIN; {mistake}")).await.unwrap();
        let findings = run(&mut owner).await.unwrap();
        owner.batch_execute("ROLLBACK").await.unwrap();
        assert!(findings.iter().any(|finding| finding.check.contains(word)), "{mistake}: {findings:#?}");
    }
}

#[tokio::test]
async fn work_that_contradicts_its_order_is_found() {
    let database = TestDb::new().await;
    let mut owner = database.owner().await;
    owner.batch_execute(FACTORY).await.unwrap();
    let work_order = "INSERT INTO work_order (id, number, manufacturing_order_id, sequence, name, work_center_id, state, \
         state_since, quantity, planned_seconds) VALUES (gen_random_uuid(), 'WO-1', \
         '01920000-0000-7000-8000-000000000009', 10, 'Weld', '01920000-0000-7000-8000-00000000000c', 'ready', now(), 1, 60)";
    for (mistake, word) in [
        ("SELECT 1", "planned and running orders only"),
        ("UPDATE work_order SET state = 'in_progress'", "work in progress has a running clock"),
        ("UPDATE work_order SET qty_done = 1", "that were reported"),
        (
            "INSERT INTO time_log (id, work_order_id, work_center_id, user_id, started_at) SELECT gen_random_uuid(), id, work_center_id, \
             '01920000-0000-7000-8000-000000000001', now() FROM work_order",
            "only work in progress",
        ),
    ] {
        owner.batch_execute(&format!("BEGIN; {work_order}; {mistake}")).await.unwrap();
        let findings = run(&mut owner).await.unwrap();
        owner.batch_execute("ROLLBACK").await.unwrap();
        assert!(findings.iter().any(|finding| finding.check.contains(word)), "{mistake}: {findings:#?}");
    }
}

#[test]
fn the_checks_have_names_of_their_own() {
    let mut names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CHECKS.len());
}
