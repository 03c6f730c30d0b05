//! How much of each component a production report consumes.
//!
//! Three modes: *automatic* lines are posted with the report, *semi-automatic* lines are proposed and somebody
//! confirms or edits, *manual* lines are recorded by the operator. Lines tied to an operation follow that
//! operation's reports, all others follow the last operation's.
//!
//! Shares are computed from the cumulative quantity, not from the single report: whatever the portions, at the
//! full quantity exactly the need has been consumed.

use rust_decimal::Decimal;

use crate::bom::ConsumptionMode;
use crate::ids::MaterialLineId;
use crate::quantity::{Exact, PositiveQuantity, QuantityError};

/// What is to know about one component of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumptionLine {
    /// The order's line.
    pub line: MaterialLineId,
    /// Who says how much was consumed.
    pub mode: ConsumptionMode,
    /// The sequence of the operation that consumes it; none means the last one.
    pub operation_sequence: Option<u32>,
    /// What the whole order needs, in the product's stock unit.
    pub needed: Decimal,
    /// What is posted already.
    pub consumed: Decimal,
    /// Needed once per order, whatever the quantity: consumed whole with the first report.
    pub fixed_per_order: bool,
    /// The rounding step of the product's stock unit.
    pub rounding_step: Decimal,
}

/// How far one operation has come, the report in hand included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationReport {
    /// The operation's sequence.
    pub operation_sequence: u32,
    /// Nothing comes after it.
    pub is_last_operation: bool,
    /// Good and scrapped pieces reported in all.
    pub reported: Decimal,
    /// What the order wants.
    pub order_quantity: PositiveQuantity,
}

/// What the report consumes by itself: the automatic lines with the quantity to post now.
///
/// # Errors
/// [`QuantityError`] for amounts beyond calculation.
pub fn consumption_for_report(
    lines: &[ConsumptionLine],
    report: &OperationReport,
) -> Result<Vec<(MaterialLineId, Decimal)>, QuantityError> {
    shares(lines, report, ConsumptionMode::Automatic)
}

/// What the report suggests to consume: the semi-automatic lines with the quantity to confirm or edit.
///
/// # Errors
/// [`QuantityError`] for amounts beyond calculation.
pub fn proposals_for_report(
    lines: &[ConsumptionLine],
    report: &OperationReport,
) -> Result<Vec<(MaterialLineId, Decimal)>, QuantityError> {
    shares(lines, report, ConsumptionMode::SemiAutomatic)
}

/// Lines that somebody should have recorded or confirmed and nobody has: finishing asks about them.
#[must_use]
pub fn unrecorded_lines(lines: &[ConsumptionLine]) -> Vec<MaterialLineId> {
    lines
        .iter()
        .filter(|line| match line.mode {
            ConsumptionMode::Automatic => false,
            ConsumptionMode::SemiAutomatic | ConsumptionMode::Manual => true,
        })
        .filter(|line| line.needed > Decimal::ZERO && line.consumed <= Decimal::ZERO)
        .map(|line| line.line)
        .collect()
}

fn shares(
    lines: &[ConsumptionLine],
    report: &OperationReport,
    mode: ConsumptionMode,
) -> Result<Vec<(MaterialLineId, Decimal)>, QuantityError> {
    let mut postings = Vec::new();
    for line in lines.iter().filter(|line| line.mode == mode && follows(line, report)) {
        let due = due(line, report)?.saturating_sub(line.consumed);
        if due > Decimal::ZERO {
            postings.push((line.line, due));
        }
    }
    Ok(postings)
}

fn follows(line: &ConsumptionLine, report: &OperationReport) -> bool {
    match line.operation_sequence {
        Some(sequence) => sequence == report.operation_sequence,
        None => report.is_last_operation,
    }
}

/// What should be consumed once `report.reported` pieces are through: a share of the need, rounded up to the step
/// but never past the need, unless more is produced than ordered.
fn due(line: &ConsumptionLine, report: &OperationReport) -> Result<Decimal, QuantityError> {
    if report.reported <= Decimal::ZERO {
        return Ok(Decimal::ZERO);
    }
    let ordered = report.order_quantity.get();
    if line.fixed_per_order || report.reported == ordered {
        return Ok(line.needed);
    }
    let share = Exact::from_decimal(line.needed)
        .mul(Exact::from_decimal(report.reported))?
        .div(Exact::from_decimal(ordered))?
        .ceil_to(line.rounding_step)?;
    Ok(if report.reported < ordered { share.min(line.needed) } else { share })
}
