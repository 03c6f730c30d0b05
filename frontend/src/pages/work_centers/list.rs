//! The list of work centers.

use leptos::prelude::*;
use mrp_api::access::Permission;
use mrp_api::data_files::DataFileKind;
use mrp_api::work_centers::{CreateWorkCenter, GetWorkCenter, ListWorkCenters, UpdateWorkCenter, WorkCenterView};

use crate::i18n::text::{self, work_centers as t};
use crate::links::Noun;
use crate::pages::work_centers::form;
use crate::pages::work_centers::kind_name;
use crate::session;
use crate::ui::cell::Cell;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::state::Shape;

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let mut columns = vec![
        Column::new("code", t::code(), |row: &WorkCenterView| Cell::Code(row.code.clone())).width(120).sortable(),
        Column::new("name", t::name(), |row: &WorkCenterView| Cell::Name(row.name.clone())).sortable(),
        Column::new("kind", t::kind(), |row: &WorkCenterView| Cell::text(kind_name(row.kind))).width(110),
        Column::new("capacity", t::capacity(), |row: &WorkCenterView| Cell::whole(row.capacity)).width(90).number(),
        Column::new("efficiency", t::efficiency(), |row: &WorkCenterView| Cell::quantity(row.efficiency_percent, "%"))
            .width(100)
            .number(),
        Column::new("work_schedule", t::work_schedule(), |row: &WorkCenterView| {
            Cell::text(row.work_schedule_name.clone().unwrap_or_else(|| t::work_schedule_default().to_owned()))
        })
        .width(150),
        Column::new("setup", t::setup(), |row: &WorkCenterView| Cell::duration(row.setup_seconds))
            .width(90)
            .number()
            .hidden(),
        Column::new("state", t::state(), |row: &WorkCenterView| Cell::active(row.active)).width(100),
    ];
    if session::may(Permission::CostRead) {
        let label = format!("{}, {}", t::costs_hour(), session::currency());
        columns.insert(5, Column::new("costs_hour", label, |row: &WorkCenterView| cost(row)).width(160).number());
    }
    let list = List::of::<ListWorkCenters, _>("work_center", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.name.clone(),
        version: row.version,
        href: Noun::WorkCenters.record(row.id),
        is_muted: !row.active,
    });
    let list = match session::may(Permission::CostRead) {
        true => list.filter(Filter::only("without_rate", t::no_rate())),
        false => list,
    };
    list_page(
        list.creates::<CreateWorkCenter>(t::new(), Noun::WorkCenters.new_record())
            .filter(Filter::active())
            .edits::<GetWorkCenter, UpdateWorkCenter>(form::fields())
            .files(DataFileKind::WorkCenters)
            .empty(t::empty(), t::empty_hint()),
    )
}

/// A missing rate is never silent.
fn cost(row: &WorkCenterView) -> Cell {
    match row.costs_hour {
        Some(rate) if !rate.is_zero() => Cell::money(rate),
        Some(_) | None => Cell::State(Shape::Waiting, text::work_centers::no_rate().to_owned()),
    }
}
