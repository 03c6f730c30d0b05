//! Values as the texts of cells, and texts as values. Records are named by code or name, never by id.

use std::collections::HashMap;

use mrp_api::detail::{self as say, Detail};
use mrp_api::error::{self as codes, ErrorCode};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::data_files::columns::{Column, Kind, OUTPUT, Reference};

/// Splits several values in one cell.
const SPLIT: char = '|';
/// An empty list where an empty cell means that nobody has said.
const NONE: &str = "none";

/// What is wrong with a cell.
pub type CellFault = (&'static ErrorCode, Detail);

/// Records by what people call them, and back.
#[derive(Debug, Default)]
pub struct Names {
    ids: HashMap<(Reference, String), Uuid>,
    names: HashMap<(Reference, Uuid), String>,
}

impl Names {
    /// Remembers a record.
    pub fn add(&mut self, reference: Reference, name: String, id: Uuid) {
        self.ids.insert((reference, name.clone()), id);
        self.names.insert((reference, id), name);
    }

    /// Forgets a record.
    pub fn forget(&mut self, reference: Reference, name: &str) {
        self.ids.remove(&(reference, name.to_owned()));
    }

    /// Whether this name has been looked up.
    #[must_use]
    pub fn has(&self, reference: Reference, name: &str) -> bool {
        self.ids.contains_key(&(reference, name.to_owned()))
    }

    fn id(&self, reference: Reference, name: &str) -> Result<Value, CellFault> {
        let known = self.ids.get(&(reference, name.to_owned()));
        known.map(|id| json!(id)).ok_or_else(|| (&codes::REFERENCE_UNKNOWN, say::NOTHING_CALLED.with("value", name)))
    }

    fn name(&self, reference: Reference, id: &Value) -> String {
        let id = id.as_str().and_then(|id| Uuid::parse_str(id).ok());
        id.and_then(|id| self.names.get(&(reference, id)).cloned()).unwrap_or_default()
    }
}

/// The names that a cell mentions.
pub fn mentioned<'a>(kind: &Kind, text: &'a str) -> Vec<(Reference, &'a str)> {
    match kind {
        Kind::Record(reference) if !text.is_empty() => vec![(*reference, text)],
        Kind::Records(reference) => parts(text).map(|name| (*reference, name)).collect(),
        Kind::Outputs => parts(text)
            .filter_map(output_parts)
            .flat_map(|[product, _, unit, _]| [(OUTPUT.0, product), (OUTPUT.1, unit)])
            .filter(|(_, name)| !name.is_empty())
            .collect(),
        _ => Vec::new(),
    }
}

