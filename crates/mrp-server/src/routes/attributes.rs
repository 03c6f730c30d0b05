//! Attributes: what their bodies mean. A value that something uses stays.

use std::collections::{HashMap, HashSet};

use mrp_api::attributes::{
    AttributeInput, AttributeQuery, AttributeValue, AttributeView, CreateAttribute, DeleteAttribute, GetAttribute,
    ListAttributes, UpdateAttribute,
};
use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_domain::ids::AttributeId;
use mrp_domain::text::{Code, Name};
use mrp_domain::variant::ATTRIBUTE_VALUES_MAX;
use mrp_store::attributes::{self as store, AttributeRow, AttributeValueRow, AttributeValueValues};
use mrp_store::error::StoreError;
use mrp_store::list::{Filters, ListSpec};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::noun::Noun;

five_endpoints!(Attributes of AttributeId: ListAttributes GetAttribute CreateAttribute UpdateAttribute DeleteAttribute);

impl Noun for Attributes {
    const TABLE: &'static str = AttributeRow::TABLE;
    const LIST: ListSpec = store::LIST;
    const LIST_COLUMNS: &'static str = AttributeRow::COLUMNS;
    type Query = AttributeQuery;
    type ListRow = AttributeRow;
    type Row = AttributeView;
    type View = AttributeView;
    type Input = AttributeInput;

    fn filters(_: &AttributeQuery) -> Filters {
        Filters::default()
    }

    fn row(row: AttributeRow) -> Result<AttributeView, ApiError> {
        let corrupt = |error: serde_json::Error| StoreError::Corrupt(error.to_string());
        Ok(AttributeView {
            id: AttributeId::from_uuid(row.id),
            code: row.code,
            name: row.name,
            values: serde_json::from_value(row.values).map_err(corrupt)?,
            template_count: row.template_count,
            version: row.version,
        })
    }

    async fn load(connection: &mut PgConnection, id: Uuid) -> Result<AttributeView, ApiError> {
        Self::row(mrp_store::table::find(connection, &store::LIST, AttributeRow::COLUMNS, id).await?)
    }

    fn input(view: AttributeView) -> AttributeInput {
        view.into()
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: AttributeInput) -> Result<i64, ApiError> {
        let mut faults = Faults::default();
        let code = faults.take("/code", Code::new(&input.code));
        let name = faults.take("/name", Name::new(&input.name));
        let current = match expected {
            Some(_) => store::values_of(tx.connection(), id).await?,
            None => Vec::new(),
        };
        let values = values(&input.values, &current, &mut faults);
        faults.check()?;
        let gone = current.into_iter().filter(|row| !values.iter().any(|value| value.id == row.id)).collect();
        refuse_used(tx, gone).await?;
        let row = AttributeRow {
            id,
            code: code.map(String::from).unwrap_or_default(),
            name: name.map(String::from).unwrap_or_default(),
            values: serde_json::Value::Null,
            template_count: 0,
            version: 0,
        };
        let version = row.values().save(tx, id, expected).await?;
        store::replace_values(tx, id, &values).await?;
        Ok(version)
    }

    async fn check_removal(tx: &mut Tx, id: Uuid) -> Result<(), ApiError> {
        let values = store::values_of(tx.connection(), id).await?;
        refuse_used(tx, values).await
    }
}

/// Refuses to remove values that something uses.
async fn refuse_used(tx: &mut Tx, values: Vec<AttributeValueRow>) -> Result<(), ApiError> {
    let uses = store::uses(tx, values.iter().map(|value| value.id).collect()).await?;
    let Some(found) = uses.first() else { return Ok(()) };
    let named = |id: Uuid| values.iter().find(|value| value.id == id).map(|value| value.name.clone());
    let all: Vec<String> = uses.iter().filter_map(|found| named(found.value_id)).collect();
    let value = named(found.value_id).unwrap_or_default();
    let detail = say::VALUE_USED.with("by", found.used_by.as_str()).with("value", value);
    Err(ApiError::new(&codes::IN_USE, detail).with("values", all))
}

/// Which value each of them is: the one that it names, or else the one that had its code, or else a new one.
fn values(inputs: &[AttributeValue], current: &[AttributeValueRow], faults: &mut Faults) -> Vec<AttributeValueValues> {
    if inputs.len() > ATTRIBUTE_VALUES_MAX {
        faults.add("/values", &codes::VALUE_INVALID, say::AT_MOST_LINES.with("most", ATTRIBUTE_VALUES_MAX));
        return Vec::new();
    }
    let mut free: HashMap<Uuid, &str> = current.iter().map(|row| (row.id, row.code.as_str())).collect();
    for (place, input) in inputs.iter().enumerate() {
        if let Some(id) = input.id
            && free.remove(&id.uuid()).is_none()
        {
            let detail = say::for_callers("the attribute has no such value, or it stands here twice");
            faults.add(format!("/values/{place}/id"), &codes::REFERENCE_UNKNOWN, detail);
        }
    }
    let mut codes_seen = HashSet::new();
    let mut all = Vec::with_capacity(inputs.len());
    for (place, input) in inputs.iter().enumerate() {
        let code = faults.take(&format!("/values/{place}/code"), Code::new(&input.code));
        let name = faults.take(&format!("/values/{place}/name"), Name::new(&input.name));
        let (Some(code), Some(name)) = (code, name) else { continue };
        if !codes_seen.insert(code.to_string()) {
            faults.add(
                format!("/values/{place}/code"),
                &codes::VALUE_TAKEN,
                say::for_callers("another value has this code"),
            );
        }
        let same = free.iter().find(|(_, had)| **had == code.as_str()).map(|(id, _)| *id);
        let id = match input.id {
            Some(id) => id.uuid(),
            None => same.and_then(|id| free.remove_entry(&id)).map_or_else(Uuid::now_v7, |(id, _)| id),
        };
        all.push(AttributeValueValues { id, code: code.into(), name: name.into() });
    }
    all
}
