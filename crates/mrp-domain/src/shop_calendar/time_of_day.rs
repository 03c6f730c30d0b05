//! Readings of a clock on a wall, without a day and without a zone.

use serde::{Deserialize, Serialize};

/// Minutes by the clock in one day.
pub const MINUTES_PER_DAY: u16 = 1_440;

/// A reading of the shop's clock, `00:00` to `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MinuteOfDay(u16);

/// A text or number that is no reading of a clock.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a time between 00:00 and 24:00")]
pub struct NotATimeOfDay {
    /// What was given.
    pub found: String,
}

impl MinuteOfDay {
    /// Minutes since midnight, at most 1440.
    ///
    /// # Errors
    /// [`NotATimeOfDay`]
    pub fn new(minutes: u16) -> Result<Self, NotATimeOfDay> {
        if minutes <= MINUTES_PER_DAY { Ok(Self(minutes)) } else { Err(NotATimeOfDay { found: minutes.to_string() }) }
    }

    /// Minutes since midnight.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl std::str::FromStr for MinuteOfDay {
    type Err = NotATimeOfDay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || NotATimeOfDay { found: text.to_owned() };
        let (hour, minute) = text.split_once(':').ok_or_else(refused)?;
        let is_number = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(hour) || !is_number(minute) || minute.len() != 2 {
            return Err(refused());
        }
        let numbers = hour.parse::<u16>().ok().zip(minute.parse::<u16>().ok());
        let (hour, minute) = numbers.filter(|&(_, minute)| minute < 60).ok_or_else(refused)?;
        Self::new(hour * 60 + minute).map_err(|_| refused())
    }
}

impl std::fmt::Display for MinuteOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl TryFrom<String> for MinuteOfDay {
    type Error = NotATimeOfDay;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<MinuteOfDay> for String {
    fn from(minute: MinuteOfDay) -> Self {
        minute.to_string()
    }
}

/// Part of a day, from one reading of the clock to another; an end that is not later means the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySpan {
    /// When it begins.
    pub from: MinuteOfDay,
    /// When it ends.
    pub until: MinuteOfDay,
}

impl DaySpan {
    /// Minutes by the clock, 1 to 1440 when it begins before `24:00`.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        let past_midnight = if self.until.0 <= self.from.0 { MINUTES_PER_DAY } else { 0 };
        self.until.0 + past_midnight - self.from.0
    }

    /// Minutes from the beginning of `shift` to the beginning of this, when this begins within a day of it.
    #[must_use]
    pub const fn minutes_into(self, shift: Self) -> u16 {
        let past_midnight = if self.from.0 < shift.from.0 { MINUTES_PER_DAY } else { 0 };
        self.from.0 + past_midnight - shift.from.0
    }
}
