//! The commands of a work order: each locks the order, its work orders, decides, and saves.

use mrp_api::error as codes;
use mrp_api::work_orders::ReportInput;
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::ids::{MaterialLineId, WorkOrderId};
use mrp_domain::manufacturing_order::consumption::{OperationReport, consumption_for_report, proposals_for_report};
use mrp_domain::work_order::WorkOrderState;
use mrp_domain::work_order::transitions::{Effect, WorkOrderCommand, WorkOrderFacts, decide};
use mrp_store::manufacturing_orders::{self as orders, OrderChanges};
use mrp_store::tx::Tx;
use mrp_store::work_orders::{self as store, WorkOrderState as StateRow};
use rust_decimal::Decimal;

use super::readiness::{self, Step, step_of};
use crate::error::ApiError;
use crate::noun::word;
use crate::routes::manufacturing_orders::consume::consume;
use crate::routes::manufacturing_orders::order::{Order, coded};

/// A work order with its order, locked.
#[derive(Debug)]
pub struct Work {
    /// The order.
    pub order: Order,
    /// All its work orders.
    pub rows: Vec<StateRow>,
    /// The same as steps.
    pub steps: Vec<Step>,
    /// Which of them this is.
    pub index: usize,
}

/// What a command brings besides itself.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Why.
    pub reason: String,
    /// Good pieces in hand.
    pub good: Decimal,
    /// Scrapped pieces in hand.
    pub scrap: Decimal,
    /// Less than planned is fine.
    pub short_accepted: bool,
}

impl Work {
    /// Locks a work order that the caller has read at that version.
    ///
    /// # Errors
    /// `not_found`, `version_stale`.
    pub async fn lock(tx: &mut Tx, id: WorkOrderId, expected: i64) -> Result<Self, ApiError> {
        let order_id = store::order_of(tx.connection(), id.uuid()).await?;
        let order = Order::lock_any(tx, order_id).await?;
        Self::of(tx, order, id, expected).await
    }

    /// The same without the order's components: for commands that do not look at material.
    ///
    /// # Errors
    /// `not_found`, `version_stale`.
    pub async fn lock_bare(tx: &mut Tx, id: WorkOrderId, expected: i64) -> Result<Self, ApiError> {
        let order_id = store::order_of(tx.connection(), id.uuid()).await?;
        let order = Order::lock_bare(tx, order_id).await?;
        Self::of(tx, order, id, expected).await
    }

