//! Work centers: machines, lines, teams.

pub mod form;
pub mod list;
pub mod load;

use mrp_api::work_centers::{GetWorkCenter, ListWorkCenters, WorkCenterView};
use mrp_domain::work_center::WorkCenterKind;

use crate::i18n::text;
use crate::ui::picker::{Choice, Picker};

/// What a kind is called.
#[must_use]
pub fn kind_name(kind: WorkCenterKind) -> &'static str {
    match kind {
        WorkCenterKind::Machine => text::work_centers::machine(),
        WorkCenterKind::Line => text::work_centers::line(),
        WorkCenterKind::Team => text::work_centers::team(),
    }
}

/// Chooses an active work center.
#[must_use]
pub fn picker() -> Picker {
    let choice = |row: WorkCenterView| Choice::new(row.id, row.name, row.code);
    Picker::of::<ListWorkCenters, GetWorkCenter, _, _>(choice, choice).only("active", "true")
}
