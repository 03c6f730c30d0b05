//! What the cells of each row say. A quantity that is missing, text, or can be read in two ways is reported, never guessed.

use std::collections::HashMap;

use mrp_api::bom_imports::{BomImportField as Field, BomImportProblemKind as ProblemKind};
use mrp_api::bom_pastes::DecimalMark;
use mrp_api::detail::{self as say, Detail};
use mrp_domain::bom::LossPercent;
use mrp_domain::likeness::folded;
use mrp_domain::quantity::PositiveQuantity;
use rust_decimal::Decimal;

use crate::import::columns::Columns;
use crate::import::dialect::{Table, TableRow};

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// The row; none: the whole file.
    pub row: Option<u64>,
    /// The header of the cell.
    pub column: Option<String>,
    /// What it is.
    pub kind: ProblemKind,
    /// What about it.
    pub detail: Detail,
}

/// One row that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRow {
    /// Its line in the file.
    pub number: u64,
    /// What names the component: its code if there is one, else its name.
    pub component: String,
    /// Its name, when the file has it beside the code.
    pub name: Option<String>,
    /// How much.
    pub quantity: Decimal,
    /// The unit's short name, when the file says it.
    pub unit: Option<String>,
    /// What is lost, in percent.
    pub loss_percent: Decimal,
    /// The operation that consumes it.
    pub operation_sequence: Option<u32>,
    /// Needed once per order.
    pub is_fixed: bool,
    /// Everything that the other cells say.
    pub note: String,
}

/// All rows of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Rows without a blocking problem.
    pub rows: Vec<ReadRow>,
    /// All problems, in the order of the rows.
    pub problems: Vec<RowProblem>,
}

/// Reads every row. `mapped` are the components whose unit somebody set: their notes are no riddle any more.
#[must_use]
pub fn read(table: &Table, columns: &Columns, mapped: &[String]) -> Reading {
    let mut reader =
        Reader { table, columns, mapped, reading: Reading::default(), places: HashMap::new(), is_blocked: false };
    for row in &table.rows {
        reader.row(row);
    }
    let mut reading = reader.reading;
    repeated(&mut reading);
    reading
}

struct Reader<'a> {
    table: &'a Table,
    columns: &'a Columns,
    mapped: &'a [String],
    reading: Reading,
    /// Designators with the row they were first seen in.
    places: HashMap<String, u64>,
    /// The row that is being read cannot be imported.
    is_blocked: bool,
}

