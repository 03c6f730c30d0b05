//! Exact amounts, units and their conversion.

use mrp_domain::ids::{UnitCategoryId, UnitId};
use mrp_domain::quantity::{Exact, PositiveQuantity, QUANTITY_MAX, QuantityError, Unit, UnitError};
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use uuid::Uuid;

fn unit(number: u128, category: u128, code: &str, ratio: (i64, i64), step: Decimal) -> Unit {
    let id = UnitId::from_uuid(Uuid::from_u128(number));
    let category = UnitCategoryId::from_uuid(Uuid::from_u128(category));
    Unit::new(id, category, code, Exact::ratio(ratio.0, ratio.1).unwrap(), step).unwrap()
}

fn kilogram() -> Unit {
    unit(1, 1, "kg", (1, 1), dec!(0.001))
}

fn gram() -> Unit {
    unit(2, 1, "g", (1, 1000), dec!(1))
}

fn piece() -> Unit {
    unit(3, 2, "pcs", (1, 1), dec!(1))
}

#[test]
fn a_third_taken_three_times_is_one() {
    let third = Exact::ratio(1, 3).unwrap();
    assert_eq!(third.add(third).unwrap().add(third).unwrap(), Exact::ONE);
}

#[test]
fn fractions_are_always_reduced_with_the_sign_on_top() {
    let value = Exact::ratio(6, -4).unwrap();
    assert_eq!((value.numerator(), value.denominator()), (-3, 2));
    assert_eq!(Exact::ratio(1, 0), Err(QuantityError::DivisionByZero));
}

#[test]
fn dividing_by_zero_is_an_error_and_not_a_panic() {
    assert_eq!(Exact::ONE.div(Exact::ZERO), Err(QuantityError::DivisionByZero));
}

#[test]
fn too_many_digits_are_an_error_and_not_a_wrong_amount() {
    let huge = Exact::from_decimal(Decimal::MAX);
    assert_eq!(huge.mul(huge), Err(QuantityError::Overflow));
}

#[test]
fn a_fraction_is_shown_to_the_nearest_digit() {
    assert_eq!(Exact::ratio(2, 3).unwrap().to_decimal(), dec!(0.6666666666666666666666666667));
    assert_eq!(Exact::ratio(-1, 8).unwrap().to_decimal(), dec!(-0.125));
    assert_eq!(Exact::from_decimal(Decimal::MAX).to_decimal(), Decimal::MAX);
}

#[test]
fn a_fraction_survives_json() {
    let value = Exact::ratio(-22, 7).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), "\"-22/7\"");
    assert_eq!(serde_json::from_str::<Exact>("\"-22/7\"").unwrap(), value);
    assert!(serde_json::from_str::<Exact>("\"1/0\"").is_err());
}

#[test]
fn a_need_rounds_up_and_an_output_rounds_down_to_the_step() {
    let amount = Exact::ratio(10, 3).unwrap();
    assert_eq!(kilogram().round_need(amount).unwrap(), dec!(3.334));
    assert_eq!(kilogram().round_output(amount).unwrap(), dec!(3.333));
    assert_eq!(piece().round_need(Exact::from_integer(4)).unwrap(), dec!(4));
}

#[test]
fn point_27_of_point_28_cannot_block_an_order() {
    // 0.28 kg planned as 28 × 10 g: with binary floats the rest after 27 × 10 g is not 10 g.
    let ten_grams = gram().convert(Exact::from_integer(10), &kilogram()).unwrap();
    let planned = kilogram().round_need(ten_grams.mul(Exact::from_integer(28)).unwrap()).unwrap();
    let consumed = kilogram().round_need(ten_grams.mul(Exact::from_integer(27)).unwrap()).unwrap();
    assert_eq!((planned, consumed, planned - consumed), (dec!(0.28), dec!(0.27), dec!(0.01)));
}

#[test]
fn grams_convert_to_kilograms_exactly() {
    let seven_grams = gram().convert(Exact::from_integer(7), &kilogram()).unwrap();
    assert_eq!(seven_grams, Exact::from_decimal(dec!(0.007)));
}

#[test]
fn kilograms_never_become_pieces() {
    let refused = kilogram().convert(Exact::ONE, &piece()).unwrap_err();
    assert!(
        matches!(refused, UnitError::DifferentCategory { ref from, ref to } if from.as_str() == "kg" && to.as_str() == "pcs")
    );
}

