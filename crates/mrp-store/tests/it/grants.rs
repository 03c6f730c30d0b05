//! The app's own role: it adds to the ledger and to the logs, and can neither change them nor the tables themselves.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use mrp_store::row;
use mrp_store::sql::sql;
use mrp_test_support::database::TestDb;

/// Written once, then only read: each with one of its columns.
const APPEND_ONLY: [(&str, &str); 12] = [
    ("stock_move", "value"),
    ("stock_move_reason", "reason"),
    ("audit_log", "detail"),
    ("order_change", "reason"),
    ("production_report", "good"),
    ("receipt", "reference"),
    ("product_cost_change", "action"),
    ("purchase_receipt", "purchase_order_line_id"),
    ("sales_delivery", "sales_order_line_id"),
    ("transfer", "reason"),
    ("delivery", "reference"),
    ("stock_value_difference", "kind"),
];

async fn refusal(connection: &mut AsyncPgConnection, text: &str) -> String {
    match connection.batch_execute(text).await {
        Ok(()) => panic!("allowed: {text}"),
        Err(error) => error.to_string(),
    }
}

row! {
    /// One text.
    pub struct TextRow {
        pub value: String = "value"
    }
}

#[tokio::test]
async fn the_app_can_only_add_to_the_ledger_and_the_logs() {
    let database = TestDb::new().await;
    let store = database.store();
    let mut connection = store.connection().await.unwrap();
    // Who has no right to give gets a warning, and gives nothing.
    connection.batch_execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO mrp_app").await.unwrap_or_default();
    for (table, column) in APPEND_ONLY {
        for text in [
            format!("UPDATE {table} SET {column} = {column}"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table}"),
            format!("TRUNCATE {table} CASCADE"),
        ] {
            let error = refusal(&mut connection, &text).await;
            assert!(error.contains("permission denied"), "{text}: {error}");
        }
        connection.batch_execute(&format!("SELECT * FROM {table}")).await.unwrap();
    }
}

#[tokio::test]
async fn the_app_cannot_change_tables_roles_or_itself() {
    let database = TestDb::new().await;
    let store = database.store();
    let mut connection = store.connection().await.unwrap();
    for text in [
        "CREATE TABLE mine (a int)",
        "DROP TABLE stock_move",
        "ALTER TABLE stock_balance DROP CONSTRAINT stock_balance_never_promised_twice",
        "ALTER TABLE audit_log DISABLE TRIGGER ALL",
        "CREATE INDEX ON audit_log (at)",
        "CREATE ROLE another",
        "DELETE FROM number_series",
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('1')",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "COPY audit_log TO PROGRAM 'cat'",
    ] {
        let error = refusal(&mut connection, text).await;
        let refused = ["permission denied", "must be owner", "must be superuser"].iter().any(|why| error.contains(why));
        assert!(refused, "{text}: {error}");
    }
}

#[tokio::test]
async fn every_connection_of_the_app_has_its_role_and_its_time_limits() {
    let database = TestDb::new().await;
    let store = database.store();
    let mut connection = store.connection().await.unwrap();
    for (what, value) in [
        ("current_user", "mrp_app"),
        ("current_setting('statement_timeout')", "10s"),
        ("current_setting('lock_timeout')", "3s"),
        ("current_setting('idle_in_transaction_session_timeout')", "30s"),
        ("current_setting('TimeZone')", "UTC"),
    ] {
        let row = sql(format!("SELECT {what}::text AS value")).one::<TextRow>(&mut connection).await.unwrap();
        assert_eq!(row.value, value, "{what}");
    }
}
