//! The head of the page: what it is a recipe for, its revisions, what can be done with this one and why not.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::boms::{ArchiveBom, BomView, DeleteBom, ReviseBom, UpdateBom, ValidateBom};
use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_domain::bom::BomState;
use mrp_domain::ids::BomId;
use serde_json::{Value, json};

use crate::api::{self, Failure, Pending};
use crate::format;
use crate::history;
use crate::i18n::text::{self, boms as t};
use crate::links::Noun;
use crate::pages::boms::editor::Editor;
use crate::pages::boms::form::head_fields;
use crate::pages::boms::other_revisions::OrdersOfOtherRevisions;
use crate::pages::boms::tree::{Mark, compare};
use crate::pages::boms::{consumption_name, days_label, revision_label, state_shape, type_name};
use crate::session;
use crate::ui::ask::Ask;
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::dialog::{Confirm, Dialog};
use crate::ui::field::Field;
use crate::ui::field_view::Fields;
use crate::ui::form::Form;
use crate::ui::icon::Icon;
use crate::ui::menu::{Item, Menu};
use crate::ui::page::Fact;
use crate::ui::state::{Shape, State};
use crate::ui::toast;

/// Why a revision cannot be validated now.
fn not_validated_because(bom: &BomView) -> Option<String> {
    let errors = bom.faults.iter().filter(|fault| fault.blocks).count();
    match bom.state {
        BomState::Validated => Some(t::already_validated().to_owned()),
        BomState::Archived => Some(t::is_archived().to_owned()),
        BomState::Draft if !session::may_call::<ValidateBom>() => Some(t::not_allowed().to_owned()),
        BomState::Draft if errors > 0 => Some(t::errors_first(u64::try_from(errors).unwrap_or_default())),
        BomState::Draft => None,
    }
}

/// Why it cannot be copied into a next revision.
fn not_revised_because(bom: &BomView) -> Option<String> {
    match bom.state {
        BomState::Draft => Some(t::draft_exists().to_owned()),
        BomState::Validated | BomState::Archived if !session::may_call::<ReviseBom>() => {
            Some(t::not_allowed().to_owned())
        }
        BomState::Validated | BomState::Archived => None,
    }
}

/// Why it cannot be archived.
fn not_archived_because(bom: &BomView) -> Option<String> {
    match bom.state {
        BomState::Draft => Some(t::only_draft().to_owned()),
        BomState::Archived => Some(t::is_archived().to_owned()),
        BomState::Validated if !session::may_call::<ArchiveBom>() => Some(t::not_allowed().to_owned()),
        BomState::Validated => None,
    }
}

/// Title and commands.
#[component]
pub fn TitleRow(
    /// The page's state.
    editor: Editor,
    /// The revision.
    bom: BomView,
) -> impl IntoView {
    let archiving = RwSignal::new(false);
    let label = StoredValue::new(revision_label(bom.revision));
    let quantity = format!("{} {}", format::number(bom.quantity_per_run), bom.unit_code);
    let price = move || {
        let costs = editor.costs.get()?;
        Some(format!(", {}", t::price(&format!("{} {}", format::money(costs.revenue?), costs.currency))))
    };
    let (to_validate, to_revise) = (not_validated_because(&bom), not_revised_because(&bom));
    let (is_draft, archive_reason) = (bom.state == BomState::Draft, not_archived_because(&bom));
    let stored = StoredValue::new(bom.clone());
    let items = Callback::new(move |()| {
        let mut items =
            vec![Item::new(t::archive(), move || archiving.set(true)).unless(archive_reason.clone()).danger()];
        if is_draft && session::may_call::<DeleteBom>() {
            items.push(Item::new(t::delete(), move || stored.with_value(|bom| remove(bom.id, bom.version))).danger());
        }
        items
    });
    let run_validate = move |()| editor.ask.set(Some(validation(editor, &label.get_value())));
    let run_revise = move |()| revise(editor, stored);
    // There is one draft of a recipe: once it exists, the button leads there.
    let draft = bom.revisions.iter().find(|other| other.state == BomState::Draft && other.id != bom.id).cloned();
    let run_archive = move |()| {
        let done = t::archived_done(&label.get_value());
        command::<ArchiveBom>(editor, stored, move |bom| {
            toast::done(done);
            editor.show(bom);
        });
    };
    let revise_look = if is_draft { Look::Secondary } else { Look::Primary };
    let validate_look = if is_draft { Look::Primary } else { Look::Secondary };
    let revise_reason = to_revise.filter(|_| !is_draft);
    view! {
        <header class="head">
            <h1>{bom.product_name.clone()}</h1>
            <span class="head-note">{bom.code.clone()}" · "{t::recipe_for(&quantity)}{price}</span>
            <div class="actions">
                <Button label=t::validate(&label.get_value()) look=validate_look reason=Signal::stored(to_validate) busy=editor.saving on_press=run_validate/>
                {match draft {
                    _ if is_draft => ().into_any(),
                    Some(draft) => {
                        let label = t::open_draft(&revision_label(draft.revision));
                        view! { <LinkButton label href=Noun::Boms.record(draft.id) look=revise_look/> }.into_any()
                    }
                    None => view! {
                        <Button label=t::revise() look=revise_look reason=Signal::stored(revise_reason) busy=editor.saving on_press=run_revise/>
                    }
                    .into_any(),
                }}
                <Menu label=text::list::actions() items><Icon name="more" size=14/></Menu>
            </div>
        </header>
        <Confirm
            open=archiving
            title=Signal::derive(move || t::archive_ask(&label.get_value()))
            hint=t::archive_hint()
            verb=t::archive()
            on_yes=run_archive
        />
    }
}

