//! A table as records: each is created, changed, found unchanged, or refused with what is wrong with it, cell by cell.
//!
//! A dry run does everything that an import does and goes back, so that it says exactly what would happen. Each record
//! is written behind a save point of its own: a bad one costs the others nothing.

use std::collections::{HashMap, HashSet};
use std::iter::Peekable;

use mrp_api::access::Permission;
use mrp_api::data_files::{DataImportReport, DataProblem, PROBLEMS_LISTED_MAX};
use mrp_api::detail::{self as say, Detail};
use mrp_api::error::{self as codes, ErrorCode};
use mrp_store::data_files::Keys;
use mrp_store::tx::Tx;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::data_files::cells::{self, Names};
use crate::data_files::columns::Reference;
use crate::data_files::kinds::{DataFile, Known, columns_of};
use crate::data_files::layout::Layout;
use crate::data_files::progress::Progress;
use crate::data_files::sheet::Sheet;
use crate::error::ApiError;
use crate::import::dialect::TableRow;

/// Records looked up at once.
const CHUNK: usize = 200;

/// How to import.
#[derive(Debug, Clone, Copy)]
pub struct How<'a> {
    /// Go back at the end.
    pub dry_run: bool,
    /// Write the good records although others are not.
    pub skip_bad: bool,
    /// Where those who wait look.
    pub progress: &'a Progress,
}

/// Creates and changes records of a noun.
///
/// # Errors
/// `permission_denied`, `file_unreadable`; when Postgres fails.
pub async fn import<N: DataFile>(
    tx: &mut Tx,
    may: &impl Fn(Permission) -> bool,
    sheet: &Sheet,
    how: How<'_>,
) -> Result<DataImportReport, ApiError> {
    if !may(N::WRITE) {
        return Err(ApiError::new(
            &codes::PERMISSION_DENIED,
            say::for_callers(format!("this file needs `{}`", N::WRITE)),
        ));
    }
    let mut rows = sheet.rows().peekable();
    let header = rows.next().ok_or_else(|| ApiError::new(&codes::FILE_UNREADABLE, say::FILE_EMPTY))??;
    let layout = Layout::of(columns_of::<N>(may), N::KEY, N::LINES, &header.cells)?;
    let own = layout.references().find(|reference| reference.table == N::TABLE);
    let mut run = Run::<N> {
        layout,
        own,
        names: Names::default(),
        seen: HashMap::new(),
        report: DataImportReport::default(),
        written: Vec::new(),
        of: std::marker::PhantomData,
    };
    tx.save_point("import").await?;
    let last_row = sheet.last_row();
    loop {
        let chunk = run.next_chunk(&mut rows)?;
        let Some(row) = chunk.first().and_then(|record| record.first()) else { break };
        how.progress.set(row.number, last_row);
        run.chunk(tx, &chunk).await?;
    }
    run.finish(tx, how).await
}

/// The rows of one record.
type Record = Vec<TableRow>;

/// What became of a record.
enum Outcome {
    Created(Uuid),
    Updated(Uuid, i64),
    Unchanged,
    Refused(Vec<DataProblem>),
}

/// What is to be done for a record. `line_rows` are the rows of its lines.
enum Step<'a, N: DataFile> {
    Done(Outcome),
    Create { id: Uuid, input: N::Input, first: u64, line_rows: Vec<u64> },
    Update { known: &'a Known<N::Input>, input: N::Input, first: u64, line_rows: Vec<u64> },
}

/// Does something behind a save point, and undoes it when it fails. Conflicts are everybody's.
async fn behind<T>(
    tx: &mut Tx,
    work: impl AsyncFnOnce(&mut Tx) -> Result<T, ApiError>,
) -> Result<Result<T, ApiError>, ApiError> {
    tx.save_point("record").await?;
    match work(tx).await {
        Ok(done) => {
            tx.keep("record").await?;
            Ok(Ok(done))
        }
        Err(error) if error.is_conflict() => Err(error),
        Err(error) => {
            tx.go_back("record").await?;
            Ok(Err(error))
        }
    }
}

struct Run<N: DataFile> {
    layout: Layout,
    /// How this noun's records name each other.
    own: Option<Reference>,
    names: Names,
    /// The first row of each record so far.
    seen: HashMap<String, u64>,
    report: DataImportReport,
    written: Vec<(Uuid, i64)>,
    of: std::marker::PhantomData<N>,
}

