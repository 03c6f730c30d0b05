//! What made products should cost by their recipes, beside what they are valued at; chosen ones take it over as their
//! standard cost.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::cost_histories::{RecipeCostInput, TakeOverRecipeCost};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::product_costs::{GetProductCosts, ProductCostQuery, ProductCostReport, ProductCostRow};
use mrp_api::products::{ProductView, UpdateProduct};
use mrp_domain::ids::ProductId;
use mrp_domain::product::CostMethod;
use rust_decimal::Decimal;
use serde_json::json;

use crate::api::{self, Answer, Failure};
use crate::format;
use crate::history;
use crate::i18n::text::{nav, product_costs as t};
use crate::links::Noun;
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::cell::Cell;
use crate::ui::icon::Icon;
use crate::ui::list::Filter;
use crate::ui::list_tools::FilterChip;
use crate::ui::page::{Blank, Footer, loaded, set_crumbs};
use crate::ui::state::{Shape, State};
use crate::ui::toast;

/// The differences in percent that one can ask for.
const LEAST: [u32; 4] = [1, 5, 10, 25];

#[derive(Clone, Copy)]
struct Costs {
    answer: RwSignal<Option<Answer<ProductCostReport>>>,
    chosen: RwSignal<BTreeSet<ProductId>>,
    busy: RwSignal<bool>,
}

impl Costs {
    fn load(self) {
        let least = history::parameter("away").get_untracked().and_then(|text| text.parse().ok());
        let query =
            ProductCostQuery { q: history::parameter("q").get_untracked(), min_difference_percent: least, limit: None };
        spawn_local(async move {
            let answer = api::get::<GetProductCosts>(&Empty {}, &query).await;
            self.chosen.try_set(BTreeSet::new());
            self.answer.try_set(Some(answer));
        });
    }
}

/// A standard cost as it was, and the version of the product since it was set.
#[derive(Clone)]
struct Taken {
    product: ProductId,
    before: Option<Decimal>,
    version: i64,
}

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let costs =
        Costs { answer: RwSignal::new(None), chosen: RwSignal::new(BTreeSet::new()), busy: RwSignal::new(false) };
    let (search, away) = (history::parameter("q"), history::parameter("away"));
    Effect::new(move |_| {
        search.track();
        away.track();
        costs.load();
    });
    Effect::new(move |_| {
        set_crumbs(vec![(nav::products().to_owned(), Some(Noun::Products.list())), (t::title().to_owned(), None)]);
    });
    let chosen = move || u64::try_from(costs.chosen.with(BTreeSet::len)).unwrap_or_default();
    let reason = Signal::derive(move || {
        if !session::may_call::<UpdateProduct>() {
            return Some(t::may_not().to_owned());
        }
        (chosen() == 0).then(|| t::choose_some().to_owned())
    });
    let least = LEAST.map(|percent| percent.to_string());
    let filter =
        Filter::choice("away", t::away(), least.map(|percent| (percent.clone(), t::away_least(&percent))).into());
    let body = loaded(costs.answer, Callback::new(move |()| costs.load()), move |report| table(costs, report));
    let note = Signal::derive(move || {
        costs.answer.with(|answer| match answer {
            Some(Ok(report)) => {
                let count = |number: usize| format::whole(i128::try_from(number).unwrap_or_default());
                let (shown, total) = (count(report.rows.len()), count(report.total));
                t::count(&shown, &total, &count(report.made_count), &count(report.incomplete_count))
            }
            Some(Err(_)) | None => String::new(),
        })
    });
    view! {
        <div class="page">
            <header class="head">
                <h1>{t::title()}</h1>
                <div class="actions">
                    <Button
                        label=Signal::derive(move || t::take(chosen()))
                        look=Look::Primary
                        reason
                        busy=costs.busy
                        on_press=move |()| take(costs)
                    />
                </div>
            </header>
            <div class="filters" role="search">
                <span class="search">
                    <Icon name="search" size=14/>
                    <input
                        type="search"
                        placeholder=t::search()
                        aria-label=t::search()
                        prop:value=move || search.get().unwrap_or_default()
                        on:change=move |event| history::set_parameters(&[("q", &event_target_value(&event))], false)
                    />
                </span>
                <FilterChip filter/>
            </div>
            {body}
            <Footer keys=Vec::new() note/>
        </div>
    }
    .into_any()
}

/// What the recipe says of a product, when it may become its standard cost.
fn proposal(row: &ProductCostRow) -> Option<Decimal> {
    // What is valued by its stock begins with a standard cost, until there is stock.
    let is_taken = row.cost_method == CostMethod::Standard || row.unit_cost.is_none();
    row.rolled_up_cost.filter(|cost| is_taken && !row.is_incomplete && Some(*cost) != row.unit_cost)
}

