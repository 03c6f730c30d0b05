//! The tab with an order's operations and their work orders.

use leptos::prelude::*;
use mrp_api::manufacturing_orders::{ManufacturingOrderView, OrderOperationView};

use crate::i18n::text::manufacturing_orders as t;
use crate::links::Noun;
use crate::pages::work_orders::state;
use crate::ui::cell::Cell;
use crate::ui::page::Blank;
use crate::ui::state::Shape;
use crate::ui::table::{FactTable, Head, Line};

/// The tab.
#[must_use]
pub fn operations(view: &ManufacturingOrderView) -> AnyView {
    if view.operations.is_empty() {
        return view! { <Blank title=t::no_operations() hint=t::no_operations_hint() icon="route"/> }.into_any();
    }
    let heads = vec![
        Head::text("#").width(56),
        Head::text(t::operation()),
        Head::text(t::work_center()).width(150),
        Head::text(t::work_order()).width(150),
        Head::text(t::state()).width(124),
        Head::number(t::planned_time()).width(76),
        Head::number(t::actual_time()).width(76),
        Head::number(t::good()).width(68),
        Head::number(t::scrap()).width(62),
        Head::text(t::start()).width(136),
        Head::text(t::end()).width(136),
        Head::number(t::staff()).width(72),
    ];
    let rows = view.operations.clone();
    let lines = Callback::new(move |()| rows.iter().map(line).collect());
    view! { <FactTable title=t::operations() heads lines/> }.into_any()
}

fn line(operation: &OrderOperationView) -> Line {
    let work_order = match (&operation.work_order_number, operation.work_order_id) {
        (Some(number), Some(id)) => Cell::Link(number.clone(), Noun::WorkOrders.record(id)),
        (_, _) => Cell::Empty,
    };
    let state = operation.state.map_or_else(
        || Cell::State(Shape::None, t::no_work_order().to_owned()),
        |now| {
            let (shape, word) = state(now);
            Cell::State(shape, word.to_owned())
        },
    );
    Line::new(vec![
        Cell::Code(operation.sequence.to_string()),
        Cell::Name(operation.name.clone()),
        Cell::text(operation.work_center_name.clone()),
        work_order,
        state,
        seconds(operation.planned_seconds),
        seconds(operation.actual_seconds),
        Cell::number(operation.qty_done),
        Cell::number(operation.qty_scrapped),
        Cell::moment(operation.scheduled_start),
        Cell::moment(operation.scheduled_finish),
        Cell::whole(operation.staff_needed),
    ])
}

/// A duration as its cell.
#[must_use]
pub fn seconds(seconds: u64) -> Cell {
    Cell::duration(i64::try_from(seconds).unwrap_or(i64::MAX))
}
