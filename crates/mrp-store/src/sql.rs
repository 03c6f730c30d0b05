//! SQL as text with typed parameters and typed rows: the one way this crate talks to Postgres.
//!
//! Why not diesel's query builder: the statements that matter here lock rows in order, write many rows from arrays
//! and answer several questions at once, and they must be prepared once per connection. `diesel::sql_query` is parsed
//! anew each time; [`Sql`] is cached by its text. Every statement is run by a test against a real Postgres.

use std::borrow::Cow;

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{self, HasSqlType, SqlType, Untyped};
use diesel::{QueryResult, QueryableByName};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rust_decimal::Decimal;
use time::{Date, OffsetDateTime, Time};
use uuid::Uuid;

/// A connection to Postgres.
pub type PgConnection = AsyncPgConnection;

/// A row that a statement returns; see [`row!`](crate::row!).
pub trait StoredRow: QueryableByName<Pg> + Send + 'static {}
impl<T: QueryableByName<Pg> + Send + 'static> StoredRow for T {}

/// Which SQL type a Rust type stands for, in parameters and in rows.
pub trait SqlOf {
    /// The SQL type.
    type Sql: SqlType;
}

macro_rules! sql_of {
    ($($rust:ty => $sql:ty,)+) => { $(
        impl SqlOf for $rust { type Sql = $sql; }
        impl SqlOf for Option<$rust> { type Sql = sql_types::Nullable<$sql>; }
        impl SqlOf for Vec<$rust> { type Sql = sql_types::Array<$sql>; }
        impl SqlOf for Vec<Option<$rust>> { type Sql = sql_types::Array<sql_types::Nullable<$sql>>; }
    )+ };
}
sql_of! {
    Uuid => sql_types::Uuid,
    String => sql_types::Text,
    bool => sql_types::Bool,
    i16 => sql_types::SmallInt,
    i32 => sql_types::Integer,
    i64 => sql_types::BigInt,
    Decimal => sql_types::Numeric,
    OffsetDateTime => sql_types::Timestamptz,
    Date => sql_types::Date,
    Time => sql_types::Time,
    serde_json::Value => sql_types::Jsonb,
}
impl SqlOf for &'static str {
    type Sql = sql_types::Text;
}
// Byte strings would collide with arrays of small numbers; they travel in a wrapper.
impl SqlOf for Bytes {
    type Sql = sql_types::Binary;
}
impl SqlOf for Option<Bytes> {
    type Sql = sql_types::Nullable<sql_types::Binary>;
}
impl SqlOf for Option<Vec<i32>> {
    type Sql = sql_types::Nullable<sql_types::Array<sql_types::Integer>>;
}

/// Ids as Postgres writes an array: arrays of different lengths cannot stand in one.
pub(crate) fn braced(ids: &[Uuid]) -> String {
    format!("{{{}}}", ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(","))
}

/// A byte string (`bytea`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl ToSql<sql_types::Binary, Pg> for Bytes {
    fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, Pg>) -> diesel::serialize::Result {
        ToSql::<sql_types::Binary, Pg>::to_sql(&self.0, out)
    }
}

impl diesel::deserialize::FromSql<sql_types::Binary, Pg> for Bytes {
    fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
        <Vec<u8> as diesel::deserialize::FromSql<sql_types::Binary, Pg>>::from_sql(value).map(Self)
    }
}

trait Parameter: Send {
    fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()>;
}

impl<T> Parameter for T
where
    T: SqlOf + ToSql<<T as SqlOf>::Sql, Pg> + Send,
    Pg: HasSqlType<<T as SqlOf>::Sql>,
{
    fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_bind_param_value_only::<T::Sql, T>(self)
    }
}

/// One statement with its parameters (`$1`, `$2`, … in the text).
pub struct Sql {
    text: Cow<'static, str>,
    parameters: Vec<Box<dyn Parameter>>,
}

/// Starts a statement.
pub fn sql(text: impl Into<Cow<'static, str>>) -> Sql {
    Sql { text: text.into(), parameters: Vec::new() }
}

impl Sql {
    /// The next parameter.
    pub fn bind<T>(mut self, value: T) -> Self
    where
        T: SqlOf + ToSql<<T as SqlOf>::Sql, Pg> + Send + 'static,
        Pg: HasSqlType<<T as SqlOf>::Sql>,
    {
        self.parameters.push(Box::new(value));
        self
    }

