//! A day, or a day with a time, typed as people here write it or chosen in a calendar. The browser's own fields write days as
//! its user is used to elsewhere, whatever language the office speaks.

use leptos::html;
use leptos::prelude::*;
use leptos::web_sys;
use time::Date;

use crate::format;
use crate::i18n::text;
use crate::ui::day_calendar::DayCalendar;
use crate::ui::icon::Icon;

/// The field. `value` is as the wire and forms spell it, `2026-11-28` or `2026-11-28T14:30`; what is no day stays as it was
/// typed and is marked. The arrow down opens the calendar.
#[component]
pub fn DayInput(
    /// What stands in it.
    #[prop(into)]
    value: Signal<String>,
    /// Told what stands in it now, at each key.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// Told when it was left or a day was chosen.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
    /// With a time of the day.
    #[prop(optional)]
    with_time: bool,
    /// The element's id.
    #[prop(optional, into)]
    id: Option<String>,
    /// Its accessible name where no label stands beside it.
    #[prop(optional, into)]
    name: Option<String>,
    /// Nothing can be changed.
    #[prop(optional)]
    read_only: bool,
    /// It has to be filled.
    #[prop(optional)]
    required: bool,
    /// Ids of hint and error.
    #[prop(optional, into)]
    described_by: Signal<Option<String>>,
    /// Whether it is wrong.
    #[prop(optional, into)]
    invalid: Signal<bool>,
) -> impl IntoView {
    // While somebody types, and as long as it is no day, what is typed stays as it is.
    let typed = RwSignal::new(None::<String>);
    let is_left = RwSignal::new(false);
    let open = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    // The form may be given up, or filled again.
    Effect::new(move |before: Option<String>| {
        let now = value.get();
        let is_others = before.is_some_and(|before| before != now)
            && typed.with_untracked(|typed| typed.as_deref().is_some_and(|words| read(words, with_time) != now));
        if is_others {
            typed.set(None);
        }
        now
    });
    let shown = move || typed.get().unwrap_or_else(|| format::typed_day(&value.get()));
    let is_wrong =
        move || is_left.get() && typed.with(|typed| typed.as_deref().is_some_and(|words| !is_day(words, with_time)));
    let tell = move |told: Option<Callback<String>>, now: String| {
        if let Some(told) = told {
            told.run(now);
        }
    };
    let left = move |event: web_sys::Event| {
        // The field may be left because its page is gone.
        if typed.is_disposed() {
            return;
        }
        let words = event_target_value(&event);
        typed.set((!is_day(&words, with_time)).then(|| words.clone()));
        is_left.set(true);
        tell(on_change, read(&words, with_time));
    };
    let focus = move || {
        if let Some(input) = input.get_untracked() {
            let _gone = input.focus();
        }
    };
    let pick = Callback::new(move |day: Date| {
        let now = on_day(day, &value.get_untracked(), with_time);
        typed.set(None);
        open.set(false);
        tell(on_input, now.clone());
        tell(on_change, now);
        focus();
    });
    let close = Callback::new(move |()| {
        open.set(false);
        focus();
    });
    let keys = move |event: web_sys::KeyboardEvent| {
        if event.key() == "ArrowDown" && !read_only {
            event.prevent_default();
            open.set(true);
        }
    };
    let calendar = move || {
        open.get().then(|| {
            let chosen = day_of(&value.get_untracked());
            let from = chosen.unwrap_or_else(format::today);
            view! { <DayCalendar from chosen anchor=input on_pick=pick on_close=close/> }
        })
    };
    let example = format::typed_day(if with_time { "2026-12-24T14:30" } else { "2026-12-24" });
    view! {
        <span class="control-row day-input">
            <input
                node_ref=input
                class="control"
                type="text"
                id=id
                aria-label=name.filter(|name| !name.is_empty())
                autocomplete="off"
                placeholder=(!read_only).then_some(example)
                readonly=read_only
                aria-required=required.then_some("true")
                aria-haspopup=(!read_only).then_some("dialog")
                aria-describedby=move || described_by.get()
                aria-invalid=move || (invalid.get() || is_wrong()).then_some("true")
                prop:value=shown
                on:input=move |event| {
                    let words = event_target_value(&event);
                    is_left.set(false);
                    tell(on_input, read(&words, with_time));
                    typed.set(Some(words));
                }
                on:change=left
                on:keydown=keys
            />
            {(!read_only).then(|| view! {
                <button
                    type="button"
                    class="day-button"
                    tabindex="-1"
                    aria-label=text::form::pick_day()
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    <Icon name="calendar" size=14/>
                </button>
            })}
            {calendar}
        </span>
    }
}

/// Whether nothing or a day is typed.
fn is_day(words: &str, with_time: bool) -> bool {
    words.trim().is_empty() || format::parse_day(words, with_time).is_some()
}

/// What is typed as the wire spells it, where it is a day.
fn read(words: &str, with_time: bool) -> String {
    format::parse_day(words, with_time).unwrap_or_else(|| words.trim().to_owned())
}

fn day_of(value: &str) -> Option<Date> {
    format::parse_iso_date(value.split('T').next().unwrap_or_default())
}

/// Another day at the time that stands there; midnight without one.
fn on_day(day: Date, value: &str, with_time: bool) -> String {
    let day = format::iso_date(day);
    match value.split_once('T') {
        _ if !with_time => day,
        Some((_, time)) => format!("{day}T{time}"),
        None => format!("{day}T00:00"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_day_is_told_apart_from_nothing() {
        assert!(is_day("", false) && is_day("28.11.2026", false));
        assert!(!is_day("31.2.2026", false) && !is_day("soon", true));
        assert_eq!(read(" soon ", false), "soon");
    }

    #[test]
    fn another_day_keeps_the_time() {
        let day = format::parse_iso_date("2026-12-24").unwrap();
        assert_eq!(on_day(day, "2026-11-28T14:30", true), "2026-12-24T14:30");
        assert_eq!(on_day(day, "soon", true), "2026-12-24T00:00");
        assert_eq!(on_day(day, "2026-11-28", false), "2026-12-24");
        assert_eq!((day_of("2026-12-24T14:30"), day_of("soon")), (Some(day), None));
    }
}
