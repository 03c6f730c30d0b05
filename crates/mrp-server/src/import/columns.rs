//! Which column is what: by the names that people give to columns, or as somebody says.

use mrp_api::bom_imports::BomImportField as Field;
use mrp_api::detail::{self as say, Detail};
use mrp_domain::likeness::folded;

/// Names of columns, without case, spaces and signs. The first that occurs wins.
const SYNONYMS: &[(Field, &[&str])] = &[
    (
        Field::Component,
        &[
            "component",
            "partname",
            "componentname",
            "itemname",
            "part",
            "item",
            "material",
            "name",
            "componenta",
            "denumire",
            "reper",
            "articol",
            "produs",
            "product",
        ],
    ),
    (
        Field::Code,
        &[
            "partnumber",
            "partno",
            "partcode",
            "componentcode",
            "itemcode",
            "productcode",
            "code",
            "sku",
            "mpn",
            "cod",
            "codarticol",
            "codprodus",
            "codcomponenta",
            "barcode",
            "coddebare",
        ],
    ),
    (
        Field::Quantity,
        &["quantity", "qty", "qnty", "quantityper", "qtyper", "count", "amount", "pieces", "cantitate", "cant", "buc"],
    ),
    (Field::Unit, &["unit", "units", "uom", "um", "unitofmeasure", "unitate", "unitatedemasura"]),
    (
        Field::Designator,
        &["designator", "designators", "refdes", "reference", "references", "referencedesignator", "referinta"],
    ),
    (Field::Value, &["comment", "value", "val", "valoare"]),
    (Field::Footprint, &["footprint", "package", "capsula"]),
    (Field::Loss, &["loss", "losspercent", "scrap", "pierdere", "pierderi", "pierd"]),
    (
        Field::Operation,
        &["operation", "operationsequence", "operationname", "op", "operatie", "operatia", "operatiune", "operatiunea"],
    ),
    (Field::Fixed, &["fixed", "isfixed", "perorder", "onceperorder", "fix", "fixa", "pecomanda"]),
    (Field::Note, &["note", "notes", "remark", "remarks", "nota", "observatii", "mentiuni"]),
];

/// Where each field stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    found: Vec<(Field, usize)>,
}

/// Why columns cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnsError {
    /// The file has no such header.
    #[error("there is no column `{header}`; there are: {headers}")]
    NoSuchHeader {
        /// What was asked for.
        header: String,
        /// What there is.
        headers: String,
    },
    /// No column names the component.
    #[error("no column names the component; there are: {headers}")]
    NoComponent {
        /// What there is.
        headers: String,
    },
    /// Neither a quantity nor designators.
    #[error("no column says how much, and there are no designators to count; there are: {headers}")]
    NoQuantity {
        /// What there is.
        headers: String,
    },
    /// Two columns have the same name, and that name means something.
    #[error("more than one column is named `{header}`")]
    HeaderRepeated {
        /// The name.
        header: String,
    },
}

impl From<ColumnsError> for Detail {
    fn from(error: ColumnsError) -> Self {
        match error {
            ColumnsError::NoSuchHeader { header, headers } => {
                say::COLUMN_UNKNOWN.with("column", header).with("known", headers)
            }
            ColumnsError::NoComponent { headers } => say::COMPONENT_COLUMN_MISSING.with("known", headers),
            ColumnsError::NoQuantity { headers } => say::QUANTITY_COLUMN_MISSING.with("known", headers),
            ColumnsError::HeaderRepeated { header } => say::COLUMN_AMBIGUOUS.with("column", header),
        }
    }
}

/// Finds the columns: first as `told`, then by their names.
///
/// # Errors
/// [`ColumnsError`]
pub fn find(headers: &[String], told: &[(Field, String)]) -> Result<Columns, ColumnsError> {
    let all = || headers.join(", ");
    let mut columns = Columns::default();
    for (field, header) in told {
        let same = |other: &String| other == header || folded(other) == folded(header);
        let exact = headers.iter().position(|other| other == header);
        let place = exact.or_else(|| headers.iter().position(same));
        let place = place.ok_or_else(|| ColumnsError::NoSuchHeader { header: header.clone(), headers: all() })?;
        columns.found.push((*field, place));
    }
    columns.add_named(headers)?;
    if [Field::Component, Field::Code, Field::Value].into_iter().all(|field| columns.place(field).is_none()) {
        return Err(ColumnsError::NoComponent { headers: all() });
    }
    if columns.place(Field::Quantity).is_none() && columns.place(Field::Designator).is_none() {
        return Err(ColumnsError::NoQuantity { headers: all() });
    }
    Ok(columns)
}

impl Columns {
    /// Columns whose places somebody has told.
    #[must_use]
    pub fn of(found: Vec<(Field, usize)>) -> Self {
        Self { found }
    }

    /// Whatever columns have names that mean something; the others may be anything.
    ///
    /// # Errors
    /// [`ColumnsError::HeaderRepeated`]
    pub fn named(headers: &[String]) -> Result<Self, ColumnsError> {
        let mut columns = Self::default();
        columns.add_named(headers)?;
        Ok(columns)
    }

    fn add_named(&mut self, headers: &[String]) -> Result<(), ColumnsError> {
        let names: Vec<String> = headers.iter().map(|header| folded(header)).collect();
        for (field, synonyms) in SYNONYMS {
            if self.place(*field).is_some() {
                continue;
            }
            let free = |place: usize| !self.found.iter().any(|&(_, taken)| taken == place);
            let named = synonyms.iter().find_map(|name| {
                let mut places = names.iter().enumerate().filter(|&(place, found)| found == name && free(place));
                places.next().map(|(place, _)| (place, places.next().is_some()))
            });
            match named {
                Some((place, true)) => {
                    let header = headers.get(place).cloned().unwrap_or_default();
                    return Err(ColumnsError::HeaderRepeated { header });
                }
                Some((place, false)) => self.found.push((*field, place)),
                None => {}
            }
        }
        Ok(())
    }

    /// The place of a field's column.
    #[must_use]
    pub fn place(&self, field: Field) -> Option<usize> {
        self.found.iter().find(|&&(found, _)| found == field).map(|&(_, place)| place)
    }

    /// Every field that was found, with its place.
    #[must_use]
    pub fn found(&self) -> &[(Field, usize)] {
        &self.found
    }
}
