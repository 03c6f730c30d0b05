//! The head of a bill of materials: the form of a new one, and the fields that an existing draft can change.

use leptos::prelude::*;
use mrp_api::boms::{CreateBom, GetBom, UpdateBom};
use mrp_domain::bom::{BomType, ConsumptionMode};

use crate::i18n::text::boms as t;
use crate::links::Noun;
use crate::pages::boms::{consumption_name, type_name};
use crate::pages::setting::units;
use crate::pages::{products, routings};
use crate::ui::field::{Field, words};
use crate::ui::record::{Record, record_page};

/// The page of a new one.
#[must_use]
pub fn page() -> AnyView {
    let record = Record::of::<GetBom, UpdateBom>("bom", t::title(), new_fields()).creates::<CreateBom>(t::new());
    record_page(record.named_by("product_name"), Noun::Boms, None)
}

fn new_fields() -> Vec<Field> {
    let product = Field::record("product_id", t::product(), products::any_picker()).required().span(8);
    let code = Field::text("code", t::code(), 40).nullable().span(4).hint(t::code_hint());
    let mut fields = vec![product, code];
    fields.extend(head_fields());
    fields.push(Field::hidden("lines").start("[]"));
    fields
}

/// What a draft's head can change.
pub(crate) fn head_fields() -> Vec<Field> {
    let mut fields = vec![
        Field::number("quantity_per_run", t::per_run()).required().above(0).start("1").span(4).hint(t::per_run_hint()),
        Field::record("unit_id", t::unit(), units::picker()).label_from("unit_code").span(4).hint(t::unit_hint()),
    ];
    fields.extend(shared_fields());
    fields
}

/// What many drafts can have alike.
pub(crate) fn shared_fields() -> Vec<Field> {
    vec![
        Field::record("routing_id", t::routing(), routings::picker()).label_from("routing_name").span(4),
        Field::choice("bom_type", t::bom_type(), words(BomType::ALL, BomType::as_str, type_name)).required().span(4),
        Field::choice(
            "consumption_mode",
            t::consumption(),
            words(ConsumptionMode::ALL, ConsumptionMode::as_str, consumption_name),
        )
        .required()
        .span(4)
        .hint(t::consumption_hint()),
        Field::date("effective_from", t::effective_from()).hint(t::effective_hint()),
        Field::date("effective_until", t::effective_until()),
    ]
}

#[cfg(test)]
mod tests {
    use mrp_api::boms::BomInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        let product = "0197a9f0-0000-7000-8000-000000000001";
        crate::ui::form::assert_fits::<BomInput>(&new_fields(), &[("product_id", product)]);
    }
}
