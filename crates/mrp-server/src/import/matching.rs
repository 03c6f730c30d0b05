//! Which products and units a file means: by exact codes, barcodes and names; what is not there is created only when
//! asked for.

use std::collections::HashMap;

use mrp_api::bom_imports::{BomImportInput, BomImportProblemKind as ProblemKind};
use mrp_api::detail::{self as say, Detail};
use mrp_domain::text::{CODE_CHARS_MAX, Code, Name};
use mrp_domain::variant::not_a_template;
use mrp_store::boms::{CalledProductRow, CalledUnitRow, products_called, units_called};
use mrp_store::sql::PgConnection;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::ApiError;
use crate::import::rows::{ReadRow, RowProblem};

/// A product that is there, or one to create.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Component {
    Known { id: Uuid, code: String, name: String },
    New { code: String, name: String, unit_id: Uuid },
}

#[derive(Debug, Clone)]
pub(super) struct PlannedLine {
    pub(super) row: u64,
    pub(super) component: Component,
    pub(super) quantity: Decimal,
    pub(super) unit_id: Uuid,
    pub(super) unit_code: String,
    pub(super) loss_percent: Decimal,
    pub(super) operation_sequence: Option<u32>,
    pub(super) is_fixed: bool,
    pub(super) note: String,
}

impl Component {
    pub(super) fn code(&self) -> &str {
        match self {
            Self::Known { code, .. } | Self::New { code, .. } => code,
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Known { name, .. } | Self::New { name, .. } => name,
        }
    }
}

/// The code that a product of this name gets: the name itself, or its beginning with a mark of the whole.
fn code_of(text: &str) -> String {
    if text.chars().count() <= CODE_CHARS_MAX {
        return text.to_owned();
    }
    let mark = Sha256::digest(text.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect::<String>();
    let start: String = text.chars().take(CODE_CHARS_MAX - 9).collect();
    format!("{}~{mark}", start.trim_end())
}

/// Products that texts may mean.
pub(super) struct Called {
    products: Vec<CalledProductRow>,
    by_code: HashMap<String, usize>,
}

/// What a text means.
pub(super) enum Meant<'a> {
    /// One product.
    One(&'a CalledProductRow),
    /// The name of several products.
    Several,
    /// Nothing that is there.
    Nothing,
}

impl Called {
    /// Reads everything that one of these texts may mean.
    pub(super) async fn read(connection: &mut PgConnection, mut texts: Vec<String>) -> Result<Self, ApiError> {
        texts.sort_unstable();
        texts.dedup();
        let products = products_called(connection, texts).await?;
        let by_code = products.iter().enumerate().map(|(place, product)| (product.code.clone(), place)).collect();
        Ok(Self { products, by_code })
    }

    /// The product with this code.
    pub(super) fn by_code(&self, code: &str) -> Option<&CalledProductRow> {
        self.by_code.get(code).and_then(|&place| self.products.get(place))
    }

    /// By code, else by barcode, else by the name that only one product has.
    pub(super) fn meant(&self, text: &str) -> Meant<'_> {
        let by_barcode = || self.products.iter().find(|product| product.barcode.as_deref() == Some(text));
        if let Some(found) = self.by_code(text).or_else(by_barcode) {
            return Meant::One(found);
        }
        let mut named = self.products.iter().filter(|product| product.name == text);
        match (named.next(), named.next()) {
            (Some(_), Some(_)) => Meant::Several,
            (Some(found), None) => Meant::One(found),
            (None, _) => Meant::Nothing,
        }
    }
}

pub(super) struct Matcher<'a> {
    input: &'a BomImportInput,
    called: Called,
    units: HashMap<String, CalledUnitRow>,
    /// The unit of each new product, so that its rows agree.
    new_units: HashMap<String, CalledUnitRow>,
    pub(super) problems: Vec<RowProblem>,
}

impl<'a> Matcher<'a> {
    pub(super) async fn read(
        connection: &mut PgConnection,
        input: &'a BomImportInput,
        rows: &[ReadRow],
    ) -> Result<Self, ApiError> {
        let named = rows.iter().map(|row| row.component.clone());
        let mut texts: Vec<String> = named.chain([input.product_code.trim().to_owned()]).collect();
        texts.extend(rows.iter().map(|row| code_of(&row.component)));
        let called = Called::read(connection, texts).await?;
        let mut codes: Vec<String> = rows.iter().filter_map(|row| row.unit.clone()).collect();
        codes.extend(input.units.iter().map(|unit| unit.unit.clone()));
        codes.extend(input.default_unit.clone());
        codes.sort_unstable();
        codes.dedup();
        let units = units_called(connection, codes).await?;
        let units = units.into_iter().map(|unit| (unit.code.clone(), unit)).collect();
        let (new_units, problems) = (HashMap::new(), Vec::new());
        Ok(Self { input, called, units, new_units, problems })
    }

