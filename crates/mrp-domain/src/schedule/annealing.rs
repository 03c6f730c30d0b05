//! Less weighted tardiness by annealing: an operation changes its place, and the change is kept when it is better, or not
//! much worse, at the temperature of the moment (Kirkpatrick, Gelatt and Vecchi, 1983). It is drawn at random, or found by
//! following the delay of a late order back to what causes it (Kuhpfahl and Bierwirth, "A study on local search
//! neighborhoods for the job shop scheduling problem with total weighted tardiness objective", 2016). It is swapped with
//! the one before, inserted earlier or moved to another unit; sometimes a whole order is moved ahead. What becomes later by
//! that is followed to its end, what could become earlier only for a while; now and then everything is pulled tight.

mod timeline;

use super::column::{Lists, NONE, narrow};
use super::random::{Chance, Random};
use super::shop::{Draft, Shop};
use super::{Budget, SPENT_ALL};
use timeline::{GivenUp, Timeline};

/// Steps between two looks at the budget.
const LOOK_STEPS: u64 = 256;

/// How much of the budget must be spent to know how many steps it is good for.
const SPENT_KNOWN: u32 = SPENT_ALL / 128;

/// The share that goes into a first round which is cold from the start: it is all that a short search has time for.
const SPENT_COLD: u32 = SPENT_ALL / 16;

/// Fewest steps from warm to cold, and how often at most.
const ROUND_STEPS_MIN: u64 = 100_000;
const ROUNDS_MAX: u64 = 64;

/// How far back a delay is followed.
const TRACED_MAX: u32 = 48;

/// How many places an operation is moved ahead at most.
const AHEAD_MAX: u32 = 12;

/// Searches for as long as the budget lasts. The best schedule found, which is never worse than `start`.
pub(super) fn anneal(shop: &Shop<'_>, start: &Draft, seed: u64, budget: &mut dyn Budget) -> Draft {
    let mut search = Search::new(shop, start, seed);
    search.run(budget);
    search.best
}

/// The temperature after so much of the budget, where each full one starts anew: it falls with the square of what is
/// left.
fn cooled(warmth: i64, spent: u64) -> i64 {
    let left = i64::from(SPENT_ALL) - i64::try_from(spent % u64::from(SPENT_ALL)).unwrap_or(0);
    let left = left >> 10;
    (warmth * left / 976) * left / 976
}

struct Search<'a> {
    timeline: Timeline<'a>,
    random: Random,
    chance: Chance,
    /// The operations of each order in waiting order.
    steps_of: Lists<u32>,
    targeted: u32,
    best: Draft,
    best_total: i64,
}

impl<'a> Search<'a> {
    fn new(shop: &'a Shop<'a>, start: &Draft, seed: u64) -> Self {
        let timeline = Timeline::new(shop, start);
        let steps: Vec<(u32, u32)> = shop.waiting_order().iter().map(|&step| (shop.order[step], step)).collect();
        let mut search = Self {
            targeted: 0,
            best: timeline.draft(),
            best_total: timeline.total,
            timeline,
            random: Random::new(seed),
            chance: Chance::new(),
            steps_of: Lists::grouped(shop.due.len(), &steps),
        };
        search.targeted = search.targeted();
        search
    }

    fn run(&mut self, budget: &mut dyn Budget) {
        let warmth = self.warmth();
        let (mut steps, mut temperature, mut rounds) = (0_u64, warmth, None);
        let renewal = u64::from(self.timeline.shop.operations).max(LOOK_STEPS);
        let mut renew_at = renewal;
        while self.timeline.total > 0 {
            if steps.is_multiple_of(LOOK_STEPS) {
                let spent = budget.spent(steps);
                if spent >= SPENT_ALL {
                    break;
                }
                if rounds.is_none() && spent >= SPENT_KNOWN {
                    rounds = Some(self.rounds(steps * u64::from(SPENT_ALL / spent)));
                }
                temperature = match spent.checked_sub(SPENT_COLD) {
                    None => cooled(warmth / 8, u64::from(spent * (SPENT_ALL / SPENT_COLD))),
                    Some(spent) => cooled(warmth, u64::from(spent) * 16 / 15 * rounds.unwrap_or(1)),
                };
            }
            if steps >= renew_at {
                renew_at = steps + renewal;
                self.timeline.tighten();
                self.remember();
                self.targeted = self.targeted();
            }
            steps += 1;
            let allowance = self.chance.allowance(temperature, &mut self.random);
            self.timeline.allowance = allowance;
            let Ok(()) = self.change() else {
                self.timeline.take_back();
                continue;
            };
            if self.timeline.delta() <= allowance {
                self.timeline.keep();
            } else {
                self.timeline.take_back();
            }
        }
        self.remember();
    }

    /// How often the search warms up again: few operations are soon as good as they get from where they are.
    fn rounds(&self, steps: u64) -> u64 {
        let operations = u64::from(self.timeline.shop.operations);
        (steps / (operations * operations).max(ROUND_STEPS_MIN)).clamp(1, ROUNDS_MAX)
    }

    /// How many of 128 steps look at a late order: nearly all when few are late, less than half when many are, because
    /// then it is the others that must make room.
    fn targeted(&self) -> u32 {
        let (late, orders) = (narrow(self.timeline.late().len()), self.timeline.shop.due.len());
        112_u32.saturating_sub(late.saturating_mul(160) / orders.max(1)).max(48)
    }