/// The question before a validation, with room for a note. What is validated is what the page shows by then.
fn validation(editor: Editor, label: &str) -> Ask {
    let done = t::validated_done(label);
    let run = move |body: Value| -> Pending<()> {
        let shown = untrack(|| editor.bom()).map(|bom| (bom.id, bom.version));
        let done = done.clone();
        Box::pin(async move {
            let Some((id, version)) = shown else { return Ok(()) };
            let body = crate::json::read(body).map_err(|error| Failure::Unreadable(error.to_string()))?;
            let bom = api::send::<ValidateBom>(&IdPath { id }, Some(version), &body).await?;
            toast::done(done);
            editor.show(bom);
            Ok(())
        })
    };
    let about = move || match untrack(|| editor.bom()) {
        Some(bom) => view! { <OrdersOfOtherRevisions id=bom.id/> }.into_any(),
        None => ().into_any(),
    };
    Ask::new(t::validate_ask(label), t::validate(label), run).hint(t::validate_hint()).about(about).field(note_field())
}

fn note_field() -> Field {
    Field::text("note", t::validation_note(), 2_000).hint(t::validation_note_hint()).span(12)
}

/// Copies the revision into a draft and goes there; where somebody was faster, to his draft.
fn revise(editor: Editor, bom: StoredValue<BomView>) {
    if editor.saving.get_untracked() {
        return;
    }
    let (id, version) = bom.with_value(|bom| (bom.id, bom.version));
    editor.saving.set(true);
    spawn_local(async move {
        let answer = api::send::<ReviseBom>(&IdPath { id }, Some(version), &Empty {}).await;
        editor.saving.try_set(false);
        match answer {
            Ok(bom) => {
                toast::done(t::revised(&revision_label(bom.revision)));
                history::go(&Noun::Boms.record(bom.id));
            }
            Err(failure) => match draft_of(&failure) {
                Some(draft) => history::go(&Noun::Boms.record(draft)),
                None => {
                    toast::failed(&failure);
                    editor.load();
                }
            },
        }
    });
}

/// The draft that stands in the way of another one.
fn draft_of(failure: &Failure) -> Option<BomId> {
    match failure {
        Failure::Refused(problem) => problem.params.get("draft_id")?.as_str()?.parse().ok(),
        Failure::Network | Failure::Unreadable(_) => None,
    }
}

