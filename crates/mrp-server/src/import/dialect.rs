//! From bytes to a table: encoding, delimiter, quotes and line ends of any sane CSV. Cells stay text.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252};
use mrp_api::detail::{self as say, Detail};

/// Largest file, in bytes.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Most rows behind the header.
pub const ROWS_MAX: usize = 100_000;
/// Most columns.
pub const COLUMNS_MAX: usize = 200;
/// Most characters of one cell.
pub const CELL_CHARS_MAX: usize = 20_000;

/// A file as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The encoding it was read with.
    pub encoding: &'static str,
    /// What separates its cells.
    pub delimiter: char,
    /// The first row that is not empty.
    pub headers: Vec<String>,
    /// The rows behind it that are not empty.
    pub rows: Vec<TableRow>,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// Its line in the file, from 1.
    pub number: u64,
    /// Its cells, trimmed.
    pub cells: Vec<String>,
}

/// Why bytes are no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialectError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// More than [`FILE_BYTES_MAX`].
    #[error("the file has {found} bytes, more than {FILE_BYTES_MAX}")]
    TooLarge {
        /// Its size.
        found: usize,
    },
    /// A picture, a workbook, an archive.
    #[error("the file is not text{hint}")]
    NotText {
        /// What it seems to be.
        hint: &'static str,
    },
    /// No such encoding.
    #[error("there is no encoding `{name}`")]
    UnknownEncoding {
        /// What was asked for.
        name: String,
    },
    /// Bytes that the encoding does not have.
    #[error("the file is not {encoding}")]
    WrongEncoding {
        /// The encoding asked for.
        encoding: &'static str,
    },
    /// A quote that is never closed swallows the rest of the file.
    #[error("a quote that is opened in line {line} is never closed")]
    OpenQuote {
        /// The line in which the row begins.
        line: u64,
    },
    /// More than [`ROWS_MAX`].
    #[error("the file has more than {ROWS_MAX} rows")]
    TooManyRows,
    /// More than [`COLUMNS_MAX`].
    #[error("line {line} has {found} cells, more than {COLUMNS_MAX}")]
    TooManyColumns {
        /// The line.
        line: u64,
        /// Its cells.
        found: usize,
    },
    /// More than [`CELL_CHARS_MAX`].
    #[error("a cell in line {line} has more than {CELL_CHARS_MAX} characters")]
    CellTooLong {
        /// The line.
        line: u64,
    },
    /// The reader gave up.
    #[error("the file cannot be read as a table: {0}")]
    Csv(String),
}

impl From<DialectError> for Detail {
    fn from(error: DialectError) -> Self {
        match error {
            DialectError::Empty => say::FILE_EMPTY.into(),
            DialectError::TooLarge { found } => say::FILE_TOO_LARGE.with("found", found).with("most", FILE_BYTES_MAX),
            DialectError::NotText { .. } => say::FILE_NOT_TEXT.into(),
            DialectError::UnknownEncoding { name } => say::ENCODING_UNKNOWN.with("value", name),
            DialectError::WrongEncoding { encoding } => say::ENCODING_WRONG.with("encoding", encoding),
            DialectError::OpenQuote { line } => say::QUOTE_OPEN.with("line", line),
            DialectError::TooManyRows => say::FILE_ROWS_TOO_MANY.with("most", ROWS_MAX),
            DialectError::TooManyColumns { line, found } => {
                say::ROW_CELLS_TOO_MANY.with("line", line).with("found", found).with("most", COLUMNS_MAX)
            }
            DialectError::CellTooLong { line } => say::CELL_TOO_LONG.with("line", line).with("most", CELL_CHARS_MAX),
            DialectError::Csv(_) => say::for_callers(error.to_string()),
        }
    }
}

/// A file as text, ready to be split into rows.
#[derive(Debug, Clone)]
pub struct Text {
    /// The encoding it was read with.
    pub encoding: &'static str,
    /// What separates its cells.
    pub delimiter: u8,
    text: String,
    lines_before: u64,
    has_quotes: bool,
}

