//! Rows pasted from a spreadsheet into a draft: which cell is what, what it means, and what is wrong with it. Read by the
//! pieces that read files; only that the writer's number format is known, so that no number is ambiguous.

use std::collections::{HashMap, HashSet};

use mrp_api::bom_imports::{BomImportField as Field, BomImportProblemKind as Kind};
use mrp_api::bom_pastes::{
    BomPasteCells, BomPasteChoice, BomPasteInput, BomPasteProblem, BomPasteReport, BomPasteRow, CheckBomPaste,
    DecimalMark,
};
use mrp_api::boms::BomLineInput;
use mrp_api::detail::{self as say, Detail};
use mrp_api::error as codes;
use mrp_domain::bom::{BOM_LINES_MAX, BomState};
use mrp_domain::ids::{ProductId, UnitId};
use mrp_domain::likeness::folded;
use mrp_store::boms::{self as store, BomRow, CalledProductRow, CalledUnitRow};
use mrp_store::routings::{OperationRow, operations};
use mrp_store::sql::PgConnection;
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::import::columns::{Columns, ColumnsError};
use crate::import::dialect::{CELL_CHARS_MAX, TableRow, Text};
use crate::import::matching::{Called, Meant};
use crate::import::rows::{loss_with, number_with, yes_or_no};
use crate::mount::Mount;
use crate::noun::{integer, word};

/// Most proposals for one cell.
const CHOICES_MAX: usize = 12;

/// Words for units that people use in either language, whatever the company's own codes are. Folded.
const UNIT_WORDS: &[&[&str]] = &[
    &["pcs", "pc", "piece", "pieces", "ea", "each", "buc", "bucata", "bucati"],
    &["kg", "kilogram", "kilograms", "kilograme"],
    &["g", "gr", "gram", "grams", "grame"],
    &["t", "ton", "tons", "tonne", "tonnes", "tona", "tone"],
    &["m", "metre", "metres", "meter", "meters", "metru", "metri"],
    &["cm", "centimetre", "centimetres", "centimeter", "centimeters", "centimetru", "centimetri"],
    &["mm", "millimetre", "millimetres", "millimeter", "millimeters", "milimetru", "milimetri"],
    &["m2", "m²", "mp", "sqm", "squaremetre", "squaremetres", "metrupatrat", "metripatrati"],
    &["m3", "m³", "mc", "cubicmetre", "cubicmetres", "metrucub", "metricubi"],
    &["l", "litre", "litres", "liter", "liters", "litru", "litri"],
    &["ml", "millilitre", "millilitres", "milliliter", "milliliters", "mililitru", "mililitri"],
    &["h", "hour", "hours", "ora", "ore"],
    &["min", "minute", "minutes", "minut"],
    &["set", "sets", "seturi"],
    &["pair", "pairs", "pereche", "perechi"],
    &["dozen", "dozens", "duzina", "duzini"],
    &["box", "boxes", "cutie", "cutii"],
    &["roll", "rolls", "rola", "role"],
    &["sheet", "sheets", "foaie", "foi", "coala", "coli"],
];

/// The dry run.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config.endpoint::<CheckBomPaste, _, _>(|granted, path, _, input| async move {
        let id = path.id.uuid();
        granted.write(async |tx| check(tx.connection(), id, &input).await).await
    });
}

/// Rows whose cells are told apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PastedRows {
    /// Whether the first row was a header.
    pub has_header: bool,
    /// Columns that nothing is read from.
    pub left_out: Vec<String>,
    /// The rows.
    pub rows: Vec<BomPasteCells>,
}

/// Tells the cells of a text apart: by its header, or without one by what stands where.
///
/// # Errors
/// `file_unreadable`.
pub fn read(text: &str, mark: DecimalMark) -> Result<PastedRows, ApiError> {
    let unreadable = |detail: Detail| ApiError::new(&codes::FILE_UNREADABLE, detail);
    let mut all = Text::pasted(text).map_err(|error| unreadable(error.into()))?;
    let header =
        all.first().map(|row| header_of(row, mark)).transpose().map_err(|error| unreadable(error.into()))?.flatten();
    let has_header = header.is_some();
    let titles = if has_header { all.remove(0).cells } else { Vec::new() };
    let columns = header.unwrap_or_else(|| by_place(&all, mark));
    if all.len() > BOM_LINES_MAX {
        return Err(ApiError::new(
            &codes::FILE_UNREADABLE,
            say::ROWS_TOO_MANY.with("found", all.len()).with("most", BOM_LINES_MAX),
        ));
    }
    let width = all.iter().map(|row| row.cells.len()).max().unwrap_or_default().max(titles.len());
    let is_used = |place: usize| columns.found().iter().any(|&(field, taken)| taken == place && is_read(field));
    let is_filled = |place: usize| all.iter().any(|row| row.cells.get(place).is_some_and(|cell| !cell.is_empty()));
    let left_out = (0..width).filter(|&place: &usize| !is_used(place) && is_filled(place));
    let name = |place: usize| titles.get(place).filter(|title| !title.is_empty()).cloned();
    let left_out = left_out.map(|place| name(place).unwrap_or_else(|| place.saturating_add(1).to_string())).collect();
    Ok(PastedRows { has_header, left_out, rows: all.iter().map(|row| cells(row, &columns)).collect() })
}

