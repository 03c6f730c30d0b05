//! Somebody else saved first: what he saved beside what one typed, field by field.

use leptos::prelude::*;
use serde_json::Value;

use crate::i18n::text;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::Dialog;
use crate::ui::field::{Field, Kind};
use crate::ui::field_value::typed;

/// A record that was saved by two people.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// As it stands on the server now.
    pub theirs: Value,
    /// What one wanted to save: only the fields one has changed.
    pub mine: Value,
}

/// (label, theirs, mine) of every field that differs.
#[must_use]
pub fn differences(fields: &[Field], conflict: &Conflict) -> Vec<(String, String, String)> {
    fields
        .iter()
        .filter(|field| !matches!(field.kind, Kind::Hidden) && conflict.mine.get(field.name).is_some())
        .filter_map(|field| {
            let show = |record: &Value| match (&field.kind, record.get(field.name).unwrap_or(&Value::Null)) {
                (Kind::Lines(lines), Value::Array(rows)) => lines_text(lines, rows),
                (Kind::Choice(words), value) => {
                    let code = typed(&field.kind, value);
                    words.iter().find(|(word, _)| *word == code).map_or(code, |(_, name)| name.clone())
                }
                (kind, value) => typed(kind, value),
            };
            let (theirs, mine) = (show(&conflict.theirs), show(&conflict.mine));
            (theirs != mine).then(|| (field.label.clone(), theirs, mine))
        })
        .collect()
}

fn lines_text(fields: &[Field], rows: &[Value]) -> String {
    let line = |row: &Value| {
        let values = fields.iter().filter(|field| !matches!(field.kind, Kind::Hidden | Kind::Record(_)));
        values
            .map(|field| typed(&field.kind, row.get(field.name).unwrap_or(&Value::Null)))
            .collect::<Vec<_>>()
            .join(" · ")
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The dialog that lets one choose.
#[component]
pub fn ConflictView(
    /// The conflict, while there is one.
    conflict: RwSignal<Option<Conflict>>,
    /// The form's fields.
    fields: StoredValue<Vec<Field>>,
    /// Saves mine over theirs.
    on_mine: Callback<Conflict>,
    /// Shows theirs.
    on_theirs: Callback<Conflict>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(conflict.with(Option::is_some)));
    Effect::new(move |_| {
        if !open.get() && conflict.with_untracked(Option::is_some) {
            conflict.set(None);
        }
    });
    let choose = move |choice: Callback<Conflict>| {
        if let Some(found) = conflict.get_untracked() {
            conflict.set(None);
            choice.run(found);
        }
    };
    let empty = |text: String| if text.is_empty() { text::form::empty().to_owned() } else { text };
    let rows = move || {
        let found = conflict
            .get()
            .map(|conflict| fields.with_value(|fields| differences(fields, &conflict)))
            .unwrap_or_default();
        found
            .into_iter()
            .map(|(label, theirs, mine)| view! { <tr><th scope="row">{label}</th><td>{empty(theirs)}</td><td class="mine">{empty(mine)}</td></tr> })
            .collect_view()
    };
    view! {
        <Dialog open title=text::form::conflict_title() wide=true>
            <div class="dialog-body">
                <p>{text::form::conflict_hint()}</p>
                <table class="compare">
                    <thead><tr>
                        <th scope="col">{text::form::conflict_field()}</th>
                        <th scope="col">{text::form::conflict_theirs()}</th>
                        <th scope="col">{text::form::conflict_mine()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <div class="dialog-foot">
                <Button label=text::form::conflict_take_theirs() on_press=move |()| choose(on_theirs)/>
                <Button label=text::form::conflict_take_mine() look=Look::Primary on_press=move |()| choose(on_mine)/>
            </div>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_fields_that_differ_are_compared() {
        let fields = [Field::text("name", "Name", 50), Field::duration("setup_seconds", "Set-up")];
        let conflict = Conflict {
            theirs: json!({"name": "Laser", "setup_seconds": 600, "version": 4}),
            mine: json!({"name": "Laser", "setup_seconds": 900}),
        };
        assert_eq!(differences(&fields, &conflict), [("Set-up".to_owned(), "0:10".to_owned(), "0:15".to_owned())]);
    }
}
