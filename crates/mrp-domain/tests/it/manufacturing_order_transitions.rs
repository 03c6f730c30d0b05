//! The life of a manufacturing order.

use std::fmt::Write;

use mrp_domain::bom::{BomState, EffectiveDays};
use mrp_domain::manufacturing_order::refusal::Refusal;
use mrp_domain::manufacturing_order::transitions::{
    Effect, FinishChoice, ManufacturingOrderCommand, OrderFacts, decide, mandatory_missing, offers,
};
use mrp_domain::manufacturing_order::{ManufacturingOrderState, MaterialAvailability};
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use time::macros::date;

/// Nothing stands in the way of any command that the state knows.
fn fair(state: ManufacturingOrderState) -> OrderFacts {
    OrderFacts {
        state,
        availability: MaterialAvailability::Reserved,
        mandatory_missing: vec![],
        bom_state: BomState::Validated,
        bom_days: EffectiveDays::ALWAYS,
        begins_on: date!(2026 - 11 - 20),
        may_use_unvalidated_bom: false,
        may_plan_with_shortage: false,
        may_reverse: true,
        reserve_at_confirm: true,
        has_open_needs: true,
        has_reservations: true,
        ordered: dec!(10),
        produced: dec!(10),
        consumed_or_produced: false,
        over_production_tolerance_percent: dec!(5),
        unfinished_work_orders: 0,
        running_work_orders: 0,
        unrecorded_manual_lines: 0,
        unrecorded_lines_accepted: false,
    }
}

/// Everything that can stand in the way does.
fn foul(state: ManufacturingOrderState) -> OrderFacts {
    OrderFacts {
        availability: MaterialAvailability::Missing,
        mandatory_missing: vec!["date_deadline", "routing_id"],
        bom_state: BomState::Draft,
        may_reverse: false,
        has_open_needs: false,
        has_reservations: false,
        produced: dec!(4),
        consumed_or_produced: true,
        unfinished_work_orders: 2,
        unrecorded_manual_lines: 1,
        ..fair(state)
    }
}