    fn remember(&mut self) {
        if self.timeline.total < self.best_total {
            self.best_total = self.timeline.total;
            self.best = self.timeline.draft();
        }
    }

    /// The temperature to begin with.
    fn warmth(&mut self) -> i64 {
        let (mut sum, mut count) = (0_i64, 0_i64);
        for _ in 0..2_000 {
            if self.change().is_ok() {
                let delta = self.timeline.delta();
                if delta > 0 {
                    sum += delta;
                    count += 1;
                }
            }
            self.timeline.take_back();
        }
        (sum / count.max(1) / 2).max(1)
    }

    fn change(&mut self) -> Result<(), GivenUp> {
        if !self.random.chance(self.targeted, 128) {
            let operation = self.random.below(self.timeline.shop.operations);
            return self.shift(operation);
        }
        let Some(&order) = self.random.pick(self.timeline.late()) else { return Err(GivenUp) };
        if self.random.chance(1, 32) {
            self.timeline.allowance = i64::MAX;
            return self.hurry(order);
        }
        let operation = self.cause(order);
        if operation == NONE { Err(GivenUp) } else { self.shift(operation) }
    }

    /// One of the operations that wait for their unit on the way back from the end of a late order.
    fn cause(&mut self, order: u32) -> u32 {
        let timeline = &self.timeline;
        let ends = timeline.shop.ends.of(order);
        let Some(&last) = ends.iter().max_by_key(|&&end| timeline.nodes[end].end) else { return NONE };
        let (mut operation, mut found, mut seen) = (last, NONE, 0);
        for _ in 0..TRACED_MAX {
            let prev = timeline.nodes[operation].prev;
            let (ready, before) = timeline.ready(operation);
            operation = if prev != NONE && timeline.nodes[prev].end > ready {
                seen += 1;
                if self.random.below(seen) == 0 {
                    found = operation;
                }
                prev
            } else {
                before
            };
            if operation == NONE {
                break;
            }
        }
        found
    }

    /// Moves an operation ahead on its unit, or to another.
    fn shift(&mut self, operation: u32) -> Result<(), GivenUp> {
        let node = self.timeline.nodes[operation];
        if node.is_fixed {
            return Err(GivenUp);
        }
        let choices = self.timeline.shop.choices.of(operation);
        let is_alone = matches!(choices, [choice] if choice.units == 1);
        if !is_alone && self.random.chance(5, 8) {
            return self.move_over(operation);
        }
        if node.prev == NONE {
            return Err(GivenUp);
        }
        let ahead = if self.random.chance(5, 8) { 1 } else { 2 + self.random.below(AHEAD_MAX - 1) };
        let ready = self.timeline.ready(operation).0;
        let mut front = node.prev;
        for _ in 1..ahead {
            let prev = self.timeline.nodes[front].prev;
            if prev == NONE || self.timeline.nodes[prev].end <= ready {
                break;
            }
            front = prev;
        }
        let prev = self.timeline.nodes[front].prev;
        if self.timeline.nodes[front].is_fixed || !self.timeline.can_stand(operation, prev, front) {
            return Err(GivenUp);
        }
        self.timeline.relocate(operation, node.choice, node.unit, prev)
    }

    /// Moves an operation to another unit that can do it, about when it is ready.
    fn move_over(&mut self, operation: u32) -> Result<(), GivenUp> {
        let node = self.timeline.nodes[operation];
        let choices = self.timeline.shop.choices.of(operation);
        let Some(choice) = self.random.pick(choices) else { return Err(GivenUp) };
        let mut unit = choice.first_unit + self.random.below(choice.units);
        if unit == node.unit {
            unit = if unit + 1 < choice.first_unit + choice.units { unit + 1 } else { choice.first_unit };
        }
        let ready = self.timeline.ready(operation).0;
        let mut prev = self.timeline.running(unit, ready);
        if prev != NONE && self.random.chance(1, 4) {
            prev = self.timeline.nodes[prev].prev;
        }
        for _ in 0..self.random.below(4) {
            let next = self.timeline.behind(prev, unit);
            if next == NONE || next == operation || self.timeline.nodes[next].start >= node.start {
                break;
            }
            prev = next;
        }
        self.put(operation, choice.mode, unit, prev)
    }

    fn put(&mut self, operation: u32, choice: u32, unit: u32, prev: u32) -> Result<(), GivenUp> {
        let next = self.timeline.behind(prev, unit);
        if prev == operation || next == operation || !self.timeline.can_stand(operation, prev, next) {
            return Err(GivenUp);
        }
        self.timeline.relocate(operation, choice, unit, prev)
    }

    /// Moves every step of an order, the first one first, to where it starts when it is ready.
    fn hurry(&mut self, order: u32) -> Result<(), GivenUp> {
        let mut moved = Err(GivenUp);
        for place in 0.. {
            let Some(&operation) = self.steps_of.of(order).get(place) else { break };
            let node = self.timeline.nodes[operation];
            let ready = self.timeline.ready(operation).0;
            if node.is_fixed || node.start <= ready || self.random.chance(1, 4) {
                continue;
            }
            let prev = self.timeline.running(node.unit, ready);
            let next = self.timeline.behind(prev, node.unit);
            if prev == operation || next == operation || !self.timeline.can_stand(operation, prev, next) {
                continue;
            }
            self.timeline.relocate(operation, node.choice, node.unit, prev)?;
            moved = Ok(());
        }
        moved
    }
}
