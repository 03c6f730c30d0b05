//! The grid of pasted rows: only the rows in sight are drawn, one cell is at hand, and below stands what is wrong with it.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use mrp_api::bom_imports::{BomImportField as Field, BomImportProblemKind as Kind};
use mrp_api::endpoint::Empty;
use mrp_api::similar_products::{ListSimilarProducts, SimilarProductQuery};

use crate::api;
use crate::i18n::text::bom_pastes as t;
use crate::pages::bom_imports::problem_name::name;
use crate::pages::bom_imports::report::field_name;
use crate::pages::boms::paste::Paste;
use crate::pages::boms::paste_rows::{At, COLUMNS, PastedRow, moved, problem_of, set_text, text_of};
use crate::pages::products;
use crate::ui::button::{Button, Keys, Look};
use crate::ui::field_view::focus_on;
use crate::ui::picker::{Choice, Combo};
use crate::ui::sight::Sight;
use crate::ui::state::{Shape, State};

/// Height of a row in pixels, as in the style sheet.
const ROW_HEIGHT: i32 = 40;
/// The grid's element.
const GRID: &str = "paste-grid";

/// The grid.
#[component]
pub fn Grid(
    /// The dialog's state.
    paste: Paste,
) -> impl IntoView {
    let count = Memo::new(move |_| paste.rows.with(Vec::len));
    let in_sight = Sight::of_rows(count, ROW_HEIGHT);
    let scroller = in_sight.scroller;
    let sight = Memo::new(move |_| in_sight.range());
    Effect::new(move |_| reveal(scroller, paste.at.get().row));
    let heads = COLUMNS
        .into_iter()
        .map(|field| view! { <th scope="col" class:number=is_number(field)>{field_name(field)}</th> });
    view! {
        <div class="table-scroll paste-scroll" node_ref=scroller on:scroll=move |_| in_sight.scrolled()>
            <table
                class="table paste-grid"
                id=GRID
                role="grid"
                tabindex="0"
                aria-label=t::grid()
                aria-rowcount=move || (count.get() + 1).to_string()
                aria-activedescendant=move || cell_id(paste.at.get())
                on:keydown=move |event| keys(paste, &event)
            >
                <colgroup>
                    <col style:width="56px"/><col/><col style:width="110px"/><col style:width="110px"/><col style:width="130px"/>
                    <col style:width="90px"/><col style:width="110px"/><col style:width="150px"/>
                </colgroup>
                <thead><tr aria-rowindex="1"><th scope="col" class="number">{t::row()}</th>{heads.collect_view()}</tr></thead>
                <tbody>
                    {move || in_sight.gap(sight.get().0, COLUMNS.len() + 1)}
                    <For each=move || { let (first, last) = sight.get(); first..last } key=|row| *row let:row>
                        <RowView paste row/>
                    </For>
                    {move || in_sight.gap(count.get() - sight.get().1, COLUMNS.len() + 1)}
                </tbody>
            </table>
        </div>
    }
}

fn is_number(field: Field) -> bool {
    matches!(field, Field::Quantity | Field::Loss)
}

fn cell_id(at: At) -> String {
    format!("paste-{}-{}", at.row, at.column)
}

/// Scrolls the row into sight.
fn reveal(scroller: NodeRef<html::Div>, row: usize) {
    let Some(element) = scroller.get_untracked() else { return };
    let row = i32::try_from(row).unwrap_or(i32::MAX / 64) * ROW_HEIGHT;
    let (top, height) = (element.scroll_top(), element.client_height() - 2 * ROW_HEIGHT);
    if row < top {
        element.set_scroll_top(row);
    } else if row > top + height {
        element.set_scroll_top(row - height);
    }
}