impl Reader<'_> {
    fn row(&mut self, row: &TableRow) {
        self.is_blocked = false;
        if row.cells.len() > self.table.headers.len() {
            let detail = say::ROW_CELLS_BEYOND.with("found", row.cells.len()).with("most", self.table.headers.len());
            self.problem(row, None, ProblemKind::TooManyCells, detail);
        }
        let component = self.component(row);
        let designators = self.designators(row);
        let quantity = self.quantity(row, designators);
        let loss_percent = self.loss(row);
        let operation_sequence = self.operation(row);
        let is_fixed = self.fixed(row);
        let note = self.note(row);
        self.hint(row, component.as_ref().map_or("", |(component, _)| component.as_str()));
        if let (Some((component, name)), Some(quantity)) = (component, quantity)
            && !self.is_blocked
        {
            let unit = self.cell(row, Field::Unit).filter(|unit| !unit.is_empty()).map(str::to_owned);
            let number = row.number;
            let read =
                ReadRow { number, component, name, quantity, unit, loss_percent, operation_sequence, is_fixed, note };
            self.reading.rows.push(read);
        }
    }

    fn cell<'r>(&self, row: &'r TableRow, field: Field) -> Option<&'r str> {
        let place = self.columns.place(field)?;
        Some(row.cells.get(place).map_or("", String::as_str))
    }

    fn problem(&mut self, row: &TableRow, field: Option<Field>, kind: ProblemKind, detail: impl Into<Detail>) {
        let place = field.and_then(|field| self.columns.place(field));
        let column = place.and_then(|place| self.table.headers.get(place)).cloned();
        self.is_blocked |= kind.blocks();
        self.reading.problems.push(RowProblem { row: Some(row.number), column, kind, detail: detail.into() });
    }

    /// Code, or name, or, for electronics, value and footprint together: `10u` alone is two different capacitors.
    fn component(&mut self, row: &TableRow) -> Option<(String, Option<String>)> {
        let cell = |field| self.cell(row, field).filter(|text| !text.is_empty()).map(str::to_owned);
        let (code, name) = (cell(Field::Code), cell(Field::Component));
        let found = match (code, name) {
            (Some(code), name) => Some((code, name)),
            (None, Some(name)) => Some((name, None)),
            (None, None) => {
                let parts: Vec<String> = [Field::Value, Field::Footprint].into_iter().filter_map(cell).collect();
                (!parts.is_empty()).then(|| (parts.join(" "), None))
            }
        };
        if found.is_none() {
            let fields = [Field::Component, Field::Code, Field::Value];
            let field = fields.into_iter().find(|&field| self.columns.place(field).is_some());
            self.problem(row, field, ProblemKind::ComponentMissing, say::COMPONENT_UNNAMED);
        }
        found
    }

    /// How many places a row lists; none when the file does not list places.
    fn designators(&mut self, row: &TableRow) -> Option<usize> {
        let text = self.cell(row, Field::Designator)?.to_owned();
        let listed = || text.split([',', ';', ' ', '\n', '\t']).map(str::trim).filter(|place| !place.is_empty());
        for place in listed() {
            if is_range(place) {
                let detail = say::DESIGNATOR_RANGE.with("value", place);
                self.problem(row, Some(Field::Designator), ProblemKind::DesignatorRange, detail);
            }
            match self.places.get(place).copied() {
                Some(first) => {
                    let detail = say::ALSO_IN_ROW.with("value", place).with("row", first);
                    self.problem(row, Some(Field::Designator), ProblemKind::DesignatorRepeated, detail);
                }
                None => {
                    self.places.insert(place.to_owned(), row.number);
                }
            }
        }
        Some(listed().count())
    }

    fn quantity(&mut self, row: &TableRow, designators: Option<usize>) -> Option<Decimal> {
        let Some(text) = self.cell(row, Field::Quantity) else {
            let count = designators.unwrap_or_default();
            if count == 0 {
                let detail = say::DESIGNATORS_MISSING;
                self.problem(row, Some(Field::Designator), ProblemKind::QuantityMissing, detail);
                return None;
            }
            return Some(Decimal::from(count));
        };
        match number(text, self.table.delimiter) {
            Ok(quantity) => {
                if let Some(count) = designators.filter(|&count| count > 0)
                    && Decimal::from(count) != quantity
                {
                    let detail = say::DESIGNATORS_DIFFER.amount("quantity", quantity).with("found", count);
                    self.problem(row, Some(Field::Quantity), ProblemKind::DesignatorsDiffer, detail);
                }
                Some(quantity)
            }
            Err((kind, detail)) => {
                self.problem(row, Some(Field::Quantity), kind, detail);
                None
            }
        }
    }

    fn loss(&mut self, row: &TableRow) -> Decimal {
        let text = self.cell(row, Field::Loss).unwrap_or_default().to_owned();
        loss_with(&text, |text| number(text, self.table.delimiter)).unwrap_or_else(|| {
            let detail = say::NOT_A_LOSS.with("value", text.as_str());
            self.problem(row, Some(Field::Loss), ProblemKind::LossUnusable, detail);
            Decimal::ZERO
        })
    }

    fn operation(&mut self, row: &TableRow) -> Option<u32> {
        let text = self.cell(row, Field::Operation).filter(|text| !text.is_empty())?.to_owned();
        let sequence = text.parse().ok().filter(|&sequence: &u32| sequence > 0);
        if sequence.is_none() {
            let detail = say::OPERATION_NO_NUMBER.with("value", text.as_str());
            self.problem(row, Some(Field::Operation), ProblemKind::OperationUnusable, detail);
        }
        sequence
    }

    fn fixed(&mut self, row: &TableRow) -> bool {
        let text = self.cell(row, Field::Fixed).unwrap_or_default().to_owned();
        yes_or_no(&text).unwrap_or_else(|| {
            self.problem(
                row,
                Some(Field::Fixed),
                ProblemKind::FixedUnusable,
                say::NEITHER_YES_NOR_NO.with("value", text.as_str()),
            );
            false
        })
    }

    /// The note, and every cell that nothing else reads, with its header: nothing of the file gets lost.
    fn note(&self, row: &TableRow) -> String {
        let used =
            [Field::Component, Field::Code, Field::Quantity, Field::Unit, Field::Loss, Field::Operation, Field::Fixed];
        let used: Vec<usize> = used.into_iter().filter_map(|field| self.columns.place(field)).collect();
        let named_by_value =
            [Field::Component, Field::Code].into_iter().all(|field| self.columns.place(field).is_none());
        let in_name = |place: usize| {
            named_by_value && [Field::Value, Field::Footprint].into_iter().any(|f| self.columns.place(f) == Some(place))
        };
        let is_note = |place: usize| self.columns.place(Field::Note) == Some(place);
        let rest = row.cells.iter().enumerate();
        let rest = rest.filter(|(place, cell)| !cell.is_empty() && !used.contains(place) && !in_name(*place));
        let told = rest.map(|(place, cell)| match self.table.headers.get(place) {
            Some(header) if !is_note(place) && !header.is_empty() => format!("{header}: {cell}"),
            _ => cell.clone(),
        });
        told.collect::<Vec<_>>().join("; ")
    }

    fn hint(&mut self, row: &TableRow, component: &str) {
        let has_unit = self.cell(row, Field::Unit).is_some_and(|unit| !unit.is_empty());
        let Some(note) = self.cell(row, Field::Note).map(str::to_owned) else { return };
        let lower = note.to_lowercase();
        let speaks =
            ["unit", "in meter", "in metre", "in mm", "in cm", "in gram", "in kg", "in litre", "in liter", "în metri"];
        if has_unit || !speaks.iter().any(|word| lower.contains(word)) || self.mapped.iter().any(|m| m == component) {
            return;
        }
        let detail = say::UNIT_IN_NOTE.with("value", note);
        self.problem(row, Some(Field::Note), ProblemKind::UnitInNote, detail);
    }
}

