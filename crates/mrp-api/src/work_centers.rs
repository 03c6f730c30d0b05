//! Work centers: machines, lines, teams.

use mrp_domain::ids::{WorkCenterId, WorkScheduleId};
use mrp_domain::work_center::WorkCenterKind;
use rust_decimal::Decimal;

use crate::access::Permission;

noun! {
    /// A work center.
    pub struct WorkCenterView of WorkCenterId, edited as WorkCenterInput {
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
    costs {
        /// Machine cost per hour; absent or 0 makes cost sheets incomplete.
        pub costs_hour: Option<Decimal>,
        /// Planned labour cost of one person per hour.
        pub labour_cost_hour: Option<Decimal>,
    }
    reads {
        /// The schedule's name.
        pub work_schedule_name: Option<String>,
    }
}

list_query! {
    /// A list of work centers.
    pub struct WorkCenterQuery {
        /// Only active (`true`) or only inactive (`false`) ones.
        pub active: Option<bool>,
        /// Only active ones whose hour costs nothing (`true`); for those who may read costs.
        pub without_rate: Option<bool>,
    }
}

noun_endpoints! {
    "work center" at "/work-centers", id: WorkCenterId,
    read: Permission::MasterDataRead, write: Permission::WorkCenterWrite,
    query: WorkCenterQuery, row: WorkCenterView, view: WorkCenterView, input: WorkCenterInput,
    names: ListWorkCenters GetWorkCenter CreateWorkCenter UpdateWorkCenter DeleteWorkCenter;
}
