//! How fields look: label, control, hint and error, tied together for screen readers.

use leptos::prelude::*;

use crate::format;
use crate::i18n::text;
use crate::ui::day_input::DayInput;
use crate::ui::field::Kind;
use crate::ui::form::{Form, Slot};
use crate::ui::icon::Icon;
use crate::ui::lines::Lines;
use crate::ui::picker::{Combo, MultiCombo};

/// All fields of a form, with a summary of what is wrong above them.
#[component]
pub fn Fields(
    /// The form.
    form: Form,
    /// Nothing can be changed.
    #[prop(optional)]
    read_only: bool,
    /// The record exists already: fixed fields cannot be changed.
    #[prop(optional)]
    exists: bool,
) -> impl IntoView {
    view! {
        <div class="form">
            <Summary form/>
            {form.slots().into_iter().map(|slot| view! { <FieldView entry=slot id="field" read_only exists/> }).collect_view()}
        </div>
    }
}

/// What is wrong with a form; each line leads to its field.
#[component]
pub fn Summary(
    /// The form.
    form: Form,
) -> impl IntoView {
    view! {
        {move || {
            let problems = form.problems();
            let general = form.error.get();
            let title = match (problems.len(), general.clone()) {
                (0, None) => return None,
                (0, Some(general)) => general,
                (count, _) => text::form::problems(u64::try_from(count).unwrap_or_default()),
            };
            let more = general.filter(|_| !problems.is_empty());
            let items = problems
                .into_iter()
                .map(|(id, label, problem)| {
                    let focus = move |_| focus_on(&id);
                    view! { <li><button type="button" class="link" on:click=focus>{label}</button>": "{problem}</li> }
                })
                .collect_view();
            Some(view! {
                <div class="summary" role="alert">
                    <strong>{title}</strong>
                    <ul>{items}{more.map(|more| view! { <li>{more}</li> })}</ul>
                </div>
            })
        }}
    }
}

/// Moves the focus to an element.
pub fn focus_on(id: &str) {
    use wasm_bindgen::JsCast;
    let element =
        document().get_element_by_id(id).and_then(|element| element.dyn_into::<leptos::web_sys::HtmlElement>().ok());
    if let Some(element) = element {
        let _gone = element.focus();
    }
}

/// One field.
#[component]
pub fn FieldView(
    /// The field.
    entry: Slot,
    /// Prefix of its element's id.
    #[prop(into)]
    id: String,
    /// Nothing can be changed.
    #[prop(optional)]
    read_only: bool,
    /// The record exists already.
    #[prop(optional)]
    exists: bool,
) -> impl IntoView {
    let slot = entry;
    let field = slot.field.get_value();
    let id = format!("{id}-{}", field.name);
    let heading = field.heading.clone().map(|heading| view! { <h2>{heading}</h2> });
    let read_only = read_only || (field.is_fixed && exists);
    match &field.kind {
        Kind::Hidden => ().into_any(),
        Kind::Lines(_) => view! { {heading} <Lines entry=slot id read_only/> }.into_any(),
        Kind::Check => view! {
            {heading}
            <div class="field" data-span=field.span.to_string() data-kind="check">
                <Control entry=slot id=id.clone() read_only/>
                <Below entry=slot id/>
            </div>
        }
        .into_any(),
        _ => {
            let optional = !field.is_required
                && !read_only
                && matches!(field.kind, Kind::Number(_) | Kind::Whole(_) | Kind::Record(_) | Kind::Date | Kind::Moment);
            view! {
                {heading}
                <div class="field" data-span=field.span.to_string()>
                    <label class="field-label" for=id.clone()>
                        {field.label.clone()}
                        {optional.then(|| view! { <span class="muted">{text::form::optional()}</span> })}
                    </label>
                    <Control entry=slot id=id.clone() read_only/>
                    <Below entry=slot id/>
                </div>
            }
            .into_any()
        }
    }
}

/// Hint and error below a field.
#[component]
fn Below(entry: Slot, id: String) -> impl IntoView {
    let slot = entry;
    let hint = slot.field.with_value(|field| field.hint.clone());
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    view! {
        {hint.map(|hint| view! { <span class="field-hint" id=hint_id>{hint}</span> })}
        {move || slot.error.get().map(|error| {
            view! { <span class="field-error" id=error_id.clone()><span class="shape" data-shape="blocking" aria-hidden="true"></span>{error}</span> }
        })}
    }
}

