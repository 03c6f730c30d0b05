//! What is on its way is promised once, first to whom it is meant for.

use mrp_domain::ids::{LocationId, MaterialLineId, ProductId};
use mrp_domain::manufacturing_order::Priority;
use mrp_domain::reservation::expected::{Coming, Expected, promise_coming};
use mrp_domain::reservation::{FreeBalance, Need};
use mrp_domain::time::Instant;
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use time::Date;
use time::macros::date;
use uuid::Uuid;

fn line(n: u128) -> MaterialLineId {
    MaterialLineId::from_uuid(Uuid::from_u128(n))
}

fn leg() -> ProductId {
    ProductId::from_uuid(Uuid::from_u128(1))
}

fn store() -> LocationId {
    LocationId::from_uuid(Uuid::from_u128(1))
}

fn need(n: u128, quantity: Decimal, priority: Priority) -> Need {
    Need {
        line: line(n),
        product: leg(),
        location: store(),
        quantity,
        priority,
        deadline: None,
        order_number: format!("MO-{n}"),
        one_lot: false,
    }
}

fn coming(quantity: Decimal, on: Option<Date>, meant_for: Option<u128>) -> Coming {
    Coming { product: leg(), location: store(), quantity, on, meant_for: meant_for.map(line) }
}

fn free(quantity: Decimal) -> FreeBalance {
    let received_at = Instant::from_unix(0);
    FreeBalance { product: leg(), lot: None, location: store(), free: quantity, expires: None, received_at }
}

fn got(found: &[Expected]) -> Vec<(MaterialLineId, usize, Decimal)> {
    found.iter().map(|one| (one.line, one.source, one.quantity)).collect()
}

#[test]
fn what_is_made_for_a_component_is_promised_to_it_and_its_surplus_to_the_most_urgent() {
    let needs =
        [need(1, dec!(4), Priority::Normal), need(2, dec!(4), Priority::Urgent), need(3, dec!(4), Priority::Low)];
    let sources = [coming(dec!(6), Some(date!(2026 - 12 - 10)), Some(1))];
    assert_eq!(got(&promise_coming(&needs, &[], &sources)), [(line(1), 0, dec!(4)), (line(2), 0, dec!(2))]);
}

#[test]
fn the_soonest_is_promised_first_and_what_has_no_day_last() {
    let needs = [need(1, dec!(5), Priority::Urgent), need(2, dec!(5), Priority::Normal)];
    let sources = [
        coming(dec!(4), None, None),
        coming(dec!(4), Some(date!(2026 - 12 - 20)), None),
        coming(dec!(4), Some(date!(2026 - 12 - 10)), None),
    ];
    let expected = [(line(1), 2, dec!(4)), (line(1), 1, dec!(1)), (line(2), 1, dec!(3)), (line(2), 0, dec!(2))];
    assert_eq!(got(&promise_coming(&needs, &[], &sources)), expected);
}

#[test]
fn whoever_would_get_what_is_free_does_not_wait_for_what_comes() {
    let needs = [need(1, dec!(4), Priority::Urgent), need(2, dec!(4), Priority::Normal)];
    let sources = [coming(dec!(8), Some(date!(2026 - 12 - 10)), None)];
    assert_eq!(got(&promise_coming(&needs, &[free(dec!(4))], &sources)), [(line(2), 0, dec!(4))]);
    // What is meant for a component stays its own: what is free is left for the others.
    let meant = [coming(dec!(4), Some(date!(2026 - 12 - 10)), Some(1))];
    assert_eq!(got(&promise_coming(&needs, &[free(dec!(4))], &meant)), [(line(1), 0, dec!(4))]);
}

#[test]
fn what_is_meant_for_a_component_that_needs_it_no_more_is_for_the_others() {
    let needs = [need(2, dec!(4), Priority::Normal)];
    let sources = [coming(dec!(8), Some(date!(2026 - 12 - 10)), Some(1))];
    assert_eq!(got(&promise_coming(&needs, &[], &sources)), [(line(2), 0, dec!(4))]);
}

#[test]
fn what_comes_elsewhere_or_is_something_else_is_promised_to_nobody() {
    let other = ProductId::from_uuid(Uuid::from_u128(2));
    let yard = LocationId::from_uuid(Uuid::from_u128(2));
    let one = coming(dec!(8), Some(date!(2026 - 12 - 10)), Some(1));
    let sources = [Coming { product: other, ..one.clone() }, Coming { location: yard, ..one }];
    assert_eq!(promise_coming(&[need(1, dec!(4), Priority::Normal)], &[], &sources), []);
}

fn amount() -> impl Strategy<Value = Decimal> {
    (0_i64..40).prop_map(Decimal::from)
}

proptest! {
    /// Nothing is promised twice, nobody is promised more than he needs, and nothing is left where somebody waits.
    #[test]
    fn what_comes_is_promised_at_most_once(
        wanted in prop::collection::vec((amount(), 0_usize..4), 1..6),
        sources in prop::collection::vec((amount(), prop::option::of(0_i64..5), prop::option::of(1_u128..8)), 0..6),
        shelf in amount(),
    ) {
        let needs: Vec<Need> = (1_u128..)
            .zip(&wanted)
            .map(|(n, (quantity, priority))| need(n, *quantity, Priority::ALL[*priority]))
            .collect();
        let sources: Vec<Coming> = sources
            .iter()
            .map(|(quantity, day, meant)| {
                let on = day.map(|day| date!(2026 - 12 - 01) + time::Duration::days(day));
                coming(*quantity, on, *meant)
            })
            .collect();
        let found = promise_coming(&needs, &[free(shelf)], &sources);
        for (place, source) in sources.iter().enumerate() {
            let sum: Decimal = found.iter().filter(|one| one.source == place).map(|one| one.quantity).sum();
            prop_assert!(sum <= source.quantity);
        }
        for need in &needs {
            let sum: Decimal = found.iter().filter(|one| one.line == need.line).map(|one| one.quantity).sum();
            prop_assert!(sum <= need.quantity);
        }
        let all: Decimal = needs.iter().map(|need| need.quantity).sum();
        let total: Decimal = found.iter().map(|one| one.quantity).sum();
        let there: Decimal = sources.iter().map(|one| one.quantity).sum();
        prop_assert!(total <= there);
        prop_assert!(total + shelf >= all.min(there + shelf));
    }
}
