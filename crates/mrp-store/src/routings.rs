//! Routings with their operations, which are written as a whole.

use diesel_async::AsyncPgConnection;
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::tx::Tx;

table! {
    /// A routing.
    pub struct RoutingRow of "routing" as "r" {
        pub code: String,
        pub name: String,
        pub active: bool,
    }
    reads {
        pub operation_count: i64 = "(SELECT count(*) FROM routing_operation o WHERE o.routing_id = r.id)",
        pub work_centers: String = "coalesce((SELECT string_agg(used.name, ', ' ORDER BY used.first) FROM \
             (SELECT w.name, min(o.sequence) AS first FROM routing_operation o \
             JOIN work_center w ON w.id = o.work_center_id WHERE o.routing_id = r.id GROUP BY w.name) used), '')",
    }
}

row! {
    /// An operation with its work center's rates.
    pub struct OperationRow {
        pub id: Uuid = "o.id",
        pub routing_id: Uuid = "o.routing_id",
        pub sequence: i32 = "o.sequence",
        pub name: String = "o.name",
        pub work_center_id: Uuid = "o.work_center_id",
        pub work_center_name: String = "w.name",
        pub efficiency_percent: Decimal = "w.efficiency_percent",
        pub costs_hour: Option<Decimal> = "w.costs_hour",
        pub labour_cost_hour: Option<Decimal> = "w.labour_cost_hour",
        pub setup_seconds: i32 = "o.setup_seconds",
        pub cycle_seconds: i32 = "o.cycle_seconds",
        pub quantity_per_cycle: Decimal = "o.quantity_per_cycle",
        pub cleanup_seconds: i32 = "o.cleanup_seconds",
        pub staff_needed: i32 = "o.staff_needed",
        pub predecessors: Option<Vec<i32>> = "o.predecessors",
        pub overlap_quantity: Option<Decimal> = "o.overlap_quantity",
        pub instructions: String = "o.instructions",
        pub time_mode: String = "o.time_mode",
        pub learn_from: i32 = "o.learn_from",
    }
}

/// The list of routings.
pub const LIST: ListSpec = ListSpec {
    from: "routing r",
    count_from: "routing r",
    id: "r.id",
    search: &["r.code", "r.name"],
    sorts: &[Sort { name: "code", sql: "r.code", cast: "text" }, Sort { name: "name", sql: "r.name", cast: "text" }],
};

/// One routing without its operations.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn find(connection: &mut AsyncPgConnection, id: Uuid) -> Result<RoutingRow, StoreError> {
    crate::table::find(connection, &LIST, RoutingRow::COLUMNS, id).await
}

/// The operations of these routings as they were typed, each routing's by rising sequence. What plans and calculates asks
/// [`crate::learned_times::timed_operations`].
///
/// # Errors
/// When Postgres fails.
pub async fn operations(
    connection: &mut AsyncPgConnection,
    routing_ids: Vec<Uuid>,
) -> Result<Vec<OperationRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM routing_operation o JOIN work_center w ON w.id = o.work_center_id \
         WHERE o.routing_id = ANY($1) ORDER BY o.routing_id, o.sequence",
        OperationRow::COLUMNS
    );
    Ok(sql(text).bind(routing_ids).rows(connection).await?)
}

/// Makes these the operations of a routing. Operations are known by their ids; the files of one that is left out go
/// with it.
///
/// # Errors
/// [`StoreError::Reference`] when a work center does not exist.
pub async fn replace_operations(tx: &mut Tx, routing_id: Uuid, rows: &[OperationRow]) -> Result<(), StoreError> {
    const WRITE: &str = "INSERT INTO routing_operation (id, routing_id, sequence, name, work_center_id, \
         setup_seconds, cycle_seconds, quantity_per_cycle, cleanup_seconds, staff_needed, predecessors, \
         overlap_quantity, instructions, time_mode, learn_from) \
         SELECT id, $1, sequence, name, work_center_id, setup_seconds, cycle_seconds, quantity_per_cycle, \
         cleanup_seconds, staff_needed, predecessors, overlap_quantity, instructions, time_mode, learn_from \
         FROM jsonb_to_recordset($2) AS o(id uuid, sequence integer, name text, work_center_id uuid, \
         setup_seconds integer, cycle_seconds integer, quantity_per_cycle numeric, cleanup_seconds integer, \
         staff_needed integer, predecessors integer[], overlap_quantity numeric, instructions text, \
         time_mode text, learn_from integer) \
         ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, name = excluded.name, \
         work_center_id = excluded.work_center_id, setup_seconds = excluded.setup_seconds, \
         cycle_seconds = excluded.cycle_seconds, quantity_per_cycle = excluded.quantity_per_cycle, \
         cleanup_seconds = excluded.cleanup_seconds, staff_needed = excluded.staff_needed, \
         predecessors = excluded.predecessors, overlap_quantity = excluded.overlap_quantity, \
         instructions = excluded.instructions, \
         time_mode = excluded.time_mode, learn_from = excluded.learn_from";
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    sql("DELETE FROM routing_operation WHERE routing_id = $1 AND id <> ALL($2)")
        .bind(routing_id)
        .bind(ids)
        .run(tx.connection())
        .await?;
    let values: Vec<Value> = rows.iter().map(OperationRow::json).collect();
    sql(WRITE).bind(routing_id).bind(Value::from(values)).run(tx.connection()).await?;
    Ok(())
}

impl OperationRow {
    /// Numbers with decimals travel as text, so that no digit is lost.
    fn json(&self) -> Value {
        serde_json::json!({
            "id": self.id,
            "sequence": self.sequence,
            "name": self.name,
            "work_center_id": self.work_center_id,
            "setup_seconds": self.setup_seconds,
            "cycle_seconds": self.cycle_seconds,
            "quantity_per_cycle": self.quantity_per_cycle.to_string(),
            "cleanup_seconds": self.cleanup_seconds,
            "staff_needed": self.staff_needed,
            "predecessors": self.predecessors,
            "overlap_quantity": self.overlap_quantity.map(|quantity| quantity.to_string()),
            "instructions": self.instructions,
            "time_mode": self.time_mode,
            "learn_from": self.learn_from,
        })
    }
}
