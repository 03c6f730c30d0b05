//! Local clock readings to UTC, by the rules of the IANA zone database.
//!
//! A reading that the spring change skips counts as the moment one hour later on the clock; one that the autumn change
//! repeats counts as the first of the two.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::calendar::WorkingWindows;
use crate::ids::WorkCenterId;
use crate::shop_calendar::time_of_day::{DaySpan, MINUTES_PER_DAY};
use crate::shop_calendar::{CALENDAR_DAYS_MAX, ShopCalendarError, ShopClosure, WorkSchedule};
use crate::time::{Instant, TimeWindow};

const SECONDS_PER_DAY: u64 = 86_400;

pub(super) fn is_zone(zone: &str) -> bool {
    TimeZone::get(zone).is_ok()
}

/// The day that the clock of that zone shows then.
pub(super) fn day_in(zone: &str, at: Instant) -> Result<time::Date, ShopCalendarError> {
    let unknown = |_| ShopCalendarError::UnknownZone { zone: zone.to_owned() };
    let day = Clock { zone: TimeZone::get(zone).map_err(unknown)? }.day_of(at)?;
    let out_of_range = |_| ShopCalendarError::OutOfRange { found: day.to_string() };
    let month = u8::try_from(day.month()).ok().and_then(|month| time::Month::try_from(month).ok());
    let month = month.unwrap_or(time::Month::January);
    time::Date::from_calendar_date(i32::from(day.year()), month, u8::try_from(day.day()).unwrap_or(1))
        .map_err(out_of_range)
}

/// The midnights at which the day `first` begins and the day `last` ends.
pub(super) fn days(zone: &str, first: time::Date, last: time::Date) -> Result<(Instant, Instant), ShopCalendarError> {
    let unknown = |_| ShopCalendarError::UnknownZone { zone: zone.to_owned() };
    let clock = Clock { zone: TimeZone::get(zone).map_err(unknown)? };
    Ok((clock.instant(civil(first)?, 0)?, clock.instant(civil(last)?, MINUTES_PER_DAY)?))
}

pub(super) fn resolve(
    schedule: &WorkSchedule,
    closures: &[ShopClosure],
    for_center: Option<WorkCenterId>,
    from: Instant,
    until: Instant,
) -> Result<WorkingWindows, ShopCalendarError> {
    let Ok(asked) = TimeWindow::new(from, until) else { return Ok(WorkingWindows::default()) };
    let days = asked.length().get() / SECONDS_PER_DAY;
    if days > u64::from(CALENDAR_DAYS_MAX) {
        return Err(ShopCalendarError::TooManyDays { days });
    }
    let unknown = |_| ShopCalendarError::UnknownZone { zone: schedule.zone().to_owned() };
    let clock = Clock { zone: TimeZone::get(schedule.zone()).map_err(unknown)? };
    // A shift belongs to the day on which it begins, and may reach into the next.
    let first = clock.day_of(from)?.yesterday().map_err(out_of_range)?;
    let last = clock.day_of(until)?;
    let (valid_from, valid_until) = (schedule.valid_from().map(civil), schedule.valid_until().map(civil));
    let first_valid = valid_from.transpose()?.map_or(first, |day| day.max(first));
    let last_valid = valid_until.transpose()?.map_or(last, |day| day.min(last));

    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for day in days_through(first_valid, last_valid) {
        let weekday = day.weekday().to_monday_one_offset();
        for shift in schedule.shifts().iter().filter(|shift| i16::from(shift.weekday) == i16::from(weekday)) {
            open.extend(clock.span(day, shift.hours)?);
            for pause in &shift.breaks {
                let begins_next_day = pause.from < shift.hours.from;
                let on = if begins_next_day { day.tomorrow().map_err(out_of_range)? } else { day };
                closed.extend(clock.span(on, *pause)?);
            }
        }
    }
    for closure in closures.iter().filter(|closure| closure.closes(for_center)) {
        let (from, until) = (civil(closure.date_from)?.max(first), civil(closure.date_until)?.min(last));
        for day in days_through(from, until) {
            closed.extend(match closure.hours {
                Some(hours) => clock.span(day, hours)?,
                None => clock.window(day, 0, MINUTES_PER_DAY)?,
            });
        }
    }
    let windows = WorkingWindows::new(open).without(closed);
    Ok(WorkingWindows::new(windows.iter().filter_map(|window| window.intersection(asked)).collect()))
}

struct Clock {
    zone: TimeZone,
}

impl Clock {
    fn day_of(&self, at: Instant) -> Result<Date, ShopCalendarError> {
        let timestamp = Timestamp::from_second(at.unix()).map_err(out_of_range)?;
        Ok(self.zone.to_datetime(timestamp).date())
    }

    /// Nothing when the clock was put forward over the whole span.
    fn span(&self, day: Date, span: DaySpan) -> Result<Option<TimeWindow>, ShopCalendarError> {
        self.window(day, span.from.get(), span.from.get() + span.minutes())
    }

    fn window(&self, day: Date, from: u16, until: u16) -> Result<Option<TimeWindow>, ShopCalendarError> {
        Ok(TimeWindow::new(self.instant(day, from)?, self.instant(day, until)?).ok())
    }

    /// `minute` counts clock readings from the midnight at which `day` begins; from 1440 on they are the next day's,
    /// and there are none of the day after.
    fn instant(&self, day: Date, minute: u16) -> Result<Instant, ShopCalendarError> {
        let (day, minute) = match minute.checked_sub(MINUTES_PER_DAY) {
            Some(minute) => (day.tomorrow().map_err(out_of_range)?, minute),
            None => (day, minute),
        };
        let (hour, minute) = (i8::try_from(minute / 60).unwrap_or(0), i8::try_from(minute % 60).unwrap_or(0));
        let timestamp = self.zone.to_timestamp(day.at(hour, minute, 0, 0)).map_err(out_of_range)?;
        Ok(Instant::from_unix(timestamp.as_second()))
    }
}

fn days_through(first: Date, last: Date) -> impl Iterator<Item = Date> {
    first.series(jiff::Span::new().days(1)).take_while(move |&day| day <= last)
}

fn civil(day: time::Date) -> Result<Date, ShopCalendarError> {
    let parts = (i16::try_from(day.year()), i8::try_from(u8::from(day.month())), i8::try_from(day.day()));
    match parts {
        (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).map_err(out_of_range),
        (year, month, number) => {
            let found = format!("{year:?}-{month:?}-{number:?}");
            Err(ShopCalendarError::OutOfRange { found })
        }
    }
}

fn out_of_range(error: jiff::Error) -> ShopCalendarError {
    ShopCalendarError::OutOfRange { found: error.to_string() }
}
