//! The page of a purchase order: what is ordered and for whom, what has come, and its next step.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::access::Permission;
use mrp_api::data_files::DataFileView;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::papers::{GetPurchaseOrderPaper, PurchaseOrderPaperQuery};
use mrp_api::pegging::PeggingOf;
use mrp_api::purchase_orders::{
    CancelPurchaseOrder, DeletePurchaseOrder, GetPurchaseOrder, PlacePurchaseOrder, PurchaseOrderLineView,
    PurchaseOrderView, UpdatePurchaseOrder,
};
use mrp_api::stock::CreateReceipt;
use mrp_domain::purchasing::PurchaseOrderState;
use serde_json::json;

use crate::api::{self, Pending};
use crate::i18n::text::{self, purchase_orders as t};
use crate::links::{self, Noun};
use crate::pages::papers::{MailText, Paper, PdfFile, day, day_cell, in_money};
use crate::pages::pegging::Pegging;
use crate::pages::purchase_orders::{form, mail, state_shape};
use crate::ui::ask::{Ask, Asks};
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::cell::Cell;
use crate::ui::icon::Icon;
use crate::ui::menu::{Item, Menu};
use crate::ui::page::{Fact, Footer, RailSection, loaded, set_crumbs};
use crate::ui::record::RecordDialog;
use crate::ui::shortcuts::shortcut;
use crate::ui::state::{State, Stepper};
use crate::ui::table::{FactTable, Head, Line};
use crate::ui::toast;
use crate::{format, history, session};

type Order = Paper<PurchaseOrderView>;

/// The steps of an order that is not given up.
const STEPS: [PurchaseOrderState; 4] = [
    PurchaseOrderState::Draft,
    PurchaseOrderState::Ordered,
    PurchaseOrderState::PartlyReceived,
    PurchaseOrderState::Received,
];

/// The page.
#[must_use]
pub fn page(id: &str) -> AnyView {
    let order = Order::of::<GetPurchaseOrder>(id.to_owned(), &[]);
    Effect::new(move |_| {
        let number = order.view().map(|view| view.number).unwrap_or_default();
        set_crumbs(vec![
            (text::nav::acquisitions().to_owned(), None),
            (t::title().to_owned(), Some(Noun::PurchaseOrders.list())),
            (number, None),
        ]);
    });
    shortcut("e", text::manufacturing_orders::edit(), move || edit(order));
    let body = loaded(order.answer, Callback::new(move |()| order.load()), move |view| draw(order, &view));
    let keys = vec![(vec!["E"], text::manufacturing_orders::edit().to_owned())];
    view! {
        <div class="page">{body}<Footer keys/></div>
        <Asks ask=order.ask/>
        <RecordDialog record=form::record()/>
    }
    .into_any()
}

fn edit(order: Order) {
    let id = order.id.get_value();
    history::set_parameters(&[("record", id.as_str())], true);
}

