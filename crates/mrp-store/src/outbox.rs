//! The stream of changes, in an order that never skips one.
//!
//! A position in the stream is a transaction's number. A reader sees transactions up to the oldest one still running;
//! whatever that one writes has a higher number than everything shown before it.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::sql;

row! {
    /// One change; changes of one transaction share their position.
    pub struct OutboxRow {
        pub position: i64 = "xid::text::bigint",
        pub entity: String = "entity",
        pub entity_id: Uuid = "entity_id",
        pub version: i64 = "version",
    }
}

row! {
    /// The end of the stream.
    pub struct Latest {
        pub position: i64 = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1"
    }
}

/// Most changes read at once.
const BATCH: i64 = 2_000;

/// The changes of whole transactions behind the position `after`.
///
/// # Errors
/// When Postgres fails.
pub async fn after(connection: &mut AsyncPgConnection, after: i64) -> Result<Vec<OutboxRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM outbox WHERE xid > $1::text::xid8 AND xid < pg_snapshot_xmin(pg_current_snapshot()) \
         ORDER BY xid, seq LIMIT {BATCH}",
        OutboxRow::COLUMNS
    );
    let mut rows = sql(text).bind(after.to_string()).rows::<OutboxRow>(connection).await?;
    let is_cut = i64::try_from(rows.len()).is_ok_and(|count| count == BATCH);
    if let (true, Some(last)) = (is_cut, rows.last().map(|row| row.position))
        && rows.first().is_some_and(|first| first.position != last)
    {
        rows.retain(|row| row.position != last);
    }
    Ok(rows)
}

/// The position behind the newest change that can be seen.
///
/// # Errors
/// When Postgres fails.
pub async fn latest(connection: &mut AsyncPgConnection) -> Result<i64, StoreError> {
    Ok(sql(format!("SELECT {}", Latest::COLUMNS)).one::<Latest>(connection).await?.position)
}
