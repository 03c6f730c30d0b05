//! Pegging: what a thing serves, up to the customer, and what it waits for, down to purchases, as trees that grow level by
//! level.
//!
//! It does not know what serves what: whoever feeds it says so. What hangs in a tree already goes on only there, so that
//! neither circles nor diamonds make it endless.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::time::Instant;
use crate::vocabulary;

/// Most levels below the roots.
pub const PEGGING_LEVELS_MAX: u32 = 16;

/// Most nodes of a tree.
pub const PEGGING_NODES_MAX: usize = 2_000;

vocabulary! {
    /// What a node is.
    pub enum PegKind {
        /// A line of a sales order.
        SalesOrderLine = "sales_order_line",
        /// A manufacturing order.
        ManufacturingOrder = "manufacturing_order",
        /// What a manufacturing order needs of one product.
        Component = "component",
        /// A line of a purchase request.
        PurchaseRequestLine = "purchase_request_line",
        /// A line of a request for quotation.
        QuotationLine = "quotation_line",
        /// A line of a purchase order.
        PurchaseOrderLine = "purchase_order_line",
        /// Goods that came in.
        Receipt = "receipt",
        /// Goods that went to the customer.
        Delivery = "delivery",
    }
}

vocabulary! {
    /// Which way things are followed.
    pub enum PegDirection {
        /// What they serve, up to the customer.
        Forward = "forward",
        /// What they wait for, down to purchases.
        Backward = "backward",
    }
}

impl PegKind {
    /// What can hang below it.
    #[must_use]
    pub const fn below(self, direction: PegDirection) -> &'static [Self] {
        use PegDirection::{Backward, Forward};
        match (self, direction) {
            (Self::SalesOrderLine, Forward) => &[Self::Delivery],
            (Self::SalesOrderLine, Backward) => &[Self::ManufacturingOrder],
            (Self::ManufacturingOrder, Forward) => &[Self::ManufacturingOrder, Self::SalesOrderLine],
            (Self::ManufacturingOrder, Backward) => &[Self::Component],
            (Self::Component, Forward) | (Self::PurchaseRequestLine, Forward) => &[Self::ManufacturingOrder],
            (Self::Component, Backward) => &[Self::ManufacturingOrder, Self::PurchaseRequestLine],
            (Self::PurchaseRequestLine, Backward) => &[Self::QuotationLine, Self::PurchaseOrderLine],
            (Self::QuotationLine | Self::PurchaseOrderLine, Forward) => &[Self::PurchaseRequestLine],
            (Self::PurchaseOrderLine, Backward) => &[Self::Receipt],
            (Self::QuotationLine, Backward) | (Self::Receipt | Self::Delivery, Forward | Backward) => &[],
        }
    }
}

/// A thing in a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PegKey {
    /// What it is.
    pub kind: PegKind,
    /// Its id.
    pub id: Uuid,
}

/// What hangs below a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PegLink<T> {
    /// The thing above; for a root nothing.
    pub parent: Option<PegKey>,
    /// The thing itself.
    pub key: PegKey,
    /// What is told of it.
    pub told: T,
}

/// One node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PegNode<T> {
    /// The place of the node that it hangs on; none: a root.
    pub parent: Option<usize>,
    /// 0: a root.
    pub level: u32,
    /// What it is.
    pub key: PegKey,
    /// Whether it goes on at another place.
    pub is_repeated: bool,
    /// What is told of it.
    pub told: T,
}

/// A tree that grows.
#[derive(Debug, Clone)]
pub struct PegTree<T> {
    direction: PegDirection,
    nodes: Vec<PegNode<T>>,
    known: HashSet<PegKey>,
    /// Where it goes on: the places of its newest nodes.
    tips: Vec<usize>,
    is_cut: bool,
}

impl<T> PegTree<T> {
    /// A tree of these roots.
    #[must_use]
    pub fn of(direction: PegDirection, roots: Vec<PegLink<T>>) -> Self {
        let mut tree = Self { direction, nodes: Vec::new(), known: HashSet::new(), tips: Vec::new(), is_cut: false };
        for root in roots {
            tree.push(None, 0, root);
        }
        tree
    }

