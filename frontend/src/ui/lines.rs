//! Lines within a form, e.g. the shifts of a schedule or the operations of a routing: a small table of controls.

use leptos::prelude::*;

use crate::i18n::text;
use crate::ui::button::{Button, Look};
use crate::ui::field::Kind;
use crate::ui::field_view::{Control, LineTools};
use crate::ui::form::{Row, Slot};

/// A field of lines.
#[component]
pub fn Lines(
    /// The field.
    entry: Slot,
    /// Its element's id, prefix of its controls' ids.
    id: String,
    /// Nothing can be changed.
    #[prop(optional)]
    read_only: bool,
) -> impl IntoView {
    let slot = entry;
    let label = slot.field.with_value(|field| field.label.clone());
    let hint = slot.field.with_value(|field| field.hint.clone());
    let columns =
        slot.line_fields().into_iter().filter(|field| !matches!(field.kind, Kind::Hidden)).collect::<Vec<_>>();
    let heads = Callback::new(move |()| {
        columns
            .iter()
            .map(|field| {
                let is_number = matches!(field.kind, Kind::Number(_) | Kind::Whole(_) | Kind::Duration);
                view! { <th scope="col" class:right=is_number>{field.label.clone()}</th> }
            })
            .collect_view()
            .into_any()
    });
    let shown = move || slot.rows.get().into_iter().enumerate().collect::<Vec<_>>();
    let remove = move |key: u64| slot.rows.update(|rows| rows.retain(|row| row.key != key));
    let shift = move |key: u64, by: i32| {
        slot.rows.update(|rows| {
            let from = rows.iter().position(|row| row.key == key);
            let to = from.and_then(|from| if by < 0 { from.checked_sub(1) } else { Some(from + 1) });
            if let (Some(from), Some(to)) = (from, to)
                && to < rows.len()
            {
                rows.swap(from, to);
            }
        });
    };
    let line_id = id.clone();
    let line = Callback::new(move |(index, row): (usize, Row)| {
        let number = index + 1;
        let key = row.key;
        let prefix = format!("{line_id}-{key}");
        let cells = row
            .slots
            .into_iter()
            .filter(|slot| !slot.field.with_value(|field| matches!(field.kind, Kind::Hidden)))
            .map(|slot| {
                let (id, name) = slot.field.with_value(|field| {
                    (format!("{prefix}-{}", field.name), format!("{}, {}", field.label, text::form::line(&number.to_string())))
                });
                let error_id = format!("{id}-error");
                view! {
                    <td>
                        <Control entry=slot id name read_only/>
                        {move || slot.error.get().map(|error| view! { <span class="field-error" id=error_id.clone()>{error}</span> })}
                    </td>
                }
            })
            .collect_view();
        view! {
            <tr>
                <td class="line-number">{number}</td>
                {cells}
                {(!read_only).then(|| view! {
                    <td class="line-tools">
                        <LineTools
                            number
                            on_move=Callback::new(move |by| shift(key, by))
                            on_remove=Callback::new(move |()| remove(key))
                        />
                    </td>
                })}
            </tr>
        }
        .into_any()
    });
    view! {
        <div class="lines" id=id role="group" aria-label=label.clone() tabindex="-1">
            <span class="field-label">{label.clone()}</span>
            {hint.map(|hint| view! { <span class="field-hint">{hint}</span> })}
            <Show when=move || slot.rows.with(|rows| !rows.is_empty())>
                <div class="lines-scroll">
                    <table>
                        <thead><tr><th scope="col"><span class="sr-only">"#"</span></th>{heads.run(())}{(!read_only).then(|| view! { <td></td> })}</tr></thead>
                        <tbody>
                            <For each=shown key=|(index, row)| (row.key, *index) let((index, row))>
                                {line.run((index, row))}
                            </For>
                        </tbody>
                    </table>
                </div>
            </Show>
            {move || slot.error.get().map(|error| view! { <span class="field-error">{error}</span> })}
            {(!read_only).then(|| view! {
                <div><Button label=text::form::add_line() icon="plus" look=Look::Ghost on_press=move |()| slot.add_row()/></div>
            })}
        </div>
    }
}
