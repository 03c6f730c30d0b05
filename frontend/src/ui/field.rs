//! What a form's fields are: name on the wire, label, kind, rules. A form is a list of these; everything else follows.

use mrp_api::access::Permission;
use rust_decimal::Decimal;

use crate::ui::picker::Picker;

/// One field of a form.
#[derive(Clone)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// What to know before filling it in.
    pub hint: Option<String>,
    /// What it holds.
    pub kind: Kind,
    /// Whether it may be empty.
    pub is_required: bool,
    /// Its width in twelfths: 3, 4, 6, 8 or 12.
    pub span: u8,
    /// What a new record starts with, as it is typed.
    pub start: String,
    /// Only for people who hold this; others neither see nor send it.
    pub needs: Option<Permission>,
    /// A heading above it.
    pub heading: Option<String>,
    /// Cannot be changed once the record exists.
    pub is_fixed: bool,
    /// The field of the record's view that holds the label of the chosen record.
    pub label_from: Option<&'static str>,
    /// Empty text travels as null.
    pub is_nullable: bool,
}

/// What a field holds.
#[derive(Clone)]
pub enum Kind {
    /// One line of text.
    Text {
        /// Most characters.
        max: u64,
        /// Hidden while typing.
        is_secret: bool,
    },
    /// Several lines.
    LongText,
    /// A decimal number; travels as a string.
    Number(Range),
    /// A whole number; travels as a number.
    Whole(Range),
    /// Whole numbers separated by commas; travels as an array, nothing as null, a dash as an empty array.
    Wholes,
    /// Hours and minutes; travels as seconds.
    Duration,
    /// One of a few words: (on the wire, as shown).
    Choice(Vec<(String, String)>),
    /// One of a few words, travelling as a number.
    NumberChoice(Vec<(i64, String)>),
    /// Another record.
    Record(Picker),
    /// Other records, in order.
    Records(Picker),
    /// Yes or no.
    Check,
    /// A day.
    Date,
    /// A time on the shop's clock, `HH:MM`.
    Time,
    /// A point in time, typed on the shop's clock.
    Moment,
    /// Lines with fields of their own.
    Lines(Vec<Field>),
    /// Carried along unseen, e.g. a line's id.
    Hidden,
}

/// What numbers are acceptable.
#[derive(Debug, Clone, Default)]
pub struct Range {
    /// At least this.
    pub min: Option<Decimal>,
    /// More than this.
    pub above: Option<Decimal>,
    /// At most this.
    pub max: Option<Decimal>,
    /// The unit behind the field.
    pub unit: String,
}

impl Field {
    fn new(name: &'static str, label: impl Into<String>, kind: Kind) -> Self {
        Self {
            name,
            label: label.into(),
            hint: None,
            kind,
            is_required: false,
            span: 6,
            start: String::new(),
            needs: None,
            heading: None,
            is_fixed: false,
            label_from: None,
            is_nullable: false,
        }
    }

    /// One line of text, at most `max` characters.
    #[must_use]
    pub fn text(name: &'static str, label: impl Into<String>, max: u64) -> Self {
        Self::new(name, label, Kind::Text { max, is_secret: false })
    }

