//! Choosing another record: a combobox that searches a list endpoint while one types.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use mrp_api::endpoint::{Empty, Endpoint};
use mrp_api::page::Page;

use crate::api::{self, Pending};
use crate::i18n::{fold_cedilla, text};
use crate::ui::icon::Icon;

/// How many choices are offered at once.
const CHOICES_MAX: &str = "20";

/// Most pixels that the list of choices takes, as in the style sheet.
const LIST_HEIGHT: f64 = 270.0;
const LIST_WIDTH: f64 = 260.0;

/// One record that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// A code or another hint.
    pub note: String,
}

impl Choice {
    /// A choice.
    #[must_use]
    pub fn new(id: impl ToString, label: impl Into<String>, note: impl Into<String>) -> Self {
        Self { id: id.to_string(), label: label.into(), note: note.into() }
    }
}

type Search = Arc<dyn Fn(Vec<(String, String)>) -> Pending<Vec<Choice>> + Send + Sync>;
type Resolve = Arc<dyn Fn(String) -> Pending<Choice> + Send + Sync>;

/// Where the choices come from.
#[derive(Clone)]
pub struct Picker {
    search: Search,
    resolve: Resolve,
    filters: Vec<(String, String)>,
}

impl Picker {
    /// The records of a list endpoint `L`; the endpoint `R` reads the one that is already chosen.
    /// `Picker::of::<ListUnits, GetUnit, _, _>(|row| Choice::new(row.id, row.name, row.code), |one| …)`.
    #[must_use]
    pub fn of<L, R, T, V>(of_row: fn(T) -> Choice, of_one: fn(V) -> Choice) -> Self
    where
        L: Endpoint<Path = Empty, Reply = Page<T>>,
        R: Endpoint<Query = Empty, Reply = V>,
        T: 'static,
        V: 'static,
    {
        Self {
            search: Arc::new(move |parameters| {
                Box::pin(async move {
                    let page = api::get_list::<L>(&parameters).await?;
                    Ok(page.items.into_iter().map(of_row).collect())
                })
            }),
            resolve: Arc::new(move |id| {
                let answer = api::get_by_id::<R>(&id);
                Box::pin(async move { answer.await.map(of_one) })
            }),
            filters: Vec::new(),
        }
    }

    /// Choices that all come at once, because there are few: what is typed narrows them.
    #[must_use]
    pub fn among(all: impl Fn() -> Pending<Vec<Choice>> + Send + Sync + 'static) -> Self {
        let all = Arc::new(all);
        let every = all.clone();
        Self {
            search: Arc::new(move |parameters| {
                let choices = all();
                Box::pin(async move {
                    let words = parameters.into_iter().find(|(name, _)| name == "q").map(|(_, words)| words);
                    let words = words.unwrap_or_default().to_lowercase();
                    let has = |text: &str| text.to_lowercase().contains(&words);
                    Ok(choices.await?.into_iter().filter(|choice| has(&choice.label) || has(&choice.note)).collect())
                })
            }),
            resolve: Arc::new(move |id| {
                let choices = every();
                Box::pin(async move {
                    let found = choices.await?.into_iter().find(|choice| choice.id == id);
                    Ok(found.unwrap_or_else(|| Choice::new(&id, "", "")))
                })
            }),
            filters: Vec::new(),
        }
    }

