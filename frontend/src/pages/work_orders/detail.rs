//! The page of one work order: what, how many, the clock, who, and everything to do with it from the office.

use leptos::prelude::*;
use mrp_api::work_orders::{
    AssignWorkOrder, FinishWorkOrder, PauseWorkOrder, ReopenWorkOrder, ReportWorkOrder, ResumeWorkOrder,
    StartWorkOrder, WorkOrderView,
};
use mrp_domain::work_order::WorkOrderState;
use rust_decimal::Decimal;

use crate::i18n::text::{self, work_orders as t};
use crate::links::Noun;
use crate::pages::attachments::{AttachmentThumbnails, Attachments, LargeAttachments, Place};
use crate::pages::downtimes::standing::Standing;
use crate::pages::manufacturing_orders::deadline_cell;
use crate::pages::work_orders::commands::{self, Next, WorkOrder, next, why_not};
use crate::pages::work_orders::report::ReportDialog;
use crate::pages::work_orders::state;
use crate::ui::ask::Asks;
use crate::ui::button::{Button, LinkButton, Look};
use crate::ui::cell::{Cell, initials};
use crate::ui::icon::Icon;
use crate::ui::menu::{Item, Menu};
use crate::ui::page::{Blank, Fact, Footer, RailSection, Tab, Tabs, chosen_tab, loaded, set_crumbs};
use crate::ui::shortcuts::shortcut;
use crate::ui::state::{Light, Shape, State};
use crate::ui::table::{FactTable, Head, Line};
use crate::{format, live};

const TABS: &[&str] = &["time", "reports", "instructions"];
/// How often a running clock moves.
const TICK: std::time::Duration = std::time::Duration::from_secs(1);

/// The page.
#[must_use]
pub fn page(id: &str) -> AnyView {
    let Ok(id) = id.parse() else { return crate::pages::not_found::page() };
    let work = WorkOrder::new(id);
    let changes = [id.to_string(), "work_order".to_owned(), "downtime".to_owned()].map(live::revision);
    Effect::new(move |_| {
        changes.iter().for_each(Track::track);
        if !work.busy.get_untracked() {
            work.load();
        }
    });
    Effect::new(move |_| {
        let number = work.view().map(|view| view.row.number).unwrap_or_default();
        set_crumbs(vec![(t::title().to_owned(), Some(Noun::WorkOrders.list())), (number, None)]);
    });
    let tab = chosen_tab(TABS);
    register_keys(work);
    let files = Attachments::new(Some(Place::WorkOrder(id)));
    let draw = move |view: WorkOrderView| {
        let note = text::work_orders::note_assigned(u64::try_from(view.operators.len()).unwrap_or_default());
        view! {
            {header(work, &view)}
            <Tabs tabs=tabs(&view, files) chosen=tab/>
            <div class="body">
                <div class="body-main">{tab_view(view.clone(), files, tab)}</div>
                {rail(work, files, &view)}
            </div>
            <Footer keys=footer_keys() note/>
        }
        .into_any()
    };
    view! {
        <div class="page">{loaded(work.answer, Callback::new(move |()| work.load()), draw)}</div>
        <Asks ask=work.ask/>
        <ReportDialog work/>
    }
    .into_any()
}

fn header(work: WorkOrder, view: &WorkOrderView) -> impl IntoView + use<> {
    let row = view.row.clone();
    let (shape, word) = state(row.state);
    let is_closed = matches!(row.state, WorkOrderState::Finished | WorkOrderState::Cancelled);
    let deadline = deadline_cell(row.date_deadline, row.scheduled_finish, is_closed, format::now());
    let scheduled = row.scheduled_start.zip(row.scheduled_finish).map(|(start, finish)| {
        view! { <Fact label=text::manufacturing_orders::scheduled()>{format!("{} – {}", format::moment(start), format::moment(finish))}</Fact> }
    });
    view! {
        <header class="record-head">
            <div class="record-line">
                <h1 class="record-title">
                    <b>{row.number.clone()}</b>
                    <span class="ellipsis">{row.name.clone()}</span>
                    <span class="nowrap">{format::number(row.quantity)}" "<small class="muted">{row.unit_code.clone()}</small></span>
                </h1>
                <span class="spacer"></span>
                <div class="actions">{buttons(work, view)}</div>
            </div>
            <dl class="facts">
                <Fact label=t::product()>{row.product_name}</Fact>
                <Fact label=t::order()>
                    <a href=Noun::ManufacturingOrders.record(row.manufacturing_order_id)>{row.manufacturing_order_number}</a>
                </Fact>
                <Fact label=t::work_center()><a href=Noun::WorkCenters.record(row.work_center_id)>{row.work_center_name}</a></Fact>
                {scheduled}
                <Fact label=t::deadline()>{deadline.view()}</Fact>
            </dl>
            <div class="record-steps">
                {clock(view)}
                {pieces(view)}
                <Light shape word detail=t::since_moment(&format::moment(row.state_since))/>
            </div>
        </header>
    }
}

