//! A schedule in one pass over time: whenever a unit is free, the waiting operation with the highest priority starts.
//!
//! The rule is Apparent Tardiness Cost (Vepsalainen and Morton, 1987): what an order weighs per second of the
//! operation's work, less the longer the order can still wait, `w/p × exp(-slack / (K × mean work))`. Where changing
//! over takes time it is ATCS (Lee, Bhaskaran and Pinedo, 1997): again less by how long the unit needs for the change.
//! Compared are logarithms in whole numbers. K is how far ahead the rule looks: small for a shop with room, large for a
//! crowded one.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::column::{Column, NONE, narrow};
use super::random::{LOG_BITS, log2};
use super::shop::{Choice, Draft, Fixed, Shop};
use super::{Schedule, ScheduleError};
use crate::schedule::problem::Problem;

/// The values of K that are tried, in halves.
pub const LOOK_AHEADS: [u32; 6] = [1, 2, 3, 5, 8, 16];

/// Binary logarithm of e, with 12 fractional bits.
const LOG2_E: i64 = 5_909;

/// What a priority is divided by for a changeover as long as the mean work: e.
const CHANGEOVER_WEIGHT: i64 = LOG2_E;

/// The best, by weighted tardiness and then by makespan, of the schedules that all [`LOOK_AHEADS`] give.
///
/// # Errors
/// [`ScheduleError`] when working hours end too early.
pub fn dispatch(problem: &Problem) -> Result<Schedule, ScheduleError> {
    let shop = Shop::new(problem);
    Ok(shop.schedule(&best(&shop)?))
}

/// The schedule that one look-ahead gives; `look_ahead_halves` is 2 K.
///
/// # Errors
/// [`ScheduleError`] when working hours end too early.
pub fn dispatch_once(problem: &Problem, look_ahead_halves: u32) -> Result<Schedule, ScheduleError> {
    let shop = Shop::new(problem);
    let draft = Dispatch::new(&shop, &Urgency::new(&shop, look_ahead_halves.max(1))).run()?;
    Ok(shop.schedule(&draft))
}

pub(super) fn best(shop: &Shop<'_>) -> Result<Draft, ScheduleError> {
    let mut best: Option<((i64, u32), Draft)> = None;
    for look_ahead in LOOK_AHEADS {
        let draft = Dispatch::new(shop, &Urgency::new(shop, look_ahead)).run()?;
        let value = (shop.weighted_tardiness(&draft), draft.end.as_slice().iter().copied().max().unwrap_or(0));
        if best.as_ref().is_none_or(|(least, _)| value < *least) {
            best = Some((value, draft));
        }
    }
    Ok(best.map_or_else(|| Draft::empty(shop.operations), |(_, draft)| draft))
}

/// Priorities of all operations on one look-ahead.
pub(super) struct Urgency {
    /// log2(weight) - log2(work), by operation.
    value: Column<i64>,
    /// The latest start that keeps the due date when nothing else waits, by operation.
    latest: Column<i64>,
    /// What a second of slack costs, with 16 more fractional bits, by work center.
    slope: Column<i64>,
    /// What a second of changeover costs, the same.
    changeover_slope: Column<i64>,
}

impl Urgency {
    pub(super) fn new(shop: &Shop<'_>, look_ahead_halves: u32) -> Self {
        let work = |operation| shop.choices.of(operation).iter().map(|choice| choice.duration).min().unwrap_or(0);
        let mut rest: Column<i64> = Column::filled(0, shop.operations);
        for &operation in shop.waiting_order().iter().rev() {
            let after = shop.followers.of(operation).iter();
            let longest = after.map(|link| rest[link.operation] + i64::from(link.lag)).max().unwrap_or(0);
            rest[operation] = longest + i64::from(work(operation));
        }
        let weight = |operation: u32| u64::try_from(shop.weight[shop.order[operation]]).unwrap_or(0);
        let value = |operation| log2(weight(operation)) - log2(work(operation).into());
        let latest = |operation: u32| match shop.due[shop.order[operation]] {
            NONE => i64::from(u32::MAX) - rest[operation],
            due => i64::from(due) - rest[operation],
        };
        let means = mean_work(shop);
        let slope = |halves: u32, mean: i64| (LOG2_E << 16) * 2 / (i64::from(halves) * mean).max(1);
        Self {
            value: (0..shop.operations).map(value).collect::<Vec<_>>().into(),
            latest: (0..shop.operations).map(latest).collect::<Vec<_>>().into(),
            slope: means.iter().map(|&mean| slope(look_ahead_halves, mean)).collect::<Vec<_>>().into(),
            changeover_slope: means.iter().map(|&mean| (CHANGEOVER_WEIGHT << 16) / mean).collect::<Vec<_>>().into(),
        }
    }

