//! What the audit log knew of standard costs before they were written down.

use diesel_async::SimpleAsyncConnection;
use mrp_store::row;
use mrp_store::sql::sql;
use mrp_test_support::database::TestDb;
use rust_decimal::Decimal;

/// The last step of the migration, alone.
fn taking_over() -> &'static str {
    let text = include_str!("../../../../migrations/2026-11-27-000080_create_product_cost_changes/up.sql");
    text.split_once("DO $$").map(|(before, _)| text.trim_start_matches(before)).unwrap()
}

const BEFORE: &str = "INSERT INTO unit_category (id, name) VALUES ('00000000-0000-7000-8000-00000000000a', 'Pieces'); \
     INSERT INTO unit (id, code, name, unit_category_id, ratio_numerator, ratio_denominator, rounding_step) \
     VALUES ('00000000-0000-7000-8000-00000000000b', 'pcs', 'Piece', '00000000-0000-7000-8000-00000000000a', 1, 1, 1); \
     INSERT INTO product (id, code, name, product_type, unit_id, can_be_made, can_be_bought, can_be_sold, cost_method, \
     purchase_lead_days, safety_stock, tracking) SELECT ('00000000-0000-7000-9000-00000000000' || n)::uuid, 'P-' || n, \
     'Product', 'storable', '00000000-0000-7000-8000-00000000000b', true, true, true, 'standard', 0, 0, 'none' \
     FROM generate_series(1, 2) n; \
     INSERT INTO audit_log (at, user_id, action, entity, entity_id, detail, request_id, hash) \
     SELECT now(), '00000000-0000-7000-8000-00000000000c', 'UpdateProduct', 'product', \
     ('00000000-0000-7000-9000-00000000000' || n)::uuid, detail, '', '' FROM (VALUES \
     (1, '{\"name\":\"One\",\"standard_cost\":\"10\"}'), (1, 'from a file'), (2, '{\"standard_cost\":\"7\"}'), \
     (1, '{\"name\":\"{standard_cost}\",\"standard_cost\":\"10\"}'), (1, '{\"standard_cost\":\"12.5\"}; {\"standard_cost\":1}'), \
     (1, '{\"standard_cost\":\"many\"}'), (1, '{\"standard_cost\":null}'), (2, '{\"standard_cost\":\"8\"}')) \
     AS told(n, detail)";

row! {
    /// A change.
    pub struct ChangeRow {
        pub code: String = "p.code",
        pub old_cost: Option<Decimal> = "c.old_cost",
        pub new_cost: Option<Decimal> = "c.new_cost",
    }
}

#[tokio::test]
async fn changes_that_the_audit_log_kept_are_taken_over_and_what_it_cannot_say_is_left_out() {
    let database = TestDb::new().await;
    let mut owner = database.owner().await;
    owner.batch_execute(BEFORE).await.unwrap();
    owner.batch_execute(taking_over()).await.unwrap();
    let text = format!(
        "SELECT {} FROM product_cost_change c JOIN product p ON p.id = c.product_id ORDER BY p.code, c.old_cost NULLS FIRST",
        ChangeRow::COLUMNS
    );
    let rows: Vec<ChangeRow> = sql(text).rows(&mut owner).await.unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.code.as_str(), row.old_cost, row.new_cost)).collect();
    assert_eq!(
        told,
        [
            ("P-1", None, Some(Decimal::TEN)),
            ("P-1", Some(Decimal::TEN), None),
            ("P-2", None, Some(Decimal::from(7))),
            ("P-2", Some(Decimal::from(7)), Some(Decimal::from(8))),
        ]
    );
}
