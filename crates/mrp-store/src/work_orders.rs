//! Work orders, their time logs and reports.

use futures_util::future::try_join5;
use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::manufacturing_orders::{OrderChanges, changing};
use crate::sql::{PgConnection, Sql, sql};
use crate::table::Version;
use crate::tx::Tx;

row! {
    /// A work order with the names its row shows.
    pub struct WorkOrderRow {
        pub id: Uuid = "w.id",
        pub number: String = "w.number",
        pub manufacturing_order_id: Uuid = "w.manufacturing_order_id",
        pub manufacturing_order_number: String = "o.number",
        pub product_name: String = "p.name",
        pub sequence: i32 = "w.sequence",
        pub name: String = "w.name",
        pub work_center_id: Uuid = "w.work_center_id",
        pub work_center_name: String = "c.name",
        pub work_center_capacity: i32 = "c.capacity",
        pub state: String = "w.state",
        pub state_since: OffsetDateTime = "w.state_since",
        pub quantity: Decimal = "w.quantity",
        pub unit_code: String = "u.code",
        pub qty_ready: Decimal = "w.qty_ready",
        pub qty_done: Decimal = "w.qty_done",
        pub qty_scrapped: Decimal = "w.qty_scrapped",
        pub scheduled_start: Option<OffsetDateTime> = "w.scheduled_start",
        pub scheduled_finish: Option<OffsetDateTime> = "w.scheduled_finish",
        pub planned_seconds: i64 = "w.planned_seconds",
        pub date_deadline: Option<OffsetDateTime> = "o.date_deadline",
        pub operator_ids: Vec<Uuid> = "w.operator_ids",
        pub blocked_by: Option<String> = "(SELECT l.name FROM downtime d JOIN loss_reason l ON l.id = d.loss_reason_id WHERE d.work_center_id = w.work_center_id AND d.finished_at IS NULL)",
        pub operators: String = "coalesce((SELECT string_agg(a.name, ', ' ORDER BY a.name) FROM user_account a WHERE a.id = ANY(w.operator_ids)), '')",
        pub version: i64 = "w.version",
    }
}

/// The list of work orders.
pub const LIST: ListSpec = ListSpec {
    from: "work_order w JOIN manufacturing_order o ON o.id = w.manufacturing_order_id \
           JOIN product p ON p.id = o.product_id JOIN unit u ON u.id = p.unit_id \
           JOIN work_center c ON c.id = w.work_center_id",
    count_from: "work_order w JOIN manufacturing_order o ON o.id = w.manufacturing_order_id \
           JOIN product p ON p.id = o.product_id",
    id: "w.id",
    search: &["w.number", "o.number", "w.name", "p.name"],
    sorts: &[
        Sort { name: "start", sql: "coalesce(w.scheduled_start, 'infinity'::timestamptz)", cast: "timestamptz" },
        Sort { name: "number", sql: "w.number", cast: "text" },
        Sort { name: "work_center", sql: "c.name", cast: "text" },
        Sort { name: "state", sql: "w.state", cast: "text" },
        Sort { name: "deadline", sql: "coalesce(o.date_deadline, 'infinity'::timestamptz)", cast: "timestamptz" },
    ],
};

/// Reads one work order.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn find(connection: &mut PgConnection, id: Uuid) -> Result<WorkOrderRow, StoreError> {
    crate::table::find(connection, &LIST, WorkOrderRow::COLUMNS, id).await
}

/// The work orders of an order, by sequence.
///
/// # Errors
/// When Postgres fails.
pub async fn of_order(connection: &mut PgConnection, order: Uuid) -> Result<Vec<WorkOrderRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM {} WHERE w.manufacturing_order_id = $1 ORDER BY w.sequence",
        WorkOrderRow::COLUMNS,
        LIST.from
    );
    Ok(sql(text).bind(order).rows(connection).await?)
}

row! {
    /// What the commands of a work order look at: one row for each of its order's work orders.
    pub struct WorkOrderState {
        pub id: Uuid = "w.id",
        pub sequence: i32 = "w.sequence",
        pub work_center_id: Uuid = "w.work_center_id",
        pub state: String = "w.state",
        pub quantity: Decimal = "w.quantity",
        pub qty_ready: Decimal = "w.qty_ready",
        pub qty_done: Decimal = "w.qty_done",
        pub qty_scrapped: Decimal = "w.qty_scrapped",
        pub planned_seconds: i64 = "w.planned_seconds",
        pub version: i64 = "w.version",
    }
}

/// Locks the work orders of a locked order, by sequence.
///
/// # Errors
/// When Postgres fails.
pub async fn lock_of_order(tx: &mut Tx, order: Uuid) -> Result<Vec<WorkOrderState>, StoreError> {
    Ok(locking(order).rows(tx.connection()).await?)
}

