//! Who gets scarce material.

use std::collections::BTreeMap;

use mrp_domain::ids::{LocationId, LotId, MaterialLineId, ProductId};
use mrp_domain::manufacturing_order::{Priority, ReservationRule};
use mrp_domain::reservation::reassign::{by_least_harm, is_deadline_at_risk};
use mrp_domain::reservation::{
    Allocation, FreeBalance, Holding, Need, ReservationPlan, Shortage, Violation, check, plan_reservation, unexpired,
};
use mrp_domain::time::Instant;
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use time::macros::date;
use uuid::Uuid;

const DAY: i64 = 86_400;

fn day(n: i64) -> Instant {
    Instant::from_unix(n * DAY)
}

fn line(n: u128) -> MaterialLineId {
    MaterialLineId::from_uuid(Uuid::from_u128(n))
}

fn lot(n: u128) -> LotId {
    LotId::from_uuid(Uuid::from_u128(n))
}

fn need(n: u128, quantity: Decimal) -> Need {
    Need {
        line: line(n),
        product: ProductId::from_uuid(Uuid::from_u128(1)),
        location: LocationId::from_uuid(Uuid::from_u128(1)),
        quantity,
        priority: Priority::Normal,
        deadline: Some(day(10)),
        order_number: format!("MO-2026-{n:05}"),
        one_lot: false,
    }
}

fn balance(n: u128, free: Decimal) -> FreeBalance {
    FreeBalance {
        product: ProductId::from_uuid(Uuid::from_u128(1)),
        lot: Some(lot(n)),
        location: LocationId::from_uuid(Uuid::from_u128(1)),
        free,
        expires: None,
        received_at: day(1),
    }
}

fn got(plan: &ReservationPlan) -> Vec<(MaterialLineId, Option<LotId>, Decimal)> {
    plan.allocations.iter().map(|entry| (entry.line, entry.lot, entry.quantity)).collect()
}

#[test]
fn an_urgent_order_is_served_before_an_earlier_deadline() {
    let needs = [
        Need { deadline: Some(day(2)), ..need(1, dec!(8)) },
        Need { priority: Priority::Urgent, deadline: None, ..need(2, dec!(8)) },
    ];
    let plan = plan_reservation(&needs, &[balance(1, dec!(10))]);
    assert_eq!(got(&plan), [(line(1), Some(lot(1)), dec!(2)), (line(2), Some(lot(1)), dec!(8))]);
    assert_eq!(plan.shortages, [Shortage { line: line(1), missing: dec!(6) }]);
}

#[test]
fn among_equals_the_earlier_deadline_then_the_lower_number_is_served_first() {
    let needs = [
        need(3, dec!(4)),
        need(2, dec!(4)),
        Need { deadline: Some(day(9)), ..need(4, dec!(4)) },
        Need { deadline: None, ..need(1, dec!(4)) },
    ];
    let plan = plan_reservation(&needs, &[balance(1, dec!(8))]);
    let short: Vec<MaterialLineId> = plan.shortages.iter().map(|shortage| shortage.line).collect();
    assert_eq!(short, [line(3), line(1)]);
}

#[test]
fn the_lot_that_expires_first_goes_first_then_the_one_that_came_first() {
    let balances = [
        FreeBalance { received_at: day(0), ..balance(1, dec!(1)) },
        FreeBalance { expires: Some(day(40)), received_at: day(3), ..balance(2, dec!(1)) },
        FreeBalance { expires: Some(day(30)), received_at: day(4), ..balance(3, dec!(1)) },
        FreeBalance { expires: Some(day(40)), received_at: day(2), ..balance(4, dec!(1)) },
    ];
    for (wanted, expected) in [(1, vec![3]), (2, vec![3, 4]), (3, vec![2, 3, 4])] {
        let plan = plan_reservation(&[need(1, Decimal::from(wanted))], &balances);
        let lots: Vec<LotId> = plan.allocations.iter().filter_map(|entry| entry.lot).collect();
        assert_eq!(lots, expected.into_iter().map(lot).collect::<Vec<_>>());
    }
}

