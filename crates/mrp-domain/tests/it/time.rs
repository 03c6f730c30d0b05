//! Instants, lengths and windows of time.

use mrp_domain::time::{Due, Instant, Seconds, TimeWindow};
use time::macros::{date, datetime};

#[test]
fn an_instant_is_written_in_utc() {
    let instant = Instant::from_datetime(datetime!(2026-03-29 03:30:15.9 +3));
    assert_eq!(instant.to_string(), "2026-03-29T00:30:15Z");
    assert_eq!(serde_json::to_string(&instant).unwrap(), "\"2026-03-29T00:30:15Z\"");
    assert_eq!(serde_json::from_str::<Instant>("\"2026-03-29T03:30:15+03:00\"").unwrap(), instant);
}

#[test]
fn instants_stay_inside_the_years_that_can_be_written() {
    assert_eq!(Instant::from_unix(i64::MAX), Instant::MAX);
    assert_eq!(Instant::from_unix(i64::MIN).to_string(), "0000-01-01T00:00:00Z");
    assert_eq!(Instant::MAX.to_string(), "9999-12-31T23:59:59Z");
    assert_eq!(Instant::MAX.plus(Seconds::from_hours(1)), Instant::MAX);
}

#[test]
fn a_window_that_does_not_last_cannot_exist() {
    let at = Instant::from_unix(1_000);
    assert!(TimeWindow::new(at, at).is_err());
    assert!(TimeWindow::new(at, Instant::from_unix(999)).is_err());
    assert!(
        serde_json::from_str::<TimeWindow>(r#"{"start":"2026-01-02T00:00:00Z","end":"2026-01-01T00:00:00Z"}"#).is_err()
    );
}

#[test]
fn a_window_ends_before_its_end() {
    let window = TimeWindow::new(Instant::from_unix(0), Instant::from_unix(60)).unwrap();
    assert!(window.contains(Instant::from_unix(59)));
    assert!(!window.contains(Instant::from_unix(60)));
    assert_eq!(window.length(), Seconds::from_minutes(1));
}

#[test]
fn what_is_due_is_late_from_the_day_behind_its_own_and_within_a_week_of_seven_days() {
    let today = date!(2026 - 11 - 28);
    let stands = |day| Due::ALL.iter().copied().filter(|due| due.is(day, today)).collect::<Vec<_>>();
    assert_eq!(stands(date!(2026 - 11 - 27)), [Due::Late]);
    assert_eq!(stands(today), [Due::Today, Due::Week]);
    assert_eq!(stands(date!(2026 - 12 - 04)), [Due::Week]);
    assert_eq!(stands(date!(2026 - 12 - 05)), []);
}