/// The statement of [`lock_of_order`], to travel with others.
#[must_use]
pub fn locking(order: Uuid) -> Sql {
    let text = format!(
        "SELECT {} FROM work_order w WHERE w.manufacturing_order_id = $1 ORDER BY w.sequence FOR UPDATE",
        WorkOrderState::COLUMNS
    );
    sql(text).bind(order)
}

/// A work order to write.
#[derive(Debug, Clone)]
pub struct WorkOrderValues {
    pub id: Uuid,
    pub sequence: i32,
    pub name: String,
    pub work_center_id: Uuid,
    pub state: String,
    pub quantity: Decimal,
    pub qty_ready: Decimal,
    pub scheduled_start: OffsetDateTime,
    pub scheduled_finish: OffsetDateTime,
    pub planned_seconds: i64,
}

/// Creates the work orders of an order under the next numbers.
///
/// # Errors
/// When Postgres fails.
pub async fn insert(tx: &mut Tx, order: Uuid, rows: &[WorkOrderValues]) -> Result<(), StoreError> {
    const TEXT: &str = "INSERT INTO work_order (id, number, manufacturing_order_id, sequence, name, work_center_id, \
         state, state_since, quantity, qty_ready, scheduled_start, scheduled_finish, planned_seconds) \
         SELECT n.id, n.number, $1, n.sequence, n.name, n.work_center_id, n.state, $2, n.quantity, n.qty_ready, \
         n.scheduled_start, n.scheduled_finish, n.planned_seconds \
         FROM unnest($3::uuid[], $4::text[], $5::int[], $6::text[], $7::uuid[], $8::text[], $9::numeric[], \
         $10::numeric[], $11::timestamptz[], $12::timestamptz[], $13::bigint[]) AS n(id, number, sequence, name, \
         work_center_id, state, quantity, qty_ready, scheduled_start, scheduled_finish, planned_seconds)";
    let count = i64::try_from(rows.len()).unwrap_or_default();
    let numbers = crate::number_series::take(tx, "work_order", count).await?;
    let now = tx.now_utc();
    sql(TEXT)
        .bind(order)
        .bind(now)
        .bind(rows.iter().map(|row| row.id).collect::<Vec<_>>())
        .bind(numbers)
        .bind(rows.iter().map(|row| row.sequence).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.work_center_id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.state.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.quantity).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.qty_ready).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.scheduled_start).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.scheduled_finish).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.planned_seconds).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}

/// Removes the work orders of an order that nobody has worked on.
///
/// # Errors
/// [`StoreError::InUse`] when somebody has.
pub async fn remove_of_order(tx: &mut Tx, order: Uuid) -> Result<(), StoreError> {
    sql("DELETE FROM work_order WHERE manufacturing_order_id = $1").bind(order).run(tx.connection()).await?;
    Ok(())
}

/// Cancels the work orders of an order that are not finished.
///
/// # Errors
/// When Postgres fails.
pub async fn cancel_open(tx: &mut Tx, order: Uuid) -> Result<(), StoreError> {
    let now = tx.now_utc();
    sql("UPDATE work_order SET state = 'cancelled', state_since = $2, version = version + 1 \
         WHERE manufacturing_order_id = $1 AND state <> 'finished'")
    .bind(order)
    .bind(now)
    .run(tx.connection())
    .await?;
    Ok(())
}

/// Writes who shall work on it.
///
/// # Errors
/// When Postgres fails.
pub async fn assign(tx: &mut Tx, id: Uuid, operators: Vec<Uuid>) -> Result<i64, StoreError> {
    let text = "UPDATE work_order SET operator_ids = $2, version = version + 1 WHERE id = $1 RETURNING version";
    Ok(sql(text).bind(id).bind(operators).one::<Version>(tx.connection()).await?.version)
}

/// Writes work orders as they stand in memory; they are locked. What only became ready or has to wait keeps its version.
#[must_use]
pub fn saving(rows: &[&WorkOrderState], now: OffsetDateTime) -> Sql {
    const TEXT: &str = "UPDATE work_order w SET state_since = CASE WHEN w.state = n.state THEN w.state_since ELSE $1 END, \
         state = n.state, qty_ready = n.qty_ready, quantity = n.quantity, qty_done = n.qty_done, \
         qty_scrapped = n.qty_scrapped, version = n.version \
         FROM unnest($2::uuid[], $3::text[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[], $8::bigint[]) \
         AS n(id, state, qty_ready, quantity, qty_done, qty_scrapped, version) WHERE w.id = n.id";
    sql(TEXT)
        .bind(now)
        .bind(rows.iter().map(|row| row.id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.state.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.qty_ready).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.quantity).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.qty_done).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.qty_scrapped).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.version).collect::<Vec<_>>())
}

/// Which clocks of a work order a command stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clocks {
    /// None.
    Running,
    /// The one of the person who asks.
    Own,
    /// Everybody's.
    All,
}