/// The time so far; it moves while somebody works.
fn clock(view: &WorkOrderView) -> impl IntoView + use<> {
    let row = &view.row;
    let planned = format::duration(i64::try_from(row.planned_seconds).unwrap_or_default());
    let is_running = view.time_logs.iter().any(|log| log.finished_at.is_none());
    let (base, read_at) = (i64::try_from(row.actual_seconds).unwrap_or_default(), format::now().unix());
    let now = RwSignal::new(read_at);
    if is_running
        && let Ok(timer) = set_interval_with_handle(
            move || {
                now.try_set(format::now().unix());
            },
            TICK,
        )
    {
        on_cleanup(move || timer.clear());
    }
    let shown = move || format::duration(base + (now.get() - read_at).max(0));
    let share = row.actual_seconds.saturating_mul(100).checked_div(row.planned_seconds).unwrap_or_default().min(100);
    view! {
        <span class="meter" data-running=is_running.then_some("")>
            <Icon name="clock" size=14/>
            <span class="sr-only">{t::clock()}</span>
            <b role="timer">{shown}</b>
            <span class="muted">{t::clock_of(&planned)}</span>
            <span class="meter-track" aria-hidden="true"><i style:width=format!("{share}%")></i></span>
        </span>
    }
}

fn pieces(view: &WorkOrderView) -> impl IntoView + use<> {
    let row = &view.row;
    let scrap = (row.qty_scrapped > Decimal::ZERO)
        .then(|| view! { <span class="bad">{format!("{} {}", format::number(row.qty_scrapped), t::scrap().to_lowercase())}</span> });
    let ready = (row.qty_ready > Decimal::ZERO).then(
        || view! { <span class="muted">{format!("{}: {}", t::ready_quantity(), format::number(row.qty_ready))}</span> },
    );
    let share =
        (row.qty_done * Decimal::ONE_HUNDRED).checked_div(row.quantity).unwrap_or_default().min(Decimal::ONE_HUNDRED);
    view! {
        <span class="meter">
            <Icon name="check" size=14/>
            <span class="sr-only">{t::pieces()}</span>
            <b>{format::number(row.qty_done)}</b>
            <span class="muted">{t::pieces_of(&format!("{} {}", format::number(row.quantity), row.unit_code))}</span>
            <span class="meter-track" data-kind="ok" aria-hidden="true"><i style:width=format!("{}%", share.round_dp(1))></i></span>
            {scrap}
            {ready}
        </span>
    }
}

fn buttons(work: WorkOrder, view: &WorkOrderView) -> impl IntoView + use<> {
    let busy = work.busy;
    let step = next(view);
    let reason = |why: Option<String>| Signal::stored(why);
    let can_pause = view.row.state == WorkOrderState::InProgress;
    let is_open = !matches!(step, Next::Nothing);
    let finish_why = why_not::<FinishWorkOrder>(view, "finish", ASKED_TO_FINISH);
    let (menu_view, start_why) = (view.clone(), why_not::<StartWorkOrder>(view, "start", &[]));
    let items =
        Callback::new(move |()| {
            let assign_view = menu_view.clone();
            vec![
                Item::new(t::assign(), move || commands::assign(work, &assign_view))
                    .unless(why_not::<AssignWorkOrder>(&menu_view, "assign", &[])),
                Item::new(t::reopen(), move || commands::reopen(work)).unless(why_not::<ReopenWorkOrder>(
                    &menu_view,
                    "reopen",
                    &["reason_required"],
                )),
                Item::link(t::next(), Noun::ManufacturingOrders.record(menu_view.row.manufacturing_order_id)),
            ]
        });
    let primary = match step {
        Next::Start => view! { <Button label=t::start() icon="play" look=Look::Primary key="S" busy reason=reason(start_why) on_press=move |()| commands::start(work)/> }.into_any(),
        Next::Resume => {
            let why = why_not::<ResumeWorkOrder>(view, "resume", &[]);
            view! { <Button label=t::resume() icon="play" look=Look::Primary key="S" busy reason=reason(why) on_press=move |()| commands::resume(work)/> }.into_any()
        }
        Next::Report => {
            let why = why_not::<ReportWorkOrder>(view, "report", ASKED_TO_REPORT);
            view! { <Button label=t::report() look=Look::Primary key="R" busy reason=reason(why) on_press=move |()| work.reporting.set(Some(false))/> }.into_any()
        }
        Next::Finish => {
            let why = finish_why.clone();
            view! { <Button label=t::finish() look=Look::Primary key="F" busy reason=reason(why) on_press=move |()| work.reporting.set(Some(true))/> }.into_any()
        }
        Next::Nothing => {
            view! { <LinkButton label=t::next() href=Noun::ManufacturingOrders.record(view.row.manufacturing_order_id) look=Look::Primary/> }.into_any()
        }
    };
    let finish = (is_open && step != Next::Finish && step != Next::Start).then(|| {
        view! { <Button label=t::finish() key="F" busy reason=reason(finish_why) on_press=move |()| work.reporting.set(Some(true))/> }
    });
    let pause = can_pause.then(|| {
        let why = why_not::<PauseWorkOrder>(view, "pause", &["reason_required"]);
        view! { <Button label=t::pause() icon="pause" key="P" busy reason=reason(why) on_press=move |()| commands::pause(work)/> }
    });
    view! { {finish}{pause}<Menu label=text::list::actions() items><Icon name="more" size=14/></Menu>{primary} }
}