#[test]
fn one_lot_is_preferred_over_older_portions_but_never_leaves_a_need_open() {
    let balances = [balance(1, dec!(4)), balance(2, dec!(10))];
    let one = |quantity| Need { one_lot: true, ..need(1, quantity) };
    assert_eq!(got(&plan_reservation(&[one(dec!(6))], &balances)), [(line(1), Some(lot(2)), dec!(6))]);
    let mixed = plan_reservation(&[one(dec!(12))], &balances);
    assert_eq!(got(&mixed), [(line(1), Some(lot(1)), dec!(4)), (line(1), Some(lot(2)), dec!(8))]);
}

#[test]
fn an_expired_lot_is_not_promised() {
    let balances = [FreeBalance { expires: Some(day(5)), ..balance(1, dec!(4)) }, balance(2, dec!(3))];
    let usable = unexpired(&balances, day(5));
    assert_eq!(usable, [balance(2, dec!(3))]);
}

#[test]
fn a_need_of_a_quarter_is_reserved_to_the_last_gram() {
    let plan = plan_reservation(&[need(1, dec!(0.28))], &[balance(1, dec!(0.27)), balance(2, dec!(0.01))]);
    assert_eq!(plan.shortages, []);
    assert_eq!(plan.allocations.iter().map(|entry| entry.quantity).sum::<Decimal>(), dec!(0.28));
}

#[test]
fn orders_reserve_by_themselves_when_the_rule_says_so() {
    let start = day(20);
    assert!(ReservationRule::AtConfirm.reserves_at(0, start, day(0)));
    assert!(!ReservationRule::ByHand.reserves_at(0, start, day(30)));
    assert!(!ReservationRule::DaysBefore.reserves_at(3, start, day(16)));
    assert!(ReservationRule::DaysBefore.reserves_at(3, start, day(17)));
}

#[test]
fn the_last_start_that_reserves_by_itself_agrees_with_the_rule() {
    for rule in ReservationRule::ALL {
        for start in 0..30 {
            let until = rule.reserves_until(3, day(16));
            assert_eq!(
                until.is_some_and(|until| day(start) <= until),
                rule.reserves_at(3, day(start), day(16)),
                "{rule}"
            );
        }
    }
}

#[test]
fn the_check_finds_what_a_bad_plan_does() {
    let needs = [need(1, dec!(5))];
    let balances = [balance(1, dec!(4))];
    let entry = Allocation {
        line: line(1),
        product: balances[0].product,
        lot: Some(lot(1)),
        location: balances[0].location,
        quantity: dec!(5),
    };
    let key = entry.key();
    let greedy = ReservationPlan { allocations: vec![entry], shortages: vec![] };
    assert_eq!(
        check(&greedy, &needs, &balances),
        [Violation::OverAllocated { key, free: dec!(4), allocated: dec!(5) }]
    );
    let lazy = ReservationPlan { allocations: vec![], shortages: vec![Shortage { line: line(1), missing: dec!(5) }] };
    assert_eq!(
        check(&lazy, &needs, &balances),
        [Violation::LeftOver { line: line(1), missing: dec!(5), left: dec!(4) }]
    );
    let stranger = ReservationPlan {
        allocations: vec![Allocation { line: line(9), quantity: dec!(1), ..entry }],
        shortages: vec![Shortage { line: line(1), missing: dec!(5) }],
    };
    assert!(check(&stranger, &needs, &balances).contains(&Violation::NotAskedFor { line: line(9), key }));
}