/// What a command leaves beside the work orders' rows.
#[derive(Debug, Clone)]
pub struct WorkDone {
    pub work_order: Uuid,
    /// Starts the clock of the person who asks, at the rates of this moment.
    pub starts_clock: bool,
    pub stops: Clocks,
    pub stop_reason: String,
    pub report: Option<ReportValues>,
}

/// Good and scrapped pieces, and why they were scrapped.
#[derive(Debug, Clone)]
pub struct ReportValues {
    pub good: Decimal,
    pub scrap: Decimal,
    pub scrap_reason: String,
    pub scrap_reason_id: Option<Uuid>,
    /// One cycle of the operation, as the order has it.
    pub cycle_seconds: i32,
    /// Pieces that it makes.
    pub quantity_per_cycle: Decimal,
}

/// Writes a command: the work orders it touched, the order (see [`changing`]), clocks and report, all in one journey.
///
/// # Errors
/// [`StoreError::Taken`] when a clock is running already.
pub async fn save(
    tx: &mut Tx,
    rows: &[&WorkOrderState],
    done: WorkDone,
    order: Option<(Uuid, OrderChanges)>,
) -> Result<(), StoreError> {
    let (user, now) = (tx.user_id().uuid(), tx.now_utc());
    let connection = &*tx.connection();
    let rows_saved = async { if rows.is_empty() { Ok(0) } else { saving(rows, now).run_beside(connection).await } };
    let clock_started = async {
        if !done.starts_clock {
            return Ok(0);
        }
        const TEXT: &str = "INSERT INTO time_log (id, work_order_id, user_id, started_at, hourly_rate, costs_hour, \
             work_center_id) SELECT $1, w.id, u.id, $4, coalesce(u.hourly_rate, c.labour_cost_hour), c.costs_hour, c.id FROM work_order w \
             JOIN work_center c ON c.id = w.work_center_id JOIN user_account u ON u.id = $3 WHERE w.id = $2";
        sql(TEXT).bind(Uuid::now_v7()).bind(done.work_order).bind(user).bind(now).run_beside(connection).await
    };
    let clocks_stopped = async {
        if done.stops == Clocks::Running {
            return Ok(0);
        }
        const TEXT: &str = "UPDATE time_log SET finished_at = greatest($3, started_at), stop_reason = $4 \
             WHERE work_order_id = $1 AND finished_at IS NULL AND ($2::uuid IS NULL OR user_id = $2)";
        let whose = (done.stops == Clocks::Own).then_some(user);
        let statement = sql(TEXT).bind(done.work_order).bind(whose).bind(now).bind(done.stop_reason.clone());
        statement.run_beside(connection).await
    };
    let reported = async {
        let Some(report) = done.report.clone() else { return Ok(0) };
        const TEXT: &str = "INSERT INTO production_report (id, work_order_id, at, user_id, good, scrap, scrap_reason, \
             scrap_reason_id, cycle_seconds, quantity_per_cycle, work_center_id) \
             SELECT $1, w.id, $3, $4, $5, $6, $7, $8, $9, $10, w.work_center_id FROM work_order w WHERE w.id = $2";
        let statement = sql(TEXT).bind(Uuid::now_v7()).bind(done.work_order).bind(now).bind(user);
        let statement = statement.bind(report.good).bind(report.scrap).bind(report.scrap_reason);
        let statement = statement.bind(report.scrap_reason_id).bind(report.cycle_seconds);
        statement.bind(report.quantity_per_cycle).run_beside(connection).await
    };
    let order_changed = async {
        match order {
            Some((id, changes)) => changing(id, changes).run_beside(connection).await,
            None => Ok(0),
        }
    };
    try_join5(rows_saved, clock_started, clocks_stopped, reported, order_changed).await?;
    Ok(())
}

/// Writes how long the unfinished work orders of an order should take, by their place.
///
/// # Errors
/// When Postgres fails.
pub async fn set_planned_seconds(tx: &mut Tx, order: Uuid, planned: &[(i32, i64)]) -> Result<(), StoreError> {
    const TEXT: &str = "UPDATE work_order w SET planned_seconds = n.seconds \
         FROM unnest($2::int[], $3::bigint[]) AS n(sequence, seconds) WHERE w.manufacturing_order_id = $1 \
         AND w.sequence = n.sequence AND w.state NOT IN ('finished', 'cancelled')";
    sql(TEXT)
        .bind(order)
        .bind(planned.iter().map(|row| row.0).collect::<Vec<_>>())
        .bind(planned.iter().map(|row| row.1).collect::<Vec<_>>())
        .run(tx.connection())
        .await?;
    Ok(())
}

