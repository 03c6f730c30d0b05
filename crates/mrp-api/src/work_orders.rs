//! Work orders: one operation of one manufacturing order.

use mrp_domain::ids::{
    LossReasonId, ManufacturingOrderId, MaterialLineId, TimeLogId, UserId, WorkCenterId, WorkOrderId,
};
use mrp_domain::product::Tracking;
use mrp_domain::time::Instant;
use mrp_domain::work_order::WorkOrderState;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::manufacturing_orders::{ActionView, ReasonInput};
use crate::page::Page;

dto! {
    /// A person assigned to a work order.
    pub struct AssignedOperator {
        /// The person.
        pub user_id: UserId,
        /// The person's name.
        pub name: String,
    }

    /// A work order in a list.
    pub struct WorkOrderRow {
        /// Its id.
        pub id: WorkOrderId,
        /// Its number.
        pub number: String,
        /// Its manufacturing order.
        pub manufacturing_order_id: ManufacturingOrderId,
        /// That order's number.
        pub manufacturing_order_number: String,
        /// What is made.
        pub product_name: String,
        /// The operation's place.
        pub sequence: u32,
        /// The operation's name.
        pub name: String,
        /// Where it is done.
        pub work_center_id: WorkCenterId,
        /// That work center's name.
        pub work_center_name: String,
        /// Where its life stands.
        pub state: WorkOrderState,
        /// How many pieces.
        pub quantity: Decimal,
        /// The unit of all quantities.
        pub unit_code: String,
        /// How many can be worked on now.
        pub qty_ready: Decimal,
        /// Good pieces.
        pub qty_done: Decimal,
        /// Scrapped pieces.
        pub qty_scrapped: Decimal,
        /// When it should begin.
        pub scheduled_start: Option<Instant>,
        /// When it should end.
        pub scheduled_finish: Option<Instant>,
        /// How long it should take.
        pub planned_seconds: u64,
        /// How long it took so far.
        pub actual_seconds: u64,
        /// Since when it has been in its state.
        pub state_since: Instant,
        /// When the manufacturing order has to be done.
        pub date_deadline: Option<Instant>,
        /// Why the work center stands; absent while it does not.
        pub blocked_by: Option<String>,
        /// Who is assigned, names joined by a comma.
        pub operators: String,
        /// For `If-Match`.
        pub version: i64,
    }

    /// Who worked when.
    pub struct TimeLogView {
        /// Its id.
        pub id: TimeLogId,
        /// The person.
        pub operator_name: String,
        /// Begin.
        pub started_at: Instant,
        /// End; absent while running.
        pub finished_at: Option<Instant>,
        /// Why it was stopped.
        pub stop_reason: String,
    }

    /// A report of pieces.
    pub struct ReportView {
        /// When.
        pub at: Instant,
        /// Who.
        pub by: String,
        /// Good pieces.
        pub good: Decimal,
        /// Scrapped pieces.
        pub scrap: Decimal,
        /// Why scrapped.
        pub scrap_reason_name: Option<String>,
        /// More about it.
        pub scrap_reason: String,
    }

    /// What one report consumes of a component.
    pub struct ConsumptionInput {
        /// The component of the order.
        pub line_id: MaterialLineId,
        /// In the component's unit.
        pub quantity: Decimal,
        /// Of a tracked component: the lot, or the serial numbers, that were used; absent: what is set aside, then what expires
        /// first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub lot_numbers: Option<String>,
    }

    /// What a full report would consume of a component: the operator confirms or edits it. Also told of orders that consume by
    /// themselves, when lots can be named.
    pub struct ConsumptionProposal {
        /// The component of the order.
        pub line_id: MaterialLineId,
        /// Its name.
        pub product_name: String,
        /// In the component's unit.
        pub quantity: Decimal,
        /// That unit.
        pub unit_code: String,
        /// How finely that unit is counted.
        pub unit_step: Decimal,
        /// Whether it is told apart by lots or serial numbers.
        pub tracking: Tracking,
        /// Of a tracked component: the lots that can be used, in the order in which they are unless somebody names others. At
        /// most 1000 of all components.
        pub lots: Vec<UsableLotView>,
    }

    /// A lot that a component can be taken from.
    pub struct UsableLotView {
        /// Its number.
        pub lot_number: String,
        /// The last day on which it may be used, `2026-12-31`.
        pub expires_on: Option<String>,
        /// What is set aside of it for the component, and what is free.
        pub quantity: Decimal,
    }

    /// A work order.
    pub struct WorkOrderView {
        /// What its row says.
        pub row: WorkOrderRow,
        /// Who is assigned.
        pub operators: Vec<AssignedOperator>,
        /// Who works on it now.
        pub working: Vec<AssignedOperator>,
        /// Who worked when, newest first.
        pub time_logs: Vec<TimeLogView>,
        /// What was reported, newest first.
        pub reports: Vec<ReportView>,
        /// What reporting the ready quantity would consume.
        pub proposals: Vec<ConsumptionProposal>,
        /// How it is done.
        pub instructions: String,
        /// What can be done with it.
        pub actions: Vec<ActionView>,
        /// For `If-Match`.
        pub version: i64,
    }

    /// Who shall work on it.
    pub struct AssignInput {
        /// All of them; an empty list takes everybody off.
        pub operator_ids: Vec<UserId>,
    }

    /// Good and scrapped pieces.
    pub struct ReportInput {
        /// Good pieces since the last report.
        pub good: Decimal,
        /// Scrapped pieces since the last report.
        #[serde(default)]
        pub scrap: Decimal,
        /// Why scrapped; one of scrap.
        #[serde(default)]
        pub scrap_reason_id: Option<LossReasonId>,
        /// More about it; mandatory with scrap without a reason of the list.
        #[serde(default)]
        pub scrap_reason: String,
        /// What was really consumed; absent: by the order's consumption mode.
        #[serde(default)]
        pub consumption: Option<Vec<ConsumptionInput>>,
    }

    /// Closing a work order.
    pub struct FinishWorkOrderInput {
        /// A last report; absent: the rest was good.
        #[serde(default)]
        pub report: Option<ReportInput>,
    }
}
list_query! {
    /// A list of work orders.
    pub struct WorkOrderQuery {
        /// Only in these states, comma separated.
        pub state: Option<String>,
        /// Only neither finished nor cancelled (`true`).
        pub open: Option<bool>,
        /// Only at this work center.
        pub work_center_id: Option<WorkCenterId>,
        /// Only of this manufacturing order.
        pub manufacturing_order_id: Option<ManufacturingOrderId>,
        /// Only assigned to this person.
        pub operator_id: Option<UserId>,
        /// Only waiting for more than 24 hours (`true`).
        pub stuck: Option<bool>,
        /// Only in progress past the order's deadline (`true`).
        pub late: Option<bool>,
        /// Only ready with nobody working (`true`).
        pub unmanned: Option<bool>,
    }
}
wire!(versioned WorkOrderView, WorkOrderRow);
wire!(AssignInput, ReportInput, FinishWorkOrderInput);