impl Text {
    /// Rows as spreadsheets leave them on the clipboard: split by tabs, or by semicolons where there are none. A quote
    /// that is never closed is a sign like any other.
    ///
    /// # Errors
    /// [`DialectError`]
    pub fn pasted(text: &str) -> Result<Vec<TableRow>, DialectError> {
        if text.trim().is_empty() {
            return Err(DialectError::Empty);
        }
        if text.contains('\0') {
            return Err(DialectError::NotText { hint: "" });
        }
        let delimiter = if !text.contains('\t') && text.contains(';') { b';' } else { b'\t' };
        let text = format!("{text}\n{LAST}\n");
        let read = |has_quotes: bool| {
            let text = Self { encoding: UTF_8.name(), delimiter, text: text.clone(), lines_before: 0, has_quotes };
            text.rows().take(ROWS_MAX + 1).collect::<Result<Vec<_>, _>>()
        };
        let rows = match read(true) {
            Err(DialectError::OpenQuote { .. }) => read(false)?,
            other => other?,
        };
        if rows.len() > ROWS_MAX { Err(DialectError::TooManyRows) } else { Ok(rows) }
    }

    /// Decodes a file and finds its delimiter. The encoding is found out unless it is given.
    ///
    /// # Errors
    /// [`DialectError`]
    pub fn open(bytes: &[u8], encoding: Option<&str>) -> Result<Self, DialectError> {
        let (text, encoding) = decode(bytes, encoding)?;
        let (text, told, lines_before) = told_delimiter(&text);
        if text.trim().is_empty() {
            return Err(DialectError::Empty);
        }
        let delimiter = told.unwrap_or_else(|| sniff(text));
        Ok(Self {
            encoding: encoding.name(),
            delimiter,
            text: format!("{text}\n{LAST}\n"),
            lines_before,
            has_quotes: true,
        })
    }

    /// Its rows that are not empty, one after the other; the first are the headers.
    pub fn rows(&self) -> impl Iterator<Item = Result<TableRow, DialectError>> + '_ {
        Rows {
            records: reader(&self.text, self.delimiter, self.has_quotes).into_records(),
            lines: Lines { bytes: self.text.as_bytes(), at: 0, line: 1 },
            lines_before: self.lines_before,
            line: 1,
            is_over: false,
        }
    }

    /// How many lines it has; the number of its last row is one of the last.
    #[must_use]
    pub fn line_count(&self) -> u64 {
        self.lines_before + Lines { bytes: self.text.as_bytes(), at: 0, line: 1 }.line_of(u64::MAX)
    }
}

/// Reads a whole file. The encoding is found out unless it is given.
///
/// # Errors
/// [`DialectError`]
pub fn read(bytes: &[u8], encoding: Option<&str>) -> Result<Table, DialectError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(DialectError::TooLarge { found: bytes.len() });
    }
    let text = Text::open(bytes, encoding)?;
    let mut rows = text.rows();
    let headers = rows.next().ok_or(DialectError::Empty)??.cells;
    let rows = rows.take(ROWS_MAX + 1).collect::<Result<Vec<_>, _>>()?;
    if rows.len() > ROWS_MAX {
        return Err(DialectError::TooManyRows);
    }
    Ok(Table { encoding: text.encoding, delimiter: char::from(text.delimiter), headers, rows })
}

fn decode(bytes: &[u8], asked: Option<&str>) -> Result<(String, &'static Encoding), DialectError> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(DialectError::NotText { hint: ": it is a workbook or an archive; save it as CSV" });
    }
    let encoding = match (asked, Encoding::for_bom(bytes)) {
        (Some(name), _) => Encoding::for_label(name.as_bytes())
            .ok_or_else(|| DialectError::UnknownEncoding { name: name.to_owned() })?,
        (None, Some((found, _))) => found,
        (None, None) => unmarked(bytes),
    };
    let (text, encoding, had_errors) = encoding.decode(bytes);
    if had_errors && encoding != WINDOWS_1250 && encoding != WINDOWS_1252 {
        return Err(DialectError::WrongEncoding { encoding: encoding.name() });
    }
    if text.contains('\0') {
        return Err(DialectError::NotText { hint: "" });
    }
    Ok((text.into_owned(), encoding))
}

