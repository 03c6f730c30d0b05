//! How long an operation takes: the one formula, and its inverse for learning cycle times.
//!
//! `setup + cleanup + ceil(quantity / quantity per cycle) × cycle × 100 / efficiency`, rounded up to a whole second.
//!
//! - Welding: setup 10 min, cleanup 5, cycle 12, 1 per cycle, 50 pieces, 80 % → 15 + 750 = 765 min.
//! - Oven: setup 15 min, cycle 40, 20 per cycle, 50 pieces, 100 % → 15 + 3 × 40 = 135 min.

use serde::{Deserialize, Serialize};

use crate::quantity::{Exact, PositiveQuantity, QuantityError};
use crate::time::Seconds;
use crate::vocabulary;
use crate::work_center::Efficiency;

/// From how many finished work orders a cycle time is learned unless told otherwise.
pub const LEARN_FROM_DEFAULT: u32 = 10;

/// From how many at most.
pub const LEARN_FROM_MAX: u32 = 100;

vocabulary! {
    /// Where the time of one cycle comes from.
    pub enum TimeMode {
        /// Somebody typed it.
        Manual = "manual",
        /// The last finished work orders show it; while there are none, what was typed counts.
        Learned = "learned",
    }
}

vocabulary! {
    /// Why there is no learned time.
    pub enum NothingLearned {
        /// No finished work order of the operation has a measured time and pieces.
        NoWorkOrders = "no_work_orders",
        /// The setup and cleanup that were planned are longer than everything that was measured.
        SetupLonger = "setup_longer",
        /// The time is longer than a cycle can be.
        OutOfRange = "out_of_range",
    }
}

/// Longest duration of one operation: a hundred years.
pub const DURATION_SECONDS_MAX: u64 = 100 * 366 * 86_400;

/// Why an operation has no duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Nobody makes less than nothing.
    #[error("the quantity {quantity} is less than zero")]
    QuantityNegative {
        /// The quantity given.
        quantity: Exact,
    },
    /// More than [`DURATION_SECONDS_MAX`].
    #[error("the duration is above {DURATION_SECONDS_MAX} seconds")]
    TooLong,
}

/// The times of an operation, at 100 % efficiency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationTimes {
    /// Once, before the first cycle; not affected by efficiency.
    #[serde(rename = "setup_seconds")]
    pub setup: Seconds,
    /// One cycle.
    #[serde(rename = "cycle_seconds")]
    pub cycle: Seconds,
    /// Pieces that one cycle makes.
    pub quantity_per_cycle: PositiveQuantity,
    /// Once, after the last cycle; not affected by efficiency.
    #[serde(rename = "cleanup_seconds")]
    pub cleanup: Seconds,
}

/// Setup, all cycles and cleanup of `quantity` pieces.
///
/// # Errors
/// [`DurationError`]
pub fn duration(times: &OperationTimes, quantity: Exact, efficiency: Efficiency) -> Result<Seconds, DurationError> {
    let run = run_time(times, quantity, efficiency)?;
    bounded(times.setup.plus(times.cleanup).plus(run))
}

/// The cycles of `quantity` pieces alone, without setup and cleanup, rounded up to a whole second.
///
/// # Errors
/// [`DurationError`]
pub fn run_time(times: &OperationTimes, quantity: Exact, efficiency: Efficiency) -> Result<Seconds, DurationError> {
    let cycles = Exact::from_integer(i64::try_from(cycles(times, quantity)?).map_err(|_| DurationError::TooLong)?);
    let cycle = Exact::from_integer(i64::try_from(times.cycle.get()).map_err(|_| DurationError::TooLong)?);
    let at_full_speed = cycles.mul(cycle).and_then(|seconds| seconds.mul(Exact::from_integer(100)));
    let seconds = at_full_speed.and_then(|seconds| seconds.div(efficiency.exact_percent()));
    let seconds = seconds.map_err(|_| DurationError::TooLong)?.ceil();
    bounded(Seconds::new(u64::try_from(seconds).map_err(|_| DurationError::TooLong)?))
}

