//! The columns of a body: which fields it has, in their order, and what each of them holds.
//!
//! Nobody lists them. The order, and whether a text is a number with decimals, comes from how the body reads itself
//! ([`fields`]); what a reference refers to, the words of a closed set and the sentence that explains a field come from
//! its schema in the OpenAPI document.

use std::cell::RefCell;
use std::collections::HashMap;

use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde_json::Value;
use utoipa::ToSchema;

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands above it: the field's name; references go by the name of what they refer to.
    pub header: String,
    /// The field.
    pub field: &'static str,
    /// Whether it is a field of the record's lines.
    pub is_of_line: bool,
    /// Whether it tells records apart.
    pub is_key: bool,
    /// What it holds.
    pub kind: Kind,
    /// Whether an empty cell means nothing, and not an empty text.
    pub is_nullable: bool,
    /// The field's sentence.
    pub note: String,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A number with decimals.
    Decimal,
    /// A whole number.
    Whole,
    /// Yes or no.
    Flag,
    /// One of these words.
    Word(Vec<String>),
    /// A record, by its code or name.
    Record(Reference),
    /// Several of them.
    Records(Reference),
    /// Several whole numbers.
    Numbers,
    /// Several products with quantity, unit and percentage.
    Outputs,
    /// Several times from and until, within a day.
    Spans,
}

impl Column {
    /// Whether a cell may be empty.
    #[must_use]
    pub fn may_be_empty(&self) -> bool {
        let is_open = matches!(self.kind, Kind::Text | Kind::Records(_) | Kind::Numbers | Kind::Outputs | Kind::Spans);
        !self.is_key && (self.is_nullable || is_open)
    }
}

impl std::fmt::Display for Kind {
    /// In words, for people who fill a file in.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let table = |reference: &Reference| reference.table.replace('_', " ");
        match self {
            Self::Text => f.write_str("text"),
            Self::Decimal => f.write_str("number"),
            Self::Whole => f.write_str("whole number"),
            Self::Flag => f.write_str("true or false"),
            Self::Word(words) => f.write_str(&words.join(", ")),
            Self::Record(reference) => write!(f, "{} of a {}", reference.called, table(reference)),
            Self::Records(reference) => write!(f, "{}s of {}s, split by |", reference.called, table(reference)),
            Self::Numbers => f.write_str("whole numbers, split by |"),
            Self::Outputs => f.write_str("code:quantity:unit:percent of products, split by |"),
            Self::Spans => f.write_str("times like 10:00-10:15, split by |"),
        }
    }
}

/// Records of another table by what people call them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The table.
    pub table: &'static str,
    /// The column that tells its records apart, or an expression over columns.
    pub key: &'static str,
    /// What that is called.
    pub called: &'static str,
}

impl Reference {
    const fn by_code(table: &'static str) -> Self {
        Self { table, key: "code", called: "code" }
    }

    const fn by_name(table: &'static str) -> Self {
        Self { table, key: "name", called: "name" }
    }
}

/// What by-products are and what they are measured in.
pub const OUTPUT: (Reference, Reference) = (Reference::by_code("product"), Reference::by_code("unit"));

/// A value by the codes of its attribute and its own: `COLOUR:RED`.
const ATTRIBUTE_VALUE: Reference = Reference {
    table: "attribute_value",
    key: "concat((SELECT a.code FROM attribute a WHERE a.id = attribute_id), ':', code)",
    called: "attribute:code",
};

/// Every id that a body can name.
const REFERENCES: &[(&str, Reference)] = &[
    ("UnitCategoryId", Reference::by_name("unit_category")),
    ("UnitId", Reference::by_code("unit")),
    ("WorkScheduleId", Reference::by_name("work_schedule")),
    ("WorkCenterId", Reference::by_code("work_center")),
    ("ProductId", Reference::by_code("product")),
    ("AttributeValueId", ATTRIBUTE_VALUE),
    ("RoutingId", Reference::by_code("routing")),
    ("WarehouseId", Reference::by_code("warehouse")),
    ("SupplierId", Reference::by_code("supplier")),
];

/// The columns of a body, its lines' behind its own; `lines` is the field that holds them.
///
/// `T` is the body and `L` one of its lines; a body without lines names itself twice.
#[must_use]
pub fn of<T: DeserializeOwned + ToSchema, L: DeserializeOwned + ToSchema>(lines: Option<&'static str>) -> Vec<Column> {
    let mut columns = of_struct::<T>(None, lines);
    if let Some(lines) = lines {
        let name = lines.strip_suffix('s').unwrap_or(lines);
        columns.extend(of_struct::<L>(Some(name), None));
    }
    columns
}

