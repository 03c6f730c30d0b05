//! What can be done with a work order: start, pause, resume, report, finish, reopen, assign.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_api::work_orders::{
    AssignWorkOrder, GetWorkOrder, PauseWorkOrder, ReopenWorkOrder, ResumeWorkOrder, StartWorkOrder, WorkOrderView,
};
use mrp_domain::ids::WorkOrderId;
use mrp_domain::work_order::WorkOrderState;
use serde_json::Value;

use crate::api::{self, Answer, Call, Pending};
use crate::i18n::text::{self, work_orders as t};
use crate::pages::users;
use crate::sentences;
use crate::session;
use crate::ui::ask::Ask;
use crate::ui::field::Field;
use crate::ui::toast;

/// A work order on the screen.
#[derive(Clone, Copy)]
pub struct WorkOrder {
    /// Which one.
    pub id: WorkOrderId,
    /// What the server said of it last; `None` until the first answer.
    pub answer: RwSignal<Option<Answer<WorkOrderView>>>,
    /// Whether a command is on its way.
    pub busy: RwSignal<bool>,
    /// The question that is open.
    pub ask: RwSignal<Option<Ask>>,
    /// The report that is being written; true when it is the last one.
    pub reporting: RwSignal<Option<bool>>,
}

impl WorkOrder {
    /// A work order that has not been read yet.
    #[must_use]
    pub fn new(id: WorkOrderId) -> Self {
        Self {
            id,
            answer: RwSignal::new(None),
            busy: RwSignal::new(false),
            ask: RwSignal::new(None),
            reporting: RwSignal::new(None),
        }
    }

    /// Reads it.
    pub fn load(self) {
        spawn_local(async move {
            let answer = api::get::<GetWorkOrder>(&IdPath { id: self.id }, &Empty {}).await;
            // What a command has overtaken meanwhile is not shown.
            self.answer.try_update(|shown| match (&answer, &*shown) {
                (Ok(read), Some(Ok(shown))) if read.version < shown.version => {}
                _ => *shown = Some(answer),
            });
        });
    }

    /// What was read last.
    #[must_use]
    pub fn view(&self) -> Option<WorkOrderView> {
        self.answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().ok().cloned()))
    }

    /// Carries out a command; what it answers is shown.
    ///
    /// # Errors
    /// As the server refuses.
    pub async fn carry_out<E>(self, body: E::Body) -> Answer<()>
    where
        E: Endpoint<Path = IdPath<WorkOrderId>, Reply = WorkOrderView>,
    {
        self.command(api::call::<E>(), api::encode(&body)).await
    }

    /// What all commands share, whatever their types.
    fn command(self, call: Call, body: Answer<Value>) -> Pending<()> {
        let version = self.answer.with_untracked(|answer| answer.as_ref()?.as_ref().ok().map(|view| view.version));
        let sent = body.map(|body| call(serde_json::json!({ "id": self.id }), version, body));
        Box::pin(async move {
            match sent?.await.and_then(api::decode) {
                Ok(view) => {
                    self.answer.try_set(Some(Ok(view)));
                    Ok(())
                }
                Err(failure) => {
                    if failure.is_conflict() {
                        self.load();
                    }
                    Err(failure)
                }
            }
        })
    }

    fn run<E>(self, body: E::Body, done: &'static str)
    where
        E: Endpoint<Path = IdPath<WorkOrderId>, Reply = WorkOrderView>,
    {
        self.start(api::call::<E>(), api::encode(&body), done);
    }

    fn start(self, call: Call, body: Answer<Value>, done: &'static str) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let sent = self.command(call, body);
        spawn_local(async move {
            let answer = sent.await;
            self.busy.try_set(false);
            match answer {
                Ok(()) => toast::done(done),
                Err(failure) => toast::failed(&failure),
            }
        });
    }

    fn answers<E>(self) -> impl Fn(Value) -> Pending<()> + Send + Sync
    where
        E: Endpoint<Path = IdPath<WorkOrderId>, Reply = WorkOrderView>,
    {
        move |body| self.command(api::call::<E>(), Ok(body))
    }
}

/// Why a command cannot be carried out now. Reasons in `asked` are settled by a question.
#[must_use]
pub fn why_not<E: Endpoint>(view: &WorkOrderView, command: &str, asked: &[&str]) -> Option<String> {
    if !session::may_call::<E>() {
        return Some(text::form::no_permission().to_owned());
    }
    let action = view.actions.iter().find(|action| action.command == command)?;
    let code = action.reason.as_deref().unwrap_or_default();
    if action.allowed || asked.contains(&code) {
        return None;
    }
    let known = sentences::error(code).map(str::to_owned);
    known.or_else(|| action.detail.clone()).or_else(|| Some(text::errors::state_forbids().to_owned()))
}

/// The one thing to do with a work order next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Start it.
    Start,
    /// Go on with it.
    Resume,
    /// Report pieces.
    Report,
    /// Close it.
    Finish,
    /// Nothing.
    Nothing,
}

/// What to do next.
#[must_use]
pub fn next(view: &WorkOrderView) -> Next {
    let row = &view.row;
    match row.state {
        WorkOrderState::Waiting | WorkOrderState::Ready => Next::Start,
        WorkOrderState::Paused => Next::Resume,
        WorkOrderState::InProgress if row.qty_done + row.qty_scrapped >= row.quantity => Next::Finish,
        WorkOrderState::InProgress => Next::Report,
        WorkOrderState::Finished | WorkOrderState::Cancelled => Next::Nothing,
    }
}

/// Starts the clock.
pub fn start(work: WorkOrder) {
    work.run::<StartWorkOrder>(Empty {}, t::done_start());
}

/// Starts the clock again.
pub fn resume(work: WorkOrder) {
    work.run::<ResumeWorkOrder>(Empty {}, t::done_resume());
}

/// Stops all clocks, with a reason.
pub fn pause(work: WorkOrder) {
    let reason = Field::text("reason", t::reason(), 500).required().span(12);
    let ask = Ask::new(t::pause(), t::pause(), work.answers::<PauseWorkOrder>());
    work.ask.set(Some(ask.hint(t::pause_hint()).field(reason)));
}

/// Opens a finished one again, with a reason.
pub fn reopen(work: WorkOrder) {
    let reason = Field::text("reason", t::reason(), 500).required().span(12);
    work.ask.set(Some(Ask::new(t::reopen(), t::reopen(), work.answers::<ReopenWorkOrder>()).field(reason)));
}

/// Who shall work on it.
#[must_use]
pub fn operators() -> Field {
    Field::records("operator_ids", t::operators(), users::picker())
}

/// Says who shall work on it.
pub fn assign(work: WorkOrder, view: &WorkOrderView) {
    let ids = view.operators.iter().map(|one| one.user_id.to_string()).collect::<Vec<_>>().join(",");
    let field = operators().start(ids);
    let ask = Ask::new(t::assign(), t::save(), work.answers::<AssignWorkOrder>());
    work.ask.set(Some(ask.hint(t::assign_hint()).field(field)));
}
