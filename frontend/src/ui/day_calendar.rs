//! The days of a month to choose from, below a field of a day. Arrows walk by days and weeks, Page Up and Page Down by months.

use leptos::html;
use leptos::prelude::*;
use leptos::web_sys;
use time::{Date, Duration, Month};
use wasm_bindgen::JsCast;

use crate::format;
use crate::i18n::text;
use crate::ui::icon::Icon;
use crate::ui::picker::place_below;

/// As many rows as any month can need.
const WEEKS: i64 = 6;
const WIDTH: f64 = 252.0;
const HEIGHT: f64 = 292.0;

/// The calendar. It takes the focus and closes with Escape, Tab or a click elsewhere.
#[component]
pub fn DayCalendar(
    /// The day that it begins at.
    from: Date,
    /// What stands in the field.
    chosen: Option<Date>,
    /// The field.
    anchor: NodeRef<html::Input>,
    /// Told the day.
    on_pick: Callback<Date>,
    /// Told when nothing is chosen.
    on_close: Callback<()>,
) -> impl IntoView {
    let at = RwSignal::new(from);
    let grid = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        at.track();
        // The days are drawn anew first.
        request_animation_frame(move || {
            let day = grid.try_get_untracked().flatten().and_then(|grid| grid.query_selector("[tabindex='0']").ok()?);
            if let Some(day) = day.and_then(|day| day.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _gone = day.focus();
            }
        });
    });
    let walk = move |days: i64| at.update(|at| *at = at.checked_add(Duration::days(days)).unwrap_or(*at));
    let turn = move |by: i8| at.update(|at| *at = same_day(*at, month_beside(*at, by)));
    let keys = move |event: web_sys::KeyboardEvent| {
        let in_week = i64::from(at.get_untracked().weekday().number_days_from_monday());
        match event.key().as_str() {
            "ArrowLeft" => walk(-1),
            "ArrowRight" => walk(1),
            "ArrowUp" => walk(-7),
            "ArrowDown" => walk(7),
            "Home" => walk(-in_week),
            "End" => walk(6 - in_week),
            "PageUp" => turn(-1),
            "PageDown" => turn(1),
            "Escape" | "Tab" => on_close.run(()),
            "Enter" | " " => on_pick.run(at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let title = move || {
        let at = at.get();
        format!("{} {}", format::month_name(at.month()), at.year())
    };
    let heads = format::WEEKDAYS
        .iter()
        .map(|day| view! { <span class="day-head" aria-hidden="true">{format::weekday_name(*day)}</span> })
        .collect_view();
    let today = format::today();
    let days = move || {
        let now = at.get();
        weeks(now)
            .into_iter()
            .map(|day| {
                view! {
                    <button
                        type="button"
                        class="day"
                        tabindex=if day == now { "0" } else { "-1" }
                        aria-label=format::day(day)
                        aria-pressed=if chosen == Some(day) { "true" } else { "false" }
                        data-beside=(day.month() != now.month()).then_some("true")
                        data-today=(day == today).then_some("true")
                        on:click=move |_| on_pick.run(day)
                    >
                        {day.day()}
                    </button>
                }
            })
            .collect_view()
    };
    let spot = move || anchor.get().map(|input| place_below(&input.get_bounding_client_rect(), HEIGHT, WIDTH));
    let month_button = move |by: i8, icon: &'static str, label: &'static str| {
        view! {
            <button type="button" class="day-turn" tabindex="-1" aria-label=label on:click=move |_| turn(by)>
                <Icon name=icon size=14/>
            </button>
        }
    };
    view! {
        <div class="day-backdrop" on:mousedown=move |event| { event.prevent_default(); on_close.run(()); }></div>
        <div
            class="day-popup"
            role="dialog"
            aria-label=text::form::pick_day()
            style:top=move || spot().map(|spot| spot.top)
            style:bottom=move || spot().map(|spot| spot.bottom)
            style:left=move || spot().map(|spot| spot.left)
            on:keydown=keys
        >
            <div class="day-title">
                {month_button(-1, "left", text::form::month_before())}
                <b aria-live="polite">{title}</b>
                {month_button(1, "right", text::form::month_after())}
            </div>
            <div class="day-grid" node_ref=grid>{heads}{days}</div>
            <button type="button" class="day-today" tabindex="-1" on:click=move |_| on_pick.run(today)>
                {text::dates::today()}
            </button>
        </div>
    }
}

/// Whole weeks around the month of a day, from a Monday.
fn weeks(day: Date) -> Vec<Date> {
    let first = day.replace_day(1).unwrap_or(day);
    let back = i64::from(first.weekday().number_days_from_monday());
    (0..WEEKS * 7).filter_map(|offset| first.checked_add(Duration::days(offset - back))).collect()
}

/// The first day of the month before or after.
#[must_use]
pub fn month_beside(day: Date, by: i8) -> Date {
    let year = match (by < 0, day.month()) {
        (true, Month::January) => day.year() - 1,
        (false, Month::December) => day.year() + 1,
        _ => day.year(),
    };
    let month = if by < 0 { day.month().previous() } else { day.month().next() };
    Date::from_calendar_date(year, month, 1).unwrap_or(day)
}

/// The last day of a month.
#[must_use]
pub fn last_day(day: Date) -> Date {
    day.replace_day(day.month().length(day.year())).unwrap_or(day)
}

/// The same day of another month, or its last one.
fn same_day(day: Date, month: Date) -> Date {
    month.replace_day(day.day()).unwrap_or_else(|_| last_day(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: Month, day: u8) -> Date {
        Date::from_calendar_date(year, month, day).unwrap()
    }

    #[test]
    fn a_month_is_shown_in_whole_weeks_from_monday() {
        let shown = weeks(day(2026, Month::November, 28));
        assert_eq!(shown.len(), 42);
        assert_eq!((shown[0], shown[41]), (day(2026, Month::October, 26), day(2026, Month::December, 6)));
        assert_eq!(weeks(day(2027, Month::February, 1))[0], day(2027, Month::February, 1));
    }

    #[test]
    fn the_year_turns_with_december() {
        let december = day(2026, Month::December, 1);
        let january = month_beside(december, 1);
        assert_eq!(january, day(2027, Month::January, 1));
        assert_eq!(month_beside(january, -1), december);
    }

    #[test]
    fn a_shorter_month_takes_its_last_day() {
        let january = day(2027, Month::January, 31);
        assert_eq!(same_day(january, month_beside(january, 1)), day(2027, Month::February, 28));
    }
}