    #[inline]
    fn of(&self, operation: u32, center: u32, now: u32) -> i64 {
        let slack = (self.latest[operation] - i64::from(now)).max(0);
        self.value[operation] - ((slack * self.slope[center]) >> 16)
    }
}

/// By work center, at least one second.
fn mean_work(shop: &Shop<'_>) -> Vec<i64> {
    let centers = shop.centers.len();
    let (mut work, mut count) = (Column::filled(0_i64, centers), Column::filled(0_i64, centers));
    for operation in 0..shop.operations {
        for choice in shop.choices.of(operation) {
            work[choice.work_center] += i64::from(choice.duration);
            count[choice.work_center] += 1;
        }
    }
    (0..centers).map(|center| (work[center] / count[center].max(1)).max(1)).collect()
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    operation: u32,
    choice: u32,
    duration: u32,
}

/// One run through time.
pub(super) struct Dispatch<'a> {
    shop: &'a Shop<'a>,
    urgency: &'a Urgency,
    draft: Draft,
    /// By operation: how many it still waits for, and when it may start.
    missing: Column<u32>,
    ready: Column<u32>,
    /// By work center: what waits, how much work that is, and which units stand.
    queue: Column<Vec<Waiting>>,
    backlog: Column<u64>,
    standing: Column<Vec<u32>>,
    /// By unit: the last operation, when it is done, and the fixed ones that come, the next one last.
    last: Column<u32>,
    free: Column<u32>,
    fixed: Column<Vec<u32>>,
    /// By work center: the opening for which it waits.
    opening: Column<u32>,
    /// The operations, with the choice, that found the rest of a work center's hours too short for them.
    turned_away: BTreeSet<(u32, u32)>,
    /// (time, what): an operation becomes ready, a unit is done, a work center opens; numbered one behind the other.
    events: BinaryHeap<Reverse<(u32, u32)>>,
}

impl<'a> Dispatch<'a> {
    pub(super) fn new(shop: &'a Shop<'a>, urgency: &'a Urgency) -> Self {
        let (operations, centers) = (shop.operations, shop.centers.len());
        let standing = |center: u32| {
            let center = &shop.centers[center];
            (center.first_unit..center.first_unit + center.units).rev().collect::<Vec<_>>()
        };
        Self {
            shop,
            urgency,
            draft: Draft::empty(operations),
            missing: (0..operations).map(|operation| narrow(shop.waits.of(operation).len())).collect::<Vec<_>>().into(),
            ready: shop.release.clone(),
            queue: Column::filled(Vec::new(), centers),
            backlog: Column::filled(0, centers),
            standing: (0..centers).map(standing).collect::<Vec<_>>().into(),
            last: Column::filled(NONE, shop.units),
            free: Column::filled(0, shop.units),
            fixed: Column::filled(Vec::new(), shop.units),
            opening: Column::filled(NONE, centers),
            turned_away: BTreeSet::new(),
            events: BinaryHeap::new(),
        }
    }

    /// # Errors
    /// [`ScheduleError`] when working hours end too early.
    pub(super) fn run(mut self) -> Result<Draft, ScheduleError> {
        self.place_fixed();
        for operation in 0..self.shop.operations {
            if self.missing[operation] == 0 && self.shop.fixed[operation].is_none() {
                self.events.push(Reverse((self.ready[operation], operation)));
            }
        }
        let mut touched: Vec<u32> = Vec::new();
        while let Some(Reverse((now, what))) = self.events.pop() {
            let center = self.happens(what, now);
            if !touched.contains(&center) {
                touched.push(center);
            }
            if self.events.peek().is_some_and(|Reverse((next, _))| *next == now) {
                continue;
            }
            for center in touched.drain(..) {
                self.serve(center, now)?;
            }
        }
        Ok(self.draft)
    }

    /// The work center that may go on by an event.
    fn happens(&mut self, what: u32, now: u32) -> u32 {
        let Some(unit) = what.checked_sub(self.shop.operations) else { return self.enqueue(what, now) };
        let Some(center) = unit.checked_sub(self.shop.units) else {
            let center = self.shop.unit_center[unit];
            self.standing[center].push(unit);
            return center;
        };
        center
    }

