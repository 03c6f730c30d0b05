//! What stands in a table cell: its look and its plain text (for copying into a spreadsheet), from one value.

use leptos::prelude::*;
use mrp_domain::time::Instant;
use rust_decimal::Decimal;

use crate::format;
use crate::ui::state::{Dots, Shape, State};

/// One cell's content.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// No value: a dash.
    Empty,
    /// Plain text.
    Text(String),
    /// A name: weight 500.
    Name(String),
    /// A code or another muted fact.
    Code(String),
    /// A number, ready for reading; zero is muted. The unit stands behind it, muted.
    Number {
        /// As people read it.
        text: String,
        /// As a spreadsheet reads it.
        plain: String,
        /// Whether it is nothing.
        zero: bool,
        /// Its unit.
        unit: String,
    },
    /// A state.
    State(Shape, String),
    /// A state among steps.
    Dots {
        /// Which step, from 0.
        at: usize,
        /// How many.
        of: usize,
        /// Its word.
        word: String,
    },
    /// A date with how late it is: shape and word.
    Late(String, Shape, String),
    /// Share done, 0 to 100.
    Progress(u32),
    /// A person.
    Person(String),
    /// One of four levels, from `low` to `urgent`: bars and its word.
    Level(&'static str, String),
    /// A link to another record.
    Link(String, String),
}

impl Cell {
    /// Text, or a dash.
    #[must_use]
    pub fn text(value: impl Into<String>) -> Self {
        let value = value.into();
        if value.is_empty() { Self::Empty } else { Self::Text(value) }
    }

    /// Text that may be missing.
    #[must_use]
    pub fn maybe(value: Option<impl Into<String>>) -> Self {
        value.map_or(Self::Empty, |value| Self::text(value))
    }

    /// A number with its own decimals.
    #[must_use]
    pub fn number(value: Decimal) -> Self {
        Self::quantity(value, "")
    }

    /// A number with a unit.
    #[must_use]
    pub fn quantity(value: Decimal, unit: impl Into<String>) -> Self {
        Self::Number {
            text: format::number(value),
            plain: value.normalize().to_string(),
            zero: value.is_zero(),
            unit: unit.into(),
        }
    }

    /// A whole number.
    #[must_use]
    pub fn whole(value: impl Into<i128>) -> Self {
        let value = value.into();
        Self::Number { text: format::whole(value), plain: value.to_string(), zero: value == 0, unit: String::new() }
    }

    /// An amount of money with two decimals.
    #[must_use]
    pub fn money(value: Decimal) -> Self {
        Self::Number {
            text: format::money(value),
            plain: value.round_dp(2).to_string(),
            zero: value.is_zero(),
            unit: String::new(),
        }
    }

    /// A duration in hours and minutes.
    #[must_use]
    pub fn duration(seconds: impl Into<i64>) -> Self {
        let seconds = seconds.into();
        let text = format::duration(seconds);
        Self::Number { plain: text.clone(), text, zero: seconds == 0, unit: String::new() }
    }

    /// A day on the shop's clock.
    #[must_use]
    pub fn day(instant: Option<Instant>) -> Self {
        instant.map_or(Self::Empty, |instant| Self::Text(format::day_of(instant)))
    }

    /// Day and time on the shop's clock.
    #[must_use]
    pub fn moment(instant: Option<Instant>) -> Self {
        instant.map_or(Self::Empty, |instant| Self::Text(format::moment(instant)))
    }

    /// Whether something can be chosen.
    #[must_use]
    pub fn active(active: bool) -> Self {
        if active {
            Self::State(Shape::Ok, crate::i18n::text::list::active().to_owned())
        } else {
            Self::State(Shape::None, crate::i18n::text::list::inactive().to_owned())
        }
    }

