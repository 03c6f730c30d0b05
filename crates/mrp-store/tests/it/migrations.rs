//! Migrations: down to nothing and up again is the same schema, two servers may migrate at once, and a program that
//! is older than its database stays away from it.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use mrp_store::migrate::{migrate, revert_all, revert_through};
use mrp_store::row;
use mrp_store::sql::sql;
use mrp_test_support::database::TestDb;

row! {
    /// One object of the schema in words.
    pub struct ObjectRow {
        pub text: String = "text"
    }
}

/// Columns, constraints, indexes, rights and the rows that migrations write; nothing that depends on creation order.
const SCHEMA: &str = "SELECT text FROM ( \
     SELECT format('column %s.%s %s %s %s %s', table_name, column_name, udt_name, is_nullable, column_default, \
       is_identity) AS text \
       FROM information_schema.columns WHERE table_schema = 'public' \
     UNION ALL SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) \
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
     UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' \
     UNION ALL SELECT format('right %s %s', relname, relacl) FROM pg_class \
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v') \
     UNION ALL SELECT format('options %s %s', relname, reloptions) FROM pg_class \
       WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' \
     UNION ALL SELECT format('function %s', oid::regprocedure) FROM pg_proc \
       WHERE pronamespace = 'public'::regnamespace \
     UNION ALL SELECT format('type %s', typname) FROM pg_type \
       WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')) o ORDER BY text";

async fn schema(connection: &mut AsyncPgConnection) -> Vec<String> {
    sql(SCHEMA).rows::<ObjectRow>(connection).await.unwrap().into_iter().map(|row| row.text).collect()
}

async fn rows_of_migrations(connection: &mut AsyncPgConnection) -> Vec<String> {
    let text = "SELECT text FROM (SELECT l::text AS text FROM location l UNION ALL SELECT n::text FROM number_series n \
         UNION ALL SELECT s::text FROM setting s) r ORDER BY text";
    sql(text).rows::<ObjectRow>(connection).await.unwrap().into_iter().map(|row| row.text).collect()
}

#[tokio::test]
async fn down_to_nothing_and_up_again_is_the_same_schema() {
    let database = TestDb::empty().await;
    let steps = migrate(database.url()).await.unwrap();
    assert!(steps > 0);
    let mut owner = database.owner().await;
    let (first, rows) = (schema(&mut owner).await, rows_of_migrations(&mut owner).await);
    assert!(first.len() > 200, "{}", first.len());

    assert_eq!(revert_all(database.url()).await.unwrap(), steps);
    let left = schema(&mut owner).await;
    assert!(left.iter().all(|object| object.contains("__diesel_schema_migrations")), "{left:#?}");

    assert_eq!(migrate(database.url()).await.unwrap(), steps);
    assert_eq!(schema(&mut owner).await, first);
    assert_eq!(rows_of_migrations(&mut owner).await, rows);
    assert_eq!(migrate(database.url()).await.unwrap(), 0);
}

#[tokio::test]
async fn two_servers_that_start_at_once_migrate_once() {
    let database = TestDb::empty().await;
    let (one, two) = tokio::join!(migrate(database.url()), migrate(database.url()));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(one.min(two) == 0 && one.max(two) > 0, "{one} and {two}");
}

#[tokio::test]
async fn a_program_that_is_older_than_its_database_stays_away_from_it() {
    let database = TestDb::new().await;
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')";
    database.owner().await.batch_execute(newer).await.unwrap();
    let error = migrate(database.url()).await.unwrap_err().to_string();
    assert!(error.contains("99991231000000") && error.contains("older than its database"), "{error}");
}

#[tokio::test]
async fn every_reference_is_indexed_or_rarely_asked_backwards() {
    let database = TestDb::new().await;
    // Removing a record looks for everything that refers to it: without an index that reads whole tables.
    let text = "SELECT format('%s %s', c.conrelid::regclass, c.conname) AS text FROM pg_constraint c \
         JOIN pg_class t ON t.oid = c.conrelid WHERE c.contype = 'f' \
         AND c.conrelid::regclass::text IN ('bom_line', 'material_line', 'work_order', 'stock_move', 'time_log') \
         AND c.confrelid::regclass::text IN ('manufacturing_order', 'bom') \
         AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])";
    let mut owner = database.owner().await;
    let found = sql(text).rows::<ObjectRow>(&mut owner).await.unwrap();
    assert!(found.is_empty(), "{found:?}");
}

