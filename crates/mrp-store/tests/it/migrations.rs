//! Migrations: down to nothing and up again is the same schema, two servers may migrate at once, and a program that
//! is older than its database stays away from it.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use mrp_store::migrate::{migrate, revert_all};
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
