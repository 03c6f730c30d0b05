//! Changes to an order's components, and the record that each of them leaves.
//!
//! The only way to change the lines of an active order is through the functions here, and each returns the record
//! of what it did: old, new, by whom, when, why. So no change happens without its record, and a record is never
//! edited. Drafts have no lines of their own yet and leave no records. Splitting and merging whole orders is in
//! [`split`](super::split).

use rust_decimal::Decimal;

use crate::ids::{MaterialLineId, ProductId, UserId};
use crate::quantity::{Exact, PositiveQuantity, QuantityError};
use crate::time::Instant;
use crate::vocabulary;

/// The most characters a reason may have.
pub const REASON_LENGTH_MAX: usize = 500;

vocabulary! {
    /// What kind of change was made.
    pub enum ComponentChangeKind {
        /// A line needs another quantity.
        QuantityChanged = "quantity_changed",
        /// A line uses another product.
        ComponentSubstituted = "component_substituted",
        /// A line was added.
        LineAdded = "line_added",
        /// A line was removed.
        LineRemoved = "line_removed",
        /// The order itself asks for another quantity.
        QuantityOfOrderChanged = "quantity_of_order_changed",
    }
}

/// One component of an order: the order's own, frozen copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaterialLine {
    /// Its name.
    pub line: MaterialLineId,
    /// The component.
    pub product: ProductId,
    /// The sequence of the operation that consumes it; none means the last one.
    pub operation_sequence: Option<u32>,
    /// What the order needs, in the product's stock unit, rounded up to its step.
    pub needed: Decimal,
    /// What is consumed.
    pub consumed: Decimal,
    /// What one unit of the ordered product needs, before rounding; scaling starts from here, so that going to
    /// another quantity and back leaves nothing behind.
    pub per_unit: Exact,
    /// Needed once per order, whatever its quantity.
    pub fixed_per_order: bool,
    /// The rounding step of the product's stock unit.
    pub rounding_step: Decimal,
}

/// One side of a record: which product, how much of it. The product is none for the order's own quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedAmount {
    /// The component.
    pub product: Option<ProductId>,
    /// Its quantity.
    pub quantity: Decimal,
}

/// The record of one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentChange {
    /// What kind of change.
    pub kind: ComponentChangeKind,
    /// The line; none for the order's own quantity.
    pub line: Option<MaterialLineId>,
    /// What was before; none for an added line.
    pub old: Option<RecordedAmount>,
    /// What is now; none for a removed line.
    pub new: Option<RecordedAmount>,
    /// Who changed it.
    pub by: UserId,
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: String,
}

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefusal {
    /// A change to an active order must say why, in at most [`REASON_LENGTH_MAX`] characters.
    #[error("a change to an active order needs a reason of at most {REASON_LENGTH_MAX} characters")]
    ReasonMissing,
    /// The order has no such line.
    #[error("the order has no line {line}")]
    UnknownLine {
        /// The line asked for.
        line: MaterialLineId,
    },
    /// The order has this line already.
    #[error("the order already has the line {line}")]
    LineExists {
        /// The line asked for.
        line: MaterialLineId,
    },
    /// The change would change nothing.
    #[error("nothing would change")]
    NothingChanged,
    /// Less than what is consumed already.
    #[error("{consumed} is consumed already, so the line cannot need {wanted}")]
    LessThanConsumed {
        /// The line.
        line: MaterialLineId,
        /// What is consumed.
        consumed: Decimal,
        /// What was asked.
        wanted: Decimal,
    },
    /// A consumed line can be neither substituted nor removed: lower it to what is consumed and add another.
    #[error("{consumed} is consumed already: lower the line to that and add another")]
    LineConsumed {
        /// The line.
        line: MaterialLineId,
        /// What is consumed.
        consumed: Decimal,
    },
    /// Less than what is produced already.
    #[error("{produced} is produced already, so the order cannot ask for {wanted}")]
    LessThanProduced {
        /// What is produced.
        produced: Decimal,
        /// What was asked.
        wanted: Decimal,
    },
    /// The amounts cannot be computed.
    #[error(transparent)]
    Quantity(#[from] QuantityError),
}

impl ChangeRefusal {
    /// Every code that [`ChangeRefusal::code`] can return.
    pub const CODES: &'static [&'static str] = &[
        "reason_required",
        "reference_unknown",
        "value_taken",
        "nothing_changed",
        "less_than_consumed",
        "line_consumed",
        "less_than_produced",
        "quantity_out_of_range",
    ];

    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ReasonMissing => "reason_required",
            Self::UnknownLine { .. } => "reference_unknown",
            Self::LineExists { .. } => "value_taken",
            Self::NothingChanged => "nothing_changed",
            Self::LessThanConsumed { .. } => "less_than_consumed",
            Self::LineConsumed { .. } => "line_consumed",
            Self::LessThanProduced { .. } => "less_than_produced",
            Self::Quantity(_) => "quantity_out_of_range",
        }
    }
}

