//! The shop's clock: shifts, breaks, holidays and shutdowns in local time, and their resolution into UTC windows.
//!
//! The only module of the domain that knows local time. The data is plain; resolving it needs zone rules and so the
//! feature `tz`, which servers have and browsers do not: they get UTC windows.
//!
//! A shift lasts from one reading of the clock to another. Over the spring change a night shift is therefore one hour
//! shorter, over the autumn change one hour longer.

#[cfg(feature = "tz")]
mod resolution;
pub mod time_of_day;

use serde::{Deserialize, Serialize};
use time::Date;

#[cfg(feature = "tz")]
use crate::calendar::WorkingWindows;
use crate::ids::WorkCenterId;
use crate::shop_calendar::time_of_day::{DaySpan, MINUTES_PER_DAY, MinuteOfDay, NotATimeOfDay};
use crate::text::{Name, TextError};
#[cfg(feature = "tz")]
use crate::time::Instant;
use crate::time::{Seconds, iso_date};

/// Most shifts of one work schedule.
pub const SHIFTS_MAX: usize = 200;

/// Most breaks of one shift.
pub const BREAKS_MAX: usize = 20;

/// Most days that a closure lasts or that windows are resolved for: ten years.
pub const CALENDAR_DAYS_MAX: u32 = 3_660;

const MINUTES_PER_WEEK: i32 = 7 * 1_440;

/// When people work on one weekday. A shift belongs to the day on which it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// What it is called.
    pub name: Name,
    /// 1 for Monday to 7 for Sunday.
    pub weekday: u8,
    /// From when to when.
    pub hours: DaySpan,
    /// When nobody works in it.
    pub breaks: Vec<DaySpan>,
}

/// A shift as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftDraft {
    /// What it is called.
    pub name: String,
    /// 1 for Monday to 7 for Sunday.
    pub weekday: u8,
    /// When it begins, `HH:MM`.
    pub from: String,
    /// When it ends, `HH:MM`.
    pub until: String,
    /// When each break begins and ends, `HH:MM`.
    pub breaks: Vec<(String, String)>,
}

/// What is wrong with a work schedule. Shifts and breaks are named by their place, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkScheduleFault {
    /// A work schedule without a zone has no clock.
    #[error("the zone is missing")]
    NoZone,
    /// Nobody ever works.
    #[error("there are no shifts")]
    NoShifts,
    /// More than [`SHIFTS_MAX`].
    #[error("{found} shifts are more than {SHIFTS_MAX}")]
    TooManyShifts {
        /// How many there are.
        found: usize,
    },
    /// More than [`BREAKS_MAX`].
    #[error("shift {shift} has {found} breaks, more than {BREAKS_MAX}")]
    TooManyBreaks {
        /// The shift.
        shift: usize,
        /// How many there are.
        found: usize,
    },
    /// It ends before it begins to hold.
    #[error("it holds from {from} and only until {until}")]
    ValidityReversed {
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
    },
    /// A shift's name is no name.
    #[error("the name of shift {shift} {source}")]
    BadName {
        /// The shift.
        shift: usize,
        /// Why not.
        source: TextError,
    },
    /// There are seven weekdays.
    #[error("shift {shift} is on the weekday {weekday}, which is not between 1 and 7")]
    UnknownWeekday {
        /// The shift.
        shift: usize,
        /// The weekday given.
        weekday: u8,
    },
    /// No reading of a clock, or a beginning at 24:00.
    #[error("shift {shift}: `{found}` is not a time of the day")]
    BadTime {
        /// The shift.
        shift: usize,
        /// What was given.
        found: String,
    },
    /// Nobody works twice at the same time.
    #[error("the shifts {first} and {second} overlap")]
    ShiftsOverlap {
        /// One shift.
        first: usize,
        /// The other.
        second: usize,
    },
    /// A break must lie in its shift.
    #[error("break {of_break} does not lie within shift {shift}")]
    BreakOutsideShift {
        /// The shift.
        shift: usize,
        /// The break.
        of_break: usize,
    },
    /// Breaks must not overlap.
    #[error("the breaks {first} and {second} of shift {shift} overlap")]
    BreaksOverlap {
        /// The shift.
        shift: usize,
        /// One break.
        first: usize,
        /// The other.
        second: usize,
    },
}

