//! All records of a kind as a table.

use mrp_api::detail as say;
use std::collections::{HashMap, HashSet};

use mrp_api::access::Permission;
use mrp_api::data_files::{DataFileFormat, DataFileKind};
use mrp_api::error as codes;
use mrp_store::data_files::Keys;
use mrp_store::sql::PgConnection;
use serde_json::Value;
use uuid::Uuid;

use crate::data_files::cells::{self, Names};
use crate::data_files::columns::{Column, Reference};
use crate::data_files::kinds::{DataFile, columns_of};
use crate::data_files::sheet;
use crate::error::ApiError;

/// Records read at once.
const CHUNK: usize = 500;

/// Which records are written.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// None: the header alone.
    None,
    /// Those that the list shows with these parameters.
    Shown(&'a str),
    /// All.
    All,
}

/// Writes records of a noun, and says how many they are.
///
/// # Errors
/// `permission_denied`; when Postgres fails.
pub async fn export<N: DataFile>(
    kind: DataFileKind,
    connection: &mut PgConnection,
    may: &impl Fn(Permission) -> bool,
    format: DataFileFormat,
    which: Which<'_>,
) -> Result<(Vec<u8>, usize), ApiError> {
    if !may(N::READ) {
        return Err(ApiError::new(
            &codes::PERMISSION_DENIED,
            say::for_callers(format!("reading {kind} needs `{}`", N::READ)),
        ));
    }
    let columns = columns_of::<N>(may);
    let (mut rows, mut count) = (Vec::new(), 0);
    let shown = match which {
        Which::Shown(query) => Some(N::shown(connection, query, may(Permission::CostRead)).await?),
        Which::None | Which::All => None,
    };
    if !matches!(which, Which::None) {
        let ids = N::KEYS.all(connection).await?.into_iter().map(|row| row.id);
        let ids: Vec<Uuid> = ids.filter(|id| shown.as_ref().is_none_or(|shown| shown.contains(id))).collect();
        let mut names = Names::default();
        for ids in ids.chunks(CHUNK) {
            let mut known: HashMap<Uuid, Vec<Value>> = HashMap::new();
            let records = match which {
                Which::Shown(query) => N::known_shown(connection, query, ids.to_vec()).await?,
                Which::None | Which::All => N::known(connection, ids.to_vec()).await?,
            };
            for record in records {
                known.entry(record.id).or_default().push(serde_json::to_value(&record.input).unwrap_or_default());
            }
            let inputs: Vec<Value> = ids.iter().filter_map(|id| known.remove(id)).flatten().collect();
            count += inputs.len();
            read_names::<N>(connection, &columns, &inputs, &mut names).await?;
            rows.extend(inputs.iter().flat_map(|input| rows_of::<N>(&columns, input, &names)));
        }
    }
    Ok((sheet::write(format, kind.as_str(), &columns, &rows)?, count))
}

/// One value per column: of the record, or of its lines.
fn values<'a, N: DataFile>(column: &Column, input: &'a Value) -> Vec<&'a Value> {
    match N::LINES.filter(|_| column.is_of_line) {
        None => input.get(column.field).into_iter().collect(),
        Some(lines) => {
            let lines = input.get(lines).and_then(Value::as_array).into_iter().flatten();
            lines.filter_map(|line| line.get(column.field)).collect()
        }
    }
}

async fn read_names<N: DataFile>(
    connection: &mut PgConnection,
    columns: &[Column],
    inputs: &[Value],
    names: &mut Names,
) -> Result<(), ApiError> {
    let mut wanted: HashMap<Reference, HashSet<Uuid>> = HashMap::new();
    for column in columns {
        for value in inputs.iter().flat_map(|input| values::<N>(column, input)) {
            for (reference, id) in cells::referred(&column.kind, value) {
                wanted.entry(reference).or_default().insert(id);
            }
        }
    }
    for (reference, ids) in wanted {
        let keys = Keys::of(reference.table, reference.key);
        for row in keys.names(connection, ids.into_iter().collect()).await? {
            names.add(reference, row.key, row.id);
        }
    }
    Ok(())
}

/// A record's rows: one for each line, the record's own fields on each of them.
fn rows_of<N: DataFile>(columns: &[Column], input: &Value, names: &Names) -> Vec<Vec<String>> {
    let lines = N::LINES.and_then(|lines| input.get(lines)?.as_array().cloned()).unwrap_or_default();
    let lines = if lines.is_empty() { vec![Value::Null] } else { lines };
    let row = |line: &Value| {
        let cell = |column: &Column| {
            let holder = if column.is_of_line { line } else { input };
            holder.get(column.field).map(|value| cells::text(column, value, names)).unwrap_or_default()
        };
        columns.iter().map(cell).collect()
    };
    lines.iter().map(row).collect()
}
