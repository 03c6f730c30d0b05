//! Revisions that may be used on some days only: which one an order proposes, and which one it may begin with.

use mrp_api::boms::{BomInput, BomQuery, CreateBom, GetBom, ListBoms, ReviseBom, UpdateBom};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{
    ConfirmManufacturingOrder, CreateManufacturingOrder, GetManufacturingOrder, ManufacturingOrderInput,
};
use mrp_api::patch::Patch;
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::example;
use mrp_domain::time::Seconds;

use crate::shop::{Shop, component, operation};

fn patch(fields: serde_json::Value) -> Patch<BomInput> {
    serde_json::from_value(fields).unwrap()
}

#[tokio::test]
async fn an_order_takes_the_newest_revision_that_may_be_used_when_it_begins() {
    let shop = Shop::open().await;
    let lines = vec![component(shop.product(example::OAK_BOARD), "1", None)];
    let work = vec![operation(10, shop.center(example::CUTTING), 60)];
    let seat = shop.recipe("SEAT", ConsumptionMode::Automatic, work, lines).await;
    let query = BomQuery { product_id: Some(seat), ..BomQuery::default() };
    let first = shop.admin.list::<ListBoms>(&query).await.ok().items.remove(0);
    let draft = shop.admin.call_at::<ReviseBom>(&IdPath { id: first.id }, first.version, &Empty {}).await.ok();
    let days = patch(serde_json::json!({ "effective_from": "2026-11-30", "effective_until": "2026-12-31" }));
    let draft = shop.admin.call_at::<UpdateBom>(&IdPath { id: draft.id }, draft.version, &days).await.ok();
    assert_eq!(draft.effective_from.as_deref(), Some("2026-11-30"));
    let second = shop.validated(&draft).await;

    let today = shop.draft(seat, "1").await;
    assert_eq!((today.bom_id, today.bom_changed), (Some(first.id), false));
    let now = shop.app.clock.now();
    let later = now.plus(Seconds::from_hours(24 * 12));
    let later = ManufacturingOrderInput { planned_start: Some(later), ..shop.order_input(seat, "1") };
    let later = shop.admin.post::<CreateManufacturingOrder>(&later).await.ok();
    assert_eq!(later.bom_id, Some(second.id));
    let _ = shop.act::<ConfirmManufacturingOrder>(&later, &Empty {}).await.ok();

    let early = ManufacturingOrderInput { bom_id: Some(second.id), ..shop.order_input(seat, "1") };
    let early = shop.admin.post::<CreateManufacturingOrder>(&early).await.ok();
    let confirm = early.actions.iter().find(|action| action.command == "confirm").unwrap();
    assert_eq!((confirm.allowed, confirm.reason.as_deref()), (false, Some(codes::BOM_NOT_EFFECTIVE.code)));
    let problem = shop.act::<ConfirmManufacturingOrder>(&early, &Empty {}).await.problem();
    assert_eq!(problem.code, codes::BOM_NOT_EFFECTIVE.code);
    assert!(problem.detail.contains("from 2026-11-30 to 2026-12-31"), "{}", problem.detail);
    assert!(problem.detail.contains("2026-11-27"), "{}", problem.detail);

    let confirmed = shop.act::<ConfirmManufacturingOrder>(&today, &Empty {}).await.ok();
    let read = shop.admin.get::<GetManufacturingOrder>(&IdPath { id: confirmed.id }).await.ok();
    assert!(!read.bom_changed, "the newer revision may not be used yet");
    shop.close().await;
}

#[tokio::test]
async fn a_first_day_behind_the_last_one_is_refused_and_revising_keeps_the_days() {
    let shop = Shop::open().await;
    let seat = shop.new_product(shop.product_input("SEAT")).await;
    let lines = vec![component(shop.product(example::OAK_BOARD), "1", None)];
    let days = |from: &str, until: &str| BomInput {
        effective_from: Some(from.to_owned()),
        effective_until: Some(until.to_owned()),
        routing_id: Some(shop.routing(example::ROUTINGS[0].id)),
        ..shop.bom_input(seat, lines.clone())
    };
    let problem = shop.admin.post::<CreateBom>(&days("2026-12-02", "2026-12-01")).await.problem();
    let fault = (problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str());
    assert_eq!(fault, ("/effective_until", codes::DAYS_REVERSED.code));
    let problem = shop.admin.post::<CreateBom>(&days("tomorrow", "2026-12-01")).await.problem();
    assert_eq!(problem.errors[0].pointer, "/effective_from");

    let valid = shop.validated(&shop.admin.post::<CreateBom>(&days("2026-12-01", "2026-12-01")).await.ok()).await;
    let next = shop.admin.call_at::<ReviseBom>(&IdPath { id: valid.id }, valid.version, &Empty {}).await.ok();
    let next = shop.admin.get::<GetBom>(&IdPath { id: next.id }).await.ok();
    assert_eq!((next.effective_from, next.effective_until), (valid.effective_from, valid.effective_until));
    shop.close().await;
}
