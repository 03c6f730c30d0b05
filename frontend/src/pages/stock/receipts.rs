//! Receiving goods: the form of a new receipt, which a shortage can fill in, and the page of a posted one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::access::Permission;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::purchase_orders::{GetPurchaseOrder, PurchaseOrderView};
use mrp_api::stock::{CreateReceipt, GetReceipt, ReceiptInput, ReceiptLineView, ReceiptView};
use mrp_domain::ids::PurchaseOrderId;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::api::{self, Answer};
use crate::i18n::text::{self, lots as l, stock as t};
use crate::links::{self, Noun, Place};
use crate::pages::products;
use crate::pages::setting::{units, warehouses};
use crate::ui::button::{Button, Look};
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::field_view::{Fields, focus_on};
use crate::ui::form::Form;
use crate::ui::page::{Crumb, Fact, Head as PageHead, loaded, set_crumbs};
use crate::ui::shortcuts::shortcut;
use crate::ui::table::{FactTable, Head, Line};
use crate::ui::toast;
use crate::{format, history, session};

fn fields() -> Vec<Field> {
    let per_unit = format!("{}, {}", t::unit_cost(), session::currency());
    let line = vec![
        Field::record("product_id", t::product(), products::picker()).required(),
        Field::number("quantity", t::quantity()).above(0).required(),
        Field::record("unit_id", t::unit(), units::picker()).hint(t::unit_hint()),
        Field::number("unit_cost", per_unit).min(0).hint(t::unit_cost_hint()),
        Field::hidden("purchase_order_line_id"),
        Field::text("lot_numbers", l::lot_numbers(), 4_000).nullable().hint(l::lot_numbers_hint()),
        Field::date("expires_on", l::expires_on()).nullable(),
        Field::text("supplier_lot", l::supplier_lot(), 100).nullable(),
    ];
    vec![
        Field::record("warehouse_id", t::warehouse(), warehouses::picker()).required(),
        Field::text("reference", t::reference(), 200),
        Field::lines("lines", t::lines(), line).required(),
    ]
}

/// What a new receipt starts with: one line, filled in as the address says.
fn start(parameter: impl Fn(&str) -> Option<String>) -> Value {
    let given = |name: &str| parameter(name).map_or(Value::Null, Value::String);
    json!({
        "warehouse_id": given("warehouse_id"),
        "reference": "",
        "lines": [{ "product_id": given("product_id"), "quantity": given("quantity"), "unit_id": null, "unit_cost": null, "lot_numbers": null,
            "expires_on": null, "supplier_lot": null }],
    })
}

/// A receipt of all that has not come of a purchase order, in the units in which it is sold.
fn start_with(order: &PurchaseOrderView) -> Value {
    let open = order.lines.iter().filter(|line| line.quantity_open > Decimal::ZERO);
    let lines = open.map(|line| {
        json!({
            "product_id": line.product_id, "quantity": line.quantity_open, "unit_id": line.unit_id, "unit_cost": null,
            "purchase_order_line_id": line.id,
        })
    });
    json!({ "warehouse_id": order.warehouse_id, "reference": "", "lines": lines.collect::<Vec<_>>() })
}

/// The form of a new receipt.
#[must_use]
pub fn new_page() -> AnyView {
    let form = Form::new(fields());
    let query = history::location().with_untracked(|at| at.query.clone());
    let parameter = move |wanted: &str| query.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    let purchase = parameter("purchase_order_id").and_then(|id| id.parse::<PurchaseOrderId>().ok());
    let is_given = parameter("product_id").is_some() || purchase.is_some();
    let busy = RwSignal::new(false);
    match purchase {
        None => form.fill(&start(parameter)),
        Some(id) => {
            spawn_local(async move {
                let answer = api::get::<GetPurchaseOrder>(&IdPath { id }, &Empty {}).await;
                // Nobody waits for it any more when the page is gone.
                match (busy.try_get_untracked(), answer) {
                    (None, _) => {}
                    (Some(_), Ok(order)) => form.fill(&start_with(&order)),
                    (Some(_), Err(failure)) => toast::failed(&failure),
                }
            });
        }
    }
    let post = move || {
        let Some(body) = form.body().filter(|_| !busy.get_untracked()) else { return };
        let Ok(input) = crate::json::read::<ReceiptInput>(body) else { return };
        busy.set(true);
        spawn_local(async move {
            let answer = api::send::<CreateReceipt>(&Empty {}, None, &input).await;
            busy.try_set(false);
            match answer {
                Ok(view) => {
                    toast::done(t::received(&view.number));
                    if is_given { go_back() } else { history::replace(&links::receipt(view.id)) }
                }
                Err(failure) => form.failed(&failure),
            }
        });
    };
    shortcut("ctrl+s", t::receive(), post);
    shortcut("ctrl+Enter", t::receive(), post);
    request_animation_frame(|| focus_on("field-warehouse_id"));
    let reason = (!session::may_call::<CreateReceipt>()).then(|| text::form::no_permission().to_owned());
    view! {
        <PageHead title=t::new_receipt().to_owned()>
            <Button label=text::form::cancel() on_press=move |()| go_back()/>
            <Button label=t::receive() look=Look::Primary busy reason=Signal::stored(reason) on_press=move |()| post()/>
        </PageHead>
        <div class="page-scroll wide-form"><Fields form/></div>
    }
    .into_any()
}

