//! Purchase orders: what is ordered from suppliers, when it comes, and what has come.

use mrp_domain::ids::{
    ManufacturingOrderId, ProductId, PurchaseOrderId, PurchaseOrderLineId, PurchaseRequestId, ReceiptId,
    RequestForQuotationId, SupplierId, UnitId, WarehouseId,
};
use mrp_domain::purchasing::PurchaseOrderState;
use mrp_domain::time::{Due, Instant};
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::page::Page;
use crate::patch::Patch;

dto! {
    /// Goods that are on their way to a component: from a supplier, or from an order that makes them.
    pub struct ExpectedView {
        /// The order to the supplier.
        pub purchase_order_id: Option<PurchaseOrderId>,
        /// The order that makes it.
        pub manufacturing_order_id: Option<ManufacturingOrderId>,
        /// The number of one or the other.
        pub number: String,
        /// How much of it is for this component, in the component's unit.
        pub quantity: Decimal,
        /// When it comes, if anybody has said so.
        pub expected_on: Option<String>,
        /// Whether it was bought or made for this component.
        pub is_meant: bool,
    }

    /// A purchase order in a list.
    pub struct PurchaseOrderRow {
        /// Its id.
        pub id: PurchaseOrderId,
        /// Its number.
        pub number: String,
        /// Where it stands.
        pub state: PurchaseOrderState,
        /// Who sells.
        pub supplier_id: SupplierId,
        /// The supplier's name.
        pub supplier_name: String,
        /// How many lines it has.
        pub line_count: i64,
        /// What all of it costs; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub total: Option<Decimal>,
        /// When the last of it comes.
        pub expected_on: Option<String>,
        /// It should have come by now.
        pub is_late: bool,
        /// Who wrote it.
        pub created_by: String,
        /// When.
        pub created_at: Instant,
    }

    /// An order that a line is bought for.
    pub struct BoughtForView {
        /// The order.
        pub id: ManufacturingOrderId,
        /// Its number.
        pub number: String,
        /// How much of the line it asked for, in the product's unit.
        pub quantity: Decimal,
    }

    /// One product of a purchase order.
    pub struct PurchaseOrderLineView {
        /// Its id.
        pub id: PurchaseOrderLineId,
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// What the supplier calls it.
        pub supplier_article: String,
        /// The unit that it is sold in.
        pub unit_id: UnitId,
        /// That unit's short name.
        pub unit_code: String,
        /// How much, in that unit.
        pub quantity: Decimal,
        /// Price of one of that unit; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub price: Option<Decimal>,
        /// What the line costs; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub amount: Option<Decimal>,
        /// When it comes; absent: as the order says.
        pub expected_on: Option<String>,
        /// How much is ordered, in the product's unit.
        pub qty_ordered: Decimal,
        /// How much of it has come, in the product's unit.
        pub qty_received: Decimal,
        /// How much has not come, in the unit that it is sold in.
        pub quantity_open: Decimal,
        /// The product's unit.
        pub product_unit_code: String,
        /// The orders that it is bought for.
        pub orders: Vec<BoughtForView>,
    }

    /// Goods of a purchase order that came in.
    pub struct PurchaseReceiptView {
        /// The receipt.
        pub id: ReceiptId,
        /// Its number.
        pub number: String,
        /// When.
        pub received_at: Instant,
        /// The supplier's document.
        pub reference: String,
    }

    /// A purchase order.
    pub struct PurchaseOrderView {
        /// Its id.
        pub id: PurchaseOrderId,
        /// Its number.
        pub number: String,
        /// Where it stands.
        pub state: PurchaseOrderState,
        /// Who sells.
        pub supplier_id: SupplierId,
        /// The supplier's name.
        pub supplier_name: String,
        /// Where the order is sent to.
        pub supplier_email: String,
        /// By how many percent more than ordered may be received.
        pub over_receipt_percent: Decimal,
        /// Where the goods go.
        pub warehouse_id: WarehouseId,
        /// That warehouse's name.
        pub warehouse_name: String,
        /// The question to suppliers that it follows from.
        pub request_for_quotation_id: Option<RequestForQuotationId>,
        /// That question's number.
        pub request_for_quotation_number: Option<String>,
        /// When the goods come.
        pub expected_on: Option<String>,
        /// What people should know of it.
        pub note: String,
        /// When it was ordered.
        pub ordered_at: Option<Instant>,
        /// Who wrote it.
        pub created_by: String,
        /// When.
        pub created_at: Instant,
        /// What all of it costs; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub total: Option<Decimal>,
        /// How many lines have no price, so that it cannot be ordered.
        pub lines_without_price: u32,
        /// What is ordered.
        pub lines: Vec<PurchaseOrderLineView>,
        /// What came in.
        pub receipts: Vec<PurchaseReceiptView>,
        /// For `If-Match`.
        pub version: i64,
    }

    /// A line to order.
    pub struct PurchaseOrderLineInput {
        /// The line that it was; absent: a new one.
        #[serde(default)]
        pub id: Option<PurchaseOrderLineId>,
        /// The product.
        pub product_id: ProductId,
        /// How much, in `unit_id`; above 0.
        pub quantity: Decimal,
        /// The unit that it is sold in; absent: the one in which the product is bought.
        #[serde(default)]
        pub unit_id: Option<UnitId>,
        /// Price of one of that unit; must be there when it is ordered.
        #[serde(default)]
        pub price: Option<Decimal>,
        /// When it comes; absent: as the order says.
        #[serde(default)]
        pub expected_on: Option<String>,
    }

    /// The editable fields of a draft; once it is ordered only days and the note change.
    pub struct PurchaseOrderInput {
        /// Who sells.
        pub supplier_id: SupplierId,
        /// Where the goods go; absent: the company's warehouse for components.
        #[serde(default)]
        pub warehouse_id: Option<WarehouseId>,
        /// When the goods come.
        #[serde(default)]
        pub expected_on: Option<String>,
        /// What people should know of it.
        #[serde(default)]
        pub note: String,
        /// What is ordered.
        pub lines: Vec<PurchaseOrderLineInput>,
    }

    /// From whom to order what a request asks for.
    pub struct OrderRequestInput {
        /// Who sells.
        pub supplier_id: SupplierId,
    }
}
list_query! {
    /// A list of purchase orders.
    pub struct PurchaseOrderQuery {
        /// Only in these states, comma separated.
        pub state: Option<String>,
        /// Only of this supplier.
        pub supplier_id: Option<SupplierId>,
        /// Only what is on its way and due then.
        pub due: Option<Due>,
    }
}
wire!(versioned PurchaseOrderView);
wire!(PurchaseOrderRow, PurchaseOrderInput, OrderRequestInput);

