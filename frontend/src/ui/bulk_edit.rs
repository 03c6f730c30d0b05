//! One field of many rows at once: a value for all of them, a result for each, and a way back.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::Endpoint;
use serde_json::{Value, json};

use crate::api::{self, Call, Failure};
use crate::i18n::text::{form, list as t};
use crate::ui::button::{Button, Look};
use crate::ui::dialog::Dialog;
use crate::ui::field::{Field, Kind};
use crate::ui::field_view::Fields;
use crate::ui::form::Form;
use crate::ui::list::RowResult;
use crate::ui::list_state::{ListState, RowKey};
use crate::ui::toast;
use crate::{sentences, session};

/// What can be edited in many rows.
#[derive(Clone)]
pub struct BulkEdit {
    read: Call,
    update: Call,
    fields: Vec<Field>,
    was: Was,
}

/// What a field of a record, as it was read, would travel as.
pub type Was = fn(&Value, &str) -> Value;

/// Records are read as they travel.
fn by_name(record: &Value, field: &str) -> Value {
    record.get(field).cloned().unwrap_or_default()
}

/// What a row had before and its version afterwards.
struct Done {
    id: String,
    before: Value,
    version: i64,
}

impl BulkEdit {
    /// Records that are read with `R` and changed with `U`; none when the person may not. Of the form's fields those
    /// that many records can share: nothing that tells records apart, no lines and no secrets.
    #[must_use]
    pub fn of<R: Endpoint, U: Endpoint>(fields: Vec<Field>) -> Option<Self> {
        let fields = fields.into_iter().filter(can_share).collect();
        let edit = || Self { read: api::call::<R>(), update: api::call::<U>(), fields, was: by_name };
        session::may_call::<U>().then(edit)
    }

    /// The same for records that are read otherwise than they travel.
    #[must_use]
    pub fn reading(mut self, was: Was) -> Self {
        self.was = was;
        self
    }

    /// Sets a field of one record; says what it was.
    async fn set(&self, id: &str, field: &str, value: &Value) -> Result<Done, Failure> {
        let path = json!({ "id": id });
        let view = (self.read)(path.clone(), None, json!({})).await?;
        let version = view.get("version").and_then(Value::as_i64);
        let before = (self.was)(&view, field);
        let view = (self.update)(path, version, json!({ field: value })).await?;
        let version = view.get("version").and_then(Value::as_i64).unwrap_or_default();
        Ok(Done { id: id.to_owned(), before, version })
    }

    /// Gives records back what they had, unless somebody has changed them since.
    async fn take_back(&self, field: &str, done: &[Done]) -> Option<Failure> {
        let mut failure = None;
        for row in done {
            let answer = (self.update)(json!({ "id": row.id }), Some(row.version), json!({ field: row.before })).await;
            failure = failure.or(answer.err());
        }
        failure
    }
}

fn can_share(field: &Field) -> bool {
    const OWN: &[&str] = &["code", "name", "barcode", "login", "number", "is_default", "product_id", "supplier_id"];
    let is_simple = !matches!(field.kind, Kind::Lines(_) | Kind::Hidden | Kind::Text { is_secret: true, .. });
    is_simple && !OWN.contains(&field.name) && !field.is_fixed && field.needs.is_none_or(session::may)
}

/// The button in the bar of selected rows, and its dialog.
#[component]
pub fn BulkEditButton(
    /// The list.
    state: ListState,
    /// What can be edited.
    edit: BulkEdit,
    /// Told what became of each row.
    on_done: Callback<Vec<RowResult>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let edit = StoredValue::new(edit);
    let title = Signal::derive(move || {
        let count = state.selected.with(std::collections::BTreeSet::len);
        t::edit_title(u64::try_from(count).unwrap_or_default())
    });
    view! {
        <Button label=t::edit() icon="edit" on_press=move |()| open.set(true)/>
        <Dialog open title>{dialog(state, edit.get_value(), open, on_done)}</Dialog>
    }
}

