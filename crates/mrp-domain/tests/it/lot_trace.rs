//! Genealogy: the tree grows level by level, and neither circles nor diamonds make it endless.

use mrp_domain::ids::{LotId, ManufacturingOrderId};
use mrp_domain::lot::trace::{Other, TRACE_LEVELS_MAX, TRACE_NODES_MAX, Touch, Trace};
use uuid::Uuid;

fn lot(n: u128) -> LotId {
    LotId::from_uuid(Uuid::from_u128(n))
}

fn order(n: u128) -> ManufacturingOrderId {
    ManufacturingOrderId::from_uuid(Uuid::from_u128(n))
}

/// Lot, the order that made it, and the lots that the order used.
type Made<'a> = (u128, u128, &'a [u128]);

fn traced(start: u128, made: &[Made<'_>]) -> Trace<String> {
    let mut tree = Trace::of(lot(start));
    loop {
        let tips = tree.tips();
        if tips.is_empty() {
            return tree;
        }
        let is_tip = |one: &&Made<'_>| tips.contains(&lot(one.0));
        let touches = made.iter().filter(is_tip).map(|one| Touch {
            lot: lot(one.0),
            order: Some(order(one.1)),
            told: format!("O{}", one.1),
        });
        let touches = touches.collect::<Vec<_>>();
        let orders = tree.unknown(&touches);
        let others = made.iter().filter(|one| orders.contains(&order(one.1)));
        let mut seen = Vec::new();
        let mut all = Vec::new();
        for (_, by, used) in others {
            if seen.contains(by) {
                continue;
            }
            seen.push(*by);
            all.extend(used.iter().map(|n| Other { order: order(*by), lot: Some(lot(*n)), told: format!("L{n}") }));
        }
        tree.grow(touches, all);
    }
}

fn told(tree: Trace<String>) -> Vec<(String, u32, bool)> {
    tree.into_nodes().into_iter().map(|node| (node.told, node.level, node.is_repeated)).collect()
}

fn node(told: &str, level: u32, is_repeated: bool) -> (String, u32, bool) {
    (told.to_owned(), level, is_repeated)
}

#[test]
fn a_lot_is_followed_through_orders_to_the_lots_before_it() {
    let tree = traced(1, &[(1, 10, &[2, 3]), (2, 20, &[4])]);
    let expected = [
        node("O10", 1, false),
        node("L2", 2, false),
        node("L3", 2, false),
        node("O20", 3, false),
        node("L4", 4, false),
    ];
    assert_eq!(told(tree), expected);
}

#[test]
fn one_lot_in_two_orders_goes_on_once() {
    let tree = traced(1, &[(1, 10, &[2, 3]), (2, 20, &[4]), (3, 30, &[4]), (4, 40, &[5])]);
    let told = told(tree);
    assert_eq!(told.iter().filter(|one| one.0 == "L4").map(|one| one.2).collect::<Vec<_>>(), [false, true]);
    assert_eq!(told.iter().filter(|one| one.0 == "O40").count(), 1);
}

#[test]
fn goods_that_went_into_themselves_end_the_branch() {
    let tree = traced(1, &[(1, 10, &[2]), (2, 20, &[1])]);
    assert_eq!(told(tree), [node("O10", 1, false), node("L2", 2, false), node("O20", 3, false), node("L1", 4, true)]);
}

#[test]
fn the_deepest_level_and_the_last_node_are_told() {
    let chain = (1..100_u128).map(|n| (n, n + 1_000, vec![n + 1])).collect::<Vec<_>>();
    let chain = chain.iter().map(|(made, by, used)| (*made, *by, used.as_slice())).collect::<Vec<_>>();
    let tree = traced(1, &chain);
    assert!(tree.is_cut_in_depth() && !tree.is_cut_in_number());
    assert_eq!(told(tree).last().map(|node| node.1), Some(2 * TRACE_LEVELS_MAX));
    let many = (2..30_000_u128).collect::<Vec<_>>();
    let tree = traced(1, &[(1, 99_999, &many)]);
    assert!(tree.is_cut_in_number() && !tree.is_cut_in_depth());
    assert_eq!(told(tree).len(), TRACE_NODES_MAX);
    let whole = traced(1, &[(1, 10, &[2])]);
    assert!(!whole.is_cut_in_depth() && !whole.is_cut_in_number());
}
