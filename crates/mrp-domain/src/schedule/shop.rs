//! A problem as the searches want it: columns of whole numbers, seconds since the problem's origin, units numbered
//! through all work centers.

use super::column::{Column, Lists, NONE, narrow};
use super::problem::{Changeovers, Hours, Problem};
use super::{Schedule, Slot};
use crate::calendar::WorkingWindows;
use crate::time::{Instant, Seconds};

/// One way to do an operation, on any of some units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) mode: u32,
    pub(super) work_center: u32,
    pub(super) duration: u32,
    pub(super) first_unit: u32,
    pub(super) units: u32,
}

/// An operation on the other end of a precedence, and the seconds between the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) operation: u32,
    pub(super) lag: u32,
}

#[derive(Debug, Clone)]
pub(super) struct Center<'a> {
    pub(super) first_unit: u32,
    pub(super) units: u32,
    pub(super) hours: Option<&'a WorkingWindows>,
    pub(super) changeovers: Option<&'a Changeovers>,
}

#[derive(Debug, Clone)]
pub(super) struct Shop<'a> {
    pub(super) problem: &'a Problem,
    pub(super) origin: Instant,
    pub(super) operations: u32,
    pub(super) units: u32,
    /// By unit of all work centers.
    pub(super) unit_center: Column<u32>,
    pub(super) centers: Column<Center<'a>>,
    pub(super) choices: Lists<Choice>,
    pub(super) waits: Lists<Link>,
    pub(super) followers: Lists<Link>,
    pub(super) release: Column<u32>,
    pub(super) family: Column<u32>,
    pub(super) is_interruptible: Column<bool>,
    pub(super) fixed: Column<Option<Fixed>>,
    pub(super) order: Column<u32>,
    /// By order: seconds, [`NONE`] for never.
    pub(super) due: Column<u32>,
    pub(super) weight: Column<i64>,
    /// By order: operations that none of the same order waits for. The order is done with the last of them.
    pub(super) ends: Lists<u32>,
    /// No hours, changeovers, lags, releases of operations or fixed slots: just precedences and units.
    pub(super) is_plain: bool,
}

/// Where a fixed operation runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fixed {
    pub(super) choice: u32,
    pub(super) unit: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A schedule while it is made, by operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) choice: Column<u32>,
    pub(super) unit: Column<u32>,
    pub(super) start: Column<u32>,
    pub(super) end: Column<u32>,
}

impl Draft {
    pub(super) fn empty(operations: u32) -> Self {
        Self {
            choice: Column::filled(0, operations),
            unit: Column::filled(NONE, operations),
            start: Column::filled(0, operations),
            end: Column::filled(0, operations),
        }
    }
}

impl<'a> Shop<'a> {
    pub(super) fn new(problem: &'a Problem) -> Self {
        let origin = problem.origin();
        let at = |instant: Instant| short(instant.since(origin));
        let mut units = 0;
        let mut centers = Vec::with_capacity(problem.work_centers().len());
        let mut unit_center = Column::default();
        for (number, center) in (0..).zip(problem.work_centers()) {
            let hours = match &center.hours {
                Hours::Always => None,
                Hours::Windows(windows) => Some(windows),
            };
            let changeovers = center.changeovers.as_ref();
            centers.push(Center { first_unit: units, units: center.units, hours, changeovers });
            units += center.units;
            (0..center.units).for_each(|_| unit_center.push(number));
        }
        let centers = Column::from(centers);
        let mut shop = Self {
            problem,
            origin,
            operations: narrow(problem.operations().len()),
            units,
            unit_center,
            choices: Lists::new(),
            waits: Lists::new(),
            followers: Lists::new(),
            release: Column::default(),
            family: Column::default(),
            is_interruptible: Column::default(),
            fixed: Column::default(),
            order: Column::default(),
            due: problem.orders().iter().map(|order| order.due.map_or(NONE, at)).collect::<Vec<_>>().into(),
            weight: problem.orders().iter().map(|order| i64::from(order.weight)).collect::<Vec<_>>().into(),
            ends: Lists::new(),
            is_plain: centers.as_slice().iter().all(|center| center.hours.is_none() && center.changeovers.is_none()),
            centers,
        };
        shop.add_operations();
        shop.add_followers();
        shop
    }

    fn add_operations(&mut self) {
        let at = |instant: Instant| short(instant.since(self.origin));
        for operation in self.problem.operations() {
            for (mode, given) in (0..).zip(&operation.modes) {
                let Center { first_unit, units, .. } = self.centers[given.work_center];
                let duration = short(given.duration);
                self.choices.push(Choice { mode, work_center: given.work_center, duration, first_unit, units });
            }
            self.choices.close();
            for waits in &operation.predecessors {
                self.waits.push(Link { operation: waits.operation, lag: short(waits.lag) });
                self.is_plain &= waits.lag.is_zero();
            }
            self.waits.close();
            self.is_plain &= operation.release.is_none();
            let order = self.problem.order(operation.order).map_or(self.origin, |order| order.release);
            self.release.push(operation.release.map_or(0, at).max(at(order)));
            self.family.push(operation.family);
            self.is_interruptible.push(operation.is_interruptible);
            self.order.push(operation.order);
            self.is_plain &= operation.fixed.is_none();
            self.fixed.push(operation.fixed.map(|slot| {
                let mode = usize::try_from(slot.mode).ok().and_then(|mode| operation.modes.get(mode));
                let first_unit = mode.map_or(0, |mode| self.centers[mode.work_center].first_unit);
                Fixed { choice: slot.mode, unit: first_unit + slot.unit, start: at(slot.start), end: at(slot.end) }
            }));
        }
    }

