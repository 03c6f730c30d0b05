//! Moves that can shorten the longest way, and what each would make of it.
//!
//! On a unit, the neighbourhood N7 (Zhang, Li, Guan and Rao, 2007): within a block of the longest way, operations go
//! behind its last or before its first, and those two go inside. The new length is estimated as Balas and Vazacopoulos
//! (1998) do, from heads and rests of the moved operations alone. To other units an operation goes between any two that
//! allow it (Mastrolilli and Gambardella, 2000).

use super::graph::Graph;
use crate::schedule::column::Column;
use crate::schedule::random::Random;
use crate::schedule::shop::Shop;

/// An operation and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) operation: u32,
    /// The operation it goes behind or, when it moves ahead on its own unit, that it goes before.
    pub(super) target: u32,
    pub(super) kind: Kind,
    /// The longest way over what is moved.
    pub(super) estimate: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Behind,
    Ahead,
    Over { choice: u32, unit: u32, work: u32 },
}

/// One longest way, and room for the estimates.
#[derive(Debug, Clone, Default)]
pub(super) struct Moves {
    way: Vec<u32>,
    /// Bounds of the blocks in the way.
    blocks: Vec<(usize, usize)>,
    heads: Vec<u32>,
    pub(super) found: Vec<Move>,
}

impl Moves {
    /// Finds all moves of one longest way, drawn at random where it forks.
    pub(super) fn find(&mut self, shop: &Shop<'_>, graph: &Graph, is_flexible: bool, random: &mut Random) {
        self.trace(graph, random);
        self.found.clear();
        let way = std::mem::take(&mut self.way);
        let blocks = std::mem::take(&mut self.blocks);
        for &(from, to) in &blocks {
            let block = way.get(from..to).unwrap_or(&[]);
            // What only changes the beginning of the first block, or the end of the last, leaves the way as long as it
            // is.
            let is_first = from == 0 && block.first().is_some_and(|&first| graph.head(first) == 0);
            self.find_in_block(graph, block, is_first, to == way.len());
        }
        if is_flexible {
            for &operation in &way {
                self.find_over(shop, graph, operation);
            }
        }
        self.way = way;
        self.blocks = blocks;
    }

    fn trace(&mut self, graph: &Graph, random: &mut Random) {
        self.way.clear();
        self.blocks.clear();
        let mut seen = 0;
        let mut last = graph.nil;
        for &end in graph.lasts.iter().filter(|&&end| graph.end[end] == graph.makespan) {
            seen += 1;
            if random.below(seen) == 0 {
                last = end;
            }
        }
        let mut bound = 0;
        let mut operation = last;
        while operation < graph.operations {
            self.way.push(operation);
            let head = graph.head(operation);
            let (job, unit) = (graph.job_prev[operation], graph.unit_prev[operation]);
            let is_by_job = graph.end[job] == head;
            let is_by_unit = unit != graph.nil && graph.end[unit] == head;
            operation = if is_by_unit && (!is_by_job || random.chance(1, 2)) {
                unit
            } else {
                self.blocks.push((bound, self.way.len()));
                bound = self.way.len();
                if is_by_job { job } else { graph.nil }
            };
        }
        self.way.reverse();
        let length = self.way.len();
        self.blocks.iter_mut().for_each(|block| *block = (length - block.1, length - block.0));
    }

    fn find_in_block(&mut self, graph: &Graph, block: &[u32], is_first: bool, is_last: bool) {
        let Some(end) = block.len().checked_sub(1).filter(|&end| end > 0) else { return };
        if !is_last || end == 1 && !is_first {
            for from in 0..end {
                self.behind(graph, block.get(from..).unwrap_or(&[]));
            }
        }
        if !is_first && end > 1 {
            for from in 1..=end {
                self.ahead(graph, block.get(..=from).unwrap_or(&[]));
            }
            for to in 2..end {
                self.behind(graph, block.get(..=to).unwrap_or(&[]));
            }
        }
        if !is_last && end > 1 {
            for to in 1..end - 1 {
                self.ahead(graph, block.get(to..).unwrap_or(&[]));
            }
        }
    }

    /// The first of `run` behind its last.
    fn behind(&mut self, graph: &Graph, run: &[u32]) {
        let [first, rest @ ..] = run else { return };
        let Some(&last) = rest.last() else { return };
        if !graph.can_stand(*first, last, graph.unit_next[last]) {
            return;
        }
        self.heads.clear();
        let mut free = graph.end[graph.unit_prev[*first]];
        for &operation in rest {
            let head = free.max(graph.end[graph.job_prev[operation]]);
            self.heads.push(head);
            free = head + graph.work[operation];
        }
        let head = free.max(graph.end[graph.job_prev[*first]]);
        let mut after = graph.rest[graph.unit_next[last]].max(graph.rest[graph.job_next[*first]]) + graph.work[*first];
        let mut estimate = head + after;
        for (&operation, &head) in rest.iter().zip(&self.heads).rev() {
            after = after.max(graph.rest[graph.job_next[operation]]) + graph.work[operation];
            estimate = estimate.max(head + after);
        }
        self.found.push(Move { operation: *first, target: last, kind: Kind::Behind, estimate });
    }

