//! Pegging: trees that end, read in order, and dates that tell what comes too late.

use mrp_domain::pegging::{
    PEGGING_LEVELS_MAX, PEGGING_NODES_MAX, PegDates, PegDirection, PegKey, PegKind, PegLink, PegTree,
};
use mrp_domain::time::Instant;
use uuid::Uuid;

const SALE: PegKey = PegKey { kind: PegKind::SalesOrderLine, id: Uuid::from_u128(1) };
const ORDERS: [PegKey; 2] = [order(10), order(11)];

const fn order(id: u128) -> PegKey {
    PegKey { kind: PegKind::ManufacturingOrder, id: Uuid::from_u128(id) }
}

const fn component(id: u128) -> PegKey {
    PegKey { kind: PegKind::Component, id: Uuid::from_u128(id) }
}

fn link(parent: Option<PegKey>, key: PegKey) -> PegLink<u128> {
    PegLink { parent, key, told: key.id.as_u128() }
}

fn read(tree: PegTree<u128>) -> Vec<(u128, u32, Option<usize>, bool)> {
    tree.into_nodes().into_iter().map(|node| (node.told, node.level, node.parent, node.is_repeated)).collect()
}

#[test]
fn a_tree_asks_for_what_can_hang_below_and_is_read_branch_by_branch() {
    let mut tree = PegTree::of(PegDirection::Backward, vec![link(None, SALE)]);
    assert_eq!(tree.questions(), [(PegKind::SalesOrderLine, PegKind::ManufacturingOrder, vec![SALE.id])]);
    tree.grow(ORDERS.map(|order| link(Some(SALE), order)).to_vec());
    let ids = ORDERS.map(|order| order.id).to_vec();
    assert_eq!(tree.questions(), [(PegKind::ManufacturingOrder, PegKind::Component, ids)]);
    tree.grow(vec![
        link(Some(ORDERS[0]), component(20)),
        link(Some(ORDERS[0]), component(21)),
        link(Some(ORDERS[1]), component(22)),
    ]);
    tree.grow(Vec::new());
    assert_eq!((tree.questions(), tree.is_cut()), (Vec::new(), false));
    let expected = [
        (1, 0, None, false),
        (10, 1, Some(0), false),
        (20, 2, Some(1), false),
        (21, 2, Some(1), false),
        (11, 1, Some(0), false),
        (22, 2, Some(4), false),
    ];
    assert_eq!(read(tree), expected);
}

#[test]
fn what_hangs_in_it_twice_goes_on_once() {
    let mut tree = PegTree::of(PegDirection::Backward, ORDERS.map(|order| link(None, order)).to_vec());
    tree.grow(ORDERS.map(|order| link(Some(order), component(20))).to_vec());
    let below = [PegKind::ManufacturingOrder, PegKind::PurchaseRequestLine];
    assert_eq!(tree.questions(), below.map(|kind| (PegKind::Component, kind, vec![component(20).id])));
    assert_eq!(
        read(tree),
        [(10, 0, None, false), (20, 1, Some(0), false), (11, 0, None, false), (20, 1, Some(2), true)]
    );
}

#[test]
fn a_tree_ends_at_its_limits_and_says_so() {
    let mut wide = PegTree::of(PegDirection::Backward, vec![link(None, SALE)]);
    wide.grow((0..3_000).map(|id| link(Some(SALE), order(id + 10))).collect());
    assert!(wide.is_cut());
    assert_eq!(wide.into_nodes().len(), PEGGING_NODES_MAX);
    let mut deep = PegTree::of(PegDirection::Backward, vec![link(None, order(0))]);
    for id in 1..100 {
        deep.grow(vec![link(Some(order(id - 1)), order(id))]);
    }
    assert!(deep.is_cut());
    assert_eq!(deep.into_nodes().last().map(|node| node.level), Some(PEGGING_LEVELS_MAX));
}

#[test]
fn what_comes_after_it_is_needed_is_late_by_begun_days() {
    let day = |days: i64, hours: i64| Some(Instant::from_unix(days * 86_400 + hours * 3_600));
    let late = |arrives, needed, is_over| PegDates { arrives, needed, is_over }.days_late(Instant::from_unix(0));
    assert_eq!(late(day(5, 0), day(5, 0), false), None);
    assert_eq!(late(day(5, 1), day(5, 0), false), Some(1));
    assert_eq!(late(day(8, 1), day(5, 0), false), Some(4));
    // It should have come, or nobody knows when it comes: now at the soonest.
    assert_eq!(late(day(-9, 0), day(-2, 0), false), Some(2));
    assert_eq!(late(None, day(-3, 0), false), Some(3));
    assert_eq!(late(None, day(3, 0), false), None);
    assert_eq!(late(day(8, 0), day(5, 0), true), None);
    assert_eq!(late(day(8, 0), None, false), None);
}