/// Whether a line takes anything from such a column.
const fn is_read(field: Field) -> bool {
    match field {
        Field::Component
        | Field::Code
        | Field::Quantity
        | Field::Unit
        | Field::Operation
        | Field::Loss
        | Field::Fixed
        | Field::Note => true,
        Field::Designator | Field::Value | Field::Footprint => false,
    }
}

/// The columns, if the row is a header: two of its cells are names of columns, or its only one, and none is a number.
fn header_of(row: &TableRow, mark: DecimalMark) -> Result<Option<Columns>, ColumnsError> {
    if row.cells.iter().any(|cell| number_with(cell, mark).is_ok()) {
        return Ok(None);
    }
    let columns = Columns::named(&row.cells)?;
    let named = columns.found().len();
    let filled = row.cells.iter().filter(|cell| !cell.is_empty()).count();
    Ok((named >= 2 || (named == 1 && filled == 1)).then_some(columns))
}

/// Without a header: the first column of numbers behind another column is the quantity; before it stand a code, or a code
/// and a name; behind it unit, operation, loss, fixedness and note.
fn by_place(rows: &[TableRow], mark: DecimalMark) -> Columns {
    let filled = |place: usize| rows.iter().filter_map(move |row| row.cells.get(place)).filter(|cell| !cell.is_empty());
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let is_number = |place: usize| {
        let (all, numbers) =
            (filled(place).count(), filled(place).filter(|cell| number_with(cell, mark).is_ok()).count());
        numbers > 0 && numbers * 2 >= all
    };
    let is_counting = (1..).zip(rows).all(|(number, row): (usize, _)| {
        row.cells.first().is_some_and(|cell| cell.trim_end_matches('.').parse() == Ok(number))
    });
    let first = usize::from(is_counting && width > 2 && !is_number(1));
    let quantity = (first.saturating_add(1)..width).find(|&place| is_number(place)).unwrap_or(first.saturating_add(1));
    let mut found = vec![(Field::Quantity, quantity)];
    match quantity.saturating_sub(first) {
        0 | 1 => found.push((Field::Component, first)),
        _ => found.extend([(Field::Code, first), (Field::Component, first.saturating_add(1))]),
    }
    let behind = [Field::Unit, Field::Operation, Field::Loss, Field::Fixed, Field::Note];
    found.extend(behind.into_iter().zip(quantity.saturating_add(1)..width));
    Columns::of(found)
}

fn cells(row: &TableRow, columns: &Columns) -> BomPasteCells {
    let cell = |field| columns.place(field).and_then(|place| row.cells.get(place)).cloned().unwrap_or_default();
    let (code, name) = (cell(Field::Code), cell(Field::Component));
    let (component, name) = if code.is_empty() { (name, String::new()) } else { (code, name) };
    BomPasteCells {
        row: row.number,
        component,
        name,
        quantity: cell(Field::Quantity),
        unit: cell(Field::Unit),
        operation: cell(Field::Operation),
        loss: cell(Field::Loss),
        fixed: cell(Field::Fixed),
        note: cell(Field::Note),
    }
}

/// Says what rows mean as lines of a draft.
async fn check(connection: &mut PgConnection, id: Uuid, input: &BomPasteInput) -> Result<BomPasteReport, ApiError> {
    let bom: BomRow = store::find(connection, id).await?;
    let state: BomState = word(&bom.state)?;
    if state != BomState::Draft {
        return Err(crate::routes::boms::revision_is(&codes::BOM_IMMUTABLE, &bom, state));
    }
    let read = match &input.text {
        Some(text) => read(text, input.decimal_mark)?,
        None => PastedRows { rows: input.rows.clone(), ..PastedRows::default() },
    };
    within_limits(&read.rows)?;
    let texts = read.rows.iter().flat_map(|row| [&row.component, &row.name]).map(|text| text.trim().to_owned());
    let called = Called::read(connection, texts.filter(|text| !text.is_empty()).collect()).await?;
    let lines = if input.replaces { Vec::new() } else { store::lines(connection, id).await? };
    let operations = match bom.routing_id {
        Some(routing) => operations(connection, vec![routing]).await?,
        None => Vec::new(),
    };
    let mut checker = Checker {
        product_id: bom.product_id,
        mark: input.decimal_mark,
        called,
        units: store::active_units(connection).await?,
        operations,
        in_lines: lines.iter().map(|line| line.component_id).collect(),
        seen: HashMap::new(),
        problems: Vec::new(),
    };
    let rows = read.rows.into_iter().map(|cells| checker.row(cells)).collect();
    Ok(BomPasteReport { has_header: read.has_header, left_out: read.left_out, rows })
}

