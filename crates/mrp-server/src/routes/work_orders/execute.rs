//! The commands of a work order: each locks the order, its work orders, decides, and saves.

use futures_util::future::try_join3;
use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::work_orders::ReportInput;
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::ids::{LossReasonId, MaterialLineId, WorkOrderId};
use mrp_domain::manufacturing_order::ManufacturingOrderState;
use mrp_domain::manufacturing_order::consumption::{OperationReport, consumption_for_report, proposals_for_report};
use mrp_domain::work_order::WorkOrderState;
use mrp_domain::work_order::transitions::{Effect, WorkOrderCommand, WorkOrderFacts, decide};
use mrp_store::error::StoreError;
use mrp_store::manufacturing_orders::{self as orders, OrderChanges};
use mrp_store::material_lines;
use mrp_store::tx::Tx;
use mrp_store::work_orders::{self as store, BusyRow, Clocks, ReportValues, WorkDone, WorkOrderState as StateRow};
use rust_decimal::Decimal;

use super::readiness;
use crate::error::{ApiError, Faults};
use crate::noun::word;
use crate::routes::loss_reasons::require_scrap_reason;
use crate::routes::manufacturing_orders::consume::{consume_lots, named_lots};
use crate::routes::manufacturing_orders::order::{Order, coded};

/// A work order with its order, locked; commands change it here, and [`save`] writes what has become of it.
#[derive(Debug)]
pub struct Work {
    /// The order.
    pub order: Order,
    /// All its work orders.
    pub rows: Vec<StateRow>,
    /// Which of them this is.
    pub index: usize,
    /// Who works here, and how busy the work center is.
    pub busy: BusyRow,
    starts_clock: bool,
    stops: Clocks,
    stop_reason: String,
    report: Option<ReportValues>,
    starts_order: bool,
}

/// What a command brings besides itself.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Why.
    pub reason: String,
    /// The reason of the list for which pieces are scrapped.
    pub scrap_reason_id: Option<uuid::Uuid>,
    /// Good pieces in hand.
    pub good: Decimal,
    /// Scrapped pieces in hand.
    pub scrap: Decimal,
    /// Less than planned is fine.
    pub short_accepted: bool,
}

impl Work {
    /// Locks a work order that the caller has read at that version; its order's components are read for commands
    /// that look at `material`.
    ///
    /// # Errors
    /// `not_found`, `version_stale`.
    pub async fn lock(tx: &mut Tx, id: WorkOrderId, expected: i64, material: bool) -> Result<Self, ApiError> {
        let row = orders::lock_of(tx, id.uuid()).await?;
        let user = tx.user_id().uuid();
        let connection = &*tx.connection();
        let lines = async {
            if !material {
                return Ok(Vec::new());
            }
            material_lines::asking(row.id, row.components_location_id).rows_beside(connection).await
        };
        let (rows, lines, busy) = try_join3(
            store::locking(row.id).rows_beside(connection),
            lines,
            store::asking_busy(id.uuid(), user).rows_beside(connection),
        )
        .await
        .map_err(StoreError::from)?;
        let work = Self::of(Order::of(row, lines)?, rows, id, busy)?;
        let current = work.row()?.version;
        if current == expected { Ok(work) } else { Err(StoreError::Stale { current }.into()) }
    }

    /// A work order of what was read.
    ///
    /// # Errors
    /// `not_found`.
    pub fn of(order: Order, rows: Vec<StateRow>, id: WorkOrderId, busy: Vec<BusyRow>) -> Result<Self, ApiError> {
        let index = rows.iter().position(|row| row.id == id.uuid());
        let (Some(index), Some(busy)) = (index, busy.into_iter().next()) else {
            return Err(ApiError::plain(&codes::NOT_FOUND));
        };
        let (starts_clock, starts_order, stop_reason) = (false, false, String::new());
        let (stops, report) = (Clocks::Running, None);
        Ok(Self { order, rows, index, busy, starts_clock, stops, stop_reason, report, starts_order })
    }

    /// The work order's row.
    ///
    /// # Errors
    /// `internal`, never.
    pub fn row(&self) -> Result<&StateRow, ApiError> {
        self.rows.get(self.index).ok_or_else(|| ApiError::plain(&codes::INTERNAL))
    }

