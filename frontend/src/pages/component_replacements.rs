//! One component replaced by another in many recipes: what to replace it by, a preview, and what became of each.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::component_replacements::{
    PreviewReplacement, ReplaceComponent, ReplaceComponentInput, ReplacementAction, ReplacementItem,
    ReplacementPreview, ReplacementPreviewLine, ReplacementPreviewQuery, ReplacementPreviewRow, ReplacementResult,
};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error::Problem;
use mrp_api::products::{GetProduct, ProductView};
use mrp_domain::ids::{BomId, ProductId};
use serde_json::{Value, json};

use crate::api::{self, Answer, Failure};
use crate::format;
use crate::i18n::text::{boms, component_replacements as t, errors, nav};
use crate::links::{Noun, Place};
use crate::pages::boms::{revision_label, state_shape};
use crate::pages::{not_found, products};
use crate::ui::button::{Button, Look};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::field_view::Fields;
use crate::ui::form::Form;
use crate::ui::page::{Blank, Footer, loaded, set_crumbs};
use crate::ui::state::{Shape, State};
use crate::ui::toast;

/// What the person has chosen and what came of it.
#[derive(Clone, Copy)]
struct Replacement {
    from: ProductId,
    form: Form,
    /// The preview, with what was asked for.
    preview: RwSignal<Option<(ReplacementPreviewQuery, ReplacementPreview)>>,
    chosen: RwSignal<BTreeSet<BomId>>,
    busy: RwSignal<bool>,
    /// Names of the recipes and what became of them.
    results: RwSignal<Vec<(String, ReplacementResult)>>,
    told: RwSignal<bool>,
}

/// The page.
#[must_use]
pub fn page(id: &str) -> AnyView {
    let Ok(from) = id.parse::<ProductId>() else { return not_found::page() };
    let product = RwSignal::new(None::<Answer<ProductView>>);
    let load = move || {
        spawn_local(async move {
            product.try_set(Some(api::get::<GetProduct>(&IdPath { id: from }, &Empty {}).await));
        });
    };
    load();
    let replacement = Replacement {
        from,
        form: Form::new(fields()),
        preview: RwSignal::new(None),
        chosen: RwSignal::new(BTreeSet::new()),
        busy: RwSignal::new(false),
        results: RwSignal::new(Vec::new()),
        told: RwSignal::new(false),
    };
    Effect::new(move |_| {
        let mut crumbs = vec![(nav::products().to_owned(), Some(Noun::Products.list()))];
        if let Some(Ok(product)) = product.get() {
            crumbs.push((product.name, Some(Noun::Products.record(from))));
        }
        crumbs.push((t::title().to_owned(), None));
        set_crumbs(crumbs);
    });
    let body = loaded(product, Callback::new(move |()| load()), move |product| frame(replacement, &product));
    view! { <div class="page">{body}<Footer keys=Vec::new()/></div> }.into_any()
}

fn fields() -> Vec<Field> {
    vec![
        Field::record("to_id", t::by(), products::picker()).required().span(6).hint(t::by_hint()),
        Field::number("factor", t::factor()).above(0).start("1").required().span(6).hint(t::factor_hint()),
        Field::text("reason", t::reason(), 500).required().span(12).hint(t::reason_hint()),
    ]
}

fn frame(replacement: Replacement, product: &ProductView) -> AnyView {
    let chosen = move || u64::try_from(replacement.chosen.with(BTreeSet::len)).unwrap_or_default();
    let reason = Signal::derive(move || {
        let Some((asked, _)) = replacement.preview.get() else { return Some(t::preview_first().to_owned()) };
        let slot = |name: &str| replacement.form.slot(name).map(|slot| slot.value.get()).unwrap_or_default();
        let is_same = slot("to_id") == asked.to_id.to_string() && format::parse_number(&slot("factor")) == asked.factor;
        if !is_same {
            return Some(t::preview_again().to_owned());
        }
        (chosen() == 0).then(|| t::choose_some().to_owned())
    });
    view! {
        <header class="head">
            <h1>{t::heading(&product.name)}</h1>
            <span class="head-note"><a href=Place::WhereUsed(product.id.to_string()).href()>{product.code.clone()}</a></span>
            <div class="actions">
                <Button label=t::preview() busy=replacement.busy on_press=move |()| preview(replacement)/>
                <Button
                    label=Signal::derive(move || t::replace(chosen()))
                    look=Look::Primary
                    reason
                    busy=replacement.busy
                    on_press=move |()| replace(replacement)
                />
            </div>
        </header>
        <div class="body">
            <div class="body-main">
                <Fields form=replacement.form/>
                {move || replacement.preview.get().map_or_else(
                    || view! { <Blank title=t::start() hint=t::start_hint() icon="recipe"/> }.into_any(),
                    |(_, found)| table(replacement, found),
                )}
            </div>
        </div>
        <Dialog open=replacement.told title=t::result() wide=true>
            <div class="dialog-body"><ul class="result-list">{move || results(replacement)}</ul></div>
        </Dialog>
    }
    .into_any()
}

