//! Transfers: their list, the form of a new one, the page of a posted one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::transfers::{CreateTransfer, GetTransfer, ListTransfers, TransferRow, TransferView};
use mrp_domain::ids::TransferId;

use crate::api::{self, Answer, Failure};
use crate::i18n::text::{self, goods_documents as t};
use crate::links::Noun;
use crate::pages::goods_documents::{self, NewDocument};
use crate::pages::not_found;
use crate::pages::setting::warehouses;
use crate::session;
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::list::{Column, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::page::loaded;

/// The list.
#[must_use]
pub fn list() -> AnyView {
    let columns = vec![
        Column::new("number", t::number(), |row: &TransferRow| Cell::Name(row.number.clone())).width(160).sortable(),
        Column::new("transferred_at", t::when(), |row: &TransferRow| Cell::moment(Some(row.transferred_at)))
            .width(170)
            .sortable(),
        Column::new("from", t::from_warehouse(), |row: &TransferRow| Cell::text(row.from_warehouse_name.clone()))
            .width(180),
        Column::new("to", t::to_warehouse(), |row: &TransferRow| Cell::text(row.to_warehouse_name.clone())).width(180),
        Column::new("reason", t::reason(), |row: &TransferRow| Cell::text(row.reason.clone())),
        Column::new("lines", t::lines(), |row: &TransferRow| Cell::whole(row.line_count)).width(90).number(),
        Column::new("by", t::by(), |row: &TransferRow| Cell::Person(row.by.clone())).width(180),
    ];
    let list = List::of::<ListTransfers, _>("transfer", t::transfers(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.number.clone(),
        version: 0,
        href: Noun::Transfers.record(row.id),
        is_muted: false,
    });
    list_page(
        list.creates::<CreateTransfer>(t::new_transfer(), Noun::Transfers.new_record())
            .within(text::nav::stock())
            .empty(t::no_transfers(), t::no_transfers_hint()),
    )
}

fn fields() -> Vec<Field> {
    vec![
        Field::record("from_warehouse_id", t::from_warehouse(), warehouses::picker()).required(),
        Field::record("to_warehouse_id", t::to_warehouse(), warehouses::picker()).required(),
        Field::text("reason", t::reason(), 500).span(12),
    ]
}

/// The form of a new one.
#[must_use]
pub fn new_page() -> AnyView {
    goods_documents::new_page(NewDocument {
        noun: Noun::Transfers,
        plural: t::transfers(),
        title: t::new_transfer(),
        verb: t::transfer_verb(),
        fields: fields(),
        lines: Some(goods_documents::lines_field()),
        start: None,
        may: session::may_call::<CreateTransfer>(),
        post: |body| {
            Box::pin(async move {
                let body = serde_json::from_value(body).map_err(|error| Failure::Unreadable(error.to_string()))?;
                let view = api::send::<CreateTransfer>(&Empty {}, None, &body).await?;
                Ok((view.id.to_string(), t::transferred(&view.number)))
            })
        },
    })
}

/// The page of a posted one.
#[must_use]
pub fn detail(id: &str) -> AnyView {
    let Ok(id) = id.parse::<TransferId>() else { return not_found::page() };
    let answer = RwSignal::new(None::<Answer<TransferView>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            answer.try_set(Some(api::get::<GetTransfer>(&IdPath { id }, &Empty {}).await));
        });
    });
    load.run(());
    let body = loaded(answer, load, |view| {
        goods_documents::crumbs(Noun::Transfers, t::transfers(), &view.number);
        let facts = vec![
            goods_documents::posted_at(view.transferred_at),
            (t::from_warehouse(), view.from_warehouse_name.clone()),
            (t::to_warehouse(), view.to_warehouse_name.clone()),
            (t::reason(), view.reason.clone()),
            (t::by(), view.by.clone()),
        ];
        goods_documents::posted(t::transfer(&view.number), facts, None, view.lines.clone())
    });
    view! { <div class="page">{body}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use mrp_api::transfers::TransferInput;

    use super::*;

    #[test]
    fn the_form_asks_what_the_api_takes() {
        let some = "0192d3c4-0000-7000-8000-000000000001";
        let body = serde_json::json!({ "from_warehouse_id": some, "to_warehouse_id": some, "reason": "", "lines": [] });
        assert!(crate::json::read::<TransferInput>(body.clone()).is_ok());
        assert!(fields().iter().all(|field| body.get(field.name).is_some()));
    }
}
