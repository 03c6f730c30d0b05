//! The life of a work order.

use std::fmt::Write;

use mrp_domain::manufacturing_order::ManufacturingOrderState;
use mrp_domain::work_order::WorkOrderState;
use mrp_domain::work_order::refusal::Refusal;
use mrp_domain::work_order::transitions::{Effect, WorkOrderCommand, WorkOrderFacts, decide, offers};
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

/// Nothing stands in the way of any command that the state knows.
fn fair(state: WorkOrderState) -> WorkOrderFacts {
    let reported = match state {
        WorkOrderState::Waiting | WorkOrderState::Ready | WorkOrderState::Cancelled => Decimal::ZERO,
        WorkOrderState::InProgress | WorkOrderState::Paused | WorkOrderState::Finished => dec!(8),
    };
    WorkOrderFacts {
        state,
        order_state: ManufacturingOrderState::Planned,
        ready_quantity: dec!(2),
        reported,
        most_reportable: dec!(10),
        attainable: dec!(8),
        reporting: dec!(2),
        blocked_reason: None,
        running_at_work_center: 0,
        work_center_capacity: 1,
        operator_is_working: false,
        others_working: 1,
        reason_given: true,
        target_allowed: true,
        short_accepted: false,
    }
}

/// Everything that can stand in the way does.
fn foul(state: WorkOrderState) -> WorkOrderFacts {
    WorkOrderFacts {
        order_state: ManufacturingOrderState::Planned,
        ready_quantity: Decimal::ZERO,
        reported: dec!(4),
        reporting: dec!(7),
        blocked_reason: Some("spindle broken".to_owned()),
        running_at_work_center: 1,
        operator_is_working: true,
        reason_given: false,
        target_allowed: false,
        ..fair(state)
    }
}

fn table(title: &str, facts: fn(WorkOrderState) -> WorkOrderFacts) -> String {
    let mut text = format!("{title}\n");
    for &state in WorkOrderState::ALL {
        for &command in WorkOrderCommand::ALL {
            let answer = match decide(command, &facts(state)) {
                Ok(decision) => format!("{} {:?}", decision.next_state, decision.effects),
                Err(refusal) => format!("refused: {}", refusal.code()),
            };
            let _ = writeln!(text, "  {:<12} {:<16} {answer}", state.as_str(), command.as_str());
        }
    }
    text
}

#[test]
fn every_state_answers_every_command() {
    insta::assert_snapshot!(
        "work_order_commands",
        format!("{}\n{}", table("Nothing stands in the way:", fair), table("Everything stands in the way:", foul))
    );
}

#[test]
fn the_screens_get_the_same_answer_as_the_server() {
    for &state in WorkOrderState::ALL {
        for facts in [fair(state), foul(state)] {
            for (command, answer) in offers(&facts) {
                assert_eq!(answer, decide(command, &facts).map(|_| ()));
                if let Err(refusal) = answer {
                    assert!(Refusal::CODES.contains(&refusal.code()), "{refusal:?}");
                }
            }
        }
    }
}

#[test]
fn the_first_work_order_starts_its_order_and_the_second_does_not() {
    let mut facts = fair(WorkOrderState::Ready);
    let first = decide(WorkOrderCommand::Start, &facts).unwrap();
    assert_eq!(first.effects, [Effect::OpenTimeLog, Effect::StartOrder]);
    facts.order_state = ManufacturingOrderState::InProgress;
    let second = decide(WorkOrderCommand::Start, &facts).unwrap();
    assert_eq!(second.effects, [Effect::OpenTimeLog]);
}

#[test]
fn work_cannot_start_before_its_order_is_planned() {
    let facts = WorkOrderFacts { order_state: ManufacturingOrderState::Confirmed, ..fair(WorkOrderState::Ready) };
    assert_eq!(
        decide(WorkOrderCommand::Start, &facts),
        Err(Refusal::OrderNotReleased { order_state: ManufacturingOrderState::Confirmed })
    );
}

#[test]
fn a_blocked_work_center_refuses_starts_and_tells_why() {
    let facts = WorkOrderFacts { blocked_reason: Some("no coolant".to_owned()), ..fair(WorkOrderState::Ready) };
    assert_eq!(
        decide(WorkOrderCommand::Start, &facts),
        Err(Refusal::WorkCenterBlocked { reason: "no coolant".to_owned() })
    );
}

#[test]
fn a_work_center_runs_no_more_work_orders_than_its_capacity() {
    let mut facts =
        WorkOrderFacts { running_at_work_center: 2, work_center_capacity: 3, ..fair(WorkOrderState::Ready) };
    assert!(decide(WorkOrderCommand::Start, &facts).is_ok());
    facts.running_at_work_center = 3;
    assert_eq!(decide(WorkOrderCommand::Start, &facts), Err(Refusal::WorkCenterFull { running: 3, capacity: 3 }));
}

#[test]
fn work_goes_on_when_one_of_two_operators_leaves() {
    let mut facts = WorkOrderFacts { operator_is_working: true, others_working: 1, ..fair(WorkOrderState::InProgress) };
    let one_leaves = decide(WorkOrderCommand::Pause, &facts).unwrap();
    assert_eq!(one_leaves.next_state, WorkOrderState::InProgress);
    assert_eq!(one_leaves.effects, [Effect::CloseOwnTimeLog]);
    facts.others_working = 0;
    let last_leaves = decide(WorkOrderCommand::Pause, &facts).unwrap();
    assert_eq!(last_leaves.next_state, WorkOrderState::Paused);
}

#[test]
fn an_operator_cannot_have_two_clocks_on_one_work_order() {
    let facts = WorkOrderFacts { operator_is_working: true, ..fair(WorkOrderState::InProgress) };
    assert_eq!(decide(WorkOrderCommand::Resume, &facts), Err(Refusal::AlreadyWorking));
}

#[test]
fn a_short_work_order_is_closed_only_when_that_is_meant() {
    let mut facts = WorkOrderFacts { attainable: dec!(10), ..fair(WorkOrderState::InProgress) };
    let asked = decide(WorkOrderCommand::Finish, &facts).unwrap_err();
    assert_eq!(asked, Refusal::ReportedLessThanPlanned { reported: dec!(8), attainable: dec!(10) });
    assert!(asked.asks());
    facts.short_accepted = true;
    let closed = decide(WorkOrderCommand::Finish, &facts).unwrap();
    assert_eq!(closed.next_state, WorkOrderState::Finished);
}

#[test]
fn a_reopened_work_order_is_paused_so_that_no_time_runs() {
    let decision = decide(WorkOrderCommand::Reopen, &fair(WorkOrderState::Finished)).unwrap();
    assert_eq!(decision.next_state, WorkOrderState::Paused);
    assert!(!decision.effects.contains(&Effect::OpenTimeLog));
}
