//! The parts of the start page that are figures alone: how many rows a list has with these filters, and the way there.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::counts::ListCounts;
use mrp_api::endpoint::{Empty, Endpoint};
use mrp_api::lots::ListLots;
use mrp_api::manufacturing_orders::ListManufacturingOrders;
use mrp_api::purchase_orders::ListPurchaseOrders;
use mrp_api::purchase_requests::ListPurchaseRequests;
use mrp_api::requests_for_quotation::ListRequestsForQuotation;
use mrp_api::sales_orders::ListSalesOrders;

use crate::api::{self, Answer, Pending};
use crate::i18n::text::dashboard as t;
use crate::links::Noun;
use crate::pages::dashboard::{tile, watch};
use crate::ui::page::loaded;
use crate::ui::state::{Shape, State};

/// A list with filters: how many rows it has is the figure.
pub struct Figure {
    label: &'static str,
    hint: &'static str,
    shape: Shape,
    href: String,
    count: Pending<u64>,
}

impl Figure {
    /// The rows of this list with these filters.
    #[must_use]
    pub fn of<E: Endpoint<Path = Empty>>(
        noun: Noun,
        filters: &[(&str, &str)],
        shape: Shape,
        (label, hint): (&'static str, &'static str),
    ) -> Self {
        Self { label, hint, shape, href: noun.filtered(filters), count: api::total::<E>(filters) }
    }
}

/// What the figures of the warehouse depend on.
pub const WAREHOUSE: &[&str] =
    &["purchase_order", "manufacturing_order", "sales_order", "stock_count", "lot", "stock_balance"];
/// What the figures of purchasing depend on.
pub const PURCHASING: &[&str] = &["purchase_request", "request_for_quotation", "purchase_order", "manufacturing_order"];
/// What the figures of sales depend on.
pub const SALES: &[&str] = &["sales_order", "manufacturing_order", "stock_balance"];

/// What waits for who keeps the warehouse.
#[must_use]
pub fn warehouse() -> Vec<Figure> {
    use Noun::{Counts, Lots, ManufacturingOrders, PurchaseOrders, SalesOrders};
    use Shape::{Blocking, Running, Waiting};
    let near = &[("in_stock", "true"), ("expiry", "near")];
    let expired = &[("in_stock", "true"), ("expiry", "expired")];
    let buys = Figure::of::<ListPurchaseOrders>;
    let sells = Figure::of::<ListSalesOrders>;
    vec![
        buys(PurchaseOrders, &[("due", "today")], Running, (t::coming_today(), t::coming_today_hint())),
        buys(PurchaseOrders, &[("due", "late")], Blocking, (t::coming_late(), t::coming_late_hint())),
        Figure::of::<ListManufacturingOrders>(
            ManufacturingOrders,
            &[("to_pick", "true")],
            Running,
            (t::to_pick(), t::to_pick_hint()),
        ),
        sells(SalesOrders, &[("deliverable", "true")], Running, (t::deliverable(), t::deliverable_hint())),
        sells(SalesOrders, &[("due", "today")], Running, (t::going_today(), t::going_today_hint())),
        Figure::of::<ListCounts>(Counts, &[("state", "draft")], Waiting, (t::counting(), t::counting_hint())),
        Figure::of::<ListLots>(Lots, near, Waiting, (t::near(), t::near_hint())),
        Figure::of::<ListLots>(Lots, expired, Blocking, (t::expired(), t::expired_hint())),
    ]
}

/// What waits for who buys.
#[must_use]
pub fn purchasing() -> Vec<Figure> {
    use Noun::{ManufacturingOrders, PurchaseOrders, PurchaseRequests, RequestsForQuotation};
    use Shape::{Blocking, Running, Waiting};
    let buys = Figure::of::<ListPurchaseOrders>;
    vec![
        Figure::of::<ListPurchaseRequests>(
            PurchaseRequests,
            &[("state", "open")],
            Waiting,
            (t::requests(), t::requests_hint()),
        ),
        Figure::of::<ListManufacturingOrders>(
            ManufacturingOrders,
            &[("unrequested", "true")],
            Blocking,
            (t::unrequested(), t::unrequested_hint()),
        ),
        Figure::of::<ListRequestsForQuotation>(
            RequestsForQuotation,
            &[("state", "sent")],
            Running,
            (t::asked(), t::asked_hint()),
        ),
        buys(PurchaseOrders, &[("state", "draft")], Waiting, (t::unsent(), t::unsent_hint())),
        buys(PurchaseOrders, &[("due", "late")], Blocking, (t::coming_late(), t::coming_late_hint())),
        buys(PurchaseOrders, &[("due", "week")], Running, (t::coming_week(), t::coming_week_hint())),
    ]
}

/// What waits for who sells.
#[must_use]
pub fn sales() -> Vec<Figure> {
    use Noun::SalesOrders;
    use Shape::{Blocking, Running, Waiting};
    let sells = Figure::of::<ListSalesOrders>;
    vec![
        sells(SalesOrders, &[("due", "late")], Blocking, (t::sold_late(), t::sold_late_hint())),
        sells(SalesOrders, &[("due", "week")], Running, (t::sold_week(), t::sold_week_hint())),
        sells(SalesOrders, &[("deliverable", "true")], Running, (t::deliverable(), t::deliverable_hint())),
        sells(SalesOrders, &[("unmade", "true")], Waiting, (t::unmade(), t::unmade_hint())),
        sells(SalesOrders, &[("state", "draft")], Waiting, (t::drafts(), t::drafts_hint())),
    ]
}

/// A part of the start page.
#[must_use]
pub fn section(title: &'static str, entities: &[&'static str], figures: fn() -> Vec<Figure>) -> AnyView {
    let answer = RwSignal::new(None::<Answer<Vec<Counted>>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let (figures, counts): (Vec<_>, Vec<_>) = figures().into_iter().map(Counted::split).unzip();
            let counted = api::together(counts).await;
            let counted = counted.map(|counts| {
                let counted = figures.into_iter().zip(counts);
                counted.map(|(figure, count)| Counted { count, ..figure }).collect()
            });
            answer.try_set(Some(counted));
        });
    });
    watch(entities, load);
    loaded(answer, load, move |figures| draw(title, &figures)).into_any()
}

/// A figure that is known.
#[derive(Debug, Clone, PartialEq)]
struct Counted {
    label: &'static str,
    hint: &'static str,
    shape: Shape,
    href: String,
    count: u64,
}

impl Counted {
    fn split(figure: Figure) -> (Self, Pending<u64>) {
        let Figure { label, hint, shape, href, count } = figure;
        (Self { label, hint, shape, href, count: 0 }, count)
    }
}

fn draw(title: &'static str, figures: &[Counted]) -> AnyView {
    let is_calm = figures.iter().all(|figure| figure.count == 0);
    let calm = is_calm.then(|| view! { <p class="dash-calm"><State shape=Shape::Ok word=t::nothing()/></p> });
    let tiles = figures
        .iter()
        .map(|figure| tile(figure.label, figure.hint, figure.count, figure.shape, figure.href.clone()))
        .collect_view();
    view! {
        <section class="dash">
            <h2>{title}</h2>
            {calm}
            <div class="tiles">{tiles}</div>
        </section>
    }
    .into_any()
}
