//! Manufacturing orders: rows, the whole order, and its commands. Their costs are in [`crate::cost_sheets`].

use mrp_domain::bom::ConsumptionMode;
use mrp_domain::ids::{
    BomId, ManufacturingOrderId, MaterialLineId, ProductId, RoutingId, UnitId, UserId, WarehouseId, WorkCenterId,
    WorkOrderId,
};
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::manufacturing_order::{ManufacturingOrderState, MaterialAvailability, Priority};
use mrp_domain::product::Tracking;
use mrp_domain::time::Instant;
use mrp_domain::work_order::WorkOrderState;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::error::Problem;
use crate::material_lines::{LineDraftView, LineLotView, LineSubstituteView};
use crate::page::Page;
use crate::patch::Patch;
use crate::purchase_orders::ExpectedView;
use crate::purchase_requests::OrderPurchaseRequestView;

dto! {
    /// A manufacturing order in a list.
    pub struct ManufacturingOrderRow {
        /// Its id.
        pub id: ManufacturingOrderId,
        /// Its number.
        pub number: String,
        /// The product's code.
        pub product_code: String,
        /// The product's name.
        pub product_name: String,
        /// How much is ordered.
        pub quantity: Decimal,
        /// The unit of that.
        pub unit_code: String,
        /// Where its life stands.
        pub state: ManufacturingOrderState,
        /// Whether the material is there.
        pub material_availability_status: MaterialAvailability,
        /// Share of the planned work that is finished, 0 to 100.
        pub progress_percent: u32,
        /// When it has to be done.
        pub date_deadline: Option<Instant>,
        /// When it will be done as planned.
        pub scheduled_finish: Option<Instant>,
        /// Whether the deadline has passed, or will have by the scheduled finish.
        pub is_late: bool,
        /// The person's name.
        pub responsible_name: Option<String>,
        /// Which order goes first.
        pub priority: Priority,
        /// Whether nobody has validated its recipe.
        pub bom_unvalidated: bool,
        /// For `If-Match`.
        pub version: i64,
    }

    /// Something that comes out of an order beside its product.
    pub struct OrderByProductView {
        /// What comes out.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// Its unit; all quantities are in it.
        pub unit_code: String,
        /// What comes out with the ordered quantity.
        pub qty_planned: Decimal,
        /// What enters stock when the order is finished with the pieces that are good by now.
        pub qty_proposed: Decimal,
        /// What has entered stock.
        pub qty_done: Decimal,
    }

    /// One component of an order.
    pub struct MaterialLineView {
        /// Its id.
        pub id: MaterialLineId,
        /// The component.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// The component's unit; all quantities are in it.
        pub unit_code: String,
        /// What the order needs in all.
        pub qty_needed: Decimal,
        /// What has been consumed.
        pub qty_done: Decimal,
        /// What is set aside for it.
        pub qty_reserved: Decimal,
        /// What is free for anybody in the components warehouse.
        pub qty_free: Decimal,
        /// Whether it is made here, so that an order can make what is missing.
        #[serde(default)]
        pub can_be_made: bool,
        /// What is on its way to it, ordered or being made, as far as it is needed and promised to nobody else.
        pub qty_expected: Decimal,
        /// When the last of that comes, if it is known of all of it.
        pub expected_on: Option<String>,
        /// Where that comes from.
        pub expected_from: Vec<ExpectedView>,
        /// What is asked for it and not ordered yet, and what drafts will make for it.
        pub qty_requested: Decimal,
        /// Those drafts.
        #[serde(default)]
        pub drafts: Vec<LineDraftView>,
        /// What is needed and neither consumed, reserved, free nor expected.
        pub qty_missing: Decimal,
        /// The operation that consumes it; absent: the last one.
        pub operation_sequence: Option<u32>,
        /// That operation's name.
        pub operation_name: Option<String>,
        /// Its own light.
        pub availability: MaterialAvailability,
        /// While it is short: what may take its place, the best first.
        pub substitutes: Vec<LineSubstituteView>,
        /// Whether it is told apart by lots or serial numbers.
        pub tracking: Tracking,
        /// Of a tracked component: the lots that are set aside, those that expire first in front.
        #[serde(default)]
        pub lots: Vec<LineLotView>,
        /// What lies there past its last day, so that no order gets it.
        #[serde(default)]
        pub qty_expired: Decimal,
    }

    /// The order for whose component another order is made.
    pub struct MadeForView {
        /// The order.
        pub manufacturing_order_id: ManufacturingOrderId,
        /// Its number.
        pub manufacturing_order_number: String,
    }

    /// One operation of an order, with its work order once there is one.
    pub struct OrderOperationView {
        /// Its place.
        pub sequence: u32,
        /// Its name.
        pub name: String,
        /// Where it is done.
        pub work_center_id: WorkCenterId,
        /// That work center's name.
        pub work_center_name: String,
        /// How long it should take.
        pub planned_seconds: u64,
        /// How long it took so far.
        pub actual_seconds: u64,
        /// People working on it.
        pub staff_needed: u32,
        /// Its work order.
        pub work_order_id: Option<WorkOrderId>,
        /// That work order's number.
        pub work_order_number: Option<String>,
        /// That work order's state.
        pub state: Option<WorkOrderState>,
        /// Good pieces.
        pub qty_done: Decimal,
        /// Scrapped pieces.
        pub qty_scrapped: Decimal,
        /// When it should begin.
        pub scheduled_start: Option<Instant>,
        /// When it should end.
        pub scheduled_finish: Option<Instant>,
        /// How it is done.
        pub instructions: String,
    }

    /// Whether a command would be accepted now, and if not, why.
    pub struct ActionView {
        /// The command, e.g. `confirm`.
        pub command: String,
        /// Whether it would be accepted.
        pub allowed: bool,
        /// An error code when it would not.
        pub reason: Option<String>,
        /// That reason in English.
        pub detail: Option<String>,
    }

    /// A manufacturing order.
    pub struct ManufacturingOrderView {
        /// Its id.
        pub id: ManufacturingOrderId,
        /// Its number.
        pub number: String,
        /// Where its life stands.
        pub state: ManufacturingOrderState,
        /// Whether the material is there.
        pub material_availability_status: MaterialAvailability,
        /// What is made.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// How much.
        pub quantity: Decimal,
        /// The product's unit.
        pub unit_id: UnitId,
        /// That unit's short name.
        pub unit_code: String,
        /// The recipe.
        pub bom_id: Option<BomId>,
        /// Its code.
        pub bom_code: Option<String>,
        /// Its revision.
        pub bom_revision: Option<u32>,
        /// Whether a newer validated revision exists than the order was frozen from.
        pub bom_changed: bool,
        /// Whether nobody has validated the recipe.
        pub bom_unvalidated: bool,
        /// How it is made.
        pub routing_id: Option<RoutingId>,
        /// That routing's name.
        pub routing_name: Option<String>,
        /// When it has to be done.
        pub date_deadline: Option<Instant>,
        /// Not before.
        pub planned_start: Option<Instant>,
        /// When its first operation should begin.
        pub scheduled_start: Option<Instant>,
        /// When its last operation should end.
        pub scheduled_finish: Option<Instant>,
        /// When it was done.
        pub finished_at: Option<Instant>,
        /// Whether the deadline has passed, or will have by the scheduled finish.
        pub is_late: bool,
        /// Where the components come from.
        pub components_warehouse_id: Option<WarehouseId>,
        /// That warehouse's name.
        pub components_warehouse_name: Option<String>,
        /// Where the product goes.
        pub finished_products_warehouse_id: Option<WarehouseId>,
        /// That warehouse's name.
        pub finished_products_warehouse_name: Option<String>,
        /// Which order goes first.
        pub priority: Priority,
        /// Who looks after it.
        pub responsible_id: Option<UserId>,
        /// The person's name.
        pub responsible_name: Option<String>,
        /// Where it comes from: by hand, or the number of another document.
        pub origin: String,
        /// What people should know of it.
        pub notes: String,
        /// Who says how much was consumed.
        pub consumption_mode: ConsumptionMode,
        /// Good pieces.
        pub qty_done: Decimal,
        /// Scrapped pieces.
        pub qty_scrapped: Decimal,
        /// Share of the planned work that is finished, 0 to 100.
        pub progress_percent: u32,
        /// Its components.
        pub components: Vec<MaterialLineView>,
        /// What was asked for to be bought for it.
        pub purchase_requests: Vec<OrderPurchaseRequestView>,
        /// The order whose component it makes.
        #[serde(default)]
        pub made_for: Option<MadeForView>,
        /// What comes out beside the product.
        pub by_products: Vec<OrderByProductView>,
        /// Its operations.
        pub operations: Vec<OrderOperationView>,
        /// Whether what it makes is told apart by lots or serial numbers.
        pub tracking: Tracking,
        /// What can be done with it.
        pub actions: Vec<ActionView>,
        /// For `If-Match`.
        pub version: i64,
    }

    /// The editable fields of a draft; later only deadline, planned start, priority, responsible and notes change.
    pub struct ManufacturingOrderInput {
        /// What is made.
        pub product_id: ProductId,
        /// How much; above 0.
        pub quantity: Decimal,
        /// The recipe; absent: the product's validated one, else its newest draft.
        pub bom_id: Option<BomId>,
        /// How it is made; absent: the recipe's.
        pub routing_id: Option<RoutingId>,
        /// When it has to be done.
        pub date_deadline: Option<Instant>,
        /// Not before; absent: now.
        pub planned_start: Option<Instant>,
        /// Where the components come from; absent: the company's default.
        pub components_warehouse_id: Option<WarehouseId>,
        /// Where the product goes; absent: the company's default.
        pub finished_products_warehouse_id: Option<WarehouseId>,
        /// Which order goes first.
        pub priority: Option<Priority>,
        /// Who looks after it.
        pub responsible_id: Option<UserId>,
        /// What people should know of it.
        #[serde(default)]
        pub notes: String,
    }

    /// How to plan.
    pub struct PlanInput {
        /// Plan although material is missing.
        #[serde(default)]
        pub with_shortage: bool,
    }

    /// How to finish.
    pub struct FinishInput {
        /// What to do with what was not produced.
        pub choice: FinishChoice,
        /// Finish although the consumption of some components is not recorded: nothing of them was used.
        #[serde(default)]
        pub accept_unrecorded: bool,
        /// The lot that a tracked product enters stock under, or its serial numbers; absent: made of the order's number.
        #[serde(default)]
        pub lot_numbers: Option<String>,
    }

    /// Why.
    pub struct ReasonInput {
        /// In the person's own words.
        #[serde(default)]
        pub reason: String,
    }

    /// Another quantity for the order.
    pub struct ChangeQuantityInput {
        /// The new quantity; above 0.
        pub quantity: Decimal,
        /// Why.
        pub reason: String,
    }

    /// A component that the order shall need besides its recipe's.
    pub struct AddComponentInput {
        /// The component.
        pub product_id: ProductId,
        /// In the component's unit, for the whole order; above 0.
        pub qty_needed: Decimal,
        /// The operation that consumes it; absent: the last one.
        pub operation_sequence: Option<u32>,
        /// Why.
        pub reason: String,
    }

    /// Another need, or another component.
    pub struct ChangeComponentInput {
        /// The component that takes its place; absent: it stays.
        pub product_id: Option<ProductId>,
        /// In the component's unit, for the whole order; 0 removes the line.
        pub qty_needed: Decimal,
        /// Why.
        pub reason: String,
    }

    /// What was really consumed of a component.
    pub struct ConsumeInput {
        /// In the component's unit; above 0.
        pub quantity: Decimal,
        /// Of a tracked component: the lot, or the serial numbers, that were used; absent: what is set aside, then what expires
        /// first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub lot_numbers: Option<String>,
    }

    /// One entry of the BoM change log.
    pub struct ChangeLogEntry {
        /// When.
        pub at: Instant,
        /// Who.
        pub by: String,
        /// What kind of change, e.g. `quantity_changed`.
        pub kind: String,
        /// The component's name.
        pub component: String,
        /// What it was.
        pub old: String,
        /// What it became.
        pub new: String,
        /// Why.
        pub reason: String,
    }

    /// The BoM change log of one order, newest first.
    pub struct ChangeLogView {
        /// Its entries.
        pub entries: Vec<ChangeLogEntry>,
    }

    /// One entry of a record's history.
    pub struct HistoryEntry {
        /// When.
        pub at: Instant,
        /// Who; empty: the program itself.
        pub by: String,
        /// The endpoint's name, e.g. `ConfirmManufacturingOrder`.
        pub action: String,
        /// What was said with it; in English if it was the server.
        pub detail: String,
        /// The sentence that the server said, for other languages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub detail_code: Option<String>,
        /// The facts in it.
        #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
        pub params: serde_json::Map<String, serde_json::Value>,
    }

    /// A record's history, newest first.
    pub struct HistoryView {
        /// Its entries.
        pub entries: Vec<HistoryEntry>,
    }

    /// How many orders stand where.
    pub struct OrderCountsView {
        /// All of them.
        pub all: u64,
        /// Past their deadline, or will be.
        pub late: u64,
        /// Confirmed and not planned.
        pub confirmed: u64,
        /// Open, and short of material.
        pub short: u64,
        /// Being worked on.
        pub in_progress: u64,
        /// Neither done nor cancelled.
        pub open: u64,
        /// Open work orders.
        pub open_work_orders: u64,
    }

    /// Orders to run one command on.
    pub struct BulkInput {
        /// Each with the version that was read.
        pub orders: Vec<BulkItem>,
    }

    /// One of them.
    pub struct BulkItem {
        /// The order.
        pub id: ManufacturingOrderId,
        /// Its version.
        pub version: i64,
    }

    /// What became of each.
    pub struct BulkReply {
        /// In the order they were given.
        pub results: Vec<BulkResult>,
    }

    /// What became of one.
    pub struct BulkResult {
        /// The order.
        pub id: ManufacturingOrderId,
        /// Its number.
        pub number: String,
        /// Whether the command was carried out.
        pub done: bool,
        /// Its new version.
        pub version: Option<i64>,
        /// Why not.
        pub problem: Option<Problem>,
    }
}
list_query! {
    /// A list of manufacturing orders.
    pub struct ManufacturingOrderQuery {
        /// Only in these states, comma separated.
        pub state: Option<String>,
        /// Only late (`true`) or not late (`false`) ones.
        pub late: Option<bool>,
        /// Only neither done nor cancelled (`true`).
        pub open: Option<bool>,
        /// Only open ones that lack material (`true`).
        pub short: Option<bool>,
        /// Only planned or started ones whose material is set aside and waits to be fetched (`true`).
        pub to_pick: Option<bool>,
        /// Only open ones that lack bought material which nobody has asked for (`true`).
        pub unrequested: Option<bool>,
        /// Only open ones whose bill of materials has a newer validated revision (`true`).
        pub bom_changed: Option<bool>,
        /// Only open ones whose bill of materials nobody has validated (`true`).
        pub bom_unvalidated: Option<bool>,
        /// Only with another revision of this bill of materials than this one.
        pub other_revision_of: Option<BomId>,
        /// Only for this product.
        pub product_id: Option<ProductId>,
        /// Only this person's.
        pub responsible_id: Option<UserId>,
        /// Deadline not before.
        pub deadline_from: Option<Instant>,
        /// Deadline not after.
        pub deadline_until: Option<Instant>,
    }
}

