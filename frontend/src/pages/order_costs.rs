//! What orders that are done cost: the list, and its rows on the start page.

use leptos::prelude::*;
use mrp_api::order_costs::{ListOrderCosts, OrderCostRow};

use crate::format;
use crate::i18n::text::{self, manufacturing_orders as mo, order_costs as t};
use crate::links::Noun;
use crate::session;
use crate::ui::cell::Cell;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::state::Shape;
use crate::ui::table::{Head, Line};

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let columns = vec![
        Column::new("number", t::number(), |row: &OrderCostRow| Cell::Code(row.number.clone())).width(176).sortable(),
        Column::new("product", t::product(), |row: &OrderCostRow| Cell::Name(row.product_name.clone())).sortable(),
        Column::new("qty_done", t::made(), |row: &OrderCostRow| Cell::quantity(row.qty_done, row.unit_code.clone()))
            .width(110)
            .number(),
        Column::new("finished_at", t::finished_at(), |row: &OrderCostRow| Cell::moment(Some(row.finished_at)))
            .width(160)
            .sortable(),
        Column::new("planned_cost", in_money(t::planned()), |row: &OrderCostRow| Cell::money(row.planned_cost))
            .width(150)
            .number()
            .summed(),
        Column::new("actual_cost", in_money(t::actual()), |row: &OrderCostRow| Cell::money(row.actual_cost))
            .width(150)
            .number()
            .summed(),
        Column::new("cost_variance", in_money(t::variance()), variance).width(180).number().sortable(),
        Column::new("incomplete", t::completeness(), completeness).width(160),
    ];
    let list = List::of::<ListOrderCosts, _>("manufacturing_order", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.number.clone(),
        version: 0,
        href: Noun::ManufacturingOrders.tab(row.id, "costs"),
        is_muted: false,
    });
    let yes_no =
        vec![("true".to_owned(), text::list::yes().to_owned()), ("false".to_owned(), text::list::no().to_owned())];
    list_page(
        list.preset(mo::all(), &[])
            .preset(t::incomplete(), &[("incomplete", "true")])
            .filter(Filter::choice("incomplete", t::incomplete(), yes_no))
            .empty(t::empty(), t::empty_hint()),
    )
}

/// The columns of the start page.
#[must_use]
pub fn heads() -> Vec<Head> {
    vec![
        Head::text(t::number()).width(170),
        Head::text(t::product()),
        Head::text(t::finished_at()).width(160),
        Head::number(in_money(t::planned())).width(150),
        Head::number(in_money(t::actual())).width(150),
        Head::number(in_money(t::variance())).width(180),
        Head::text(t::completeness()).width(160),
    ]
}

/// An order on the start page.
#[must_use]
pub fn line(row: &OrderCostRow) -> Line {
    Line::new(vec![
        Cell::Link(row.number.clone(), Noun::ManufacturingOrders.tab(row.id, "costs")),
        Cell::text(row.product_name.clone()),
        Cell::moment(Some(row.finished_at)),
        Cell::money(row.planned_cost),
        Cell::money(row.actual_cost),
        variance(row),
        completeness(row),
    ])
}

fn in_money(label: &str) -> String {
    format!("{label}, {}", session::currency())
}

/// What was spent beyond the plan, with its part of it.
fn variance(row: &OrderCostRow) -> Cell {
    let amount = format::signed(row.cost_variance, 2);
    let text = match row.variance_percent {
        Some(percent) => format!("{amount} ({})", format::signed_percent(percent, 1)),
        None => amount,
    };
    let plain = row.cost_variance.round_dp(2).to_string();
    Cell::Number { text, plain, zero: row.cost_variance.is_zero(), unit: String::new() }
}

fn completeness(row: &OrderCostRow) -> Cell {
    match row.is_incomplete {
        true => Cell::State(Shape::Waiting, t::incomplete().to_owned()),
        false => Cell::Empty,
    }
}
