//! A table in a file, CSV or XLSX: rows of texts.

use mrp_api::detail as say;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, ExcelDateTime, Reader, Xlsx};
use mrp_api::data_files::DataFileFormat;
use mrp_api::error as codes;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use zip::ZipArchive;

use crate::data_files::columns::{Column, Kind};
use crate::error::ApiError;
use crate::import::dialect::{COLUMNS_MAX, DialectError, TableRow, Text};

/// Most bytes of a workbook when it is unpacked; a few packed ones could become so many that no memory holds them.
const UNPACKED_BYTES_MAX: u64 = 256 << 20;

/// Most cells of a sheet, with the empty ones in front of filled ones.
const CELLS_MAX: usize = 10_000_000;

/// The media type of a file.
#[must_use]
pub fn media_type(format: DataFileFormat) -> &'static str {
    match format {
        DataFileFormat::Csv => "text/csv; charset=utf-8",
        DataFileFormat::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
}

/// A file that was opened. CSV is split row by row as it is asked for; a workbook can only be read whole.
#[derive(Debug)]
pub enum Sheet {
    /// Text.
    Csv(Text),
    /// The rows of a workbook's first sheet.
    Xlsx(Vec<TableRow>),
}

impl Sheet {
    /// Opens a file; what it is, its first bytes say.
    ///
    /// # Errors
    /// `file_unreadable`.
    pub fn open(bytes: &[u8]) -> Result<Self, ApiError> {
        if bytes.starts_with(b"PK\x03\x04") {
            unpacks_within(bytes, UNPACKED_BYTES_MAX)?;
            return workbook(bytes).map(Self::Xlsx);
        }
        Text::open(bytes, None).map(Self::Csv).map_err(|error| unreadable(&error))
    }

    /// The number of its last row, counted as rows are: lines of a text.
    #[must_use]
    pub fn last_row(&self) -> u64 {
        match self {
            Self::Csv(text) => text.line_count(),
            Self::Xlsx(rows) => rows.last().map_or(0, |row| row.number),
        }
    }

    /// Its rows that are not empty; the first are the headers.
    pub fn rows(&self) -> Box<dyn Iterator<Item = Result<TableRow, ApiError>> + '_> {
        match self {
            Self::Csv(text) => {
                Box::new(text.rows().map(|row| row.map_err(|error| ApiError::new(&codes::FILE_UNREADABLE, error))))
            }
            Self::Xlsx(rows) => Box::new(rows.iter().cloned().map(Ok)),
        }
    }
}

fn unreadable(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::new(&codes::FILE_UNREADABLE, say::for_callers(error.to_string()))
}

/// Unpacks without keeping anything, since what a file says of its own sizes may be a lie.
fn unpacks_within(bytes: &[u8], limit: u64) -> Result<(), ApiError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let mut left = limit;
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(|error| unreadable(&error))?;
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let unpacked = unpacked.map_err(|error| unreadable(&error))?;
        let rest = left.checked_sub(unpacked);
        left = rest.ok_or_else(|| unreadable(&format!("the workbook unpacks to more than {limit} bytes")))?;
    }
    Ok(())
}

/// The first sheet, cell by cell: what it says of its own extent is not believed, since two cells far apart would make a
/// table that no memory holds.
fn workbook(bytes: &[u8]) -> Result<Vec<TableRow>, ApiError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let Some(sheet) = book.sheet_names().into_iter().next() else { return Ok(Vec::new()) };
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(|error| unreadable(&error))?;
    let mut rows: BTreeMap<u32, BTreeMap<usize, String>> = BTreeMap::new();
    while let Some(cell) = cells.next_cell().map_err(|error| unreadable(&error))? {
        let (row, column) = cell.get_position();
        let text = cell_text(&Data::from(cell.get_value().clone()));
        if !text.is_empty() {
            rows.entry(row).or_default().insert(usize::try_from(column).unwrap_or(usize::MAX), text);
        }
    }
    let first = rows.values().filter_map(|cells| cells.keys().next()).min().copied().unwrap_or_default();
    let width = |cells: &BTreeMap<usize, String>| cells.keys().next_back().map_or(0, |last| last - first + 1);
    let mut all = 0;
    for (row, cells) in &rows {
        let found = width(cells);
        all += found;
        if found > COLUMNS_MAX {
            return Err(unreadable(&DialectError::TooManyColumns { line: u64::from(*row) + 1, found }));
        }
        if all > CELLS_MAX {
            return Err(unreadable(&format!("the sheet has more than {CELLS_MAX} cells, empty ones included")));
        }
    }
    let rows = rows.into_iter().map(|(row, filled)| {
        let mut cells = vec![String::new(); width(&filled)];
        for (column, text) in filled {
            if let Some(cell) = cells.get_mut(column - first) {
                *cell = text;
            }
        }
        TableRow { number: u64::from(row) + 1, cells }
    });
    Ok(rows.collect())
}

fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.trim().to_owned(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(flag) => flag.to_string(),
        Data::DateTime(moment) => moment_text(moment),
        Data::Error(error) => error.to_string(),
    }
}

/// A day, or a time of day: what bodies have.
fn moment_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, _, _) = moment.to_ymd_hms_milli();
    if moment.as_f64() < 1.0 { format!("{hour:02}:{minute:02}") } else { format!("{year:04}-{month:02}-{day:02}") }
}

