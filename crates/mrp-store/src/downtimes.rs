//! When work centers stood, and why.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::tx::Tx;

table! {
    /// A downtime.
    pub struct DowntimeRow of "downtime" as "d" {
        pub work_center_id: Uuid,
        pub loss_reason_id: Uuid,
        pub started_at: OffsetDateTime,
        pub finished_at: Option<OffsetDateTime>,
        pub note: String,
    }
    reads {
        pub work_center_name: String = "c.name",
        pub loss_reason_name: String = "l.name",
        pub downtime_class: String = "coalesce(l.downtime_class, '')",
    }
}

/// The list of downtimes.
pub const LIST: ListSpec = ListSpec {
    from: "downtime d JOIN work_center c ON c.id = d.work_center_id JOIN loss_reason l ON l.id = d.loss_reason_id",
    count_from: "downtime d JOIN work_center c ON c.id = d.work_center_id JOIN loss_reason l ON l.id = d.loss_reason_id",
    id: "d.id",
    search: &["c.name", "l.name", "d.note"],
    sorts: &[
        Sort { name: "started_at", sql: "d.started_at", cast: "timestamptz" },
        Sort { name: "work_center", sql: "c.name", cast: "text" },
        Sort { name: "loss_reason", sql: "l.name", cast: "text" },
    ],
};

/// Locks the work center, so that its downtimes stay as they are, and returns one that lies at the same time, if any.
///
/// # Errors
/// When Postgres fails.
pub async fn overlapping(tx: &mut Tx, row: &DowntimeRow) -> Result<Option<DowntimeRow>, StoreError> {
    let center = "SELECT id FROM work_center WHERE id = $1 FOR NO KEY UPDATE";
    sql(center).bind(row.work_center_id).run(tx.connection()).await?;
    let text = format!(
        "SELECT {} FROM {} WHERE d.work_center_id = $1 AND d.id <> $2 AND d.started_at < coalesce($4, 'infinity') \
         AND coalesce(d.finished_at, 'infinity') > $3 ORDER BY d.started_at LIMIT 1",
        DowntimeRow::COLUMNS,
        LIST.from
    );
    let statement = sql(text).bind(row.work_center_id).bind(row.id).bind(row.started_at).bind(row.finished_at);
    Ok(statement.rows(tx.connection()).await?.into_iter().next())
}
