//! Sales orders: every command in every state, and how lines and the orders that make their goods fit together.

use mrp_domain::manufacturing_order::ManufacturingOrderState as Order;
use mrp_domain::money::UnitCost;
use mrp_domain::sales_order::{
    CancelEffect, CancelRefusal, Cancelling, CostBasis, CostedPart, Coverage, HandedOver, Making, OverDelivery,
    SalesOrderCommand as Command, SalesOrderState as State, SoldLine, WrongState, cost_of, cost_parts, coverage,
    decide, state_of,
};
use mrp_domain::time::Instant;
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

#[test]
fn every_command_in_every_state() {
    let allowed = [
        (Command::Change, State::Draft, State::Draft),
        (Command::Change, State::Confirmed, State::Confirmed),
        (Command::Remove, State::Draft, State::Draft),
        (Command::Confirm, State::Draft, State::Confirmed),
        (Command::Make, State::Confirmed, State::Confirmed),
        (Command::Deliver, State::Confirmed, State::Confirmed),
        (Command::Cancel, State::Draft, State::Cancelled),
        (Command::Cancel, State::Confirmed, State::Cancelled),
    ];
    for &command in Command::ALL {
        for &state in State::ALL {
            let next = allowed.iter().find(|(known, from, _)| (*known, *from) == (command, state)).map(|(.., to)| *to);
            assert_eq!(decide(command, state), next.ok_or(WrongState { state, command }), "{command} in {state}");
        }
    }
}

fn making(state: Order, quantity: Decimal, qty_done: Decimal) -> Making {
    let finished_at = (state == Order::Done).then(|| Instant::from_unix(10));
    Making { state, quantity, qty_done, finished_at, has_moved: false }
}

#[test]
fn what_is_open_counts_as_ordered_and_what_is_done_as_made() {
    let orders = [
        making(Order::Cancelled, dec!(10), dec!(0)),
        making(Order::Done, dec!(5), dec!(4)),
        making(Order::InProgress, dec!(3), dec!(1)),
    ];
    assert_eq!(coverage(dec!(10), &[], &orders), Coverage { made: dec!(7), to_make: dec!(3), surplus: dec!(0) });
    assert_eq!(coverage(dec!(6), &[], &orders), Coverage { made: dec!(7), to_make: dec!(0), surplus: dec!(1) });
}

#[test]
fn orders_are_cancelled_along_by_those_who_may_and_say_why() {
    let all = Cancelling { leaves_orders: false, may_cancel_orders: true, has_reason: true };
    assert_eq!((all.takes_along(2), all.takes_along(0)), (Ok(true), Ok(false)));
    let sales = Cancelling { may_cancel_orders: false, ..all };
    assert_eq!((sales.takes_along(2), sales.takes_along(0)), (Err(CancelRefusal::OrdersOfOthers), Ok(false)));
    assert_eq!(Cancelling { has_reason: false, ..all }.takes_along(2), Err(CancelRefusal::NoReason));
    assert_eq!(Cancelling { leaves_orders: true, has_reason: false, ..sales }.takes_along(2), Ok(false));
}

#[test]
fn a_line_costs_what_is_made_then_what_is_planned_and_the_rest_as_the_product() {
    let cost = |text| UnitCost::new(text).unwrap();
    let part = |basis, quantity, unit| CostedPart { basis, quantity, unit_cost: Some(cost(unit)) };
    let orders = [part(CostBasis::Planned, dec!(5), dec!(12.345)), part(CostBasis::Actual, dec!(3), dec!(10))];
    let parts = cost_parts(dec!(10), &orders, Some(cost(dec!(11))));
    let rest = part(CostBasis::Product, dec!(2), dec!(11));
    assert_eq!(parts, [orders[1], orders[0], rest]);
    // 30 + 61.725 + 22 = 113.725, rounded once.
    assert_eq!(cost_of(&parts).amount(), dec!(113.72));
    // More is made than sold: what is made first counts.
    let few = cost_parts(dec!(4), &orders, None);
    assert_eq!(few, [orders[1], part(CostBasis::Planned, dec!(1), dec!(12.345))]);
    let unknown = cost_parts(dec!(1), &[], None);
    assert_eq!((unknown[0].unit_cost, cost_of(&unknown).amount()), (None, dec!(0.00)));
}

#[test]
fn nobody_wants_what_a_cancelled_order_sold() {
    let wanted = State::ALL.iter().map(|state| state.demands(dec!(4))).collect::<Vec<_>>();
    assert_eq!(wanted, [dec!(4), dec!(4), dec!(4), dec!(0)]);
}