impl<N: DataFile> Run<N> {
    fn next_chunk(
        &mut self,
        rows: &mut Peekable<impl Iterator<Item = Result<TableRow, ApiError>>>,
    ) -> Result<Vec<Record>, ApiError> {
        let mut chunk: Vec<Record> = Vec::new();
        while let Some(row) = rows.next_if(|row| {
            let Ok(row) = row else { return true };
            let current = chunk.last().and_then(|record| record.first());
            chunk.len() < CHUNK || current.is_some_and(|first| self.layout.continues(first, row))
        }) {
            let row = row?;
            self.report.row_count += 1;
            match chunk
                .last_mut()
                .filter(|record| record.first().is_some_and(|first| self.layout.continues(first, &row)))
            {
                Some(record) => record.push(row),
                None => chunk.push(vec![row]),
            }
        }
        Ok(chunk)
    }

    /// Writes some records. New ones may name each other whatever their order, so they get their ids first; when one
    /// of those is refused, the chunk begins again without it.
    async fn chunk(&mut self, tx: &mut Tx, records: &[Record]) -> Result<(), ApiError> {
        self.look_up_names(tx, records).await?;
        let keys: Vec<Result<String, Box<DataProblem>>> = records.iter().map(|record| self.key(record)).collect();
        let repeated = self.repeated(records, &keys);
        let known = N::called(tx.connection(), keys.iter().flatten().cloned().collect()).await?;
        let mut barred = HashSet::new();
        loop {
            let fresh = self.name_new_ones(&keys, &known, &barred);
            let steps: Vec<Step<'_, N>> = records
                .iter()
                .zip(keys.iter().zip(&repeated))
                .map(|(record, (key, repeated))| match (key, repeated) {
                    (Err(problem), _) => Step::Done(Outcome::Refused(vec![(**problem).clone()])),
                    (Ok(_), Some(problem)) => Step::Done(Outcome::Refused(vec![problem.clone()])),
                    (Ok(key), None) => self.step(record, known.get(key), fresh.get(key)),
                })
                .collect();
            tx.save_point("chunk").await?;
            let outcomes = self.save_all(tx, steps).await?;
            let is_lost = |(outcome, (key, repeated)): (&Outcome, (&Result<String, Box<DataProblem>>, &Option<_>))| {
                let key = key.as_ref().ok().filter(|key| fresh.contains_key(*key))?;
                (repeated.is_none() && matches!(outcome, Outcome::Refused(_))).then(|| key.clone())
            };
            let lost: Vec<String> = outcomes.iter().zip(keys.iter().zip(&repeated)).filter_map(is_lost).collect();
            if lost.is_empty() {
                tx.keep("chunk").await?;
                outcomes.into_iter().for_each(|outcome| self.note(outcome));
                return Ok(());
            }
            tx.go_back("chunk").await?;
            for key in lost {
                if let Some(own) = self.own {
                    self.names.forget(own, &key);
                }
                barred.insert(key);
            }
        }
    }

    /// What to say of records that an earlier row describes already.
    fn repeated(&mut self, records: &[Record], keys: &[Result<String, Box<DataProblem>>]) -> Vec<Option<DataProblem>> {
        let repeats = |(record, key): (&Record, &Result<String, Box<DataProblem>>)| {
            let (row, key) = (record.first()?.number, key.as_ref().ok()?);
            let earlier = *self.seen.entry(key.clone()).or_insert(row);
            let words = say::ROW_REPEATS.with("row", earlier);
            (earlier != row).then(|| problem(row, None, &codes::VALUE_TAKEN, words))
        };
        records.iter().zip(keys).map(repeats).collect()
    }

    /// Gives ids to the new records that others may name.
    fn name_new_ones(
        &mut self,
        keys: &[Result<String, Box<DataProblem>>],
        known: &HashMap<String, Known<N::Input>>,
        barred: &HashSet<String>,
    ) -> HashMap<String, Uuid> {
        let Some(own) = self.own else { return HashMap::new() };
        let new = keys.iter().flatten().filter(|key| !known.contains_key(*key) && !barred.contains(*key));
        let fresh: HashMap<String, Uuid> = new.map(|key| (key.clone(), Uuid::now_v7())).collect();
        for (key, id) in &fresh {
            self.names.add(own, key.clone(), *id);
        }
        fresh
    }