/// To where the receipt was asked for.
fn go_back() {
    if let Ok(history) = window().history() {
        let _stays = history.back();
    }
}

/// Where a receipt stands.
#[must_use]
pub fn crumbs(title: &str) -> Vec<Crumb> {
    let stock = (t::title().to_owned(), Some(Place::Stock.href()));
    let receipts = (t::receipts().to_owned(), Some(Place::Stock.tab("receipts")));
    vec![stock, receipts, (title.to_owned(), None)]
}

/// The page of a posted receipt.
#[must_use]
pub fn detail_page(id: &str) -> AnyView {
    let Ok(id) = id.parse() else { return crate::pages::not_found::page() };
    let answer = RwSignal::new(None::<Answer<ReceiptView>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let reply = api::get::<GetReceipt>(&IdPath { id }, &Empty {}).await;
            answer.try_set(Some(reply));
        });
    });
    load.run(());
    loaded(answer, load, |view| {
        set_crumbs(crumbs(&view.number));
        receipt(&view)
    })
    .into_any()
}

fn receipt(view: &ReceiptView) -> AnyView {
    let sees_cost = session::may(Permission::CostRead);
    let mut heads = vec![
        Head::text(t::code()).width(160),
        Head::text(t::product()),
        Head::text(l::lot()).width(180),
        Head::number(t::quantity()).width(160),
    ];
    if sees_cost {
        heads.push(Head::number(format!("{}, {}", t::value(), session::currency())).width(180));
    }
    let rows = view.lines.clone();
    let lines = Callback::new(move |()| rows.iter().map(|line| line_of(line, sees_cost)).collect());
    let (warehouse, by, reference) = (view.warehouse_name.clone(), view.by.clone(), view.reference.clone());
    let received = format::moment(view.received_at);
    let reference = Some(reference).filter(|text| !text.is_empty());
    view! {
        <header class="record-head receipt-head">
            <div class="record-line"><h1 class="record-title"><b>{t::receipt(&view.number)}</b></h1></div>
            <dl class="facts">
                <Fact label=t::when()>{received}</Fact>
                <Fact label=t::warehouse()>{warehouse}</Fact>
                <Fact label=t::by()>{by}</Fact>
                {reference.map(|reference| view! { <Fact label=t::reference()>{reference}</Fact> })}
            </dl>
        </header>
        <div class="table-scroll"><FactTable title=t::lines() heads lines/></div>
    }
    .into_any()
}

fn line_of(line: &ReceiptLineView, sees_cost: bool) -> Line {
    let mut cells = vec![
        Cell::Code(line.product_code.clone()),
        Cell::Link(line.product_name.clone(), Noun::Products.record(line.product_id)),
        match (line.lot_id, &line.lot_number) {
            (Some(id), Some(number)) => Cell::Link(number.clone(), Noun::Lots.record(id)),
            _ => Cell::Empty,
        },
        Cell::quantity(line.quantity, line.unit_code.clone()),
    ];
    if sees_cost {
        cells.push(line.value.map_or(Cell::Empty, Cell::money));
    }
    Line::new(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortage_fills_in_the_receipt() {
        let given = [("product_id", "p"), ("quantity", "2"), ("warehouse_id", "w")];
        let start = start(|name| given.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()));
        assert_eq!(start.pointer("/lines/0/quantity").and_then(Value::as_str), Some("2"));
        assert_eq!(start.pointer("/warehouse_id").and_then(Value::as_str), Some("w"));
    }
}
