//! Why an operation starts when it starts: the way back through what it waited for, cause by cause.
//!
//! Of all that must be before an operation, the last thing to happen is the cause of its start; that thing has a cause
//! itself, until something could start when it was released. Nothing here knows how the schedule was made.

use std::collections::HashMap;

use crate::schedule::problem::{Hours, Operation, Problem};
use crate::schedule::{Schedule, Slot};
use crate::time::{Instant, Seconds};

/// Most links of one explanation.
pub const LINKS_MAX: usize = 10_000;

/// What an operation waited for last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Its order was not released.
    OrderRelease,
    /// Its material was not there.
    Material,
    /// An operation of its own order, or another that it waits for, was not done, or its lag not over.
    Predecessor {
        /// Which one.
        operation: u32,
    },
    /// Its unit was busy.
    Unit {
        /// With what.
        operation: u32,
    },
    /// Its unit was being changed over.
    Changeover {
        /// From what.
        operation: u32,
    },
    /// The work center did not work, or not long enough in one go.
    Hours,
    /// It is fixed there.
    Fixed,
    /// Nothing: it could have started earlier.
    Nothing,
}

/// One operation of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CauseLink {
    /// The operation.
    pub operation: u32,
    /// What it waited for last.
    pub cause: Cause,
    /// How long after it could have started for all that the cause is not: for a unit or changeover after it was ready,
    /// for hours after all else was over.
    pub waited: Seconds,
}

/// The way back from an operation to what could start at its release. The first link is the operation itself.
///
/// Empty when the schedule has no such operation.
#[must_use]
pub fn explain(problem: &Problem, schedule: &Schedule, operation: u32) -> Vec<CauseLink> {
    let before_on_unit = neighbours(problem, schedule);
    let mut links = Vec::new();
    let mut next = Some(operation);
    while let Some((number, given, slot)) =
        next.and_then(|number| Some((number, problem.operation(number)?, schedule.slot(number)?)))
    {
        let neighbour = before_on_unit.get(&number).copied();
        let (cause, waited) = cause_of(problem, schedule, given, slot, neighbour);
        links.push(CauseLink { operation: number, cause, waited });
        next = match cause {
            Cause::Predecessor { operation } | Cause::Unit { operation } | Cause::Changeover { operation } => {
                Some(operation)
            }
            // When the hours begin, what it would have waited for otherwise is the next to ask.
            Cause::Hours => earlier(problem, schedule, given, slot, neighbour),
            Cause::OrderRelease | Cause::Material | Cause::Fixed | Cause::Nothing => None,
        };
        if links.len() >= LINKS_MAX {
            break;
        }
    }
    links
}

/// The operation that ends an order last, from which its tardiness is explained; none without operations.
#[must_use]
pub fn last_operation(problem: &Problem, schedule: &Schedule, order: u32) -> Option<u32> {
    let own = (0_u32..).zip(problem.operations()).filter(|(_, operation)| operation.order == order);
    own.max_by_key(|&(number, _)| schedule.slot(number).map(|slot| slot.end)).map(|(number, _)| number)
}

/// What runs before each operation on its unit.
fn neighbours(problem: &Problem, schedule: &Schedule) -> HashMap<u32, u32> {
    let mut runs: Vec<(u32, u32, Instant, Instant, u32)> = Vec::with_capacity(schedule.slots.len());
    for (number, (operation, slot)) in (0_u32..).zip(problem.operations().iter().zip(&schedule.slots)) {
        let mode = usize::try_from(slot.mode).ok().and_then(|mode| operation.modes.get(mode));
        runs.extend(mode.map(|mode| (mode.work_center, slot.unit, slot.start, slot.end, number)));
    }
    runs.sort_unstable();
    let pairs = runs.windows(2).filter_map(|pair| match pair {
        [before, after] if (before.0, before.1) == (after.0, after.1) => Some((after.4, before.4)),
        _ => None,
    });
    pairs.collect()
}

/// The last of what must be before, and since when all else was over.
fn cause_of(
    problem: &Problem,
    schedule: &Schedule,
    given: &Operation,
    slot: &Slot,
    neighbour: Option<u32>,
) -> (Cause, Seconds) {
    if given.fixed.is_some() {
        return (Cause::Fixed, Seconds::ZERO);
    }
    let (own, own_cause) = ready(problem, schedule, given);
    let unit = neighbour.and_then(|before| on_unit(problem, schedule, given, slot, before));
    let (all, cause) = match unit {
        Some((free, cause)) if free > own => (free, cause),
        Some(_) | None => (own, own_cause),
    };
    if slot.start <= all {
        return (cause, slot.start.since(own));
    }
    let waited = slot.start.since(all);
    if opens(problem, given, slot, all) { (Cause::Hours, waited) } else { (Cause::Nothing, waited) }
}

fn earlier(
    problem: &Problem,
    schedule: &Schedule,
    given: &Operation,
    slot: &Slot,
    neighbour: Option<u32>,
) -> Option<u32> {
    let (own, own_cause) = ready(problem, schedule, given);
    let unit = neighbour.and_then(|before| Some((on_unit(problem, schedule, given, slot, before)?.0, before)));
    match (unit, own_cause) {
        (Some((free, before)), _) if free > own => Some(before),
        (_, Cause::Predecessor { operation }) => Some(operation),
        (_, _) => None,
    }
}

/// When everything but its unit is there, and what comes last of it.
fn ready(problem: &Problem, schedule: &Schedule, given: &Operation) -> (Instant, Cause) {
    let release = problem.order(given.order).map_or(Instant::MIN, |order| order.release);
    let mut latest = (release, Cause::OrderRelease);
    if let Some(material) = given.release.filter(|&material| material > release) {
        latest = (material, Cause::Material);
    }
    for waits in &given.predecessors {
        let over = schedule.slot(waits.operation).map_or(Instant::MIN, |before| before.end.plus(waits.lag));
        if over > latest.0 {
            latest = (over, Cause::Predecessor { operation: waits.operation });
        }
    }
    latest
}

/// When its unit is free and changed over.
fn on_unit(
    problem: &Problem,
    schedule: &Schedule,
    given: &Operation,
    slot: &Slot,
    before: u32,
) -> Option<(Instant, Cause)> {
    let mode = usize::try_from(slot.mode).ok().and_then(|mode| given.modes.get(mode))?;
    let center = problem.work_center(mode.work_center)?;
    let end = schedule.slot(before)?.end;
    let family = problem.operation(before)?.family;
    let needed = center.changeovers.as_ref().map_or(Seconds::ZERO, |all| all.between(family, given.family));
    let changed = match &center.hours {
        Hours::Always => end.plus(needed),
        Hours::Windows(windows) => windows.add_working(end, needed).ok()?,
    };
    let cause =
        if needed.is_zero() { Cause::Unit { operation: before } } else { Cause::Changeover { operation: before } };
    Some((changed, cause))
}

/// Whether the work center's hours are why it did not start at `ready`.
fn opens(problem: &Problem, given: &Operation, slot: &Slot, ready: Instant) -> bool {
    let mode = usize::try_from(slot.mode).ok().and_then(|mode| given.modes.get(mode));
    let center = mode.and_then(|mode| Some((mode, problem.work_center(mode.work_center)?)));
    match center.map(|(mode, center)| (mode, &center.hours)) {
        Some((mode, Hours::Windows(windows))) => {
            let possible = if given.is_interruptible {
                windows.next_working(ready)
            } else {
                windows.next_whole(ready, mode.duration)
            };
            possible == Some(slot.start)
        }
        Some((_, Hours::Always)) | None => false,
    }
}