    pub(super) fn whole(&mut self, kind: ProblemKind, detail: Detail) {
        self.problems.push(RowProblem { row: None, column: None, kind, detail });
    }

    fn of_row(&mut self, row: &ReadRow, kind: ProblemKind, detail: Detail) {
        self.problems.push(RowProblem { row: Some(row.number), column: None, kind, detail });
    }

    /// The product that is made.
    pub(super) fn product(&mut self, input: &BomImportInput) -> Component {
        let code = input.product_code.trim();
        if let Some(known) = self.called.by_code(code) {
            return Component::Known { id: known.id, code: known.code.clone(), name: known.name.clone() };
        }
        let name = input.product_name.clone().unwrap_or_else(|| code.to_owned());
        let unit = input.default_unit.as_ref().and_then(|code| self.units.get(code)).map(|unit| unit.id);
        if !input.create_products {
            self.whole(ProblemKind::ComponentUnknown, say::PRODUCT_UNKNOWN.with("value", code));
        } else if Code::new(code).is_err() || Name::new(&name).is_err() {
            self.whole(ProblemKind::ComponentUnusable, say::PRODUCT_CODE_UNUSABLE.with("code", code));
        } else if unit.is_none() {
            let detail = match &input.default_unit {
                Some(unit) => say::UNIT_UNKNOWN_OF_NEW.with("value", unit.as_str()).with("code", code),
                None => say::UNIT_NEEDED.with("code", code),
            };
            self.whole(ProblemKind::UnitMissing, detail);
        }
        Component::New { code: code.to_owned(), name, unit_id: unit.unwrap_or_default() }
    }

    pub(super) fn line(&mut self, row: &ReadRow, product: &Component) -> Option<PlannedLine> {
        let wanted = self.wanted_unit(row)?;
        let known = self.known(row)?;
        let (component, unit) = match known {
            Some(known) => self.line_of_known(row, &known, wanted, product)?,
            None => self.line_of_new(row, wanted, product)?,
        };
        Some(PlannedLine {
            row: row.number,
            component,
            quantity: row.quantity,
            unit_id: unit.id,
            unit_code: unit.code,
            loss_percent: row.loss_percent,
            operation_sequence: row.operation_sequence,
            is_fixed: row.is_fixed,
            note: row.note.clone(),
        })
    }

    /// The unit that somebody mapped, or that the row says; `None` inside when neither does.
    fn wanted_unit(&mut self, row: &ReadRow) -> Option<Option<CalledUnitRow>> {
        let mapped = self.input.units.iter().find(|unit| unit.component == row.component).map(|unit| &unit.unit);
        let Some(code) = mapped.or(row.unit.as_ref()).cloned() else { return Some(None) };
        let found = self.units.get(&code).cloned();
        if found.is_none() {
            self.of_row(row, ProblemKind::UnitUnknown, say::UNIT_UNKNOWN.with("value", code.as_str()));
            return None;
        }
        Some(found)
    }

    /// The product that the row means; `None` inside when no product is meant.
    fn known(&mut self, row: &ReadRow) -> Option<Option<CalledProductRow>> {
        match self.called.meant(&row.component) {
            Meant::One(found) => Some(Some(found.clone())),
            Meant::Nothing => Some(self.called.by_code(&code_of(&row.component)).cloned()),
            Meant::Several => {
                let detail = say::PRODUCT_AMBIGUOUS.with("value", row.component.as_str());
                self.of_row(row, ProblemKind::ComponentAmbiguous, detail);
                None
            }
        }
    }

