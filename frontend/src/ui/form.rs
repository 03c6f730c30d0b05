//! The state of a form: what stands in each field, what is wrong with it, whether it differs from what was loaded.
//!
//! One way to validate and to show a field's error: [`Form::body`] checks what is typed, [`Form::failed`] places what the
//! server found (by JSON pointer) at the same fields. A draft of unsaved values is kept in the browser until they are saved.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::error::Problem;
use serde_json::{Map, Value};

use crate::api::Failure;
use crate::i18n::text;
use crate::sentences;
use crate::session;
use crate::storage;
use crate::ui::field::{Field, Kind};
use crate::ui::field_value::{travelling, typed};
use crate::ui::toast;

/// One field with what stands in it.
#[derive(Clone, Copy)]
pub struct Slot {
    /// The field.
    pub field: StoredValue<Field>,
    /// What is typed; for a record its id.
    pub value: RwSignal<String>,
    /// The label of a chosen record.
    pub label: RwSignal<String>,
    /// What is wrong.
    pub error: RwSignal<Option<String>>,
    /// The lines of [`Kind::Lines`].
    pub rows: RwSignal<Vec<Row>>,
}

/// One line within a field of lines.
#[derive(Clone)]
pub struct Row {
    /// Tells it from the others while the form is open.
    pub key: u64,
    /// Its fields.
    pub slots: Vec<Slot>,
}

impl Row {
    /// What is typed in the field of this name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<RwSignal<String>> {
        self.slots.iter().find(|slot| slot.name() == name).map(|slot| slot.value)
    }
}

/// The state of a form.
#[derive(Clone, Copy)]
pub struct Form {
    slots: StoredValue<Vec<Slot>>,
    clean: RwSignal<Value>,
    /// A problem that belongs to no field.
    pub error: RwSignal<Option<String>>,
}

impl Slot {
    fn new(field: &Field) -> Self {
        let slot = Self {
            value: RwSignal::new(field.start.clone()),
            label: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            rows: RwSignal::new(Vec::new()),
            field: StoredValue::new(field.clone()),
        };
        slot.find_label(&Value::Null);
        slot
    }

    /// Adds a line with its starting values.
    pub fn add_row(&self) {
        let slots = self.line_fields().iter().map(Self::new).collect();
        self.rows.update(|rows| {
            let key = rows.iter().map(|row| row.key).max().map_or(0, |key| key + 1);
            rows.push(Row { key, slots });
        });
    }

    /// The fields of its lines; none when it has no lines.
    #[must_use]
    pub fn line_fields(&self) -> Vec<Field> {
        self.field.with_value(|field| if let Kind::Lines(fields) = &field.kind { fields.clone() } else { Vec::new() })
    }