/// Runs a command on the revision and hands on what it answers with.
fn command<E>(editor: Editor, bom: StoredValue<BomView>, then: impl FnOnce(BomView) + 'static)
where
    E: Endpoint<Path = IdPath<BomId>, Body = Empty, Reply = BomView>,
{
    let (id, version) = bom.with_value(|bom| (bom.id, bom.version));
    editor.saving.set(true);
    spawn_local(async move {
        let answer = api::send::<E>(&IdPath { id }, Some(version), &Empty {}).await;
        editor.saving.set(false);
        match answer {
            Ok(bom) => then(bom),
            Err(failure) => {
                toast::failed(&failure);
                editor.load();
            }
        }
    });
}

fn remove(id: BomId, version: i64) {
    spawn_local(async move {
        match api::call::<DeleteBom>()(json!({ "id": id }), Some(version), json!({})).await {
            Ok(_) => history::go(&Noun::Boms.list()),
            Err(failure) => toast::failed(&failure),
        }
    });
}

/// The revisions, and the facts of this one.
#[component]
pub fn RevisionBar(
    /// The page's state.
    editor: Editor,
    /// The revision.
    bom: BomView,
) -> impl IntoView {
    let editing = RwSignal::new(false);
    let mut revisions = vec![(bom.id, bom.revision, bom.state)];
    revisions.extend(bom.revisions.iter().map(|other| (other.id, other.revision, other.state)));
    revisions.sort_by_key(|(_, revision, _)| std::cmp::Reverse(*revision));
    revisions.dedup();
    let own = bom.id;
    let segments = revisions
        .into_iter()
        .map(|(id, revision, state)| {
            let (shape, word) = state_shape(state);
            view! {
                <a class="segment" href=Noun::Boms.record(id) aria-current=(id == own).then_some("page")>
                    <span class="medium">{revision_label(revision)}</span>
                    <State shape word/>
                </a>
            }
        })
        .collect_view();
    let routing = match (bom.routing_id, bom.routing_name.clone()) {
        (Some(id), Some(name)) => view! { <a href=Noun::Routings.record(id)>{name}</a> }.into_any(),
        (_, _) => view! { <span class="muted">{format::DASH}</span> }.into_any(),
    };
    let days = days_label(bom.effective_from.as_deref(), bom.effective_until.as_deref());
    let is_draft = bom.state == BomState::Draft && session::may_call::<UpdateBom>();
    view! {
        <div class="revision-bar">
            <nav class="segments" aria-label=t::revision()>{segments}</nav>
            <dl class="facts">
                <Fact label=t::routing()>{routing}</Fact>
                <Fact label=t::bom_type()>{type_name(bom.bom_type)}</Fact>
                <Fact label=t::consumption()>{consumption_name(bom.consumption_mode)}</Fact>
                {days.map(|days| view! { <Fact label=t::effective()>{days}</Fact> })}
            </dl>
            {is_draft.then(|| view! {
                <Button label=t::edit_head() icon="edit" look=Look::Ghost small=true on_press=move |()| editing.set(true)/>
            })}
            <span class="spacer"></span>
            <Comparison editor/>
        </div>
        <HeadDialog editor bom open=editing/>
    }
}

/// The switch that compares with the revision before, and what it found.
#[component]
fn Comparison(editor: Editor) -> impl IntoView {
    let counts = Memo::new(move |_| {
        let (bom, before) = (editor.bom()?, editor.before.get()?);
        let (marks, gone) = compare(&bom.lines, &before.lines);
        let added = marks.iter().filter(|mark| **mark == Mark::Added).count();
        let changed = marks.iter().filter(|mark| matches!(mark, Mark::Changed { .. })).count();
        Some((before.revision, added, changed, gone))
    });
    let count = |number: usize| u64::try_from(number).unwrap_or_default();
    move || {
        counts.get().map(|(revision, added, changed, gone)| {
            view! {
                <label class="check nowrap">
                    <input
                        type="checkbox"
                        prop:checked=move || editor.comparing.get()
                        on:change=move |event| editor.comparing.set(event_target_checked(&event))
                    />
                    {t::compare(&revision_label(revision))}
                </label>
                <Show when=move || editor.comparing.get()>
                    <span class="bom-mark" data-kind="added" aria-hidden="true">"+"</span>{t::added(count(added))}
                    <span class="bom-mark" data-kind="changed" aria-hidden="true">"~"</span>{t::changed(count(changed))}
                    {(gone > 0).then(|| view! {
                        <span class="bom-mark" data-kind="gone" aria-hidden="true">"−"</span>{t::gone(count(gone))}
                    })}
                </Show>
            }
        })
    }
}

/// The dialog that changes quantity, unit, routing, type and consumption.
#[component]
fn HeadDialog(editor: Editor, bom: BomView, open: RwSignal<bool>) -> impl IntoView {
    let bom = StoredValue::new(bom);
    let inner = move || {
        let form = Form::new(head_fields());
        if let Ok(view) = bom.with_value(|bom| serde_json::to_value(bom)) {
            form.fill(&view);
        }
        let busy = RwSignal::new(false);
        let save = move |()| {
            let Some(body) = form.body() else { return };
            let (id, version) = bom.with_value(|bom| (bom.id, bom.version));
            busy.set(true);
            spawn_local(async move {
                let answer = api::call::<UpdateBom>()(json!({ "id": id }), Some(version), body).await;
                busy.set(false);
                match answer {
                    Ok(view) => {
                        open.set(false);
                        if let Ok(bom) = crate::json::read::<BomView>(view) {
                            editor.show(bom);
                        }
                    }
                    Err(failure) => form.failed(&failure),
                }
            });
        };
        view! {
            <div class="dialog-body"><Fields form/></div>
            <div class="dialog-foot">
                <Button label=text::form::cancel() on_press=move |()| open.set(false)/>
                <Button label=text::form::save() look=Look::Primary busy on_press=save/>
            </div>
        }
    };
    view! { <Dialog open title=t::details() wide=true>{inner()}</Dialog> }
}

/// What stands across the page while nothing can be changed, and who validated it, when, with which note.
#[must_use]
pub fn locked_note(bom: &BomView) -> Option<AnyView> {
    let title = match bom.state {
        BomState::Draft => return None,
        BomState::Validated => t::locked(),
        BomState::Archived => t::locked_archived(),
    };
    let validated = bom.validated_by.clone().zip(bom.validated_at);
    let validated =
        validated.map(|(person, at)| view! { <span>{t::validated_by(&person, &format::moment(at))}</span> });
    let note = Some(bom.validation_note.clone()).filter(|note| !note.is_empty());
    let note = note.map(|note| view! { <span>{t::validation_note()}": "<q>{note}</q></span> });
    Some(view! { <p class="bom-locked"><State shape=Shape::None word=title/>{validated}{note}</p> }.into_any())
}

#[cfg(test)]
mod tests {
    use mrp_api::boms::ValidateBomInput;

    use super::*;

    #[test]
    fn the_question_before_a_validation_sends_what_the_api_takes() {
        crate::ui::form::assert_fits::<ValidateBomInput>(&[note_field()], &[("note", "20 pieces tried")]);
    }
}
