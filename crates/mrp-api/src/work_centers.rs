//! Work centers: machines, lines, teams.

use mrp_domain::ids::{WorkCenterId, WorkScheduleId};
use mrp_domain::work_center::WorkCenterKind;
use rust_decimal::Decimal;

use crate::access::Permission;
use crate::page::NounQuery;

dto! {
    /// A work center.
    pub struct WorkCenterView {
        /// Its id.
        pub id: WorkCenterId,
        /// Its code.
        pub code: String,
        /// Its name.
        pub name: String,
        /// Machine, line or team.
        pub kind: WorkCenterKind,
        /// How many work orders run in parallel.
        pub capacity: u32,
        /// Planned durations are divided by this, in percent.
        pub efficiency_percent: Decimal,
        /// Machine cost per hour in the company's currency; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub costs_hour: Option<Decimal>,
        /// Planned labour cost of one person per hour; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub labour_cost_hour: Option<Decimal>,
        /// Its shifts; absent: the company's default schedule.
        pub work_schedule_id: Option<WorkScheduleId>,
        /// The schedule's name.
        pub work_schedule_name: Option<String>,
        /// Set-up that new operations start from.
        pub setup_seconds: u32,
        /// Clean-up that new operations start from.
        pub cleanup_seconds: u32,
        /// The OEE it should reach, in percent.
        pub oee_target_percent: Option<Decimal>,
        /// Work centers that can stand in, best first.
        pub alternative_ids: Vec<WorkCenterId>,
        /// What people should know of it.
        pub description: String,
        /// Whether it can be chosen.
        pub active: bool,
        /// For `If-Match`.
        pub version: i64,
    }

    /// The editable fields of a work center.
    pub struct WorkCenterInput {
        /// Its code, unique.
        pub code: String,
        /// Its name.
        pub name: String,
        /// Machine, line or team.
        pub kind: WorkCenterKind,
        /// How many work orders run in parallel, at least 1.
        pub capacity: u32,
        /// Above 0, at most 1000.
        pub efficiency_percent: Decimal,
        /// Machine cost per hour; absent or 0 makes cost sheets incomplete.
        pub costs_hour: Option<Decimal>,
        /// Planned labour cost of one person per hour.
        pub labour_cost_hour: Option<Decimal>,
        /// Its shifts; absent: the company's default schedule.
        pub work_schedule_id: Option<WorkScheduleId>,
        /// Set-up that new operations start from.
        pub setup_seconds: u32,
        /// Clean-up that new operations start from.
        pub cleanup_seconds: u32,
        /// The OEE it should reach, 0 to 100.
        pub oee_target_percent: Option<Decimal>,
        /// Work centers that can stand in, best first.
        pub alternative_ids: Vec<WorkCenterId>,
        /// What people should know of it.
        pub description: String,
        /// Whether it can be chosen.
        pub active: bool,
    }
}
wire!(versioned WorkCenterView);
wire!(WorkCenterInput);

noun_endpoints! {
    "work center" at "/work-centers", id: WorkCenterId,
    read: Permission::MasterDataRead, write: Permission::WorkCenterWrite,
    query: NounQuery, row: WorkCenterView, view: WorkCenterView, input: WorkCenterInput,
    names: ListWorkCenters GetWorkCenter CreateWorkCenter UpdateWorkCenter DeleteWorkCenter;
}
