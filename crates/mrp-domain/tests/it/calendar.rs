//! Laws of working windows.

use mrp_domain::calendar::{CalendarError, WorkingWindows};
use mrp_domain::time::{Instant, Seconds, TimeWindow};
use proptest::prelude::*;

fn at(second: i64) -> Instant {
    Instant::from_unix(second)
}

fn window(start: i64, end: i64) -> TimeWindow {
    TimeWindow::new(at(start), at(end)).unwrap()
}

fn two_shifts() -> WorkingWindows {
    WorkingWindows::new(vec![window(200, 300), window(0, 100)])
}

#[test]
fn work_that_does_not_fit_before_the_break_goes_on_after_it() {
    assert_eq!(two_shifts().add_working(at(50), Seconds::new(70)), Ok(at(220)));
}

#[test]
fn work_that_ends_with_the_shift_is_done_when_the_shift_ends() {
    assert_eq!(two_shifts().add_working(at(50), Seconds::new(50)), Ok(at(100)));
}

#[test]
fn work_handed_in_at_night_begins_in_the_morning() {
    assert_eq!(two_shifts().add_working(at(150), Seconds::new(1)), Ok(at(201)));
    assert_eq!(two_shifts().next_working(at(150)), Some(at(200)));
    assert_eq!(two_shifts().next_working(at(300)), None);
}

#[test]
fn counting_back_from_the_evening_starts_in_the_earlier_shift() {
    assert_eq!(two_shifts().subtract_working(at(400), Seconds::new(150)), Ok(at(50)));
    assert_eq!(two_shifts().subtract_working(at(400), Seconds::new(100)), Ok(at(200)));
}

#[test]
fn work_beyond_the_known_windows_is_an_error_and_not_a_guess() {
    let missing = Seconds::new(30);
    let forward = two_shifts().add_working(at(250), Seconds::new(80));
    assert_eq!(forward, Err(CalendarError::HorizonExceeded { from: at(250), missing }));
    let backward = two_shifts().subtract_working(at(250), Seconds::new(180));
    assert_eq!(backward, Err(CalendarError::HorizonExceeded { from: at(250), missing }));
    assert!(WorkingWindows::default().add_working(at(0), Seconds::new(1)).is_err());
}

#[test]
fn a_closure_cuts_a_window_in_two() {
    let open = two_shifts().without(vec![window(90, 210), window(250, 260), window(255, 270)]);
    let left: Vec<_> = open.iter().collect();
    assert_eq!(left, [window(0, 90), window(210, 250), window(270, 300)]);
}

#[test]
fn work_that_cannot_be_interrupted_waits_for_a_window_that_is_long_enough() {
    let open = WorkingWindows::new(vec![window(0, 100), window(200, 230), window(300, 400)]);
    assert_eq!(open.next_whole(at(50), Seconds::new(50)), Some(at(50)));
    assert_eq!(open.next_whole(at(51), Seconds::new(50)), Some(at(300)));
    assert_eq!(open.next_whole(at(71), Seconds::new(30)), Some(at(200)));
    assert_eq!(open.next_whole(at(0), Seconds::new(101)), None);
}

#[test]
fn windows_survive_json() {
    let json = serde_json::to_string(&two_shifts()).unwrap();
    assert_eq!(serde_json::from_str::<WorkingWindows>(&json).unwrap(), two_shifts());
}

fn windows() -> impl Strategy<Value = Vec<TimeWindow>> {
    prop::collection::vec((0_i64..5_000, 1_i64..300).prop_map(|(start, length)| window(start, start + length)), 1..40)
}

proptest! {
    #[test]
    fn windows_are_sorted_and_do_not_touch(windows in windows()) {
        let windows: Vec<_> = WorkingWindows::new(windows).iter().collect();
        prop_assert!(windows.windows(2).all(|pair| pair[0].end() < pair[1].start()));
    }

    #[test]
    fn the_same_seconds_are_working_as_in_the_given_windows(windows in windows(), second in 0_i64..6_000) {
        let given = windows.iter().any(|window| window.contains(at(second)));
        prop_assert_eq!(WorkingWindows::new(windows).is_working(at(second)), given);
    }

    #[test]
    fn adding_and_then_subtracting_comes_back_to_a_working_instant(windows in windows(), second in 0_i64..6_000, work in 0_u64..2_000) {
        let windows = WorkingWindows::new(windows);
        let work = Seconds::new(work);
        if let Some(start) = windows.next_working(at(second)) && let Ok(finish) = windows.add_working(start, work) {
            prop_assert_eq!(windows.working_between(start, finish), work);
            prop_assert_eq!(windows.subtract_working(finish, work), Ok(start));
        }
    }

    #[test]
    fn subtracting_and_then_adding_comes_back_to_the_same_working_time(windows in windows(), second in 0_i64..6_000, work in 1_u64..2_000) {
        let windows = WorkingWindows::new(windows);
        let work = Seconds::new(work);
        if let Ok(start) = windows.subtract_working(at(second), work) {
            let finish = windows.add_working(start, work).unwrap();
            prop_assert!(windows.is_working(start));
            prop_assert!(finish <= at(second));
            prop_assert_eq!(windows.working_between(finish, at(second)), Seconds::ZERO);
        }
    }

    #[test]
    fn working_time_adds_up(windows in windows(), mut cuts in prop::array::uniform3(0_i64..6_000)) {
        let windows = WorkingWindows::new(windows);
        cuts.sort_unstable();
        let [a, b, c] = cuts.map(at);
        let parts = windows.working_between(a, b).plus(windows.working_between(b, c));
        prop_assert_eq!(windows.working_between(a, c), parts);
    }

    #[test]
    fn a_second_is_open_when_it_was_open_and_is_not_closed(open in windows(), closed in windows(), second in 0_i64..6_000) {
        let left = WorkingWindows::new(open.clone()).without(closed.clone());
        let inside = |windows: &[TimeWindow]| windows.iter().any(|window| window.contains(at(second)));
        prop_assert_eq!(left.is_working(at(second)), inside(&open) && !inside(&closed));
    }
}