    fn place_fixed(&mut self) {
        let mut all: Vec<(u32, Fixed)> = Vec::new();
        for operation in 0..self.shop.operations {
            let Some(fixed) = self.shop.fixed[operation] else { continue };
            all.push((operation, fixed));
            self.place(operation, fixed.choice, fixed.unit, fixed.start, fixed.end);
        }
        all.sort_unstable_by_key(|&(operation, fixed)| Reverse((fixed.start, fixed.end, operation)));
        for (operation, fixed) in all {
            self.fixed[fixed.unit].push(operation);
        }
    }

    /// Writes the slot down and tells those who wait for it.
    fn place(&mut self, operation: u32, choice: u32, unit: u32, start: u32, end: u32) {
        self.draft.choice[operation] = choice;
        self.draft.unit[operation] = unit;
        self.draft.start[operation] = start;
        self.draft.end[operation] = end;
        for link in self.shop.followers.of(operation) {
            let next = link.operation;
            self.missing[next] -= 1;
            self.ready[next] = self.ready[next].max(end + link.lag);
            // What waits for nothing more at the very start is found there; nothing is ready before a fixed one is
            // placed.
            if self.missing[next] == 0 && self.shop.fixed[next].is_none() && self.shop.fixed[operation].is_none() {
                self.events.push(Reverse((self.ready[next], next)));
            }
        }
    }

    /// Puts a ready operation where, of all places with hours for it, it is done soonest by what waits there already. The
    /// work center.
    fn enqueue(&mut self, operation: u32, now: u32) -> u32 {
        let choices = self.shop.choices.of(operation);
        let soonest = |choice: &Choice| {
            let units = choice.first_unit..choice.first_unit + choice.units;
            let free = units.map(|unit| self.free[unit]).min().unwrap_or(0).max(now);
            u64::from(free) + self.backlog[choice.work_center] / u64::from(choice.units) + u64::from(choice.duration)
        };
        let best = match choices {
            [only] => Some(only),
            _ => {
                let by_end = |choice: &&Choice| (soonest(choice), choice.mode);
                let best = choices.iter().min_by_key(by_end);
                let fitting = best.filter(|choice| self.can_run(operation, choice, now));
                fitting
                    .or_else(|| choices.iter().filter(|choice| self.can_run(operation, choice, now)).min_by_key(by_end))
                    .or(best)
            }
        };
        let Some(best) = best else { panic!("operation {operation} has no mode") };
        self.queue[best.work_center].push(Waiting { operation, choice: best.mode, duration: best.duration });
        self.backlog[best.work_center] += u64::from(best.duration);
        best.work_center
    }

    /// Whether a work center has hours for an operation from now on, as far as is known.
    fn can_run(&self, operation: u32, choice: &Choice, now: u32) -> bool {
        !self.turned_away.contains(&(operation, choice.mode))
            && self.shop.run(choice.work_center, operation, now, choice.duration).is_some()
    }

    /// Takes an operation for which the hours have become too short out of the queue, to go where they are not.
    fn turn_away(&mut self, error: ScheduleError, now: u32) -> Result<(), ScheduleError> {
        let ScheduleError::HoursEnd { operation, work_center } = error;
        let queue = &mut self.queue[work_center];
        let Some(place) = queue.iter().position(|waiting| waiting.operation == operation) else { return Err(error) };
        let waiting = queue.swap_remove(place);
        self.backlog[work_center] -= u64::from(waiting.duration);
        self.turned_away.insert((operation, waiting.choice));
        if !self.shop.choices.of(operation).iter().any(|choice| self.can_run(operation, choice, now)) {
            return Err(error);
        }
        self.events.push(Reverse((now, operation)));
        Ok(())
    }

    /// Starts what can start on a work center.
    fn serve(&mut self, center: u32, now: u32) -> Result<(), ScheduleError> {
        if self.is_closed(center, now)? {
            return Ok(());
        }
        let mut kept = Vec::new();
        while !self.queue[center].is_empty() {
            let Some(unit) = self.standing[center].pop() else { break };
            if let Some(end) = self.fixed_end(unit, now) {
                self.occupy(unit, end);
                continue;
            }
            match self.choose(center, unit, now) {
                Err(error) => {
                    self.turn_away(error, now)?;
                    self.standing[center].push(unit);
                }
                Ok(Some((place, start, end))) => {
                    let chosen = self.queue[center].swap_remove(place);
                    self.backlog[center] -= u64::from(chosen.duration);
                    self.last[unit] = chosen.operation;
                    self.occupy(unit, end);
                    self.place(chosen.operation, chosen.choice, unit, start, end);
                }
                // Everything is too long for the gap before the next fixed operation: the unit waits for that.
                Ok(None) => match self.fixed[unit].last() {
                    Some(&next) => {
                        let end = self.draft.end[next];
                        self.fixed[unit].pop();
                        self.last[unit] = next;
                        self.occupy(unit, end);
                    }
                    None => kept.push(unit),
                },
            }
        }
        self.standing[center].append(&mut kept);
        Ok(())
    }

