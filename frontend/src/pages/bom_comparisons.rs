//! Two recipes side by side, at an address that can be sent to a colleague: what was added, removed, changed, and what
//! that does to the cost.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::bom_comparisons::{
    BomComparisonQuery, BomComparisonView, BomCostComparison, BomCostSum, BomHeadView, BomLineChangeKind,
    BomLineDifference, CompareBoms,
};
use mrp_api::boms::{BomByProductView, BomLineView, BomView, GetBom};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_domain::bom::diff::{BomHeadField, BomLineField};
use mrp_domain::ids::BomId;
use rust_decimal::Decimal;

use crate::api::{self, Answer, Failure};
use crate::format;
use crate::history;
use crate::i18n::text::{bom_comparisons as t, boms, nav};
use crate::links::{self, Noun};
use crate::live;
use crate::pages::boms::variants::applies_to;
use crate::pages::boms::{consumption_name, days_label, picker, revision_label, state_shape, type_name};
use crate::pages::not_found;
use crate::ui::button::{LinkButton, Look};
use crate::ui::cell::Cell;
use crate::ui::page::{Blank, Footer, Skeleton, Trouble, loaded, set_crumbs};
use crate::ui::picker::{Choice, Combo};
use crate::ui::state::{Shape, State};
use crate::ui::table::{FactTable, Head, Line};

/// The page.
#[must_use]
pub fn page(id: &str) -> AnyView {
    let Ok(id) = id.parse::<BomId>() else { return not_found::page() };
    let parameter = history::parameter("with");
    let with = Memo::new(move |_| parameter.get().and_then(|text| text.parse::<BomId>().ok()));
    let bom = RwSignal::new(None::<Answer<BomView>>);
    let found = RwSignal::new(None::<Answer<BomComparisonView>>);
    let load = move || {
        let with = with.get_untracked();
        spawn_local(async move {
            bom.try_set(Some(api::get::<GetBom>(&IdPath { id }, &Empty {}).await));
            if let Some(with) = with {
                let query = BomComparisonQuery { with, variant_id: None };
                found.try_set(Some(api::get::<CompareBoms>(&IdPath { id }, &query).await));
            }
        });
    };
    let changed = live::revision("bom".to_owned());
    Effect::new(move |before: Option<Option<BomId>>| {
        changed.track();
        let with = with.get();
        if before.is_some_and(|before| before != with) {
            found.set(None);
        }
        load();
        with
    });
    Effect::new(move |_| {
        let mut crumbs = vec![(nav::boms().to_owned(), Some(Noun::Boms.list()))];
        if let Some(Ok(bom)) = bom.get() {
            crumbs.push((recipe(&bom.code, bom.revision), Some(Noun::Boms.record(bom.id))));
        }
        crumbs.push((t::title().to_owned(), None));
        set_crumbs(crumbs);
    });
    let retry = Callback::new(move |()| load());
    let body = move || match (with.get(), found.get()) {
        (None, _) => view! { <Blank title=t::choose() hint=t::choose_hint() icon="recipe"/> }.into_any(),
        (Some(_), None) => view! { <Skeleton/> }.into_any(),
        (Some(_), Some(Err(failure))) => view! { <Trouble failure on_retry=retry/> }.into_any(),
        (Some(_), Some(Ok(view))) => comparison(view),
    };
    let top = loaded(bom, retry, move |bom| top(&bom, with, found));
    let note = Signal::derive(move || match found.get() {
        Some(Ok(view)) if with.get().is_some() => t::same(count(view.same_lines)),
        Some(_) | None => String::new(),
    });
    let body = view! { <div class="body"><div class="body-main">{body}</div></div> };
    view! { <div class="page">{top}{body}<Footer keys=Vec::new() note/></div> }.into_any()
}

