//! The effectiveness of work centers: all of them, and one with its losses.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::oee::{
    GetOee, GetWorkCenterOee, OeeLoss, OeeLossView, OeeQuery, OeeRow, OeeStep, OeeView, WorkCenterOeeView,
};
use mrp_api::work_centers::GetWorkCenter;
use mrp_domain::ids::WorkCenterId;
use mrp_domain::time::Instant;
use rust_decimal::Decimal;

use crate::api::{self, Answer};
use crate::i18n::text::oee as t;
use crate::links::{Noun, Place, query_text};
use crate::ui::cell::Cell;
use crate::ui::page::{Blank, loaded, set_crumbs};
use crate::ui::period::{PeriodFilter, chosen};
use crate::ui::state::Shape;
use crate::ui::table::{FactTable, Head, Line};
use crate::{format, history, live, session};

/// Without a target of its own a work center is measured by this: what a good discrete manufacturer reaches.
const TARGET_USUAL: Decimal = Decimal::from_parts(75, 0, 0, false, 0);
/// Further below its target than this many points a work center needs somebody.
const NEAR: Decimal = Decimal::from_parts(10, 0, 0, false, 0);

/// What is shown.
#[derive(Debug, Clone, PartialEq)]
enum Told {
    All(OeeView),
    One(Box<WorkCenterOeeView>),
}

/// The page; `work_center_id` in the address chooses one.
#[must_use]
pub fn page() -> AnyView {
    let center = history::parameter("work_center_id");
    (move || report(center.get().and_then(|id| id.parse().ok()))).into_any()
}

fn report(center: Option<WorkCenterId>) -> AnyView {
    let days = chosen();
    let answer = RwSignal::new(None::<Answer<Told>>);
    let load = move || {
        let asked = days.get_untracked();
        spawn_local(async move {
            let query = OeeQuery { from: Some(asked.0.clone()), until: Some(asked.1.clone()) };
            let told = match center {
                Some(id) => {
                    api::get::<GetWorkCenterOee>(&IdPath { id }, &query).await.map(|one| Told::One(Box::new(one)))
                }
                None => api::get::<GetOee>(&Empty {}, &query).await.map(Told::All),
            };
            // Other days may have been asked for meanwhile.
            if days.try_get_untracked().as_ref() == Some(&asked) {
                answer.try_set(Some(told));
            }
        });
    };
    let revision = live::gathered(&["work_order", "downtime"]);
    Effect::new(move |_| {
        days.track();
        revision.track();
        load();
    });
    let name = Memo::new(move |_| {
        answer.with(|answer| match answer {
            Some(Ok(Told::One(one))) => one.row.work_center_name.clone(),
            Some(_) | None => String::new(),
        })
    });
    Effect::new(move |_| {
        let list = (t::title().to_owned(), Some(Place::Oee.href()));
        set_crumbs(if center.is_some() { vec![list, (name.get(), None)] } else { vec![list] });
    });
    let title = move || if center.is_some() { name.get() } else { t::title().to_owned() };
    let draw = move |told: Told| match told {
        Told::All(view) => all(view),
        Told::One(view) => one(*view),
    };
    view! {
        <div class="page">
            <header class="head">
                <h1>{title}</h1>
                <div class="actions"><PeriodFilter days/></div>
            </header>
            <div class="page-scroll oee">
                <p class="muted small">{t::formula()}</p>
                {loaded(answer, Callback::new(move |()| load()), draw)}
            </div>
        </div>
    }
    .into_any()
}

fn percent(value: Option<Decimal>) -> String {
    value.map_or_else(|| format::DASH.to_owned(), |value| format!("{} %", format::fixed(value, 1)))
}

/// How a work center stands to its target.
fn judged(row: &OeeRow) -> (Shape, &'static str) {
    let target = row.oee_target_percent.unwrap_or(TARGET_USUAL);
    match row.oee_percent {
        None => (Shape::None, "none"),
        Some(oee) if oee >= target => (Shape::Ok, "ok"),
        Some(oee) if oee + NEAR >= target => (Shape::Waiting, "waiting"),
        Some(_) => (Shape::Blocking, "blocking"),
    }
}

/// The address of one work center's report, for the days that are shown.
fn href_of(id: WorkCenterId) -> String {
    let mut pairs = history::location().with_untracked(|at| at.query.clone());
    pairs.retain(|(name, _)| name != "work_center_id");
    pairs.push(("work_center_id".to_owned(), id.to_string()));
    format!("{}{}", Place::Oee.href(), query_text(&pairs))
}

