//! Work schedules: one default, faults with their places, hours on the shop's clock.

use mrp_api::endpoint::IdPath;
use mrp_api::shop_closures::{ClosureKind, CreateShopClosure};
use mrp_api::work_centers::CreateWorkCenter;
use mrp_api::work_schedules::{
    CreateWorkSchedule, GetWorkCenterHours, GetWorkSchedule, GetWorkingWindows, Shift, ShiftBreak, WindowsQuery,
};
use mrp_test_support::app::TestApp;

fn shift(weekday: u8, from: &str, until: &str) -> Shift {
    Shift { name: "Night".to_owned(), weekday, from: from.to_owned(), until: until.to_owned(), breaks: Vec::new() }
}

#[tokio::test]
async fn only_one_work_schedule_is_the_default() {
    let app = TestApp::new().await;
    let factory = app.factory();
    let mut input = factory.work_schedule_input();
    input.is_default = true;
    let first = app.admin().post::<CreateWorkSchedule>(&input).await.ok();
    input.name = "Another".to_owned();
    let second = app.admin().post::<CreateWorkSchedule>(&input).await.ok();
    let first = app.admin().get::<GetWorkSchedule>(&IdPath { id: first.id }).await.ok();
    assert_eq!((first.is_default, second.is_default), (false, true));
    app.finish().await;
}

#[tokio::test]
async fn every_time_that_cannot_be_read_is_named_with_its_place() {
    let app = TestApp::new().await;
    let mut input = app.factory().work_schedule_input();
    input.shifts = vec![shift(1, "06:00", "14:00"), shift(2, "25:00", "25:00"), shift(3, "06:00", "noon")];
    let problem = app.admin().post::<CreateWorkSchedule>(&input).await.problem();
    let named = problem.errors.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>();
    assert_eq!(named, ["/shifts/1/from", "/shifts/1/until", "/shifts/2/until"]);
    app.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_schedule_has_a_name_that_can_be_told_in_any_language() {
    let app = TestApp::new().await;
    let mut input = app.factory().work_schedule_input();
    input.shifts = vec![shift(1, "06:00", "14:00"), shift(1, "13:00", "22:00")];
    input.shifts[0].breaks = vec![ShiftBreak { from: "15:00".to_owned(), until: "15:30".to_owned() }];
    (input.valid_from, input.valid_until) = (Some("2027-02-01".to_owned()), Some("2027-01-01".to_owned()));
    let problem = app.admin().post::<CreateWorkSchedule>(&input).await.problem();
    let mut told = problem.errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect::<Vec<_>>();
    told.sort_unstable();
    let expected = [
        ("/shifts/0/breaks/0/from", "break_outside_shift"),
        ("/shifts/1/from", "shifts_overlap"),
        ("/valid_until", "days_reversed"),
    ];
    assert_eq!(told, expected);
    app.finish().await;
}

#[tokio::test]
async fn the_night_of_the_spring_change_has_seven_hours() {
    let app = TestApp::new().await;
    let mut input = app.factory().work_schedule_input();
    "Europe/Bucharest".clone_into(&mut input.zone);
    (input.valid_from, input.valid_until) = (None, None);
    input.shifts = vec![shift(6, "22:00", "06:00")];
    let schedule = app.admin().post::<CreateWorkSchedule>(&input).await.ok();
    let query = WindowsQuery {
        from: Some("2027-03-27".to_owned()),
        until: Some("2027-03-28".to_owned()),
        ..WindowsQuery::default()
    };
    let path = IdPath { id: schedule.id };
    let view = app.admin().call::<GetWorkingWindows>(&path, &query, &Default::default()).await.ok();
    let hours = view.windows.iter().map(|window| window.finish.since(window.start).get() / 3_600).collect::<Vec<_>>();
    assert_eq!(hours, [7]);
    app.finish().await;
}

#[tokio::test]
async fn a_work_center_has_the_hours_of_its_schedule_less_its_own_closures() {
    let app = TestApp::new().await;
    let (admin, factory) = (app.admin(), app.factory());
    let mut input = factory.work_schedule_input();
    input.shifts = vec![shift(1, "06:00", "14:00"), shift(2, "06:00", "14:00")];
    input.is_default = true;
    admin.post::<CreateWorkSchedule>(&input).await.ok();
    let (saw, drill) = (factory.work_center_input(None), factory.work_center_input(None));
    let saw = admin.post::<CreateWorkCenter>(&saw).await.ok();
    let drill = admin.post::<CreateWorkCenter>(&drill).await.ok();
    let mut closure = factory.shop_closure_input();
    closure.kind = ClosureKind::TechnicalShutdown;
    "2026-12-08".clone_into(&mut closure.date_from);
    "2026-12-08".clone_into(&mut closure.date_until);
    (closure.time_from, closure.time_until) = (None, None);
    closure.work_center_id = Some(saw.id);
    admin.post::<CreateShopClosure>(&closure).await.ok();
    let query = WindowsQuery {
        from: Some("2026-12-07".to_owned()),
        until: Some("2026-12-13".to_owned()),
        ..WindowsQuery::default()
    };
    let days = async |id| {
        let view = admin.call::<GetWorkCenterHours>(&IdPath { id }, &query, &Default::default()).await.ok();
        let why = view.closures.into_iter().map(|closed| (closed.reason, closed.date_from, closed.is_whole_day));
        (view.windows.len(), why.collect::<Vec<_>>())
    };
    let why = (closure.reason.clone(), "2026-12-08".to_owned(), true);
    assert_eq!((days(saw.id).await, days(drill.id).await), ((1, vec![why]), (2, Vec::new())));
    app.finish().await;
}
