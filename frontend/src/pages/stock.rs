//! Stock: what is there, what came in, and every move; each on its tab.

pub mod corrections;
pub mod lists;
pub mod receipts;

use leptos::prelude::*;

use crate::history;
use crate::i18n::text::stock as t;
use crate::links::Place;
use crate::ui::page::{Tab, Tabs, chosen_tab, set_crumbs};

const TABS: &[&str] = &["balances", "receipts", "moves"];

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let tab = chosen_tab(TABS);
    let receipt = history::parameter("receipt");
    let tabs =
        vec![Tab::new("balances", t::balances()), Tab::new("receipts", t::receipts()), Tab::new("moves", t::moves())];
    Effect::new(move |_| {
        let stock = (t::title().to_owned(), Some(Place::Stock.href()));
        let name = match tab.get() {
            "receipts" => t::receipts(),
            "moves" => t::moves(),
            _ => t::balances(),
        };
        let mut crumbs = vec![stock, (name.to_owned(), None)];
        if let ("receipts", Some("new")) = (tab.get(), receipt.get().as_deref()) {
            crumbs = receipts::crumbs(t::new_receipt());
        }
        set_crumbs(crumbs);
    });
    let body = move || match (tab.get(), receipt.get().as_deref()) {
        ("receipts", Some("new")) => receipts::new_page(),
        ("receipts", Some(id)) => receipts::detail_page(id),
        ("receipts", None) => lists::receipts(),
        ("moves", _) => lists::moves(),
        (_, _) => lists::balances(),
    };
    view! { <div class="page"><Tabs tabs chosen=tab/>{body}</div> }.into_any()
}
