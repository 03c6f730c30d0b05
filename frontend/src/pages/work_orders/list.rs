//! The list of work orders; its views are the planner's checks.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::Empty;
use mrp_api::work_centers::ListWorkCenters;
use mrp_api::work_orders::{AssignWorkOrder, GetWorkOrder, ListWorkOrders, WorkOrderQuery, WorkOrderRow};
use mrp_domain::work_order::WorkOrderState;
use serde_json::Value;

use crate::api;
use crate::i18n::text::work_orders as t;
use crate::links::Noun;
use crate::pages::manufacturing_orders::deadline_cell;
use crate::pages::manufacturing_orders::operations::seconds;
use crate::pages::work_orders::commands::operators;
use crate::pages::work_orders::{state, state_name};
use crate::ui::cell::Cell;
use crate::ui::field::words;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::page::Skeleton;
use crate::ui::state::Shape;
use crate::{format, live};

/// The page. The work centers come first, because the list filters by them.
#[must_use]
pub fn page() -> AnyView {
    let centers = RwSignal::new(None::<Vec<(String, String)>>);
    spawn_local(async move {
        let parameters = [("limit".to_owned(), "200".to_owned())];
        let found = api::get_list::<ListWorkCenters>(&parameters).await;
        let choices = found.map(|page| page.items.into_iter().map(|one| (one.id.to_string(), one.name)).collect());
        centers.try_set(Some(choices.unwrap_or_default()));
    });
    (move || centers.get().map_or_else(|| view! { <Skeleton/> }.into_any(), draw)).into_any()
}

fn draw(centers: Vec<(String, String)>) -> AnyView {
    let list = List::of::<ListWorkOrders, _>("work_order", t::title(), columns(), |row| RowKey {
        id: row.id.to_string(),
        name: row.number.clone(),
        version: row.version,
        href: Noun::WorkOrders.record(row.id),
        is_muted: is_closed(row.state),
    });
    let states = words(WorkOrderState::ALL, WorkOrderState::as_str, state_name);
    list_page(
        list.changes_with(&["downtime"])
            .preset(t::open_ones(), &[("open", "true")])
            .preset(t::stuck(), &[("stuck", "true")])
            .preset(t::late(), &[("late", "true")])
            .preset(t::unmanned(), &[("unmanned", "true")])
            .preset(t::all(), &[])
            .counts(counts())
            .filter(Filter::choice("state", t::state(), states))
            .filter(Filter::choice("work_center_id", t::work_center(), centers))
            .edits_reading::<GetWorkOrder, AssignWorkOrder>(vec![operators()], assigned)
            .empty(t::empty(), t::empty_hint()),
    )
}

/// Who is assigned, as it travels.
fn assigned(record: &Value, _: &str) -> Value {
    let people = record.get("operators").and_then(Value::as_array).into_iter().flatten();
    people.filter_map(|one| one.get("user_id").cloned()).collect()
}

fn is_closed(state: WorkOrderState) -> bool {
    matches!(state, WorkOrderState::Finished | WorkOrderState::Cancelled)
}

/// How many work orders each view has, in the views' order.
fn counts() -> Signal<Vec<u64>> {
    let counts = RwSignal::new(Vec::new());
    let revision = live::revision("work_order".to_owned());
    let one = WorkOrderQuery { limit: Some(1), ..WorkOrderQuery::default() };
    let queries = [
        WorkOrderQuery { open: Some(true), ..one.clone() },
        WorkOrderQuery { stuck: Some(true), ..one.clone() },
        WorkOrderQuery { late: Some(true), ..one.clone() },
        WorkOrderQuery { unmanned: Some(true), ..one.clone() },
        one,
    ];
    Effect::new(move |_| {
        revision.track();
        let queries = queries.clone();
        spawn_local(async move {
            let mut found = Vec::new();
            for query in &queries {
                let Ok(page) = api::get::<ListWorkOrders>(&Empty {}, query).await else { return };
                found.push(page.total);
            }
            counts.try_set(found);
        });
    });
    counts.into()
}

fn columns() -> Vec<Column<WorkOrderRow>> {
    vec![
        Column::new("number", t::number(), |row: &WorkOrderRow| Cell::Code(row.number.clone())).width(164).sortable(),
        Column::new("name", t::operation(), |row: &WorkOrderRow| Cell::Name(format!("{} {}", row.sequence, row.name)))
            .width(140),
        Column::new("product", t::product(), |row: &WorkOrderRow| Cell::text(row.product_name.clone())),
        Column::new("order", t::order(), |row: &WorkOrderRow| {
            Cell::Link(
                row.manufacturing_order_number.clone(),
                Noun::ManufacturingOrders.record(row.manufacturing_order_id),
            )
        })
        .width(132),
        Column::new("work_center", t::work_center(), |row: &WorkOrderRow| match &row.blocked_by {
            Some(reason) => Cell::State(Shape::Blocking, format!("{}: {reason}", row.work_center_name)),
            None => Cell::text(row.work_center_name.clone()),
        })
        .width(116)
        .sortable(),
        Column::new("state", t::state(), |row: &WorkOrderRow| {
            let (shape, word) = state(row.state);
            Cell::State(shape, word.to_owned())
        })
        .width(118)
        .sortable(),
        Column::new("quantity", t::quantity(), |row: &WorkOrderRow| {
            Cell::quantity(row.quantity, row.unit_code.clone())
        })
        .width(86)
        .number(),
        Column::new("ready", t::ready_quantity(), |row: &WorkOrderRow| Cell::number(row.qty_ready))
            .width(120)
            .number()
            .hidden(),
        Column::new("good", t::good(), |row: &WorkOrderRow| Cell::number(row.qty_done)).width(64).number(),
        Column::new("scrap", t::scrap(), |row: &WorkOrderRow| Cell::number(row.qty_scrapped))
            .width(60)
            .number()
            .hidden(),
        Column::new("actual", t::actual(), |row: &WorkOrderRow| seconds(row.actual_seconds))
            .width(72)
            .number()
            .hidden(),
        Column::new("planned", t::planned(), |row: &WorkOrderRow| seconds(row.planned_seconds))
            .width(76)
            .number()
            .hidden(),
        Column::new("start", t::start_at(), |row: &WorkOrderRow| Cell::moment(row.scheduled_start))
            .width(130)
            .sortable()
            .hidden(),
        Column::new("deadline", t::deadline(), |row: &WorkOrderRow| {
            deadline_cell(row.date_deadline, row.scheduled_finish, is_closed(row.state), format::now())
        })
        .width(140)
        .sortable(),
        Column::new("operators", t::operators(), |row: &WorkOrderRow| {
            if row.operators.is_empty() {
                Cell::State(Shape::None, t::nobody().to_owned())
            } else {
                Cell::Text(row.operators.clone())
            }
        })
        .width(120),
    ]
}