row! {
    /// Who worked when, and at which rates.
    pub struct TimeLogRow {
        pub id: Uuid = "t.id",
        pub work_order_id: Uuid = "t.work_order_id",
        pub sequence: i32 = "w.sequence",
        pub operation_name: String = "w.name",
        pub user_id: Uuid = "t.user_id",
        pub user_name: String = "u.name",
        pub started_at: OffsetDateTime = "t.started_at",
        pub finished_at: Option<OffsetDateTime> = "t.finished_at",
        pub stop_reason: String = "t.stop_reason",
        pub hourly_rate: Option<Decimal> = "t.hourly_rate",
        pub costs_hour: Option<Decimal> = "t.costs_hour",
    }
}

/// The time logs of all work orders of an order, newest first.
///
/// # Errors
/// When Postgres fails.
pub async fn logs_of_order(connection: &mut PgConnection, order: Uuid) -> Result<Vec<TimeLogRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM time_log t JOIN work_order w ON w.id = t.work_order_id JOIN user_account u ON u.id = t.user_id \
         WHERE w.manufacturing_order_id = $1 ORDER BY t.started_at DESC, t.id DESC",
        TimeLogRow::COLUMNS
    );
    Ok(sql(text).bind(order).rows(connection).await?)
}

row! {
    /// A report of pieces.
    pub struct ReportRow {
        pub at: OffsetDateTime = "r.at",
        pub by: String = "u.name",
        pub good: Decimal = "r.good",
        pub scrap: Decimal = "r.scrap",
        pub scrap_reason_name: Option<String> = "l.name",
        pub scrap_reason: String = "r.scrap_reason",
    }
}

/// The reports of a work order, newest first.
///
/// # Errors
/// When Postgres fails.
pub async fn reports(connection: &mut PgConnection, work_order: Uuid) -> Result<Vec<ReportRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM production_report r JOIN user_account u ON u.id = r.user_id \
         LEFT JOIN loss_reason l ON l.id = r.scrap_reason_id WHERE r.work_order_id = $1 ORDER BY r.at DESC, r.id DESC",
        ReportRow::COLUMNS
    );
    Ok(sql(text).bind(work_order).rows(connection).await?)
}

row! {
    /// How busy a work order and its work center are, and how much more than ordered may be made.
    pub struct BusyRow {
        pub running_at_work_center: i64 = "(SELECT count(*) FROM work_order x WHERE x.work_center_id = w.work_center_id AND x.state = 'in_progress' AND x.id <> w.id)",
        pub capacity: i32 = "c.capacity",
        pub blocked_by: Option<String> = "(SELECT l.name FROM downtime d JOIN loss_reason l ON l.id = d.loss_reason_id WHERE d.work_center_id = c.id AND d.finished_at IS NULL)",
        pub over_production_percent: Decimal = "(SELECT over_production_percent FROM setting)",
        pub own: i64 = "(SELECT count(*) FROM time_log t WHERE t.work_order_id = w.id AND t.finished_at IS NULL AND t.user_id = $2)",
        pub others: i64 = "(SELECT count(*) FROM time_log t WHERE t.work_order_id = w.id AND t.finished_at IS NULL AND t.user_id <> $2)",
    }
}

/// Who works here now.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn busy(connection: &mut PgConnection, work_order: Uuid, user: Uuid) -> Result<BusyRow, StoreError> {
    Ok(asking_busy(work_order, user).one(connection).await?)
}

/// The statement of [`busy`], to travel with others.
#[must_use]
pub fn asking_busy(work_order: Uuid, user: Uuid) -> Sql {
    let text = format!(
        "SELECT {} FROM work_order w JOIN work_center c ON c.id = w.work_center_id WHERE w.id = $1",
        BusyRow::COLUMNS
    );
    sql(text).bind(work_order).bind(user)
}

/// The time logs of these work orders, newest first.
///
/// # Errors
/// When Postgres fails.
pub async fn logs_of(connection: &mut PgConnection, work_orders: Vec<Uuid>) -> Result<Vec<TimeLogRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM time_log t JOIN work_order w ON w.id = t.work_order_id JOIN user_account u ON u.id = t.user_id \
         WHERE t.work_order_id = ANY($1) ORDER BY t.started_at DESC, t.id DESC",
        TimeLogRow::COLUMNS
    );
    Ok(sql(text).bind(work_orders).rows(connection).await?)
}

row! {
    /// A person who can work.
    pub struct OperatorRow {
        pub id: Uuid = "u.id",
        pub name: String = "u.name",
    }
}

/// Active people by their ids, by name.
///
/// # Errors
/// When Postgres fails.
pub async fn operators(connection: &mut PgConnection, ids: Vec<Uuid>) -> Result<Vec<OperatorRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM user_account u WHERE u.id = ANY($1) AND u.active ORDER BY u.name",
        OperatorRow::COLUMNS
    );
    Ok(sql(text).bind(ids).rows(connection).await?)
}
