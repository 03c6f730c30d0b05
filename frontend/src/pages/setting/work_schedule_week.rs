//! The week of a work schedule: for each day its shifts with their breaks, and a bar that shows them on the clock.

use leptos::prelude::*;

use crate::format;
use crate::i18n::text::{dates, work_schedules as t};
use crate::ui::button::{Button, Look};
use crate::ui::field_view::Control;
use crate::ui::form::{Row, Slot};
use crate::ui::icon::Icon;

/// Monday to Sunday, as they travel.
pub(crate) const WEEKDAYS: [u8; 7] = [1, 2, 3, 4, 5, 6, 7];
const DAY_MINUTES: u32 = 24 * 60;

/// What a day is called.
pub(crate) fn weekday_name(day: u8) -> &'static str {
    match day {
        1 => dates::mon(),
        2 => dates::tue(),
        3 => dates::wed(),
        4 => dates::thu(),
        5 => dates::fri(),
        6 => dates::sat(),
        _ => dates::sun(),
    }
}

/// A shift as it is typed, in minutes of its day. An end not later than the begin is on the next day.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    day: u8,
    from: u32,
    until: u32,
    breaks: Vec<(u32, u32)>,
}

/// A part of a day in which people work, in minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Segment {
    day: u8,
    from: u32,
    until: u32,
}

/// The editor of the week.
#[component]
pub fn Week(
    /// The field of shifts.
    entry: Slot,
    /// Nothing can be changed.
    read_only: bool,
) -> impl IntoView {
    let slot = entry;
    let segments = Memo::new(move |_| segments(&slot.rows.get().iter().filter_map(span).collect::<Vec<_>>()));
    let total = move || {
        let minutes = segments.with(|all| all.iter().map(|part| i64::from(part.until - part.from)).sum::<i64>());
        t::total(&format::duration(minutes * 60))
    };
    let days = WEEKDAYS
        .iter()
        .map(|day| {
            let day = *day;
            let rows = move || {
                slot.rows.get().into_iter().filter(|row| weekday_of(row) == Some(day)).collect::<Vec<_>>()
            };
            let bars = move || {
                segments.with(|all| {
                    all.iter()
                        .filter(|part| part.day == day)
                        .map(|part| {
                            view! {
                                <i style:left=share(part.from) style:width=share(part.until - part.from)></i>
                            }
                        })
                        .collect_view()
                })
            };
            let is_empty = move || rows().is_empty();
            view! {
                <div class="week-day" role="group" aria-label=weekday_name(day)>
                    <b class="week-name">{weekday_name(day)}</b>
                    <div class="week-shifts">
                        <Show when=is_empty><span class="muted">{t::no_shift()}</span></Show>
                        <For each=rows key=|row| row.key let:row><ShiftRow entry=slot row read_only/></For>
                    </div>
                    <div class="week-side">
                        <div class="week-bar" aria-hidden="true">{bars}</div>
                        {(!read_only).then(|| view! {
                            <Button label=t::add_shift() icon="plus" small=true look=Look::Ghost on_press=move |()| propose(slot, day)/>
                        })}
                    </div>
                </div>
            }
        })
        .collect_view();
    let reason = Signal::derive(move || {
        let monday = slot.rows.get().iter().any(|row| weekday_of(row) == Some(1));
        (!monday).then(|| t::copy_nothing().to_owned())
    });
    view! {
        <section class="setting-section" id="field-shifts" tabindex="-1">
            <h2>{t::week()}" "<span class="muted">{total}</span></h2>
            {move || slot.error.get().map(|error| view! { <span class="field-error">{error}</span> })}
            <div class="week">
                <div class="week-day week-head" aria-hidden="true">
                    <span></span>
                    <span class="week-shifts"></span>
                    <span class="week-side"><span class="week-clock"><i>"0"</i><i>"6"</i><i>"12"</i><i>"18"</i><i>"24"</i></span></span>
                </div>
                {days}
            </div>
            {(!read_only).then(|| view! {
                <div><Button label=t::copy_monday() icon="copy" small=true reason on_press=move |()| copy_monday(slot)/></div>
            })}
        </section>
    }
}

