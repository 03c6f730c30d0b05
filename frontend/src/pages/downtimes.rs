//! Downtimes: when work centers stood, and why.

pub mod form;
pub mod list;
pub mod standing;

use mrp_api::loss_reasons::{GetLossReason, ListLossReasons, LossReasonView};

use crate::ui::picker::{Choice, Picker};

/// Chooses an active reason of downtime.
#[must_use]
pub fn reason_picker() -> Picker {
    let choice = |row: LossReasonView| Choice::new(row.id, row.name, row.code);
    Picker::of::<ListLossReasons, GetLossReason, _, _>(choice, choice).only("active", "true").only("kind", "downtime")
}
