//! What the operations of a routing come to while one types: each one's begin and end, and the whole.
//!
//! The rules are the domain's (`routing`, `work_order_duration`); here they only meet what stands in the form.

use leptos::prelude::*;
use mrp_domain::ids::{OperationId, WorkCenterId};
use mrp_domain::quantity::{Exact, PositiveQuantity};
use mrp_domain::routing::{Operation, Routing, RoutingFault};
use mrp_domain::text::Name;
use mrp_domain::time::Seconds;
use mrp_domain::work_center::Efficiency;
use mrp_domain::work_order_duration::{OperationTimes, TimeMode, duration};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::format;
use crate::i18n::text::routings as t;
use crate::pages::routings::learned::LearnedTimes;
use crate::ui::form::{Row, Slot};
use crate::ui::page::RailSection;
use crate::ui::state::{Shape, State};

/// When an operation begins and ends, in seconds after the first one's begin.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stage {
    name: String,
    begin: i64,
    end: i64,
}

/// Why there is no timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Trouble {
    Unfinished,
    Faulty(Vec<String>),
}

/// The rail's section.
#[component]
pub fn LeadTime(
    /// The field of operations.
    entry: Slot,
    /// What finished work orders say.
    times: LearnedTimes,
) -> impl IntoView {
    let pieces = RwSignal::new("10".to_owned());
    let stages = Memo::new(move |_| {
        let operations = entry.rows.get().iter().map(|row| operation(row, times)).collect::<Option<Vec<_>>>();
        let quantity = format::parse_number(&pieces.get()).filter(|quantity| *quantity > Decimal::ZERO);
        match (operations, quantity) {
            (Some(operations), Some(quantity)) if !operations.is_empty() => timeline(operations, quantity),
            (Some(_) | None, _) => Err(Trouble::Unfinished),
        }
    });
    let draw = move || match stages.get() {
        Err(Trouble::Unfinished) => view! { <p class="muted">{t::lead_unknown()}</p> }.into_any(),
        Err(Trouble::Faulty(faults)) => view! {
            <State shape=Shape::Blocking word=t::lead_faulty()/>
            {faults.into_iter().map(|fault| view! { <p>{fault}</p> }).collect_view()}
        }
        .into_any(),
        Ok(stages) => bars(&stages),
    };
    view! {
        <RailSection title=t::lead_time()>
            <label class="field-label" for="lead-pieces">{t::lead_for()}</label>
            <input
                id="lead-pieces"
                class="control number"
                inputmode="decimal"
                prop:value=move || pieces.get()
                on:input=move |event| pieces.set(event_target_value(&event))
            />
            {draw}
            <p class="muted small">{t::lead_hint()}</p>
        </RailSection>
    }
}

fn bars(stages: &[Stage]) -> AnyView {
    let whole = stages.iter().map(|stage| stage.end).max().unwrap_or_default();
    let share = |seconds: i64| {
        let whole = Decimal::from(whole.max(1));
        format!("{}%", (Decimal::from(seconds) * Decimal::ONE_HUNDRED / whole).round_dp(2))
    };
    let rows = stages
        .iter()
        .map(|stage| {
            view! {
                <div class="lead-row">
                    <span class="rail-fact">
                        <span class="ellipsis">{stage.name.clone()}</span>
                        <span class="muted">{format::duration(stage.end - stage.begin)}</span>
                    </span>
                    <span class="lead-track" aria-hidden="true">
                        <i style:margin-left=share(stage.begin) style:width=share(stage.end - stage.begin)></i>
                    </span>
                </div>
            }
        })
        .collect_view();
    view! {
        <p class="lead-whole">{format::duration(whole)}" "<span class="muted">"h"</span></p>
        <div class="lead">{rows}</div>
    }
    .into_any()
}

/// What stands on a card, as the domain's operation; `None` while something is missing.
fn operation(row: &Row, times: LearnedTimes) -> Option<Operation> {
    let typed = |name: &str| {
        row.slots.iter().find(|slot| slot.field.with_value(|field| field.name == name)).map(|slot| slot.value.get())
    };
    let seconds = |name: &str| -> Option<Seconds> {
        let typed = typed(name)?;
        let seconds = if typed.trim().is_empty() { 0 } else { format::parse_duration(&typed)? };
        u64::try_from(seconds).ok().map(Seconds::new)
    };
    // As the server does it: a learned time counts where the operation says so, as soon as there is one.
    let learns = typed("time_mode").as_deref() == Some(TimeMode::Learned.as_str());
    let learned = typed("id").filter(|_| learns).and_then(|id| times.cycle_seconds(&id));
    let learned = learned.map(|seconds| Seconds::new(u64::from(seconds)));
    let positive = |text: &str| format::parse_number(text).and_then(|value| PositiveQuantity::try_from(value).ok());
    let predecessors = typed("predecessors")?;
    let predecessors = match predecessors.trim() {
        "" => None,
        format::DASH | "-" => Some(Vec::new()),
        list => Some(
            list.split([',', ';', ' '])
                .filter(|part| !part.is_empty())
                .map(|part| part.parse().ok())
                .collect::<Option<Vec<u32>>>()?,
        ),
    };
    Some(Operation {
        id: OperationId::from_uuid(Uuid::nil()),
        sequence: typed("sequence")?.trim().parse().ok()?,
        name: Name::try_from(typed("name")?).ok()?,
        work_center: WorkCenterId::from_uuid(Uuid::nil()),
        times: OperationTimes {
            setup: seconds("setup_seconds")?,
            cycle: learned.or(seconds("cycle_seconds"))?,
            quantity_per_cycle: positive(&typed("quantity_per_cycle")?)?,
            cleanup: seconds("cleanup_seconds")?,
        },
        staff_needed: 1,
        predecessors,
        overlap_after: positive(&typed("overlap_quantity")?),
        instructions: String::new(),
    })
}

