//! The connections of a document, on its page: what its lines serve, and what they wait for, as two trees in which nothing
//! that comes too late is overlooked.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::Empty;
use mrp_api::pegging::{GetPegging, PeggingNode, PeggingOf, PeggingQuery, PeggingView};
use mrp_domain::ids::ReceiptId;
use mrp_domain::pegging::{PegDirection, PegKind};
use mrp_domain::time::Instant;
use uuid::Uuid;

use crate::api::{self, Answer};
use crate::i18n::text::pegging as t;
use crate::links::{self, Noun};
use crate::pages::{manufacturing_orders, purchase_orders, purchase_requests, requests_for_quotation, sales_orders};
use crate::ui::cell::Cell;
use crate::ui::page::loaded;
use crate::ui::state::{Shape, State};
use crate::ui::table::{FactTable, Head, Line};
use crate::{format, live};

/// What may move a chain.
const ENTITIES: [&str; 6] =
    ["sales_order", "manufacturing_order", "purchase_request", "request_for_quotation", "purchase_order", "delivery"];

/// Both trees of a document.
#[component]
pub fn Pegging(
    /// What it is.
    of: PeggingOf,
    /// Its id.
    #[prop(into)]
    id: Uuid,
) -> impl IntoView {
    view! {
        <section class="section pegging" aria-label=t::title()>
            <Tree of id direction=PegDirection::Forward title=t::forward()/>
            <Tree of id direction=PegDirection::Backward title=t::backward()/>
        </section>
    }
}

#[component]
fn Tree(of: PeggingOf, id: Uuid, direction: PegDirection, title: &'static str) -> impl IntoView {
    let answer = RwSignal::new(None::<Answer<PeggingView>>);
    let load = move || {
        spawn_local(async move {
            let query = PeggingQuery { of, id, line_id: None, direction };
            let told = api::get::<GetPegging>(&Empty {}, &query).await;
            answer.try_set(Some(told));
        });
    };
    let changed = live::gathered(&ENTITIES);
    Effect::new(move |_| {
        changed.track();
        load();
    });
    let body = loaded(answer, Callback::new(move |()| load()), move |view| table(view, title));
    view! { <h2>{title}</h2>{body} }
}

fn table(view: PeggingView, title: &'static str) -> AnyView {
    let heads = vec![
        Head::text(t::what()),
        Head::text(t::product()).width(150),
        Head::number(t::quantity()).width(120),
        Head::text(t::state()).width(130),
        Head::text(t::needed_at()).width(95),
        Head::text(t::arrives_at()).width(180),
    ];
    let cut = view.is_cut.then(|| view! { <p><State shape=Shape::Waiting word=t::cut()/></p> });
    let lines = Callback::new(move |()| view.nodes.iter().map(line).collect());
    view! { <div class="table-scroll"><FactTable title heads lines/></div>{cut} }.into_any()
}

fn line(node: &PeggingNode) -> Line {
    let depth = usize::try_from(node.level).unwrap_or_default();
    let kind = kind_name(node.kind);
    if node.is_hidden {
        let words = view! { <span class="muted">{kind}": "{t::hidden()}</span> }.into_any();
        let blanks = (0..5).map(|_| ().into_any());
        return Line::of(std::iter::once(words).chain(blanks).collect()).depth(depth);
    }
    let elsewhere = node.is_repeated.then(|| view! { <span class="muted small">{t::elsewhere()}</span> });
    let party = Some(node.party.clone()).filter(|party| !party.is_empty());
    let party = party.map(|party| view! { <span class="muted">{party}</span> });
    // A component stands in its order, which is the line above it.
    let number = (node.kind != PegKind::Component).then(|| view! { <a href=href(node)>{node.number.clone()}</a> });
    let what = view! { <span class="pegging-what">{number}<span class="muted">{kind}</span>{party}{elsewhere}</span> }
        .into_any();
    let product = match node.product_id {
        Some(id) => Cell::Link(node.product_name.clone(), Noun::Products.record(id)).view(),
        None => Cell::Empty.view(),
    };
    let there = format::number(node.quantity_done);
    let amount = t::there_of(&there, &format::number(node.quantity), &node.unit_code);
    let amount = Cell::Text(amount).view();
    let cells = vec![what, product, amount, state(node), day(node.needed_at), arrival(node)];
    let line = Line::of(cells).depth(depth);
    if node.days_late.is_some() { line.tone("bad") } else { line }
}

fn day(at: Option<Instant>) -> AnyView {
    at.map_or(Cell::Empty, |at| Cell::Text(format::day_of(at))).view()
}

/// When it comes, red with the days that it is late.
fn arrival(node: &PeggingNode) -> AnyView {
    let comes = node.arrives_at.map(format::day_of);
    match node.days_late {
        Some(days) => {
            Cell::Late(comes.unwrap_or_else(|| format::DASH.to_owned()), Shape::Blocking, t::late(days)).view()
        }
        None => comes.map_or(Cell::Empty, Cell::Text).view(),
    }
}

fn state(node: &PeggingNode) -> AnyView {
    let cell = match node.kind {
        PegKind::SalesOrderLine => node.state.parse().ok().map(sales_orders::state_cell),
        PegKind::ManufacturingOrder => node.state.parse().ok().map(manufacturing_orders::state_cell),
        PegKind::PurchaseRequestLine => node.state.parse().ok().map(purchase_requests::state_cell),
        PegKind::QuotationLine => node.state.parse().ok().map(requests_for_quotation::state_cell),
        PegKind::PurchaseOrderLine => node.state.parse().ok().map(purchase_orders::state_cell),
        PegKind::Component => Some(match node.state.as_str() {
            "consumed" => Cell::State(Shape::Finished, t::consumed().to_owned()),
            "reserved" => Cell::State(Shape::Ok, t::reserved().to_owned()),
            _ => Cell::State(Shape::Waiting, t::missing().to_owned()),
        }),
        PegKind::Receipt | PegKind::Delivery => None,
    };
    cell.unwrap_or(Cell::Empty).view()
}

fn kind_name(kind: PegKind) -> &'static str {
    match kind {
        PegKind::SalesOrderLine => t::kind_sales_order_line(),
        PegKind::ManufacturingOrder => t::kind_manufacturing_order(),
        PegKind::Component => t::kind_component(),
        PegKind::PurchaseRequestLine => t::kind_purchase_request_line(),
        PegKind::QuotationLine => t::kind_quotation_line(),
        PegKind::PurchaseOrderLine => t::kind_purchase_order_line(),
        PegKind::Receipt => t::kind_receipt(),
        PegKind::Delivery => t::kind_delivery(),
    }
}

fn href(node: &PeggingNode) -> String {
    let Some(id) = node.document_id else { return String::new() };
    match node.kind {
        PegKind::SalesOrderLine => Noun::SalesOrders.record(id),
        PegKind::ManufacturingOrder | PegKind::Component => Noun::ManufacturingOrders.record(id),
        PegKind::PurchaseRequestLine => Noun::PurchaseRequests.record(id),
        PegKind::QuotationLine => Noun::RequestsForQuotation.record(id),
        PegKind::PurchaseOrderLine => Noun::PurchaseOrders.record(id),
        PegKind::Receipt => links::receipt(ReceiptId::from_uuid(id)),
        PegKind::Delivery => Noun::Deliveries.record(id),
    }
}