fn recipe(code: &str, revision: u32) -> String {
    format!("{code} {}", revision_label(revision))
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// What is compared, and what it can be compared with.
fn top(bom: &BomView, with: Memo<Option<BomId>>, found: RwSignal<Option<Answer<BomComparisonView>>>) -> AnyView {
    let id = bom.id;
    let segments = bom
        .revisions
        .iter()
        .map(|other| {
            let (shape, word) = state_shape(other.state);
            let other_id = other.id;
            view! {
                <a class="segment" href=links::compare_boms(id, other_id) aria-current=move || (with.get() == Some(other_id)).then_some("true")>
                    <span class="medium">{revision_label(other.revision)}</span>
                    <State shape word/>
                </a>
            }
        })
        .collect_view();
    let has_others = !bom.revisions.is_empty();
    let (value, label) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // The box names a recipe of another code; revisions of this one stand beside it.
    let own = bom.code.clone();
    Effect::new(move |_| {
        let other = found.get().and_then(Result::ok).map(|view| view.old).filter(|old| old.code != own);
        value.set(other.as_ref().map(|old| old.id.to_string()).unwrap_or_default());
        label.set(other.map(|old| format!("{}, {}", side_name(&old), old.product_name)).unwrap_or_default());
    });
    let choose = Callback::new(move |choice: Choice| {
        if let Ok(other) = choice.id.parse() {
            history::go(&links::compare_boms(id, other));
        }
    });
    let (shape, word) = state_shape(bom.state);
    view! {
        <header class="head">
            <h1>{bom.product_name.clone()}</h1>
            <span class="head-note"><a href=Noun::Boms.record(id)>{recipe(&bom.code, bom.revision)}</a></span>
            <State shape word/>
            <div class="actions">
                {move || with.get().map(|other| view! {
                    <LinkButton label=t::swap() href=links::compare_boms(other, id) look=Look::Secondary/>
                })}
            </div>
        </header>
        <div class="revision-bar">
            <span class="muted">{t::with()}</span>
            {has_others.then(|| view! { <nav class="segments" aria-label=boms::revision()>{segments}</nav> })}
            <span class="compare-any"><Combo picker=picker() value label id="compare-any" name=t::any() on_choose=choose/></span>
        </div>
    }
    .into_any()
}

fn comparison(view: BomComparisonView) -> AnyView {
    let sides = (side_name(&view.old), side_name(&view.new));
    let nothing = view.head.is_empty() && view.lines.is_empty();
    let head = (!view.head.is_empty()).then(|| head_table(&view, &sides));
    let costs = view.costs.as_ref().map(|costs| cost_table(costs, &sides));
    let problem = view.costs_problem.clone().map(|problem| {
        let why = Failure::Refused(Box::new(problem)).message();
        view! { <p class="section"><State shape=Shape::Waiting word=t::costs_none(&why)/></p> }
    });
    let lines = (!view.lines.is_empty()).then(|| line_table(view.lines.clone()));
    view! {
        {nothing.then(|| view! { <Blank title=t::nothing() hint=t::nothing_hint() icon="check"/> })}
        {lines}
        {head}
        {costs}
        {problem}
    }
    .into_any()
}

fn side_name(side: &BomHeadView) -> String {
    recipe(&side.code, side.revision)
}

fn head_table(view: &BomComparisonView, sides: &(String, String)) -> AnyView {
    let heads = vec![
        Head::text(t::field()).width(220),
        Head::text(format!("{}: {}", t::before(), sides.0)),
        Head::text(format!("{}: {}", t::after(), sides.1)),
    ];
    let (fields, old, new) = (view.head.clone(), view.old.clone(), view.new.clone());
    let lines = Callback::new(move |()| {
        let line = |field: &BomHeadField| {
            let (name, before) = head_value(*field, &old);
            let (_, after) = head_value(*field, &new);
            Line::new(vec![Cell::text(name), Cell::text(before), Cell::text(after)]).tone("accent")
        };
        fields.iter().map(line).collect()
    });
    view! { <section class="compare-part"><h2>{t::head()}</h2><FactTable title=t::head() heads lines/></section> }
        .into_any()
}

/// What a field is called, and what one side says there.
fn head_value(field: BomHeadField, side: &BomHeadView) -> (&'static str, String) {
    match field {
        BomHeadField::Product => (boms::product(), format!("{} {}", side.product_code, side.product_name)),
        BomHeadField::BomType => (boms::bom_type(), type_name(side.bom_type).to_owned()),
        BomHeadField::Quantity => (boms::per_run(), format::number(side.quantity_per_run)),
        BomHeadField::Unit => (boms::unit(), side.unit_code.clone()),
        BomHeadField::Routing => (boms::routing(), side.routing_name.clone().unwrap_or_default()),
        BomHeadField::Consumption => (boms::consumption(), consumption_name(side.consumption_mode).to_owned()),
        BomHeadField::Effectivity => {
            let days = days_label(side.effective_from.as_deref(), side.effective_until.as_deref());
            (t::effectivity(), days.unwrap_or_else(|| boms::effective_always().to_owned()))
        }
        BomHeadField::ByProducts => {
            let one = |one: &BomByProductView| {
                let amount = format!("{} {} {}", format::number(one.quantity), one.unit_code, one.product_name);
                format!("{amount}, {}\u{a0}%", format::number(one.cost_share_percent))
            };
            (t::by_products(), side.by_products.iter().map(one).collect::<Vec<_>>().join("; "))
        }
    }
}

fn cost_table(costs: &BomCostComparison, sides: &(String, String)) -> AnyView {
    let heads = vec![
        Head::text(format!("{}, {}", t::costs(), costs.currency)),
        Head::number(t::costs_for()).width(120),
        Head::number(boms::material()).width(120),
        Head::number(boms::labour()).width(120),
        Head::number(boms::work_center()).width(120),
        Head::number(boms::total()).width(120),
        Head::text("").width(230),
    ];
    let (costs, sides) = (costs.clone(), sides.clone());
    let lines = Callback::new(move |()| {
        let mut lines = vec![sum_line(&sides.0, &costs.old), sum_line(&sides.1, &costs.new)];
        if let Some(moved) = &costs.difference {
            let percent = (moved.total * Decimal::ONE_HUNDRED).checked_div(costs.old.total);
            let percent = percent.map(|percent| boms::cost_change(&format::signed_percent(percent, 2)));
            let amount = |value: Decimal| view! { <span class="medium">{format::signed(value, 2)}</span> }.into_any();
            lines.push(Line::of(vec![
                view! { <span class="medium">{boms::difference()}</span> }.into_any(),
                ().into_any(),
                amount(moved.material),
                amount(moved.labour),
                amount(moved.work_center),
                amount(moved.total),
                view! { <span class="muted">{percent}</span> }.into_any(),
            ]));
        }
        lines
    });
    view! { <section class="compare-part"><h2>{t::costs()}</h2><FactTable title=t::costs() heads lines/></section> }
        .into_any()
}

fn sum_line(name: &str, sum: &BomCostSum) -> Line {
    let note = sum.is_incomplete.then(|| view! { <State shape=Shape::Waiting word=t::incomplete()/> });
    let money = [sum.material, sum.labour, sum.work_center, sum.total].map(Cell::money);
    let first = [Cell::text(name), Cell::quantity(sum.quantity, &sum.unit_code)];
    Line::of(first.into_iter().chain(money).map(Cell::view).chain([note.into_any()]).collect())
}

fn line_table(differences: Vec<BomLineDifference>) -> AnyView {
    let heads = vec![
        Head::text(t::change()).width(120),
        Head::text(boms::component()),
        Head::number(boms::quantity()).width(140),
        Head::text(boms::unit()).width(90),
        Head::text(boms::operation()).width(110),
        Head::number(boms::loss()).width(100),
        Head::text(t::basis()).width(110),
        Head::text(boms::note()).width(160),
        Head::text(boms::substitutes()).width(160),
    ];
    let lines = Callback::new(move |()| differences.iter().map(difference_line).collect());
    view! { <section class="compare-part"><h2>{t::lines()}</h2><FactTable title=t::lines() heads lines/></section> }
        .into_any()
}

fn substitutes_of(line: &BomLineView) -> String {
    line.substitutes.iter().map(|substitute| substitute.code.as_str()).collect::<Vec<_>>().join(", ")
}

fn difference_line(difference: &BomLineDifference) -> Line {
    let (mark, kind, word, tone) = match difference.change {
        BomLineChangeKind::Added => ("+", "added", t::added(), "ok"),
        BomLineChangeKind::Removed => ("−", "gone", t::removed(), "bad"),
        BomLineChangeKind::Changed => ("~", "changed", t::changed(), "accent"),
    };
    let mark = view! { <span class="bom-mark" data-kind=kind aria-hidden="true">{mark}</span>" "{word} }.into_any();
    let part = |field: BomLineField, say: fn(&BomLineView) -> String| {
        let old = difference.old.as_ref().map(say);
        let new = difference.new.as_ref().map(say);
        match (old, new) {
            (Some(old), Some(new)) if difference.fields.contains(&field) => {
                view! { <span class="compare-both"><s class="muted">{old}</s><b>{new}</b></span> }.into_any()
            }
            (Some(_), Some(new)) | (None, Some(new)) => new.into_any(),
            (Some(old), None) => view! { <s>{old}</s> }.into_any(),
            (None, None) => ().into_any(),
        }
    };
    let cells = vec![
        mark,
        part(BomLineField::Component, |line| line.component_name.clone()),
        part(BomLineField::Quantity, |line| format::number(line.quantity)),
        part(BomLineField::Unit, |line| line.unit_code.clone()),
        part(BomLineField::OperationSequence, |line| {
            line.operation_sequence.map_or_else(|| boms::operation_last().to_owned(), |sequence| sequence.to_string())
        }),
        part(BomLineField::Loss, |line| format!("{}\u{a0}%", format::number(line.loss_percent))),
        part(BomLineField::IsFixed, |line| if line.is_fixed { boms::fixed() } else { t::scaled() }.to_owned()),
        part(BomLineField::Note, |line| line.note.clone()),
        part(BomLineField::Substitutes, substitutes_of),
        part(BomLineField::AppliesTo, applies_to),
    ];
    Line::of(cells).tone(tone)
}
