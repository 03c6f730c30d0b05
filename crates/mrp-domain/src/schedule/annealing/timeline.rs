//! A schedule that can be changed a little and taken back: the operations of each unit as a chain, every operation as
//! early as its chain and its precedences allow. A change is followed only as far as times change, and for a limited
//! way.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::schedule::column::{Column, Lists, NONE};
use crate::schedule::shop::{Draft, Shop};

/// Marks an operation with more than one neighbour of its order, or a lag: its lists are asked.
const MANY: u32 = NONE - 1;

/// Most operations that one change may move before it is given up.
const FOLLOWED_MAX: u32 = 100;

/// After how many operations none is pulled earlier any more: what follows may stay where it is. [`Timeline::tighten`]
/// does it.
const EARLIER_MAX: u32 = 16;

/// An operation in its chain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) prev: u32,
    pub(super) next: u32,
    pub(super) unit: u32,
    pub(super) duration: u32,
    pub(super) choice: u32,
    /// The operation it waits for, and the one that waits for it; [`NONE`], or [`MANY`].
    before: u32,
    after: u32,
    pub(super) release: u32,
    pub(super) order: u32,
    is_queued: bool,
    pub(super) is_fixed: bool,
    is_end: bool,
}

/// Where an operation was.
#[derive(Debug, Clone, Copy)]
struct Place {
    operation: u32,
    unit: u32,
    choice: u32,
    duration: u32,
    prev: u32,
}

/// Why a change was given up: it cannot be, or it reaches too far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GivenUp;

#[derive(Debug, Clone)]
pub(super) struct Timeline<'a> {
    pub(super) shop: &'a Shop<'a>,
    pub(super) nodes: Column<Node>,
    first: Column<u32>,
    /// By order, as of the last change that was kept.
    tardiness: Column<i64>,
    pub(super) total: i64,
    late: Vec<u32>,
    late_place: Column<u32>,
    is_simple: bool,
    /// The change under way.
    waiting: BinaryHeap<Reverse<u64>>,
    /// How many operations the change has asked, the weighted tardiness that it gives so far, and how much it may give.
    followed: u32,
    running: i64,
    pub(super) allowance: i64,
    times: Vec<(u32, u32, u32)>,
    places: Vec<Place>,
    orders: Vec<(u32, i64)>,
    stamp: u32,
    stamps: Column<u32>,
    /// By unit and slice of time an operation that began about then.
    hints: Column<u32>,
    hint_shift: u32,
    slices: u32,
}

impl<'a> Timeline<'a> {
    pub(super) fn new(shop: &'a Shop<'a>, draft: &Draft) -> Self {
        let orders = shop.due.len();
        let last = draft.end.as_slice().iter().copied().max().unwrap_or(0);
        // About one slice for each operation of a unit.
        let per_unit = (shop.operations / shop.units.max(1)).max(1);
        let hint_shift = (last / per_unit).max(1).ilog2();
        let slices = (last >> hint_shift) + 2;
        let mut timeline = Self {
            shop,
            nodes: Column::from(Vec::new()),
            first: Column::filled(NONE, shop.units),
            tardiness: Column::filled(0, orders),
            total: 0,
            late: Vec::new(),
            late_place: Column::filled(NONE, orders),
            is_simple: shop.centers.as_slice().iter().all(|at| at.hours.is_none() && at.changeovers.is_none()),
            waiting: BinaryHeap::new(),
            followed: 0,
            running: 0,
            allowance: i64::MAX,
            times: Vec::new(),
            places: Vec::new(),
            orders: Vec::new(),
            stamp: 0,
            stamps: Column::filled(0, orders),
            hints: Column::filled(NONE, shop.units * slices),
            hint_shift,
            slices,
        };
        timeline.add_nodes(draft);
        timeline.chain(&shop.sequences(draft));
        for order in 0..orders {
            timeline.set_tardiness(order, shop.tardiness(order, shop.completion(order, &draft.end)));
        }
        timeline.tighten();
        timeline
    }

