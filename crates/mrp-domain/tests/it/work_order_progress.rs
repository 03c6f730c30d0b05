//! What can be worked on, and how long it took.

use std::collections::BTreeMap;

use mrp_domain::ids::{TimeLogId, UserId, WorkOrderId};
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::time::{Instant, Seconds};
use mrp_domain::work_order::WorkOrderState;
use mrp_domain::work_order::readiness::{
    ComponentCover, Predecessor, ready_quantity, state_by_readiness, transferable,
};
use mrp_domain::work_order::time_log::{SharingRule, TimeLog, TimeLogRefusal, correct, labour_shares, machine_seconds};
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use uuid::Uuid;

fn quantity(value: Decimal) -> PositiveQuantity {
    PositiveQuantity::new(value).unwrap()
}

fn ready(predecessors: &[Predecessor], components: &[ComponentCover], reported: Decimal) -> Decimal {
    ready_quantity(quantity(dec!(10)), predecessors, components, dec!(1), reported).unwrap()
}

fn running(good: Decimal, portion: Option<Decimal>) -> Predecessor {
    Predecessor { state: WorkOrderState::InProgress, good, transfer_quantity: portion.map(quantity) }
}

#[test]
fn an_operation_waits_for_all_of_the_one_before() {
    assert_eq!(ready(&[running(dec!(9), None)], &[], dec!(0)), dec!(0));
    let finished = Predecessor { state: WorkOrderState::Finished, ..running(dec!(9), None) };
    assert_eq!(ready(&[finished], &[], dec!(0)), dec!(9));
    assert_eq!(ready(&[finished], &[], dec!(4)), dec!(5));
}

#[test]
fn overlapping_operations_hand_over_in_portions() {
    let four_at_a_time = running(dec!(9), Some(dec!(4)));
    assert_eq!(transferable(&four_at_a_time).unwrap(), dec!(8));
    assert_eq!(ready(&[four_at_a_time], &[], dec!(3)), dec!(5));
    let finished = Predecessor { state: WorkOrderState::Finished, ..four_at_a_time };
    assert_eq!(ready(&[finished], &[], dec!(3)), dec!(6));
}

#[test]
fn an_assembly_waits_for_the_slowest_branch() {
    let branches = [running(dec!(8), Some(dec!(1))), running(dec!(5), Some(dec!(1)))];
    assert_eq!(ready(&branches, &[], dec!(2)), dec!(3));
}

#[test]
fn the_first_operation_can_do_what_its_reserved_components_allow() {
    let tube = ComponentCover { needed: dec!(40), covered: dec!(39.9) };
    let paint = ComponentCover { needed: dec!(3), covered: dec!(3) };
    assert_eq!(ready(&[], &[tube, paint], dec!(0)), dec!(9));
    assert_eq!(ready(&[], &[paint], dec!(0)), dec!(10));
    assert_eq!(ready(&[], &[], dec!(10)), dec!(0));
}

#[test]
fn a_reopened_predecessor_never_makes_the_ready_quantity_negative() {
    assert_eq!(ready(&[running(dec!(9), None)], &[], dec!(6)), dec!(0));
}

#[test]
fn waiting_and_ready_follow_from_the_quantity_and_other_states_stay() {
    assert_eq!(state_by_readiness(WorkOrderState::Waiting, dec!(1)), WorkOrderState::Ready);
    assert_eq!(state_by_readiness(WorkOrderState::Ready, dec!(0)), WorkOrderState::Waiting);
    assert_eq!(state_by_readiness(WorkOrderState::Finished, dec!(1)), WorkOrderState::Finished);
}

fn user(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(n))
}

fn work_order(n: u128) -> WorkOrderId {
    WorkOrderId::from_uuid(Uuid::from_u128(n))
}

fn log(operator: u128, on: u128, start: i64, end: i64) -> TimeLog {
    TimeLog {
        id: TimeLogId::from_uuid(Uuid::from_u128(1)),
        work_order: work_order(on),
        operator: user(operator),
        start: Instant::from_unix(start),
        end: Some(Instant::from_unix(end)),
    }
}