/// All faults of a work schedule that was read from outside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct BrokenWorkSchedule(pub Vec<WorkScheduleFault>);

impl ShiftDraft {
    /// Parses the shift at `place` of its work schedule.
    ///
    /// # Errors
    /// Everything that cannot be read, at once.
    pub fn parse(&self, place: usize) -> Result<Shift, Vec<WorkScheduleFault>> {
        let mut faults = Vec::new();
        let name = Name::new(&self.name).map_err(|source| WorkScheduleFault::BadName { shift: place, source });
        let name = name.map_err(|fault| faults.push(fault)).ok();
        let hours = parse_span(place, &self.from, &self.until, &mut faults);
        let breaks: Vec<_> =
            self.breaks.iter().filter_map(|(from, until)| parse_span(place, from, until, &mut faults)).collect();
        match name.zip(hours).filter(|_| faults.is_empty()) {
            Some((name, hours)) => Ok(Shift { name, weekday: self.weekday, hours, breaks }),
            None => Err(faults),
        }
    }
}

/// When a shop works in an ordinary week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WorkScheduleParts", into = "WorkScheduleParts")]
pub struct WorkSchedule {
    name: Name,
    zone: String,
    shifts: Vec<Shift>,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
}

impl WorkSchedule {
    /// A schedule on the clock of `zone` (an IANA name such as `Europe/Bucharest`; whether it exists is known where
    /// zone rules are). It holds for shifts that begin from the day `valid_from` to the day `valid_until`.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn new(
        name: Name,
        zone: &str,
        shifts: Vec<Shift>,
        valid_from: Option<Date>,
        valid_until: Option<Date>,
    ) -> Result<Self, Vec<WorkScheduleFault>> {
        let zone = zone.trim().to_owned();
        let mut faults = Vec::new();
        if zone.is_empty() {
            faults.push(WorkScheduleFault::NoZone);
        }
        if let Some((from, until)) = valid_from.zip(valid_until).filter(|(from, until)| until < from) {
            faults.push(WorkScheduleFault::ValidityReversed { from, until });
        }
        match shifts.len() {
            0 => faults.push(WorkScheduleFault::NoShifts),
            found if found > SHIFTS_MAX => faults.push(WorkScheduleFault::TooManyShifts { found }),
            _ => {
                for (place, shift) in shifts.iter().enumerate() {
                    check_shift(place, shift, &mut faults);
                }
                check_week(&shifts, &mut faults);
            }
        }
        if faults.is_empty() { Ok(Self { name, zone, shifts, valid_from, valid_until }) } else { Err(faults) }
    }

    /// What it is called.
    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// The IANA name of the zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// The shifts of a week.
    #[must_use]
    pub fn shifts(&self) -> &[Shift] {
        &self.shifts
    }

    /// The first day on which it holds.
    #[must_use]
    pub const fn valid_from(&self) -> Option<Date> {
        self.valid_from
    }

    /// The last day on which it holds.
    #[must_use]
    pub const fn valid_until(&self) -> Option<Date> {
        self.valid_until
    }

    /// Working time of an ordinary week, breaks taken off.
    #[must_use]
    pub fn weekly_working_time(&self) -> Seconds {
        let worked = self.shifts.iter().map(|shift| {
            let breaks: u64 = shift.breaks.iter().map(|pause| u64::from(pause.minutes())).sum();
            Seconds::from_minutes(u64::from(shift.hours.minutes()).saturating_sub(breaks))
        });
        worked.sum()
    }
}

#[derive(Serialize, Deserialize)]
struct WorkScheduleParts {
    name: Name,
    zone: String,
    shifts: Vec<Shift>,
    #[serde(with = "iso_date::option", default)]
    valid_from: Option<Date>,
    #[serde(with = "iso_date::option", default)]
    valid_until: Option<Date>,
}

impl TryFrom<WorkScheduleParts> for WorkSchedule {
    type Error = BrokenWorkSchedule;

    fn try_from(parts: WorkScheduleParts) -> Result<Self, Self::Error> {
        let WorkScheduleParts { name, zone, shifts, valid_from, valid_until } = parts;
        Self::new(name, &zone, shifts, valid_from, valid_until).map_err(BrokenWorkSchedule)
    }
}

