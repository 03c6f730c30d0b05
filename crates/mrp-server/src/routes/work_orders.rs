//! Work orders: the list, the work order, its commands.

pub mod execute;
pub mod readiness;

use mrp_api::detail as say;
use mrp_api::endpoint::{Endpoint, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{ActionView, ReasonInput};
use mrp_api::page::Page;
use mrp_api::work_orders as api;
use mrp_api::work_orders::{WorkOrderQuery, WorkOrderRow, WorkOrderView};
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::ids::{ManufacturingOrderId, MaterialLineId, TimeLogId, UserId, WorkCenterId, WorkOrderId};
use mrp_domain::manufacturing_order::consumption::{consumption_for_report, proposals_for_report};
use mrp_domain::time::Instant;
use mrp_domain::work_order::WorkOrderState;
use mrp_domain::work_order::time_log::{TimeLog, machine_seconds};
use mrp_domain::work_order::transitions::{WorkOrderCommand, offers};
use mrp_store::list::Filters;
use mrp_store::material_lines;
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use mrp_store::work_orders::{self as store, TimeLogRow};
use rust_decimal::Decimal;

use self::execute::{Words, Work, command, report, save};
use crate::answer::{Answered, Outcome};
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{integer, list_request, word};
use crate::routes::manufacturing_orders::order::{Order, is_tracked};
use crate::routes::manufacturing_orders::view::{instant, state_row, states_of, time_log};

/// Mounts all of them.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<api::ListWorkOrders, _, _>(|granted, _, query, _| list(granted, query))
        .endpoint::<api::GetWorkOrder, _, _>(|granted, path, _, _| read(granted, path))
        .endpoint::<api::AssignWorkOrder, _, _>(|granted, path, _, input| assign(granted, path, input))
        .endpoint::<api::StartWorkOrder, _, _>(|granted, path, _, _| {
            plain(granted, path, WorkOrderCommand::Start, String::new())
        })
        .endpoint::<api::PauseWorkOrder, _, _>(|granted, path, _, input: ReasonInput| {
            plain(granted, path, WorkOrderCommand::Pause, input.reason)
        })
        .endpoint::<api::ResumeWorkOrder, _, _>(|granted, path, _, _| {
            plain(granted, path, WorkOrderCommand::Resume, String::new())
        })
        .endpoint::<api::ReportWorkOrder, _, _>(|granted, path, _, input| report_one(granted, path, input))
        .endpoint::<api::FinishWorkOrder, _, _>(|granted, path, _, input| finish(granted, path, input))
        .endpoint::<api::ReopenWorkOrder, _, _>(|granted, path, _, input: ReasonInput| {
            plain(granted, path, WorkOrderCommand::Reopen, input.reason)
        });
}

type WorkOrderPath = IdPath<WorkOrderId>;

fn filters(query: &WorkOrderQuery, now: Instant) -> Result<Filters, ApiError> {
    let yesterday = now.datetime() - time::Duration::hours(24);
    Ok(Filters::default()
        .with(states_of::<WorkOrderState>(query.state.as_deref())?, "w.state = ANY($)")
        .when(query.open == Some(true), "w.state NOT IN ('finished', 'cancelled')")
        .with(query.work_center_id.map(WorkCenterId::uuid), "w.work_center_id = $")
        .with(query.manufacturing_order_id.map(ManufacturingOrderId::uuid), "w.manufacturing_order_id = $")
        .with(query.operator_id.map(UserId::uuid), "$ = ANY(w.operator_ids)")
        .with(
            query.stuck.filter(|stuck| *stuck).map(|_| yesterday),
            "w.state = 'waiting' AND w.state_since < $",
        )
        .with(
            query.late.filter(|late| *late).map(|_| now.datetime()),
            "w.state = 'in_progress' AND o.date_deadline < $",
        )
        .when(
            query.unmanned == Some(true),
            "w.state = 'ready' AND NOT EXISTS (SELECT 1 FROM time_log t WHERE t.work_order_id = w.id AND t.finished_at IS NULL)",
        ))
}