    /// The parameters of another statement behind these.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.parameters.extend(other.parameters);
        self
    }

    /// The same parameters under another text.
    pub(crate) fn with_text(mut self, text: String) -> Self {
        self.text = text.into();
        self
    }

    /// How many parameters there are so far.
    pub(crate) fn len(&self) -> usize {
        self.parameters.len()
    }

    /// Runs it and returns how many rows it touched.
    pub async fn run(self, connection: &mut AsyncPgConnection) -> QueryResult<usize> {
        self.execute(connection).await
    }

    /// The same beside other statements that travel with it: independent ones need not wait for each other.
    pub async fn run_beside(self, connection: &AsyncPgConnection) -> QueryResult<usize> {
        let mut connection = connection;
        self.execute(&mut connection).await
    }

    /// All rows of a statement that travels beside others.
    pub async fn rows_beside<T>(self, connection: &AsyncPgConnection) -> QueryResult<Vec<T>>
    where
        T: QueryableByName<Pg> + Send + 'static,
    {
        let mut connection = connection;
        self.load::<T>(&mut connection).await
    }

    /// All rows.
    pub async fn rows<T>(self, connection: &mut AsyncPgConnection) -> QueryResult<Vec<T>>
    where
        T: QueryableByName<Pg> + Send + 'static,
    {
        self.load::<T>(connection).await
    }

    /// The only row, or none.
    pub async fn maybe<T>(self, connection: &mut AsyncPgConnection) -> QueryResult<Option<T>>
    where
        T: QueryableByName<Pg> + Send + 'static,
    {
        Ok(self.rows(connection).await?.pop())
    }

    /// The only row.
    pub async fn one<T>(self, connection: &mut AsyncPgConnection) -> QueryResult<T>
    where
        T: QueryableByName<Pg> + Send + 'static,
    {
        self.maybe(connection).await?.ok_or(diesel::result::Error::NotFound)
    }
}

impl QueryId for Sql {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Sql {
    type SqlType = Untyped;
}

impl<C> diesel::RunQueryDsl<C> for Sql {}

impl QueryFragment<Pg> for Sql {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(&self.text);
        for parameter in &self.parameters {
            parameter.push(&mut out)?;
        }
        Ok(())
    }
}

/// Declares a row: each field's type and the SQL expression that fills it. The type's `COLUMNS` is the select list,
/// so that list and fields cannot drift apart.
///
/// ```ignore
/// row! { pub struct UnitRow { pub id: Uuid = "u.id", pub code: String = "u.code" } }
/// sql(format!("SELECT {} FROM unit u", UnitRow::COLUMNS)).rows::<UnitRow>(connection)
/// ```
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* pub struct $name:ident {
        pub $first:ident: $first_type:ty = $first_sql:expr
        $(, $(#[$fmeta:meta])* pub $field:ident: $type:ty = $sql:expr)* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            pub $first: $first_type,
            $($(#[$fmeta])* pub $field: $type,)*
        }

        impl $name {
            /// The select list, in the order of the fields.
            pub const COLUMNS: &'static str = concat!($first_sql $(, ", ", $sql)*);
        }

        impl diesel::QueryableByName<diesel::pg::Pg> for $name {
            fn build<'a>(
                row: &impl diesel::row::NamedRow<'a, diesel::pg::Pg>,
            ) -> diesel::deserialize::Result<Self> {
                let mut position = 0;
                let $first = $crate::sql::field::<$first_type>(row, &mut position, stringify!($first))?;
                $(let $field = $crate::sql::field::<$type>(row, &mut position, stringify!($field))?;)*
                Ok(Self { $first, $($field,)* })
            }
        }
    };
}

/// The next field of a row; used by [`row!`](crate::row!).
pub fn field<'a, T>(
    row: &impl diesel::row::NamedRow<'a, Pg>,
    position: &mut usize,
    name: &'static str,
) -> diesel::deserialize::Result<T>
where
    T: SqlOf + diesel::deserialize::FromSql<T::Sql, Pg>,
{
    use diesel::row::Field;
    let field = diesel::row::Row::get(row, *position).ok_or_else(|| format!("no column for the field {name}"))?;
    *position += 1;
    T::from_nullable_sql(field.value()).map_err(|error| format!("the field {name}: {error}").into())
}

row! {
    /// One number.
    pub struct Count {
        pub count: i64 = "count(*)"
    }
}