impl From<WorkSchedule> for WorkScheduleParts {
    fn from(schedule: WorkSchedule) -> Self {
        let WorkSchedule { name, zone, shifts, valid_from, valid_until } = schedule;
        Self { name, zone, shifts, valid_from, valid_until }
    }
}

/// What is wrong with a closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShopClosureFault {
    /// It ends before it begins.
    #[error("it begins on {from} and ends on {until}")]
    DatesReversed {
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
    },
    /// More than [`CALENDAR_DAYS_MAX`] days.
    #[error("{days} days are more than {CALENDAR_DAYS_MAX}")]
    TooLong {
        /// How many days it lasts.
        days: i64,
    },
    /// Part of a day cannot begin when the day is over.
    #[error("it begins at 24:00")]
    BeginsAtEndOfDay,
}

/// A public holiday or a technical shutdown: whole days, midnight to midnight on the shop's clock, or the same hours on
/// each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopClosure {
    date_from: Date,
    date_until: Date,
    hours: Option<DaySpan>,
    work_center: Option<WorkCenterId>,
    reason: String,
}

impl ShopClosure {
    /// A closure from the day `date_from` to the day `date_until`, of the whole company unless `work_center` is given,
    /// of whole days unless `hours` are given.
    ///
    /// # Errors
    /// [`ShopClosureFault`]
    pub fn new(
        date_from: Date,
        date_until: Date,
        hours: Option<DaySpan>,
        work_center: Option<WorkCenterId>,
        reason: String,
    ) -> Result<Self, ShopClosureFault> {
        if date_until < date_from {
            return Err(ShopClosureFault::DatesReversed { from: date_from, until: date_until });
        }
        let days = (date_until - date_from).whole_days() + 1;
        if days > i64::from(CALENDAR_DAYS_MAX) {
            return Err(ShopClosureFault::TooLong { days });
        }
        if hours.is_some_and(|hours| hours.from.get() == MINUTES_PER_DAY) {
            return Err(ShopClosureFault::BeginsAtEndOfDay);
        }
        Ok(Self { date_from, date_until, hours, work_center, reason })
    }

    /// The first day.
    #[must_use]
    pub const fn date_from(&self) -> Date {
        self.date_from
    }

    /// The last day.
    #[must_use]
    pub const fn date_until(&self) -> Date {
        self.date_until
    }

    /// The hours of each day; none means whole days.
    #[must_use]
    pub const fn hours(&self) -> Option<DaySpan> {
        self.hours
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Whether it closes that work center; without one, whether it closes the whole company.
    #[must_use]
    pub fn closes(&self, work_center: Option<WorkCenterId>) -> bool {
        self.work_center.is_none() || self.work_center == work_center
    }
}

/// Why a work schedule has no windows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShopCalendarError {
    /// No such zone in the zone rules.
    #[error("the zone `{zone}` is not known")]
    UnknownZone {
        /// The name given.
        zone: String,
    },
    /// More than [`CALENDAR_DAYS_MAX`] days were asked for.
    #[error("{days} days are more than {CALENDAR_DAYS_MAX}")]
    TooManyDays {
        /// How many days were asked for.
        days: u64,
    },
    /// A date outside the years that zone rules cover.
    #[error("the calendar does not reach that far: {found}")]
    OutOfRange {
        /// What the zone rules say.
        found: String,
    },
}

/// Whether zone rules know that IANA name.
#[cfg(feature = "tz")]
#[must_use]
pub fn is_zone(zone: &str) -> bool {
    resolution::is_zone(zone)
}

/// The day that the clock of that zone shows then.
///
/// # Errors
/// [`ShopCalendarError::UnknownZone`], [`ShopCalendarError::OutOfRange`]
#[cfg(feature = "tz")]
pub fn day_in(zone: &str, at: Instant) -> Result<Date, ShopCalendarError> {
    resolution::day_in(zone, at)
}

/// From the beginning of the day `first` to the end of the day `last`, on the clock of that zone.
///
/// # Errors
/// [`ShopCalendarError::UnknownZone`], [`ShopCalendarError::OutOfRange`]
#[cfg(feature = "tz")]
pub fn days_in(zone: &str, first: Date, last: Date) -> Result<(Instant, Instant), ShopCalendarError> {
    resolution::days(zone, first, last)
}