/// Refusals that the dialog settles.
const ASKED_TO_REPORT: &[&str] = &["report_empty", "reason_required"];
const ASKED_TO_FINISH: &[&str] = &["reported_less", "nothing_reported", "report_empty", "reason_required"];

fn register_keys(work: WorkOrder) {
    let when = move |act: fn(WorkOrder, &WorkOrderView)| {
        if let Some(view) = untrack(|| work.view()).filter(|_| !work.busy.get_untracked()) {
            act(work, &view);
        }
    };
    shortcut("s", t::start(), move || {
        when(|work, view| match next(view) {
            Next::Start if why_not::<StartWorkOrder>(view, "start", &[]).is_none() => commands::start(work),
            Next::Resume if why_not::<ResumeWorkOrder>(view, "resume", &[]).is_none() => commands::resume(work),
            Next::Start | Next::Resume | Next::Report | Next::Finish | Next::Nothing => {}
        })
    });
    shortcut("r", t::report(), move || {
        when(|work, view| {
            if why_not::<ReportWorkOrder>(view, "report", ASKED_TO_REPORT).is_none() {
                work.reporting.set(Some(false));
            }
        })
    });
    shortcut("f", t::finish(), move || {
        when(|work, view| {
            if why_not::<FinishWorkOrder>(view, "finish", ASKED_TO_FINISH).is_none() {
                work.reporting.set(Some(true));
            }
        })
    });
    shortcut("p", t::pause(), move || {
        when(|work, view| {
            if why_not::<PauseWorkOrder>(view, "pause", &["reason_required"]).is_none() {
                commands::pause(work);
            }
        })
    });
    shortcut("a", t::assign(), move || {
        when(|work, view| {
            if why_not::<AssignWorkOrder>(view, "assign", &[]).is_none() {
                commands::assign(work, view);
            }
        })
    });
}

fn footer_keys() -> Vec<(Vec<&'static str>, String)> {
    vec![
        (vec!["S"], t::start().to_owned()),
        (vec!["R"], t::report().to_owned()),
        (vec!["P"], t::pause().to_owned()),
        (vec!["A"], t::assign().to_owned()),
    ]
}

fn tabs(view: &WorkOrderView, files: Attachments) -> Signal<Vec<Tab>> {
    let (logs, reports) = (view.time_logs.len(), view.reports.len());
    Signal::derive(move || {
        vec![
            Tab::new("time", t::time_logs()).count(logs),
            Tab::new("reports", t::reports()).count(reports),
            Tab::new("instructions", t::instructions()).count(files.count()),
        ]
    })
}

fn tab_view(view: WorkOrderView, files: Attachments, tab: Memo<&'static str>) -> impl IntoView + use<> {
    move || match tab.get() {
        "reports" => reports(&view),
        "instructions" => instructions(&view, files),
        _ => time_logs(&view),
    }
}

