//! Problems from the text formats of research.

use mrp_domain::schedule::instance::{InstanceError, factory, flexible_job_shop, job_shop};
use mrp_domain::schedule::problem::{Mode, Order, Predecessor, ProblemFault};
use mrp_domain::time::Seconds;

use super::at;

fn mode(work_center: u32, seconds: u64) -> Mode {
    Mode { work_center, duration: Seconds::new(seconds) }
}

#[test]
fn a_job_shop_is_read_job_by_job() {
    let problem = job_shop("2 2\n0 3 1 4\n1 5 0 6\n").unwrap();
    let modes: Vec<&[Mode]> = problem.operations().iter().map(|operation| operation.modes.as_slice()).collect();
    assert_eq!(modes, [[mode(0, 3)], [mode(1, 4)], [mode(1, 5)], [mode(0, 6)]]);
    let orders: Vec<u32> = problem.operations().iter().map(|operation| operation.order).collect();
    assert_eq!(orders, [0, 0, 1, 1]);
    let waits = [Predecessor { operation: 2, lag: Seconds::ZERO }];
    assert_eq!(problem.operations()[3].predecessors, waits);
    assert!(problem.operations()[2].predecessors.is_empty());
}

#[test]
fn a_flexible_job_shop_has_alternatives_and_perhaps_an_average_that_says_nothing() {
    for header in ["2 3", "2 3 1.5"] {
        let problem = flexible_job_shop(&format!("{header}\n2 1 0 3 2 1 4 2 5\n1 1 2 6\n")).unwrap();
        let modes: Vec<&[Mode]> = problem.operations().iter().map(|operation| operation.modes.as_slice()).collect();
        assert_eq!(modes, [&[mode(0, 3)][..], &[mode(1, 4), mode(2, 5)], &[mode(2, 6)]]);
    }
}

#[test]
fn a_factory_has_units_releases_due_dates_and_weights() {
    let problem = factory("1 2\n3 1\n10 90 4 2 0 30 1 40\n").unwrap();
    let units: Vec<u32> = problem.work_centers().iter().map(|center| center.units).collect();
    assert_eq!(units, [3, 1]);
    assert_eq!(problem.orders(), [Order { release: at(10), due: Some(at(90)), weight: 4 }]);
    assert_eq!(problem.operations().len(), 2);
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let ended = job_shop("2 2\n0 3 1 4\n1 5").unwrap_err();
    assert_eq!(ended, InstanceError::Ended { what: "a machine" });
    let word = job_shop("1 1\n0 three\n").unwrap_err();
    assert_eq!(word, InstanceError::NotANumber { line: 2, what: "a duration", found: "three".to_owned() });
    let negative = job_shop("1 1\n0 -3\n").unwrap_err();
    assert_eq!(negative.to_string(), r#"line 2: "-3" is not a duration, a whole number up to 1073741824"#);
    assert_eq!(job_shop("1 1\n0 3\n\n7\n").unwrap_err(), InstanceError::GoesOn { line: 4 });
    let unknown = ProblemFault::UnknownWorkCenter { operation: 0, work_center: 1 };
    assert_eq!(job_shop("1 1\n1 3\n").unwrap_err(), InstanceError::Faults(vec![unknown]));
}

#[test]
fn counts_that_nobody_can_mean_are_refused() {
    assert_eq!(job_shop("1 1000000000").unwrap_err().to_string(), "1000000000 work centers are more than 10000");
    assert_eq!(
        factory("1000000000 1000000000\n1").unwrap_err(),
        InstanceError::Ended { what: "the units of a work center" }
    );
}
