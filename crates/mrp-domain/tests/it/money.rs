//! Money is rounded in one place.

use mrp_domain::money::{HourlyRate, Money, MoneyError, UnitCost, is_currency};
use mrp_domain::quantity::Exact;
use mrp_domain::time::Seconds;
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

#[test]
fn half_a_cent_goes_to_the_even_cent() {
    let cents = |amount| Money::round_half_even(amount).amount();
    assert_eq!(cents(dec!(0.125)), dec!(0.12));
    assert_eq!(cents(dec!(0.135)), dec!(0.14));
    assert_eq!(cents(dec!(-0.125)), dec!(-0.12));
    assert_eq!(cents(dec!(0.1250000001)), dec!(0.13));
}

#[test]
fn money_is_always_written_with_its_cents() {
    assert_eq!(Money::round_half_even(dec!(620)).to_string(), "620.00");
    assert_eq!(serde_json::to_string(&Money::round_half_even(dec!(2154.5))).unwrap(), "\"2154.50\"");
}

#[test]
fn a_typed_amount_with_a_fraction_of_a_cent_is_refused() {
    assert_eq!(Money::new(dec!(1.005)), Err(MoneyError::TooManyDecimals { found: dec!(1.005) }));
    assert_eq!(Money::new(dec!(1.0000)).unwrap().to_string(), "1.00");
}

#[test]
fn a_negative_cost_or_rate_is_refused() {
    assert_eq!(UnitCost::new(dec!(-1)), Err(MoneyError::Negative { found: dec!(-1) }));
    assert_eq!(HourlyRate::new(dec!(-0.01)), Err(MoneyError::Negative { found: dec!(-0.01) }));
}

#[test]
fn a_quarter_of_an_hour_costs_a_quarter_of_the_rate() {
    let rate = HourlyRate::new(dec!(90)).unwrap();
    assert_eq!(rate.for_seconds(Seconds::from_minutes(15)), dec!(22.5));
    assert_eq!(rate.for_seconds(Seconds::from_minutes(135)), dec!(202.5));
}

#[test]
fn a_third_of_a_sheet_costs_a_third_without_rounding_on_the_way() {
    let sheet = UnitCost::new(dec!(12.50)).unwrap();
    assert_eq!(sheet.times(dec!(40)), dec!(500));
    assert_eq!(sheet.times(Exact::ratio(1, 3).unwrap()).round_dp(6), dec!(4.166667));
}

proptest! {
    #[test]
    fn rounding_moves_an_amount_by_half_a_cent_at_most(mantissa in -1_000_000_000_000_i64..1_000_000_000_000, scale in 0_u32..10) {
        let amount = Decimal::new(mantissa, scale);
        let moved = (Money::round_half_even(amount).amount() - amount).abs();
        prop_assert!(moved <= dec!(0.005));
    }

    #[test]
    fn sums_of_money_do_not_depend_on_the_order(mut cents in prop::collection::vec(-1_000_000_i64..1_000_000, 0..40)) {
        let sum = |cents: &[i64]| cents.iter().map(|&c| Money::round_half_even(Decimal::new(c, 2))).sum::<Money>();
        let forward = sum(&cents);
        cents.reverse();
        prop_assert_eq!(forward, sum(&cents));
    }
}

#[test]
fn a_currency_is_one_that_exists() {
    for known in ["RON", "EUR", "MDL", "AED", "ZWG"] {
        assert!(is_currency(known), "{known}");
    }
    for unknown in ["ZZZ", "XXX", "XTS", "XAU", "ron", "", "EURO"] {
        assert!(!is_currency(unknown), "{unknown}");
    }
}
