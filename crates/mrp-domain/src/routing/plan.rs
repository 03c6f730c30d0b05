//! When the operations of one order run if nothing else stood in their way: forward from a start, backward from
//! a deadline, each on the working windows of its work center.
//!
//! An operation starts after its *latest* predecessor. Where the predecessor passes pieces on early
//! ([`Operation::overlap_after`]), it may start once the first of them are made, and it ends no earlier than the
//! predecessor's end plus the time for the last pieces. It then runs without a break of its own: rather than
//! start early and wait, it starts as late as that end allows.
//!
//! What does not live here: other orders on the same work center. This is a lead time, not a schedule.

use crate::calendar::{CalendarError, WorkingWindows};
use crate::ids::WorkCenterId;
use crate::quantity::{Exact, QuantityError};
use crate::routing::{Operation, Routing};
use crate::time::{Instant, Seconds};
use crate::work_center::Efficiency;
use crate::work_order_duration::{DurationError, duration, run_time};

/// When one operation runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedOperation {
    /// Which one.
    pub sequence: u32,
    /// When it starts.
    pub start: Instant,
    /// When it is done.
    pub finish: Instant,
    /// Working time between the two.
    pub duration: Seconds,
}

/// Why a routing cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nobody said when the work center works; it does not work around the clock by itself.
    #[error("operation {sequence}: the work center {work_center} has no working time")]
    NoWorkingTime {
        /// The operation.
        sequence: u32,
        /// The work center without a schedule.
        work_center: WorkCenterId,
    },
    /// The schedule of a work center is not known far enough.
    #[error("operation {sequence} on work center {work_center}: {source}")]
    Calendar {
        /// The operation.
        sequence: u32,
        /// Its work center.
        work_center: WorkCenterId,
        /// What is missing.
        source: CalendarError,
    },
    /// An operation has no duration.
    #[error("operation {sequence}: {source}")]
    Duration {
        /// The operation.
        sequence: u32,
        /// Why not.
        source: DurationError,
    },
    /// The quantity has too many digits.
    #[error(transparent)]
    Quantity(#[from] QuantityError),
}

/// Every operation as early as possible, none before `start`. In the order of [`Routing::operations`].
///
/// `working_time` gives the windows and the efficiency of a work center.
///
/// # Errors
/// [`PlanError`]
pub fn plan_forward<'a>(
    routing: &'a Routing,
    quantity: Exact,
    start: Instant,
    working_time: &impl Fn(WorkCenterId) -> Option<(&'a WorkingWindows, Efficiency)>,
) -> Result<Vec<PlannedOperation>, PlanError> {
    let steps = steps(routing, quantity, working_time)?;
    let mut planned: Vec<Option<PlannedOperation>> = vec![None; steps.len()];
    for &index in routing.waiting_order() {
        let Some(step) = steps.get(index) else {
            continue;
        };
        let (mut ready, mut end_bound) = (start, start);
        for &before in routing.predecessors_of(index) {
            let Some((earlier, slot)) = steps.get(before).zip(planned.get(before).copied().flatten()) else {
                continue;
            };
            match earlier.overlap {
                None => ready = ready.max(slot.finish),
                Some(overlap) => {
                    ready = ready.max(earlier.after(slot.start, overlap.first_pieces)?);
                    end_bound = end_bound.max(step.after(slot.finish, step.last_pieces(overlap)?)?);
                }
            }
        }
        let slot = step.place_forward(ready, end_bound)?;
        if let Some(place) = planned.get_mut(index) {
            *place = Some(slot);
        }
    }
    Ok(planned.into_iter().flatten().collect())
}

/// Every operation as late as possible, none ending after `deadline`. In the order of [`Routing::operations`].
///
/// # Errors
/// [`PlanError`]
pub fn plan_backward<'a>(
    routing: &'a Routing,
    quantity: Exact,
    deadline: Instant,
    working_time: &impl Fn(WorkCenterId) -> Option<(&'a WorkingWindows, Efficiency)>,
) -> Result<Vec<PlannedOperation>, PlanError> {
    let steps = steps(routing, quantity, working_time)?;
    let mut planned: Vec<Option<PlannedOperation>> = vec![None; steps.len()];
    let mut latest: Vec<(Instant, Instant)> = vec![(Instant::MAX, deadline); steps.len()];
    for &index in routing.waiting_order().iter().rev() {
        let Some((step, &(start_bound, end_bound))) = steps.get(index).zip(latest.get(index)) else {
            continue;
        };
        let slot = step.place_backward(start_bound, end_bound)?;
        for &before in routing.predecessors_of(index) {
            let Some((earlier, bounds)) = steps.get(before).zip(latest.get_mut(before)) else {
                continue;
            };
            match earlier.overlap {
                None => bounds.1 = bounds.1.min(slot.start),
                Some(overlap) => {
                    bounds.0 = bounds.0.min(earlier.before(slot.start, overlap.first_pieces)?);
                    bounds.1 = bounds.1.min(step.before(slot.finish, step.last_pieces(overlap)?)?);
                }
            }
        }
        if let Some(place) = planned.get_mut(index) {
            *place = Some(slot);
        }
    }
    Ok(planned.into_iter().flatten().collect())
}

