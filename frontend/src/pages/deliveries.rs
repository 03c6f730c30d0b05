//! Deliveries: their list, the form of a new one, the page of a posted one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::deliveries::{CreateDelivery, DeliveryRow, DeliveryView, GetDelivery, ListDeliveries};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_domain::ids::DeliveryId;

use crate::api::{self, Answer, Failure};
use crate::i18n::text::goods_documents as t;
use crate::links::Noun;
use crate::pages::goods_documents::{self, NewDocument};
use crate::pages::not_found;
use crate::pages::setting::warehouses;
use crate::session;
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::list::{Column, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::page::{loaded, set_crumbs};

/// The list.
#[must_use]
pub fn list() -> AnyView {
    let columns = vec![
        Column::new("number", t::number(), |row: &DeliveryRow| Cell::Name(row.number.clone())).width(160).sortable(),
        Column::new("delivered_at", t::when(), |row: &DeliveryRow| Cell::moment(Some(row.delivered_at)))
            .width(170)
            .sortable(),
        Column::new("customer", t::customer(), |row: &DeliveryRow| Cell::text(row.customer.clone())).sortable(),
        Column::new("warehouse", t::warehouse(), |row: &DeliveryRow| Cell::text(row.warehouse_name.clone())).width(180),
        Column::new("reference", t::reference(), |row: &DeliveryRow| Cell::text(row.reference.clone())).width(180),
        Column::new("lines", t::lines(), |row: &DeliveryRow| Cell::whole(row.line_count)).width(90).number(),
        Column::new("by", t::by(), |row: &DeliveryRow| Cell::Person(row.by.clone())).width(180),
    ];
    let list = List::of::<ListDeliveries, _>("delivery", t::deliveries(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.number.clone(),
        version: 0,
        href: Noun::Deliveries.record(row.id),
        is_muted: false,
    });
    list_page(
        list.creates::<CreateDelivery>(t::new_delivery(), Noun::Deliveries.new_record())
            .empty(t::no_deliveries(), t::no_deliveries_hint()),
    )
}

fn fields() -> Vec<Field> {
    vec![
        Field::record("warehouse_id", t::warehouse(), warehouses::picker()).required(),
        Field::text("customer", t::customer(), 200).required(),
        Field::text("reference", t::reference(), 200).span(12),
    ]
}

/// The form of a new one.
#[must_use]
pub fn new_page() -> AnyView {
    goods_documents::new_page(NewDocument {
        noun: Noun::Deliveries,
        plural: t::deliveries(),
        title: t::new_delivery(),
        verb: t::deliver_verb(),
        fields: fields(),
        has_lines: true,
        may: session::may_call::<CreateDelivery>(),
        post: |body| {
            Box::pin(async move {
                let body = serde_json::from_value(body).map_err(|error| Failure::Unreadable(error.to_string()))?;
                let view = api::send::<CreateDelivery>(&Empty {}, None, &body).await?;
                Ok((view.id.to_string(), t::delivered(&view.number)))
            })
        },
    })
}

/// The page of a posted one.
#[must_use]
pub fn detail(id: &str) -> AnyView {
    let Ok(id) = id.parse::<DeliveryId>() else { return not_found::page() };
    let answer = RwSignal::new(None::<Answer<DeliveryView>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            answer.try_set(Some(api::get::<GetDelivery>(&IdPath { id }, &Empty {}).await));
        });
    });
    load.run(());
    let body = loaded(answer, load, |view| {
        set_crumbs(vec![(t::deliveries().to_owned(), Some(Noun::Deliveries.list())), (view.number.clone(), None)]);
        let facts = vec![
            goods_documents::posted_at(view.delivered_at),
            (t::customer(), view.customer.clone()),
            (t::warehouse(), view.warehouse_name.clone()),
            (t::reference(), view.reference.clone()),
            (t::by(), view.by.clone()),
        ];
        goods_documents::posted(t::delivery(&view.number), facts, view.lines.clone())
    });
    view! { <div class="page">{body}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use mrp_api::deliveries::DeliveryInput;

    use super::*;

    #[test]
    fn the_form_asks_what_the_api_takes() {
        let some = "0192d3c4-0000-7000-8000-000000000001";
        let body = serde_json::json!({ "warehouse_id": some, "customer": "School", "reference": "", "lines": [] });
        assert!(crate::json::read::<DeliveryInput>(body.clone()).is_ok());
        assert!(fields().iter().all(|field| body.get(field.name).is_some()));
    }
}
