//! Changes as they happen: the server's event stream, and who on this screen cares.
//!
//! A list watches its entity, a record its id; both read again when their [`revision`] moves. The browser resumes the stream
//! by itself with `Last-Event-ID`; after a longer break everything counts as changed.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;

use leptos::prelude::*;
use leptos::web_sys;
use mrp_api::events::Event;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

/// Entities and records whose revisions are kept; beyond, all of them count as changed and counting starts anew.
const REVISIONS_MAX: usize = 5_000;

/// How long changes of others are gathered.
const GATHER: Duration = Duration::from_millis(1_500);

/// How the stream is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Changes arrive.
    Live,
    /// The stream broke and the browser is trying again.
    Reconnecting,
    /// The browser says that there is no network.
    Offline,
}

#[derive(Default)]
struct Revisions {
    epoch: u64,
    of: HashMap<String, u64>,
}

static REVISIONS: LazyLock<ArcRwSignal<Revisions>> = LazyLock::new(|| ArcRwSignal::new(Revisions::default()));
static CONNECTION: LazyLock<ArcRwSignal<Connection>> = LazyLock::new(|| ArcRwSignal::new(Connection::Reconnecting));

/// How the stream is doing.
#[must_use]
pub fn connection() -> ArcRwSignal<Connection> {
    CONNECTION.clone()
}

/// A number that moves whenever `name` changes: an entity such as `work_center`, or a record's id.
#[must_use]
pub fn revision(name: String) -> Memo<u64> {
    let revisions = REVISIONS.clone();
    let revision = Memo::new(move |_| revisions.with(|all| all.epoch + all.of.get(&name).copied().unwrap_or_default()));
    // A memo listens to nothing before its value was asked for once, and whoever only tracks it never asks.
    let _listens_from_now_on = revision.get_untracked();
    revision
}

/// A number that moves a moment after any of these has changed, once for all that change meanwhile: for what shows many
/// records of others, which would be read again at every click of anybody. Lives as long as the caller.
#[must_use]
pub fn gathered(names: &[&str]) -> ReadSignal<u64> {
    let revisions = names.iter().map(|name| revision((*name).to_owned())).collect::<Vec<_>>();
    let (moved, is_awaited) = (RwSignal::new(0), StoredValue::new(false));
    Effect::new(move |before: Option<()>| {
        for revision in &revisions {
            revision.track();
        }
        if before.is_none() || is_awaited.get_value() {
            return;
        }
        is_awaited.set_value(true);
        let told = move || {
            is_awaited.try_set_value(false);
            moved.try_update(|count| *count += 1);
        };
        set_timeout(told, GATHER);
    });
    moved.read_only()
}

/// Counts everything as changed.
pub fn refresh_all() {
    REVISIONS.update(|all| all.epoch += 1);
}

/// Opens the stream.
pub fn start() {
    let Ok(source) = web_sys::EventSource::new(&format!("{}{}", mrp_api::endpoint::BASE, mrp_api::events::PATH)) else {
        return;
    };
    let opened = Closure::<dyn FnMut()>::new(move || {
        if CONNECTION.get_untracked() != Connection::Live {
            CONNECTION.set(Connection::Live);
        }
    });
    let broken = Closure::<dyn FnMut()>::new(|| {
        let offline = !window().navigator().on_line();
        CONNECTION.set(if offline { Connection::Offline } else { Connection::Reconnecting });
    });
    let arrived = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(|message: web_sys::MessageEvent| {
        let event = message
            .data()
            .as_string()
            .and_then(|text| serde_json::from_str(&text).and_then(crate::json::read::<Event>).ok());
        if let Some(event) = event {
            note(&event);
        }
    });
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    source.set_onerror(Some(broken.as_ref().unchecked_ref()));
    source.set_onmessage(Some(arrived.as_ref().unchecked_ref()));
    let back = Closure::<dyn FnMut()>::new(refresh_all);
    if window().add_event_listener_with_callback("online", back.as_ref().unchecked_ref()).is_ok() {
        back.forget();
    }
    opened.forget();
    broken.forget();
    arrived.forget();
    std::mem::forget(source);
}

fn note(event: &Event) {
    REVISIONS.update(|all| {
        if all.of.len() > REVISIONS_MAX {
            all.of.clear();
            all.epoch += u64::try_from(REVISIONS_MAX).unwrap_or_default() * 1_000;
        }
        let follows = follow(&event.entity).iter().map(|name| (*name).to_owned());
        for name in [event.entity.clone(), event.id.to_string()].into_iter().chain(follows) {
            *all.of.entry(name).or_default() += 1;
        }
    });
}

/// What changes with an entity, although nothing is said of it: balances and moves are no records of their own.
fn follow(entity: &str) -> &'static [&'static str] {
    match entity {
        "receipt" | "stock_correction" | "delivery" | "transfer" | "stock_count" => {
            &["stock", "stock_balance", "stock_move"]
        }
        "manufacturing_order" | "work_order" => &["stock_balance", "stock_move"],
        _ => &[],
    }
}