/// An operation with everything needed to place it.
struct Step<'a> {
    operation: &'a Operation,
    windows: &'a WorkingWindows,
    efficiency: Efficiency,
    duration: Seconds,
    overlap: Option<Overlap>,
}

/// What an operation passes on before it is done.
#[derive(Clone, Copy)]
struct Overlap {
    /// Working time until the first pieces are passed on.
    first_pieces: Seconds,
    /// How many pieces are passed on last.
    last_quantity: Exact,
}

fn steps<'a>(
    routing: &'a Routing,
    quantity: Exact,
    working_time: &impl Fn(WorkCenterId) -> Option<(&'a WorkingWindows, Efficiency)>,
) -> Result<Vec<Step<'a>>, PlanError> {
    routing.operations().iter().map(|operation| step(operation, quantity, working_time)).collect()
}

fn step<'a>(
    operation: &'a Operation,
    quantity: Exact,
    working_time: &impl Fn(WorkCenterId) -> Option<(&'a WorkingWindows, Efficiency)>,
) -> Result<Step<'a>, PlanError> {
    let (sequence, work_center) = (operation.sequence, operation.work_center);
    let known = working_time(work_center).filter(|(windows, _)| !windows.is_empty());
    let (windows, efficiency) = known.ok_or(PlanError::NoWorkingTime { sequence, work_center })?;
    let in_operation = |source| PlanError::Duration { sequence, source };
    let duration = duration(&operation.times, quantity, efficiency).map_err(in_operation)?;
    let overlap = match operation.overlap_after.map(|passed_on| passed_on.exact()) {
        Some(batch) if batch < quantity => {
            let run = run_time(&operation.times, batch, efficiency).map_err(in_operation)?;
            let first_pieces = operation.times.setup.plus(run);
            Some(Overlap { first_pieces, last_quantity: last_batch(quantity, batch)? })
        }
        Some(_) | None => None,
    };
    Ok(Step { operation, windows, efficiency, duration, overlap })
}

/// What is left after as many whole batches as leave something.
fn last_batch(quantity: Exact, batch: Exact) -> Result<Exact, QuantityError> {
    let batches_before = quantity.div(batch)?.ceil() - 1;
    let batches_before = i64::try_from(batches_before).map_err(|_| QuantityError::Overflow)?;
    quantity.sub(batch.mul(Exact::from_integer(batches_before))?)
}

impl Step<'_> {
    fn place_forward(&self, ready: Instant, end_bound: Instant) -> Result<PlannedOperation, PlanError> {
        let missing = CalendarError::HorizonExceeded { from: ready, missing: self.duration };
        let start = self.windows.next_working(ready).ok_or_else(|| self.off_calendar(missing))?;
        let finish = self.after(start, self.duration)?;
        if finish >= end_bound {
            return Ok(self.slot(start, finish));
        }
        Ok(self.slot(self.before(end_bound, self.duration)?, end_bound))
    }

    fn place_backward(&self, start_bound: Instant, end_bound: Instant) -> Result<PlannedOperation, PlanError> {
        let start = self.before(end_bound, self.duration)?.min(start_bound);
        let finish = self.after(start, self.duration)?;
        Ok(self.slot(start, finish))
    }

    /// Working time for the pieces that come last, and the cleanup after them.
    fn last_pieces(&self, overlap: Overlap) -> Result<Seconds, PlanError> {
        let run = run_time(&self.operation.times, overlap.last_quantity, self.efficiency);
        let run = run.map_err(|source| PlanError::Duration { sequence: self.operation.sequence, source })?;
        Ok(run.plus(self.operation.times.cleanup))
    }

    fn after(&self, start: Instant, work: Seconds) -> Result<Instant, PlanError> {
        self.windows.add_working(start, work).map_err(|source| self.off_calendar(source))
    }

    fn before(&self, end: Instant, work: Seconds) -> Result<Instant, PlanError> {
        self.windows.subtract_working(end, work).map_err(|source| self.off_calendar(source))
    }

    fn off_calendar(&self, source: CalendarError) -> PlanError {
        let (sequence, work_center) = (self.operation.sequence, self.operation.work_center);
        PlanError::Calendar { sequence, work_center, source }
    }

    fn slot(&self, start: Instant, finish: Instant) -> PlannedOperation {
        PlannedOperation { sequence: self.operation.sequence, start, finish, duration: self.duration }
    }
}
