//! Requests for quotation: suppliers are asked, their offers compared, the best of them ordered.

use mrp_domain::ids::{
    ProductId, PurchaseOrderId, PurchaseRequestId, RequestForQuotationId, RequestForQuotationLineId, SupplierId, UnitId,
};
use mrp_domain::purchasing::RequestForQuotationState;
use mrp_domain::time::Instant;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::page::Page;

dto! {
    /// A request for quotation in a list.
    pub struct RequestForQuotationRow {
        /// Its id.
        pub id: RequestForQuotationId,
        /// Its number.
        pub number: String,
        /// Where it stands.
        pub state: RequestForQuotationState,
        /// How many lines it has.
        pub line_count: i64,
        /// How many suppliers are asked.
        pub supplier_count: i64,
        /// How many of them have answered.
        pub answer_count: i64,
        /// Until when they should.
        pub answer_by: Option<String>,
        /// Who wrote it.
        pub created_by: String,
        /// When.
        pub created_at: Instant,
    }

    /// What a supplier offers for a line, beside the others.
    pub struct OfferView {
        /// Who.
        pub supplier_id: SupplierId,
        /// The supplier's name.
        pub supplier_name: String,
        /// What the supplier calls the product.
        pub supplier_article: String,
        /// The unit that it is sold in.
        pub unit_id: UnitId,
        /// That unit's short name.
        pub unit_code: String,
        /// Whether the supplier has answered.
        pub is_answered: bool,
        /// Price of one of that unit; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub price: Option<Decimal>,
        /// Not less than this; 0: any amount.
        pub min_quantity: Decimal,
        /// Only whole multiples of this; 0: any amount.
        pub order_multiple: Decimal,
        /// Days until the goods are here.
        pub lead_days: u32,
        /// The last day on which it holds.
        pub valid_until: Option<String>,
        /// What else the supplier says.
        pub note: String,
        /// What would have to be ordered, in that unit, with minimum and multiple.
        pub quantity: Decimal,
        /// What all of that costs; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cost: Option<Decimal>,
        /// It does not hold any more.
        pub is_expired: bool,
        /// None that holds costs less in all.
        pub is_cheapest: bool,
        /// None that holds is here sooner.
        pub is_soonest: bool,
        /// It was taken.
        pub is_chosen: bool,
    }

    /// One product that suppliers are asked for.
    pub struct QuotationLineView {
        /// Its id.
        pub id: RequestForQuotationLineId,
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// How much, in its unit.
        pub quantity: Decimal,
        /// Its unit.
        pub unit_id: UnitId,
        /// Its unit's short name.
        pub unit_code: String,
        /// When it is needed.
        pub needed_on: Option<String>,
        /// The purchase order that followed.
        pub purchase_order_id: Option<PurchaseOrderId>,
        /// That order's number.
        pub purchase_order_number: Option<String>,
        /// One for each supplier that is asked.
        pub offers: Vec<OfferView>,
    }

    /// A supplier that is asked.
    pub struct AskedSupplierView {
        /// Who.
        pub id: SupplierId,
        /// The name.
        pub name: String,
        /// Where the question is sent to.
        pub email: String,
        /// For how many lines there is an answer.
        pub answer_count: u32,
    }

    /// A purchase request that a question is about.
    pub struct QuotedRequestView {
        /// The request.
        pub id: PurchaseRequestId,
        /// Its number.
        pub number: String,
    }

    /// A request for quotation.
    pub struct RequestForQuotationView {
        /// Its id.
        pub id: RequestForQuotationId,
        /// Its number.
        pub number: String,
        /// Where it stands.
        pub state: RequestForQuotationState,
        /// Until when suppliers should answer.
        pub answer_by: Option<String>,
        /// What people should know of it.
        pub note: String,
        /// When it was sent.
        pub sent_at: Option<Instant>,
        /// Who wrote it.
        pub created_by: String,
        /// When.
        pub created_at: Instant,
        /// The requests that it is about.
        pub requests: Vec<QuotedRequestView>,
        /// Who is asked.
        pub suppliers: Vec<AskedSupplierView>,
        /// What for.
        pub lines: Vec<QuotationLineView>,
        /// For `If-Match`.
        pub version: i64,
    }

    /// Something to ask suppliers for by hand.
    pub struct QuotationLineInput {
        /// The product.
        pub product_id: ProductId,
        /// How much, in its unit; above 0.
        pub quantity: Decimal,
        /// When it is needed.
        #[serde(default)]
        pub needed_on: Option<String>,
    }

    /// A request for quotation by hand.
    pub struct RequestForQuotationInput {
        /// What for; each product once.
        pub lines: Vec<QuotationLineInput>,
        /// Who is asked for all of it; empty: the preferred suppliers of each product.
        #[serde(default)]
        pub supplier_ids: Vec<SupplierId>,
        /// Until when suppliers should answer.
        #[serde(default)]
        pub answer_by: Option<String>,
        /// What people should know of it.
        #[serde(default)]
        pub note: String,
    }

    /// One more supplier to ask.
    pub struct AskSupplierInput {
        /// Who.
        pub supplier_id: SupplierId,
    }

    /// What a supplier has answered for one line.
    pub struct OfferInput {
        /// The line.
        pub line_id: RequestForQuotationLineId,
        /// Who.
        pub supplier_id: SupplierId,
        /// The unit that it is sold in; absent: the product's.
        #[serde(default)]
        pub unit_id: Option<UnitId>,
        /// Price of one of that unit; absent: the answer is taken back.
        pub price: Option<Decimal>,
        /// Not less than this; 0: any amount.
        #[serde(default)]
        pub min_quantity: Decimal,
        /// Only whole multiples of this; 0: any amount.
        #[serde(default)]
        pub order_multiple: Decimal,
        /// Days until the goods are here.
        pub lead_days: u32,
        /// The last day on which it holds.
        #[serde(default)]
        pub valid_until: Option<String>,
        /// What else the supplier says.
        #[serde(default)]
        pub note: String,
    }

    /// The offer that is taken for a line.
    pub struct OfferChoice {
        /// The line.
        pub line_id: RequestForQuotationLineId,
        /// Whose offer.
        pub supplier_id: SupplierId,
    }

    /// The offers that are taken.
    pub struct ChooseOffersInput {
        /// At most one for each line.
        pub choices: Vec<OfferChoice>,
    }
}
list_query! {
    /// A list of requests for quotation.
    pub struct RequestForQuotationQuery {
        /// Only in these states, comma separated.
        pub state: Option<String>,
    }
}
wire!(versioned RequestForQuotationView);
wire!(RequestForQuotationRow, RequestForQuotationInput, AskSupplierInput, OfferInput, ChooseOffersInput);