    fn add_nodes(&mut self, draft: &Draft) {
        let shop = self.shop;
        let alone = |links: &[crate::schedule::shop::Link]| match links {
            [] => NONE,
            [link] if link.lag == 0 => link.operation,
            [_, ..] => MANY,
        };
        for operation in 0..shop.operations {
            let order = shop.order[operation];
            self.nodes.push(Node {
                start: draft.start[operation],
                end: draft.end[operation],
                prev: NONE,
                next: NONE,
                unit: draft.unit[operation],
                duration: shop.choice(operation, draft.choice[operation]).duration,
                choice: draft.choice[operation],
                before: alone(shop.waits.of(operation)),
                after: alone(shop.followers.of(operation)),
                release: shop.release[operation],
                order,
                is_queued: false,
                is_fixed: shop.fixed[operation].is_some(),
                is_end: shop.ends.of(order).contains(&operation),
            });
        }
    }

    fn chain(&mut self, sequences: &Lists<u32>) {
        for unit in 0..self.shop.units {
            let mut prev = NONE;
            for &operation in sequences.of(unit) {
                self.nodes[operation].prev = prev;
                match prev {
                    NONE => self.first[unit] = operation,
                    prev => self.nodes[prev].next = operation,
                }
                prev = operation;
            }
        }
    }

    /// Everything as early as its chain allows; what was as early as that stays.
    pub(super) fn tighten(&mut self) {
        let mut starts: Vec<(u32, u32)> = (0..self.shop.operations).map(|at| (self.nodes[at].start, at)).collect();
        starts.sort_unstable();
        for (_, operation) in starts {
            self.followed = 0;
            let visited = self.visit(operation);
            assert_eq!(visited, Ok(()), "operation {operation} cannot stay where it was");
        }
        self.stop();
        self.keep();
        self.renew_hints();
    }

    pub(super) fn draft(&self) -> Draft {
        let mut draft = Draft::empty(self.shop.operations);
        for operation in 0..self.shop.operations {
            let node = &self.nodes[operation];
            draft.choice[operation] = node.choice;
            draft.unit[operation] = node.unit;
            draft.start[operation] = node.start;
            draft.end[operation] = node.end;
        }
        draft
    }

    /// The orders that are late, in no order.
    pub(super) fn late(&self) -> &[u32] {
        &self.late
    }

    /// When what an operation waits for, apart from its unit, is done, and the operation that takes longest.
    #[inline]
    pub(super) fn ready(&self, operation: u32) -> (u32, u32) {
        let node = &self.nodes[operation];
        match node.before {
            NONE => (node.release, NONE),
            MANY => {
                let mut latest = (node.release, NONE);
                for link in self.shop.waits.of(operation) {
                    let end = self.nodes[link.operation].end + link.lag;
                    if end >= latest.0 {
                        latest = (end, link.operation);
                    }
                }
                latest
            }
            before => {
                let end = self.nodes[before].end;
                if end >= node.release { (end, before) } else { (node.release, NONE) }
            }
        }
    }

    #[inline]
    fn slot(&self, operation: u32) -> Result<(u32, u32), GivenUp> {
        let node = &self.nodes[operation];
        // What is fixed may have started before its order was released, and waits for nothing but other fixed ones.
        let mut begin = if node.is_fixed { 0 } else { self.ready(operation).0 };
        if self.is_simple && !node.is_fixed {
            if node.prev != NONE {
                begin = begin.max(self.nodes[node.prev].end);
            }
            return Ok((begin, begin + node.duration));
        }
        let center = self.shop.unit_center[node.unit];
        if node.prev != NONE {
            let before = &self.nodes[node.prev];
            // Two operations that are fixed stand as they stand.
            let is_fact = before.is_fixed && node.is_fixed;
            let changed = self.shop.changed_over(center, before.end, node.prev, operation);
            let free = if is_fact { before.end } else { changed.ok_or(GivenUp)? };
            begin = begin.max(free);
        }
        if node.is_fixed {
            return if begin <= node.start { Ok((node.start, node.end)) } else { Err(GivenUp) };
        }
        self.shop.run(center, operation, begin, node.duration).ok_or(GivenUp)
    }

    #[inline]
    fn dirty(&mut self, operation: u32) {
        if operation == NONE {
            return;
        }
        let node = &mut self.nodes[operation];
        if !node.is_queued {
            node.is_queued = true;
            self.waiting.push(Reverse((u64::from(node.start) << 32) | u64::from(operation)));
        }
    }

