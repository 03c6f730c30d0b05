//! What is bought, from whom, and who gets it.

use std::collections::BTreeMap;

use mrp_domain::ids::{LocationId, LotId, MaterialLineId, ProductId, UnitCategoryId, UnitId};
use mrp_domain::manufacturing_order::Priority;
use mrp_domain::money::UnitCost;
use mrp_domain::purchasing::offers::{Offer, SaleTerms, compare, wanted_in};
use mrp_domain::purchasing::receiving::{Counted, received_after, share_among};
use mrp_domain::purchasing::{
    PurchaseOrderCommand, PurchaseOrderFacts, PurchaseOrderRefusal, PurchaseOrderState, RequestForQuotationCommand,
    RequestForQuotationState, after_receipt, decide, decide_quotation, uncovered,
};
use mrp_domain::quantity::{Exact, Unit};
use mrp_domain::reservation::promise::promise;
use mrp_domain::reservation::{FreeBalance, Need};
use mrp_domain::time::Instant;
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use time::macros::date;
use uuid::Uuid;

fn line(n: u128) -> MaterialLineId {
    MaterialLineId::from_uuid(Uuid::from_u128(n))
}

fn paint() -> ProductId {
    ProductId::from_uuid(Uuid::from_u128(1))
}

fn store() -> LocationId {
    LocationId::from_uuid(Uuid::from_u128(1))
}

fn need(n: u128, quantity: Decimal) -> Need {
    Need {
        line: line(n),
        product: paint(),
        location: store(),
        quantity,
        priority: Priority::Normal,
        deadline: Some(Instant::from_unix(86_400)),
        order_number: format!("MO-{n:05}"),
        one_lot: false,
    }
}

fn free(quantity: Decimal) -> FreeBalance {
    FreeBalance {
        product: paint(),
        lot: None,
        location: store(),
        free: quantity,
        expires: None,
        received_at: Instant::from_unix(0),
    }
}

fn open(needs: &[Need], on_shelf: Decimal, asked: &[(u128, Decimal)]) -> Vec<(MaterialLineId, Decimal)> {
    let asked = asked.iter().map(|(n, quantity)| (line(*n), *quantity)).collect();
    uncovered(needs, &[free(on_shelf)], &asked).into_iter().map(|one| (one.line, one.quantity)).collect()
}

#[test]
fn what_is_asked_for_once_is_not_asked_for_again() {
    let needs = [need(1, dec!(10))];
    assert_eq!(open(&needs, dec!(4), &[]), [(line(1), dec!(6))]);
    assert_eq!(open(&needs, dec!(4), &[(1, dec!(6))]), []);
    assert_eq!(open(&needs, dec!(1), &[(1, dec!(6))]), [(line(1), dec!(3))]);
}

#[test]
fn free_stock_counts_for_the_order_that_would_get_it_and_for_no_other() {
    let urgent = Need { priority: Priority::Urgent, ..need(2, dec!(5)) };
    let needs = [need(1, dec!(10)), urgent];
    assert_eq!(open(&needs, dec!(7), &[]), [(line(1), dec!(8))]);
}

#[test]
fn a_supplier_is_asked_for_his_minimum_in_whole_multiples() {
    let asked = |minimum, multiple, wanted: Decimal, step| {
        let terms = SaleTerms { minimum, multiple };
        terms.order_quantity(Exact::from_decimal(wanted), step).unwrap().get().normalize()
    };
    assert_eq!(asked(dec!(0), dec!(0), dec!(2.3), dec!(1)), dec!(3));
    assert_eq!(asked(dec!(50), dec!(0), dec!(12), dec!(1)), dec!(50));
    assert_eq!(asked(dec!(50), dec!(20), dec!(12), dec!(1)), dec!(60));
    assert_eq!(asked(dec!(50), dec!(20), dec!(61), dec!(1)), dec!(80));
    assert_eq!(asked(dec!(0), dec!(0.5), dec!(1.2), dec!(0.001)), dec!(1.5));
}

/// A unit of one category, by how many reference units one of it is, in parts of 10⁸.
fn unit(n: u128, code: &str, ratio: i64, step: Decimal) -> Unit {
    let (id, category) = (UnitId::from_uuid(Uuid::from_u128(n)), UnitCategoryId::from_uuid(Uuid::from_u128(1)));
    Unit::new(id, category, code, Exact::ratio(ratio, 100_000_000).unwrap(), step).unwrap()
}

