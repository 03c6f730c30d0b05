//! Comparing two revisions line by line.

use mrp_domain::bom::diff::{BomHeadField, BomLineChange, BomLineField, diff};
use mrp_domain::bom::{Bom, BomLine};
use mrp_domain::ids::BomLineId;
use rust_decimal_macros::dec;
use uuid::Uuid;

use super::{amount, bom, line};

/// The line as the next revision copies it: the same values, another id.
fn copied(line: BomLine) -> BomLine {
    let id = BomLineId::from_uuid(Uuid::from_u128(line.id.uuid().as_u128() + 1_000));
    BomLine { id, ..line }
}

#[test]
fn a_copied_revision_has_no_difference() {
    let old = bom(1, vec![line(2, dec!(4)), line(3, dec!(1))]);
    let new = Bom { revision: 2, lines: old.lines.iter().cloned().map(copied).collect(), ..old.clone() };
    assert!(diff(&old, &new).is_empty());
}

#[test]
fn added_removed_and_changed_lines_are_told_apart() {
    let old = bom(1, vec![line(2, dec!(4)), line(3, dec!(1))]);
    let new = bom(1, vec![copied(line(4, dec!(1))), copied(line(2, dec!(5)))]);
    let changed = BomLineChange::Changed {
        old: old.lines[0].clone(),
        new: new.lines[1].clone(),
        fields: vec![BomLineField::Quantity],
    };
    let removed = BomLineChange::Removed { old: old.lines[1].clone() };
    let added = BomLineChange::Added { new: new.lines[0].clone() };
    assert_eq!(diff(&old, &new).lines, [changed, removed, added]);
}

#[test]
fn a_component_used_twice_is_paired_by_its_operation() {
    let at = |sequence, quantity| BomLine { operation_sequence: Some(sequence), ..line(2, quantity) };
    let old = bom(1, vec![at(10, dec!(1)), at(20, dec!(2))]);
    let new = bom(1, vec![copied(at(20, dec!(3))), copied(at(10, dec!(1)))]);
    let lines = diff(&old, &new).lines;
    assert_eq!(lines.len(), 1);
    assert!(matches!(&lines[0], BomLineChange::Changed { new, .. } if new.quantity == amount(dec!(3))));
}

#[test]
fn a_replaced_component_on_the_same_line_is_a_change_of_that_line() {
    let old = bom(1, vec![line(2, dec!(1))]);
    let new = bom(1, vec![BomLine { id: old.lines[0].id, ..line(3, dec!(1)) }]);
    let lines = diff(&old, &new).lines;
    assert!(matches!(&lines[..], [BomLineChange::Changed { fields, .. }] if fields == &[BomLineField::Component]));
}

#[test]
fn a_component_that_took_the_place_of_another_in_a_copied_revision_is_a_change_of_that_line() {
    let old = bom(1, vec![line(2, dec!(1)), line(3, dec!(2)), line(4, dec!(3)), line(5, dec!(4))]);
    let new = [line(2, dec!(1)), line(6, dec!(2)), line(7, dec!(9)), line(5, dec!(4))];
    let new = bom(1, new.into_iter().map(copied).collect());
    let fields: Vec<_> = diff(&old, &new)
        .lines
        .into_iter()
        .map(|change| match change {
            BomLineChange::Changed { fields, .. } => fields,
            BomLineChange::Added { .. } | BomLineChange::Removed { .. } => Vec::new(),
        })
        .collect();
    assert_eq!(fields, [vec![BomLineField::Component], vec![BomLineField::Component, BomLineField::Quantity]]);
}

#[test]
fn another_component_at_another_operation_is_not_a_replacement() {
    let old = bom(1, vec![BomLine { operation_sequence: Some(10), ..line(2, dec!(1)) }]);
    let new = bom(1, vec![copied(BomLine { operation_sequence: Some(20), ..line(3, dec!(1)) })]);
    let lines = diff(&old, &new).lines;
    assert!(matches!(&lines[..], [BomLineChange::Removed { .. }, BomLineChange::Added { .. }]), "{lines:?}");
}

#[test]
fn every_field_of_a_line_that_differs_is_named() {
    let old = bom(1, vec![line(2, dec!(1))]);
    let changed = BomLine {
        quantity: amount(dec!(2)),
        operation_sequence: Some(20),
        loss: mrp_domain::bom::LossPercent::try_from(dec!(5)).unwrap(),
        is_fixed: true,
        note: "from the left".to_owned(),
        ..old.lines[0].clone()
    };
    let lines = diff(&old, &bom(1, vec![copied(changed)])).lines;
    let expected = [
        BomLineField::Quantity,
        BomLineField::OperationSequence,
        BomLineField::Loss,
        BomLineField::IsFixed,
        BomLineField::Note,
    ];
    assert!(matches!(&lines[..], [BomLineChange::Changed { fields, .. }] if *fields == expected), "{lines:?}");
}

#[test]
fn a_bill_of_materials_of_another_product_differs_in_its_head() {
    let old = bom(1, vec![line(2, dec!(1))]);
    let new = bom(9, old.lines.iter().cloned().map(copied).collect());
    assert!(diff(&old, &new).head.contains(&BomHeadField::Product));
}

#[test]
fn another_quantity_per_run_is_a_change_of_the_head() {
    let old = bom(1, vec![line(2, dec!(1))]);
    let new = Bom { quantity: amount(dec!(10)), ..old.clone() };
    assert_eq!(diff(&old, &new).head, [BomHeadField::Quantity]);
}
