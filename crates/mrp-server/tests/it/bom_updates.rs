//! Open orders whose bill of materials has a newer revision.

use mrp_api::bom_updates::{ApplyBomUpdate, BomUpdateView, GetBomUpdate};
use mrp_api::cost_sheets::GetCostSheet;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{
    ChangeManufacturingOrderQuantity, ChangeQuantityInput, GetChangeLog, ListManufacturingOrders,
    ManufacturingOrderQuery, ManufacturingOrderView, ReasonInput,
};
use mrp_api::patch::Patch;
use mrp_api::products::{ProductInput, UpdateProduct};
use mrp_api::routings::{CreateRouting, OperationInput, RoutingView};
use mrp_test_support::app::TestApp;
use mrp_test_support::factory::Workshop;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use serde_json::json;

async fn update(app: &TestApp, order: &ManufacturingOrderView) -> BomUpdateView {
    app.admin().call::<GetBomUpdate>(&IdPath { id: order.id }, &Empty {}, &Empty {}).await.ok()
}

async fn outdated(app: &TestApp) -> usize {
    let query = ManufacturingOrderQuery { bom_changed: Some(true), ..ManufacturingOrderQuery::default() };
    app.admin().list::<ListManufacturingOrders>(&query).await.ok().items.len()
}

fn needs(order: &ManufacturingOrderView) -> Vec<(String, Decimal, Decimal)> {
    order.components.iter().map(|line| (line.product_code.clone(), line.qty_needed, line.qty_reserved)).collect()
}

#[tokio::test]
async fn an_open_order_is_told_of_a_newer_recipe_and_follows_it() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.stock_for(&shop, 3).await;
    let order = make.confirmed_order(&shop, 3).await;
    assert_eq!((order.bom_changed, outdated(&app).await), (false, 0));
    assert_eq!(update(&app, &order).await.changes, []);

    // Two boards instead of one, no legs, four feet.
    let foot = make.product(shop.unit.id).await;
    let newer = make.newer_recipe(&shop, &[(shop.board.id, 2), (foot.id, 4)]).await;
    let order = make.reread(&order).await;
    assert_eq!((order.bom_changed, outdated(&app).await), (true, 1));
    // Whoever validates a revision is told of the orders that keep another one.
    let others = async |id| {
        let query = ManufacturingOrderQuery { other_revision_of: Some(id), ..ManufacturingOrderQuery::default() };
        let page = app.admin().list::<ListManufacturingOrders>(&query).await.ok();
        page.items.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!((others(newer.id).await, others(shop.bom.id).await), (vec![order.id], vec![]));
    let told = update(&app, &order).await;
    assert_eq!((told.from_id, told.from_revision, told.to_id, told.to_revision), (shop.bom.id, 1, newer.id, 2));
    assert_eq!((told.other_routing_id, told.other_routing_name), (None, None));
    let mut changes: Vec<_> = told
        .changes
        .iter()
        .map(|row| (row.kind.to_string(), row.product_id, row.old_quantity, row.new_quantity))
        .collect();
    changes.sort();
    let expected = [
        ("line_added".to_owned(), foot.id, None, Some(dec!(12))),
        ("line_removed".to_owned(), shop.leg.id, Some(dec!(12)), None),
        ("quantity_changed".to_owned(), shop.board.id, Some(dec!(3)), Some(dec!(6))),
    ];
    assert_eq!(changes, expected);
    assert_eq!(make.reread(&order).await.version, order.version, "a preview changes nothing");

    let followed = make.order_command::<ApplyBomUpdate>(&order, &ReasonInput { reason: "new feet".to_owned() }).await;
    assert_eq!((followed.bom_id, followed.bom_revision, followed.bom_changed), (Some(newer.id), Some(2), false));
    let expected = [(shop.board.code.clone(), dec!(6), dec!(3)), (foot.code.clone(), dec!(12), dec!(0))];
    assert_eq!(needs(&followed), expected);
    let log = app.admin().get::<GetChangeLog>(&IdPath { id: order.id }).await.ok();
    assert_eq!(log.entries.len(), 3);
    assert!(log.entries.iter().all(|change| change.reason == "new feet"));
    assert_eq!(outdated(&app).await, 0);
    app.finish().await;
}

/// A routing of two steps: cutting of two minutes, packing of one.
async fn two_steps(app: &TestApp, shop: &Workshop) -> RoutingView {
    let mut input = app.factory().routing_input(shop.work_center.id);
    let cutting = input.operations[0].clone();
    let packing =
        OperationInput { sequence: cutting.sequence + 10, name: "Packing".to_owned(), predecessors: None, ..cutting };
    input.operations = vec![input.operations[0].clone(), packing];
    app.admin().post::<CreateRouting>(&input).await.ok()
}

