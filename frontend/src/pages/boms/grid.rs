//! The tree grid: the product, its lines edited in place, what lies below them, and the row that adds a line.

use std::collections::HashMap;

use leptos::prelude::*;
use mrp_api::boms::{BomFaultView, BomLineInput, BomLineView};
use rust_decimal::Decimal;

use crate::api::Pending;
use crate::format;
use crate::i18n::text::{boms as t, variants as v};
use crate::links::Noun;
use crate::pages::boms::cell_edit::{EditCell, cell_id};
use crate::pages::boms::checks::{fault_facts, fault_title};
use crate::pages::boms::editor::{Editor, Part};
use crate::pages::boms::tree::{Cost, Mark, RowKind, TreeRow, compare, rows, unfolded};
use crate::pages::boms::variants::{AppliesTo, ask_applies_to};
use crate::pages::products;
use crate::ui::ask::Ask;
use crate::ui::field::Field;
use crate::ui::field_view::focus_on;
use crate::ui::icon::Icon;
use crate::ui::menu::{Item, Menu};
use crate::ui::picker::{Choice, Combo};
use crate::ui::sight::Sight;
use crate::ui::state::{Shape, State};
use crate::ui::toast;

/// How many columns there are.
const COLUMNS: usize = 13;

/// The columns' widths; the name takes the rest.
#[component]
pub(crate) fn Columns() -> impl IntoView {
    view! {
        <colgroup>
            <col class="bom-gutter-column"/>
            <col/>
            <col style:width="70px"/>
            <col style:width="42px"/>
            <col style:width="52px"/>
            <col style:width="48px"/>
            <col style:width="68px"/>
            <col style:width="74px"/>
            <col style:width="70px"/>
            <col style:width="84px"/>
            <col style:width="74px"/>
            <col style:width="108px"/>
            <col style:width="30px"/>
        </colgroup>
    }
}

