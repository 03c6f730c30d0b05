//! Where a product is used: a section beside it and beside its recipes, and a page with all levels as a tree.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::component_replacements::ReplaceComponent;
use mrp_api::endpoint::IdPath;
use mrp_api::where_used::{GetWhereUsed, WhereUsedQuery, WhereUsedRow, WhereUsedView};
use mrp_domain::ids::ProductId;

use crate::api::{self, Answer};
use crate::history;
use crate::i18n::text::{component_replacements as replacement, nav, where_used as t};
use crate::links::{Noun, Place};
use crate::live;
use crate::pages::boms::variants::named;
use crate::pages::boms::{revision_label, state_shape};
use crate::pages::not_found;
use crate::session;
use crate::ui::button::LinkButton;
use crate::ui::cell::Cell;
use crate::ui::page::{Blank, Footer, RailSection, loaded, set_crumbs};
use crate::ui::state::{Shape, State};
use crate::ui::table::{FactTable, Head, Line};

/// Most recipes in the section beside a product.
const SHORT_MAX: usize = 8;

/// The section: the recipes that need the product itself.
#[component]
pub fn UsedIn(
    /// The product.
    product: ProductId,
) -> impl IntoView {
    let found = RwSignal::new(None::<WhereUsedView>);
    spawn_local(async move {
        let query = WhereUsedQuery { direct: Some(true), all: None };
        if let Ok(view) = api::get::<GetWhereUsed>(&IdPath { id: product }, &query).await {
            found.try_set(Some(view));
        }
    });
    let items = move || {
        found.get().map(|view| {
            let mut recipes = view.uses;
            recipes.dedup_by_key(|row| row.bom_id);
            if recipes.is_empty() {
                return view! { <p class="muted">{t::none()}</p> }.into_any();
            }
            let more = recipes.len().saturating_sub(SHORT_MAX);
            let rows = recipes.into_iter().take(SHORT_MAX).map(short_row).collect_view();
            view! {
                {rows}
                {(more > 0).then(|| view! { <p class="muted">{t::more(u64::try_from(more).unwrap_or_default())}</p> })}
                <a href=Place::WhereUsed(product.to_string()).href()>{t::all_levels()}</a>
            }
            .into_any()
        })
    };
    view! { <RailSection title=t::short()>{items}</RailSection> }
}

fn short_row(row: WhereUsedRow) -> impl IntoView {
    let (shape, word) = state_shape(row.state);
    view! {
        <div class="rail-row">
            <a href=Noun::Boms.record(row.bom_id)>{format!("{} {}", row.product_name, revision_label(row.revision))}</a>
            <State shape word/>
        </div>
    }
}

/// The page.
#[must_use]
pub fn page(id: &str) -> AnyView {
    let Ok(id) = id.parse::<ProductId>() else { return not_found::page() };
    let wants_all = history::parameter("all");
    let answer = RwSignal::new(None::<Answer<WhereUsedView>>);
    let load = move || {
        let query = WhereUsedQuery { all: wants_all.get_untracked().map(|_| true), direct: None };
        spawn_local(async move {
            answer.try_set(Some(api::get::<GetWhereUsed>(&IdPath { id }, &query).await));
        });
    };
    let (boms, product) = (live::revision("bom".to_owned()), live::revision(id.to_string()));
    Effect::new(move |_| {
        boms.track();
        product.track();
        wants_all.track();
        load();
    });
    Effect::new(move |_| {
        let mut crumbs = vec![(nav::products().to_owned(), Some(Noun::Products.list()))];
        if let Some(Ok(view)) = answer.get() {
            crumbs.push((view.product_name, Some(Noun::Products.record(id))));
        }
        crumbs.push((t::title().to_owned(), None));
        set_crumbs(crumbs);
    });
    let is_all = move || wants_all.get().is_some();
    let choose =
        move |event| history::set_parameters(&[("all", if event_target_checked(&event) { "true" } else { "" })], false);
    let body = loaded(answer, Callback::new(move |()| load()), move |view| {
        view! {
            <header class="head">
                <h1>{t::heading(&view.product_name)}</h1>
                <span class="head-note">{view.product_code.clone()}</span>
                <div class="actions">
                    <label class="check">
                        <input type="checkbox" prop:checked=is_all on:change=choose/>
                        {t::all_revisions()}
                    </label>
                    {session::may_call::<ReplaceComponent>().then(|| view! {
                        <LinkButton label=replacement::open() href=Place::ReplaceComponent(id.to_string()).href()/>
                    })}
                </div>
            </header>
            <div class="body"><div class="body-main">{table(view)}</div></div>
        }
        .into_any()
    });
    let note = Signal::derive(move || {
        let lines =
            answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().ok().map(|view| view.uses.len())));
        lines.map(|lines| t::count(u64::try_from(lines).unwrap_or_default())).unwrap_or_default()
    });
    view! { <div class="page">{body}<Footer keys=Vec::new() note/></div> }.into_any()
}