    /// Its text without any look, for a spreadsheet.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Name(text) | Self::Code(text) | Self::Person(text) | Self::Link(text, _) => {
                text.clone()
            }
            Self::Number { plain, .. } => plain.clone(),
            Self::State(_, word) | Self::Level(_, word) | Self::Dots { word, .. } => word.clone(),
            Self::Late(date, _, late) => format!("{date} {late}"),
            Self::Progress(share) => share.to_string(),
        }
    }

    /// Its look.
    #[must_use]
    pub fn view(self) -> AnyView {
        match self {
            Self::Empty => view! { <span class="muted">{format::DASH}</span> }.into_any(),
            Self::Text(text) => text.into_any(),
            Self::Name(text) => view! { <span class="medium">{text}</span> }.into_any(),
            Self::Code(text) => view! { <span class="muted">{text}</span> }.into_any(),
            Self::Number { text, zero, unit, .. } => view! {
                <span class:zero=zero>{text}</span>
                {(!unit.is_empty()).then(|| view! { <span class="unit">{unit}</span> })}
            }
            .into_any(),
            Self::State(shape, word) => view! { <State shape word/> }.into_any(),
            Self::Dots { at, of, word } => view! { <Dots at of word/> }.into_any(),
            Self::Late(date, shape, late) => view! {
                <span class="late-date">{date}</span><span class="late" data-shape=shape.code()><State shape word=late/></span>
            }
            .into_any(),
            Self::Progress(share) => progress(share),
            Self::Person(name) => view! {
                <span class="state"><span class="avatar" aria-hidden="true">{initials(&name)}</span><span class="state-word">{name}</span></span>
            }
            .into_any(),
            Self::Level(level, word) => level_view(level, word),
            Self::Link(text, href) => view! { <a href=href>{text}</a> }.into_any(),
        }
    }
}

fn level_view(level: &'static str, word: String) -> AnyView {
    let sign = if level == "urgent" {
        view! { <span class="urgent" aria-hidden="true">"!"</span> }.into_any()
    } else {
        view! { <span class="bars" data-level=level aria-hidden="true"><i></i><i></i><i></i></span> }.into_any()
    };
    let is_quiet = matches!(level, "low" | "normal");
    view! { <span class="state">{sign}<span class="state-word" class:muted=is_quiet>{word}</span></span> }.into_any()
}

fn progress(share: u32) -> AnyView {
    let share = share.min(100);
    view! {
        <span class="progress" data-done=(share == 100).then_some("")>
            <span class="progress-track" aria-hidden="true"><span class="progress-fill" style:width=format!("{share}%") style:display="block"></span></span>
            <span class="progress-text" class:zero={share == 0}>{format!("{share}\u{a0}%")}</span>
        </span>
    }
    .into_any()
}

/// The first letters of the first two words.
#[must_use]
pub fn initials(name: &str) -> String {
    name.split_whitespace().take(2).filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

/// Rows as tab-separated text that a spreadsheet takes; tabs and line breaks within a cell become spaces.
#[must_use]
pub fn tsv<'a>(head: &[String], rows: impl Iterator<Item = &'a [Cell]>) -> String {
    let clean = |text: String| text.replace(['\t', '\n', '\r'], " ");
    let mut lines = vec![head.iter().cloned().map(clean).collect::<Vec<_>>().join("\t")];
    lines.extend(rows.map(|row| row.iter().map(|cell| clean(cell.plain())).collect::<Vec<_>>().join("\t")));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_table_has_one_line_per_row_whatever_the_cells_hold() {
        let rows = [vec![Cell::text("a\tb\nc"), Cell::number("1234.50".parse().unwrap())]];
        let text = tsv(&["Name".to_owned(), "Quantity".to_owned()], rows.iter().map(Vec::as_slice));
        assert_eq!(text, "Name\tQuantity\na b c\t1234.5");
    }

    #[test]
    fn nothing_is_a_dash_on_screen_and_empty_in_a_spreadsheet() {
        assert_eq!(Cell::text(""), Cell::Empty);
        assert_eq!(Cell::Empty.plain(), "");
    }

    #[test]
    fn initials_are_two_capitals() {
        assert_eq!(initials("ioana maria Pop"), "IM");
    }
}
