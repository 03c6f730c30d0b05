//! The table of a list. Only the rows in sight are drawn, so that ten thousand scroll like ten.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use mrp_api::page::TOTAL_MAX;
use rust_decimal::Decimal;

use crate::i18n::text;
use crate::ui::button::{Button, Look};
use crate::ui::cell::Cell;
use crate::ui::icon::Icon;
use crate::ui::list::{ColumnSpec, ShownColumns};
use crate::ui::list_state::{ListState, Row};
use crate::ui::sight::{MARGIN, ROW_HEIGHT, Sight};
use crate::ui::toast;
use crate::{format, history};

/// Least width in pixels of a column that takes the rest.
const REST_WIDTH: u32 = 180;
/// Milliseconds after which a list that was scrolled is taken to rest.
const SETTLE_MS: u32 = 120;

/// The table.
#[component]
pub fn Table(
    /// The list.
    state: ListState,
    /// Its columns.
    columns: ShownColumns,
    /// Whether rows can be selected.
    can_select: bool,
    /// The list's title, its accessible name.
    title: &'static str,
) -> impl IntoView {
    let count = Memo::new(move |_| state.rows.with(|rows| rows.as_ref().map_or(0, Vec::len)));
    let in_sight = Sight::of(count);
    let (scroller, top) = (in_sight.scroller, in_sight.top);
    let sight = Memo::new(move |_| in_sight.range());
    Effect::new(move |_| {
        let (_, last) = sight.get();
        if last + MARGIN >= count.get() && count.get() > 0 {
            state.more();
        }
    });
    keep_place(state, scroller, top);
    Effect::new(move |_| {
        if let Some(at) = state.current.get() {
            reveal(scroller, at);
        }
    });
    let shown = Memo::new(move |_| columns.shown().iter().map(|(index, _)| *index).collect::<Vec<_>>());
    let heads = move || columns.shown().into_iter().map(|(_, column)| view! { <HeadCell column/> }).collect_view();
    let widths = move || {
        columns
            .shown()
            .into_iter()
            .map(|(_, column)| view! { <col style:width=column.width.map(|width| format!("{width}px"))/> })
            .collect_view()
    };
    let least = move || {
        let widths = columns.shown().iter().map(|(_, column)| column.width.unwrap_or(REST_WIDTH)).sum::<u32>();
        format!("{}px", widths + if can_select { 40 } else { 0 })
    };
    let span = move || shown.with(Vec::len) + usize::from(can_select);
    let visible = move || {
        let (first, last) = sight.get();
        state.rows.with(|rows| {
            let rows = rows.as_ref().map(Vec::as_slice).unwrap_or_default();
            rows.iter().enumerate().take(last).skip(first).map(|(index, row)| (index, row.clone())).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="table-scroll" node_ref=scroller tabindex="0" role="group" aria-label=title on:scroll=move |_| in_sight.scrolled()>
            <table class="table" style:min-width=least aria-label=title aria-rowcount=move || row_count(state.total.get()) aria-busy=move || state.loading.get().to_string()>
                <colgroup>{can_select.then(|| view! { <col style:width="40px"/> })}{widths}</colgroup>
                <thead>
                    <tr aria-rowindex="1">
                        {can_select.then(|| view! { <th class="tick" scope="col"><SelectAll state/></th> })}
                        {heads}
                    </tr>
                </thead>
                <tbody>
                    {move || state.rows.with(Option::is_none).then(|| skeleton(shown.with(Vec::len) + usize::from(can_select)))}
                    {move || in_sight.gap(sight.get().0, span())}
                    <For each=visible key=|(index, row)| (*index, Arc::as_ptr(row).addr()) let((index, row))>
                        <BodyRow state columns shown index row can_select/>
                    </For>
                    {move || in_sight.gap(count.get() - sight.get().1, span())}
                </tbody>
                <Totals state columns shown can_select/>
            </table>
        </div>
    }
}

/// Remembers how far down the list is, and goes there again after Back, Forward or Refresh: rows are loaded until it can.
fn keep_place(state: ListState, scroller: NodeRef<html::Div>, top: RwSignal<i32>) {
    let wanted = RwSignal::new(Some(history::remembered_scroll()).filter(|top| *top > 0));
    let turn = StoredValue::new(0_u64);
    Effect::new(move |before: Option<()>| {
        let now = top.get();
        if before.is_none() || wanted.get_untracked().is_some() {
            return;
        }
        let own = turn.get_value() + 1;
        turn.set_value(own);
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(SETTLE_MS).await;
            if turn.try_get_value() == Some(own) {
                history::remember_scroll(now);
            }
        });
    });
    let filters = Memo::new(move |_| state.filters());
    Effect::new(move |before: Option<()>| {
        let _now = filters.get();
        if before.is_some() {
            wanted.set(Some(history::remembered_scroll()));
        }
    });
    Effect::new(move |_| {
        let (Some(place), false) = (wanted.get(), state.loading.get()) else { return };
        let Some(rows) = state.rows.with(|rows| rows.as_ref().map(Vec::len)) else { return };
        let Some(element) = scroller.get() else { return };
        let reach = i32::try_from(rows).unwrap_or(i32::MAX / 64) * ROW_HEIGHT;
        if reach < place + element.client_height() && !state.is_whole() {
            state.more();
            return;
        }
        request_animation_frame(move || {
            element.set_scroll_top(place);
            wanted.try_set(None);
        });
    });
}

