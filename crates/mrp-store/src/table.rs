//! Plain rows with a version: find, save, delete. What a noun needs beyond that stands in its own module.

use diesel::QueryableByName;
use diesel::pg::Pg;
use diesel::sql_types::HasSqlType;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::ListSpec;
use crate::sql::{Sql, SqlOf, sql};
use crate::tx::Tx;

row! {
    /// A row's version.
    pub struct Version {
        pub version: i64 = "version"
    }
}

row! {
    /// A row's id.
    pub struct Id {
        pub id: Uuid = "id"
    }
}

/// Declares the row of a table: its own columns, which a save writes, and what is only read, with the expression that
/// reads it. Every row has an `id` and a `version`.
///
/// ```ignore
/// table! {
///     /// A work center.
///     pub struct WorkCenterRow of "work_center" as "w" {
///         pub code: String,
///     }
///     reads {
///         pub work_schedule_name: Option<String> = "s.name",
///     }
/// }
/// ```
#[macro_export]
macro_rules! table {
    (
        $(#[$meta:meta])* pub struct $name:ident of $table:literal as $alias:literal { $(pub $field:ident: $type:ty,)* }
        $(reads { $(pub $read:ident: $read_type:ty = $sql:literal,)* })?
    ) => {
        row! {
            $(#[$meta])*
            pub struct $name {
                pub id: uuid::Uuid = concat!($alias, ".id"),
                $(pub $field: $type = concat!($alias, ".", stringify!($field)),)*
                $($(pub $read: $read_type = $sql,)*)?
                pub version: i64 = concat!($alias, ".version")
            }
        }

        impl $name {
            /// The table's name.
            pub const TABLE: &'static str = $table;

            /// The columns that a save writes.
            #[must_use]
            pub fn values(self) -> $crate::table::Values {
                $crate::table::Values::of($table)$(.set(stringify!($field), self.$field))*
            }
        }
    };
}

/// Which of these rows exist.
///
/// # Errors
/// When Postgres fails.
pub async fn existing(
    connection: &mut AsyncPgConnection,
    table: &'static str,
    ids: Vec<Uuid>,
) -> Result<Vec<Uuid>, StoreError> {
    let rows: Vec<Id> = sql(format!("SELECT id FROM {table} WHERE id = ANY($1)")).bind(ids).rows(connection).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Reads one row by its id, as the noun's list describes it.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn find<T>(
    connection: &mut AsyncPgConnection,
    list: &ListSpec,
    columns: &str,
    id: Uuid,
) -> Result<T, StoreError>
where
    T: QueryableByName<Pg> + Send + 'static,
{
    let text = format!("SELECT {columns} FROM {} WHERE {} = $1", list.from, list.id);
    Ok(sql(text).bind(id).one(connection).await?)
}

/// Reads rows by their ids, as the noun's list describes them; those that do not exist are left out.
///
/// # Errors
/// When Postgres fails.
pub async fn find_all<T>(
    connection: &mut AsyncPgConnection,
    list: &ListSpec,
    columns: &str,
    ids: Vec<Uuid>,
) -> Result<Vec<T>, StoreError>
where
    T: QueryableByName<Pg> + Send + 'static,
{
    let text = format!("SELECT {columns} FROM {} WHERE {} = ANY($1)", list.from, list.id);
    Ok(sql(text).bind(ids).rows(connection).await?)
}

/// A row to write: column by column.
pub struct Values {
    table: &'static str,
    columns: Vec<&'static str>,
    statement: Sql,
}

impl Values {
    /// Nothing yet.
    #[must_use]
    pub fn of(table: &'static str) -> Self {
        Self { table, columns: Vec::new(), statement: sql("") }
    }

    /// One column.
    #[must_use]
    pub fn set<T>(mut self, column: &'static str, value: T) -> Self
    where
        T: SqlOf + diesel::serialize::ToSql<<T as SqlOf>::Sql, Pg> + Send + 'static,
        Pg: HasSqlType<<T as SqlOf>::Sql>,
    {
        self.columns.push(column);
        self.statement = self.statement.bind(value);
        self
    }

    /// Inserts the row with version 1 (`expected: None`), or changes the row that still has the expected version.
    ///
    /// # Errors
    /// [`StoreError::Stale`], [`StoreError::NotFound`], and what the table's constraints say.
    pub async fn save(self, tx: &mut Tx, id: Uuid, expected: Option<i64>) -> Result<i64, StoreError> {
        let table = self.table;
        let Some(expected) = expected else {
            let places = (1..=self.columns.len() + 1).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
            let text = format!("INSERT INTO {table} ({}, id) VALUES ({places})", self.columns.join(", "));
            self.statement.bind(id).with_text(text).run(tx.connection()).await?;
            return Ok(1);
        };
        let sets =
            self.columns.iter().enumerate().map(|(n, column)| format!("{column} = ${}", n + 1)).collect::<Vec<_>>();
        let n = self.columns.len();
        let text = format!(
            "UPDATE {table} SET {}, version = version + 1 WHERE id = ${} AND version = ${} RETURNING version",
            sets.join(", "),
            n + 1,
            n + 2
        );
        let row = self.statement.bind(id).bind(expected).with_text(text).maybe::<Version>(tx.connection()).await?;
        match row {
            Some(row) => Ok(row.version),
            None => Err(why_not(tx, table, id).await?),
        }
    }
}

/// Most parameters of one statement; Postgres counts them in 16 bits.
const PARAMETERS_MAX: usize = 60_000;

/// Inserts rows of one table with version 1.
///
/// # Errors
/// What the table's constraints say; nothing is inserted then.
pub async fn insert_all(tx: &mut Tx, rows: Vec<(Uuid, Values)>) -> Result<(), StoreError> {
    let mut rows = rows.into_iter().peekable();
    while let Some((_, first)) = rows.peek() {
        let (table, columns) = (first.table, first.columns.join(", "));
        let width = first.columns.len() + 1;
        let mut statement = sql("");
        let mut tuples = Vec::new();
        for (id, row) in rows.by_ref().take(PARAMETERS_MAX / width) {
            let places = statement.len() + 1..=statement.len() + width;
            tuples.push(format!("({})", places.map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")));
            statement = statement.and(row.statement).bind(id);
        }
        let text = format!("INSERT INTO {table} ({columns}, id) VALUES {}", tuples.join(", "));
        statement.with_text(text).run(tx.connection()).await?;
    }
    Ok(())
}

/// Removes a row that still has the expected version.
///
/// # Errors
/// [`StoreError::Stale`], [`StoreError::NotFound`], [`StoreError::InUse`].
pub async fn delete(tx: &mut Tx, table: &'static str, id: Uuid, expected: i64) -> Result<(), StoreError> {
    let text = format!("DELETE FROM {table} WHERE id = $1 AND version = $2");
    match sql(text).bind(id).bind(expected).run(tx.connection()).await? {
        0 => Err(why_not(tx, table, id).await?),
        _ => Ok(()),
    }
}

/// Why no row had this id and version.
async fn why_not(tx: &mut Tx, table: &'static str, id: Uuid) -> Result<StoreError, StoreError> {
    let current =
        sql(format!("SELECT version FROM {table} WHERE id = $1")).bind(id).maybe::<Version>(tx.connection()).await?;
    Ok(current.map_or(StoreError::NotFound, |row| StoreError::Stale { current: row.version }))
}