    fn name(&self) -> &'static str {
        self.field.with_value(|field| field.name)
    }

    fn snapshot(&self) -> Value {
        let rows = self.rows.get();
        if rows.is_empty() {
            return Value::String(self.value.get());
        }
        rows.iter()
            .map(|row| row.slots.iter().map(|slot| (slot.name().to_owned(), slot.snapshot())).collect::<Value>())
            .collect()
    }

    fn restore(&self, draft: &Value) {
        match draft {
            Value::String(text) => self.value.set(text.clone()),
            Value::Array(rows) => {
                self.rows.set(Vec::new());
                for row in rows {
                    self.add_row();
                    self.rows.with_untracked(|all| {
                        for slot in all.iter().flat_map(|row| row.slots.iter()).rev().take(self.line_fields().len()) {
                            if let Some(value) = row.get(slot.name()) {
                                slot.restore(value);
                            }
                        }
                    });
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {}
        }
        self.find_label(&Value::Null);
    }

    fn fill(&self, record: &Value) {
        let value = record.get(self.name()).unwrap_or(&Value::Null);
        self.error.set(None);
        self.value.set(self.field.with_value(|field| typed(&field.kind, value)));
        self.rows.set(Vec::new());
        let has_lines = self.field.with_value(|field| matches!(field.kind, Kind::Lines(_)));
        for line in value.as_array().filter(|_| has_lines).into_iter().flatten() {
            self.add_row();
            let row = self.rows.with_untracked(|rows| rows.last().cloned());
            for slot in row.iter().flat_map(|row| row.slots.iter()) {
                slot.fill(line);
            }
        }
        if has_lines {
            self.value.set(String::new());
        }
        self.find_label(record);
    }

    /// Shows the chosen record's name: from the record's view, else by asking for it.
    fn find_label(&self, record: &Value) {
        let (value, label) = (self.value.get_untracked(), self.label);
        let (picker, label_from) = self.field.with_value(|field| {
            (if let Kind::Record(picker) = &field.kind { Some(picker.clone()) } else { None }, field.label_from)
        });
        let given = label_from.and_then(|name| record.get(name)).and_then(Value::as_str);
        match (picker, given) {
            (None, _) => {}
            (Some(_), _) if value.is_empty() => label.set(String::new()),
            (Some(_), Some(given)) => label.set(given.to_owned()),
            (Some(picker), None) => spawn_local(async move {
                if let Ok(choice) = picker.resolve(value).await {
                    label.try_set(choice.label);
                }
            }),
        }
    }

    /// What travels, or `None` after saying what is wrong.
    fn body(&self) -> Option<Value> {
        let rows = self.rows.get_untracked();
        if !rows.is_empty() {
            self.error.set(None);
            let lines = rows.iter().map(|row| object(&row.slots)).collect::<Vec<_>>();
            return lines.into_iter().collect::<Option<Vec<_>>>().map(Value::Array);
        }
        match self.field.with_value(|field| travelling(field, &self.value.get_untracked())) {
            Ok(value) => {
                self.error.set(None);
                Some(value)
            }
            Err(problem) => {
                self.error.set(Some(problem));
                None
            }
        }
    }

    fn place(&self, rest: &str, message: &str) -> bool {
        let mut parts = rest.trim_start_matches('/').splitn(2, '/');
        let row = parts.next().and_then(|index| index.parse::<usize>().ok());
        let inner = parts.next().unwrap_or_default();
        let placed = row.is_some_and(|index| {
            self.rows.with_untracked(|rows| rows.get(index).is_some_and(|row| place_error(&row.slots, inner, message)))
        });
        if !placed {
            self.error.set(Some(message.to_owned()));
        }
        true
    }
}

/// All values of these slots as one object; `None` when one of them is wrong (each then says so).
fn object(slots: &[Slot]) -> Option<Value> {
    let values = slots.iter().map(|slot| slot.body().map(|value| (slot.name().to_owned(), value))).collect::<Vec<_>>();
    values.into_iter().collect::<Option<Map<_, _>>>().map(Value::Object)
}

fn place_error(slots: &[Slot], pointer: &str, message: &str) -> bool {
    let pointer = pointer.trim_start_matches('/');
    let (name, rest) = pointer.split_once('/').unwrap_or((pointer, ""));
    slots.iter().find(|slot| slot.name() == name).is_some_and(|slot| slot.place(rest, message))
}

impl Form {
    /// An empty form with these fields; those that the person may not see are left out.
    #[must_use]
    pub fn new(fields: Vec<Field>) -> Self {
        let slots =
            fields.iter().filter(|field| field.needs.is_none_or(session::may)).map(Slot::new).collect::<Vec<_>>();
        let form =
            Self { slots: StoredValue::new(slots), clean: RwSignal::new(Value::Null), error: RwSignal::new(None) };
        form.settle();
        form
    }

    /// Its fields.
    #[must_use]
    pub fn slots(&self) -> Vec<Slot> {
        self.slots.get_value()
    }

    /// The field with this name.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<Slot> {
        self.slots.with_value(|slots| slots.iter().find(|slot| slot.name() == name).copied())
    }

    /// Fills it with a record and counts that as clean.
    pub fn fill(&self, record: &Value) {
        for slot in self.slots() {
            slot.fill(record);
        }
        self.error.set(None);
        self.settle();
    }

    /// What travels: an object with every field.
    ///
    /// `None` when something is wrong; each wrong field then says what.
    #[must_use]
    pub fn body(&self) -> Option<Value> {
        self.error.set(None);
        self.slots.with_value(|slots| object(slots))
    }

    /// Shows at each field what the server found there, and beside the page what is wrong with none of them, also when
    /// the form is gone by then.
    pub fn failed(&self, failure: &Failure) {
        match failure {
            Failure::Refused(problem) if !self.slots.is_disposed() => self.refuse(problem, failure.message()),
            Failure::Refused(_) | Failure::Network | Failure::Unreadable(_) => toast::failed(failure),
        }
    }

    fn refuse(&self, problem: &Problem, message: String) {
        let mut rest = Vec::new();
        for error in &problem.errors {
            let known = sentences::error(&error.code).unwrap_or_default();
            let vague = ["value_invalid", "validation_failed", ""].contains(&error.code.as_str()) || known.is_empty();
            // A sentence of its own says more than what the code means in general.
            let tells = vague || error.detail_code.is_some();
            let more = sentences::detail(error.detail_code.as_deref(), &error.params, &error.detail).filter(|_| tells);
            let text = more.as_deref().unwrap_or(if known.is_empty() { &error.detail } else { known });
            if !self.slots.with_value(|slots| place_error(slots, &error.pointer, text)) {
                rest.push(text.to_owned());
            }
        }
        if rest.is_empty() && untrack(|| self.problems()).is_empty() {
            rest.push(message);
            rest.extend(sentences::detail(problem.detail_code.as_deref(), &problem.params, &problem.detail));
        }
        self.error.set((!rest.is_empty()).then(|| rest.join(" ")));
    }

    /// Every wrong field: (element id, label, what is wrong).
    #[must_use]
    pub fn problems(&self) -> Vec<(String, String, String)> {
        let mut found = Vec::new();
        self.slots.with_value(|slots| collect_problems(slots, "field", "", &mut found));
        found
    }

    /// What would travel if it were sent now, without marking what is wrong.
    #[must_use]
    pub fn quiet_body(&self) -> Option<Value> {
        let body = self.slots.with_value(|slots| object(slots));
        self.slots.with_value(|slots| slots.iter().for_each(|slot| slot.error.set(None)));
        body
    }

    /// Whether it differs from what was loaded.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.snapshot() != self.clean.get()
    }

    /// Counts what stands there now as saved.
    pub fn settle(&self) {
        self.clean.set(untrack(|| self.snapshot()));
    }

    /// Keeps unsaved values under `key` in the browser; returns whether some of last time were restored.
    pub fn keep_draft(self, key: String) -> bool {
        let kept = storage::get(&key).and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let restored = kept.is_some_and(|draft| self.restore(&draft));
        Effect::new(move |_| {
            let now = self.snapshot();
            if now == self.clean.get() {
                storage::remove(&key);
            } else {
                storage::set(&key, &now.to_string());
            }
        });
        restored
    }

    fn restore(&self, draft: &Value) -> bool {
        for slot in self.slots() {
            if let Some(value) = draft.get(slot.name()) {
                slot.restore(value);
            }
        }
        untrack(|| self.is_dirty())
    }

    fn snapshot(&self) -> Value {
        self.slots.with_value(|slots| {
            slots
                .iter()
                .filter(|slot| !slot.field.with_value(|field| matches!(field.kind, Kind::Text { is_secret: true, .. })))
                .map(|slot| (slot.name().to_owned(), slot.snapshot()))
                .collect()
        })
    }
}

