//! What stands above and below a list's table: presets, search, filters, columns, copying; and the bar for selected rows.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::i18n::text;
use crate::ui::bulk_edit::{BulkEdit, BulkEditButton};
use crate::ui::button::{Button, Look};
use crate::ui::cell::{Cell, tsv};
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::list::{Bulk, Filter, Preset, RowResult, ShownColumns, clear_filters};
use crate::ui::list_state::ListState;
use crate::ui::menu::{Item, Menu};
use crate::ui::saved_views::{SavedViewMenu, SavedViews};
use crate::ui::toast;
use crate::{format, history};

/// Sets of filters as tabs.
#[component]
pub fn Presets(
    /// The list.
    state: ListState,
    /// The sets.
    presets: Vec<Preset>,
    /// How many rows each has.
    counts: Option<Signal<Vec<u64>>>,
    /// The saved ones behind them.
    views: SavedViews,
) -> impl IntoView {
    let has_none = presets.is_empty();
    let location = history::location();
    let tabs = presets
        .into_iter()
        .enumerate()
        .map(|(index, (label, parameters))| {
            let count = move || counts.and_then(|counts| counts.with(|all| all.get(index).copied()));
            let wanted =
                parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>();
            let pairs = wanted.clone();
            let path = location.clone();
            let href = move || format!("{}{}", path.with(|at| at.path.clone()), crate::links::query_text(&pairs));
            let chosen = move || {
                let mut now = state.filters();
                now.retain(|(name, _)| name != "q");
                (now.len() == wanted.len() && wanted.iter().all(|pair| now.contains(pair))).then_some("page")
            };
            view! { <a class="tab" href=href aria-current=chosen>{label}{move || count().map(|count| view! { <span class="tab-count">{crate::format::whole(count)}</span> })}</a> }
        })
        .collect_view();
    view! { <nav class="tabs" hidden=move || has_none && views.is_empty()>{tabs}{views.tabs()}</nav> }
}

/// Search, filters, columns and copying.
#[component]
pub fn Filters(
    /// The list.
    state: ListState,
    /// Its columns.
    columns: ShownColumns,
    /// Its saved views.
    views: SavedViews,
    /// Its filters.
    filters: Vec<Filter>,
    /// The list's title.
    title: &'static str,
) -> impl IntoView {
    let words = history::parameter("q");
    let turn = StoredValue::new(0_u64);
    let search = move |event| {
        let typed = event_target_value(&event);
        let now = turn.get_value() + 1;
        turn.set_value(now);
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(160).await;
            if turn.try_get_value() == Some(now) {
                history::set_parameters(&[("q", typed.trim())], false);
            }
        });
    };
    let column_items = Callback::new(move |()| {
        let all = columns.all.get_value();
        all.into_iter()
            .skip(1)
            .map(|column| {
                Item::new(column.label.clone(), move || columns.toggle(column.key))
                    .chosen(untrack(|| columns.is_shown(column.key)))
            })
            .collect()
    });
    let chips = filters.into_iter().map(|filter| view! { <FilterChip filter/> }).collect_view();
    view! {
        <div class="filters" role="search">
            <span class="search">
                <Icon name="search" size=14/>
                <input
                    id="list-search"
                    type="search"
                    aria-label=text::list::search_in(title)
                    placeholder=text::list::search()
                    prop:value=move || words.get().unwrap_or_default()
                    on:input=search
                    on:keydown=move |event| if event.key() == "ArrowDown" || event.key() == "Enter" { state.step(true); }
                />
                <kbd aria-hidden="true">"/"</kbd>
            </span>
            {chips}
            <Show when=move || !state.filters().is_empty()>
                <Button label=text::list::clear_filters() look=Look::Ghost on_press=move |()| clear_filters(state)/>
            </Show>
            <span class="spacer"></span>
            <SavedViewMenu views/>
            <Button label=text::list::copy() icon="copy" icon_only=true look=Look::Ghost on_press=move |()| copy(state, columns)/>
            <Menu label=text::list::columns() look="ghost" items=column_items><Icon name="columns" size=14/></Menu>
        </div>
    }
}

