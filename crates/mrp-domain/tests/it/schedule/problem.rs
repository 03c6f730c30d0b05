//! Which problems are none.

use mrp_domain::schedule::problem::{Changeovers, Mode, Operation, Order, Problem, ProblemFault, WorkCenter};
use mrp_domain::time::Seconds;

use super::{always, at, order, slot, step, windows};

fn faults(centers: Vec<WorkCenter>, orders: Vec<Order>, operations: Vec<Operation>) -> Vec<ProblemFault> {
    Problem::new(centers, orders, operations).unwrap_err()
}

#[test]
fn every_wrong_reference_is_told_at_once() {
    let mut nowhere = step(0, 0, 1, &[]);
    nowhere.modes.clear();
    let operations = vec![step(1, 0, 1, &[]), step(0, 1, 1, &[9]), nowhere];
    let expected = [
        ProblemFault::Units { work_center: 0, units: 0 },
        ProblemFault::Weight { order: 0 },
        ProblemFault::UnknownOrder { operation: 0, order: 1 },
        ProblemFault::UnknownWorkCenter { operation: 1, work_center: 1 },
        ProblemFault::UnknownPredecessor { operation: 1, predecessor: 9 },
        ProblemFault::NoMode { operation: 2 },
    ];
    assert_eq!(faults(vec![always(0)], vec![order(0, 1, 1_000_001)], operations), expected);
}

#[test]
fn operations_that_wait_for_each_other_are_refused() {
    let operations = vec![step(0, 0, 1, &[]), step(0, 0, 1, &[0, 2]), step(0, 0, 1, &[1])];
    let found = faults(vec![always(1)], vec![order(0, 1, 1)], operations);
    assert!(matches!(found[..], [ProblemFault::Cycle { operation: 1 | 2 }]), "{found:?}");
    let alone = faults(vec![always(1)], vec![order(0, 1, 1)], vec![step(0, 0, 1, &[0])]);
    assert_eq!(alone, [ProblemFault::Cycle { operation: 0 }]);
}

#[test]
fn the_waiting_order_has_everything_behind_what_it_waits_for() {
    let operations = vec![step(0, 0, 1, &[2]), step(0, 0, 1, &[0]), step(0, 0, 1, &[])];
    let problem = Problem::new(vec![always(1)], vec![order(0, 1, 1)], operations).unwrap();
    assert_eq!(problem.operations_in_waiting_order(), [2, 0, 1]);
}

#[test]
fn what_cannot_be_interrupted_needs_a_window_that_is_long_enough() {
    let shop = vec![WorkCenter { hours: windows(&[(0, 8), (10, 18)]), ..always(1) }];
    let mut long = step(0, 0, 9, &[]);
    assert!(Problem::new(shop.clone(), vec![order(0, 1, 1)], vec![long.clone()]).is_ok());
    long.is_interruptible = false;
    assert_eq!(faults(shop, vec![order(0, 1, 1)], vec![long]), [ProblemFault::NoWindow { operation: 0 }]);
}

#[test]
fn what_is_fixed_must_be_possible_beside_what_is_fixed_too() {
    let fixed = |order, unit, start, end, after: &[u32]| {
        let mut operation = step(order, 0, 5, after);
        operation.fixed = Some(slot(0, unit, start, end));
        operation
    };
    let orders = vec![order(0, 1, 1); 2];
    let two = vec![fixed(0, 0, 0, 5, &[]), fixed(1, 0, 4, 9, &[])];
    let expected = [ProblemFault::FixedOverlap { first: 0, second: 1 }];
    assert_eq!(faults(vec![always(1)], orders.clone(), two), expected);
    let elsewhere = vec![fixed(0, 1, 0, 5, &[])];
    assert_eq!(faults(vec![always(1)], orders.clone(), elsewhere), [ProblemFault::FixedSlot { operation: 0 }]);
    let early = vec![step(0, 0, 5, &[]), fixed(0, 0, 0, 5, &[0])];
    let expected = [ProblemFault::FixedBeforePredecessor { operation: 1, predecessor: 0 }];
    assert_eq!(faults(vec![always(1)], orders, early), expected);
}

#[test]
fn operations_without_work_and_changeovers_exclude_each_other() {
    let changeovers = Changeovers::new(&[vec![Seconds::ZERO]]);
    let shop = vec![WorkCenter { changeovers, ..always(1) }, always(1)];
    let operations = vec![step(0, 0, 0, &[]), step(0, 1, 0, &[])];
    assert_eq!(faults(shop, vec![order(0, 1, 1)], operations), [ProblemFault::NoWork { operation: 0, work_center: 0 }]);
}

#[test]
fn a_matrix_of_changeovers_is_square() {
    assert_eq!(Changeovers::new(&[vec![Seconds::ZERO, Seconds::ZERO]]), None);
    let rows = [[0, 1], [2, 3]].map(|row| row.map(Seconds::new).to_vec());
    let changeovers = Changeovers::new(&rows).unwrap();
    assert_eq!((changeovers.between(0, 1), changeovers.between(1, 0)), (Seconds::new(1), Seconds::new(2)));
    assert_eq!(changeovers.between(0, 2), Seconds::ZERO);
}

#[test]
fn times_that_no_plan_can_span_are_refused() {
    let far = Order { due: Some(at(1 << 31)), ..order(0, 1, 1) };
    assert_eq!(faults(vec![always(1)], vec![far], vec![step(0, 0, 1, &[])]), [ProblemFault::TooLong]);
    let mut long = step(0, 0, 1, &[]);
    long.modes.push(Mode { work_center: 0, duration: Seconds::new(1 << 31) });
    assert_eq!(faults(vec![always(1)], vec![order(0, 1, 1)], vec![long]), [ProblemFault::TooLong]);
}
