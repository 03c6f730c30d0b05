//! The settings: one page whose tabs are the company, numbering, units, attributes, work schedules, closures, loss reasons
//! and warehouses.

pub mod attributes;
pub mod closures;
pub mod company;
pub mod loss_reasons;
pub mod number_series;
pub mod unit_categories;
pub mod units;
pub mod warehouses;
pub mod work_schedule_month;
pub mod work_schedule_week;
pub mod work_schedules;

use leptos::prelude::*;
use mrp_api::access::Permission;

use crate::i18n::text::{self, setting as t};
use crate::links::Place;
use crate::session;
use crate::ui::page::{Tab, Tabs, chosen_tab, set_crumbs};

const TABS: &[&str] = &[
    "general_settings",
    "unit_categories",
    "units",
    "attributes",
    "work_schedules",
    "closures",
    "loss_reasons",
    "warehouses",
];

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let tab = chosen_tab(TABS);
    let tabs = TABS
        .iter()
        .filter(|key| match **key {
            "general_settings" => true,
            "warehouses" => session::may(Permission::StockRead),
            "loss_reasons" => session::may_call::<mrp_api::loss_reasons::ListLossReasons>(),
            _ => session::may(Permission::MasterDataRead),
        })
        .map(|key| Tab::new(key, label(key)))
        .collect::<Vec<_>>();
    Effect::new(move |_| {
        set_crumbs(vec![(t::title().to_owned(), Some(Place::Setting.href())), (label(tab.get()).to_owned(), None)]);
    });
    view! {
        <div class="page">
            <Tabs tabs chosen=tab/>
            {move || match tab.get() {
                "unit_categories" => unit_categories::tab(),
                "units" => units::tab(),
                "attributes" => attributes::tab(),
                "work_schedules" => work_schedules::tab(),
                "closures" => closures::tab(),
                "loss_reasons" => loss_reasons::tab(),
                "warehouses" => warehouses::tab(),
                _ => company::tab(),
            }}
        </div>
    }
    .into_any()
}

fn label(key: &str) -> &'static str {
    match key {
        "unit_categories" => t::unit_categories(),
        "units" => t::units(),
        "attributes" => text::variants::attributes(),
        "work_schedules" => text::work_schedules::title(),
        "closures" => t::closures(),
        "loss_reasons" => t::loss_reasons(),
        "warehouses" => t::warehouses(),
        _ => t::general(),
    }
}

/// The address of a record on a tab; `new` for an empty form.
pub(crate) fn record_on(tab: &str, id: &str) -> String {
    format!("{}&record={id}", Place::Setting.tab(tab))
}
