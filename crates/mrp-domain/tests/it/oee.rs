//! OEE: the worked example, each loss, and every second accounted for.

use mrp_domain::calendar::WorkingWindows;
use mrp_domain::ids::WorkOrderId;
use mrp_domain::loss_reason::DowntimeClass::{Planned, Unplanned};
use mrp_domain::oee::{Oee, OeeFacts, Output, ideal_seconds};
use mrp_domain::quantity::Exact;
use mrp_domain::time::{Instant, Seconds, TimeWindow};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

/// From and until so many minutes after the beginning of the shift.
fn minutes(from: i64, until: i64) -> TimeWindow {
    let at = |minute: i64| Instant::from_unix(1_800_000_000 + minute * 60);
    TimeWindow::new(at(from), at(until)).unwrap()
}

fn order(number: u128) -> WorkOrderId {
    WorkOrderId::from_uuid(Uuid::from_u128(number))
}

fn d(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

fn pieces(cycle: u64, total: i64, good: i64) -> Output {
    let ideal =
        |pieces| ideal_seconds(Seconds::new(cycle), Exact::from_integer(1), Exact::from_integer(pieces)).unwrap();
    Output { ideal_total: ideal(total), ideal_good: ideal(good) }
}

const NOTHING: Output = Output { ideal_total: Exact::ZERO, ideal_good: Exact::ZERO };

#[test]
fn the_worked_example() {
    let hours = WorkingWindows::new(vec![minutes(0, 480)]);
    let whole = minutes(0, 480);
    let oee = Oee::of(&OeeFacts {
        period: whole,
        hours: &hours,
        capacity: 1,
        downtimes: &[(minutes(100, 130), Planned), (minutes(200, 245), Unplanned)],
        worked: &[(order(1), whole)],
        in_progress: &[(order(1), whole)],
        output: pieces(90, 243, 231),
    });
    let of = |length: u64| Seconds::new(length * 60);
    assert_eq!((oee.planned, oee.planned_stops, oee.downtime, oee.run), (of(450), of(30), of(45), of(405)));
    assert_eq!((oee.availability(), oee.performance(), oee.quality()), (d("90"), d("90"), d("95.06")));
    assert_eq!(oee.oee(), d("77"));
    assert_eq!((oee.speed_loss(), oee.quality_loss()), (Seconds::new(2430), Seconds::new(1080)));
}

#[test]
fn idle_time_is_unexplained_only_while_an_order_is_in_progress() {
    let hours = WorkingWindows::new(vec![minutes(0, 480)]);
    let oee = Oee::of(&OeeFacts {
        period: minutes(0, 480),
        hours: &hours,
        capacity: 1,
        downtimes: &[],
        worked: &[(order(1), minutes(0, 60)), (order(1), minutes(90, 120))],
        in_progress: &[(order(1), minutes(0, 120))],
        output: pieces(60, 90, 90),
    });
    let found = [oee.run, oee.idle, oee.not_loaded, oee.downtime].map(|length| length.get() / 60);
    assert_eq!(found, [90, 30, 360, 0]);
    assert_eq!((oee.performance(), oee.availability(), oee.oee()), (d("100"), d("18.75"), d("18.75")));
}

#[test]
fn two_people_at_one_machine_make_the_hour_no_longer_and_two_orders_on_two_places_do() {
    let hours = WorkingWindows::new(vec![minutes(0, 60)]);
    let facts = OeeFacts {
        period: minutes(0, 60),
        hours: &hours,
        capacity: 2,
        downtimes: &[],
        worked: &[(order(1), minutes(0, 60)), (order(1), minutes(10, 50))],
        in_progress: &[(order(1), minutes(0, 60))],
        output: NOTHING,
    };
    assert_eq!(Oee::of(&facts).run, Seconds::from_hours(1));
    assert_eq!(Oee::of(&facts).planned, Seconds::from_hours(2));
    let two = [(order(1), minutes(0, 60)), (order(2), minutes(0, 60)), (order(3), minutes(0, 60))];
    let oee = Oee::of(&OeeFacts { worked: &two, in_progress: &two, ..facts });
    assert_eq!((oee.run, oee.idle), (Seconds::from_hours(2), Seconds::ZERO), "never more than it has places");
}

#[test]
fn overtime_is_planned_as_far_as_it_is_worked() {
    let hours = WorkingWindows::new(vec![minutes(0, 60)]);
    let oee = Oee::of(&OeeFacts {
        period: minutes(0, 1440),
        hours: &hours,
        capacity: 1,
        downtimes: &[(minutes(100, 200), Unplanned)],
        worked: &[(order(1), minutes(30, 90))],
        in_progress: &[(order(1), minutes(30, 1440))],
        output: NOTHING,
    });
    let found = [oee.planned, oee.run, oee.downtime, oee.idle].map(|length| length.get() / 60);
    assert_eq!(found, [90, 60, 0, 0], "nobody is missed at night");
    assert_eq!((oee.quality(), oee.performance()), (None, d("0")));
}

#[test]
fn without_hours_and_work_there_is_nothing_to_tell() {
    let hours = WorkingWindows::new(Vec::new());
    let facts = OeeFacts {
        period: minutes(0, 60),
        hours: &hours,
        capacity: 1,
        downtimes: &[],
        worked: &[],
        in_progress: &[],
        output: NOTHING,
    };
    let oee = Oee::of(&facts);
    assert_eq!((oee.availability(), oee.performance(), oee.quality(), oee.oee()), (None, None, None, None));
}

fn window() -> impl Strategy<Value = TimeWindow> {
    (0_i64..500, 1_i64..200).prop_map(|(from, length)| minutes(from, from + length))
}

proptest! {
    #[test]
    fn every_second_planned_is_run_down_idle_or_not_loaded(
        hours in proptest::collection::vec(window(), 0..4),
        worked in proptest::collection::vec((0_u128..4, window()), 0..8),
        in_progress in proptest::collection::vec((0_u128..4, window()), 0..8),
        downtime in window(),
        class in prop_oneof![Just(Planned), Just(Unplanned)],
        capacity in 1_u32..4,
    ) {
        let hours = WorkingWindows::new(hours);
        let of = |list: Vec<(u128, TimeWindow)>| {
            list.into_iter().map(|(number, window)| (order(number), window)).collect::<Vec<_>>()
        };
        let (worked, in_progress) = (of(worked), of(in_progress));
        let whole = minutes(0, 700);
        let facts = OeeFacts {
            period: whole,
            hours: &hours,
            capacity,
            downtimes: &[(downtime, class)],
            worked: &worked,
            in_progress: &in_progress,
            output: NOTHING,
        };
        let oee = Oee::of(&facts);
        let sum = oee.run.plus(oee.downtime).plus(oee.idle).plus(oee.not_loaded);
        prop_assert_eq!(oee.planned, sum);
        let open = hours.working_between(whole.start(), whole.end()).get() * u64::from(capacity);
        prop_assert!(oee.planned.plus(oee.planned_stops).get() >= open);

        // Two halves of a period tell what the whole tells.
        let parts = [minutes(0, 250), minutes(250, 700)].map(|period| Oee::of(&OeeFacts { period, ..facts }));
        let total = |part: fn(&Oee) -> Seconds| parts.iter().map(|oee| part(oee).get()).sum::<u64>();
        prop_assert_eq!(total(|oee| oee.planned), oee.planned.get());
        prop_assert_eq!(total(|oee| oee.run), oee.run.get());
        prop_assert_eq!(total(|oee| oee.idle), oee.idle.get());
        prop_assert_eq!(total(|oee| oee.downtime), oee.downtime.get());
    }
}
