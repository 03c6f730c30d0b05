//! Short messages in the corner, with an undo where an act can be undone.

use std::sync::{Arc, LazyLock};

use leptos::prelude::*;

use crate::api::Failure;
use crate::i18n::text;
use crate::ui::icon::Icon;
use crate::ui::state::Shape;

const SHOWN_MS: u32 = 6_000;
const SHOWN_MAX: usize = 4;

#[derive(Clone)]
struct Toast {
    id: u64,
    text: String,
    is_bad: bool,
    undo: Option<Undo>,
}

/// Outlives the page that offered it.
type Undo = Arc<dyn Fn() + Send + Sync>;

static TOASTS: LazyLock<ArcRwSignal<Vec<Toast>>> = LazyLock::new(|| ArcRwSignal::new(Vec::new()));

/// Says that something is done.
pub fn done(text: impl Into<String>) {
    push(text.into(), false, None);
}

/// Says that something is done and offers to undo it, on whatever page one is by then: what belongs to the page that did it
/// may be gone.
pub fn done_with_undo(text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
    push(text.into(), false, Some(Arc::new(undo)));
}

/// Says that something failed, and why.
pub fn failed(failure: &Failure) {
    let text = match failure.detail() {
        Some(detail) if failure.code() != Some("internal") => format!("{} {detail}", failure.message()),
        Some(_) | None => failure.message(),
    };
    push(text, true, None);
}

/// Says why something was not even tried.
pub fn refused(text: impl Into<String>) {
    push(text.into(), true, None);
}

fn push(text: String, is_bad: bool, undo: Option<Undo>) {
    let id = TOASTS.with_untracked(|all| all.last().map_or(0, |last| last.id + 1));
    TOASTS.update(|all| {
        // Told once more, it is one message still.
        all.retain(|toast| toast.text != text);
        all.push(Toast { id, text, is_bad, undo });
        if all.len() > SHOWN_MAX {
            all.remove(0);
        }
    });
    let shown = if is_bad { SHOWN_MS * 2 } else { SHOWN_MS };
    gloo_timers::callback::Timeout::new(shown, move || dismiss(id)).forget();
}

fn dismiss(id: u64) {
    TOASTS.update(|all| all.retain(|toast| toast.id != id));
}

/// Where the messages appear; once, in the frame.
#[component]
pub fn Toasts() -> impl IntoView {
    let toasts = TOASTS.clone();
    view! {
        <div class="toasts" role="status" aria-live="polite" aria-label=text::shell::notifications()>
            <For each=move || toasts.get() key=|toast| toast.id let:toast>
                <div class="toast" data-kind=toast.is_bad.then_some("bad")>
                    <span class="shape" data-shape=if toast.is_bad { Shape::Blocking.code() } else { Shape::Finished.code() } aria-hidden="true"></span>
                    <span class="toast-text">{toast.text}</span>
                    {toast.undo.map(|undo| {
                        view! { <button type="button" on:click=move |_| { undo(); dismiss(toast.id); }>{text::form::undo()}</button> }
                    })}
                    <button type="button" aria-label=text::shell::close() on:click=move |_| dismiss(toast.id)><Icon name="close" size=14/></button>
                </div>
            </For>
        </div>
    }
}
