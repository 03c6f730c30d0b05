//! An order's components: what is there, what a report consumes, and what a change leaves behind.

use mrp_domain::bom::ConsumptionMode;
use mrp_domain::ids::{MaterialLineId, ProductId, UserId};
use mrp_domain::manufacturing_order::availability::{LineSupply, line_availability, order_availability};
use mrp_domain::manufacturing_order::change_log::{
    ChangeAuthor, ChangeRefusal, ComponentChangeKind, MaterialLine, RecordedAmount, add_line, change_line_quantity,
    follow_recipe, remove_line, rescale, substitute_component,
};
use mrp_domain::manufacturing_order::consumption::{
    ConsumptionLine, OperationReport, consumption_for_report, proposals_for_report, unrecorded_lines,
};
use mrp_domain::manufacturing_order::deadline::{DeadlineStatus, deadline_status};
use mrp_domain::manufacturing_order::split::{lines_for_part, merge, split};
use mrp_domain::manufacturing_order::{ManufacturingOrderState, MaterialAvailability};
use mrp_domain::product::ProductType;
use mrp_domain::quantity::{Exact, PositiveQuantity};
use mrp_domain::time::{Instant, TimeWindow};
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use uuid::Uuid;

fn line(n: u128) -> MaterialLineId {
    MaterialLineId::from_uuid(Uuid::from_u128(n))
}

fn product(n: u128) -> ProductId {
    ProductId::from_uuid(Uuid::from_u128(n))
}

fn quantity(value: Decimal) -> PositiveQuantity {
    PositiveQuantity::new(value).unwrap()
}

fn supply(needed: Decimal, consumed: Decimal, reserved: Decimal, free: Decimal, expected: Decimal) -> LineSupply {
    LineSupply {
        product_type: ProductType::Storable,
        needed,
        consumed,
        reserved,
        free,
        expected,
        expected_at: Some(Instant::from_unix(86_400)),
    }
}

#[test]
fn a_line_says_how_much_of_it_is_where() {
    let found = line_availability(&supply(dec!(40), dec!(5), dec!(10), dec!(12), dec!(8)));
    assert_eq!((found.free, found.expected, found.missing), (dec!(12), dec!(8), dec!(5)));
    assert_eq!(found.expected_at, Some(Instant::from_unix(86_400)));
    assert_eq!(found.availability, MaterialAvailability::Partial);
    let enough = line_availability(&supply(dec!(40), dec!(0), dec!(10), dec!(100), dec!(8)));
    assert_eq!((enough.free, enough.expected, enough.missing), (dec!(30), dec!(0), dec!(0)));
    assert_eq!(enough.expected_at, None);
}

#[test]
fn an_order_is_as_available_as_its_lines() {
    let full = supply(dec!(4), dec!(1), dec!(3), dec!(0), dec!(0));
    let half = supply(dec!(4), dec!(0), dec!(2), dec!(0), dec!(0));
    let none = supply(dec!(4), dec!(0), dec!(0), dec!(9), dec!(0));
    let used = supply(dec!(4), dec!(4), dec!(0), dec!(0), dec!(0));
    assert_eq!(order_availability(&[full.clone(), used.clone()]), MaterialAvailability::Reserved);
    assert_eq!(order_availability(&[full, none.clone()]), MaterialAvailability::Partial);
    assert_eq!(order_availability(&[half]), MaterialAvailability::Partial);
    assert_eq!(order_availability(&[none.clone(), none]), MaterialAvailability::Missing);
    assert_eq!(order_availability(&[used]), MaterialAvailability::Issued);
    assert_eq!(order_availability(&[]), MaterialAvailability::Reserved);
}

#[test]
fn consumables_and_services_never_hold_an_order_back() {
    let none = supply(dec!(4), dec!(0), dec!(0), dec!(0), dec!(0));
    for product_type in [ProductType::Consumable, ProductType::Service] {
        let line = LineSupply { product_type, ..none.clone() };
        assert_eq!(line_availability(&line).missing, Decimal::ZERO);
        assert_eq!(order_availability(std::slice::from_ref(&line)), MaterialAvailability::Reserved);
        assert_eq!(order_availability(&[line, none.clone()]), MaterialAvailability::Missing);
    }
}

