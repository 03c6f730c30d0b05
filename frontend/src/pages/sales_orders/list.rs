//! The list of sales orders.

use leptos::prelude::*;
use mrp_api::sales_orders::{CreateSalesOrder, ListSalesOrders, SalesOrderRow};
use mrp_domain::sales_order::SalesOrderState;

use crate::i18n::text::{dashboard as d, sales_orders as t};
use crate::links::Noun;
use crate::pages::sales_orders::{state_cell, state_name};
use crate::session;
use crate::ui::cell::Cell;
use crate::ui::field::words;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let total = format!("{}, {}", t::total(), session::currency());
    let columns = vec![
        Column::new("number", t::number(), |row: &SalesOrderRow| Cell::Code(row.number.clone())).width(150).sortable(),
        Column::new("customer", t::customer(), |row: &SalesOrderRow| Cell::Name(row.customer.clone())).sortable(),
        Column::new("reference", t::reference(), |row: &SalesOrderRow| Cell::text(row.reference.clone())).width(160),
        Column::new("channel", t::channel(), channel).width(130).sortable(),
        Column::new("state", t::state(), |row: &SalesOrderRow| state_cell(row.state)).width(130).sortable(),
        Column::new("deliver_by", t::deliver_by(), |row: &SalesOrderRow| Cell::day(row.deliver_by))
            .width(140)
            .sortable(),
        Column::new("line_count", t::line_count(), |row: &SalesOrderRow| Cell::whole(row.line_count))
            .width(80)
            .number(),
        Column::new("total", total, |row: &SalesOrderRow| Cell::money(row.total)).width(150).number(),
        Column::new("created_at", t::created(), |row: &SalesOrderRow| Cell::moment(Some(row.created_at)))
            .width(150)
            .sortable()
            .hidden(),
    ];
    let list = List::of::<ListSalesOrders, _>("sales_order", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.number.clone(),
        version: row.version,
        href: Noun::SalesOrders.record(row.id),
        is_muted: row.state == SalesOrderState::Cancelled,
    });
    let yes_no = vec![("true".to_owned(), t::yes().to_owned()), ("false".to_owned(), t::no().to_owned())];
    list_page(
        list.creates::<CreateSalesOrder>(t::new(), Noun::SalesOrders.new_record())
            .changes_with(&["manufacturing_order", "stock_balance"])
            .filter(Filter::choice("open", t::open(), yes_no))
            .filter(Filter::choice(
                "state",
                t::state(),
                words(SalesOrderState::ALL, SalesOrderState::as_str, state_name),
            ))
            .filter(Filter::due())
            .filter(Filter::only("deliverable", d::deliverable()))
            .filter(Filter::only("unmade", d::unmade()))
            .empty(t::empty(), t::empty_hint()),
    )
}

fn channel(row: &SalesOrderRow) -> Cell {
    if row.channel.is_empty() { Cell::Empty } else { Cell::text(row.channel.clone()) }
}