type WorkOrderPath = IdPath<WorkOrderId>;
const EXECUTE: Access = Access::Needs(Permission::WorkOrderExecute);

endpoints! {
    /// Lists work orders, a page at a time.
    ListWorkOrders: Get "/work-orders", Access::Needs(Permission::OrderRead),
        { query: WorkOrderQuery, reply: Page<WorkOrderRow> };
    /// Reads one work order.
    GetWorkOrder: Get "/work-orders/{id}", Access::Needs(Permission::OrderRead),
        { path: WorkOrderPath, reply: WorkOrderView };
    /// Says who shall work on it.
    AssignWorkOrder: Post "/work-orders/{id}/assign", Access::Needs(Permission::WorkOrderAssign), versioned,
        { path: WorkOrderPath, body: AssignInput, reply: WorkOrderView };
    /// Starts the caller's clock on it.
    StartWorkOrder: Post "/work-orders/{id}/start", EXECUTE, versioned, { path: WorkOrderPath, reply: WorkOrderView };
    /// Stops all clocks, with a reason.
    PauseWorkOrder: Post "/work-orders/{id}/pause", EXECUTE, versioned,
        { path: WorkOrderPath, body: ReasonInput, reply: WorkOrderView };
    /// Starts the caller's clock again.
    ResumeWorkOrder: Post "/work-orders/{id}/resume", EXECUTE, versioned, { path: WorkOrderPath, reply: WorkOrderView };
    /// Reports good and scrapped pieces.
    ReportWorkOrder: Post "/work-orders/{id}/report", EXECUTE, versioned,
        { path: WorkOrderPath, body: ReportInput, reply: WorkOrderView };
    /// Reports the rest and closes it.
    FinishWorkOrder: Post "/work-orders/{id}/finish", EXECUTE, versioned,
        { path: WorkOrderPath, body: FinishWorkOrderInput, reply: WorkOrderView };
    /// Opens it again for corrections.
    ReopenWorkOrder: Post "/work-orders/{id}/reopen", EXECUTE, versioned,
        { path: WorkOrderPath, body: ReasonInput, reply: WorkOrderView };
}
