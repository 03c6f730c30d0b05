//! Reasons of scrap over HTTP: chosen for stock and for pieces of an order, and kept while something was scrapped for them.

use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::loss_reasons::{CreateLossReason, DeleteLossReason, LossReasonInput, LossReasonView, UpdateLossReason};
use mrp_api::patch::Patch;
use mrp_api::stock::{ListStockMoves, StockMoveQuery};
use mrp_api::stock_corrections::{ScrapInput, ScrapStock};
use mrp_domain::example;
use mrp_domain::ids::LossReasonId;
use mrp_domain::loss_reason::{DowntimeClass, LossKind};

use crate::shop::{Shop, d};

async fn reason(shop: &Shop, code: &str, kind: LossKind) -> LossReasonView {
    let downtime_class = (kind == LossKind::Downtime).then_some(DowntimeClass::Unplanned);
    let (code, name) = (code.to_owned(), format!("{code} happened"));
    shop.admin.post::<CreateLossReason>(&LossReasonInput { code, name, kind, downtime_class, active: true }).await.ok()
}

fn scrapped(shop: &Shop, reason_id: Option<LossReasonId>, words: &str) -> ScrapInput {
    ScrapInput {
        product_id: shop.product(example::STEEL_TUBE),
        warehouse_id: shop.warehouse,
        lot_number: None,
        quantity: d("1"),
        reason_id,
        reason: words.to_owned(),
    }
}

#[tokio::test]
async fn goods_are_scrapped_for_a_reason_of_the_list_or_in_words_and_the_ledger_says_both() {
    let shop = Shop::open().await;
    let tube = shop.product(example::STEEL_TUBE);
    shop.receive_at(vec![(tube, d("10"), Some(d("10")))]).await;
    let bent = reason(&shop, "BENT", LossKind::Scrap).await;
    for (chosen, words) in [(Some(bent.id), ""), (Some(bent.id), "by the fork lift"), (None, "lost")] {
        let _ = shop.admin.post::<ScrapStock>(&scrapped(&shop, chosen, words)).await.ok();
    }
    let query = StockMoveQuery { product_id: Some(tube), ..StockMoveQuery::default() };
    let moves = shop.admin.list::<ListStockMoves>(&query).await.ok().items;
    let said: Vec<&str> = moves.iter().map(|one| one.reason.as_str()).filter(|said| !said.is_empty()).collect();
    assert_eq!(said, ["lost", "BENT happened: by the fork lift", "BENT happened"]);
    shop.close().await;
}

#[tokio::test]
async fn only_an_active_reason_of_scrap_can_be_given_for_scrap() {
    let shop = Shop::open().await;
    shop.receive_at(vec![(shop.product(example::STEEL_TUBE), d("10"), Some(d("10")))]).await;
    let stood = reason(&shop, "STOOD", LossKind::Downtime).await;
    let bent = reason(&shop, "BENT", LossKind::Scrap).await;
    let path = IdPath { id: bent.id };
    let retired = Patch::whole(&LossReasonInput { active: false, ..LossReasonInput::from(bent.clone()) });
    let bent = shop.admin.call_at::<UpdateLossReason>(&path, bent.version, &retired).await.ok();
    for chosen in [stood.id, bent.id, LossReasonId::from_uuid(uuid::Uuid::now_v7())] {
        let answer = shop.admin.post::<ScrapStock>(&scrapped(&shop, Some(chosen), "")).await;
        let problem = answer.problem();
        assert_eq!(problem.code, codes::VALIDATION_FAILED.code);
        assert_eq!(problem.errors.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), ["/reason_id"]);
    }
    let problem = shop.admin.post::<ScrapStock>(&scrapped(&shop, None, " ")).await.problem();
    assert_eq!(problem.errors[0].code, codes::REASON_REQUIRED.code);
    shop.close().await;
}

#[tokio::test]
async fn a_reason_for_which_something_was_scrapped_stays_one_of_scrap_and_stays() {
    let shop = Shop::open().await;
    shop.receive_at(vec![(shop.product(example::STEEL_TUBE), d("10"), Some(d("10")))]).await;
    let knots = reason(&shop, "KNOTS", LossKind::Scrap).await;
    let _ = shop.admin.post::<ScrapStock>(&scrapped(&shop, Some(knots.id), "")).await.ok();
    let path = IdPath { id: knots.id };
    let other = LossReasonInput {
        kind: LossKind::Downtime,
        downtime_class: Some(DowntimeClass::Planned),
        ..LossReasonInput::from(knots.clone())
    };
    let changed = shop.admin.call_at::<UpdateLossReason>(&path, knots.version, &Patch::whole(&other)).await;
    changed.refused_with(&codes::IN_USE);
    shop.admin.call_at::<DeleteLossReason>(&path, knots.version, &Empty {}).await.refused_with(&codes::IN_USE);
    let renamed = LossReasonInput { name: "Knots in the wood".to_owned(), ..LossReasonInput::from(knots.clone()) };
    let _ = shop.admin.call_at::<UpdateLossReason>(&path, knots.version, &Patch::whole(&renamed)).await.ok();
    shop.close().await;
}

#[tokio::test]
async fn a_downtime_is_planned_or_unplanned_and_scrap_is_neither() {
    let shop = Shop::open().await;
    let input = |kind, downtime_class| LossReasonInput {
        code: "X".to_owned(),
        name: "X".to_owned(),
        kind,
        downtime_class,
        active: true,
    };
    let bad =
        [(LossKind::Downtime, None, "value_missing"), (LossKind::Scrap, Some(DowntimeClass::Planned), "value_invalid")];
    for (kind, class, code) in bad {
        let problem = shop.admin.post::<CreateLossReason>(&input(kind, class)).await.problem();
        assert_eq!((problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()), ("/downtime_class", code));
    }
    shop.close().await;
}
