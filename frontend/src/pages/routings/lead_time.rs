//! When N pieces would be done if work began now: each operation on the hours of its work center, while one types.
//!
//! The rules are the domain's (`routing::plan`); here they only meet what stands in the form.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use mrp_domain::calendar::WorkingWindows;
use mrp_domain::ids::{OperationId, WorkCenterId};
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::routing::plan::{PlanError, PlannedOperation, plan_forward};
use mrp_domain::routing::{Operation, Routing, RoutingFault};
use mrp_domain::text::Name;
use mrp_domain::time::{Instant, Seconds};
use mrp_domain::work_center::Efficiency;
use mrp_domain::work_order_duration::{OperationTimes, TimeMode};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::format;
use crate::i18n::text::routings as t;
use crate::pages::routings::centers::{Centers, center_of};
use crate::pages::routings::learned::LearnedTimes;
use crate::ui::day_input::DayInput;
use crate::ui::form::{Row, Slot};
use crate::ui::page::RailSection;
use crate::ui::state::{Shape, State};

/// An operation on the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stage {
    name: String,
    planned: PlannedOperation,
}

/// Why there is no timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Trouble {
    /// Something is not typed yet, or still on its way.
    Unfinished,
    /// The operations do not follow each other.
    Faulty(Vec<String>),
    /// This work center has no hours.
    NoHours(WorkCenterId),
    /// The hours of this work center are not known far enough.
    Beyond(WorkCenterId),
    /// The quantity or a time is too large to reckon with.
    OutOfRange,
}

/// The hours and the efficiency of the work centers.
type Hours = HashMap<WorkCenterId, (Arc<WorkingWindows>, Efficiency)>;

/// The rail's section.
#[component]
pub fn LeadTime(
    /// The field of operations.
    entry: Slot,
    /// What finished work orders say.
    times: LearnedTimes,
    /// What the work centers say.
    centers: Centers,
) -> impl IntoView {
    let pieces = RwSignal::new("10".to_owned());
    let begin = RwSignal::new(String::new());
    let stages = Memo::new(move |_| {
        let operations = entry.rows.get().iter().map(|row| operation(row, times)).collect::<Option<Vec<_>>>();
        let operations = operations.filter(|operations| !operations.is_empty()).ok_or(Trouble::Unfinished)?;
        let quantity = format::parse_number(&pieces.get()).and_then(|typed| PositiveQuantity::try_from(typed).ok());
        let hours = operations.iter().map(|operation| operation.work_center);
        let hours = hours.map(|id| Some((id, centers.working_time(id)?))).collect::<Option<Hours>>();
        let now = format::now();
        let begin = format::instant_of_input(&begin.get()).map_or(now, |typed| typed.max(now));
        let (quantity, hours) = quantity.zip(hours).ok_or(Trouble::Unfinished)?;
        timeline(operations, quantity, begin, &hours)
    });
    let draw = move || match stages.get() {
        Ok(stages) => bars(&stages),
        Err(Trouble::Unfinished) => view! { <p class="muted">{t::lead_unknown()}</p> }.into_any(),
        Err(Trouble::Faulty(faults)) => view! {
            <State shape=Shape::Blocking word=t::lead_faulty()/>
            {faults.into_iter().map(|fault| view! { <p>{fault}</p> }).collect_view()}
        }
        .into_any(),
        Err(Trouble::NoHours(id)) => {
            view! { <State shape=Shape::Blocking word=t::lead_no_hours(&centers.name(id))/> }.into_any()
        }
        Err(Trouble::Beyond(id)) if centers.look_further(id) => {
            view! { <p class="muted">{t::lead_unknown()}</p> }.into_any()
        }
        Err(Trouble::Beyond(id)) => {
            view! { <State shape=Shape::Waiting word=t::lead_beyond(&centers.name(id))/> }.into_any()
        }
        Err(Trouble::OutOfRange) => view! { <State shape=Shape::Blocking word=t::lead_out_of_range()/> }.into_any(),
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
            <label class="field-label" for="lead-begin">{t::lead_begin()}</label>
            <DayInput id="lead-begin" value=begin on_input=move |now: String| begin.set(now) with_time=true/>
            <div class="lead-answer" aria-live="polite">{draw}</div>
            <p class="muted small">{t::lead_hint()}</p>
        </RailSection>
    }
}