fn component(n: u128, mode: ConsumptionMode, operation_sequence: Option<u32>) -> ConsumptionLine {
    ConsumptionLine {
        line: line(n),
        mode,
        operation_sequence,
        needed: dec!(40),
        consumed: dec!(0),
        fixed_per_order: false,
        rounding_step: dec!(0.001),
    }
}

fn report(operation_sequence: u32, is_last_operation: bool, reported: Decimal) -> OperationReport {
    OperationReport { operation_sequence, is_last_operation, reported, order_quantity: quantity(dec!(10)) }
}

#[test]
fn lines_tied_to_an_operation_are_consumed_with_it_and_others_with_the_last() {
    let lines = [component(1, ConsumptionMode::Automatic, Some(10)), component(2, ConsumptionMode::Automatic, None)];
    assert_eq!(consumption_for_report(&lines, &report(10, false, dec!(5))).unwrap(), [(line(1), dec!(20))]);
    assert_eq!(consumption_for_report(&lines, &report(40, true, dec!(5))).unwrap(), [(line(2), dec!(20))]);
}

#[test]
fn only_automatic_lines_post_by_themselves() {
    let lines = [
        component(1, ConsumptionMode::Automatic, None),
        component(2, ConsumptionMode::SemiAutomatic, None),
        component(3, ConsumptionMode::Manual, None),
    ];
    let last = report(40, true, dec!(10));
    assert_eq!(consumption_for_report(&lines, &last).unwrap(), [(line(1), dec!(40))]);
    assert_eq!(proposals_for_report(&lines, &last).unwrap(), [(line(2), dec!(40))]);
    assert_eq!(unrecorded_lines(&lines), [line(2), line(3)]);
}

#[test]
fn what_the_operator_recorded_already_is_not_posted_again() {
    let lines = [ConsumptionLine { consumed: dec!(18), ..component(1, ConsumptionMode::Automatic, None) }];
    assert_eq!(consumption_for_report(&lines, &report(40, true, dec!(5))).unwrap(), [(line(1), dec!(2))]);
    assert_eq!(consumption_for_report(&lines, &report(40, true, dec!(4))).unwrap(), []);
}

#[test]
fn a_fixed_line_is_consumed_whole_with_the_first_report() {
    let lines = [ConsumptionLine { fixed_per_order: true, ..component(1, ConsumptionMode::Automatic, None) }];
    assert_eq!(consumption_for_report(&lines, &report(40, true, dec!(1))).unwrap(), [(line(1), dec!(40))]);
}

#[test]
fn a_surplus_consumes_its_share_too() {
    let lines = [component(1, ConsumptionMode::Automatic, None)];
    assert_eq!(consumption_for_report(&lines, &report(40, true, dec!(11))).unwrap(), [(line(1), dec!(44))]);
}

proptest! {
    #[test]
    fn whatever_the_portions_the_full_quantity_consumes_exactly_the_need(
        portions in prop::collection::vec(1..500_i64, 1..12),
        needed_milli in 1..1_000_000_i64,
    ) {
        let ordered = Decimal::from(portions.iter().sum::<i64>());
        let needed = Decimal::new(needed_milli, 3);
        let mut state = ConsumptionLine { needed, ..component(1, ConsumptionMode::Automatic, None) };
        let mut reported = Decimal::ZERO;
        for portion in portions {
            reported += Decimal::from(portion);
            let report = OperationReport {
                order_quantity: quantity(ordered),
                ..report(40, true, reported)
            };
            for (_, posted) in consumption_for_report(std::slice::from_ref(&state), &report).unwrap() {
                prop_assert!(posted > Decimal::ZERO);
                state.consumed += posted;
            }
            prop_assert!(state.consumed <= needed);
        }
        prop_assert_eq!(state.consumed, needed);
    }
}

fn material(n: u128, needed: Decimal, consumed: Decimal) -> MaterialLine {
    MaterialLine {
        line: line(n),
        product: product(n),
        operation_sequence: None,
        needed,
        consumed,
        per_unit: Exact::from_decimal(needed).div(Exact::from_integer(10)).unwrap(),
        fixed_per_order: false,
        rounding_step: dec!(1),
    }
}