/// One shift: name, times, breaks.
#[component]
fn ShiftRow(entry: Slot, row: Row, read_only: bool) -> impl IntoView {
    let key = row.key;
    let id = format!("field-shifts-{key}");
    let control = |name: &'static str, label: &'static str| {
        part(&row, name).map(|slot| {
            let id = format!("{id}-{name}");
            view! {
                <span class="week-control" data-name=name>
                    <Control entry=slot id name=label read_only/>
                    {move || slot.error.get().map(|error| view! { <span class="field-error">{error}</span> })}
                </span>
            }
        })
    };
    let row_of = row.clone();
    let overnight = move || span(&row_of).is_some_and(|span| span.until <= span.from);
    let name = part(&row, "name").map(|slot| slot.value);
    let remove_label = move || t::remove_shift(&name.map(|name| name.get()).unwrap_or_default());
    let breaks = part(&row, "breaks");
    view! {
        <div class="week-shift">
            {control("name", t::shift())}
            {control("from", t::from())}
            <span class="muted" aria-hidden="true">"–"</span>
            {control("until", t::until())}
            <Show when=overnight.clone()><span class="muted small nowrap">{t::next_day()}</span></Show>
            {breaks.map(|breaks| view! { <Breaks entry=breaks id=format!("{id}-breaks") read_only/> })}
            {(!read_only).then(|| view! {
                <button
                    type="button"
                    class="button"
                    data-look="ghost"
                    data-size="small"
                    aria-label=remove_label
                    on:click=move |_| entry.rows.update(|rows| rows.retain(|row| row.key != key))
                >
                    <Icon name="close" size=12/>
                </button>
            })}
        </div>
    }
}

/// The breaks of one shift.
#[component]
fn Breaks(entry: Slot, id: String, read_only: bool) -> impl IntoView {
    let slot = entry;
    let item = Callback::new(move |row: Row| {
        let key = row.key;
        let control = |name: &'static str, label: &'static str| {
            part(&row, name).map(|slot| {
                let id = format!("{id}-{key}-{name}");
                view! {
                    <span class="week-control" data-name="break">
                        <Control entry=slot id name=format!("{}, {label}", t::breaks()) read_only/>
                        {move || slot.error.get().map(|error| view! { <span class="field-error">{error}</span> })}
                    </span>
                }
            })
        };
        view! {
            <span class="week-break">
                <span class="muted small">{t::add_break()}</span>
                {control("from", t::from())}
                <span class="muted" aria-hidden="true">"–"</span>
                {control("until", t::until())}
                {(!read_only).then(|| view! {
                    <button
                        type="button"
                        class="button"
                        data-look="ghost"
                        data-size="small"
                        aria-label=t::remove_break()
                        on:click=move |_| slot.rows.update(|rows| rows.retain(|row| row.key != key))
                    >
                        <Icon name="close" size=12/>
                    </button>
                })}
            </span>
        }
        .into_any()
    });
    view! {
        <For each=move || slot.rows.get() key=|row| row.key let:row>{item.run(row)}</For>
        {(!read_only).then(|| view! {
            <Button label=t::add_break() icon="plus" small=true look=Look::Ghost on_press=move |()| slot.add_row()/>
        })}
    }
}

fn share(minutes: u32) -> String {
    format!("{:.3}%", rust_decimal::Decimal::from(minutes * 100) / rust_decimal::Decimal::from(DAY_MINUTES))
}

fn part(row: &Row, name: &str) -> Option<Slot> {
    row.slots.iter().find(|slot| slot.field.with_value(|field| field.name == name)).copied()
}

fn weekday_of(row: &Row) -> Option<u8> {
    part(row, "weekday").and_then(|slot| slot.value.get().parse().ok())
}

