//! Which column is what: by the names that people give to columns, or as somebody says.

use mrp_api::bom_imports::BomImportField as Field;

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
        &["partnumber", "partno", "partcode", "componentcode", "itemcode", "code", "sku", "mpn", "cod", "codarticol"],
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
    (Field::Loss, &["loss", "losspercent", "pierdere", "pierderi"]),
    (Field::Operation, &["operation", "operationsequence", "operatie", "operatia"]),
    (Field::Note, &["note", "notes", "remark", "remarks", "observatii", "mentiuni"]),
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
    let names: Vec<String> = headers.iter().map(|header| folded(header)).collect();
    for (field, synonyms) in SYNONYMS {
        if columns.place(*field).is_some() {
            continue;
        }
        let free = |place: usize| !columns.found.iter().any(|&(_, taken)| taken == place);
        let named = synonyms.iter().find_map(|name| {
            let mut places = names.iter().enumerate().filter(|&(place, found)| found == name && free(place));
            places.next().map(|(place, _)| (place, places.next().is_some()))
        });
        match named {
            Some((place, true)) => {
                return Err(ColumnsError::HeaderRepeated { header: headers.get(place).cloned().unwrap_or_default() });
            }
            Some((place, false)) => columns.found.push((*field, place)),
            None => {}
        }
    }
    if [Field::Component, Field::Code, Field::Value].into_iter().all(|field| columns.place(field).is_none()) {
        return Err(ColumnsError::NoComponent { headers: all() });
    }
    if columns.place(Field::Quantity).is_none() && columns.place(Field::Designator).is_none() {
        return Err(ColumnsError::NoQuantity { headers: all() });
    }
    Ok(columns)
}

impl Columns {
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

/// Lower case, diacritics of Romanian taken off, letters and digits only.
fn folded(header: &str) -> String {
    let plain = |letter: char| match letter {
        'ă' | 'â' => 'a',
        'î' => 'i',
        'ș' | 'ş' => 's',
        'ț' | 'ţ' => 't',
        other => other,
    };
    header.to_lowercase().chars().map(plain).filter(|letter| letter.is_alphanumeric()).collect()
}