#[component]
fn HeadCell(column: ColumnSpec) -> impl IntoView {
    let sort = history::parameter("sort");
    let key = column.key;
    let direction = move || {
        sort.with(|sort| {
            match sort.as_deref().map(|sort| (sort.strip_prefix('-').unwrap_or(sort), sort.starts_with('-'))) {
                Some((field, false)) if field == key => Some("ascending"),
                Some((field, true)) if field == key => Some("descending"),
                Some(_) | None => None,
            }
        })
    };
    let turn = move |_| {
        let next = match direction() {
            None => key.to_owned(),
            Some("ascending") => format!("-{key}"),
            Some(_) => String::new(),
        };
        history::set_parameters(&[("sort", &next)], true);
    };
    let label = column.label.clone();
    let tip = text::list::sort_by(&label);
    view! {
        <th scope="col" class:number=column.is_number aria-sort=direction>
            {if column.is_sortable {
                view! {
                    <button type="button" on:click=turn title=tip>
                        {label}
                        {move || direction().map(|direction| view! { <Icon name=if direction == "ascending" { "up-arrow" } else { "down-arrow" } size=12/> })}
                    </button>
                }
                .into_any()
            } else {
                label.into_any()
            }}
        </th>
    }
}

/// How many rows there are, in words.
pub fn rows_text(total: u64) -> String {
    if total > TOTAL_MAX { text::list::rows_over(&format::whole(TOTAL_MAX)) } else { text::list::rows(total) }
}

/// For assistive technology: the rows with the head, or that their number is not known.
fn row_count(total: u64) -> String {
    if total > TOTAL_MAX { "-1".to_owned() } else { (total + 1).to_string() }
}

#[component]
fn SelectAll(state: ListState) -> impl IntoView {
    let some = move || state.selected.with(|selected| !selected.is_empty());
    let all = move || {
        some()
            && state.selected.with(|selected| selected.len())
                == state.rows.with(|rows| rows.as_ref().map_or(0, Vec::len))
    };
    let turn = move |_| {
        if untrack(all) {
            state.selected.update(std::collections::BTreeSet::clear);
            return;
        }
        spawn_local(async move {
            let is_whole = state.load_whole().await;
            let ids = |rows: &Option<Vec<Arc<Row>>>| rows.iter().flatten().map(|row| row.key.id.clone()).collect();
            let Some(ids) = state.rows.try_with_untracked(ids) else { return };
            state.selected.set(ids);
            if !is_whole {
                let count = state.selected.with_untracked(std::collections::BTreeSet::len);
                let count = u64::try_from(count).unwrap_or_default();
                let (count, total) = (format::whole(count), format::total(state.total.get_untracked()));
                toast::done(text::list::selected_part(&count, &total));
            }
        });
    };
    view! {
        <input type="checkbox" aria-label=text::list::select_all() prop:checked=all prop:indeterminate=move || some() && !all() on:change=turn/>
    }
}