fn kilogram() -> Unit {
    unit(1, "kg", 100_000_000, dec!(0.001))
}

/// 0.453 592 37 kg.
fn pound() -> Unit {
    unit(2, "lb", 45_359_237, dec!(0.01))
}

#[test]
fn ten_kilograms_are_bought_as_enough_pounds_and_come_in_to_the_gram() {
    let terms = SaleTerms { minimum: dec!(0), multiple: dec!(0) };
    let wanted = wanted_in(&pound(), dec!(10), &kilogram()).unwrap();
    let asked = terms.order_quantity(wanted, pound().rounding_step()).unwrap().get();
    assert_eq!(asked, dec!(22.05));
    let nothing = Counted::default();
    assert_eq!(nothing.entering(asked, &pound(), &kilogram()).unwrap(), Some(dec!(10.001)));
    // Ten pounds, and then the rest: together they are what all of it is.
    let first = nothing.entering(dec!(10), &pound(), &kilogram()).unwrap().unwrap();
    assert_eq!(first, dec!(4.535));
    let counted = Counted { received: dec!(10), entered: first };
    assert_eq!(counted.entering(dec!(12.05), &pound(), &kilogram()).unwrap(), Some(dec!(5.466)));
}

#[test]
fn what_neither_unit_counts_does_not_come_in() {
    let (piece, dozen) = (unit(3, "pcs", 100_000_000, dec!(1)), unit(4, "dz", 1_200_000_000, dec!(1)));
    let nothing = Counted::default();
    assert_eq!(nothing.entering(dec!(0.5), &dozen, &piece).unwrap(), Some(dec!(6)));
    assert_eq!(nothing.entering(dec!(0.3), &dozen, &piece).unwrap(), None);
    assert_eq!(nothing.entering(dec!(1.5), &piece, &piece).unwrap(), None);
    assert_eq!(nothing.entering(dec!(0.123), &pound(), &kilogram()).unwrap(), None);
}

fn offer(price: Decimal, minimum: Decimal, lead_days: u32) -> Offer {
    Offer {
        price: UnitCost::new(price).unwrap(),
        terms: SaleTerms { minimum, multiple: Decimal::ZERO },
        unit_step: Decimal::ONE,
        wanted: Exact::from_integer(10),
        lead_days,
        valid_until: None,
    }
}

#[test]
fn the_lower_price_is_not_the_cheaper_offer_when_its_minimum_is_large() {
    let offers = [offer(dec!(4), dec!(100), 2), offer(dec!(5), dec!(0), 7)];
    let judged = compare(&offers, date!(2026 - 12 - 01)).unwrap();
    assert_eq!(judged.iter().map(|one| one.cost.amount()).collect::<Vec<_>>(), [dec!(400), dec!(50)]);
    assert_eq!(
        judged.iter().map(|one| (one.is_cheapest, one.is_soonest)).collect::<Vec<_>>(),
        [(false, true), (true, false)]
    );
}

#[test]
fn an_offer_that_has_run_out_wins_nothing() {
    let old = Offer { valid_until: Some(date!(2026 - 11 - 30)), ..offer(dec!(1), dec!(0), 1) };
    let judged = compare(&[old, offer(dec!(5), dec!(0), 7)], date!(2026 - 12 - 01)).unwrap();
    assert_eq!(
        judged.iter().map(|one| (one.is_expired, one.is_cheapest)).collect::<Vec<_>>(),
        [(true, false), (false, true)]
    );
}

#[test]
fn more_than_ordered_is_refused_unless_the_supplier_may_bring_more() {
    assert_eq!(received_after(dec!(100), dec!(60), dec!(40), dec!(0)), Ok(dec!(100)));
    assert!(received_after(dec!(100), dec!(60), dec!(41), dec!(0)).is_err());
    assert_eq!(received_after(dec!(100), dec!(60), dec!(45), dec!(5)), Ok(dec!(105)));
    assert!(received_after(dec!(100), dec!(60), dec!(46), dec!(5)).is_err());
}

