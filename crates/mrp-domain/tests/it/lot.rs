//! Lots: how numbers are read, how a quantity goes under them, and how a value is spread.

use mrp_domain::lot::{Expiry, LotFault, default_numbers, from_first, numbers, portions, spread};
use mrp_domain::money::Money;
use mrp_domain::product::Tracking;
use mrp_domain::quantity::PositiveQuantity;
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use time::macros::date;

fn amount(quantity: Decimal) -> PositiveQuantity {
    PositiveQuantity::new(quantity).unwrap()
}

fn read(text: &str) -> Vec<String> {
    numbers(text).unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn a_row_of_serial_numbers_is_typed_at_once() {
    assert_eq!(read("SN-009..SN-011, X1; Y2\n Z3 "), ["SN-009", "SN-010", "SN-011", "X1", "Y2", "Z3"]);
    assert_eq!(read("7..9"), ["7", "8", "9"]);
    assert_eq!(read("A08..10"), ["A08", "A09", "A10"]);
    assert!(read(" ").is_empty());
}

#[test]
fn what_is_no_row_is_told() {
    for text in ["A-1..B-3", "A-9..A-1x", "A..B"] {
        assert_eq!(numbers(text), Err(LotFault::NoRow { text: text.to_owned() }));
    }
    assert_eq!(numbers("A-3..A-1"), Err(LotFault::NoRow { text: "A-3..A-1".to_owned() }));
    assert_eq!(numbers("1..99999"), Err(LotFault::TooMany));
    assert_eq!(numbers("A, B, A"), Err(LotFault::Twice { number: "A".to_owned() }));
}

#[test]
fn a_lot_takes_all_and_each_piece_has_its_number() {
    let one = portions(Tracking::Lot, amount(dec!(2.5)), numbers("L1").unwrap()).unwrap();
    assert_eq!(one.iter().map(|(_, amount)| amount.get()).collect::<Vec<_>>(), [dec!(2.5)]);
    let three = portions(Tracking::Serial, amount(dec!(3)), numbers("1..3").unwrap()).unwrap();
    assert_eq!(three.len(), 3);
    let fewer = portions(Tracking::Serial, amount(dec!(3.0)), numbers("1..2").unwrap());
    assert_eq!(fewer, Err(LotFault::PiecesDiffer { pieces: dec!(3), found: 2 }));
    let none = portions(Tracking::Lot, amount(dec!(1)), Vec::new());
    assert_eq!(none, Err(LotFault::Missing { tracking: Tracking::Lot }));
    assert_eq!(portions(Tracking::None, amount(dec!(1)), numbers("L1").unwrap()), Err(LotFault::NotTracked));
}

#[test]
fn what_an_order_makes_goes_by_its_number() {
    let names = |tracking, made| default_numbers(tracking, "MO-7", made).unwrap();
    let names = |tracking, made| names(tracking, made).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(Tracking::Lot, dec!(50)), ["MO-7"]);
    assert_eq!(names(Tracking::Serial, dec!(2)), ["MO-7-001", "MO-7-002"]);
    assert!(names(Tracking::None, dec!(2)).is_empty());
}

#[test]
fn a_lot_may_be_used_until_the_end_of_its_last_day() {
    let today = date!(2026 - 11 - 27);
    assert_eq!(Expiry::of(None, today, 30), Expiry::Never);
    assert_eq!(Expiry::of(Some(date!(2026 - 11 - 26)), today, 30), Expiry::Expired);
    assert_eq!(Expiry::of(Some(today), today, 30), Expiry::Near);
    assert_eq!(Expiry::of(Some(date!(2026 - 12 - 27)), today, 30), Expiry::Near);
    assert_eq!(Expiry::of(Some(date!(2026 - 12 - 28)), today, 30), Expiry::Fresh);
    assert_eq!(Expiry::of(Some(date!(2026 - 12 - 28)), today, 31), Expiry::Near);
    assert_eq!(Expiry::of(Some(date!(2026 - 11 - 28)), today, 0), Expiry::Fresh);
}

proptest! {
    #[test]
    fn the_portions_of_a_value_are_that_value(cents in 0_i64..1_000_000, parts in prop::collection::vec(1_i64..1_000, 1..30)) {
        let value = Money::round_half_even(Decimal::new(cents, 2));
        let parts: Vec<_> = parts.into_iter().map(|part| amount(Decimal::new(part, 1))).collect();
        let values = spread(value, &parts).unwrap();
        prop_assert_eq!(values.len(), parts.len());
        prop_assert!(values.iter().all(|part| part.amount() >= Decimal::ZERO));
        prop_assert_eq!(values.into_iter().sum::<Money>(), value);
    }
}

#[test]
fn what_expires_first_is_used_up_before_the_next_lot_is_opened() {
    assert_eq!(from_first(dec!(5), &[dec!(3), dec!(4), dec!(1)]), [dec!(3), dec!(2), dec!(0)]);
    assert_eq!(from_first(dec!(9), &[dec!(3), dec!(4)]), [dec!(3), dec!(4)]);
    assert_eq!(from_first(dec!(0), &[dec!(3)]), [dec!(0)]);
}
