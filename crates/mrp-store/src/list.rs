//! The one list: search, filters, a sort that never repeats or loses a row between pages (keyset), and a total.
//!
//! A noun describes its list once as a [`ListSpec`]; the statement's text depends only on which parameters are given,
//! so that it is prepared once per shape.

use std::collections::HashSet;

use diesel::QueryableByName;
use diesel::pg::Pg;
use diesel_async::AsyncPgConnection;
use mrp_domain::time::Due;
use time::macros::format_description;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::{Count, Sql, SqlOf, sql};
use crate::table::Id;

/// How a column of a sort compares, and how a cursor spells its value.
#[derive(Debug, Clone, Copy)]
pub struct Sort {
    /// The name on the wire.
    pub name: &'static str,
    /// The expression; never NULL.
    pub sql: &'static str,
    /// The SQL type that the cursor's text is cast to.
    pub cast: &'static str,
}

/// What a list of a noun looks like.
#[derive(Debug, Clone, Copy)]
pub struct ListSpec {
    /// The tables, e.g. `unit u JOIN unit_category c ON c.id = u.unit_category_id`.
    pub from: &'static str,
    /// The tables that the total needs, when fewer do.
    pub count_from: &'static str,
    /// The row's id; breaks ties.
    pub id: &'static str,
    /// The expressions that the search looks into.
    pub search: &'static [&'static str],
    /// The sorts; the first is the default.
    pub sorts: &'static [Sort],
}

/// What a caller asks of a list.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// Words that must all occur.
    pub search: Option<String>,
    /// The name of a sort, with `-` in front for downwards.
    pub sort: Option<String>,
    /// Rows on the page.
    pub limit: u32,
    /// From the previous page.
    pub cursor: Option<String>,
}

/// Why a list cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// There is no such sort.
    #[error("cannot sort by `{found}`; possible are: {allowed}")]
    UnknownSort {
        /// What was asked for.
        found: String,
        /// What there is.
        allowed: String,
    },
    /// The cursor does not come from a page of this list.
    #[error("the cursor does not come from a page of this list")]
    BadCursor,
    /// Postgres.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The filters of one request: conditions and their parameters.
pub struct Filters {
    text: String,
    statement: Sql,
}

impl Default for Filters {
    fn default() -> Self {
        Self { text: String::new(), statement: sql("") }
    }
}

impl Filters {
    /// A condition without a parameter.
    pub fn when(mut self, given: bool, condition: &str) -> Self {
        if given {
            self.push(condition);
        }
        self
    }

    /// A condition with one parameter, written `$`, if there is a value.
    pub fn with<T>(mut self, value: Option<T>, condition: &str) -> Self
    where
        T: SqlOf + diesel::serialize::ToSql<<T as SqlOf>::Sql, Pg> + Send + 'static,
        Pg: diesel::sql_types::HasSqlType<<T as SqlOf>::Sql>,
    {
        if let Some(value) = value {
            self.bind(value, condition);
        }
        self
    }

    fn bind<T>(&mut self, value: T, condition: &str)
    where
        T: SqlOf + diesel::serialize::ToSql<<T as SqlOf>::Sql, Pg> + Send + 'static,
        Pg: diesel::sql_types::HasSqlType<<T as SqlOf>::Sql>,
    {
        self.statement = std::mem::replace(&mut self.statement, sql("")).bind(value);
        let numbered = condition.replace('$', &format!("${}", self.statement.len()));
        self.push(&numbered);
    }

    fn push(&mut self, condition: &str) {
        self.text.push_str(if self.text.is_empty() { " WHERE " } else { " AND " });
        self.text.push_str(condition);
    }
}

/// Today on the company's clock, in SQL.
pub const TODAY: &str = "(now() AT TIME ZONE (SELECT zone FROM setting))::date";

/// Whether something that is expected on the day `day` stands so to today, in SQL.
#[must_use]
pub fn due(due: Due, day: &str) -> String {
    let (first, last) = due.days();
    let from = first.map(|first| format!("{day} >= {TODAY} + ({first}) AND "));
    format!("({}{day} <= {TODAY} + ({last}))", from.unwrap_or_default())
}

/// One page of rows and where the next begins.
#[derive(Debug, Clone)]
pub struct ListPage<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// A row with what a cursor needs of it.
struct Keyed<T> {
    row: T,
    key: String,
    id: Uuid,
}

impl<T: QueryableByName<Pg>> QueryableByName<Pg> for Keyed<T> {
    fn build<'a>(row: &impl diesel::row::NamedRow<'a, Pg>) -> diesel::deserialize::Result<Self> {
        let mut position = row.field_count().saturating_sub(2);
        let key = crate::sql::field::<String>(row, &mut position, "sort key")?;
        let id = crate::sql::field::<Uuid>(row, &mut position, "id")?;
        Ok(Self { row: T::build(row)?, key, id })
    }
}