/// One filter that is chosen from words.
#[component]
pub fn FilterChip(
    /// The filter.
    filter: Filter,
) -> AnyView {
    let name = filter.name;
    let value = history::parameter(name);
    if let Some(draw) = filter.draw {
        return drawn_chip(name, filter.label, value, draw);
    }
    if filter.values.is_empty() {
        return given_chip(name, filter.label, value);
    }
    if let [(word, _)] = filter.values.as_slice() {
        return only_chip(name, filter.label, word.clone(), value);
    }
    let options = filter
        .values
        .into_iter()
        .map(|(word, label)| {
            let is_chosen = {
                let word = word.clone();
                move || value.with(|value| value.as_deref() == Some(&word))
            };
            view! { <option value=word selected=is_chosen>{label}</option> }
        })
        .collect_view();
    let label = filter.label.clone();
    view! {
        <span class="chip" data-on=move || value.with(Option::is_some).then_some("true")>
            <label class="state">
                <span class="muted">{filter.label}</span>
                <select
                    prop:value=move || value.get().unwrap_or_default()
                    on:change=move |event| history::set_parameters(&[(name, &event_target_value(&event))], true)
                >
                    <option value="">{text::list::any()}</option>
                    {options}
                </select>
            </label>
            <Show when=move || value.with(Option::is_some)>
                <button type="button" aria-label=text::list::clear_filter(&label) on:click=move |_| history::set_parameters(&[(name, "")], true)>
                    <Icon name="close" size=12/>
                </button>
            </Show>
        </span>
    }
    .into_any()
}

/// One that is on or off.
fn only_chip(name: &'static str, label: String, word: String, value: Memo<Option<String>>) -> AnyView {
    let is_on = move || value.with(Option::is_some);
    let turn = move |_| history::set_parameters(&[(name, if untrack(is_on) { "" } else { &word })], true);
    view! {
        <button
            type="button"
            class="chip toggle"
            data-on=move || is_on().then_some("true")
            aria-pressed=move || if is_on() { "true" } else { "false" }
            on:click=turn
        >
            {label}
        </button>
    }
    .into_any()
}

/// One that is asked for otherwise.
fn drawn_chip(name: &'static str, label: String, value: Memo<Option<String>>, draw: Callback<(), AnyView>) -> AnyView {
    let clear = text::list::clear_filter(&label);
    view! {
        <span class="chip drawn" data-on=move || value.with(Option::is_some).then_some("true")>
            <label class="state"><span class="muted">{label}</span>{draw.run(())}</label>
            <Show when=move || value.with(Option::is_some)>
                <button type="button" aria-label=clear.clone() on:click=move |_| history::set_parameters(&[(name, "")], true)>
                    <Icon name="close" size=12/>
                </button>
            </Show>
        </span>
    }
    .into_any()
}

/// One that only a link sets: it is there while it holds, and can be taken away.
fn given_chip(name: &'static str, label: String, value: Memo<Option<String>>) -> AnyView {
    let clear = text::list::clear_filter(&label);
    view! {
        <Show when=move || value.with(Option::is_some)>
            <span class="chip" data-on="true">
                <span>{label.clone()}</span>
                <button type="button" aria-label=clear.clone() on:click=move |_| history::set_parameters(&[(name, "")], true)>
                    <Icon name="close" size=12/>
                </button>
            </span>
        </Show>
    }
    .into_any()
}

/// Puts the selected rows, or all that match, on the clipboard; says so when they are too many.
fn copy(state: ListState, columns: ShownColumns) {
    spawn_local(async move {
        if state.selected.with_untracked(std::collections::BTreeSet::is_empty) {
            state.load_whole().await;
        }
        if state.rows.try_with_untracked(Option::is_some) == Some(true) {
            copy_loaded(state, columns).await;
        }
    });
}