fn draw(order: Order, view: &PurchaseOrderView) -> AnyView {
    let company = session::session()
        .with_untracked(|session| session.as_ref().map(|session| session.setting.company_name.clone()))
        .unwrap_or_default();
    let mail = mail::text(view, &company);
    let id = view.id;
    let paper = move |language| -> Pending<DataFileView> {
        let query = PurchaseOrderPaperQuery { language };
        Box::pin(async move { api::get::<GetPurchaseOrderPaper>(&IdPath { id }, &query).await })
    };
    let (supplier, supplier_name) = (view.supplier_id, view.supplier_name.clone());
    let (warehouse, number) = (view.warehouse_name.clone(), view.number.clone());
    let expected = day(&view.expected_on).map(|day| view! { <Fact label=t::expected_on()>{day}</Fact> });
    let total = view.total.map(|total| {
        let total = format!("{} {}", format::money(total), session::currency());
        view! { <Fact label=t::total()>{total}</Fact> }
    });
    let ordered = view.ordered_at.map(|at| view! { <Fact label=t::ordered_at()>{format::moment(at)}</Fact> });
    let quotation = view.request_for_quotation_id.zip(view.request_for_quotation_number.clone()).map(|(id, number)| {
        view! { <Fact label=t::quotation()><a href=Noun::RequestsForQuotation.record(id)>{number}</a></Fact> }
    });
    let note = Some(view.note.clone()).filter(|note| !note.is_empty());
    let note = note.map(|note| view! { <Fact label=t::note()>{note}</Fact> });
    let steps = match STEPS.iter().position(|step| *step == view.state) {
        Some(at) => {
            let at = if view.state == PurchaseOrderState::Received { at + 1 } else { at };
            let words = STEPS.iter().map(|step| state_shape(*step).1.to_owned()).collect();
            view! { <Stepper steps=words at/> }.into_any()
        }
        None => {
            let (shape, word) = state_shape(view.state);
            view! { <State shape word/> }.into_any()
        }
    };
    view! {
        <header class="record-head paper-head">
            <div class="record-line">
                <h1 class="record-title"><b>{number}</b><span class="ellipsis">{supplier_name.clone()}</span></h1>
                <span class="spacer"></span>
                <div class="actions"><MailText text=mail/><PdfFile ask=paper/>{menu(order, view)}{primary(order, view)}</div>
            </div>
            <dl class="facts">
                <Fact label=t::supplier()><a href=Noun::Suppliers.record(supplier)>{supplier_name}</a></Fact>
                <Fact label=t::warehouse()>{warehouse}</Fact>
                {expected}{total}{ordered}{quotation}{note}
            </dl>
            <div class="record-steps">{steps}</div>
        </header>
        <div class="body">
            <div class="body-main">{lines(view)}<Pegging of=PeggingOf::PurchaseOrder id=view.id.uuid()/></div>
            <aside class="rail">{receipts(view)}</aside>
        </div>
    }
    .into_any()
}

/// The one step that brings the order on.
fn primary(order: Order, view: &PurchaseOrderView) -> Option<AnyView> {
    match view.state {
        PurchaseOrderState::Draft => {
            let reason = if !session::may_call::<PlacePurchaseOrder>() {
                Some(text::form::no_permission().to_owned())
            } else if view.lines.is_empty() {
                Some(t::no_lines().to_owned())
            } else if view.lines_without_price > 0 {
                Some(t::without_price(u64::from(view.lines_without_price)))
            } else {
                None
            };
            let done = t::done_order(&view.number);
            let press = move |()| order.run::<PlacePurchaseOrder>(json!({}), done.clone());
            let reason = Signal::stored(reason);
            Some(
                view! { <Button label=t::order() look=Look::Primary reason busy=order.busy on_press=press/> }
                    .into_any(),
            )
        }
        PurchaseOrderState::Ordered | PurchaseOrderState::PartlyReceived => {
            session::may_call::<CreateReceipt>().then(|| {
                let href = links::receipt_of_purchase(view.id);
                view! { <LinkButton label=t::receive() href look=Look::Primary icon="stock"/> }.into_any()
            })
        }
        PurchaseOrderState::Received | PurchaseOrderState::Cancelled => None,
    }
}

