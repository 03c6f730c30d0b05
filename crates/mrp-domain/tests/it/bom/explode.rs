//! Explosion: the worked example, kits, loss, fixed lines, limits and laws.

use mrp_domain::bom::explode::{
    ExplodeError, Requirement, by_product_outputs, explode, explode_bom_by_line, explode_multi_level,
};
use mrp_domain::bom::{BOM_DEPTH_MAX, Bom, BomByProduct, BomLine, BomSource, CostSharePercent, LossPercent};
use mrp_domain::ids::ProductId;
use mrp_domain::quantity::Exact;
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

use super::{DOZEN, GRAM, KILOGRAM, PIECE, amount, bom, catalog, kit, line, product};

fn pieces(quantity: i64) -> Exact {
    Exact::from_integer(quantity)
}

fn losing(percent: Decimal, line: BomLine) -> BomLine {
    BomLine { loss: LossPercent::try_from(percent).unwrap(), ..line }
}

fn in_operation(sequence: u32, line: BomLine) -> BomLine {
    BomLine { operation_sequence: Some(sequence), ..line }
}

fn rounded(requirements: &[Requirement]) -> Vec<(u64, Option<u32>, Decimal)> {
    let number = |requirement: &Requirement| u64::try_from(requirement.component.uuid().as_u128()).unwrap();
    requirements.iter().map(|found| (number(found), found.operation_sequence, found.rounded)).collect()
}

fn explode_one(boms: Vec<Bom>, quantity: i64) -> Vec<(u64, Option<u32>, Decimal)> {
    rounded(&explode(&catalog(boms), product(1), pieces(quantity)).unwrap())
}

#[test]
fn five_hundred_tables_of_four_legs_of_three_screws_at_five_percent_loss_need_6300_screws() {
    let boms = vec![bom(1, vec![line(2, dec!(4))]), bom(2, vec![losing(dec!(5), line(3, dec!(3)))])];
    let requirements = explode_multi_level(&catalog(boms), product(1), pieces(500)).unwrap();
    let screws = requirements.last().unwrap();
    assert_eq!((screws.component, screws.level, screws.is_bought), (product(3), 2, true));
    assert_eq!((screws.exact, screws.rounded), (pieces(6_300), dec!(6_300)));
}

#[test]
fn a_need_is_per_run_and_not_per_piece() {
    let per_dozen = Bom { quantity: amount(dec!(12)), ..bom(1, vec![line(2, dec!(5))]) };
    assert_eq!(explode_one(vec![per_dozen], 30), [(2, None, dec!(13))]);
}

#[test]
fn a_run_counted_in_dozens_makes_twelve() {
    let per_dozen = Bom { unit: DOZEN, ..bom(1, vec![line(2, dec!(24))]) };
    assert_eq!(explode_one(vec![per_dozen], 6), [(2, None, dec!(12))]);
}

#[test]
fn a_fixed_line_is_needed_once_whatever_the_quantity() {
    let pallet = BomLine { is_fixed: true, ..line(2, dec!(1)) };
    assert_eq!(explode_one(vec![bom(1, vec![pallet])], 500), [(2, None, dec!(1))]);
}

#[test]
fn what_is_needed_once_stays_apart_from_what_scales() {
    let once = |line| BomLine { is_fixed: true, ..line };
    let boms = vec![
        bom(1, vec![line(2, dec!(4)), once(line(2, dec!(3))), once(line(5, dec!(2)))]),
        kit(5, vec![line(2, dec!(10)), line(3, dec!(1))]),
    ];
    let found = explode(&catalog(boms), product(1), pieces(500)).unwrap();
    let found: Vec<_> = found.iter().map(|need| (need.component, need.is_fixed, need.rounded)).collect();
    // Three screws and two bags of ten are needed for the first table and for no further one.
    let expected = [(2, false, dec!(2000)), (2, true, dec!(23)), (3, true, dec!(2))];
    assert_eq!(found, expected.map(|(of, is_fixed, needed)| (product(of), is_fixed, needed)));
}

#[test]
fn a_loss_with_many_decimals_is_not_cut() {
    let boms = vec![bom(1, vec![losing(dec!(0.0001), line(2, dec!(1)))])];
    assert_eq!(explode_one(boms, 1_000_000), [(2, None, dec!(1_000_001))]);
}

