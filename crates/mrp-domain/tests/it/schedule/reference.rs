//! Slow and plain: the same questions answered second by second, and every order of operations tried.

use mrp_domain::schedule::problem::{Hours, Operation, Problem};
use mrp_domain::schedule::{Objective, Schedule, Slot};

use super::at;

const END: i64 = 700;

fn works(problem: &Problem, center: u32, second: i64) -> bool {
    match &problem.work_center(center).unwrap().hours {
        Hours::Always => true,
        Hours::Windows(windows) => windows.iter().any(|window| window.contains(at(second))),
    }
}

fn worked(problem: &Problem, center: u32, from: i64, to: i64) -> u64 {
    (from..to).map(|second| u64::from(works(problem, center, second))).sum()
}

fn center(operation: &Operation, slot: &Slot) -> u32 {
    operation.modes[usize::try_from(slot.mode).unwrap()].work_center
}

fn changeover(problem: &Problem, center: u32, before: &Operation, after: &Operation) -> u64 {
    let changeovers = &problem.work_center(center).unwrap().changeovers;
    changeovers.as_ref().map_or(0, |all| all.between(before.family, after.family).get())
}

fn runs_well(problem: &Problem, operation: &Operation, slot: &Slot) -> bool {
    let (start, end, center) = (slot.start.unix(), slot.end.unix(), center(operation, slot));
    let needed = operation.modes[usize::try_from(slot.mode).unwrap()].duration.get();
    let seconds = u64::try_from(end - start).unwrap_or(u64::MAX);
    let is_whole = needed == 0
        || works(problem, center, start)
            && works(problem, center, end - 1)
            && (operation.is_interruptible || seconds == needed);
    start <= end && worked(problem, center, start, end) == needed && is_whole
}

/// Whether a schedule with a mode and unit for everything can be carried out.
pub(crate) fn is_sound(problem: &Problem, schedule: &Schedule) -> bool {
    let all: Vec<(&Operation, &Slot)> = problem.operations().iter().zip(&schedule.slots).collect();
    let alone = all.iter().all(|(operation, slot)| {
        let released = problem.order(operation.order).unwrap().release <= slot.start;
        let has_material = operation.release.is_none_or(|release| release <= slot.start);
        let waits = operation
            .predecessors
            .iter()
            .all(|waits| schedule.slot(waits.operation).unwrap().end.plus(waits.lag) <= slot.start);
        released && has_material && waits && runs_well(problem, operation, slot)
    });
    let together = all.iter().enumerate().all(|(place, (operation, slot))| {
        all.iter().enumerate().all(|(other_place, (other, other_slot))| {
            let center = center(operation, slot);
            let is_same_unit = (center, slot.unit) == (self::center(other, other_slot), other_slot.unit);
            if place == other_place || !is_same_unit || slot.start > other_slot.start {
                return true;
            }
            let is_apart = slot.end <= other_slot.start || other_slot.end <= slot.start;
            // Only neighbours change over.
            let key = |place: usize| (all[place].1.start, all[place].1.end, place);
            let between = all.iter().enumerate().any(|(third, (third_operation, third_slot))| {
                (self::center(third_operation, third_slot), third_slot.unit) == (center, slot.unit)
                    && key(place) < key(third)
                    && key(third) < key(other_place)
            });
            let gap = worked(problem, center, slot.end.unix(), other_slot.start.unix());
            let is_neighbour = key(place) < key(other_place) && !between;
            is_apart && (!is_neighbour || gap >= changeover(problem, center, operation, other))
        })
    });
    alone && together
}

/// The least objective over all orders in which operations can be put on units, each as early as it goes behind the
/// last.
pub(crate) fn optimum(problem: &Problem, objective: Objective) -> u64 {
    let mut slots = vec![None; problem.operations().len()];
    let mut least = u64::MAX;
    extend(problem, objective, &mut slots, &mut Vec::new(), &mut least);
    least
}

fn extend(
    problem: &Problem,
    objective: Objective,
    slots: &mut Vec<Option<Slot>>,
    placed: &mut Vec<usize>,
    least: &mut u64,
) {
    if placed.len() == slots.len() {
        let schedule = Schedule { slots: slots.iter().map(|slot| slot.unwrap()).collect() };
        assert!(is_sound(problem, &schedule), "{schedule:?}");
        *least = (*least).min(objective.of(problem, &schedule));
        return;
    }
    for place in 0..slots.len() {
        let operation = &problem.operations()[place];
        let before = |operation: u32| slots[usize::try_from(operation).unwrap()];
        if slots[place].is_some() || operation.predecessors.iter().any(|waits| before(waits.operation).is_none()) {
            continue;
        }
        let ends =
            operation.predecessors.iter().map(|waits| before(waits.operation).unwrap().end.plus(waits.lag).unix());
        let release = problem.order(operation.order).unwrap().release.max(operation.release.unwrap_or(at(0)));
        let ready = ends.max().unwrap_or(0).max(release.unix());
        for (mode, given) in (0..).zip(&operation.modes) {
            for unit in 0..problem.work_center(given.work_center).unwrap().units {
                let last = placed.iter().rev().map(|&other| (&problem.operations()[other], slots[other].unwrap()));
                let last = last.filter(|(other, slot)| (center(other, slot), slot.unit) == (given.work_center, unit));
                let mut from = ready;
                if let Some((other, slot)) = last.into_iter().next() {
                    let needed = changeover(problem, given.work_center, other, operation);
                    let free = slot.end.unix();
                    from = from
                        .max((free..END).find(|&to| worked(problem, given.work_center, free, to) >= needed).unwrap());
                }
                let found = (from..END).find_map(|start| {
                    let ends = start..END;
                    let mut slots = ends.map(|end| Slot { mode, unit, start: at(start), end: at(end) });
                    slots
                        .find(|slot| worked(problem, given.work_center, start, slot.end.unix()) == given.duration.get())
                        .filter(|slot| runs_well(problem, operation, slot))
                });
                slots[place] = Some(found.unwrap());
                placed.push(place);
                extend(problem, objective, slots, placed, least);
                placed.pop();
                slots[place] = None;
            }
        }
    }
}