    /// Offers only rows that pass this filter of the list, e.g. `("active", "true")`.
    #[must_use]
    pub fn only(mut self, name: &str, value: &str) -> Self {
        self.filters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The record with this id.
    #[must_use]
    pub fn resolve(&self, id: String) -> Pending<Choice> {
        (self.resolve)(id)
    }

    fn search(&self, words: &str) -> Pending<Vec<Choice>> {
        let mut parameters = self.filters.clone();
        parameters.push(("limit".to_owned(), CHOICES_MAX.to_owned()));
        if !words.is_empty() {
            parameters.push(("q".to_owned(), fold_cedilla(words)));
        }
        (self.search)(parameters)
    }
}

/// The combobox. `value` is the chosen id (empty: none), `label` what the field shows.
#[component]
pub fn Combo(
    /// Where the choices come from.
    picker: Picker,
    /// The chosen id.
    value: RwSignal<String>,
    /// The chosen record's label.
    label: RwSignal<String>,
    /// The input's id, for its `<label>`.
    #[prop(into)]
    id: String,
    /// Its accessible name where no `<label>` stands beside it.
    #[prop(optional, into)]
    name: Option<String>,
    /// Ids of hint and error.
    #[prop(optional, into)]
    described_by: Signal<Option<String>>,
    /// Whether its value was refused.
    #[prop(optional, into)]
    invalid: Signal<bool>,
    /// Cannot be changed.
    #[prop(optional)]
    read_only: bool,
    /// Told after each choice.
    #[prop(optional)]
    on_choose: Option<Callback<Choice>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let typed = RwSignal::new(None::<String>);
    let choices = RwSignal::new(None::<Vec<Choice>>);
    let at = RwSignal::new(0_usize);
    let asked = StoredValue::new(0_u64);
    let input = NodeRef::<html::Input>::new();
    let picker = StoredValue::new(picker);
    let look_up = move |words: String| {
        let turn = asked.get_value() + 1;
        asked.set_value(turn);
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(if words.is_empty() { 0 } else { 120 }).await;
            if asked.try_get_value() != Some(turn) {
                return;
            }
            let found = picker.with_value(|picker| picker.search(&words)).await.unwrap_or_default();
            if asked.try_get_value() == Some(turn) {
                choices.set(Some(found));
                at.set(0);
            }
        });
    };
    let show = move || {
        if !read_only && !open.get_untracked() {
            open.set(true);
            choices.set(None);
            look_up(String::new());
        }
    };
    let choose = move |choice: Choice| {
        value.set(choice.id.clone());
        label.set(choice.label.clone());
        typed.set(None);
        open.set(false);
        if let Some(told) = on_choose {
            told.run(choice);
        }
    };
    let clear = move || choose(Choice::new("", "", ""));
    let leave = move |_| {
        // The field may lose the focus because its page is gone.
        let Some(words) = typed.try_get_untracked() else { return };
        open.set(false);
        if words.is_some_and(|words| words.trim().is_empty()) {
            clear();
        }
        typed.set(None);
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        let count = choices.with_untracked(|all| all.as_ref().map_or(0, Vec::len));
        match event.key().as_str() {
            "ArrowDown" if !open.get_untracked() => show(),
            "ArrowDown" => at.update(|at| *at = (*at + 1).min(count.saturating_sub(1))),
            "ArrowUp" => at.update(|at| *at = at.saturating_sub(1)),
            "Enter" if open.get_untracked() => {
                let chosen =
                    choices.with_untracked(|all| all.as_ref().and_then(|all| all.get(at.get_untracked()).cloned()));
                if let Some(chosen) = chosen {
                    choose(chosen);
                }
            }
            "Escape" if open.get_untracked() => {
                open.set(false);
                typed.set(None);
                event.stop_propagation();
            }
            _ => return,
        }
        event.prevent_default();
    };
    let list_id = format!("{id}-list");
    let option_id = {
        let id = id.clone();
        move |index: usize| format!("{id}-option-{index}")
    };
    let active = {
        let option_id = option_id.clone();
        move || open.get().then(|| option_id(at.get()))
    };
    let options = move || {
        let option_id = option_id.clone();
        choices.get().map(|all| {
            if all.is_empty() {
                return view! { <div class="combo-none">{text::form::pick_nothing()}</div> }.into_any();
            }
            all.into_iter()
                .enumerate()
                .map(|(index, choice)| {
                    let (label, note) = (choice.label.clone(), choice.note.clone());
                    view! {
                        <div
                            class="menu-item"
                            role="option"
                            id=option_id(index)
                            aria-selected=move || if at.get() == index { "true" } else { "false" }
                            on:mousedown=move |event| { event.prevent_default(); choose(choice.clone()); }
                        >
                            <span class="ellipsis">{label}</span>
                            <span class="muted">{note}</span>
                        </div>
                    }
                })
                .collect_view()
                .into_any()
        })
    };
    let place =
        move || input.get().map(|input| place_below(&input.get_bounding_client_rect(), LIST_HEIGHT, LIST_WIDTH));
    view! {
        <span class="combo">
            <input
                node_ref=input
                class="control"
                type="text"
                role="combobox"
                autocomplete="off"
                id=id
                aria-label=name
                aria-autocomplete="list"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls=list_id.clone()
                aria-activedescendant=active
                aria-describedby=move || described_by.get()
                aria-invalid=move || invalid.get().then_some("true")
                readonly=read_only
                placeholder=text::form::pick()
                prop:value=move || typed.get().unwrap_or_else(|| label.get())
                on:input=move |event| {
                    let words = event_target_value(&event);
                    typed.set(Some(words.clone()));
                    open.set(true);
                    look_up(words.trim().to_owned());
                }
                on:click=move |_| show()
                on:keydown=keys
                on:blur=leave
            />
            <Show when=move || open.get()>
                <div
                    class="combo-list"
                    role="listbox"
                    id=list_id.clone()
                    style:position="fixed"
                    style:right="auto"
                    style:top=move || place().map(|spot| spot.top)
                    style:bottom=move || place().map(|spot| spot.bottom)
                    style:left=move || place().map(|spot| spot.left)
                    style:width=move || place().map(|spot| spot.width)
                >
                    {options.clone()}
                </div>
            </Show>
        </span>
    }
}

