//! Schedules by a priority rule.

use mrp_domain::schedule::check::check;
use mrp_domain::schedule::dispatch::{dispatch, dispatch_once};
use mrp_domain::schedule::improve::improve;
use mrp_domain::schedule::problem::{Changeovers, Mode, Problem, WorkCenter};
use mrp_domain::schedule::{Objective, ScheduleError, Steps};
use mrp_domain::time::Seconds;
use proptest::prelude::*;

use super::{always, order, problem_under_way, slot, step, windows};

#[test]
fn an_urgent_order_goes_first() {
    let operations = vec![step(0, 0, 10, &[]), step(1, 0, 10, &[])];
    let problem = Problem::new(vec![always(1)], vec![order(0, 100, 1), order(0, 10, 1)], operations).unwrap();
    let schedule = dispatch(&problem).unwrap();
    assert_eq!(schedule.slots, [slot(0, 0, 10, 20), slot(0, 0, 0, 10)]);
    assert_eq!(Objective::WeightedTardiness.of(&problem, &schedule), 0);
}

#[test]
fn orders_run_side_by_side_on_the_units_of_a_work_center() {
    let operations = (0..3).map(|number| step(number, 0, 10, &[])).collect();
    let problem = Problem::new(vec![always(2)], vec![order(0, 10, 1); 3], operations).unwrap();
    let schedule = dispatch(&problem).unwrap();
    assert_eq!(schedule.slots, [slot(0, 0, 0, 10), slot(0, 1, 0, 10), slot(0, 1, 10, 20)]);
    assert_eq!(Objective::Makespan.of(&problem, &schedule), 20);
}

#[test]
fn the_fixed_operation_stays_and_others_run_around_it() {
    let mut operations = vec![step(0, 0, 10, &[]), step(1, 0, 4, &[]), step(2, 0, 5, &[])];
    operations[0].fixed = Some(slot(0, 0, 5, 15));
    let problem = Problem::new(vec![always(1)], vec![order(0, 100, 1); 3], operations).unwrap();
    let schedule = dispatch(&problem).unwrap();
    assert_eq!(check(&problem, &schedule), []);
    assert_eq!(schedule.slots[0], slot(0, 0, 5, 15));
    // One of the two fits before it, the longer one exactly.
    assert_eq!(Objective::Makespan.of(&problem, &schedule), 19);
}

#[test]
fn equal_families_follow_each_other_where_changing_over_takes_long() {
    let changeovers = Changeovers::new(&[vec![Seconds::ZERO, Seconds::new(50)], vec![Seconds::new(50), Seconds::ZERO]]);
    let shop = vec![WorkCenter { changeovers, ..always(1) }];
    let mut operations: Vec<_> = (0..6).map(|number| step(number, 0, 10, &[])).collect();
    operations.iter_mut().zip(0..).for_each(|(operation, number)| operation.family = number % 2);
    let problem = Problem::new(shop, vec![order(0, 60, 1); 6], operations).unwrap();
    let schedule = dispatch(&problem).unwrap();
    assert_eq!(check(&problem, &schedule), []);
    assert_eq!(Objective::Makespan.of(&problem, &schedule), 60 + 50);
}

#[test]
fn an_operation_goes_where_it_is_done_first() {
    let mut operations = vec![step(0, 0, 10, &[]), step(1, 0, 10, &[])];
    for operation in &mut operations {
        operation.modes.push(Mode { work_center: 1, duration: Seconds::new(12) });
    }
    let problem = Problem::new(vec![always(1), always(1)], vec![order(0, 0, 1); 2], operations).unwrap();
    let schedule = dispatch(&problem).unwrap();
    assert_eq!(schedule.slots, [slot(0, 0, 0, 10), slot(1, 0, 0, 12)]);
}

#[test]
fn work_beyond_the_known_hours_is_an_error_that_names_the_work_center() {
    let shop = vec![WorkCenter { hours: windows(&[(0, 10)]), ..always(1) }];
    let operations = vec![step(0, 0, 6, &[]), step(1, 0, 6, &[])];
    let problem = Problem::new(shop, vec![order(0, 10, 2), order(0, 10, 1)], operations).unwrap();
    assert_eq!(dispatch_once(&problem, 4), Err(ScheduleError::HoursEnd { operation: 1, work_center: 0 }));
}

