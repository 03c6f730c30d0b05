//! Better schedules for as long as the caller allows: annealing for weighted tardiness, tabu search with path relinking
//! for the makespan. Nothing leaves here that [`check`] has a word against.

use super::check::check;
use super::shop::Shop;
use super::{Budget, Objective, Schedule, ScheduleError, annealing, bound, dispatch, tabu};
use crate::schedule::problem::Problem;

/// A schedule and how good it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Improved {
    /// The best schedule that was found.
    pub schedule: Schedule,
    /// Its objective.
    pub value: u64,
    /// No schedule has less.
    pub lower_bound: u64,
}

/// The best schedule that is found within the budget, from `start` or else from [`dispatch::dispatch`].
///
/// The makespan is improved where work centers work around the clock, without changeovers, lags, late material or fixed
/// operations, and where operations wait for at most one other each; other problems keep the schedule that they start
/// with.
///
/// # Errors
/// [`ScheduleError`] when working hours end too early.
///
/// # Panics
/// When `start` does not fit the problem, or the search made a schedule that [`check`] refuses: a bug here.
pub fn improve(
    problem: &Problem,
    objective: Objective,
    start: Option<&Schedule>,
    seed: u64,
    budget: &mut dyn Budget,
) -> Result<Improved, ScheduleError> {
    let shop = Shop::new(problem);
    let start = match start {
        Some(schedule) => {
            assert_sound(problem, schedule);
            shop.draft(schedule)
        }
        None => dispatch::best(&shop)?,
    };
    let lower_bound = lower_bound(problem, objective);
    let best = match objective {
        Objective::WeightedTardiness => annealing::anneal(&shop, &start, seed, budget),
        Objective::Makespan if shop.is_plain => tabu::search(&shop, &start, lower_bound, seed, budget),
        Objective::Makespan => start,
    };
    let schedule = shop.schedule(&best);
    assert_sound(problem, &schedule);
    Ok(Improved { value: objective.of(problem, &schedule), schedule, lower_bound })
}

fn assert_sound(problem: &Problem, schedule: &Schedule) {
    let violations = check(problem, schedule);
    assert!(violations.is_empty(), "the schedule cannot be carried out: {:?}", violations.first());
}

/// A value that no schedule goes below: every order on its own, and for the makespan also the work of every work center
/// between the shortest ways to it and from it.
#[must_use]
pub fn lower_bound(problem: &Problem, objective: Objective) -> u64 {
    let shop = Shop::new(problem);
    let ways = bound::Ways::new(&shop);
    match objective {
        Objective::Makespan => ways.makespan(&shop),
        Objective::WeightedTardiness => ways.weighted_tardiness(&shop),
    }
}
