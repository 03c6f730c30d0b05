//! Whether a schedule can be carried out. Written against the problem alone: it shares no code with what builds
//! schedules, so that a mistake there is found here.

use crate::schedule::problem::{Hours, Operation, Problem, WorkCenter};
use crate::schedule::{Schedule, Slot};
use crate::time::{Instant, Seconds};

/// What is wrong with a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// Not one slot for each operation.
    #[error("{slots} slots for {operations} operations")]
    SlotCount {
        /// Slots of the schedule.
        slots: usize,
        /// Operations of the problem.
        operations: usize,
    },
    /// The operation has no such mode.
    #[error("operation {operation} has no mode {mode}")]
    UnknownMode {
        /// Its number.
        operation: u32,
        /// The mode given.
        mode: u32,
    },
    /// The work center has no such unit.
    #[error("operation {operation} runs on unit {unit}, which its work center does not have")]
    UnknownUnit {
        /// Its number.
        operation: u32,
        /// The unit given.
        unit: u32,
    },
    /// It starts before its order, or its material, is there.
    #[error("operation {operation} starts before its release")]
    BeforeRelease {
        /// Its number.
        operation: u32,
    },
    /// It starts before something that it waits for is done, and the lag over.
    #[error("operation {operation} does not wait for operation {predecessor}")]
    BeforePredecessor {
        /// Its number.
        operation: u32,
        /// What it should wait for.
        predecessor: u32,
    },
    /// From its start to its end is not the working time that it takes.
    #[error("operation {operation} takes {expected} of working time, not {found}")]
    Duration {
        /// Its number.
        operation: u32,
        /// What its mode says.
        expected: Seconds,
        /// What the slot holds.
        found: Seconds,
    },
    /// It starts or ends while the work center does not work.
    #[error("operation {operation} starts or ends outside working hours")]
    OutsideHours {
        /// Its number.
        operation: u32,
    },
    /// It cannot be interrupted and is, by the end of a working window.
    #[error("operation {operation} is interrupted")]
    Interrupted {
        /// Its number.
        operation: u32,
    },
    /// A fixed operation is somewhere else.
    #[error("operation {operation} is not where it is fixed")]
    FixedMoved {
        /// Its number.
        operation: u32,
    },
    /// Two operations on one unit at once.
    #[error("operations {first} and {second} run on one unit at once")]
    Overlap {
        /// The one that starts first.
        first: u32,
        /// The other.
        second: u32,
    },
    /// Too little time between two operations to change over.
    #[error("between operations {first} and {second} there is no time for the changeover")]
    Changeover {
        /// The one before.
        first: u32,
        /// The one after.
        second: u32,
    },
}

/// Everything that is wrong; nothing when the schedule can be carried out.
#[must_use]
pub fn check(problem: &Problem, schedule: &Schedule) -> Vec<Violation> {
    let (slots, operations) = (schedule.slots.len(), problem.operations().len());
    if slots != operations {
        return vec![Violation::SlotCount { slots, operations }];
    }
    let mut violations = Vec::new();
    let mut runs = Vec::with_capacity(slots);
    for (number, (operation, slot)) in (0..).zip(problem.operations().iter().zip(&schedule.slots)) {
        match alone(problem, number, operation, slot, &mut violations) {
            Ok(work_center) => runs.push(Run { work_center, slot: *slot, number, operation }),
            Err(violation) => violations.push(violation),
        }
        for waits in &operation.predecessors {
            let before = schedule.slot(waits.operation);
            if before.is_none_or(|before| before.end.plus(waits.lag) > slot.start) {
                violations.push(Violation::BeforePredecessor { operation: number, predecessor: waits.operation });
            }
        }
    }
    runs.sort_unstable_by_key(|run| (run.work_center, run.slot.unit, run.slot.start, run.slot.end, run.number));
    for pair in runs.windows(2) {
        if let [before, after] = pair {
            violations.extend(beside(problem, before, after));
        }
    }
    violations
}

struct Run<'a> {
    work_center: u32,
    slot: Slot,
    number: u32,
    operation: &'a Operation,
}

/// What an operation does wrong on its own. The work center on which it runs, when that can be told.
fn alone(
    problem: &Problem,
    number: u32,
    operation: &Operation,
    slot: &Slot,
    violations: &mut Vec<Violation>,
) -> Result<u32, Violation> {
    let mode = usize::try_from(slot.mode).ok().and_then(|mode| operation.modes.get(mode));
    let center = mode.and_then(|mode| Some((mode, problem.work_center(mode.work_center)?)));
    let Some((mode, center)) = center else {
        return Err(Violation::UnknownMode { operation: number, mode: slot.mode });
    };
    if slot.unit >= center.units {
        return Err(Violation::UnknownUnit { operation: number, unit: slot.unit });
    }
    if let Some(fixed) = operation.fixed {
        if fixed != *slot {
            violations.push(Violation::FixedMoved { operation: number });
        }
        return Ok(mode.work_center);
    }
    let release = problem.order(operation.order).map(|order| order.release);
    if Some(slot.start) < release.max(operation.release) {
        violations.push(Violation::BeforeRelease { operation: number });
    }
    hours(number, center, mode.duration, operation.is_interruptible, slot, violations);
    Ok(mode.work_center)
}

fn hours(
    operation: u32,
    center: &WorkCenter,
    expected: Seconds,
    is_interruptible: bool,
    slot: &Slot,
    violations: &mut Vec<Violation>,
) {
    let found = work_between(center, slot.start, slot.end);
    if found != expected || slot.end < slot.start {
        violations.push(Violation::Duration { operation, expected, found });
        return;
    }
    let Hours::Windows(windows) = &center.hours else { return };
    if expected.is_zero() {
        return;
    }
    let last_second = slot.end.minus(Seconds::new(1));
    if !windows.is_working(slot.start) || !windows.is_working(last_second) {
        violations.push(Violation::OutsideHours { operation });
    } else if !is_interruptible && slot.end.since(slot.start) != expected {
        violations.push(Violation::Interrupted { operation });
    }
}

fn work_between(center: &WorkCenter, start: Instant, end: Instant) -> Seconds {
    match &center.hours {
        Hours::Always => end.since(start),
        Hours::Windows(windows) => windows.working_between(start, end),
    }
}

/// What two operations do wrong that follow each other in the order of work centers, units and starts.
fn beside(problem: &Problem, before: &Run<'_>, after: &Run<'_>) -> Option<Violation> {
    if (before.work_center, before.slot.unit) != (after.work_center, after.slot.unit) {
        return None;
    }
    let (first, second) = (before.number, after.number);
    if after.slot.start < before.slot.end {
        return Some(Violation::Overlap { first, second });
    }
    if before.operation.fixed.is_some() && after.operation.fixed.is_some() {
        return None;
    }
    let center = problem.work_center(before.work_center)?;
    let needed = center.changeovers.as_ref()?.between(before.operation.family, after.operation.family);
    (work_between(center, before.slot.end, after.slot.start) < needed)
        .then_some(Violation::Changeover { first, second })
}