#[test]
fn a_unit_without_a_ratio_or_a_step_cannot_exist() {
    let id = UnitId::from_uuid(Uuid::from_u128(1));
    let category = UnitCategoryId::from_uuid(Uuid::from_u128(1));
    let ratio = Unit::new(id, category, "kg", Exact::ZERO, dec!(1)).unwrap_err();
    let step = Unit::new(id, category, "kg", Exact::ONE, dec!(0)).unwrap_err();
    assert_eq!(ratio, UnitError::RatioNotPositive { ratio: Exact::ZERO });
    assert_eq!(step, UnitError::StepNotPositive { step: dec!(0) });
}

#[test]
fn an_ordered_quantity_has_bounds() {
    assert_eq!(PositiveQuantity::new(dec!(0)), Err(QuantityError::NotPositive { found: dec!(0) }));
    assert_eq!(PositiveQuantity::new(dec!(-1)), Err(QuantityError::NotPositive { found: dec!(-1) }));
    assert_eq!(PositiveQuantity::new(dec!(1_000_000_000_000)).unwrap().get(), QUANTITY_MAX);
    assert!(matches!(PositiveQuantity::new(dec!(1_000_000_000_001)), Err(QuantityError::TooLarge { .. })));
    assert!(PositiveQuantity::new(dec!(0.000000000001)).is_ok());
    assert!(matches!(PositiveQuantity::new(dec!(0.0000000000001)), Err(QuantityError::TooManyDecimals { .. })));
}

#[test]
fn a_quantity_from_json_goes_through_the_parser() {
    assert_eq!(serde_json::from_str::<PositiveQuantity>("\"2.50\"").unwrap().to_string(), "2.5");
    assert!(serde_json::from_str::<PositiveQuantity>("\"-1\"").is_err());
}

fn exact() -> impl Strategy<Value = Exact> {
    (-1_000_000_i64..1_000_000, 1_i64..100_000).prop_map(|(num, den)| Exact::ratio(num, den).unwrap())
}

fn step() -> impl Strategy<Value = Decimal> {
    (1_i64..500, 0_u32..7).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale))
}

proptest! {
    #[test]
    fn addition_and_subtraction_undo_each_other(a in exact(), b in exact()) {
        prop_assert_eq!(a.add(b).unwrap().sub(b).unwrap(), a);
    }

    #[test]
    fn multiplication_distributes_over_addition(a in exact(), b in exact(), c in exact()) {
        let whole = a.add(b).unwrap().mul(c).unwrap();
        let parts = a.mul(c).unwrap().add(b.mul(c).unwrap()).unwrap();
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn results_stay_reduced(a in exact(), b in exact()) {
        for value in [a.add(b).unwrap(), a.mul(b).unwrap()] {
            let again: Exact = value.to_string().parse().unwrap();
            prop_assert_eq!((again.numerator(), again.denominator()), (value.numerator(), value.denominator()));
            prop_assert!(value.denominator() > 0);
        }
    }

    #[test]
    fn order_agrees_with_the_sign_of_the_difference(a in exact(), b in exact()) {
        prop_assert_eq!(a < b, a.sub(b).unwrap().is_negative());
    }

    #[test]
    fn order_holds_where_cross_products_do_not_fit(num in 1_i128 << 100..1_i128 << 120, den in 1_i128 << 100..1_i128 << 120) {
        let near: Exact = format!("{num}/{den}").parse().unwrap();
        let above: Exact = format!("{}/{den}", num + 1).parse().unwrap();
        prop_assert!(near < above);
        prop_assert!(above > near);
    }

    #[test]
    fn rounding_lands_on_the_step_around_the_amount(amount in exact(), step in step()) {
        let up = amount.ceil_to(step).unwrap();
        let down = amount.floor_to(step).unwrap();
        prop_assert!(Exact::from(down) <= amount && amount <= Exact::from(up));
        prop_assert!(up - down == Decimal::ZERO || up - down == step);
        prop_assert_eq!((up % step, down % step), (Decimal::ZERO, Decimal::ZERO));
    }

    #[test]
    fn a_decimal_survives_the_way_through_a_fraction(mantissa in any::<i64>(), scale in 0_u32..20) {
        let value = Decimal::new(mantissa, scale);
        prop_assert_eq!(Exact::from_decimal(value).to_decimal(), value);
    }

    #[test]
    fn converting_there_and_back_changes_nothing(amount in exact(), num in 1_i64..10_000, den in 1_i64..10_000) {
        let odd = unit(9, 1, "odd", (num, den), dec!(1));
        let there = odd.convert(amount, &kilogram()).unwrap();
        prop_assert_eq!(kilogram().convert(there, &odd).unwrap(), amount);
    }
}
