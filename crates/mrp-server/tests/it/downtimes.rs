//! Downtimes over HTTP: nothing starts where a work center stands, and no time stands twice.

use mrp_api::downtimes::{CreateDowntime, DowntimeInput, DowntimeQuery, DowntimeView, ListDowntimes, UpdateDowntime};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::loss_reasons::{CreateLossReason, DeleteLossReason, LossReasonInput, LossReasonView, UpdateLossReason};
use mrp_api::manufacturing_orders::ReasonInput;
use mrp_api::patch::Patch;
use mrp_api::work_orders::{PauseWorkOrder, ResumeWorkOrder, StartWorkOrder};
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::example;
use mrp_domain::ids::{LossReasonId, WorkCenterId};
use mrp_domain::loss_reason::{DowntimeClass, LossKind};
use mrp_domain::time::Seconds;

use crate::shop::{Shop, component, operation};

async fn reason(shop: &Shop, code: &str, downtime_class: Option<DowntimeClass>) -> LossReasonView {
    let kind = if downtime_class.is_some() { LossKind::Downtime } else { LossKind::Scrap };
    let (code, name) = (code.to_owned(), format!("{code} happened"));
    shop.admin.post::<CreateLossReason>(&LossReasonInput { code, name, kind, downtime_class, active: true }).await.ok()
}

/// From and until so many minutes before now.
fn stood(
    shop: &Shop,
    work_center_id: WorkCenterId,
    loss_reason_id: LossReasonId,
    (from, until): (u64, Option<u64>),
) -> DowntimeInput {
    let ago = |minutes: u64| shop.app.clock.now().minus(Seconds::new(minutes * 60));
    let (started_at, finished_at, note) = (ago(from), until.map(ago), String::new());
    DowntimeInput { work_center_id, loss_reason_id, started_at, finished_at, note }
}

async fn change(shop: &Shop, downtime: &DowntimeView, input: &DowntimeInput) -> DowntimeView {
    let path = IdPath { id: downtime.id };
    shop.admin.call_at::<UpdateDowntime>(&path, downtime.version, &Patch::whole(input)).await.ok()
}

#[tokio::test]
async fn nothing_is_started_or_resumed_where_the_work_center_stands_until_it_runs_again() {
    let shop = Shop::open().await;
    let (saw, bench) = (shop.center(example::CUTTING), shop.center(example::QUALITY_CONTROL));
    let steps = vec![operation(10, saw, 60), operation(20, bench, 60)];
    let lines = vec![component(shop.product(example::OAK_BOARD), "2", Some(10))];
    let product = shop.recipe("SHELF", ConsumptionMode::Automatic, steps, lines).await;
    shop.receive(&[(example::OAK_BOARD, "30")]).await;
    let order = shop.planned(product, "10").await;
    let broken = reason(&shop, "BREAKDOWN", Some(DowntimeClass::Unplanned)).await;
    let worker = shop.operator();

    let downtime = worker.post::<CreateDowntime>(&stood(&shop, saw, broken.id, (0, None))).await.ok();
    assert_eq!(downtime.downtime_class, DowntimeClass::Unplanned);
    let work = shop.work(&order, 10).await;
    assert_eq!(work.row.blocked_by.as_deref(), Some("BREAKDOWN happened"));
    let start = work.actions.iter().find(|action| action.command == "start").expect("start is offered");
    assert!(start.reason.is_some(), "the button says why not: {start:?}");
    let refused = shop.on::<StartWorkOrder>(&worker, &work, &Empty {}).await;
    let problem = refused.problem();
    assert_eq!(problem.code, codes::WORK_CENTER_BLOCKED.code);
    assert!(problem.detail.contains("BREAKDOWN happened"), "{}", problem.detail);

    shop.pass_minutes(30);
    let over = DowntimeInput { finished_at: Some(shop.app.clock.now()), ..DowntimeInput::from(downtime.clone()) };
    let downtime = change(&shop, &downtime, &over).await;
    let work = shop.work(&order, 10).await;
    assert_eq!(work.row.blocked_by, None);
    let work = shop.on::<StartWorkOrder>(&worker, &work, &Empty {}).await.ok();
    let because = ReasonInput { reason: "Lunch".to_owned() };
    let work = shop.on::<PauseWorkOrder>(&worker, &work, &because).await.ok();
    let again = DowntimeInput { finished_at: None, ..DowntimeInput::from(downtime.clone()) };
    change(&shop, &downtime, &again).await;
    shop.on::<ResumeWorkOrder>(&worker, &work, &Empty {}).await.refused_with(&codes::WORK_CENTER_BLOCKED);
    shop.close().await;
}