fn keys(paste: Paste, event: &web_sys::KeyboardEvent) {
    if paste.typed.with_untracked(Option::is_some) || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let (at, key) = (paste.at.get_untracked(), event.key());
    let rows = paste.rows.with_untracked(Vec::len);
    match key.as_str() {
        "Enter" | "F2" => edit(paste, None),
        "Delete" => paste.skip(),
        "F8" => paste.go_on(),
        _ if key.chars().count() == 1 && key != " " => edit(paste, Some(key)),
        _ => match moved(at, &key, rows) {
            Some(to) => paste.at.set(to),
            None => return,
        },
    }
    event.prevent_default();
}

/// Opens the cell at hand, with what it says or with the first letter typed.
fn edit(paste: Paste, first: Option<String>) {
    let At { row, column } = paste.at.get_untracked();
    let Some(field) = COLUMNS.get(column) else { return };
    let now = paste.rows.with_untracked(|rows| rows.get(row).map(|row| text_of(&row.told.cells, *field).to_owned()));
    paste.typed.set(first.or(now));
}

/// Writes a text into the cell at hand and asks what it means.
fn correct(paste: Paste, text: String) {
    let At { row, column } = paste.at.get_untracked();
    let Some(field) = COLUMNS.get(column).copied() else { return };
    let is_same =
        paste.rows.with_untracked(|rows| rows.get(row).is_some_and(|row| text_of(&row.told.cells, field) == text));
    if is_same {
        return;
    }
    paste.rows.update(|rows| {
        if let Some(row) = rows.get_mut(row) {
            set_text(&mut row.told.cells, field, text);
        }
    });
    paste.check();
}

#[component]
fn RowView(paste: Paste, row: usize) -> impl IntoView {
    let told = Memo::new(move |_| paste.rows.with(|rows| rows.get(row).cloned()));
    let is_skipped = move || told.with(|told| told.as_ref().is_some_and(|told| told.is_skipped));
    let number = move || told.with(|told| told.as_ref().map(|told| told.told.cells.row));
    let cells = (0..COLUMNS.len()).map(|column| view! { <CellView paste told at=At { row, column }/> }).collect_view();
    view! {
        <tr aria-rowindex=(row + 2).to_string() data-skipped=move || is_skipped().then_some("")>
            <th scope="row" class="number muted">{number}{move || is_skipped().then(|| view! { <span class="paste-why">{t::is_skipped()}</span> })}</th>
            {cells}
        </tr>
    }
}

#[component]
fn CellView(paste: Paste, told: Memo<Option<PastedRow>>, at: At) -> impl IntoView {
    let Some(field) = COLUMNS.get(at.column).copied() else { return ().into_any() };
    let is_here = Memo::new(move |_| paste.at.get() == at);
    let is_open = Memo::new(move |_| is_here.get() && paste.typed.with(Option::is_some));
    let shown = Memo::new(move |_| told.with(|told| told.as_ref().map(|told| Shown::of(told, field))));
    let tone = move || shown.with(|shown| shown.as_ref().and_then(|shown| shown.tone));
    let select = move |_| {
        if !is_here.get_untracked() {
            paste.typed.set(None);
            paste.at.set(at);
        }
    };
    let open = move |_| {
        paste.at.set(at);
        edit(paste, None);
    };
    let content = move || {
        if is_open.get() {
            return view! { <Input paste field/> }.into_any();
        }
        let Some(Shown { text, why, whole, .. }) = shown.get() else { return ().into_any() };
        view! {
            <span class="paste-said" title=text.clone()>{text.clone()}</span>
            {why.map(|why| view! { <span class="paste-why" title=whole.clone()>{why}</span> })}
        }
        .into_any()
    };
    view! {
        <td
            id=cell_id(at)
            class:number=is_number(field)
            data-tone=tone
            data-here=move || is_here.get().then_some("")
            aria-selected=move || is_here.get().to_string()
            on:click=select
            on:dblclick=open
        >
            {content}
        </td>
    }
    .into_any()
}

/// What a cell shows: its text, and below it what is wrong, or what a component is called.
#[derive(Clone, PartialEq)]
struct Shown {
    text: String,
    why: Option<String>,
    /// The same without the need to be short.
    whole: Option<String>,
    tone: Option<&'static str>,
}