/// Begin and end of each operation when nothing has to wait for a free machine.
fn timeline(operations: Vec<Operation>, quantity: Decimal) -> Result<Vec<Stage>, Trouble> {
    let routing = Routing::new(operations).map_err(|faults| Trouble::Faulty(faults.iter().map(told).collect()))?;
    let all = routing.operations();
    let mut stages =
        all.iter().map(|operation| Stage { name: operation.name.to_string(), begin: 0, end: 0 }).collect::<Vec<_>>();
    let lasts = |operation: &Operation, quantity: Exact| {
        let seconds = duration(&operation.times, quantity, Efficiency::FULL).map_err(|_| Trouble::Unfinished)?;
        i64::try_from(seconds.get()).map_err(|_| Trouble::Unfinished)
    };
    for &index in routing.waiting_order() {
        let mut begin = 0;
        let mut floor = 0;
        for &before in routing.predecessors_of(index) {
            let (Some(previous), Some(stage)) = (all.get(before), stages.get(before)) else { continue };
            let first_pieces = match previous.overlap_after.map(Decimal::from) {
                Some(after) if after < quantity => {
                    let cleanup = i64::try_from(previous.times.cleanup.get()).unwrap_or_default();
                    stage.begin + lasts(previous, after.into())? - cleanup
                }
                Some(_) | None => stage.end,
            };
            begin = begin.max(first_pieces);
            floor = floor.max(stage.end);
        }
        if let (Some(operation), Some(stage)) = (all.get(index), stages.get_mut(index)) {
            stage.begin = begin;
            stage.end = (begin + lasts(operation, quantity.into())?).max(floor);
        }
    }
    Ok(stages)
}

fn told(fault: &RoutingFault) -> String {
    match fault {
        RoutingFault::NoOperation => t::none().to_owned(),
        RoutingFault::DuplicateSequence { sequence } => t::fault_duplicate(&sequence.to_string()),
        RoutingFault::UnknownPredecessor { sequence, predecessor } => {
            t::fault_unknown(&sequence.to_string(), &predecessor.to_string())
        }
        RoutingFault::Cycle { path } => {
            t::fault_cycle(&path.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → "))
        }
        RoutingFault::TooManyOperations { .. } | RoutingFault::InstructionsTooLong { .. } => fault.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(sequence: u32, cycle_minutes: u64, overlap: Option<i64>) -> Operation {
        Operation {
            id: OperationId::from_uuid(Uuid::nil()),
            sequence,
            name: Name::try_from(format!("Step {sequence}")).unwrap(),
            work_center: WorkCenterId::from_uuid(Uuid::nil()),
            times: OperationTimes {
                setup: Seconds::new(0),
                cycle: Seconds::new(cycle_minutes * 60),
                quantity_per_cycle: PositiveQuantity::try_from(Decimal::ONE).unwrap(),
                cleanup: Seconds::new(0),
            },
            staff_needed: 1,
            predecessors: None,
            overlap_after: overlap.map(|pieces| PositiveQuantity::try_from(Decimal::from(pieces)).unwrap()),
            instructions: String::new(),
        }
    }

    #[test]
    fn operations_follow_each_other_unless_they_overlap() {
        let apart = timeline(vec![step(10, 6, None), step(20, 3, None)], Decimal::TEN).unwrap();
        assert_eq!(apart.iter().map(|stage| stage.end).max(), Some(90 * 60));
        let overlapping = timeline(vec![step(10, 6, Some(2)), step(20, 3, None)], Decimal::TEN).unwrap();
        assert_eq!(overlapping[1].begin, 12 * 60);
        assert_eq!(overlapping[1].end, 60 * 60);
    }

    #[test]
    fn two_operations_with_one_number_are_named() {
        let faults = timeline(vec![step(10, 1, None), step(10, 1, None)], Decimal::ONE).unwrap_err();
        assert_eq!(faults, Trouble::Faulty(vec!["Two operations have the number 10.".to_owned()]));
    }
}
