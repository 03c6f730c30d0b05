//! The editor of a routing: its operations as cards in their order, and beside them what they come to.

use leptos::prelude::*;
use mrp_api::routings::{CreateRouting, DeleteRouting, GetRouting, RoutingView, UpdateRouting};
use mrp_domain::ids::OperationId;
use mrp_domain::work_order_duration::{LEARN_FROM_DEFAULT, LEARN_FROM_MAX, TimeMode};
use serde_json::Value;

use crate::i18n::text::{attachments, form, routings as t};
use crate::links::Noun;
use crate::pages::attachments::{AttachmentList, Attachments, Owner, Place};
use crate::pages::routings::centers::{CenterFacts, Centers};
use crate::pages::routings::lead_time::LeadTime;
use crate::pages::routings::learned::{Learned, LearnedTimes, mode_name};
use crate::pages::{routings, work_centers};
use crate::ui::button::{Button, Look};
use crate::ui::field::{Field, words};
use crate::ui::field_view::{FieldView, LineTools, Summary};
use crate::ui::form::{Form, Row, Slot};
use crate::ui::record::{Record, record_page};

/// The step between two numbers of operations, so that one can be put between them later.
const SEQUENCE_STEP: u32 = 10;

/// The page of one routing, or of a new one.
#[must_use]
pub fn page(id: Option<String>) -> AnyView {
    let record = Record::of::<GetRouting, UpdateRouting>("routing", t::title(), fields())
        .creates::<CreateRouting>(t::new())
        .deletes::<DeleteRouting>()
        .drawn(draw);
    record_page(record, Noun::Routings, id)
}

/// The form's fields.
#[must_use]
pub fn fields() -> Vec<Field> {
    let operation = vec![
        Field::hidden("id"),
        Field::whole("sequence", t::sequence()).required().min(1).max(99_999).span(3),
        Field::text("name", t::operation(), 200).required().span(6),
        Field::record("work_center_id", t::work_center(), work_centers::picker())
            .required()
            .label_from("work_center_name"),
        Field::duration("setup_seconds", t::setup()).span(3),
        Field::duration("cycle_seconds", t::cycle()).span(3),
        Field::number("quantity_per_cycle", t::per_cycle()).required().above(0).start("1").span(3),
        Field::duration("cleanup_seconds", t::cleanup()).span(3),
        Field::whole("staff_needed", t::staff()).required().min(1).max(100).start("1").span(3),
        Field::wholes("predecessors", t::predecessors()).span(3),
        Field::number("overlap_quantity", t::overlap()).above(0).span(3),
        Field::long_text("instructions", t::instructions()),
        Field::choice("time_mode", t::time_mode(), words(TimeMode::ALL, TimeMode::as_str, mode_name)).required(),
        Field::whole("learn_from", t::learn_from())
            .required()
            .min(1)
            .max(i64::from(LEARN_FROM_MAX))
            .start(LEARN_FROM_DEFAULT.to_string()),
    ];
    vec![
        Field::text("name", t::name(), 200).required().span(6),
        Field::text("code", t::code(), 40).nullable().span(3).hint(t::code_hint()),
        Field::check("active", t::active()).start("true").span(3).hint(t::active_hint()),
        Field::lines("operations", t::operations(), operation),
    ]
}

fn draw(form: Form, view: Value, read_only: bool) -> AnyView {
    let routing = crate::json::read::<RoutingView>(view).ok().map(|view| view.id);
    let files = Attachments::new(routing.map(Place::Routing));
    let times = LearnedTimes::new(routing);
    let head = ["name", "code", "active"].into_iter().filter_map(|name| form.slot(name));
    let head = head.map(|slot| view! { <FieldView entry=slot id="field" read_only/> }).collect_view();
    let operations = form.slot("operations");
    let operations = operations.map(|entry| (entry, Centers::new(entry)));
    view! {
        <div class="body">
            <div class="body-main">
                <div class="form"><Summary form/>{head}</div>
                {operations.map(|(entry, centers)| view! {
                    <Operations entry beside=Beside { files, times, centers } read_only/>
                })}
            </div>
            <aside class="rail">
                {operations.map(|(entry, centers)| view! { <LeadTime entry times centers/> })}
            </aside>
        </div>
    }
    .into_any()
}

/// What stands beside the fields of an operation.
#[derive(Clone, Copy)]
struct Beside {
    files: Attachments,
    times: LearnedTimes,
    centers: Centers,
}

/// The cards, in order.
#[component]
fn Operations(entry: Slot, beside: Beside, read_only: bool) -> impl IntoView {
    let count = move || entry.rows.with(Vec::len);
    let rows = move || entry.rows.get().into_iter().enumerate().collect::<Vec<_>>();
    view! {
        <section class="operations" id="field-operations" tabindex="-1">
            <div class="operations-head">
                <h2>{t::operations()}" "<span class="muted">{count}</span></h2>
                <span class="muted small">{t::predecessors_empty()}" "{t::overlap()}": "{t::overlap_empty()}</span>
            </div>
            {move || entry.error.get().map(|error| view! { <span class="field-error">{error}</span> })}
            <Show when=move || count() == 0><p class="muted">{t::none()}</p></Show>
            <ol class="operation-cards">
                <For each=rows key=|(index, row)| (row.key, *index) let((index, row))>
                    <Card entry beside index row read_only/>
                </For>
            </ol>
            {(!read_only).then(|| view! {
                <div><Button label=t::add() icon="plus" look=Look::Secondary on_press=move |()| add(entry)/></div>
            })}
        </section>
    }
}

