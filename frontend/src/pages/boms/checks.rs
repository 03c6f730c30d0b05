//! The rail: everything that is wrong with the revision at once, each leading to its line.

use leptos::prelude::*;
use mrp_api::boms::BomFaultView;

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
                    {names.into_iter().map(|name| view! { <p class="muted">{name}</p> }).collect_view()}
                </RailSection>
            }
        })
    };
    view! { {draw} {incomplete} }
}

fn check(editor: Editor, fault: BomFaultView, name: Option<String>) -> impl IntoView {
    let shape = if fault.blocks { Shape::Blocking } else { Shape::Waiting };
    let title = fault_title(&fault);
    let place = fault.line;
    view! {
        <section class="rail-section bom-check" data-shape=shape.code()>
            <span class="medium"><State shape word=title/></span>
            {name.map(|name| view! { <p>{name}</p> })}
            <p class="muted">{fault.detail}</p>
            {place.map(|place| view! {
                <div><Button label=t::checks_go() small=true look=Look::Secondary on_press=move |()| editor.seek(place, Part::Quantity)/></div>
            })}
        </section>
    }
}
