//! The list of purchase requests.

use leptos::prelude::*;
use mrp_api::purchase_requests::{CreatePurchaseRequest, ListPurchaseRequests, PurchaseRequestRow};
use mrp_domain::purchasing::PurchaseRequestState;

use crate::i18n::text::{self, purchase_requests as t};
use crate::links::Noun;
use crate::pages::papers::day_cell;
use crate::pages::purchase_requests::{state_cell, state_shape};
use crate::ui::cell::Cell;
use crate::ui::field::words;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let columns = vec![
        Column::new("number", t::number(), |row: &PurchaseRequestRow| Cell::Name(row.number.clone()))
            .width(160)
            .sortable(),
        Column::new("order", t::for_order(), |row: &PurchaseRequestRow| order(row)).width(180),
        Column::new("state", t::state(), |row: &PurchaseRequestRow| state_cell(row.state)).width(170),
        Column::new("lines", t::lines(), |row: &PurchaseRequestRow| Cell::whole(row.line_count)).width(80).number(),
        Column::new("needed_on", t::needed_on(), |row: &PurchaseRequestRow| day_cell(&row.needed_on)).width(120),
        Column::new("note", t::note(), |row: &PurchaseRequestRow| Cell::text(note(row))),
        Column::new("by", t::by(), |row: &PurchaseRequestRow| Cell::Person(row.created_by.clone())).width(170),
        Column::new("created_at", t::at(), |row: &PurchaseRequestRow| Cell::moment(Some(row.created_at)))
            .width(150)
            .sortable(),
    ];
    let list = List::of::<ListPurchaseRequests, _>("purchase_request", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.number.clone(),
        version: 0,
        href: Noun::PurchaseRequests.record(row.id),
        is_muted: matches!(row.state, PurchaseRequestState::Received | PurchaseRequestState::Cancelled),
    });
    let states = words(PurchaseRequestState::ALL, PurchaseRequestState::as_str, |state| state_shape(state).1);
    list_page(
        list.creates::<CreatePurchaseRequest>(t::new(), Noun::PurchaseRequests.new_record())
            .changes_with(&["request_for_quotation", "purchase_order", "manufacturing_order"])
            .preset(text::manufacturing_orders::all(), &[])
            .preset(t::state_open(), &[("state", "open")])
            .preset(t::on_the_way(), &[("state", "quoting,ordered")])
            .filter(Filter::choice("state", t::state(), states))
            .within(text::nav::acquisitions())
            .empty(t::empty(), t::empty_hint()),
    )
}

fn order(row: &PurchaseRequestRow) -> Cell {
    match (row.manufacturing_order_id, &row.manufacturing_order_number) {
        (Some(id), Some(number)) => Cell::Link(number.clone(), Noun::ManufacturingOrders.record(id)),
        _ => Cell::Empty,
    }
}

fn note(row: &PurchaseRequestRow) -> String {
    if row.is_order_cancelled { t::order_cancelled().to_owned() } else { row.note.clone() }
}
