//! Who is logged in, what he may do, and his choices of language and theme.

use std::sync::LazyLock;

use leptos::prelude::*;
use mrp_api::access::{Access, Permission};
use mrp_api::endpoint::{Empty, Endpoint};
use mrp_api::sessions::{GetSession, LogOut, SessionView};

use crate::api::{self, Answer};
use crate::i18n::{LONG_ENGLISH, Language, set_language, set_long};
use crate::{format, storage};

static SESSION: LazyLock<ArcRwSignal<Option<SessionView>>> = LazyLock::new(|| ArcRwSignal::new(None));

/// Light, dark, or whatever the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// As it is remembered and as the `data-theme` attribute spells it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The session; `None` until it is known.
#[must_use]
pub fn session() -> ArcRwSignal<Option<SessionView>> {
    SESSION.clone()
}

/// Whether the person may do this. The server decides; this only spares a refusal.
#[must_use]
pub fn may(permission: Permission) -> bool {
    SESSION.with_untracked(|session| session.as_ref().is_some_and(|session| session.permissions.contains(&permission)))
}

/// Whether the person may call this endpoint.
#[must_use]
pub fn may_call<E: Endpoint>() -> bool {
    match E::NEEDS {
        Access::Public | Access::SignedIn => true,
        Access::Needs(permission) => may(permission),
    }
}

/// The company's currency, e.g. `RON`.
#[must_use]
pub fn currency() -> String {
    SESSION
        .with_untracked(|session| session.as_ref().map(|session| session.setting.currency.clone()).unwrap_or_default())
}

/// Asks the server who is logged in.
///
/// # Errors
/// When nobody is, or there is no answer.
pub async fn load() -> Answer<()> {
    api::get::<GetSession>(&Empty {}, &Empty {}).await.map(begin)
}

/// A person has logged in.
pub fn begin(view: SessionView) {
    format::set_zone(&view.setting.zone);
    if storage::get("language").is_none() {
        speak(Language::from_code(&view.language));
    }
    SESSION.set(Some(view));
}

/// Logs out and goes to the log-in page.
pub async fn end() {
    let _logged_out_either_way = api::send::<LogOut>(&Empty {}, None, &Empty {}).await;
    let _stays = window().location().assign(&crate::links::Place::Login.href());
}

/// Chooses language and theme of last time, or those of the browser.
pub fn restore_choices() {
    let language = storage::get("language").or_else(|| window().navigator().language()).unwrap_or_default();
    set_long(language == LONG_ENGLISH);
    speak(Language::from_code(&language));
    apply_theme(theme());
}

/// Changes the language for good; the page is drawn anew.
pub fn choose_language(language: Language) {
    storage::set("language", language.code());
    let _stays = window().location().reload();
}

/// The remembered theme.
#[must_use]
pub fn theme() -> Theme {
    let remembered = storage::get("theme").unwrap_or_default();
    Theme::ALL.into_iter().find(|theme| theme.code() == remembered).unwrap_or(Theme::System)
}

/// Changes the theme for good.
pub fn choose_theme(theme: Theme) {
    storage::set("theme", theme.code());
    apply_theme(theme);
}

fn apply_theme(theme: Theme) {
    if let Some(root) = document().document_element() {
        let _stays = root.set_attribute("data-theme", theme.code());
    }
}

fn speak(language: Language) {
    set_language(language);
    if let Some(root) = document().document_element() {
        let _stays = root.set_attribute("lang", language.code());
    }
}
