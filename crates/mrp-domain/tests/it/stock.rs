//! Stock moves, balances, and value.

use mrp_domain::ids::{LocationId, LotId, ProductId};
use mrp_domain::money::{Money, UnitCost};
use mrp_domain::product::CostMethod;
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::stock::{LocationKind, StockMove, StockRefusal, Valuation, balances, may_leave};
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use uuid::Uuid;

fn product(n: u128) -> ProductId {
    ProductId::from_uuid(Uuid::from_u128(n))
}

fn location(n: u128) -> LocationId {
    LocationId::from_uuid(Uuid::from_u128(n))
}

fn quantity(value: Decimal) -> PositiveQuantity {
    PositiveQuantity::new(value).unwrap()
}

fn money(value: Decimal) -> Money {
    Money::new(value).unwrap()
}

fn goods(from: u128, to: u128, amount: Decimal) -> StockMove {
    StockMove::new(product(1), None, location(from), location(to), quantity(amount), money(dec!(1))).unwrap()
}

#[test]
fn a_moving_average_falls_back_to_the_standard_cost_when_nothing_is_in_stock() {
    let standard = UnitCost::new(dec!(40)).ok();
    let stock = Valuation::new(dec!(4), money(dec!(178))).unwrap();
    let cost = |method: CostMethod, stock| method.unit_cost(standard, stock).map(UnitCost::get);
    assert_eq!(cost(CostMethod::MovingAverage, stock), Some(dec!(44.5)));
    assert_eq!(cost(CostMethod::MovingAverage, Valuation::default()), Some(dec!(40)));
    assert_eq!(cost(CostMethod::Standard, stock), Some(dec!(40)));
    assert_eq!(CostMethod::MovingAverage.unit_cost(None, Valuation::default()), None);
}

#[test]
fn what_leaves_one_place_enters_another() {
    let (supplier, store, production) = (1, 2, 3);
    let moves = [goods(supplier, store, dec!(40)), goods(store, production, dec!(15))];
    let on_hand = balances(&moves);
    assert_eq!(on_hand[&moves[0].target()], dec!(25));
    assert_eq!(on_hand.values().sum::<Decimal>(), Decimal::ZERO);
}

#[test]
fn a_compensating_move_leaves_nothing_behind() {
    let received = goods(1, 2, dec!(40));
    let undone = received.compensating(received.value());
    assert!(balances(&[received, undone]).is_empty());
    assert_eq!((undone.source(), undone.value()), (received.target(), received.value()));
}

#[test]
fn goods_cannot_move_from_a_place_to_itself() {
    let refused = StockMove::new(product(1), None, location(1), location(1), quantity(dec!(1)), Money::ZERO);
    assert_eq!(refused.unwrap_err().code(), "same_location");
}

#[test]
fn stock_below_zero_is_refused_unless_the_warehouse_allows_it() {
    let entry = goods(1, 2, dec!(3));
    assert_eq!(
        may_leave(&entry, LocationKind::Internal, dec!(2), false),
        Err(StockRefusal::NotEnough { wanted: dec!(3), on_hand: dec!(2) })
    );
    assert_eq!(may_leave(&entry, LocationKind::Internal, dec!(2), true), Ok(()));
    assert_eq!(may_leave(&entry, LocationKind::Supplier, dec!(0), false), Ok(()));
}

#[test]
fn lots_of_one_product_are_balanced_apart() {
    let lot = |n| Some(LotId::from_uuid(Uuid::from_u128(n)));
    let moves = [1, 2]
        .map(|n| StockMove::new(product(1), lot(n), location(1), location(2), quantity(dec!(5)), Money::ZERO).unwrap());
    assert_eq!(balances(&moves).len(), 4);
}

#[test]
fn steel_bought_at_two_prices_goes_out_at_their_average() {
    let mut steel = Valuation::default();
    steel.receive(quantity(dec!(10)), money(dec!(120)));
    steel.receive(quantity(dec!(30)), money(dec!(380)));
    assert_eq!(steel.unit_cost(), Some(dec!(12.5)));
    assert_eq!(steel.issue(quantity(dec!(8))), Ok(money(dec!(100))));
    assert_eq!(steel.value(), money(dec!(400)));
}

#[test]
fn the_last_unit_takes_the_last_cent() {
    let mut stock = Valuation::default();
    stock.receive(quantity(dec!(3)), money(dec!(10)));
    let thirds: Vec<Money> = (0..3).map(|_| stock.issue(quantity(dec!(1))).unwrap()).collect();
    assert_eq!(thirds, [money(dec!(3.33)), money(dec!(3.34)), money(dec!(3.33))]);
    assert_eq!(stock, Valuation::default());
}

#[test]
fn goods_taken_back_take_their_own_value_as_far_as_it_is_there() {
    let mut stock = Valuation::default();
    stock.receive(quantity(dec!(10)), money(dec!(100)));
    stock.receive(quantity(dec!(10)), money(dec!(200)));
    assert_eq!(stock.clone().take_back(quantity(dec!(10)), money(dec!(200))), Ok(money(dec!(200))));
    stock.issue(quantity(dec!(10))).unwrap();
    // 150 is left: taking back all of the rest leaves no value without goods.
    assert_eq!(stock.take_back(quantity(dec!(10)), money(dec!(200))), Ok(money(dec!(150))));
    assert_eq!(stock, Valuation::default());
}

#[derive(Debug, Clone)]
enum Step {
    Receive(u32, u32),
    Issue(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (1..100_000_u32, 0..10_000_000_u32).prop_map(|(milli, cents)| Step::Receive(milli, cents)),
        (1..100_000_u32).prop_map(Step::Issue),
    ];
    prop::collection::vec(step, 1..60)
}

proptest! {
    #[test]
    fn value_is_conserved_to_the_cent(steps in steps()) {
        let mut stock = Valuation::default();
        let (mut value_in, mut value_out) = (Money::ZERO, Money::ZERO);
        for step in steps {
            match step {
                Step::Receive(milli, cents) => {
                    let value = money(Decimal::new(i64::from(cents), 2));
                    stock.receive(quantity(Decimal::new(i64::from(milli), 3)), value);
                    value_in += value;
                }
                Step::Issue(milli) => {
                    let wanted = quantity(Decimal::new(i64::from(milli), 3));
                    match stock.issue(wanted) {
                        Ok(value) => value_out += value,
                        Err(refusal) => prop_assert_eq!(refusal.code(), "stock_short"),
                    }
                }
            }
            prop_assert_eq!(value_in - value_out, stock.value());
            prop_assert!(stock.value() >= Money::ZERO);
        }
        if let Ok(everything) = PositiveQuantity::new(stock.quantity()) {
            value_out += stock.issue(everything).unwrap();
        }
        prop_assert_eq!(value_in, value_out);
    }
}
