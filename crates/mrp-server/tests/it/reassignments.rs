//! Reserved goods go from one order to another: what the preview says, what becomes of both, and who is too late.

use mrp_api::access::Role;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{
    ComponentPath, ConfirmManufacturingOrder, CreateManufacturingOrder, GetOrderHistory, ManufacturingOrderView,
    PlanInput, PlanManufacturingOrder,
};
use mrp_api::material_lines::{
    GiverInput, PreviewReassignment, ReassignInput, ReassignReservation, ReassignmentQuery, ReassignmentView,
};
use mrp_api::patch::Patch;
use mrp_api::products::{ProductInput, UpdateProduct};
use mrp_api::purchase_orders::CreatePurchaseOrder;
use mrp_api::stock::CreateReceipt;
use mrp_domain::ids::ProductId;
use mrp_domain::manufacturing_order::{MaterialAvailability, Priority};
use mrp_domain::time::Seconds;
use mrp_test_support::app::TestApp;
use mrp_test_support::client::{Answer, Client};
use mrp_test_support::factory::{Factory, Workshop};
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use serde_json::json;

fn path(order: &ManufacturingOrderView, product: ProductId) -> ComponentPath {
    let line = order.components.iter().find(|line| line.product_id == product).unwrap();
    ComponentPath { id: order.id, line_id: line.id }
}

async fn order(make: &Factory, shop: &Workshop, quantity: i64, priority: Priority) -> ManufacturingOrderView {
    let mut input = make.order_input(shop, quantity);
    input.priority = Some(priority);
    let draft = make.client().post::<CreateManufacturingOrder>(&input).await.ok();
    make.order_command::<ConfirmManufacturingOrder>(&draft, &Empty {}).await
}

async fn preview(client: &Client, path: &ComponentPath, from: Option<&str>) -> Answer<ReassignmentView> {
    let query = ReassignmentQuery { from: from.map(str::to_owned) };
    client.call::<PreviewReassignment>(path, &query, &Empty {}).await
}

/// What the preview proposes.
fn as_proposed(view: &ReassignmentView) -> ReassignInput {
    let givers = view.givers.iter().filter(|giver| !giver.quantity.is_zero());
    let from = givers.map(|giver| GiverInput { line_id: giver.line_id, quantity: giver.quantity });
    ReassignInput { from: from.collect(), basis: view.basis.clone() }
}

fn reserved(order: &ManufacturingOrderView, product: ProductId) -> Decimal {
    order.components.iter().find(|line| line.product_id == product).unwrap().qty_reserved
}

#[tokio::test]
async fn a_preview_says_who_suffers_and_taking_does_exactly_that() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 10), (shop.leg.id, 8)]).await;
    let low = order(&make, &shop, 1, Priority::Low).await;
    let low = make.order_command::<PlanManufacturingOrder>(&low, &PlanInput { with_shortage: false }).await;
    let normal = make.confirmed_order(&shop, 1).await;
    let urgent = order(&make, &shop, 1, Priority::Urgent).await;
    let planner = app.as_role(Role::Planner);
    let path = path(&urgent, shop.leg.id);
    let seen = preview(&planner, &path, None).await.ok();
    let told = seen.givers.iter().map(|giver| (giver.number.as_str(), giver.quantity)).collect::<Vec<_>>();
    assert_eq!(told, [(low.number.as_str(), dec!(4)), (normal.number.as_str(), dec!(0))]);
    assert_eq!(
        (seen.qty_open, seen.taker.quantity, seen.taker.availability_after),
        (dec!(4), dec!(4), MaterialAvailability::Reserved)
    );
    let loser = &seen.givers[0];
    assert_eq!(
        (loser.availability, loser.availability_after),
        (MaterialAvailability::Reserved, MaterialAvailability::Partial)
    );
    assert_eq!((loser.ready_count, loser.ready_count_after), (1, 0));
    assert_eq!((loser.qty_missing_after, loser.is_deadline_at_risk), (dec!(4), true));
    assert!(!seen.givers[1].is_deadline_at_risk);

    // What happens meanwhile to an order that gives nothing is all the same.
    let _ = make.order_command::<PlanManufacturingOrder>(&normal, &PlanInput { with_shortage: false }).await;
    let taken = planner.call_at::<ReassignReservation>(&path, urgent.version, &as_proposed(&seen)).await.ok();
    assert_eq!(
        (reserved(&taken, shop.leg.id), taken.material_availability_status),
        (dec!(4), MaterialAvailability::Reserved)
    );
    let low = make.reread(&low).await;
    assert_eq!(
        (reserved(&low, shop.leg.id), low.material_availability_status),
        (dec!(0), MaterialAvailability::Partial)
    );
    assert_eq!(make.first_work_order(&low).await.row.state.to_string(), "waiting");
    for (order, detail) in [(&taken, format!("from {}", low.number)), (&low, format!("to {}", taken.number))] {
        let history = app.admin().get::<GetOrderHistory>(&IdPath { id: order.id }).await.ok();
        let entry = &history.entries[0];
        assert_eq!(entry.action, "ReassignReservation");
        assert!(entry.detail.ends_with(&detail) && entry.detail.starts_with("4 "), "{}", entry.detail);
    }
    // Nothing is lacking now.
    preview(&planner, &path, None).await.refused_with(&codes::NOTHING_TO_RESERVE);
    app.finish().await;
}