/// Who changes an active order, when, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeAuthor {
    by: UserId,
    at: Instant,
    reason: String,
}

impl ChangeAuthor {
    /// The reason is trimmed and must not be empty.
    ///
    /// # Errors
    /// [`ChangeRefusal::ReasonMissing`].
    pub fn new(by: UserId, at: Instant, reason: &str) -> Result<Self, ChangeRefusal> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON_LENGTH_MAX {
            return Err(ChangeRefusal::ReasonMissing);
        }
        Ok(Self { by, at, reason: reason.to_owned() })
    }

    pub(super) fn record(
        &self,
        kind: ComponentChangeKind,
        line: Option<MaterialLineId>,
        old: Option<RecordedAmount>,
        new: Option<RecordedAmount>,
    ) -> ComponentChange {
        ComponentChange { kind, line, old, new, by: self.by, at: self.at, reason: self.reason.clone() }
    }
}

/// Gives a line another quantity, for an order of `order_quantity`.
///
/// # Errors
/// [`ChangeRefusal`] when the line is unknown, the quantity is the same, or less than is consumed.
pub fn change_line_quantity(
    lines: &mut [MaterialLine],
    line: MaterialLineId,
    needed: PositiveQuantity,
    order_quantity: PositiveQuantity,
    author: &ChangeAuthor,
) -> Result<ComponentChange, ChangeRefusal> {
    let found = find(lines, line)?;
    let wanted = needed.exact().ceil_to(found.rounding_step)?;
    if wanted == found.needed {
        return Err(ChangeRefusal::NothingChanged);
    }
    if wanted < found.consumed {
        return Err(ChangeRefusal::LessThanConsumed { line, consumed: found.consumed, wanted });
    }
    let per_unit = needed.exact().div(order_quantity.exact())?;
    let old = found.recorded();
    found.needed = wanted;
    found.per_unit = per_unit;
    let new = found.recorded();
    Ok(author.record(ComponentChangeKind::QuantityChanged, Some(line), Some(old), Some(new)))
}

/// Puts another product in a line's place: `per_unit` of it for each ordered unit, in its own stock unit with its
/// own step. Reservations of the old product are the caller's to free.
///
/// # Errors
/// [`ChangeRefusal`] when the line is unknown, consumed in part, or already this product.
pub fn substitute_component(
    lines: &mut [MaterialLine],
    line: MaterialLineId,
    (product, per_unit, rounding_step): (ProductId, Exact, Decimal),
    order_quantity: PositiveQuantity,
    author: &ChangeAuthor,
) -> Result<ComponentChange, ChangeRefusal> {
    let found = find(lines, line)?;
    if found.product == product {
        return Err(ChangeRefusal::NothingChanged);
    }
    if found.consumed > Decimal::ZERO {
        return Err(ChangeRefusal::LineConsumed { line, consumed: found.consumed });
    }
    let substitute = MaterialLine { product, per_unit, rounding_step, ..found.clone() };
    let needed = substitute.scaled(order_quantity)?;
    PositiveQuantity::new(needed)?;
    let old = found.recorded();
    *found = MaterialLine { needed, ..substitute };
    let new = found.recorded();
    Ok(author.record(ComponentChangeKind::ComponentSubstituted, Some(line), Some(old), Some(new)))
}

/// Adds a line.
///
/// # Errors
/// [`ChangeRefusal`] when the order has the line already or it needs nothing.
pub fn add_line(
    lines: &mut Vec<MaterialLine>,
    line: MaterialLine,
    author: &ChangeAuthor,
) -> Result<ComponentChange, ChangeRefusal> {
    if lines.iter().any(|known| known.line == line.line) {
        return Err(ChangeRefusal::LineExists { line: line.line });
    }
    PositiveQuantity::new(line.needed)?;
    let change = author.record(ComponentChangeKind::LineAdded, Some(line.line), None, Some(line.recorded()));
    lines.push(line);
    Ok(change)
}

/// Removes a line that nothing was consumed of.
///
/// # Errors
/// [`ChangeRefusal`] when the line is unknown or consumed in part.
pub fn remove_line(
    lines: &mut Vec<MaterialLine>,
    line: MaterialLineId,
    author: &ChangeAuthor,
) -> Result<ComponentChange, ChangeRefusal> {
    let found = find(lines, line)?;
    if found.consumed > Decimal::ZERO {
        return Err(ChangeRefusal::LineConsumed { line, consumed: found.consumed });
    }
    let old = found.recorded();
    lines.retain(|known| known.line != line);
    Ok(author.record(ComponentChangeKind::LineRemoved, Some(line), Some(old), None))
}

