//! A small table of facts on a record's page: headed columns, [`Cell`]s, rows with a tone, a tree's indents, group rows.

use leptos::prelude::*;

use crate::ui::cell::Cell;
use crate::ui::icon::Icon;

/// One column of a small table.
#[derive(Debug, Clone)]
pub struct Head {
    label: String,
    width: Option<u32>,
    is_number: bool,
}

impl Head {
    /// A column of text.
    #[must_use]
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), width: None, is_number: false }
    }

    /// A column of numbers.
    #[must_use]
    pub fn number(label: impl Into<String>) -> Self {
        Self { label: label.into(), width: None, is_number: true }
    }

    /// Its width in pixels.
    #[must_use]
    pub fn width(mut self, width: u32) -> Self {
        self.width = Some(width);
        self
    }
}

/// One line of a small table.
pub struct Line {
    cells: Vec<AnyView>,
    tone: Option<&'static str>,
    depth: usize,
    is_group: bool,
    is_open: Option<RwSignal<bool>>,
}

impl Line {
    /// A line of cells.
    #[must_use]
    pub fn new(cells: Vec<Cell>) -> Self {
        Self::of(cells.into_iter().map(Cell::view).collect())
    }

    /// A line of anything, for cells that [`Cell`] does not know.
    #[must_use]
    pub fn of(cells: Vec<AnyView>) -> Self {
        Self { cells, tone: None, depth: 0, is_group: false, is_open: None }
    }

    /// Tinted with a bar on its left: `bad`, `ok` or `accent`.
    #[must_use]
    pub fn tone(mut self, tone: &'static str) -> Self {
        self.tone = Some(tone);
        self
    }

    /// Its level in a tree, from 0.
    #[must_use]
    pub fn depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// Heads the lines below it.
    #[must_use]
    pub fn group(mut self) -> Self {
        self.is_group = true;
        self
    }

    /// Opens and closes what is below it.
    #[must_use]
    pub fn twist(mut self, is_open: RwSignal<bool>) -> Self {
        self.is_open = Some(is_open);
        self
    }
}

/// A small table.
#[component]
pub fn FactTable(
    /// Its accessible name.
    #[prop(into)]
    title: String,
    /// Its columns.
    heads: Vec<Head>,
    /// Its lines, asked for again when a signal in it changes.
    lines: Callback<(), Vec<Line>>,
) -> impl IntoView {
    let numbers = StoredValue::new(heads.iter().map(|head| head.is_number).collect::<Vec<_>>());
    let widths = heads
        .iter()
        .map(|head| view! { <col style:width=head.width.map(|width| format!("{width}px"))/> })
        .collect_view();
    let names = heads
        .into_iter()
        .map(|head| view! { <th scope="col" class:number=head.is_number>{head.label}</th> })
        .collect_view();
    let rows = move || {
        lines
            .run(())
            .into_iter()
            .map(|line| {
                let Line { cells, tone, depth, is_group, is_open } = line;
                let mut lead = Some(lead(depth, is_open));
                let cells = cells
                    .into_iter()
                    .enumerate()
                    .map(|(index, cell)| {
                        let is_number = numbers.with_value(|numbers| numbers.get(index).copied().unwrap_or_default());
                        match lead.take() {
                            Some(Some(lead)) => {
                                view! { <td><span class="tree-cell">{lead}{cell}</span></td> }.into_any()
                            }
                            Some(None) | None => view! { <td class:number=is_number>{cell}</td> }.into_any(),
                        }
                    })
                    .collect_view();
                view! { <tr data-tone=tone data-group=is_group.then_some("true")>{cells}</tr> }
            })
            .collect_view()
    };
    view! {
        <table class="table" aria-label=title>
            <colgroup>{widths}</colgroup>
            <thead><tr>{names}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn lead(depth: usize, is_open: Option<RwSignal<bool>>) -> Option<AnyView> {
    if depth == 0 && is_open.is_none() {
        return None;
    }
    let guides = (0..depth).map(|_| view! { <span class="tree-guide" aria-hidden="true"></span> }).collect_view();
    let twist = is_open.map(|is_open| {
        view! {
            <button
                type="button"
                class="twist"
                aria-label=crate::i18n::text::form::details()
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
            >
                <Icon name="right" size=12/>
            </button>
        }
    });
    Some(view! { {guides}{twist} }.into_any())
}
