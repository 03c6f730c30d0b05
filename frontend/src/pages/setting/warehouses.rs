//! Warehouses: list and form.

use leptos::prelude::*;
use mrp_api::data_files::DataFileKind;
use mrp_api::warehouses::{
    CreateWarehouse, DeleteWarehouse, GetWarehouse, ListWarehouses, UpdateWarehouse, WarehouseView,
};

use crate::i18n::text::setting as t;
use crate::pages::setting::record_on;
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::picker::{Choice, Picker};
use crate::ui::record::{Record, RecordDialog};

/// The tab.
#[must_use]
pub fn tab() -> AnyView {
    let columns = vec![
        Column::new("code", t::code(), |row: &WarehouseView| Cell::Code(row.code.clone())).width(140).sortable(),
        Column::new("name", t::name(), |row: &WarehouseView| Cell::Name(row.name.clone())).sortable(),
        Column::new("state", t::state(), |row: &WarehouseView| Cell::active(row.active)).width(110),
    ];
    let list = List::of::<ListWarehouses, _>("warehouse", t::warehouses(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.name.clone(),
        version: row.version,
        href: record_on("warehouses", &row.id.to_string()),
        is_muted: !row.active,
    })
    .creates::<CreateWarehouse>(t::warehouse_new(), record_on("warehouses", "new"))
    .filter(Filter::active())
    .edits::<GetWarehouse, UpdateWarehouse>(fields())
    .files(DataFileKind::Warehouses)
    .empty(t::warehouse_empty(), t::warehouse_hint())
    .embedded();
    let record = Record::of::<GetWarehouse, UpdateWarehouse>("warehouse", t::warehouses(), fields())
        .creates::<CreateWarehouse>(t::warehouse_new())
        .deletes::<DeleteWarehouse>();
    view! { {list_page(list)} <RecordDialog record/> }.into_any()
}

/// Chooses an active warehouse.
#[must_use]
pub fn picker() -> Picker {
    let choice = |row: WarehouseView| Choice::new(row.id, row.name, row.code);
    Picker::of::<ListWarehouses, GetWarehouse, _, _>(choice, choice).only("active", "true")
}

fn fields() -> Vec<Field> {
    vec![
        Field::text("code", t::code(), 40).required().span(4),
        Field::text("name", t::name(), 200).required().span(8),
        Field::check("active", t::active()).start("true").hint(t::active_hint()),
    ]
}

#[cfg(test)]
mod tests {
    use mrp_api::warehouses::WarehouseInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        crate::ui::form::assert_fits::<WarehouseInput>(&fields(), &[("code", "MAIN"), ("name", "Depozit central")]);
    }
}