/// Orders of a company that reserves some days before the start: one that waits, one that holds material, one whose
/// material somebody gave back by hand, one that is done.
const BEFORE_THE_DAY: &str = "INSERT INTO unit_category (id, name) VALUES ('00000000-0000-7000-8000-00000000000a', 'Pieces'); \
     INSERT INTO unit (id, code, name, unit_category_id, ratio_numerator, ratio_denominator, rounding_step) \
     VALUES ('00000000-0000-7000-8000-00000000000b', 'pcs', 'Piece', '00000000-0000-7000-8000-00000000000a', 1, 1, 1); \
     INSERT INTO user_account (id, login, name, role, language) \
     VALUES ('00000000-0000-7000-8000-00000000000c', 'one', 'One', 'admin', 'en'); \
     INSERT INTO product (id, code, name, product_type, unit_id, can_be_made, can_be_bought, can_be_sold, cost_method, \
     purchase_lead_days, safety_stock, tracking) VALUES ('00000000-0000-7000-8000-00000000000d', 'P', 'Product', \
     'storable', '00000000-0000-7000-8000-00000000000b', true, true, true, 'moving_average', 0, 0, 'none'); \
     UPDATE setting SET reservation_rule = 'days_before'; \
     INSERT INTO manufacturing_order (id, number, state, availability, product_id, quantity, consumption_mode, priority, \
     created_by, created_at) SELECT ('00000000-0000-7000-9000-00000000000' || n)::uuid, name, \
     CASE WHEN name = 'done' THEN 'done' ELSE 'confirmed' END, 'missing', '00000000-0000-7000-8000-00000000000d', 1, \
     'automatic', 1, '00000000-0000-7000-8000-00000000000c', now() FROM (VALUES (1, 'waits'), (2, 'holds'), \
     (3, 'given back'), (4, 'done'), (5, 'reserved by hand')) AS o(n, name); \
     INSERT INTO material_line (id, manufacturing_order_id, position, product_id, qty_planned, qty_needed, qty_reserved, \
     per_unit, is_fixed) SELECT gen_random_uuid(), o.id, 1, o.product_id, 2, 2, \
     CASE WHEN o.number IN ('holds', 'reserved by hand') THEN 1 ELSE 0 END, '2', false FROM manufacturing_order o; \
     INSERT INTO audit_log (at, user_id, action, entity, entity_id, detail, request_id, hash) \
     SELECT now(), o.created_by, 'UnreserveManufacturingOrder', 'manufacturing_order', o.id, '', '', '' \
     FROM manufacturing_order o WHERE o.number = 'given back'";

#[tokio::test]
async fn orders_of_before_wait_for_their_day_unless_somebody_has_decided_by_hand() {
    let database = TestDb::new().await;
    let steps = revert_through(database.url(), "000201").await.unwrap();
    let mut owner = database.owner().await;
    owner.batch_execute(BEFORE_THE_DAY).await.unwrap();
    assert_eq!(migrate(database.url()).await.unwrap(), steps);
    let waiting = "SELECT number AS text FROM manufacturing_order WHERE awaits_reservation ORDER BY number";
    let waiting = sql(waiting).rows::<ObjectRow>(&mut owner).await.unwrap();
    assert_eq!(waiting.into_iter().map(|row| row.text).collect::<Vec<_>>(), ["waits"]);
}

#[tokio::test]
async fn views_of_late_purchases_show_what_they_showed() {
    let database = TestDb::new().await;
    let steps = revert_through(database.url(), "000241").await.unwrap();
    let mut owner = database.owner().await;
    let views = [
        ("purchase_order", "?late=true"),
        ("purchase_order", "?state=ordered&late=true&sort=-number"),
        ("purchase_order", "?late=false&q=late%3Dtrue"),
        ("purchase_order", "?q=late"),
        ("manufacturing_order", "?late=true"),
    ];
    let views = views.iter().enumerate().map(|(place, (list, query))| {
        format!(
            "(gen_random_uuid(), '00000000-0000-7000-8000-00000000000c', '{list}', '{place}', '{query}', '', false)"
        )
    });
    let text = format!(
        "INSERT INTO user_account (id, login, name, role, language) VALUES ('00000000-0000-7000-8000-00000000000c', \
         'one', 'One', 'admin', 'en'); INSERT INTO saved_view (id, user_id, list, name, query, hidden_columns, is_shared) \
         VALUES {}",
        views.collect::<Vec<_>>().join(", ")
    );
    owner.batch_execute(&text).await.unwrap();
    let queries = async |owner: &mut AsyncPgConnection| {
        let text = "SELECT query AS text FROM saved_view ORDER BY name";
        sql(text).rows::<ObjectRow>(owner).await.unwrap().into_iter().map(|row| row.text).collect::<Vec<_>>()
    };
    assert_eq!(migrate(database.url()).await.unwrap(), steps);
    let moved = ["?due=late", "?state=ordered&due=late&sort=-number", "?q=late%3Dtrue", "?q=late", "?late=true"];
    assert_eq!(queries(&mut owner).await, moved);
    revert_through(database.url(), "000241").await.unwrap();
    assert_eq!(queries(&mut owner).await[..2], ["?late=true", "?state=ordered&late=true&sort=-number"]);
}

