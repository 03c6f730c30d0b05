//! Where each column stands in a file, and how rows become a body.

use mrp_api::data_files::DataProblem;
use mrp_api::detail as say;
use mrp_api::error as codes;
use serde_json::{Map, Value};

use crate::data_files::cells::{self, Names};
use crate::data_files::columns::{Column, Kind, OUTPUT, Reference};
use crate::data_files::import::{Body, cell, problem};
use crate::error::ApiError;
use crate::import::dialect::TableRow;

/// The columns of a file.
#[derive(Debug)]
pub struct Layout {
    columns: Vec<(usize, Column)>,
    key: &'static [&'static str],
    lines: Option<&'static str>,
}

impl Layout {
    /// Finds the columns by their headers. An unknown one is refused: somebody meant something by it.
    ///
    /// # Errors
    /// `file_unreadable` with every header that is unknown or stands there twice, or the missing key.
    pub fn of(
        known: Vec<Column>,
        key: &'static [&'static str],
        lines: Option<&'static str>,
        headers: &[String],
    ) -> Result<Self, ApiError> {
        let named = |header: &str, column: &Column| column.header.eq_ignore_ascii_case(header.trim());
        let unknown =
            headers.iter().filter(|header| !header.is_empty() && !known.iter().any(|column| named(header, column)));
        let unknown: Vec<&str> = unknown.map(String::as_str).collect();
        let all = known.iter().map(|column| column.header.as_str()).collect::<Vec<_>>().join(", ");
        if !unknown.is_empty() {
            let words = say::COLUMNS_UNKNOWN.with("columns", unknown.join(", ")).with("known", all);
            return Err(ApiError::new(&codes::FILE_UNREADABLE, words));
        }
        let mut columns = Vec::new();
        for column in known {
            let mut places =
                headers.iter().enumerate().filter(|(_, header)| named(header, &column)).map(|(place, _)| place);
            let Some(place) = places.next() else { continue };
            if places.next().is_some() {
                let words = say::COLUMN_TWICE.with("column", column.header.as_str());
                return Err(ApiError::new(&codes::FILE_UNREADABLE, words));
            }
            columns.push((place, column));
        }
        columns.sort_by_key(|(place, _)| *place);
        let layout = Self { columns, key, lines };
        if layout.keys().next().is_none_or(|(_, column)| Some(&column.field) != key.first()) {
            let words = say::COLUMN_MISSING.with("column", key.first().copied().unwrap_or_default());
            return Err(ApiError::new(&codes::FILE_UNREADABLE, words));
        }
        Ok(layout)
    }

    /// All columns with their places.
    pub fn all(&self) -> impl Iterator<Item = &(usize, Column)> {
        self.columns.iter()
    }

    /// The columns that tell records apart.
    pub fn keys(&self) -> impl Iterator<Item = &(usize, Column)> {
        let column =
            |field: &&'static str| self.columns.iter().find(|(_, column)| !column.is_of_line && column.field == *field);
        self.key.iter().filter_map(column)
    }

    /// What the columns refer to.
    pub fn references(&self) -> impl Iterator<Item = Reference> {
        self.columns.iter().flat_map(|(_, column)| match column.kind {
            Kind::Record(reference) | Kind::Records(reference) => vec![reference],
            Kind::Outputs => vec![OUTPUT.0, OUTPUT.1],
            _ => Vec::new(),
        })
    }

    /// The header of a field.
    #[must_use]
    pub fn header_of(&self, field: &str, of_line: bool) -> Option<String> {
        let is_it = |column: &&(usize, Column)| column.1.field == field && column.1.is_of_line == of_line;
        self.columns.iter().find(is_it).map(|(_, column)| column.header.clone())
    }

    /// Whether a row is one more line of the record that begins with `first`: it says so, or does not say whose it is.
    #[must_use]
    pub fn continues(&self, first: &TableRow, row: &TableRow) -> bool {
        let same = |(place, _): &(usize, Column)| cell(row, *place) == cell(first, *place);
        self.lines.is_some() && (self.keys().all(|(place, _)| cell(row, *place).is_empty()) || self.keys().all(same))
    }

    /// The body that a record's rows describe, upon what it is so far.
    ///
    /// # Errors
    /// Every cell that is wrong.
    pub fn body(
        &self,
        record: &[TableRow],
        base: Value,
        line_start: &Value,
        names: &Names,
    ) -> Result<Body, Vec<DataProblem>> {
        let mut problems = Vec::new();
        let mut body = base.as_object().cloned().unwrap_or_default();
        if let Some((first, others)) = record.split_first() {
            self.fill(&mut body, first, false, names, &mut problems);
            others.iter().for_each(|row| self.must_agree(first, row, &mut problems));
        }
        let mut line_rows = Vec::new();
        if let Some(lines) = self.lines
            && self.columns.iter().any(|(_, column)| column.is_of_line)
        {
            let mut all = Vec::new();
            for row in record.iter().filter(|row| self.has_line(row)) {
                let mut line = line_start.as_object().cloned().unwrap_or_default();
                self.fill(&mut line, row, true, names, &mut problems);
                all.push(Value::Object(line));
                line_rows.push(row.number);
            }
            body.insert(lines.to_owned(), Value::Array(all));
        }
        if problems.is_empty() { Ok((body, line_rows)) } else { Err(problems) }
    }

    fn fill(
        &self,
        body: &mut Map<String, Value>,
        row: &TableRow,
        of_line: bool,
        names: &Names,
        problems: &mut Vec<DataProblem>,
    ) {
        for (place, column) in self.columns.iter().filter(|(_, column)| column.is_of_line == of_line) {
            match cells::value(column, cell(row, *place), names) {
                Ok(value) => {
                    body.insert(column.field.to_owned(), value);
                }
                // An empty cell says nothing: what there is stays, or what a new record starts with.
                Err((code, _)) if code == &codes::VALUE_MISSING => {}
                Err((code, detail)) => problems.push(problem(row.number, Some(&column.header), code, detail)),
            }
        }
    }

    fn has_line(&self, row: &TableRow) -> bool {
        self.columns.iter().any(|(place, column)| column.is_of_line && !cell(row, *place).is_empty())
    }

    /// The record's own fields are said once, or every time in the same way.
    fn must_agree(&self, first: &TableRow, row: &TableRow, problems: &mut Vec<DataProblem>) {
        for (place, column) in self.columns.iter().filter(|(_, column)| !column.is_of_line) {
            let text = cell(row, *place);
            if !text.is_empty() && text != cell(first, *place) {
                let words = say::ROW_CONTRADICTS.with("row", first.number);
                problems.push(problem(row.number, Some(&column.header), &codes::VALUE_INVALID, words));
            }
        }
    }
}
