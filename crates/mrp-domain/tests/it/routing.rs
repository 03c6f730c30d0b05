//! Routings: faults, predecessors, planning on working time.

use mrp_domain::calendar::WorkingWindows;
use mrp_domain::ids::{OperationId, WorkCenterId};
use mrp_domain::quantity::{Exact, PositiveQuantity};
use mrp_domain::routing::plan::{PlanError, PlannedOperation, plan_backward, plan_forward};
use mrp_domain::routing::{Operation, Routing, RoutingFault};
use mrp_domain::text::Name;
use mrp_domain::time::{Instant, Seconds, TimeWindow};
use mrp_domain::work_center::Efficiency;
use mrp_domain::work_order_duration::OperationTimes;
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

const CENTER: WorkCenterId = WorkCenterId::from_uuid(Uuid::from_u128(1));

/// An operation of one minute per piece.
fn operation(sequence: u32, predecessors: Option<Vec<u32>>) -> Operation {
    Operation {
        id: OperationId::from_uuid(Uuid::from_u128(u128::from(sequence))),
        sequence,
        name: Name::new("Welding").unwrap(),
        work_center: CENTER,
        times: OperationTimes {
            setup: Seconds::ZERO,
            cycle: Seconds::from_minutes(1),
            quantity_per_cycle: quantity(1),
            cleanup: Seconds::ZERO,
        },
        staff_needed: 1,
        predecessors,
        overlap_after: None,
        instructions: String::new(),
    }
}

fn with_minutes_per_piece(minutes: u64, operation: Operation) -> Operation {
    let times = OperationTimes { cycle: Seconds::from_minutes(minutes), ..operation.times };
    Operation { times, ..operation }
}

fn passing_on(pieces: i64, operation: Operation) -> Operation {
    Operation { overlap_after: Some(quantity(pieces)), ..operation }
}

fn quantity(value: i64) -> PositiveQuantity {
    PositiveQuantity::new(Decimal::from(value)).unwrap()
}

fn minute(minute: i64) -> Instant {
    Instant::from_unix(minute * 60)
}

fn always() -> WorkingWindows {
    WorkingWindows::new(vec![TimeWindow::new(minute(-1_000_000), minute(1_000_000)).unwrap()])
}

/// From 00:00 to 08:00 on every one of a thousand days around 1970.
fn day_shifts() -> WorkingWindows {
    let day = |day: i64| TimeWindow::new(minute(day * 1_440), minute(day * 1_440 + 480)).unwrap();
    WorkingWindows::new((-500..500).map(day).collect())
}

fn forward(routing: &Routing, pieces: i64, windows: &WorkingWindows) -> Vec<PlannedOperation> {
    plan_forward(routing, Exact::from_integer(pieces), minute(0), &|_| Some((windows, Efficiency::FULL))).unwrap()
}

fn minutes(planned: &[PlannedOperation]) -> Vec<(u32, i64, i64)> {
    planned.iter().map(|slot| (slot.sequence, slot.start.unix() / 60, slot.finish.unix() / 60)).collect()
}

#[test]
fn every_fault_of_a_routing_is_told_at_once() {
    let faults = Routing::new(vec![
        operation(10, Some(vec![30])),
        operation(20, Some(vec![99])),
        operation(20, None),
        operation(30, Some(vec![10])),
    ])
    .unwrap_err();
    assert_eq!(
        faults,
        [
            RoutingFault::DuplicateSequence { sequence: 20 },
            RoutingFault::UnknownPredecessor { sequence: 20, predecessor: 99 },
            RoutingFault::Cycle { path: vec![10, 30, 10] },
        ]
    );
    assert_eq!(faults[2].to_string(), "operations wait for each other: 10 → 30 → 10");
}

#[test]
fn a_routing_without_operations_is_refused() {
    assert_eq!(Routing::new(Vec::new()), Err(vec![RoutingFault::NoOperation]));
}

#[test]
fn an_operation_waits_for_the_previous_one_unless_told_otherwise() {
    let routing = Routing::new(vec![operation(30, Some(vec![10])), operation(10, None), operation(20, None)]).unwrap();
    let sequences: Vec<_> = routing.operations().iter().map(|operation| operation.sequence).collect();
    assert_eq!(sequences, [10, 20, 30]);
    assert_eq!(
        [routing.predecessors_of(0), routing.predecessors_of(1), routing.predecessors_of(2)],
        [&[][..], &[0], &[0]]
    );
}

