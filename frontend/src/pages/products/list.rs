//! The list of products.

use leptos::prelude::*;
use mrp_api::access::Permission;
use mrp_api::data_files::DataFileKind;
use mrp_api::product_costs::GetProductCosts;
use mrp_api::products::{CreateProduct, GetProduct, ListProducts, ProductView, UpdateProduct};

use crate::i18n::text::{self, product_costs, products as t, variants as v};
use crate::links::{Noun, Place};
use crate::pages::products::form;
use crate::pages::products::{tracking_name, type_name};
use crate::session;
use crate::ui::button::LinkButton;
use crate::ui::cell::Cell;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::state::Shape;

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let mut columns = vec![
        Column::new("code", t::code(), |row: &ProductView| Cell::Code(row.code.clone())).width(130).sortable(),
        Column::new("name", t::name(), |row: &ProductView| Cell::Name(row.name.clone())).sortable(),
        Column::new("category", t::category(), |row: &ProductView| Cell::text(row.category.clone())).width(110),
        Column::new("template", v::template(), template).width(110),
        Column::new("type", t::product_type(), |row: &ProductView| Cell::text(type_name(row.product_type)))
            .width(100)
            .hidden(),
        Column::new("source", t::source(), |row: &ProductView| Cell::text(source(row))).width(140),
        Column::new("on_hand", t::on_hand(), |row: &ProductView| Cell::quantity(row.qty_on_hand, &row.unit_code))
            .width(100)
            .number(),
        Column::new("reserved", t::reserved(), |row: &ProductView| Cell::quantity(row.qty_reserved, &row.unit_code))
            .width(100)
            .number(),
        Column::new("free", t::free(), |row: &ProductView| {
            Cell::quantity(row.qty_on_hand - row.qty_reserved, &row.unit_code)
        })
        .width(100)
        .number(),
        Column::new("tracking", t::tracking(), |row: &ProductView| Cell::text(tracking_name(row.tracking)))
            .width(120)
            .hidden(),
        Column::new("barcode", t::barcode(), |row: &ProductView| Cell::maybe(row.barcode.clone())).width(130).hidden(),
        Column::new("price", format!("{}, {}", t::selling_price(), session::currency()), |row: &ProductView| {
            row.selling_price.map_or(Cell::Empty, Cell::money)
        })
        .width(140)
        .number()
        .hidden(),
        Column::new("state", t::state(), |row: &ProductView| Cell::active(row.active)).width(90),
    ];
    if session::may(Permission::CostRead) {
        let label = format!("{}, {}", t::unit_cost(), session::currency());
        columns.insert(9, Column::new("unit_cost", label, cost).width(130).number());
    }
    let list = List::of::<ListProducts, _>("product", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.name.clone(),
        version: row.version,
        href: Noun::Products.record(row.id),
        is_muted: !row.active,
    });
    let word = |value: &str, label: &str| (value.to_owned(), label.to_owned());
    let list = match session::may(Permission::CostRead) {
        true => list.filter(Filter::only("without_cost", t::no_cost())),
        false => list,
    };
    list_page(
        list.creates::<CreateProduct>(t::new(), Noun::Products.new_record())
            .filter(Filter::active())
            .filter(Filter::choice(
                "can_be_made",
                t::made(),
                vec![word("true", text::list::yes()), word("false", text::list::no())],
            ))
            .filter(Filter::choice(
                "is_template",
                v::is_template(),
                vec![word("true", text::list::yes()), word("false", text::list::no())],
            ))
            .filter(Filter::choice(
                "is_variant",
                v::is_variant(),
                vec![word("true", text::list::yes()), word("false", text::list::no())],
            ))
            .edits::<GetProduct, UpdateProduct>(form::fields())
            .files(DataFileKind::Products)
            .actions(|| {
                let costs = session::may_call::<GetProductCosts>();
                costs
                    .then(|| view! { <LinkButton label=product_costs::open() href=Place::ProductCosts.href()/> })
                    .into_any()
            })
            .empty(t::empty(), t::empty_hint()),
    )
}

/// A missing cost is never silent.
fn cost(row: &ProductView) -> Cell {
    match row.unit_cost {
        Some(cost) if !cost.is_zero() => Cell::money(cost),
        Some(_) | None => Cell::State(Shape::Waiting, t::no_cost().to_owned()),
    }
}

/// The template of a variant, and that a template is one.
fn template(row: &ProductView) -> Cell {
    match &row.template_name {
        Some(name) => Cell::text(name.clone()),
        None if row.is_template => Cell::Code(v::is_template().to_owned()),
        None => Cell::Empty,
    }
}

fn source(row: &ProductView) -> String {
    [(row.can_be_made, t::made_short()), (row.can_be_bought, t::bought_short()), (row.can_be_sold, t::sold_short())]
        .into_iter()
        .filter_map(|(can, word)| can.then_some(word))
        .collect::<Vec<_>>()
        .join(", ")
}
