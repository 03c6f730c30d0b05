//! What the pages of purchase requests, requests for quotation and purchase orders have in common: a paper that is read,
//! changed by commands, and follows what others do.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::data_files::DataFileView;
use mrp_api::endpoint::Endpoint;
use mrp_api::papers::PaperLanguage;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::api::{self, Answer, Call, Pending};
use crate::format;
use crate::i18n::text::purchase_orders as t;
use crate::ui::ask::Ask;
use crate::ui::button::{Button, Look};
use crate::ui::cell::Cell;
use crate::ui::dialog::Dialog;
use crate::ui::{file, toast};
use crate::{i18n, live, session};

/// A paper on the screen.
pub struct Paper<V: 'static> {
    /// Its id.
    pub id: StoredValue<String>,
    /// What the server said of it last.
    pub answer: RwSignal<Option<Answer<V>>>,
    /// Whether a command is on its way.
    pub busy: RwSignal<bool>,
    /// The question that is open.
    pub ask: RwSignal<Option<Ask>>,
    read: StoredValue<Call>,
}

impl<V> Clone for Paper<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Paper<V> {}

impl<V> Paper<V>
where
    V: DeserializeOwned + Serialize + Clone + PartialEq + Send + Sync + 'static,
{
    /// A paper that is read with `G` now, and again whenever it or one of `others` changes.
    #[must_use]
    pub fn of<G: Endpoint<Reply = V>>(id: String, others: &[&'static str]) -> Self {
        let paper = Self {
            id: StoredValue::new(id.clone()),
            answer: RwSignal::new(None),
            busy: RwSignal::new(false),
            ask: RwSignal::new(None),
            read: StoredValue::new(api::call::<G>()),
        };
        let revisions: Vec<_> =
            std::iter::once(id).chain(others.iter().map(|other| (*other).to_owned())).map(live::revision).collect();
        Effect::new(move |_| {
            for revision in &revisions {
                revision.track();
            }
            if !paper.busy.get_untracked() {
                paper.load();
            }
        });
        paper
    }

    /// Reads it.
    pub fn load(self) {
        if self.answer.is_disposed() {
            return;
        }
        let answer = self.read.get_value()(self.path(), None, Value::Null);
        spawn_local(async move {
            let answer = answer.await.and_then(api::decode);
            self.answer.try_set(Some(answer));
        });
    }

    fn path(&self) -> Value {
        json!({ "id": self.id.get_value() })
    }

    /// What was read last.
    #[must_use]
    pub fn view(&self) -> Option<V> {
        self.answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().ok().cloned()))
    }

    fn version(&self) -> Option<i64> {
        let view = untrack(|| self.view())?;
        serde_json::to_value(view).ok()?.get("version")?.as_i64()
    }

    /// Sends a command of this paper; what it answers is shown.
    fn command(self, call: &Call, body: Value) -> Pending<()> {
        let answer = call(self.path(), self.version(), body);
        Box::pin(async move {
            match answer.await.and_then(api::decode) {
                Ok(view) => {
                    self.answer.try_set(Some(Ok(view)));
                    Ok(())
                }
                Err(failure) => {
                    if failure.is_conflict() {
                        self.load();
                    }
                    Err(failure)
                }
            }
        })
    }

    /// Carries out a command that asks nothing.
    pub fn run<E: Endpoint<Reply = V>>(self, body: Value, done: String) {
        self.start(&api::call::<E>(), body, done);
    }

    fn start(self, call: &Call, body: Value, done: String) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let sent = self.command(call, body);
        spawn_local(async move {
            let answer = sent.await;
            self.busy.try_set(false);
            match answer {
                Ok(()) => toast::done(done),
                Err(failure) => toast::failed(&failure),
            }
        });
    }

    /// A command that asks first: what to do with the answers.
    pub fn answers<E: Endpoint<Reply = V>>(self) -> impl Fn(Value) -> Pending<()> + Send + Sync {
        let call = api::call::<E>();
        move |body| self.command(&call, body)
    }
}

/// A day as people read it.
#[must_use]
pub fn day(text: &Option<String>) -> Option<String> {
    text.as_deref().and_then(format::parse_iso_date).map(format::day)
}

/// The same in a cell.
#[must_use]
pub fn day_cell(text: &Option<String>) -> Cell {
    Cell::maybe(day(text))
}

/// A heading with the currency behind it.
#[must_use]
pub fn in_money(label: &str) -> String {
    format!("{label}, {}", session::currency())
}

/// A button that saves a paper as PDF, in the language of the office.
#[component]
pub fn PdfFile(
    /// Asks for the paper.
    ask: impl Fn(Option<PaperLanguage>) -> Pending<DataFileView> + Send + Sync + 'static,
) -> impl IntoView {
    let press = move |()| file::fetch(ask(i18n::language().code().parse().ok()));
    view! { <Button label=t::pdf() icon="print" on_press=press/> }
}

/// A text to copy into a mail: a button, and a dialog with the text.
#[component]
pub fn MailText(
    /// The text.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let text = StoredValue::new(text);
    let copy = move |()| {
        let text = text.get_value();
        spawn_local(async move {
            let written =
                wasm_bindgen_futures::JsFuture::from(window().navigator().clipboard().write_text(&text)).await;
            if written.is_ok() {
                toast::done(t::mail_copied());
            }
        });
    };
    view! {
        <Button label=t::mail() icon="copy" on_press=move |()| open.set(true)/>
        <Dialog open title=t::mail_title() wide=true>
            <div class="dialog-body"><pre class="mail-text" tabindex="0">{text.get_value()}</pre></div>
            <div class="dialog-foot">
                <Button label=crate::i18n::text::shell::close() on_press=move |()| open.set(false)/>
                <Button label=t::mail_copy() look=Look::Primary icon="copy" on_press=copy/>
            </div>
        </Dialog>
    }
}
