//! OEE over HTTP: a morning at a saw, told to the second, with every number open to what it comes from.

use mrp_api::downtimes::{CreateDowntime, DowntimeInput, UpdateDowntime};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::loss_reasons::{CreateLossReason, LossReasonInput, LossReasonView};
use mrp_api::manufacturing_orders::{CancelManufacturingOrder, ReasonInput};
use mrp_api::oee::{GetOee, GetWorkCenterOee, ListTimeLogs, OeeLoss, OeeQuery, TimeLogQuery};
use mrp_api::patch::Patch;
use mrp_api::work_orders::{PauseWorkOrder, ReportInput, ReportWorkOrder, StartWorkOrder};
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::example;
use mrp_domain::loss_reason::{DowntimeClass, LossKind};
use rust_decimal::Decimal;

use crate::shop::{Shop, component, d, operation};

async fn reason(shop: &Shop, code: &str, downtime_class: Option<DowntimeClass>) -> LossReasonView {
    let kind = if downtime_class.is_some() { LossKind::Downtime } else { LossKind::Scrap };
    let input = LossReasonInput { code: code.to_owned(), name: format!("{code}!"), kind, downtime_class, active: true };
    shop.admin.post::<CreateLossReason>(&input).await.ok()
}

fn of_days(from: &str, until: &str) -> OeeQuery {
    OeeQuery { from: Some(from.to_owned()), until: Some(until.to_owned()) }
}

#[tokio::test]
async fn a_morning_is_told_to_the_second_and_its_losses_add_up() {
    let shop = Shop::open().await;
    let saw = shop.center(example::CUTTING);
    let steps = vec![operation(10, saw, 60), operation(20, shop.center(example::QUALITY_CONTROL), 60)];
    let lines = vec![component(shop.product(example::OAK_BOARD), "2", Some(10))];
    let product = shop.recipe("SHELF", ConsumptionMode::Automatic, steps, lines).await;
    shop.receive(&[(example::OAK_BOARD, "80")]).await;
    let order = shop.planned(product, "40").await;
    let (bent, broken) =
        (reason(&shop, "BENT", None).await, reason(&shop, "BROKEN", Some(DowntimeClass::Unplanned)).await);

    // 06:00 to 06:40 somebody works; 24 pieces of a minute each, 4 of them scrap. Until 07:00 nobody says why he stands.
    let work = shop.work(&order, 10).await;
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    shop.pass_minutes(30);
    let report = |good: &str, scrap: &str| ReportInput {
        good: d(good),
        scrap: d(scrap),
        scrap_reason_id: (d(scrap) > Decimal::ZERO).then_some(bent.id),
        scrap_reason: String::new(),
        consumption: None,
    };
    let _ = shop.on::<ReportWorkOrder>(&shop.admin, &work, &report("20", "4")).await.ok();
    shop.pass_minutes(10);
    let lunch = ReasonInput { reason: "Where is everybody?".to_owned() };
    let _ = shop.on::<PauseWorkOrder>(&shop.admin, &work, &lunch).await.ok();
    shop.pass_minutes(20);
    // Until 07:30 the saw is broken.
    let input = DowntimeInput {
        work_center_id: saw,
        loss_reason_id: broken.id,
        started_at: shop.app.clock.now(),
        finished_at: None,
        note: String::new(),
    };
    let downtime = shop.admin.post::<CreateDowntime>(&input).await.ok();
    shop.pass_minutes(30);
    let over = Patch::whole(&DowntimeInput { finished_at: Some(shop.app.clock.now()), ..input });
    let _ = shop.admin.call_at::<UpdateDowntime>(&IdPath { id: downtime.id }, downtime.version, &over).await.ok();

    let today = of_days("2026-11-27", "2026-11-27");
    let told = shop.admin.call::<GetWorkCenterOee>(&IdPath { id: saw }, &today, &Empty {}).await.ok();
    let row = &told.row;
    let minutes =
        [row.planned_seconds, row.run_seconds, row.idle_seconds, row.downtime_seconds, row.not_loaded_seconds]
            .map(|seconds| seconds / 60);
    assert_eq!(minutes, [90, 40, 20, 30, 0]);
    assert_eq!((row.good, row.scrap), (d("20"), d("4")));
    assert_eq!(row.availability_percent, Some(d("44.44")));
    assert_eq!(row.performance_percent, Some(d("60")));
    assert_eq!(row.quality_percent, Some(d("83.33")));
    assert_eq!(row.oee_percent, Some(d("22.22")));
    let losses =
        told.losses.iter().map(|loss| (loss.loss, loss.loss_reason_name.as_str(), loss.seconds / 60, loss.times));
    assert_eq!(
        losses.collect::<Vec<_>>(),
        [
            (OeeLoss::Downtime, "BROKEN!", 30, 1),
            (OeeLoss::Idle, "", 20, 0),
            (OeeLoss::Speed, "", 16, 0),
            (OeeLoss::Quality, "BENT!", 4, 1)
        ]
    );
    assert_eq!(told.losses[3].cumulative_percent, d("100"));
    // What is lost and what good pieces take at the ideal speed is the whole time planned.
    assert_eq!(told.losses.iter().map(|loss| loss.seconds).sum::<u64>() + 20 * 60, row.planned_seconds);

    let all = shop.admin.call::<GetOee>(&Empty {}, &today, &Empty {}).await.ok();
    assert_eq!(all.rows.iter().find(|other| other.work_center_id == saw), Some(row));
    let paint = all.rows.iter().find(|row| row.work_center_id == shop.center(example::PAINTING)).unwrap();
    assert_eq!((paint.not_loaded_seconds / 60, paint.oee_percent, paint.performance_percent), (90, Some(d("0")), None));

    let logs = TimeLogQuery { work_center_id: Some(saw), since: Some(told.starts_at), ..TimeLogQuery::default() };
    let logs = shop.admin.list::<ListTimeLogs>(&logs).await.ok().items;
    assert_eq!(logs.iter().map(|log| log.seconds / 60).collect::<Vec<_>>(), [40]);
    shop.close().await;
}