    async fn of(tx: &mut Tx, order: Order, id: WorkOrderId, expected: i64) -> Result<Self, ApiError> {
        let order_id = order.row.id;
        let rows = store::lock_of_order(tx, order_id).await?;
        let index = rows.iter().position(|row| row.id == id.uuid());
        let index = index.ok_or_else(|| ApiError::plain(&codes::NOT_FOUND))?;
        let steps = rows.iter().map(step_of).collect::<Result<Vec<_>, _>>()?;
        let work = Self { order, rows, steps, index };
        let current = work.row()?.version;
        if current == expected { Ok(work) } else { Err(mrp_store::error::StoreError::Stale { current }.into()) }
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
    pub fn facts(&self, busy: &store::BusyRow, words: &Words, tolerance: Decimal) -> Result<WorkOrderFacts, ApiError> {
        let row = self.row()?;
        let reported = row.qty_done + row.qty_scrapped;
        let number = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        let most = self.order.row.quantity + self.order.row.quantity * tolerance / Decimal::ONE_HUNDRED;
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
            blocked_reason: None,
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

/// Carries one command out and returns the work order's new version.
///
/// # Errors
/// What the domain refuses.
pub async fn command(
    tx: &mut Tx,
    work: &mut Work,
    command: WorkOrderCommand,
    words: &Words,
    tolerance: Decimal,
) -> Result<i64, ApiError> {
    let id = work.row()?.id;
    let user = tx.user_id().uuid();
    let busy = store::busy(tx.connection(), id, user).await?;
    let facts = work.facts(&busy, words, tolerance)?;
    let decision = decide(command, &facts).map_err(|refusal| coded(refusal.code(), refusal.to_string()))?;
    let reason = words.reason.trim().to_owned();
    let mut starts_order = false;
    for effect in &decision.effects {
        match effect {
            Effect::OpenTimeLog => store::open_log(tx, id).await?,
            Effect::CloseOwnTimeLog => store::close_logs(tx, id, Some(user), reason.clone()).await?,
            Effect::CloseTimeLogs => store::close_logs(tx, id, None, reason.clone()).await?,
            Effect::PostReport => store::report(tx, id, words.good, words.scrap, reason.clone()).await?,
            Effect::StartOrder => starts_order = true,
            Effect::RefreshSuccessors | Effect::Reschedule | Effect::AssignOperators => {}
        }
    }
    let version = store::change(tx, id, decision.next_state.as_str(), words.good, words.scrap).await?;
    let index = work.index;
    if let (Some(step), Some(row)) = (work.steps.get_mut(index), work.rows.get_mut(index)) {
        step.state = decision.next_state;
        step.good += words.good;
        step.scrapped += words.scrap;
        row.qty_done += words.good;
        row.qty_scrapped += words.scrap;
        row.qty_ready = (row.qty_ready - words.good - words.scrap).max(Decimal::ZERO);
        decision.next_state.as_str().clone_into(&mut row.state);
        row.version = version;
    }
    tx.changed("work_order", id, version, reason);
    if starts_order {
        "in_progress".clone_into(&mut work.order.row.state);
        work.order.state = mrp_domain::manufacturing_order::ManufacturingOrderState::InProgress;
        let changes = OrderChanges { state: Some("in_progress".to_owned()), ..OrderChanges::default() };
        let version = orders::change(tx, work.order.row.id, changes).await?;
        tx.changed("manufacturing_order", work.order.row.id, version, "");
    }
    Ok(version)
}

/// Reports pieces: the report, what it consumes, what it makes ready, how far the order is.
///
/// # Errors
/// What the domain refuses, and missing stock.
pub async fn report(tx: &mut Tx, work: &mut Work, input: &ReportInput, tolerance: Decimal) -> Result<i64, ApiError> {
    for (pointer, quantity) in [("/good", input.good), ("/scrap", input.scrap)] {
        if quantity.is_sign_negative() && !quantity.is_zero() {
            return Err(ApiError::new(&codes::VALIDATION_FAILED, "a quantity is not negative").field(
                pointer,
                &codes::VALUE_INVALID,
                "a quantity is not negative",
            ));
        }
    }
    if input.scrap > Decimal::ZERO && input.scrap_reason.trim().is_empty() {
        return Err(ApiError::plain(&codes::REASON_REQUIRED).field(
            "/scrap_reason",
            &codes::REASON_REQUIRED,
            "scrap needs a reason",
        ));
    }
    let words =
        Words { reason: input.scrap_reason.clone(), good: input.good, scrap: input.scrap, short_accepted: false };
    let version = command(tx, work, WorkOrderCommand::Report, &words, tolerance).await?;
    let consumed = consumption(work, input)?;
    consume(tx, &mut work.order, &consumed).await?;
    Ok(version)
}

/// What the report in hand consumes: by the order's mode, or as the operator says.
fn consumption(work: &Work, input: &ReportInput) -> Result<Vec<(MaterialLineId, Decimal)>, ApiError> {
    if let Some(said) = &input.consumption {
        for (place, item) in said.iter().enumerate() {
            let known = work.order.lines.iter().any(|line| line.id == item.line_id.uuid());
            if !known || item.quantity.is_sign_negative() {
                let pointer = format!("/consumption/{place}");
                return Err(ApiError::new(&codes::VALIDATION_FAILED, "not a component of this order, or negative")
                    .field(pointer, &codes::VALUE_INVALID, "not a component of this order, or negative"));
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
    amounts.map_err(|error| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, error.to_string()))
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

/// Writes what a command means for the other work orders and for the order.
///
/// # Errors
/// When Postgres fails.
pub async fn settle(tx: &mut Tx, work: &Work) -> Result<(), ApiError> {
    readiness::write(tx, &work.order, &work.rows, &work.steps).await?;
    let finished = work
        .rows
        .iter()
        .zip(&work.steps)
        .filter(|(_, step)| step.state == WorkOrderState::Finished)
        .map(|(row, _)| row.planned_seconds)
        .sum::<i64>();
    let scrapped = work.steps.iter().map(|step| step.scrapped).sum::<Decimal>();
    let changes = OrderChanges {
        availability: Some(work.order.availability()?.to_string()),
        qty_done: work.steps.last().map(|step| step.good),
        qty_scrapped: Some(scrapped),
        finished_seconds: Some(finished),
        ..OrderChanges::default()
    };
    let version = orders::change(tx, work.order.row.id, changes).await?;
    tx.changed("manufacturing_order", work.order.row.id, version, "");
    Ok(())
}
