//! The form of a purchase order.

use leptos::prelude::*;
use mrp_api::access::Permission;
use mrp_api::purchase_orders::{CreatePurchaseOrder, GetPurchaseOrder, UpdatePurchaseOrder};

use crate::i18n::text::purchase_orders as t;
use crate::links::Noun;
use crate::pages::papers::in_money;
use crate::pages::setting::{units, warehouses};
use crate::pages::{products, suppliers};
use crate::ui::field::Field;
use crate::ui::record::{Record, record_page};

/// The page of a new order.
#[must_use]
pub fn page() -> AnyView {
    let record = record().creates::<CreatePurchaseOrder>(t::new());
    record_page(record, Noun::PurchaseOrders, None)
}

/// The form of an order that exists.
#[must_use]
pub fn record() -> Record {
    Record::of::<GetPurchaseOrder, UpdatePurchaseOrder>("purchase_order", t::title(), fields()).named_by("number")
}

fn fields() -> Vec<Field> {
    vec![
        Field::record("supplier_id", t::supplier(), suppliers::picker()).required().label_from("supplier_name").span(6),
        Field::record("warehouse_id", t::warehouse(), warehouses::picker())
            .label_from("warehouse_name")
            .span(6)
            .hint(t::warehouse_hint()),
        Field::date("expected_on", t::expected_on()).hint(t::expected_hint()),
        Field::text("note", t::note(), 4_000).span(8),
        Field::lines("lines", t::lines(), line()).required(),
    ]
}

fn line() -> Vec<Field> {
    vec![
        Field::hidden("id"),
        Field::record("product_id", t::product(), products::picker()).required().label_from("product_name"),
        Field::number("quantity", t::quantity()).above(0).required(),
        Field::record("unit_id", t::unit(), units::picker()).label_from("unit_code"),
        Field::number("price", in_money(t::price())).min(0).needs(Permission::CostRead),
        Field::date("expected_on", t::expected_on()),
    ]
}

#[cfg(test)]
mod tests {
    use mrp_api::purchase_orders::PurchaseOrderLineInput;

    use super::*;

    #[test]
    fn a_line_sends_what_the_api_takes() {
        let samples = [("product_id", "0198a000-0000-7000-8000-000000000001"), ("quantity", "3")];
        let line = line().into_iter().filter(|field| field.name != "id").collect::<Vec<_>>();
        crate::ui::form::assert_fits::<PurchaseOrderLineInput>(&line, &samples);
    }
}
