//! Users: people who log in or are assigned to work orders.

pub mod form;
pub mod list;

use mrp_api::access::Role;

use crate::i18n::text::roles;

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
