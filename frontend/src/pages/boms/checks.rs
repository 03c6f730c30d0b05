//! The rail: everything that is wrong with the revision at once, each leading to its line.

use leptos::prelude::*;
use mrp_api::boms::{BomFaultView, MissingCost};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::format;
use crate::i18n::text::boms as t;
use crate::pages::boms::editor::{Editor, Part};
use crate::ui::button::{Button, Look};
use crate::ui::page::RailSection;
use crate::ui::state::{Shape, State};

/// What a fault is called.
#[must_use]
pub fn fault_title(fault: &BomFaultView) -> String {
    let title = match fault.code.as_str() {
        "no_lines" => t::fault_no_lines(),
        "too_many_lines" => t::fault_too_many_lines(),
        "quantity_unusable" => t::fault_quantity_unusable(),
        "loss_out_of_range" => t::fault_loss_out_of_range(),
        "cost_share_out_of_range" => t::fault_cost_share_out_of_range(),
        "cost_shares_above_whole" => t::fault_cost_shares_above_whole(),
        "substitute_repeated" => t::fault_substitute_repeated(),
        "by_product_repeated" => t::fault_by_product_repeated(),
        "unknown_product" => t::fault_unknown_product(),
        "unknown_unit" => t::fault_unknown_unit(),
        "unit_of_another_category" => t::fault_unit_of_another_category(),
        "inactive_component" => t::fault_inactive_component(),
        "cycle" => t::fault_cycle(),
        "too_deep" => t::fault_too_deep(),
        "no_routing" => t::fault_no_routing(),
        "unknown_routing" => t::fault_unknown_routing(),
        "inactive_routing" => t::fault_inactive_routing(),
        "inactive_work_center" => t::fault_inactive_work_center(),
        "unknown_operation" => t::fault_unknown_operation(),
        "work_center_without_cost" => t::fault_work_center_without_cost(),
        "component_without_cost" => t::fault_component_without_cost(),
        "template_used" => t::fault_template_used(),
        "value_not_offered" => t::fault_value_not_offered(),
        "variant_without_lines" => t::fault_variant_without_lines(),
        other => other,
    };
    title.to_owned()
}

/// What a fault is about beside its title: codes and numbers, which are the same in every language.
#[must_use]
pub fn fault_facts(fault: &BomFaultView) -> String {
    let fact = |name: &str| match fault.params.get(name) {
        Some(Value::String(text)) => Some(match text.parse::<Decimal>() {
            Ok(number) => format::number(number),
            Err(_) => text.clone(),
        }),
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(Value::Array(all)) => Some(all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" → ")),
        _ => None,
    };
    let sequence = fact("sequence").map(|sequence| format!("{} {sequence}", t::operation_short()));
    let percent = fact("percent").map(|percent| format!("{percent}\u{a0}%"));
    let units = fact("used").zip(fact("stock")).map(|(used, stock)| format!("{used} ≠ {stock}"));
    let plain = ["found", "quantity", "value", "variant", "product", "component", "path", "work_center"];
    let parts = [sequence, percent, units].into_iter().chain(plain.into_iter().map(fact)).flatten();
    // Ids say nothing to people.
    parts.filter(|part| part.parse::<uuid::Uuid>().is_err()).collect::<Vec<_>>().join(", ")
}

/// What has no cost, and which.
fn missing(one: &MissingCost) -> String {
    let what = match one.kind.as_str() {
        "material" => t::missing_material(),
        "labour" => t::missing_labour(),
        _ => t::missing_work_center(),
    };
    format!("{}: {what}", one.name)
}

/// The rail's sections.
#[component]
pub fn Checks(
    /// The page's state.
    editor: Editor,
) -> impl IntoView {
    let draw = move || {
        let bom = editor.bom()?;
        let mut faults = bom.faults.clone();
        faults.sort_by_key(|fault| !fault.blocks);
        let names = bom.lines.iter().map(|line| line.component_name.clone()).collect::<Vec<_>>();
        let beside = bom.by_products.iter().map(|one| one.product_name.clone()).collect::<Vec<_>>();
        let count = faults.len();
        let items = faults
            .into_iter()
            .map(|fault| {
                let name = fault.line.and_then(|line| names.get(line).cloned());
                let name = name.or_else(|| fault.by_product.and_then(|place| beside.get(place).cloned()));
                check(editor, fault, name)
            })
            .collect_view();
        Some(view! {
            <RailSection title=t::checks() count>
                {(count == 0).then(|| view! { <State shape=Shape::Ok word=t::checks_none()/> })}
            </RailSection>
            {items}
        })
    };
    let incomplete = move || {
        let names = editor.costs.with(|costs| costs.as_ref().map(|costs| costs.incomplete.clone())).unwrap_or_default();
        (!names.is_empty()).then(|| {
            view! {
                <RailSection title=t::checks_incomplete() count=names.len()>
                    {names.into_iter().map(|one| view! { <p class="muted">{missing(&one)}</p> }).collect_view()}
                </RailSection>
            }
        })
    };
    view! { {draw} {incomplete} }
}

fn check(editor: Editor, fault: BomFaultView, name: Option<String>) -> impl IntoView {
    let shape = if fault.blocks { Shape::Blocking } else { Shape::Waiting };
    let (title, facts) = (fault_title(&fault), fault_facts(&fault));
    let place = fault.line;
    view! {
        <section class="rail-section bom-check" data-shape=shape.code()>
            <span class="medium"><State shape word=title/></span>
            {name.map(|name| view! { <p>{name}</p> })}
            {(!facts.is_empty()).then(|| view! { <p class="muted">{facts}</p> })}
            {place.map(|place| view! {
                <div><Button label=t::checks_go() small=true look=Look::Secondary on_press=move |()| editor.seek(place, Part::Quantity)/></div>
            })}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(params: Value) -> BomFaultView {
        let Value::Object(params) = params else { panic!("facts have names") };
        let (code, detail) = ("x".to_owned(), "a sentence in English".to_owned());
        BomFaultView { code, line: None, by_product: None, detail, blocks: true, params }
    }

    #[test]
    fn a_fault_is_told_by_its_facts_and_never_by_an_english_sentence() {
        let facts = |params| fault_facts(&fault(params));
        assert_eq!(facts(serde_json::json!({ "component": "TUBE-40" })), "TUBE-40");
        assert_eq!(facts(serde_json::json!({ "sequence": 20, "work_center": "Painting" })), "Op. 20, Painting");
        assert_eq!(facts(serde_json::json!({ "path": ["A", "B", "A"] })), "A → B → A");
        assert_eq!(facts(serde_json::json!({ "percent": "110" })), "110\u{a0}%");
        assert_eq!(facts(serde_json::json!({ "routing": uuid::Uuid::nil() })), "");
        assert_eq!(facts(serde_json::json!({})), "");
    }
}
