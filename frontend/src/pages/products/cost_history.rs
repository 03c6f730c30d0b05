//! How the cost of a product came to be: a step line, and each change with what caused it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::cost_histories::{CostChangeSource, CostHistoryQuery, CostHistoryRow, ListCostHistory};
use mrp_api::endpoint::IdPath;
use mrp_api::page::Page;
use mrp_domain::ids::ProductId;
use mrp_domain::product::CostMethod;
use rust_decimal::Decimal;

use crate::api::{self, Answer};
use crate::i18n::text::cost_histories as t;
use crate::links::{self, Noun};
use crate::pages::products::cost_steps::{HEIGHT, Steps, WIDTH, series};
use crate::ui::button::Button;
use crate::ui::cell::Cell;
use crate::ui::page::loaded;
use crate::ui::table::{FactTable, Head, Line};
use crate::{format, live, session};

/// Changes on a page.
const ROWS: u32 = 20;

/// The panel.
#[component]
pub fn CostHistory(
    /// Which product.
    product: ProductId,
    /// Its unit.
    #[prop(into)]
    unit: String,
) -> impl IntoView {
    let answer = RwSignal::new(None::<Answer<Page<CostHistoryRow>>>);
    let load = move || {
        spawn_local(async move {
            let found = page_of(product, None).await;
            answer.try_set(Some(found));
        });
    };
    let (own, moves) = (live::revision(product.to_string()), live::revision("stock_move".to_owned()));
    Effect::new(move |_| {
        own.track();
        moves.track();
        if session::may_call::<ListCostHistory>() {
            load();
        }
    });
    let more = move |cursor: String| {
        spawn_local(async move {
            let Ok(next) = page_of(product, Some(cursor)).await else { return };
            answer.try_update(|answer| {
                if let Some(Ok(page)) = answer {
                    page.items.extend(next.items);
                    page.next_cursor = next.next_cursor;
                }
            });
        });
    };
    let body =
        loaded(answer, Callback::new(move |()| load()), move |page| draw(page, unit.clone(), Callback::new(more)));
    session::may_call::<ListCostHistory>().then(|| {
        view! { <section class="section product-panel" aria-label=t::title()><h2>{t::title()}</h2>{body}</section> }
    })
}

async fn page_of(id: ProductId, cursor: Option<String>) -> Answer<Page<CostHistoryRow>> {
    let query = CostHistoryQuery { limit: Some(ROWS), cursor, ..CostHistoryQuery::default() };
    api::get::<ListCostHistory>(&IdPath { id }, &query).await
}

fn cost_name(method: CostMethod) -> &'static str {
    match method {
        CostMethod::Standard => t::standard(),
        CostMethod::MovingAverage => t::average(),
    }
}

fn draw(page: Page<CostHistoryRow>, unit: String, more: Callback<String>) -> AnyView {
    if page.items.is_empty() {
        return view! { <p>{t::none()}" "<span class="muted">{t::none_hint()}</span></p> }.into_any();
    }
    let currency = session::currency();
    let heads = vec![
        Head::text(t::at()).width(146),
        Head::text(t::cost()).width(116),
        Head::number(format!("{}, {currency}", t::before())).width(104),
        Head::number(format!("{}, {currency}", t::after())).width(104),
        Head::number(t::change()).width(78),
        Head::text(t::cause()),
        Head::text(t::by()).width(140),
    ];
    let (shown, total) = (page.items.len(), page.total);
    let rest = page.next_cursor.clone().map(|cursor| {
        let shown = t::shown(&format::whole(i128::try_from(shown).unwrap_or_default()), &format::whole(total));
        view! {
            <div class="more">
                <Button label=t::more() small=true on_press=move |()| more.run(cursor.clone())/>
                <span class="muted">{shown}</span>
            </div>
        }
    });
    let chart = chart(&page.items, &unit);
    let items = page.items;
    let lines = Callback::new(move |()| items.iter().map(|row| line(row, &unit)).collect());
    view! { {chart}<FactTable title=t::title() heads lines/>{rest} }.into_any()
}