    /// Its facts for one caller.
    ///
    /// # Errors
    /// `internal` for a corrupt row.
    pub fn facts(&self, words: &Words) -> Result<WorkOrderFacts, ApiError> {
        let (row, busy) = (self.row()?, &self.busy);
        let reported = row.qty_done + row.qty_scrapped;
        let number = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        let most = self.order.row.quantity * (Decimal::ONE + busy.over_production_percent / Decimal::ONE_HUNDRED);
        let ready = row.qty_ready;
        Ok(WorkOrderFacts {
            state: word(&row.state)?,
            order_state: self.order.state,
            ready_quantity: ready,
            reported,
            // What came from before bounds it; the first operation may make the tolerated surplus.
            most_reportable: if self.has_predecessors()? { reported + ready } else { most.max(reported + ready) },
            attainable: reported + ready,
            reporting: words.good + words.scrap,
            blocked_reason: busy.blocked_by.clone(),
            running_at_work_center: number(busy.running_at_work_center),
            work_center_capacity: crate::noun::integer(busy.capacity),
            operator_is_working: busy.own > 0,
            others_working: number(busy.others),
            reason_given: !words.reason.trim().is_empty(),
            target_allowed: false,
            short_accepted: words.short_accepted,
        })
    }

    fn has_predecessors(&self) -> Result<bool, ApiError> {
        Ok(!self.order.routing()?.predecessors_of(self.index).is_empty())
    }

    fn is_last(&self) -> bool {
        self.index + 1 == self.rows.len()
    }
}

/// Carries one command out on the work order in memory.
///
/// # Errors
/// What the domain refuses.
pub fn command(work: &mut Work, command: WorkOrderCommand, words: &Words) -> Result<(), ApiError> {
    let facts = work.facts(words)?;
    let decision = decide(command, &facts).map_err(|refusal| coded(refusal.code(), &refusal))?;
    let reason = words.reason.trim();
    for effect in &decision.effects {
        match effect {
            Effect::OpenTimeLog => work.starts_clock = true,
            Effect::CloseOwnTimeLog => work.stops = Clocks::Own,
            Effect::CloseTimeLogs => work.stops = Clocks::All,
            Effect::PostReport => {
                let frozen = work.order.operations.get(work.index).ok_or_else(|| ApiError::plain(&codes::INTERNAL))?;
                let times = frozen.operation.times;
                work.report = Some(ReportValues {
                    cycle_seconds: i32::try_from(times.cycle.get()).unwrap_or(i32::MAX),
                    quantity_per_cycle: times.quantity_per_cycle.get(),
                    good: words.good,
                    scrap: words.scrap,
                    scrap_reason: reason.to_owned(),
                    scrap_reason_id: words.scrap_reason_id,
                });
            }
            Effect::StartOrder => work.starts_order = true,
            Effect::RefreshSuccessors | Effect::Reschedule | Effect::AssignOperators => {}
        }
    }
    if matches!(command, WorkOrderCommand::Pause | WorkOrderCommand::Reopen) {
        reason.clone_into(&mut work.stop_reason);
    }
    if let Some(row) = work.rows.get_mut(work.index) {
        row.qty_done += words.good;
        row.qty_scrapped += words.scrap;
        row.qty_ready = (row.qty_ready - words.good - words.scrap).max(Decimal::ZERO);
        decision.next_state.as_str().clone_into(&mut row.state);
    }
    if work.starts_order {
        ManufacturingOrderState::InProgress.as_str().clone_into(&mut work.order.row.state);
        work.order.state = ManufacturingOrderState::InProgress;
    }
    Ok(())
}

/// Writes what commands have left, and what it means for the other work orders and for the order when `settles`.
/// Returns the work order's new version.
///
/// # Errors
/// When Postgres fails.
pub async fn save(tx: &mut Tx, work: &mut Work, settles: bool) -> Result<i64, ApiError> {
    let id = work.row()?.id;
    let mut touched = if settles { readiness::apply(&work.order, &mut work.rows)? } else { Vec::new() };
    touched.push(id);
    let version = work.row()?.version + 1;
    if let Some(row) = work.rows.get_mut(work.index) {
        row.version = version;
    }
    let rows = work.rows.iter().filter(|row| touched.contains(&row.id)).collect::<Vec<_>>();
    let changes = if settles { Some(progress(work)?) } else { work.starts_order.then(OrderChanges::default) };
    let order = changes.map(|changes| {
        let state = work.starts_order.then(|| work.order.row.state.clone());
        (work.order.row.id, OrderChanges { state, ..changes })
    });
    let moves_order = order.is_some();
    let done = WorkDone {
        work_order: id,
        starts_clock: work.starts_clock,
        stops: work.stops,
        stop_reason: work.stop_reason.clone(),
        report: work.report.clone(),
    };
    store::save(tx, &rows, done, order).await?;
    if moves_order {
        tx.changed("manufacturing_order", work.order.row.id, work.order.row.version + 1, "");
    }
    let why = work.report.as_ref().map_or_else(|| work.stop_reason.clone(), |report| report.scrap_reason.clone());
    tx.changed("work_order", id, version, why);
    Ok(version)
}