fn table(view: WhereUsedView) -> AnyView {
    if view.uses.is_empty() {
        return view! { <Blank title=t::none() hint=t::none_hint()/> }.into_any();
    }
    let is_cut = view.is_cut;
    let heads = vec![
        Head::text(t::product()),
        Head::text(t::recipe()).width(150),
        Head::text(crate::i18n::text::boms::state()).width(120),
        Head::number(t::level()).width(70),
        Head::text(t::uses()).width(240),
        Head::number(t::per_run()).width(110),
        Head::number(t::run()).width(110),
    ];
    let lines = Callback::new(move |()| tree(&view).into_iter().map(line).collect());
    view! {
        <FactTable title=t::title() heads lines/>
        {is_cut.then(|| view! { <p class="section"><State shape=Shape::Waiting word=t::cut()/></p> })}
    }
    .into_any()
}

fn line(row: &WhereUsedRow) -> Line {
    let (shape, word) = state_shape(row.state);
    let recipe = format!("{} {}", row.code, revision_label(row.revision));
    Line::new(vec![
        Cell::Link(row.product_name.clone(), Noun::Products.record(row.product_id)),
        Cell::Link(recipe, Noun::Boms.record(row.bom_id)),
        Cell::State(shape, word.to_owned()),
        Cell::whole(i128::from(row.level)),
        Cell::text(match named(&row.applies_to) {
            values if values.is_empty() => row.component_name.clone(),
            values => format!("{} ({values})", row.component_name),
        }),
        Cell::quantity(row.quantity, &row.unit_code),
        Cell::quantity(row.quantity_per_run, &row.run_unit_code),
    ])
    .depth(usize::try_from(row.level.saturating_sub(1)).unwrap_or_default())
}

/// The rows as a tree in reading order: below a recipe stands what needs its product, once for each product.
fn tree(view: &WhereUsedView) -> Vec<&WhereUsedRow> {
    let mut shown = BTreeSet::new();
    let mut rows = Vec::with_capacity(view.uses.len());
    let mut open = vec![Step::Below(view.product_id, 1)];
    while let Some(step) = open.pop() {
        match step {
            Step::Row(row) => {
                rows.push(row);
                // The last of several recipes of a product carries what stands above it.
                let is_last = !open.iter().any(|step| {
                    matches!(step, Step::Row(other)
                    if other.product_id == row.product_id && other.level == row.level)
                });
                if is_last {
                    open.push(Step::Below(row.product_id, row.level.saturating_add(1)));
                }
            }
            Step::Below(product, level) => {
                // What a template's recipe makes are its variants.
                let is_it =
                    |row: &WhereUsedRow| row.component_id == product || row.component_template_id == Some(product);
                let needs = |row: &&WhereUsedRow| is_it(row) && row.level == level;
                let next: Vec<_> = view.uses.iter().filter(needs).collect();
                if !next.is_empty() && shown.insert(product) {
                    open.extend(next.into_iter().rev().map(Step::Row));
                }
            }
        }
    }
    rows
}

enum Step<'a> {
    Row(&'a WhereUsedRow),
    Below(ProductId, u32),
}

#[cfg(test)]
mod tests {
    use mrp_domain::bom::BomState;
    use mrp_domain::ids::BomId;
    use rust_decimal::Decimal;
    use uuid::Uuid;

    use super::*;

    fn product(number: u128) -> ProductId {
        ProductId::from_uuid(Uuid::from_u128(number))
    }

    fn row(level: u32, made: u128, component: u128, revision: u32) -> WhereUsedRow {
        WhereUsedRow {
            level,
            bom_id: BomId::from_uuid(Uuid::from_u128(made * 100 + u128::from(revision))),
            code: String::new(),
            revision,
            state: BomState::Draft,
            product_id: product(made),
            product_code: String::new(),
            product_name: String::new(),
            quantity_per_run: Decimal::ONE,
            run_unit_code: String::new(),
            component_id: product(component),
            component_name: String::new(),
            component_template_id: None,
            quantity: Decimal::ONE,
            unit_code: String::new(),
            operation_sequence: None,
            is_fixed: false,
            applies_to: Vec::new(),
        }
    }

    #[test]
    fn what_needs_a_product_stands_once_below_its_last_recipe() {
        let uses =
            vec![row(1, 1, 9, 2), row(1, 1, 9, 1), row(1, 2, 9, 1), row(2, 3, 1, 1), row(2, 3, 2, 1), row(3, 4, 3, 1)];
        let view = WhereUsedView {
            product_id: product(9),
            product_code: String::new(),
            product_name: String::new(),
            uses: uses.clone(),
            is_cut: false,
        };
        let order = [0, 1, 3, 5, 2, 4].map(|place: usize| uses.get(place));
        assert_eq!(tree(&view).into_iter().map(Some).collect::<Vec<_>>(), order);
    }

    #[test]
    fn below_the_recipe_of_a_template_stands_what_needs_its_variants() {
        let variant = WhereUsedRow { component_template_id: Some(product(1)), ..row(2, 2, 11, 1) };
        let view = WhereUsedView {
            product_id: product(9),
            product_code: String::new(),
            product_name: String::new(),
            uses: vec![row(1, 1, 9, 1), variant],
            is_cut: false,
        };
        assert_eq!(tree(&view).len(), 2);
    }
}
