//! What the effectiveness of work centers is told from: hours worked, downtimes, orders in progress, reports.

use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::{PgConnection, sql};

row! {
    /// Somebody worked.
    pub struct WorkedRow {
        pub work_center_id: Uuid = "t.work_center_id",
        pub work_order_id: Uuid = "t.work_order_id",
        pub started_at: OffsetDateTime = "t.started_at",
        pub finished_at: Option<OffsetDateTime> = "t.finished_at",
    }
}

row! {
    /// A work order was in progress, until it was finished or given up.
    pub struct InProgressRow {
        pub work_center_id: Uuid = "w.work_center_id",
        pub work_order_id: Uuid = "w.id",
        pub started_at: OffsetDateTime = "s.started_at",
        pub finished_at: Option<OffsetDateTime> = "CASE WHEN w.state IN ('finished', 'cancelled') THEN w.state_since END",
    }
}

row! {
    /// A work center stood.
    pub struct StoodRow {
        pub work_center_id: Uuid = "d.work_center_id",
        pub loss_reason_id: Uuid = "d.loss_reason_id",
        pub loss_reason_name: String = "l.name",
        pub downtime_class: String = "coalesce(l.downtime_class, '')",
        pub started_at: OffsetDateTime = "d.started_at",
        pub finished_at: Option<OffsetDateTime> = "d.finished_at",
    }
}

row! {
    /// Pieces were reported.
    pub struct OutputRow {
        pub work_center_id: Uuid = "r.work_center_id",
        pub at: OffsetDateTime = "r.at",
        pub good: Decimal = "r.good",
        pub scrap: Decimal = "r.scrap",
        pub scrap_reason_id: Option<Uuid> = "r.scrap_reason_id",
        pub scrap_reason_name: Option<String> = "l.name",
        pub cycle_seconds: i32 = "r.cycle_seconds",
        pub quantity_per_cycle: Decimal = "r.quantity_per_cycle",
    }
}

/// What happened at some work centers.
#[derive(Debug, Clone, Default)]
pub struct Happened {
    /// Hours worked.
    pub worked: Vec<WorkedRow>,
    /// Work orders in progress.
    pub in_progress: Vec<InProgressRow>,
    /// Downtimes.
    pub stood: Vec<StoodRow>,
    /// Reports.
    pub output: Vec<OutputRow>,
}

/// Everything that reaches into the time from `from` up to `until`.
///
/// # Errors
/// When Postgres fails.
pub async fn happened(
    connection: &mut PgConnection,
    centers: Vec<Uuid>,
    (from, until): (OffsetDateTime, OffsetDateTime),
) -> Result<Happened, StoreError> {
    let worked = format!(
        "SELECT {} FROM time_log t WHERE t.work_center_id = ANY($1) AND t.started_at < $3 \
         AND coalesce(t.finished_at, 'infinity') > $2",
        WorkedRow::COLUMNS
    );
    let in_progress = format!(
        "SELECT {} FROM work_order w CROSS JOIN LATERAL \
         (SELECT min(t.started_at) AS started_at FROM time_log t WHERE t.work_order_id = w.id) s \
         WHERE w.work_center_id = ANY($1) AND s.started_at < $3 \
         AND (w.state NOT IN ('finished', 'cancelled') OR w.state_since > $2)",
        InProgressRow::COLUMNS
    );
    let stood = format!(
        "SELECT {} FROM downtime d JOIN loss_reason l ON l.id = d.loss_reason_id WHERE d.work_center_id = ANY($1) \
         AND d.started_at < $3 AND coalesce(d.finished_at, 'infinity') > $2",
        StoodRow::COLUMNS
    );
    let output = format!(
        "SELECT {} FROM production_report r LEFT JOIN loss_reason l ON l.id = r.scrap_reason_id \
         WHERE r.work_center_id = ANY($1) AND r.at < $3 AND r.at >= $2",
        OutputRow::COLUMNS
    );
    Ok(Happened {
        worked: sql(worked).bind(centers.clone()).bind(from).bind(until).rows(connection).await?,
        in_progress: sql(in_progress).bind(centers.clone()).bind(from).bind(until).rows(connection).await?,
        stood: sql(stood).bind(centers.clone()).bind(from).bind(until).rows(connection).await?,
        output: sql(output).bind(centers).bind(from).bind(until).rows(connection).await?,
    })
}

row! {
    /// An interval in which somebody worked, with the names around it.
    pub struct TimeLogRow {
        pub id: Uuid = "t.id",
        pub work_center_id: Uuid = "t.work_center_id",
        pub work_center_name: String = "c.name",
        pub work_order_id: Uuid = "w.id",
        pub work_order_number: String = "w.number",
        pub operation_name: String = "w.name",
        pub manufacturing_order_id: Uuid = "o.id",
        pub manufacturing_order_number: String = "o.number",
        pub user_id: Uuid = "t.user_id",
        pub operator_name: String = "u.name",
        pub started_at: OffsetDateTime = "t.started_at",
        pub finished_at: Option<OffsetDateTime> = "t.finished_at",
        pub stop_reason: String = "t.stop_reason",
    }
}

/// The list of time logs.
pub const TIME_LOGS: ListSpec = ListSpec {
    from: "time_log t JOIN work_order w ON w.id = t.work_order_id JOIN manufacturing_order o \
           ON o.id = w.manufacturing_order_id JOIN user_account u ON u.id = t.user_id \
           JOIN work_center c ON c.id = t.work_center_id",
    count_from: "time_log t JOIN work_order w ON w.id = t.work_order_id JOIN manufacturing_order o \
           ON o.id = w.manufacturing_order_id JOIN user_account u ON u.id = t.user_id",
    id: "t.id",
    search: &["w.number", "o.number", "u.name", "w.name"],
    sorts: &[
        Sort { name: "started_at", sql: "t.started_at", cast: "timestamptz" },
        Sort { name: "operator", sql: "u.name", cast: "text" },
    ],
};