/// Without a byte order mark: zero bytes on one side of every pair mean UTF-16, valid UTF-8 is UTF-8, and the rest is
/// the Windows code page whose letters make sense beside the letters around them.
fn unmarked(bytes: &[u8]) -> &'static Encoding {
    let sample = bytes.get(..4_096).unwrap_or(bytes);
    let zeros = |side: usize| sample.iter().skip(side).step_by(2).filter(|&&byte| byte == 0).count();
    if zeros(1) > sample.len() / 4 {
        return UTF_16LE;
    }
    if zeros(0) > sample.len() / 4 {
        return UTF_16BE;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    // Romanian and Central European letters that are signs or rare letters in the western code page.
    let letters = [0xE3, 0xC3, 0xBA, 0xAA, 0xFE, 0xDE, 0x9A, 0x9C, 0xB9, 0xB3, 0xE6, 0xEA, 0x9F];
    let central = bytes.windows(2).filter(|pair| match pair {
        [before, letter] => before.is_ascii_alphabetic() && letters.contains(letter),
        _ => false,
    });
    let western = bytes.iter().filter(|byte| [0xE8, 0xE0, 0xF1, 0xF9, 0xE5, 0xF8].contains(*byte));
    if central.count() > western.count() { WINDOWS_1250 } else { WINDOWS_1252 }
}

/// Spreadsheets may say `sep=;` in a first line of its own.
fn told_delimiter(text: &str) -> (&str, Option<u8>, u64) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.trim_end_matches('\r').strip_prefix("sep=").map(str::as_bytes) {
        Some([delimiter]) => (rest, Some(*delimiter), 1),
        _ => (text, None, 0),
    }
}

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
const SNIFFED_ROWS: usize = 200;

/// The delimiter that splits most rows into the same number of cells as the first one; more cells break a tie.
fn sniff(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let records = reader(text, delimiter, true).into_records().filter_map(Result::ok).take(SNIFFED_ROWS);
        let widths: Vec<usize> = records.map(|record| record.len()).collect();
        let width = widths.first().copied().unwrap_or_default();
        let alike = widths.iter().filter(|&&found| found == width).count();
        if width > 1 { (alike * 100 / widths.len().max(1), width) } else { (0, 0) }
    };
    DELIMITERS.into_iter().rev().max_by_key(|&delimiter| score(delimiter)).unwrap_or(b',')
}

fn reader(text: &str, delimiter: u8, has_quotes: bool) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter).quoting(has_quotes).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// A row that no file has. If it does not come out as a row of its own, a quote was left open before it.
const LAST: &str = "\u{1}end of file\u{1}";

struct Rows<'a> {
    records: csv::StringRecordsIntoIter<&'a [u8]>,
    lines: Lines<'a>,
    lines_before: u64,
    line: u64,
    is_over: bool,
}

impl Rows<'_> {
    /// The next row that is not empty; `None` behind the last one.
    fn row(&mut self) -> Result<Option<TableRow>, DialectError> {
        loop {
            let Some(record) = self.records.next() else { return Err(DialectError::OpenQuote { line: self.line }) };
            let record = record.map_err(|error| DialectError::Csv(error.to_string()))?;
            let start = record.position().map_or(0, csv::Position::byte);
            self.line = self.lines.line_of(start) + self.lines_before;
            let line = self.line;
            if record.len() == 1 && record.get(0) == Some(LAST) {
                return Ok(None);
            }
            if record.len() > COLUMNS_MAX {
                return Err(DialectError::TooManyColumns { line, found: record.len() });
            }
            if record.iter().any(|cell| cell.contains(LAST)) {
                return Err(DialectError::OpenQuote { line });
            }
            if record.iter().any(|cell| cell.chars().count() > CELL_CHARS_MAX) {
                return Err(DialectError::CellTooLong { line });
            }
            let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
            if !cells.iter().all(String::is_empty) {
                return Ok(Some(TableRow { number: line, cells }));
            }
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<TableRow, DialectError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let row = self.row();
        self.is_over = !matches!(row, Ok(Some(_)));
        row.transpose()
    }
}

/// Counts lines as an editor does. The reader's own count stops between the two signs of a line end and before empty
/// lines.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the row that the reader found from this byte on; rows are asked for in their order.
    fn line_of(&mut self, byte: u64) -> u64 {
        let start = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(sign) = self.bytes.get(self.at) {
            let is_end = matches!(sign, b'\r' | b'\n');
            if self.at >= start && !is_end {
                break;
            }
            self.at += 1;
            let inside_pair = *sign == b'\r' && self.bytes.get(self.at) == Some(&b'\n');
            self.line += u64::from(is_end && !inside_pair);
        }
        self.line
    }
}