fn menu(order: Order, view: &PurchaseOrderView) -> impl IntoView + use<> {
    let (state, number, id, version) = (view.state, view.number.clone(), view.id, view.version);
    let is_draft = state == PurchaseOrderState::Draft;
    let is_closed = matches!(state, PurchaseOrderState::Received | PurchaseOrderState::Cancelled);
    let no_permission = |may: bool| (!may).then(|| text::form::no_permission().to_owned());
    let items = Callback::new(move |()| {
        let mut items = vec![
            Item::new(text::manufacturing_orders::edit(), move || edit(order)).unless(
                no_permission(session::may_call::<UpdatePurchaseOrder>())
                    .or_else(|| is_closed.then(|| state_shape(state).1.to_owned())),
            ),
        ];
        let title = t::cancel_ask(&number);
        let cancel = move || {
            let answers = order.answers::<CancelPurchaseOrder>();
            let ask = Ask::new(title.clone(), t::cancel(), move |_| answers(json!({})));
            order.ask.set(Some(ask.hint(t::cancel_hint()).danger()));
        };
        items.push(
            Item::new(t::cancel(), cancel).danger().unless(
                no_permission(session::may_call::<CancelPurchaseOrder>())
                    .or_else(|| is_closed.then(|| state_shape(state).1.to_owned())),
            ),
        );
        if is_draft {
            let number = number.clone();
            let remove = move || {
                let number = number.clone();
                spawn_local(async move {
                    match api::send::<DeletePurchaseOrder>(&IdPath { id }, Some(version), &Empty {}).await {
                        Ok(_) => {
                            toast::done(text::form::removed(&number));
                            history::go(&Noun::PurchaseOrders.list());
                        }
                        Err(failure) => toast::failed(&failure),
                    }
                });
            };
            let may = no_permission(session::may_call::<DeletePurchaseOrder>());
            items.push(Item::new(text::form::delete(), remove).danger().unless(may));
        }
        items
    });
    view! { <Menu label=text::list::actions() items><Icon name="more" size=14/></Menu> }
}

fn lines(view: &PurchaseOrderView) -> impl IntoView + use<> {
    let sees_cost = session::may(Permission::CostRead);
    let mut heads =
        vec![Head::text(t::code()).width(120), Head::text(t::product()), Head::number(t::quantity()).width(110)];
    if sees_cost {
        heads.push(Head::number(in_money(t::price())).width(110));
        heads.push(Head::number(in_money(t::amount())).width(120));
    }
    heads.extend([
        Head::number(t::received()).width(120),
        Head::text(t::expected_on()).width(110),
        Head::text(t::for_orders()).width(170),
    ]);
    let all = StoredValue::new(view.lines.clone());
    let rows = Callback::new(move |()| all.with_value(|all| all.iter().map(|row| line(row, sees_cost)).collect()));
    view! { <FactTable title=t::lines() heads lines=rows/> }
}

fn line(row: &PurchaseOrderLineView, sees_cost: bool) -> Line {
    let mut cells = vec![
        Cell::Code(row.product_code.clone()).view(),
        Cell::Link(row.product_name.clone(), Noun::Products.record(row.product_id)).view(),
        Cell::quantity(row.quantity, row.unit_code.clone()).view(),
    ];
    if sees_cost {
        cells.push(row.price.map_or(Cell::Empty, Cell::number).view());
        cells.push(row.amount.map_or(Cell::Empty, Cell::money).view());
    }
    let links = row
        .orders
        .iter()
        .map(
            |one| view! { <a class="fact-link" href=Noun::ManufacturingOrders.record(one.id)>{one.number.clone()}</a> },
        )
        .collect_view()
        .into_any();
    cells.extend([
        Cell::quantity(row.qty_received, row.product_unit_code.clone()).view(),
        day_cell(&row.expected_on).view(),
        if row.orders.is_empty() { Cell::Empty.view() } else { links },
    ]);
    let line = Line::of(cells);
    if row.qty_received >= row.qty_ordered { line.tone("ok") } else { line }
}

fn receipts(view: &PurchaseOrderView) -> impl IntoView + use<> {
    let all = view.receipts.clone();
    let items = if all.is_empty() {
        view! { <p class="muted">{t::no_receipts()}</p> }.into_any()
    } else {
        all.into_iter()
            .map(|one| {
                view! {
                    <div class="rail-row">
                        <a href=links::receipt(one.id)>{one.number}</a>
                        <span class="muted">{format::moment(one.received_at)}</span>
                    </div>
                }
            })
            .collect_view()
            .into_any()
    };
    view! { <RailSection title=t::receipts()>{items}</RailSection> }
}