fn bars(stages: &[Stage]) -> AnyView {
    let begin = stages.iter().map(|stage| stage.planned.start).min().unwrap_or(Instant::MIN);
    let finish = stages.iter().map(|stage| stage.planned.finish).max().unwrap_or(Instant::MIN);
    let work = stages.iter().map(|stage| stage.planned.duration.get()).sum::<u64>();
    let whole = Decimal::from(finish.since(begin).get().max(1));
    let share = move |from: Instant, until: Instant| {
        format!("{}%", (Decimal::from(until.since(from).get()) * Decimal::ONE_HUNDRED / whole).round_dp(2))
    };
    let rows = stages
        .iter()
        .map(|Stage { name, planned }| {
            view! {
                <div class="lead-row">
                    <span class="ellipsis">{name.clone()}</span>
                    <span class="lead-track" aria-hidden="true">
                        <i
                            style:margin-left=share(begin, planned.start)
                            style:width=share(planned.start, planned.finish)
                        ></i>
                    </span>
                    <span class="muted small">{span(planned.start, planned.finish)}</span>
                </div>
            }
        })
        .collect_view();
    view! {
        <p class="lead-whole"><span class="muted">{t::lead_ready()}</span>" "{format::moment(finish)}</p>
        <p class="muted">{t::lead_work(&format::duration(i64::try_from(work).unwrap_or(i64::MAX)))}</p>
        <div class="lead">{rows}</div>
    }
    .into_any()
}

/// From when until when: the day is said again only where it changes.
fn span(start: Instant, finish: Instant) -> String {
    let end =
        if format::day_of(start) == format::day_of(finish) { format::time_of(finish) } else { format::moment(finish) };
    format!("{} – {end}", format::moment(start))
}

/// What stands on a card, as the domain's operation; `None` while something is missing.
fn operation(row: &Row, times: LearnedTimes) -> Option<Operation> {
    let typed = |name: &str| row.value(name).map(|value| value.get());
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
        work_center: center_of(&typed("work_center_id")?)?,
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

/// Each operation as early as its work center allows.
fn timeline(
    operations: Vec<Operation>,
    quantity: PositiveQuantity,
    begin: Instant,
    hours: &Hours,
) -> Result<Vec<Stage>, Trouble> {
    let routing = Routing::new(operations).map_err(|faults| Trouble::Faulty(faults.iter().map(told).collect()))?;
    let working_time = |id| hours.get(&id).map(|(windows, efficiency)| (windows.as_ref(), *efficiency));
    let planned = plan_forward(&routing, quantity.exact(), begin, &working_time).map_err(|error| match error {
        PlanError::NoWorkingTime { work_center, .. } => Trouble::NoHours(work_center),
        PlanError::Calendar { work_center, .. } => Trouble::Beyond(work_center),
        PlanError::Duration { .. } | PlanError::Quantity(_) => Trouble::OutOfRange,
    })?;
    let stages = routing.operations().iter().zip(planned);
    Ok(stages.map(|(operation, planned)| Stage { name: operation.name.to_string(), planned }).collect())
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
    use mrp_domain::time::TimeWindow;

    use super::*;

    fn at(text: &str) -> Instant {
        format::parse_instant(text).unwrap()
    }

    fn step(sequence: u32, cycle_minutes: u64) -> Operation {
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
            overlap_after: None,
            instructions: String::new(),
        }
    }

    /// Two days, 06:00 to 08:00 each, at 50 %.
    fn hours() -> Hours {
        let day = |date: &str| TimeWindow::new(at(&format!("{date}T06:00:00Z")), at(&format!("{date}T08:00:00Z")));
        let windows = WorkingWindows::new(vec![day("2026-12-01").unwrap(), day("2026-12-02").unwrap()]);
        let efficiency = Efficiency::try_from(Decimal::from(50)).unwrap();
        HashMap::from([(WorkCenterId::from_uuid(Uuid::nil()), (Arc::new(windows), efficiency))])
    }

    fn timed(operations: Vec<Operation>, quantity: i64) -> Result<Vec<Stage>, Trouble> {
        let quantity = PositiveQuantity::try_from(Decimal::from(quantity)).unwrap();
        timeline(operations, quantity, at("2026-11-30T12:00:00Z"), &hours())
    }

    #[test]
    fn work_waits_for_the_hours_of_its_work_center() {
        let stages = timed(vec![step(10, 30), step(20, 15)], 2).unwrap();
        assert_eq!(stages[0].planned.start, at("2026-12-01T06:00:00Z"));
        assert_eq!(stages[0].planned.finish, at("2026-12-01T08:00:00Z"));
        assert_eq!(stages[1].planned.start, at("2026-12-02T06:00:00Z"));
        assert_eq!(stages[1].planned.finish, at("2026-12-02T07:00:00Z"));
    }

    #[test]
    fn work_that_does_not_fit_names_its_work_center() {
        let center = WorkCenterId::from_uuid(Uuid::nil());
        assert_eq!(timed(vec![step(10, 30)], 5), Err(Trouble::Beyond(center)));
        let nobody =
            timeline(vec![step(10, 1)], PositiveQuantity::try_from(Decimal::ONE).unwrap(), Instant::MIN, &Hours::new());
        assert_eq!(nobody, Err(Trouble::NoHours(center)));
    }

    #[test]
    fn two_operations_with_one_number_are_named() {
        let faults = timed(vec![step(10, 1), step(10, 1)], 1).unwrap_err();
        assert_eq!(faults, Trouble::Faulty(vec!["Two operations have the number 10.".to_owned()]));
    }
}
