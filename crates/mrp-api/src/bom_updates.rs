//! An open order whose bill of materials has a newer revision: what that would change, and the order that follows it.

use mrp_domain::ids::{BomId, ManufacturingOrderId, ProductId, RoutingId};
use mrp_domain::manufacturing_order::change_log::ComponentChangeKind;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::manufacturing_orders::{ManufacturingOrderView, ReasonInput};

dto! {
    /// What the newest validated revision would change on an order.
    pub struct BomUpdateView {
        /// The revision that the order has.
        pub from_id: BomId,
        /// Its number.
        pub from_revision: u32,
        /// The newest validated one; the same when the order has it.
        pub to_id: BomId,
        /// Its number.
        pub to_revision: u32,
        /// The components that would change.
        pub changes: Vec<BomUpdateRow>,
        /// Whether the order takes the operations of that revision's routing over, too: no work is planned yet.
        pub takes_routing: bool,
        /// The routing of the new revision where it is another one. Once work is planned, the order keeps its operations.
        pub other_routing_id: Option<RoutingId>,
        /// That routing's name.
        pub other_routing_name: Option<String>,
    }

    /// One component that would change.
    pub struct BomUpdateRow {
        /// What would happen to it.
        pub kind: ComponentChangeKind,
        /// The component.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// Its unit.
        pub unit_code: String,
        /// The operation that consumes it; absent: the last one.
        pub operation_sequence: Option<u32>,
        /// What the order needs now; absent for a new component.
        pub old_quantity: Option<Decimal>,
        /// What it would need, never less than is consumed; absent for one that goes away.
        pub new_quantity: Option<Decimal>,
        /// What is consumed already.
        pub qty_consumed: Decimal,
    }
}
wire!(BomUpdateView);

type OrderPath = IdPath<ManufacturingOrderId>;

endpoints! {
    /// Tells what the newest revision of its bill of materials would change on an order; writes nothing.
    GetBomUpdate: Get "/manufacturing-orders/{id}/bom-update", Access::Needs(Permission::OrderRead),
        { path: OrderPath, reply: BomUpdateView };
    /// Makes an order's components what the newest revision asks; each change is recorded with the reason.
    ApplyBomUpdate: Post "/manufacturing-orders/{id}/bom-update", Access::Needs(Permission::OrderWrite), versioned,
        { path: OrderPath, body: ReasonInput, reply: ManufacturingOrderView };
}
