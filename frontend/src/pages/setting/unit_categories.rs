//! Families of units that convert into each other: list and form.

use leptos::prelude::*;
use mrp_api::data_files::DataFileKind;
use mrp_api::unit_categories::{
    CreateUnitCategory, DeleteUnitCategory, GetUnitCategory, ListUnitCategories, UnitCategoryView, UpdateUnitCategory,
};

use crate::i18n::text::setting as t;
use crate::pages::setting::record_on;
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::list::{Column, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::picker::{Choice, Picker};
use crate::ui::record::{Record, RecordDialog};

/// The tab.
#[must_use]
pub fn tab() -> AnyView {
    let columns = vec![
        Column::new("name", t::name(), |row: &UnitCategoryView| Cell::Name(row.name.clone())).sortable(),
        Column::new("unit_count", t::unit_count(), |row: &UnitCategoryView| Cell::whole(row.unit_count))
            .width(120)
            .number(),
    ];
    let list = List::of::<ListUnitCategories, _>("unit_category", t::unit_categories(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.name.clone(),
        version: row.version,
        href: record_on("unit_categories", &row.id.to_string()),
        is_muted: false,
    })
    .creates::<CreateUnitCategory>(t::unit_category_new(), record_on("unit_categories", "new"))
    .files(DataFileKind::UnitCategories)
    .empty(t::unit_category_empty(), t::unit_category_hint())
    .embedded();
    let record = Record::of::<GetUnitCategory, UpdateUnitCategory>("unit_category", t::unit_category(), fields())
        .creates::<CreateUnitCategory>(t::unit_category_new())
        .deletes::<DeleteUnitCategory>();
    view! { {list_page(list)} <RecordDialog record/> }.into_any()
}

/// Chooses a category.
#[must_use]
pub fn picker() -> Picker {
    let choice = |row: UnitCategoryView| Choice::new(row.id, row.name, "");
    Picker::of::<ListUnitCategories, GetUnitCategory, _, _>(choice, choice)
}

fn fields() -> Vec<Field> {
    vec![Field::text("name", t::name(), 100).required().hint(t::unit_category_hint()).span(12)]
}

#[cfg(test)]
mod tests {
    use mrp_api::unit_categories::UnitCategoryInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        crate::ui::form::assert_fits::<UnitCategoryInput>(&fields(), &[("name", "Masă")]);
    }
}
