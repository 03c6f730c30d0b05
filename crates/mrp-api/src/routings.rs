//! Routings: the operations that make a product.

use mrp_domain::ids::{ManufacturingOrderId, OperationId, RoutingId, WorkCenterId, WorkOrderId};
use mrp_domain::time::Instant;
use mrp_domain::work_order_duration::{LEARN_FROM_DEFAULT, NothingLearned, TimeMode};
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::page::NounQuery;

dto! {
    /// One operation of a routing.
    pub struct OperationView {
        /// Its id.
        pub id: OperationId,
        /// Its place, e.g. 10, 20, 30.
        pub sequence: u32,
        /// Its name.
        pub name: String,
        /// Where it is done.
        pub work_center_id: WorkCenterId,
        /// That work center's name.
        pub work_center_name: String,
        /// Preparation, once.
        pub setup_seconds: u32,
        /// Time of one cycle at 100 % efficiency.
        pub cycle_seconds: u32,
        /// Pieces of one cycle.
        pub quantity_per_cycle: Decimal,
        /// Cleaning up, once.
        pub cleanup_seconds: u32,
        /// People working on it.
        pub staff_needed: u32,
        /// Sequences of the operations that must come before; absent: the previous one.
        pub predecessors: Option<Vec<u32>>,
        /// The next operation may start after this many pieces; absent: after all.
        pub overlap_quantity: Option<Decimal>,
        /// How it is done.
        pub instructions: String,
        /// Where the cycle time comes from.
        pub time_mode: TimeMode,
        /// From how many finished work orders it is learned.
        pub learn_from: u32,
    }

    /// The editable fields of an operation.
    pub struct OperationInput {
        /// Which operation of the routing it was, so that it keeps its files when its number changes; absent: the one
        /// with its number, or a new one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<OperationId>,
        /// Its place, unique in the routing.
        pub sequence: u32,
        /// Its name.
        pub name: String,
        /// Where it is done.
        pub work_center_id: WorkCenterId,
        /// Preparation, once.
        pub setup_seconds: u32,
        /// Time of one cycle at 100 % efficiency.
        pub cycle_seconds: u32,
        /// Pieces of one cycle, above 0.
        pub quantity_per_cycle: Decimal,
        /// Cleaning up, once.
        pub cleanup_seconds: u32,
        /// People working on it, 1 to 100.
        pub staff_needed: u32,
        /// Sequences of the operations that must come before; absent: the previous one.
        pub predecessors: Option<Vec<u32>>,
        /// The next operation may start after this many pieces; absent: after all.
        pub overlap_quantity: Option<Decimal>,
        /// How it is done.
        pub instructions: String,
        /// Where the cycle time comes from; absent: it was typed.
        #[serde(default = "typed")]
        pub time_mode: TimeMode,
        /// From how many finished work orders it is learned, 1 to 100.
        #[serde(default = "learn_from")]
        pub learn_from: u32,
    }

    /// What finished work orders say of an operation's cycle time.
    pub struct LearnedTimeView {
        /// The operation.
        pub operation_id: OperationId,
        /// Its place.
        pub sequence: u32,
        /// The cycle time that was typed.
        pub cycle_seconds: u32,
        /// What the work orders show at 100 % efficiency, rounded up; absent: nothing.
        pub learned_cycle_seconds: Option<u32>,
        /// Why there is nothing.
        pub reason: Option<NothingLearned>,
        /// How much longer (or, below 0, shorter) the learned time is than the typed one.
        pub deviation_percent: Option<Decimal>,
        /// The work orders it comes from, newest first.
        pub work_orders: Vec<LearnedFromView>,
    }

    /// A finished work order that a time is learned from.
    pub struct LearnedFromView {
        /// The work order.
        pub id: WorkOrderId,
        /// Its number.
        pub number: String,
        /// Its order.
        pub manufacturing_order_id: ManufacturingOrderId,
        /// That order's number.
        pub manufacturing_order_number: String,
        /// When it was finished.
        pub finished_at: Instant,
        /// Pieces made, good and scrapped.
        pub quantity: Decimal,
        /// How long the machine ran, setup and cleanup included.
        pub run_seconds: u64,
        /// Its own cycle time; absent where setup and cleanup were planned longer than it took.
        pub cycle_seconds: Option<u32>,
    }

    /// The learned times of a routing.
    pub struct LearnedTimesView {
        /// One for each operation, by sequence.
        pub items: Vec<LearnedTimeView>,
    }

    /// A routing in a list.
    pub struct RoutingRow {
        /// Its id.
        pub id: RoutingId,
        /// Its code.
        pub code: String,
        /// Its name.
        pub name: String,
        /// How many operations it has.
        pub operation_count: i64,
        /// Names of the work centers, in order.
        pub work_centers: String,
        /// Whether it can be chosen.
        pub active: bool,
        /// For `If-Match`.
        pub version: i64,
    }

    /// A routing.
    pub struct RoutingView {
        /// Its id.
        pub id: RoutingId,
        /// Its code.
        pub code: String,
        /// Its name.
        pub name: String,
        /// Its operations by sequence.
        pub operations: Vec<OperationView>,
        /// Whether it can be chosen.
        pub active: bool,
        /// For `If-Match`.
        pub version: i64,
    }

    /// The editable fields of a routing.
    pub struct RoutingInput {
        /// Its code; absent: the next number.
        pub code: Option<String>,
        /// Its name.
        pub name: String,
        /// Its operations.
        pub operations: Vec<OperationInput>,
        /// Whether it can be chosen.
        pub active: bool,
    }
}
wire!(versioned RoutingView);
wire!(RoutingInput, RoutingRow, LearnedTimesView);

noun_endpoints! {
    "routing" at "/routings", id: RoutingId,
    read: Permission::MasterDataRead, write: Permission::RoutingWrite,
    query: NounQuery, row: RoutingRow, view: RoutingView, input: RoutingInput,
    names: ListRoutings GetRouting CreateRouting UpdateRouting DeleteRouting;
    /// Reads what the finished work orders of a routing say of its cycle times.
    GetLearnedTimes: Get "/routings/{id}/learned-times", Access::Needs(Permission::MasterDataRead),
        { path: IdPath<RoutingId>, reply: LearnedTimesView };
}

const fn typed() -> TimeMode {
    TimeMode::Manual
}

const fn learn_from() -> u32 {
    LEARN_FROM_DEFAULT
}
