//! Pasted rows while they are corrected: cells, where the next problem is, which lines come of them. No browser needed.

use mrp_api::bom_imports::BomImportField as Field;
use mrp_api::bom_pastes::{BomPasteCells, BomPasteProblem, BomPasteRow};
use mrp_api::boms::BomLineInput;

/// The columns of the grid, from left to right.
pub const COLUMNS: [Field; 7] =
    [Field::Component, Field::Quantity, Field::Unit, Field::Operation, Field::Loss, Field::Fixed, Field::Note];

/// A row of the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct PastedRow {
    /// What the server says of it.
    pub told: BomPasteRow,
    /// The person does not want it.
    pub is_skipped: bool,
}

/// A cell: its row and its column, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct At {
    /// The row.
    pub row: usize,
    /// The column.
    pub column: usize,
}

/// How many rows are right, to correct, and left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Those that become lines.
    pub right: usize,
    /// Those that do not yet.
    pub wrong: usize,
    /// Those that shall not.
    pub skipped: usize,
}

/// What a column is of a row.
#[must_use]
pub fn text_of(cells: &BomPasteCells, field: Field) -> &str {
    match field {
        Field::Component | Field::Code => &cells.component,
        Field::Quantity => &cells.quantity,
        Field::Unit => &cells.unit,
        Field::Operation => &cells.operation,
        Field::Loss => &cells.loss,
        Field::Fixed => &cells.fixed,
        Field::Note => &cells.note,
        Field::Designator | Field::Value | Field::Footprint => "",
    }
}

/// Writes into a cell.
pub fn set_text(cells: &mut BomPasteCells, field: Field, text: String) {
    match field {
        Field::Component | Field::Code => {
            cells.component = text;
            // Whoever corrects the component means what he types and no longer the name beside it.
            cells.name = String::new();
        }
        Field::Quantity => cells.quantity = text,
        Field::Unit => cells.unit = text,
        Field::Operation => cells.operation = text,
        Field::Loss => cells.loss = text,
        Field::Fixed => cells.fixed = text,
        Field::Note => cells.note = text,
        Field::Designator | Field::Value | Field::Footprint => {}
    }
}

/// What is wrong with a cell, the worst first.
#[must_use]
pub fn problem_of(row: &PastedRow, field: Field) -> Option<&BomPasteProblem> {
    let own = || row.told.problems.iter().filter(|problem| problem.field == field);
    own().find(|problem| problem.blocks).or_else(|| own().next())
}

/// How many are what.
#[must_use]
pub fn counts(rows: &[PastedRow]) -> Counts {
    rows.iter().fold(Counts::default(), |mut counts, row| {
        let place = match (row.is_skipped, row.told.line.is_some()) {
            (true, _) => &mut counts.skipped,
            (false, true) => &mut counts.right,
            (false, false) => &mut counts.wrong,
        };
        *place += 1;
        counts
    })
}

/// The lines that the rows become.
#[must_use]
pub fn lines(rows: &[PastedRow]) -> Vec<BomLineInput> {
    rows.iter().filter(|row| !row.is_skipped).filter_map(|row| row.told.line.clone()).collect()
}

/// The cells that stop their rows, from the top.
fn stopping(rows: &[PastedRow]) -> impl Iterator<Item = At> + '_ {
    rows.iter().enumerate().filter(|(_, row)| !row.is_skipped).flat_map(|(row, told)| {
        let stops = move |field: &Field| problem_of(told, *field).is_some_and(|problem| problem.blocks);
        let columns = COLUMNS.iter().enumerate().filter(move |(_, field)| stops(field));
        columns.map(move |(column, _)| At { row, column })
    })
}

/// The first cell that stops its row.
#[must_use]
pub fn first_problem(rows: &[PastedRow]) -> Option<At> {
    stopping(rows).next()
}

/// The next cell that stops its row, behind this one and then from the top.
#[must_use]
pub fn next_problem(rows: &[PastedRow], at: At) -> Option<At> {
    let is_behind = |other: &At| (other.row, other.column) > (at.row, at.column);
    stopping(rows).find(is_behind).or_else(|| first_problem(rows))
}

/// The cell that a key leads to; none when the key leads nowhere.
#[must_use]
pub fn moved(at: At, key: &str, rows: usize) -> Option<At> {
    let last = rows.saturating_sub(1);
    let to = |row: usize, column: usize| At { row: row.min(last), column: column.min(COLUMNS.len() - 1) };
    match key {
        "ArrowDown" => Some(to(at.row + 1, at.column)),
        "ArrowUp" => Some(to(at.row.saturating_sub(1), at.column)),
        "ArrowRight" => Some(to(at.row, at.column + 1)),
        "ArrowLeft" => Some(to(at.row, at.column.saturating_sub(1))),
        "PageDown" => Some(to(at.row + 10, at.column)),
        "PageUp" => Some(to(at.row.saturating_sub(10), at.column)),
        "Home" => Some(to(at.row, 0)),
        "End" => Some(to(at.row, COLUMNS.len())),
        _ => None,
    }
}

