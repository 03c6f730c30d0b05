//! Work centers.

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::{PgConnection, sql};

table! {
    /// A work center.
    pub struct WorkCenterRow of "work_center" as "w" {
        pub code: String,
        pub name: String,
        pub kind: String,
        pub capacity: i32,
        pub efficiency_percent: Decimal,
        pub costs_hour: Option<Decimal>,
        pub labour_cost_hour: Option<Decimal>,
        pub work_schedule_id: Option<Uuid>,
        pub setup_seconds: i32,
        pub cleanup_seconds: i32,
        pub oee_target_percent: Option<Decimal>,
        pub alternative_ids: Vec<Uuid>,
        pub description: String,
        pub active: bool,
    }
    reads {
        pub work_schedule_name: Option<String> = "s.name",
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

/// All active work centers, by name.
///
/// # Errors
/// When Postgres fails.
pub async fn active(connection: &mut PgConnection) -> Result<Vec<WorkCenterRow>, StoreError> {
    let text = format!("SELECT {} FROM {} WHERE w.active ORDER BY w.name, w.id", WorkCenterRow::COLUMNS, LIST.from);
    Ok(sql(text).rows(connection).await?)
}