    /// Whether `operation` can stand between two neighbours of a chain without any operation waiting, over others, for
    /// itself: none that it waits for ends after the one behind it, none that waits for it starts before the one in
    /// front.
    pub(super) fn can_stand(&self, operation: u32, prev: u32, next: u32) -> bool {
        let node = &self.nodes[operation];
        let next_end = if next == NONE { u32::MAX } else { self.nodes[next].end };
        let prev_start = if prev == NONE { None } else { Some(self.nodes[prev].start) };
        let before_fits = match node.before {
            NONE => true,
            MANY => self.shop.waits.of(operation).iter().all(|link| self.nodes[link.operation].end < next_end),
            before => self.nodes[before].end < next_end,
        };
        before_fits
            && match node.after {
                NONE => true,
                MANY => {
                    let mut after = self.shop.followers.of(operation).iter();
                    after.all(|link| prev_start < Some(self.nodes[link.operation].start))
                }
                after => prev_start < Some(self.nodes[after].start),
            }
    }

    /// Takes an operation out of its chain and puts it behind `prev` on `unit`; [`NONE`]: in front of all.
    pub(super) fn relocate(&mut self, operation: u32, choice: u32, unit: u32, prev: u32) -> Result<(), GivenUp> {
        let node = self.nodes[operation];
        if self.places.is_empty() {
            self.followed = 0;
            self.running = 0;
        }
        let Node { unit: old_unit, choice: old_choice, duration, prev: old_prev, .. } = node;
        self.places.push(Place { operation, unit: old_unit, choice: old_choice, duration, prev: old_prev });
        let duration = if choice == node.choice { duration } else { self.shop.choice(operation, choice).duration };
        self.unlink(operation);
        self.link(operation, choice, duration, unit, prev);
        self.dirty(node.next);
        self.dirty(self.nodes[operation].next);
        self.visit(operation)?;
        self.follow(FOLLOWED_MAX)
    }

    fn unlink(&mut self, operation: u32) {
        let Node { prev, next, unit, .. } = self.nodes[operation];
        match prev {
            NONE => self.first[unit] = next,
            prev => self.nodes[prev].next = next,
        }
        if next != NONE {
            self.nodes[next].prev = prev;
        }
    }

    fn link(&mut self, operation: u32, choice: u32, duration: u32, unit: u32, prev: u32) {
        let next = match prev {
            NONE => std::mem::replace(&mut self.first[unit], operation),
            prev => std::mem::replace(&mut self.nodes[prev].next, operation),
        };
        if next != NONE {
            self.nodes[next].prev = operation;
        }
        let node = &mut self.nodes[operation];
        (node.prev, node.next, node.unit, node.choice, node.duration) = (prev, next, unit, choice, duration);
    }

    /// Times one operation anew and marks those that follow it.
    #[inline]
    fn visit(&mut self, operation: u32) -> Result<(), GivenUp> {
        let (start, end) = match self.slot(operation) {
            Ok(slot) => slot,
            Err(given_up) => {
                self.stop();
                return Err(given_up);
            }
        };
        let node = &mut self.nodes[operation];
        if (start, end) == (node.start, node.end) || start <= node.start && self.followed > EARLIER_MAX {
            return Ok(());
        }
        self.times.push((operation, node.start, node.end));
        if node.is_end {
            let order = node.order;
            self.running += self.shop.tardiness(order, end) - self.shop.tardiness(order, node.end);
        }
        (node.start, node.end) = (start, end);
        let (next, after) = (node.next, node.after);
        self.dirty(next);
        match after {
            MANY => {
                let shop = self.shop;
                shop.followers.of(operation).iter().for_each(|link| self.dirty(link.operation));
            }
            after => self.dirty(after),
        }
        Ok(())
    }

