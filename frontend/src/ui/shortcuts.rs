//! Keyboard shortcuts: each page registers its own; `?` shows those that work now.

use std::sync::LazyLock;

use leptos::ev;
use leptos::prelude::*;
use leptos::web_sys;
use wasm_bindgen::JsCast;

use crate::i18n::text;
use crate::ui::dialog::Dialog;

/// One shortcut.
#[derive(Clone)]
struct Shortcut {
    owner: u64,
    key: &'static str,
    label: String,
    act: Callback<()>,
}

static SHORTCUTS: LazyLock<ArcRwSignal<Vec<Shortcut>>> = LazyLock::new(|| ArcRwSignal::new(Vec::new()));
static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// Registers a shortcut for as long as the calling component lives. `key` as the browser names it: `n`, `/`, `Escape`,
/// `ArrowDown`; `ctrl+s` for Ctrl or Cmd. Letters do nothing while one types in a field; `ctrl+` ones always work.
pub fn shortcut(key: &'static str, label: impl Into<String>, act: impl Fn() + Send + Sync + 'static) {
    let owner = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let entry = Shortcut { owner, key, label: label.into(), act: Callback::new(move |()| act()) };
    SHORTCUTS.update(|all| all.push(entry));
    on_cleanup(move || SHORTCUTS.update(|all| all.retain(|shortcut| shortcut.owner != owner)));
}

/// Listens to the keyboard; once, in the frame.
pub fn start() {
    let listening = window_event_listener(ev::keydown, |event| {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let name = name(&event);
        if !name.starts_with("ctrl+") && (is_typing(&event) || is_in_dialog()) {
            return;
        }
        let found = SHORTCUTS.with_untracked(|all| all.iter().rev().find(|shortcut| shortcut.key == name).cloned());
        if let Some(shortcut) = found {
            event.prevent_default();
            shortcut.act.run(());
        }
    });
    on_cleanup(move || listening.remove());
}

fn name(event: &web_sys::KeyboardEvent) -> String {
    let key = event.key();
    let key = if key.chars().count() == 1 { key.to_lowercase() } else { key };
    if event.alt_key() {
        return format!("alt+{key}");
    }
    if event.ctrl_key() || event.meta_key() { format!("ctrl+{key}") } else { key }
}

fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| {
        let kind = element.get_attribute("type").unwrap_or_default();
        let is_box = matches!(kind.as_str(), "checkbox" | "radio");
        match element.tag_name().as_str() {
            "TEXTAREA" | "SELECT" => true,
            "INPUT" => !is_box,
            // Space and Enter belong to the control that has the focus.
            "BUTTON" => matches!(event.key().as_str(), " " | "Enter"),
            "A" => event.key() == "Enter",
            _ => false,
        }
    })
}

fn is_in_dialog() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

/// The dialog that `?` opens.
#[component]
pub fn ShortcutsHelp() -> impl IntoView {
    let open = RwSignal::new(false);
    shortcut("?", text::shell::all_shortcuts(), move || open.set(true));
    let rows = || {
        let mut all = SHORTCUTS.get();
        all.dedup_by(|a, b| a.key == b.key);
        all.into_iter()
            .rev()
            .map(|shortcut| {
                let caps = shortcut.key.split('+').map(|cap| view! { <kbd>{cap_of(cap)}</kbd> }).collect_view();
                view! { <span class="keys">{caps}</span><span>{shortcut.label}</span> }
            })
            .collect_view()
    };
    view! {
        <Dialog open title=text::shell::shortcuts()>
            <div class="dialog-body"><div class="shortcuts">{rows}</div></div>
        </Dialog>
    }
}

fn cap_of(key: &str) -> String {
    match key {
        "ctrl" => "Ctrl".to_owned(),
        "alt" => "Alt".to_owned(),
        "ArrowDown" => "↓".to_owned(),
        "ArrowUp" => "↑".to_owned(),
        "ArrowLeft" => "←".to_owned(),
        "ArrowRight" => "→".to_owned(),
        "Escape" => "Esc".to_owned(),
        " " => "Space".to_owned(),
        other => other.to_uppercase(),
    }
}
