//! What waits for who counts the money: what has no cost, what the stock is worth, and what the latest orders cost.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::Empty;
use mrp_api::order_costs::{ListOrderCosts, OrderCostQuery, OrderCostRow};
use mrp_api::products::ListProducts;
use mrp_api::stock_values::{GetStockValues, StockValueQuery};
use mrp_api::work_centers::ListWorkCenters;
use rust_decimal::Decimal;

use crate::api::{self, Answer};
use crate::format;
use crate::i18n::text::{dashboard as t, order_costs as o};
use crate::links::{Noun, Place};
use crate::pages::dashboard::{figure, tile, watch};
use crate::pages::order_costs::{heads, line};
use crate::session;
use crate::ui::page::loaded;
use crate::ui::state::Shape;
use crate::ui::table::FactTable;

/// Orders that are shown.
const LATEST: u32 = 8;

/// Everything of this part.
#[derive(Debug, Clone, PartialEq)]
struct Costs {
    stock_value: Decimal,
    products: u64,
    work_centers: u64,
    incomplete: u64,
    latest: Vec<OrderCostRow>,
}

/// The part of the start page.
#[must_use]
pub fn section() -> AnyView {
    let answer = RwSignal::new(None::<Answer<Costs>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let costs = read().await;
            answer.try_set(Some(costs));
        });
    });
    watch(&["manufacturing_order", "product", "work_center", "stock_balance"], load);
    loaded(answer, load, |costs| draw(&costs)).into_any()
}

async fn read() -> Answer<Costs> {
    let counts = api::together(vec![
        api::total::<ListProducts>(&[("without_cost", "true")]),
        api::total::<ListWorkCenters>(&[("without_rate", "true")]),
        api::total::<ListOrderCosts>(&[("incomplete", "true")]),
    ]);
    let [products, work_centers, incomplete] = counts.await?.try_into().unwrap_or_default();
    let stock_value = api::get::<GetStockValues>(&Empty {}, &StockValueQuery::default()).await?.total_value;
    let query = OrderCostQuery { limit: Some(LATEST), ..OrderCostQuery::default() };
    let latest = api::get::<ListOrderCosts>(&Empty {}, &query).await?.items;
    Ok(Costs { stock_value, products, work_centers, incomplete, latest })
}

fn draw(costs: &Costs) -> AnyView {
    let value = format!("{} {}", format::money(costs.stock_value), session::currency());
    let products = Noun::Products.filtered(&[("without_cost", "true")]);
    let work_centers = Noun::WorkCenters.filtered(&[("without_rate", "true")]);
    let incomplete = format!("{}?incomplete=true", Place::OrderCosts.href());
    let rows = costs.latest.clone();
    let table = match rows.is_empty() {
        true => view! { <p class="dash-calm muted">{o::empty()}</p> }.into_any(),
        false => {
            let lines = Callback::new(move |()| rows.iter().map(line).collect());
            view! { <div class="dash-table"><FactTable title=t::closed() heads=heads() lines/></div> }.into_any()
        }
    };
    view! {
        <section class="dash">
            <h2>{t::costs()}</h2>
            <div class="tiles">
                {figure(t::stock_value(), t::stock_value_hint(), value, None, Place::StockValue.href())}
                {tile(t::no_cost(), t::no_cost_hint(), costs.products, Shape::Blocking, products)}
                {tile(t::no_rate(), t::no_rate_hint(), costs.work_centers, Shape::Blocking, work_centers)}
                {tile(t::incomplete(), t::incomplete_hint(), costs.incomplete, Shape::Waiting, incomplete)}
            </div>
            <h2 class="dash-more">{t::closed()}<a class="small" href=Place::OrderCosts.href()>{t::all_closed()}</a></h2>
            {table}
        </section>
    }
    .into_any()
}
