//! Menus that open below a button: arrow keys move, Enter chooses, Esc and a click elsewhere close.

use leptos::html;
use leptos::prelude::*;
use leptos::web_sys;
use wasm_bindgen::JsCast;

/// One entry of a menu.
#[derive(Clone)]
pub struct Item {
    label: String,
    note: String,
    is_chosen: Option<bool>,
    is_danger: bool,
    reason: Option<String>,
    act: Callback<()>,
}

impl Item {
    /// An entry that does something.
    #[must_use]
    pub fn new(label: impl Into<String>, act: impl Fn() + Send + Sync + 'static) -> Self {
        let act = Callback::new(move |()| act());
        Self { label: label.into(), note: String::new(), is_chosen: None, is_danger: false, reason: None, act }
    }

    /// An entry that goes to an address.
    #[must_use]
    pub fn link(label: impl Into<String>, href: String) -> Self {
        Self::new(label, move || crate::history::go(&href))
    }

    /// Makes it one of several choices.
    #[must_use]
    pub fn chosen(mut self, is_chosen: bool) -> Self {
        self.is_chosen = Some(is_chosen);
        self
    }

    /// Marks that it destroys something.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.is_danger = true;
        self
    }

    /// Disables it and says why.
    #[must_use]
    pub fn unless(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }

    /// A muted word at its end.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// A button with a menu. `items` is asked each time the menu opens.
#[component]
pub fn Menu(
    /// For screen readers, and the tip.
    #[prop(into)]
    label: String,
    /// The button's class: `button` or `bar-button`.
    #[prop(default = "button")]
    class: &'static str,
    /// The button's look.
    #[prop(default = "secondary")]
    look: &'static str,
    /// Opens to the right instead of to the left.
    #[prop(optional)]
    from_left: bool,
    /// The entries.
    items: Callback<(), Vec<Item>>,
    /// What is on the button.
    children: Children,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let root = NodeRef::<html::Span>::new();
    let list = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if open.get()
            && let Some(list) = list.get()
        {
            focus_sibling(&list, 0);
        }
    });
    let leave = move |event: web_sys::FocusEvent| {
        let next = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let inside = root
            .try_get_untracked()
            .flatten()
            .is_some_and(|root| next.as_ref().is_some_and(|next| root.contains(Some(next))));
        if !inside {
            open.try_set(false);
        }
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        let Some(list) = list.get_untracked() else { return };
        match event.key().as_str() {
            "ArrowDown" => focus_sibling(&list, 1),
            "ArrowUp" => focus_sibling(&list, -1),
            "Escape" => {
                open.set(false);
                event.stop_propagation();
            }
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <span class="menu" node_ref=root on:focusout=leave on:keydown=keys>
            <button
                type="button"
                class=class
                data-look=look
                aria-haspopup="menu"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-label=label.clone()
                title=label.clone()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {children()}
            </button>
            <Show when=move || open.get()>
                <div class="menu-list" role="menu" data-side=from_left.then_some("left") node_ref=list>
                    {items.run(()).into_iter().map(|item| entry(item, open)).collect_view()}
                </div>
            </Show>
        </span>
    }
}

fn entry(item: Item, open: RwSignal<bool>) -> impl IntoView {
    let role = if item.is_chosen.is_some() { "menuitemradio" } else { "menuitem" };
    let blocked = item.reason.is_some();
    let press = move |_| {
        if !blocked {
            open.set(false);
            item.act.run(());
        }
    };
    view! {
        <button
            type="button"
            class="menu-item"
            role=role
            tabindex="-1"
            aria-checked=item.is_chosen.map(|chosen| chosen.to_string())
            aria-disabled=blocked.then_some("true")
            class:muted=blocked
            data-danger=item.is_danger.then_some("")
            on:click=press
        >
            <span>{item.label}</span>
            <span class="muted">
                {item.reason.unwrap_or(item.note)}
                {(item.is_chosen == Some(true)).then_some("✓")}
            </span>
        </button>
    }
}

/// Moves the focus by `step` among the buttons of a list; 0 goes to the first.
fn focus_sibling(list: &web_sys::Element, step: i32) {
    let Ok(found) = list.query_selector_all("button") else { return };
    let buttons = (0..found.length())
        .filter_map(|index| found.item(index).and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok()))
        .collect::<Vec<_>>();
    let active = document().active_element();
    let at = buttons.iter().position(|button| active.as_ref() == Some(button.as_ref()));
    let count = buttons.len();
    let next = match (at, step) {
        (_, 0) | (None, _) => 0,
        (Some(at), 1) => (at + 1) % count.max(1),
        (Some(at), _) => (at + count.saturating_sub(1)) % count.max(1),
    };
    if let Some(button) = buttons.get(next) {
        let _gone = button.focus();
    }
}
