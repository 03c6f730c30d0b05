//! The form of a work center.

use leptos::prelude::*;
use mrp_api::access::Permission;
use mrp_api::work_centers::{CreateWorkCenter, DeleteWorkCenter, GetWorkCenter, UpdateWorkCenter, WorkCenterView};
use mrp_api::work_schedules::{GetWorkSchedule, ListWorkSchedules, WorkScheduleView};
use mrp_domain::work_center::WorkCenterKind;
use serde_json::Value;

use crate::i18n::text::{self, work_centers as t};
use crate::links::Noun;
use crate::pages::downtimes::standing::Standing;
use crate::pages::work_centers::load::Load;
use crate::pages::work_centers::{kind_name, picker};
use crate::ui::ask::Asks;
use crate::ui::field::{Field, words};
use crate::ui::field_view::Fields;
use crate::ui::form::Form;
use crate::ui::page::RailSection;
use crate::ui::picker::{Choice, Picker};
use crate::ui::record::{Record, record_page};
use crate::ui::state::{Shape, State};
use crate::{format, session};

/// The page of one work center, or of a new one.
#[must_use]
pub fn page(id: Option<String>) -> AnyView {
    let record = Record::of::<GetWorkCenter, UpdateWorkCenter>("work_center", t::title(), fields())
        .creates::<CreateWorkCenter>(t::new())
        .deletes::<DeleteWorkCenter>()
        .drawn(draw);
    record_page(record, Noun::WorkCenters, id)
}

fn draw(form: Form, view: Value, read_only: bool) -> AnyView {
    let center = crate::json::read::<WorkCenterView>(view).ok();
    let exists = center.is_some();
    let ask = RwSignal::new(None);
    view! {
        <div class="body">
            <div class="body-main">
                {costs_nothing(form)}
                <Fields form read_only exists/>
            </div>
            {center.map(|center| view! {
                <aside class="rail">
                    <RailSection title=text::downtimes::state()><Standing center=center.id ask/></RailSection>
                    <Load id=center.id capacity=center.capacity/>
                </aside>
            })}
        </div>
        <Asks ask/>
    }
    .into_any()
}

/// Told as long as no cost per hour is typed: what runs here would look free.
fn costs_nothing(form: Form) -> Option<impl IntoView> {
    let cost = form.slot("costs_hour").filter(|_| session::may(Permission::CostRead))?;
    let is_free = move || format::parse_number(&cost.value.get()).is_none_or(|cost| cost.is_zero());
    Some(view! {
        <Show when=is_free>
            <p class="form-notice"><State shape=Shape::Waiting word=t::no_cost()/>" "{t::costs_hour_hint()}</p>
        </Show>
    })
}

/// Its fields.
#[must_use]
pub fn fields() -> Vec<Field> {
    let schedule = |row: WorkScheduleView| Choice::new(row.id, row.name, "");
    let schedules = Picker::of::<ListWorkSchedules, GetWorkSchedule, _, _>(schedule, schedule);
    let per_hour = t::per_hour(&session::currency());
    vec![
        Field::text("code", t::code(), 40).required().span(3),
        Field::text("name", t::name(), 200).required().span(6),
        Field::choice("kind", t::kind(), words(WorkCenterKind::ALL, WorkCenterKind::as_str, kind_name))
            .required()
            .span(3),
        Field::whole("capacity", t::capacity()).required().min(1).start("1").hint(t::capacity_hint()),
        Field::number("efficiency_percent", t::efficiency())
            .required()
            .above(0)
            .max(1000)
            .start("100")
            .unit("%")
            .hint(t::efficiency_hint()),
        Field::record("work_schedule_id", t::work_schedule(), schedules)
            .label_from("work_schedule_name")
            .hint(t::work_schedule_hint()),
        Field::duration("setup_seconds", t::setup()).heading(t::times()),
        Field::duration("cleanup_seconds", t::cleanup()),
        Field::number("oee_target_percent", t::oee_target()).min(0).max(100).unit("%"),
        Field::number("costs_hour", t::costs_hour())
            .min(0)
            .unit(per_hour.clone())
            .needs(Permission::CostRead)
            .heading(t::costs())
            .span(4)
            .hint(t::costs_hour_hint()),
        Field::number("labour_cost_hour", t::labour_cost_hour())
            .min(0)
            .unit(per_hour)
            .needs(Permission::CostRead)
            .span(4)
            .hint(t::labour_cost_hour_hint()),
        Field::records("alternative_ids", t::alternatives(), picker()).hint(t::alternatives_hint()),
        Field::long_text("description", t::description()),
        Field::check("active", t::active()).start("true").hint(t::active_hint()),
    ]
}

#[cfg(test)]
mod tests {
    use mrp_api::work_centers::WorkCenterInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        crate::ui::form::assert_fits::<WorkCenterInput>(&fields(), &[("code", "WELD-1"), ("name", "Sudură MIG 1")]);
    }
}
