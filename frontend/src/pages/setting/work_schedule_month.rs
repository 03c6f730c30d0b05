//! The hours that a work schedule comes to in a month, with holidays and shutdowns taken out.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::IdPath;
use mrp_api::work_schedules::{GetWorkingWindows, WindowsQuery, WorkingWindowsView};
use mrp_domain::ids::WorkScheduleId;
use time::Duration;

use crate::api::{self, Answer};
use crate::format;
use crate::i18n::text::work_schedules as t;
use crate::pages::setting::work_schedule_week::{WEEKDAYS, weekday_name};
use crate::ui::button::{Button, Look};
use crate::ui::day_calendar::{last_day, month_beside};
use crate::ui::hours::{by_day, reason_on};
use crate::ui::page::loaded;

/// The calendar of one month.
#[component]
pub fn Month(
    /// The schedule.
    id: WorkScheduleId,
) -> impl IntoView {
    let today = format::today();
    let first = RwSignal::new(today.replace_day(1).unwrap_or(today));
    let answer = RwSignal::new(None::<Answer<WorkingWindowsView>>);
    let load = move || {
        let from = first.get_untracked();
        let query = WindowsQuery {
            from: Some(format::iso_date(from)),
            until: Some(format::iso_date(last_day(from))),
            ..WindowsQuery::default()
        };
        spawn_local(async move {
            let windows = api::get::<GetWorkingWindows>(&IdPath { id }, &query).await;
            answer.try_set(Some(windows));
        });
    };
    Effect::new(move |_| {
        first.track();
        load();
    });
    let draw = move |view: WorkingWindowsView| {
        let from = first.get_untracked();
        let seconds = by_day(&view.windows);
        let total =
            seconds.iter().filter(|(day, _)| day.month() == from.month()).map(|(_, seconds)| seconds).sum::<i64>();
        let blanks = (1..from.weekday().number_from_monday()).map(|_| view! { <span></span> }).collect_view();
        let days = (0..u16::from(last_day(from).day()))
            .filter_map(|offset| from.checked_add(Duration::days(i64::from(offset))))
            .map(|day| {
                let worked = seconds.get(&day).copied().unwrap_or_default();
                let why = reason_on(&view.closures, day);
                let text = if worked == 0 { format::DASH.to_owned() } else { format::duration(worked) };
                view! {
                    <span class="month-day" data-free=(worked == 0).then_some("") data-today=(day == today).then_some("")>
                        <span class="muted small">{day.day()}</span>
                        <span>{text}</span>
                        {why.map(|why| view! { <span class="month-reason small muted" title=why.clone()>{why.clone()}</span> })}
                    </span>
                }
            })
            .collect_view();
        let heads =
            WEEKDAYS.iter().map(|day| view! { <span class="muted small">{weekday_name(*day)}</span> }).collect_view();
        view! {
            <p>{t::month_total(&format::duration(total))}</p>
            <div class="month">{heads}{blanks}{days}</div>
        }
        .into_any()
    };
    let step = move |by: i8| first.update(|first| *first = month_beside(*first, by));
    let title = move || {
        let first = first.get();
        format!("{} {}", format::month_name(first.month()), first.year())
    };
    view! {
        <section class="setting-section">
            <h2>{t::month()}</h2>
            <p class="muted">{t::month_hint()}</p>
            <div class="actions">
                <Button label=t::month_before() icon="left" icon_only=true look=Look::Ghost on_press=move |()| step(-1)/>
                <b class="month-name">{title}</b>
                <Button label=t::month_after() icon="right" icon_only=true look=Look::Ghost on_press=move |()| step(1)/>
            </div>
            {loaded(answer, Callback::new(move |()| load()), draw)}
        </section>
    }
}