fn dialog(state: ListState, edit: BulkEdit, open: RwSignal<bool>, on_done: Callback<Vec<RowResult>>) -> impl IntoView {
    let fields = StoredValue::new(edit.fields.clone());
    let chosen = RwSignal::new(0_usize);
    let form = Memo::new_with_compare(
        move |_| fields.with_value(|fields| fields.get(chosen.get()).map(one_field)),
        |_, _| true,
    );
    let busy = RwSignal::new(false);
    let edit = StoredValue::new(edit);
    let apply = move |()| {
        let Some((form, name)) = form.get_untracked() else { return };
        let Some(value) = form.body().and_then(|body| body.get(name).cloned()) else { return };
        let rows = untrack(|| state.chosen());
        busy.set(true);
        let edit = edit.get_value();
        spawn_local(async move {
            let (results, done) = apply_to(&edit, rows, name, &value).await;
            busy.try_set(false);
            open.try_set(false);
            offer_undo(state, edit, name, done);
            state.reload(0);
            on_done.try_run(results);
        });
    };
    let options = fields.with_value(|fields| {
        let option =
            |(place, field): (usize, &Field)| view! { <option value=place.to_string()>{field.label.clone()}</option> };
        fields.iter().enumerate().map(option).collect_view()
    });
    view! {
        <div class="dialog-body">
            <label class="field">
                <span class="field-label">{t::edit_field()}</span>
                <select
                    class="control"
                    on:change=move |event| chosen.set(event_target_value(&event).parse().unwrap_or_default())
                >
                    {options}
                </select>
            </label>
            {move || form.get().map(|(form, _)| view! { <Fields form/> })}
        </div>
        <div class="dialog-foot">
            <Button label=form::cancel() on_press=move |()| open.set(false)/>
            <Button label=t::edit_apply() look=Look::Primary busy on_press=apply/>
        </div>
    }
}

/// A form of one field that takes the whole width.
fn one_field(field: &Field) -> (Form, &'static str) {
    let mut field = field.clone();
    field.span = 12;
    field.heading = None;
    let name = field.name;
    (Form::new(vec![field]), name)
}

async fn apply_to(
    edit: &BulkEdit,
    rows: Vec<RowKey>,
    field: &'static str,
    value: &Value,
) -> (Vec<RowResult>, Vec<Done>) {
    let (mut results, mut done) = (Vec::new(), Vec::new());
    for row in rows {
        match edit.set(&row.id, field, value).await {
            Ok(row_done) => {
                done.push(row_done);
                results.push((row.name, None));
            }
            Err(failure) => results.push((row.name, Some(problem(&failure)))),
        }
    }
    (results, done)
}

/// What is wrong with the one field that was sent, or with the record.
fn problem(failure: &Failure) -> String {
    match failure {
        Failure::Refused(refused) => match refused.errors.first() {
            Some(fault) => {
                let known = sentences::error(&fault.code).map(str::to_owned);
                let more = sentences::detail(fault.detail_code.as_deref(), &fault.params, &fault.detail);
                let is_vague = fault.code == mrp_api::error::VALUE_INVALID.code || fault.detail_code.is_some();
                if is_vague { more.or(known) } else { known.or(more) }.unwrap_or_else(|| fault.detail.clone())
            }
            None => failure.message(),
        },
        Failure::Network | Failure::Unreadable(_) => failure.message(),
    }
}

fn offer_undo(state: ListState, edit: BulkEdit, field: &'static str, done: Vec<Done>) {
    if done.is_empty() {
        return;
    }
    let count = u64::try_from(done.len()).unwrap_or_default();
    let done = Arc::new(done);
    toast::done_with_undo(t::bulk_done(count), move || {
        let (edit, done) = (edit.clone(), Arc::clone(&done));
        spawn_local(async move {
            if let Some(failure) = edit.take_back(field, &done).await {
                toast::failed(&failure);
            }
            state.reload(0);
        });
    });
}
