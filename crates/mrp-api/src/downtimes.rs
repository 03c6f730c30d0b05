//! Downtimes: when work centers stood, and why.

use mrp_domain::ids::{DowntimeId, LossReasonId, WorkCenterId};
use mrp_domain::loss_reason::DowntimeClass;
use mrp_domain::time::Instant;

use crate::access::Permission;

noun! {
    /// A time in which a work center stood. While it goes on, no work order is started or resumed there.
    pub struct DowntimeView of DowntimeId, edited as DowntimeInput {
        /// The work center.
        pub work_center_id: WorkCenterId,
        /// Why, of the reasons of downtime.
        pub loss_reason_id: LossReasonId,
        /// Since when; not later than now.
        pub started_at: Instant,
        /// Until when; not later than now. Absent: it still stands.
        #[serde(default)]
        pub finished_at: Option<Instant>,
        /// More about it.
        #[serde(default)]
        pub note: String,
    }
    reads {
        /// The work center's name.
        pub work_center_name: String,
        /// The reason's name.
        pub loss_reason_name: String,
        /// What it takes away from.
        pub downtime_class: DowntimeClass,
    }
}

list_query! {
    /// A list of downtimes.
    pub struct DowntimeQuery {
        /// Only of this work center.
        pub work_center_id: Option<WorkCenterId>,
        /// Only for this reason.
        pub loss_reason_id: Option<LossReasonId>,
        /// Only planned or only unplanned ones.
        pub downtime_class: Option<DowntimeClass>,
        /// Only those that go on (`true`) or that are over (`false`).
        pub running: Option<bool>,
        /// Only those that reach beyond this moment.
        pub since: Option<Instant>,
        /// Only those that began before this moment.
        pub until: Option<Instant>,
    }
}

// Who works there sees first that it stands.
noun_endpoints! {
    "downtime" at "/downtimes", id: DowntimeId,
    read: Permission::OrderRead, write: Permission::WorkOrderExecute,
    query: DowntimeQuery, row: DowntimeView, view: DowntimeView, input: DowntimeInput,
    names: ListDowntimes GetDowntime CreateDowntime UpdateDowntime DeleteDowntime;
}
