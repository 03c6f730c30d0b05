//! The page, or the dialog, of one record of a plain noun: load, edit, save, create, delete, settle conflicts.
//!
//! Everything particular to a noun is in its [`Record`]: its endpoints, its fields, its texts.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::Endpoint;
use serde_json::{Value, json};

use crate::api::{self, Answer, Call, Pending};
use crate::i18n::text;
use crate::links::Noun;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{Confirm, Dialog};
use crate::ui::field::Field;
use crate::ui::field_view::{Fields, focus_on};
use crate::ui::form::Form;
use crate::ui::icon::Icon;
use crate::ui::menu::{Item, Menu};
use crate::ui::page::{Footer, Head, loaded, set_crumbs};
use crate::ui::record_conflict::{Conflict, ConflictView};
use crate::ui::shortcuts::shortcut;
use crate::ui::state::{Note, Shape};
use crate::ui::toast;
use crate::{history, live, session};

/// What makes one noun's form different from another's.
#[derive(Clone)]
pub struct Record {
    entity: &'static str,
    title: &'static str,
    new_title: &'static str,
    fields: Vec<Field>,
    name_field: &'static str,
    read: Call,
    create: Option<Call>,
    update: Call,
    delete: Option<Call>,
    may_write: bool,
    path_field: Option<&'static str>,
    draw: Option<Draw>,
}

/// Draws a form its own way: the form, the record's view (null for a new one), whether nothing can be changed.
pub type Draw = fn(Form, Value, bool) -> AnyView;

impl Record {
    /// A record that is read with `R` and changed with `U`. `title` is the list's name.
    #[must_use]
    pub fn of<R: Endpoint, U: Endpoint>(entity: &'static str, title: &'static str, fields: Vec<Field>) -> Self {
        Self {
            entity,
            title,
            new_title: title,
            fields,
            name_field: "name",
            read: api::call::<R>(),
            create: None,
            update: api::call::<U>(),
            delete: None,
            may_write: session::may_call::<U>(),
            path_field: Some("id"),
            draw: None,
        }
    }

    /// There is only one, e.g. the company's settings: its path has no parameters.
    #[must_use]
    pub fn single(mut self) -> Self {
        self.path_field = None;
        self
    }

    /// The path's parameter is not called `id`.
    #[must_use]
    pub fn found_by(mut self, path_field: &'static str) -> Self {
        self.path_field = Some(path_field);
        self
    }

    /// Can be created with `C`; `new_title` heads the empty form.
    #[must_use]
    pub fn creates<C: Endpoint>(mut self, new_title: &'static str) -> Self {
        self.create = Some(api::call::<C>());
        self.new_title = new_title;
        self
    }

    /// Its form is drawn by `draw` instead of field below field.
    #[must_use]
    pub fn drawn(mut self, draw: Draw) -> Self {
        self.draw = Some(draw);
        self
    }

    /// Can be removed with `D`.
    #[must_use]
    pub fn deletes<D: Endpoint>(mut self) -> Self {
        self.delete = Some(api::call::<D>());
        self
    }

    /// The field that names it; `name` unless told otherwise.
    #[must_use]
    pub fn named_by(mut self, field: &'static str) -> Self {
        self.name_field = field;
        self
    }