fn of_struct<T: DeserializeOwned + ToSchema>(line: Option<&str>, without: Option<&str>) -> Vec<Column> {
    let mut known = Vec::new();
    T::schemas(&mut known);
    let known: HashMap<String, Value> =
        known.into_iter().map(|(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default())).collect();
    let schema = serde_json::to_value(T::schema()).unwrap_or_default();
    let fields = fields::<T>().into_iter().filter(|field| Some(field.name) != without);
    let column = |field: Field| {
        let property = schema.pointer(&format!("/properties/{}", field.name)).cloned().unwrap_or_default();
        let kind = kind_of(&field, &property, &known);
        let short = match kind {
            Kind::Record(_) => field.name.trim_end_matches("_id").to_owned(),
            Kind::Records(_) => {
                field.name.strip_suffix("_ids").map_or(field.name.to_owned(), |name| format!("{name}s"))
            }
            _ => field.name.to_owned(),
        };
        Column {
            header: line.map_or(short.clone(), |line| format!("{line}.{short}")),
            field: field.name,
            is_of_line: line.is_some(),
            is_key: false,
            is_nullable: field.is_nullable,
            note: note_of(&property),
            kind,
        }
    };
    fields.map(column).collect()
}

/// The schema of a field that may be absent stands beside `null`.
fn not_null(property: &Value) -> &Value {
    let choices = property.get("oneOf").and_then(Value::as_array);
    choices.and_then(|all| all.iter().find(|one| one.get("$ref").is_some())).unwrap_or(property)
}

fn note_of(property: &Value) -> String {
    let text = [property, not_null(property)].into_iter().find_map(|schema| schema.get("description")?.as_str());
    text.unwrap_or_default().to_owned()
}

fn referred(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

fn kind_of(field: &Field, property: &Value, known: &HashMap<String, Value>) -> Kind {
    let record = |name: &str| REFERENCES.iter().find(|(id, _)| *id == name).map(|(_, reference)| *reference);
    let property = not_null(property);
    if let Some(name) = referred(property) {
        if let Some(reference) = record(name) {
            return Kind::Record(reference);
        }
        let words = known.get(name).and_then(|schema| schema.get("enum")?.as_array().cloned()).unwrap_or_default();
        return Kind::Word(words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect());
    }
    let listed = property.get("items").and_then(referred);
    match field.holds {
        Holds::Flag => Kind::Flag,
        Holds::Whole => Kind::Whole,
        Holds::Decimal => Kind::Decimal,
        Holds::Text => Kind::Text,
        Holds::List => match property.get("items").map(|items| referred(items).map(record)) {
            Some(Some(Some(reference))) => Kind::Records(reference),
            Some(Some(None)) if listed == Some("BomByProductInput") => Kind::Outputs,
            Some(Some(None)) => Kind::Spans,
            Some(None) | None => Kind::Numbers,
        },
    }
}

/// A field as the body itself reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Field {
    name: &'static str,
    holds: Holds,
    is_nullable: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    Decimal,
    Whole,
    Flag,
    List,
}

/// The fields of a body in their order: its own reader is asked for their names, and then for each of them what it
/// would like to read. Strings ask for a string that they can keep; decimals take any kind of text.
fn fields<T: DeserializeOwned>() -> Vec<Field> {
    let names = RefCell::new(&[][..]);
    // It always ends in an error, because there is nothing to read.
    drop(T::deserialize(Names(&names)));
    let ask = |name: &'static str| {
        let seen = RefCell::new(Field { name, holds: Holds::Text, is_nullable: false });
        drop(T::deserialize(OneField { name, seen: &seen }));
        seen.into_inner()
    };
    names.into_inner().iter().map(|name| ask(name)).collect()
}

fn nothing_to_read() -> Error {
    Error::custom("there is nothing to read")
}

struct Names<'a>(&'a RefCell<&'static [&'static str]>);

impl<'de> Deserializer<'de> for Names<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(nothing_to_read())
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        self.0.replace(fields);
        Err(nothing_to_read())
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// A body with one field.
struct OneField<'a> {
    name: &'static str,
    seen: &'a RefCell<Field>,
}

impl<'de> Deserializer<'de> for OneField<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for OneField<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let name: StrDeserializer<'de, Error> = self.name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Asked(self.seen))
    }
}

/// Notes what a field asks for.
struct Asked<'a>(&'a RefCell<Field>);

impl Asked<'_> {
    fn note<T>(&self, holds: Holds) -> Result<T, Error> {
        self.0.borrow_mut().holds = holds;
        Err(nothing_to_read())
    }
}

macro_rules! asked {
    ($($method:ident: $holds:ident,)+) => { $(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            self.note(Holds::$holds)
        }
    )+ };
}

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = Error;

    asked! {
        deserialize_any: Decimal,
        deserialize_str: Decimal,
        deserialize_string: Text,
        deserialize_bool: Flag,
        deserialize_u8: Whole,
        deserialize_u16: Whole,
        deserialize_u32: Whole,
        deserialize_u64: Whole,
        deserialize_i32: Whole,
        deserialize_i64: Whole,
        deserialize_seq: List,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.borrow_mut().is_nullable = true;
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct map struct enum identifier
        ignored_any
    }
}
