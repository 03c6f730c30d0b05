//! Families of units that convert into each other.

use mrp_domain::ids::UnitCategoryId;

use crate::access::Permission;
use crate::page::NounQuery;

noun! {
    /// A unit category.
    pub struct UnitCategoryView of UnitCategoryId, edited as UnitCategoryInput {
        /// Its name, unique.
        pub name: String,
    }
    reads {
        /// How many units it has.
        pub unit_count: i64,
    }
}

noun_endpoints! {
    "unit category" at "/unit-categories", id: UnitCategoryId,
    read: Permission::MasterDataRead, write: Permission::UnitWrite,
    query: NounQuery, row: UnitCategoryView, view: UnitCategoryView, input: UnitCategoryInput,
    names: ListUnitCategories GetUnitCategory CreateUnitCategory UpdateUnitCategory DeleteUnitCategory;
}