fn collect_problems(slots: &[Slot], id: &str, line: &str, found: &mut Vec<(String, String, String)>) {
    for slot in slots {
        let id = format!("{id}-{}", slot.name());
        if let Some(error) = slot.error.get() {
            let label = slot.field.with_value(|field| field.label.clone());
            found.push((id.clone(), format!("{line}{label}"), error));
        }
        for (index, row) in slot.rows.get().iter().enumerate() {
            let line = format!("{}, ", text::form::line(&(index + 1).to_string()));
            collect_problems(&row.slots, &format!("{id}-{}", row.key), &line, found);
        }
    }
}

/// Proves that a form sends what an endpoint takes: an empty form's body, with `samples` for what must be filled in.
///
/// # Panics
/// In tests, when the body does not fit.
#[cfg(test)]
pub(crate) fn assert_fits<B: serde::de::DeserializeOwned>(fields: &[Field], samples: &[(&str, &str)]) {
    let body = fields
        .iter()
        .map(|field| {
            let typed =
                samples.iter().find(|(name, _)| *name == field.name).map_or(field.start.as_str(), |(_, typed)| typed);
            (
                field.name.to_owned(),
                travelling(field, typed).unwrap_or_else(|problem| panic!("{}: {problem}", field.name)),
            )
        })
        .collect::<Map<_, _>>();
    serde_json::from_value::<B>(Value::Object(body)).unwrap();
}
