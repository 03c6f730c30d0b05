//! What the stock was worth at the end of a day.

use mrp_domain::ids::ProductId;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::data_files::{DataFileFormat, DataFileView};

dto! {
    /// Of which day.
    #[derive(Default)]
    pub struct StockValueQuery {
        /// The day, `2026-11-28`, on the company's clock; absent: today.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub at: Option<String>,
        /// Only products whose code or name contains this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub q: Option<String>,
    }

    /// The same as a file.
    #[derive(Default)]
    pub struct StockValueFileQuery {
        /// The day, `2026-11-28`, on the company's clock; absent: today.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub at: Option<String>,
        /// Only products whose code or name contains this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub q: Option<String>,
        /// CSV when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub format: Option<DataFileFormat>,
    }

    /// One product.
    pub struct StockValueRow {
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// Its unit.
        pub unit_code: String,
        /// What there was, in all warehouses together.
        pub quantity: Decimal,
        /// What one unit was worth.
        pub unit_value: Option<Decimal>,
        /// What all of it was worth.
        pub value: Decimal,
    }

    /// What the stock was worth.
    pub struct StockValueReport {
        /// At the end of this day.
        pub at: String,
        /// The products that there were, the most valuable first; at most 2 000.
        pub rows: Vec<StockValueRow>,
        /// How many there were.
        pub total_count: u64,
        /// What all of them were worth together.
        pub total_value: Decimal,
        /// In this currency.
        pub currency: String,
    }
}
wire!(StockValueQuery, StockValueFileQuery, StockValueReport);

endpoints! {
    /// Tells what the stock was worth at the end of a day, product by product.
    GetStockValues: Get "/stock-values", Access::Needs(Permission::CostRead),
        { query: StockValueQuery, reply: StockValueReport };
    /// Writes what the stock was worth at the end of a day into a file, all products of it.
    ExportStockValues: Get "/stock-values/file", Access::Needs(Permission::CostRead),
        { query: StockValueFileQuery, reply: DataFileView };
}
