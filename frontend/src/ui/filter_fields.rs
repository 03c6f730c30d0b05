//! Filters that are no choice of a few words: a record, a day, a piece of text. Only pages in parcels use them.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::day_input::DayInput;
use crate::ui::list::Filter;
use crate::ui::picker::{Choice, Combo, Picker};
use crate::{format, history};

/// A record of another noun.
#[must_use]
pub fn record(name: &'static str, label: &'static str, picker: Picker) -> Filter {
    Filter::drawn(name, label, move || {
        let given = history::parameter(name);
        let (value, shown) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
        let known = picker.clone();
        Effect::new(move |_| {
            let id = given.get().unwrap_or_default();
            if value.get_untracked() == id {
                return;
            }
            value.set(id.clone());
            shown.set(String::new());
            if !id.is_empty() {
                let found = known.resolve(id);
                spawn_local(async move {
                    if let Ok(choice) = found.await {
                        shown.try_set(choice.label);
                    }
                });
            }
        });
        let on_choose = Callback::new(move |choice: Choice| history::set_parameters(&[(name, &choice.id)], true));
        view! { <Combo picker=picker.clone() value label=shown id=format!("filter-{name}") name=label on_choose/> }
            .into_any()
    })
}

/// A day.
#[must_use]
pub fn day(name: &'static str, label: &'static str) -> Filter {
    Filter::drawn(name, label, move || {
        let given = history::parameter(name);
        let value = Signal::derive(move || given.get().unwrap_or_default());
        let on_change = move |day: String| {
            if day.is_empty() || format::parse_iso_date(&day).is_some() {
                history::set_parameters(&[(name, &day)], true);
            }
        };
        view! { <DayInput value on_change name=label/> }.into_any()
    })
}

/// A piece of text.
#[must_use]
pub fn text(name: &'static str, label: &'static str) -> Filter {
    Filter::drawn(name, label, move || {
        let given = history::parameter(name);
        view! {
            <input
                class="control"
                type="text"
                aria-label=label
                prop:value=move || given.get().unwrap_or_default()
                on:change=move |event| history::set_parameters(&[(name, event_target_value(&event).trim())], true)
            />
        }
        .into_any()
    })
}