    fn add_followers(&mut self) {
        let mut followers = Vec::new();
        let mut ends = Vec::new();
        for operation in 0..self.operations {
            let waits = self.waits.of(operation);
            followers.extend(waits.iter().map(|link| (link.operation, Link { operation, lag: link.lag })));
        }
        self.followers = Lists::grouped(self.operations, &followers);
        for operation in 0..self.operations {
            let order = self.order[operation];
            if !self.followers.of(operation).iter().any(|link| self.order[link.operation] == order) {
                ends.push((order, operation));
            }
        }
        self.ends = Lists::grouped(narrow(self.problem.orders().len()), &ends);
    }

    /// The operations, each behind those it waits for.
    pub(super) fn waiting_order(&self) -> &'a [u32] {
        self.problem.operations_in_waiting_order()
    }

    pub(super) fn choice(&self, operation: u32, choice: u32) -> Choice {
        let found = usize::try_from(choice).ok().and_then(|choice| self.choices.of(operation).get(choice));
        match found {
            Some(found) => *found,
            None => panic!("operation {operation} has no choice {choice}"),
        }
    }

    /// The work of an operation on a center when it may begin at `at`: its start and end. None when the hours end
    /// before.
    #[inline]
    pub(super) fn run(&self, center: u32, operation: u32, at: u32, duration: u32) -> Option<(u32, u32)> {
        match self.centers[center].hours {
            None => Some((at, at + duration)),
            Some(windows) => self.run_in(windows, operation, at, duration),
        }
    }

    fn run_in(&self, windows: &WorkingWindows, operation: u32, at: u32, duration: u32) -> Option<(u32, u32)> {
        if duration == 0 {
            return Some((at, at));
        }
        let (from, work) = (self.instant(at), Seconds::new(duration.into()));
        let start = if self.is_interruptible[operation] {
            windows.next_working(from)?
        } else {
            windows.next_whole(from, work)?
        };
        let end = windows.add_working(start, work).ok()?;
        Some((self.seconds(start)?, self.seconds(end)?))
    }

    /// When a unit of `center` that was done with an operation of family `before` at `at` can begin one of family
    /// `after`.
    #[inline]
    pub(super) fn changed_over(&self, center: u32, at: u32, before: u32, after: u32) -> Option<u32> {
        let center = &self.centers[center];
        let Some(changeovers) = center.changeovers else { return Some(at) };
        let needed = changeovers.between(self.family[before], self.family[after]);
        match center.hours {
            None => Some(at + short(needed)),
            Some(windows) => self.seconds(windows.add_working(self.instant(at), needed).ok()?),
        }
    }

    pub(super) fn instant(&self, seconds: u32) -> Instant {
        self.origin.plus(Seconds::new(seconds.into()))
    }

    /// None when it is beyond what a plan can span.
    pub(super) fn seconds(&self, at: Instant) -> Option<u32> {
        u32::try_from(at.since(self.origin).get()).ok().filter(|&seconds| seconds < 1 << 31)
    }

    pub(super) fn tardiness(&self, order: u32, done: u32) -> i64 {
        self.weight[order] * i64::from(done.saturating_sub(self.due[order]))
    }

    pub(super) fn weighted_tardiness(&self, draft: &Draft) -> i64 {
        let orders = 0..self.due.len();
        orders.map(|order| self.tardiness(order, self.completion(order, &draft.end))).sum()
    }

    pub(super) fn completion(&self, order: u32, ends: &Column<u32>) -> u32 {
        self.ends.of(order).iter().map(|&operation| ends[operation]).max().unwrap_or(0)
    }

    pub(super) fn schedule(&self, draft: &Draft) -> Schedule {
        let slots = (0..self.operations).map(|operation| {
            let choice = self.choice(operation, draft.choice[operation]);
            Slot {
                mode: choice.mode,
                unit: draft.unit[operation] - choice.first_unit,
                start: self.instant(draft.start[operation]),
                end: self.instant(draft.end[operation]),
            }
        });
        Schedule { slots: slots.collect() }
    }

    /// A schedule in the columns of a draft. It must fit the problem.
    pub(super) fn draft(&self, schedule: &Schedule) -> Draft {
        let mut draft = Draft::empty(self.operations);
        for (operation, slot) in (0..self.operations).zip(&schedule.slots) {
            draft.choice[operation] = slot.mode;
            draft.unit[operation] = self.choice(operation, slot.mode).first_unit + slot.unit;
            draft.start[operation] = short(slot.start.since(self.origin));
            draft.end[operation] = short(slot.end.since(self.origin));
        }
        draft
    }

    /// The operations of each unit in the order in which they run.
    pub(super) fn sequences(&self, draft: &Draft) -> Lists<u32> {
        let mut runs: Vec<(u32, u32, u32, u32)> = (0_u32..)
            .zip(self.waiting_order())
            .map(|(rank, &operation)| (draft.start[operation], draft.end[operation], rank, operation))
            .collect();
        runs.sort_unstable();
        let pairs: Vec<(u32, u32)> =
            runs.into_iter().map(|(_, _, _, operation)| (draft.unit[operation], operation)).collect();
        Lists::grouped(self.units, &pairs)
    }
}

/// Seconds that the limits of a problem keep below 2³¹.
pub(super) fn short(seconds: Seconds) -> u32 {
    u32::try_from(seconds.get()).unwrap_or(u32::MAX)
}