    /// A password.
    #[must_use]
    pub fn secret(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Text { max: 200, is_secret: true })
    }

    /// Several lines of text over the whole width.
    #[must_use]
    pub fn long_text(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::LongText).span(12)
    }

    /// A decimal number.
    #[must_use]
    pub fn number(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Number(Range::default())).span(3)
    }

    /// A whole number.
    #[must_use]
    pub fn whole(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Whole(Range::default())).span(3)
    }

    /// Several whole numbers: `10, 20`. Empty: as usual, travels as null; a dash: none at all.
    #[must_use]
    pub fn wholes(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Wholes).span(3)
    }

    /// Hours and minutes; the name ends in `_seconds`.
    #[must_use]
    pub fn duration(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Duration).span(3).start("0:00")
    }

    /// One of a few words.
    #[must_use]
    pub fn choice(name: &'static str, label: impl Into<String>, words: Vec<(String, String)>) -> Self {
        let start = words.first().map(|(word, _)| word.clone()).unwrap_or_default();
        Self::new(name, label, Kind::Choice(words)).start(start)
    }

    /// One of a few words that travel as numbers, e.g. weekdays.
    #[must_use]
    pub fn number_choice(name: &'static str, label: impl Into<String>, words: Vec<(i64, String)>) -> Self {
        let start = words.first().map(|(number, _)| number.to_string()).unwrap_or_default();
        Self::new(name, label, Kind::NumberChoice(words)).start(start)
    }

    /// Another record. `label_from` names the field of the view with its label; without one it is asked for.
    #[must_use]
    pub fn record(name: &'static str, label: impl Into<String>, picker: Picker) -> Self {
        Self::new(name, label, Kind::Record(picker))
    }

    /// Several other records, in order.
    #[must_use]
    pub fn records(name: &'static str, label: impl Into<String>, picker: Picker) -> Self {
        Self::new(name, label, Kind::Records(picker)).span(12)
    }

    /// Yes or no.
    #[must_use]
    pub fn check(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Check)
    }

    /// A day.
    #[must_use]
    pub fn date(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Date).span(4)
    }

    /// A time on the shop's clock.
    #[must_use]
    pub fn time(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Time).span(3)
    }

    /// A point in time.
    #[must_use]
    pub fn moment(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Moment).span(4)
    }

    /// Lines, e.g. the operations of a routing.
    #[must_use]
    pub fn lines(name: &'static str, label: impl Into<String>, fields: Vec<Self>) -> Self {
        Self::new(name, label, Kind::Lines(fields)).span(12)
    }

    /// Carried along unseen.
    #[must_use]
    pub fn hidden(name: &'static str) -> Self {
        Self::new(name, "", Kind::Hidden)
    }

    /// Must not be empty.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// What to know before filling it in.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Empty text travels as null, not as `""`.
    #[must_use]
    pub fn nullable(mut self) -> Self {
        self.is_nullable = true;
        self
    }

    /// Its width in twelfths.
    #[must_use]
    pub fn span(mut self, span: u8) -> Self {
        self.span = span;
        self
    }

    /// What a new record starts with, as it would be typed.
    #[must_use]
    pub fn start(mut self, start: impl Into<String>) -> Self {
        self.start = start.into();
        self
    }

    /// Only for people who hold this permission.
    #[must_use]
    pub fn needs(mut self, permission: Permission) -> Self {
        self.needs = Some(permission);
        self
    }

    /// A heading above this field.
    #[must_use]
    pub fn heading(mut self, heading: impl Into<String>) -> Self {
        self.heading = Some(heading.into());
        self
    }

    /// Cannot be changed once the record exists.
    #[must_use]
    pub fn fixed(mut self) -> Self {
        self.is_fixed = true;
        self
    }

    /// The view's field with the chosen record's label.
    #[must_use]
    pub fn label_from(mut self, name: &'static str) -> Self {
        self.label_from = Some(name);
        self
    }

    /// The unit behind a number.
    #[must_use]
    pub fn unit(self, unit: impl Into<String>) -> Self {
        let unit = unit.into();
        self.range(|range| range.unit = unit)
    }

    /// At least this.
    #[must_use]
    pub fn min(self, min: i64) -> Self {
        self.range(|range| range.min = Some(Decimal::from(min)))
    }

    /// More than this.
    #[must_use]
    pub fn above(self, above: i64) -> Self {
        self.range(|range| range.above = Some(Decimal::from(above)))
    }

    /// At most this.
    #[must_use]
    pub fn max(self, max: i64) -> Self {
        self.range(|range| range.max = Some(Decimal::from(max)))
    }

    fn range(mut self, change: impl FnOnce(&mut Range)) -> Self {
        match &mut self.kind {
            Kind::Number(range) | Kind::Whole(range) => change(range),
            Kind::Text { .. }
            | Kind::LongText
            | Kind::Wholes
            | Kind::Duration
            | Kind::Choice(_)
            | Kind::NumberChoice(_)
            | Kind::Record(_)
            | Kind::Records(_)
            | Kind::Check
            | Kind::Date
            | Kind::Time
            | Kind::Moment
            | Kind::Lines(_)
            | Kind::Hidden => {}
        }
        self
    }
}

/// The words of a closed set for [`Field::choice`]: `words(WorkCenterKind::ALL, |kind| kind.as_str(), kind_name)`.
pub fn words<T: Copy>(
    all: &[T],
    code: impl Fn(T) -> &'static str,
    name: impl Fn(T) -> &'static str,
) -> Vec<(String, String)> {
    all.iter().map(|word| (code(*word).to_owned(), name(*word).to_owned())).collect()
}
