//! What a dry run found: facts, which column holds what, every row's problem, and the lines that would be written.

use std::collections::BTreeMap;

use leptos::prelude::*;
use mrp_api::bom_imports::{BomImportColumn, BomImportField, BomImportProblem, BomImportReport};

use crate::format;
use crate::i18n::text::bom_imports as t;
use crate::pages::bom_imports::problem_name::name;
use crate::sentences;
use crate::ui::cell::Cell;
use crate::ui::page::Fact;
use crate::ui::state::{Shape, State};
use crate::ui::table::{FactTable, Head, Line};

/// Most rows that are drawn of each table.
const SHOWN_MAX: usize = 500;

/// The report.
#[component]
pub fn Report(
    /// What was found.
    report: BomImportReport,
    /// The person's choice of headers, by field.
    columns: RwSignal<BTreeMap<&'static str, String>>,
    /// The person's choice of units, by component.
    units: RwSignal<BTreeMap<String, String>>,
    /// Told after a choice.
    on_change: Callback<()>,
) -> impl IntoView {
    let (rows, lines, created) = (report.row_count, report.lines.len(), report.new_products.len());
    let read_as = format!("{}, {:?}", report.encoding, report.delimiter);
    view! {
        <dl class="facts">
            <Fact label=t::rows()>{rows}</Fact>
            <Fact label=t::lines()>{lines}</Fact>
            <Fact label=t::total()>{format::number(report.quantity_total)}</Fact>
            <Fact label=t::new_products()>{created}</Fact>
            <Fact label=t::skipped()>{report.skipped_rows}</Fact>
            <Fact label=t::read_as()>{read_as}</Fact>
        </dl>
        <h3>{t::columns()}</h3>
        <div class="import-columns">{mapping(&report, columns, on_change)}</div>
        <h3>{t::problems()}" "<span class="muted">{report.problems.len()}</span></h3>
        {problems(report.problems.clone())}
        <h3>{t::preview()}" "<span class="muted">{lines}</span></h3>
        {preview(&report, units, on_change)}
    }
}

fn mapping(
    report: &BomImportReport,
    columns: RwSignal<BTreeMap<&'static str, String>>,
    on_change: Callback<()>,
) -> AnyView {
    BomImportField::ALL
        .iter()
        .map(|field| {
            let field = *field;
            let chosen = header_of(&report.columns, field);
            let options = report
                .headers
                .iter()
                .map(|header| {
                    let is_chosen = chosen.as_deref() == Some(header.as_str());
                    view! { <option value=header.clone() selected=is_chosen>{header.clone()}</option> }
                })
                .collect_view();
            let choose = move |event| {
                columns.update(|columns| {
                    columns.insert(field.as_str(), event_target_value(&event));
                });
                on_change.run(());
            };
            view! {
                <label class="field">
                    <span class="field-label">{field_name(field)}</span>
                    <select class="control" on:change=choose>
                        <option value="" selected=chosen.is_none()>{t::column_none()}</option>
                        {options}
                    </select>
                </label>
            }
        })
        .collect_view()
        .into_any()
}

fn header_of(columns: &[BomImportColumn], field: BomImportField) -> Option<String> {
    columns.iter().find(|column| column.field == field).map(|column| column.header.clone())
}

/// What a cell means.
#[must_use]
pub fn field_name(field: BomImportField) -> &'static str {
    match field {
        BomImportField::Component => t::field_component(),
        BomImportField::Code => t::field_code(),
        BomImportField::Quantity => t::field_quantity(),
        BomImportField::Unit => t::field_unit(),
        BomImportField::Designator => t::field_designator(),
        BomImportField::Value => t::field_value(),
        BomImportField::Footprint => t::field_footprint(),
        BomImportField::Loss => t::field_loss(),
        BomImportField::Operation => t::field_operation(),
        BomImportField::Fixed => t::field_fixed(),
        BomImportField::Note => t::field_note(),
    }
}

fn problems(all: Vec<BomImportProblem>) -> AnyView {
    if all.is_empty() {
        return view! { <State shape=Shape::Ok word=t::problems_none()/> }.into_any();
    }
    let heads = vec![
        Head::number(t::row()).width(80),
        Head::text(t::column()).width(160),
        Head::text(t::problem()),
        Head::text(t::state()).width(110),
    ];
    let lines = Callback::new(move |()| {
        all.iter()
            .take(SHOWN_MAX)
            .map(|problem| {
                let state = if problem.blocks {
                    Cell::State(Shape::Blocking, t::blocks().to_owned())
                } else {
                    Cell::State(Shape::Waiting, t::look().to_owned())
                };
                let row = problem.row.map_or_else(|| Cell::text(t::whole_file()), Cell::whole);
                let detail = sentences::detail(problem.detail_code.as_deref(), &problem.params, &problem.detail)
                    .unwrap_or_default();
                let what = view! {
                    <span class="medium">{name(problem.code)}</span>
                    <span class="muted" title=detail.clone()>" "{detail.clone()}</span>
                };
                Line::of(vec![row.view(), Cell::maybe(problem.column.clone()).view(), what.into_any(), state.view()])
            })
            .collect()
    });
    view! { <div class="import-table"><FactTable title=t::problems() heads lines/></div> }.into_any()
}

fn preview(report: &BomImportReport, units: RwSignal<BTreeMap<String, String>>, on_change: Callback<()>) -> AnyView {
    let heads = vec![
        Head::number(t::row()).width(70),
        Head::text(t::component()),
        Head::number(t::quantity()).width(100),
        Head::text(t::unit()).width(100),
        Head::text(t::note()),
    ];
    let all = report.lines.iter().take(SHOWN_MAX).cloned().collect::<Vec<_>>();
    let lines = Callback::new(move |()| {
        all.iter()
            .map(|line| {
                let (name, key) = (line.component_name.clone(), line.component_name.clone());
                let choose = move |event| {
                    units.update(|units| {
                        units.insert(key.clone(), event_target_value(&event).trim().to_owned());
                    });
                    on_change.run(());
                };
                let value = line.unit_code.clone().unwrap_or_default();
                let unit = view! { <input class="control" aria-label=t::unit_of(&name) value=value on:change=choose/> };
                Line::of(vec![
                    Cell::whole(line.row).view(),
                    Cell::Name(name).view(),
                    Cell::number(line.quantity).view(),
                    unit.into_any(),
                    Cell::text(line.note.clone()).view(),
                ])
            })
            .collect()
    });
    view! { <div class="import-table"><FactTable title=t::preview() heads lines/></div> }.into_any()
}