async fn list(
    granted: Granted<api::ListWorkOrders>,
    query: WorkOrderQuery,
) -> Result<Answered<api::ListWorkOrders>, ApiError> {
    let request = list_request(&query);
    let mut connection = granted.connection().await?;
    let columns = store::WorkOrderRow::COLUMNS;
    let page = store::LIST
        .page::<store::WorkOrderRow>(&mut connection, columns, &request, filters(&query, granted.now)?)
        .await?;
    let total = store::LIST.total(&mut connection, &request, filters(&query, granted.now)?).await?;
    let ids = page.items.iter().map(|row| row.id).collect();
    let logs = store::logs_of(&mut connection, ids).await?;
    let items = page.items.into_iter().map(|row| list_row(row, &logs, granted.now)).collect::<Result<_, _>>()?;
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

fn list_row(row: store::WorkOrderRow, logs: &[TimeLogRow], now: Instant) -> Result<WorkOrderRow, ApiError> {
    let own = logs.iter().filter(|log| log.work_order_id == row.id).map(time_log).collect::<Vec<TimeLog>>();
    Ok(WorkOrderRow {
        id: WorkOrderId::from_uuid(row.id),
        number: row.number,
        manufacturing_order_id: ManufacturingOrderId::from_uuid(row.manufacturing_order_id),
        manufacturing_order_number: row.manufacturing_order_number,
        product_name: row.product_name,
        sequence: integer(row.sequence),
        name: row.name,
        work_center_id: WorkCenterId::from_uuid(row.work_center_id),
        work_center_name: row.work_center_name,
        state: word(&row.state)?,
        quantity: row.quantity,
        unit_code: row.unit_code,
        qty_ready: row.qty_ready,
        qty_done: row.qty_done,
        qty_scrapped: row.qty_scrapped,
        scheduled_start: instant(row.scheduled_start),
        scheduled_finish: instant(row.scheduled_finish),
        planned_seconds: u64::try_from(row.planned_seconds).unwrap_or_default(),
        actual_seconds: machine_seconds(&own, now).get(),
        state_since: Instant::from_datetime(row.state_since),
        date_deadline: instant(row.date_deadline),
        blocked_by: row.blocked_by,
        operators: row.operators,
        version: row.version,
    })
}

async fn read(
    granted: Granted<api::GetWorkOrder>,
    path: WorkOrderPath,
) -> Result<Answered<api::GetWorkOrder>, ApiError> {
    let view = whole(&mut *granted.connection().await?, &granted, path.id).await?;
    granted.reply(view)
}

/// The whole work order as its page shows it.
async fn whole<E: Endpoint>(
    connection: &mut PgConnection,
    granted: &Granted<E>,
    id: WorkOrderId,
) -> Result<WorkOrderView, ApiError> {
    let row = store::find(connection, id.uuid()).await?;
    let order = Order::read(connection, row.manufacturing_order_id).await?;
    let siblings = store::of_order(connection, row.manufacturing_order_id).await?;
    let rows = siblings.iter().map(state_row).collect::<Vec<_>>();
    let busy = store::busy(connection, id.uuid(), granted.caller()?.id.uuid()).await?;
    let work = Work::of(order, rows, id, vec![busy])?;
    // A reason can be given in the dialog, and less than planned can be accepted there: the buttons stay enabled.
    let words = Words { reason: "-".to_owned(), good: work.row()?.qty_ready, short_accepted: true, ..Words::default() };
    let facts = work.facts(&words)?;
    let logs = store::logs_of(connection, vec![id.uuid()]).await?;
    let reports = store::reports(connection, id.uuid()).await?;
    let operators = store::operators(connection, row.operator_ids.clone()).await?;
    let frozen = work.order.operations.get(work.index);
    let instructions = frozen.map(|frozen| frozen.operation.instructions.clone()).unwrap_or_default();
    Ok(WorkOrderView {
        operators: operators.into_iter().map(|row| assigned(row.id, row.name)).collect(),
        working: logs
            .iter()
            .filter(|log| log.finished_at.is_none())
            .map(|log| assigned(log.user_id, log.user_name.clone()))
            .collect(),
        time_logs: logs.iter().map(log_view).collect(),
        reports: reports.into_iter().map(report_view).collect(),
        proposals: proposals(connection, &work).await?,
        instructions,
        actions: actions(&facts),
        version: row.version,
        row: list_row(row, &logs, granted.now)?,
    })
}

fn assigned(id: uuid::Uuid, name: String) -> api::AssignedOperator {
    api::AssignedOperator { user_id: UserId::from_uuid(id), name }
}

fn log_view(row: &TimeLogRow) -> api::TimeLogView {
    api::TimeLogView {
        id: TimeLogId::from_uuid(row.id),
        operator_name: row.user_name.clone(),
        started_at: Instant::from_datetime(row.started_at),
        finished_at: instant(row.finished_at),
        stop_reason: row.stop_reason.clone(),
    }
}

fn report_view(row: store::ReportRow) -> api::ReportView {
    api::ReportView {
        at: Instant::from_datetime(row.at),
        by: row.by,
        good: row.good,
        scrap: row.scrap,
        scrap_reason_name: row.scrap_reason_name,
        scrap_reason: row.scrap_reason,
    }
}

/// What reporting everything that is ready would consume, where the operator has a say: over the amounts, or over the lots.
async fn proposals(connection: &mut PgConnection, work: &Work) -> Result<Vec<api::ConsumptionProposal>, ApiError> {
    let report = execute::report_of(work, work.row()?.qty_ready)?;
    let lines = work.order.consumption_lines()?;
    let mode = work.order.consumption_mode()?;
    let amounts = match mode {
        ConsumptionMode::Automatic => consumption_for_report(&lines, &report),
        ConsumptionMode::SemiAutomatic => proposals_for_report(&lines, &report),
        ConsumptionMode::Manual => Ok(Vec::new()),
    };
    let amounts =
        amounts.map_err(|error| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string())))?;
    let line_of = |id: MaterialLineId| work.order.lines.iter().find(|line| line.id == id.uuid());
    let tracked = amounts.iter().filter_map(|(id, _)| line_of(*id)).filter(|line| is_tracked(line));
    let tracked = tracked.map(|line| line.id).collect::<Vec<_>>();
    if mode == ConsumptionMode::Automatic && tracked.is_empty() {
        return Ok(Vec::new());
    }
    let usable = match work.order.row.components_location_id {
        Some(location) if !tracked.is_empty() => material_lines::usable_lots(connection, tracked, location).await?,
        _ => Vec::new(),
    };
    let proposal = |(id, quantity): (MaterialLineId, Decimal)| -> Result<Option<api::ConsumptionProposal>, ApiError> {
        let Some(line) = line_of(id) else { return Ok(None) };
        let lots = usable.iter().filter(|lot| lot.line_id == line.id).map(|lot| api::UsableLotView {
            lot_number: lot.number.clone(),
            expires_on: lot.expires_on.map(|day| day.to_string()),
            quantity: lot.quantity,
        });
        Ok(Some(api::ConsumptionProposal {
            line_id: id,
            product_name: line.product_name.clone(),
            quantity,
            unit_code: line.unit_code.clone(),
            unit_step: line.unit_step,
            tracking: word(&line.tracking)?,
            lots: lots.collect(),
        }))
    };
    amounts.into_iter().filter_map(|amount| proposal(amount).transpose()).collect()
}