/// The path of one component of one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComponentPath {
    /// The order.
    pub id: ManufacturingOrderId,
    /// The component.
    pub line_id: MaterialLineId,
}

wire!(versioned ManufacturingOrderView, ManufacturingOrderRow);
wire!(
    ManufacturingOrderInput,
    PlanInput,
    FinishInput,
    ReasonInput,
    ChangeQuantityInput,
    AddComponentInput,
    ChangeComponentInput,
    ConsumeInput,
    ChangeLogView,
    HistoryView,
    OrderCountsView,
    BulkInput,
    BulkReply,
    ComponentPath,
);

type OrderPath = IdPath<ManufacturingOrderId>;
const WRITE: Access = Access::Needs(Permission::OrderWrite);
const READ: Access = Access::Needs(Permission::OrderRead);

endpoints! {
    /// Lists manufacturing orders, a page at a time.
    ListManufacturingOrders: Get "/manufacturing-orders", READ,
        { query: ManufacturingOrderQuery, reply: Page<ManufacturingOrderRow> };
    /// Counts manufacturing orders and open work orders for the navigation and the list's views.
    CountManufacturingOrders: Get "/manufacturing-order-counts", READ, { reply: OrderCountsView };
    /// Reads one manufacturing order.
    GetManufacturingOrder: Get "/manufacturing-orders/{id}", READ, { path: OrderPath, reply: ManufacturingOrderView };
    /// Creates a draft.
    CreateManufacturingOrder: Post "/manufacturing-orders", WRITE,
        { body: ManufacturingOrderInput, reply: ManufacturingOrderView } creates;
    /// Changes the given fields of an order.
    UpdateManufacturingOrder: Patch "/manufacturing-orders/{id}", WRITE, versioned,
        { path: OrderPath, body: Patch<ManufacturingOrderInput>, reply: ManufacturingOrderView };
    /// Removes a draft.
    DeleteManufacturingOrder: Delete "/manufacturing-orders/{id}", WRITE, versioned, { path: OrderPath, };
    /// Freezes components and operations and checks the material.
    ConfirmManufacturingOrder: Post "/manufacturing-orders/{id}/confirm", WRITE, versioned,
        { path: OrderPath, reply: ManufacturingOrderView };
    /// Confirms many orders; each row succeeds or fails on its own.
    BulkConfirmManufacturingOrders: Post "/manufacturing-orders/bulk/confirm", WRITE,
        { body: BulkInput, reply: BulkReply };
    /// Sets material aside for the order, as much as there is.
    ReserveManufacturingOrder: Post "/manufacturing-orders/{id}/reserve", WRITE, versioned,
        { path: OrderPath, reply: ManufacturingOrderView };
    /// Gives back what was set aside.
    UnreserveManufacturingOrder: Post "/manufacturing-orders/{id}/unreserve", WRITE, versioned,
        { path: OrderPath, reply: ManufacturingOrderView };
    /// Makes a work order of each operation, scheduled on the work centers' hours.
    PlanManufacturingOrder: Post "/manufacturing-orders/{id}/plan", WRITE, versioned,
        { path: OrderPath, body: PlanInput, reply: ManufacturingOrderView };
    /// Takes the work orders back.
    UnplanManufacturingOrder: Post "/manufacturing-orders/{id}/unplan", WRITE, versioned,
        { path: OrderPath, reply: ManufacturingOrderView };
    /// Posts the output, frees leftovers and freezes the cost sheet.
    FinishManufacturingOrder: Post "/manufacturing-orders/{id}/finish", WRITE, versioned,
        { path: OrderPath, body: FinishInput, reply: ManufacturingOrderView };
    /// Gives the order up before anything was consumed or produced.
    CancelManufacturingOrder: Post "/manufacturing-orders/{id}/cancel", WRITE, versioned,
        { path: OrderPath, body: ReasonInput, reply: ManufacturingOrderView };
    /// Makes a new draft like this order.
    DuplicateManufacturingOrder: Post "/manufacturing-orders/{id}/duplicate", WRITE,
        { path: OrderPath, reply: ManufacturingOrderView } creates;
    /// Changes the ordered quantity and rescales components and unfinished work.
    ChangeManufacturingOrderQuantity: Post "/manufacturing-orders/{id}/change-quantity", WRITE, versioned,
        { path: OrderPath, body: ChangeQuantityInput, reply: ManufacturingOrderView };
    /// Adds a component to this order only.
    AddOrderComponent: Post "/manufacturing-orders/{id}/components", WRITE, versioned,
        { path: OrderPath, body: AddComponentInput, reply: ManufacturingOrderView };
    /// Changes or replaces a component of this order only.
    ChangeOrderComponent: Post "/manufacturing-orders/{id}/components/{line_id}/change", WRITE, versioned,
        { path: ComponentPath, body: ChangeComponentInput, reply: ManufacturingOrderView };
    /// Records what was consumed of a component.
    ConsumeOrderComponent: Post "/manufacturing-orders/{id}/components/{line_id}/consume",
        Access::Needs(Permission::WorkOrderExecute), versioned,
        { path: ComponentPath, body: ConsumeInput, reply: ManufacturingOrderView };
    /// Reads the BoM change log.
    GetChangeLog: Get "/manufacturing-orders/{id}/change-log", READ, { path: OrderPath, reply: ChangeLogView };
    /// Reads who did what with the order.
    GetOrderHistory: Get "/manufacturing-orders/{id}/history", READ, { path: OrderPath, reply: HistoryView };
}
