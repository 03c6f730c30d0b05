//! Equal lines of one bill of materials made one.
//!
//! Lines are equal when they agree in everything but quantity, unit and note. The first of them takes the quantities of
//! the others, exactly, and their notes; what an order needs stays the same to the last digit. Lines that cannot be added
//! up exactly stay as they are, and the reason is told.

use std::collections::HashSet;

use crate::bom::catalog::IdMap;
use crate::bom::replace::{joined, sum};
use crate::bom::{BomLine, BomSource, BomType};
use crate::ids::ProductId;
use crate::quantity::{Exact, PositiveQuantity, QuantityError, Unit, UnitError};
use crate::vocabulary;

vocabulary! {
    /// Why a line is not added to one that it equals.
    pub enum UnmergedReason {
        /// The units measure different things.
        UnitOfAnotherCategory = "unit_of_another_category",
        /// Nobody knows one of the units.
        UnitUnknown = "unit_unknown",
        /// The sum is above the largest quantity, or no decimal in either unit.
        QuantityOutOfRange = "quantity_out_of_range",
        /// The component is a kit with lines that count once for each line that names it.
        KitWithFixedLines = "kit_with_fixed_lines",
    }
}

/// A line that equals an earlier one and is not added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnmergedLine {
    /// Its place among the lines given, from 0.
    pub place: usize,
    /// Why.
    pub reason: UnmergedReason,
}

/// Lines after equal ones were made one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedLines {
    /// What is left, in the order of the lines given; a merged line stands where the first of its lines stood.
    pub lines: Vec<BomLine>,
    /// How many lines went into earlier ones.
    pub gone: usize,
    /// Equal lines that stay.
    pub left: Vec<UnmergedLine>,
}

/// Makes equal lines one.
#[must_use]
pub fn merge_equal_lines(lines: &[BomLine], source: &impl BomSource) -> MergedLines {
    let mut merged = MergedLines { lines: Vec::with_capacity(lines.len()), gone: 0, left: Vec::new() };
    let mut places: IdMap<ProductId, Vec<usize>> = IdMap::default();
    for (place, line) in lines.iter().enumerate() {
        let same = places.entry(line.component).or_default();
        let mut reason = None;
        let taken = same.iter().any(|&at| {
            let Some(earlier) = merged.lines.get_mut(at).filter(|earlier| is_equal(earlier, line)) else {
                return false;
            };
            match added(earlier, line, source) {
                Ok(together) => {
                    *earlier = together;
                    true
                }
                Err(why) => {
                    reason = Some(why);
                    false
                }
            }
        });
        if taken {
            merged.gone = merged.gone.saturating_add(1);
            continue;
        }
        merged.left.extend(reason.map(|reason| UnmergedLine { place, reason }));
        same.push(merged.lines.len());
        merged.lines.push(line.clone());
    }
    merged
}

/// Whatever else a line may say one day has to agree as well.
fn is_equal(one: &BomLine, other: &BomLine) -> bool {
    let BomLine { id, quantity, unit, note, .. } = other.clone();
    BomLine { id, quantity, unit, note, ..one.clone() } == *other
}

/// The earlier line with the quantity of both.
fn added(earlier: &BomLine, line: &BomLine, source: &impl BomSource) -> Result<BomLine, UnmergedReason> {
    if has_fixed_lines(line.component, source) {
        return Err(UnmergedReason::KitWithFixedLines);
    }
    let out_of_range = |_: QuantityError| UnmergedReason::QuantityOutOfRange;
    let (unit, quantity) = if earlier.unit == line.unit {
        (earlier.unit, sum(earlier.quantity, line.quantity).map_err(out_of_range)?)
    } else {
        let known = |id| source.unit(id).ok_or(UnmergedReason::UnitUnknown);
        let (to, from) = (known(earlier.unit)?, known(line.unit)?);
        // A dozen and one are no decimal in dozens, and thirteen in pieces.
        match together((earlier.quantity, to), (line.quantity, from)) {
            Ok(quantity) => (earlier.unit, quantity),
            Err(UnmergedReason::QuantityOutOfRange) => {
                (line.unit, together((line.quantity, from), (earlier.quantity, to))?)
            }
            Err(other) => return Err(other),
        }
    };
    Ok(BomLine { quantity, unit, note: joined(&earlier.note, &line.note), ..earlier.clone() })
}

/// Both amounts in the unit of the first.
fn together(
    (one, unit): (PositiveQuantity, &Unit),
    (other, from): (PositiveQuantity, &Unit),
) -> Result<PositiveQuantity, UnmergedReason> {
    let converted = from.convert(other.exact(), unit).map_err(|error| match error {
        UnitError::DifferentCategory { .. } => UnmergedReason::UnitOfAnotherCategory,
        UnitError::Quantity(_)
        | UnitError::Code(_)
        | UnitError::RatioNotPositive { .. }
        | UnitError::StepNotPositive { .. } => UnmergedReason::QuantityOutOfRange,
    })?;
    let exact = one.exact().add(converted).map_err(|_| UnmergedReason::QuantityOutOfRange)?;
    let decimal = exact.to_decimal();
    if Exact::from_decimal(decimal) != exact {
        return Err(UnmergedReason::QuantityOutOfRange);
    }
    PositiveQuantity::new(decimal).map_err(|_| UnmergedReason::QuantityOutOfRange)
}

/// Whether a kit, or a kit in it, has lines that are needed once however much of the kit is: one line of it needs them
/// once, two lines twice.
fn has_fixed_lines(product: ProductId, source: &impl BomSource) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![product];
    while let Some(product) = open.pop() {
        let kit = source.product(product).and_then(|known| known.bom).filter(|bom| bom.bom_type == BomType::Kit);
        let Some(kit) = kit.filter(|_| seen.insert(product)) else { continue };
        if kit.lines.iter().any(|line| line.is_fixed) {
            return true;
        }
        open.extend(kit.lines.iter().map(|line| line.component));
    }
    false
}
