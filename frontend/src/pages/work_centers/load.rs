//! How full a work center is: its hours of the next two weeks beside the work that is scheduled there, and that work.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::work_orders::{ListWorkOrders, WorkOrderQuery, WorkOrderRow};
use mrp_api::work_schedules::{GetWorkCenterHours, WindowsQuery, WorkingWindow, WorkingWindowsView};
use mrp_domain::calendar::WorkingWindows;
use mrp_domain::ids::WorkCenterId;
use mrp_domain::time::{Instant, TimeWindow};
use time::{Date, Duration};

use crate::api::{self, Answer};
use crate::format;
use crate::i18n::text::work_centers as t;
use crate::links::Noun;
use crate::live;
use crate::pages::work_orders::state;
use crate::ui::hours::{by_day, reason_on};
use crate::ui::page::{RailSection, loaded};
use crate::ui::state::{Shape, State};

/// Days ahead, today included.
const DAYS: i64 = 14;
/// Work orders that are looked at; the API gives no more at once.
const WORK_ORDERS_MAX: u32 = 200;
/// Work orders that are listed.
const LISTED: usize = 12;

type Found = (WorkingWindowsView, Vec<WorkOrderRow>, u64);

/// Two sections in the rail of a work center's page.
#[component]
pub fn Load(
    /// The work center.
    id: WorkCenterId,
    /// How many work orders run at the same time.
    capacity: u32,
) -> impl IntoView {
    let answer = RwSignal::new(None::<Answer<Found>>);
    let load = move || {
        spawn_local(async move {
            let found = find(id).await;
            answer.try_set(Some(found));
        });
    };
    let revision = live::gathered(&["work_order"]);
    Effect::new(move |_| {
        revision.track();
        load();
    });
    let draw = move |(hours, orders, total): Found| {
        let days = days(&hours.windows, &orders, capacity);
        let days = days.into_iter().map(|day| (day, reason_on(&hours.closures, day.date))).collect::<Vec<_>>();
        view! {
            <RailSection title=t::load()>
                <p class="muted small">{t::load_hint()}</p>
                <div class="load">{days.into_iter().map(|(day, why)| day_row(day, why)).collect_view()}</div>
            </RailSection>
            <RailSection title=t::open_work() count=usize::try_from(total).unwrap_or_default()>{work(&orders)}</RailSection>
        }
        .into_any()
    };
    loaded(answer, Callback::new(move |()| load()), draw)
}

async fn find(id: WorkCenterId) -> Answer<Found> {
    let today = format::today();
    let last = today.checked_add(Duration::days(DAYS - 1)).unwrap_or(today);
    let days = WindowsQuery {
        from: Some(format::iso_date(today)),
        until: Some(format::iso_date(last)),
        ..WindowsQuery::default()
    };
    let hours = api::get::<GetWorkCenterHours>(&IdPath { id }, &days).await?;
    let query = WorkOrderQuery {
        work_center_id: Some(id),
        open: Some(true),
        limit: Some(WORK_ORDERS_MAX),
        ..WorkOrderQuery::default()
    };
    let orders = api::get::<ListWorkOrders>(&Empty {}, &query).await?;
    Ok((hours, orders.items, orders.total))
}

/// One day: what there is, and what is scheduled, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Day {
    date: Date,
    available: i64,
    scheduled: i64,
}

/// The scheduled time of a work order falls on the days whose working hours it runs through.
fn days(windows: &[WorkingWindow], orders: &[WorkOrderRow], capacity: u32) -> Vec<Day> {
    let spans = windows.iter().filter_map(|window| TimeWindow::new(window.start, window.finish).ok());
    let hours = WorkingWindows::new(spans.collect());
    let worked = by_day(windows);
    let today = format::today();
    let dates = (0..DAYS).filter_map(|offset| today.checked_add(Duration::days(offset)));
    let day = |date: Date| {
        let midnight = |date: Date| format::instant_of_input(&format!("{}T00:00", format::iso_date(date)));
        let (start, end) = (midnight(date), date.next_day().and_then(midnight));
        let on_day = |order: &WorkOrderRow| {
            let (from, until) = (order.scheduled_start?.max(start?), order.scheduled_finish?.min(end?));
            (from < until).then(|| hours.working_between(from, until).get())
        };
        let scheduled = orders.iter().filter_map(on_day).sum::<u64>();
        Day {
            date,
            available: worked.get(&date).copied().unwrap_or_default() * i64::from(capacity),
            scheduled: i64::try_from(scheduled).unwrap_or(i64::MAX),
        }
    };
    dates.map(day).collect()
}

fn day_row(day: Day, why: Option<String>) -> impl IntoView {
    let percent = (day.scheduled * 100).checked_div(day.available).unwrap_or_default();
    let is_over = day.scheduled > day.available;
    let words = if day.available == 0 {
        t::closed().to_owned()
    } else {
        t::load_of(&format::duration(minutes(day.scheduled)), &format::duration(minutes(day.available)))
    };
    view! {
        <div class="load-day" data-over=is_over.then_some("") data-closed=(day.available == 0).then_some("")>
            <span class="load-date">{format::day(day.date)}</span>
            {match why {
                Some(why) if day.available == 0 => view! { <span class="load-why ellipsis" title=why.clone()>{why.clone()}</span> }.into_any(),
                Some(_) | None => view! {
                    <span class="load-track" aria-hidden="true"><i style:width=format!("{}%", percent.min(100))></i></span>
                }.into_any(),
            }}
            <span class="load-words">{words}</span>
        </div>
    }
}

/// Seconds are more than anybody wants to know here.
fn minutes(seconds: i64) -> i64 {
    (seconds + 30) / 60 * 60
}

fn work(orders: &[WorkOrderRow]) -> AnyView {
    if orders.is_empty() {
        return view! { <State shape=Shape::Ok word=t::no_work()/> }.into_any();
    }
    let now = format::now();
    let line = |order: &WorkOrderRow| {
        let (shape, word) = state(order.state);
        let is_late = order.scheduled_finish.is_some_and(|finish: Instant| finish < now);
        let when = order.scheduled_start.map(format::moment).unwrap_or_default();
        view! {
            <li>
                <a href=Noun::WorkOrders.record(order.id)>{order.number.clone()}</a>
                <span>{order.name.clone()}", "{order.product_name.clone()}</span>
                <span class="muted small">{when}{is_late.then(|| format!(", {}", t::overdue()))}</span>
                <State shape word/>
            </li>
        }
    };
    view! { <ul class="load-work">{orders.iter().take(LISTED).map(line).collect_view()}</ul> }.into_any()
}
