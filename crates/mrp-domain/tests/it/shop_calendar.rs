//! Shifts and closures as they are typed in.

use mrp_domain::shop_calendar::time_of_day::{DaySpan, MinuteOfDay, NotATimeOfDay};
use mrp_domain::shop_calendar::{Shift, ShiftDraft, ShopClosure, ShopClosureFault, WorkSchedule, WorkScheduleFault};
use mrp_domain::text::{Name, TextError};
use mrp_domain::time::Seconds;
use time::macros::date;

pub(crate) fn hours(from: &str, until: &str) -> DaySpan {
    DaySpan { from: from.parse().unwrap(), until: until.parse().unwrap() }
}

pub(crate) fn shift(weekday: u8, from: &str, until: &str) -> Shift {
    Shift { name: Name::new("Shift").unwrap(), weekday, hours: hours(from, until), breaks: Vec::new() }
}

pub(crate) fn schedule(shifts: Vec<Shift>) -> WorkSchedule {
    WorkSchedule::new(Name::new("Plant").unwrap(), "Europe/Bucharest", shifts, None, None).unwrap()
}

#[test]
fn a_clock_reads_from_midnight_to_midnight() {
    assert_eq!("06:05".parse::<MinuteOfDay>().unwrap().get(), 365);
    assert_eq!("24:00".parse::<MinuteOfDay>().unwrap().to_string(), "24:00");
    for wrong in ["24:01", "6", "06:60", "06:5", "-1:00", "+6:00", "06:00:00", ""] {
        assert_eq!(wrong.parse::<MinuteOfDay>(), Err(NotATimeOfDay { found: wrong.to_owned() }));
    }
}

#[test]
fn an_end_that_is_not_later_means_the_next_day() {
    assert_eq!(hours("22:00", "06:00").minutes(), 480);
    assert_eq!(hours("06:00", "06:00").minutes(), 1_440);
    assert_eq!(hours("22:00", "24:00").minutes(), 120);
    assert_eq!(hours("22:00", "00:00").minutes(), 120);
}

#[test]
fn every_fault_of_a_work_schedule_is_told_at_once() {
    let with_breaks = |shift: Shift, breaks| Shift { breaks, ..shift };
    let shifts = vec![
        with_breaks(
            shift(1, "06:00", "14:00"),
            vec![hours("13:50", "14:10"), hours("10:00", "10:30"), hours("10:20", "10:40")],
        ),
        shift(1, "13:00", "15:00"),
        shift(7, "22:00", "06:30"),
        shift(8, "24:00", "02:00"),
    ];
    let name = Name::new("Plant").unwrap();
    let faults =
        WorkSchedule::new(name, " ", shifts, Some(date!(2026 - 02 - 01)), Some(date!(2026 - 01 - 31))).unwrap_err();
    let expected = [
        WorkScheduleFault::NoZone,
        WorkScheduleFault::ValidityReversed { from: date!(2026 - 02 - 01), until: date!(2026 - 01 - 31) },
        WorkScheduleFault::BreakOutsideShift { shift: 0, of_break: 0 },
        WorkScheduleFault::BreaksOverlap { shift: 0, first: 1, second: 2 },
        WorkScheduleFault::UnknownWeekday { shift: 3, weekday: 8 },
        WorkScheduleFault::BadTime { shift: 3, found: "24:00".to_owned() },
        WorkScheduleFault::ShiftsOverlap { first: 0, second: 1 },
        WorkScheduleFault::ShiftsOverlap { first: 0, second: 2 },
    ];
    assert_eq!(faults, expected);
}

#[test]
fn every_unreadable_field_of_a_shift_is_told_at_once() {
    let draft = ShiftDraft {
        name: "  ".to_owned(),
        weekday: 1,
        from: "6 o'clock".to_owned(),
        until: "14:00".to_owned(),
        breaks: vec![("10:00".to_owned(), "25:00".to_owned())],
    };
    let expected = [
        WorkScheduleFault::BadName { shift: 4, source: TextError::Empty },
        WorkScheduleFault::BadTime { shift: 4, found: "6 o'clock".to_owned() },
        WorkScheduleFault::BadTime { shift: 4, found: "25:00".to_owned() },
    ];
    assert_eq!(draft.parse(4), Err(expected.to_vec()));
}

#[test]
fn three_shifts_that_follow_each_other_do_not_overlap() {
    let week = (1..=7).flat_map(|day| {
        [("06:00", "14:00"), ("14:00", "22:00"), ("22:00", "06:00")].map(|(from, until)| shift(day, from, until))
    });
    assert_eq!(schedule(week.collect()).weekly_working_time(), Seconds::from_hours(168));
}

#[test]
fn breaks_are_not_working_time() {
    let with_break = Shift { breaks: vec![hours("01:00", "01:30")], ..shift(5, "22:00", "06:00") };
    assert_eq!(schedule(vec![with_break]).weekly_working_time(), Seconds::from_minutes(450));
}

#[test]
fn a_work_schedule_survives_json_and_a_broken_one_does_not() {
    let good = schedule(vec![shift(1, "06:00", "14:00")]);
    let json = serde_json::to_string(&good).unwrap();
    assert!(json.contains(r#""hours":{"from":"06:00","until":"14:00"}"#));
    assert_eq!(serde_json::from_str::<WorkSchedule>(&json).unwrap(), good);
    assert!(serde_json::from_str::<WorkSchedule>(&json.replace(r#""weekday":1"#, r#""weekday":0"#)).is_err());
}

#[test]
fn a_closure_that_ends_before_it_begins_is_refused() {
    let (from, until) = (date!(2026 - 12 - 27), date!(2026 - 12 - 25));
    let refused = ShopClosure::new(from, until, None, None, "Christmas".to_owned());
    assert_eq!(refused, Err(ShopClosureFault::DatesReversed { from, until }));
}