fn author() -> ChangeAuthor {
    let user = UserId::from_uuid(Uuid::from_u128(7));
    ChangeAuthor::new(user, Instant::from_unix(1_000), " tube out of stock ").unwrap()
}

#[test]
fn a_change_to_an_active_order_says_why() {
    let user = UserId::from_uuid(Uuid::from_u128(7));
    assert_eq!(ChangeAuthor::new(user, Instant::from_unix(0), "  ").unwrap_err(), ChangeRefusal::ReasonMissing);
}

#[test]
fn changing_a_component_leaves_a_record_of_old_new_by_whom_when_and_why() {
    let mut lines = vec![material(1, dec!(40), dec!(0))];
    let ten = quantity(dec!(10));
    let change = change_line_quantity(&mut lines, line(1), quantity(dec!(44)), ten, &author()).unwrap();
    assert_eq!(lines[0].needed, dec!(44));
    assert_eq!(change.kind, ComponentChangeKind::QuantityChanged);
    assert_eq!(change.old, Some(RecordedAmount { product: Some(product(1)), quantity: dec!(40) }));
    assert_eq!(change.new, Some(RecordedAmount { product: Some(product(1)), quantity: dec!(44) }));
    assert_eq!(change.by, UserId::from_uuid(Uuid::from_u128(7)));
    assert_eq!((change.at, change.reason.as_str()), (Instant::from_unix(1_000), "tube out of stock"));
}

#[test]
fn a_component_is_substituted_unless_some_of_it_is_consumed() {
    let mut lines = vec![material(1, dec!(40), dec!(0)), material(2, dec!(3), dec!(1))];
    let ten = quantity(dec!(10));
    let substitute = (product(9), Exact::ratio(9, 2).unwrap(), dec!(1));
    let change = substitute_component(&mut lines, line(1), substitute, ten, &author()).unwrap();
    assert_eq!(change.kind, ComponentChangeKind::ComponentSubstituted);
    assert_eq!((lines[0].product, lines[0].needed), (product(9), dec!(45)));
    assert_eq!(
        substitute_component(&mut lines, line(2), substitute, ten, &author()),
        Err(ChangeRefusal::LineConsumed { line: line(2), consumed: dec!(1) })
    );
}

#[test]
fn lines_are_added_and_removed_with_a_record() {
    let mut lines = vec![material(1, dec!(40), dec!(0))];
    let added = add_line(&mut lines, material(2, dec!(3), dec!(0)), &author()).unwrap();
    assert_eq!((added.kind, added.old), (ComponentChangeKind::LineAdded, None));
    assert_eq!(
        add_line(&mut lines, material(2, dec!(3), dec!(0)), &author()),
        Err(ChangeRefusal::LineExists { line: line(2) })
    );
    let removed = remove_line(&mut lines, line(1), &author()).unwrap();
    assert_eq!((removed.kind, removed.new), (ComponentChangeKind::LineRemoved, None));
    assert_eq!(remove_line(&mut lines, line(1), &author()), Err(ChangeRefusal::UnknownLine { line: line(1) }));
    assert_eq!(lines.len(), 1);
}

