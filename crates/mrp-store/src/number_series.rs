//! Numbering: codes with a prefix, one after the other.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::sql;
use crate::table::Version;
use crate::tx::Tx;

row! {
    /// One series.
    pub struct NumberSeriesRow {
        pub kind: String = "kind",
        pub prefix: String = "prefix",
        pub padding: i32 = "padding",
        pub next_number: i64 = "next_number",
        pub version: i64 = "version",
    }
}

row! {
    /// Numbers that were taken: the series as it was, and the year on the company's clock.
    pub struct TakenRow {
        pub kind: String = "kind",
        pub prefix: String = "prefix",
        pub padding: i32 = "padding",
        pub next_number: i64 = "next_number",
        pub version: i64 = "version",
        pub year: i32 = "year",
    }
}

impl NumberSeriesRow {
    /// How a number of this series looks.
    #[must_use]
    pub fn code(&self, number: i64, year: i32) -> String {
        let width = usize::try_from(self.padding).unwrap_or(5);
        format!("{}{number:0width$}", self.prefix.replace("{year}", &year.to_string()))
    }

    /// The series' name in events and history: made of its kind, because it has no id.
    #[must_use]
    pub fn entity_id(&self) -> Uuid {
        let mut bytes = [0_u8; 16];
        for (byte, letter) in bytes.iter_mut().zip(self.kind.bytes()) {
            *byte = letter;
        }
        Uuid::from_bytes(bytes)
    }
}

/// All series.
///
/// # Errors
/// When Postgres fails.
pub async fn all(connection: &mut AsyncPgConnection) -> Result<Vec<NumberSeriesRow>, StoreError> {
    Ok(sql(format!("SELECT {} FROM number_series ORDER BY kind", NumberSeriesRow::COLUMNS)).rows(connection).await?)
}

/// One series, locked.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn find(tx: &mut Tx, kind: &str) -> Result<NumberSeriesRow, StoreError> {
    let text = format!("SELECT {} FROM number_series WHERE kind = $1 FOR UPDATE", NumberSeriesRow::COLUMNS);
    Ok(sql(text).bind(kind.to_owned()).one(tx.connection()).await?)
}

/// Writes a series if it still has the expected version.
///
/// # Errors
/// [`StoreError::Stale`].
pub async fn save(tx: &mut Tx, row: &NumberSeriesRow, expected: i64) -> Result<i64, StoreError> {
    const TEXT: &str = "UPDATE number_series SET prefix = $1, padding = $2, next_number = $3, version = version + 1 \
         WHERE kind = $4 AND version = $5 RETURNING version";
    let saved = sql(TEXT)
        .bind(row.prefix.clone())
        .bind(row.padding)
        .bind(row.next_number)
        .bind(row.kind.clone())
        .bind(expected)
        .maybe::<Version>(tx.connection())
        .await?;
    saved.map(|row| row.version).ok_or(StoreError::Stale { current: row.version })
}

/// Takes the next `count` codes. The series stays locked until the transaction ends: take numbers last.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn take(tx: &mut Tx, kind: &'static str, count: i64) -> Result<Vec<String>, StoreError> {
    const TEXT: &str = "UPDATE number_series SET next_number = next_number + $2 WHERE kind = $1 \
         RETURNING kind, prefix, padding, next_number - $2, version, \
         extract(year FROM $3 AT TIME ZONE (SELECT zone FROM setting))::integer";
    let now = tx.now_utc();
    let taken = sql(TEXT).bind(kind).bind(count).bind(now).one::<TakenRow>(tx.connection()).await?;
    let TakenRow { kind, prefix, padding, next_number, version, year } = taken;
    let row = NumberSeriesRow { kind, prefix, padding, next_number, version };
    Ok((0..count).map(|offset| row.code(next_number + offset, year)).collect())
}