/// `C1-C4` or `R10–R12`.
fn is_range(place: &str) -> bool {
    let halves = place.split_once('-').or_else(|| place.split_once('–'));
    halves.is_some_and(|(from, until)| {
        from.starts_with(|c: char| c.is_ascii_alphabetic())
            && from.ends_with(|c: char| c.is_ascii_digit())
            && until.ends_with(|c: char| c.is_ascii_digit())
    })
}

/// A number as people write it. A comma is a decimal comma unless three digits follow it: that could be thousands.
fn number(text: &str, delimiter: char) -> Result<Decimal, (ProblemKind, Detail)> {
    if text.is_empty() || matches!(text, "-" | "–" | "—" | "?" | "n/a" | "N/A") {
        let detail = if text.is_empty() { say::CELL_EMPTY.into() } else { say::NO_QUANTITY.with("value", text) };
        return Err((ProblemKind::QuantityMissing, detail));
    }
    let (sign, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let plain = digits.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',');
    let marks = digits.chars().filter(|c| !c.is_ascii_digit()).count();
    if !plain || marks > 1 || !digits.starts_with(|c: char| c.is_ascii_digit()) || digits.ends_with(['.', ',']) {
        return Err((ProblemKind::QuantityNotANumber, say::NOT_A_NUMBER.with("value", text)));
    }
    let decimal = match digits.split_once(['.', ',']) {
        Some((whole, rest)) => {
            let comma = digits.contains(',');
            let could_be_thousands = rest.len() == 3 && whole != "0" && (comma || delimiter == ';');
            if could_be_thousands {
                let detail = say::DECIMALS_OR_THOUSANDS.with("value", text);
                return Err((ProblemKind::QuantityAmbiguous, detail));
            }
            format!("{whole}.{rest}")
        }
        None => digits.to_owned(),
    };
    positive(&decimal, sign, text)
}

/// A number whose marks are known: grouped as people of that language do, or with a single mark where groups of three
/// cannot be meant, as a cell of the office takes it.
pub(super) fn number_with(text: &str, mark: DecimalMark) -> Result<Decimal, (ProblemKind, Detail)> {
    if text.trim().is_empty() || matches!(text.trim(), "-" | "–" | "—" | "?" | "n/a" | "N/A") {
        return Err((ProblemKind::QuantityMissing, say::NO_QUANTITY.with("value", text.trim())));
    }
    let minus = text.trim().strip_prefix(['-', '−']).map(str::trim_start);
    match plain(minus.unwrap_or(text.trim()), mark) {
        Some(decimal) => positive(&decimal, minus.is_some(), text.trim()),
        None => Err((ProblemKind::QuantityNotANumber, say::NOT_A_NUMBER.with("value", text.trim()))),
    }
}