impl ListSpec {
    /// One page.
    ///
    /// # Errors
    /// When the sort or the cursor is unknown, or Postgres fails.
    pub async fn page<T>(
        &self,
        connection: &mut AsyncPgConnection,
        columns: &str,
        request: &ListRequest,
        filters: Filters,
    ) -> Result<ListPage<T>, ListError>
    where
        T: QueryableByName<Pg> + Send + 'static,
    {
        self.page_of(connection, columns, request, filters, None).await
    }

    /// One page of a list whose order and conditions are all about its first table, `first` as [`ListSpec::from`] begins with
    /// it, when every row of it is one of the list: no other table is read for more rows than the page has.
    ///
    /// # Errors
    /// As [`ListSpec::page`].
    pub async fn page_of<T>(
        &self,
        connection: &mut AsyncPgConnection,
        columns: &str,
        request: &ListRequest,
        filters: Filters,
        first: Option<&str>,
    ) -> Result<ListPage<T>, ListError>
    where
        T: QueryableByName<Pg> + Send + 'static,
    {
        let (sort, down) = self.sort(request.sort.as_deref())?;
        let mut filters = self.searched(request.search.as_deref(), filters);
        if let Some(cursor) = &request.cursor {
            let (id, key) = cursor.split_once('~').ok_or(ListError::BadCursor)?;
            let id = Uuid::parse_str(id).map_err(|_| ListError::BadCursor)?;
            if !is_spelled(key, sort.cast) {
                return Err(ListError::BadCursor);
            }
            let order = if down { '<' } else { '>' };
            filters.statement = std::mem::replace(&mut filters.statement, sql("")).bind(key.to_owned()).bind(id);
            let last = filters.statement.len();
            let condition =
                format!("({}, {}) {order} (${}::{}, ${last})", sort.sql, self.id, last.saturating_sub(1), sort.cast);
            filters.push(&condition);
        }
        let direction = if down { "DESC" } else { "ASC" };
        let order = format!("ORDER BY {} {direction}, {} {direction}", sort.sql, self.id);
        let rows = format!("LIMIT {}", rows_read(request.limit).saturating_add(1));
        let selected = format!("SELECT {columns}, ({})::text AS sort_key, {} AS row_id", sort.sql, self.id);
        let conditions = &filters.text;
        let text = match first.and_then(|first| Some((first, self.from.strip_prefix(first)?, first.split_once(' ')?.1)))
        {
            Some((first, rest, name)) => format!(
                "{selected} FROM (SELECT {name}.* FROM {first}{conditions} {order} {rows}) {name}{rest} {order}"
            ),
            None => format!("{selected} FROM {}{conditions} {order} {rows}", self.from),
        };
        let read = filters.statement.with_text(text).rows::<Keyed<T>>(connection).await;
        let mut rows = read.map_err(StoreError::from)?;
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|last| format!("{}~{}", last.id, last.key));
        Ok(ListPage { items: rows.into_iter().map(|keyed| keyed.row).collect(), next_cursor })
    }

    /// How many rows match on all pages together, counted as far as one more than [`TOTAL_MAX`]: to count all of a long
    /// list takes many times longer than to read a page of it.
    ///
    /// # Errors
    /// When Postgres fails.
    pub async fn total(
        &self,
        connection: &mut AsyncPgConnection,
        request: &ListRequest,
        filters: Filters,
    ) -> Result<i64, StoreError> {
        let filters = self.searched(request.search.as_deref(), filters);
        let (from, conditions) = (self.count_from, filters.text);
        let text = format!("SELECT count(*) FROM (SELECT 1 FROM {from}{conditions} LIMIT {TOTAL_MAX} + 1) AS counted");
        Ok(filters.statement.with_text(text).one::<Count>(connection).await?.count)
    }

    /// The ids of all rows that match, whatever their order and page.
    ///
    /// # Errors
    /// When Postgres fails.
    pub async fn matching(
        &self,
        connection: &mut AsyncPgConnection,
        search: Option<&str>,
        filters: Filters,
    ) -> Result<HashSet<Uuid>, StoreError> {
        let filters = self.searched(search, filters);
        let text = format!("SELECT {} AS id FROM {}{}", self.id, self.count_from, filters.text);
        let rows = filters.statement.with_text(text).rows::<Id>(connection).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    fn sort(&self, asked: Option<&str>) -> Result<(Sort, bool), ListError> {
        let asked = asked.unwrap_or_default();
        let (name, down) = asked.strip_prefix('-').map_or((asked, false), |name| (name, true));
        let found = if name.is_empty() { self.sorts.first() } else { self.sorts.iter().find(|sort| sort.name == name) };
        found.map(|sort| (*sort, down)).ok_or_else(|| ListError::UnknownSort {
            found: name.to_owned(),
            allowed: self.sorts.iter().map(|sort| sort.name).collect::<Vec<_>>().join(", "),
        })
    }

    fn searched(&self, search: Option<&str>, mut filters: Filters) -> Filters {
        for word in search.unwrap_or_default().split_whitespace().take(SEARCH_WORDS_MAX) {
            let condition =
                self.search.iter().map(|column| format!("{column} ILIKE $")).collect::<Vec<_>>().join(" OR ");
            filters.bind(containing(word), &format!("({condition})"));
        }
        filters
    }
}