    fn line_of_known(
        &mut self,
        row: &ReadRow,
        known: &CalledProductRow,
        wanted: Option<CalledUnitRow>,
        product: &Component,
    ) -> Option<(Component, CalledUnitRow)> {
        if known.code == product.code() {
            let detail = say::PRODUCT_ITSELF.with("code", known.code.as_str());
            self.of_row(row, ProblemKind::ComponentIsProduct, detail);
            return None;
        }
        if !known.active {
            self.of_row(
                row,
                ProblemKind::ComponentInactive,
                say::PRODUCT_CALLED_INACTIVE.with("code", known.code.as_str()),
            );
            return None;
        }
        if not_a_template(known.is_template).is_err() {
            let detail = say::PRODUCT_CALLED_TEMPLATE.with("code", known.code.as_str());
            self.of_row(row, ProblemKind::ComponentIsTemplate, detail);
            return None;
        }
        let (id, code, unit_category_id) = (known.unit_id, known.unit_code.clone(), known.unit_category_id);
        let stock = CalledUnitRow { id, code, name: String::new(), unit_category_id };
        let unit = self.of_category(row, wanted, stock)?;
        Some((Component::Known { id: known.id, code: known.code.clone(), name: known.name.clone() }, unit))
    }

    fn line_of_new(
        &mut self,
        row: &ReadRow,
        wanted: Option<CalledUnitRow>,
        product: &Component,
    ) -> Option<(Component, CalledUnitRow)> {
        let code = code_of(&row.component);
        let name = row.name.clone().unwrap_or_else(|| row.component.clone());
        if code == product.code() {
            self.of_row(row, ProblemKind::ComponentIsProduct, say::PRODUCT_ITSELF.with("code", code.as_str()));
            return None;
        }
        if !self.input.create_products {
            self.of_row(row, ProblemKind::ComponentUnknown, say::PRODUCT_UNKNOWN.with("value", row.component.as_str()));
            return None;
        }
        if Code::new(&code).is_err() || Name::new(&name).is_err() {
            self.of_row(row, ProblemKind::ComponentUnusable, say::PRODUCT_NAME_UNUSABLE.with("value", name.as_str()));
            return None;
        }
        let default = self.input.default_unit.as_ref();
        let stock = match self.new_units.get(&code).cloned().or_else(|| wanted.clone()) {
            Some(stock) => stock,
            None => match default.and_then(|code| self.units.get(code)).cloned() {
                Some(stock) => stock,
                None => {
                    let detail = match default {
                        Some(unit) => say::UNIT_UNKNOWN_OF_NEW.with("value", unit.as_str()).with("code", code.as_str()),
                        None => say::UNIT_NEEDED.with("code", code.as_str()),
                    };
                    self.of_row(row, ProblemKind::UnitMissing, detail);
                    return None;
                }
            },
        };
        let unit = self.of_category(row, wanted, stock.clone())?;
        self.new_units.entry(code.clone()).or_insert_with(|| stock.clone());
        Some((Component::New { code, name, unit_id: stock.id }, unit))
    }

    /// The wanted unit, if it measures what the stock unit measures; the stock unit if none is wanted.
    fn of_category(
        &mut self,
        row: &ReadRow,
        wanted: Option<CalledUnitRow>,
        stock: CalledUnitRow,
    ) -> Option<CalledUnitRow> {
        let Some(wanted) = wanted else { return Some(stock) };
        if wanted.unit_category_id == stock.unit_category_id {
            return Some(wanted);
        }
        let detail = say::UNITS_DIFFER.with("from", wanted.code.as_str()).with("to", stock.code.as_str());
        self.of_row(row, ProblemKind::UnitCategoryDiffers, detail);
        None
    }

    pub(super) fn unused_mappings(&mut self, rows: &[ReadRow]) {
        let unused = self.input.units.iter().filter(|unit| !rows.iter().any(|row| row.component == unit.component));
        for unit in unused.map(|unit| unit.component.clone()).collect::<Vec<_>>() {
            let detail = say::UNIT_MAPPING_UNUSED.with("value", unit.as_str());
            self.whole(ProblemKind::UnitMappingUnused, detail);
        }
    }
}

/// One line of rows with the same component, unit, loss, operation and fixedness.
pub(super) fn merged(lines: Vec<PlannedLine>) -> Vec<PlannedLine> {
    let mut places: HashMap<(String, Uuid, Decimal, Option<u32>, bool), usize> = HashMap::new();
    let mut merged: Vec<PlannedLine> = Vec::new();
    for line in lines {
        let code = line.component.code().to_owned();
        let key = (code, line.unit_id, line.loss_percent, line.operation_sequence, line.is_fixed);
        let place = *places.entry(key).or_insert(merged.len());
        match merged.get_mut(place) {
            Some(earlier) => {
                earlier.quantity = earlier.quantity.saturating_add(line.quantity);
                let notes = [&earlier.note, &line.note].into_iter().filter(|note| !note.is_empty());
                earlier.note = notes.cloned().collect::<Vec<_>>().join("; ");
            }
            None => merged.push(line),
        }
    }
    merged
}
