//! Families of units that convert into each other.

use uuid::Uuid;

use crate::list::{ListSpec, Sort};
use crate::table::Values;

row! {
    /// A unit category.
    pub struct UnitCategoryRow {
        pub id: Uuid = "c.id",
        pub name: String = "c.name",
        pub unit_count: i64 = "(SELECT count(*) FROM unit u WHERE u.unit_category_id = c.id)",
        pub version: i64 = "c.version",
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

impl UnitCategoryRow {
    /// The columns that a save writes.
    #[must_use]
    pub fn values(self) -> Values {
        Values::of("unit_category").set("name", self.name)
    }
}