const READ: Access = Access::Needs(Permission::PurchaseRead);
const WRITE: Access = Access::Needs(Permission::PurchaseWrite);

type QuotationPath = IdPath<RequestForQuotationId>;

endpoints! {
    /// Lists requests for quotation, newest first.
    ListRequestsForQuotation: Get "/requests-for-quotation", READ,
        { query: RequestForQuotationQuery, reply: Page<RequestForQuotationRow> };
    /// Reads one request for quotation with the offers side by side.
    GetRequestForQuotation: Get "/requests-for-quotation/{id}", READ,
        { path: QuotationPath, reply: RequestForQuotationView };
    /// Drafts a request for quotation by hand.
    CreateRequestForQuotation: Post "/requests-for-quotation", WRITE,
        { body: RequestForQuotationInput, reply: RequestForQuotationView } creates;
    /// Drafts a request for quotation of all that a purchase request asks for, to the suppliers that sell it.
    DraftRequestForQuotation: Post "/purchase-requests/{id}/request-for-quotation", WRITE,
        { path: IdPath<PurchaseRequestId>, reply: RequestForQuotationView } creates;
    /// Asks one more supplier.
    AskSupplier: Post "/requests-for-quotation/{id}/suppliers", WRITE, versioned,
        { path: QuotationPath, body: AskSupplierInput, reply: RequestForQuotationView };
    /// Says that a request for quotation is with the suppliers.
    SendRequestForQuotation: Post "/requests-for-quotation/{id}/send", WRITE, versioned,
        { path: QuotationPath, reply: RequestForQuotationView };
    /// Records what a supplier offers for one line.
    RecordOffer: Post "/requests-for-quotation/{id}/offers", WRITE, versioned,
        { path: QuotationPath, body: OfferInput, reply: RequestForQuotationView };
    /// Takes offers and writes a draft of a purchase order to each of their suppliers.
    ChooseOffers: Post "/requests-for-quotation/{id}/choose", WRITE, versioned,
        { path: QuotationPath, body: ChooseOffersInput, reply: RequestForQuotationView };
    /// Gives a request for quotation up; what it was about can be asked anew.
    CancelRequestForQuotation: Post "/requests-for-quotation/{id}/cancel", WRITE, versioned,
        { path: QuotationPath, reply: RequestForQuotationView };
}