    async fn look_up_names(&mut self, tx: &mut Tx, records: &[Record]) -> Result<(), ApiError> {
        let mut wanted: HashMap<Reference, HashSet<String>> = HashMap::new();
        for row in records.iter().flatten() {
            for (place, column) in self.layout.all() {
                for (reference, name) in cells::mentioned(&column.kind, cell(row, *place)) {
                    if !self.names.has(reference, name) {
                        wanted.entry(reference).or_default().insert(name.to_owned());
                    }
                }
            }
        }
        for (reference, names) in wanted {
            let keys = Keys::of(reference.table, reference.key);
            for row in keys.called(tx.connection(), names.into_iter().collect()).await? {
                self.names.add(reference, row.key, row.id);
            }
        }
        Ok(())
    }

    /// The text that tells the record apart.
    fn key(&self, record: &Record) -> Result<String, Box<DataProblem>> {
        let Some(row) = record.first() else { return Ok(String::new()) };
        let mut parts = Vec::new();
        for (place, column) in self.layout.keys() {
            let text = cell(row, *place);
            let value = cells::value(column, text, &self.names);
            let value = value.map_err(|fault| Box::new(problem(row.number, Some(&column.header), fault.0, fault.1)))?;
            if parts.is_empty() && text.is_empty() {
                let words = say::CELL_EMPTY.into();
                return Err(Box::new(problem(row.number, Some(&column.header), &codes::VALUE_MISSING, words)));
            }
            parts.push(value.as_str().unwrap_or_default().to_owned());
        }
        parts.resize(N::KEY.len(), String::new());
        Ok(parts.join("|"))
    }

