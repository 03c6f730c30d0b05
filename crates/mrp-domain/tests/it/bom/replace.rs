//! One component in place of another.

use mrp_domain::bom::replace::{ComponentReplacement, MadeOf, ReplacementRefusal};
use mrp_domain::bom::{BomLine, BomSource, LossPercent};
use mrp_domain::quantity::QuantityError;
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

use super::{amount, bom, catalog, line, product};

fn replacement(factor: Decimal) -> ComponentReplacement {
    ComponentReplacement { from: product(2), to: product(3), factor: amount(factor) }
}

fn nothing_below() -> MadeOf {
    MadeOf::nothing(product(3))
}

#[test]
fn a_replaced_line_keeps_everything_but_its_component_and_the_quantity_by_the_factor() {
    let old = BomLine {
        operation_sequence: Some(20),
        loss: LossPercent::try_from(dec!(5)).unwrap(),
        note: "left side".to_owned(),
        ..line(2, dec!(4))
    };
    let after =
        replacement(dec!(1.5)).apply((product(1), &[]), &[line(9, dec!(1)), old.clone()], &nothing_below()).unwrap();
    let expected = BomLine { component: product(3), quantity: amount(dec!(6)), ..old.clone() };
    assert_eq!(after.lines, [line(9, dec!(1)), expected]);
    assert_eq!((&after.replaced[0].old, after.replaced[0].is_merged), (&old, false));
}

#[test]
fn a_line_that_the_new_component_has_already_takes_the_quantity() {
    let noted = |component, quantity, note: &str| BomLine { note: note.to_owned(), ..line(component, quantity) };
    let lines = [noted(2, dec!(4), "front"), noted(3, dec!(1), "back")];
    let after = replacement(dec!(2)).apply((product(1), &[]), &lines, &nothing_below()).unwrap();
    assert_eq!(after.lines, [noted(3, dec!(9), "back; front")]);
    assert!(after.replaced[0].is_merged);
}

#[test]
fn a_line_of_the_new_component_at_another_operation_stays_apart() {
    let at = |component, sequence| BomLine { operation_sequence: Some(sequence), ..line(component, dec!(1)) };
    let after = replacement(dec!(1)).apply((product(1), &[]), &[at(2, 10), at(3, 20)], &nothing_below()).unwrap();
    assert_eq!(after.lines.len(), 2);
    assert!(!after.replaced[0].is_merged);
}

#[test]
fn a_component_that_contains_the_product_is_refused_with_the_path() {
    let boms = catalog(vec![bom(3, vec![line(4, dec!(1))]), bom(4, vec![line(5, dec!(1)), line(1, dec!(1))])]);
    let made_of = MadeOf::of(boms.product(product(3)).unwrap().bom.unwrap(), &boms);
    let refused = replacement(dec!(1)).apply((product(1), &[]), &[line(2, dec!(1))], &made_of).unwrap_err();
    let path = [1, 3, 4, 1].map(product).to_vec();
    assert_eq!(refused, ReplacementRefusal::Cycle { path });
    assert!(replacement(dec!(1)).apply((product(6), &[]), &[line(2, dec!(1))], &made_of).is_ok());
}

#[test]
fn a_product_is_no_component_of_itself() {
    let refused = replacement(dec!(1)).apply((product(3), &[]), &[line(2, dec!(1))], &nothing_below()).unwrap_err();
    assert_eq!(refused, ReplacementRefusal::Cycle { path: vec![product(3), product(3)] });
}

#[test]
fn a_cycle_that_is_there_already_ends_the_search() {
    let boms = catalog(vec![bom(3, vec![line(4, dec!(1))]), bom(4, vec![line(3, dec!(1))])]);
    let made_of = MadeOf::of(boms.product(product(3)).unwrap().bom.unwrap(), &boms);
    assert!(replacement(dec!(1)).apply((product(1), &[]), &[line(2, dec!(1))], &made_of).is_ok());
}

#[test]
fn a_quantity_that_would_be_too_fine_is_refused() {
    let refused = replacement(dec!(0.001)).apply((product(1), &[]), &[line(2, dec!(0.0000000001))], &nothing_below());
    assert!(matches!(refused, Err(ReplacementRefusal::Quantity(QuantityError::TooManyDecimals { .. }))), "{refused:?}");
}

#[test]
fn who_does_not_use_the_component_has_nothing_to_replace() {
    let refused = replacement(dec!(1)).apply((product(1), &[]), &[line(3, dec!(1))], &nothing_below());
    assert_eq!(refused, Err(ReplacementRefusal::NotUsed));
}

proptest! {
    #[test]
    fn what_is_needed_of_the_new_is_the_factor_times_the_old_and_what_was_there(
        lines in prop::collection::vec((2_u64..6, 1_i64..1_000), 1..12),
        factor in 1_i64..50,
    ) {
        let lines: Vec<_> = lines.into_iter().map(|(component, n)| line(component, Decimal::from(n))).collect();
        let total = |lines: &[BomLine], number: u64| -> Decimal {
            lines.iter().filter(|line| line.component == product(number)).map(|line| line.quantity.get()).sum()
        };
        let Ok(after) = replacement(Decimal::from(factor)).apply((product(1), &[]), &lines, &nothing_below()) else {
            prop_assert_eq!(total(&lines, 2), Decimal::ZERO);
            return Ok(());
        };
        prop_assert_eq!(total(&after.lines, 2), Decimal::ZERO);
        prop_assert_eq!(total(&after.lines, 3), total(&lines, 3) + total(&lines, 2) * Decimal::from(factor));
        prop_assert_eq!(total(&after.lines, 5), total(&lines, 5));
    }
}
