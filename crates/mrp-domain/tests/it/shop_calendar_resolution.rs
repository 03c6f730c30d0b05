//! Shifts, breaks and closures resolved into UTC windows, over both clock changes.

use mrp_domain::calendar::WorkingWindows;
use mrp_domain::ids::WorkCenterId;
use mrp_domain::shop_calendar::{Shift, ShopCalendarError, ShopClosure, WorkSchedule, is_zone, resolve, resolve_days};
use mrp_domain::text::Name;
use mrp_domain::time::{Instant, Seconds};
use proptest::prelude::*;
use time::macros::{date, datetime};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::shop_calendar::{hours, schedule, shift};

fn resolved(
    schedule: &WorkSchedule,
    closures: &[ShopClosure],
    from: OffsetDateTime,
    until: OffsetDateTime,
) -> WorkingWindows {
    resolve(schedule, closures, None, Instant::from_datetime(from), Instant::from_datetime(until)).unwrap()
}

/// Windows as they are written in UTC.
fn shown(windows: &WorkingWindows) -> Vec<String> {
    windows.iter().map(|window| format!("{} {}", window.start(), window.end())).collect()
}

fn closure(from: Date, until: Date) -> ShopClosure {
    ShopClosure::new(from, until, None, None, "Holiday".to_owned()).unwrap()
}

#[test]
fn a_night_shift_over_the_spring_change_is_one_hour_shorter() {
    // In Bucharest the clock goes from 03:00 to 04:00 on Sunday, 29 March 2026.
    let nights = schedule(vec![shift(6, "22:00", "06:00")]);
    let spring = resolved(&nights, &[], datetime!(2026-03-28 12:00 UTC), datetime!(2026-03-29 12:00 UTC));
    assert_eq!(shown(&spring), ["2026-03-28T20:00:00Z 2026-03-29T03:00:00Z"]);
    assert_eq!(spring.total(), Seconds::from_hours(7));
}

#[test]
fn a_night_shift_over_the_autumn_change_is_one_hour_longer() {
    // In Bucharest the clock goes from 04:00 back to 03:00 on Sunday, 25 October 2026.
    let nights = schedule(vec![shift(6, "22:00", "06:00")]);
    let autumn = resolved(&nights, &[], datetime!(2026-10-24 12:00 UTC), datetime!(2026-10-25 12:00 UTC));
    assert_eq!(shown(&autumn), ["2026-10-24T19:00:00Z 2026-10-25T04:00:00Z"]);
    assert_eq!(autumn.total(), Seconds::from_hours(9));
}

#[test]
fn whole_days_begin_and_end_at_midnight_of_the_shop() {
    let nights = schedule(vec![shift(5, "22:00", "06:00")]);
    let friday = resolve_days(&nights, &[], None, date!(2026 - 06 - 05), date!(2026 - 06 - 05)).unwrap();
    assert_eq!(shown(&friday), ["2026-06-05T19:00:00Z 2026-06-05T21:00:00Z"]);
    let saturday = resolve_days(&nights, &[], None, date!(2026 - 06 - 06), date!(2026 - 06 - 06)).unwrap();
    assert_eq!(shown(&saturday), ["2026-06-05T21:00:00Z 2026-06-06T03:00:00Z"]);
}

#[test]
fn a_shift_that_the_spring_change_skips_does_not_exist() {
    let skipped = schedule(vec![shift(7, "03:00", "04:00")]);
    assert!(resolved(&skipped, &[], datetime!(2026-03-28 0:00 UTC), datetime!(2026-03-30 0:00 UTC)).is_empty());
}

#[test]
fn a_shift_over_midnight_belongs_to_the_day_on_which_it_begins() {
    let nights = schedule(vec![shift(5, "22:00", "06:00")]);
    let windows = resolved(&nights, &[], datetime!(2026-06-01 0:00 UTC), datetime!(2026-06-08 0:00 UTC));
    assert_eq!(shown(&windows), ["2026-06-05T19:00:00Z 2026-06-06T03:00:00Z"]);
}

#[test]
fn a_shift_that_began_before_the_asked_time_is_cut_and_not_lost() {
    let nights = schedule(vec![shift(5, "22:00", "06:00")]);
    let windows = resolved(&nights, &[], datetime!(2026-06-06 1:00 UTC), datetime!(2026-06-06 2:30 UTC));
    assert_eq!(shown(&windows), ["2026-06-06T01:00:00Z 2026-06-06T02:30:00Z"]);
}

#[test]
fn nobody_works_in_a_break_even_past_midnight() {
    let with_breaks =
        Shift { breaks: vec![hours("23:45", "00:15"), hours("02:00", "02:30")], ..shift(5, "22:00", "06:00") };
    let windows =
        resolved(&schedule(vec![with_breaks]), &[], datetime!(2026-06-05 0:00 UTC), datetime!(2026-06-07 0:00 UTC));
    let expected = [
        "2026-06-05T19:00:00Z 2026-06-05T20:45:00Z",
        "2026-06-05T21:15:00Z 2026-06-05T23:00:00Z",
        "2026-06-05T23:30:00Z 2026-06-06T03:00:00Z",
    ];
    assert_eq!(shown(&windows), expected);
}

