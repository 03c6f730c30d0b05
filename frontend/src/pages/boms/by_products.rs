//! What comes out of a run beside the product: a small table below the lines, and the questions that change it.

use leptos::prelude::*;
use mrp_api::boms::{BomByProductInput, BomByProductView};
use mrp_domain::bom::BomState;
use serde_json::Value;

use crate::api::{Failure, Pending};
use crate::format;
use crate::i18n::text::boms as t;
use crate::links::Noun;
use crate::pages::boms::checks::{fault_facts, fault_title};
use crate::pages::boms::editor::Editor;
use crate::pages::products;
use crate::pages::setting::units;
use crate::ui::ask::Ask;
use crate::ui::button::{Button, Look};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::menu::{Item, Menu};
use crate::ui::state::{Shape, State};
use crate::ui::toast;

/// The table; nothing while nothing comes out beside the product.
#[component]
pub fn ByProducts(
    /// The page's state.
    editor: Editor,
) -> impl IntoView {
    move || {
        let bom = editor.bom()?;
        let rows = bom.by_products.iter().enumerate().map(|(place, one)| row(editor, place, one)).collect_view();
        (!bom.by_products.is_empty()).then(|| {
            view! {
                <div class="bom-beside">
                    <table class="table" aria-label=t::by_products()>
                        <colgroup>
                            <col/><col style:width="110px"/><col style:width="90px"/><col style:width="120px"/><col style:width="56px"/>
                        </colgroup>
                        <thead><tr>
                            <th scope="col">{t::by_products()}</th>
                            <th scope="col" class="number">{t::quantity()}</th>
                            <th scope="col">{t::unit_short()}</th>
                            <th scope="col" class="number">{t::cost_share()}</th>
                            <th scope="col"><span class="sr-only">{crate::i18n::text::list::actions()}</span></th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
        })
    }
}

fn row(editor: Editor, place: usize, one: &BomByProductView) -> AnyView {
    let fault = untrack(|| editor.bom()).and_then(|bom| {
        let own = bom.faults.into_iter().filter(|fault| fault.by_product == Some(place));
        own.max_by_key(|fault| fault.blocks)
    });
    let fault = fault.map(|fault| {
        let shape = if fault.blocks { Shape::Blocking } else { Shape::Waiting };
        let word = fault_title(&fault);
        view! { <span class="small bom-fault" title=fault_facts(&fault)><State shape word/></span> }
    });
    let stored = StoredValue::new(one.clone());
    let items = Callback::new(move |()| {
        vec![
            Item::new(t::by_product_edit(), move || stored.with_value(|one| ask_change(editor, place, one))),
            Item::new(t::remove(), move || remove(editor, place, &stored.get_value())).danger(),
        ]
    });
    let label = t::line_actions(&one.product_name);
    view! {
        <tr>
            <td><span class="tree-cell">
                <Icon name="product" size=14/>
                <a class="bom-link ellipsis" href=Noun::Products.record(one.product_id)>{one.product_name.clone()}</a>
                <span class="muted small ellipsis bom-aside">{one.product_code.clone()}</span>
                {fault}
            </span></td>
            <td class="number">{format::number(one.quantity)}</td>
            <td class="muted">{one.unit_code.clone()}</td>
            <td class="number">{format!("{}\u{a0}%", format::number(one.cost_share_percent))}</td>
            <td class="bom-tools">
                <Show when=move || editor.is_editable()>
                    <Menu label=label.clone() look="ghost" items><Icon name="more" size=14/></Menu>
                </Show>
            </td>
        </tr>
    }
    .into_any()
}

/// The button that adds one.
#[component]
pub fn AddByProduct(
    /// The page's state.
    editor: Editor,
) -> impl IntoView {
    let is_draft = move || editor.bom().is_some_and(|bom| bom.state == BomState::Draft);
    view! {
        <Show when=move || is_draft() && editor.is_editable()>
            <Button label=t::by_product_add() icon="plus" look=Look::Ghost on_press=move |()| ask_add(editor)/>
        </Show>
    }
}

fn quantity_field() -> Field {
    Field::number("quantity", t::per_run()).above(0).required().span(4)
}

fn share_field() -> Field {
    Field::number("cost_share_percent", t::cost_share()).min(0).max(100).unit("%").required().start("0").span(4)
}

fn add_fields() -> Vec<Field> {
    vec![
        Field::record("product_id", t::product(), products::picker()).required().span(12),
        quantity_field(),
        Field::record("unit_id", t::unit(), units::picker()).span(4).hint(t::unit_hint()),
        share_field(),
    ]
}

fn ask_add(editor: Editor) {
    let run = move |body: Value| -> Pending<()> {
        Box::pin(async move {
            let added =
                crate::json::read::<BomByProductInput>(body).map_err(|error| Failure::Unreadable(error.to_string()))?;
            editor.change_by_products(move |all| all.push(added));
            Ok(())
        })
    };
    let ask = Ask::new(t::by_product_add(), t::add_verb(), run).hint(t::by_product_hint());
    editor.ask.set(Some(add_fields().into_iter().fold(ask, Ask::field)));
}

fn ask_change(editor: Editor, place: usize, one: &BomByProductView) {
    let run = move |body: Value| -> Pending<()> {
        let number = |name: &str| body.get(name).cloned().and_then(|value| crate::json::read(value).ok());
        let (quantity, share) = (number("quantity"), number("cost_share_percent"));
        editor.change_by_products(move |all| {
            if let (Some(one), Some(quantity), Some(share)) = (all.get_mut(place), quantity, share) {
                (one.quantity, one.cost_share_percent) = (quantity, share);
            }
        });
        Box::pin(async { Ok(()) })
    };
    let title = format!("{}: {}", t::by_product_edit(), one.product_name);
    let quantity = quantity_field().unit(one.unit_code.clone()).start(format::number(one.quantity));
    let share = share_field().start(format::number(one.cost_share_percent));
    let ask = Ask::new(title, crate::i18n::text::form::save(), run).hint(t::by_product_hint());
    editor.ask.set(Some(ask.field(quantity).field(share)));
}

fn remove(editor: Editor, place: usize, one: &BomByProductView) {
    let gone = input(one);
    editor.change_by_products(move |all| {
        if place < all.len() {
            all.remove(place);
        }
    });
    toast::done_with_undo(t::removed(&one.product_name), move || {
        let gone = gone.clone();
        editor.change_by_products(move |all| all.insert(place.min(all.len()), gone));
    });
}

/// A by-product as it travels back.
#[must_use]
pub fn input(one: &BomByProductView) -> BomByProductInput {
    BomByProductInput {
        product_id: one.product_id,
        quantity: one.quantity,
        unit_id: Some(one.unit_id),
        cost_share_percent: one.cost_share_percent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_sends_what_the_api_takes() {
        let product = "0197a9f0-0000-7000-8000-000000000001";
        crate::ui::form::assert_fits::<BomByProductInput>(&add_fields(), &[("product_id", product), ("quantity", "2")]);
    }
}
