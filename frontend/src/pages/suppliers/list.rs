//! The lists of suppliers and of all their prices, each on its tab.

use leptos::prelude::*;
use mrp_api::data_files::DataFileKind;
use mrp_api::suppliers::{CreateSupplier, GetSupplier, ListSuppliers, SupplierView, UpdateSupplier};

use crate::i18n::text::{self, suppliers as t};
use crate::links::Noun;
use crate::pages::suppliers::{form, prices};
use crate::ui::cell::Cell;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::page::{Tab, Tabs, chosen_tab, set_crumbs};

const TABS: &[&str] = &["suppliers", "prices"];

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let tab = chosen_tab(TABS);
    let tabs = vec![Tab::new("suppliers", t::title()), Tab::new("prices", t::prices())];
    Effect::new(move |_| {
        let name = if tab.get() == "prices" { t::prices() } else { t::title() };
        set_crumbs(vec![
            (text::nav::acquisitions().to_owned(), None),
            (t::title().to_owned(), Some(Noun::Suppliers.list())),
            (name.to_owned(), None),
        ]);
    });
    let body = move || if tab.get() == "prices" { prices::list() } else { suppliers() };
    view! { <div class="page"><Tabs tabs chosen=tab/>{body}</div> }.into_any()
}

fn suppliers() -> AnyView {
    let columns = vec![
        Column::new("code", t::code(), |row: &SupplierView| Cell::Code(row.code.clone())).width(140).sortable(),
        Column::new("name", t::name(), |row: &SupplierView| Cell::Name(row.name.clone())).sortable(),
        Column::new("email", t::email(), |row: &SupplierView| Cell::text(row.email.clone())).width(240),
        Column::new("lead_days", t::lead_days(), |row: &SupplierView| Cell::whole(row.lead_days))
            .width(130)
            .number()
            .sortable(),
        Column::new("over_receipt", t::over_receipt(), |row: &SupplierView| {
            Cell::quantity(row.over_receipt_percent, "%")
        })
        .width(150)
        .number()
        .hidden(),
        Column::new("prices", t::prices(), |row: &SupplierView| Cell::whole(row.price_count)).width(90).number(),
        Column::new("state", t::state(), |row: &SupplierView| Cell::active(row.active)).width(110),
    ];
    let list = List::of::<ListSuppliers, _>("supplier", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.name.clone(),
        version: row.version,
        href: Noun::Suppliers.record(row.id),
        is_muted: !row.active,
    });
    list_page(
        list.creates::<CreateSupplier>(t::new(), Noun::Suppliers.new_record())
            .filter(Filter::active())
            .edits::<GetSupplier, UpdateSupplier>(form::fields())
            .files(DataFileKind::Suppliers)
            .empty(t::empty(), t::empty_hint())
            .embedded(),
    )
}
