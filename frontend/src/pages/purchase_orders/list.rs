//! The list of purchase orders.

use leptos::prelude::*;
use mrp_api::access::Permission;
use mrp_api::purchase_orders::{CreatePurchaseOrder, ListPurchaseOrders, PurchaseOrderRow};
use mrp_domain::purchasing::PurchaseOrderState;

use crate::i18n::text::{self, manufacturing_orders as mo, purchase_orders as t};
use crate::links::Noun;
use crate::pages::papers::{day, in_money};
use crate::pages::purchase_orders::{state_cell, state_shape};
use crate::session;
use crate::ui::cell::Cell;
use crate::ui::field::words;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::state::Shape;

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let mut columns = vec![
        Column::new("number", t::number(), |row: &PurchaseOrderRow| Cell::Name(row.number.clone()))
            .width(160)
            .sortable(),
        Column::new("supplier_name", t::supplier(), |row: &PurchaseOrderRow| {
            Cell::Link(row.supplier_name.clone(), Noun::Suppliers.record(row.supplier_id))
        })
        .sortable(),
        Column::new("state", t::state(), |row: &PurchaseOrderRow| state_cell(row.state)).width(170),
        Column::new("lines", t::lines(), |row: &PurchaseOrderRow| Cell::whole(row.line_count)).width(80).number(),
        Column::new("expected_on", t::expected_on(), expected).width(190).sortable(),
        Column::new("by", t::by(), |row: &PurchaseOrderRow| Cell::Person(row.created_by.clone())).width(170),
        Column::new("created_at", t::at(), |row: &PurchaseOrderRow| Cell::moment(Some(row.created_at)))
            .width(150)
            .sortable(),
    ];
    if session::may(Permission::CostRead) {
        let total = |row: &PurchaseOrderRow| row.total.map_or(Cell::Empty, Cell::money);
        columns.insert(4, Column::new("total", in_money(t::total()), total).width(150).number().summed());
    }
    let list = List::of::<ListPurchaseOrders, _>("purchase_order", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.number.clone(),
        version: 0,
        href: Noun::PurchaseOrders.record(row.id),
        is_muted: matches!(row.state, PurchaseOrderState::Received | PurchaseOrderState::Cancelled),
    });
    let states = words(PurchaseOrderState::ALL, PurchaseOrderState::as_str, |state| state_shape(state).1);
    list_page(
        list.creates::<CreatePurchaseOrder>(t::new(), Noun::PurchaseOrders.new_record())
            .preset(mo::all(), &[])
            .preset(t::state_draft(), &[("state", "draft")])
            .preset(t::on_the_way(), &[("state", "ordered,partly_received")])
            .preset(t::late(), &[("due", "late")])
            .filter(Filter::choice("state", t::state(), states))
            .filter(Filter::due())
            .within(text::nav::acquisitions())
            .empty(t::empty(), t::empty_hint()),
    )
}

fn expected(row: &PurchaseOrderRow) -> Cell {
    match day(&row.expected_on) {
        Some(day) if row.is_late => Cell::Late(day, Shape::Blocking, t::overdue().to_owned()),
        Some(day) => Cell::Text(day),
        None => Cell::Empty,
    }
}