fn table(title: &str, facts: fn(ManufacturingOrderState) -> OrderFacts) -> String {
    let mut text = format!("{title}\n");
    for &state in ManufacturingOrderState::ALL {
        for &command in ManufacturingOrderCommand::ALL {
            let answer = match decide(command, &facts(state), None) {
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
        "manufacturing_order_commands",
        format!("{}\n{}", table("Nothing stands in the way:", fair), table("Everything stands in the way:", foul))
    );
}

#[test]
fn the_screens_get_the_same_answer_as_the_server() {
    for &state in ManufacturingOrderState::ALL {
        for facts in [fair(state), foul(state)] {
            let offered = offers(&facts);
            assert_eq!(offered.len(), ManufacturingOrderCommand::ALL.len());
            for (command, answer) in offered {
                assert_eq!(answer, decide(command, &facts, None).map(|_| ()));
            }
        }
    }
}

#[test]
fn every_refusal_has_a_listed_code() {
    for &state in ManufacturingOrderState::ALL {
        for &command in ManufacturingOrderCommand::ALL {
            if let Err(refusal) = decide(command, &foul(state), None) {
                assert!(Refusal::CODES.contains(&refusal.code()), "{refusal:?}");
            }
        }
    }
}

#[test]
fn a_draft_with_an_empty_deadline_cannot_be_confirmed() {
    let mandatory_missing = mandatory_missing(|field| field != "date_deadline");
    let facts = OrderFacts { mandatory_missing, ..fair(ManufacturingOrderState::Draft) };
    let refused = decide(ManufacturingOrderCommand::Confirm, &facts, None);
    assert_eq!(refused, Err(Refusal::MandatoryFieldMissing { field: "date_deadline" }));
}

#[test]
fn using_a_draft_bill_of_materials_needs_the_permission_and_is_logged() {
    let mut facts = OrderFacts { bom_state: BomState::Draft, ..fair(ManufacturingOrderState::Draft) };
    assert_eq!(decide(ManufacturingOrderCommand::Confirm, &facts, None), Err(Refusal::BomNotValidated));
    facts.may_use_unvalidated_bom = true;
    let decision = decide(ManufacturingOrderCommand::Confirm, &facts, None).unwrap();
    assert_eq!(decision.next_state, ManufacturingOrderState::Confirmed);
    assert!(decision.effects.contains(&Effect::LogUnvalidatedBom));
    facts.bom_state = BomState::Archived;
    assert_eq!(decide(ManufacturingOrderCommand::Confirm, &facts, None), Err(Refusal::BomArchived));
}

#[test]
fn planning_with_missing_material_needs_the_permission_and_is_logged() {
    let mut facts =
        OrderFacts { availability: MaterialAvailability::Partial, ..fair(ManufacturingOrderState::Confirmed) };
    assert_eq!(
        decide(ManufacturingOrderCommand::Plan, &facts, None),
        Err(Refusal::MaterialShort { availability: MaterialAvailability::Partial })
    );
    facts.may_plan_with_shortage = true;
    let decision = decide(ManufacturingOrderCommand::Plan, &facts, None).unwrap();
    assert!(decision.effects.contains(&Effect::LogPlannedWithShortage));
}

#[test]
fn finishing_short_asks_for_a_backorder_or_closing_short() {
    let facts = OrderFacts { produced: dec!(7), ..fair(ManufacturingOrderState::InProgress) };
    let asked = decide(ManufacturingOrderCommand::Finish, &facts, None).unwrap_err();
    assert_eq!(asked, Refusal::ProducedLessThanOrdered { ordered: dec!(10), produced: dec!(7) });
    assert!(asked.asks());
    let complete = decide(ManufacturingOrderCommand::Finish, &facts, Some(FinishChoice::Complete));
    assert_eq!(complete.unwrap_err(), asked);

    let backorder = decide(ManufacturingOrderCommand::Finish, &facts, Some(FinishChoice::Backorder)).unwrap();
    assert_eq!(backorder.next_state, ManufacturingOrderState::Done);
    assert!(backorder.effects.contains(&Effect::CreateBackorder { quantity: dec!(3) }));

    let short = decide(ManufacturingOrderCommand::Finish, &facts, Some(FinishChoice::CloseShort)).unwrap();
    assert!(!short.effects.iter().any(|effect| matches!(effect, Effect::CreateBackorder { .. })));
    assert!(short.effects.contains(&Effect::FreeReservations));
}

#[test]
fn an_order_that_only_consumed_is_closed_short_but_leaves_no_backorder() {
    let facts =
        OrderFacts { produced: Decimal::ZERO, consumed_or_produced: true, ..fair(ManufacturingOrderState::InProgress) };
    assert_eq!(decide(ManufacturingOrderCommand::Cancel, &facts, None), Err(Refusal::AlreadyConsumed));
    assert_eq!(
        decide(ManufacturingOrderCommand::Finish, &facts, Some(FinishChoice::Backorder)),
        Err(Refusal::NothingProduced)
    );
    let short = decide(ManufacturingOrderCommand::Finish, &facts, Some(FinishChoice::CloseShort)).unwrap();
    assert!(!short.effects.contains(&Effect::PostOutput));
}

#[test]
fn production_above_the_tolerance_is_refused_and_at_it_is_not() {
    let mut facts = OrderFacts { produced: dec!(10.5), ..fair(ManufacturingOrderState::InProgress) };
    assert!(decide(ManufacturingOrderCommand::Finish, &facts, None).is_ok());
    facts.produced = dec!(10.501);
    assert_eq!(
        decide(ManufacturingOrderCommand::Finish, &facts, None),
        Err(Refusal::OverTolerance { ordered: dec!(10), produced: dec!(10.501), allowed: dec!(10.5) })
    );
}

#[test]
fn finishing_with_unrecorded_components_asks_once() {
    let mut facts = OrderFacts { unrecorded_manual_lines: 2, ..fair(ManufacturingOrderState::InProgress) };
    let asked = decide(ManufacturingOrderCommand::Finish, &facts, None).unwrap_err();
    assert_eq!(asked, Refusal::ConsumptionUnrecorded { count: 2 });
    assert!(asked.asks());
    facts.unrecorded_lines_accepted = true;
    assert!(decide(ManufacturingOrderCommand::Finish, &facts, None).is_ok());
}

#[test]
fn an_order_with_somebody_at_work_is_neither_finished_nor_cancelled() {
    let facts = OrderFacts { running_work_orders: 1, ..fair(ManufacturingOrderState::InProgress) };
    for command in [ManufacturingOrderCommand::Finish, ManufacturingOrderCommand::Cancel] {
        assert_eq!(decide(command, &facts, None), Err(Refusal::WorkOrdersRunning { count: 1 }));
    }
}

#[test]
fn cancelling_an_order_frees_its_reservations() {
    for state in
        [ManufacturingOrderState::Confirmed, ManufacturingOrderState::Planned, ManufacturingOrderState::InProgress]
    {
        let decision = decide(ManufacturingOrderCommand::Cancel, &fair(state), None).unwrap();
        assert_eq!(decision.next_state, ManufacturingOrderState::Cancelled);
        assert!(decision.effects.contains(&Effect::FreeReservations));
        assert!(decision.effects.contains(&Effect::FlagPurchaseRequests));
    }
}

#[test]
fn a_reversed_order_can_be_finished_again_or_cancelled() {
    let reversed = decide(ManufacturingOrderCommand::Reverse, &fair(ManufacturingOrderState::Done), None).unwrap();
    assert!(reversed.effects.contains(&Effect::PostCompensatingMoves));
    let again = fair(reversed.next_state);
    assert!(decide(ManufacturingOrderCommand::Finish, &again, None).is_ok());
    assert!(decide(ManufacturingOrderCommand::Cancel, &again, None).is_ok());
}

#[test]
fn an_order_begins_only_on_a_day_on_which_its_bill_of_materials_may_be_used() {
    let day = |day| date!(2026 - 11 - 01).replace_day(day).unwrap();
    let asked = |from, until| {
        let bom_days = EffectiveDays::new(from, until).unwrap();
        let facts = OrderFacts { bom_days, ..fair(ManufacturingOrderState::Draft) };
        decide(ManufacturingOrderCommand::Confirm, &facts, None)
    };
    assert!(asked(Some(day(20)), Some(day(20))).is_ok());
    assert!(asked(None, Some(day(20))).is_ok());
    let late = asked(Some(day(21)), None).unwrap_err();
    assert_eq!(late.code(), "bom_not_effective");
    assert_eq!(
        late.to_string(),
        "the bill of materials may be used from 2026-11-21 on, and the order begins on 2026-11-20"
    );
    assert!(asked(Some(day(1)), Some(day(19))).is_err());
    assert!(EffectiveDays::new(Some(day(2)), Some(day(1))).is_err());
}