fn handed(at: i64, quantity: Decimal) -> HandedOver {
    HandedOver { at: Instant::from_unix(at), quantity }
}

#[test]
fn what_was_delivered_from_other_stock_needs_not_be_made() {
    let before = [handed(5, dec!(4))];
    assert_eq!(coverage(dec!(10), &before, &[]).to_make, dec!(6));
    // The rest is being made, then made, then delivered: nothing of it is ever to be made again.
    for order in [making(Order::InProgress, dec!(6), dec!(0)), making(Order::Done, dec!(6), dec!(6))] {
        assert_eq!(coverage(dec!(10), &before, &[order]).to_make, dec!(0));
        assert_eq!(coverage(dec!(10), &[before[0], handed(20, dec!(6))], &[order]).to_make, dec!(0));
    }
}

#[test]
fn what_was_delivered_of_its_own_goods_is_not_counted_twice() {
    let order = [making(Order::Done, dec!(6), dec!(6))];
    assert_eq!(coverage(dec!(10), &[handed(10, dec!(6))], &order).to_make, dec!(4));
    assert_eq!(coverage(dec!(10), &[handed(10, dec!(7))], &order).to_make, dec!(3));
}

#[test]
fn no_more_is_delivered_than_is_open() {
    let line = SoldLine { sold: dec!(10), delivered: dec!(4) };
    assert_eq!(line.open(), dec!(6));
    assert_eq!(line.deliver(dec!(7)), Err(OverDelivery { wanted: dec!(7), open: dec!(6) }));
    let after = line.deliver(dec!(6)).unwrap();
    assert_eq!((after.open(), state_of(&[after])), (dec!(0), State::Delivered));
    assert_eq!(state_of(&[after, line]), State::Confirmed);
}

#[test]
fn cancelling_takes_along_what_nobody_has_started() {
    let effects = Order::ALL.iter().map(|&state| (state, making(state, dec!(1), dec!(0)).when_cancelled()));
    let expected = [
        (Order::Draft, CancelEffect::CancelledToo),
        (Order::Confirmed, CancelEffect::CancelledToo),
        (Order::Planned, CancelEffect::CancelledToo),
        (Order::InProgress, CancelEffect::GoesOn),
        (Order::Done, CancelEffect::Over),
        (Order::Cancelled, CancelEffect::Over),
    ];
    assert_eq!(effects.collect::<Vec<_>>(), expected);
    let consumed = Making { has_moved: true, ..making(Order::Planned, dec!(1), dec!(0)) };
    assert_eq!(consumed.when_cancelled(), CancelEffect::GoesOn);
}

proptest! {
    #[test]
    fn an_order_over_what_is_to_be_made_covers_the_line(
        sold in 1_u32..1_000, delivered in 0_u32..1_000,
        orders in prop::collection::vec((0_usize..6, 1_u32..500, 0_u32..500), 0..6),
    ) {
        let delivered = Decimal::from(delivered.min(sold));
        let mut makings: Vec<_> = orders
            .iter()
            .map(|&(state, quantity, done)| making(Order::ALL[state], Decimal::from(quantity), Decimal::from(done)))
            .collect();
        let deliveries = [handed(20, delivered)];
        let before = coverage(Decimal::from(sold), &deliveries, &makings);
        prop_assert!(before.to_make.is_zero() || before.surplus.is_zero());
        if before.to_make > Decimal::ZERO {
            makings.push(making(Order::Draft, before.to_make, Decimal::ZERO));
            let after = coverage(Decimal::from(sold), &deliveries, &makings);
            prop_assert_eq!((after.to_make, after.surplus), (Decimal::ZERO, Decimal::ZERO));
        }
    }
}

#[test]
fn no_more_is_set_aside_for_a_line_than_is_open() {
    let line = SoldLine { sold: dec!(10), delivered: dec!(3) };
    assert_eq!(mrp_domain::sales_order::to_set_aside(line, dec!(0), dec!(5)), dec!(5));
    assert_eq!(mrp_domain::sales_order::to_set_aside(line, dec!(5), dec!(5)), dec!(2));
    assert_eq!(mrp_domain::sales_order::to_set_aside(line, dec!(9), dec!(5)), dec!(0));
    assert_eq!(mrp_domain::sales_order::beyond(dec!(2), dec!(5)), dec!(3));
    assert_eq!(mrp_domain::sales_order::beyond(dec!(7), dec!(5)), dec!(0));
}
