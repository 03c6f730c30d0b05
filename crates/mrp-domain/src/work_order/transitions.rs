//! What may be done to a work order, and what follows from it.
//!
//! The same shape as for the order it belongs to: [`decide`] is total over states and commands, [`offers`] asks
//! it for every button. Opening a screen starts nothing: time runs only between accepted commands.

use rust_decimal::Decimal;

use crate::manufacturing_order::ManufacturingOrderState;
use crate::vocabulary;
use crate::work_order::WorkOrderState;
use crate::work_order::refusal::Refusal;

vocabulary! {
    /// Everything that can be asked of a work order.
    pub enum WorkOrderCommand {
        /// Begin to work on it.
        Start = "start",
        /// Stop for a while, with a reason.
        Pause = "pause",
        /// Go on after a pause, or join those who are at work.
        Resume = "resume",
        /// Say how many pieces became good and how many scrap.
        Report = "report",
        /// Close it.
        Finish = "finish",
        /// Open a closed one again, to correct or to do more.
        Reopen = "reopen",
        /// Do it at another allowed work center.
        MoveWorkCenter = "move_work_center",
        /// Say who shall do it.
        Assign = "assign",
        /// Give it up with its order.
        Cancel = "cancel",
    }
}

/// What [`decide`] needs to know about a work order; read under the order's lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkOrderFacts {
    /// The work order's state.
    pub state: WorkOrderState,
    /// The state of the order it belongs to.
    pub order_state: ManufacturingOrderState,
    /// What can be worked on now, see [`readiness`](crate::work_order::readiness).
    pub ready_quantity: Decimal,
    /// Good and scrapped pieces reported so far.
    pub reported: Decimal,
    /// The most that can still be reported in all: the planned quantity less what earlier operations scrapped,
    /// plus the tolerated surplus.
    pub most_reportable: Decimal,
    /// What should be reported before it counts as complete.
    pub attainable: Decimal,
    /// Good and scrapped pieces of the report in hand; zero when only asking what is possible.
    pub reporting: Decimal,
    /// Why the work center stands, if it does.
    pub blocked_reason: Option<String>,
    /// Work orders that run at the work center now, this one not counted.
    pub running_at_work_center: u32,
    /// How many the work center can run at once.
    pub work_center_capacity: u32,
    /// The one who asks (or for whom it is asked) is at work on it.
    pub operator_is_working: bool,
    /// Others at work on it.
    pub others_working: u32,
    /// A reason came with the command.
    pub reason_given: bool,
    /// The target of a move is the operation's work center or one of its alternatives.
    pub target_allowed: bool,
    /// The one who asks has seen that less is reported than planned, and closes anyway.
    pub short_accepted: bool,
}

/// Something the caller must do in the same transaction as the change of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Move the order from planned to in progress.
    StartOrder,
    /// Begin a time log of the operator.
    OpenTimeLog,
    /// End the time log of the operator.
    CloseOwnTimeLog,
    /// End every time log that is running.
    CloseTimeLogs,
    /// Write the production report and the consumption it brings.
    PostReport,
    /// Recompute what the following operations can work on.
    RefreshSuccessors,
    /// Compute new scheduled times.
    Reschedule,
    /// Write down who shall do it.
    AssignOperators,
}

/// What follows from an accepted command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The state after the command.
    pub next_state: WorkOrderState,
    /// What to do beside it, in this order.
    pub effects: Vec<Effect>,
}

/// Every command with its answer, for the screens: `Ok` enables the button, the refusal is the reason beside a
/// disabled one.
#[must_use]
pub fn offers(facts: &WorkOrderFacts) -> Vec<(WorkOrderCommand, Result<(), Refusal>)> {
    WorkOrderCommand::ALL.iter().map(|&command| (command, decide(command, facts).map(|_| ()))).collect()
}