/// Gives the order another quantity and scales its lines: one record for the order, one for each line that
/// changes. A line never needs less than is consumed of it.
///
/// # Errors
/// [`ChangeRefusal`] when the quantity is the same, or less than is produced; then no line has changed.
pub fn rescale(
    lines: &mut [MaterialLine],
    (old_quantity, new_quantity): (PositiveQuantity, PositiveQuantity),
    produced: Decimal,
    author: &ChangeAuthor,
) -> Result<Vec<ComponentChange>, ChangeRefusal> {
    let wanted = new_quantity.get();
    if wanted == old_quantity.get() {
        return Err(ChangeRefusal::NothingChanged);
    }
    if wanted < produced {
        return Err(ChangeRefusal::LessThanProduced { produced, wanted });
    }
    let needs = lines
        .iter()
        .map(|line| Ok(line.need_for(new_quantity)?.max(line.consumed)))
        .collect::<Result<Vec<Decimal>, QuantityError>>()?;
    let of_order = |quantity: PositiveQuantity| RecordedAmount { product: None, quantity: quantity.get() };
    let mut changes = vec![author.record(
        ComponentChangeKind::QuantityOfOrderChanged,
        None,
        Some(of_order(old_quantity)),
        Some(of_order(new_quantity)),
    )];
    for (line, needed) in lines.iter_mut().zip(needs) {
        if line.needed == needed {
            continue;
        }
        let old = line.recorded();
        line.needed = needed;
        changes.push(author.record(
            ComponentChangeKind::QuantityChanged,
            Some(line.line),
            Some(old),
            Some(line.recorded()),
        ));
    }
    Ok(changes)
}

/// What following a recipe changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FollowedRecipe {
    /// One record for each line that is added, removed or needs another quantity; none when only remarks differ.
    pub changes: Vec<ComponentChange>,
    /// Each line of the order that the recipe asks for, and the line of the recipe that it follows: its own number for
    /// an added line.
    pub follows: Vec<(MaterialLineId, MaterialLineId)>,
}

/// Makes the lines what a newer revision of the recipe asks: `wanted` are its lines for the order's quantity, with
/// nothing consumed. A component that both have in the same operation keeps its line when
/// possible the one that scales alike. What is consumed stays: a line never needs less than that, and one that the recipe no longer
/// has is lowered to it and scales no more.
pub fn follow_recipe(
    lines: &mut Vec<MaterialLine>,
    wanted: Vec<MaterialLine>,
    author: &ChangeAuthor,
) -> FollowedRecipe {
    let place = |line: &MaterialLine| (line.product, line.operation_sequence);
    let mut left = wanted;
    let mut followed = FollowedRecipe::default();
    lines.retain_mut(|line| {
        let old = line.recorded();
        let same = |asked: &MaterialLine| place(asked) == place(line);
        let alike = |asked: &MaterialLine| same(asked) && asked.fixed_per_order == line.fixed_per_order;
        match left.iter().position(alike).or_else(|| left.iter().position(same)) {
            Some(found) => {
                let asked = left.remove(found);
                line.needed = asked.needed.max(line.consumed);
                (line.per_unit, line.fixed_per_order) = (asked.per_unit, asked.fixed_per_order);
                followed.follows.push((line.line, asked.line));
            }
            None if line.consumed.is_zero() => {
                let removed = author.record(ComponentChangeKind::LineRemoved, Some(line.line), Some(old), None);
                followed.changes.push(removed);
                return false;
            }
            None => (line.needed, line.fixed_per_order) = (line.consumed, true),
        }
        if line.recorded() != old {
            let (kind, new) = (ComponentChangeKind::QuantityChanged, line.recorded());
            followed.changes.push(author.record(kind, Some(line.line), Some(old), Some(new)));
        }
        true
    });
    for line in left {
        let added = author.record(ComponentChangeKind::LineAdded, Some(line.line), None, Some(line.recorded()));
        followed.changes.push(added);
        followed.follows.push((line.line, line.line));
        lines.push(line);
    }
    followed
}

impl MaterialLine {
    /// What the line needs for an order of that quantity.
    pub(super) fn need_for(&self, order_quantity: PositiveQuantity) -> Result<Decimal, QuantityError> {
        if self.fixed_per_order {
            return Ok(self.needed);
        }
        self.scaled(order_quantity)
    }

    fn scaled(&self, order_quantity: PositiveQuantity) -> Result<Decimal, QuantityError> {
        self.per_unit.mul(order_quantity.exact())?.ceil_to(self.rounding_step)
    }

    pub(super) const fn recorded(&self) -> RecordedAmount {
        RecordedAmount { product: Some(self.product), quantity: self.needed }
    }
}

fn find(lines: &mut [MaterialLine], line: MaterialLineId) -> Result<&mut MaterialLine, ChangeRefusal> {
    lines.iter_mut().find(|known| known.line == line).ok_or(ChangeRefusal::UnknownLine { line })
}