fn take(costs: Costs) {
    let Some(Ok(report)) = costs.answer.get_untracked() else { return };
    let chosen = costs.chosen.get_untracked();
    costs.busy.set(true);
    spawn_local(async move {
        let mut taken = Vec::new();
        for row in report.rows.iter().filter(|row| chosen.contains(&row.product_id)) {
            let Some(cost) = proposal(row) else { continue };
            match take_over(row.product_id, row.version, cost).await {
                Ok(view) => {
                    taken.push(Taken { product: row.product_id, before: row.unit_cost, version: view.version });
                }
                Err(failure) => toast::failed(&failure),
            }
        }
        costs.busy.try_set(false);
        costs.load();
        offer_undo(costs, taken);
    });
}

async fn take_over(id: ProductId, version: i64, standard_cost: Decimal) -> Result<ProductView, Failure> {
    api::send::<TakeOverRecipeCost>(&IdPath { id }, Some(version), &RecipeCostInput { standard_cost }).await
}

async fn set(product: ProductId, version: i64, cost: Option<Decimal>) -> Result<ProductView, Failure> {
    let answer =
        api::call::<UpdateProduct>()(json!(IdPath { id: product }), Some(version), json!({ "standard_cost": cost }));
    crate::json::read(answer.await?).map_err(|error| Failure::Unreadable(error.to_string()))
}

fn offer_undo(costs: Costs, taken: Vec<Taken>) {
    if taken.is_empty() {
        return;
    }
    let count = u64::try_from(taken.len()).unwrap_or_default();
    toast::done_with_undo(t::taken(count), move || {
        let taken = taken.clone();
        spawn_local(async move {
            for row in taken {
                if let Err(failure) = set(row.product, row.version, row.before).await {
                    toast::failed(&failure);
                }
            }
            costs.load();
        });
    });
}

fn table(costs: Costs, report: ProductCostReport) -> AnyView {
    if report.rows.is_empty() {
        return view! { <Blank title=t::none() hint=t::none_hint() icon="recipe"/> }.into_any();
    }
    let possible: BTreeSet<_> =
        report.rows.iter().filter(|row| proposal(row).is_some()).map(|row| row.product_id).collect();
    let all = StoredValue::new(possible);
    let is_all = move || all.with_value(|all| !all.is_empty() && costs.chosen.with(|chosen| chosen == all));
    let pick_all =
        move |event| costs.chosen.set(if event_target_checked(&event) { all.get_value() } else { BTreeSet::new() });
    let rows = report.rows.into_iter().map(|row| table_row(costs, row)).collect_view();
    let currency = session::currency();
    view! {
        <div class="body"><div class="body-main">
            <table class="table" aria-label=t::title()>
                <colgroup>
                    <col style:width="40px"/><col style:width="150px"/><col/><col style:width="170px"/>
                    <col style:width="150px"/><col style:width="110px"/><col style:width="190px"/><col style:width="250px"/>
                </colgroup>
                <thead>
                    <tr>
                        <th scope="col" class="tick">
                            <input type="checkbox" aria-label=t::pick_all() prop:checked=is_all on:change=pick_all/>
                        </th>
                        <th scope="col" colspan="2">{t::product()}</th>
                        <th scope="col" class="number">{format!("{}, {currency}", t::valued())}</th>
                        <th scope="col" class="number">{format!("{}, {currency}", t::by_recipe())}</th>
                        <th scope="col" class="number">{t::difference()}</th>
                        <th scope="col">{t::source()}</th>
                        <th scope="col">{t::remark()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div></div>
    }
    .into_any()
}

fn table_row(costs: Costs, row: ProductCostRow) -> impl IntoView {
    let id = row.product_id;
    let is_possible = proposal(&row).is_some();
    let is_chosen = move || costs.chosen.with(|chosen| chosen.contains(&id));
    let pick = move |event| {
        costs.chosen.update(|chosen| {
            if event_target_checked(&event) {
                chosen.insert(id);
            } else {
                chosen.remove(&id);
            }
        });
    };
    let source = match row.cost_method {
        CostMethod::Standard => t::standard(),
        CostMethod::MovingAverage => t::average(),
    };
    let remark = match (&row.fault, row.is_incomplete) {
        (Some(fault), _) => {
            view! { <span title=fault.clone()><State shape=Shape::Blocking word=t::fault()/></span> }.into_any()
        }
        (None, true) => view! { <State shape=Shape::Waiting word=t::incomplete()/> }.into_any(),
        (None, false) => ().into_any(),
    };
    let money = |cost: Option<Decimal>| match cost {
        Some(cost) if !cost.is_zero() => Cell::money(cost).view(),
        Some(_) | None => view! { <State shape=Shape::Waiting word=t::no_cost()/> }.into_any(),
    };
    let difference = row.difference_percent.map(|percent| format::signed_percent(percent, 1));
    view! {
        <tr>
            <td class="tick">
                <input type="checkbox" aria-label=t::pick(&row.name) disabled=!is_possible prop:checked=is_chosen on:change=pick/>
            </td>
            <td class="code">{row.code}</td>
            <td><a href=Noun::Products.record(id)>{row.name}</a></td>
            <td class="number">{money(row.unit_cost)}</td>
            <td class="number">{row.rolled_up_cost.map(|cost| Cell::money(cost).view())}</td>
            <td class="number">{difference}</td>
            <td class="muted">{source}</td>
            <td>{remark}</td>
        </tr>
    }
}