/// Decides one command.
///
/// # Errors
/// The [`Refusal`] that names the first fact in the way.
pub fn decide(command: WorkOrderCommand, facts: &WorkOrderFacts) -> Result<Decision, Refusal> {
    match command {
        WorkOrderCommand::Start => start(facts),
        WorkOrderCommand::Pause => pause(facts),
        WorkOrderCommand::Resume => resume(facts),
        WorkOrderCommand::Report => report(facts),
        WorkOrderCommand::Finish => finish(facts),
        WorkOrderCommand::Reopen => reopen(facts),
        WorkOrderCommand::MoveWorkCenter => move_work_center(facts),
        WorkOrderCommand::Assign => assign(facts),
        WorkOrderCommand::Cancel => cancel(facts),
    }
}

fn start(facts: &WorkOrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        // Waiting and ready differ only by the ready quantity, which is the fact that decides.
        WorkOrderState::Waiting | WorkOrderState::Ready => {}
        WorkOrderState::InProgress | WorkOrderState::Paused | WorkOrderState::Finished | WorkOrderState::Cancelled => {
            return wrong_state(WorkOrderCommand::Start, facts);
        }
    }
    released(facts)?;
    if facts.ready_quantity <= Decimal::ZERO {
        return Err(Refusal::NothingReady);
    }
    work_center_free(facts)?;
    let mut effects = vec![Effect::OpenTimeLog];
    match facts.order_state {
        ManufacturingOrderState::Planned => effects.push(Effect::StartOrder),
        ManufacturingOrderState::InProgress
        | ManufacturingOrderState::Draft
        | ManufacturingOrderState::Confirmed
        | ManufacturingOrderState::Done
        | ManufacturingOrderState::Cancelled => {}
    }
    Ok(Decision { next_state: WorkOrderState::InProgress, effects })
}

fn pause(facts: &WorkOrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        WorkOrderState::InProgress => {}
        WorkOrderState::Waiting
        | WorkOrderState::Ready
        | WorkOrderState::Paused
        | WorkOrderState::Finished
        | WorkOrderState::Cancelled => return wrong_state(WorkOrderCommand::Pause, facts),
    }
    if !facts.reason_given {
        return Err(Refusal::ReasonMissing);
    }
    // One of several leaves; when it is the last, or somebody outside stops the work, all of it stands.
    if facts.operator_is_working && facts.others_working > 0 {
        return Ok(Decision { next_state: WorkOrderState::InProgress, effects: vec![Effect::CloseOwnTimeLog] });
    }
    Ok(Decision { next_state: WorkOrderState::Paused, effects: vec![Effect::CloseTimeLogs] })
}

fn resume(facts: &WorkOrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        WorkOrderState::Paused => {
            released(facts)?;
            work_center_free(facts)?;
        }
        WorkOrderState::InProgress => {
            released(facts)?;
            if facts.operator_is_working {
                return Err(Refusal::AlreadyWorking);
            }
        }
        WorkOrderState::Waiting | WorkOrderState::Ready | WorkOrderState::Finished | WorkOrderState::Cancelled => {
            return wrong_state(WorkOrderCommand::Resume, facts);
        }
    }
    Ok(Decision { next_state: WorkOrderState::InProgress, effects: vec![Effect::OpenTimeLog] })
}

fn report(facts: &WorkOrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        WorkOrderState::InProgress | WorkOrderState::Paused => {}
        WorkOrderState::Waiting | WorkOrderState::Ready | WorkOrderState::Finished | WorkOrderState::Cancelled => {
            return wrong_state(WorkOrderCommand::Report, facts);
        }
    }
    released(facts)?;
    if facts.reporting <= Decimal::ZERO {
        return Err(Refusal::ReportEmpty);
    }
    let reported = facts.reported.saturating_add(facts.reporting);
    if reported > facts.most_reportable {
        return Err(Refusal::MoreThanPossible { reported, allowed: facts.most_reportable });
    }
    Ok(stay(facts, vec![Effect::PostReport, Effect::RefreshSuccessors]))
}

