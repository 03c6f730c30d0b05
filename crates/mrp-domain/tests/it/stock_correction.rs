//! Scrapping and counting.

use mrp_domain::money::{Money, UnitCost};
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::stock::correction::{Counted, Held, count, scrap};
use mrp_domain::stock::{StockRefusal, Valuation};
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

fn held(on_hand: Decimal, reserved: Decimal) -> Held {
    Held { on_hand, reserved }
}

fn quantity(value: Decimal) -> PositiveQuantity {
    PositiveQuantity::new(value).unwrap()
}

fn money(value: Decimal) -> Money {
    Money::new(value).unwrap()
}

fn stock(quantity: Decimal, value: Decimal) -> Valuation {
    Valuation::new(quantity, money(value)).unwrap()
}

fn cost(value: Decimal) -> UnitCost {
    UnitCost::new(value).unwrap()
}

#[test]
fn scrap_leaves_at_the_moving_average() {
    let mut worth = stock(dec!(40), dec!(520));
    assert_eq!(scrap(held(dec!(40), dec!(0)), quantity(dec!(3)), &mut worth), Ok(money(dec!(39))));
    assert_eq!((worth.quantity(), worth.value()), (dec!(37), money(dec!(481))));
}

#[test]
fn what_is_not_there_cannot_be_scrapped() {
    let refusal = scrap(held(dec!(2), dec!(0)), quantity(dec!(3)), &mut stock(dec!(9), dec!(9)));
    assert_eq!(refusal, Err(StockRefusal::NotEnough { wanted: dec!(3), on_hand: dec!(2) }));
}

#[test]
fn what_orders_hold_cannot_be_scrapped() {
    let mut worth = stock(dec!(5), dec!(5));
    let refusal = scrap(held(dec!(5), dec!(4)), quantity(dec!(2)), &mut worth);
    assert_eq!(refusal, Err(StockRefusal::Reserved { left: dec!(3), reserved: dec!(4) }));
    assert_eq!(worth, stock(dec!(5), dec!(5)));
    assert!(scrap(held(dec!(5), dec!(4)), quantity(dec!(1)), &mut worth).is_ok());
}

#[test]
fn a_count_that_finds_what_the_books_say_changes_nothing() {
    let mut worth = stock(dec!(5), dec!(5));
    assert_eq!(count(held(dec!(5), dec!(5)), dec!(5.0), &mut worth, cost(dec!(1))), Ok(Counted::AsBooked));
    assert_eq!(worth, stock(dec!(5), dec!(5)));
}

#[test]
fn what_a_count_finds_comes_in_at_what_one_costs() {
    let mut worth = stock(dec!(4), dec!(50));
    let found = count(held(dec!(4), dec!(0)), dec!(6), &mut worth, cost(dec!(12.5)));
    assert_eq!(found, Ok(Counted::More(quantity(dec!(2)), money(dec!(25)))));
    assert_eq!(worth, stock(dec!(6), dec!(75)));
}

#[test]
fn a_count_below_what_orders_hold_is_refused() {
    let refusal = count(held(dec!(10), dec!(6)), dec!(5), &mut stock(dec!(10), dec!(10)), cost(dec!(1)));
    assert_eq!(refusal, Err(StockRefusal::Reserved { left: dec!(5), reserved: dec!(6) }));
}

#[test]
fn an_empty_shelf_takes_all_of_the_value_with_it() {
    let mut worth = stock(dec!(3), dec!(10));
    let lost = count(held(dec!(3), dec!(0)), dec!(0), &mut worth, cost(dec!(3.33)));
    assert_eq!(lost, Ok(Counted::Less(quantity(dec!(3)), money(dec!(10)))));
    assert_eq!(worth, Valuation::default());
}

proptest! {
    #[test]
    fn corrections_conserve_value_and_leave_what_is_promised(
        on_hand in 0_u32..1_000,
        reserved_share in 0_u32..=100,
        counted in 0_u32..1_000,
        cents in 0_u32..100_000,
    ) {
        let on_hand = Decimal::from(on_hand);
        let reserved = (on_hand * Decimal::from(reserved_share) / dec!(100)).trunc();
        let cents = if on_hand.is_zero() { 0 } else { cents };
        let before = stock(on_hand, Decimal::new(i64::from(cents), 2));
        let mut after = before;
        let unit = before.unit_cost().map_or(UnitCost::ZERO, |value| UnitCost::new(value).unwrap());
        match count(held(on_hand, reserved), Decimal::from(counted), &mut after, unit) {
            Ok(Counted::AsBooked) => prop_assert_eq!(after, before),
            Ok(Counted::More(_, value)) => prop_assert_eq!(after.value(), before.value() + value),
            Ok(Counted::Less(_, value)) => prop_assert_eq!(after.value(), before.value() - value),
            Err(StockRefusal::Reserved { .. }) => prop_assert!(Decimal::from(counted) < reserved),
            Err(other) => prop_assert!(false, "{}", other),
        }
        if Decimal::from(counted) >= reserved {
            prop_assert_eq!(after.quantity(), Decimal::from(counted));
        }
    }
}
