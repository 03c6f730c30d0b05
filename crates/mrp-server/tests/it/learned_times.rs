//! Cycle times that finished work orders show: a worked example, and where they count.

use mrp_api::boms::RollUpBomCost;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::patch::Patch;
use mrp_api::routings::{GetLearnedTimes, GetRouting, LearnedTimeView, OperationInput, RoutingInput, UpdateRouting};
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::example;
use mrp_domain::ids::{BomId, ProductId, RoutingId};
use mrp_domain::work_order_duration::{NothingLearned, TimeMode};

use crate::shop::{Shop, component, d, operation};

/// Setup 10 min, cleanup 5 min, typed cycle 12 min, at full efficiency.
fn welding(shop: &Shop) -> OperationInput {
    let weld = operation(10, shop.center(example::WELDING), 720);
    OperationInput { setup_seconds: 600, cleanup_seconds: 300, ..weld }
}

/// A frame that is welded, and material for many.
async fn frames(shop: &Shop) -> ProductId {
    shop.receive(&[(example::OAK_BOARD, "100")]).await;
    let lines = vec![component(shop.product(example::OAK_BOARD), "1", None)];
    shop.recipe("FRAME", ConsumptionMode::Automatic, vec![welding(shop)], lines).await
}

/// Makes five frames in so many minutes; returns the routing and the recipe.
async fn weld_five(shop: &Shop, frame: ProductId, minutes: u64) -> (RoutingId, BomId) {
    let order = shop.planned(frame, "5").await;
    shop.carry_out(&order, 10, minutes).await;
    shop.pass_minutes(1);
    (order.routing_id.unwrap(), order.bom_id.unwrap())
}

async fn learned(shop: &Shop, routing: RoutingId) -> LearnedTimeView {
    let mut items = shop.admin.get::<GetLearnedTimes>(&IdPath { id: routing }).await.ok().items;
    assert_eq!(items.len(), 1);
    items.remove(0)
}

async fn learn_from(shop: &Shop, routing: RoutingId, learn_from: u32, sequence: u32) {
    let view = shop.admin.get::<GetRouting>(&IdPath { id: routing }).await.ok();
    let id = Some(view.operations[0].id);
    let operation = OperationInput { id, sequence, time_mode: TimeMode::Learned, learn_from, ..welding(shop) };
    let operations = vec![operation];
    let input = RoutingInput { code: Some(view.code), name: view.name, operations, active: true };
    let patch = Patch::<RoutingInput>::whole(&input);
    shop.admin.call_at::<UpdateRouting>(&IdPath { id: routing }, view.version, &patch).await.ok();
}

#[tokio::test]
async fn a_cycle_is_what_is_left_of_the_measured_time_without_setup_and_cleanup() {
    let shop = Shop::open().await;
    let frame = frames(&shop).await;
    weld_five(&shop, frame, 75).await;
    let (routing, _) = weld_five(&shop, frame, 95).await;
    // (75 + 95 - 2 x 15) min / 10 cycles = 14 min, 16.7 % above the typed 12.
    let seen = learned(&shop, routing).await;
    assert_eq!((seen.cycle_seconds, seen.learned_cycle_seconds, seen.reason), (720, Some(840), None));
    assert_eq!(seen.deviation_percent, Some(d("16.7")));
    let from = seen.work_orders.iter().map(|one| (one.quantity, one.run_seconds, one.cycle_seconds));
    assert_eq!(from.collect::<Vec<_>>(), [(d("5"), 95 * 60, Some(960)), (d("5"), 75 * 60, Some(720))]);
    shop.close().await;
}

#[tokio::test]
async fn orders_and_costs_use_the_learned_time_once_the_operation_says_so() {
    let shop = Shop::open().await;
    let frame = frames(&shop).await;
    weld_five(&shop, frame, 75).await;
    let (routing, bom) = weld_five(&shop, frame, 95).await;
    let planned = async || shop.confirmed(frame, "5").await.operations[0].planned_seconds;
    let cost =
        async || shop.admin.call::<RollUpBomCost>(&IdPath { id: bom }, &Default::default(), &Empty {}).await.ok();
    assert_eq!(planned().await, 900 + 5 * 720);
    let before = cost().await;
    learn_from(&shop, routing, 10, 10).await;
    assert_eq!(planned().await, 900 + 5 * 840);
    let after = cost().await;
    let (before, after) = (before.rows[0].total, after.rows[0].total);
    assert!(after > before, "{after} > {before}");
    // Only the newest, and found although the operation has another number now.
    learn_from(&shop, routing, 1, 30).await;
    assert_eq!(planned().await, 900 + 5 * 960);
    shop.close().await;
}

#[tokio::test]
async fn the_typed_time_counts_while_there_is_nothing_to_learn_from() {
    let shop = Shop::open().await;
    let frame = frames(&shop).await;
    let order = shop.confirmed(frame, "5").await;
    let routing = order.routing_id.unwrap();
    learn_from(&shop, routing, 10, 10).await;
    let seen = learned(&shop, routing).await;
    assert_eq!((seen.learned_cycle_seconds, seen.reason), (None, Some(NothingLearned::NoWorkOrders)));
    assert_eq!(shop.confirmed(frame, "5").await.operations[0].planned_seconds, 900 + 5 * 720);
    // Faster than setup and cleanup alone were planned.
    weld_five(&shop, frame, 12).await;
    assert_eq!(learned(&shop, routing).await.reason, Some(NothingLearned::SetupLonger));
    assert_eq!(shop.confirmed(frame, "5").await.operations[0].planned_seconds, 900 + 5 * 720);
    shop.close().await;
}