#[test]
fn an_order_follows_a_newer_recipe_and_keeps_what_is_consumed() {
    let of = |n: u128, of: u128, needed: Decimal, consumed: Decimal| MaterialLine {
        line: line(n),
        product: product(of),
        operation_sequence: Some(10),
        needed,
        consumed,
        per_unit: Exact::from_decimal(needed / dec!(10)),
        fixed_per_order: false,
        rounding_step: dec!(1),
    };
    // Tubes stay, caps need less than is consumed, bolts go away half consumed, paint goes away untouched.
    let mut lines = vec![
        of(1, 1, dec!(40), dec!(0)),
        of(2, 2, dec!(40), dec!(30)),
        of(3, 3, dec!(80), dec!(16)),
        of(4, 4, dec!(3), dec!(0)),
    ];
    let wanted = vec![of(11, 1, dec!(40), dec!(0)), of(12, 2, dec!(20), dec!(0)), of(15, 5, dec!(60), dec!(0))];
    let followed = follow_recipe(&mut lines, wanted, &author());
    assert_eq!(followed.follows, [(1, 11), (2, 12), (15, 15)].map(|(own, asked)| (line(own), line(asked))));
    let told: Vec<_> = followed
        .changes
        .iter()
        .map(|change| (change.line.unwrap(), change.kind, change.new.map(|amount| amount.quantity)))
        .collect();
    let expected = [
        (line(2), ComponentChangeKind::QuantityChanged, Some(dec!(30))),
        (line(3), ComponentChangeKind::QuantityChanged, Some(dec!(16))),
        (line(4), ComponentChangeKind::LineRemoved, None),
        (line(15), ComponentChangeKind::LineAdded, Some(dec!(60))),
    ];
    assert_eq!(told, expected);
    let left: Vec<_> = lines.iter().map(|line| (line.product, line.needed, line.fixed_per_order)).collect();
    let expected = [(1, dec!(40), false), (2, dec!(30), false), (3, dec!(16), true), (5, dec!(60), false)];
    assert_eq!(left, expected.map(|(of, needed, fixed)| (product(of), needed, fixed)));
    // Twice as many pieces: caps follow their new recipe again, bolts stay as they were consumed.
    rescale(&mut lines, (quantity(dec!(10)), quantity(dec!(20))), dec!(0), &author()).unwrap();
    let needs: Vec<_> = lines.iter().map(|line| line.needed).collect();
    assert_eq!(needs, [dec!(80), dec!(40), dec!(16), dec!(120)]);
    let same = lines.clone();
    assert_eq!(follow_recipe(&mut lines, same, &author()).changes, []);
}

#[test]
fn a_component_that_an_order_has_twice_follows_the_recipe_once() {
    let mut lines =
        vec![material(1, dec!(40), dec!(10)), MaterialLine { line: line(2), ..material(1, dec!(5), dec!(5)) }];
    let wanted = vec![MaterialLine { line: line(11), ..material(1, dec!(60), dec!(0)) }];
    let followed = follow_recipe(&mut lines, wanted, &author());
    assert_eq!(followed.follows, [(line(1), line(11))]);
    assert_eq!(lines.iter().map(|line| line.needed).collect::<Vec<_>>(), [dec!(60), dec!(5)]);

    // What is needed once per order follows what is needed once, wherever it stands.
    let once = |line: MaterialLine| MaterialLine { fixed_per_order: true, ..line };
    let mut lines =
        vec![material(1, dec!(40), dec!(0)), once(MaterialLine { line: line(2), ..material(1, dec!(5), dec!(0)) })];
    let wanted = vec![
        once(MaterialLine { line: line(11), ..material(1, dec!(7), dec!(0)) }),
        MaterialLine { line: line(12), ..material(1, dec!(44), dec!(0)) },
    ];
    follow_recipe(&mut lines, wanted, &author());
    assert_eq!(lines.iter().map(|line| line.needed).collect::<Vec<_>>(), [dec!(44), dec!(7)]);
}

#[test]
fn a_new_order_quantity_rescales_its_lines_and_keeps_what_is_consumed() {
    let fixed = MaterialLine { fixed_per_order: true, ..material(3, dec!(1), dec!(0)) };
    let mut lines = vec![material(1, dec!(40), dec!(0)), material(2, dec!(20), dec!(18)), fixed];
    let changes = rescale(&mut lines, (quantity(dec!(10)), quantity(dec!(8))), dec!(2), &author()).unwrap();
    let needs: Vec<Decimal> = lines.iter().map(|line| line.needed).collect();
    assert_eq!(needs, [dec!(32), dec!(18), dec!(1)]);
    let kinds: Vec<ComponentChangeKind> = changes.iter().map(|change| change.kind).collect();
    assert_eq!(
        kinds,
        [
            ComponentChangeKind::QuantityOfOrderChanged,
            ComponentChangeKind::QuantityChanged,
            ComponentChangeKind::QuantityChanged,
        ]
    );
    assert_eq!(
        rescale(&mut lines, (quantity(dec!(8)), quantity(dec!(1))), dec!(2), &author()),
        Err(ChangeRefusal::LessThanProduced { produced: dec!(2), wanted: dec!(1) })
    );
}

