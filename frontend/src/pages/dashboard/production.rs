//! What needs attention in production: its orders, the shop floor, and the orders by state.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::Empty;
use mrp_api::manufacturing_orders::{
    CountManufacturingOrders, ListManufacturingOrders, ManufacturingOrderQuery, OrderCountsView,
};
use mrp_api::work_orders::{ListWorkOrders, WorkOrderQuery};
use mrp_domain::manufacturing_order::ManufacturingOrderState;

use crate::api::{self, Answer};
use crate::format;
use crate::i18n::text::dashboard as t;
use crate::links::Noun;
use crate::pages::dashboard::{tile, watch};
use crate::pages::manufacturing_orders::state_name;
use crate::ui::page::loaded;
use crate::ui::state::Shape;

/// Every figure of the page.
#[derive(Debug, Clone, PartialEq)]
struct Figures {
    orders: OrderCountsView,
    stuck: u64,
    overdue: u64,
    unmanned: u64,
    by_state: Vec<(ManufacturingOrderState, u64)>,
}

/// The part of the start page.
#[must_use]
pub fn section() -> AnyView {
    let answer = RwSignal::new(None::<Answer<Figures>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let figures = read().await;
            answer.try_set(Some(figures));
        });
    });
    watch(&["manufacturing_order", "work_order"], load);
    loaded(answer, load, |figures| draw(&figures)).into_any()
}

async fn read() -> Answer<Figures> {
    let orders = api::get::<CountManufacturingOrders>(&Empty {}, &Empty {}).await?;
    let one = WorkOrderQuery { limit: Some(1), ..WorkOrderQuery::default() };
    let work = async |query: WorkOrderQuery| api::get::<ListWorkOrders>(&Empty {}, &query).await.map(|page| page.total);
    let stuck = work(WorkOrderQuery { stuck: Some(true), ..one.clone() }).await?;
    let overdue = work(WorkOrderQuery { late: Some(true), ..one.clone() }).await?;
    let unmanned = work(WorkOrderQuery { unmanned: Some(true), ..one }).await?;
    let mut by_state = Vec::new();
    for state in ManufacturingOrderState::ALL {
        let query = ManufacturingOrderQuery {
            state: Some(state.as_str().to_owned()),
            limit: Some(1),
            ..ManufacturingOrderQuery::default()
        };
        by_state.push((*state, api::get::<ListManufacturingOrders>(&Empty {}, &query).await?.total));
    }
    Ok(Figures { orders, stuck, overdue, unmanned, by_state })
}

fn draw(figures: &Figures) -> AnyView {
    let of_orders = |filter: (&str, &str)| Noun::ManufacturingOrders.filtered(&[filter]);
    let of_work = |filter: &str| Noun::WorkOrders.filtered(&[(filter, "true")]);
    let all = &figures.orders;
    view! {
        <section class="dash">
            <h2>{t::attention()}</h2>
            <div class="tiles">
                {tile(t::late(), t::late_hint(), all.late, Shape::Blocking, of_orders(("late", "true")))}
                {tile(t::short(), t::short_hint(), all.short, Shape::Blocking, of_orders(("short", "true")))}
                {tile(t::not_planned(), t::not_planned_hint(), all.confirmed, Shape::Waiting, of_orders(("state", "confirmed")))}
                {tile(t::in_progress(), t::in_progress_hint(), all.in_progress, Shape::Running, of_orders(("state", "in_progress")))}
            </div>
            <h2>{t::work()}</h2>
            <div class="tiles">
                {tile(t::stuck(), t::stuck_hint(), figures.stuck, Shape::Blocking, of_work("stuck"))}
                {tile(t::overdue_work(), t::overdue_work_hint(), figures.overdue, Shape::Blocking, of_work("late"))}
                {tile(t::unmanned(), t::unmanned_hint(), figures.unmanned, Shape::Waiting, of_work("unmanned"))}
                {tile(t::open_work(), t::open_work_hint(), all.open_work_orders, Shape::Running, of_work("open"))}
            </div>
            <h2>{t::by_state()}</h2>
            <ul class="state-bars">{bars(&figures.by_state)}</ul>
        </section>
    }
    .into_any()
}

fn bars(by_state: &[(ManufacturingOrderState, u64)]) -> impl IntoView + use<> {
    let most = by_state.iter().map(|(_, count)| *count).max().unwrap_or_default();
    by_state
        .iter()
        .map(|(state, count)| {
            let href = Noun::ManufacturingOrders.filtered(&[("state", state.as_str())]);
            view! {
                <li><a class="state-bar" href=href data-state=state.as_str()>
                    <span>{state_name(*state)}</span>
                    <span class="number" class:zero={*count == 0}>{format::total(*count)}</span>
                    <span class="state-track" aria-hidden="true"><i style:width=format!("{}%", share(*count, most))></i></span>
                </a></li>
            }
        })
        .collect_view()
}

/// How long a bar is, in percent of the longest; anything above nothing can be seen.
fn share(count: u64, most: u64) -> u64 {
    let share = count.saturating_mul(100).checked_div(most).unwrap_or_default();
    if count > 0 { share.max(1) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_order_is_still_seen_beside_thousands() {
        assert_eq!([share(1, 5000), share(2500, 5000), share(0, 5000), share(0, 0)], [1, 50, 0, 0]);
    }
}
