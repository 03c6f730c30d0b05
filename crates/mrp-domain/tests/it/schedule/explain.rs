//! Why an operation starts when it starts.

use mrp_domain::schedule::Schedule;
use mrp_domain::schedule::dispatch::dispatch;
use mrp_domain::schedule::explain::{Cause, CauseLink, explain, last_operation};
use mrp_domain::schedule::problem::{Changeovers, Predecessor, Problem, WorkCenter};
use mrp_domain::time::Seconds;
use proptest::prelude::*;

use super::{always, at, order, slot, small_problem, step, windows};

fn link(operation: u32, cause: Cause, seconds: u64) -> CauseLink {
    CauseLink { operation, cause, waited: Seconds::new(seconds) }
}

#[test]
fn a_late_order_is_followed_back_over_its_own_steps_and_those_of_others() {
    let mut operations = vec![step(0, 0, 10, &[]), step(1, 0, 10, &[]), step(1, 1, 5, &[])];
    operations[2].predecessors = vec![Predecessor { operation: 1, lag: Seconds::new(3) }];
    let problem = Problem::new(vec![always(1), always(1)], vec![order(2, 20, 1), order(0, 10, 1)], operations).unwrap();
    let schedule = Schedule { slots: vec![slot(0, 0, 2, 12), slot(0, 0, 12, 22), slot(0, 0, 25, 30)] };
    assert_eq!(last_operation(&problem, &schedule, 1), Some(2));
    let expected = [
        link(2, Cause::Predecessor { operation: 1 }, 0),
        link(1, Cause::Unit { operation: 0 }, 12),
        link(0, Cause::OrderRelease, 0),
    ];
    assert_eq!(explain(&problem, &schedule, 2), expected);
}

#[test]
fn material_hours_changeovers_and_idleness_are_causes_too() {
    let changeovers = Changeovers::new(&[vec![Seconds::ZERO, Seconds::new(4)], vec![Seconds::new(4), Seconds::ZERO]]);
    let shop = vec![WorkCenter { units: 1, hours: windows(&[(0, 10), (20, 60)]), changeovers }, always(1)];
    let mut operations = vec![step(0, 0, 5, &[]), step(0, 0, 5, &[]), step(0, 0, 5, &[]), step(0, 1, 5, &[])];
    operations[0].release = Some(at(3));
    operations[2].family = 1;
    let problem = Problem::new(shop, vec![order(0, 20, 1)], operations).unwrap();
    let slots = vec![slot(0, 0, 3, 8), slot(0, 0, 8, 23), slot(0, 0, 27, 32), slot(0, 0, 7, 12)];
    let schedule = Schedule { slots };
    let expected = [
        link(2, Cause::Changeover { operation: 1 }, 27),
        link(1, Cause::Unit { operation: 0 }, 8),
        link(0, Cause::Material, 0),
    ];
    assert_eq!(explain(&problem, &schedule, 2), expected);
    assert_eq!(explain(&problem, &schedule, 3), [link(3, Cause::Nothing, 7)]);
    let at_night =
        Schedule { slots: vec![slot(0, 0, 5, 10), slot(0, 0, 20, 25), slot(0, 0, 29, 34), slot(0, 0, 0, 5)] };
    let expected = [link(1, Cause::Hours, 10), link(0, Cause::Nothing, 2)];
    assert_eq!(explain(&problem, &at_night, 1), expected);
    assert_eq!(explain(&problem, &at_night, 9), []);
}

proptest! {
    #[test]
    fn every_way_back_ends_where_something_was_released(problem in small_problem()) {
        let schedule = dispatch(&problem).unwrap();
        for operation in 0..u32::try_from(problem.operations().len()).unwrap() {
            let links = explain(&problem, &schedule, operation);
            let last = links.last().unwrap();
            prop_assert!(links.len() <= problem.operations().len());
            let released = matches!(last.cause, Cause::OrderRelease | Cause::Material | Cause::Hours);
            prop_assert!(released || last.cause == Cause::Nothing, "{:?}", links);
        }
    }
}
