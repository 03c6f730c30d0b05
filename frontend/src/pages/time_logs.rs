//! Who worked when, and where: what times, costs and effectiveness are told from.

use leptos::prelude::*;
use mrp_api::oee::{ListTimeLogs, TimeLogRow};

use crate::i18n::text::oee as t;
use crate::links::Noun;
use crate::ui::cell::Cell;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::state::Shape;

/// The list.
#[must_use]
pub fn page() -> AnyView {
    let columns = vec![
        Column::new("operator", t::operator(), |row: &TimeLogRow| Cell::Person(row.operator_name.clone())).sortable(),
        Column::new("work_center", t::work_center(), |row: &TimeLogRow| Cell::text(row.work_center_name.clone())),
        Column::new("work_order", t::work_order(), |row: &TimeLogRow| {
            Cell::Link(row.work_order_number.clone(), Noun::WorkOrders.record(row.work_order_id))
        })
        .width(170),
        Column::new("operation", t::operation(), |row: &TimeLogRow| Cell::text(row.operation_name.clone())),
        Column::new("order", t::order(), |row: &TimeLogRow| {
            Cell::Link(
                row.manufacturing_order_number.clone(),
                Noun::ManufacturingOrders.record(row.manufacturing_order_id),
            )
        })
        .width(150),
        Column::new("started_at", t::started(), |row: &TimeLogRow| Cell::moment(Some(row.started_at)))
            .width(170)
            .sortable(),
        Column::new("finished_at", t::finished(), |row: &TimeLogRow| match row.finished_at {
            Some(at) => Cell::moment(Some(at)),
            None => Cell::State(Shape::Running, t::runs().to_owned()),
        })
        .width(170),
        Column::new("length", t::length(), |row: &TimeLogRow| {
            Cell::duration(i64::try_from(row.seconds).unwrap_or(i64::MAX))
        })
        .width(90)
        .number(),
    ];
    let list = List::of::<ListTimeLogs, _>("work_order", t::time_logs(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.operator_name.clone(),
        version: 0,
        href: Noun::WorkOrders.record(row.work_order_id),
        is_muted: false,
    });
    list_page(
        list.filter(Filter::given("work_center_id", t::work_center()))
            .filter(Filter::given("since", t::started()))
            .filter(Filter::given("until", t::finished()))
            .empty(t::no_logs(), t::no_logs_hint()),
    )
}