fn weekdays() -> WorkSchedule {
    schedule((1..=5).map(|day| shift(day, "08:00", "16:00")).collect())
}

#[test]
fn a_holiday_closes_whole_days() {
    let closures = [closure(date!(2026 - 12 - 24), date!(2026 - 12 - 25))];
    let week = resolved(&weekdays(), &closures, datetime!(2026-12-21 0:00 UTC), datetime!(2026-12-28 0:00 UTC));
    assert_eq!(week.total(), Seconds::from_hours(24));
}

#[test]
fn a_holiday_lets_the_night_shift_end_at_midnight() {
    let nights = schedule(vec![shift(4, "22:00", "06:00")]);
    let closures = [closure(date!(2026 - 12 - 25), date!(2026 - 12 - 25))];
    let windows = resolved(&nights, &closures, datetime!(2026-12-24 0:00 UTC), datetime!(2026-12-27 0:00 UTC));
    assert_eq!(shown(&windows), ["2026-12-24T20:00:00Z 2026-12-24T22:00:00Z"]);
}

#[test]
fn a_part_day_closure_takes_its_hours_off_each_of_its_days() {
    let meeting = Some(hours("10:00", "12:00"));
    let closure =
        ShopClosure::new(date!(2026 - 06 - 01), date!(2026 - 06 - 02), meeting, None, "Audit".to_owned()).unwrap();
    let windows = resolved(&weekdays(), &[closure], datetime!(2026-06-01 0:00 UTC), datetime!(2026-06-03 0:00 UTC));
    let expected = [
        "2026-06-01T05:00:00Z 2026-06-01T07:00:00Z",
        "2026-06-01T09:00:00Z 2026-06-01T13:00:00Z",
        "2026-06-02T05:00:00Z 2026-06-02T07:00:00Z",
        "2026-06-02T09:00:00Z 2026-06-02T13:00:00Z",
    ];
    assert_eq!(shown(&windows), expected);
}

#[test]
fn a_shutdown_of_one_work_center_closes_no_other() {
    let (oven, saw) = (WorkCenterId::from_uuid(Uuid::from_u128(1)), WorkCenterId::from_uuid(Uuid::from_u128(2)));
    let day = date!(2026 - 06 - 01);
    let closures = [ShopClosure::new(day, day, None, Some(oven), "New lining".to_owned()).unwrap()];
    let of = |work_center| {
        let (from, until) = (datetime!(2026-06-01 0:00 UTC), datetime!(2026-06-02 0:00 UTC));
        let windows = resolve(&weekdays(), &closures, work_center, from.into(), until.into()).unwrap();
        windows.total()
    };
    assert_eq!(of(Some(oven)), Seconds::ZERO);
    assert_eq!([of(Some(saw)), of(None)], [Seconds::from_hours(8); 2]);
}

#[test]
fn a_schedule_holds_only_on_its_days() {
    let shifts = (1..=5).map(|day| shift(day, "08:00", "16:00")).collect();
    let name = Name::new("June").unwrap();
    let (from, until) = (Some(date!(2026 - 06 - 02)), Some(date!(2026 - 06 - 03)));
    let june = WorkSchedule::new(name, "Europe/Bucharest", shifts, from, until).unwrap();
    let windows = resolved(&june, &[], datetime!(2026-06-01 0:00 UTC), datetime!(2026-06-06 0:00 UTC));
    assert_eq!(windows.total(), Seconds::from_hours(16));
}

#[test]
fn a_zone_that_does_not_exist_is_named() {
    let shifts = vec![shift(1, "08:00", "16:00")];
    let schedule = WorkSchedule::new(Name::new("Atlantis").unwrap(), "Europe/Atlantis", shifts, None, None).unwrap();
    let refused = resolve(&schedule, &[], None, Instant::from_unix(0), Instant::from_unix(86_400));
    assert_eq!(refused, Err(ShopCalendarError::UnknownZone { zone: "Europe/Atlantis".to_owned() }));
    assert!(is_zone("Europe/Bucharest") && !is_zone("Europe/Atlantis"));
}

#[test]
fn more_than_ten_years_at_once_are_refused() {
    let refused = resolve(&weekdays(), &[], None, Instant::from_unix(0), Instant::from_unix(3_661 * 86_400));
    assert_eq!(refused, Err(ShopCalendarError::TooManyDays { days: 3_661 }));
}

proptest! {
    #[test]
    fn resolving_two_parts_gives_the_windows_of_the_whole(start in 1_700_000_000_i64..1_900_000_000, days in 1_i64..40, cut in 0_i64..1_000) {
        let nights = schedule((1..=7).map(|day| shift(day, "20:30", "04:30")).collect());
        let closures = [closure(date!(2026 - 03 - 29), date!(2026 - 03 - 30))];
        let (from, until) = (Instant::from_unix(start), Instant::from_unix(start + days * 86_400));
        let middle = Instant::from_unix(start + days * 86_400 * cut / 1_000);
        let part = |from, until| resolve(&nights, &closures, None, from, until).unwrap();
        let parts = part(from, middle).iter().chain(part(middle, until).iter()).collect();
        prop_assert_eq!(WorkingWindows::new(parts), part(from, until));
    }
}
