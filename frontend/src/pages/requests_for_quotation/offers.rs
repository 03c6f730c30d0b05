//! The offers for each line side by side: what would have to be ordered, what all of it costs, the cheapest and the
//! soonest marked; and the choice among them.

use std::collections::BTreeMap;

use leptos::prelude::*;
use mrp_api::access::Permission;
use mrp_api::requests_for_quotation::{
    ChooseOffers, OfferView, QuotationLineView, RecordOffer, RequestForQuotationView,
};
use mrp_domain::ids::{RequestForQuotationLineId, SupplierId};
use mrp_domain::purchasing::RequestForQuotationState;
use serde_json::{Value, json};

use crate::i18n::text::{self, requests_for_quotation as t};
use crate::links::Noun;
use crate::pages::papers::{Paper, day, in_money};
use crate::ui::ask::Ask;
use crate::ui::button::{Button, Look};
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::state::{Shape, State};
use crate::{format, session};

/// A question on the screen.
pub type Quotation = Paper<RequestForQuotationView>;

/// Which offer is ticked for each line.
pub type Choices = RwSignal<BTreeMap<RequestForQuotationLineId, SupplierId>>;

/// Whether offers can still be recorded and taken.
#[must_use]
pub fn is_open(view: &RequestForQuotationView) -> bool {
    matches!(view.state, RequestForQuotationState::Draft | RequestForQuotationState::Sent)
}

/// What is ticked when a page opens: the cheapest of each line that has none taken.
#[must_use]
pub fn proposed(view: &RequestForQuotationView) -> BTreeMap<RequestForQuotationLineId, SupplierId> {
    let open = view.lines.iter().filter(|line| !line.offers.iter().any(|offer| offer.is_chosen));
    open.filter_map(|line| Some((line.id, line.offers.iter().find(|offer| offer.is_cheapest)?.supplier_id))).collect()
}

/// The button that orders what is ticked.
#[must_use]
pub fn order_button(quotation: Quotation, view: &RequestForQuotationView, choices: Choices) -> Option<AnyView> {
    if !is_open(view) || !session::may_call::<ChooseOffers>() {
        return None;
    }
    let reason = Signal::derive(move || choices.with(BTreeMap::is_empty).then(|| t::nothing_chosen().to_owned()));
    let press = move |()| {
        let chosen = choices.with_untracked(|choices| {
            let choice = |(line, supplier): (&RequestForQuotationLineId, &SupplierId)| {
                json!({ "line_id": line, "supplier_id": supplier })
            };
            choices.iter().map(choice).collect::<Vec<_>>()
        });
        quotation.run::<ChooseOffers>(json!({ "choices": chosen }), t::done_choose().to_owned());
    };
    Some(view! { <Button label=t::choose() look=Look::Primary reason busy=quotation.busy on_press=press/> }.into_any())
}

