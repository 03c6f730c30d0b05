//! What no schedule can beat: every order on its own, and all work of a work center between the shortest ways to it and
//! from it. Working hours and changeovers are left out; they only make schedules longer.

use super::column::{Column, NONE};
use super::shop::Shop;

/// The shortest ways through the precedences.
pub(super) struct Ways {
    /// By operation: the earliest start.
    head: Column<u32>,
    /// The least work.
    work: Column<u32>,
    /// The least time from its end to the end of all that waits for it.
    tail: Column<u32>,
}

impl Ways {
    pub(super) fn new(shop: &Shop<'_>) -> Self {
        let least = |operation| shop.choices.of(operation).iter().map(|choice| choice.duration).min().unwrap_or(0);
        let work: Column<u32> = (0..shop.operations).map(least).collect::<Vec<_>>().into();
        let mut head = shop.release.clone();
        let mut tail: Column<u32> = Column::filled(0, shop.operations);
        for &operation in shop.waiting_order() {
            for link in shop.waits.of(operation) {
                head[operation] = head[operation].max(head[link.operation] + work[link.operation] + link.lag);
            }
        }
        for &operation in shop.waiting_order().iter().rev() {
            for link in shop.followers.of(operation) {
                tail[operation] = tail[operation].max(link.lag + work[link.operation] + tail[link.operation]);
            }
        }
        Self { head, work, tail }
    }

    fn end(&self, operation: u32) -> u32 {
        self.head[operation] + self.work[operation]
    }

    pub(super) fn makespan(&self, shop: &Shop<'_>) -> u64 {
        // Fixed operations are as long as they were in fact: they, and what waits for them, are left out.
        if (0..shop.operations).any(|operation| shop.fixed[operation].is_some()) {
            return 0;
        }
        let ways =
            (0..shop.operations).map(|operation| u64::from(self.end(operation)) + u64::from(self.tail[operation]));
        let longest_way = ways.max().unwrap_or(0);
        let centers = 0..shop.centers.len();
        let mut loads: Column<(u64, u32, u32)> = centers.clone().map(|_| (0, NONE, NONE)).collect::<Vec<_>>().into();
        for operation in 0..shop.operations {
            let choices = shop.choices.of(operation);
            let Some(first) = choices.first() else { continue };
            if choices.iter().any(|choice| choice.work_center != first.work_center) {
                continue;
            }
            let (load, head, tail) = loads[first.work_center];
            let (head, tail) = (head.min(self.head[operation]), tail.min(self.tail[operation]));
            loads[first.work_center] = (load + u64::from(self.work[operation]), head, tail);
        }
        let loaded = centers.filter(|&center| loads[center].0 > 0).map(|center| {
            let (load, head, tail) = loads[center];
            u64::from(head) + load.div_ceil(u64::from(shop.centers[center].units)) + u64::from(tail)
        });
        loaded.max().unwrap_or(0).max(longest_way)
    }

    pub(super) fn weighted_tardiness(&self, shop: &Shop<'_>) -> u64 {
        if (0..shop.operations).any(|operation| shop.fixed[operation].is_some()) {
            return 0;
        }
        let orders = (0..shop.due.len()).map(|order| {
            let done = shop.ends.of(order).iter().map(|&end| self.end(end)).max().unwrap_or(0);
            u64::try_from(shop.tardiness(order, done)).unwrap_or(0)
        });
        orders.sum()
    }
}