proptest! {
    #[test]
    fn going_to_another_quantity_and_back_leaves_nothing_behind(needed in 1..1_000_i64, to in 1..1_000_i64) {
        prop_assume!(to != 10);
        let mut lines = vec![material(1, Decimal::from(needed), dec!(0))];
        let (ten, other) = (quantity(dec!(10)), quantity(Decimal::from(to)));
        rescale(&mut lines, (ten, other), dec!(0), &author()).unwrap();
        rescale(&mut lines, (other, ten), dec!(0), &author()).unwrap();
        prop_assert_eq!(lines, vec![material(1, Decimal::from(needed), dec!(0))]);
    }
}

/// Draws line ids from 100 upwards.
fn new_ids() -> impl FnMut() -> MaterialLineId {
    let mut next = 100;
    move || {
        next += 1;
        line(next)
    }
}

#[test]
fn a_backorder_needs_its_own_share_and_is_not_born_consumed() {
    let lines = [material(1, dec!(40), dec!(28)), material(2, dec!(3), dec!(3))];
    let rest = lines_for_part(&lines, quantity(dec!(3)), new_ids()).unwrap();
    let found: Vec<(MaterialLineId, Decimal, Decimal)> =
        rest.iter().map(|line| (line.line, line.needed, line.consumed)).collect();
    assert_eq!(found, [(line(101), dec!(12), dec!(0)), (line(102), dec!(1), dec!(0))]);
}

#[test]
fn a_split_gives_a_part_to_a_new_order_and_scales_the_old_one_down() {
    let mut lines = vec![material(1, dec!(40), dec!(0))];
    let parts = (quantity(dec!(10)), quantity(dec!(4)));
    let done = split(&mut lines, parts, &author(), new_ids()).unwrap();
    assert_eq!((lines[0].needed, done.part[0].needed), (dec!(24), dec!(16)));
    assert_eq!(done.changes.len(), 2);
    let whole = (quantity(dec!(6)), quantity(dec!(6)));
    assert_eq!(split(&mut lines, whole, &author(), new_ids()).unwrap_err(), ChangeRefusal::NothingChanged);
}

#[test]
fn a_merge_adds_the_needs_up_and_takes_strange_lines_over() {
    let mut lines = vec![material(1, dec!(40), dec!(0))];
    let others = [material(1, dec!(20), dec!(0)), material(2, dec!(5), dec!(0))];
    let quantities = (quantity(dec!(10)), quantity(dec!(5)));
    let changes = merge(&mut lines, &others, quantities, &author(), new_ids()).unwrap();
    let needs: Vec<Decimal> = lines.iter().map(|line| line.needed).collect();
    assert_eq!(needs, [dec!(60), dec!(5)]);
    assert_eq!(lines[0].per_unit, Exact::from_integer(4));
    let kinds: Vec<ComponentChangeKind> = changes.iter().map(|change| change.kind).collect();
    assert_eq!(
        kinds,
        [
            ComponentChangeKind::QuantityOfOrderChanged,
            ComponentChangeKind::QuantityChanged,
            ComponentChangeKind::LineAdded,
        ]
    );
}

#[test]
fn late_and_due_today_follow_from_the_deadline_and_never_hold_for_closed_orders() {
    let at = Instant::from_unix;
    let today = TimeWindow::new(at(86_400), at(172_800)).unwrap();
    let status = |state, deadline, now| deadline_status(state, Some(at(deadline)), today, at(now));
    let running = ManufacturingOrderState::InProgress;
    assert_eq!(status(running, 90_000, 100_000), DeadlineStatus::Late);
    assert_eq!(status(running, 100_000, 90_000), DeadlineStatus::DueToday);
    assert_eq!(status(running, 172_800, 90_000), DeadlineStatus::OnTime);
    assert_eq!(status(ManufacturingOrderState::Done, 90_000, 100_000), DeadlineStatus::Closed);
    assert_eq!(deadline_status(running, None, today, at(90_000)), DeadlineStatus::NoDeadline);
}
