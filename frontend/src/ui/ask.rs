//! A question before a command: a dialog with a few fields, answered by Enter or its button. What the server refuses is
//! shown at the fields, as in any form.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use serde_json::Value;
use wasm_bindgen::JsCast;

use crate::api::Pending;
use crate::i18n::text;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::field_view::Fields;
use crate::ui::form::Form;

type Run = Arc<dyn Fn(Value) -> Pending<()> + Send + Sync>;

/// A question: its fields, and what to do with the answers.
#[derive(Clone)]
pub struct Ask {
    title: String,
    hint: String,
    verb: String,
    fields: Vec<Field>,
    is_danger: bool,
    about: Option<Callback<(), AnyView>>,
    run: Run,
}

impl Ask {
    /// `run` gets an object with every field's value; the dialog closes when it succeeds.
    pub fn new(
        title: impl Into<String>,
        verb: impl Into<String>,
        run: impl Fn(Value) -> Pending<()> + Send + Sync + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            hint: String::new(),
            verb: verb.into(),
            fields: Vec::new(),
            is_danger: false,
            about: None,
            run: Arc::new(run),
        }
    }

    /// What to know before answering.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Facts that stand between hint and fields.
    #[must_use]
    pub fn about(mut self, draw: impl Fn() -> AnyView + Send + Sync + 'static) -> Self {
        self.about = Some(Callback::new(move |()| draw()));
        self
    }

    /// One of its fields.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// The command destroys something.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.is_danger = true;
        self
    }
}

/// Shows whatever question is put.
#[component]
pub fn Asks(
    /// The question; none: nothing is asked.
    ask: RwSignal<Option<Ask>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(ask.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            ask.set(None);
        }
        now
    });
    let title = Signal::derive(move || ask.with(|ask| ask.as_ref().map(|ask| ask.title.clone()).unwrap_or_default()));
    view! { <Dialog open title>{move || ask.get().map(|question| inner(question, open))}</Dialog> }
}

fn inner(ask: Ask, open: RwSignal<bool>) -> impl IntoView {
    let Ask { hint, verb, fields, is_danger, about, run, .. } = ask;
    let first = fields.first().map(|field| format!("field-{}", field.name));
    let has_fields = !fields.is_empty();
    let form = Form::new(fields);
    let busy = RwSignal::new(false);
    let submit = move || {
        let Some(body) = form.body().filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        let pending = run(body);
        spawn_local(async move {
            let answer = pending.await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    open.try_set(false);
                }
                Err(failure) => form.failed(&failure),
            }
        });
    };
    let on_enter = {
        let submit = submit.clone();
        move |event: web_sys::KeyboardEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let is_input = target.is_some_and(|element| element.tag_name() == "INPUT");
            let wanted = is_input || event.ctrl_key() || event.meta_key();
            if event.key() == "Enter" && wanted && !event.default_prevented() {
                event.prevent_default();
                submit();
            }
        }
    };
    request_animation_frame(move || match first {
        Some(first) => crate::ui::field_view::focus_on(&first),
        None => focus_on_verb(),
    });
    let look = if is_danger { Look::Danger } else { Look::Primary };
    view! {
        <div class="ask" on:keydown=on_enter>
            <div class="dialog-body">
                {(!hint.is_empty()).then(|| view! { <p class="muted">{hint}</p> })}
                {about.map(|about| about.run(()))}
                {has_fields.then(|| view! { <Fields form/> })}
            </div>
            <div class="dialog-foot">
                <Button label=text::form::cancel() on_press=move |()| open.set(false)/>
                <Button label=verb look busy on_press=move |()| submit()/>
            </div>
        </div>
    }
}

/// A question without fields is answered by Enter at once.
fn focus_on_verb() {
    let found = document()
        .query_selector("dialog[open] .ask .dialog-foot .button:last-of-type[data-look]:not([data-look=secondary])");
    let button = found.ok().flatten().and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(button) = button {
        let _gone = button.focus();
    }
}