/// The comparison, line by line.
#[must_use]
pub fn comparison(quotation: Quotation, view: &RequestForQuotationView, choices: Choices) -> AnyView {
    let sees_cost = session::may(Permission::CostRead);
    let is_open = is_open(view) && session::may_call::<RecordOffer>();
    let groups = view.lines.iter().map(|line| group(quotation, line, choices, (sees_cost, is_open))).collect_view();
    let price = sees_cost.then(|| view! { <th scope="col" class="number">{in_money(t::price())}</th> });
    let cost = sees_cost.then(|| view! { <th scope="col" class="number">{in_money(t::cost())}</th> });
    view! {
        <div class="table-scroll">
            <table class="table offers" aria-label=t::comparison()>
                <thead><tr>
                    <th scope="col" class="w-choice"><span class="sr-only">{t::choose()}</span></th>
                    <th scope="col">{t::supplier()}</th>
                    {price}
                    <th scope="col" class="number">{t::minimum()}</th>
                    <th scope="col" class="number">{t::multiple()}</th>
                    <th scope="col" class="number">{t::to_order()}</th>
                    {cost}
                    <th scope="col" class="number">{t::lead_days()}</th>
                    <th scope="col" class="w-valid">{t::valid_until()}</th>
                    <th scope="col" class="w-verdict">{t::verdict()}</th>
                    <th scope="col" class="w-enter"><span class="sr-only">{text::list::actions()}</span></th>
                </tr></thead>
                <tbody>{groups}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn group(
    quotation: Quotation,
    line: &QuotationLineView,
    choices: Choices,
    (sees_cost, is_open): (bool, bool),
) -> AnyView {
    let columns = if sees_cost { "11" } else { "9" };
    let amount = format!("{} {}", format::number(line.quantity), line.unit_code);
    let needed = day(&line.needed_on).map(|day| t::needed_on(&day));
    let order = line.purchase_order_id.zip(line.purchase_order_number.clone()).map(|(id, number)| {
        view! { <a href=Noun::PurchaseOrders.record(id)>{number}</a> }
    });
    let is_taken = line.offers.iter().any(|offer| offer.is_chosen);
    let rows = line
        .offers
        .iter()
        .map(|offer| row(quotation, line, offer, choices, (sees_cost, is_open && !is_taken)))
        .collect_view();
    let none = line.offers.is_empty().then(|| {
        view! { <tr><td colspan=columns class="muted">{t::nobody_asked()}</td></tr> }
    });
    view! {
        <tr data-group="true"><td colspan=columns>
            <div class="fix-line">
                <b>{line.product_name.clone()}</b><span class="muted">{line.product_code.clone()}</span>
                <span>{amount}</span><span class="muted">{needed}</span>
                <span class="spacer"></span>{order}
            </div>
        </td></tr>
        {rows}{none}
    }
    .into_any()
}

fn row(
    quotation: Quotation,
    line: &QuotationLineView,
    offer: &OfferView,
    choices: Choices,
    (sees_cost, can_choose): (bool, bool),
) -> AnyView {
    let (line_id, supplier) = (line.id, offer.supplier_id);
    let can_take = can_choose && offer.is_answered && !offer.is_expired;
    let label = t::take(&offer.supplier_name, &line.product_name);
    let choice = can_take.then(|| {
        let checked = move || choices.with(|choices| choices.get(&line_id) == Some(&supplier));
        let pick = move |_| choices.update(|choices| { choices.insert(line_id, supplier); });
        view! { <input type="radio" name=format!("line-{line_id}") aria-label=label prop:checked=checked on:change=pick/> }
    });
    let number = |cell: Cell| view! { <td class="number">{cell.view()}</td> };
    let price = sees_cost.then(|| {
        number(offer.price.map_or(Cell::Empty, |price| Cell::quantity(price, format!("/ {}", offer.unit_code))))
    });
    let cost = sees_cost.then(|| number(offer.cost.map_or(Cell::Empty, Cell::money)));
    let quantity =
        if offer.is_answered { Cell::quantity(offer.quantity, offer.unit_code.clone()) } else { Cell::Empty };
    let tools = can_choose.then(|| {
        let (ask_line, ask_offer) = (StoredValue::new(line.clone()), StoredValue::new(offer.clone()));
        let press = move |()| {
            ask_line.with_value(|line| ask_offer.with_value(|offer| ask(quotation, line, offer)));
        };
        let label = if offer.is_answered { t::change() } else { t::record() };
        view! { <Button label small=true on_press=press/> }
    });
    let tone = if offer.is_chosen { Some("ok") } else { None };
    view! {
        <tr data-tone=tone>
            <td>{choice}</td>
            <td><a href=Noun::Suppliers.record(offer.supplier_id)>{offer.supplier_name.clone()}</a></td>
            {price}
            {number(Cell::number(offer.min_quantity))}
            {number(Cell::number(offer.order_multiple))}
            {number(quantity)}
            {cost}
            {number(if offer.is_answered { Cell::whole(offer.lead_days) } else { Cell::Empty })}
            <td>{Cell::maybe(day(&offer.valid_until)).view()}</td>
            <td>{verdicts(offer)}</td>
            <td class="tools">{tools}</td>
        </tr>
    }
    .into_any()
}

/// What is to be said of an offer: shape and word, never colour alone.
fn verdicts(offer: &OfferView) -> AnyView {
    let mut all = Vec::new();
    if offer.is_chosen {
        all.push((Shape::Finished, t::chosen()));
    }
    if !offer.is_answered {
        all.push((Shape::Waiting, t::no_answer()));
    }
    if offer.is_expired {
        all.push((Shape::Blocking, t::expired()));
    }
    if offer.is_cheapest {
        all.push((Shape::Ok, t::cheapest()));
    }
    if offer.is_soonest {
        all.push((Shape::Running, t::soonest()));
    }
    all.into_iter().map(|(shape, word)| view! { <State shape word/>" " }).collect_view().into_any()
}

fn fields(line: &QuotationLineView, offer: &OfferView) -> Vec<Field> {
    let unit = |field: Field| field.unit(offer.unit_code.clone());
    let number = |value| format::number(value);
    vec![
        Field::number("price", in_money(t::price()))
            .min(0)
            .span(6)
            .needs(Permission::CostRead)
            .start(offer.price.map(number).unwrap_or_default())
            .hint(t::price_hint(&offer.unit_code)),
        Field::whole("lead_days", t::lead_days())
            .required()
            .min(0)
            .max(3660)
            .span(6)
            .start(offer.lead_days.to_string()),
        unit(Field::number("min_quantity", t::minimum()).required().min(0).span(6).start(number(offer.min_quantity))),
        unit(
            Field::number("order_multiple", t::multiple())
                .required()
                .min(0)
                .span(6)
                .start(number(offer.order_multiple)),
        ),
        Field::date("valid_until", t::valid_until()).span(6).start(offer.valid_until.clone().unwrap_or_default()),
        Field::text("note", t::note(), 500).span(12).start(offer.note.clone()),
        Field::hidden("unit_id").start(offer.unit_id.to_string()),
        Field::hidden("line_id").start(line.id.to_string()),
        Field::hidden("supplier_id").start(offer.supplier_id.to_string()),
    ]
}

/// Asks what a supplier has answered for a line.
fn ask(quotation: Quotation, line: &QuotationLineView, offer: &OfferView) {
    let answers = quotation.answers::<RecordOffer>();
    let run = move |body: Value| answers(body);
    let title = format!("{}: {}", offer.supplier_name, line.product_name);
    let ask = Ask::new(title, text::form::save(), run).hint(t::record_hint());
    quotation.ask.set(Some(fields(line, offer).into_iter().fold(ask, Ask::field)));
}

#[cfg(test)]
mod tests {
    use mrp_api::requests_for_quotation::OfferInput;

    use super::*;

    const ID: &str = "0198a000-0000-7000-8000-000000000001";

    #[test]
    fn an_offer_is_sent_as_the_api_takes_it() {
        let offer: OfferView = crate::json::read(json!({
            "supplier_id": ID, "supplier_name": "Steel", "supplier_article": "", "unit_id": ID, "unit_code": "kg",
            "is_answered": false, "min_quantity": "5", "order_multiple": "5", "lead_days": 7, "note": "",
            "quantity": "10", "is_expired": false, "is_cheapest": false, "is_soonest": false, "is_chosen": false,
        }))
        .unwrap();
        let line: QuotationLineView = crate::json::read(json!({
            "id": ID, "product_id": ID, "product_code": "P", "product_name": "Paint", "quantity": "7", "unit_id": ID,
            "unit_code": "kg", "offers": [],
        }))
        .unwrap();
        crate::ui::form::assert_fits::<OfferInput>(&fields(&line, &offer), &[("price", "38.5")]);
    }
}