#[test]
fn lines_for_the_same_operation_are_merged_before_rounding() {
    let half = |sequence| in_operation(sequence, line(2, dec!(0.5)));
    let boms = vec![bom(1, vec![half(10), half(20), half(10), line(2, dec!(0.5))])];
    assert_eq!(explode_one(boms, 1), [(2, Some(10), dec!(1)), (2, Some(20), dec!(1)), (2, None, dec!(1))]);
}

#[test]
fn a_kit_is_replaced_by_its_lines_without_rounding_inside() {
    let boms = vec![
        bom(1, vec![in_operation(10, line(2, dec!(0.5))), in_operation(10, line(3, dec!(1)))]),
        kit(2, vec![in_operation(99, line(3, dec!(3)))]),
    ];
    assert_eq!(explode_one(boms, 2), [(3, Some(10), dec!(5))]);
}

#[test]
fn grams_are_counted_in_the_stock_unit_and_rounded_to_its_step() {
    let mut catalog = catalog(vec![bom(1, vec![BomLine { unit: GRAM, ..line(2, dec!(7.3)) }])]);
    catalog.add_product(product(2), KILOGRAM).unwrap();
    let requirements = explode(&catalog, product(1), pieces(3)).unwrap();
    assert_eq!(requirements[0].exact, Exact::from_decimal(dec!(0.0219)));
    assert_eq!(requirements[0].rounded, dec!(0.022));
}

#[test]
fn a_by_product_is_rounded_down() {
    let shavings = BomByProduct {
        product: product(2),
        quantity: amount(dec!(0.4)),
        unit: PIECE,
        cost_share: CostSharePercent::try_from(dec!(5)).unwrap(),
    };
    let bom = Bom { by_products: vec![shavings], ..bom(1, vec![line(2, dec!(1))]) };
    let outputs = by_product_outputs(&catalog(vec![bom.clone()]), &bom, pieces(7)).unwrap();
    assert_eq!((outputs[0].exact, outputs[0].rounded), (Exact::from_decimal(dec!(2.8)), dec!(2)));
}

#[test]
fn kilograms_of_a_thing_counted_in_pieces_are_refused() {
    let boms = catalog(vec![bom(1, vec![BomLine { unit: KILOGRAM, ..line(2, dec!(1)) }])]);
    let refused = explode(&boms, product(1), pieces(1)).unwrap_err();
    assert!(matches!(refused, ExplodeError::Unit { product: found, .. } if found == product(2)));
}

#[test]
fn a_bought_product_has_nothing_to_explode() {
    let boms = catalog(vec![bom(1, vec![line(2, dec!(1))])]);
    assert_eq!(explode(&boms, product(2), pieces(1)), Err(ExplodeError::NoBom { product: product(2) }));
    assert_eq!(explode(&boms, product(9), pieces(1)), Err(ExplodeError::UnknownProduct { product: product(9) }));
}

#[test]
fn kits_that_contain_each_other_are_refused_with_the_path() {
    let boms = vec![bom(1, vec![line(2, dec!(1))]), kit(2, vec![line(3, dec!(1))]), kit(3, vec![line(2, dec!(1))])];
    let path = [2, 3, 2].map(product).to_vec();
    assert_eq!(explode(&catalog(boms), product(1), pieces(1)), Err(ExplodeError::Cycle { path }));
}

#[test]
fn a_cycle_over_many_levels_is_refused_with_the_path() {
    let boms = vec![
        bom(1, vec![line(2, dec!(1))]),
        bom(2, vec![line(9, dec!(1)), line(3, dec!(1))]),
        bom(3, vec![line(2, dec!(1))]),
    ];
    let path = [2, 3, 2].map(product).to_vec();
    assert_eq!(explode_multi_level(&catalog(boms), product(1), pieces(1)), Err(ExplodeError::Cycle { path }));
}