#[component]
fn BodyRow(
    state: ListState,
    columns: ShownColumns,
    shown: Memo<Vec<usize>>,
    index: usize,
    row: Arc<Row>,
    can_select: bool,
) -> impl IntoView {
    let key = row.key.clone();
    let (id, href) = (key.id.clone(), key.href.clone());
    let selected = {
        let id = id.clone();
        Memo::new(move |_| state.selected.with(|all| all.contains(&id)))
    };
    let open = move |event: web_sys::MouseEvent| {
        use wasm_bindgen::JsCast;
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let on_control =
            target.is_some_and(|element| element.closest("a, button, input, select").ok().flatten().is_some());
        if !on_control && !href.is_empty() {
            history::go(&href);
        }
    };
    let cells = {
        let key = key.clone();
        move || {
            shown
                .get()
                .into_iter()
                .enumerate()
                .map(|(place, column)| {
                    let cell = row.cells.get(column).cloned().unwrap_or(Cell::Empty);
                    let is_number = columns.all.with_value(|all| all.get(column).is_some_and(|column| column.is_number));
                    let title = cell.plain();
                    let content = if place == 0 && !key.href.is_empty() {
                        view! { <a class="row-link" href=key.href.clone() id=format!("row-{index}") aria-label=key.name.clone()>{cell.view()}</a> }.into_any()
                    } else {
                        cell.view()
                    };
                    view! { <td class:number=is_number title=title>{content}</td> }
                })
                .collect_view()
        }
    };
    let toggle_id = id.clone();
    view! {
        <tr
            aria-rowindex=(index + 2).to_string()
            data-selected=move || selected.get().then_some("true")
            data-current=move || (state.current.get() == Some(index)).then_some("true")
            data-muted=key.is_muted.then_some("true")
            on:click=open
        >
            {can_select.then(|| view! {
                <td class="tick">
                    <input
                        type="checkbox"
                        aria-label=text::list::select_row(&key.name)
                        prop:checked=move || selected.get()
                        on:change=move |_| state.toggle(&toggle_id)
                    />
                </td>
            })}
            {cells}
        </tr>
    }
}

/// Sums below the columns that want one, once every row is loaded.
#[component]
fn Totals(state: ListState, columns: ShownColumns, shown: Memo<Vec<usize>>, can_select: bool) -> impl IntoView {
    let wanted = columns.all.with_value(|all| all.iter().any(|column| column.is_summed));
    let sum =
        move |column: usize| {
            state.rows.with(|rows| {
                let cells = rows.iter().flatten().filter_map(|row| row.cells.get(column));
                let mut numbers = cells.filter_map(|cell| match cell {
                    Cell::Number { plain, unit, .. } => Some((plain.parse::<Decimal>().ok()?, unit.clone())),
                    _ => None,
                });
                let first = numbers.next()?;
                numbers.try_fold(first, |(sum, unit), (number, other)| {
                    if unit == other { sum.checked_add(number).map(|sum| (sum, unit)) } else { None }
                })
            })
        };
    let cells = move || {
        shown
            .get()
            .into_iter()
            .enumerate()
            .map(|(place, column)| {
                let spec = columns.all.with_value(|all| all.get(column).cloned());
                let total = spec.as_ref().filter(|spec| place > 0 && spec.is_summed).and_then(|_| sum(column));
                let content = match total {
                    Some((total, unit)) => Cell::quantity(total, unit).view(),
                    None if place == 0 => rows_text(state.total.get()).into_any(),
                    None => ().into_any(),
                };
                view! { <td class:number=spec.is_some_and(|spec| spec.is_number)>{content}</td> }
            })
            .collect_view()
    };
    let add_up = move |()| {
        spawn_local(async move {
            if !state.load_whole().await {
                toast::done(text::list::sum_none());
            }
        });
    };
    move || {
        if wanted && !state.is_whole() && state.rows.with(Option::is_some) {
            let columns = shown.with(Vec::len) + usize::from(can_select);
            return Some(
                view! {
                    <tfoot><tr class="totals"><td colspan=columns.to_string()>
                        <Button label=text::list::sum_all() small=true look=Look::Ghost busy=state.loading on_press=add_up/>
                    </td></tr></tfoot>
                }
                .into_any(),
            );
        }
        (wanted && state.is_whole()).then(|| {
            view! { <tfoot><tr class="totals">{can_select.then(|| view! { <td></td> })}{cells}</tr></tfoot> }.into_any()
        })
    }
}

fn skeleton(columns: usize) -> impl IntoView {
    (0..12)
        .map(|row| {
            let cells = (0..columns)
                .map(|column| view! { <td><span class="skeleton" style:width=format!("{}%", 35 + (row * 17 + column * 29) % 50)></span></td> })
                .collect_view();
            view! { <tr aria-hidden="true">{cells}</tr> }
        })
        .collect_view()
}

/// Scrolls the row into sight and gives its link the focus.
fn reveal(scroller: NodeRef<html::Div>, at: usize) {
    let Some(element) = scroller.get_untracked() else { return };
    let row = i32::try_from(at).unwrap_or(i32::MAX / 64) * ROW_HEIGHT;
    let (top, height) = (element.scroll_top(), element.client_height() - 2 * ROW_HEIGHT);
    if row < top {
        element.set_scroll_top(row);
    } else if row > top + height {
        element.set_scroll_top(row - height);
    }
    request_animation_frame(move || crate::ui::field_view::focus_on(&format!("row-{at}")));
}