/// The pattern of texts in which a word occurs.
#[must_use]
pub fn containing(word: &str) -> String {
    format!("%{}%", word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// How many rows are read for a page of so many. The number stands in the text, because a plan for any number of rows
/// expects thousands of them and sorts or hires workers for nothing; and it is one of few, so that there are few texts.
fn rows_read(limit: u32) -> u32 {
    const STEPS: [u32; 3] = [20, 80, 200];
    STEPS.into_iter().find(|step| limit <= *step).unwrap_or(limit)
}

/// As far as rows are counted.
const TOTAL_MAX: u32 = 10_000;

/// Words of a search that count.
pub const SEARCH_WORDS_MAX: usize = 8;

/// Whether a text is a value of a sort's type as a page of the list spells it, so that Postgres can read it in any language
/// that it speaks. What it could not read is the caller's mistake, not ours.
fn is_spelled(key: &str, cast: &str) -> bool {
    let whole = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    match cast {
        "text" => !key.contains('\0'),
        "numeric" => {
            let digits = key.strip_prefix('-').unwrap_or(key);
            let (before, behind) = digits.split_once('.').unwrap_or((digits, "0"));
            key.len() <= NUMBER_CHARS_MAX && whole(before) && whole(behind)
        }
        "integer" => key.parse::<i32>().is_ok(),
        "smallint" => key.parse::<i16>().is_ok(),
        "date" => matches!(key, "infinity" | "-infinity") || is_day(key),
        "timestamptz" => {
            let moment = key.strip_suffix("+00").and_then(|moment| moment.split_once(' '));
            let is_moment = moment.is_some_and(|(day, time)| is_day(day) && is_time(time));
            matches!(key, "infinity" | "-infinity") || is_moment
        }
        _ => false,
    }
}

/// Most characters of a number in a cursor.
const NUMBER_CHARS_MAX: usize = 100;

fn is_day(text: &str) -> bool {
    time::Date::parse(text, format_description!("[year]-[month]-[day]")).is_ok_and(|day| day.year() > 0)
}

fn is_time(text: &str) -> bool {
    let format = format_description!("[hour]:[minute]:[second][optional [.[subsecond digits:1+]]]");
    text.len() <= TIME_CHARS_MAX && time::Time::parse(text, format).is_ok()
}

/// Characters of a time with microseconds.
const TIME_CHARS_MAX: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_followed_when_postgres_could_have_written_it() {
        for (cast, key) in [
            ("text", ""),
            ("text", "Țeavă ~ 40"),
            ("numeric", "-0.250"),
            ("numeric", "12345678901234567890123456789012345.5"),
            ("integer", "-7"),
            ("smallint", "3"),
            ("date", "2026-11-28"),
            ("date", "infinity"),
            ("timestamptz", "2026-11-28 10:46:00+00"),
            ("timestamptz", "2026-11-28 10:46:00.123456+00"),
            ("timestamptz", "-infinity"),
        ] {
            assert!(is_spelled(key, cast), "{key} as {cast}");
        }
        for (cast, key) in [
            ("text", "a\0b"),
            ("numeric", ""),
            ("numeric", "1e5"),
            ("numeric", "NaN"),
            ("numeric", "1."),
            ("integer", "3000000000"),
            ("smallint", "70000"),
            ("date", "2026-02-30"),
            ("date", "tomorrow"),
            ("timestamptz", "2026-11-28"),
            ("timestamptz", "2026-11-28 25:00:00+00"),
            ("timestamptz", "2026-11-28 10:46:00 Europe/Nowhere"),
            ("timestamptz", "0000-01-01 00:00:00+00"),
        ] {
            assert!(!is_spelled(key, cast), "{key} as {cast}");
        }
    }
}
