//! A short makespan by tabu search and path relinking (TS/PR: Peng, Lü and Cheng, "A tabu search/path relinking
//! algorithm to solve the job shop scheduling problem", 2015). A few good solutions are kept; between two of them a new
//! one is built, which has what both share, and improved by tabu search (Glover, 1989; for the job shop Taillard,
//! 1994).

mod graph;
mod moves;

use super::column::{Column, narrow, wide};
use super::random::Random;
use super::shop::{Draft, Shop};
use super::{Budget, SPENT_ALL};
use graph::{Graph, Solution, distance};
use moves::{Moves, Tabu};

/// Moves without a better solution after which a tabu search ends: so many for each operation, within these limits.
const FRUITLESS_EACH: u32 = 20;
const FRUITLESS_MIN: u32 = 2_000;
const FRUITLESS_MAX: u32 = 12_500;

/// For how many moves at least what was left is forbidden; more where orders are many and units few.
const TENURE: u32 = 7;

/// Most solutions that are kept.
const KEPT_MAX: usize = 20;

/// The share of the budget in which the first solutions are made, and how few of them are enough.
const FIRST_SPENT: u32 = SPENT_ALL / 6;
const FIRST_MIN: usize = 4;

/// Steps between two looks at the budget.
const LOOK_STEPS: u64 = 64;

/// Searches until the budget is spent or the makespan is `lower_bound`. The best schedule found, which is never worse
/// than
/// `start`. Where operations wait for several others it is `start`.
pub(super) fn search(shop: &Shop<'_>, start: &Draft, lower_bound: u64, seed: u64, budget: &mut dyn Budget) -> Draft {
    let mut operations = 0..shop.operations;
    if !operations.all(|at| shop.waits.of(at).len() <= 1 && shop.followers.of(at).len() <= 1) {
        return start.clone();
    }
    let mut search = Search::new(shop, lower_bound, seed, budget);
    search.run(start);
    search.graph.load(shop, &search.best);
    search.graph.draft()
}

struct Search<'a> {
    shop: &'a Shop<'a>,
    graph: Graph,
    moves: Moves,
    tabu: Tabu,
    random: Random,
    budget: &'a mut dyn Budget,
    steps: u64,
    spent: u32,
    lower_bound: u64,
    is_flexible: bool,
    tenure: u32,
    now: u32,
    best: Solution,
}

impl<'a> Search<'a> {
    fn new(shop: &'a Shop<'a>, lower_bound: u64, seed: u64, budget: &'a mut dyn Budget) -> Self {
        let graph = Graph::new(shop);
        let mut best =
            Solution { order: Vec::new(), choice: Column::default(), unit: Column::default(), makespan: u32::MAX };
        graph.save(&mut best);
        best.makespan = u32::MAX;
        let mut operations = 0..shop.operations;
        Self {
            shop,
            moves: Moves::default(),
            tabu: Tabu::new(shop.operations, shop.units),
            random: Random::new(seed),
            spent: budget.spent(0),
            budget,
            steps: 0,
            lower_bound,
            is_flexible: operations.any(|at| !matches!(shop.choices.of(at), [choice] if choice.units == 1)),
            tenure: TENURE + shop.due.len() / shop.units.max(1),
            now: 0,
            graph,
            best,
        }
    }

    fn is_over(&self) -> bool {
        self.spent >= SPENT_ALL || u64::from(self.best.makespan) <= self.lower_bound
    }

    fn run(&mut self, start: &Draft) {
        self.best = self.solution_of(start);
        let mut kept = vec![self.best.clone()];
        while !self.is_over() {
            self.fill(&mut kept);
            self.relink(&mut kept);
            // All alike: what was found stays, the rest begins anew.
            kept.clear();
        }
    }

    /// First solutions, each improved.
    fn fill(&mut self, kept: &mut Vec<Solution>) {
        if let Some(first) = kept.pop() {
            kept.push(self.improve(first));
        }
        while !self.is_over() && kept.len() < KEPT_MAX && (kept.len() < FIRST_MIN || self.spent < FIRST_SPENT) {
            let drawn = self.draw();
            kept.push(self.improve(drawn));
        }
    }

    /// New solutions between two kept ones, from both ends, as long as the kept ones differ.
    fn relink(&mut self, kept: &mut [Solution]) {
        let mut failures = 0;
        while !self.is_over() && failures < 2 * kept.len() {
            let count = narrow(kept.len());
            let (left, right) = (self.random.below(count), self.random.below(count.saturating_sub(1)));
            let right = if right >= left { right + 1 } else { right };
            let Some((from, to)) = kept.get(wide(left)).zip(kept.get(wide(right))) else { return };
            let (from, to) = (from.clone(), to.clone());
            for (from, to) in [(&from, &to), (&to, &from)] {
                let between = self.between(from, to);
                let improved = self.improve(between);
                if self.is_over() {
                    return;
                }
                if self.keep(kept, improved) {
                    failures = 0;
                } else {
                    failures += 1;
                }
            }
        }
    }