/// How many cycles `quantity` pieces take; the last one may be partly filled.
///
/// # Errors
/// [`DurationError`]
pub fn cycles(times: &OperationTimes, quantity: Exact) -> Result<u64, DurationError> {
    if quantity.is_negative() {
        return Err(DurationError::QuantityNegative { quantity });
    }
    let cycles = quantity.div(times.quantity_per_cycle.exact()).map_err(|_| DurationError::TooLong)?.ceil();
    u64::try_from(cycles).map_err(|_| DurationError::TooLong)
}

/// What a finished work order took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FinishedRun {
    /// All machine time, setup and cleanup included.
    pub took: Seconds,
    /// Setup in it.
    pub setup: Seconds,
    /// Cleanup in it.
    pub cleanup: Seconds,
    /// Cycles made.
    pub cycles: u64,
}

/// Why no cycle time can be learned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LearnedCycleError {
    /// No cycle was made.
    #[error("no finished work order has made a cycle")]
    NoCycles,
    /// The setup and cleanup that the routing assumes are longer than everything that was measured.
    #[error("setup and cleanup of {fixed} are longer than the {took} that the work orders took")]
    NothingLeft {
        /// Setup and cleanup together.
        fixed: Seconds,
        /// What was measured.
        took: Seconds,
    },
    /// Too many digits.
    #[error(transparent)]
    Quantity(#[from] QuantityError),
}

/// The cycle time at 100 % efficiency that finished work orders show, exactly:
/// `(Σ took − Σ setup − Σ cleanup) × efficiency / 100 ÷ Σ cycles`.
///
/// # Errors
/// [`LearnedCycleError`]
pub fn learned_cycle(runs: &[FinishedRun], efficiency: Efficiency) -> Result<Exact, LearnedCycleError> {
    let took: Seconds = runs.iter().map(|run| run.took).sum();
    let fixed: Seconds = runs.iter().map(|run| run.setup.plus(run.cleanup)).sum();
    let cycles = runs.iter().fold(0_u64, |sum, run| sum.saturating_add(run.cycles));
    if cycles == 0 {
        return Err(LearnedCycleError::NoCycles);
    }
    if fixed >= took {
        return Err(LearnedCycleError::NothingLeft { fixed, took });
    }
    let whole = |value: u64| i64::try_from(value).map(Exact::from_integer).map_err(|_| QuantityError::Overflow);
    let at_full_speed = whole(took.minus(fixed).get())?.mul(efficiency.exact_percent())?;
    Ok(at_full_speed.div(whole(cycles)?.mul(Exact::from_integer(100))?)?)
}

/// The learned cycle in whole seconds, rounded up as durations are.
///
/// # Errors
/// [`NothingLearned`]
pub fn learned_seconds(runs: &[FinishedRun], efficiency: Efficiency) -> Result<Seconds, NothingLearned> {
    let cycle = learned_cycle(runs, efficiency).map_err(|error| match error {
        LearnedCycleError::NoCycles => NothingLearned::NoWorkOrders,
        LearnedCycleError::NothingLeft { .. } => NothingLearned::SetupLonger,
        LearnedCycleError::Quantity(_) => NothingLearned::OutOfRange,
    })?;
    let seconds = u64::try_from(cycle.ceil()).map_err(|_| NothingLearned::OutOfRange)?;
    if seconds > CYCLE_SECONDS_MAX { Err(NothingLearned::OutOfRange) } else { Ok(Seconds::new(seconds)) }
}

/// Longest time of one cycle: a year.
const CYCLE_SECONDS_MAX: u64 = 366 * 86_400;

const fn bounded(seconds: Seconds) -> Result<Seconds, DurationError> {
    if seconds.get() > DURATION_SECONDS_MAX { Err(DurationError::TooLong) } else { Ok(seconds) }
}
