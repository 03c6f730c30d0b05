//! The page of a sales order: its fields and lines, and below them who makes what was sold.

use leptos::prelude::*;
use mrp_api::pegging::PeggingOf;
use mrp_api::sales_orders::{CreateSalesOrder, DeleteSalesOrder, GetSalesOrder, SalesOrderView, UpdateSalesOrder};
use mrp_domain::sales_order::SalesOrderState;
use serde_json::Value;

use crate::i18n::text::sales_orders as t;
use crate::links::Noun;
use crate::pages::pegging::Pegging;
use crate::pages::products;
use crate::pages::sales_orders::fulfilment::Fulfilment;
use crate::pages::setting::warehouses;
use crate::session;
use crate::ui::field::Field;
use crate::ui::field_view::Fields;
use crate::ui::form::Form;
use crate::ui::record::{Record, record_page};

/// The page of one sales order, or of a new one.
#[must_use]
pub fn page(id: Option<String>) -> AnyView {
    let record = Record::of::<GetSalesOrder, UpdateSalesOrder>("sales_order", t::title(), fields())
        .named_by("number")
        .creates::<CreateSalesOrder>(t::new())
        .deletes::<DeleteSalesOrder>()
        .drawn(draw);
    record_page(record, Noun::SalesOrders, id)
}

fn fields() -> Vec<Field> {
    let line = vec![
        Field::hidden("id"),
        Field::record("product_id", t::product(), products::picker()).required().label_from("product_name"),
        Field::number("quantity", t::quantity()).required().above(0),
        Field::number("unit_price", format!("{}, {}", t::unit_price(), session::currency()))
            .min(0)
            .hint(t::unit_price_hint()),
    ];
    vec![
        Field::text("customer", t::customer(), 200).required().span(6),
        Field::text("reference", t::reference(), 200).span(6),
        Field::record("warehouse_id", t::warehouse(), warehouses::picker()).label_from("warehouse_name").span(6),
        Field::moment("deliver_by", t::deliver_by()).span(6),
        Field::long_text("note", t::note()),
        Field::lines("lines", t::lines(), line),
    ]
}

fn draw(form: Form, view: Value, read_only: bool) -> AnyView {
    let order = crate::json::read::<SalesOrderView>(view).ok();
    let is_over = order
        .as_ref()
        .is_some_and(|order| matches!(order.state, SalesOrderState::Delivered | SalesOrderState::Cancelled));
    let exists = order.is_some();
    let id = order.as_ref().map(|order| order.id.uuid());
    let read_only = read_only || is_over;
    view! {
        <div class="body">
            <div class="body-main">
                {order.map(|order| view! { <Fulfilment order/> })}
                <Fields form read_only exists/>
                {id.map(|id| view! { <Pegging of=PeggingOf::SalesOrder id/> })}
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use mrp_api::sales_orders::SalesOrderInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        crate::ui::form::assert_fits::<SalesOrderInput>(&fields(), &[("customer", "Muster GmbH")]);
    }
}
