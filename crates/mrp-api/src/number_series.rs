//! Code prefixes: how orders, bills of materials and routings are numbered.

use serde::{Deserialize, Serialize};

use crate::access::{Access, Permission};
use crate::endpoint::Empty;
use crate::page::Page;
use crate::patch::Patch;

/// What is numbered: every kind of series there is.
pub const NUMBER_SERIES_KINDS: [&str; 12] = [
    "bom",
    "delivery",
    "manufacturing_order",
    "purchase_order",
    "purchase_request",
    "receipt",
    "request_for_quotation",
    "routing",
    "sales_order",
    "stock_count",
    "transfer",
    "work_order",
];

dto! {
    /// One number series.
    pub struct NumberSeriesView {
        /// What it numbers, one of [`NUMBER_SERIES_KINDS`], e.g. `manufacturing_order`.
        pub kind: String,
        /// Text in front of the number; `{year}` stands for the year, e.g. `MO-{year}-`.
        pub prefix: String,
        /// Digits, filled with zeros.
        pub padding: u32,
        /// The next number.
        pub next_number: i64,
        /// How the next code will look.
        pub preview: String,
        /// For `If-Match`.
        pub version: i64,
    }

    /// The editable fields of a number series.
    pub struct NumberSeriesInput {
        /// Text in front of the number; `{year}` stands for the year.
        pub prefix: String,
        /// Digits, 1 to 12.
        pub padding: u32,
        /// The next number; never lower than it is.
        pub next_number: i64,
    }
}
wire!(versioned NumberSeriesView);
wire!(NumberSeriesInput, KindPath);

/// The path of one series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindPath {
    /// See [`NumberSeriesView::kind`].
    pub kind: String,
}

endpoints! {
    /// Lists the number series.
    ListNumberSeries: Get "/number-series", Access::Needs(Permission::MasterDataRead),
        { query: Empty, reply: Page<NumberSeriesView> };
    /// Changes the given fields of one number series.
    UpdateNumberSeries: Patch "/number-series/{kind}", Access::Needs(Permission::SettingWrite), versioned,
        { path: KindPath, body: Patch<NumberSeriesInput>, reply: NumberSeriesView };
}