fn minutes(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (hour.parse::<u32>().ok()?, minute.get(..2)?.parse::<u32>().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn span(row: &Row) -> Option<Span> {
    let time = |row: &Row, name: &str| part(row, name).and_then(|slot| minutes(&slot.value.get()));
    let breaks = part(row, "breaks").map(|slot| slot.rows.get()).unwrap_or_default();
    Some(Span {
        day: weekday_of(row)?,
        from: time(row, "from")?,
        until: time(row, "until")?,
        breaks: breaks.iter().filter_map(|row| Some((time(row, "from")?, time(row, "until")?))).collect(),
    })
}

/// Begin and end of the three usual shifts, in minutes of the day on which they begin.
const USUAL: [(u32, u32); 3] = [(6 * 60, 14 * 60), (14 * 60, 22 * 60), (22 * 60, 30 * 60)];

/// The first usual shift that does not lie over what a day has already; the last one when all do.
fn free_shift(taken: &[Span]) -> usize {
    let lies_over = |(from, until): (u32, u32)| {
        taken.iter().any(|span| {
            let end = if span.until <= span.from { span.until + DAY_MINUTES } else { span.until };
            span.from < until && from < end
        })
    };
    USUAL.iter().position(|&shift| !lies_over(shift)).unwrap_or(USUAL.len() - 1)
}

/// One more shift on a day: the next usual one.
fn propose(slot: Slot, day: u8) {
    let rows = slot.rows.get_untracked();
    let taken = rows.iter().filter_map(|row| untrack(|| span(row))).filter(|span| span.day == day);
    let place = free_shift(&taken.collect::<Vec<_>>());
    add(slot, day);
    let Some(row) = slot.rows.with_untracked(|rows| rows.last().cloned()) else { return };
    let name = [t::first_shift(), t::second_shift(), t::third_shift()].get(place).copied().unwrap_or_default();
    let (from, until) = USUAL.get(place).copied().unwrap_or_default();
    let time = |minutes: u32| format!("{:02}:{:02}", minutes % DAY_MINUTES / 60, minutes % 60);
    for (field, value) in [("name", name.to_owned()), ("from", time(from)), ("until", time(until))] {
        if let Some(slot) = part(&row, field) {
            slot.value.set(value);
        }
    }
}

fn add(slot: Slot, day: u8) {
    slot.add_row();
    if let Some(weekday) = slot.rows.with_untracked(|rows| rows.last().and_then(|row| part(row, "weekday"))) {
        weekday.value.set(day.to_string());
    }
}

/// Gives Tuesday to Friday the shifts of Monday in place of their own.
fn copy_monday(slot: Slot) {
    let monday = slot.rows.get_untracked().into_iter().filter(|row| untrack(|| weekday_of(row)) == Some(1));
    let monday = monday.collect::<Vec<_>>();
    slot.rows.update(|rows| rows.retain(|row| !untrack(|| weekday_of(row)).is_some_and(|day| (2..=5).contains(&day))));
    for day in 2..=5_u8 {
        for from in &monday {
            add(slot, day);
            if let Some(to) = slot.rows.with_untracked(|rows| rows.last().cloned()) {
                copy(from, &to);
            }
        }
    }
}

fn copy(from: &Row, to: &Row) {
    for (from, to) in from.slots.iter().zip(&to.slots) {
        let is_weekday = from.field.with_value(|field| field.name == "weekday");
        if !is_weekday {
            to.value.set(from.value.get_untracked());
        }
        for inner in from.rows.get_untracked() {
            to.add_row();
            if let Some(target) = to.rows.with_untracked(|rows| rows.last().cloned()) {
                copy(&inner, &target);
            }
        }
    }
}

/// When people work, day by day: shifts without their breaks, what runs past midnight on the next day.
fn segments(spans: &[Span]) -> Vec<Segment> {
    let mut all = Vec::new();
    for span in spans {
        let end = if span.until <= span.from { span.until + DAY_MINUTES } else { span.until };
        let mut breaks = span
            .breaks
            .iter()
            .map(|(from, until)| {
                let from = if *from < span.from { from + DAY_MINUTES } else { *from };
                let until =
                    if *until < span.from || *until < from % DAY_MINUTES { until + DAY_MINUTES } else { *until };
                (from.min(end), until.clamp(from, end.max(from)))
            })
            .collect::<Vec<_>>();
        breaks.sort_unstable();
        let mut at = span.from;
        for (from, until) in breaks {
            push(&mut all, span.day, at, from);
            at = at.max(until);
        }
        push(&mut all, span.day, at, end);
    }
    all
}

fn push(all: &mut Vec<Segment>, day: u8, from: u32, until: u32) {
    if until <= from {
        return;
    }
    let next = day % 7 + 1;
    if from >= DAY_MINUTES {
        all.push(Segment { day: next, from: from - DAY_MINUTES, until: until - DAY_MINUTES });
    } else if until > DAY_MINUTES {
        all.push(Segment { day, from, until: DAY_MINUTES });
        all.push(Segment { day: next, from: 0, until: until - DAY_MINUTES });
    } else {
        all.push(Segment { day, from, until });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(spans: &[Span]) -> Vec<(u8, u32, u32)> {
        segments(spans).into_iter().map(|part| (part.day, part.from, part.until)).collect()
    }

    #[test]
    fn a_break_parts_a_shift_in_two() {
        let span = Span { day: 1, from: 360, until: 840, breaks: vec![(600, 630)] };
        assert_eq!(shown(&[span]), vec![(1, 360, 600), (1, 630, 840)]);
    }

    #[test]
    fn a_night_shift_ends_on_the_next_day_and_sunday_is_followed_by_monday() {
        let span = Span { day: 7, from: 1320, until: 360, breaks: vec![(120, 150)] };
        assert_eq!(shown(&[span]), vec![(7, 1320, 1440), (1, 0, 120), (1, 150, 360)]);
    }

    #[test]
    fn a_further_shift_begins_where_nobody_works_yet() {
        let span = |from: u32, until: u32| Span { day: 1, from: from * 60, until: until * 60, breaks: Vec::new() };
        assert_eq!(free_shift(&[]), 0);
        assert_eq!(free_shift(&[span(6, 14)]), 1);
        assert_eq!(free_shift(&[span(6, 14), span(14, 22)]), 2);
        assert_eq!(free_shift(&[span(14, 22)]), 0);
        assert_eq!(free_shift(&[span(8, 17)]), 2);
        assert_eq!(free_shift(&[span(22, 6)]), 0);
        assert_eq!(free_shift(&[span(6, 6)]), 2, "all day round");
    }

    #[test]
    fn equal_times_are_a_whole_day_round() {
        let span = Span { day: 3, from: 480, until: 480, breaks: Vec::new() };
        assert_eq!(shown(&[span]), vec![(3, 480, 1440), (4, 0, 480)]);
    }
}
