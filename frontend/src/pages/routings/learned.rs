//! What finished work orders say of an operation's cycle time: beside the operation, with the work orders it comes from.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::routings::{GetLearnedTimes, LearnedTimeView};
use mrp_domain::ids::RoutingId;
use mrp_domain::work_order_duration::{NothingLearned, TimeMode};

use crate::i18n::text::routings as t;
use crate::links::Noun;
use crate::ui::button::{Button, Look};
use crate::ui::cell::Cell;
use crate::ui::dialog::Dialog;
use crate::ui::state::{Shape, State};
use crate::ui::table::{FactTable, Head, Line};
use crate::{api, format, live};

/// The learned times of the routing on the page.
#[derive(Clone, Copy)]
pub struct LearnedTimes {
    items: RwSignal<Vec<LearnedTimeView>>,
}

impl LearnedTimes {
    /// Those of a routing; one that is not stored yet has none.
    #[must_use]
    pub fn new(routing: Option<RoutingId>) -> Self {
        let items = RwSignal::new(Vec::new());
        if let Some(id) = routing {
            let (work, own) = (live::revision("work_order".to_owned()), live::revision(id.to_string()));
            Effect::new(move |_| {
                work.track();
                own.track();
                spawn_local(async move {
                    if let Ok(answer) = api::get::<GetLearnedTimes>(&IdPath { id }, &Empty {}).await {
                        items.try_set(answer.items);
                    }
                });
            });
        }
        Self { items }
    }

    fn of(self, operation: &str) -> Option<LearnedTimeView> {
        self.items.with(|all| all.iter().find(|one| one.operation_id.to_string() == operation).cloned())
    }

    /// The learned cycle of an operation in seconds.
    #[must_use]
    pub fn cycle_seconds(self, operation: &str) -> Option<u32> {
        self.of(operation)?.learned_cycle_seconds
    }
}

/// What a mode is called.
#[must_use]
pub fn mode_name(mode: TimeMode) -> &'static str {
    match mode {
        TimeMode::Manual => t::time_typed(),
        TimeMode::Learned => t::time_learned(),
    }
}

/// The learned time of one operation.
#[component]
pub fn Learned(
    /// The page's times.
    times: LearnedTimes,
    /// The operation's id, as its form has it.
    id: RwSignal<String>,
    /// Its mode.
    mode: RwSignal<String>,
    /// Nothing can be changed.
    read_only: bool,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let one = Memo::new(move |_| id.with(|id| times.of(id)));
    let is_used = Memo::new(move |_| mode.with(|mode| mode == TimeMode::Learned.as_str()));
    let draw = move || one.get().map(|one| said(&one, mode, is_used.get(), open, read_only));
    view! {
        {draw}
        <Dialog open title=t::learned_title().to_owned() wide=true>
            <div class="dialog-body">
                <p class="muted">{t::learned_hint()}</p>
                {move || one.get().map(table)}
            </div>
        </Dialog>
    }
}

fn said(
    one: &LearnedTimeView,
    mode: RwSignal<String>,
    is_used: bool,
    open: RwSignal<bool>,
    read_only: bool,
) -> AnyView {
    let Some(seconds) = one.learned_cycle_seconds else {
        let why = match one.reason {
            Some(NothingLearned::SetupLonger) => t::setup_longer(),
            Some(NothingLearned::NoWorkOrders | NothingLearned::OutOfRange) | None => t::nothing_learned(),
        };
        return is_used.then(|| view! { <State shape=Shape::Waiting word=why/> }).into_any();
    };
    let count = u64::try_from(one.work_orders.len()).unwrap_or_default();
    let label = t::learned(count, &format::duration(i64::from(seconds)));
    let deviation = one.deviation_percent.map(|percent| format::signed_percent(percent, 1));
    let (word, next) = if is_used { (t::use_typed(), TimeMode::Manual) } else { (t::use_learned(), TimeMode::Learned) };
    view! {
        <button type="button" class="link" on:click=move |_| open.set(true)>{label}</button>
        <span class="muted">{deviation}</span>
        {is_used.then(|| view! { <State shape=Shape::Ok word=t::learned_counts()/> })}
        {(!read_only).then(|| view! {
            <Button label=word look=Look::Ghost small=true on_press=move |()| mode.set(next.as_str().to_owned())/>
        })}
    }
    .into_any()
}

fn table(one: LearnedTimeView) -> impl IntoView {
    let heads = vec![
        Head::text(t::learned_work_order()).width(160),
        Head::text(t::learned_order()).width(160),
        Head::text(t::learned_when()),
        Head::number(t::learned_pieces()).width(90),
        Head::number(t::learned_ran()).width(100),
        Head::number(t::cycle()).width(100),
    ];
    let lines = Callback::new(move |()| {
        let line = |from: &mrp_api::routings::LearnedFromView| {
            Line::new(vec![
                Cell::Link(from.number.clone(), Noun::WorkOrders.record(from.id)),
                Cell::Link(
                    from.manufacturing_order_number.clone(),
                    Noun::ManufacturingOrders.record(from.manufacturing_order_id),
                ),
                Cell::moment(Some(from.finished_at)),
                Cell::number(from.quantity),
                Cell::duration(i64::try_from(from.run_seconds).unwrap_or(i64::MAX)),
                from.cycle_seconds.map_or(Cell::Empty, |seconds| Cell::duration(i64::from(seconds))),
            ])
        };
        one.work_orders.iter().map(line).collect()
    });
    view! { <FactTable title=t::learned_title() heads lines/> }
}
