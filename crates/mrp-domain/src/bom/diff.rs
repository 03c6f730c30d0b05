//! How two revisions of a bill of materials differ, line by line; any two bills of materials compare the same way.
//!
//! Lines are the same when they have the same id; a copied revision has new ids, so what is left is paired by
//! component, operation and variants, then by component and operation, and then by component alone. A line that is left
//! behind the same line as before, with the same operation and unit, had its component replaced; everything else was
//! removed or added.

use serde::Serialize;

use crate::bom::{Bom, BomLine};
use crate::variant::AttributeChoice;
use crate::vocabulary;

vocabulary! {
    /// A field of a line that can differ.
    pub enum BomLineField {
        /// The component.
        Component = "component",
        /// The quantity.
        Quantity = "quantity",
        /// The unit of the quantity.
        Unit = "unit",
        /// The operation that consumes it.
        OperationSequence = "operation_sequence",
        /// What is lost.
        Loss = "loss",
        /// Once per order or scaled.
        IsFixed = "is_fixed",
        /// The note.
        Note = "note",
        /// What may take its place.
        Substitutes = "substitutes",
        /// The variants that it belongs to.
        AppliesTo = "applies_to",
    }
}

vocabulary! {
    /// A field of the head that can differ.
    pub enum BomHeadField {
        /// What it makes.
        Product = "product",
        /// Made by an order of its own, or a kit.
        BomType = "bom_type",
        /// How much one run makes.
        Quantity = "quantity",
        /// The unit of that quantity.
        Unit = "unit",
        /// How it is made.
        Routing = "routing",
        /// Who says how much was consumed.
        Consumption = "consumption",
        /// When it may be used.
        Effectivity = "effectivity",
        /// What else comes out.
        ByProducts = "by_products",
    }
}

/// What happened to one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum BomLineChange {
    /// Only the new revision has it.
    Added {
        /// The line.
        new: BomLine,
    },
    /// Only the old revision has it.
    Removed {
        /// The line.
        old: BomLine,
    },
    /// Both have it, with other values.
    Changed {
        /// The line before.
        old: BomLine,
        /// The line after.
        new: BomLine,
        /// What differs.
        fields: Vec<BomLineField>,
    },
}

/// All differences between two revisions; equal ones have none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BomDiff {
    /// Fields of the head that differ.
    pub head: Vec<BomHeadField>,
    /// Removed and changed lines in the order of the old revision, then added ones in the order of the new.
    pub lines: Vec<BomLineChange>,
}

impl BomDiff {
    /// Whether the revisions say the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.head.is_empty() && self.lines.is_empty()
    }
}

/// Compares two revisions.
#[must_use]
pub fn diff(old: &Bom, new: &Bom) -> BomDiff {
    BomDiff { head: changed_head(old, new), lines: diff_lines(&old.lines, &new.lines) }
}

/// Compares two lists of lines.
#[must_use]
pub fn diff_lines(old: &[BomLine], new: &[BomLine]) -> Vec<BomLineChange> {
    let mut pairs: Vec<Option<&BomLine>> = vec![None; old.len()];
    let mut left: Vec<&BomLine> = new.iter().collect();
    let rules: [fn(&BomLine, &BomLine) -> bool; 4] = [
        |old, new| old.id == new.id,
        |old, new| {
            old.component == new.component
                && old.operation_sequence == new.operation_sequence
                && same_set(&old.applies_to, &new.applies_to)
        },
        |old, new| old.component == new.component && old.operation_sequence == new.operation_sequence,
        |old, new| old.component == new.component,
    ];
    for is_same in rules {
        for (line, pair) in old.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
            if let Some(found) = left.iter().position(|candidate| is_same(line, candidate)) {
                *pair = Some(left.remove(found));
            }
        }
    }
    pair_replaced(old, new, &mut pairs, &mut left);
    let kept = old.iter().zip(pairs).filter_map(|(old, pair)| match pair {
        Some(new) => change(old, new),
        None => Some(BomLineChange::Removed { old: old.clone() }),
    });
    let added = left.into_iter().map(|new| BomLineChange::Added { new: new.clone() });
    kept.chain(added).collect()
}

/// Pairs a line that is left with the one that took its place.
fn pair_replaced<'a>(
    old: &[BomLine],
    new: &'a [BomLine],
    pairs: &mut [Option<&'a BomLine>],
    left: &mut Vec<&'a BomLine>,
) {
    let mut before: Option<&BomLine> = None;
    let mut was_paired = true;
    for (line, pair) in old.iter().zip(pairs) {
        if pair.is_none() && was_paired {
            let place = before.map_or(Some(0), |before| Some(place_of(new, before)? + 1));
            let candidate = place.and_then(|place| new.get(place)).filter(|candidate| {
                candidate.operation_sequence == line.operation_sequence && candidate.unit == line.unit
            });
            let found = candidate.and_then(|candidate| left.iter().position(|other| std::ptr::eq(*other, candidate)));
            *pair = found.map(|found| left.remove(found));
        }
        was_paired = pair.is_some();
        before = *pair;
    }
}

/// Whether two lines belong to the same variants; the order of the values says nothing.
pub(super) fn same_set(one: &[AttributeChoice], other: &[AttributeChoice]) -> bool {
    one.len() == other.len() && one.iter().all(|choice| other.contains(choice))
}

fn place_of(lines: &[BomLine], line: &BomLine) -> Option<usize> {
    lines.iter().position(|other| std::ptr::eq(other, line))
}

fn change(old: &BomLine, new: &BomLine) -> Option<BomLineChange> {
    let differs = [
        (BomLineField::Component, old.component != new.component),
        (BomLineField::Quantity, old.quantity != new.quantity),
        (BomLineField::Unit, old.unit != new.unit),
        (BomLineField::OperationSequence, old.operation_sequence != new.operation_sequence),
        (BomLineField::Loss, old.loss != new.loss),
        (BomLineField::IsFixed, old.is_fixed != new.is_fixed),
        (BomLineField::Note, old.note != new.note),
        (BomLineField::Substitutes, old.substitutes != new.substitutes),
        (BomLineField::AppliesTo, !same_set(&old.applies_to, &new.applies_to)),
    ];
    let fields: Vec<_> = differs.into_iter().filter_map(|(field, differs)| differs.then_some(field)).collect();
    let changed = !fields.is_empty();
    changed.then(|| BomLineChange::Changed { old: old.clone(), new: new.clone(), fields })
}

fn changed_head(old: &Bom, new: &Bom) -> Vec<BomHeadField> {
    let effectivity = |bom: &Bom| (bom.effective_from, bom.effective_until);
    let differs = [
        (BomHeadField::Product, old.product != new.product),
        (BomHeadField::BomType, old.bom_type != new.bom_type),
        (BomHeadField::Quantity, old.quantity != new.quantity),
        (BomHeadField::Unit, old.unit != new.unit),
        (BomHeadField::Routing, old.routing != new.routing),
        (BomHeadField::Consumption, old.consumption != new.consumption),
        (BomHeadField::Effectivity, effectivity(old) != effectivity(new)),
        (BomHeadField::ByProducts, old.by_products != new.by_products),
    ];
    differs.into_iter().filter_map(|(field, differs)| differs.then_some(field)).collect()
}
