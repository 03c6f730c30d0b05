//! What stands at an address that leads nowhere.

use leptos::prelude::*;

use crate::i18n::text;
use crate::links::Place;
use crate::ui::button::LinkButton;
use crate::ui::page::{Blank, set_crumbs};

/// The page.
#[must_use]
pub fn page() -> AnyView {
    set_crumbs(vec![(text::shell::not_found_title().to_owned(), None)]);
    view! {
        <div class="page">
            <h1 class="sr-only">{text::shell::not_found_title()}</h1>
            <Blank title=text::shell::not_found_title() hint=text::shell::not_found_hint() icon="search">
                <LinkButton label=text::shell::go_home() href=Place::Dashboard.href()/>
            </Blank>
        </div>
    }
    .into_any()
}