fn all(view: OeeView) -> AnyView {
    if view.rows.is_empty() {
        return view! { <Blank title=t::empty() hint=t::empty_hint() icon="center"/> }.into_any();
    }
    let heads = vec![
        Head::text(t::work_center()),
        Head::text(t::availability()).width(170),
        Head::text(t::performance()).width(170),
        Head::text(t::quality()).width(170),
        Head::text(t::oee()).width(240),
        Head::number(t::planned()).width(100),
        Head::number(t::good()).width(90),
        Head::number(t::scrap()).width(90),
    ];
    let line = |row: &OeeRow| {
        Line::of(vec![
            view! { <a class="medium" href=href_of(row.work_center_id)>{row.work_center_name.clone()}</a> }.into_any(),
            share(row.availability_percent),
            share(row.performance_percent),
            share(row.quality_percent),
            against_target(row),
            Cell::duration(i64::try_from(row.planned_seconds / 60 * 60).unwrap_or_default()).view(),
            Cell::number(row.good).view(),
            Cell::number(row.scrap).view(),
        ])
    };
    let rows = view.rows;
    let lines = Callback::new(move |()| rows.iter().map(line).collect());
    view! { <div class="oee-table"><FactTable title=t::title() heads lines/></div> }.into_any()
}

fn width(value: Option<Decimal>) -> String {
    format!("{}%", value.unwrap_or_default().min(Decimal::ONE_HUNDRED).max(Decimal::ZERO).round_dp(1))
}

fn share(value: Option<Decimal>) -> AnyView {
    view! {
        <span class="oee-share">
            <span>{percent(value)}</span>
            <span class="oee-track" aria-hidden="true"><i style:width=width(value)></i></span>
        </span>
    }
    .into_any()
}

fn against_target(row: &OeeRow) -> AnyView {
    let (shape, tone) = judged(row);
    let target = row.oee_target_percent.map(|target| {
        view! { <b style:left=width(Some(target)) title=format!("{} {}", t::target(), percent(Some(target)))></b> }
    });
    view! {
        <span class="oee-share oee-total" data-tone=tone>
            {Cell::State(shape, percent(row.oee_percent)).view()}
            <span class="oee-track" aria-hidden="true"><i style:width=width(row.oee_percent)></i>{target}</span>
        </span>
    }
    .into_any()
}

fn one(view: WorkCenterOeeView) -> AnyView {
    let row = view.row.clone();
    let (id, starts_at, ends_at) = (row.work_center_id, view.starts_at, view.ends_at);
    let target = row.oee_target_percent.map(|target| format!("{} {}", t::target(), percent(Some(target))));
    let figure = |label: &'static str, value: Option<Decimal>, tone: &'static str, note: Option<String>| {
        view! {
            <div class="oee-figure" data-tone=tone>
                <span class="muted">{label}</span>
                <b>{percent(value)}</b>
                <span class="oee-track" aria-hidden="true"><i style:width=width(value)></i></span>
                <small class="muted">{note}</small>
            </div>
        }
    };
    let (_, tone) = judged(&row);
    let logs = vec![
        ("work_center_id".to_owned(), id.to_string()),
        ("since".to_owned(), format::instant_text(starts_at)),
        ("until".to_owned(), format::instant_text(ends_at)),
    ];
    let logs = format!("{}{}", Place::TimeLogs.href(), query_text(&logs));
    let own = session::may_call::<GetWorkCenter>().then(|| {
        view! { <a href=Noun::WorkCenters.record(id)>{row.work_center_name.clone()}</a>" · " }
    });
    view! {
        <p class="oee-links"><a href=Place::Oee.href()>{t::all()}</a>" · "{own}<a href=logs>{t::time_logs()}</a></p>
        <div class="oee-figures">
            {figure(t::availability(), row.availability_percent, "none", None)}
            {figure(t::performance(), row.performance_percent, "none", None)}
            {figure(t::quality(), row.quality_percent, "none", Some(format!("{}: {}, {}: {}", t::good(), format::number(row.good), t::scrap(), format::number(row.scrap))))}
            {figure(t::oee(), row.oee_percent, tone, target)}
        </div>
        <section class="oee-part">
            <h2>{t::time()}</h2>
            <p class="muted small">{t::time_hint(&length(row.planned_seconds), &length(row.planned_stop_seconds))}</p>
            {time_bar(&row)}
        </section>
        <section class="oee-part"><h2>{t::losses()}</h2>{losses(view.losses, id, (starts_at, ends_at))}</section>
        <section class="oee-part"><h2>{t::course()}</h2>{course(&view.steps, row.oee_target_percent)}</section>
    }
    .into_any()
}

/// Seconds are more than anybody wants to know here.
fn length(seconds: u64) -> String {
    format::duration(i64::try_from(seconds / 60 * 60).unwrap_or(i64::MAX))
}

fn loss_name(loss: OeeLoss) -> &'static str {
    match loss {
        OeeLoss::Downtime => t::downtime(),
        OeeLoss::Idle => t::idle(),
        OeeLoss::NotLoaded => t::not_loaded(),
        OeeLoss::Speed => t::speed(),
        OeeLoss::Quality => t::quality_loss(),
    }
}