#[tokio::test]
async fn what_came_of_purchase_orders_before_is_known_in_their_units() {
    let database = TestDb::new().await;
    let steps = revert_through(database.url(), "000240").await.unwrap();
    let mut owner = database.owner().await;
    owner.batch_execute(BEFORE_THE_DAY).await.unwrap();
    let text = "INSERT INTO supplier (id, code, name) VALUES ('00000000-0000-7000-8000-0000000000e1', 'S', 'Supplier'); \
         INSERT INTO warehouse (id, code, name) VALUES ('00000000-0000-7000-8000-0000000000e2', 'W', 'Warehouse'); \
         INSERT INTO purchase_order (id, number, state, supplier_id, warehouse_id, created_by, created_at) \
         VALUES ('00000000-0000-7000-8000-0000000000e3', 'PO-1', 'partly_received', '00000000-0000-7000-8000-0000000000e1', \
         '00000000-0000-7000-8000-0000000000e2', '00000000-0000-7000-8000-00000000000c', now()); \
         INSERT INTO purchase_order_line (id, purchase_order_id, position, product_id, unit_id, quantity, qty_ordered, \
         qty_received) SELECT gen_random_uuid(), '00000000-0000-7000-8000-0000000000e3', n.place, \
         '00000000-0000-7000-8000-00000000000d', '00000000-0000-7000-8000-00000000000b', n.quantity, n.ordered, n.received \
         FROM (VALUES (1, 3, 36, 12), (2, 7, 21, 0), (3, 0.3, 0.9, 0.3)) AS n(place, quantity, ordered, received)";
    owner.batch_execute(text).await.unwrap();
    assert_eq!(migrate(database.url()).await.unwrap(), steps);
    let text = "SELECT trim_scale(quantity_received)::text AS text FROM purchase_order_line ORDER BY position";
    let came = sql(text).rows::<ObjectRow>(&mut owner).await.unwrap();
    assert_eq!(came.into_iter().map(|row| row.text).collect::<Vec<_>>(), ["1", "0", "0.1"]);
}

#[tokio::test]
async fn reports_and_time_logs_take_over_where_and_how_fast_the_work_ran() {
    let database = TestDb::empty().await;
    migrate(database.url()).await.unwrap();
    let steps = revert_through(database.url(), "000251").await.unwrap();
    let mut owner = database.owner().await;
    owner.batch_execute(BEFORE_THE_DAY).await.unwrap();
    let text = "UPDATE manufacturing_order SET operations = '[{\"operation\": {\"sequence\": 10, \"times\": \
         {\"cycle_seconds\": 90, \"quantity_per_cycle\": \"2.5\"}}}]'; \
         INSERT INTO work_center (id, code, name, kind, capacity, efficiency_percent, setup_seconds, cleanup_seconds) \
         VALUES ('00000000-0000-7000-8000-0000000000f1', 'SAW', 'Saw', 'machine', 1, 100, 0, 0); \
         INSERT INTO work_order (id, number, manufacturing_order_id, sequence, name, work_center_id, state, state_since, \
         quantity, planned_seconds) SELECT gen_random_uuid(), 'WO-' || n.sequence, o.id, n.sequence, 'Saw', \
         '00000000-0000-7000-8000-0000000000f1', 'finished', now(), 1, 60 \
         FROM (SELECT id FROM manufacturing_order LIMIT 1) o, (VALUES (10), (20)) AS n(sequence); \
         INSERT INTO time_log (id, work_order_id, user_id, started_at, finished_at) SELECT gen_random_uuid(), id, \
         '00000000-0000-7000-8000-00000000000c', now(), now() FROM work_order; \
         INSERT INTO production_report (id, work_order_id, at, user_id, good, scrap) SELECT gen_random_uuid(), id, now(), \
         '00000000-0000-7000-8000-00000000000c', 1, 0 FROM work_order";
    owner.batch_execute(text).await.unwrap();
    assert_eq!(migrate(database.url()).await.unwrap(), steps);
    let text = "SELECT w.sequence || ' ' || r.cycle_seconds || ' ' || r.quantity_per_cycle || ' ' || c.code AS text \
         FROM production_report r JOIN work_order w ON w.id = r.work_order_id JOIN time_log t ON t.work_order_id = w.id \
         AND t.work_center_id = r.work_center_id JOIN work_center c ON c.id = r.work_center_id ORDER BY w.sequence";
    let kept = sql(text).rows::<ObjectRow>(&mut owner).await.unwrap();
    let kept = kept.into_iter().map(|row| row.text).collect::<Vec<_>>();
    assert_eq!(kept, ["10 90 2.5 SAW", "20 0 1 SAW"], "what an order has no operation for counts as instant");
}
