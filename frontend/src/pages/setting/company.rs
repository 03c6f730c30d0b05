//! The company's settings, with the numbering below them.

use leptos::prelude::*;
use mrp_api::settings::{GetSetting, UpdateSetting};
use mrp_domain::manufacturing_order::ReservationRule;
use serde_json::Value;

use crate::i18n::Language;
use crate::i18n::text::setting as t;
use crate::pages::setting::number_series::NumberSeries;
use crate::pages::setting::warehouses;
use crate::ui::field::{Field, words};
use crate::ui::field_view::Fields;
use crate::ui::form::Form;
use crate::ui::record::{Record, single_record};

/// The tab.
#[must_use]
pub fn tab() -> AnyView {
    single_record(Record::of::<GetSetting, UpdateSetting>("setting", t::general(), fields()).drawn(draw))
}

fn draw(form: Form, _view: Value, read_only: bool) -> AnyView {
    view! { <Fields form read_only exists=true/> <NumberSeries/> }.into_any()
}

fn fields() -> Vec<Field> {
    vec![
        Field::text("company_name", t::company_name(), 200).required().heading(t::company()),
        Field::text("zone", t::zone(), 60).required().hint(t::zone_hint()),
        Field::text("currency", t::currency(), 3).required().hint(t::currency_hint()),
        Field::choice("language", t::language(), words(&Language::ALL, Language::code, Language::name))
            .required()
            .hint(t::language_hint()),
        Field::number("over_production_percent", t::tolerance())
            .required()
            .min(0)
            .max(100)
            .unit("%")
            .span(6)
            .start("0")
            .heading(t::orders())
            .hint(t::tolerance_hint()),
        Field::choice(
            "reservation_rule",
            t::reservation(),
            words(ReservationRule::ALL, ReservationRule::as_str, rule_name),
        )
        .required(),
        Field::whole("reserve_days_before", t::reserve_days()).required().min(0).max(365).start("0").span(6),
        Field::whole("near_expiry_days", t::near_expiry_days())
            .required()
            .min(0)
            .max(3650)
            .start("30")
            .span(6)
            .hint(t::near_expiry_hint()),
        Field::record("default_components_warehouse_id", t::components_warehouse(), warehouses::picker()),
        Field::record("default_finished_products_warehouse_id", t::products_warehouse(), warehouses::picker()),
    ]
}

fn rule_name(rule: ReservationRule) -> &'static str {
    match rule {
        ReservationRule::AtConfirm => t::at_confirm(),
        ReservationRule::ByHand => t::by_hand(),
        ReservationRule::DaysBefore => t::days_before(),
    }
}

#[cfg(test)]
mod tests {
    use mrp_api::settings::SettingInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        let samples = [("company_name", "Atelier Carpați"), ("zone", "Europe/Bucharest"), ("currency", "RON")];
        crate::ui::form::assert_fits::<SettingInput>(&fields(), &samples);
    }
}