#[tokio::test]
async fn what_comes_in_time_puts_no_deadline_at_risk() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 10), (shop.leg.id, 4)]).await;
    let giver = make.confirmed_order(&shop, 1).await;
    let taker = order(&make, &shop, 1, Priority::Urgent).await;
    let path = path(&taker, shop.leg.id);
    let mut input = make.purchase_order_input(make.supplier().await.id, shop.warehouse.id, shop.leg.id, 4);
    let in_days = |days: u64| app.clock.now().plus(Seconds::from_hours(24 * days)).datetime().date().to_string();
    for (day, is_late) in [(in_days(60), true), (in_days(10), false)] {
        input.lines[0].expected_on = Some(day.clone());
        let bought = app.admin().post::<CreatePurchaseOrder>(&input).await.ok();
        make.placed(&bought).await;
        // What comes sooner is promised first.
        let seen = preview(&app.admin(), &path, None).await.ok();
        let loser = &seen.givers[0];
        assert_eq!((loser.number.as_str(), loser.qty_missing_after), (giver.number.as_str(), dec!(0)));
        assert_eq!((loser.expected_on_after.as_ref(), loser.is_deadline_at_risk), (Some(&day), is_late));
    }
    app.finish().await;
}

#[tokio::test]
async fn lots_move_along() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let patch: Patch<ProductInput> = serde_json::from_value(json!({"tracking": "lot"})).unwrap();
    let _ = app.admin().call_at::<UpdateProduct>(&IdPath { id: shop.leg.id }, shop.leg.version, &patch).await.ok();
    make.receipt(shop.warehouse.id, &[(shop.board.id, 10)]).await;
    for (number, quantity) in [("L-1", 3), ("L-2", 5)] {
        let mut receipt = make.receipt_input(shop.warehouse.id, &[(shop.leg.id, quantity)]);
        receipt.lines[0].lot_numbers = Some(number.to_owned());
        let _ = app.admin().post::<CreateReceipt>(&receipt).await.ok();
    }
    let giver = make.confirmed_order(&shop, 2).await;
    let taker = order(&make, &shop, 1, Priority::Urgent).await;
    let path = path(&taker, shop.leg.id);
    let held = giver.components.iter().find(|line| line.product_id == shop.leg.id).unwrap().id;
    let seen = preview(&app.admin(), &path, Some(&format!("{held}:4"))).await.ok();
    let taken = app.admin().call_at::<ReassignReservation>(&path, taker.version, &as_proposed(&seen)).await.ok();
    let lots = |order: &ManufacturingOrderView| {
        let line = order.components.iter().find(|line| line.product_id == shop.leg.id).unwrap();
        line.lots.iter().map(|lot| (lot.number.clone(), lot.qty_reserved)).collect::<Vec<_>>()
    };
    assert_eq!(lots(&taken), [("L-2".to_owned(), dec!(4))]);
    assert_eq!(lots(&make.reread(&giver).await), [("L-1".to_owned(), dec!(3)), ("L-2".to_owned(), dec!(1))]);
    app.finish().await;
}

#[tokio::test]
async fn what_changed_since_it_was_looked_at_is_refused_and_faults_are_told_together() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 10), (shop.leg.id, 4)]).await;
    let giver = make.confirmed_order(&shop, 1).await;
    let taker = order(&make, &shop, 1, Priority::Urgent).await;
    let path = path(&taker, shop.leg.id);
    let seen = preview(&app.admin(), &path, None).await.ok();
    make.order_command::<mrp_api::manufacturing_orders::UnreserveManufacturingOrder>(&giver, &Empty {}).await;
    let taken = app.admin().call_at::<ReassignReservation>(&path, taker.version, &as_proposed(&seen)).await;
    taken.refused_with(&codes::REASSIGNMENT_CHANGED);
    let giver = make.reread(&giver).await;
    make.order_command::<mrp_api::manufacturing_orders::ReserveManufacturingOrder>(&giver, &Empty {}).await;
    let held = giver.components.iter().find(|line| line.product_id == shop.leg.id).unwrap().id;
    let own = path.line_id;
    let problem = preview(&app.admin(), &path, Some(&format!("{held}:5,{own}:1,{held}:-1"))).await.problem();
    let pointers = problem.errors.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>();
    assert_eq!(pointers, ["/from/0/quantity", "/from/1/line_id", "/from/2/line_id", "/from/2/quantity", "/from"]);
    preview(&app.admin(), &path, Some("4 legs")).await.refused_with(&codes::MALFORMED_QUERY);
    preview(&app.as_role(Role::Storekeeper), &path, None).await.refused_with(&codes::PERMISSION_DENIED);
    app.finish().await;
}

#[tokio::test]
async fn two_who_take_the_same_reservation_at_once_do_not_both_get_it() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 20), (shop.leg.id, 4)]).await;
    let giver = order(&make, &shop, 1, Priority::Low).await;
    let mut takers = Vec::new();
    for _ in 0..6 {
        let taker = order(&make, &shop, 1, Priority::Urgent).await;
        let path = path(&taker, shop.leg.id);
        let seen = preview(&app.admin(), &path, None).await.ok();
        takers.push((taker, path, seen));
    }
    let all = takers.iter().map(|(taker, path, seen)| async {
        let answer = app.admin().call_at::<ReassignReservation>(path, taker.version, &as_proposed(seen)).await.raw;
        (answer.status, answer.code())
    });
    let answers = futures_util::future::join_all(all).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 1, "{answers:?}");
    let late = answers.iter().filter(|(status, _)| *status != 200);
    assert!(late.clone().all(|(_, code)| code == "reassignment_changed"), "{answers:?}");
    let mut held = reserved(&make.reread(&giver).await, shop.leg.id);
    for (taker, ..) in &takers {
        held += reserved(&make.reread(taker).await, shop.leg.id);
    }
    assert_eq!(held, dec!(4));
    app.finish().await;
}