#[test]
fn the_unit_changes_over_after_a_fixed_operation_that_is_over() {
    let changeovers = Changeovers::new(&[vec![Seconds::ZERO, Seconds::new(50)], vec![Seconds::new(50), Seconds::ZERO]]);
    let shop = vec![WorkCenter { changeovers, ..always(1) }];
    let mut operations = vec![step(0, 0, 100, &[]), step(1, 0, 10, &[]), step(2, 0, 10, &[])];
    operations[0].fixed = Some(slot(0, 0, 100, 200));
    operations[1].family = 1;
    operations[2].fixed = Some(slot(0, 0, 305, 315));
    let problem = Problem::new(shop, vec![order(0, 200, 1), order(210, 220, 1), order(0, 315, 1)], operations).unwrap();
    let schedule = dispatch(&problem).unwrap();
    assert_eq!(check(&problem, &schedule), []);
    // 250 would leave 45 before the next one.
    assert_eq!(schedule.slots, [slot(0, 0, 100, 200), slot(0, 0, 365, 375), slot(0, 0, 305, 315)]);
    let mut operations = problem.operations().to_vec();
    operations[2].fixed = Some(slot(0, 0, 310, 315));
    let problem = Problem::new(problem.work_centers().to_vec(), problem.orders().to_vec(), operations).unwrap();
    let schedule = dispatch(&problem).unwrap();
    assert_eq!(check(&problem, &schedule), []);
    assert_eq!(schedule.slots, [slot(0, 0, 100, 200), slot(0, 0, 250, 260), slot(0, 0, 310, 315)]);
}

#[test]
fn an_operation_goes_where_a_window_is_long_enough() {
    let day = 24;
    let shifts: Vec<(i64, i64)> = (0..10).map(|number| (number * day, number * day + 8)).collect();
    let days: Vec<(i64, i64)> = (0..10).map(|number| (number * day, (number + 1) * day)).collect();
    let shop = [shifts, days].map(|open| WorkCenter { hours: windows(&open), ..always(1) }).to_vec();
    let mut operation = step(0, 0, 10, &[]);
    operation.is_interruptible = false;
    operation.modes.push(Mode { work_center: 1, duration: Seconds::new(12) });
    let problem = Problem::new(shop, vec![order(0, 20, 1)], vec![operation]).unwrap();
    let schedule = dispatch(&problem).unwrap();
    assert_eq!(check(&problem, &schedule), []);
    assert_eq!(schedule.slots, [slot(1, 0, 0, 12)]);
}

#[test]
fn an_operation_goes_elsewhere_when_others_have_taken_the_last_hours() {
    let shop = vec![WorkCenter { hours: windows(&[(0, 15)]), ..always(1) }, always(1)];
    for duration in [10, 15] {
        let mut operations = vec![step(0, 0, duration, &[]), step(1, 0, 10, &[])];
        operations[1].modes.push(Mode { work_center: 1, duration: Seconds::new(100) });
        let problem = Problem::new(shop.clone(), vec![order(0, 10, 9), order(0, 10, 1)], operations).unwrap();
        let schedule = dispatch_once(&problem, 4).unwrap();
        assert_eq!(check(&problem, &schedule), []);
        let turned = i64::try_from(duration).unwrap();
        assert_eq!(schedule.slots, [slot(0, 0, 0, turned), slot(1, 0, turned, turned + 100)]);
    }
}

proptest! {
    #[test]
    fn what_runs_around_fixed_operations_can_be_carried_out_and_improved(problem in problem_under_way()) {
        let start = dispatch(&problem).unwrap();
        prop_assert_eq!(check(&problem, &start), []);
        let better = improve(&problem, Objective::WeightedTardiness, None, 3, &mut Steps(1_000)).unwrap();
        prop_assert_eq!(check(&problem, &better.schedule), []);
        prop_assert!(better.value <= Objective::WeightedTardiness.of(&problem, &start));
    }
}