    /// What to ask about next: for each kind and each kind below it the ids; nothing when the tree is whole or cut.
    #[must_use]
    pub fn questions(&self) -> Vec<(PegKind, PegKind, Vec<Uuid>)> {
        let mut questions = Vec::new();
        for &kind in PegKind::ALL {
            let tips = self.tips.iter().filter_map(|place| self.nodes.get(*place));
            let ids: Vec<Uuid> = tips.filter(|node| node.key.kind == kind).map(|node| node.key.id).collect();
            if ids.is_empty() {
                continue;
            }
            questions.extend(kind.below(self.direction).iter().map(|below| (kind, *below, ids.clone())));
        }
        questions
    }

    /// Grows by one level.
    pub fn grow(&mut self, links: Vec<PegLink<T>>) {
        let tips = std::mem::take(&mut self.tips);
        let place_of: HashMap<PegKey, usize> =
            tips.iter().filter_map(|place| Some((self.nodes.get(*place)?.key, *place))).collect();
        for link in links {
            let place = link.parent.and_then(|parent| place_of.get(&parent)).copied();
            let Some((place, level)) = place.and_then(|place| Some((place, self.nodes.get(place)?.level + 1))) else {
                continue;
            };
            if level > PEGGING_LEVELS_MAX {
                self.is_cut = true;
                return;
            }
            self.push(Some(place), level, link);
        }
    }

    fn push(&mut self, parent: Option<usize>, level: u32, link: PegLink<T>) {
        if self.nodes.len() >= PEGGING_NODES_MAX {
            self.is_cut = true;
            return;
        }
        let is_repeated = !self.known.insert(link.key);
        if !is_repeated {
            self.tips.push(self.nodes.len());
        }
        self.nodes.push(PegNode { parent, level, key: link.key, is_repeated, told: link.told });
    }

    /// Whether a limit was reached, so that there is more than it shows.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The nodes in reading order: each behind the one that it hangs on, before the next one beside that.
    #[must_use]
    pub fn into_nodes(self) -> Vec<PegNode<T>> {
        let mut below: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        let mut stack = Vec::new();
        for (place, node) in self.nodes.iter().enumerate().rev() {
            match node.parent.and_then(|parent| below.get_mut(parent)) {
                Some(children) => children.push(place),
                None => stack.push(place),
            }
        }
        let mut nodes: Vec<Option<PegNode<T>>> = self.nodes.into_iter().map(Some).collect();
        let mut moved: HashMap<usize, usize> = HashMap::new();
        let mut read = Vec::with_capacity(nodes.len());
        while let Some(place) = stack.pop() {
            let Some(node) = nodes.get_mut(place).and_then(Option::take) else { continue };
            moved.insert(place, read.len());
            let parent = node.parent.and_then(|parent| moved.get(&parent)).copied();
            read.push(PegNode { parent, ..node });
            stack.extend(below.get_mut(place).map(std::mem::take).unwrap_or_default());
        }
        read
    }
}

/// When a thing comes and by when it is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PegDates {
    /// When it comes, if anybody knows.
    pub arrives: Option<Instant>,
    /// By when it is needed.
    pub needed: Option<Instant>,
    /// Whether it is over: nothing of it is waited for any more.
    pub is_over: bool,
}

/// Seconds of a day.
const DAY_SECONDS: u64 = 86_400;

impl PegDates {
    /// By how many days it comes after it is needed, each begun day counted. What has not come by now comes now at the
    /// soonest.
    #[must_use]
    pub fn days_late(self, now: Instant) -> Option<u64> {
        let needed = self.needed.filter(|_| !self.is_over)?;
        let comes = self.arrives.map_or(now, |at| at.max(now));
        (comes > needed).then(|| comes.since(needed).get().div_ceil(DAY_SECONDS).max(1))
    }
}
