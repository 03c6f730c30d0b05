//! The list of routings.

use leptos::prelude::*;
use mrp_api::data_files::DataFileKind;
use mrp_api::routings::{CreateRouting, GetRouting, ListRoutings, RoutingRow, UpdateRouting};

use crate::i18n::text::routings as t;
use crate::links::Noun;
use crate::pages::routings::form;
use crate::ui::cell::Cell;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let columns = vec![
        Column::new("code", t::code(), |row: &RoutingRow| Cell::Code(row.code.clone())).width(140).sortable(),
        Column::new("name", t::name(), |row: &RoutingRow| Cell::Name(row.name.clone())).sortable(),
        Column::new("operations", t::operations(), |row: &RoutingRow| Cell::whole(row.operation_count))
            .width(110)
            .number(),
        Column::new("work_centers", t::work_centers(), |row: &RoutingRow| Cell::text(row.work_centers.clone()))
            .width(420),
        Column::new("state", t::state(), |row: &RoutingRow| Cell::active(row.active)).width(110),
    ];
    let list = List::of::<ListRoutings, _>("routing", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.name.clone(),
        version: row.version,
        href: Noun::Routings.record(row.id),
        is_muted: !row.active,
    });
    list_page(
        list.creates::<CreateRouting>(t::new(), Noun::Routings.new_record())
            .filter(Filter::active())
            .edits::<GetRouting, UpdateRouting>(form::fields())
            .files(DataFileKind::Routings)
            .empty(t::empty(), t::empty_hint()),
    )
}