/// Digits with a decimal point, without groups. Spaces separate groups of three, and nothing else.
fn plain(digits: &str, mark: DecimalMark) -> Option<String> {
    let (group, point) = match mark {
        DecimalMark::Point => (',', '.'),
        DecimalMark::Comma => ('.', ','),
    };
    let has_spaces = digits.contains(char::is_whitespace);
    let digits = digits.replace(char::is_whitespace, if group == ',' { "," } else { "." });
    let are_digits = |part: &str| !part.is_empty() && part.chars().all(|digit| digit.is_ascii_digit());
    let (whole, fraction) =
        digits.split_once(point).map_or((digits.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let groups: Vec<&str> = whole.split(group).collect();
    if !groups.iter().all(|part| are_digits(part)) || !fraction.is_none_or(are_digits) {
        return None;
    }
    let (first, rest) = groups.split_first()?;
    let is_grouped = (1..=3).contains(&first.len()) && *first != "0" && rest.iter().all(|part| part.len() == 3);
    match (rest, fraction) {
        ([], None) => Some(whole.to_owned()),
        ([], Some(fraction)) => Some(format!("{whole}.{fraction}")),
        (_, None) if is_grouped => Some(groups.concat()),
        (_, Some(fraction)) if is_grouped => Some(format!("{}.{fraction}", groups.concat())),
        ([decimals], None) if !has_spaces => Some(format!("{first}.{decimals}")),
        (_, _) => None,
    }
}

/// A quantity, from plain digits and what the cell showed.
fn positive(decimal: &str, is_negative: bool, shown: &str) -> Result<Decimal, (ProblemKind, Detail)> {
    let Ok(value) = Decimal::from_str_exact(decimal) else {
        return Err((ProblemKind::QuantityOutOfRange, say::DIGITS_TOO_MANY.with("value", shown)));
    };
    if is_negative || value.is_zero() {
        return Err((ProblemKind::QuantityNotPositive, say::NOT_ABOVE_ZERO.with("value", shown)));
    }
    match PositiveQuantity::new(value) {
        Ok(quantity) => Ok(quantity.get()),
        Err(error) => Err((ProblemKind::QuantityOutOfRange, error.into())),
    }
}

/// A percentage from 0 to below 100, by a reader of numbers above 0; an empty cell is none.
pub(super) fn loss_with<E>(text: &str, number: impl Fn(&str) -> Result<Decimal, E>) -> Option<Decimal> {
    let text = text.trim().trim_end_matches('%').trim();
    let zero = text.chars().all(|letter| matches!(letter, '0' | '.' | ','));
    if zero || matches!(text, "-" | "–" | "—") {
        return Some(Decimal::ZERO);
    }
    number(text).ok().filter(|loss| LossPercent::try_from(*loss).is_ok())
}

/// Yes and no in both languages; an empty cell is no.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match folded(text).as_str() {
        "yes" | "y" | "true" | "1" | "x" | "da" | "d" | "adevarat" | "fixed" | "fix" | "perorder" | "pecomanda" => {
            Some(true)
        }
        "" | "no" | "n" | "false" | "0" | "nu" | "fals" => Some(false),
        _ => None,
    }
}

/// Says which rows have the same component; they stay lines of their own unless somebody wants them merged.
fn repeated(reading: &mut Reading) {
    let mut first: HashMap<&str, u64> = HashMap::new();
    let mut found = Vec::new();
    for row in &reading.rows {
        match first.get(row.component.as_str()) {
            Some(earlier) => found.push(RowProblem {
                row: Some(row.number),
                column: None,
                kind: ProblemKind::ComponentRepeated,
                detail: say::ALSO_IN_ROW.with("value", row.component.as_str()).with("row", *earlier),
            }),
            None => {
                first.insert(&row.component, row.number);
            }
        }
    }
    reading.problems.extend(found);
    reading.problems.sort_by_key(|problem| problem.row);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, mark: DecimalMark) -> Option<String> {
        number_with(text, mark).ok().map(|number| number.to_string())
    }

    #[test]
    fn a_number_is_read_as_people_of_that_language_write_it_or_not_at_all() {
        let cases = [
            ("1,234.5", Some("1234.5"), None),
            ("1.234,5", None, Some("1234.5")),
            ("1,250", Some("1250"), Some("1.25")),
            ("1.250", Some("1.25"), Some("1250")),
            ("12,5", Some("12.5"), Some("12.5")),
            ("1 250,5", None, Some("1250.5")),
            ("1\u{a0}250", Some("1250"), Some("1250")),
            ("0,125", Some("0.125"), Some("0.125")),
            ("4 4", None, None),
            ("12 5", None, None),
            ("1,23,4", None, None),
            (".5", None, None),
            ("5.", None, None),
            ("2 pcs", None, None),
            ("1e3", None, None),
            ("-4", None, None),
            ("0", None, None),
            ("", None, None),
        ];
        for (text, point, comma) in cases {
            assert_eq!(read(text, DecimalMark::Point).as_deref(), point, "{text} with a point");
            assert_eq!(read(text, DecimalMark::Comma).as_deref(), comma, "{text} with a comma");
        }
    }

    #[test]
    fn percentages_and_yes_and_no_are_read_in_both_languages() {
        let loss = |text: &str| loss_with(text, |text| number_with(text, DecimalMark::Comma));
        assert_eq!(loss("2,5 %"), Some(Decimal::new(25, 1)));
        assert_eq!([loss(""), loss("0%"), loss("-")], [Some(Decimal::ZERO); 3]);
        assert_eq!([loss("100"), loss("many"), loss("-5")], [None; 3]);
        assert_eq!(["da", "Yes", "X", "Pe comandă"].map(yes_or_no), [Some(true); 4]);
        assert_eq!(["", "nu", "FALSE", "0"].map(yes_or_no), [Some(false); 4]);
        assert_eq!(yes_or_no("maybe"), None);
    }
}
