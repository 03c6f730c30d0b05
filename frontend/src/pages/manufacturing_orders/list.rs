//! The list of manufacturing orders: views with counts, search, filters, confirming many at once.

use leptos::prelude::*;
use mrp_api::endpoint::Empty;
use mrp_api::manufacturing_orders::{
    BulkConfirmManufacturingOrders, BulkInput, BulkItem, BulkResult, CreateManufacturingOrder, GetManufacturingOrder,
    ListManufacturingOrders, ManufacturingOrderRow, OrderCountsView, UpdateManufacturingOrder,
};
use mrp_api::purchase_requests::{BulkRequestOrderMaterial, RequestMaterialsInput, RequestMaterialsResult};
use mrp_domain::manufacturing_order::ManufacturingOrderState;

use crate::api::{self, Failure, Pending};
use crate::i18n::text::{self, manufacturing_orders as t, purchase_requests as p};
use crate::links::Noun;
use crate::pages::manufacturing_orders::{
    availability, counts, deadline_cell, form, is_closed, missing_field, priority_name, state_cell, state_name,
};
use crate::ui::cell::Cell;
use crate::ui::field::words;
use crate::ui::list::{Column, Filter, List, RowResult, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::state::Shape;
use crate::{format, sentences, session};

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let list = List::of::<ListManufacturingOrders, _>("manufacturing_order", t::title(), columns(), |row| RowKey {
        id: row.id.to_string(),
        name: row.number.clone(),
        version: row.version,
        href: Noun::ManufacturingOrders.record(row.id),
        is_muted: is_closed(row.state),
    });
    let states = words(ManufacturingOrderState::ALL, ManufacturingOrderState::as_str, state_name);
    let yes = |label: &str| vec![("true".to_owned(), label.to_owned())];
    let mut list = list
        .creates::<CreateManufacturingOrder>(t::new(), Noun::ManufacturingOrders.new_record())
        .preset(t::all(), &[])
        .preset(t::late(), &[("late", "true")])
        .preset(t::not_planned(), &[("state", "confirmed")])
        .preset(t::short(), &[("short", "true")])
        .preset(t::working(), &[("state", "in_progress")])
        .counts(view_counts())
        .filter(Filter::choice("state", t::state(), states))
        .filter(Filter::choice("bom_changed", t::bom_changed_short(), yes(text::list::yes())))
        .filter(Filter::choice("bom_unvalidated", t::bom_unvalidated_filter(), yes(text::list::yes())))
        .filter(Filter::given("other_revision_of", t::other_revision()))
        .filter(Filter::choice("open", t::open_only(), yes(text::list::yes())))
        .filter(Filter::only("to_pick", text::dashboard::to_pick()))
        .filter(Filter::only("unrequested", text::dashboard::unrequested()))
        .edits::<GetManufacturingOrder, UpdateManufacturingOrder>(form::bulk_fields())
        .empty(t::empty(), t::empty_hint());
    if session::may_call::<BulkConfirmManufacturingOrders>() {
        list = list.bulk(t::confirm(), |_| None, confirm_all);
    }
    if session::may_call::<BulkRequestOrderMaterial>() {
        list = list.bulk(p::create(), |_| None, request_all);
    }
    list_page(list)
}

fn columns() -> Vec<Column<ManufacturingOrderRow>> {
    vec![
        Column::new("number", t::number(), |row: &ManufacturingOrderRow| Cell::Code(row.number.clone()))
            .width(136)
            .sortable(),
        Column::new("product", t::product(), |row: &ManufacturingOrderRow| Cell::Name(row.product_name.clone()))
            .sortable(),
        Column::new("quantity", t::quantity(), |row: &ManufacturingOrderRow| {
            Cell::quantity(row.quantity, row.unit_code.clone())
        })
        .width(92)
        .number()
        .sortable()
        .summed(),
        Column::new("state", t::state(), |row: &ManufacturingOrderRow| state_cell(row.state)).width(124).sortable(),
        Column::new("material", t::material(), |row: &ManufacturingOrderRow| {
            let (shape, word) = availability(row.material_availability_status);
            Cell::State(shape, word.to_owned())
        })
        .width(128),
        Column::new("recipe", t::bom(), |row: &ManufacturingOrderRow| match row.bom_unvalidated {
            true => Cell::State(Shape::Waiting, t::bom_unvalidated_short().to_owned()),
            false => Cell::Empty,
        })
        .width(108),
        Column::new("progress", t::progress(), |row: &ManufacturingOrderRow| Cell::Progress(row.progress_percent))
            .width(88),
        Column::new("deadline", t::deadline(), |row: &ManufacturingOrderRow| {
            deadline_cell(row.date_deadline, row.scheduled_finish, is_closed(row.state), format::now())
        })
        .width(148)
        .sortable(),
        Column::new("priority", t::priority(), |row: &ManufacturingOrderRow| {
            Cell::Level(row.priority.as_str(), priority_name(row.priority).to_owned())
        })
        .width(96)
        .sortable(),
        Column::new("responsible", t::responsible(), |row: &ManufacturingOrderRow| {
            row.responsible_name.clone().map_or(Cell::Empty, Cell::Person)
        })
        .width(120),
    ]
}

/// How many orders each view has, in the views' order.
fn view_counts() -> Signal<Vec<u64>> {
    let counts = counts::counts();
    Signal::derive(move || {
        let views = |view: &OrderCountsView| vec![view.all, view.late, view.confirmed, view.short, view.in_progress];
        counts.with(|counts| counts.as_ref().map(views).unwrap_or_default())
    })
}

fn confirm_all(rows: Vec<RowKey>) -> Pending<Vec<RowResult>> {
    Box::pin(async move {
        let orders = rows
            .iter()
            .filter_map(|row| Some(BulkItem { id: row.id.parse().ok()?, version: row.version }))
            .collect::<Vec<_>>();
        let reply = api::send::<BulkConfirmManufacturingOrders>(&Empty {}, None, &BulkInput { orders }).await?;
        sentences::arrive().await;
        Ok(reply.results.into_iter().map(|result| row_result(&rows, result)).collect())
    })
}

/// Asks for what these orders lack, one purchase request for each.
fn request_all(rows: Vec<RowKey>) -> Pending<Vec<RowResult>> {
    Box::pin(async move {
        let order_ids = rows.iter().filter_map(|row| row.id.parse().ok()).collect::<Vec<_>>();
        let input = RequestMaterialsInput { order_ids };
        let reply = api::send::<BulkRequestOrderMaterial>(&Empty {}, None, &input).await?;
        sentences::arrive().await;
        let result = |result: RequestMaterialsResult| {
            let id = result.id.to_string();
            let name = rows.iter().find(|row| row.id == id).map(|row| row.name.clone()).unwrap_or_default();
            let number = result.number.map(|number| format!("{name}: {number}"));
            let problem = result.problem.map(|problem| Failure::Refused(Box::new(problem)).message());
            (number.unwrap_or(name), problem)
        };
        Ok(reply.results.into_iter().map(result).collect())
    })
}

/// What to tell about one order of a bulk command.
fn row_result(rows: &[RowKey], result: BulkResult) -> RowResult {
    let id = result.id.to_string();
    let name = rows.iter().find(|row| row.id == id).map_or(result.number, |row| row.name.clone());
    let problem = result.problem.map(|problem| {
        let missing = missing_field(&problem.code, &problem.detail);
        let failure = Failure::Refused(Box::new(problem));
        match missing.or_else(|| failure.detail()) {
            Some(detail) => format!("{} {detail}", failure.message()),
            None => failure.message(),
        }
    });
    (name, problem)
}
