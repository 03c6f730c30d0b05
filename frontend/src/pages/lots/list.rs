//! The list of lots.

use leptos::prelude::*;
use mrp_api::lots::{CreateLot, GetLot, ListLots, LotView, UpdateLot};
use mrp_domain::lot::Expiry;

use crate::format;
use crate::i18n::text::{lots as t, nav};
use crate::links::Noun;
use crate::pages::lots::{expiry_cell, expiry_name, form};
use crate::ui::cell::Cell;
use crate::ui::field::words;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let day = |row: &LotView| row.expires_on.as_deref().and_then(format::parse_iso_date).map(format::day);
    let columns = vec![
        Column::new("number", t::number(), |row: &LotView| Cell::Name(row.number.clone())).width(180).sortable(),
        Column::new("product_code", t::code(), |row: &LotView| Cell::Code(row.product_code.clone()))
            .width(130)
            .sortable(),
        Column::new("product", t::product(), |row: &LotView| Cell::text(row.product_name.clone())),
        Column::new("expires_on", t::expires_on(), move |row: &LotView| Cell::maybe(day(row))).width(130).sortable(),
        Column::new("expiry", t::expiry(), |row: &LotView| expiry_cell(row.expiry)).width(140),
        Column::new("on_hand", t::on_hand(), |row: &LotView| Cell::quantity(row.qty_on_hand, row.unit_code.clone()))
            .width(110)
            .number(),
        Column::new("reserved", t::reserved(), |row: &LotView| Cell::quantity(row.qty_reserved, row.unit_code.clone()))
            .width(110)
            .number(),
        Column::new("places", t::places(), |row: &LotView| Cell::text(row.places.clone())).width(170),
        Column::new("supplier_lot", t::supplier_lot(), |row: &LotView| Cell::text(row.supplier_lot.clone()))
            .width(140)
            .hidden(),
    ];
    let list = List::of::<ListLots, _>("lot", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.number.clone(),
        version: row.version,
        href: Noun::Lots.record(row.id),
        is_muted: row.qty_on_hand.is_zero(),
    });
    list_page(
        list.creates::<CreateLot>(t::new(), Noun::Lots.new_record())
            .preset(t::all(), &[])
            .preset(t::in_stock(), &[("in_stock", "true")])
            .preset(t::near(), &[("in_stock", "true"), ("expiry", "near")])
            .preset(t::expired(), &[("in_stock", "true"), ("expiry", "expired")])
            .filter(Filter::choice("expiry", t::expiry(), words(Expiry::ALL, Expiry::as_str, expiry_name)))
            .edits::<GetLot, UpdateLot>(form::fields())
            .within(nav::stock())
            .empty(t::empty(), t::empty_hint()),
    )
}
