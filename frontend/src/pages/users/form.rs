//! The form of a user.

use leptos::prelude::*;
use mrp_api::access::{Permission, Role};
use mrp_api::users::{CreateUser, DeleteUser, GetUser, UpdateUser};

use crate::i18n::text::users as t;
use crate::i18n::{Language, text};
use crate::links::Noun;
use crate::pages::users::role_name;
use crate::session;
use crate::ui::field::{Field, words};
use crate::ui::record::{Record, record_page};

/// The page of one user, or of a new one.
#[must_use]
pub fn page(id: Option<String>) -> AnyView {
    let record = Record::of::<GetUser, UpdateUser>("user", t::title(), fields())
        .creates::<CreateUser>(t::new())
        .deletes::<DeleteUser>();
    record_page(record, Noun::Users, id)
}

/// The form's fields.
#[must_use]
pub fn fields() -> Vec<Field> {
    vec![
        Field::text("name", t::name(), 200).required(),
        Field::text("login", t::login(), 100).required().hint(t::login_hint()),
        Field::choice("role", t::role(), words(Role::ALL, Role::as_str, role_name))
            .required()
            .start(Role::Viewer.as_str())
            .hint(t::role_hint()),
        Field::choice("language", t::language(), words(&Language::ALL, Language::code, Language::name)).required(),
        Field::number("hourly_rate", t::hourly_rate())
            .min(0)
            .unit(text::work_centers::per_hour(&session::currency()))
            .needs(Permission::CostRead)
            .span(6)
            .hint(t::hourly_rate_hint()),
        Field::secret("password", t::password()).heading(t::access()).hint(t::password_hint()),
        Field::check("active", t::active()).start("true").hint(t::active_hint()),
    ]
}

#[cfg(test)]
mod tests {
    use mrp_api::users::UserInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        crate::ui::form::assert_fits::<UserInput>(&fields(), &[("login", "ioana"), ("name", "Ioana Pop")]);
    }
}
