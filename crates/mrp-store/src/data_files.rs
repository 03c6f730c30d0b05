//! Records by what people call them, for files in which nobody wants to read ids.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::sql;

row! {
    /// A record and what people call it.
    pub struct CalledRow {
        pub id: Uuid = "id",
        pub key: String = "key",
    }
}

/// How the records of a table are told apart.
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    /// The table.
    pub table: &'static str,
    /// The text that tells records apart: a column, or an expression over columns.
    pub key: &'static str,
    /// Only these rows, e.g. `state <> 'archived'`.
    pub among: &'static str,
    /// Which of several rows with one text is meant: the first in this order.
    pub best: &'static str,
}

impl Keys {
    /// All records of a table by one column.
    #[must_use]
    pub const fn of(table: &'static str, key: &'static str) -> Self {
        Self { table, key, among: "true", best: "id" }
    }

    fn text(&self, condition: &str) -> String {
        let Self { table, key, among, best } = self;
        format!(
            "SELECT DISTINCT ON ({key}) id, {key} FROM {table} WHERE {among} AND {condition} ORDER BY {key}, {best}"
        )
    }

    /// Every record, in the order of their texts.
    ///
    /// # Errors
    /// When Postgres fails.
    pub async fn all(&self, connection: &mut AsyncPgConnection) -> Result<Vec<CalledRow>, StoreError> {
        Ok(sql(self.text("true")).rows(connection).await?)
    }

    /// The records with these texts.
    ///
    /// # Errors
    /// When Postgres fails.
    pub async fn called(
        &self,
        connection: &mut AsyncPgConnection,
        keys: Vec<String>,
    ) -> Result<Vec<CalledRow>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        Ok(sql(self.text(&format!("{} = ANY($1)", self.key))).bind(keys).rows(connection).await?)
    }

    /// What these records are called.
    ///
    /// # Errors
    /// When Postgres fails.
    pub async fn names(
        &self,
        connection: &mut AsyncPgConnection,
        ids: Vec<Uuid>,
    ) -> Result<Vec<CalledRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let text = format!("SELECT id, {} FROM {} WHERE id = ANY($1)", self.key, self.table);
        Ok(sql(text).bind(ids).rows(connection).await?)
    }
}
