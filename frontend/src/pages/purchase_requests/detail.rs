//! The page of a purchase request: what for, and where each line stands.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::pegging::PeggingOf;
use mrp_api::purchase_orders::OrderPurchaseRequest;
use mrp_api::purchase_requests::{
    CancelPurchaseRequest, GetPurchaseRequest, PurchaseRequestLineView, PurchaseRequestView, UpdatePurchaseRequest,
};
use mrp_api::requests_for_quotation::DraftRequestForQuotation;
use mrp_domain::purchasing::PurchaseRequestState;
use serde_json::{Value, json};

use crate::api::{self, Failure, Pending};
use crate::i18n::text::{self, purchase_orders as o, purchase_requests as t, requests_for_quotation as q};
use crate::links::Noun;
use crate::pages::papers::{Paper, day_cell};
use crate::pages::pegging::Pegging;
use crate::pages::purchase_requests::{form, state_cell, state_shape};
use crate::pages::suppliers;
use crate::ui::ask::{Ask, Asks};
use crate::ui::button::{Button, Look};
use crate::ui::cell::Cell;
use crate::ui::field::Field;
use crate::ui::page::{Fact, Footer, loaded, set_crumbs};
use crate::ui::record::RecordDialog;
use crate::ui::shortcuts::shortcut;
use crate::ui::state::{Note, Shape, State};
use crate::ui::table::{FactTable, Head, Line};
use crate::ui::toast;
use crate::{format, history, session};

type Request = Paper<PurchaseRequestView>;

/// The page.
#[must_use]
pub fn page(id: &str) -> AnyView {
    let request = Request::of::<GetPurchaseRequest>(id.to_owned(), &["purchase_order", "request_for_quotation"]);
    Effect::new(move |_| {
        let number = request.view().map(|view| view.number).unwrap_or_default();
        set_crumbs(vec![
            (text::nav::acquisitions().to_owned(), None),
            (t::title().to_owned(), Some(Noun::PurchaseRequests.list())),
            (number, None),
        ]);
    });
    shortcut("e", t::edit(), move || {
        if request.view().is_some_and(|view| may_edit(&view)) {
            edit(request);
        }
    });
    let keys = move || match request.view().is_some_and(|view| may_edit(&view)) {
        true => vec![(vec!["E"], t::edit().to_owned())],
        false => Vec::new(),
    };
    let body = loaded(request.answer, Callback::new(move |()| request.load()), move |view| draw(request, &view));
    view! {
        <div class="page">{body}{move || view! { <Footer keys=keys()/> }}</div>
        <Asks ask=request.ask/>
        <RecordDialog record=form::record()/>
    }
    .into_any()
}

fn may_edit(view: &PurchaseRequestView) -> bool {
    view.can_change && session::may_call::<UpdatePurchaseRequest>()
}

fn edit(request: Request) {
    let id = request.id.get_value();
    history::set_parameters(&[("record", id.as_str())], true);
}

fn draw(request: Request, view: &PurchaseRequestView) -> AnyView {
    let (shape, word) = state_shape(view.state);
    let order = view.manufacturing_order_id.zip(view.manufacturing_order_number.clone()).map(|(id, number)| {
        view! { <Fact label=t::for_order()><a href=Noun::ManufacturingOrders.record(id)>{number}</a></Fact> }
    });
    let lines = StoredValue::new(view.lines.clone());
    let rows = Callback::new(move |()| lines.with_value(|lines| lines.iter().map(line).collect()));
    let heads = vec![
        Head::text(t::code()).width(130),
        Head::text(t::product()),
        Head::number(t::quantity()).width(120),
        Head::number(t::received()).width(120),
        Head::text(t::needed_on()).width(110),
        Head::text(t::supplier()).width(150),
        Head::text(t::state()).width(170),
        Head::text(t::quotation()).width(150),
        Head::text(t::purchase_order()).width(150),
    ];
    let cancelled = view.is_order_cancelled.then(|| {
        view! { <Note shape=Shape::Waiting title=t::order_cancelled()/> }
    });
    let (by, at) = (view.created_by.clone(), format::moment(view.created_at));
    let note = Some(view.note.clone()).filter(|note| !note.is_empty());
    view! {
        <header class="record-head paper-head">
            <div class="record-line">
                <h1 class="record-title"><b>{view.number.clone()}</b><span>{t::one()}</span></h1>
                <span class="spacer"></span>
                <div class="actions">{cancel_button(request, view)}{edit_button(request, view)}{order_button(request, view)}{ask_button(request, view)}</div>
            </div>
            <dl class="facts">
                <Fact label=t::state()><State shape word/></Fact>
                {order}
                <Fact label=t::by()>{by}</Fact>
                <Fact label=t::at()>{at}</Fact>
                {note.map(|note| view! { <Fact label=t::note()>{note}</Fact> })}
            </dl>
        </header>
        {cancelled}
        <div class="page-scroll">
            <div class="table-scroll"><FactTable title=t::lines() heads lines=rows/></div>
            <Pegging of=PeggingOf::PurchaseRequest id=view.id.uuid()/>
        </div>
    }
    .into_any()
}

