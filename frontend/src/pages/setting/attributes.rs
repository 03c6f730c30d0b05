//! Attributes: what variants of a product differ by, with their values.

use leptos::prelude::*;
use mrp_api::attributes::{
    AttributeQuery, AttributeView, CreateAttribute, DeleteAttribute, GetAttribute, ListAttributes, UpdateAttribute,
};
use mrp_api::data_files::DataFileKind;
use mrp_api::endpoint::Empty;

use crate::api;
use crate::i18n::text::variants as t;
use crate::pages::setting::record_on;
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::list::{Column, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::picker::{Choice, Picker};
use crate::ui::record::{Record, RecordDialog};

/// Most attributes whose values are offered.
const ATTRIBUTES_OFFERED: u32 = 200;

/// The tab.
#[must_use]
pub fn tab() -> AnyView {
    let columns = vec![
        Column::new("code", t::code(), |row: &AttributeView| Cell::Code(row.code.clone())).width(140).sortable(),
        Column::new("name", t::name(), |row: &AttributeView| Cell::Name(row.name.clone())).width(200).sortable(),
        Column::new("values", t::values(), |row: &AttributeView| Cell::text(values(row))),
        Column::new("templates", t::templates(), |row: &AttributeView| {
            Cell::whole(u32::try_from(row.template_count).unwrap_or(u32::MAX))
        })
        .width(110)
        .number(),
    ];
    let list = List::of::<ListAttributes, _>("attribute", t::attributes(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.name.clone(),
        version: row.version,
        href: record_on("attributes", &row.id.to_string()),
        is_muted: false,
    })
    .creates::<CreateAttribute>(t::attribute_new(), record_on("attributes", "new"))
    .files(DataFileKind::Attributes)
    .empty(t::attribute_empty(), t::attribute_hint())
    .embedded();
    let record = Record::of::<GetAttribute, UpdateAttribute>("attribute", t::attributes(), fields())
        .creates::<CreateAttribute>(t::attribute_new())
        .deletes::<DeleteAttribute>();
    view! { {list_page(list)} <RecordDialog record/> }.into_any()
}

fn values(row: &AttributeView) -> String {
    row.values.iter().map(|value| value.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Chooses a value of any attribute.
#[must_use]
pub fn value_picker() -> Picker {
    Picker::among(|| {
        Box::pin(async {
            let query = AttributeQuery { limit: Some(ATTRIBUTES_OFFERED), ..AttributeQuery::default() };
            let page = api::get::<ListAttributes>(&Empty {}, &query).await?;
            let of = |attribute: AttributeView| {
                let name = attribute.name;
                let choice = move |value: mrp_api::attributes::AttributeValue| {
                    Some(Choice::new(value.id?, format!("{name}: {}", value.name), value.code))
                };
                attribute.values.into_iter().filter_map(choice).collect::<Vec<_>>()
            };
            Ok(page.items.into_iter().flat_map(of).collect())
        })
    })
}

fn fields() -> Vec<Field> {
    let value = vec![
        Field::hidden("id"),
        Field::text("code", t::code(), 40).required(),
        Field::text("name", t::name(), 200).required(),
    ];
    vec![
        Field::text("code", t::code(), 40).required().span(4),
        Field::text("name", t::name(), 200).required().span(8),
        Field::lines("values", t::values(), value).span(12).hint(t::values_hint()),
    ]
}

#[cfg(test)]
mod tests {
    use mrp_api::attributes::AttributeInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        crate::ui::form::assert_fits::<AttributeInput>(&fields(), &[("code", "COLOUR"), ("name", "Culoare")]);
    }
}
