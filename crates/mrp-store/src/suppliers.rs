//! Suppliers: who sells to the company.

use rust_decimal::Decimal;

use crate::list::{ListSpec, Sort};

table! {
    /// A supplier.
    pub struct SupplierRow of "supplier" as "s" {
        pub code: String,
        pub name: String,
        pub email: String,
        pub lead_days: i32,
        pub over_receipt_percent: Decimal,
        pub note: String,
        pub active: bool,
    }
    reads {
        pub price_count: i64 = "(SELECT count(*) FROM supplier_price t WHERE t.supplier_id = s.id)",
    }
}

/// The list of suppliers.
pub const LIST: ListSpec = ListSpec {
    from: "supplier s",
    count_from: "supplier s",
    id: "s.id",
    search: &["s.code", "s.name"],
    sorts: &[
        Sort { name: "code", sql: "s.code", cast: "text" },
        Sort { name: "name", sql: "s.name", cast: "text" },
        Sort { name: "lead_days", sql: "s.lead_days", cast: "integer" },
    ],
};
