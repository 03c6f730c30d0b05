//! Labels of lots and products, for paper and for label printers.

use mrp_domain::ids::{LotId, ProductId};
use mrp_domain::vocabulary;

use crate::access::{Access, Permission};
use crate::data_files::DataFileView;
use crate::endpoint::IdPath;

vocabulary! {
    /// What a label is written in.
    pub enum LabelFormat {
        /// For any printer: a page of 70 × 40 mm for each label.
        Pdf = "pdf",
        /// For label printers.
        Zpl = "zpl",
    }
}

dto! {
    /// Which labels.
    #[derive(Default)]
    pub struct LabelQuery {
        /// PDF when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub format: Option<LabelFormat>,
        /// How many, 1 to 500; 1 when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub copies: Option<u32>,
    }
}
wire!(LabelQuery);

endpoints! {
    /// Writes the label of a lot; the scanner reads `L:` and its number.
    GetLotLabel: Get "/lots/{id}/label", Access::Needs(Permission::StockRead),
        { path: IdPath<LotId>, query: LabelQuery, reply: DataFileView };
    /// Writes the label of a product; the scanner reads its barcode, or its code when it has none.
    GetProductLabel: Get "/products/{id}/label", Access::Needs(Permission::MasterDataRead),
        { path: IdPath<ProductId>, query: LabelQuery, reply: DataFileView };
}
