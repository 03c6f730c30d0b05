//! Units of measure.

use mrp_domain::ids::{UnitCategoryId, UnitId};
use rust_decimal::Decimal;

use crate::access::Permission;
use crate::page::NounQuery;

dto! {
    /// A unit of measure.
    pub struct UnitView {
        /// Its id.
        pub id: UnitId,
        /// Its short name, e.g. `kg`.
        pub code: String,
        /// Its long name.
        pub name: String,
        /// The family it converts in.
        pub unit_category_id: UnitCategoryId,
        /// The family's name.
        pub unit_category_name: String,
        /// One of this unit is `ratio_numerator / ratio_denominator` of the category's reference unit.
        pub ratio_numerator: i64,
        /// See `ratio_numerator`.
        pub ratio_denominator: i64,
        /// Stock amounts are multiples of this, e.g. 0.001.
        pub rounding_step: Decimal,
        /// Whether it can be chosen.
        pub active: bool,
        /// For `If-Match`.
        pub version: i64,
    }

    /// The editable fields of a unit.
    pub struct UnitInput {
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
}
wire!(versioned UnitView);
wire!(UnitInput);

noun_endpoints! {
    "unit" at "/units", id: UnitId, read: Permission::MasterDataRead, write: Permission::UnitWrite,
    query: NounQuery, row: UnitView, view: UnitView, input: UnitInput,
    names: ListUnits GetUnit CreateUnit UpdateUnit DeleteUnit;
}