    /// What a record's cells ask for.
    fn step<'a>(&self, record: &Record, known: Option<&'a Known<N::Input>>, fresh: Option<&Uuid>) -> Step<'a, N> {
        let first = record.first().map_or(0, |row| row.number);
        let base = known.map_or_else(N::start, |known| serde_json::to_value(&known.input).unwrap_or_default());
        let (body, line_rows) = match self.layout.body(record, base, &N::line_start(), &self.names) {
            Ok(body) => body,
            Err(problems) => return Step::Done(Outcome::Refused(problems)),
        };
        let input: N::Input = match serde_json::from_value(Value::Object(body)) {
            Ok(input) => input,
            Err(error) => return Step::Done(Outcome::Refused(vec![self.unfit(first, &error)])),
        };
        match known {
            Some(known) if N::is_as_known(&known.input, &input) => Step::Done(Outcome::Unchanged),
            Some(known) => Step::Update { known, input, first, line_rows },
            None => Step::Create { id: fresh.copied().unwrap_or_else(Uuid::now_v7), input, first, line_rows },
        }
    }

    /// Creates the new records together, and when that fails, one by one like the others, to find out which are bad.
    async fn save_all(&self, tx: &mut Tx, steps: Vec<Step<'_, N>>) -> Result<Vec<Outcome>, ApiError> {
        let new = steps.iter().filter_map(|step| match step {
            Step::Create { id, input, .. } => Some((*id, input)),
            Step::Done(_) | Step::Update { .. } => None,
        });
        let new: Vec<(Uuid, &N::Input)> = new.collect();
        let are_created = new.len() > 1 && behind(tx, async |tx| N::create_all(tx, &new).await).await?.is_ok();
        let mut outcomes = Vec::with_capacity(steps.len());
        for step in steps {
            outcomes.push(match step {
                Step::Done(outcome) => outcome,
                Step::Create { id, .. } if are_created => Outcome::Created(id),
                Step::Create { id, input, first, line_rows } => {
                    let save = async |tx: &mut Tx| N::save(tx, id, None, input).await.map(|_| Outcome::Created(id));
                    let saved = behind(tx, save).await?;
                    saved.unwrap_or_else(|error| Outcome::Refused(self.refusal(&error, first, &line_rows)))
                }
                Step::Update { known, input, first, line_rows } => {
                    let save = async |tx: &mut Tx| {
                        let (id, version) = N::open(tx, known).await?;
                        N::save(tx, id, Some(version), input).await.map(|version| Outcome::Updated(id, version))
                    };
                    let saved = behind(tx, save).await?;
                    saved.unwrap_or_else(|error| Outcome::Refused(self.refusal(&error, first, &line_rows)))
                }
            });
        }
        Ok(outcomes)
    }

    /// A body that does not fit: a field is missing that has no value to start from.
    fn unfit(&self, row: u64, error: &serde_json::Error) -> DataProblem {
        let words = error.to_string();
        let field = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        let header = |field| self.layout.header_of(field, false).or_else(|| self.layout.header_of(field, true));
        let header = field.and_then(header);
        match field {
            Some(field) => {
                let words = say::NEW_RECORD_NEEDS.with("column", header.as_deref().unwrap_or(field));
                problem(row, header.as_deref(), &codes::VALUE_MISSING, words)
            }
            None => problem(row, None, &codes::VALUE_INVALID, say::for_callers(words)),
        }
    }

    /// What a save refused, at the cells that it came from: `/lines/3/quantity` is the fourth line's `line.quantity`.
    fn refusal(&self, error: &ApiError, first: u64, line_rows: &[u64]) -> Vec<DataProblem> {
        let body = error.problem("");
        let told = body.errors.iter().map(|fault| {
            let mut steps = fault.pointer.trim_start_matches('/').split('/');
            let (head, line, field) = (steps.next(), steps.next(), steps.next());
            let place = line.and_then(|line| line.parse::<usize>().ok()).and_then(|line| line_rows.get(line));
            let (row, header) = match (place, field) {
                (Some(row), Some(field)) => (*row, self.layout.header_of(field, true)),
                _ => (first, head.and_then(|head| self.layout.header_of(head, false))),
            };
            DataProblem {
                row,
                column: header,
                code: fault.code.clone(),
                detail: fault.detail.clone(),
                detail_code: fault.detail_code.clone(),
                params: fault.params.clone(),
            }
        });
        let told: Vec<DataProblem> = told.collect();
        if told.is_empty() { vec![problem(first, None, error.code(), error.detail().clone())] } else { told }
    }

    fn note(&mut self, outcome: Outcome) {
        let report = &mut self.report;
        match outcome {
            Outcome::Created(id) => {
                report.created += 1;
                self.written.push((id, 1));
            }
            Outcome::Updated(id, version) => {
                report.updated += 1;
                self.written.push((id, version));
            }
            Outcome::Unchanged => report.unchanged += 1,
            Outcome::Refused(problems) => {
                report.refused += 1;
                for problem in problems {
                    if report.problems.len() < PROBLEMS_LISTED_MAX {
                        report.problems.push(problem);
                    } else {
                        report.problems_left_out += 1;
                    }
                }
            }
        }
    }

    async fn finish(mut self, tx: &mut Tx, how: How<'_>) -> Result<DataImportReport, ApiError> {
        let report = &mut self.report;
        let is_told = report.created + report.updated + report.unchanged > 0;
        report.is_importable = is_told && (report.refused == 0 || how.skip_bad);
        if how.dry_run || !report.is_importable {
            tx.go_back("import").await?;
            return Ok(self.report);
        }
        tx.keep("import").await?;
        if N::MOVES_CALENDARS && !self.written.is_empty() {
            mrp_store::settings::calendars_moved(tx).await?;
        }
        report.is_written = !self.written.is_empty();
        for (id, version) in self.written {
            N::changed(tx, id, version);
        }
        Ok(self.report)
    }
}

/// The text at a place; short rows end early.
pub fn cell(row: &TableRow, place: usize) -> &str {
    row.cells.get(place).map_or("", String::as_str)
}

/// One problem.
#[must_use]
pub fn problem(row: u64, column: Option<&str>, code: &ErrorCode, detail: Detail) -> DataProblem {
    DataProblem {
        row,
        column: column.map(str::to_owned),
        code: code.code.to_owned(),
        detail: detail.text,
        detail_code: detail.code.map(str::to_owned),
        params: detail.params,
    }
}

/// A record's body and the row of each of its lines.
pub type Body = (Map<String, Value>, Vec<u64>);
