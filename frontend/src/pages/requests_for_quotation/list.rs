//! The list of requests for quotation.

use leptos::prelude::*;
use mrp_api::requests_for_quotation::{CreateRequestForQuotation, ListRequestsForQuotation, RequestForQuotationRow};
use mrp_domain::purchasing::RequestForQuotationState;

use crate::i18n::text::{self, requests_for_quotation as t};
use crate::links::Noun;
use crate::pages::requests_for_quotation::{state_cell, state_shape};
use crate::ui::cell::Cell;
use crate::ui::field::words;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let columns = vec![
        Column::new("number", t::number(), |row: &RequestForQuotationRow| Cell::Name(row.number.clone()))
            .width(180)
            .sortable(),
        Column::new("state", t::state(), |row: &RequestForQuotationRow| state_cell(row.state)).width(170),
        Column::new("lines", t::lines(), |row: &RequestForQuotationRow| Cell::whole(row.line_count)).width(90).number(),
        Column::new("answers", t::answers(), |row: &RequestForQuotationRow| {
            Cell::text(t::answers_of(&row.answer_count.to_string(), &row.supplier_count.to_string()))
        }),
        Column::new("by", t::by(), |row: &RequestForQuotationRow| Cell::Person(row.created_by.clone())).width(190),
        Column::new("created_at", t::at(), |row: &RequestForQuotationRow| Cell::moment(Some(row.created_at)))
            .width(160)
            .sortable(),
    ];
    let list = List::of::<ListRequestsForQuotation, _>("request_for_quotation", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.number.clone(),
        version: 0,
        href: Noun::RequestsForQuotation.record(row.id),
        is_muted: matches!(row.state, RequestForQuotationState::Decided | RequestForQuotationState::Cancelled),
    });
    let states = words(RequestForQuotationState::ALL, RequestForQuotationState::as_str, |state| state_shape(state).1);
    list_page(
        list.creates::<CreateRequestForQuotation>(t::new(), Noun::RequestsForQuotation.new_record())
            .preset(text::manufacturing_orders::all(), &[])
            .preset(t::state_draft(), &[("state", "draft")])
            .preset(t::state_sent(), &[("state", "sent")])
            .filter(Filter::choice("state", t::state(), states))
            .within(text::nav::acquisitions())
            .empty(t::empty(), t::empty_hint()),
    )
}
