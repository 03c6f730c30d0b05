//! Work centers.

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::list::{ListSpec, Sort};
use crate::table::Values;

row! {
    /// A work center.
    pub struct WorkCenterRow {
        pub id: Uuid = "w.id",
        pub code: String = "w.code",
        pub name: String = "w.name",
        pub kind: String = "w.kind",
        pub capacity: i32 = "w.capacity",
        pub efficiency_percent: Decimal = "w.efficiency_percent",
        pub costs_hour: Option<Decimal> = "w.costs_hour",
        pub labour_cost_hour: Option<Decimal> = "w.labour_cost_hour",
        pub work_schedule_id: Option<Uuid> = "w.work_schedule_id",
        pub work_schedule_name: Option<String> = "s.name",
        pub setup_seconds: i32 = "w.setup_seconds",
        pub cleanup_seconds: i32 = "w.cleanup_seconds",
        pub oee_target_percent: Option<Decimal> = "w.oee_target_percent",
        pub alternative_ids: Vec<Uuid> = "w.alternative_ids",
        pub description: String = "w.description",
        pub active: bool = "w.active",
        pub version: i64 = "w.version",
    }
}

/// The list of work centers.
pub const LIST: ListSpec = ListSpec {
    from: "work_center w LEFT JOIN work_schedule s ON s.id = w.work_schedule_id",
    count_from: "work_center w",
    id: "w.id",
    search: &["w.code", "w.name"],
    sorts: &[
        Sort { name: "code", sql: "w.code", cast: "text" },
        Sort { name: "name", sql: "w.name", cast: "text" },
        Sort { name: "kind", sql: "w.kind", cast: "text" },
        Sort { name: "capacity", sql: "w.capacity", cast: "integer" },
        Sort { name: "costs_hour", sql: "coalesce(w.costs_hour, 0)", cast: "numeric" },
    ],
};

impl WorkCenterRow {
    /// The columns that a save writes.
    #[must_use]
    pub fn values(self) -> Values {
        Values::of("work_center")
            .set("code", self.code)
            .set("name", self.name)
            .set("kind", self.kind)
            .set("capacity", self.capacity)
            .set("efficiency_percent", self.efficiency_percent)
            .set("costs_hour", self.costs_hour)
            .set("labour_cost_hour", self.labour_cost_hour)
            .set("work_schedule_id", self.work_schedule_id)
            .set("setup_seconds", self.setup_seconds)
            .set("cleanup_seconds", self.cleanup_seconds)
            .set("oee_target_percent", self.oee_target_percent)
            .set("alternative_ids", self.alternative_ids)
            .set("description", self.description)
            .set("active", self.active)
    }
}