#[test]
fn goods_that_came_in_lots_are_promised_lot_by_lot() {
    let lot = |number: u128| Some(LotId::from_uuid(Uuid::from_u128(number)));
    let came = [FreeBalance { lot: lot(1), ..free(dec!(4)) }, FreeBalance { lot: lot(2), ..free(dec!(5)) }];
    let needs = [need(1, dec!(7)), need(2, dec!(6))];
    let got = promise(&came, &needs, &BTreeMap::from([(line(2), dec!(6))]));
    let got: Vec<_> = got.iter().map(|one| (one.lot, one.line, one.quantity)).collect();
    assert_eq!(got, [(lot(1), line(2), dec!(4)), (lot(2), line(1), dec!(3)), (lot(2), line(2), dec!(2))]);
}

#[test]
fn goods_go_first_to_the_order_that_they_were_bought_or_made_for() {
    let urgent = Need { priority: Priority::Urgent, ..need(1, dec!(8)) };
    let needs = [urgent, need(2, dec!(6))];
    let came = [free(dec!(10))];
    let bought_for = BTreeMap::from([(line(2), dec!(6))]);
    let got = promise(&came, &needs, &bought_for);
    let got: Vec<_> = got.iter().map(|one| (one.line, one.quantity)).collect();
    assert_eq!(got, [(line(1), dec!(4)), (line(2), dec!(6))]);
    let nobody = promise(&came, &needs, &BTreeMap::new());
    assert_eq!(
        nobody.iter().map(|one| (one.line, one.quantity)).collect::<Vec<_>>(),
        [(line(1), dec!(8)), (line(2), dec!(2))]
    );
}

#[test]
fn every_command_of_a_purchase_order_is_decided_in_every_state() {
    let table = PurchaseOrderState::ALL
        .iter()
        .flat_map(|state| PurchaseOrderCommand::ALL.iter().map(move |command| (*state, *command)))
        .map(|(state, command)| {
            let facts = PurchaseOrderFacts { state, lines: 1, without_price: 0 };
            match decide(command, &facts) {
                Ok(next) => format!("{state} {command}: {next}"),
                Err(refusal) => format!("{state} {command}: refused, {refusal}"),
            }
        })
        .collect::<Vec<_>>()
        .join("\n");
    insta::assert_snapshot!(table);
}

#[test]
fn every_command_of_a_request_for_quotation_is_decided_in_every_state() {
    let mut table = Vec::new();
    for state in RequestForQuotationState::ALL {
        for command in RequestForQuotationCommand::ALL {
            let next = decide_quotation(*command, *state, true);
            table.push(match next {
                Ok(next) => format!("{state} {command}: {next}"),
                Err(_) => format!("{state} {command}: refused"),
            });
        }
    }
    insta::assert_snapshot!(table.join("\n"));
    let some = decide_quotation(RequestForQuotationCommand::Choose, RequestForQuotationState::Sent, false);
    assert_eq!(some, Ok(RequestForQuotationState::Sent));
}

#[test]
fn nothing_is_ordered_without_a_price() {
    let facts = |lines, without_price| PurchaseOrderFacts { state: PurchaseOrderState::Draft, lines, without_price };
    let order = |facts| decide(PurchaseOrderCommand::Order, &facts);
    assert_eq!(order(facts(2, 1)), Err(PurchaseOrderRefusal::PriceMissing { lines: 1 }));
    assert_eq!(order(facts(0, 0)), Err(PurchaseOrderRefusal::Empty));
    assert_eq!(order(facts(2, 0)), Ok(PurchaseOrderState::Ordered));
}

#[test]
fn an_order_is_received_when_every_line_is() {
    assert_eq!(after_receipt([(dec!(5), dec!(5)), (dec!(2), dec!(1))]), PurchaseOrderState::PartlyReceived);
    assert_eq!(after_receipt([(dec!(5), dec!(6)), (dec!(2), dec!(2))]), PurchaseOrderState::Received);
}

fn amount() -> impl Strategy<Value = Decimal> {
    (0_i64..1_000).prop_map(|n| Decimal::new(n, 1))
}

