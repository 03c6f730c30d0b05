//! Cycle times that finished work orders show, and the one place that decides which time of an operation counts.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use mrp_domain::ids::{TimeLogId, UserId, WorkOrderId};
use mrp_domain::quantity::Exact;
use mrp_domain::time::Instant;
use mrp_domain::work_center::Efficiency;
use mrp_domain::work_order::time_log::{TimeLog, machine_seconds};
use mrp_domain::work_order_duration::{FinishedRun, NothingLearned, OperationTimes, TimeMode, cycles, learned_seconds};
use rust_decimal::Decimal;
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::routings::{OperationRow, operations};
use crate::sql::sql;
use crate::work_orders::logs_of;

row! {
    /// A finished work order of an operation, and the times that it was planned with.
    pub struct FinishedWorkRow {
        pub operation_id: Uuid = "o.id",
        pub work_order_id: Uuid = "w.id",
        pub number: String = "w.number",
        pub manufacturing_order_id: Uuid = "w.manufacturing_order_id",
        pub manufacturing_order_number: String = "w.order_number",
        pub finished_at: OffsetDateTime = "w.state_since",
        pub quantity: Decimal = "w.qty_done + w.qty_scrapped",
        pub times: Value = "w.times",
    }
}

/// A finished work order and how it ran.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The work order.
    pub work: FinishedWorkRow,
    /// What it took.
    pub run: FinishedRun,
}

/// An operation and what can be learned of it.
#[derive(Debug, Clone)]
pub struct Learned {
    /// The operation, as it was typed.
    pub operation: OperationRow,
    /// The last finished work orders, newest first.
    pub from: Vec<Measured>,
}

impl Learned {
    /// The work center's efficiency.
    #[must_use]
    pub fn efficiency(&self) -> Efficiency {
        Efficiency::try_from(self.operation.efficiency_percent).unwrap_or(Efficiency::FULL)
    }

    /// The learned cycle time in whole seconds.
    ///
    /// # Errors
    /// [`NothingLearned`]
    pub fn cycle_seconds(&self) -> Result<i32, NothingLearned> {
        let runs = self.from.iter().map(|one| one.run).collect::<Vec<_>>();
        let seconds = learned_seconds(&runs, self.efficiency())?;
        i32::try_from(seconds.get()).map_err(|_| NothingLearned::OutOfRange)
    }
}

/// The operations of these routings with the cycle times that count: an operation in the mode `learned` has the learned
/// one, as long as there is one.
///
/// # Errors
/// When Postgres fails.
pub async fn timed_operations(
    connection: &mut AsyncPgConnection,
    routing_ids: Vec<Uuid>,
) -> Result<Vec<OperationRow>, StoreError> {
    let rows = operations(connection, routing_ids).await?;
    if rows.iter().all(|row| row.time_mode != TimeMode::Learned.as_str()) {
        return Ok(rows);
    }
    let learned = learn(connection, rows).await?;
    let timed = learned.into_iter().map(|learned| {
        let counts = learned.operation.time_mode == TimeMode::Learned.as_str();
        let cycle = learned.cycle_seconds().ok().filter(|_| counts);
        let cycle_seconds = cycle.unwrap_or(learned.operation.cycle_seconds);
        OperationRow { cycle_seconds, ..learned.operation }
    });
    Ok(timed.collect())
}

/// What can be learned of these operations.
///
/// # Errors
/// When Postgres fails, and [`StoreError::Corrupt`] for times that are none.
pub async fn learn(
    connection: &mut AsyncPgConnection,
    operations: Vec<OperationRow>,
) -> Result<Vec<Learned>, StoreError> {
    let ids = operations.iter().map(|row| row.id).collect();
    let found = finished(connection, ids).await?;
    let logs = logs_of(connection, found.iter().map(|row| row.work_order_id).collect()).await?;
    let mut logs_by_work: HashMap<Uuid, Vec<TimeLog>> = HashMap::new();
    for log in &logs {
        logs_by_work.entry(log.work_order_id).or_default().push(TimeLog {
            id: TimeLogId::from_uuid(log.id),
            work_order: WorkOrderId::from_uuid(log.work_order_id),
            operator: UserId::from_uuid(log.user_id),
            start: Instant::from_datetime(log.started_at),
            end: log.finished_at.map(Instant::from_datetime),
        });
    }
    let mut measured: HashMap<Uuid, Vec<Measured>> = HashMap::new();
    for work in found {
        let logs = logs_by_work.remove(&work.work_order_id).unwrap_or_default();
        let run = run_of(&work, &logs)?;
        measured.entry(work.operation_id).or_default().push(Measured { work, run });
    }
    let learned = operations.into_iter().map(|operation| {
        let from = measured.remove(&operation.id).unwrap_or_default();
        Learned { operation, from }
    });
    Ok(learned.collect())
}

fn run_of(work: &FinishedWorkRow, logs: &[TimeLog]) -> Result<FinishedRun, StoreError> {
    let corrupt = |error: &dyn std::fmt::Display| StoreError::Corrupt(error.to_string());
    let times: OperationTimes = serde_json::from_value(work.times.clone()).map_err(|error| corrupt(&error))?;
    let quantity = Exact::from_decimal(work.quantity);
    Ok(FinishedRun {
        took: machine_seconds(logs, Instant::from_datetime(work.finished_at)),
        setup: times.setup,
        cleanup: times.cleanup,
        cycles: cycles(&times, quantity).map_err(|error| corrupt(&error))?,
    })
}

/// The last finished work orders of each operation, as many as it learns from; only those whose time somebody logged.
/// An order knows the operation by its id, so it is found after its number has changed.
async fn finished(
    connection: &mut AsyncPgConnection,
    operation_ids: Vec<Uuid>,
) -> Result<Vec<FinishedWorkRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM routing_operation o CROSS JOIN LATERAL (\
         SELECT w.*, m.number AS order_number, f.frozen #> '{{operation,times}}' AS times \
         FROM manufacturing_order m JOIN work_order w ON w.manufacturing_order_id = m.id \
         CROSS JOIN LATERAL jsonb_array_elements(m.operations) f(frozen) \
         WHERE m.routing_id = o.routing_id AND w.state = 'finished' AND w.qty_done + w.qty_scrapped > 0 \
         AND (f.frozen #>> '{{operation,sequence}}')::integer = w.sequence \
         AND (f.frozen #>> '{{operation,id}}')::uuid = o.id \
         AND EXISTS (SELECT 1 FROM time_log t WHERE t.work_order_id = w.id) \
         ORDER BY w.state_since DESC, w.id DESC LIMIT o.learn_from) w \
         WHERE o.id = ANY($1) ORDER BY o.id, w.state_since DESC, w.id DESC",
        FinishedWorkRow::COLUMNS
    );
    Ok(sql(text).bind(operation_ids).rows(connection).await?)
}