/// One operation.
#[component]
fn Card(entry: Slot, beside: Beside, index: usize, row: Row, read_only: bool) -> impl IntoView {
    let Beside { files, times, centers } = beside;
    let mode = row.value("time_mode");
    let key = row.key;
    let prefix = format!("field-operations-{key}");
    let id = row.value("id");
    let fields = row
        .slots
        .iter()
        .filter(|slot| slot.field.with_value(|field| field.name != "id"))
        .map(|slot| {
            let name = slot.field.with_value(|field| field.name);
            view! {
                <div class="operation-field" data-name=name>
                    <FieldView entry=*slot id=prefix.clone() read_only/>
                    {(name == "work_center_id").then(|| view! { <CenterFacts centers chosen=slot.value/> })}
                </div>
            }
        })
        .collect_view();
    view! {
        <li class="operation-card" aria-label=form::line(&(index + 1).to_string())>
            <div class="operation-fields">
                {fields}
                <div class="operation-learned">
                    {id.zip(mode).map(|(id, mode)| view! { <Learned times id mode read_only/> })}
                </div>
                <div class="operation-files">{move || operation_files(files, id, read_only)}</div>
            </div>
            {(!read_only).then(|| view! {
                <div class="operation-tools">
                    <LineTools
                        number=index + 1
                        on_move=Callback::new(move |by| shift(entry, index, by))
                        on_remove=Callback::new(move |()| entry.rows.update(|rows| rows.retain(|row| row.key != key)))
                    />
                </div>
            })}
        </li>
    }
}

/// The files of an operation that is stored already.
fn operation_files(files: Attachments, id: Option<RwSignal<String>>, read_only: bool) -> AnyView {
    match id.and_then(|id| id.get().parse::<OperationId>().ok()) {
        Some(operation) => view! { <AttachmentList files owner=Owner::Operation(operation) read_only/> }.into_any(),
        None if read_only => ().into_any(),
        None => view! { <p class="muted small">{attachments::save_first()}</p> }.into_any(),
    }
}

fn add(entry: Slot) {
    let highest = entry.rows.with_untracked(|rows| {
        rows.iter().filter_map(|row| row.value("sequence")?.get_untracked().trim().parse::<u32>().ok()).max()
    });
    entry.add_row();
    let added = entry.rows.with_untracked(|rows| rows.last().and_then(|row| row.value("sequence")));
    if let Some(sequence) = added {
        sequence.set(routings::form::next_sequence(highest).to_string());
    }
    let key = entry.rows.with_untracked(|rows| rows.last().map(|row| row.key)).unwrap_or_default();
    request_animation_frame(move || crate::ui::field_view::focus_on(&format!("field-operations-{key}-name")));
}

/// The next number behind the highest one: the next whole step.
fn next_sequence(highest: Option<u32>) -> u32 {
    highest.map_or(SEQUENCE_STEP, |highest| (highest / SEQUENCE_STEP + 1) * SEQUENCE_STEP)
}

/// Swaps an operation with its neighbour; the numbers stay where they are, so that they keep rising.
fn shift(entry: Slot, from: usize, by: i32) {
    let to = if by < 0 { from.checked_sub(1) } else { Some(from + 1) };
    let pair = entry.rows.with_untracked(|rows| {
        let sequence = |index: usize| rows.get(index).and_then(|row| row.value("sequence"));
        Some((to?, sequence(from)?, sequence(to?)?))
    });
    if let Some((to, one, other)) = pair {
        let (first, second) = (one.get_untracked(), other.get_untracked());
        one.set(second);
        other.set(first);
        entry.rows.update(|rows| rows.swap(from, to));
    }
}

#[cfg(test)]
mod tests {
    use mrp_api::routings::{OperationInput, RoutingInput};

    use super::*;
    use crate::ui::field::Kind;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        crate::ui::form::assert_fits::<RoutingInput>(&fields(), &[("name", "Birou reglabil")]);
    }

    #[test]
    fn an_operation_sends_what_the_api_takes() {
        let work_center = "0197a9f0-0000-7000-8000-000000000001";
        let samples =
            [("sequence", "10"), ("name", "Sudură"), ("work_center_id", work_center), ("predecessors", "10, 20")];
        for field in fields() {
            if let Kind::Lines(operation) = &field.kind {
                crate::ui::form::assert_fits::<OperationInput>(operation, &samples);
            }
        }
    }

    #[test]
    fn a_new_operation_gets_the_next_round_number() {
        assert_eq!(next_sequence(None), 10);
        assert_eq!(next_sequence(Some(20)), 30);
        assert_eq!(next_sequence(Some(25)), 30);
    }
}