    fn follow(&mut self, most: u32) -> Result<(), GivenUp> {
        while let Some(Reverse(entry)) = self.waiting.pop() {
            let operation = u32::try_from(entry & u64::from(u32::MAX)).unwrap_or(NONE);
            self.nodes[operation].is_queued = false;
            self.followed += 1;
            // From here on nothing gets earlier: what is too much already stays too much.
            let is_hopeless = self.followed > EARLIER_MAX && self.running > self.allowance;
            if self.followed > most || is_hopeless {
                self.stop();
                return Err(GivenUp);
            }
            self.visit(operation)?;
        }
        Ok(())
    }

    fn stop(&mut self) {
        while let Some(Reverse(entry)) = self.waiting.pop() {
            self.nodes[u32::try_from(entry & u64::from(u32::MAX)).unwrap_or(NONE)].is_queued = false;
        }
    }

    /// How much more weighted tardiness the change under way gives.
    pub(super) fn delta(&mut self) -> i64 {
        self.stamp = self.stamp.wrapping_add(1);
        self.orders.clear();
        let mut delta = 0;
        for &(operation, _, _) in &self.times {
            let node = &self.nodes[operation];
            if !node.is_end || self.stamps[node.order] == self.stamp {
                continue;
            }
            self.stamps[node.order] = self.stamp;
            let ends = self.shop.ends.of(node.order);
            let done = ends.iter().map(|&end| self.nodes[end].end).max().unwrap_or(0);
            let tardiness = self.shop.tardiness(node.order, done);
            let before = self.tardiness[node.order];
            if tardiness != before {
                delta += tardiness - before;
                self.orders.push((node.order, tardiness));
            }
        }
        delta
    }

    /// Keeps the change under way.
    pub(super) fn keep(&mut self) {
        self.delta();
        while let Some((order, tardiness)) = self.orders.pop() {
            self.set_tardiness(order, tardiness);
        }
        self.times.clear();
        self.places.clear();
    }

    /// Takes the change under way back.
    pub(super) fn take_back(&mut self) {
        while let Some(Place { operation, unit, choice, duration, prev }) = self.places.pop() {
            self.unlink(operation);
            self.link(operation, choice, duration, unit, prev);
        }
        while let Some((operation, start, end)) = self.times.pop() {
            let node = &mut self.nodes[operation];
            (node.start, node.end) = (start, end);
        }
    }

    fn set_tardiness(&mut self, order: u32, tardiness: i64) {
        let before = std::mem::replace(&mut self.tardiness[order], tardiness);
        self.total += tardiness - before;
        if (before > 0) == (tardiness > 0) {
            return;
        }
        if tardiness > 0 {
            self.late_place[order] = crate::schedule::column::narrow(self.late.len());
            self.late.push(order);
            return;
        }
        let place = crate::schedule::column::wide(self.late_place[order]);
        self.late.swap_remove(place);
        if let Some(&moved) = self.late.get(place) {
            self.late_place[moved] = self.late_place[order];
        }
    }

    /// Notes where in time the operations of each unit are, so that [`Self::running`] finds them at once.
    fn renew_hints(&mut self) {
        self.hints.as_mut_slice().fill(NONE);
        for operation in 0..self.shop.operations {
            let Node { start, unit, .. } = self.nodes[operation];
            let slice = (start >> self.hint_shift).min(self.slices - 1);
            self.hints[unit * self.slices + slice] = operation;
        }
    }

    /// The last operation of a unit that starts by `at`; [`NONE`] when all start later.
    pub(super) fn running(&self, unit: u32, at: u32) -> u32 {
        let mut slice = (at >> self.hint_shift).min(self.slices - 1);
        let mut found = loop {
            let hint = self.hints[unit * self.slices + slice];
            if hint != NONE && self.nodes[hint].unit == unit {
                break hint;
            }
            match slice.checked_sub(1) {
                Some(earlier) => slice = earlier,
                None => break self.first[unit],
            }
        };
        while found != NONE && self.nodes[found].start > at {
            found = self.nodes[found].prev;
        }
        let mut next = if found == NONE { self.first[unit] } else { self.nodes[found].next };
        while next != NONE && self.nodes[next].start <= at {
            found = next;
            next = self.nodes[found].next;
        }
        found
    }

    /// What stands behind `prev` on `unit`.
    pub(super) fn behind(&self, prev: u32, unit: u32) -> u32 {
        if prev == NONE { self.first[unit] } else { self.nodes[prev].next }
    }
}
