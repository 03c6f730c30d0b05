//! Families of units that convert into each other.

use mrp_domain::ids::UnitCategoryId;

use crate::access::Permission;
use crate::page::NounQuery;

dto! {
    /// A unit category.
    pub struct UnitCategoryView {
        /// Its id.
        pub id: UnitCategoryId,
        /// Its name, e.g. "Mass".
        pub name: String,
        /// How many units it has.
        pub unit_count: i64,
        /// For `If-Match`.
        pub version: i64,
    }

    /// The editable fields of a unit category.
    pub struct UnitCategoryInput {
        /// Its name, unique.
        pub name: String,
    }
}
wire!(versioned UnitCategoryView);
wire!(UnitCategoryInput);

noun_endpoints! {
    "unit category" at "/unit-categories", id: UnitCategoryId,
    read: Permission::MasterDataRead, write: Permission::UnitWrite,
    query: NounQuery, row: UnitCategoryView, view: UnitCategoryView, input: UnitCategoryInput,
    names: ListUnitCategories GetUnitCategory CreateUnitCategory UpdateUnitCategory DeleteUnitCategory;
}