fn time_bar(row: &OeeRow) -> AnyView {
    let used = row.run_seconds.saturating_sub(row.speed_loss_seconds + row.quality_loss_seconds);
    let parts = [
        ("used", t::used(), used),
        ("quality", t::quality_loss(), row.quality_loss_seconds),
        ("speed", t::speed(), row.speed_loss_seconds),
        ("idle", t::idle(), row.idle_seconds),
        ("downtime", t::downtime(), row.downtime_seconds),
        ("not_loaded", t::not_loaded(), row.not_loaded_seconds),
    ];
    let all = parts.iter().map(|(_, _, seconds)| seconds).sum::<u64>().max(1);
    let shown = parts.into_iter().filter(|(_, _, seconds)| *seconds > 0).collect::<Vec<_>>();
    let part = |(kind, name, seconds): &(&'static str, &'static str, u64)| {
        let share = seconds.saturating_mul(1000) / all;
        let width = format!("{}.{}%", share / 10, share % 10);
        view! { <i data-part=*kind style:width=width title=format!("{name}: {}", length(*seconds))></i> }
    };
    let key = |(kind, name, seconds): &(&'static str, &'static str, u64)| {
        view! { <li><i data-part=*kind aria-hidden="true"></i>{*name}" "<b>{length(*seconds)}</b></li> }
    };
    view! {
        <div class="oee-bar" aria-hidden="true">{shown.iter().map(part).collect_view()}</div>
        <ul class="oee-key">{shown.iter().map(key).collect_view()}</ul>
    }
    .into_any()
}

/// The Pareto of the losses; those with records of their own lead there.
fn losses(losses: Vec<OeeLossView>, center: WorkCenterId, (since, until): (Instant, Instant)) -> AnyView {
    if losses.is_empty() {
        return view! { <p class="muted">{t::no_losses()}</p> }.into_any();
    }
    let most = losses.first().map_or(1, |loss| loss.seconds).max(1);
    let heads = vec![
        Head::text(t::loss()),
        Head::text(t::hours()).width(320),
        Head::number(t::times()).width(100),
        Head::number(t::share()).width(90),
        Head::number(t::cumulative()).width(100),
    ];
    let line = move |loss: &OeeLossView| {
        let name = match loss.loss {
            OeeLoss::Downtime | OeeLoss::Quality => {
                let reason = if loss.loss_reason_name.is_empty() { t::no_reason() } else { &loss.loss_reason_name };
                format!("{}: {reason}", loss_name(loss.loss))
            }
            OeeLoss::Idle | OeeLoss::NotLoaded | OeeLoss::Speed => loss_name(loss.loss).to_owned(),
        };
        let name = match loss.loss_reason_id.filter(|_| loss.loss == OeeLoss::Downtime) {
            Some(reason) => {
                let href = Noun::Downtimes.filtered(&[
                    ("work_center_id", &center.to_string()),
                    ("loss_reason_id", &reason.to_string()),
                    ("since", &format::instant_text(since)),
                    ("until", &format::instant_text(until)),
                ]);
                view! { <a href=href>{name}</a> }.into_any()
            }
            None => name.into_any(),
        };
        let share = loss.seconds.saturating_mul(100) / most;
        let times = if loss.times > 0 { Cell::whole(loss.times) } else { Cell::Empty };
        Line::of(vec![
            name,
            view! {
                <span class="oee-loss">
                    <i data-part=loss.loss.as_str() style:width=format!("{}px", share * 2) aria-hidden="true"></i>
                    {length(loss.seconds)}
                </span>
            }
            .into_any(),
            times.view(),
            format!("{} %", format::fixed(loss.share_percent, 1)).into_any(),
            format!("{} %", format::fixed(loss.cumulative_percent, 1)).into_any(),
        ])
    };
    let lines = Callback::new(move |()| losses.iter().map(line).collect());
    view! { <FactTable title=t::losses() heads lines/> }.into_any()
}

/// A column for each day or month, with the target across.
fn course(steps: &[OeeStep], target: Option<Decimal>) -> AnyView {
    let column = |step: &OeeStep| {
        let first = format::parse_iso_date(&step.from).map(format::day).unwrap_or_default();
        let last = format::parse_iso_date(&step.until).map(format::day).unwrap_or_default();
        let days = if first == last { first } else { format!("{first} – {last}") };
        let value = step.oee_percent.map_or_else(|| t::nothing_planned().to_owned(), |oee| percent(Some(oee)));
        let words = format!("{days}: {value}");
        let spoken = words.clone();
        view! {
            <li title=words>
                <span class="sr-only">{spoken}</span>
                <i aria-hidden="true" style:height=width(step.oee_percent) data-none=step.oee_percent.is_none().then_some("")></i>
            </li>
        }
    };
    let line =
        target.map(|target| view! { <b class="oee-target" style:bottom=width(Some(target)) aria-hidden="true"></b> });
    let ends = steps.first().zip(steps.last()).map(|(first, last)| {
        let day = |text: &str| format::parse_iso_date(text).map(format::day).unwrap_or_default();
        view! { <p class="oee-ends muted small"><span>{day(&first.from)}</span><span>{day(&last.until)}</span></p> }
    });
    view! { <ul class="oee-course">{steps.iter().map(column).collect_view()}{line}</ul> {ends} }.into_any()
}