const LATER: Instant = Instant::from_unix(1_000_000);

#[test]
fn two_people_at_one_machine_do_not_make_the_hour_longer() {
    let logs = [log(1, 1, 0, 3_600), log(2, 1, 1_800, 5_400), log(1, 1, 9_000, 9_600)];
    assert_eq!(machine_seconds(&logs, LATER), Seconds::new(6_000));
    let labour = labour_shares(&logs, LATER, SharingRule::Equal, &BTreeMap::new());
    assert_eq!(labour.iter().map(|share| share.seconds).sum::<Seconds>(), Seconds::new(7_800));
}

#[test]
fn an_open_log_counts_up_to_now() {
    let open = TimeLog { end: None, ..log(1, 1, 0, 1) };
    assert_eq!(machine_seconds(&[open], Instant::from_unix(90)), Seconds::new(90));
    let closed = open.close(Instant::from_unix(120)).unwrap();
    assert_eq!(machine_seconds(&[closed], LATER), Seconds::new(120));
    assert!(matches!(closed.close(LATER), Err(TimeLogRefusal::AlreadyEnded { .. })));
}

#[test]
fn an_operator_on_three_work_orders_shares_his_hour_and_the_shares_are_an_hour() {
    let logs = [log(1, 1, 0, 3_601), log(1, 2, 0, 3_601), log(1, 3, 0, 3_601)];
    let seconds = |rule, expected: &BTreeMap<WorkOrderId, Seconds>| -> Vec<u64> {
        labour_shares(&logs, LATER, rule, expected).iter().map(|share| share.seconds.get()).collect()
    };
    assert_eq!(seconds(SharingRule::Equal, &BTreeMap::new()), [1_200, 1_200, 1_201]);
    let expected = BTreeMap::from([
        (work_order(1), Seconds::new(600)),
        (work_order(2), Seconds::new(300)),
        (work_order(3), Seconds::new(100)),
    ]);
    assert_eq!(seconds(SharingRule::ByExpectedTime, &expected), [2_160, 1_080, 361]);
}

#[test]
fn a_correction_keeps_the_original_and_its_reason() {
    let original = log(1, 1, 0, 36_000);
    let new_id = TimeLogId::from_uuid(Uuid::from_u128(2));
    let times = (Instant::from_unix(0), Instant::from_unix(3_600));
    let done = correct(&original, new_id, times, user(9), LATER, "forgot to stop").unwrap();
    assert_eq!(done.original, original);
    assert_eq!((done.corrected.id, done.corrected.end), (new_id, Some(times.1)));
    assert_eq!(done.reason, "forgot to stop");
    assert_eq!(correct(&original, new_id, times, user(9), LATER, " "), Err(TimeLogRefusal::ReasonMissing));
    let future = (Instant::from_unix(0), LATER.plus(Seconds::new(1)));
    assert_eq!(
        correct(&original, new_id, future, user(9), LATER, "ahead"),
        Err(TimeLogRefusal::InTheFuture { end: future.1 })
    );
}

proptest! {
    #[test]
    fn the_shares_of_a_person_add_up_to_the_time_he_was_there(
        intervals in prop::collection::vec((1..5_u128, 0..5_000_i64, 1..3_000_i64), 1..12),
        by_expected in any::<bool>(),
    ) {
        let logs: Vec<TimeLog> =
            intervals.iter().map(|&(on, start, length)| log(1, on, start, start + length)).collect();
        let rule = if by_expected { SharingRule::ByExpectedTime } else { SharingRule::Equal };
        let expected = BTreeMap::from([(work_order(1), Seconds::new(7)), (work_order(2), Seconds::new(31))]);
        let shares = labour_shares(&logs, LATER, rule, &expected);
        prop_assert_eq!(
            shares.iter().map(|share| share.seconds).sum::<Seconds>(),
            machine_seconds(&logs, LATER)
        );
    }
}
