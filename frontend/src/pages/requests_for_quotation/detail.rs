//! The page of a request for quotation: who is asked, and the comparison of what they offer.

use leptos::prelude::*;
use mrp_api::data_files::DataFileView;
use mrp_api::endpoint::IdPath;
use mrp_api::papers::{GetQuotationPaper, QuotationPaperQuery};
use mrp_api::requests_for_quotation::{
    AskSupplier, CancelRequestForQuotation, GetRequestForQuotation, RequestForQuotationView, SendRequestForQuotation,
};
use mrp_domain::purchasing::RequestForQuotationState;
use serde_json::json;

use crate::api::{self, Pending};
use crate::i18n::text::{self, requests_for_quotation as t};
use crate::links::Noun;
use crate::pages::papers::{MailText, PdfFile};
use crate::pages::requests_for_quotation::offers::{Choices, Quotation, comparison, is_open, order_button, proposed};
use crate::pages::requests_for_quotation::{mail, state_shape};
use crate::pages::suppliers;
use crate::ui::ask::{Ask, Asks};
use crate::ui::button::{Button, Look};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::menu::{Item, Menu};
use crate::ui::page::{Fact, Footer, RailSection, loaded, set_crumbs};
use crate::ui::state::State;
use crate::{format, session};

/// The page.
#[must_use]
pub fn page(id: &str) -> AnyView {
    let quotation = Quotation::of::<GetRequestForQuotation>(id.to_owned(), &["purchase_order"]);
    let choices: Choices = RwSignal::new(std::collections::BTreeMap::new());
    Effect::new(move |_| {
        let view = quotation.view();
        set_crumbs(vec![
            (text::nav::acquisitions().to_owned(), None),
            (t::title().to_owned(), Some(Noun::RequestsForQuotation.list())),
            (view.as_ref().map(|view| view.number.clone()).unwrap_or_default(), None),
        ]);
        if let Some(view) = view {
            choices.set(proposed(&view));
        }
    });
    let retry = Callback::new(move |()| quotation.load());
    let body = loaded(quotation.answer, retry, move |view| draw(quotation, &view, choices));
    view! {
        <div class="page">{body}<Footer keys=Vec::new()/></div>
        <Asks ask=quotation.ask/>
    }
    .into_any()
}

fn draw(quotation: Quotation, view: &RequestForQuotationView, choices: Choices) -> AnyView {
    let (shape, word) = state_shape(view.state);
    let (number, by, at) = (view.number.clone(), view.created_by.clone(), format::moment(view.created_at));
    let sent = view.sent_at.map(|at| view! { <Fact label=t::sent_at()>{format::moment(at)}</Fact> });
    let requests = view
        .requests
        .iter()
        .map(|one| view! { <a class="fact-link" href=Noun::PurchaseRequests.record(one.id)>{one.number.clone()}</a> })
        .collect_view();
    view! {
        <header class="record-head paper-head">
            <div class="record-line">
                <h1 class="record-title"><b>{number}</b><span>{t::one()}</span></h1>
                <span class="spacer"></span>
                <div class="actions">
                    {menu(quotation, view)}{send_button(quotation, view)}{order_button(quotation, view, choices)}
                </div>
            </div>
            <dl class="facts">
                <Fact label=t::state()><State shape word/></Fact>
                <Fact label=t::for_requests()>{requests}</Fact>
                <Fact label=t::by()>{by}</Fact>
                <Fact label=t::at()>{at}</Fact>
                {sent}
            </dl>
        </header>
        <div class="body">
            <div class="body-main">{comparison(quotation, view, choices)}</div>
            <aside class="rail">{asked(quotation, view)}</aside>
        </div>
    }
    .into_any()
}

fn send_button(quotation: Quotation, view: &RequestForQuotationView) -> Option<AnyView> {
    if view.state != RequestForQuotationState::Draft || !session::may_call::<SendRequestForQuotation>() {
        return None;
    }
    let reason = view.suppliers.is_empty().then(|| t::nobody_asked().to_owned());
    let done = t::done_send(&view.number);
    let press = move |()| quotation.run::<SendRequestForQuotation>(json!({}), done.clone());
    let look = Look::Secondary;
    Some(
        view! { <Button label=t::send() look reason=Signal::stored(reason) busy=quotation.busy on_press=press/> }
            .into_any(),
    )
}

fn menu(quotation: Quotation, view: &RequestForQuotationView) -> impl IntoView + use<> {
    let number = view.number.clone();
    let why_not = if !session::may_call::<CancelRequestForQuotation>() {
        Some(text::form::no_permission().to_owned())
    } else {
        (!is_open(view)).then(|| state_shape(view.state).1.to_owned())
    };
    let items = Callback::new(move |()| {
        let title = t::cancel_ask(&number);
        let cancel = move || {
            let answers = quotation.answers::<CancelRequestForQuotation>();
            let ask = Ask::new(title.clone(), t::cancel(), move |_| answers(json!({})));
            quotation.ask.set(Some(ask.hint(t::cancel_hint()).danger()));
        };
        vec![Item::new(t::cancel(), cancel).danger().unless(why_not.clone())]
    });
    view! { <Menu label=text::list::actions() items><Icon name="more" size=14/></Menu> }
}

/// Who is asked, each with the text of the mail to him.
fn asked(quotation: Quotation, view: &RequestForQuotationView) -> impl IntoView + use<> {
    let company = session::session()
        .with_untracked(|session| session.as_ref().map(|session| session.setting.company_name.clone()))
        .unwrap_or_default();
    let (id, lines) = (view.id, view.lines.len().to_string());
    let rows = view
        .suppliers
        .iter()
        .map(|one| {
            let mail = mail::text(view, one, &company);
            let supplier_id = one.id;
            let paper = move |language| -> Pending<DataFileView> {
                let query = QuotationPaperQuery { supplier_id, language };
                Box::pin(async move { api::get::<GetQuotationPaper>(&IdPath { id }, &query).await })
            };
            let answers = t::answers_of(&one.answer_count.to_string(), &lines);
            view! {
                <div class="asked">
                    <a href=Noun::Suppliers.record(one.id)>{one.name.clone()}</a>
                    <span class="muted">{answers}</span>
                    <MailText text=mail/>
                    <PdfFile ask=paper/>
                </div>
            }
        })
        .collect_view();
    let nobody = view.suppliers.is_empty().then(|| view! { <p class="muted">{t::nobody_asked()}</p> });
    let add = (is_open(view) && session::may_call::<AskSupplier>()).then(|| {
        let press = move |()| {
            let answers = quotation.answers::<AskSupplier>();
            let supplier = Field::record("supplier_id", t::supplier(), suppliers::picker()).required().span(12);
            quotation.ask.set(Some(Ask::new(t::ask(), t::ask(), answers).field(supplier)));
        };
        view! { <Button label=t::ask() icon="plus" small=true on_press=press/> }
    });
    view! { <RailSection title=t::asked()>{nobody}{rows}{add}</RailSection> }
}