/// Writes a table.
///
/// # Errors
/// `internal`, when the workbook cannot be made.
pub fn write(
    format: DataFileFormat,
    name: &str,
    columns: &[Column],
    rows: &[Vec<String>],
) -> Result<Vec<u8>, ApiError> {
    match format {
        DataFileFormat::Csv => csv(columns, rows).map_err(|error| unwritable(&error)),
        DataFileFormat::Xlsx => xlsx(name, columns, rows).map_err(|error| unwritable(&error)),
    }
}

fn unwritable(error: &dyn std::fmt::Display) -> ApiError {
    tracing::error!(%error, "a file cannot be written");
    ApiError::plain(&codes::INTERNAL)
}

/// With a byte order mark: without one, spreadsheets take UTF-8 for something else.
fn csv(columns: &[Column], rows: &[Vec<String>]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(columns.iter().map(|column| &column.header))?;
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

fn xlsx(name: &str, columns: &[Column], rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet();
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    for (place, column) in (0..).zip(columns) {
        sheet.write_string_with_format(0, place, &column.header, &bold)?;
    }
    for (number, row) in (1..).zip(rows) {
        for (place, (column, text)) in (0..).zip(columns.iter().zip(row)) {
            write_cell(sheet, (number, place), &column.kind, text)?;
        }
    }
    sheet.autofit();
    explain(book.add_worksheet(), columns, &bold)?;
    book.save_to_buffer()
}

/// Numbers are written as numbers when the workbook can keep every digit of them.
fn write_cell(sheet: &mut Worksheet, at: (u32, u16), kind: &Kind, text: &str) -> Result<(), XlsxError> {
    const DIGITS_KEPT: usize = 15;
    let (row, column) = at;
    if text.is_empty() {
        return Ok(());
    }
    let is_number = matches!(kind, Kind::Decimal | Kind::Whole) && text.len() <= DIGITS_KEPT;
    match text.parse::<f64>() {
        Ok(number) if is_number => sheet.write_number(row, column, number)?,
        _ => sheet.write_string(row, column, text)?,
    };
    Ok(())
}

/// A second sheet says what the columns are.
fn explain(sheet: &mut Worksheet, columns: &[Column], bold: &Format) -> Result<(), XlsxError> {
    sheet.set_name("columns")?;
    for (place, title) in (0..).zip(["column", "must be filled", "holds", "meaning"]) {
        sheet.write_string_with_format(0, place, title, bold)?;
    }
    for (row, column) in (1..).zip(columns) {
        sheet.write_string(row, 0, &column.header)?;
        sheet.write_string(row, 1, if column.may_be_empty() { "" } else { "yes" })?;
        sheet.write_string(row, 2, column.kind.to_string())?;
        sheet.write_string(row, 3, &column.note)?;
    }
    sheet.autofit();
    Ok(())
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn a_workbook_is_measured_before_it_is_read() {
        let mut book = Workbook::new();
        book.add_worksheet().write_string(0, 0, "a".repeat(30_000)).unwrap();
        let file = book.save_to_buffer().unwrap();
        assert!(file.len() < 10_000, "it packs well");
        assert!(unpacks_within(&file, 100_000).is_ok());
        let refused = unpacks_within(&file, 20_000).unwrap_err();
        assert_eq!(refused.code().code, "file_unreadable");
        assert!(unpacks_within(b"PK\x03\x04 and nothing else", 100).is_err());
    }

    fn sheet(cells: &[(u32, u16, &str)]) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (row, column, text) in cells {
            sheet.write_string(*row, *column, *text).unwrap();
        }
        book.save_to_buffer().unwrap()
    }

    #[test]
    fn two_cells_far_apart_are_no_table() {
        let refused = Sheet::open(&sheet(&[(0, 0, "code"), (1_048_575, 16_383, "far")])).unwrap_err();
        assert_eq!(refused.code().code, "file_unreadable");
        let Sheet::Xlsx(rows) = Sheet::open(&sheet(&[(0, 0, "code"), (1_048_575, 1, "below")])).unwrap() else {
            panic!()
        };
        let below = TableRow { number: 1_048_576, cells: vec![String::new(), "below".to_owned()] };
        assert_eq!(rows.last(), Some(&below));
    }

    #[test]
    fn a_table_begins_at_its_first_column() {
        let file = sheet(&[(4, 2, "code"), (4, 3, "name"), (6, 3, "Leg")]);
        let Sheet::Xlsx(rows) = Sheet::open(&file).unwrap() else { panic!() };
        let row =
            |number, cells: &[&str]| TableRow { number, cells: cells.iter().map(|&cell| cell.to_owned()).collect() };
        assert_eq!(rows, [row(5, &["code", "name"]), row(7, &["", "Leg"])]);
    }

    #[test]
    fn a_number_of_a_workbook_comes_back_with_all_its_digits() {
        let column = |kind| Column {
            header: "quantity".to_owned(),
            field: "quantity",
            is_of_line: false,
            is_key: false,
            kind,
            is_nullable: false,
            note: String::new(),
        };
        let texts = ["0.1", "12.5", "1234567.89", "0.000001", "123456789012345678.123"];
        let rows: Vec<Vec<String>> = texts.iter().map(|text| vec![(*text).to_owned()]).collect();
        let file = write(DataFileFormat::Xlsx, "products", &[column(Kind::Decimal)], &rows).unwrap();
        let read = Sheet::open(&file).unwrap();
        let back: Vec<String> = read.rows().skip(1).map(|row| row.unwrap().cells.remove(0)).collect();
        for (text, back) in texts.iter().zip(back) {
            assert_eq!(Decimal::from_str_exact(text).unwrap(), Decimal::from_str_exact(&back).unwrap(), "{text}");
        }
    }
}