fn line(row: &CostHistoryRow, unit: &str) -> Line {
    let cost = |cost: Option<Decimal>| cost.map_or(Cell::Empty, exact);
    let change = row.old_cost.zip(row.new_cost).map(|(old, new)| format::signed(new - old, decimals(new - old)));
    Line::of(vec![
        Cell::text(format::moment(row.at)).view(),
        Cell::text(cost_name(row.cost_method)).view(),
        cost(row.old_cost).view(),
        cost(row.new_cost).view(),
        Cell::maybe(change).view(),
        cause(row, unit),
        Cell::Person(row.by.clone()).view(),
    ])
}

/// Cents, and as many decimals more as the cost has.
fn decimals(cost: Decimal) -> u32 {
    cost.normalize().scale().clamp(2, 4)
}

fn exact(cost: Decimal) -> Cell {
    Cell::text(format::fixed(cost, decimals(cost)))
}

/// What changed it, with a link to where that can be seen.
fn cause(row: &CostHistoryRow, unit: &str) -> AnyView {
    let word = match row.source {
        CostChangeSource::ByHand => t::by_hand(),
        CostChangeSource::Import => t::import(),
        CostChangeSource::Recipe => t::recipe(),
        CostChangeSource::Receipt => t::receipt(),
        CostChangeSource::Order => t::order(),
        CostChangeSource::Correction => t::correction(),
    };
    let href = match (row.manufacturing_order_id, row.receipt_id) {
        (Some(order), _) => Some(Noun::ManufacturingOrders.record(order)),
        (None, Some(receipt)) => Some(links::receipt(receipt)),
        (None, None) => None,
    };
    let document = href.map(|href| view! { " "<a href=href>{row.document.clone()}</a> });
    let quantity = row.quantity.map(|quantity| {
        let text = format!("{} {unit}", format::signed(quantity, quantity.normalize().scale()));
        view! { " "<span class="muted">{text}</span> }
    });
    view! { {word}{document}{quantity} }.into_any()
}

/// The step line with a text that says the same.
fn chart(rows: &[CostHistoryRow], unit: &str) -> Option<AnyView> {
    let kinds = [CostMethod::MovingAverage, CostMethod::Standard];
    let all: Vec<_> = kinds.into_iter().map(|kind| (kind, series(rows, kind))).collect();
    let steps = Steps::of(&all.iter().map(|(_, points)| points.as_slice()).collect::<Vec<_>>(), format::now())?;
    let from = format::day_of(steps.from);
    let told = all.iter().filter_map(|(kind, points)| {
        let costs: Vec<Decimal> = points.iter().filter_map(|(_, cost)| *cost).collect();
        let money = |cost: &Decimal| format::fixed(*cost, decimals(*cost));
        let (first, last) = (costs.first().map(money)?, costs.last().map(money)?);
        let (low, high) = (costs.iter().min().map(money)?, costs.iter().max().map(money)?);
        Some(t::chart_line(cost_name(*kind), &first, &last, &low, &high))
    });
    let told: Vec<String> = [t::chart(unit, &from)].into_iter().chain(told).collect();
    let lines = all.iter().filter(|(_, points)| !points.is_empty()).map(|(kind, points)| {
        let name = match kind {
            CostMethod::MovingAverage => "average",
            CostMethod::Standard => "standard",
        };
        view! { <path d=steps.path(points) data-cost=name></path> }
    });
    let legend = all.iter().filter(|(_, points)| !points.is_empty()).map(|(kind, _)| {
        let name = if *kind == CostMethod::Standard { "standard" } else { "average" };
        view! { <span class="cost-legend" data-cost=name><i aria-hidden="true"></i>{cost_name(*kind)}</span> }
    });
    let money = |cost: Decimal| format::fixed(cost, decimals(cost));
    let (high, low) = (money(steps.high), money(steps.low));
    Some(
        view! {
            <figure class="cost-chart">
                <div class="cost-scale muted" aria-hidden="true"><span>{high}</span><span>{low}</span></div>
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=told.join(" ")>
                    {lines.collect_view()}
                </svg>
                <div class="cost-days muted" aria-hidden="true"><span>{from}</span><span>{t::today()}</span></div>
                <figcaption>{legend.collect_view()}</figcaption>
            </figure>
        }
        .into_any(),
    )
}
