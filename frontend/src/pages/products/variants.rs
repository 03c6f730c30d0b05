//! The variants of a template on its page: which there are, which are missing, and what can be done with each; and on a
//! variant's page, whose it is.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::products::{DeleteProduct, ProductView, UpdateProduct};
use mrp_api::variants::{GetVariants, MakeVariants, VariantView, VariantsView};
use mrp_domain::ids::ProductId;
use mrp_domain::variant::{VARIANTS_MAX, VariantState};
use serde_json::json;

use crate::api::{self, Answer};
use crate::i18n::text::variants as t;
use crate::links::Noun;
use crate::ui::button::{Button, Look};
use crate::ui::cell::Cell;
use crate::ui::icon::Icon;
use crate::ui::menu::{Item, Menu};
use crate::ui::page::loaded;
use crate::ui::state::{Note, Shape};
use crate::ui::table::{FactTable, Head, Line};
use crate::ui::toast;
use crate::{live, session};

/// The part of the page.
#[component]
pub fn Variants(
    /// The product, as it was read.
    product: ProductView,
) -> impl IntoView {
    if product.is_template {
        return view! { <Family product=product.id unit=product.unit_code/> }.into_any();
    }
    let template = product.template_id.zip(product.template_name);
    template
        .map(|(id, name)| {
            view! { <p class="variants"><a href=Noun::Products.record(id)>{t::variant_of(&name)}</a></p> }
        })
        .into_any()
}

/// All variants of a template.
#[component]
fn Family(product: ProductId, unit: String) -> impl IntoView {
    let answer = RwSignal::new(None::<Answer<VariantsView>>);
    let load = move || {
        spawn_local(async move {
            let read = api::get::<GetVariants>(&IdPath { id: product }, &Empty {}).await;
            answer.try_set(Some(read));
        });
    };
    let revision = live::revision("product".to_owned());
    Effect::new(move |_| {
        revision.track();
        load();
    });
    let busy = RwSignal::new(false);
    let make = move |()| {
        let before = answer.with_untracked(|answer| matches!(answer, Some(Ok(_))).then(|| missing(answer)));
        busy.set(true);
        spawn_local(async move {
            let made = api::send::<MakeVariants>(&IdPath { id: product }, None, &Empty {}).await;
            busy.try_set(false);
            match made {
                Ok(view) => {
                    toast::done(t::made(before.unwrap_or_default()));
                    answer.try_set(Some(Ok(view)));
                }
                Err(failure) => toast::failed(&failure),
            }
        });
    };
    let unit = StoredValue::new(unit);
    let retry = Callback::new(move |()| load());
    let draw = move |view: VariantsView| {
        let there = view.variants.iter().filter(|one| one.product_id.is_some()).count();
        let note = t::made_of(&there.to_string(), &view.variants.len().max(there).to_string());
        let too_many = view.is_too_many.then(|| {
            let words = t::too_many(&view.combination_count.to_string(), &VARIANTS_MAX.to_string());
            view! { <Note shape=Shape::Blocking title=words/> }
        });
        let count = view.missing_count;
        let is_offered = count > 0 && session::may_call::<MakeVariants>();
        let label = t::make(count);
        let variants = StoredValue::new(view.variants);
        let lines = Callback::new(move |()| {
            let all = variants.get_value().into_iter();
            all.map(|one| line(one, unit.get_value(), load)).collect::<Vec<Line>>()
        });
        let heads = vec![
            Head::text(t::code()).width(230),
            Head::text(t::name()),
            Head::text(t::state()).width(180),
            Head::number(t::on_hand()).width(110),
            Head::text("").width(36),
        ];
        view! {
            <div class="variants-head">
                <h2>{t::variants()}</h2>
                <span class="muted">{note}</span>
                <span class="spacer"></span>
                {is_offered.then(|| view! { <Button label look=Look::Secondary busy on_press=make/> })}
            </div>
            {too_many}
            <FactTable title=t::variants() heads lines/>
        }
        .into_any()
    };
    view! { <section class="variants" aria-label=t::variants()>{loaded(answer, retry, draw)}</section> }
}

fn missing(answer: &Option<Answer<VariantsView>>) -> u64 {
    match answer {
        Some(Ok(view)) => view.missing_count,
        Some(Err(_)) | None => 0,
    }
}

/// What a state looks like.
fn state(state: VariantState) -> (Shape, &'static str) {
    match state {
        VariantState::Missing => (Shape::None, t::missing()),
        VariantState::Active => (Shape::Ok, t::active()),
        VariantState::Inactive => (Shape::Finished, t::inactive()),
        VariantState::Withdrawn => (Shape::Waiting, t::withdrawn()),
    }
}

fn line(variant: VariantView, unit: String, load: impl Fn() + Copy + Send + Sync + 'static) -> Line {
    let (shape, word) = state(variant.state);
    let code = match variant.product_id {
        Some(id) => Cell::Link(variant.code.clone(), Noun::Products.record(id)),
        None => Cell::Code(variant.code.clone()),
    };
    let on_hand = if variant.product_id.is_some() { Cell::quantity(variant.qty_on_hand, &unit) } else { Cell::Empty };
    let tools = variant.product_id.zip(variant.version).filter(|_| session::may_call::<UpdateProduct>());
    let tools = tools.map(|(id, version)| tools_of(id, version, &variant, load)).into_any();
    Line::of(vec![
        code.view(),
        Cell::text(variant.name.clone()).view(),
        Cell::State(shape, word.to_owned()).view(),
        on_hand.view(),
        tools,
    ])
}

fn tools_of(
    id: ProductId,
    version: i64,
    variant: &VariantView,
    load: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let (code, state) = (variant.code.clone(), variant.state);
    let name = code.clone();
    let items = Callback::new(move |()| {
        let activity = match state {
            VariantState::Active | VariantState::Missing => {
                Item::new(t::deactivate(), move || set_active(id, version, false, load))
            }
            VariantState::Inactive => Item::new(t::activate(), move || set_active(id, version, true, load)),
            VariantState::Withdrawn => Item::new(t::activate(), || {}).unless(Some(t::activate_reason().to_owned())),
        };
        let code = code.clone();
        vec![activity, Item::new(t::remove(), move || remove(id, version, code.clone(), load)).danger()]
    });
    view! { <Menu label=t::actions(&name) look="ghost" items><Icon name="more" size=14/></Menu> }.into_any()
}

fn set_active(id: ProductId, version: i64, active: bool, load: impl Fn() + Copy + Send + Sync + 'static) {
    spawn_local(async move {
        let change =
            api::call::<UpdateProduct>()(json!({ "id": id }), Some(version), json!({ "active": active })).await;
        if let Err(failure) = change {
            toast::failed(&failure);
        }
        load();
    });
}

fn remove(id: ProductId, version: i64, code: String, load: impl Fn() + Copy + Send + Sync + 'static) {
    spawn_local(async move {
        match api::send::<DeleteProduct>(&IdPath { id }, Some(version), &Empty {}).await {
            Ok(_) => toast::done(t::removed(&code)),
            Err(failure) => toast::failed(&failure),
        }
        load();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_variants_is_said_in_whole_words() {
        assert_eq!(t::make(1), "Make 1 variant");
        assert_eq!(t::make(4), "Make 4 variants");
    }
}