    /// Whether nothing can start now; what waits is looked at again when the work center opens.
    fn is_closed(&mut self, center: u32, now: u32) -> Result<bool, ScheduleError> {
        let shop = self.shop;
        let Some(hours) = shop.centers[center].hours else { return Ok(false) };
        while let Some(&Waiting { operation, .. }) = self.queue[center].first() {
            let Some(opens) = hours.next_working(shop.instant(now)).and_then(|opens| shop.seconds(opens)) else {
                self.turn_away(ScheduleError::HoursEnd { operation, work_center: center }, now)?;
                continue;
            };
            if opens > now && self.opening[center] != opens {
                self.opening[center] = opens;
                self.events.push(Reverse((opens, shop.operations + shop.units + center)));
            }
            return Ok(opens > now);
        }
        Ok(false)
    }

    fn occupy(&mut self, unit: u32, until: u32) {
        self.free[unit] = until;
        self.events.push(Reverse((until, self.shop.operations + unit)));
    }

    /// When the unit is free again, if a fixed operation has begun on it.
    fn fixed_end(&mut self, unit: u32, now: u32) -> Option<u32> {
        let mut end = None;
        while let Some(&next) = self.fixed[unit].last() {
            if self.draft.start[next] > now.max(end.unwrap_or(0)) {
                break;
            }
            self.fixed[unit].pop();
            self.last[unit] = next;
            self.free[unit] = self.draft.end[next];
            end = Some(self.draft.end[next]);
        }
        end.filter(|&end| end > now)
    }

    /// The most urgent operation that fits on the unit: its place in the queue, start and end.
    fn choose(&self, center: u32, unit: u32, now: u32) -> Result<Option<(usize, u32, u32)>, ScheduleError> {
        let (shop, last) = (self.shop, self.last[unit]);
        let is_simple = shop.centers[center].changeovers.is_none() && self.fixed[unit].is_empty();
        let mut best: Option<(i64, Reverse<u32>, usize)> = None;
        let mut slot = None;
        for (place, waiting) in self.queue[center].iter().enumerate() {
            let operation = waiting.operation;
            let mut urgency = self.urgency.of(operation, center, now);
            let mut found = None;
            if !is_simple {
                let begin = if last == NONE { Some(now) } else { self.after(center, unit, last, operation) };
                let begin = begin.ok_or(ScheduleError::HoursEnd { operation, work_center: center })?.max(now);
                urgency -= (i64::from(begin - now) * self.urgency.changeover_slope[center]) >> 16;
                let run = shop.run(center, operation, begin, waiting.duration);
                let (start, end) = run.ok_or(ScheduleError::HoursEnd { operation, work_center: center })?;
                if self.fixed[unit].last().is_some_and(|&next| !self.ends_before(center, operation, end, next)) {
                    continue;
                }
                found = Some((start, end));
            }
            // The longer order number loses, so that the order of the queue does not matter.
            let key = (urgency, Reverse(operation), place);
            if best.is_none_or(|best| key > best) {
                best = Some(key);
                slot = found;
            }
        }
        let Some((_, Reverse(operation), place)) = best else { return Ok(None) };
        let duration = self.queue[center].get(place).map_or(0, |waiting| waiting.duration);
        let slot = slot.or_else(|| shop.run(center, operation, now, duration));
        let (start, end) = slot.ok_or(ScheduleError::HoursEnd { operation, work_center: center })?;
        Ok(Some((place, start, end)))
    }

    fn after(&self, center: u32, unit: u32, last: u32, operation: u32) -> Option<u32> {
        self.shop.changed_over(center, self.free[unit], last, operation)
    }

    fn ends_before(&self, center: u32, operation: u32, end: u32, next: u32) -> bool {
        let changed = self.shop.changed_over(center, end, operation, next);
        changed.is_some_and(|changed| changed <= self.draft.start[next])
    }
}

/// Whether a shift of the logarithm by one is a factor of two: the rule above relies on it.
const _: () = assert!(LOG_BITS == 12 && LOG2_E >> LOG_BITS == 1);