/// The ids that a value mentions.
pub fn referred(kind: &Kind, value: &Value) -> Vec<(Reference, Uuid)> {
    let id = |value: &Value| value.as_str().and_then(|id| Uuid::parse_str(id).ok());
    match kind {
        Kind::Record(reference) => id(value).map(|id| (*reference, id)).into_iter().collect(),
        Kind::Records(reference) => {
            value.as_array().into_iter().flatten().filter_map(id).map(|id| (*reference, id)).collect()
        }
        Kind::Outputs => {
            let all = value.as_array().into_iter().flatten();
            let named = |one: &Value, (reference, field): (Reference, &str)| Some((reference, id(one.get(field)?)?));
            all.flat_map(|one| [(OUTPUT.0, "product_id"), (OUTPUT.1, "unit_id")].map(|field| named(one, field)))
                .flatten()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// `CODE:quantity:unit:percent`; a code may have colons of its own.
fn output_parts(text: &str) -> Option<[&str; 4]> {
    let mut behind = text.rsplitn(4, ':').map(str::trim);
    let (percent, unit, quantity) = (behind.next()?, behind.next()?, behind.next()?);
    Some([behind.next()?, quantity, unit, percent])
}

fn output(text: &str, names: &Names) -> Result<Value, CellFault> {
    let Some([product, quantity, unit, percent]) = output_parts(text) else {
        return Err((&codes::VALUE_INVALID, say::NOT_BY_PRODUCT.with("value", text)));
    };
    Ok(json!({
        "product_id": names.id(OUTPUT.0, product)?,
        "quantity": decimal(quantity)?,
        "unit_id": if unit.is_empty() { Value::Null } else { names.id(OUTPUT.1, unit)? },
        "cost_share_percent": decimal(percent)?,
    }))
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(SPLIT).map(str::trim).filter(|part| !part.is_empty())
}

/// A value as a cell shows it.
#[must_use]
pub fn text(column: &Column, value: &Value, names: &Names) -> String {
    let list = |each: &dyn Fn(&Value) -> String| match value.as_array() {
        Some(all) if all.is_empty() && column.is_nullable => NONE.to_owned(),
        Some(all) => all.iter().map(each).collect::<Vec<_>>().join(&SPLIT.to_string()),
        None => String::new(),
    };
    match &column.kind {
        Kind::Record(reference) => names.name(*reference, value),
        Kind::Records(reference) => list(&|id| names.name(*reference, id)),
        Kind::Numbers => list(&ToString::to_string),
        Kind::Outputs => list(&|one| {
            let of = |name: &str| one.get(name).cloned().unwrap_or_default();
            let number = |name: &str| {
                let plain = of(name).as_str().and_then(|text| Decimal::from_str_exact(text).ok());
                plain.map(|number| number.normalize().to_string()).unwrap_or_default()
            };
            let (product, unit) = (names.name(OUTPUT.0, &of("product_id")), names.name(OUTPUT.1, &of("unit_id")));
            format!("{product}:{}:{unit}:{}", number("quantity"), number("cost_share_percent"))
        }),
        Kind::Spans => list(&|span| {
            let end = |name: &str| span.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            format!("{}-{}", end("from"), end("until"))
        }),
        Kind::Decimal => {
            let plain = value.as_str().and_then(|text| Decimal::from_str_exact(text).ok());
            plain.map(|number| number.normalize().to_string()).unwrap_or_default()
        }
        Kind::Text | Kind::Whole | Kind::Flag | Kind::Word(_) => match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        },
    }
}

/// A cell as the body has it.
///
/// # Errors
/// What is wrong with the cell.
pub fn value(column: &Column, text: &str, names: &Names) -> Result<Value, CellFault> {
    if text.is_empty() {
        return match &column.kind {
            _ if column.is_nullable => Ok(Value::Null),
            Kind::Text => Ok(json!("")),
            Kind::Records(_) | Kind::Numbers | Kind::Outputs | Kind::Spans => Ok(json!([])),
            Kind::Decimal | Kind::Whole | Kind::Flag | Kind::Word(_) | Kind::Record(_) => {
                Err((&codes::VALUE_MISSING, say::CELL_EMPTY.into()))
            }
        };
    }
    let wrong = |detail: Detail| Err((&codes::VALUE_INVALID, detail));
    match &column.kind {
        Kind::Text => Ok(json!(text)),
        Kind::Decimal => decimal(text),
        Kind::Whole => match whole(text) {
            Some(number) => Ok(json!(number)),
            None => wrong(say::NOT_A_WHOLE_NUMBER.with("value", text)),
        },
        Kind::Flag => match text.to_lowercase().as_str() {
            "true" | "yes" | "1" | "x" | "da" | "adevărat" => Ok(json!(true)),
            "false" | "no" | "0" | "nu" | "fals" => Ok(json!(false)),
            _ => wrong(say::NEITHER_TRUE_NOR_FALSE.with("value", text)),
        },
        Kind::Word(words) => match words.iter().find(|word| word.eq_ignore_ascii_case(text)) {
            Some(word) => Ok(json!(word)),
            None => wrong(say::NONE_OF.with("value", text).with("words", words.join(", "))),
        },
        Kind::Record(reference) => names.id(*reference, text),
        Kind::Records(_) | Kind::Numbers | Kind::Outputs | Kind::Spans if text.eq_ignore_ascii_case(NONE) => {
            Ok(json!([]))
        }
        Kind::Records(reference) => {
            parts(text).map(|name| names.id(*reference, name)).collect::<Result<Vec<_>, _>>().map(Value::from)
        }
        Kind::Numbers => match parts(text).map(whole).collect::<Option<Vec<_>>>() {
            Some(all) => Ok(json!(all)),
            None => wrong(say::NOT_WHOLE_NUMBERS.with("value", text)),
        },
        Kind::Outputs => parts(text).map(|part| output(part, names)).collect::<Result<Vec<_>, _>>().map(Value::from),
        Kind::Spans => {
            let span = |part: &str| {
                let (from, until) = part.split_once('-')?;
                Some(json!({ "from": from.trim(), "until": until.trim() }))
            };
            match parts(text).map(span).collect::<Option<Vec<_>>>() {
                Some(all) => Ok(Value::from(all)),
                None => wrong(say::NOT_TIMES.with("value", text)),
            }
        }
    }
}

/// Workbooks have no whole numbers, so `10.0` is one.
fn whole(text: &str) -> Option<i64> {
    let number = Decimal::from_str_exact(text).ok()?;
    if number.fract().is_zero() { i64::try_from(number).ok() } else { None }
}

/// A point splits decimals off, or a comma where that cannot mean thousands.
fn decimal(text: &str) -> Result<Value, CellFault> {
    let is_ambiguous = text.split_once(',').is_some_and(|(before, behind)| {
        behind.len() == 3 && before.trim_start_matches('-') != "0" && !before.is_empty() && !text.contains('.')
    });
    if is_ambiguous {
        let words = say::NUMBER_AMBIGUOUS.with("value", text);
        return Err((&codes::VALUE_INVALID, words));
    }
    let plain = if text.contains('.') { text.to_owned() } else { text.replacen(',', ".", 1) };
    match Decimal::from_str_exact(&plain) {
        Ok(number) => Ok(json!(number.to_string())),
        Err(_) => Err((&codes::VALUE_INVALID, say::NOT_A_NUMBER.with("value", text))),
    }
}