fn within_limits(rows: &[BomPasteCells]) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    if rows.len() > BOM_LINES_MAX {
        faults.add("/rows", &codes::VALUE_INVALID, say::AT_MOST_LINES.with("most", BOM_LINES_MAX));
    }
    for (place, row) in rows.iter().enumerate() {
        let cells =
            [&row.component, &row.name, &row.quantity, &row.unit, &row.operation, &row.loss, &row.fixed, &row.note];
        if cells.iter().any(|cell| cell.chars().count() > CELL_CHARS_MAX) {
            let detail = say::AT_MOST_CHARACTERS.with("most", CELL_CHARS_MAX);
            faults.add(format!("/rows/{place}"), &codes::VALUE_INVALID, detail);
        }
    }
    faults.check()
}

struct Checker {
    product_id: Uuid,
    mark: DecimalMark,
    called: Called,
    units: Vec<CalledUnitRow>,
    operations: Vec<OperationRow>,
    /// Components that the draft has already.
    in_lines: HashSet<Uuid>,
    /// The first row of each component.
    seen: HashMap<Uuid, u64>,
    /// What was found in the row at hand.
    problems: Vec<BomPasteProblem>,
}

impl Checker {
    fn row(&mut self, cells: BomPasteCells) -> BomPasteRow {
        let component = self.component(&cells);
        let quantity = match number_with(&cells.quantity, self.mark) {
            Ok(quantity) => Some(quantity),
            Err((kind, detail)) => {
                self.problem(Field::Quantity, kind, detail);
                None
            }
        };
        let unit_id = self.unit(&cells, component.as_ref());
        let operation_sequence = self.operation(&cells);
        let loss_percent = loss_with(&cells.loss, |text| number_with(text, self.mark));
        if loss_percent.is_none() {
            let detail = say::NOT_A_LOSS.with("value", cells.loss.as_str());
            self.problem(Field::Loss, Kind::LossUnusable, detail);
        }
        let is_fixed = yes_or_no(&cells.fixed);
        if is_fixed.is_none() {
            self.problem(
                Field::Fixed,
                Kind::FixedUnusable,
                say::NEITHER_YES_NOR_NO.with("value", cells.fixed.as_str()),
            );
        }
        let problems = std::mem::take(&mut self.problems);
        let is_right = problems.iter().all(|problem| !problem.blocks);
        let line = component.as_ref().zip(quantity).filter(|_| is_right).map(|(component, quantity)| BomLineInput {
            unit_id: unit_id.map(UnitId::from_uuid),
            operation_sequence,
            loss_percent: loss_percent.unwrap_or_default(),
            is_fixed: is_fixed.unwrap_or_default(),
            note: cells.note.trim().to_owned(),
            ..BomLineInput::of(ProductId::from_uuid(component.id), quantity)
        });
        BomPasteRow {
            component_code: component.as_ref().map(|component| component.code.clone()),
            component_name: component.map(|component| component.name),
            line,
            problems,
            cells,
        }
    }

    fn problem(&mut self, field: Field, code: Kind, detail: impl Into<Detail>) {
        let detail = detail.into();
        self.problems.push(BomPasteProblem {
            field,
            code,
            detail: detail.text,
            detail_code: detail.code.map(str::to_owned),
            params: detail.params,
            blocks: code.blocks(),
            other_row: None,
            choices: Vec::new(),
        });
    }

    /// One more way out of the last problem.
    fn choice(&mut self, text: impl Into<String>, label: impl Into<String>) {
        if let Some(problem) = self.problems.last_mut().filter(|problem| problem.choices.len() < CHOICES_MAX) {
            problem.choices.push(BomPasteChoice { text: text.into(), label: label.into() });
        }
    }