/// What to preview, for which nobody needs a reason yet; `None` after saying at the fields what is missing.
fn query(replacement: Replacement) -> Option<ReplacementPreviewQuery> {
    if replacement.busy.is_disposed() {
        return None;
    }
    let slots = ["to_id", "factor"].map(|name| replacement.form.slot(name));
    let [Some(to), Some(factor)] = slots else { return None };
    let (to_id, number) = untrack(|| (to.value.get().parse().ok(), format::parse_number(&factor.value.get())));
    let missing = |is_missing: bool| is_missing.then(|| errors::value_missing().to_owned());
    to.error.set(missing(to_id.is_none()));
    factor.error.set(missing(number.is_none()));
    replacement.form.error.set(None);
    Some(ReplacementPreviewQuery { from_id: replacement.from, to_id: to_id?, factor: Some(number?) })
}

/// What travels; `None` after saying at the fields what is wrong.
fn body(replacement: Replacement) -> Option<ReplaceComponentInput> {
    let mut body = replacement.form.body()?;
    if let Value::Object(body) = &mut body {
        body.insert("from_id".to_owned(), json!(replacement.from));
        body.insert("boms".to_owned(), json!([]));
    }
    crate::json::read(body).ok()
}

fn preview(replacement: Replacement) {
    let Some(query) = query(replacement) else { return };
    replacement.busy.set(true);
    spawn_local(async move {
        let answer = api::get::<PreviewReplacement>(&Empty {}, &query).await;
        replacement.busy.try_set(false);
        match answer {
            Ok(found) => {
                let possible = found.boms.iter().filter(|row| row.problem.is_none()).map(|row| row.bom_id).collect();
                replacement.chosen.try_set(possible);
                replacement.preview.try_set(Some((query, found)));
            }
            Err(failure) => replacement.form.failed(&failure),
        }
    });
}

fn replace(replacement: Replacement) {
    let Some(mut input) = body(replacement) else { return };
    let Some((_, found)) = replacement.preview.get_untracked() else { return };
    let chosen = replacement.chosen.get_untracked();
    let rows: Vec<_> = found.boms.into_iter().filter(|row| chosen.contains(&row.bom_id)).collect();
    input.boms = rows.iter().map(|row| ReplacementItem { id: row.bom_id, version: row.version }).collect();
    replacement.busy.set(true);
    spawn_local(async move {
        let answer = api::send::<ReplaceComponent>(&Empty {}, None, &input).await;
        replacement.busy.try_set(false);
        match answer {
            Ok(reply) => {
                let done = reply.results.iter().filter(|result| result.done).count();
                toast::done(t::done_count(u64::try_from(done).unwrap_or_default()));
                replacement.results.try_set(rows.iter().map(name).zip(reply.results).collect());
                replacement.told.try_set(true);
                preview(replacement);
            }
            Err(failure) => replacement.form.failed(&failure),
        }
    });
}

fn name(row: &ReplacementPreviewRow) -> String {
    format!("{} {}", row.code, revision_label(row.revision))
}

fn table(replacement: Replacement, found: ReplacementPreview) -> AnyView {
    if found.boms.is_empty() {
        return view! { <Blank title=t::none() hint=t::none_hint() icon="recipe"/> }.into_any();
    }
    let possible: BTreeSet<_> = found.boms.iter().filter(|row| row.problem.is_none()).map(|row| row.bom_id).collect();
    let all = StoredValue::new(possible);
    let is_all = move || all.with_value(|all| !all.is_empty() && replacement.chosen.with(|chosen| chosen == all));
    let pick_all = move |event| {
        replacement.chosen.set(if event_target_checked(&event) { all.get_value() } else { BTreeSet::new() });
    };
    let is_cut = found.is_cut;
    let rows = found.boms.into_iter().map(|row| table_row(replacement, row)).collect_view();
    view! {
        <table class="table" aria-label=t::title()>
            <colgroup>
                <col style:width="40px"/><col style:width="150px"/><col/><col style:width="120px"/>
                <col style:width="190px"/><col style:width="200px"/><col style:width="320px"/>
            </colgroup>
            <thead>
                <tr>
                    <th scope="col" class="tick"><input type="checkbox" aria-label=t::pick_all() prop:checked=is_all on:change=pick_all/></th>
                    <th scope="col">{t::recipe()}</th>
                    <th scope="col">{boms::product()}</th>
                    <th scope="col">{boms::state()}</th>
                    <th scope="col">{t::what()}</th>
                    <th scope="col">{t::lines()}</th>
                    <th scope="col">{boms::note()}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {is_cut.then(|| view! { <p class="section"><State shape=Shape::Waiting word=t::cut()/></p> })}
    }
    .into_any()
}

