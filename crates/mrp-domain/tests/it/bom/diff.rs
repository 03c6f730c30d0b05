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
    let new = bom(1, vec![copied(line(2, dec!(5))), copied(line(4, dec!(1)))]);
    let changed = BomLineChange::Changed {
        old: old.lines[0].clone(),
        new: new.lines[0].clone(),
        fields: vec![BomLineField::Quantity],
    };
    let removed = BomLineChange::Removed { old: old.lines[1].clone() };
    let added = BomLineChange::Added { new: new.lines[1].clone() };
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
fn another_quantity_per_run_is_a_change_of_the_head() {
    let old = bom(1, vec![line(2, dec!(1))]);
    let new = Bom { quantity: amount(dec!(10)), ..old.clone() };
    assert_eq!(diff(&old, &new).head, [BomHeadField::Quantity]);
}