/// The grid.
#[component]
pub fn Grid(
    /// The page's state.
    editor: Editor,
) -> impl IntoView {
    let all = Memo::new(move |_| match editor.bom() {
        Some(bom) => rows(&bom, editor.costs.get().as_ref(), editor.shown_values().as_deref()),
        None => Vec::new(),
    });
    let costs = Memo::new(move |_| {
        all.with(|all| all.iter().filter_map(|row| Some((row.key.clone(), row.cost?))).collect::<HashMap<_, _>>())
    });
    let whole = Memo::new(move |_| all.with(|all| all.first().and_then(|row| row.cost)).map(|cost| cost.total));
    let shown = Memo::new(move |_| all.with(|all| editor.folded.with(|folded| unfolded(all, folded))));
    let marks = Memo::new(move |_| {
        let before = editor.before.get().filter(|_| editor.comparing.get());
        match (editor.bom(), before) {
            (Some(bom), Some(before)) => compare(&bom.lines, &before.lines).0,
            _ => Vec::new(),
        }
    });
    let faults = Memo::new(move |_| editor.bom().map(|bom| bom.faults).unwrap_or_default());
    let count = Memo::new(move |_| shown.with(Vec::len));
    let sight = Sight::of(count);
    Effect::new(move |_| {
        let Some((place, part)) = editor.sought.get() else { return };
        let row = shown.with(|rows| rows.iter().position(|row| row.kind == RowKind::Line(place)));
        let Some(row) = row else { return };
        editor.sought.set(None);
        sight.reveal(row);
        request_animation_frame(move || focus_on(&cell_id(place, part)));
    });
    // What is being typed stays where it is, however far somebody scrolls to look something up.
    let open = Memo::new(move |_| {
        let (place, _) = editor.open.get()?;
        shown.with(|rows| rows.iter().position(|row| row.kind == RowKind::Line(place)))
    });
    let drawn = Memo::new(move |_| {
        let (first, last) = sight.range();
        open.get().map_or((first, last), |at| (first.min(at), last.max(at + 1)))
    });
    let visible = move || {
        let (first, last) = drawn.get();
        shown.with(|rows| rows.get(first..last).map(<[TreeRow]>::to_vec)).unwrap_or_default()
    };
    view! {
        <div class="table-scroll bom-scroll" node_ref=sight.scroller on:scroll=move |_| sight.scrolled()>
            <table class="table bom-grid" aria-label=t::lines()>
                <Columns/>
                <thead>
                    <tr>
                        <th scope="col"><span class="sr-only">"#"</span></th>
                        <th scope="col">{t::item()}</th>
                        <th scope="col" class="number">{t::quantity()}</th>
                        <th scope="col">{t::unit_short()}</th>
                        <th scope="col"><abbr title=t::operation()>{t::operation_short()}</abbr></th>
                        <th scope="col" class="number"><abbr title=t::loss()>{t::loss_short()}</abbr></th>
                        <th scope="col" class="number"><abbr title=t::unit_cost()>{t::unit_cost_short()}</abbr></th>
                        <th scope="col" class="number">{t::material()}</th>
                        <th scope="col" class="number">{t::labour()}</th>
                        <th scope="col" class="number"><abbr title=t::work_center()>{t::work_center_short()}</abbr></th>
                        <th scope="col" class="number">{t::total()}</th>
                        <th scope="col">{t::share()}</th>
                        <th scope="col"><span class="sr-only">{crate::i18n::text::list::actions()}</span></th>
                    </tr>
                </thead>
                <tbody>
                    {move || sight.gap(drawn.get().0, COLUMNS)}
                    <For each=visible key=|row| row.key.clone() let:row>
                        <RowView editor row costs whole marks faults/>
                    </For>
                    {move || sight.gap(count.get().saturating_sub(drawn.get().1), COLUMNS)}
                    <Show when=move || editor.is_editable()><AddRow editor/></Show>
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn RowView(
    editor: Editor,
    row: TreeRow,
    costs: Memo<HashMap<String, Cost>>,
    whole: Memo<Option<Decimal>>,
    marks: Memo<Vec<Mark>>,
    faults: Memo<Vec<BomFaultView>>,
) -> impl IntoView {
    let key = StoredValue::new(row.key.clone());
    let cost = Memo::new(move |_| key.with_value(|key| costs.with(|costs| costs.get(key).copied())));
    let place = match row.kind {
        RowKind::Line(place) => Some(place),
        RowKind::Root | RowKind::Component | RowKind::Operation | RowKind::ByProducts => None,
    };
    let mark = Memo::new(move |_| place.and_then(|place| marks.with(|marks| marks.get(place).cloned())));
    let tone = move || match mark.get() {
        Some(Mark::Added) => Some("ok"),
        Some(Mark::Changed { .. }) => Some("accent"),
        Some(Mark::Same) | None => None,
    };
    let gutter = move || match mark.get() {
        Some(Mark::Added) => view! { <span class="bom-mark" data-kind="added">"+"</span> }.into_any(),
        Some(Mark::Changed { .. }) => view! { <span class="bom-mark" data-kind="changed">"~"</span> }.into_any(),
        Some(Mark::Same) | None => view! { <span class="muted small">{place.map(|place| place + 1)}</span> }.into_any(),
    };
    let line = editor
        .view
        .with_untracked(|view| view.as_ref().and_then(|view| view.as_ref().ok()?.lines.get(place?).cloned()))
        .map(StoredValue::new);
    let is_root = row.kind == RowKind::Root;
    let weight = if is_root {
        "strong"
    } else if row.is_parent {
        "medium"
    } else {
        ""
    };
    view! {
        <tr data-tone=tone data-root=is_root.then_some("")>
            <td class="bom-gutter">{gutter}</td>
            <td><NameCell editor row=row.clone() line place faults weight/></td>
            {match (line, place) {
                (Some(line), Some(place)) => view! { <LineCells editor place line mark/> }.into_any(),
                _ => plain_cells(&row),
            }}
            <CostCells cost whole is_operation={row.kind == RowKind::Operation} is_strong=is_root/>
            <td class="bom-tools">
                {line.zip(place).map(|(line, place)| view! {
                    <Show when=move || editor.is_editable()><LineMenu editor place line/></Show>
                })}
            </td>
        </tr>
    }
}

#[component]
fn NameCell(
    editor: Editor,
    row: TreeRow,
    line: Option<StoredValue<BomLineView>>,
    place: Option<usize>,
    faults: Memo<Vec<BomFaultView>>,
    weight: &'static str,
) -> impl IntoView {
    let guides = (0..row.level).map(|_| view! { <span class="tree-guide" aria-hidden="true"></span> }).collect_view();
    let key = StoredValue::new(row.key.clone());
    let is_folded = move || key.with_value(|key| editor.folded.with(|folded| folded.contains(key)));
    let toggle = move |_| {
        editor.folded.update(|folded| {
            let key = key.get_value();
            if !folded.remove(&key) {
                folded.insert(key);
            }
        });
    };
    let twist = row.is_parent.then(|| {
        view! {
            <button type="button" class="twist" aria-label=row.name.clone() aria-expanded=move || (!is_folded()).to_string() on:click=toggle>
                <Icon name="right" size=12/>
            </button>
        }
    });
    let gap = (!row.is_parent).then(|| view! { <span class="twist" aria-hidden="true"></span> });
    let icon = match row.kind {
        RowKind::Operation => "gear",
        RowKind::Root => "recipe",
        RowKind::ByProducts => "product",
        RowKind::Line(_) | RowKind::Component => {
            if row.is_parent {
                "recipe"
            } else {
                "product"
            }
        }
    };
    let name = match row.product {
        Some(product) if row.level > 0 => {
            view! { <a class="bom-link ellipsis" href=Noun::Products.record(product)>{row.name.clone()}</a> }.into_any()
        }
        None if row.kind == RowKind::ByProducts => {
            let name = t::by_products_carry(&row.name);
            view! { <span class="ellipsis" title=name.clone()>{name.clone()}</span> }.into_any()
        }
        Some(_) | None => view! { <span class="ellipsis">{row.name.clone()}</span> }.into_any(),
    };
    let tags = line.map(|line| {
        let (fixed, note) = line.with_value(|line| (line.is_fixed, line.note.clone()));
        let others = line.with_value(|line| {
            line.substitutes.iter().map(|substitute| substitute.code.clone()).collect::<Vec<_>>().join(", ")
        });
        view! {
            {(!others.is_empty()).then(|| view! { <span class="muted small ellipsis bom-aside" title=t::or_instead(&others)>{t::or_instead(&others)}</span> })}
            {fixed.then(|| view! { <span class="muted small nowrap">{t::fixed()}</span> })}
            {(!note.is_empty()).then(|| view! { <span class="muted small ellipsis" title=note.clone()>{note.clone()}</span> })}
        }
    });
    let worst = move || {
        let place = place?;
        faults.with(|faults| {
            let own = faults.iter().filter(|fault| fault.line == Some(place));
            own.max_by_key(|fault| fault.blocks).map(|fault| {
                let shape = if fault.blocks { Shape::Blocking } else { Shape::Waiting };
                view! { <span class="small bom-fault" title=fault_facts(fault)><State shape word=fault_title(fault)/></span> }
            })
        })
    };
    view! { <span class=format!("tree-cell {weight}")>{guides}{twist}{gap}<Icon name=icon size=14/>{name}{line.zip(place).map(|(line, place)| view! { <AppliesTo editor place line/> })}{tags}{worst}</span> }
}

#[component]
fn LineCells(editor: Editor, place: usize, line: StoredValue<BomLineView>, mark: Memo<Option<Mark>>) -> impl IntoView {
    move || {
        let old = match mark.get() {
            Some(Mark::Changed { quantity }) => quantity.map(format::number),
            Some(Mark::Added | Mark::Same) | None => None,
        };
        Part::ALL
            .into_iter()
            .map(|part| {
                let old = old.clone().filter(|_| part == Part::Quantity);
                view! { <EditCell editor place line part old/> }
            })
            .collect_view()
    }
}

fn plain_cells(row: &TreeRow) -> AnyView {
    let weight = if row.kind == RowKind::Root { "number strong" } else { "number" };
    let decimals = if row.kind == RowKind::Operation { 2 } else { 4 };
    view! {
        <td class=weight>{format::number(row.quantity.round_dp(decimals))}</td>
        <td class="muted">{row.unit.clone()}</td>
        <td></td>
        <td></td>
    }
    .into_any()
}

#[component]
fn CostCells(
    cost: Memo<Option<Cost>>,
    whole: Memo<Option<Decimal>>,
    is_operation: bool,
    is_strong: bool,
) -> impl IntoView {
    let money = move |value: Decimal| {
        if value.is_zero() {
            view! { <span class="muted">{format::DASH}</span> }.into_any()
        } else {
            view! { <span>{format::money(value)}</span> }.into_any()
        }
    };
    move || {
        let Some(cost) = cost.get() else {
            // A kit costs nothing itself: its parts stand below.
            let none = || view! { <td class="number muted">{format::DASH}</td> };
            return view! { <td></td>{none()}{none()}{none()}{none()}<td></td> }.into_any();
        };
        if cost.is_incomplete && cost.total.is_zero() {
            let word = if is_operation { t::no_rate() } else { t::no_cost() };
            return view! { <td class="number muted">{format::DASH}</td><td colspan="5"><State shape=Shape::Waiting word/></td> }
                .into_any();
        }
        let unit = cost.unit.map(format::money).filter(|_| !is_operation);
        view! {
            <td class="number muted">{unit.unwrap_or_default()}</td>
            <td class="number" class:strong=is_strong>{money(cost.material)}</td>
            <td class="number" class:strong=is_strong>{money(cost.labour)}</td>
            <td class="number" class:strong=is_strong>{money(cost.work_center)}</td>
            <td class="number" class:strong=is_strong>{money(cost.total)}</td>
            <td>{whole.get().map(|whole| share(cost, whole))}</td>
        }
        .into_any()
    }
}

/// The share of the whole: a bar split by kind of cost, and the percentage.
fn share(cost: Cost, whole: Decimal) -> AnyView {
    let percent = |part: Decimal| (part * Decimal::ONE_HUNDRED).checked_div(whole).unwrap_or_default();
    let part = |kind: &'static str, value: Decimal| {
        view! { <i data-kind=kind style:width=format!("{}%", percent(value).round_dp(2))></i> }
    };
    view! {
        <span class="share">
            <span class="share-bar" aria-hidden="true">
                {part("material", cost.material)}{part("work-center", cost.work_center)}{part("labour", cost.labour)}
            </span>
            <span class="muted">{format::percent(percent(cost.total), 1)}</span>
        </span>
    }
    .into_any()
}

#[component]
fn LineMenu(editor: Editor, place: usize, line: StoredValue<BomLineView>) -> impl IntoView {
    let name = line.with_value(|line| line.component_name.clone());
    let items = Callback::new(move |()| {
        let (count, is_template) = editor.bom().map_or((0, false), |bom| (bom.lines.len(), bom.is_template));
        let fixed = line.with_value(|line| line.is_fixed);
        let swap = move |other: usize| editor.change(move |lines| swap(lines, place, other));
        vec![
            Item::new(t::fixed_on(), move || {
                editor.change(move |lines| {
                    if let Some(line) = lines.get_mut(place) {
                        line.is_fixed = !fixed;
                    }
                });
            })
            .chosen(fixed),
            Item::new(t::component_change(), move || ask_component(editor, place, line)),
            Item::new(t::note(), move || ask_note(editor, place, line)),
            Item::new(t::substitutes(), move || ask_substitutes(editor, place, line)),
        ]
        .into_iter()
        .chain(is_template.then(|| Item::new(v::applies_to(), move || ask_applies_to(editor, place, line))))
        .chain([
            Item::new(t::move_up(), move || swap(place.saturating_sub(1)))
                .unless((place == 0).then(|| t::is_first().to_owned())),
            Item::new(t::move_down(), move || swap(place + 1))
                .unless((place + 1 >= count).then(|| t::is_last().to_owned())),
            Item::new(t::remove(), move || remove(editor, place, line)).danger(),
        ])
        .collect()
    });
    view! { <Menu label=t::line_actions(&name) look="ghost" items><Icon name="more" size=14/></Menu> }
}

/// The question that puts another component on a line; its unit is the new component's own.
fn ask_component(editor: Editor, place: usize, line: StoredValue<BomLineView>) {
    let run = move |body: serde_json::Value| -> Pending<()> {
        let chosen = body.get("component_id").cloned().and_then(|id| crate::json::read(id).ok());
        editor.change(move |lines| {
            if let Some((line, chosen)) = lines.get_mut(place).zip(chosen) {
                line.component_id = chosen;
                line.unit_id = None;
                line.substitutes.retain(|substitute| *substitute != chosen);
            }
        });
        Box::pin(async { Ok(()) })
    };
    let name = line.with_value(|line| line.component_name.clone());
    let field = Field::record("component_id", t::component(), products::picker()).required();
    let ask = Ask::new(format!("{}: {name}", t::component_change()), crate::i18n::text::form::save(), run);
    editor.ask.set(Some(ask.hint(t::component_hint()).field(field)));
}

/// The question that sets a line's note.
fn ask_note(editor: Editor, place: usize, line: StoredValue<BomLineView>) {
    let run = move |body: serde_json::Value| -> Pending<()> {
        let note = body.get("note").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        editor.change(move |lines| {
            if let Some(line) = lines.get_mut(place) {
                line.note = note;
            }
        });
        Box::pin(async { Ok(()) })
    };
    let (name, note) = line.with_value(|line| (line.component_name.clone(), line.note.clone()));
    let field = Field::long_text("note", t::note()).start(note);
    let ask = Ask::new(format!("{}: {name}", t::note()), crate::i18n::text::form::save(), run);
    editor.ask.set(Some(ask.field(field)));
}

/// The question that sets what may take a component's place.
fn ask_substitutes(editor: Editor, place: usize, line: StoredValue<BomLineView>) {
    let run = move |body: serde_json::Value| -> Pending<()> {
        let chosen = body.get("substitutes").cloned().and_then(|ids| crate::json::read(ids).ok()).unwrap_or_default();
        editor.change(move |lines| {
            if let Some(line) = lines.get_mut(place) {
                line.substitutes = chosen;
            }
        });
        Box::pin(async { Ok(()) })
    };
    let (name, now) = line.with_value(|line| {
        let ids = line.substitutes.iter().map(|substitute| substitute.product_id.to_string()).collect::<Vec<_>>();
        (line.component_name.clone(), ids)
    });
    let field = Field::records("substitutes", t::substitutes(), products::picker()).start(now.join(","));
    let ask = Ask::new(format!("{}: {name}", t::substitutes()), crate::i18n::text::form::save(), run);
    editor.ask.set(Some(ask.hint(t::substitutes_hint()).field(field)));
}

fn swap(lines: &mut [BomLineInput], one: usize, other: usize) {
    if one < lines.len() && other < lines.len() {
        lines.swap(one, other);
    }
}

fn remove(editor: Editor, place: usize, line: StoredValue<BomLineView>) {
    let (name, gone) = line.with_value(|line| (line.component_name.clone(), BomLineInput::from(line)));
    editor.change(move |lines| {
        if place < lines.len() {
            lines.remove(place);
        }
    });
    toast::done_with_undo(t::removed(&name), move || {
        let gone = gone.clone();
        editor.change(move |lines| lines.insert(place.min(lines.len()), gone));
    });
}

/// The row at the end: choosing a product adds a line of one and opens its quantity.
#[component]
fn AddRow(editor: Editor) -> impl IntoView {
    let (value, label) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let choose = move |choice: Choice| {
        let Ok(component_id) = choice.id.parse() else { return };
        let place = editor.bom().map_or(0, |bom| bom.lines.len());
        let added = BomLineInput::of(component_id, Decimal::ONE);
        value.set(String::new());
        label.set(String::new());
        editor.change(move |lines| lines.push(added));
        editor.open.set(Some((place, Part::Quantity)));
    };
    view! {
        <tr class="bom-add">
            <td class="bom-gutter"></td>
            <td>
                <span class="tree-cell">
                    <span class="tree-guide" aria-hidden="true"></span>
                    <Icon name="plus" size=14/>
                    <Combo picker=products::picker() value label id="bom-add" name=t::add() on_choose=Callback::new(choose)/>
                </span>
            </td>
            <td colspan="11"></td>
        </tr>
    }
}