/// Large enough to be read from a step away.
fn instructions(view: &WorkOrderView, files: Attachments) -> AnyView {
    let text = view.instructions.trim().to_owned();
    let is_empty = text.is_empty();
    view! {
        <div class="work-instructions">
            {(!is_empty).then(|| view! { <p class="notes">{text}</p> })}
            {move || match files.count() {
                0 if is_empty => view! { <Blank title=t::no_instructions() hint="" icon="route"/> }.into_any(),
                0 => ().into_any(),
                _ => view! { <LargeAttachments files/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

fn time_logs(view: &WorkOrderView) -> AnyView {
    if view.time_logs.is_empty() {
        return view! { <Blank title=t::no_time() hint=t::no_time_hint() icon="clock"/> }.into_any();
    }
    let heads = vec![
        Head::text(t::who()).width(220),
        Head::text(t::from()).width(160),
        Head::text(t::until()).width(160),
        Head::number(t::duration()).width(100),
        Head::text(t::stop_reason()),
    ];
    let logs = view.time_logs.clone();
    let lines = Callback::new(move |()| {
        logs.iter()
            .map(|log| {
                let until = match log.finished_at {
                    Some(at) => Cell::moment(Some(at)),
                    None => Cell::State(Shape::Running, t::running().to_owned()),
                };
                let end = log.finished_at.unwrap_or_else(format::now);
                Line::new(vec![
                    Cell::Person(log.operator_name.clone()),
                    Cell::moment(Some(log.started_at)),
                    until,
                    Cell::duration((end.unix() - log.started_at.unix()).max(0)),
                    Cell::text(log.stop_reason.clone()),
                ])
            })
            .collect()
    });
    view! { <FactTable title=t::time_logs() heads lines/> }.into_any()
}

fn reports(view: &WorkOrderView) -> AnyView {
    if view.reports.is_empty() {
        return view! { <Blank title=t::no_reports() hint=t::no_reports_hint() icon="check"/> }.into_any();
    }
    let heads = vec![
        Head::text(t::when()).width(160),
        Head::text(t::who()).width(220),
        Head::number(t::good()).width(100),
        Head::number(t::scrap()).width(100),
        Head::text(t::scrap_reason()),
    ];
    let all = view.reports.clone();
    let lines = Callback::new(move |()| {
        let line = |one: &mrp_api::work_orders::ReportView| {
            Line::new(vec![
                Cell::moment(Some(one.at)),
                Cell::Person(one.by.clone()),
                Cell::number(one.good),
                Cell::number(one.scrap),
                Cell::text(scrapped_for(one)),
            ])
        };
        all.iter().map(line).collect()
    });
    view! { <FactTable title=t::reports() heads lines/> }.into_any()
}

/// The reason of the list, and what was said with it.
fn scrapped_for(report: &mrp_api::work_orders::ReportView) -> String {
    let said = Some(report.scrap_reason.clone()).filter(|said| !said.is_empty());
    report.scrap_reason_name.clone().into_iter().chain(said).collect::<Vec<_>>().join(": ")
}

fn rail(work: WorkOrder, files: Attachments, view: &WorkOrderView) -> impl IntoView + use<> {
    let person = |name: &str| view! { <li class="person"><span class="avatar" aria-hidden="true">{initials(name)}</span>{name.to_owned()}</li> };
    let working = view.working.iter().map(|one| person(&one.name)).collect_view();
    let assigned = view.operators.iter().map(|one| person(&one.name)).collect_view();
    let idle = view.working.is_empty().then(|| view! { <State shape=Shape::None word=t::nobody()/> });
    let none = view.operators.is_empty().then(|| view! { <State shape=Shape::None word=t::nobody()/> });
    let is_open = !matches!(view.row.state, WorkOrderState::Finished | WorkOrderState::Cancelled);
    let center = view.row.work_center_id;
    let assign_view = view.clone();
    let (working_count, assigned_count) = (view.working.len(), view.operators.len());
    let why = Signal::stored(why_not::<AssignWorkOrder>(view, "assign", &[]));
    view! {
        <aside class="rail">
            {move || (files.count() > 0).then(|| view! {
                <RailSection title=text::attachments::title() count=files.count()><AttachmentThumbnails files/></RailSection>
            })}
            {is_open.then(|| view! {
                <RailSection title=t::work_center()><Standing center ask=work.ask/></RailSection>
            })}
            <RailSection title=t::working_now() count=working_count>{idle}<ul class="people">{working}</ul></RailSection>
            <RailSection title=t::assigned() count=assigned_count>
                {none}
                <ul class="people">{assigned}</ul>
                <div><Button label=t::assign() icon="users" small=true reason=why on_press=move |()| commands::assign(work, &assign_view)/></div>
            </RailSection>
        </aside>
    }
}
