//! The finite-capacity schedule.

mod check;
mod dispatch;
mod explain;
mod improve;
mod instance;
mod problem;
mod reference;
mod repair;

use mrp_domain::calendar::WorkingWindows;
use mrp_domain::schedule::Slot;
use mrp_domain::schedule::problem::{Hours, Mode, Operation, Order, Predecessor, Problem, WorkCenter};
use mrp_domain::time::{Instant, Seconds, TimeWindow};
use proptest::prelude::*;

pub(crate) fn at(seconds: i64) -> Instant {
    Instant::from_unix(seconds)
}

pub(crate) fn slot(mode: u32, unit: u32, start: i64, end: i64) -> Slot {
    Slot { mode, unit, start: at(start), end: at(end) }
}

pub(crate) fn always(units: u32) -> WorkCenter {
    WorkCenter { units, hours: Hours::Always, changeovers: None }
}

pub(crate) fn windows(pairs: &[(i64, i64)]) -> Hours {
    let windows = pairs.iter().map(|&(start, end)| TimeWindow::new(at(start), at(end)).unwrap());
    Hours::Windows(WorkingWindows::new(windows.collect()))
}

pub(crate) fn order(release: i64, due: i64, weight: u32) -> Order {
    Order { release: at(release), due: Some(at(due)), weight }
}

/// A step on one work center, after the steps named.
pub(crate) fn step(order: u32, work_center: u32, seconds: u64, after: &[u32]) -> Operation {
    Operation {
        order,
        family: 0,
        release: None,
        modes: vec![Mode { work_center, duration: Seconds::new(seconds) }],
        predecessors: after.iter().map(|&operation| Predecessor { operation, lag: Seconds::ZERO }).collect(),
        is_interruptible: true,
        fixed: None,
    }
}

/// Small problems with everything in them: two work centers with several units, hours and changeovers, orders of one to three
/// steps with alternatives, lags and late material.
pub(crate) fn small_problem() -> impl Strategy<Value = Problem> {
    let steps = prop::collection::vec((0..2_u32, 0..5_u64, 0..3_u64, 0..2_u32, prop::bool::ANY, 0..12_i64), 1..=3);
    let orders = prop::collection::vec((0..6_i64, 0..20_i64, 0..4_u32, steps), 1..=3);
    (orders, 1..=2_u32, prop::bool::ANY, prop::bool::ANY, prop::bool::ANY).prop_map(
        |(given, units, has_hours, has_changeovers, has_alternatives)| {
            let mut centers = vec![always(units), always(1)];
            if has_hours {
                let open: Vec<(i64, i64)> = (0..60).map(|day| (day * 10 + 1, day * 10 + 7)).collect();
                centers[1].hours = windows(&open);
            }
            if has_changeovers {
                let rows = [[0, 2], [3, 0]].map(|row| row.map(Seconds::new).to_vec());
                centers[0].changeovers = mrp_domain::schedule::problem::Changeovers::new(&rows);
                centers[1].changeovers = centers[0].changeovers.clone();
            }
            let (mut orders, mut operations) = (Vec::new(), Vec::new());
            for (number, (release, due, weight, steps)) in (0..).zip(given) {
                orders.push(order(release, due, weight));
                for (place, (center, seconds, lag, family, is_interruptible, material)) in steps.into_iter().enumerate()
                {
                    let own = u32::try_from(operations.len()).unwrap();
                    let mut step = step(number, center, seconds.max(u64::from(has_changeovers)), &[]);
                    step.family = family;
                    step.is_interruptible = is_interruptible;
                    step.release = (material > 8).then(|| at(material));
                    if place > 0 {
                        step.predecessors.push(Predecessor { operation: own - 1, lag: Seconds::new(lag) });
                    }
                    if has_alternatives && lag == 0 {
                        step.modes.push(Mode { work_center: 1 - center, duration: Seconds::new(seconds + 1) });
                    }
                    operations.push(step);
                }
            }
            Problem::new(centers, orders, operations).unwrap()
        },
    )
}

/// Small problems in the middle of things: some operations are fixed, with what they took in fact and at times when
/// nobody works, and some that cannot be interrupted are too long for the windows of one of their work centers.
pub(crate) fn problem_under_way() -> impl Strategy<Value = Problem> {
    let facts = prop::collection::vec(prop::option::of((0..8_i64, 1..6_i64, 0..2_u32)), 9);
    (small_problem(), facts, prop::bool::ANY).prop_map(|(problem, facts, has_long)| {
        let mut operations = problem.operations().to_vec();
        let mut busy = [[0; 2]; 2];
        for (place, fact) in facts.into_iter().enumerate().take(operations.len()) {
            let before = operations[place].predecessors.first();
            let before = before.map(|waits| (operations[usize::try_from(waits.operation).unwrap()].fixed, waits.lag));
            let operation = &mut operations[place];
            if let (Some((gap, length, unit)), true) = (fact, before.is_none_or(|(before, _)| before.is_some())) {
                let center = operation.modes[0].work_center;
                let unit = unit % problem.work_center(center).unwrap().units;
                let busy = &mut busy[usize::try_from(center).unwrap()][usize::try_from(unit).unwrap()];
                let ready = before.and_then(|(before, lag)| Some(before?.end.plus(lag).unix())).unwrap_or(0);
                let start = ready.max(*busy) + gap;
                *busy = start + length;
                operation.fixed = Some(slot(0, unit, start, start + length));
            } else if has_long && !operation.is_interruptible && operation.modes.len() > 1 {
                let modes = operation.modes.iter_mut();
                modes.for_each(|mode| mode.duration = Seconds::new(mode.duration.get() + 4));
            }
        }
        Problem::new(problem.work_centers().to_vec(), problem.orders().to_vec(), operations).unwrap()
    })
}
