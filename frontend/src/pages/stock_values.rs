//! What the stock was worth at the end of a day.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::Empty;
use mrp_api::stock_value_differences::{ListStockValueDifferences, StockValueDifferenceRow};
use mrp_api::stock_values::{
    ExportStockValues, GetStockValues, StockValueFileQuery, StockValueQuery, StockValueReport, StockValueRow,
};

use mrp_domain::ids::ReceiptId;
use mrp_domain::stock::DifferenceKind;

use crate::api::{self, Answer};
use crate::i18n::text::{nav, stock as s, stock_values as t};
use crate::links::{self, Noun, Place};
use crate::ui::button::Button;
use crate::ui::cell::Cell;
use crate::ui::day_input::DayInput;
use crate::ui::field::words;
use crate::ui::file;
use crate::ui::icon::Icon;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::page::{Blank, Footer, Tab, Tabs, chosen_tab, loaded, set_crumbs};
use crate::ui::table::{FactTable, Head, Line};
use crate::{format, history, session};

fn asked() -> StockValueQuery {
    StockValueQuery { at: history::parameter("at").get_untracked(), q: history::parameter("q").get_untracked() }
}

const TABS: &[&str] = &["values", "differences"];

/// The page: what the stock was worth, and what goods cost beyond their standard.
#[must_use]
pub fn page() -> AnyView {
    set_crumbs(vec![(nav::stock().to_owned(), Some(Place::Stock.href())), (t::title().to_owned(), None)]);
    let tab = chosen_tab(TABS);
    let tabs = vec![Tab::new("values", t::values()), Tab::new("differences", t::differences())];
    let body = move || match tab.get() {
        "differences" => differences(),
        _ => values(),
    };
    view! { <div class="page"><Tabs tabs chosen=tab/>{body}</div> }.into_any()
}

fn kind_name(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Price => t::kind_price(),
        DifferenceKind::Output => t::kind_output(),
        DifferenceKind::Revaluation => t::kind_revaluation(),
    }
}

/// What goods cost beyond their standard.
fn differences() -> AnyView {
    let document = |row: &StockValueDifferenceRow| {
        let href = match (row.kind, row.document_id) {
            (DifferenceKind::Price, Some(id)) => links::receipt(ReceiptId::from_uuid(id)),
            (DifferenceKind::Output, Some(id)) => Noun::ManufacturingOrders.record(id),
            _ => return Cell::text(row.document.clone()),
        };
        Cell::Link(row.document.clone(), href)
    };
    let columns = vec![
        Column::new("at", t::when(), |row: &StockValueDifferenceRow| Cell::moment(Some(row.at))).width(170).sortable(),
        Column::new("product_code", s::code(), |row: &StockValueDifferenceRow| Cell::Code(row.product_code.clone()))
            .width(140)
            .sortable(),
        Column::new("product", s::product(), |row: &StockValueDifferenceRow| Cell::Name(row.product_name.clone())),
        Column::new("kind", t::kind(), |row: &StockValueDifferenceRow| Cell::text(kind_name(row.kind))).width(230),
        Column::new("value", format!("{}, {}", t::loss(), session::currency()), |row: &StockValueDifferenceRow| {
            Cell::money(row.value)
        })
        .width(150)
        .number()
        .sortable(),
        Column::new("document", t::document(), document).width(150),
        Column::new("by", t::by(), |row: &StockValueDifferenceRow| Cell::Person(row.by.clone())).width(170),
    ];
    let list = List::of::<ListStockValueDifferences, _>("stock_move", t::differences(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.product_name.clone(),
        version: 0,
        href: Noun::Products.record(row.product_id),
        is_muted: false,
    });
    list_page(
        list.filter(Filter::choice("kind", t::kind(), words(DifferenceKind::ALL, DifferenceKind::as_str, kind_name)))
            .empty(t::no_differences(), t::no_differences_hint())
            .embedded(),
    )
}

fn values() -> AnyView {
    let answer = RwSignal::new(None::<Answer<StockValueReport>>);
    let load = move || {
        spawn_local(async move {
            let told = api::get::<GetStockValues>(&Empty {}, &asked()).await;
            answer.try_set(Some(told));
        });
    };
    let (at, words) = (history::parameter("at"), history::parameter("q"));
    Effect::new(move |_| {
        at.track();
        words.track();
        load();
    });
    let export = move || {
        let StockValueQuery { at, q } = asked();
        file::fetch(async move {
            api::get::<ExportStockValues>(&Empty {}, &StockValueFileQuery { at, q, format: None }).await
        });
    };
    let today = format::iso_date(format::today());
    let day = move || at.get().unwrap_or_else(|| today.clone());
    let body = loaded(answer, Callback::new(move |()| load()), table);
    let note = Signal::derive(move || {
        answer.with(|answer| match answer {
            Some(Ok(report)) => {
                let shown = format::whole(i128::try_from(report.rows.len()).unwrap_or_default());
                t::shown(&shown, &format::whole(report.total_count))
            }
            Some(Err(_)) | None => String::new(),
        })
    });
    view! {
        <div class="page">
            <header class="head">
                <h1>{t::title()}</h1>
                <div class="actions"><Button label=t::export() icon="copy" on_press=move |()| export()/></div>
            </header>
            <div class="filters" role="search">
                <span class="search">
                    <Icon name="search" size=14/>
                    <input
                        type="search"
                        placeholder=t::search()
                        aria-label=t::search()
                        prop:value=move || words.get().unwrap_or_default()
                        on:change=move |event| history::set_parameters(&[("q", &event_target_value(&event))], false)
                    />
                </span>
                <span class="chip drawn">
                    <label class="state">
                        <span class="muted">{t::at()}</span>
                        <DayInput
                            value=Signal::derive(day)
                            on_change=move |day: String| history::set_parameters(&[("at", &day)], true)
                            name=t::at()
                        />
                    </label>
                </span>
            </div>
            {body}
            <Footer keys=Vec::new() note/>
        </div>
    }
    .into_any()
}

fn table(report: StockValueReport) -> AnyView {
    if report.rows.is_empty() {
        return view! { <Blank title=t::empty() hint=t::empty_hint() icon="stock"/> }.into_any();
    }
    let heads = vec![
        Head::text(s::code()).width(160),
        Head::text(s::product()),
        Head::number(t::quantity()).width(160),
        Head::number(format!("{}, {}", t::unit_value(), report.currency)).width(170),
        Head::number(format!("{}, {}", t::value(), report.currency)).width(180),
    ];
    let lines = Callback::new(move |()| {
        let mut lines = vec![total(&report)];
        lines.extend(report.rows.iter().map(line));
        lines
    });
    view! { <div class="table-scroll"><FactTable title=t::title() heads lines/></div> }.into_any()
}

fn total(report: &StockValueReport) -> Line {
    Line::new(vec![
        Cell::Name(t::total().to_owned()),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::money(report.total_value),
    ])
    .group()
}

fn line(row: &StockValueRow) -> Line {
    Line::new(vec![
        Cell::Code(row.product_code.clone()),
        Cell::Link(row.product_name.clone(), Noun::Products.record(row.product_id)),
        Cell::quantity(row.quantity, row.unit_code.clone()),
        row.unit_value.map_or(Cell::Empty, Cell::number),
        Cell::money(row.value),
    ])
}
