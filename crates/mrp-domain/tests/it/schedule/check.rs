//! The checker finds every kind of mistake, and nothing where there is none.

use mrp_domain::schedule::check::{Violation, check};
use mrp_domain::schedule::dispatch::dispatch;
use mrp_domain::schedule::problem::{Changeovers, Predecessor, Problem, WorkCenter};
use mrp_domain::schedule::{Schedule, Slot};
use mrp_domain::time::Seconds;
use proptest::prelude::*;

use super::reference::is_sound;
use super::{always, at, order, slot, small_problem, step, windows};

/// Two orders on a work center that works 0–10 and 20–30 with changeovers of 2 s, and one that always works.
fn problem() -> Problem {
    let changeovers = Changeovers::new(&[vec![Seconds::ZERO, Seconds::new(2)], vec![Seconds::new(2), Seconds::ZERO]]);
    let shop = vec![WorkCenter { units: 1, hours: windows(&[(0, 10), (20, 30)]), changeovers }, always(2)];
    let mut operations = vec![step(0, 0, 5, &[]), step(0, 1, 5, &[]), step(1, 0, 4, &[]), step(1, 1, 3, &[])];
    operations[1].predecessors = vec![Predecessor { operation: 0, lag: Seconds::new(3) }];
    operations[2].family = 1;
    operations[2].release = Some(at(1));
    operations[2].is_interruptible = false;
    operations[3].fixed = Some(slot(0, 1, 2, 6));
    Problem::new(shop, vec![order(0, 50, 1), order(0, 50, 1)], operations).unwrap()
}

fn sound() -> Vec<Slot> {
    vec![slot(0, 0, 0, 5), slot(0, 0, 8, 13), slot(0, 0, 20, 24), slot(0, 1, 2, 6)]
}

fn found(change: impl Fn(&mut Vec<Slot>)) -> Vec<Violation> {
    let mut slots = sound();
    change(&mut slots);
    check(&problem(), &Schedule { slots })
}

#[test]
fn a_schedule_that_can_be_carried_out_has_no_violation() {
    assert_eq!(found(|_| {}), []);
}

#[test]
fn every_operation_has_one_slot() {
    assert_eq!(found(|slots| slots.truncate(3)), [Violation::SlotCount { slots: 3, operations: 4 }]);
}

#[test]
fn an_operation_runs_on_a_unit_of_one_of_its_modes() {
    assert_eq!(found(|slots| slots[1].mode = 1), [Violation::UnknownMode { operation: 1, mode: 1 }]);
    assert_eq!(found(|slots| slots[1].unit = 2), [Violation::UnknownUnit { operation: 1, unit: 2 }]);
}

#[test]
fn nothing_starts_before_its_material_is_there() {
    let early = found(|slots| (slots[0], slots[2]) = (slot(0, 0, 20, 25), slot(0, 0, 0, 4)));
    let before = Violation::BeforePredecessor { operation: 1, predecessor: 0 };
    assert_eq!(early, [before, Violation::BeforeRelease { operation: 2 }]);
}

#[test]
fn the_lag_after_a_predecessor_counts() {
    let early = found(|slots| slots[1] = slot(0, 0, 7, 12));
    assert_eq!(early, [Violation::BeforePredecessor { operation: 1, predecessor: 0 }]);
}

#[test]
fn an_operation_takes_its_working_time() {
    let short = found(|slots| slots[2].end = at(23));
    let (expected, found_seconds) = (Seconds::new(4), Seconds::new(3));
    assert_eq!(short, [Violation::Duration { operation: 2, expected, found: found_seconds }]);
    let backwards = found(|slots| slots[1] = slot(0, 0, 13, 8));
    assert_eq!(backwards, [Violation::Duration { operation: 1, expected: Seconds::new(5), found: Seconds::ZERO }]);
}

#[test]
fn an_operation_starts_and_ends_in_working_hours() {
    assert_eq!(found(|slots| slots[2].start = at(19)), [Violation::OutsideHours { operation: 2 }]);
    let late = found(|slots| {
        (slots[0], slots[1], slots[2]) = (slot(0, 0, 5, 11), slot(0, 0, 30, 35), slot(0, 0, 23, 27));
    });
    assert_eq!(late, [Violation::OutsideHours { operation: 0 }]);
}

#[test]
fn what_cannot_be_interrupted_runs_in_one_window() {
    assert_eq!(found(|slots| slots[2] = slot(0, 0, 8, 22)), [Violation::Interrupted { operation: 2 }]);
}

#[test]
fn what_is_fixed_stays() {
    assert_eq!(found(|slots| slots[3].start = at(3)), [Violation::FixedMoved { operation: 3 }]);
}

#[test]
fn a_unit_does_one_thing_at_a_time() {
    assert_eq!(found(|slots| slots[2] = slot(0, 0, 4, 8)), [Violation::Overlap { first: 0, second: 2 }]);
}

#[test]
fn changing_over_takes_working_time() {
    assert_eq!(found(|slots| slots[2] = slot(0, 0, 6, 10)), [Violation::Changeover { first: 0, second: 2 }]);
}

proptest! {
    #[test]
    fn it_says_of_any_schedule_what_the_slow_reference_says(
        problem in small_problem(),
        changes in prop::collection::vec((0..9_usize, 0..5_u8, -3..4_i64), 0..3),
    ) {
        let mut schedule = dispatch(&problem).unwrap();
        prop_assert_eq!(check(&problem, &schedule), []);
        prop_assert!(is_sound(&problem, &schedule));
        for (place, what, by) in changes {
            let count = schedule.slots.len();
            let other = schedule.slots[(place + 1) % count];
            let slot = &mut schedule.slots[place % count];
            match what {
                0 => slot.start = at(slot.start.unix() + by),
                1 => slot.end = at(slot.end.unix() + by),
                2 => (slot.start, slot.end) = (at(slot.start.unix() + by), at(slot.end.unix() + by)),
                3 => slot.start = other.start,
                _ => {
                    let operation = &problem.operations()[place % count];
                    let mode = operation.modes[usize::try_from(slot.mode).unwrap()];
                    slot.unit = (slot.unit + 1) % problem.work_center(mode.work_center).unwrap().units;
                }
            }
        }
        prop_assert_eq!(check(&problem, &schedule).is_empty(), is_sound(&problem, &schedule));
    }
}