proptest! {
    /// Whoever asks in whatever order, all together ask for what is missing, and no one twice.
    #[test]
    fn asking_covers_all_needs_and_asks_nothing_twice(
        wanted in prop::collection::vec(amount(), 1..6), on_shelf in amount(),
    ) {
        let needs: Vec<Need> = (1_u128..).zip(&wanted).map(|(n, quantity)| need(n, *quantity)).collect();
        let asked: BTreeMap<_, _> =
            uncovered(&needs, &[free(on_shelf)], &BTreeMap::new()).into_iter().map(|one| (one.line, one.quantity)).collect();
        let total: Decimal = asked.values().copied().sum();
        prop_assert_eq!(total, (wanted.iter().copied().sum::<Decimal>() - on_shelf).max(Decimal::ZERO));
        prop_assert!(uncovered(&needs, &[free(on_shelf)], &asked).is_empty());
    }

    /// What has to be ordered covers what is wanted, keeps the minimum and the multiple, and one multiple less would not.
    #[test]
    fn an_ordered_quantity_is_the_least_that_keeps_the_terms(
        wanted in 1_i64..500, minimum in 0_i64..300, multiple in 1_i64..40,
    ) {
        let (minimum, multiple, wanted) = (Decimal::from(minimum), Decimal::from(multiple), Decimal::from(wanted));
        let terms = SaleTerms { minimum, multiple };
        let got = terms.order_quantity(Exact::from_decimal(wanted), Decimal::ONE).unwrap().get();
        prop_assert!(got >= wanted && got >= minimum && (got % multiple).is_zero());
        prop_assert!(got - multiple < wanted.max(minimum));
    }

    /// Nothing that came is promised twice, and nobody gets more than he needs.
    #[test]
    fn a_need_is_covered_in_any_unit_and_parts_bring_what_the_whole_brings(
        milligrams in 1_i64..10_000_000_000,
        ratio in 1_i64..1_000_000_000,
        step in prop_oneof![Just(dec!(1)), Just(dec!(0.1)), Just(dec!(0.01))],
        cuts in prop::collection::vec(0_u32..100, 0..5),
    ) {
        let (own, sold_in) = (kilogram(), unit(9, "odd", ratio, step));
        let need = Decimal::new(milligrams, 6);
        let terms = SaleTerms { minimum: dec!(0), multiple: dec!(0) };
        let Ok(asked) = terms.order_quantity(wanted_in(&sold_in, need, &own).unwrap(), step) else { return Ok(()) };
        let asked = asked.get();
        let all = Counted::default().entering(asked, &sold_in, &own).unwrap().unwrap();
        prop_assert!(all >= need, "{asked} are {all}, {need} is needed");
        let mut counted = Counted::default();
        let mut rest = asked;
        for cut in cuts {
            let steps = (rest / step).floor();
            let part = (steps * Decimal::from(cut) / Decimal::ONE_HUNDRED).floor() * step;
            counted.entered += counted.entering(part, &sold_in, &own).unwrap().unwrap();
            counted.received += part;
            rest -= part;
        }
        counted.entered += counted.entering(rest, &sold_in, &own).unwrap().unwrap();
        prop_assert_eq!(counted.entered, all);
    }

    #[test]
    fn what_came_is_promised_at_most_once(
        wanted in prop::collection::vec((amount(), amount()), 1..6), came in amount(),
    ) {
        let needs: Vec<Need> = (1_u128..).zip(&wanted).map(|(n, (quantity, _))| need(n, *quantity)).collect();
        let bought: BTreeMap<_, _> = (1_u128..).zip(&wanted).map(|(n, (_, bought))| (line(n), *bought)).collect();
        let got = promise(&[free(came)], &needs, &bought);
        let total: Decimal = got.iter().map(|one| one.quantity).sum();
        let all: Decimal = needs.iter().map(|need| need.quantity).sum();
        prop_assert_eq!(total, came.min(all));
        for one in &got {
            let need = needs.iter().find(|need| need.line == one.line).unwrap();
            prop_assert!(one.quantity <= need.quantity);
        }
    }

    /// Requests get what came, none more than it waits for.
    #[test]
    fn requests_share_what_came(came in amount(), waiting in prop::collection::vec(amount(), 0..6)) {
        let shares = share_among(came, &waiting);
        let total: Decimal = shares.iter().copied().sum();
        prop_assert_eq!(total, came.min(waiting.iter().copied().sum()));
        prop_assert!(shares.iter().zip(&waiting).all(|(share, wanted)| share <= wanted));
    }
}