fn any_needs() -> impl Strategy<Value = Vec<Need>> {
    let any = (1..4_u128, 1..3_u128, 0..4_000_i64, 0..4_usize, prop::option::of(0..5_i64), any::<bool>());
    prop::collection::vec(any, 0..12).prop_map(|all| {
        (1_u128..)
            .zip(all)
            .map(|(n, (product, location, milli, priority, deadline, one_lot))| Need {
                product: ProductId::from_uuid(Uuid::from_u128(product)),
                location: LocationId::from_uuid(Uuid::from_u128(location)),
                priority: Priority::ALL[priority],
                deadline: deadline.map(day),
                one_lot,
                ..need(n, Decimal::new(milli, 3))
            })
            .collect()
    })
}

fn any_balances() -> impl Strategy<Value = Vec<FreeBalance>> {
    let any = (1..4_u128, 1..3_u128, 0..4_000_i64, prop::option::of(0..5_i64), 0..5_i64);
    prop::collection::vec(any, 0..12).prop_map(|all| {
        (1_u128..)
            .zip(all)
            .map(|(n, (product, location, milli, expires, received))| FreeBalance {
                product: ProductId::from_uuid(Uuid::from_u128(product)),
                location: LocationId::from_uuid(Uuid::from_u128(location)),
                expires: expires.map(day),
                received_at: day(received),
                ..balance(n, Decimal::new(milli, 3))
            })
            .collect()
    })
}

fn reserved_by_line(plan: &ReservationPlan) -> BTreeMap<MaterialLineId, Decimal> {
    let mut reserved = BTreeMap::new();
    for entry in &plan.allocations {
        *reserved.entry(entry.line).or_default() += entry.quantity;
    }
    reserved
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn nothing_is_promised_twice_and_nothing_is_left_while_something_is_missing(
        needs in any_needs(),
        balances in any_balances(),
    ) {
        let plan = plan_reservation(&needs, &balances);
        prop_assert_eq!(check(&plan, &needs, &balances), []);
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(
        (needs, shuffled) in any_needs().prop_flat_map(|n| (Just(n.clone()), Just(n).prop_shuffle())),
        (balances, mixed) in any_balances().prop_flat_map(|b| (Just(b.clone()), Just(b).prop_shuffle())),
    ) {
        prop_assert_eq!(plan_reservation(&needs, &balances), plan_reservation(&shuffled, &mixed));
    }

    #[test]
    fn more_stock_never_reserves_less_for_anybody(
        needs in any_needs(),
        balances in any_balances(),
        extra in any_balances(),
    ) {
        let before = reserved_by_line(&plan_reservation(&needs, &balances));
        let more: Vec<FreeBalance> = balances.into_iter().chain(extra).collect();
        let after = reserved_by_line(&plan_reservation(&needs, &more));
        for (line, quantity) in before {
            prop_assert!(after.get(&line).copied().unwrap_or_default() >= quantity);
        }
    }
}

#[test]
fn whoever_suffers_least_gives_first() {
    let holding = |n: u128, priority, deadline: Option<i64>| Holding {
        line: line(n),
        quantity: dec!(4),
        priority,
        deadline: deadline.map(day),
        order_number: format!("MO-{n}"),
    };
    let holdings = [
        holding(1, Priority::Urgent, Some(9)),
        holding(2, Priority::Normal, Some(5)),
        holding(3, Priority::Normal, Some(9)),
        holding(4, Priority::Normal, None),
    ];
    let got = by_least_harm(&holdings, dec!(6));
    assert_eq!(got, [(line(4), dec!(4)), (line(3), dec!(2)), (line(2), dec!(0)), (line(1), dec!(0))]);
}

#[test]
fn a_deadline_is_at_risk_when_what_is_lacking_comes_after_it_or_nobody_knows_when() {
    let (before, after) = (date!(2026 - 12 - 01), date!(2026 - 12 - 02));
    assert!(!is_deadline_at_risk(dec!(0), None, Some(before)));
    assert!(!is_deadline_at_risk(dec!(1), None, None));
    assert!(is_deadline_at_risk(dec!(1), None, Some(before)));
    assert!(is_deadline_at_risk(dec!(1), Some(after), Some(before)));
    assert!(!is_deadline_at_risk(dec!(1), Some(before), Some(before)));
}
