//! Papers for suppliers, as PDF.

use mrp_domain::ids::{PurchaseOrderId, RequestForQuotationId, SupplierId};
use mrp_domain::vocabulary;

use crate::access::{Access, Permission};
use crate::data_files::DataFileView;
use crate::endpoint::IdPath;

vocabulary! {
    /// What a paper is written in.
    pub enum PaperLanguage {
        /// English.
        En = "en",
        /// Romanian.
        Ro = "ro",
    }
}

dto! {
    /// How to write a purchase order.
    #[derive(Default)]
    pub struct PurchaseOrderPaperQuery {
        /// The company's language when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub language: Option<PaperLanguage>,
    }

    /// How to write a request for quotation, and to whom.
    pub struct QuotationPaperQuery {
        /// Who is asked.
        pub supplier_id: SupplierId,
        /// The company's language when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub language: Option<PaperLanguage>,
    }
}
wire!(PurchaseOrderPaperQuery, QuotationPaperQuery);

endpoints! {
    /// Writes a purchase order as PDF. Prices stand on it for those who may see costs.
    GetPurchaseOrderPaper: Get "/purchase-orders/{id}/paper", Access::Needs(Permission::PurchaseRead),
        { path: IdPath<PurchaseOrderId>, query: PurchaseOrderPaperQuery, reply: DataFileView };
    /// Writes what one supplier is asked as PDF.
    GetQuotationPaper: Get "/requests-for-quotation/{id}/paper", Access::Needs(Permission::PurchaseRead),
        { path: IdPath<RequestForQuotationId>, query: QuotationPaperQuery, reply: DataFileView };
}
