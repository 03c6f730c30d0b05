//! Forgetting what nobody can ask for any more: answers kept for retries, old positions of the event stream, sessions
//! that have expired. Stock, audit and change log are never forgotten.

use diesel_async::AsyncPgConnection;
use time::{Duration, OffsetDateTime};

use crate::error::StoreError;
use crate::sql::sql;

/// Answers can be asked for again for this long, and streams resumed.
pub const KEPT: Duration = Duration::days(8);

/// Removes what is older; returns how many rows that were.
///
/// # Errors
/// When Postgres fails.
pub async fn forget(connection: &mut AsyncPgConnection, now: OffsetDateTime) -> Result<usize, StoreError> {
    let answers = sql("DELETE FROM idempotency_key WHERE created_at < $1").bind(now - KEPT).run(connection).await?;
    let changes = sql("DELETE FROM outbox WHERE created_at < $1").bind(now - KEPT).run(connection).await?;
    let sessions = sql("DELETE FROM session WHERE expires_at < $1").bind(now).run(connection).await?;
    Ok(answers + changes + sessions)
}
