//! The address bar: where we are, how to go elsewhere, and clicks on links that stay within the office.

use std::sync::LazyLock;

use leptos::prelude::*;
use leptos::web_sys;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};

use crate::links::{Place, query_pairs, query_text};

/// Where the user is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// The path.
    pub path: String,
    /// What stands behind the `?`, in order.
    pub query: Vec<(String, String)>,
}

static LOCATION: LazyLock<ArcRwSignal<Location>> = LazyLock::new(|| ArcRwSignal::new(read()));

/// The current location; changes with Back, Forward and every link.
#[must_use]
pub fn location() -> ArcRwSignal<Location> {
    LOCATION.clone()
}

/// The page we are on, without its query.
#[must_use]
pub fn place() -> Memo<Place> {
    let location = location();
    Memo::new(move |_| location.with(|at| Place::parse(&at.path)))
}

/// One parameter of the query.
#[must_use]
pub fn parameter(name: &'static str) -> Memo<Option<String>> {
    let location = location();
    Memo::new(move |_| {
        location.with(|at| at.query.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone()))
    })
}

/// Goes to an address of the office; Back returns.
pub fn go(href: &str) {
    change(href, true);
}

/// Goes to an address in place of the current one.
pub fn replace(href: &str) {
    change(href, false);
}

/// Sets parameters of the current page; an empty value removes one. With `keep` Back returns to the old ones.
pub fn set_parameters(changes: &[(&str, &str)], keep: bool) {
    let at = LOCATION.get_untracked();
    let mut query = at.query;
    for (name, value) in changes {
        match query.iter_mut().find(|(found, _)| found == name) {
            Some(pair) => pair.1 = (*value).to_owned(),
            None => query.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    query.retain(|(_, value)| !value.is_empty());
    change(&format!("{}{}", at.path, query_text(&query)), keep);
}

/// Keeps with this entry of the history how far down its list is, for Back, Forward and Refresh.
pub fn remember_scroll(top: i32) {
    if let Ok(history) = window().history() {
        let _stays = history.replace_state_with_url(&JsValue::from_str(&top.to_string()), "", None);
    }
}

/// How far down the list of this entry was; a new entry begins at the top.
#[must_use]
pub fn remembered_scroll() -> i32 {
    let kept = window().history().and_then(|history| history.state()).ok().and_then(|state| state.as_string());
    kept.and_then(|top| top.parse().ok()).unwrap_or_default()
}

/// Begins to listen to Back, Forward and clicks on links.
pub fn start() {
    let moved = Closure::<dyn Fn()>::new(|| LOCATION.set(read()));
    let clicked = Closure::<dyn Fn(web_sys::MouseEvent)>::new(|event: web_sys::MouseEvent| follow(&event));
    let window = window();
    let listening = window
        .add_event_listener_with_callback("popstate", moved.as_ref().unchecked_ref())
        .and(window.add_event_listener_with_callback("click", clicked.as_ref().unchecked_ref()));
    if listening.is_ok() {
        moved.forget();
        clicked.forget();
    }
}

fn follow(event: &web_sys::MouseEvent) {
    if event.default_prevented()
        || event.button() != 0
        || event.ctrl_key()
        || event.meta_key()
        || event.shift_key()
        || event.alt_key()
    {
        return;
    }
    let link = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|element| element.closest("a[href]").ok().flatten())
        .and_then(|element| element.dyn_into::<web_sys::HtmlAnchorElement>().ok());
    let Some(link) = link else { return };
    let ours = location_of(&window()).and_then(|at| at.origin().ok()) == Some(link.origin());
    let stays = link.target().is_empty() && !link.has_attribute("download");
    let known = Place::parse(&link.pathname()) != Place::Unknown && link.hash().is_empty();
    if ours && stays && known {
        event.prevent_default();
        go(&format!("{}{}", link.pathname(), link.search()));
    }
}

fn change(href: &str, keep: bool) {
    let Ok(history) = window().history() else { return };
    let changed = if keep {
        history.push_state_with_url(&JsValue::NULL, "", Some(href))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(href))
    };
    if changed.is_ok() {
        let now = read();
        if LOCATION.get_untracked() != now {
            LOCATION.set(now);
        }
    }
}

fn location_of(window: &web_sys::Window) -> Option<web_sys::Location> {
    Some(window.location())
}

fn read() -> Location {
    let at = window().location();
    Location { path: at.pathname().unwrap_or_default(), query: query_pairs(&at.search().unwrap_or_default()) }
}
