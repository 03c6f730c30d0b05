//! The duration formula and its worked examples.

use mrp_domain::quantity::{Exact, PositiveQuantity};
use mrp_domain::time::Seconds;
use mrp_domain::work_center::Efficiency;
use mrp_domain::work_order_duration::{
    DurationError, FinishedRun, LearnedCycleError, OperationTimes, duration, learned_cycle, run_time,
};
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

fn times(setup: u64, cycle: u64, per_cycle: Decimal, cleanup: u64) -> OperationTimes {
    OperationTimes {
        setup: Seconds::from_minutes(setup),
        cycle: Seconds::from_minutes(cycle),
        quantity_per_cycle: PositiveQuantity::new(per_cycle).unwrap(),
        cleanup: Seconds::from_minutes(cleanup),
    }
}

fn percent(percent: Decimal) -> Efficiency {
    Efficiency::try_from(percent).unwrap()
}

fn pieces(quantity: i64) -> Exact {
    Exact::from_integer(quantity)
}

#[test]
fn welding_50_pieces_at_80_percent_takes_765_minutes() {
    let took = duration(&times(10, 12, dec!(1), 5), pieces(50), percent(dec!(80)));
    assert_eq!(took, Ok(Seconds::from_minutes(765)));
}

#[test]
fn an_oven_of_20_takes_135_minutes_for_50_pieces() {
    let took = duration(&times(15, 40, dec!(20), 0), pieces(50), percent(dec!(100)));
    assert_eq!(took, Ok(Seconds::from_minutes(135)));
}

#[test]
fn a_part_of_a_second_is_a_whole_one() {
    let cycle = OperationTimes { cycle: Seconds::new(1), ..times(0, 0, dec!(1), 0) };
    assert_eq!(duration(&cycle, pieces(1), percent(dec!(300))), Ok(Seconds::new(1)));
    assert_eq!(duration(&cycle, pieces(4), percent(dec!(300))), Ok(Seconds::new(2)));
}

#[test]
fn efficiency_does_not_stretch_the_setup() {
    let at_half_speed = duration(&times(60, 1, dec!(1), 30), pieces(1), percent(dec!(50)));
    assert_eq!(at_half_speed, Ok(Seconds::from_minutes(92)));
}

#[test]
fn a_negative_quantity_and_an_endless_run_are_errors() {
    let cycle = times(0, 60, dec!(0.000000000001), 0);
    let negative = duration(&cycle, pieces(-1), Efficiency::FULL);
    assert_eq!(negative, Err(DurationError::QuantityNegative { quantity: pieces(-1) }));
    assert_eq!(duration(&cycle, pieces(i64::MAX), Efficiency::FULL), Err(DurationError::TooLong));
}

#[test]
fn a_learned_cycle_time_contains_no_setup() {
    let run = |took, cycles| FinishedRun {
        took: Seconds::from_minutes(took),
        setup: Seconds::from_minutes(10),
        cleanup: Seconds::from_minutes(5),
        cycles,
    };
    let learned = learned_cycle(&[run(765, 50), run(165, 10)], percent(dec!(80)));
    assert_eq!(learned, Ok(Exact::from_integer(12 * 60)));
}

#[test]
fn nothing_is_learned_from_nothing() {
    let idle = FinishedRun { took: Seconds::new(5), setup: Seconds::new(9), cleanup: Seconds::ZERO, cycles: 1 };
    assert_eq!(learned_cycle(&[], Efficiency::FULL), Err(LearnedCycleError::NoCycles));
    let nothing_left = LearnedCycleError::NothingLeft { fixed: Seconds::new(9), took: Seconds::new(5) };
    assert_eq!(learned_cycle(&[idle], Efficiency::FULL), Err(nothing_left));
}

proptest! {
    #[test]
    fn more_pieces_never_take_less_time(few in 0_i64..10_000, more in 0_i64..10_000, per_cycle in 1_i64..50, speed in 1_i64..1_000) {
        let times = times(3, 7, Decimal::from(per_cycle), 2);
        let speed = percent(Decimal::from(speed));
        let of = |quantity| duration(&times, pieces(quantity), speed).unwrap();
        prop_assert!(of(few) <= of(few + more));
    }

    #[test]
    fn what_was_learned_predicts_the_same_run(cycle in 1_u64..10_000, cycles in 1_u64..500) {
        let times = OperationTimes { cycle: Seconds::new(cycle), ..times(4, 0, dec!(1), 6) };
        let quantity = pieces(i64::try_from(cycles).unwrap());
        let took = duration(&times, quantity, Efficiency::FULL).unwrap();
        let run = FinishedRun { took, setup: times.setup, cleanup: times.cleanup, cycles };
        let learned = learned_cycle(&[run], Efficiency::FULL).unwrap();
        prop_assert_eq!(learned.ceil(), i128::from(cycle));
        prop_assert_eq!(run_time(&times, quantity, Efficiency::FULL).unwrap(), Seconds::new(cycle * cycles));
    }
}