    /// The last of `run` before its first.
    fn ahead(&mut self, graph: &Graph, run: &[u32]) {
        let [rest @ .., last] = run else { return };
        let Some(&first) = rest.first() else { return };
        if !graph.can_stand(*last, graph.unit_prev[first], first) {
            return;
        }
        self.heads.clear();
        let head = graph.end[graph.unit_prev[first]].max(graph.end[graph.job_prev[*last]]);
        let mut free = head + graph.work[*last];
        for &operation in rest {
            let head = free.max(graph.end[graph.job_prev[operation]]);
            self.heads.push(head);
            free = head + graph.work[operation];
        }
        let mut after = graph.rest[graph.unit_next[*last]];
        let mut estimate = 0;
        for (&operation, &head) in rest.iter().zip(&self.heads).rev() {
            after = after.max(graph.rest[graph.job_next[operation]]) + graph.work[operation];
            estimate = estimate.max(head + after);
        }
        after = after.max(graph.rest[graph.job_next[*last]]) + graph.work[*last];
        estimate = estimate.max(head + after);
        self.found.push(Move { operation: *last, target: first, kind: Kind::Ahead, estimate });
    }

    /// An operation between any two of any other unit that can do it.
    fn find_over(&mut self, shop: &Shop<'_>, graph: &Graph, operation: u32) {
        let ready = graph.end[graph.job_prev[operation]];
        let after = graph.rest[graph.job_next[operation]];
        let own = graph.unit[operation];
        for choice in shop.choices.of(operation) {
            for unit in (choice.first_unit..choice.first_unit + choice.units).filter(|&unit| unit != own) {
                let (mut prev, mut next) = (graph.nil, graph.first[unit]);
                let mut best: Option<(u32, u32)> = None;
                loop {
                    if graph.can_stand(operation, prev, next) {
                        let way = ready.max(graph.end[prev]) + choice.duration + after.max(graph.rest[next]);
                        if best.is_none_or(|(least, _)| way < least) {
                            best = Some((way, prev));
                        }
                    }
                    if next == graph.nil {
                        break;
                    }
                    (prev, next) = (next, graph.unit_next[next]);
                }
                if let Some((estimate, target)) = best {
                    let kind = Kind::Over { choice: choice.mode, unit, work: choice.duration };
                    self.found.push(Move { operation, target, kind, estimate });
                }
            }
        }
    }
}

/// Which orders of two operations, and which units of an operation, must not come back yet.
#[derive(Debug, Clone)]
pub(super) struct Tabu {
    until: Column<u32>,
    mask: u32,
    width: u32,
}

/// Most entries: what does not fit shares them, so that a few moves more are forbidden.
const TABU_ENTRIES_MAX: u32 = 1 << 20;

impl Tabu {
    pub(super) fn new(operations: u32, units: u32) -> Self {
        let width = operations.max(units).max(1);
        let wanted = u64::from(width) * u64::from(operations + units);
        let entries = u32::try_from(wanted).unwrap_or(u32::MAX).min(TABU_ENTRIES_MAX).next_power_of_two();
        Self { until: Column::filled(0, entries), mask: entries - 1, width }
    }

    pub(super) fn clear(&mut self) {
        self.until.as_mut_slice().fill(0);
    }

    #[inline]
    fn entry(&self, row: u32, column: u32) -> u32 {
        row.wrapping_mul(self.width).wrapping_add(column) & self.mask
    }

    /// Whether all that the move brings back is forbidden at `now`.
    pub(super) fn forbids(&self, graph: &Graph, found: &Move, now: u32) -> bool {
        let moved = found.operation;
        match found.kind {
            Kind::Behind => {
                let mut at = moved;
                while at != found.target {
                    at = graph.unit_next[at];
                    if self.until[self.entry(at, moved)] <= now {
                        return false;
                    }
                }
                true
            }
            Kind::Ahead => {
                let mut at = moved;
                while at != found.target {
                    at = graph.unit_prev[at];
                    if self.until[self.entry(moved, at)] <= now {
                        return false;
                    }
                }
                true
            }
            Kind::Over { unit, .. } => self.until[self.entry(graph.operations + unit, moved)] > now,
        }
    }

    /// Makes the move and forbids for so long what it left.
    pub(super) fn make(&mut self, graph: &mut Graph, found: &Move, until: u32) {
        let moved = found.operation;
        match found.kind {
            Kind::Behind => {
                let mut at = moved;
                while at != found.target {
                    at = graph.unit_next[at];
                    let entry = self.entry(moved, at);
                    self.until[entry] = until;
                }
                graph.relocate(moved, graph.unit[moved], found.target);
            }
            Kind::Ahead => {
                let mut at = moved;
                while at != found.target {
                    at = graph.unit_prev[at];
                    let entry = self.entry(at, moved);
                    self.until[entry] = until;
                }
                graph.relocate(moved, graph.unit[moved], graph.unit_prev[found.target]);
            }
            Kind::Over { choice, unit, work } => {
                let entry = self.entry(graph.operations + graph.unit[moved], moved);
                self.until[entry] = until;
                graph.choice[moved] = choice;
                graph.work[moved] = work;
                graph.relocate(moved, unit, found.target);
            }
        }
    }
}
