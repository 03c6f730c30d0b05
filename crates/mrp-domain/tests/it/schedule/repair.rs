//! Schedules after a breakdown, and how much they change.

use mrp_domain::schedule::check::check;
use mrp_domain::schedule::dispatch::dispatch;
use mrp_domain::schedule::problem::{Mode, Problem, WorkCenter};
use mrp_domain::schedule::repair::{Nervousness, nervousness, repair};
use mrp_domain::schedule::{Schedule, ScheduleError};
use mrp_domain::time::Seconds;
use proptest::prelude::*;

use super::{always, at, order, problem_under_way, slot, small_problem, step, windows};

fn problem(broken: bool) -> Problem {
    let hours = windows(if broken { &[(0, 5), (25, 200)] } else { &[(0, 200)] });
    let shop = vec![WorkCenter { hours, ..always(1) }, always(1)];
    let operations = vec![step(0, 0, 10, &[]), step(0, 1, 10, &[0]), step(1, 1, 10, &[]), step(2, 1, 10, &[])];
    Problem::new(shop, vec![order(0, 20, 1), order(0, 40, 1), order(60, 90, 1)], operations).unwrap()
}

#[test]
fn a_breakdown_moves_what_stands_on_it_and_what_waits_for_that() {
    let before =
        Schedule { slots: vec![slot(0, 0, 0, 10), slot(0, 0, 10, 20), slot(0, 0, 20, 30), slot(0, 0, 60, 70)] };
    assert_eq!(check(&problem(false), &before), []);
    let after = repair(&problem(true), &before).unwrap();
    assert_eq!(check(&problem(true), &after), []);
    // The second order goes ahead on the other work center; the third is not touched.
    assert_eq!(after.slots, [slot(0, 0, 0, 30), slot(0, 0, 30, 40), slot(0, 0, 20, 30), slot(0, 0, 60, 70)]);
    let expected = Nervousness { operations: 4, moved: 1, shifted: Seconds::new(20) };
    assert_eq!(nervousness(&before, &after), expected);
}

#[test]
fn what_has_started_late_stays_where_it_is_and_others_make_room() {
    let before =
        Schedule { slots: vec![slot(0, 0, 0, 10), slot(0, 0, 10, 20), slot(0, 0, 20, 30), slot(0, 0, 60, 70)] };
    let mut operations = problem(false).operations().to_vec();
    operations[2].fixed = Some(slot(0, 0, 4, 17));
    let changed = problem(false);
    let changed = Problem::new(changed.work_centers().to_vec(), changed.orders().to_vec(), operations).unwrap();
    let after = repair(&changed, &before).unwrap();
    assert_eq!(check(&changed, &after), []);
    assert_eq!(after.slots, [slot(0, 0, 0, 10), slot(0, 0, 17, 27), slot(0, 0, 4, 17), slot(0, 0, 60, 70)]);
}

#[test]
fn an_operation_that_was_not_planned_yet_finds_a_place() {
    let before = Schedule { slots: vec![slot(0, 0, 0, 10), slot(0, 0, 10, 20)] };
    let after = repair(&problem(false), &before).unwrap();
    assert_eq!(check(&problem(false), &after), []);
    assert_eq!(after.slots, [slot(0, 0, 0, 10), slot(0, 0, 10, 20), slot(0, 0, 0, 10), slot(0, 0, 60, 70)]);
}

#[test]
fn hours_that_end_too_early_are_told() {
    let shop = vec![WorkCenter { hours: windows(&[(0, 15)]), ..always(1) }];
    let operations = vec![step(0, 0, 10, &[]), step(1, 0, 10, &[])];
    let short = Problem::new(shop, vec![order(0, 20, 1); 2], operations).unwrap();
    let before = Schedule { slots: vec![slot(0, 0, 0, 10), slot(0, 0, 10, 20)] };
    assert_eq!(repair(&short, &before), Err(ScheduleError::HoursEnd { operation: 1, work_center: 0 }));
}

#[test]
fn what_fits_no_more_where_it_was_goes_to_the_next_mode_that_it_fits() {
    let shop = vec![WorkCenter { hours: windows(&[(0, 8), (20, 28), (40, 48)]), ..always(1) }, always(1)];
    let mut operations = vec![step(0, 0, 10, &[]), step(0, 0, 5, &[0])];
    operations[0].is_interruptible = false;
    operations[0].modes.push(Mode { work_center: 1, duration: Seconds::new(12) });
    let problem = Problem::new(shop, vec![order(0, 20, 1)], operations).unwrap();
    let expected = [slot(1, 0, 0, 12), slot(0, 0, 20, 25)];
    // New; and planned when the windows were longer.
    for slots in [vec![], vec![slot(0, 0, 0, 10), slot(0, 0, 10, 15)]] {
        let after = repair(&problem, &Schedule { slots }).unwrap();
        assert_eq!(check(&problem, &after), []);
        assert_eq!(after.slots, expected);
    }
}

proptest! {
    #[test]
    fn everything_finds_a_place_around_what_is_fixed(
        (problem, before) in (small_problem(), problem_under_way()),
    ) {
        let planned = dispatch(&problem).unwrap();
        for previous in [&planned, &dispatch(&before).unwrap(), &Schedule::default()] {
            prop_assert_eq!(check(&before, &repair(&before, previous).unwrap()), []);
        }
        let own = dispatch(&before).unwrap();
        prop_assert_eq!(&repair(&before, &own).unwrap(), &own);
    }

    #[test]
    fn a_sound_schedule_is_left_alone_and_late_material_moves_nothing_ahead(
        problem in small_problem(),
        late in (0..9_usize, 0..30_i64),
    ) {
        let before = dispatch(&problem).unwrap();
        prop_assert_eq!(&repair(&problem, &before).unwrap(), &before);
        let mut operations = problem.operations().to_vec();
        let place = late.0 % operations.len();
        operations[place].release = Some(at(late.1));
        let changed = Problem::new(problem.work_centers().to_vec(), problem.orders().to_vec(), operations).unwrap();
        let after = repair(&changed, &before).unwrap();
        prop_assert_eq!(check(&changed, &after), []);
        prop_assert!(before.slots.iter().zip(&after.slots).all(|(before, after)| before.start <= after.start));
    }
}
