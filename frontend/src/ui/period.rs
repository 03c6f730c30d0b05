//! Which days a report is about: a few usual periods, or any, kept in the address (`period`, `from`, `until`).

use leptos::prelude::*;
use time::{Date, Duration};

use crate::i18n::text::period as t;
use crate::ui::day_input::DayInput;
use crate::{format, history};

/// A usual period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// From the first of this month until today.
    ThisMonth,
    /// The whole month before.
    LastMonth,
    /// So many months back until today.
    Months(u8),
    /// As typed.
    Custom,
}

/// In the order in which they are offered.
const OFFERED: [Period; 6] =
    [Period::ThisMonth, Period::LastMonth, Period::Months(3), Period::Months(6), Period::Months(12), Period::Custom];

impl Period {
    /// Its word in the address.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::ThisMonth => "this_month".to_owned(),
            Self::LastMonth => "last_month".to_owned(),
            Self::Months(months) => format!("{months}_months"),
            Self::Custom => "custom".to_owned(),
        }
    }

    fn parse(word: Option<&str>) -> Self {
        OFFERED.into_iter().find(|period| Some(period.word().as_str()) == word).unwrap_or(Self::ThisMonth)
    }

    fn label(self) -> String {
        match self {
            Self::ThisMonth => t::this_month().to_owned(),
            Self::LastMonth => t::last_month().to_owned(),
            Self::Months(months) => t::months(&format::whole(months)),
            Self::Custom => t::custom().to_owned(),
        }
    }

    /// Its first and its last day; none for [`Period::Custom`].
    #[must_use]
    pub fn days(self, today: Date) -> Option<(Date, Date)> {
        let first = |day: Date| day.replace_day(1).unwrap_or(day);
        match self {
            Self::ThisMonth => Some((first(today), today)),
            Self::LastMonth => {
                let last = first(today).previous_day()?;
                Some((first(last), last))
            }
            Self::Months(months) => {
                let begins = (0..months).fold(today, |day, _| month_before(day));
                Some((begins.next_day()?, today))
            }
            Self::Custom => None,
        }
    }
}

/// The same day a month earlier; in a shorter month its last.
fn month_before(day: Date) -> Date {
    let before = day.replace_day(1).ok().and_then(Date::previous_day).unwrap_or(day);
    before.replace_day(day.day().min(before.month().length(before.year()))).unwrap_or(before)
}

/// The days that the address asks for, as the API takes them.
#[must_use]
pub fn chosen() -> Memo<(String, String)> {
    let (period, from, until) = (history::parameter("period"), history::parameter("from"), history::parameter("until"));
    Memo::new(move |_| {
        let today = format::today();
        match Period::parse(period.get().as_deref()).days(today) {
            Some((first, last)) => (format::iso_date(first), format::iso_date(last)),
            None => {
                let typed = |text: Option<String>| text.filter(|text| format::parse_iso_date(text).is_some());
                let month_ago = today.checked_sub(Duration::days(30)).unwrap_or(today);
                let from = typed(from.get()).unwrap_or_else(|| format::iso_date(month_ago));
                let until = typed(until.get()).unwrap_or_else(|| format::iso_date(today));
                if from <= until { (from, until) } else { (until, from) }
            }
        }
    })
}

/// The row of periods above a report.
#[component]
pub fn PeriodFilter(
    /// The days that are shown.
    days: Memo<(String, String)>,
) -> impl IntoView {
    let period = history::parameter("period");
    let chosen = move || Period::parse(period.get().as_deref());
    let button = move |one: Period| {
        let choose = move |_| {
            let (from, until) = if one == Period::Custom { days.get_untracked() } else { Default::default() };
            history::set_parameters(&[("period", &one.word()), ("from", &from), ("until", &until)], false);
        };
        view! {
            <button type="button" class="period-button" aria-pressed=move || (chosen() == one).to_string() on:click=choose>
                {one.label()}
            </button>
        }
    };
    let typed = move |parameter: &'static str, label: &'static str, value: fn((String, String)) -> String| {
        let set = Callback::new(move |typed: String| {
            if format::parse_iso_date(&typed).is_some() {
                history::set_parameters(&[(parameter, &typed)], false);
            }
        });
        view! { <DayInput value=Signal::derive(move || value(days.get())) on_change=set name=label/> }
    };
    view! {
        <div class="period" role="group" aria-label=t::title()>
            <div class="period-buttons">{OFFERED.map(button).collect_view()}</div>
            <Show when=move || chosen() == Period::Custom>
                {typed("from", t::from(), |days| days.0)}
                {typed("until", t::until(), |days| days.1)}
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn usual_periods_have_their_days() {
        let today = date!(2026 - 03 - 31);
        assert_eq!(Period::ThisMonth.days(today), Some((date!(2026 - 03 - 01), today)));
        assert_eq!(Period::LastMonth.days(today), Some((date!(2026 - 02 - 01), date!(2026 - 02 - 28))));
        assert_eq!(Period::Months(3).days(date!(2026 - 03 - 15)), Some((date!(2025 - 12 - 16), date!(2026 - 03 - 15))));
        assert_eq!(
            Period::Months(12).days(date!(2024 - 02 - 29)),
            Some((date!(2023 - 03 - 01), date!(2024 - 02 - 29)))
        );
        assert_eq!(Period::LastMonth.days(date!(2026 - 01 - 01)), Some((date!(2025 - 12 - 01), date!(2025 - 12 - 31))));
    }

    #[test]
    fn an_unknown_word_means_this_month() {
        assert_eq!(Period::parse(Some("3_months")), Period::Months(3));
        assert_eq!(Period::parse(Some("7_months")), Period::ThisMonth);
        assert_eq!(Period::parse(None), Period::ThisMonth);
    }
}
