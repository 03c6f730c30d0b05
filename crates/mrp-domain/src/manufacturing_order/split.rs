//! Splitting an order in two, merging several into one, and the lines of a backorder.
//!
//! A part always starts with nothing consumed and with the need of its own quantity, whatever happened to the order
//! that it came from. What changes on an active order leaves the same records as any other change.

use rust_decimal::Decimal;

use crate::ids::MaterialLineId;
use crate::manufacturing_order::change_log::{
    ChangeAuthor, ChangeRefusal, ComponentChange, ComponentChangeKind, MaterialLine, RecordedAmount, rescale,
};
use crate::quantity::{PositiveQuantity, QuantityError};

/// What a split leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Records of the order that was scaled down.
    pub changes: Vec<ComponentChange>,
    /// Lines of the new order.
    pub part: Vec<MaterialLine>,
}

/// The lines of a new order that takes over `quantity` of this one: a backorder, or the part of a split.
/// `new_id` draws the names of the new lines.
///
/// # Errors
/// [`QuantityError`] for amounts beyond calculation.
pub fn lines_for_part(
    lines: &[MaterialLine],
    quantity: PositiveQuantity,
    mut new_id: impl FnMut() -> MaterialLineId,
) -> Result<Vec<MaterialLine>, QuantityError> {
    lines
        .iter()
        .map(|line| {
            let needed = line.need_for(quantity)?;
            Ok(MaterialLine { line: new_id(), needed, consumed: Decimal::ZERO, ..line.clone() })
        })
        .collect()
}

/// Takes `part` off an order of `ordered` that has not started.
///
/// # Errors
/// [`ChangeRefusal::NothingChanged`] when the part is all of it or more.
pub fn split(
    lines: &mut [MaterialLine],
    (ordered, part): (PositiveQuantity, PositiveQuantity),
    author: &ChangeAuthor,
    new_id: impl FnMut() -> MaterialLineId,
) -> Result<Split, ChangeRefusal> {
    let kept = PositiveQuantity::new(ordered.get() - part.get()).map_err(|_| ChangeRefusal::NothingChanged)?;
    let part = lines_for_part(lines, part, new_id)?;
    let changes = rescale(lines, (ordered, kept), Decimal::ZERO, author)?;
    Ok(Split { changes, part })
}

/// Adds the lines of other orders of the same bill of materials, none of them started, to an order of `ordered`;
/// `added` is what the others order together. Lines of the same component for the same operation become one; a line
/// needed once per order is still needed once.
///
/// # Errors
/// [`ChangeRefusal::Quantity`] for amounts beyond calculation; then no line has changed.
pub fn merge(
    lines: &mut Vec<MaterialLine>,
    others: &[MaterialLine],
    (ordered, added): (PositiveQuantity, PositiveQuantity),
    author: &ChangeAuthor,
    mut new_id: impl FnMut() -> MaterialLineId,
) -> Result<Vec<ComponentChange>, ChangeRefusal> {
    let total = PositiveQuantity::new(ordered.get() + added.get())?;
    let mut merged = lines.clone();
    for other in others {
        let same = |line: &&mut MaterialLine| {
            (line.product, line.operation_sequence, line.fixed_per_order)
                == (other.product, other.operation_sequence, other.fixed_per_order)
        };
        match merged.iter_mut().find(same) {
            Some(line) if line.fixed_per_order => line.needed = line.needed.max(other.needed),
            Some(line) => line.needed += other.needed,
            None => merged.push(MaterialLine { line: new_id(), consumed: Decimal::ZERO, ..other.clone() }),
        }
    }
    for line in &mut merged {
        line.per_unit = PositiveQuantity::new(line.needed)?.exact().div(total.exact())?;
    }
    let changes = records(lines, &merged, (ordered, total), author);
    *lines = merged;
    Ok(changes)
}

fn records(
    before: &[MaterialLine],
    after: &[MaterialLine],
    (ordered, total): (PositiveQuantity, PositiveQuantity),
    author: &ChangeAuthor,
) -> Vec<ComponentChange> {
    let of_order = |quantity: PositiveQuantity| Some(RecordedAmount { product: None, quantity: quantity.get() });
    let of_order_kind = ComponentChangeKind::QuantityOfOrderChanged;
    let mut changes = vec![author.record(of_order_kind, None, of_order(ordered), of_order(total))];
    for line in after {
        let old = before.iter().find(|old| old.line == line.line).map(MaterialLine::recorded);
        let new = Some(line.recorded());
        let kind = match old {
            None => ComponentChangeKind::LineAdded,
            Some(_) if old == new => continue,
            Some(_) => ComponentChangeKind::QuantityChanged,
        };
        changes.push(author.record(kind, Some(line.line), old, new));
    }
    changes
}
