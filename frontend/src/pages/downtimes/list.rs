//! The list of downtimes.

use leptos::prelude::*;
use mrp_api::downtimes::{CreateDowntime, DowntimeView, ListDowntimes};
use mrp_api::work_centers::ListWorkCenters;
use mrp_domain::loss_reason::DowntimeClass;

use crate::i18n::text::downtimes as t;
use crate::links::Noun;
use crate::pages::setting::loss_reasons::class_name;
use crate::ui::cell::Cell;
use crate::ui::field::words;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::state::Shape;
use crate::{format, session};

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let length = |row: &DowntimeView| row.finished_at.unwrap_or_else(format::now).since(row.started_at).get();
    let columns = vec![
        Column::new("work_center", t::work_center(), |row: &DowntimeView| Cell::Name(row.work_center_name.clone()))
            .sortable(),
        Column::new("loss_reason", t::reason(), |row: &DowntimeView| Cell::text(row.loss_reason_name.clone()))
            .sortable(),
        Column::new("class", t::class(), |row: &DowntimeView| Cell::text(class_name(row.downtime_class))).width(140),
        Column::new("started_at", t::started(), |row: &DowntimeView| Cell::moment(Some(row.started_at)))
            .width(170)
            .sortable(),
        Column::new("finished_at", t::finished(), |row: &DowntimeView| match row.finished_at {
            Some(at) => Cell::moment(Some(at)),
            None => Cell::State(Shape::Blocking, t::stands().to_owned()),
        })
        .width(170),
        Column::new("length", t::length(), move |row: &DowntimeView| {
            Cell::duration(i64::try_from(length(row)).unwrap_or(i64::MAX))
        })
        .width(90)
        .number(),
        Column::new("note", t::note(), |row: &DowntimeView| Cell::text(row.note.clone())),
    ];
    let list = List::of::<ListDowntimes, _>("downtime", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.work_center_name.clone(),
        version: row.version,
        href: Noun::Downtimes.record(row.id),
        is_muted: false,
    });
    // Who cannot look a work center up reports where it stands, on the work order.
    let list = match session::may_call::<ListWorkCenters>() {
        true => list.creates::<CreateDowntime>(t::new(), Noun::Downtimes.new_record()),
        false => list,
    };
    list_page(
        list.preset(t::all(), &[("sort", "-started_at")])
            .preset(t::stands_now(), &[("running", "true")])
            .filter(Filter::choice(
                "downtime_class",
                t::class(),
                words(DowntimeClass::ALL, DowntimeClass::as_str, class_name),
            ))
            .filter(Filter::given("work_center_id", t::work_center()))
            .filter(Filter::given("loss_reason_id", t::reason()))
            .filter(Filter::given("since", t::started()))
            .filter(Filter::given("until", t::finished()))
            .empty(t::empty(), t::empty_hint()),
    )
}
