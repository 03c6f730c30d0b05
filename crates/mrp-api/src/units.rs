//! Units of measure.

use mrp_domain::ids::{UnitCategoryId, UnitId};
use rust_decimal::Decimal;

use crate::access::Permission;
use crate::page::NounQuery;

noun! {
    /// A unit of measure.
    pub struct UnitView of UnitId, edited as UnitInput {
        /// Its short name, unique.
        pub code: String,
        /// Its long name.
        pub name: String,
        /// The family it converts in.
        pub unit_category_id: UnitCategoryId,
        /// Positive.
        pub ratio_numerator: i64,
        /// Positive.
        pub ratio_denominator: i64,
        /// Positive.
        pub rounding_step: Decimal,
        /// Whether it can be chosen.
        pub active: bool,
    }
    reads {
        /// The family's name.
        pub unit_category_name: String,
    }
}

noun_endpoints! {
    "unit" at "/units", id: UnitId, read: Permission::MasterDataRead, write: Permission::UnitWrite,
    query: NounQuery, row: UnitView, view: UnitView, input: UnitInput,
    names: ListUnits GetUnit CreateUnit UpdateUnit DeleteUnit;
}