/// The control alone. In tables of lines its name comes from the column.
#[component]
pub fn Control(
    /// The field.
    entry: Slot,
    /// The element's id.
    #[prop(into)]
    id: String,
    /// Nothing can be changed.
    #[prop(optional)]
    read_only: bool,
    /// Its accessible name where no label stands beside it.
    #[prop(optional, into)]
    name: Option<String>,
) -> impl IntoView {
    let slot = entry;
    let field = slot.field.get_value();
    let (value, error) = (slot.value, slot.error);
    let has_hint = field.hint.is_some();
    let described_by = {
        let id = id.clone();
        Signal::derive(move || {
            let hint = has_hint.then(|| format!("{id}-hint"));
            let error = error.with(Option::is_some).then(|| format!("{id}-error"));
            let all = [hint, error].into_iter().flatten().collect::<Vec<_>>().join(" ");
            (!all.is_empty()).then_some(all)
        })
    };
    let invalid = Signal::derive(move || error.with(Option::is_some));
    let required = field.is_required;
    let input = |kind: &'static str, is_number: bool, unit: String, mode: &'static str| {
        view! {
            <span class="control-row">
                <input
                    class="control"
                    class:number=is_number
                    type=kind
                    id=id.clone()
                    aria-label=name.clone()
                    inputmode=mode
                    autocomplete=if kind == "password" { "new-password" } else { "off" }
                    readonly=read_only
                    aria-required=required.then_some("true")
                    aria-describedby=move || described_by.get()
                    aria-invalid=move || invalid.get().then_some("true")
                    prop:value=move || value.get()
                    on:input=move |event| { value.set(event_target_value(&event)); error.set(None); }
                />
                {(!unit.is_empty()).then(|| view! { <span class="unit">{unit}</span> })}
            </span>
        }
        .into_any()
    };
    let day = |with_time: bool| {
        let on_input = move |now: String| {
            value.set(now);
            error.set(None);
        };
        let on_change = move |now: String| {
            let is_day = format::parse_day(&now, with_time).is_some() || now.is_empty();
            error.set((!is_day).then(|| text::form::not_date().to_owned()));
        };
        let (id, name) = (id.clone(), name.clone().unwrap_or_default());
        view! { <DayInput value on_input on_change with_time id name read_only required described_by invalid/> }
            .into_any()
    };
    let select = |options: Vec<(String, String)>| {
        let options = options
            .into_iter()
            .map(|(word, label)| {
                let is_chosen = {
                    let word = word.clone();
                    move || value.with(|value| *value == word)
                };
                view! { <option value=word selected=is_chosen>{label}</option> }
            })
            .collect_view();
        view! {
            <select
                class="control"
                id=id.clone()
                aria-label=name.clone()
                disabled=read_only
                aria-describedby=move || described_by.get()
                aria-invalid=move || invalid.get().then_some("true")
                prop:value=move || value.get()
                on:change=move |event| { value.set(event_target_value(&event)); error.set(None); }
            >
                {(!required).then(|| view! { <option value="">{text::form::none()}</option> })}
                {options}
            </select>
        }
        .into_any()
    };
    match field.kind {
        Kind::Text { is_secret, .. } => {
            input(if is_secret { "password" } else { "text" }, false, String::new(), "text")
        }
        Kind::Number(range) => input("text", true, range.unit, "decimal"),
        Kind::Whole(range) => input("text", true, range.unit, "numeric"),
        Kind::Wholes => input("text", false, String::new(), "text"),
        Kind::Duration => input("text", true, text::form::hours_minutes().to_owned(), "text"),
        Kind::Date => day(false),
        Kind::Time => input("text", false, String::new(), "numeric"),
        Kind::Moment => day(true),
        Kind::Choice(words) => select(words),
        Kind::NumberChoice(words) => {
            select(words.into_iter().map(|(number, label)| (number.to_string(), label)).collect())
        }
        Kind::LongText => view! {
            <textarea
                class="control"
                id=id
                aria-label=name
                rows="3"
                readonly=read_only
                aria-describedby=move || described_by.get()
                aria-invalid=move || invalid.get().then_some("true")
                prop:value=move || value.get()
                on:input=move |event| { value.set(event_target_value(&event)); error.set(None); }
            ></textarea>
        }
        .into_any(),
        Kind::Check => view! {
            <label class="check">
                <input
                    type="checkbox"
                    id=id
                    disabled=read_only
                    aria-describedby=move || described_by.get()
                    prop:checked=move || value.with(|value| value == "true")
                    on:change=move |event| value.set(event_target_checked(&event).to_string())
                />
                {name.unwrap_or(field.label)}
            </label>
        }
        .into_any(),
        Kind::Record(picker) => view! {
            <span class="control-row">
                <Combo
                    picker
                    value
                    label=slot.label
                    id
                    name=name.unwrap_or_default()
                    described_by
                    invalid
                    read_only
                    on_choose=Callback::new(move |_| error.set(None))
                />
            </span>
        }
        .into_any(),
        Kind::Records(picker) => view! { <MultiCombo picker value id described_by/> }.into_any(),
        Kind::Lines(_) | Kind::Hidden => ().into_any(),
    }
}

/// The tools of one line: up, down, remove.
#[component]
pub(crate) fn LineTools(
    /// The number of the line, from 1.
    number: usize,
    /// Moves it by −1 or 1.
    on_move: Callback<i32>,
    /// Removes it.
    on_remove: Callback<()>,
) -> impl IntoView {
    let shown = number.to_string();
    let button = move |icon: &'static str, label: String, press: Callback<()>| {
        view! {
            <button type="button" class="button" data-look="ghost" data-size="small" aria-label=label.clone() title=label on:click=move |_| press.run(())>
                <Icon name=icon size=12/>
            </button>
        }
    };
    view! {
        {button("up-arrow", text::form::move_up(&shown), Callback::new(move |()| on_move.run(-1)))}
        {button("down-arrow", text::form::move_down(&shown), Callback::new(move |()| on_move.run(1)))}
        {button("close", text::form::remove_line(&shown), on_remove)}
    }
}