    /// Takes a solution in place of the worst, unless it is worse or there already. Whether it was taken.
    fn keep(&self, kept: &mut [Solution], solution: Solution) -> bool {
        let is_there = kept.iter().any(|other| {
            other.makespan == solution.makespan && distance(self.shop, other, &solution) <= self.shop.operations / 50
        });
        let worst = kept.iter_mut().max_by_key(|other| other.makespan);
        match worst {
            Some(worst) if !is_there && solution.makespan <= worst.makespan => {
                *worst = solution;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Tabu search from a solution: the best it meets.
    fn improve(&mut self, mut best: Solution) -> Solution {
        self.graph.load(self.shop, &best);
        best.makespan = self.graph.makespan;
        self.tabu.clear();
        self.now = 0;
        self.steps += 1;
        self.spent = self.budget.spent(self.steps);
        let patience = (self.shop.operations * FRUITLESS_EACH).clamp(FRUITLESS_MIN, FRUITLESS_MAX);
        let mut fruitless = 0;
        while fruitless < patience && !self.is_over() {
            if self.steps.is_multiple_of(LOOK_STEPS) {
                self.spent = self.budget.spent(self.steps);
            }
            self.steps += 1;
            self.now += 1;
            if !self.step(best.makespan) {
                break;
            }
            fruitless += 1;
            if self.graph.makespan < best.makespan {
                self.graph.save(&mut best);
                fruitless = 0;
                if best.makespan < self.best.makespan {
                    self.best.clone_from(&best);
                }
            }
        }
        best
    }

    /// The best move that is not forbidden, or better than all before; any, when all are forbidden. Whether there is
    /// one.
    fn step(&mut self, least: u32) -> bool {
        self.moves.find(self.shop, &self.graph, self.is_flexible, &mut self.random);
        let (mut chosen, mut estimate, mut ties) = (None, u32::MAX, 0);
        for found in &self.moves.found {
            if found.estimate > estimate {
                continue;
            }
            if found.estimate >= least && self.tabu.forbids(&self.graph, found, self.now) {
                continue;
            }
            if found.estimate < estimate {
                (estimate, ties) = (found.estimate, 0);
            }
            ties += 1;
            if self.random.below(ties) == 0 {
                chosen = Some(*found);
            }
        }
        let Some(found) = chosen.or_else(|| self.random.pick(&self.moves.found).copied()) else { return false };
        let until = self.now + self.tenure + self.random.below(self.tenure + 1);
        self.tabu.make(&mut self.graph, &found, until);
        true
    }

    fn solution_of(&mut self, draft: &Draft) -> Solution {
        let mut order: Vec<(u32, u32, u32, u32)> = (0_u32..)
            .zip(self.shop.waiting_order())
            .map(|(rank, &operation)| (draft.start[operation], draft.end[operation], rank, operation))
            .collect();
        order.sort_unstable();
        let order = order.into_iter().map(|(_, _, _, operation)| operation).collect();
        let solution = Solution { order, choice: draft.choice.clone(), unit: draft.unit.clone(), makespan: 0 };
        self.graph.load(self.shop, &solution);
        Solution { makespan: self.graph.makespan, ..solution }
    }

    /// A solution at random: again and again the next operation of some order, on the unit where it is done first.
    fn draw(&mut self) -> Solution {
        let shop = self.shop;
        let mut solution = self.best.clone();
        solution.order.clear();
        let mut open: Vec<u32> = (0..shop.operations).filter(|&at| shop.waits.of(at).is_empty()).collect();
        let mut free: Column<u32> = Column::filled(0, shop.units);
        let mut ready = shop.release.clone();
        while !open.is_empty() {
            let place = wide(self.random.below(narrow(open.len())));
            let Some(&operation) = open.get(place) else { break };
            let ways = shop.choices.of(operation).iter().flat_map(|choice| {
                (choice.first_unit..choice.first_unit + choice.units).map(move |unit| (unit, choice))
            });
            let begin = ready[operation];
            let ends = ways.map(|(unit, choice)| (free[unit].max(begin) + choice.duration, unit, choice.mode));
            let Some((end, unit, choice)) = ends.min() else { break };
            solution.order.push(operation);
            solution.unit[operation] = unit;
            solution.choice[operation] = choice;
            free[unit] = end;
            match shop.followers.of(operation).first() {
                Some(link) => {
                    ready[link.operation] = ready[link.operation].max(end);
                    if let Some(at) = open.get_mut(place) {
                        *at = link.operation;
                    }
                }
                None => {
                    open.swap_remove(place);
                }
            }
        }
        solution
    }

    /// A solution about half way from one to another. Neighbours in the order of all operations that the other has the
    /// other way round change places: operations of one order never do, so that every step is a solution.
    fn between(&mut self, from: &Solution, to: &Solution) -> Solution {
        let mut solution = from.clone();
        for operation in 0..self.shop.operations {
            if from.unit[operation] != to.unit[operation] && self.random.chance(1, 2) {
                solution.unit[operation] = to.unit[operation];
                solution.choice[operation] = to.choice[operation];
            } else if from.unit[operation] == to.unit[operation] {
                solution.choice[operation] = to.choice[operation];
            }
        }
        let mut rank: Column<u32> = Column::filled(0, self.shop.operations);
        for (index, &operation) in (0..).zip(&to.order) {
            rank[operation] = index;
        }
        let apart = distance(self.shop, from, to);
        let wanted = apart * (35 + self.random.below(31)) / 100;
        let pairs = self.shop.operations.saturating_sub(1);
        let (mut changed, mut tries) = (0, u64::from(pairs) * u64::from(pairs));
        while changed < wanted && tries > 0 {
            tries -= 1;
            let place = wide(self.random.below(pairs));
            if let Some([left, right]) = solution.order.get_mut(place..).and_then(|order| order.first_chunk_mut::<2>())
                && rank[*left] > rank[*right]
            {
                changed += u32::from(solution.unit[*left] == solution.unit[*right]);
                std::mem::swap(left, right);
            }
        }
        solution
    }
}
