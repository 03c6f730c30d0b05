//! Suppliers: who sells to the company.

use mrp_domain::ids::SupplierId;
use rust_decimal::Decimal;

use crate::access::Permission;
use crate::page::NounQuery;

noun! {
    /// A supplier.
    pub struct SupplierView of SupplierId, edited as SupplierInput {
        /// Its code, unique.
        pub code: String,
        /// Its name.
        pub name: String,
        /// Where orders are sent to.
        pub email: String,
        /// Days from order to receipt, where a price says nothing else.
        pub lead_days: u32,
        /// By how many percent more than ordered may be received; 0: not at all.
        pub over_receipt_percent: Decimal,
        /// What people should know of it.
        pub note: String,
        /// Whether it can be chosen.
        pub active: bool,
    }
    reads {
        /// How many prices of it are known.
        pub price_count: i64,
    }
}

noun_endpoints! {
    "supplier" at "/suppliers", id: SupplierId,
    read: Permission::PurchaseRead, write: Permission::PurchaseWrite,
    query: NounQuery, row: SupplierView, view: SupplierView, input: SupplierInput,
    names: ListSuppliers GetSupplier CreateSupplier UpdateSupplier DeleteSupplier;
}
