//! A schedule after something happened: a breakdown, late material, work that took longer. Every operation keeps its
//! unit and starts no earlier than before, later only as far as it must (right shift; Abumaizar and Svestka, 1997). Only
//! one for which the hours there have become too short goes elsewhere.
//! What can start at its time goes ahead of what cannot.
//!
//! The new facts are in the problem: hours without the downtime, later releases, started and done operations fixed
//! where they ran. [`super::improve`] may start from what comes out.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::column::{Column, NONE, narrow};
use super::shop::{Choice, Draft, Fixed, Shop};
use super::{Schedule, ScheduleError};
use crate::schedule::problem::Problem;
use crate::time::Seconds;

/// The schedule that follows from `previous` when nothing starts earlier than there.
///
/// An operation that `previous` does not know, or has in a mode or on a unit that is no more, goes to its first mode's
/// first unit, behind what was planned there before its release. Where the hours are too short for an operation, it goes
/// to the first unit of all its modes that has hours for it.
///
/// # Errors
/// [`ScheduleError`] when working hours end too early.
pub fn repair(problem: &Problem, previous: &Schedule) -> Result<Schedule, ScheduleError> {
    let shop = Shop::new(problem);
    let mut repair = Repair::new(&shop, previous);
    repair.run()?;
    Ok(shop.schedule(&repair.draft))
}

/// How much a schedule differs from the one before: what people on the floor have to learn anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Nervousness {
    /// Operations of both schedules.
    pub operations: u64,
    /// Those with another start or unit.
    pub moved: u64,
    /// All shifts of starts together, earlier or later.
    pub shifted: Seconds,
}

/// Compares two schedules, operation by operation.
#[must_use]
pub fn nervousness(previous: &Schedule, next: &Schedule) -> Nervousness {
    let mut found = Nervousness::default();
    for (before, after) in previous.slots.iter().zip(&next.slots) {
        found.operations += 1;
        let is_moved = (before.start, before.mode, before.unit) != (after.start, after.mode, after.unit);
        found.moved += u64::from(is_moved);
        found.shifted = found.shifted.plus(after.start.since(before.start)).plus(before.start.since(after.start));
    }
    found
}

/// Where an operation runs, and how many fixed ones that are still to come on the unit run before it.
#[derive(Debug, Clone, Copy)]
struct Place {
    choice: u32,
    unit: u32,
    start: u32,
    end: u32,
    passed: usize,
}

/// When an operation can start, its start and end before, and its number.
type Ready = (u32, (u32, u32), u32);

struct Repair<'a> {
    shop: &'a Shop<'a>,
    draft: Draft,
    /// By operation: not before, by `previous` and all that it waits for.
    ready: Column<u32>,
    missing: Column<u32>,
    /// By operation: start and end in `previous`, by which those go that are ready at once.
    planned: Column<(u32, u32)>,
    /// By unit: the last operation placed, and the fixed ones that are still to come, the next one last.
    last: Column<u32>,
    fixed: Column<Vec<u32>>,
    open: BinaryHeap<Reverse<Ready>>,
}

impl<'a> Repair<'a> {
    fn new(shop: &'a Shop<'a>, previous: &Schedule) -> Self {
        let mut repair = Self {
            shop,
            draft: Draft::empty(shop.operations),
            ready: shop.release.clone(),
            missing: (0..shop.operations).map(|at| narrow(shop.waits.of(at).len())).collect::<Vec<_>>().into(),
            planned: Column::filled((NONE, NONE), shop.operations),
            last: Column::filled(NONE, shop.units),
            fixed: Column::filled(Vec::new(), shop.units),
            open: BinaryHeap::new(),
        };
        for operation in 0..shop.operations {
            let planned = previous.slot(operation).and_then(|slot| {
                let choice = shop.choices.of(operation).iter().find(|choice| choice.mode == slot.mode)?;
                (slot.unit < choice.units).then(|| (*choice, choice.first_unit + slot.unit, slot))
            });
            if let Some((choice, unit, slot)) = planned {
                repair.draft.choice[operation] = choice.mode;
                repair.draft.unit[operation] = unit;
                let seconds = |at| shop.seconds(at).unwrap_or(NONE);
                repair.planned[operation] = (seconds(slot.start), seconds(slot.end));
                repair.ready[operation] = repair.ready[operation].max(seconds(slot.start));
            } else {
                repair.draft.unit[operation] = shop.choice(operation, 0).first_unit;
            }
        }
        repair
    }

