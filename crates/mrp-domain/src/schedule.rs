//! The schedule of a whole shop: which operation runs when, on which unit of which work center, when capacity is
//! finite.
//!
//! A [`problem::Problem`] goes in, a [`Schedule`] comes out, and [`check`] says of any schedule what is wrong with it,
//! by code that shares nothing with that which builds schedules. Everything is a pure function of its arguments: the
//! caller tells by a [`Budget`] how long to search, and the same problem, seed and number of steps give the same
//! schedule everywhere.
//!
//! - [`dispatch`] builds a schedule in milliseconds, operation by operation in time, by a priority rule;
//! - [`improve`] makes it better for as long as it is allowed to;
//! - [`repair`] follows up what happened on the floor, moving as little as it must;
//! - [`instance`] reads the text formats in which researchers exchange problems.
//!
//! What does not live here: the lead time of one order ([`crate::routing::plan`]), what must be made at all, and who is
//! told.

pub mod check;
pub mod dispatch;
pub mod explain;
pub mod improve;
pub mod instance;
pub mod problem;
pub mod repair;

mod annealing;
mod bound;
mod column;
mod random;
mod shop;
mod tabu;

use crate::time::Instant;
use problem::Problem;

/// Where and when one operation runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot {
    /// Which of its modes, from 0.
    pub mode: u32,
    /// Which unit of the mode's work center, from 0.
    pub unit: u32,
    /// When it starts.
    pub start: Instant,
    /// When it ends.
    pub end: Instant,
}

/// A slot for every operation of a problem, in its numbering.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schedule {
    /// By operation.
    pub slots: Vec<Slot>,
}

impl Schedule {
    /// The slot of that operation.
    #[must_use]
    pub fn slot(&self, operation: u32) -> Option<&Slot> {
        usize::try_from(operation).ok().and_then(|operation| self.slots.get(operation))
    }

    /// When each order of the problem is done; none for orders without operations.
    #[must_use]
    pub fn completions(&self, problem: &Problem) -> Vec<Option<Instant>> {
        let mut done: Vec<Option<Instant>> = vec![None; problem.orders().len()];
        for (operation, slot) in problem.operations().iter().zip(&self.slots) {
            if let Some(done) = usize::try_from(operation.order).ok().and_then(|order| done.get_mut(order)) {
                *done = (*done).max(Some(slot.end));
            }
        }
        done
    }
}

/// What is to be small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Objective {
    /// Seconds from the problem's origin to the end of the last operation.
    Makespan,
    /// Over all orders with a due date: weight × seconds by which it is done too late.
    WeightedTardiness,
}

impl Objective {
    /// Its value for a schedule.
    #[must_use]
    pub fn of(self, problem: &Problem, schedule: &Schedule) -> u64 {
        match self {
            Self::Makespan => {
                schedule.slots.iter().map(|slot| slot.end.since(problem.origin()).get()).max().unwrap_or(0)
            }
            Self::WeightedTardiness => {
                let done = schedule.completions(problem);
                let tardiness = problem.orders().iter().zip(done).map(|(order, done)| {
                    let late = order.due.zip(done).map_or(0, |(due, done)| done.since(due).get());
                    late.saturating_mul(u64::from(order.weight))
                });
                tardiness.fold(0, u64::saturating_add)
            }
        }
    }
}

/// All of a budget, as [`Budget::spent`] counts.
pub const SPENT_ALL: u32 = 1_000_000;

/// How long a search may go on. It is asked now and then, so that a clock behind it costs nothing.
pub trait Budget {
    /// How much is spent after so many steps, in millionths; from [`SPENT_ALL`] on the search ends.
    fn spent(&mut self, steps: u64) -> u32;
}

impl<F: FnMut(u64) -> u32> Budget for F {
    fn spent(&mut self, steps: u64) -> u32 {
        self(steps)
    }
}

/// So many steps: the budget that gives the same schedule everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps(pub u64);

impl Budget for Steps {
    fn spent(&mut self, steps: u64) -> u32 {
        let share = u128::from(steps) * u128::from(SPENT_ALL) / u128::from(self.0.max(1));
        u32::try_from(share).unwrap_or(u32::MAX)
    }
}

/// Why there is no schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The working windows end before everything is placed.
    #[error("the working hours of work center {work_center} end before operation {operation} is done")]
    HoursEnd {
        /// The first operation without a place.
        operation: u32,
        /// Where it was to run.
        work_center: u32,
    },
}