/// The working windows of a schedule from `from` up to `until`: shifts without breaks and without the closures of the
/// company and, if given, of the work center.
///
/// # Errors
/// [`ShopCalendarError`]
#[cfg(feature = "tz")]
pub fn resolve(
    schedule: &WorkSchedule,
    closures: &[ShopClosure],
    for_center: Option<WorkCenterId>,
    from: Instant,
    until: Instant,
) -> Result<WorkingWindows, ShopCalendarError> {
    resolution::resolve(schedule, closures, for_center, from, until)
}

/// The same for whole days of the schedule's own clock, from the day `first` to the day `last`.
///
/// # Errors
/// [`ShopCalendarError`]
#[cfg(feature = "tz")]
pub fn resolve_days(
    schedule: &WorkSchedule,
    closures: &[ShopClosure],
    for_center: Option<WorkCenterId>,
    first: Date,
    last: Date,
) -> Result<WorkingWindows, ShopCalendarError> {
    let (from, until) = resolution::days(schedule.zone(), first, last)?;
    resolution::resolve(schedule, closures, for_center, from, until)
}

fn parse_span(shift: usize, from: &str, until: &str, faults: &mut Vec<WorkScheduleFault>) -> Option<DaySpan> {
    let mut parse = |text: &str| {
        let parsed = text.parse::<MinuteOfDay>();
        parsed.map_err(|NotATimeOfDay { found }| faults.push(WorkScheduleFault::BadTime { shift, found })).ok()
    };
    let (from, until) = (parse(from), parse(until));
    from.zip(until).map(|(from, until)| DaySpan { from, until })
}

fn check_shift(place: usize, shift: &Shift, faults: &mut Vec<WorkScheduleFault>) {
    if !(1..=7).contains(&shift.weekday) {
        faults.push(WorkScheduleFault::UnknownWeekday { shift: place, weekday: shift.weekday });
    }
    for span in std::iter::once(&shift.hours).chain(&shift.breaks).filter(|span| span.from.get() == MINUTES_PER_DAY) {
        faults.push(WorkScheduleFault::BadTime { shift: place, found: span.from.to_string() });
    }
    if shift.breaks.len() > BREAKS_MAX {
        faults.push(WorkScheduleFault::TooManyBreaks { shift: place, found: shift.breaks.len() });
        return;
    }
    let within: Vec<(u16, u16)> = shift
        .breaks
        .iter()
        .map(|pause| {
            let start = pause.minutes_into(shift.hours);
            (start, start + pause.minutes())
        })
        .collect();
    for (of_break, &(_, end)) in within.iter().enumerate() {
        if end > shift.hours.minutes() {
            faults.push(WorkScheduleFault::BreakOutsideShift { shift: place, of_break });
        }
    }
    for (second, &(start, end)) in within.iter().enumerate() {
        for (first, &(earlier_start, earlier_end)) in within.iter().enumerate().take(second) {
            if start < earlier_end && earlier_start < end {
                faults.push(WorkScheduleFault::BreaksOverlap { shift: place, first, second });
            }
        }
    }
}

/// A week is a circle: a shift on Sunday night can run into Monday.
fn check_week(shifts: &[Shift], faults: &mut Vec<WorkScheduleFault>) {
    let spans: Vec<(i32, i32)> = shifts
        .iter()
        .map(|shift| {
            let start = i32::from(shift.weekday) * i32::from(MINUTES_PER_DAY) + i32::from(shift.hours.from.get());
            (start, start + i32::from(shift.hours.minutes()))
        })
        .collect();
    for (second, &(start, end)) in spans.iter().enumerate() {
        for (first, &(earlier_start, earlier_end)) in spans.iter().enumerate().take(second) {
            let meets = |week: i32| start + week < earlier_end && earlier_start < end + week;
            if [-MINUTES_PER_WEEK, 0, MINUTES_PER_WEEK].into_iter().any(meets) {
                faults.push(WorkScheduleFault::ShiftsOverlap { first, second });
            }
        }
    }
}