/// How far the order is, by its work orders.
fn progress(work: &Work) -> Result<OrderChanges, ApiError> {
    let finished = work.rows.iter().filter(|row| row.state == WorkOrderState::Finished.as_str());
    Ok(OrderChanges {
        availability: Some(work.order.availability()?.to_string()),
        qty_done: work.rows.last().map(|row| row.qty_done),
        qty_scrapped: Some(work.rows.iter().map(|row| row.qty_scrapped).sum()),
        finished_seconds: Some(finished.map(|row| row.planned_seconds).sum()),
        ..OrderChanges::default()
    })
}

/// Reports pieces: the report, and what it consumes.
///
/// # Errors
/// What the domain refuses, and missing stock.
pub async fn report(tx: &mut Tx, work: &mut Work, input: &ReportInput) -> Result<(), ApiError> {
    for (pointer, quantity) in [("/good", input.good), ("/scrap", input.scrap)] {
        if quantity.is_sign_negative() && !quantity.is_zero() {
            return Err(ApiError::new(&codes::VALIDATION_FAILED, say::NOT_NEGATIVE).field(
                pointer,
                &codes::VALUE_INVALID,
                say::NOT_NEGATIVE,
            ));
        }
    }
    let is_scrap = input.scrap > Decimal::ZERO;
    if is_scrap {
        let (reason, note) = (input.scrap_reason_id, input.scrap_reason.as_str());
        let mut faults = Faults::default();
        require_scrap_reason(tx, (reason, "/scrap_reason_id"), (note, "/scrap_reason"), &mut faults).await?;
        let is_missing = reason.is_none();
        faults.check_as(if is_missing { &codes::REASON_REQUIRED } else { &codes::VALIDATION_FAILED })?;
    }
    let words = Words {
        reason: input.scrap_reason.clone(),
        scrap_reason_id: input.scrap_reason_id.filter(|_| is_scrap).map(LossReasonId::uuid),
        good: input.good,
        scrap: input.scrap,
        short_accepted: false,
    };
    command(work, WorkOrderCommand::Report, &words)?;
    let mut amounts = Vec::new();
    for (place, (line, quantity)) in consumption(work, input)?.into_iter().enumerate() {
        let typed = input.consumption.as_deref().and_then(|said| said.get(place)?.lot_numbers.as_deref());
        let pointer = format!("/consumption/{place}/lot_numbers");
        amounts.push((line, quantity, named_lots(&work.order, line, quantity, (typed, &pointer))?));
    }
    consume_lots(tx, &mut work.order, amounts).await
}

/// What the report in hand consumes: by the order's mode, or as the operator says.
fn consumption(work: &Work, input: &ReportInput) -> Result<Vec<(MaterialLineId, Decimal)>, ApiError> {
    if let Some(said) = &input.consumption {
        for (place, item) in said.iter().enumerate() {
            let known = work.order.lines.iter().any(|line| line.id == item.line_id.uuid());
            if !known || item.quantity.is_sign_negative() {
                let pointer = format!("/consumption/{place}");
                return Err(ApiError::new(&codes::VALIDATION_FAILED, say::NOT_A_COMPONENT).field(
                    pointer,
                    &codes::VALUE_INVALID,
                    say::NOT_A_COMPONENT,
                ));
            }
        }
        return Ok(said.iter().map(|item| (item.line_id, item.quantity)).collect());
    }
    let lines = work.order.consumption_lines()?;
    let report = report_of(work, Decimal::ZERO)?;
    let amounts = match work.order.consumption_mode()? {
        ConsumptionMode::Automatic => consumption_for_report(&lines, &report),
        // Nobody edited the proposal, so it stands.
        ConsumptionMode::SemiAutomatic => proposals_for_report(&lines, &report),
        ConsumptionMode::Manual => Ok(Vec::new()),
    };
    amounts.map_err(|error| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string())))
}

/// The cumulative report of this work order with so many pieces more.
///
/// # Errors
/// `internal` for a corrupt row.
pub fn report_of(work: &Work, more: Decimal) -> Result<OperationReport, ApiError> {
    let row = work.row()?;
    Ok(OperationReport {
        operation_sequence: crate::noun::integer(row.sequence),
        is_last_operation: work.is_last(),
        reported: row.qty_done + row.qty_scrapped + more,
        order_quantity: work.order.quantity()?,
    })
}
