//! What is counted in a unit.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::sql;
use crate::units::{UnitReference, references};

row! {
    /// How many records of a table are counted in a unit.
    pub struct UnitUseRow {
        pub kind: String = "kind",
        pub count: i64 = "count",
    }
}

/// Each table with records in this unit, and how many they are, counted as far as `most`. A record that names the unit twice
/// counts for each.
///
/// # Errors
/// When Postgres fails.
pub async fn read(connection: &mut AsyncPgConnection, id: Uuid, most: i64) -> Result<Vec<UnitUseRow>, StoreError> {
    let held = |reference: &UnitReference| {
        let UnitReference { table, column, .. } = reference;
        format!("SELECT '{table}' AS kind, 1 AS one FROM (SELECT 1 FROM {table} WHERE {column} = $1 LIMIT $2) AS held")
    };
    let all = references(connection).await?.iter().map(held).collect::<Vec<_>>().join(" UNION ALL ");
    let text = format!("SELECT kind, least(count(*), $2) AS count FROM ({all}) AS held GROUP BY kind ORDER BY kind");
    Ok(sql(text).bind(id).bind(most).rows(connection).await?)
}
