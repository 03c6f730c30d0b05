//! The disjunctive graph (Roy and Sussmann, 1964) of a job shop: each operation points to the next of its order and the
//! next on its unit. Heads, tails and a topological order are kept with every move and computed anew only where they
//! can change.

use crate::schedule::column::{Column, NONE, narrow, wide};
use crate::schedule::shop::{Draft, Shop};

/// What makes a solution: for each operation its choice and unit, and an order of all of them that every unit follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Solution {
    pub(super) order: Vec<u32>,
    pub(super) choice: Column<u32>,
    pub(super) unit: Column<u32>,
    pub(super) makespan: u32,
}

/// Neighbours are numbered behind the operations: for each order one that ends with its release, and one for "none".
#[derive(Debug, Clone)]
pub(super) struct Graph {
    pub(super) operations: u32,
    /// No neighbour: it ends at 0 and nothing follows it.
    pub(super) nil: u32,
    pub(super) work: Column<u32>,
    pub(super) job_prev: Column<u32>,
    pub(super) job_next: Column<u32>,
    pub(super) unit_prev: Column<u32>,
    pub(super) unit_next: Column<u32>,
    /// The longest way from the start to the end of the operation.
    pub(super) end: Column<u32>,
    /// The longest way from the start of the operation to the end of all.
    pub(super) rest: Column<u32>,
    pub(super) choice: Column<u32>,
    pub(super) unit: Column<u32>,
    pub(super) first: Column<u32>,
    pub(super) makespan: u32,
    pub(super) lasts: Vec<u32>,
    order: Vec<u32>,
    place: Column<u32>,
    is_marked: Column<bool>,
    marked: Vec<u32>,
    others: Vec<u32>,
}

impl Graph {
    /// A graph without order yet: [`Self::load`] comes next.
    pub(super) fn new(shop: &Shop<'_>) -> Self {
        let (operations, orders) = (shop.operations, shop.due.len());
        let nil = operations + orders;
        let mut graph = Self {
            operations,
            nil,
            work: Column::filled(0, nil + 1),
            job_prev: Column::filled(nil, nil + 1),
            job_next: Column::filled(nil, nil + 1),
            unit_prev: Column::filled(nil, nil + 1),
            unit_next: Column::filled(nil, nil + 1),
            end: Column::filled(0, nil + 1),
            rest: Column::filled(0, nil + 1),
            choice: Column::filled(0, operations),
            unit: Column::filled(NONE, operations),
            first: Column::filled(nil, shop.units),
            makespan: 0,
            lasts: Vec::new(),
            order: Vec::new(),
            place: Column::filled(0, nil + 1),
            is_marked: Column::filled(false, nil + 1),
            marked: Vec::new(),
            others: Vec::new(),
        };
        for operation in 0..operations {
            let source = operations + shop.order[operation];
            graph.job_prev[operation] = shop.waits.of(operation).first().map_or(source, |link| link.operation);
            graph.job_next[operation] = shop.followers.of(operation).first().map_or(nil, |link| link.operation);
            if graph.job_next[operation] == nil {
                graph.lasts.push(operation);
            }
            let order = shop.order[operation];
            graph.end[operations + order] = shop.release[operation];
        }
        graph
    }

    pub(super) fn load(&mut self, shop: &Shop<'_>, solution: &Solution) {
        let nil = self.nil;
        self.order.clone_from(&solution.order);
        self.choice.clone_from(&solution.choice);
        self.unit.clone_from(&solution.unit);
        self.first.as_mut_slice().fill(nil);
        let mut last: Column<u32> = Column::filled(nil, shop.units);
        for index in 0..self.operations {
            let operation = self.at(index);
            self.place[operation] = index;
            self.work[operation] = shop.choice(operation, self.choice[operation]).duration;
            let unit = self.unit[operation];
            let prev = std::mem::replace(&mut last[unit], operation);
            self.unit_prev[operation] = prev;
            self.unit_next[operation] = nil;
            if prev == nil {
                self.first[unit] = operation;
            } else {
                self.unit_next[prev] = operation;
            }
        }
        self.time(0, self.operations);
    }

    pub(super) fn save(&self, into: &mut Solution) {
        into.order.clone_from(&self.order);
        into.choice.clone_from(&self.choice);
        into.unit.clone_from(&self.unit);
        into.makespan = self.makespan;
    }

    pub(super) fn draft(&self) -> Draft {
        let mut draft = Draft::empty(self.operations);
        for operation in 0..self.operations {
            draft.choice[operation] = self.choice[operation];
            draft.unit[operation] = self.unit[operation];
            draft.start[operation] = self.head(operation);
            draft.end[operation] = self.end[operation];
        }
        draft
    }

    #[inline]
    pub(super) fn head(&self, operation: u32) -> u32 {
        self.end[operation] - self.work[operation]
    }

    #[inline]
    fn at(&self, index: u32) -> u32 {
        self.order.get(wide(index)).copied().unwrap_or(self.nil)
    }

