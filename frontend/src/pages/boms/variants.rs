//! A recipe of a template: to which variants a line applies, and the recipe as one of them has it.

use leptos::prelude::*;
use mrp_api::attributes::AttributeChoiceView;
use mrp_api::boms::BomLineView;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::variants::GetVariants;

use crate::api::{self, Pending};
use crate::i18n::text::variants as t;
use crate::pages::boms::editor::Editor;
use crate::ui::ask::Ask;
use crate::ui::field::Field;
use crate::ui::picker::{Choice, Picker};

/// The values that a line names; nothing for all variants.
#[must_use]
pub fn applies_to(line: &BomLineView) -> String {
    named(&line.applies_to)
}

/// Values in words: those of one attribute behind each other.
#[must_use]
pub fn named(choices: &[AttributeChoiceView]) -> String {
    let mut attributes = Vec::new();
    for choice in choices {
        if !attributes.contains(&choice.attribute_id) {
            attributes.push(choice.attribute_id);
        }
    }
    let of = |attribute| {
        let values = choices.iter().filter(|choice| choice.attribute_id == attribute);
        values.map(|choice| choice.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    attributes.into_iter().map(of).collect::<Vec<_>>().join(" · ")
}

/// Beside a component of a template's recipe: the variants that have it. It opens the question that changes them.
#[component]
pub fn AppliesTo(
    /// The page's state.
    editor: Editor,
    /// The line's place.
    place: usize,
    /// The line.
    line: StoredValue<BomLineView>,
) -> impl IntoView {
    let is_template = move || editor.view.with(|view| matches!(view, Some(Ok(bom)) if bom.is_template));
    let (named, component) = line.with_value(|line| (applies_to(line), line.component_name.clone()));
    let is_all = named.is_empty();
    let words = if is_all { t::all_variants().to_owned() } else { named };
    let draw = move || {
        let words = words.clone();
        if editor.is_editable() {
            let label = format!("{}: {words}", t::applies_to_line(&component));
            view! {
                <button
                    type="button"
                    class="bom-applies"
                    class:muted=is_all
                    id=format!("bom-{place}-applies-to")
                    aria-label=label
                    on:click=move |_| ask_applies_to(editor, place, line)
                >
                    {words}
                </button>
            }
            .into_any()
        } else {
            view! { <span class="bom-applies" class:muted=is_all>{words}</span> }.into_any()
        }
    };
    view! { <Show when=is_template>{draw.clone()()}</Show> }
}

/// The question that sets to which variants a line applies.
pub fn ask_applies_to(editor: Editor, place: usize, line: StoredValue<BomLineView>) {
    let Some(product) = editor.view.with_untracked(|view| view.as_ref()?.as_ref().ok().map(|bom| bom.product_id))
    else {
        return;
    };
    let run = move |body: serde_json::Value| -> Pending<()> {
        let chosen = body.get("applies_to").cloned().and_then(|ids| crate::json::read(ids).ok()).unwrap_or_default();
        editor.change(move |lines| {
            if let Some(line) = lines.get_mut(place) {
                line.applies_to = chosen;
            }
        });
        Box::pin(async { Ok(()) })
    };
    let (name, now) = line.with_value(|line| {
        let ids = line.applies_to.iter().map(|choice| choice.value_id.to_string()).collect::<Vec<_>>();
        (line.component_name.clone(), ids)
    });
    let offered = Picker::among(move || {
        Box::pin(async move {
            let view = api::get::<GetVariants>(&IdPath { id: product }, &Empty {}).await?;
            let choice = |one: AttributeChoiceView| {
                Choice::new(one.value_id, format!("{}: {}", one.attribute, one.name), one.code)
            };
            Ok(view.offered.into_iter().map(choice).collect())
        })
    });
    let field = Field::records("applies_to", t::applies_to(), offered).start(now.join(",")).span(12);
    let ask = Ask::new(format!("{}: {name}", t::applies_to()), crate::i18n::text::form::save(), run);
    editor.ask.set(Some(ask.hint(t::applies_to_hint()).field(field)));
}

/// Shows a template's recipe as one of its variants has it, with what that costs.
#[component]
pub fn ShowAs(
    /// The page's state.
    editor: Editor,
) -> impl IntoView {
    let there = move || {
        let all = editor.variants.get().into_iter();
        all.filter_map(|one| Some((one.product_id?.to_string(), one.code))).collect::<Vec<_>>()
    };
    let choose = move |event| editor.show_as(event_target_value(&event).parse().ok());
    let options = move || {
        let shown = editor.shown_as.get_untracked().map(|id| id.to_string());
        there()
            .into_iter()
            .map(|(id, code)| {
                let is_shown = shown.as_ref() == Some(&id);
                view! { <option value=id selected=is_shown>{code}</option> }
            })
            .collect_view()
    };
    let is_template = move || editor.view.with(|view| matches!(view, Some(Ok(bom)) if bom.is_template));
    view! {
        <Show when=is_template>
            <label class="bom-show-as">
                <span class="muted small">{t::show_as()}</span>
                <select class="control" id="bom-show-as" on:change=choose>
                    <option value="">{t::all_without_costs()}</option>
                    {options}
                </select>
            </label>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn values_of_one_attribute_stand_together() {
        let choice = |attribute: u128, name: &str| json!({ "value_id": Uuid::now_v7(), "attribute_id": Uuid::from_u128(attribute), "attribute": "A", "code": name, "name": name });
        let line: BomLineView = serde_json::from_value(json!({
            "id": Uuid::nil(), "component_id": Uuid::nil(), "component_code": "P", "component_name": "Paint",
            "quantity": "1", "unit_id": Uuid::nil(), "unit_code": "kg", "operation_sequence": null, "loss_percent": "0",
            "is_fixed": false, "note": "", "substitutes": [],
            "applies_to": [choice(1, "Red"), choice(2, "High"), choice(1, "Blue")],
        }))
        .unwrap();
        assert_eq!(applies_to(&line), "Red, Blue · High");
    }
}