/// What can be done, and if not, why: from the function that decides.
fn actions(facts: &mrp_domain::work_order::transitions::WorkOrderFacts) -> Vec<ActionView> {
    let offers = offers(facts).into_iter().map(|(command, offer)| match offer {
        Ok(()) => ActionView { command: command.to_string(), allowed: true, reason: None, detail: None },
        Err(refusal) => ActionView {
            command: command.to_string(),
            // Finishing reports the rest first, so that nothing reported yet is no obstacle.
            allowed: command == WorkOrderCommand::Finish && refusal.code() == "nothing_reported",
            reason: Some(refusal.code().to_owned()),
            detail: Some(refusal.to_string()),
        },
    });
    offers.collect()
}

async fn outcome<E: Endpoint>(
    granted: &Granted<E>,
    tx: &mut Tx,
    id: WorkOrderId,
    version: i64,
) -> Result<Outcome<WorkOrderView>, ApiError> {
    if granted.minimal {
        return Ok(Outcome::Minimal { id: id.uuid(), version });
    }
    whole(tx.connection(), granted, id).await.map(Outcome::Whole)
}

/// Start, pause, resume, reopen.
async fn plain<E: Endpoint<Reply = WorkOrderView>>(
    granted: Granted<E>,
    path: WorkOrderPath,
    what: WorkOrderCommand,
    reason: String,
) -> Result<Answered<E>, ApiError> {
    granted
        .write(async |tx| {
            let reopens = what == WorkOrderCommand::Reopen;
            let mut work = Work::lock(tx, path.id, granted.expected, reopens).await?;
            let words = Words { reason: reason.clone(), ..Words::default() };
            command(&mut work, what, &words)?;
            let version = save(tx, &mut work, reopens).await?;
            outcome(&granted, tx, path.id, version).await
        })
        .await
}