impl PurchaseOrderView {
    /// Removes what callers without `cost.read` may not see.
    pub fn hide_costs(&mut self) {
        self.total = None;
        for line in &mut self.lines {
            (line.price, line.amount) = (None, None);
        }
    }
}

const READ: Access = Access::Needs(Permission::PurchaseRead);
const WRITE: Access = Access::Needs(Permission::PurchaseWrite);

type OrderPath = IdPath<PurchaseOrderId>;

endpoints! {
    /// Lists purchase orders, newest first.
    ListPurchaseOrders: Get "/purchase-orders", READ, { query: PurchaseOrderQuery, reply: Page<PurchaseOrderRow> };
    /// Reads one purchase order.
    GetPurchaseOrder: Get "/purchase-orders/{id}", READ, { path: OrderPath, reply: PurchaseOrderView };
    /// Writes a draft of a purchase order.
    CreatePurchaseOrder: Post "/purchase-orders", WRITE, { body: PurchaseOrderInput, reply: PurchaseOrderView } creates;
    /// Changes the given fields of a purchase order.
    UpdatePurchaseOrder: Patch "/purchase-orders/{id}", WRITE, versioned,
        { path: OrderPath, body: Patch<PurchaseOrderInput>, reply: PurchaseOrderView };
    /// Removes a draft of a purchase order.
    DeletePurchaseOrder: Delete "/purchase-orders/{id}", WRITE, versioned, { path: OrderPath, };
    /// Says that a purchase order is with the supplier.
    PlacePurchaseOrder: Post "/purchase-orders/{id}/order", WRITE, versioned,
        { path: OrderPath, reply: PurchaseOrderView };
    /// Gives a purchase order up, or what has not come of it.
    CancelPurchaseOrder: Post "/purchase-orders/{id}/cancel", WRITE, versioned,
        { path: OrderPath, reply: PurchaseOrderView };
    /// Writes a draft of a purchase order to one supplier for all that a request asks for and nobody has ordered.
    OrderPurchaseRequest: Post "/purchase-requests/{id}/order", WRITE,
        { path: IdPath<PurchaseRequestId>, body: OrderRequestInput, reply: PurchaseOrderView } creates;
}
