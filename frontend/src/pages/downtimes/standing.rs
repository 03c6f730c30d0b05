//! Whether a work center stands: says so on the pages about it, and reports that it stands or runs again.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::downtimes::{CreateDowntime, DowntimeInput, DowntimeQuery, DowntimeView, ListDowntimes, UpdateDowntime};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::patch::Patch;
use mrp_domain::ids::{LossReasonId, WorkCenterId};
use serde::Deserialize;
use serde_json::Value;

use crate::api::{self, Answer, Pending};
use crate::i18n::text::downtimes as t;
use crate::links::Noun;
use crate::pages::downtimes::reason_picker;
use crate::ui::ask::Ask;
use crate::ui::button::Button;
use crate::ui::field::Field;
use crate::ui::page::loaded;
use crate::ui::state::{Shape, State};
use crate::ui::toast;
use crate::{format, live, session};

/// What is asked when a work center is reported to stand.
#[derive(Debug, Deserialize)]
struct Reported {
    loss_reason_id: LossReasonId,
    note: String,
}

/// The state of one work center, with its buttons.
#[component]
pub fn Standing(
    /// The work center.
    center: WorkCenterId,
    /// Where the page puts its questions.
    ask: RwSignal<Option<Ask>>,
) -> impl IntoView {
    let answer = RwSignal::new(None::<Answer<Option<DowntimeView>>>);
    let load = move || {
        spawn_local(async move {
            let query = DowntimeQuery {
                work_center_id: Some(center),
                running: Some(true),
                limit: Some(1),
                ..DowntimeQuery::default()
            };
            let found = api::get::<ListDowntimes>(&Empty {}, &query).await;
            answer.try_set(Some(found.map(|page| page.items.into_iter().next())));
        });
    };
    let revision = live::revision("downtime".to_owned());
    Effect::new(move |_| {
        revision.track();
        load();
    });
    let draw = move |downtime: Option<DowntimeView>| match downtime {
        Some(downtime) => stands(downtime),
        None => runs(center, ask),
    };
    view! { <div class="standing">{loaded(answer, Callback::new(move |()| load()), draw)}</div> }
}

fn stands(downtime: DowntimeView) -> AnyView {
    let busy = RwSignal::new(false);
    let href = Noun::Downtimes.record(downtime.id);
    let words = t::stands_for(&downtime.loss_reason_name);
    let since = t::since(&format::moment(downtime.started_at));
    let note = (!downtime.note.is_empty()).then(|| view! { <p class="muted small">{downtime.note.clone()}</p> });
    let end = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let input = DowntimeInput { finished_at: Some(format::now()), ..DowntimeInput::from(downtime.clone()) };
        let sent =
            api::send::<UpdateDowntime>(&IdPath { id: downtime.id }, Some(downtime.version), &Patch::whole(&input));
        spawn_local(async move {
            let answer = sent.await;
            busy.try_set(false);
            match answer {
                Ok(_) => toast::done(t::done_runs()),
                Err(failure) => toast::failed(&failure),
            }
        });
    };
    let button = session::may_call::<UpdateDowntime>()
        .then(|| view! { <Button label=t::runs_again() icon="play" busy on_press=move |()| end()/> });
    view! {
        <p><a href=href><State shape=Shape::Blocking word=words/></a></p>
        <p class="muted small">{since}</p>
        {note}
        {button}
    }
    .into_any()
}

fn runs(center: WorkCenterId, ask: RwSignal<Option<Ask>>) -> AnyView {
    let question = move || {
        let fields = [
            Field::record("loss_reason_id", t::reason(), reason_picker()).required().span(12).hint(t::reason_hint()),
            Field::long_text("note", t::note()),
        ];
        let question = Ask::new(t::report(), t::report(), move |body| report(center, body)).hint(t::report_hint());
        ask.set(Some(fields.into_iter().fold(question, Ask::field)));
    };
    let button = session::may_call::<CreateDowntime>()
        .then(|| view! { <Button label=t::report() icon="pause" on_press=move |()| question()/> });
    view! { <p><State shape=Shape::Ok word=t::runs()/></p> {button} }.into_any()
}

fn report(work_center_id: WorkCenterId, body: Value) -> Pending<()> {
    Box::pin(async move {
        let said: Reported = api::decode(body)?;
        let input = DowntimeInput {
            work_center_id,
            loss_reason_id: said.loss_reason_id,
            started_at: format::now(),
            finished_at: None,
            note: said.note,
        };
        let _made = api::send::<CreateDowntime>(&Empty {}, None, &input).await?;
        toast::done(t::done_stands());
        Ok(())
    })
}