#[tokio::test]
async fn an_order_without_work_orders_takes_the_newer_routing_and_a_planned_one_keeps_its_operations() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.stock_for(&shop, 6).await;
    let (early, planned) = (make.confirmed_order(&shop, 3).await, make.planned_order(&shop, 3).await);
    let routing = two_steps(&app, &shop).await;
    let lines = [(shop.board.id, 1), (shop.leg.id, 4)];
    make.newer_recipe_with(&shop, &lines, |input| input.routing_id = Some(routing.id)).await;
    let (early, planned) = (make.reread(&early).await, make.reread(&planned).await);
    let told = update(&app, &early).await;
    assert_eq!((told.other_routing_id, told.takes_routing), (Some(routing.id), true));
    assert!(!update(&app, &planned).await.takes_routing);
    let reason = ReasonInput { reason: "packed by us".to_owned() };
    let early = make.order_command::<ApplyBomUpdate>(&early, &reason).await;
    let names = |order: &ManufacturingOrderView| {
        order.operations.iter().map(|operation| operation.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!((early.routing_id, early.operations.len()), (Some(routing.id), 2));
    assert_eq!(names(&early)[1], "Packing");
    let before = names(&planned);
    let kept = make.order_command::<ApplyBomUpdate>(&planned, &reason).await;
    assert_eq!((kept.routing_id, names(&kept)), (Some(shop.routing.id), before));
    app.finish().await;
}

#[tokio::test]
async fn an_order_that_has_the_newest_revision_or_gives_no_reason_stays_as_it_is() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let order = make.confirmed_order(&shop, 3).await;
    let path = IdPath { id: order.id };
    let reason = |text: &str| ReasonInput { reason: text.to_owned() };
    let admin = app.admin();
    let answer = admin.call_at::<ApplyBomUpdate>(&path, order.version, &reason("because")).await;
    answer.refused_with(&codes::NOTHING_CHANGED);
    make.newer_recipe(&shop, &[(shop.board.id, 2)]).await;
    let answer = admin.call_at::<ApplyBomUpdate>(&path, order.version, &reason(" ")).await;
    answer.refused_with(&codes::REASON_REQUIRED);
    let same = make.reread(&order).await;
    assert_eq!((same.version, needs(&same)), (order.version, needs(&order)));
    app.finish().await;
}

#[tokio::test]
async fn what_is_needed_once_per_order_does_not_grow_with_it() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    // Four legs for each table, and three to set the machine up with.
    let legs = [(shop.leg.id, 4), (shop.leg.id, 3)];
    let bom = make.newer_recipe_with(&shop, &legs, |input| input.lines[1].is_fixed = true).await;
    let order = make.confirmed_order(&Workshop { bom, ..shop }, 5).await;
    let amounts =
        |order: &ManufacturingOrderView| order.components.iter().map(|line| line.qty_needed).collect::<Vec<_>>();
    assert_eq!(amounts(&order), [dec!(20), dec!(3)]);
    let input = ChangeQuantityInput { quantity: dec!(10), reason: "twice as many".to_owned() };
    let order = make.order_command::<ChangeManufacturingOrderQuantity>(&order, &input).await;
    assert_eq!(amounts(&order), [dec!(40), dec!(3)]);
    app.finish().await;
}

#[tokio::test]
async fn a_component_of_the_newer_recipe_brings_its_substitutes_even_when_it_is_retired() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let order = make.confirmed_order(&shop, 3).await;
    let foot = make.product(shop.unit.id).await;
    let lines = [(shop.board.id, 1), (foot.id, 4)];
    make.newer_recipe_with(&shop, &lines, |input| input.lines[1].substitutes = vec![shop.leg.id]).await;
    let retire: Patch<ProductInput> = serde_json::from_value(json!({"active": false})).unwrap();
    app.admin().call_at::<UpdateProduct>(&IdPath { id: foot.id }, foot.version, &retire).await.ok();
    let order = make.reread(&order).await;
    let followed = make.order_command::<ApplyBomUpdate>(&order, &ReasonInput { reason: "feet".to_owned() }).await;
    let added = followed.components.iter().find(|line| line.product_id == foot.id).unwrap();
    assert_eq!(added.qty_needed, dec!(12));
    let sheet = app.admin().get::<GetCostSheet>(&IdPath { id: order.id }).await.ok();
    let material = sheet.groups.iter().filter(|group| group.kind == "material").flat_map(|group| &group.lines);
    assert_eq!(material.map(|line| line.planned_quantity).collect::<Vec<_>>(), [dec!(3), dec!(12)]);
    assert_eq!(added.substitutes.iter().map(|one| one.product_id).collect::<Vec<_>>(), [shop.leg.id]);
    app.finish().await;
}
