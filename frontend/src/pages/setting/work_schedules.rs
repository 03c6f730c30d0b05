//! Work schedules: list and editor. The week is drawn by [`Week`], the resulting hours by [`Month`].

use leptos::prelude::*;
use mrp_api::data_files::DataFileKind;
use mrp_api::work_schedules::{
    CreateWorkSchedule, DeleteWorkSchedule, GetWorkSchedule, ListWorkSchedules, UpdateWorkSchedule, WorkScheduleView,
};
use serde_json::Value;

use crate::format;
use crate::i18n::text::work_schedules as t;
use crate::pages::setting::record_on;
use crate::pages::setting::work_schedule_month::Month;
use crate::pages::setting::work_schedule_week::{WEEKDAYS, Week, weekday_name};
use crate::session;
use crate::ui::cell::Cell;
use crate::ui::field::{Field, Kind};
use crate::ui::field_view::{FieldView, Summary};
use crate::ui::form::Form;
use crate::ui::list::{Column, List, list_page};
use crate::ui::list_state::RowKey;
use crate::ui::record::{Record, RecordDialog};
use crate::ui::state::Shape;

/// The tab.
#[must_use]
pub fn tab() -> AnyView {
    let columns = vec![
        Column::new("name", t::name(), |row: &WorkScheduleView| Cell::Name(row.name.clone())).sortable(),
        Column::new("is_default", t::is_default(), |row: &WorkScheduleView| {
            if row.is_default { Cell::State(Shape::Ok, t::is_default().to_owned()) } else { Cell::Empty }
        })
        .width(130),
        Column::new("shifts", t::shifts(), |row: &WorkScheduleView| Cell::text(shift_names(row))).width(220),
        Column::new("weekly", t::weekly(), |row: &WorkScheduleView| {
            Cell::duration(i64::try_from(row.weekly_seconds).unwrap_or(i64::MAX))
        })
        .width(150)
        .number(),
        Column::new("validity", t::valid_from(), |row: &WorkScheduleView| Cell::text(validity(row))).width(220),
        Column::new("zone", t::zone(), |row: &WorkScheduleView| Cell::text(row.zone.clone())).width(160).hidden(),
    ];
    let list = List::of::<ListWorkSchedules, _>("work_schedule", t::title(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.name.clone(),
        version: row.version,
        href: record_on("work_schedules", &row.id.to_string()),
        is_muted: false,
    })
    .creates::<CreateWorkSchedule>(t::new(), record_on("work_schedules", "new"))
    .edits::<GetWorkSchedule, UpdateWorkSchedule>(fields())
    .files(DataFileKind::WorkSchedules)
    .empty(t::empty(), t::empty_hint())
    .embedded();
    let record = Record::of::<GetWorkSchedule, UpdateWorkSchedule>("work_schedule", t::title(), fields())
        .creates::<CreateWorkSchedule>(t::new())
        .deletes::<DeleteWorkSchedule>()
        .drawn(draw);
    view! { {list_page(list)} <RecordDialog record/> }.into_any()
}

/// Each shift's name once, in the order of the week.
fn shift_names(row: &WorkScheduleView) -> String {
    let mut names = Vec::new();
    for shift in &row.shifts {
        let name = format!("{} {}–{}", shift.name, shift.from, shift.until);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

fn validity(row: &WorkScheduleView) -> String {
    let shown = |date: &Option<String>| {
        date.as_deref().map(|date| format::parse_iso_date(date).map_or_else(|| date.to_owned(), format::day))
    };
    match (shown(&row.valid_from), shown(&row.valid_until)) {
        (None, None) => t::always().to_owned(),
        (from, until) => format!("{} – {}", from.unwrap_or_default(), until.unwrap_or_default()),
    }
}

fn draw(form: Form, view: Value, read_only: bool) -> AnyView {
    let id = crate::json::read::<WorkScheduleView>(view).ok().map(|view| view.id);
    let (weeks, others) = form
        .slots()
        .into_iter()
        .partition::<Vec<_>, _>(|slot| slot.field.with_value(|field| matches!(field.kind, Kind::Lines(_))));
    view! {
        <div class="form">
            <Summary form/>
            {others.into_iter().map(|slot| view! { <FieldView entry=slot id="field" read_only/> }).collect_view()}
        </div>
        {weeks.into_iter().map(|slot| view! { <Week entry=slot read_only/> }).collect_view()}
        {id.map(|id| view! { <Month id/> })}
    }
    .into_any()
}

fn fields() -> Vec<Field> {
    let weekdays = WEEKDAYS.iter().map(|day| (i64::from(*day), weekday_name(*day).to_owned())).collect();
    let zone = session::session().with(|session| session.as_ref().map(|session| session.setting.zone.clone()));
    let breaks = vec![
        Field::time("from", t::from()).required().start("12:00"),
        Field::time("until", t::until()).required().start("12:30"),
    ];
    let shift = vec![
        Field::text("name", t::shift(), 60).required().start(t::first_shift()),
        Field::number_choice("weekday", t::weekday(), weekdays).required(),
        Field::time("from", t::from()).required().start("06:00"),
        Field::time("until", t::until()).required().start("14:00"),
        Field::lines("breaks", t::breaks(), breaks),
    ];
    vec![
        Field::text("name", t::name(), 100).required().span(6),
        Field::text("zone", t::zone(), 60).required().start(zone.unwrap_or_default()).span(6),
        Field::date("valid_from", t::valid_from()).span(3),
        Field::date("valid_until", t::valid_until()).span(3),
        Field::check("is_default", t::is_default()).hint(t::is_default_hint()),
        Field::lines("shifts", t::shifts(), shift),
    ]
}

#[cfg(test)]
mod tests {
    use mrp_api::work_schedules::WorkScheduleInput;

    use super::*;

    #[test]
    fn the_form_sends_what_the_api_takes() {
        let samples = [("name", "Două schimburi"), ("zone", "Europe/Bucharest")];
        crate::ui::form::assert_fits::<WorkScheduleInput>(&fields(), &samples);
    }
}