fn cancel_button(request: Request, view: &PurchaseRequestView) -> Option<AnyView> {
    let is_open = matches!(view.state, PurchaseRequestState::Open | PurchaseRequestState::Quoting);
    if !is_open {
        return None;
    }
    let reason = if !session::may_call::<CancelPurchaseRequest>() {
        Some(text::form::no_permission().to_owned())
    } else if view.lines.iter().any(|line| line.purchase_order_id.is_some()) {
        Some(t::is_in_an_order().to_owned())
    } else {
        None
    };
    let number = view.number.clone();
    let press = move |()| {
        let answers = request.answers::<CancelPurchaseRequest>();
        let ask = Ask::new(t::cancel_ask(&number), t::cancel(), move |_| answers(json!({})));
        request.ask.set(Some(ask.hint(t::cancel_hint()).danger()));
    };
    Some(
        view! { <Button label=t::cancel() reason=Signal::stored(reason) busy=request.busy on_press=press/> }.into_any(),
    )
}

/// Changes what somebody asked for by hand, until suppliers know of it.
fn edit_button(request: Request, view: &PurchaseRequestView) -> Option<AnyView> {
    let label = t::edit();
    may_edit(view).then(|| view! { <Button label key="E" on_press=move |()| edit(request)/> }.into_any())
}

/// Asks the preferred suppliers for offers.
fn ask_button(request: Request, view: &PurchaseRequestView) -> Option<AnyView> {
    let is_open = view.lines.iter().any(|line| line.state == PurchaseRequestState::Open);
    if !is_open || !session::may_call::<DraftRequestForQuotation>() {
        return None;
    }
    let id = view.id;
    let press = move |()| {
        request.busy.set(true);
        spawn_local(async move {
            let answer = api::send::<DraftRequestForQuotation>(&IdPath { id }, None, &Empty {}).await;
            request.busy.try_set(false);
            match answer {
                Ok(view) => history::go(&Noun::RequestsForQuotation.record(view.id)),
                Err(failure) => toast::failed(&failure),
            }
        });
    };
    Some(view! { <Button label=q::draft() look=Look::Primary busy=request.busy on_press=press/> }.into_any())
}

/// Orders what nobody has ordered from one supplier, without asking others.
fn order_button(request: Request, view: &PurchaseRequestView) -> Option<AnyView> {
    let is_open = |line: &PurchaseRequestLineView| {
        let is_waiting = matches!(line.state, PurchaseRequestState::Open | PurchaseRequestState::Quoting);
        is_waiting && line.purchase_order_id.is_none()
    };
    if !view.lines.iter().any(is_open) || !session::may_call::<OrderPurchaseRequest>() {
        return None;
    }
    let id = view.id;
    let wished = wished_supplier(view.lines.iter().filter(|line| is_open(line))).unwrap_or_default();
    let press = move |()| {
        let run = move |body: Value| -> Pending<()> {
            Box::pin(async move {
                let input = crate::json::read(body).map_err(|error| Failure::Unreadable(error.to_string()))?;
                let order = api::send::<OrderPurchaseRequest>(&IdPath { id }, None, &input).await?;
                history::go(&Noun::PurchaseOrders.record(order.id));
                Ok(())
            })
        };
        let supplier = Field::record("supplier_id", o::supplier(), suppliers::picker()).required().span(12);
        let supplier = supplier.start(wished.clone());
        let ask = Ask::new(o::order_from_title(), o::order_from(), run);
        request.ask.set(Some(ask.hint(o::order_from_hint()).field(supplier)));
    };
    Some(view! { <Button label=o::order_from() busy=request.busy on_press=press/> }.into_any())
}

/// The supplier whom the lines wish for, when they do not wish for several.
fn wished_supplier<'a>(lines: impl Iterator<Item = &'a PurchaseRequestLineView>) -> Option<String> {
    let mut wished = lines.filter_map(|line| line.supplier_id).collect::<Vec<_>>();
    wished.dedup();
    match wished.as_slice() {
        [one] => Some(one.to_string()),
        _ => None,
    }
}

fn line(row: &PurchaseRequestLineView) -> Line {
    let link = |id: Option<String>, number: &Option<String>, noun: Noun| match (id, number) {
        (Some(id), Some(number)) => Cell::Link(number.clone(), noun.record(id)),
        _ => Cell::Empty,
    };
    let quotation = row.request_for_quotation_id.map(|id| id.to_string());
    let order = row.purchase_order_id.map(|id| id.to_string());
    let supplier = row.supplier_id.map(|id| id.to_string());
    Line::new(vec![
        Cell::Code(row.product_code.clone()),
        Cell::Link(row.product_name.clone(), Noun::Products.record(row.product_id)),
        Cell::quantity(row.quantity, row.unit_code.clone()),
        Cell::quantity(row.qty_received, row.unit_code.clone()),
        day_cell(&row.needed_on),
        link(supplier, &row.supplier_name, Noun::Suppliers),
        state_cell(row.state),
        link(quotation, &row.request_for_quotation_number, Noun::RequestsForQuotation),
        link(order, &row.purchase_order_number, Noun::PurchaseOrders),
    ])
}