async fn copy_loaded(state: ListState, columns: ShownColumns) {
    let shown = untrack(|| columns.shown());
    let head = shown.iter().map(|(_, column)| column.label.clone()).collect::<Vec<_>>();
    let selected = state.selected.get_untracked();
    let rows = state.rows.get_untracked().unwrap_or_default();
    let rows = rows
        .iter()
        .filter(|row| selected.is_empty() || selected.contains(&row.key.id))
        .map(|row| {
            shown.iter().map(|(index, _)| row.cells.get(*index).cloned().unwrap_or(Cell::Empty)).collect::<Vec<_>>()
        })
        .collect::<Vec<_>>();
    let text = tsv(&head, rows.iter().map(Vec::as_slice));
    let count = u64::try_from(rows.len()).unwrap_or_default();
    let wanted = if selected.is_empty() { state.total.get_untracked() } else { count };
    let written = wasm_bindgen_futures::JsFuture::from(window().navigator().clipboard().write_text(&text)).await;
    if written.is_ok() {
        toast::done(match count < wanted {
            true => text::list::copied_part(&format::whole(count), &format::total(wanted)),
            false => text::list::copied(count),
        });
    }
}

/// The bar that appears while rows are selected, and the result of its commands, row by row.
#[component]
pub fn BulkBar(
    /// The list.
    state: ListState,
    /// The commands.
    commands: Vec<Bulk>,
    /// What can be set in all of them at once.
    edit: Option<BulkEdit>,
) -> impl IntoView {
    let results = RwSignal::new(Vec::<RowResult>::new());
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let commands = StoredValue::new(commands);
    let buttons = move || {
        commands
            .get_value()
            .into_iter()
            .map(|command| {
                let Bulk { label, run, reason } = command;
                let why = Signal::derive(move || reason(&state.chosen()));
                let press = move |()| {
                    let pending = run(untrack(|| state.chosen()));
                    busy.set(true);
                    spawn_local(async move {
                        let answer = pending.await;
                        busy.set(false);
                        match answer {
                            Ok(rows) => {
                                let done = rows.iter().filter(|(_, problem)| problem.is_none()).count();
                                toast::done(text::list::bulk_done(u64::try_from(done).unwrap_or_default()));
                                let has_problem = rows.len() > done;
                                results.set(rows);
                                open.set(has_problem);
                                state.selected.update(std::collections::BTreeSet::clear);
                                state.reload(0);
                            }
                            Err(failure) => toast::failed(&failure),
                        }
                    });
                };
                view! { <Button label reason=why busy on_press=press/> }
            })
            .collect_view()
    };
    let on_edited = Callback::new(move |rows: Vec<RowResult>| {
        open.set(rows.iter().any(|(_, problem)| problem.is_some()));
        results.set(rows);
    });
    let edit = StoredValue::new(edit);
    let lines = move || {
        let mut all = results.get();
        all.sort_by_key(|(_, problem)| problem.is_none());
        all.into_iter()
            .map(|(name, problem)| {
                let word = problem.clone().unwrap_or_else(|| text::list::done().to_owned());
                let shape = if problem.is_some() { "blocking" } else { "finished" };
                view! {
                    <li class="result">
                        <span>{name}</span>
                        <span class="state"><span class="shape" data-shape=shape aria-hidden="true"></span><span>{word}</span></span>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <Show when=move || state.selected.with(|selected| !selected.is_empty())>
            <div class="bulk" role="region" aria-label=move || text::list::selected(count(state))>
                <strong>{move || text::list::selected(count(state))}</strong>
                {buttons}
                {edit.get_value().map(|edit| view! { <BulkEditButton state edit on_done=on_edited/> })}
                <span class="spacer"></span>
                <Button
                    label=text::list::clear()
                    look=Look::Ghost
                    key="Esc"
                    on_press=move |()| state.selected.update(std::collections::BTreeSet::clear)
                />
            </div>
        </Show>
        <Dialog open title=text::list::bulk_result() wide=true>
            <div class="dialog-body"><ul class="result-list">{lines}</ul></div>
        </Dialog>
    }
}

fn count(state: ListState) -> u64 {
    u64::try_from(state.selected.with(std::collections::BTreeSet::len)).unwrap_or_default()
}