/// A problem in as few words as a narrow column has room for; below the grid it is told whole.
fn short_name(kind: Kind) -> &'static str {
    match kind {
        Kind::QuantityMissing => t::short_quantity_missing(),
        Kind::QuantityNotANumber => t::short_quantity_not_a_number(),
        Kind::QuantityNotPositive => t::short_quantity_not_positive(),
        Kind::QuantityOutOfRange => t::short_quantity_out_of_range(),
        Kind::UnitUnknown => t::short_unit_unknown(),
        Kind::UnitCategoryDiffers => t::short_unit_category(),
        Kind::OperationUnknown => t::short_operation(),
        Kind::LossUnusable => t::short_loss(),
        Kind::FixedUnusable => t::short_fixed(),
        other => name(other),
    }
}

impl Shown {
    fn of(row: &PastedRow, field: Field) -> Self {
        let text = text_of(&row.told.cells, field).to_owned();
        let problem = problem_of(row, field).filter(|_| !row.is_skipped);
        let called = row.told.component_name.clone().filter(|called| field == Field::Component && *called != text);
        let told = |name: fn(Kind) -> &'static str| {
            problem.map(|problem| match problem.other_row {
                Some(other) => format!("{}: {}", name(problem.code), t::other_row(&other.to_string())),
                None => name(problem.code).to_owned(),
            })
        };
        let beside = Some(row.told.cells.name.clone()).filter(|name| field == Field::Component && !name.is_empty());
        let called = called.or(beside);
        let (why, whole) = (told(short_name).or_else(|| called.clone()), told(name).or(called));
        let tone = problem.map(|problem| if problem.blocks { "bad" } else { "warn" });
        Self { text, why, whole, tone }
    }
}

