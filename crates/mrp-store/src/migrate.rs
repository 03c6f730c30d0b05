//! Bringing a database to the shape this program expects. One server at a time migrates; the others wait.

use diesel::prelude::*;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::error::StoreError;

/// Every migration there is.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Any number that nobody else uses; whoever holds it migrates.
const MIGRATION_LOCK: i64 = 0x6d72_7020_6d69_6772;

/// Runs what is missing and returns how many migrations that was.
///
/// # Errors
/// When the database is away, or is newer than this program.
pub async fn migrate(url: &str) -> Result<usize, StoreError> {
    on_blocking_thread(url, |connection| {
        diesel::sql_query(format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).execute(connection)?;
        let known = migration_names();
        let applied = connection.applied_migrations().map_err(|error| StoreError::Away(error.to_string()))?;
        if let Some(newer) = applied.iter().find(|version| !known.contains(&version.to_string())) {
            return Err(StoreError::Corrupt(format!(
                "the database has migration {newer}, which this program does not know: it is older than its database"
            )));
        }
        let ran =
            connection.run_pending_migrations(MIGRATIONS).map_err(|error| StoreError::Away(error.to_string()))?.len();
        diesel::sql_query(format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})")).execute(connection)?;
        Ok(ran)
    })
    .await
}

/// Takes back every migration, newest first.
///
/// # Errors
/// When the database is away, or a step down does not work.
pub async fn revert_all(url: &str) -> Result<usize, StoreError> {
    on_blocking_thread(url, |connection| {
        Ok(connection.revert_all_migrations(MIGRATIONS).map_err(|error| StoreError::Away(error.to_string()))?.len())
    })
    .await
}

/// Takes back migrations, newest first, until the one whose number this is has been taken back, too.
///
/// # Errors
/// When the database is away, a step down does not work, or there is no such migration.
pub async fn revert_through(url: &str, number: &str) -> Result<usize, StoreError> {
    let wanted = migration_names().into_iter().find(|name| name.ends_with(number)).ok_or(StoreError::NotFound)?;
    on_blocking_thread(url, move |connection| {
        let mut steps = 0;
        loop {
            let reverted = connection.revert_last_migration(MIGRATIONS);
            let reverted = reverted.map_err(|error| StoreError::Away(error.to_string()))?;
            steps += 1;
            if reverted.to_string() == wanted {
                return Ok(steps);
            }
        }
    })
    .await
}

fn migration_names() -> Vec<String> {
    use diesel::migration::MigrationSource;
    let migrations: Vec<Box<dyn diesel::migration::Migration<diesel::pg::Pg>>> =
        MIGRATIONS.migrations().unwrap_or_default();
    migrations.iter().map(|migration| migration.name().version().to_string()).collect()
}

async fn on_blocking_thread<T: Send + 'static>(
    url: &str,
    work: impl FnOnce(&mut AsyncConnectionWrapper<AsyncPgConnection>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let url = url.to_owned();
    tokio::task::spawn_blocking(move || {
        let mut connection = AsyncConnectionWrapper::<AsyncPgConnection>::establish(&url)
            .map_err(|error| StoreError::Away(error.to_string()))?;
        work(&mut connection)
    })
    .await
    .map_err(|error| StoreError::Away(error.to_string()))?
}