#[test]
fn of_what_waits_for_a_cycle_only_the_cycle_is_told() {
    let boms = vec![
        bom(1, vec![line(2, dec!(1)), line(6, dec!(1))]),
        bom(2, vec![line(3, dec!(1))]),
        bom(3, vec![line(4, dec!(1))]),
        bom(4, vec![line(2, dec!(1)), line(5, dec!(1))]),
        bom(5, vec![line(6, dec!(1))]),
    ];
    let path = [2, 3, 4, 2].map(product).to_vec();
    assert_eq!(explode_multi_level(&catalog(boms), product(1), pieces(1)), Err(ExplodeError::Cycle { path }));
}

#[test]
fn a_product_in_itself_is_a_cycle() {
    let path = [1, 2, 1].map(product).to_vec();
    let boms = vec![bom(1, vec![line(2, dec!(1))]), bom(2, vec![line(1, dec!(1))])];
    assert_eq!(explode_multi_level(&catalog(boms), product(1), pieces(1)), Err(ExplodeError::Cycle { path }));
}

fn chain(levels: u64) -> Vec<Bom> {
    (1..=levels).map(|level| bom(level, vec![line(level + 1, dec!(1))])).collect()
}

#[test]
fn thirty_two_levels_are_enough_and_thirty_three_are_refused() {
    let deepest = u64::from(BOM_DEPTH_MAX);
    assert!(explode_multi_level(&catalog(chain(deepest)), product(1), pieces(1)).is_ok());
    let refused = explode_multi_level(&catalog(chain(deepest + 1)), product(1), pieces(1));
    assert_eq!(refused, Err(ExplodeError::TooDeep { product: product(deepest + 2) }));
}

#[test]
fn a_very_deep_chain_is_an_error_and_not_a_crash() {
    let refused = explode_multi_level(&catalog(chain(50_000)), product(1), pieces(1));
    assert!(matches!(refused, Err(ExplodeError::TooDeep { .. })));
}

#[test]
fn a_part_used_on_every_level_is_calculated_once() {
    // Each level uses the next twice: a tree of 2³⁰ nodes, a graph of 31.
    let boms = (1..=30).map(|level| bom(level, vec![line(level + 1, dec!(1)), line(level + 1, dec!(1))])).collect();
    let requirements = explode_multi_level(&catalog(boms), product(1), pieces(1)).unwrap();
    assert_eq!(requirements.last().unwrap().rounded, Decimal::from(1_u64 << 30));
}

#[test]
fn a_component_lies_as_deep_as_its_longest_way() {
    let boms = vec![bom(1, vec![line(3, dec!(1)), line(2, dec!(1))]), bom(2, vec![line(3, dec!(1))])];
    let requirements = explode_multi_level(&catalog(boms), product(1), pieces(5)).unwrap();
    let levels: Vec<_> = requirements.iter().map(|found| (found.component, found.level, found.rounded)).collect();
    assert_eq!(levels, [(product(2), 1, dec!(5)), (product(3), 2, dec!(10))]);
}

#[test]
fn kits_do_not_appear_among_what_is_needed() {
    let boms = vec![bom(1, vec![line(2, dec!(2))]), kit(2, vec![line(3, dec!(2))])];
    let requirements = explode_multi_level(&catalog(boms), product(1), pieces(1)).unwrap();
    let found: Vec<_> = requirements.iter().map(|found| (found.component, found.rounded)).collect();
    assert_eq!(found, [(product(3), dec!(4))]);
}

/// Products 1 to `products`, each made of some with higher numbers; a few of them are kits.
fn boms() -> impl Strategy<Value = Vec<Bom>> {
    let lines = prop::collection::vec((1_u64..4, 1_i64..1_000, 0_u32..4, 0_i64..30), 1..4);
    prop::collection::vec((lines, any::<bool>()), 1..8).prop_map(|boms| {
        let made = (1_u64..).zip(boms);
        let build = made.map(|(made, (lines, is_kit))| {
            let lines = lines.into_iter().map(|(step, mantissa, scale, loss)| {
                losing(Decimal::from(loss), line(made + step, Decimal::new(mantissa, scale)))
            });
            let lines: Vec<_> = lines.collect();
            if is_kit && made > 1 { kit(made, lines) } else { bom(made, lines) }
        });
        build.collect()
    })
}