/// Where something that belongs to a field is drawn, as style values.
pub(crate) struct Spot {
    pub(crate) top: String,
    pub(crate) bottom: String,
    pub(crate) left: String,
    pub(crate) width: String,
}

/// Below the field, or above it where there is no room. Fixed to the window, so that no scrolling table cuts it off.
pub(crate) fn place_below(field: &web_sys::DomRect, high: f64, wide: f64) -> Spot {
    let auto = || "auto".to_owned();
    let pixels = |value: f64| format!("{value}px");
    let number =
        |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64()).unwrap_or_default();
    let (height, width) = (number(window().inner_height()), number(window().inner_width()));
    let (top, bottom) = if field.bottom() + high > height && field.top() > high {
        (auto(), pixels(height - field.top() + 4.0))
    } else {
        (pixels(field.bottom() + 4.0), auto())
    };
    let wide = field.width().max(wide);
    let left = field.left().min(width - wide - 4.0).max(0.0);
    Spot { top, bottom, left: pixels(left), width: pixels(wide) }
}

/// Several records: chips with a combobox behind them. `value` holds the ids joined by commas.
#[component]
pub fn MultiCombo(
    /// Where the choices come from.
    picker: Picker,
    /// The chosen ids, joined by commas.
    value: RwSignal<String>,
    /// The combobox's id, for its `<label>`.
    #[prop(into)]
    id: String,
    /// Ids of hint and error.
    #[prop(optional, into)]
    described_by: Signal<Option<String>>,
) -> impl IntoView {
    let names = RwSignal::new(std::collections::HashMap::<String, String>::new());
    let ids = move || value.get().split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let stored = StoredValue::new(picker.clone());
    Effect::new(move |_| {
        for id in ids() {
            if !names.with_untracked(|names| names.contains_key(&id)) {
                let resolved = stored.with_value(|picker| picker.resolve(id));
                spawn_local(async move {
                    if let Ok(choice) = resolved.await {
                        names.update(|names| {
                            names.insert(choice.id, choice.label);
                        });
                    }
                });
            }
        }
    });
    let (empty, label) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let add = move |choice: Choice| {
        label.set(String::new());
        let mut all = ids();
        if !choice.id.is_empty() && !all.contains(&choice.id) {
            names.update(|names| {
                names.insert(choice.id.clone(), choice.label);
            });
            all.push(choice.id);
            value.set(all.join(","));
        }
    };
    let remove =
        move |gone: String| value.set(ids().into_iter().filter(|id| *id != gone).collect::<Vec<_>>().join(","));
    view! {
        <div class="control-row checks">
            <For each=ids key=Clone::clone let:id>
                {
                    let (shown, gone) = (id.clone(), id.clone());
                    let name = move || names.with(|names| names.get(&shown).cloned().unwrap_or_default());
                    let named = name.clone();
                    view! {
                        <span class="chip">
                            {name}
                            <button type="button" aria-label=move || text::form::pick_clear(&named()) on:click=move |_| remove(gone.clone())>
                                <Icon name="close" size=12/>
                            </button>
                        </span>
                    }
                }
            </For>
            <span style:flex="1" style:min-width="200px">
                <Combo picker value=empty label id described_by on_choose=Callback::new(add)/>
            </span>
        </div>
    }
}
