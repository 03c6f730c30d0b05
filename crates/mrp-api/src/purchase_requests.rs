//! Purchase requests: what orders lack, or somebody wants, and where it stands.

use mrp_domain::ids::{
    ManufacturingOrderId, MaterialLineId, ProductId, PurchaseOrderId, PurchaseRequestId, PurchaseRequestLineId,
    RequestForQuotationId, SupplierId,
};
use mrp_domain::purchasing::PurchaseRequestState;
use mrp_domain::time::Instant;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::error::Problem;
use crate::page::Page;
use crate::patch::Patch;

dto! {
    /// A purchase request of an order.
    pub struct OrderPurchaseRequestView {
        /// Its id.
        pub id: PurchaseRequestId,
        /// Its number.
        pub number: String,
        /// Where it stands.
        pub state: PurchaseRequestState,
    }

    /// A purchase request in a list.
    pub struct PurchaseRequestRow {
        /// Its id.
        pub id: PurchaseRequestId,
        /// Its number.
        pub number: String,
        /// Where it stands.
        pub state: PurchaseRequestState,
        /// The order that lacks the goods; absent: asked by hand.
        pub manufacturing_order_id: Option<ManufacturingOrderId>,
        /// That order's number.
        pub manufacturing_order_number: Option<String>,
        /// That order was given up: nobody needs the goods for it any more.
        pub is_order_cancelled: bool,
        /// How many lines it has.
        pub line_count: i64,
        /// The first day on which something of it is needed.
        pub needed_on: Option<String>,
        /// Why, in somebody's words.
        pub note: String,
        /// Who asked.
        pub created_by: String,
        /// When.
        pub created_at: Instant,
    }

    /// One product of a request.
    pub struct PurchaseRequestLineView {
        /// Its id.
        pub id: PurchaseRequestLineId,
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// Its unit; all quantities are in it.
        pub unit_code: String,
        /// How much is asked for.
        pub quantity: Decimal,
        /// How much of it has come.
        pub qty_received: Decimal,
        /// When it is needed.
        pub needed_on: Option<String>,
        /// Whom it is best bought from.
        pub supplier_id: Option<SupplierId>,
        /// The name of that supplier.
        pub supplier_name: Option<String>,
        /// The component that it is for.
        pub material_line_id: Option<MaterialLineId>,
        /// Where it stands.
        pub state: PurchaseRequestState,
        /// The question to suppliers that it is in.
        pub request_for_quotation_id: Option<RequestForQuotationId>,
        /// That question's number.
        pub request_for_quotation_number: Option<String>,
        /// The purchase order that it is in.
        pub purchase_order_id: Option<PurchaseOrderId>,
        /// That order's number.
        pub purchase_order_number: Option<String>,
    }

    /// A purchase request.
    pub struct PurchaseRequestView {
        /// Its id.
        pub id: PurchaseRequestId,
        /// Its number.
        pub number: String,
        /// Where it stands.
        pub state: PurchaseRequestState,
        /// The order that lacks the goods; absent: asked by hand.
        pub manufacturing_order_id: Option<ManufacturingOrderId>,
        /// That order's number.
        pub manufacturing_order_number: Option<String>,
        /// That order was given up: nobody needs the goods for it any more.
        pub is_order_cancelled: bool,
        /// Why, in somebody's words.
        pub note: String,
        /// Who asked.
        pub created_by: String,
        /// When.
        pub created_at: Instant,
        /// Whether it was asked by hand and neither suppliers are asked for any of it nor anything is ordered: it can change.
        pub can_change: bool,
        /// What for.
        pub lines: Vec<PurchaseRequestLineView>,
        /// For `If-Match`.
        pub version: i64,
    }

    /// Something to ask for by hand.
    pub struct PurchaseRequestLineInput {
        /// The line that is changed; absent: a new one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<PurchaseRequestLineId>,
        /// The product.
        pub product_id: ProductId,
        /// How much, in its unit; above 0.
        pub quantity: Decimal,
        /// When it is needed.
        #[serde(default)]
        pub needed_on: Option<String>,
        /// Whom it is best bought from.
        #[serde(default)]
        pub supplier_id: Option<SupplierId>,
    }

    /// A request by hand.
    pub struct PurchaseRequestInput {
        /// Why.
        #[serde(default)]
        pub note: String,
        /// What for.
        pub lines: Vec<PurchaseRequestLineInput>,
    }

    /// Orders to ask for what they lack.
    pub struct RequestMaterialsInput {
        /// The orders.
        pub order_ids: Vec<ManufacturingOrderId>,
    }

    /// What became of one of them.
    pub struct RequestMaterialsResult {
        /// The order.
        pub id: ManufacturingOrderId,
        /// The request that was made.
        pub purchase_request_id: Option<PurchaseRequestId>,
        /// Its number.
        pub number: Option<String>,
        /// Why none was made.
        pub problem: Option<Problem>,
    }

    /// What became of each, in the order they were given.
    pub struct RequestMaterialsReply {
        /// One for each order.
        pub results: Vec<RequestMaterialsResult>,
    }
}
list_query! {
    /// A list of purchase requests.
    pub struct PurchaseRequestQuery {
        /// Only in these states, comma separated.
        pub state: Option<String>,
        /// Only for this order.
        pub manufacturing_order_id: Option<ManufacturingOrderId>,
    }
}
wire!(versioned PurchaseRequestView);
wire!(PurchaseRequestRow, PurchaseRequestInput, RequestMaterialsInput, RequestMaterialsReply);

const READ: Access = Access::Needs(Permission::PurchaseRead);
const ASK: Access = Access::Needs(Permission::PurchaseRequest);

endpoints! {
    /// Lists purchase requests, newest first.
    ListPurchaseRequests: Get "/purchase-requests", READ,
        { query: PurchaseRequestQuery, reply: Page<PurchaseRequestRow> };
    /// Reads one purchase request.
    GetPurchaseRequest: Get "/purchase-requests/{id}", READ,
        { path: IdPath<PurchaseRequestId>, reply: PurchaseRequestView };
    /// Asks for goods by hand.
    CreatePurchaseRequest: Post "/purchase-requests", ASK,
        { body: PurchaseRequestInput, reply: PurchaseRequestView } creates;
    /// Changes the given fields of a request by hand that suppliers are not asked for and of which nothing is ordered.
    UpdatePurchaseRequest: Patch "/purchase-requests/{id}", ASK, versioned,
        { path: IdPath<PurchaseRequestId>, body: Patch<PurchaseRequestInput>, reply: PurchaseRequestView };
    /// Gives a request up that nobody has ordered.
    CancelPurchaseRequest: Post "/purchase-requests/{id}/cancel", ASK, versioned,
        { path: IdPath<PurchaseRequestId>, reply: PurchaseRequestView };
    /// Asks for what an order lacks and nobody has asked for yet.
    RequestOrderMaterial: Post "/manufacturing-orders/{id}/purchase-request", ASK,
        { path: IdPath<ManufacturingOrderId>, reply: PurchaseRequestView } creates;
    /// The same for many orders; each succeeds or fails on its own.
    BulkRequestOrderMaterial: Post "/manufacturing-orders/bulk/purchase-request", ASK,
        { body: RequestMaterialsInput, reply: RequestMaterialsReply };
}