#[component]
fn Input(paste: Paste, field: Field) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let is_fresh = StoredValue::new(true);
    Effect::new(move |_| {
        if let Some(input) = input.get()
            && is_fresh.get_value()
        {
            is_fresh.set_value(false);
            input.set_value(&paste.typed.get_untracked().unwrap_or_default());
            let _gone = input.focus();
        }
    });
    let leave = move |to: Option<At>| {
        if let Some(text) = paste.typed.get_untracked() {
            correct(paste, text.trim().to_owned());
        }
        paste.typed.set(None);
        if let Some(to) = to {
            paste.at.set(to);
        }
        request_animation_frame(|| focus_on(GRID));
    };
    let typing = move |event: web_sys::KeyboardEvent| {
        let (at, rows) = (paste.at.get_untracked(), paste.rows.with_untracked(Vec::len));
        match event.key().as_str() {
            "Enter" => leave(moved(at, "ArrowDown", rows)),
            "Tab" => leave(moved(at, if event.shift_key() { "ArrowLeft" } else { "ArrowRight" }, rows)),
            "Escape" => {
                paste.typed.set(None);
                request_animation_frame(|| focus_on(GRID));
            }
            _ => {
                event.stop_propagation();
                return;
            }
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let blur = move |_| {
        if let Some(Some(text)) = paste.typed.try_get_untracked() {
            paste.typed.set(None);
            correct(paste, text.trim().to_owned());
        }
    };
    view! {
        <input
            node_ref=input
            class="bom-input"
            aria-label=move || t::cell(&(paste.at.get().row + 1).to_string(), field_name(field))
            on:input=move |event| paste.typed.set(Some(event_target_value(&event)))
            on:keydown=typing
            on:blur=blur
        />
    }
}

/// What is wrong with the cell at hand, and what it could say instead.
#[component]
pub fn Panel(
    /// The dialog's state.
    paste: Paste,
) -> impl IntoView {
    let here = Memo::new(move |_| {
        let At { row, column } = paste.at.get();
        let field = COLUMNS.get(column).copied()?;
        paste.rows.with(|rows| rows.get(row).cloned()).map(|row| (row, field))
    });
    let take = move |text: String| {
        correct(paste, text);
        request_animation_frame(|| focus_on(GRID));
    };
    let skip = move |()| {
        paste.skip();
        request_animation_frame(|| focus_on(GRID));
    };
    let words = move || {
        here.get().map(|(row, field)| {
            let place = t::cell(&row.told.cells.row.to_string(), field_name(field));
            view! { <b>{place}</b>": "{why(&row, field)} }
        })
    };
    let label = Signal::derive(move || {
        here.with(|here| {
            let row = here.as_ref().map(|(row, _)| (row.told.cells.row.to_string(), row.is_skipped));
            row.map(|(number, is_skipped)| if is_skipped { t::take(&number) } else { t::skip(&number) })
        })
        .unwrap_or_default()
    });
    // The region that is read out stays; only its words change.
    view! {
        <div class="paste-panel">
            <p aria-live="polite">{words}</p>
            <span class="paste-keys">
                <Keys keys=vec!["Enter"] label=t::key_edit()/>
                <Button label small=true look=Look::Ghost key="Del" on_press=skip/>
            </span>
            <div class="paste-choices">{move || here.get().map(|(row, field)| choices(&row, field, Callback::new(take)))}</div>
        </div>
    }
}

fn why(row: &PastedRow, field: Field) -> AnyView {
    let problem = problem_of(row, field);
    let Some(problem) = problem else {
        return view! { <State shape=Shape::Ok word=t::cell_right()/> }.into_any();
    };
    let shape = if problem.blocks { Shape::Blocking } else { Shape::Waiting };
    let other = problem.other_row.map(|other| t::other_row(&other.to_string()));
    view! { <State shape word=name(problem.code)/>" "{other} }.into_any()
}

fn choices(row: &PastedRow, field: Field, take: Callback<String>) -> AnyView {
    let Some(problem) = problem_of(row, field).filter(|problem| problem.blocks) else { return ().into_any() };
    let offered: Vec<(String, String)> = match field {
        Field::Fixed => vec![(t::yes().to_owned(), String::new()), (t::no().to_owned(), String::new())],
        _ => problem.choices.iter().map(|choice| (choice.text.clone(), choice.label.clone())).collect(),
    };
    let near = (field == Field::Component).then(|| {
        let text = text_of(&row.told.cells, field).to_owned();
        view! { <Near text take/> }
    });
    let lead = (!offered.is_empty()).then(|| view! { <span class="muted">{t::instead()}</span> });
    view! { {lead}{offered.into_iter().map(|choice| proposal(choice, take)).collect_view()}{near} }.into_any()
}

fn proposal((text, label): (String, String), take: Callback<String>) -> AnyView {
    let chosen = text.clone();
    view! {
        <button type="button" class="button" data-size="small" on:click=move |_| take.run(chosen.clone())>
            <span class="medium">{text}</span>{(!label.is_empty()).then(|| view! { <span class="muted">{label}</span> })}
        </button>
    }
    .into_any()
}

/// Products that may have been meant, and a search for any other.
#[component]
fn Near(text: String, take: Callback<String>) -> impl IntoView {
    let found = RwSignal::new(Vec::<(String, String)>::new());
    spawn_local(async move {
        let query = SimilarProductQuery { text };
        if let Ok(near) = api::get::<ListSimilarProducts>(&Empty {}, &query).await {
            found.try_set(near.items.into_iter().map(|item| (item.code, item.name)).collect());
        }
    });
    let (value, label) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let choose = move |choice: Choice| {
        if !choice.note.is_empty() {
            take.run(choice.note);
        }
    };
    let offered = move || {
        let lead = found.with(|found| !found.is_empty()).then(|| view! { <span class="muted">{t::instead()}</span> });
        view! { {lead}{found.get().into_iter().map(|choice| proposal(choice, take)).collect_view()} }
    };
    view! {
        {offered}
        <span class="paste-search">
            <Combo picker=products::picker() value label id="paste-search" name=t::search() on_choose=Callback::new(choose)/>
        </span>
    }
}