/// Eight levels of hundreds each can need more than the largest quantity: such an explosion is refused, and says nothing
/// about the others.
fn within_limits<T>(exploded: Result<T, ExplodeError>) -> Result<T, TestCaseError> {
    exploded.map_err(|error| match error {
        ExplodeError::Quantity { .. } => TestCaseError::reject("beyond the largest quantity"),
        other => TestCaseError::fail(other.to_string()),
    })
}

/// What is needed of each component by each operation, whatever the order.
fn sorted(needs: Vec<Requirement>) -> Vec<(ProductId, Option<u32>, bool, Decimal)> {
    let mut needs: Vec<_> =
        needs.into_iter().map(|need| (need.component, need.operation_sequence, need.is_fixed, need.rounded)).collect();
    needs.sort();
    needs
}

proptest! {
    #[test]
    fn the_order_of_the_lines_changes_no_need(boms in boms(), quantity in 1_i64..10_000, seed in any::<u64>()) {
        let shuffled = boms.iter().cloned().map(|mut bom| {
            let turn = usize::try_from(seed % 7).unwrap() % bom.lines.len().max(1);
            bom.lines.rotate_left(turn);
            if seed % 2 == 0 {
                bom.lines.reverse();
            }
            bom
        });
        let other = within_limits(explode(&catalog(shuffled.collect()), product(1), pieces(quantity)))?;
        let own = within_limits(explode(&catalog(boms), product(1), pieces(quantity)))?;
        prop_assert_eq!(sorted(own), sorted(other));
    }

    #[test]
    fn lines_add_up_to_the_merged_needs(boms in boms(), quantity in 1_i64..10_000) {
        let catalog = catalog(boms);
        let bom = catalog.product(product(1)).unwrap().bom.unwrap();
        let (needs, lines) = within_limits(explode_bom_by_line(&catalog, bom, pieces(quantity)))?;
        prop_assert_eq!(lines.iter().filter(|line| line.depth == 0).count(), bom.lines.len());
        for (place, need) in needs.iter().enumerate() {
            let parts = lines.iter().filter(|line| line.requirement == Some(place));
            let sum = parts.fold(Exact::ZERO, |sum, line| sum.add(line.exact).unwrap());
            prop_assert_eq!(sum, need.exact);
        }
    }

    #[test]
    fn twice_as_many_need_twice_as_much_before_rounding(boms in boms(), quantity in 1_i64..10_000) {
        let catalog = catalog(boms);
        let once = within_limits(explode(&catalog, product(1), pieces(quantity)))?;
        let twice = within_limits(explode(&catalog, product(1), pieces(2 * quantity)))?;
        for (once, twice) in once.iter().zip(&twice) {
            prop_assert_eq!(once.exact.mul(pieces(2)).unwrap(), twice.exact);
            prop_assert!(twice.rounded <= once.rounded * dec!(2));
        }
    }

    #[test]
    fn what_is_rounded_covers_the_need_by_less_than_a_step(boms in boms(), quantity in 1_i64..10_000) {
        for found in within_limits(explode_multi_level(&catalog(boms), product(1), pieces(quantity)))? {
            let surplus = Exact::from(found.rounded).sub(found.exact).unwrap();
            prop_assert!(!surplus.is_negative() && surplus < Exact::ONE);
        }
    }

    #[test]
    fn many_levels_at_once_agree_with_level_after_level(boms in boms(), quantity in 1_i64..1_000) {
        let catalog = catalog(boms);
        let at_once = within_limits(explode_multi_level(&catalog, product(1), pieces(quantity)))?;
        let mut bought = std::collections::BTreeMap::new();
        let mut open = vec![(product(1), pieces(quantity))];
        while let Some((made, need)) = open.pop() {
            match explode(&catalog, made, need) {
                Ok(requirements) => open.extend(requirements.iter().map(|found| (found.component, found.exact))),
                Err(ExplodeError::NoBom { product }) => {
                    let sum = bought.entry(product).or_insert(Exact::ZERO);
                    *sum = sum.add(need).unwrap();
                }
                Err(other) => return Err(TestCaseError::fail(other.to_string())),
            }
        }
        let leaves: std::collections::BTreeMap<_, _> =
            at_once.iter().filter(|found| found.is_bought).map(|found| (found.component, found.exact)).collect();
        prop_assert_eq!(leaves, bought);
    }
}
