//! Points in time, lengths of time, windows of time: whole seconds, always UTC.
//!
//! What does not live here: the shop's clock and zone (`shop_calendar`), working time (`calendar`), and the
//! present moment, which is always an argument.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::{Date, OffsetDateTime};

use crate::vocabulary;

/// Calendar days as `2026-03-29` in JSON: `#[serde(with = "iso_date")]`.
#[allow(missing_docs, reason = "the macro's functions cannot be documented")]
pub mod iso_date {
    time::serde::format_description!(format, Date, "[year]-[month]-[day]");
    pub use format::{deserialize, option, serialize};
}

/// A point in time in UTC, to the second, between the years 0 and 9999. In JSON `2026-03-29T01:00:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// The first instant: 0000-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_167_219_200);
    /// The last instant: 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799);

    /// Seconds since 1970-01-01T00:00:00Z; beyond [`Self::MIN`] and [`Self::MAX`] those.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        if seconds < Self::MIN.0 {
            Self::MIN
        } else if seconds > Self::MAX.0 {
            Self::MAX
        } else {
            Self(seconds)
        }
    }

    /// The same moment in UTC; parts of a second are dropped.
    #[must_use]
    pub const fn from_datetime(datetime: OffsetDateTime) -> Self {
        Self::from_unix(datetime.unix_timestamp())
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// The moment as a date and time in UTC.
    ///
    /// # Panics
    /// Never: every instant lies within the years that a date can have.
    #[must_use]
    pub fn datetime(self) -> OffsetDateTime {
        match OffsetDateTime::from_unix_timestamp(self.0) {
            Ok(datetime) => datetime,
            Err(error) => panic!("instant {} is out of range: {error}", self.0),
        }
    }

    /// The moment `length` later, at most [`Self::MAX`].
    #[must_use]
    pub fn plus(self, length: Seconds) -> Self {
        Self::from_unix(self.0.saturating_add_unsigned(length.0))
    }

    /// The moment `length` earlier, at least [`Self::MIN`].
    #[must_use]
    pub fn minus(self, length: Seconds) -> Self {
        Self::from_unix(self.0.saturating_sub_unsigned(length.0))
    }

    /// Seconds from `earlier` to this; none when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Seconds {
        Seconds(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = self.datetime();
        let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
        let (hour, minute, second) = (at.hour(), at.minute(), at.second());
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl From<OffsetDateTime> for Instant {
    fn from(datetime: OffsetDateTime) -> Self {
        Self::from_datetime(datetime)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        time::serde::rfc3339::deserialize(deserializer).map(Self::from_datetime)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::schema::SchemaFormat::KnownFormat(
                utoipa::openapi::schema::KnownFormat::DateTime,
            )))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Instant {}

/// A length of time in whole seconds. In JSON a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seconds(u64);

impl Seconds {
    /// No time.
    pub const ZERO: Self = Self(0);
    /// Seconds in an hour.
    pub const PER_HOUR: u64 = 3_600;

    /// That many seconds.
    #[must_use]
    pub const fn new(seconds: u64) -> Self {
        Self(seconds)
    }

    /// That many minutes.
    #[must_use]
    pub const fn from_minutes(minutes: u64) -> Self {
        Self(minutes.saturating_mul(60))
    }

    /// That many hours.
    #[must_use]
    pub const fn from_hours(hours: u64) -> Self {
        Self(hours.saturating_mul(Self::PER_HOUR))
    }

    /// The number of seconds.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Whether it is no time at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Both together, at most `u64::MAX`.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left without `other`; none when `other` is longer.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Seconds {
    fn sum<I: Iterator<Item = Self>>(lengths: I) -> Self {
        lengths.fold(Self::ZERO, Self::plus)
    }
}

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} s", self.0)
    }
}

/// A window must end after it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time window from {start} must end after that, not at {end}")]
pub struct EmptyTimeWindow {
    /// The start given.
    pub start: Instant,
    /// The end given.
    pub end: Instant,
}

/// The time from `start` up to but not including `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "TimeWindowParts")]
pub struct TimeWindow {
    start: Instant,
    end: Instant,
}

#[derive(Deserialize)]
struct TimeWindowParts {
    start: Instant,
    end: Instant,
}

impl TimeWindow {
    /// A window of at least one second.
    ///
    /// # Errors
    /// [`EmptyTimeWindow`] when `end` is not after `start`.
    pub const fn new(start: Instant, end: Instant) -> Result<Self, EmptyTimeWindow> {
        if start.0 < end.0 { Ok(Self { start, end }) } else { Err(EmptyTimeWindow { start, end }) }
    }

    /// Its first instant.
    #[must_use]
    pub const fn start(self) -> Instant {
        self.start
    }

    /// The first instant after it.
    #[must_use]
    pub const fn end(self) -> Instant {
        self.end
    }

    /// How long it is.
    #[must_use]
    pub fn length(self) -> Seconds {
        self.end.since(self.start)
    }

    /// Whether `at` lies in it.
    #[must_use]
    pub fn contains(self, at: Instant) -> bool {
        self.start <= at && at < self.end
    }

    /// What two windows share, if anything.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end)).ok()
    }
}

impl TryFrom<TimeWindowParts> for TimeWindow {
    type Error = EmptyTimeWindow;

    fn try_from(parts: TimeWindowParts) -> Result<Self, Self::Error> {
        Self::new(parts.start, parts.end)
    }
}

vocabulary! {
    /// How something that is expected on a day stands to today.
    pub enum Due {
        /// Its day is over.
        Late = "late",
        /// It is today.
        Today = "today",
        /// It is today or one of the six days behind it.
        Week = "week",
    }
}

impl Due {
    /// Its first day, if it has one, and its last day, in days from today.
    #[must_use]
    pub const fn days(self) -> (Option<i32>, i32) {
        match self {
            Self::Late => (None, -1),
            Self::Today => (Some(0), 0),
            Self::Week => (Some(0), 6),
        }
    }

    /// Whether what is expected on `day` stands so to `today`.
    #[must_use]
    pub fn is(self, day: Date, today: Date) -> bool {
        let away = i64::from(day.to_julian_day()) - i64::from(today.to_julian_day());
        let (first, last) = self.days();
        first.is_none_or(|first| i64::from(first) <= away) && away <= i64::from(last)
    }
}