#[test]
fn a_routing_from_json_is_checked() {
    let good = Routing::new(vec![operation(10, None)]).unwrap();
    let json = serde_json::to_string(&good).unwrap();
    assert!(json.contains(r#""cycle_seconds":60"#));
    assert_eq!(serde_json::from_str::<Routing>(&json).unwrap(), good);
    assert!(serde_json::from_str::<Routing>("[]").is_err());
}

#[test]
fn an_operation_starts_after_its_latest_predecessor_whichever_is_listed_last() {
    for listed in [vec![10, 20], vec![20, 10]] {
        let slow = with_minutes_per_piece(9, operation(10, Some(Vec::new())));
        let quick = operation(20, Some(Vec::new()));
        let routing = Routing::new(vec![slow, quick, operation(30, Some(listed))]).unwrap();
        assert_eq!(minutes(&forward(&routing, 10, &always())), [(10, 0, 90), (20, 0, 10), (30, 90, 100)]);
    }
}

#[test]
fn parallel_branches_count_by_the_longest_and_not_by_their_sum() {
    let routing = Routing::new(vec![
        operation(10, None),
        operation(20, Some(vec![10])),
        operation(30, Some(vec![10])),
        operation(40, Some(vec![20, 30])),
    ])
    .unwrap();
    assert_eq!(forward(&routing, 10, &always()).last().map(|slot| slot.finish), Some(minute(30)));
}

#[test]
fn work_stands_still_when_the_shift_is_over() {
    let routing = Routing::new(vec![operation(10, None), operation(20, None)]).unwrap();
    assert_eq!(minutes(&forward(&routing, 300, &day_shifts())), [(10, 0, 300), (20, 300, 1_440 + 120)]);
}

#[test]
fn a_quicker_successor_starts_late_enough_to_run_without_waiting() {
    // 100 pieces in tens, 2 minutes each, then 1 minute each: the last ten arrive at 200 and take 10 more.
    let slow = passing_on(10, with_minutes_per_piece(2, operation(10, None)));
    let routing = Routing::new(vec![slow, operation(20, None)]).unwrap();
    assert_eq!(minutes(&forward(&routing, 100, &always())), [(10, 0, 200), (20, 110, 210)]);
}

#[test]
fn a_slower_successor_starts_with_the_first_pieces() {
    let quick = passing_on(10, operation(10, None));
    let routing = Routing::new(vec![quick, with_minutes_per_piece(2, operation(20, None))]).unwrap();
    assert_eq!(minutes(&forward(&routing, 100, &always())), [(10, 0, 100), (20, 10, 210)]);
}

#[test]
fn an_overlap_of_the_whole_order_is_none() {
    let first = passing_on(100, operation(10, None));
    let routing = Routing::new(vec![first, operation(20, None)]).unwrap();
    assert_eq!(minutes(&forward(&routing, 100, &always())), [(10, 0, 100), (20, 100, 200)]);
}

#[test]
fn counting_back_from_the_deadline_ends_on_it() {
    let slow = passing_on(10, with_minutes_per_piece(2, operation(10, None)));
    let routing = Routing::new(vec![slow, operation(20, None)]).unwrap();
    let windows = always();
    let planned =
        plan_backward(&routing, Exact::from_integer(100), minute(210), &|_| Some((&windows, Efficiency::FULL)))
            .unwrap();
    assert_eq!(minutes(&planned), [(10, 0, 200), (20, 110, 210)]);
}

#[test]
fn a_work_center_without_working_time_is_named_and_not_run_around_the_clock() {
    let routing = Routing::new(vec![operation(10, None)]).unwrap();
    let refused = plan_forward(&routing, Exact::ONE, minute(0), &|_| None);
    assert_eq!(refused, Err(PlanError::NoWorkingTime { sequence: 10, work_center: CENTER }));
}

fn routing() -> impl Strategy<Value = Routing> {
    let step = (1_u64..9, prop::option::of(prop::collection::vec(any::<prop::sample::Index>(), 0..3)), 0_i64..40);
    prop::collection::vec(step, 1..8).prop_map(|steps| {
        let operations = steps.into_iter().zip(1_u32..).map(|((minutes, waits_for, batch), sequence)| {
            let earlier: Vec<u32> = (1..sequence).collect();
            let waits_for = waits_for.map(|picks| {
                let picked = picks.iter().filter(|_| !earlier.is_empty()).map(|pick| *pick.get(&earlier));
                picked.collect()
            });
            let plain = with_minutes_per_piece(minutes, operation(sequence, waits_for));
            if batch == 0 { plain } else { passing_on(batch, plain) }
        });
        Routing::new(operations.collect()).unwrap()
    })
}

proptest! {
    #[test]
    fn every_operation_gets_exactly_its_working_time(routing in routing(), pieces in 1_i64..60) {
        let windows = day_shifts();
        for slot in forward(&routing, pieces, &windows) {
            prop_assert_eq!(windows.working_between(slot.start, slot.finish), slot.duration);
        }
    }

    #[test]
    fn nothing_starts_before_its_predecessors_start_or_ends_before_they_end(routing in routing(), pieces in 1_i64..60) {
        let windows = day_shifts();
        let planned = forward(&routing, pieces, &windows);
        let back = plan_backward(&routing, Exact::from_integer(pieces), minute(0), &|_| Some((&windows, Efficiency::FULL)));
        for planned in [planned, back.unwrap()] {
            for (index, slot) in planned.iter().enumerate() {
                for before in routing.predecessors_of(index).iter().map(|&before| planned[before]) {
                    prop_assert!(before.start < slot.start && before.finish < slot.finish);
                    if routing.operation(before.sequence).unwrap().overlap_after.is_none() {
                        prop_assert!(before.finish <= slot.start);
                    }
                }
            }
        }
    }

    #[test]
    fn what_counts_back_from_a_deadline_is_in_time(routing in routing(), pieces in 1_i64..60, deadline in 0_i64..10_000) {
        let windows = day_shifts();
        let working_time = |_| Some((&windows, Efficiency::FULL));
        let planned = plan_backward(&routing, Exact::from_integer(pieces), minute(deadline), &working_time).unwrap();
        prop_assert!(planned.iter().all(|slot| slot.finish <= minute(deadline)));
        let start = planned.iter().map(|slot| slot.start).min().unwrap();
        let again = plan_forward(&routing, Exact::from_integer(pieces), start, &working_time).unwrap();
        prop_assert!(again.iter().all(|slot| slot.finish <= minute(deadline)));
    }
}
