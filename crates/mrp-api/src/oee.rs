//! Overall equipment effectiveness (OEE) of work centers, and the losses that it is made of.

use mrp_domain::ids::{LossReasonId, ManufacturingOrderId, TimeLogId, UserId, WorkCenterId, WorkOrderId};
use mrp_domain::time::Instant;
use mrp_domain::vocabulary;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::page::Page;

vocabulary! {
    /// What took away from a perfect OEE.
    pub enum OeeLoss {
        /// It stood for an unplanned reason.
        Downtime = "downtime",
        /// An order was in progress, nobody worked on it, and nobody said why.
        Idle = "idle",
        /// No order was in progress.
        NotLoaded = "not_loaded",
        /// Pieces took longer than their ideal cycle.
        Speed = "speed",
        /// Pieces were scrapped.
        Quality = "quality",
    }
}

dto! {
    /// Which days.
    #[derive(Default)]
    pub struct OeeQuery {
        /// First day, `YYYY-MM-DD`; absent: the first of this month.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub from: Option<String>,
        /// Last day, `YYYY-MM-DD`, at most 366 days after; absent: today.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub until: Option<String>,
    }

    /// The OEE of one work center. All times are machine seconds: capacity 2 has two in every second.
    ///
    /// availability = run ÷ planned, performance = ideal time of all pieces ÷ run, quality = ideal time of the good pieces
    /// ÷ that of all, OEE = their product. A percentage is absent where it would divide by zero.
    pub struct OeeRow {
        /// The work center.
        pub work_center_id: WorkCenterId,
        /// Its name.
        pub work_center_name: String,
        /// What it should reach, in percent.
        pub oee_target_percent: Option<Decimal>,
        /// Run ÷ planned.
        pub availability_percent: Option<Decimal>,
        /// Ideal ÷ run; above 100 the ideal cycle is too long.
        pub performance_percent: Option<Decimal>,
        /// Good ÷ all.
        pub quality_percent: Option<Decimal>,
        /// The three multiplied.
        pub oee_percent: Option<Decimal>,
        /// Working hours less planned stops, and what was worked beside them.
        pub planned_seconds: u64,
        /// Planned stops within them; not part of what is planned.
        pub planned_stop_seconds: u64,
        /// Stood, unplanned.
        pub downtime_seconds: u64,
        /// Unexplained: in progress, and nobody worked.
        pub idle_seconds: u64,
        /// Nothing was in progress.
        pub not_loaded_seconds: u64,
        /// Somebody worked.
        pub run_seconds: u64,
        /// Run time beyond the ideal time of the pieces.
        pub speed_loss_seconds: u64,
        /// Ideal time of scrapped pieces.
        pub quality_loss_seconds: u64,
        /// Good pieces.
        pub good: Decimal,
        /// Scrapped pieces.
        pub scrap: Decimal,
    }

    /// The OEE of all active work centers.
    pub struct OeeView {
        /// First day, `YYYY-MM-DD`.
        pub from: String,
        /// Last day.
        pub until: String,
        /// Where the first day begins.
        pub starts_at: Instant,
        /// Where the last day ends; now, while it lasts.
        pub ends_at: Instant,
        /// One row each, by name.
        pub rows: Vec<OeeRow>,
    }

    /// One loss.
    pub struct OeeLossView {
        /// What kind.
        pub loss: OeeLoss,
        /// Which reason, of downtime and scrap.
        pub loss_reason_id: Option<LossReasonId>,
        /// Its name; empty: none was given.
        pub loss_reason_name: String,
        /// How long.
        pub seconds: u64,
        /// In how many downtimes or reports.
        pub times: u32,
        /// Of all losses, in percent.
        pub share_percent: Decimal,
        /// Of all losses, this one and the larger ones, in percent.
        pub cumulative_percent: Decimal,
    }

    /// The OEE of one day, or of one month when many days are asked for.
    pub struct OeeStep {
        /// Its first day, `YYYY-MM-DD`.
        pub from: String,
        /// Its last day.
        pub until: String,
        /// Its OEE, in percent.
        pub oee_percent: Option<Decimal>,
        /// Its availability, in percent.
        pub availability_percent: Option<Decimal>,
        /// Its performance, in percent.
        pub performance_percent: Option<Decimal>,
        /// Its quality, in percent.
        pub quality_percent: Option<Decimal>,
    }

    /// The OEE of one work center with what it is made of.
    pub struct WorkCenterOeeView {
        /// First day, `YYYY-MM-DD`.
        pub from: String,
        /// Last day.
        pub until: String,
        /// Where the first day begins.
        pub starts_at: Instant,
        /// Where the last day ends; now, while it lasts.
        pub ends_at: Instant,
        /// The whole period.
        pub row: OeeRow,
        /// The losses, largest first.
        pub losses: Vec<OeeLossView>,
        /// Day by day; month by month beyond 62 days.
        pub steps: Vec<OeeStep>,
    }

    /// An interval in which somebody worked.
    pub struct TimeLogRow {
        /// Its id.
        pub id: TimeLogId,
        /// Where.
        pub work_center_id: WorkCenterId,
        /// Its name.
        pub work_center_name: String,
        /// On what.
        pub work_order_id: WorkOrderId,
        /// Its number.
        pub work_order_number: String,
        /// What was done.
        pub operation_name: String,
        /// For which order.
        pub manufacturing_order_id: ManufacturingOrderId,
        /// Its number.
        pub manufacturing_order_number: String,
        /// Who.
        pub user_id: UserId,
        /// The name.
        pub operator_name: String,
        /// Since when.
        pub started_at: Instant,
        /// Until when; absent while the clock runs.
        pub finished_at: Option<Instant>,
        /// How long so far.
        pub seconds: u64,
        /// Why it was stopped.
        pub stop_reason: String,
    }
}
list_query! {
    /// A list of time logs.
    pub struct TimeLogQuery {
        /// Only at this work center.
        pub work_center_id: Option<WorkCenterId>,
        /// Only of this person.
        pub user_id: Option<UserId>,
        /// Only those that run (`true`) or are over (`false`).
        pub running: Option<bool>,
        /// Only those that reach beyond this moment.
        pub since: Option<Instant>,
        /// Only those that began before this moment.
        pub until: Option<Instant>,
    }
}
wire!(OeeQuery, OeeView, WorkCenterOeeView, TimeLogRow);

endpoints! {
    /// Tells the OEE of every active work center.
    GetOee: Get "/oee", Access::Needs(Permission::OrderRead), { query: OeeQuery, reply: OeeView };
    /// Tells the OEE of one work center with its losses.
    GetWorkCenterOee: Get "/work-centers/{id}/oee", Access::Needs(Permission::OrderRead),
        { path: IdPath<WorkCenterId>, query: OeeQuery, reply: WorkCenterOeeView };
    /// Lists who worked when, and where.
    ListTimeLogs: Get "/time-logs", Access::Needs(Permission::OrderRead),
        { query: TimeLogQuery, reply: Page<TimeLogRow> };
}