    /// Whether `operation` can stand between two others of a unit without a circle. A way leads only to a larger head
    /// and a smaller rest, so that either of them shows that there is none.
    #[inline]
    pub(super) fn can_stand(&self, operation: u32, prev: u32, next: u32) -> bool {
        let (before, after) = (self.job_prev[operation], self.job_next[operation]);
        let is_open_before = next == self.nil
            || before >= self.operations
            || self.end[next] > self.end[before]
            || self.rest[next] < self.rest[before];
        let is_open_after = prev == self.nil
            || after == self.nil
            || self.head(prev) < self.head(after)
            || self.rest[prev] > self.rest[after];
        is_open_before && is_open_after
    }

    /// Moves an operation behind `prev` ([`Self::nil`]: in front of all) on `unit`. [`Self::can_stand`] must have
    /// allowed it.
    pub(super) fn relocate(&mut self, operation: u32, unit: u32, prev: u32) {
        let (old_prev, old_next) = (self.unit_prev[operation], self.unit_next[operation]);
        if old_prev == self.nil {
            self.first[self.unit[operation]] = old_next;
        } else {
            self.unit_next[old_prev] = old_next;
        }
        if old_next != self.nil {
            self.unit_prev[old_next] = old_prev;
        }
        let next = if prev == self.nil {
            std::mem::replace(&mut self.first[unit], operation)
        } else {
            std::mem::replace(&mut self.unit_next[prev], operation)
        };
        if next != self.nil {
            self.unit_prev[next] = operation;
        }
        self.unit_prev[operation] = prev;
        self.unit_next[operation] = next;
        self.unit[operation] = unit;
        let place = self.place[operation];
        let (mut from, mut to) = (place, place + 1);
        if prev != self.nil && self.place[prev] > place {
            to = self.place[prev] + 1;
            self.sort_behind(operation, place, to);
        } else if next != self.nil && self.place[next] < place {
            from = self.place[next];
            self.sort_before(operation, from, place + 1);
        }
        self.time(from, to);
    }

    /// In `from..to` of the order, which begins with the operation, moves it and all that waits for it to the end.
    fn sort_behind(&mut self, operation: u32, from: u32, to: u32) {
        self.is_marked[operation] = true;
        self.marked.clear();
        self.others.clear();
        self.marked.push(operation);
        for index in from + 1..to {
            let at = self.at(index);
            if self.is_marked[self.job_prev[at]] || self.is_marked[self.unit_prev[at]] {
                self.is_marked[at] = true;
                self.marked.push(at);
            } else {
                self.others.push(at);
            }
        }
        let mut sorted = std::mem::take(&mut self.others);
        sorted.extend_from_slice(&self.marked);
        self.replace(from, &sorted);
        self.others = sorted;
    }

    /// In `from..to` of the order, which ends with the operation, moves it and all that it waits for to the front.
    fn sort_before(&mut self, operation: u32, from: u32, to: u32) {
        self.is_marked[operation] = true;
        self.marked.clear();
        self.others.clear();
        self.marked.push(operation);
        for index in (from..to - 1).rev() {
            let at = self.at(index);
            if self.is_marked[self.job_next[at]] || self.is_marked[self.unit_next[at]] {
                self.is_marked[at] = true;
                self.marked.push(at);
            } else {
                self.others.push(at);
            }
        }
        let mut sorted = std::mem::take(&mut self.others);
        sorted.extend_from_slice(&self.marked);
        sorted.reverse();
        self.replace(from, &sorted);
        self.others = sorted;
    }

    fn replace(&mut self, from: u32, sorted: &[u32]) {
        for (index, &operation) in (from..).zip(sorted) {
            if let Some(at) = self.order.get_mut(wide(index)) {
                *at = operation;
            }
            self.place[operation] = index;
            self.is_marked[operation] = false;
        }
    }

    /// Heads from `from` on and rests back from `to`.
    fn time(&mut self, from: u32, to: u32) {
        let order = std::mem::take(&mut self.order);
        for &operation in order.get(wide(from)..).unwrap_or(&[]) {
            let free = self.end[self.unit_prev[operation]];
            self.end[operation] = self.end[self.job_prev[operation]].max(free) + self.work[operation];
        }
        for &operation in order.get(..wide(to)).unwrap_or(&[]).iter().rev() {
            let after = self.rest[self.unit_next[operation]];
            self.rest[operation] = self.rest[self.job_next[operation]].max(after) + self.work[operation];
        }
        self.order = order;
        self.makespan = self.lasts.iter().map(|&last| self.end[last]).max().unwrap_or(0);
    }
}

/// How many operations of a unit two solutions put in another order, in pairs, and how many on another unit.
pub(super) fn distance(shop: &Shop<'_>, left: &Solution, right: &Solution) -> u32 {
    let mut place: Column<u32> = Column::filled(0, shop.operations);
    for (index, &operation) in (0..).zip(&right.order) {
        place[operation] = index;
    }
    let mut chains: Column<Vec<u32>> = Column::filled(Vec::new(), shop.units);
    let mut apart = 0;
    for &operation in &left.order {
        let unit = left.unit[operation];
        if right.unit[operation] == unit {
            let at = place[operation];
            apart += narrow(chains[unit].iter().filter(|&&before| before > at).count());
            chains[unit].push(at);
        } else {
            apart += 1;
        }
    }
    apart
}