/// What the server says of the rows now; what the person left out stays left out.
#[must_use]
pub fn told_anew(before: &[PastedRow], told: Vec<BomPasteRow>) -> Vec<PastedRow> {
    let is_skipped = |place: usize| before.get(place).is_some_and(|row| row.is_skipped);
    told.into_iter().enumerate().map(|(place, told)| PastedRow { told, is_skipped: is_skipped(place) }).collect()
}

/// Takes lines out again, the last equal ones: somebody may have changed others meanwhile.
pub fn take_out(lines: &mut Vec<BomLineInput>, added: &[BomLineInput]) {
    for gone in added.iter().rev() {
        if let Some(place) = lines.iter().rposition(|line| line == gone) {
            lines.remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use mrp_api::bom_imports::BomImportProblemKind as Kind;
    use mrp_domain::ids::ProductId;
    use rust_decimal::Decimal;

    use super::*;

    fn line(quantity: i64) -> BomLineInput {
        BomLineInput::of(ProductId::from_uuid(uuid::Uuid::nil()), Decimal::from(quantity))
    }

    fn row(number: u64, problems: &[(Field, Kind)]) -> PastedRow {
        let problem = |&(field, code): &(Field, Kind)| BomPasteProblem {
            field,
            code,
            detail: String::new(),
            detail_code: None,
            params: serde_json::Map::new(),
            blocks: code.blocks(),
            other_row: None,
            choices: Vec::new(),
        };
        let cells = BomPasteCells {
            row: number,
            component: "LEG".to_owned(),
            name: "Leg".to_owned(),
            quantity: "4".to_owned(),
            unit: String::new(),
            operation: String::new(),
            loss: String::new(),
            fixed: String::new(),
            note: String::new(),
        };
        let problems: Vec<_> = problems.iter().map(problem).collect();
        let line = problems.iter().all(|problem| !problem.blocks).then(|| line(i64::try_from(number).unwrap()));
        PastedRow {
            told: BomPasteRow { cells, component_code: None, component_name: None, line, problems },
            is_skipped: false,
        }
    }

    fn rows() -> Vec<PastedRow> {
        vec![
            row(1, &[]),
            row(2, &[(Field::Quantity, Kind::QuantityNotANumber), (Field::Unit, Kind::UnitUnknown)]),
            row(3, &[(Field::Component, Kind::ComponentRepeated)]),
            row(4, &[(Field::Component, Kind::ComponentUnknown)]),
        ]
    }

    #[test]
    fn only_right_rows_that_are_wanted_become_lines() {
        let mut rows = rows();
        assert_eq!(counts(&rows), Counts { right: 2, wrong: 2, skipped: 0 });
        rows[2].is_skipped = true;
        assert_eq!((counts(&rows), lines(&rows)), (Counts { right: 1, wrong: 2, skipped: 1 }, vec![line(1)]));
    }

    #[test]
    fn the_next_problem_is_the_next_cell_that_stops_its_row_and_then_the_first() {
        let mut rows = rows();
        let at = |row, column| Some(At { row, column });
        assert_eq!(next_problem(&rows, At::default()), at(1, 1));
        assert_eq!(next_problem(&rows, At { row: 1, column: 1 }), at(1, 2));
        assert_eq!(next_problem(&rows, At { row: 1, column: 2 }), at(3, 0));
        assert_eq!(next_problem(&rows, At { row: 3, column: 0 }), at(1, 1));
        rows[1].is_skipped = true;
        assert_eq!(next_problem(&rows, At { row: 3, column: 0 }), at(3, 0));
        assert_eq!(first_problem(&rows), at(3, 0));
        assert_eq!(first_problem(&rows[3..]), at(0, 0));
        rows[3].is_skipped = true;
        assert_eq!(next_problem(&rows, At::default()), None);
    }

    #[test]
    fn keys_stay_within_the_grid() {
        let corner = At { row: 3, column: 6 };
        assert_eq!(moved(corner, "ArrowDown", 4), Some(corner));
        assert_eq!(moved(corner, "ArrowRight", 4), Some(corner));
        assert_eq!(moved(corner, "Home", 4), Some(At { row: 3, column: 0 }));
        assert_eq!(moved(At::default(), "ArrowUp", 4), Some(At::default()));
        assert_eq!(moved(corner, "a", 4), None);
    }

    #[test]
    fn a_corrected_component_is_no_longer_looked_for_by_the_name_beside_it() {
        let mut cells = row(1, &[]).told.cells;
        set_text(&mut cells, Field::Component, "TOP".to_owned());
        assert_eq!((text_of(&cells, Field::Component), cells.name.as_str()), ("TOP", ""));
    }

    #[test]
    fn taking_back_leaves_what_others_did() {
        let mut lines = vec![line(1), line(2), line(9), line(1), line(2)];
        take_out(&mut lines, &[line(1), line(2), line(7)]);
        assert_eq!(lines, [line(1), line(2), line(9)]);
    }
}
