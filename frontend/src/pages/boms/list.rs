//! The list of bills of materials, one row a revision.

use leptos::prelude::*;
use mrp_api::bom_imports::ImportBom;
use mrp_api::boms::{BomRow, CreateBom, GetBom, ListBoms, UpdateBom};
use mrp_api::data_files::DataFileKind;
use mrp_domain::bom::BomState;

use crate::i18n::text::boms as t;
use crate::links::Noun;
use crate::pages::bom_imports::dialog::ImportButton;
use crate::pages::boms::{days_label, form, revision_label, state_shape, type_name};
use crate::session;
use crate::ui::cell::Cell;
use crate::ui::list::{Column, List, list_page};
use crate::ui::list_state::RowKey;

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let columns = vec![
        Column::new("code", t::code(), |row: &BomRow| Cell::Code(row.code.clone())).width(130).sortable(),
        Column::new("product_name", t::product(), |row: &BomRow| Cell::Name(row.product_name.clone())),
        Column::new("product_code", t::code(), |row: &BomRow| Cell::Code(row.product_code.clone())).width(130).hidden(),
        Column::new("revision", t::revision(), |row: &BomRow| Cell::text(revision_label(row.revision))).width(90),
        Column::new("state", t::state(), |row: &BomRow| {
            let (shape, word) = state_shape(row.state);
            Cell::State(shape, word.to_owned())
        })
        .width(120),
        Column::new("effective", t::effective(), |row: &BomRow| {
            Cell::maybe(days_label(row.effective_from.as_deref(), row.effective_until.as_deref()))
        })
        .width(190),
        Column::new("per_run", t::per_run(), |row: &BomRow| Cell::quantity(row.quantity_per_run, &row.unit_code))
            .width(150)
            .number(),
        Column::new("lines", t::lines(), |row: &BomRow| Cell::whole(row.line_count)).width(120).number(),
        Column::new("routing", t::routing(), |row: &BomRow| Cell::maybe(row.routing_name.clone())).width(200),
        Column::new("bom_type", t::bom_type(), |row: &BomRow| Cell::text(type_name(row.bom_type))).width(110),
    ];
    let list = List::of::<ListBoms, _>("bom", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: format!("{} {}", row.product_name, revision_label(row.revision)),
        version: row.version,
        href: Noun::Boms.record(row.id),
        is_muted: row.state == BomState::Archived,
    });
    let list =
        if session::may_call::<ImportBom>() { list.actions(|| view! { <ImportButton/> }.into_any()) } else { list };
    list_page(
        list.creates::<CreateBom>(t::new(), Noun::Boms.new_record())
            .preset(t::all(), &[])
            .preset(t::draft(), &[("state", BomState::Draft.as_str())])
            .preset(t::validated(), &[("state", BomState::Validated.as_str())])
            .preset(t::archived(), &[("state", BomState::Archived.as_str())])
            .edits::<GetBom, UpdateBom>(form::shared_fields())
            .files(DataFileKind::Boms)
            .empty(t::empty(), t::empty_hint()),
    )
}
