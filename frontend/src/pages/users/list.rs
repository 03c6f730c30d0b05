//! The list of users.

use leptos::prelude::*;
use mrp_api::access::Permission;
use mrp_api::users::{CreateUser, GetUser, ListUsers, UpdateUser, UserView};

use crate::i18n::Language;
use crate::i18n::text::users as t;
use crate::links::Noun;
use crate::pages::users::{form, role_name};
use crate::session;
use crate::ui::cell::Cell;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::state::Shape;

/// The page.
#[must_use]
pub fn page() -> AnyView {
    let mut columns = vec![
        Column::new("login", t::login(), |row: &UserView| Cell::Code(row.login.clone())).width(160).sortable(),
        Column::new("name", t::name(), |row: &UserView| Cell::Person(row.name.clone())).sortable(),
        Column::new("role", t::role(), |row: &UserView| Cell::text(role_name(row.role))).width(190),
        Column::new("language", t::language(), |row: &UserView| Cell::text(Language::from_code(&row.language).name()))
            .width(110),
        Column::new("state", t::state(), |row: &UserView| Cell::active(row.active)).width(100),
    ];
    if session::may(Permission::CostRead) {
        let label = format!("{}, {}/h", t::hourly_rate(), session::currency());
        columns.insert(4, Column::new("hourly_rate", label, rate).width(180).number());
    }
    let list = List::of::<ListUsers, _>("user", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.name.clone(),
        version: row.version,
        href: Noun::Users.record(row.id),
        is_muted: !row.active,
    });
    list_page(
        list.creates::<CreateUser>(t::new(), Noun::Users.new_record())
            .filter(Filter::active())
            .edits::<GetUser, UpdateUser>(form::fields())
            .empty(t::empty(), t::empty_hint()),
    )
}

/// A missing rate is never silent.
fn rate(row: &UserView) -> Cell {
    match row.hourly_rate {
        Some(rate) if !rate.is_zero() => Cell::money(rate),
        Some(_) | None => Cell::State(Shape::Waiting, t::no_rate().to_owned()),
    }
}