    fn name_of(&self, view: &Value) -> String {
        view.get(self.name_field).and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

/// A record being edited.
#[derive(Clone, Copy)]
struct Editor {
    record: StoredValue<Record>,
    form: Form,
    /// `None`: a new one.
    id: StoredValue<Option<String>>,
    view: RwSignal<Option<Answer<Value>>>,
    /// What the form would have sent right after loading: only what differs from it is saved.
    base: StoredValue<Option<Value>>,
    saving: RwSignal<bool>,
    conflict: RwSignal<Option<Conflict>>,
    restored: RwSignal<bool>,
    /// Told with the view of what was created or saved, or null after a removal.
    on_done: Callback<Value>,
}

impl Editor {
    fn new(record: Record, id: Option<String>, on_done: Callback<Value>) -> Self {
        let form = Form::new(record.fields.clone());
        let key = format!("draft.{}.{}", record.entity, id.as_deref().unwrap_or("new"));
        let editor = Self {
            record: StoredValue::new(record),
            form,
            id: StoredValue::new(id.clone()),
            view: RwSignal::new(None),
            base: StoredValue::new(None),
            saving: RwSignal::new(false),
            conflict: RwSignal::new(None),
            restored: RwSignal::new(false),
            on_done,
        };
        match id {
            None => {
                editor.view.set(Some(Ok(Value::Null)));
                editor.restored.set(form.keep_draft(key));
                editor.focus_first();
            }
            Some(id) => {
                editor.load(Some(key));
                let revision = live::revision(id);
                Effect::new(move |seen: Option<u64>| {
                    let now = revision.get();
                    if seen.is_some_and(|seen| seen != now)
                        && !editor.saving.get_untracked()
                        && !untrack(|| form.is_dirty())
                    {
                        editor.load(None);
                    }
                    now
                });
            }
        }
        editor
    }

    /// Once the form is drawn.
    fn focus_first(self) {
        let slots = self.form.slots();
        let first = slots.first().map(|slot| slot.field.with_value(|field| field.name));
        let id = format!("field-{}", first.unwrap_or_default());
        request_animation_frame(move || focus_on(&id));
    }

    fn path(&self) -> Value {
        match self.record.with_value(|record| record.path_field) {
            Some(field) => json!({ field: self.id.get_value() }),
            None => json!({}),
        }
    }

    /// Asks for the record; a task begins a moment later, when the form may be gone.
    fn read(self) -> Pending<Value> {
        self.record.with_value(|record| record.read.clone())(self.path(), None, Value::Null)
    }

    fn load(self, draft: Option<String>) {
        let answer = self.read();
        spawn_local(async move {
            let answer = answer.await;
            if self.is_gone() {
                return;
            }
            if let Ok(view) = &answer {
                // A save has overtaken this answer.
                if version_of(view) < self.version() {
                    return;
                }
                self.fill(view);
                if let Some(draft) = draft {
                    self.restored.set(self.form.keep_draft(draft));
                }
            }
            self.view.set(Some(answer));
        });
    }

    /// Whether the form was left while something was on its way.
    fn is_gone(&self) -> bool {
        self.view.is_disposed()
    }

    fn fill(&self, view: &Value) {
        self.form.fill(view);
        self.base.set_value(self.form.quiet_body().filter(|_| !view.is_null()));
    }

    fn version(&self) -> Option<i64> {
        self.view.with_untracked(|view| view.as_ref().and_then(|view| view.as_ref().ok()).and_then(version_of))
    }

    fn save(self) {
        if self.saving.get_untracked() || self.reason().is_some() {
            return;
        }
        if let Some(body) = self.form.body() {
            let body = self.base.with_value(|base| changed(body, base.as_ref()));
            self.send(body, self.version());
        }
    }

    fn send(self, body: Value, version: Option<i64>) {
        self.saving.set(true);
        let is_new = self.id.with_value(Option::is_none);
        let path = self.path();
        let (create, update) = self.record.with_value(|record| (record.create.clone(), record.update.clone()));
        spawn_local(async move {
            let answer = match create.filter(|_| is_new) {
                Some(create) => create(json!({}), None, body.clone()).await,
                None => update(path, version, body.clone()).await,
            };
            self.saving.set(false);
            match answer {
                Ok(_) if self.is_gone() => toast::done(text::form::saved()),
                Ok(view) => {
                    self.fill(&view);
                    self.view.set(Some(Ok(view.clone())));
                    let name = self.record.with_value(|record| record.name_of(&view));
                    toast::done(if is_new { text::form::created(&name) } else { text::form::saved().to_owned() });
                    self.on_done.run(view);
                }
                Err(failure) if self.is_gone() => toast::failed(&failure),
                Err(failure) if failure.is_conflict() => self.compare(body),
                Err(failure) => self.form.failed(&failure),
            }
        });
    }

    fn compare(self, mine: Value) {
        let answer = self.read();
        spawn_local(async move {
            match answer.await {
                Ok(theirs) => self.conflict.set(Some(Conflict { theirs, mine })),
                Err(failure) => toast::failed(&failure),
            }
        });
    }

    fn remove(self) {
        let Some(delete) = self.record.with_value(|record| record.delete.clone()) else { return };
        let name = untrack(|| self.name());
        let answer = delete(self.path(), self.version(), json!({}));
        spawn_local(async move {
            match answer.await {
                Ok(_) => {
                    toast::done(text::form::removed(&name));
                    if !self.is_gone() {
                        self.discard();
                        self.on_done.run(Value::Null);
                    }
                }
                Err(failure) => toast::failed(&failure),
            }
        });
    }

    fn discard(self) {
        match self.view.get_untracked() {
            Some(Ok(view)) if !view.is_null() => self.fill(&view),
            Some(_) | None => self.form.fill(&Value::Null),
        }
        self.restored.set(false);
    }

    fn name(&self) -> String {
        let loaded = self.view.get().and_then(Result::ok).unwrap_or(Value::Null);
        self.record
            .with_value(|record| if loaded.is_null() { record.new_title.to_owned() } else { record.name_of(&loaded) })
    }

    /// Why it cannot be saved now.
    fn reason(&self) -> Option<String> {
        if !self.record.with_value(|record| record.may_write) {
            return Some(text::form::no_permission().to_owned());
        }
        let is_new = self.id.with_value(Option::is_none);
        (!is_new && !self.form.is_dirty()).then(|| text::form::no_changes().to_owned())
    }

    fn body(self) -> impl IntoView {
        let read_only = !self.record.with_value(|record| record.may_write);
        let exists = self.id.with_value(Option::is_some);
        let fields = StoredValue::new(self.record.with_value(|record| record.fields.clone()));
        let form = self.form;
        let draw = self.record.with_value(|record| record.draw);
        let draw = move |view| match draw {
            Some(draw) => draw(form, view, read_only),
            None => view! { <Fields form read_only exists/> }.into_any(),
        };
        view! {
            <Show when=move || self.restored.get()>
                <Note shape=Shape::Waiting title=text::form::draft_restored()>
                    <button type="button" class="link" on:click=move |_| self.discard()>{text::form::discard()}</button>
                </Note>
            </Show>
            {loaded(self.view, Callback::new(move |()| self.load(None)), draw)}
            <ConflictView
                conflict=self.conflict
                fields
                on_mine=Callback::new(move |conflict: Conflict| {
                    let version = version_of(&conflict.theirs);
                    self.send(conflict.mine, version);
                })
                on_theirs=Callback::new(move |conflict: Conflict| {
                    self.fill(&conflict.theirs);
                    self.view.set(Some(Ok(conflict.theirs)));
                })
            />
        }
    }

    fn buttons(self) -> impl IntoView {
        let is_new = self.id.with_value(Option::is_none);
        let can_delete = !is_new && self.record.with_value(|record| record.delete.is_some() && record.may_write);
        let asking = RwSignal::new(false);
        let items = Callback::new(move |()| {
            vec![
                Item::new(text::form::discard(), move || self.discard())
                    .unless((!untrack(|| self.form.is_dirty())).then(|| text::form::no_changes().to_owned())),
                Item::new(text::form::delete(), move || asking.set(true)).danger(),
            ]
        });
        let verb = if is_new { text::form::create() } else { text::form::save() };
        view! {
            {can_delete.then(|| view! {
                <Menu label=text::list::actions() items><Icon name="more" size=14/></Menu>
                <Confirm
                    open=asking
                    title=Signal::derive(move || text::form::delete_ask(&self.name()))
                    hint=text::form::delete_hint()
                    verb=text::form::delete()
                    on_yes=move |()| self.remove()
                />
            })}
            <Button
                label=verb
                look=Look::Primary
                reason=Signal::derive(move || self.reason())
                busy=self.saving
                on_press=move |()| self.save()
            />
        }
    }
}

/// The fields of `body` that differ from `base`, so that one does not undo what others did to the rest.
fn changed(body: Value, base: Option<&Value>) -> Value {
    match (body, base) {
        (Value::Object(fields), Some(base)) => {
            fields.into_iter().filter(|(name, value)| base.get(name) != Some(value)).collect()
        }
        (body, _) => body,
    }
}

fn version_of(view: &Value) -> Option<i64> {
    view.get("version").and_then(Value::as_i64)
}

/// The page of one record; `id` is `None` for a new one.
#[must_use]
pub fn record_page(record: Record, noun: Noun, id: Option<String>) -> AnyView {
    let title = record.title;
    let is_new = id.is_none();
    let done = Callback::new(move |view: Value| match view.get("id").and_then(Value::as_str) {
        Some(id) if is_new => history::replace(&noun.record(id)),
        Some(_) => {}
        None => history::go(&noun.list()),
    });
    let editor = Editor::new(record, id, done);
    Effect::new(move |_| set_crumbs(vec![(title.to_owned(), Some(noun.list())), (editor.name(), None)]));
    shortcut("ctrl+s", text::form::save(), move || editor.save());
    shortcut("ctrl+Enter", text::form::save(), move || editor.save());
    let note =
        Signal::derive(move || if editor.form.is_dirty() { text::form::unsaved().to_owned() } else { String::new() });
    view! {
        <div class="page">
            <Head title=Signal::derive(move || editor.name())>{editor.buttons()}</Head>
            <div class="page-scroll">{editor.body()}</div>
            <Footer keys=vec![(vec!["Ctrl", "S"], text::form::save().to_owned())] note/>
        </div>
    }
    .into_any()
}

/// The dialog of one record, open while the address has `record=new` or `record=<id>`: for nouns without a page of their own.
#[component]
pub fn RecordDialog(
    /// The noun.
    record: Record,
) -> impl IntoView {
    let parameter = history::parameter("record");
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(parameter.get().is_some()));
    Effect::new(move |_| {
        if !open.get() && parameter.get_untracked().is_some() {
            history::set_parameters(&[("record", "")], true);
        }
    });
    let record = StoredValue::new(record);
    let inner = move || {
        parameter.get().map(|id| {
            let id = (id != "new").then_some(id);
            let editor = Editor::new(record.get_value(), id, Callback::new(move |_| open.set(false)));
            shortcut("ctrl+s", text::form::save(), move || editor.save());
            Effect::new(move |was_here: Option<bool>| {
                let is_here = editor.view.with(|view| matches!(view, Some(Ok(_))));
                if is_here && was_here != Some(true) {
                    editor.focus_first();
                }
                is_here || was_here == Some(true)
            });
            view! {
                <div class="dialog-body">{editor.body()}</div>
                <div class="dialog-foot">
                    <Button label=text::form::cancel() on_press=move |()| { editor.discard(); open.set(false); }/>
                    {editor.buttons()}
                </div>
            }
        })
    };
    let title = Signal::derive(move || {
        record.with_value(|record| {
            if parameter.get().as_deref() == Some("new") { record.new_title } else { record.title }.to_owned()
        })
    });
    view! { <Dialog open title wide=true>{inner}</Dialog> }
}

/// The form of the one record there is, to stand within a page, e.g. on a tab of the settings.
#[must_use]
pub fn single_record(record: Record) -> AnyView {
    let editor = Editor::new(record.single(), Some(String::new()), Callback::new(|_| ()));
    shortcut("ctrl+s", text::form::save(), move || editor.save());
    let title = editor.record.with_value(|record| record.title);
    view! {
        <Head title=title.to_owned()>{editor.buttons()}</Head>
        <div class="page-scroll">{editor.body()}</div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_changed_is_saved() {
        let base = json!({"name": "Laser", "capacity": 1});
        assert_eq!(changed(json!({"name": "Laser 1", "capacity": 1}), Some(&base)), json!({"name": "Laser 1"}));
        assert_eq!(changed(json!({"name": "Laser"}), None), json!({"name": "Laser"}));
    }
}