#[tokio::test]
async fn a_work_center_does_not_stand_twice_at_the_same_time() {
    let shop = Shop::open().await;
    let (saw, other) = (shop.center(example::CUTTING), shop.center(example::WELDING));
    let broken = reason(&shop, "BREAKDOWN", Some(DowntimeClass::Unplanned)).await;
    let service = reason(&shop, "SERVICE", Some(DowntimeClass::Planned)).await;
    let post =
        async |center, reason, minutes| shop.admin.post::<CreateDowntime>(&stood(&shop, center, reason, minutes)).await;
    let first = post(saw, broken.id, (120, Some(60))).await.ok();
    for minutes in [(90, Some(80)), (200, Some(119)), (61, Some(10)), (300, None)] {
        post(saw, service.id, minutes).await.refused_with(&codes::DOWNTIME_OVERLAPS);
    }
    let _ = post(saw, service.id, (60, Some(30))).await.ok();
    let _ = post(other, service.id, (90, Some(80))).await.ok();
    let now = post(saw, broken.id, (10, None)).await.ok();
    post(saw, service.id, (5, None)).await.refused_with(&codes::DOWNTIME_OVERLAPS);
    let longer = DowntimeInput { note: "Belt".to_owned(), ..stood(&shop, saw, broken.id, (120, Some(61))) };
    assert_eq!(change(&shop, &first, &longer).await.note, "Belt");

    let running = DowntimeQuery { running: Some(true), ..DowntimeQuery::default() };
    let listed = shop.admin.list::<ListDowntimes>(&running).await.ok().items;
    assert_eq!(listed.iter().map(|row| row.id).collect::<Vec<_>>(), [now.id]);
    let reached = DowntimeQuery {
        work_center_id: Some(saw),
        since: Some(shop.app.clock.now().minus(Seconds::new(60 * 60))),
        ..DowntimeQuery::default()
    };
    assert_eq!(shop.admin.list::<ListDowntimes>(&reached).await.ok().total, 2, "what ended before is not there");
    shop.close().await;
}

#[tokio::test]
async fn two_reports_of_one_breakdown_at_the_same_moment_leave_one() {
    let shop = Shop::open().await;
    let saw = shop.center(example::CUTTING);
    let broken = reason(&shop, "BREAKDOWN", Some(DowntimeClass::Unplanned)).await;
    let input = stood(&shop, saw, broken.id, (0, None));
    let (one, two) = tokio::join!(shop.admin.post::<CreateDowntime>(&input), shop.admin.post::<CreateDowntime>(&input));
    let refused = if one.raw.status == 201 { two } else { one };
    refused.refused_with(&codes::DOWNTIME_OVERLAPS);
    assert_eq!(shop.admin.list::<ListDowntimes>(&DowntimeQuery::default()).await.ok().total, 1);
    shop.close().await;
}

#[tokio::test]
async fn a_downtime_has_passed_and_has_a_reason_of_downtime_that_stays() {
    let shop = Shop::open().await;
    let saw = shop.center(example::CUTTING);
    let bent = reason(&shop, "BENT", None).await;
    let broken = reason(&shop, "BREAKDOWN", Some(DowntimeClass::Unplanned)).await;
    let bad = DowntimeInput {
        finished_at: Some(shop.app.clock.now().plus(Seconds::from_hours(1))),
        ..stood(&shop, saw, bent.id, (5, None))
    };
    let problem = shop.admin.post::<CreateDowntime>(&bad).await.problem();
    let mut pointers: Vec<&str> = problem.errors.iter().map(|fault| fault.pointer.as_str()).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/finished_at", "/loss_reason_id"]);
    let reversed = stood(&shop, saw, broken.id, (5, Some(6)));
    let problem = shop.admin.post::<CreateDowntime>(&reversed).await.problem();
    assert_eq!(problem.errors[0].pointer, "/finished_at");

    let downtime = shop.admin.post::<CreateDowntime>(&stood(&shop, saw, broken.id, (5, None))).await.ok();
    let path = IdPath { id: broken.id };
    shop.admin.call_at::<DeleteLossReason>(&path, broken.version, &Empty {}).await.refused_with(&codes::IN_USE);
    let retired = Patch::whole(&LossReasonInput { active: false, ..LossReasonInput::from(broken.clone()) });
    let _ = shop.admin.call_at::<UpdateLossReason>(&path, broken.version, &retired).await.ok();
    let over = DowntimeInput { finished_at: Some(shop.app.clock.now()), ..DowntimeInput::from(downtime.clone()) };
    let downtime = change(&shop, &downtime, &over).await;
    assert!(downtime.finished_at.is_some(), "a retired reason stays where it was given");
    let fresh = stood(&shop, shop.center(example::WELDING), broken.id, (5, None));
    shop.admin.post::<CreateDowntime>(&fresh).await.refused_with(&codes::VALIDATION_FAILED);
    shop.close().await;
}