fn table_row(replacement: Replacement, row: ReplacementPreviewRow) -> impl IntoView {
    let id = row.bom_id;
    let is_possible = row.problem.is_none();
    let is_chosen = move || replacement.chosen.with(|chosen| chosen.contains(&id));
    let pick = move |event| {
        replacement.chosen.update(|chosen| {
            if event_target_checked(&event) {
                chosen.insert(id);
            } else {
                chosen.remove(&id);
            }
        });
    };
    let (shape, word) = state_shape(row.state);
    let (what_shape, what) = match (&row.problem, row.action) {
        (Some(_), _) => (Shape::Blocking, t::refused()),
        (None, ReplacementAction::ChangeDraft) => (Shape::Ok, t::change_draft()),
        (None, ReplacementAction::ReviseValidated) => (Shape::Ok, t::revise_validated()),
    };
    let lines = row.lines.iter().map(|line| view! { <div>{line_text(line)}</div> }).collect_view();
    let note = note(&row);
    let recipe = name(&row);
    view! {
        <tr>
            <td class="tick"><input type="checkbox" aria-label=t::pick(&recipe) disabled=!is_possible prop:checked=is_chosen on:change=pick/></td>
            <td><a href=Noun::Boms.record(id)>{recipe}</a></td>
            <td>{row.product_name}</td>
            <td><State shape word/></td>
            <td><State shape=what_shape word=what/></td>
            <td>{lines}</td>
            <td class="wraps" class:muted=is_possible>{note}</td>
        </tr>
    }
}

fn line_text(line: &ReplacementPreviewLine) -> String {
    let quantity =
        format!("{} → {} {}", format::number(line.old_quantity), format::number(line.new_quantity), line.unit_code);
    match line.operation_sequence {
        Some(sequence) => format!("{quantity}, {} {sequence}", boms::operation_short()),
        None => quantity,
    }
}

/// Why it cannot be, or what happens to a line that the new component has already.
fn note(row: &ReplacementPreviewRow) -> String {
    if let Some(problem) = &row.problem {
        return told(problem);
    }
    match (row.has_it_already, row.lines.iter().any(|line| line.is_merged)) {
        (true, true) => t::merged().to_owned(),
        (true, false) => t::apart().to_owned(),
        (false, _) => String::new(),
    }
}

/// Why a recipe cannot be changed: the path of a cycle, the draft that is there already, or what the code says.
fn told(problem: &Problem) -> String {
    if let Some(path) = problem.params.get("path").and_then(Value::as_array) {
        return t::cycle(&path.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" → "));
    }
    let draft = problem.params.get("draft_revision").and_then(Value::as_u64);
    match draft.and_then(|draft| u32::try_from(draft).ok()) {
        Some(draft) => t::has_draft(&revision_label(draft)),
        None => Failure::Refused(Box::new(problem.clone())).message(),
    }
}

fn results(replacement: Replacement) -> AnyView {
    let mut all = replacement.results.get();
    all.sort_by_key(|(_, result)| result.done);
    all.into_iter()
        .map(|(name, result)| {
            let said = match (result.problem, result.draft_id, result.draft_revision) {
                (Some(problem), _, _) => view! { <State shape=Shape::Blocking word=told(&problem)/> }.into_any(),
                (None, Some(draft), Some(revision)) => {
                    let word = t::done(&revision_label(revision));
                    view! { <a href=Noun::Boms.record(draft)><State shape=Shape::Finished word/></a> }.into_any()
                }
                (None, _, _) => ().into_any(),
            };
            view! { <li class="result"><span>{name}</span>{said}</li> }
        })
        .collect_view()
        .into_any()
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn the_form_asks_what_the_api_takes() {
        let some = "0192d3c4-0000-7000-8000-000000000001";
        let mut fields = fields();
        fields.extend([Field::hidden("from_id"), Field::hidden("boms").start("[]")]);
        let samples = [("from_id", some), ("to_id", some), ("factor", "1.5"), ("reason", "rusts")];
        crate::ui::form::assert_fits::<ReplaceComponentInput>(&fields, &samples);
    }

    #[test]
    fn a_line_says_what_was_and_what_will_be() {
        let line = ReplacementPreviewLine {
            old_quantity: Decimal::from(4),
            new_quantity: Decimal::from(6),
            unit_code: "pcs".to_owned(),
            operation_sequence: Some(10),
            is_merged: false,
        };
        assert_eq!(line_text(&line), "4 → 6 pcs, Op. 10");
    }
}