#[tokio::test]
async fn days_that_have_passed_or_have_not_come_are_told_as_they_are() {
    let shop = Shop::open().await;
    let saw = shop.center(example::CUTTING);
    let ask = async |from: &str, until: &str| {
        shop.admin.call::<GetWorkCenterOee>(&IdPath { id: saw }, &of_days(from, until), &Empty {}).await
    };
    let week = ask("2026-11-16", "2026-11-22").await.ok();
    assert_eq!((week.steps.len(), week.row.not_loaded_seconds), (7, week.row.planned_seconds));
    assert!(week.row.planned_seconds > 0);
    let months = ask("2026-01-15", "2026-11-26").await.ok();
    let steps = months.steps.iter().map(|step| (step.from.as_str(), step.until.as_str())).collect::<Vec<_>>();
    assert_eq!((steps.len(), steps[0], steps[10]), (11, ("2026-01-15", "2026-01-31"), ("2026-11-01", "2026-11-26")));
    let tomorrow = ask("2026-11-28", "2026-11-29").await.ok();
    assert_eq!((tomorrow.row.planned_seconds, tomorrow.row.oee_percent), (0, None));
    ask("2026-11-28", "2026-11-27").await.refused_with(&codes::MALFORMED_QUERY);
    ask("2025-11-01", "2026-11-27").await.refused_with(&codes::MALFORMED_QUERY);
    shop.close().await;
}

#[tokio::test]
async fn work_that_was_given_up_was_in_progress_until_then() {
    let shop = Shop::open().await;
    let saw = shop.center(example::CUTTING);
    let lines = vec![component(shop.product(example::OAK_BOARD), "2", Some(10))];
    let product = shop.recipe("SHELF", ConsumptionMode::Automatic, vec![operation(10, saw, 60)], lines).await;
    shop.receive(&[(example::OAK_BOARD, "80")]).await;
    let order = shop.planned(product, "40").await;
    let work = shop.work(&order, 10).await;
    let _ = shop.on::<StartWorkOrder>(&shop.admin, &work, &Empty {}).await.ok();
    shop.pass_minutes(10);
    let because = ReasonInput { reason: "Given up".to_owned() };
    let _ = shop.on::<PauseWorkOrder>(&shop.admin, &work, &because).await.ok();
    shop.pass_minutes(20);
    let order = shop.read(&order).await;
    let _ = shop.act::<CancelManufacturingOrder>(&order, &because).await.ok();
    shop.pass_minutes(30);
    let today = of_days("2026-11-27", "2026-11-27");
    let row = shop.admin.call::<GetWorkCenterOee>(&IdPath { id: saw }, &today, &Empty {}).await.ok().row;
    let minutes = [row.planned_seconds, row.run_seconds, row.idle_seconds, row.not_loaded_seconds].map(|one| one / 60);
    assert_eq!(minutes, [60, 10, 20, 30]);
    shop.close().await;
}
