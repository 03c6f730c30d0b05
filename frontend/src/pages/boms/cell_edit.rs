//! Cells of a line that are edited in place: a button that shows the value, and the control that it opens into.

use leptos::html;
use leptos::prelude::*;
use leptos::web_sys;
use mrp_api::boms::BomLineView;
use rust_decimal::Decimal;

use crate::format;
use crate::i18n::text::boms as t;
use crate::pages::boms::editor::{Editor, Part, cell_after, cell_before, cell_beside};
use crate::pages::setting::units;
use crate::ui::field_view::focus_on;
use crate::ui::picker::{Choice, Combo};

/// One editable cell.
#[component]
pub fn EditCell(
    /// The page's state.
    editor: Editor,
    /// The line's place.
    place: usize,
    /// The line.
    line: StoredValue<BomLineView>,
    /// Which part of it.
    part: Part,
    /// What the revision before said, struck through.
    #[prop(optional_no_strip)]
    old: Option<String>,
) -> impl IntoView {
    let is_open = Memo::new(move |_| editor.open.get() == Some((place, part)));
    let is_number = matches!(part, Part::Quantity | Part::Loss);
    let name = move || t::edit_cell(label(part), &line.with_value(|line| line.component_name.clone()));
    let closed = move || {
        let (text, muted) = line.with_value(|line| shown(line, part));
        let old = old.clone().map(|old| view! { <s class="muted">{old}</s> });
        if editor.is_editable() {
            view! {
                <button
                    type="button"
                    class="bom-cell"
                    class:muted=muted
                    id=cell_id(place, part)
                    aria-label=format!("{}: {text}", name())
                    on:click=move |_| editor.open.set(Some((place, part)))
                    on:keydown=move |event| beside(editor, place, part, &event)
                >
                    {old}{text.clone()}
                </button>
            }
            .into_any()
        } else {
            view! { <span class="bom-cell" class:muted=muted id=cell_id(place, part) tabindex="-1">{old}{text}</span> }
                .into_any()
        }
    };
    let opened = move || match part {
        Part::Quantity | Part::Loss => view! { <NumberEdit editor place line part name=name()/> }.into_any(),
        Part::Unit => view! { <UnitEdit editor place line name=name()/> }.into_any(),
        Part::Operation => view! { <OperationEdit editor place line name=name()/> }.into_any(),
    };
    view! {
        <td class="bom-edit" class:number=is_number data-open=move || is_open.get().then_some("")>
            {move || if is_open.get() { opened() } else { closed() }}
        </td>
    }
}

pub(crate) fn cell_id(place: usize, part: Part) -> String {
    format!("bom-{place}-{}", part.name())
}

fn label(part: Part) -> &'static str {
    match part {
        Part::Quantity => t::quantity(),
        Part::Unit => t::unit(),
        Part::Operation => t::operation(),
        Part::Loss => t::loss(),
    }
}

fn shown(line: &BomLineView, part: Part) -> (String, bool) {
    match part {
        Part::Quantity => (format::number(line.quantity), false),
        Part::Unit => (line.unit_code.clone(), true),
        Part::Operation => match line.operation_sequence {
            Some(sequence) => (sequence.to_string(), false),
            None => (t::operation_last().to_owned(), true),
        },
        Part::Loss if line.loss_percent.is_zero() => (format::DASH.to_owned(), true),
        Part::Loss => (format!("{}\u{a0}%", format::number(line.loss_percent)), false),
    }
}

/// Goes on to `next`, or gives the focus back to the cell that was open.
fn leave(editor: Editor, place: usize, part: Part, next: Option<(usize, Part)>) {
    editor.open.set(next);
    if next.is_none() {
        request_animation_frame(move || focus_on(&cell_id(place, part)));
    }
}

fn line_count(editor: Editor) -> usize {
    editor
        .view
        .with_untracked(|view| view.as_ref().and_then(|view| view.as_ref().ok()).map_or(0, |bom| bom.lines.len()))
}

/// A quantity or a loss as it is typed.
fn parse(part: Part, typed: &str) -> Result<Decimal, &'static str> {
    let number = format::parse_number(typed.trim().trim_end_matches('%'));
    match part {
        Part::Loss => {
            let number = if typed.trim().is_empty() { Some(Decimal::ZERO) } else { number };
            number.filter(|number| (Decimal::ZERO..Decimal::ONE_HUNDRED).contains(number)).ok_or_else(t::bad_loss)
        }
        Part::Quantity | Part::Unit | Part::Operation => {
            number.filter(|number| *number > Decimal::ZERO).ok_or_else(t::bad_number)
        }
    }
}

