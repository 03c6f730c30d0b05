//! Efficiency and capacity.

use mrp_domain::ids::WorkCenterId;
use mrp_domain::work_center::{Alternatives, Efficiency, OeeTarget, WorkCenterCapacity, WorkCenterFault};
use rust_decimal_macros::dec;
use uuid::Uuid;

fn center(number: u128) -> WorkCenterId {
    WorkCenterId::from_uuid(Uuid::from_u128(number))
}

#[test]
fn an_efficiency_of_zero_cannot_exist() {
    assert_eq!(Efficiency::try_from(dec!(0)), Err(WorkCenterFault::EfficiencyOutOfRange { percent: dec!(0) }));
    assert!(Efficiency::try_from(dec!(-80)).is_err());
    assert!(Efficiency::try_from(dec!(1000.01)).is_err());
    assert_eq!(Efficiency::try_from(dec!(0.5)).unwrap().percent(), dec!(0.5));
}

#[test]
fn a_work_center_runs_at_least_one_work_order() {
    assert_eq!(WorkCenterCapacity::try_from(0), Err(WorkCenterFault::CapacityOutOfRange { capacity: 0 }));
    assert_eq!(WorkCenterCapacity::try_from(3).unwrap().get(), 3);
}

#[test]
fn an_oee_target_is_a_share_of_a_hundred() {
    assert!(OeeTarget::try_from(dec!(100.1)).is_err());
    assert_eq!(OeeTarget::try_from(dec!(85)).unwrap().percent(), dec!(85));
}

#[test]
fn all_that_is_wrong_with_alternatives_is_told_at_once() {
    let faults = Alternatives::new(center(1), vec![center(2), center(1), center(2)]).unwrap_err();
    let expected = [WorkCenterFault::OwnAlternative, WorkCenterFault::AlternativeTwice { work_center: center(2) }];
    assert_eq!(faults, expected);
}

#[test]
fn alternatives_keep_their_order() {
    let alternatives = Alternatives::new(center(1), vec![center(3), center(2)]).unwrap();
    assert_eq!(alternatives.as_slice(), [center(3), center(2)]);
}