    fn component(&mut self, cells: &BomPasteCells) -> Option<CalledProductRow> {
        let (text, name) = (cells.component.trim(), cells.name.trim());
        if text.is_empty() {
            self.problem(Field::Component, Kind::ComponentMissing, say::COMPONENT_UNNAMED);
            return None;
        }
        let meant = match self.called.meant(text) {
            Meant::Nothing if !name.is_empty() => self.called.meant(name),
            meant => meant,
        };
        let found = match meant {
            Meant::One(found) => found.clone(),
            Meant::Several => {
                let detail = say::PRODUCT_AMBIGUOUS.with("value", text);
                self.problem(Field::Component, Kind::ComponentAmbiguous, detail);
                return None;
            }
            Meant::Nothing => {
                let detail = say::PRODUCT_UNKNOWN.with("value", text);
                self.problem(Field::Component, Kind::ComponentUnknown, detail);
                return None;
            }
        };
        if found.id == self.product_id {
            let detail = say::PRODUCT_ITSELF.with("code", found.code.as_str());
            self.problem(Field::Component, Kind::ComponentIsProduct, detail);
        } else if !found.active {
            let detail = say::PRODUCT_CALLED_INACTIVE.with("code", found.code.as_str());
            self.problem(Field::Component, Kind::ComponentInactive, detail);
        } else if let Some(&earlier) = self.seen.get(&found.id) {
            let detail = say::ALSO_IN_ROW.with("value", found.code.as_str()).with("row", earlier);
            self.problem(Field::Component, Kind::ComponentRepeated, detail);
            if let Some(problem) = self.problems.last_mut() {
                problem.other_row = Some(earlier);
            }
        } else {
            self.seen.insert(found.id, cells.row);
            if self.in_lines.contains(&found.id) {
                let detail = say::ALSO_IN_LINES.with("code", found.code.as_str());
                self.problem(Field::Component, Kind::ComponentInLines, detail);
            }
        }
        Some(found)
    }

    /// The unit that is meant; the component's own when the cell is empty.
    fn unit(&mut self, cells: &BomPasteCells, component: Option<&CalledProductRow>) -> Option<Uuid> {
        let text = cells.unit.trim();
        if text.is_empty() {
            return component.map(|component| component.unit_id);
        }
        let called = self.units_called(text);
        let category = component.map(|component| component.unit_category_id);
        let fits = |unit: &&CalledUnitRow| category.is_none_or(|category| unit.unit_category_id == category);
        if let Some(unit) = called.iter().copied().find(fits) {
            return Some(unit.id);
        }
        let (kind, detail) = match (called.first(), component) {
            (Some(unit), Some(component)) => (
                Kind::UnitCategoryDiffers,
                say::UNITS_DIFFER.with("from", unit.code.as_str()).with("to", component.unit_code.as_str()),
            ),
            (_, _) => (Kind::UnitUnknown, say::UNIT_UNKNOWN.with("value", text)),
        };
        let choices = self.units.iter().filter(fits).map(|unit| (unit.code.clone(), unit.name.clone()));
        let choices: Vec<_> = choices.collect();
        self.problem(Field::Unit, kind, detail);
        choices.into_iter().for_each(|(code, name)| self.choice(code, name));
        None
    }

    /// By the code, else by code or name without case and signs, else by a word that people use for it.
    fn units_called(&self, text: &str) -> Vec<&CalledUnitRow> {
        let exact: Vec<_> = self.units.iter().filter(|unit| unit.code == text).collect();
        if !exact.is_empty() {
            return exact;
        }
        let text = folded(text);
        let own = |unit: &CalledUnitRow| [folded(&unit.code), folded(&unit.name)];
        let named: Vec<_> = self.units.iter().filter(|unit| own(unit).contains(&text)).collect();
        if !named.is_empty() {
            return named;
        }
        let words = UNIT_WORDS.iter().find(|words| words.contains(&text.as_str())).copied().unwrap_or_default();
        self.units.iter().filter(|unit| own(unit).iter().any(|own| words.contains(&own.as_str()))).collect()
    }

    /// By the sequence or the name; empty and "last" are the last one.
    fn operation(&mut self, cells: &BomPasteCells) -> Option<u32> {
        let text = cells.operation.trim();
        let plain = folded(text);
        if matches!(plain.as_str(), "" | "last" | "ultima") {
            return None;
        }
        let sequence = text.parse::<u32>().ok();
        let is_meant = |operation: &&OperationRow| match sequence {
            Some(sequence) => integer(operation.sequence) == sequence,
            None => folded(&operation.name) == plain,
        };
        if let Some(found) = self.operations.iter().find(is_meant) {
            return Some(integer(found.sequence));
        }
        let detail = if self.operations.is_empty() {
            say::OPERATIONS_MISSING.into()
        } else {
            say::OPERATION_UNKNOWN.with("value", text)
        };
        let choices: Vec<_> =
            self.operations.iter().map(|operation| (operation.sequence.to_string(), operation.name.clone())).collect();
        self.problem(Field::Operation, Kind::OperationUnknown, detail);
        choices.into_iter().for_each(|(sequence, name)| self.choice(sequence, name));
        None
    }
}
