//! Schedules that get better.

use mrp_domain::schedule::check::check;
use mrp_domain::schedule::dispatch::dispatch;
use mrp_domain::schedule::improve::{improve, lower_bound};
use mrp_domain::schedule::instance::{factory, flexible_job_shop, job_shop};
use mrp_domain::schedule::problem::Problem;
use mrp_domain::schedule::{Objective, Schedule, Steps};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::reference::optimum;
use super::{always, order, slot, small_problem, step};

/// Fisher and Thompson's problem of six jobs on six machines (1963): nobody can do it in less than 55.
const FT06: &str = "6 6
2 1 0 3 1 6 3 7 5 3 4 6
1 8 2 5 4 10 5 10 0 10 3 4
2 5 3 4 5 8 0 9 1 1 4 7
1 5 0 5 2 5 3 3 4 8 5 9
2 9 1 3 4 5 5 4 0 3 3 1
1 3 3 3 5 9 0 10 4 4 2 1
";

/// Forty orders of three steps, each after the other, on four work centers that they crowd.
fn crowded() -> String {
    let mut text = "40 4\n1 2 1 1\n".to_owned();
    for order in 0_u32..40 {
        let number = |salt: u32, bound: u32| (order * 7 + salt * 13 + order * order * (salt + 3)) % bound;
        let (release, weight) = (order * 20, 1 + number(1, 3));
        let steps: Vec<String> =
            (0..3).map(|step| format!("{} {}", (order + step) % 4, 10 + number(step + 2, 30))).collect();
        text.push_str(&format!("{release} {} {weight} 3 {}\n", release + 80 + number(9, 80), steps.join(" ")));
    }
    text
}

#[test]
fn six_jobs_on_six_machines_take_55() {
    let problem = job_shop(FT06).unwrap();
    let found = improve(&problem, Objective::Makespan, None, 1, &mut Steps(20_000)).unwrap();
    assert_eq!(check(&problem, &found.schedule), []);
    assert_eq!((found.value, Objective::Makespan.of(&problem, &found.schedule)), (55, 55));
    assert!(found.lower_bound <= 55);
}

#[test]
fn the_search_ends_when_the_lower_bound_is_reached() {
    // Three equal jobs with a choice of three machines.
    let problem = flexible_job_shop("3 3\n1 3 0 7 1 7 2 7\n1 3 0 7 1 7 2 7\n1 3 0 7 1 7 2 7\n").unwrap();
    let mut asked = 0;
    let found = improve(&problem, Objective::Makespan, None, 1, &mut |steps: u64| {
        asked = steps;
        0
    });
    assert_eq!(found.map(|found| (found.value, found.lower_bound)), Ok((7, 7)));
    assert!(asked < 10_000, "{asked}");
}

#[test]
fn the_same_seed_and_steps_give_the_same_schedule() {
    let (shop, crowd) = (job_shop(FT06).unwrap(), factory(&crowded()).unwrap());
    for (problem, objective) in [(shop, Objective::Makespan), (crowd, Objective::WeightedTardiness)] {
        let run = |seed| improve(&problem, objective, None, seed, &mut Steps(3_000)).unwrap();
        assert_eq!(run(5), run(5));
    }
}

#[test]
fn a_crowded_factory_delivers_better_and_never_worse_than_it_started() {
    let problem = factory(&crowded()).unwrap();
    let start = dispatch(&problem).unwrap();
    let before = Objective::WeightedTardiness.of(&problem, &start);
    let unchanged = improve(&problem, Objective::WeightedTardiness, Some(&start), 1, &mut Steps(0)).unwrap();
    assert_eq!(unchanged.value, before);
    let better = improve(&problem, Objective::WeightedTardiness, Some(&start), 1, &mut Steps(50_000)).unwrap();
    assert_eq!(check(&problem, &better.schedule), []);
    assert!(better.lower_bound <= better.value && better.value < before, "{} of {before}", better.value);
}

#[test]
fn what_has_started_before_its_release_stays_and_others_get_better_around_it() {
    let mut operations: Vec<_> = (0..3).map(|number| step(number, 0, 10, &[])).collect();
    operations[0].fixed = Some(slot(0, 0, 0, 10));
    let problem = Problem::new(vec![always(1)], vec![order(5, 10, 1), order(5, 50, 1), order(5, 20, 1)], operations);
    let problem = problem.unwrap();
    let start = Schedule { slots: vec![slot(0, 0, 0, 10), slot(0, 0, 10, 20), slot(0, 0, 20, 30)] };
    let found = improve(&problem, Objective::WeightedTardiness, Some(&start), 1, &mut Steps(1_000)).unwrap();
    assert_eq!(found.value, 0);
    assert_eq!(found.schedule.slots, [slot(0, 0, 0, 10), slot(0, 0, 20, 30), slot(0, 0, 10, 20)]);
}

/// The problems are drawn, but always the same ones: a search promises no optimum.
#[test]
fn on_small_problems_nothing_is_better_than_what_is_found() {
    let mut runner = TestRunner::deterministic();
    let mut drawn = || small_problem().new_tree(&mut runner).unwrap().current();
    let problems = std::iter::repeat_with(&mut drawn).filter(|problem| problem.operations().len() <= 5);
    for problem in problems.take(60) {
        let found = improve(&problem, Objective::WeightedTardiness, None, 3, &mut Steps(5_000)).unwrap();
        assert_eq!(check(&problem, &found.schedule), []);
        let least = optimum(&problem, Objective::WeightedTardiness);
        assert!(found.lower_bound <= least);
        assert_eq!(found.value, least, "{problem:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_tardiness_of_small_problems_is_between_the_bound_and_the_first_schedule(problem in small_problem()) {
        prop_assume!(problem.operations().len() <= 5);
        let found = improve(&problem, Objective::WeightedTardiness, None, 3, &mut Steps(1_000)).unwrap();
        prop_assert_eq!(check(&problem, &found.schedule), []);
        let least = optimum(&problem, Objective::WeightedTardiness);
        prop_assert!(found.lower_bound <= least && least <= found.value);
        prop_assert!(found.value <= Objective::WeightedTardiness.of(&problem, &dispatch(&problem).unwrap()));
    }

    #[test]
    fn the_makespan_of_small_problems_is_between_the_bound_and_the_first_schedule(problem in small_problem()) {
        prop_assume!(problem.operations().len() <= 5);
        let found = improve(&problem, Objective::Makespan, None, 3, &mut Steps(2_000)).unwrap();
        let least = optimum(&problem, Objective::Makespan);
        prop_assert!(lower_bound(&problem, Objective::Makespan) <= least && least <= found.value);
        prop_assert!(found.value <= Objective::Makespan.of(&problem, &dispatch(&problem).unwrap()));
    }
}
