//! Users: people who log in or are assigned to work orders.

pub mod form;
pub mod list;

use mrp_api::access::Role;
use mrp_api::users::{GetUser, ListUsers, UserView};

use crate::i18n::text::roles;
use crate::ui::picker::{Choice, Picker};

/// Chooses an active user.
#[must_use]
pub fn picker() -> Picker {
    let choice = |row: UserView| Choice::new(row.id, row.name, row.login);
    Picker::of::<ListUsers, GetUser, _, _>(choice, choice).only("active", "true")
}

/// What a role is called.
#[must_use]
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Admin => roles::admin(),
        Role::ProductionManager => roles::production_manager(),
        Role::Planner => roles::planner(),
        Role::Operator => roles::operator(),
        Role::Storekeeper => roles::storekeeper(),
        Role::Buyer => roles::buyer(),
        Role::Sales => roles::sales(),
        Role::Finance => roles::finance(),
        Role::Viewer => roles::viewer(),
        Role::Kiosk => roles::kiosk(),
    }
}
