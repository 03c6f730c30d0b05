//! Routings: the operations that make a product.

use mrp_domain::ids::{OperationId, RoutingId, WorkCenterId};
use rust_decimal::Decimal;

use crate::access::Permission;
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
wire!(RoutingInput, RoutingRow);

noun_endpoints! {
    "routing" at "/routings", id: RoutingId,
    read: Permission::MasterDataRead, write: Permission::RoutingWrite,
    query: NounQuery, row: RoutingRow, view: RoutingView, input: RoutingInput,
    names: ListRoutings GetRouting CreateRouting UpdateRouting DeleteRouting;
}
