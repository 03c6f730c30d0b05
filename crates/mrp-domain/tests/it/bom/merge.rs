//! Equal lines made one: what is equal, exact sums, what stays apart, and the law that needs do not change.

use mrp_domain::bom::explode::{ExplodeError, explode};
use mrp_domain::bom::merge::{UnmergedLine, UnmergedReason, merge_equal_lines};
use mrp_domain::bom::{Bom, BomLine, LossPercent};
use mrp_domain::ids::UnitId;
use mrp_domain::quantity::Exact;
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

use super::{DOZEN, GRAM, KILOGRAM, PIECE, bom, catalog, kit, line, product};

fn in_unit(unit: UnitId, line: BomLine) -> BomLine {
    BomLine { unit, ..line }
}

fn quantities(lines: &[BomLine]) -> Vec<(UnitId, Decimal)> {
    lines.iter().map(|line| (line.unit, line.quantity.get())).collect()
}

#[test]
fn equal_lines_become_the_first_of_them_with_all_quantities_and_notes() {
    let noted = |quantity, note: &str| BomLine { note: note.to_owned(), ..line(2, quantity) };
    let lines = [noted(dec!(4), "left"), line(3, dec!(1)), noted(dec!(2.5), ""), noted(dec!(1), "right")];
    let merged = merge_equal_lines(&lines, &catalog(vec![bom(1, lines.to_vec())]));
    assert_eq!(merged.lines, [noted(dec!(7.5), "left; right"), line(3, dec!(1))]);
    assert_eq!((merged.gone, merged.left), (2, Vec::new()));
}

#[test]
fn another_operation_loss_fixedness_or_substitute_keeps_lines_apart() {
    let lines = [
        line(2, dec!(1)),
        BomLine { operation_sequence: Some(10), ..line(2, dec!(1)) },
        BomLine { loss: LossPercent::try_from(dec!(5)).unwrap(), ..line(2, dec!(1)) },
        BomLine { is_fixed: true, ..line(2, dec!(1)) },
        BomLine { substitutes: vec![product(3)], ..line(2, dec!(1)) },
    ];
    let merged = merge_equal_lines(&lines, &catalog(vec![bom(1, lines.to_vec())]));
    assert_eq!((merged.lines.len(), merged.gone, merged.left), (5, 0, Vec::new()));
}

#[test]
fn units_of_one_category_are_converted_exactly() {
    let lines = [in_unit(KILOGRAM, line(2, dec!(1.2))), in_unit(GRAM, line(2, dec!(30)))];
    let mut catalog = catalog(vec![bom(1, lines.to_vec())]);
    catalog.add_product(product(2), KILOGRAM).unwrap();
    assert_eq!(quantities(&merge_equal_lines(&lines, &catalog).lines), [(KILOGRAM, dec!(1.23))]);
}

#[test]
fn a_dozen_and_one_are_thirteen_pieces_because_a_twelfth_is_no_decimal() {
    let lines = [in_unit(DOZEN, line(2, dec!(1))), line(2, dec!(1))];
    let merged = merge_equal_lines(&lines, &catalog(vec![bom(1, lines.to_vec())]));
    assert_eq!(quantities(&merged.lines), [(PIECE, dec!(13))]);
}

#[test]
fn a_unit_of_another_category_stays_a_line_and_is_told() {
    let lines = [line(2, dec!(1)), in_unit(KILOGRAM, line(2, dec!(1))), in_unit(GRAM, line(2, dec!(500)))];
    let merged = merge_equal_lines(&lines, &catalog(vec![bom(1, lines.to_vec())]));
    assert_eq!(quantities(&merged.lines), [(PIECE, dec!(1)), (KILOGRAM, dec!(1.5))]);
    let left = UnmergedLine { place: 1, reason: UnmergedReason::UnitOfAnotherCategory };
    assert_eq!((merged.gone, merged.left), (1, vec![left]));
}

#[test]
fn more_than_the_largest_quantity_stays_two_lines() {
    let most = line(2, dec!(1_000_000_000_000));
    let merged = merge_equal_lines(&[most.clone(), most.clone()], &catalog(vec![bom(1, vec![most])]));
    assert_eq!(merged.left, [UnmergedLine { place: 1, reason: UnmergedReason::QuantityOutOfRange }]);
}

#[test]
fn two_lines_of_a_kit_with_a_fixed_line_need_it_twice_and_stay_two() {
    let once = BomLine { is_fixed: true, ..line(4, dec!(1)) };
    let boms =
        vec![bom(1, vec![line(2, dec!(1)), line(2, dec!(1))]), kit(2, vec![line(3, dec!(1))]), kit(3, vec![once])];
    let lines = boms[0].lines.clone();
    let merged = merge_equal_lines(&lines, &catalog(boms));
    assert_eq!(merged.left, [UnmergedLine { place: 1, reason: UnmergedReason::KitWithFixedLines }]);
}

/// A product of lines that are often equal; products 6 and 7 are kits, the second with a fixed line in some cases.
fn recipes() -> impl Strategy<Value = Vec<Bom>> {
    let unit = prop::sample::select(vec![PIECE, DOZEN]);
    let operation = prop::sample::select(vec![None, Some(10)]);
    let one = (2_u64..8, 1_i64..500, 0_u32..3, unit, operation, 0_i64..2, any::<bool>());
    (prop::collection::vec(one, 1..14), any::<bool>()).prop_map(|(lines, is_fixed)| {
        let lines =
            lines.into_iter().map(|(component, mantissa, scale, unit, operation_sequence, loss, fixed)| BomLine {
                unit,
                operation_sequence,
                loss: LossPercent::try_from(Decimal::from(loss * 5)).unwrap(),
                is_fixed: fixed,
                ..line(component, Decimal::new(mantissa, scale))
            });
        let inside = kit(7, vec![BomLine { is_fixed, ..line(8, dec!(2)) }, line(3, dec!(0.5))]);
        vec![bom(1, lines.collect()), kit(6, vec![line(7, dec!(3)), line(2, dec!(1))]), inside]
    })
}

proptest! {
    #[test]
    fn an_order_needs_the_same_before_and_after(boms in recipes(), quantity in 1_i64..1_000) {
        let before = catalog(boms.clone());
        let merged = merge_equal_lines(&boms[0].lines, &before);
        prop_assert_eq!(merged.lines.len() + merged.gone, boms[0].lines.len());
        let mut after = before.clone();
        after.add_bom(Bom { lines: merged.lines.clone(), ..boms[0].clone() }).unwrap();
        let needs = |boms: &_| explode(boms, product(1), Exact::from_integer(quantity));
        match (needs(&before), needs(&after)) {
            (Err(ExplodeError::Quantity { .. }), _) => {}
            (before, after) => prop_assert_eq!(before, after),
        }
        let again = merge_equal_lines(&merged.lines, &before);
        prop_assert_eq!((again.gone, again.lines), (0, merged.lines));
    }
}