fn finish(facts: &WorkOrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        WorkOrderState::InProgress | WorkOrderState::Paused => {}
        WorkOrderState::Waiting | WorkOrderState::Ready | WorkOrderState::Finished | WorkOrderState::Cancelled => {
            return wrong_state(WorkOrderCommand::Finish, facts);
        }
    }
    if facts.reported <= Decimal::ZERO {
        return Err(Refusal::NothingReported);
    }
    if facts.reported < facts.attainable && !facts.short_accepted {
        return Err(Refusal::ReportedLessThanPlanned { reported: facts.reported, attainable: facts.attainable });
    }
    Ok(Decision {
        next_state: WorkOrderState::Finished,
        effects: vec![Effect::CloseTimeLogs, Effect::RefreshSuccessors],
    })
}

/// A reopened work order is paused: no time runs before somebody resumes it.
fn reopen(facts: &WorkOrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        WorkOrderState::Finished => {
            released(facts)?;
            Ok(Decision { next_state: WorkOrderState::Paused, effects: vec![Effect::RefreshSuccessors] })
        }
        WorkOrderState::Waiting
        | WorkOrderState::Ready
        | WorkOrderState::InProgress
        | WorkOrderState::Paused
        | WorkOrderState::Cancelled => wrong_state(WorkOrderCommand::Reopen, facts),
    }
}

fn move_work_center(facts: &WorkOrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        WorkOrderState::Waiting | WorkOrderState::Ready | WorkOrderState::Paused => {}
        WorkOrderState::InProgress | WorkOrderState::Finished | WorkOrderState::Cancelled => {
            return wrong_state(WorkOrderCommand::MoveWorkCenter, facts);
        }
    }
    if !facts.target_allowed {
        return Err(Refusal::WorkCenterNotAllowed);
    }
    Ok(stay(facts, vec![Effect::Reschedule]))
}

fn assign(facts: &WorkOrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        WorkOrderState::Waiting | WorkOrderState::Ready | WorkOrderState::InProgress | WorkOrderState::Paused => {
            Ok(stay(facts, vec![Effect::AssignOperators]))
        }
        WorkOrderState::Finished | WorkOrderState::Cancelled => wrong_state(WorkOrderCommand::Assign, facts),
    }
}

fn cancel(facts: &WorkOrderFacts) -> Result<Decision, Refusal> {
    match facts.state {
        WorkOrderState::Waiting | WorkOrderState::Ready | WorkOrderState::Paused => {}
        WorkOrderState::InProgress | WorkOrderState::Finished | WorkOrderState::Cancelled => {
            return wrong_state(WorkOrderCommand::Cancel, facts);
        }
    }
    if facts.reported > Decimal::ZERO {
        return Err(Refusal::AlreadyReported { reported: facts.reported });
    }
    Ok(Decision { next_state: WorkOrderState::Cancelled, effects: vec![Effect::RefreshSuccessors] })
}

fn released(facts: &WorkOrderFacts) -> Result<(), Refusal> {
    match facts.order_state {
        ManufacturingOrderState::Planned | ManufacturingOrderState::InProgress => Ok(()),
        ManufacturingOrderState::Draft
        | ManufacturingOrderState::Confirmed
        | ManufacturingOrderState::Done
        | ManufacturingOrderState::Cancelled => Err(Refusal::OrderNotReleased { order_state: facts.order_state }),
    }
}

fn work_center_free(facts: &WorkOrderFacts) -> Result<(), Refusal> {
    if let Some(reason) = &facts.blocked_reason {
        return Err(Refusal::WorkCenterBlocked { reason: reason.clone() });
    }
    if facts.running_at_work_center >= facts.work_center_capacity {
        return Err(Refusal::WorkCenterFull {
            running: facts.running_at_work_center,
            capacity: facts.work_center_capacity,
        });
    }
    Ok(())
}

fn stay(facts: &WorkOrderFacts, effects: Vec<Effect>) -> Decision {
    Decision { next_state: facts.state, effects }
}

fn wrong_state<T>(command: WorkOrderCommand, facts: &WorkOrderFacts) -> Result<T, Refusal> {
    Err(Refusal::WrongState { state: facts.state, command })
}
