//! Families of units that convert into each other.

use crate::list::{ListSpec, Sort};

table! {
    /// A unit category.
    pub struct UnitCategoryRow of "unit_category" as "c" {
        pub name: String,
    }
    reads {
        pub unit_count: i64 = "(SELECT count(*) FROM unit u WHERE u.unit_category_id = c.id)",
    }
}

/// The list of unit categories.
pub const LIST: ListSpec = ListSpec {
    from: "unit_category c",
    count_from: "unit_category c",
    id: "c.id",
    search: &["c.name"],
    sorts: &[Sort { name: "name", sql: "c.name", cast: "text" }],
};