async fn report_one(
    granted: Granted<api::ReportWorkOrder>,
    path: WorkOrderPath,
    input: api::ReportInput,
) -> Result<Answered<api::ReportWorkOrder>, ApiError> {
    granted
        .write(async |tx| {
            let mut work = Work::lock(tx, path.id, granted.expected, true).await?;
            report(tx, &mut work, &input).await?;
            let version = save(tx, &mut work, true).await?;
            outcome(&granted, tx, path.id, version).await
        })
        .await
}

async fn finish(
    granted: Granted<api::FinishWorkOrder>,
    path: WorkOrderPath,
    input: api::FinishWorkOrderInput,
) -> Result<Answered<api::FinishWorkOrder>, ApiError> {
    granted
        .write(async |tx| {
            let mut work = Work::lock(tx, path.id, granted.expected, true).await?;
            let rest = work.row()?.qty_ready;
            let short_accepted = input.report.is_some();
            let last = input.report.clone().unwrap_or(api::ReportInput {
                good: rest,
                scrap: Decimal::ZERO,
                scrap_reason_id: None,
                scrap_reason: String::new(),
                consumption: None,
            });
            if last.good + last.scrap > Decimal::ZERO {
                report(tx, &mut work, &last).await?;
            }
            let words = Words { short_accepted, ..Words::default() };
            command(&mut work, WorkOrderCommand::Finish, &words)?;
            let version = save(tx, &mut work, true).await?;
            outcome(&granted, tx, path.id, version).await
        })
        .await
}

/// Most people on one work order.
const OPERATORS_MAX: usize = 50;

async fn assign(
    granted: Granted<api::AssignWorkOrder>,
    path: WorkOrderPath,
    input: api::AssignInput,
) -> Result<Answered<api::AssignWorkOrder>, ApiError> {
    granted
        .write(async |tx| {
            let mut work = Work::lock(tx, path.id, granted.expected, false).await?;
            let ids = input.operator_ids.iter().map(|id| id.uuid()).collect::<Vec<_>>();
            let known = store::operators(tx.connection(), ids.clone()).await?;
            let mut faults = Faults::default();
            faults.require(ids.len() <= OPERATORS_MAX, "/operator_ids", say::AT_MOST.with("most", 50));
            for (place, id) in ids.iter().enumerate() {
                if !known.iter().any(|row| row.id == *id) {
                    let pointer = format!("/operator_ids/{place}");
                    faults.add(pointer, &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such person"));
                }
            }
            faults.check()?;
            command(&mut work, WorkOrderCommand::Assign, &Words::default())?;
            let version = store::assign(tx, path.id.uuid(), ids).await?;
            tx.changed("work_order", path.id.uuid(), version, "assigned");
            outcome(&granted, tx, path.id, version).await
        })
        .await
}
