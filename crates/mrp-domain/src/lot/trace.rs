//! Genealogy as a tree that grows level by level: from lots to the documents that touched them, from orders to the goods
//! on their other side, and on from the lots among those.
//!
//! A lot or an order that hangs in the tree already goes on only there, so that neither a circle (goods that went into
//! what was made of them) nor a diamond (one lot in many orders) makes the tree endless. It does not know the direction:
//! whoever feeds it says what touched what.

use std::collections::{HashMap, HashSet};

use crate::ids::{LotId, ManufacturingOrderId};
use crate::vocabulary;

/// Most levels of lots.
pub const TRACE_LEVELS_MAX: u32 = 32;

/// Most nodes.
pub const TRACE_NODES_MAX: usize = 20_000;

vocabulary! {
    /// What a node of a genealogy is.
    pub enum TraceKind {
        /// Goods came in with a receipt.
        Receipt = "receipt",
        /// An order made or used them.
        Order = "order",
        /// They went to a customer.
        Delivery = "delivery",
        /// They were thrown away.
        Scrap = "scrap",
        /// They were counted in or out.
        Correction = "correction",
        /// A lot on the other side of an order.
        Lot = "lot",
        /// Goods that are not tracked, on the other side of an order: nobody can say more of them.
        Goods = "goods",
    }
}

/// A document that touched a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch<T> {
    /// The lot.
    pub lot: LotId,
    /// The order, if it was one.
    pub order: Option<ManufacturingOrderId>,
    /// What is told of it.
    pub told: T,
}

/// Goods on the other side of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other<T> {
    /// The order.
    pub order: ManufacturingOrderId,
    /// Their lot, if they are tracked.
    pub lot: Option<LotId>,
    /// What is told of them.
    pub told: T,
}

/// One node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node<T> {
    /// The place of the node that it hangs on; none: the lot that is traced.
    pub parent: Option<usize>,
    /// 1: it touches the lot that is traced.
    pub level: u32,
    /// Whether it goes on at another place.
    pub is_repeated: bool,
    /// What is told of it.
    pub told: T,
}

/// A tree that grows.
#[derive(Debug, Clone)]
pub struct Trace<T> {
    nodes: Vec<Node<T>>,
    lots: HashSet<LotId>,
    orders: HashSet<ManufacturingOrderId>,
    /// Where the tree goes on: lots with the node that they are.
    tips: Vec<(Option<usize>, LotId)>,
    levels: u32,
    is_full: bool,
}

impl<T> Trace<T> {
    /// The tree of a lot, with nothing in it.
    #[must_use]
    pub fn of(lot: LotId) -> Self {
        Self {
            nodes: Vec::new(),
            lots: HashSet::from([lot]),
            orders: HashSet::new(),
            tips: vec![(None, lot)],
            levels: 0,
            is_full: false,
        }
    }

    /// The lots to ask about next; none when the tree is whole, or has reached a limit.
    #[must_use]
    pub fn tips(&self) -> Vec<LotId> {
        if self.is_full || self.levels >= TRACE_LEVELS_MAX {
            return Vec::new();
        }
        self.tips.iter().map(|(_, lot)| *lot).collect()
    }

    /// Those of these orders whose other side is not known yet.
    #[must_use]
    pub fn unknown<'a>(&self, touches: impl IntoIterator<Item = &'a Touch<T>>) -> Vec<ManufacturingOrderId>
    where
        T: 'a,
    {
        let mut orders = touches.into_iter().filter_map(|touch| touch.order).collect::<Vec<_>>();
        orders.sort_unstable();
        orders.dedup();
        orders.retain(|order| !self.orders.contains(order));
        orders
    }

    /// Grows by one level: what touched the tips, and what lies on the other side of the orders among that.
    pub fn grow(&mut self, touches: Vec<Touch<T>>, others: Vec<Other<T>>) {
        let mut by_lot: HashMap<LotId, Vec<Touch<T>>> = HashMap::new();
        for touch in touches {
            by_lot.entry(touch.lot).or_default().push(touch);
        }
        let mut by_order: HashMap<ManufacturingOrderId, Vec<Other<T>>> = HashMap::new();
        for other in others {
            by_order.entry(other.order).or_default().push(other);
        }
        self.levels += 1;
        for (parent, lot) in std::mem::take(&mut self.tips) {
            let level = parent.and_then(|parent| self.nodes.get(parent)).map_or(1, |node| node.level + 1);
            for touch in by_lot.remove(&lot).unwrap_or_default() {
                let is_known = touch.order.is_some_and(|order| !self.orders.insert(order));
                let Some(place) = self.push(parent, level, is_known, touch.told) else { return };
                let others = touch.order.filter(|_| !is_known).and_then(|order| by_order.remove(&order));
                for other in others.unwrap_or_default() {
                    let is_known = other.lot.is_some_and(|lot| !self.lots.insert(lot));
                    let Some(tip) = self.push(Some(place), level + 1, is_known, other.told) else { return };
                    if let Some(lot) = other.lot.filter(|_| !is_known) {
                        self.tips.push((Some(tip), lot));
                    }
                }
            }
        }
    }

    fn push(&mut self, parent: Option<usize>, level: u32, is_repeated: bool, told: T) -> Option<usize> {
        if self.nodes.len() >= TRACE_NODES_MAX {
            self.is_full = true;
            return None;
        }
        self.nodes.push(Node { parent, level, is_repeated, told });
        Some(self.nodes.len() - 1)
    }

    /// Whether it may go on below the deepest level.
    #[must_use]
    pub fn is_cut_in_depth(&self) -> bool {
        !self.is_full && self.levels >= TRACE_LEVELS_MAX && !self.tips.is_empty()
    }

    /// Whether there are more nodes than it can hold.
    #[must_use]
    pub const fn is_cut_in_number(&self) -> bool {
        self.is_full
    }

    /// Its nodes, each behind the one that it hangs on.
    #[must_use]
    pub fn into_nodes(self) -> Vec<Node<T>> {
        self.nodes
    }
}