    fn run(&mut self) -> Result<(), ScheduleError> {
        self.place_fixed();
        for operation in 0..self.shop.operations {
            if self.missing[operation] == 0 && self.shop.fixed[operation].is_none() {
                self.open.push(Reverse((self.ready[operation], self.planned[operation], operation)));
            }
        }
        while let Some(Reverse((_, _, operation))) = self.open.pop() {
            let found = self.place(operation).ok_or_else(|| {
                let work_center = self.shop.unit_center[self.draft.unit[operation]];
                ScheduleError::HoursEnd { operation, work_center }
            })?;
            self.draft.choice[operation] = found.choice;
            self.draft.unit[operation] = found.unit;
            self.draft.start[operation] = found.start;
            self.draft.end[operation] = found.end;
            self.last[found.unit] = operation;
            let coming = &mut self.fixed[found.unit];
            coming.truncate(coming.len() - found.passed);
            self.tell(operation, found.end);
        }
        Ok(())
    }

    fn place_fixed(&mut self) {
        let mut all: Vec<(u32, Fixed)> = Vec::new();
        for operation in 0..self.shop.operations {
            all.extend(self.shop.fixed[operation].map(|fixed| (operation, fixed)));
        }
        all.sort_unstable_by_key(|&(operation, fixed)| Reverse((fixed.start, fixed.end, operation)));
        for (operation, fixed) in all {
            self.draft.choice[operation] = fixed.choice;
            self.draft.unit[operation] = fixed.unit;
            self.draft.start[operation] = fixed.start;
            self.draft.end[operation] = fixed.end;
            self.fixed[fixed.unit].push(operation);
            for link in self.shop.followers.of(operation) {
                self.missing[link.operation] -= 1;
                self.ready[link.operation] = self.ready[link.operation].max(fixed.end + link.lag);
            }
        }
    }

    fn tell(&mut self, operation: u32, end: u32) {
        for link in self.shop.followers.of(operation) {
            let next = link.operation;
            self.missing[next] -= 1;
            self.ready[next] = self.ready[next].max(end + link.lag);
            if self.missing[next] == 0 {
                self.open.push(Reverse((self.ready[next], self.planned[next], next)));
            }
        }
    }

    /// On its unit, or else on the first one that has hours for it.
    fn place(&self, operation: u32) -> Option<Place> {
        let own = self.shop.choice(operation, self.draft.choice[operation]);
        self.place_on(operation, own, self.draft.unit[operation]).or_else(|| {
            self.shop.choices.of(operation).iter().find_map(|&choice| {
                let mut units = choice.first_unit..choice.first_unit + choice.units;
                units.find_map(|unit| self.place_on(operation, choice, unit))
            })
        })
    }

    /// Behind the last operation of the unit, and behind every fixed one that it would reach into. None when the hours
    /// end before.
    fn place_on(&self, operation: u32, choice: Choice, unit: u32) -> Option<Place> {
        let (shop, center) = (self.shop, choice.work_center);
        let (mut last, mut passed) = (self.last[unit], 0);
        let mut coming = self.fixed[unit].iter().rev();
        loop {
            let begin = match last {
                NONE => self.ready[operation],
                last => shop.changed_over(center, self.draft.end[last], last, operation)?.max(self.ready[operation]),
            };
            let (start, end) = shop.run(center, operation, begin, choice.duration)?;
            let fits_before = |next: u32| {
                let changed = shop.changed_over(center, end, operation, next);
                changed.is_some_and(|changed| changed <= self.draft.start[next])
            };
            match coming.next() {
                Some(&next) if !fits_before(next) => {
                    last = next;
                    passed += 1;
                }
                Some(_) | None => return Some(Place { choice: choice.mode, unit, start, end, passed }),
            }
        }
    }
}
