//! Deliveries: their list, the form of a new one, the page of a posted one.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::access::Permission;
use mrp_api::deliveries::{CreateDelivery, DeliveryRow, DeliveryView, GetDelivery, ListDeliveries};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::sales_orders::{GetSalesOrder, SalesOrderLineView, SalesOrderView};
use mrp_domain::ids::{DeliveryId, ProductId, SalesOrderId};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::api::{self, Answer, Failure, Pending};
use crate::i18n::text::{self, goods_documents as t};
use crate::links::Noun;
use crate::pages::goods_documents::{self, NewDocument};
use crate::pages::not_found;
use crate::pages::setting::warehouses;
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::list::{Column, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::page::{Fact, loaded};
use crate::{history, session};

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
            .within(text::nav::stock())
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

/// What is open of a sales order and can go; all that is open when nothing can.
fn start_with(order: &SalesOrderView) -> Value {
    // What lies for a line is its own; the rest of a product is shared by the lines that sell it.
    let own = |line: &SalesOrderLineView| line.qty_set_aside - line.qty_set_aside_unusable;
    let mut free: HashMap<ProductId, Decimal> =
        order.lines.iter().map(|line| (line.product_id, line.qty_free - own(line))).collect();
    let mut going = Vec::new();
    for line in order.lines.iter().filter(|line| line.qty_open > Decimal::ZERO) {
        let left = free.entry(line.product_id).or_default();
        let quantity = line.qty_open.min(*left + own(line));
        *left -= (quantity - own(line)).max(Decimal::ZERO);
        going.push((line, quantity));
    }
    let nothing_can = going.iter().all(|(_, quantity)| quantity.is_zero());
    let lines = going.into_iter().filter_map(|(line, quantity)| {
        let quantity = if nothing_can { line.qty_open } else { quantity };
        (quantity > Decimal::ZERO).then(|| {
            json!({
                "product_id": line.product_id, "quantity": quantity, "unit_id": null, "lot_numbers": null,
                "sales_order_line_id": line.id,
            })
        })
    });
    json!({
        "warehouse_id": order.warehouse_id, "customer": order.customer, "reference": order.reference,
        "lines": lines.collect::<Vec<_>>(),
    })
}

/// The form of a new one.
#[must_use]
pub fn new_page() -> AnyView {
    let sale = history::location().with_untracked(|at| {
        let given = at.query.iter().find(|(name, _)| name == "sales_order_id");
        given.and_then(|(_, id)| id.parse::<SalesOrderId>().ok())
    });
    goods_documents::new_page(NewDocument {
        noun: Noun::Deliveries,
        plural: t::deliveries(),
        title: t::new_delivery(),
        verb: t::deliver_verb(),
        fields: fields(),
        lines: Some(goods_documents::delivery_lines_field()),
        start: sale.map(|id| -> Pending<Value> {
            Box::pin(async move {
                let order = api::get::<GetSalesOrder>(&IdPath { id }, &Empty {}).await?;
                Ok(start_with(&order))
            })
        }),
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
        goods_documents::crumbs(Noun::Deliveries, t::deliveries(), &view.number);
        let facts = vec![
            goods_documents::posted_at(view.delivered_at),
            (t::customer(), view.customer.clone()),
            (t::warehouse(), view.warehouse_name.clone()),
            (t::reference(), view.reference.clone()),
            (t::by(), view.by.clone()),
        ];
        goods_documents::posted(t::delivery(&view.number), facts, sold(&view), view.lines.clone())
    });
    view! { <div class="page">{body}</div> }.into_any()
}

/// The sales orders that it is for.
fn sold(view: &DeliveryView) -> Option<AnyView> {
    let may_read = session::may(Permission::SalesRead);
    let orders = view.sales_orders.iter().map(|order| match may_read {
        true => Cell::Link(order.number.clone(), Noun::SalesOrders.record(order.id)).view(),
        false => Cell::text(order.number.clone()).view(),
    });
    let orders = orders.collect_view();
    (!orders.is_empty()).then(|| view! { <Fact label=t::sales_order()>{orders}</Fact> }.into_any())
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