#[component]
fn NumberEdit(editor: Editor, place: usize, line: StoredValue<BomLineView>, part: Part, name: String) -> impl IntoView {
    let before = line.with_value(|line| if part == Part::Loss { line.loss_percent } else { line.quantity });
    let typed = RwSignal::new(format::number(before));
    let problem = RwSignal::new(None::<&'static str>);
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            // The value first, else there is nothing to select and what is typed lands behind it.
            input.set_value(&typed.get_untracked());
            let _gone = input.focus();
            input.select();
        }
    });
    let commit = move || match parse(part, &typed.get_untracked()) {
        Ok(number) => {
            if number != before {
                editor.change(move |lines| {
                    if let Some(line) = lines.get_mut(place) {
                        match part {
                            Part::Loss => line.loss_percent = number,
                            Part::Quantity | Part::Unit | Part::Operation => line.quantity = number,
                        }
                    }
                });
            }
            true
        }
        Err(why) => {
            problem.set(Some(why));
            false
        }
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        let lines = line_count(editor);
        let next = match event.key().as_str() {
            "Enter" => (place + 1 < lines).then_some((place + 1, part)),
            "Tab" if event.shift_key() => cell_before(place, part),
            "Tab" => cell_after(place, part, lines),
            "Escape" => {
                event.stop_propagation();
                leave(editor, place, part, None);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if commit() {
            leave(editor, place, part, next);
        }
    };
    let blur = move |_| {
        if editor.open.get_untracked() == Some((place, part)) {
            if problem.get_untracked().is_none() {
                commit();
            }
            editor.open.set(None);
        }
    };
    view! {
        <input
            node_ref=input
            class="bom-input"
            inputmode="decimal"
            aria-label=name
            aria-invalid=move || problem.get().map(|_| "true")
            title=move || problem.get()
            prop:value=move || typed.get()
            on:input=move |event| { typed.set(event_target_value(&event)); problem.set(None); }
            on:keydown=keys
            on:blur=blur
        />
        {move || problem.get().map(|why| view! { <span class="bom-problem" role="alert">{why}</span> })}
    }
}

#[component]
fn UnitEdit(editor: Editor, place: usize, line: StoredValue<BomLineView>, name: String) -> impl IntoView {
    let value = RwSignal::new(line.with_value(|line| line.unit_id.to_string()));
    let label = RwSignal::new(line.with_value(|line| line.unit_code.clone()));
    let choose = move |choice: Choice| {
        let unit = choice.id.parse().ok();
        editor.change(move |lines| {
            if let Some(line) = lines.get_mut(place) {
                line.unit_id = unit;
            }
        });
        leave(editor, place, Part::Unit, cell_after(place, Part::Unit, line_count(editor)));
    };
    request_animation_frame(|| focus_on("bom-unit-edit"));
    view! {
        <span on:focusout=move |_| close_unless_moved(editor, place, Part::Unit) on:keydown=move |event| walk(editor, place, Part::Unit, &event)>
            <Combo picker=units::picker() value label id="bom-unit-edit" name on_choose=Callback::new(choose)/>
        </span>
    }
}

#[component]
fn OperationEdit(editor: Editor, place: usize, line: StoredValue<BomLineView>, name: String) -> impl IntoView {
    let now = line.with_value(|line| line.operation_sequence);
    let select = NodeRef::<html::Select>::new();
    Effect::new(move |_| {
        if let Some(select) = select.get() {
            let _gone = select.focus();
        }
    });
    let options = editor
        .operations
        .get_untracked()
        .into_iter()
        .map(|(sequence, name)| {
            view! { <option value=sequence.to_string() selected={now == Some(sequence)}>{format!("{sequence} {name}")}</option> }
        })
        .collect_view();
    let choose = move |event: web_sys::Event| {
        let sequence = event_target_value(&event).parse::<u32>().ok();
        editor.change(move |lines| {
            if let Some(line) = lines.get_mut(place) {
                line.operation_sequence = sequence;
            }
        });
        leave(editor, place, Part::Operation, None);
    };
    view! {
        <select
            node_ref=select
            class="bom-input"
            aria-label=name
            on:change=choose
            on:blur=move |_| close_unless_moved(editor, place, Part::Operation)
            on:keydown=move |event| walk(editor, place, Part::Operation, &event)
        >
            <option value="" selected=now.is_none()>{t::operation_last()}</option>
            {options}
        </select>
    }
}

fn close_unless_moved(editor: Editor, place: usize, part: Part) {
    if editor.open.get_untracked() == Some((place, part)) {
        editor.open.set(None);
    }
}

/// Arrows walk through the cells that are not open.
fn beside(editor: Editor, place: usize, part: Part, event: &web_sys::KeyboardEvent) {
    if let Some((place, part)) = cell_beside(place, part, line_count(editor), &event.key()) {
        event.prevent_default();
        event.stop_propagation();
        editor.seek(place, part);
    }
}

fn walk(editor: Editor, place: usize, part: Part, event: &web_sys::KeyboardEvent) {
    let next = match event.key().as_str() {
        "Tab" if event.shift_key() => cell_before(place, part),
        "Tab" => cell_after(place, part, line_count(editor)),
        "Escape" => None,
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    leave(editor, place, part, next);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_quantity_above_nothing_is_taken() {
        assert_eq!(parse(Part::Quantity, " 1.40 "), Ok(Decimal::new(14, 1)));
        assert!(parse(Part::Quantity, "0").is_err());
        assert!(parse(Part::Quantity, "-").is_err());
    }

    #[test]
    fn a_loss_may_be_nothing_but_never_everything() {
        assert_eq!(parse(Part::Loss, ""), Ok(Decimal::ZERO));
        assert_eq!(parse(Part::Loss, "5 %"), Ok(Decimal::from(5)));
        assert!(parse(Part::Loss, "100").is_err());
    }
}
