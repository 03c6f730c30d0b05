//! Purchase requests: what an order lacks is asked for once, whoever asks and however often.

use mrp_api::access::Role;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{CancelManufacturingOrder, ReasonInput};
use mrp_api::patch::Patch;
use mrp_api::purchase_orders::OrderPurchaseRequest;
use mrp_api::purchase_requests::{
    BulkRequestOrderMaterial, CancelPurchaseRequest, CreatePurchaseRequest, GetPurchaseRequest, ListPurchaseRequests,
    PurchaseRequestInput, PurchaseRequestLineInput, PurchaseRequestQuery, PurchaseRequestView, RequestMaterialsInput,
    RequestOrderMaterial, UpdatePurchaseRequest,
};
use mrp_api::requests_for_quotation::{CancelRequestForQuotation, DraftRequestForQuotation};
use mrp_domain::ids::ManufacturingOrderId;
use mrp_domain::purchasing::PurchaseRequestState;
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Answer;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use serde_json::json;

async fn click(app: &TestApp, role: Role, id: ManufacturingOrderId) -> Answer<PurchaseRequestView> {
    app.as_role(role).call::<RequestOrderMaterial>(&IdPath { id }, &Empty {}, &Empty {}).await
}

fn quantities(request: &PurchaseRequestView) -> Vec<Decimal> {
    request.lines.iter().map(|line| line.quantity).collect()
}

#[tokio::test]
async fn an_order_asks_for_what_it_lacks_and_a_second_click_asks_for_nothing_twice() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 3), (shop.leg.id, 5)]).await;
    let order = make.confirmed_order(&shop, 3).await;
    let request = click(&app, Role::Planner, order.id).await.ok();
    assert_eq!(quantities(&request), [dec!(7)]);
    let leg = order.components.iter().find(|line| line.product_id == shop.leg.id).unwrap();
    assert_eq!((request.lines[0].product_id, request.lines[0].material_line_id), (shop.leg.id, Some(leg.id)));
    assert_eq!(request.manufacturing_order_number.as_deref(), Some(order.number.as_str()));
    assert!(request.lines[0].needed_on.is_some());
    click(&app, Role::Planner, order.id).await.refused_with(&codes::EVERYTHING_ASKED_FOR);

    let seen = make.reread(&order).await;
    let asked: Vec<_> = seen.purchase_requests.iter().map(|one| (one.number.as_str(), one.state)).collect();
    assert_eq!(asked, [(request.number.as_str(), PurchaseRequestState::Open)]);
    let leg = seen.components.iter().find(|line| line.product_id == shop.leg.id).unwrap();
    assert_eq!((leg.qty_requested, leg.qty_expected, leg.qty_missing), (dec!(7), dec!(0), dec!(7)));
    app.finish().await;
}

#[tokio::test]
async fn two_who_click_at_once_ask_once() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let order = make.confirmed_order(&shop, 3).await;
    let clicks = (0..8).map(|_| click(&app, Role::Planner, order.id));
    let answers = futures_util::future::join_all(clicks).await;
    let made = answers.iter().filter(|answer| answer.raw.status == 201).count();
    assert_eq!(made, 1);
    for answer in answers.into_iter().filter(|answer| answer.raw.status != 201) {
        answer.refused_with(&codes::EVERYTHING_ASKED_FOR);
    }
    let all = app.admin().list::<ListPurchaseRequests>(&PurchaseRequestQuery::default()).await.ok();
    assert_eq!(all.total, 1);
    app.finish().await;
}

#[tokio::test]
async fn an_order_that_has_everything_asks_for_nothing() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.stock_for(&shop, 3).await;
    let order = make.confirmed_order(&shop, 3).await;
    click(&app, Role::Planner, order.id).await.refused_with(&codes::NOTHING_MISSING);
    let draft = make.draft_order(&shop, 3).await;
    click(&app, Role::Planner, draft.id).await.refused_with(&codes::STATE_FORBIDS);
    app.finish().await;
}

#[tokio::test]
async fn what_is_free_by_now_is_not_asked_for() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let (first, second) = (make.confirmed_order(&shop, 1).await, make.confirmed_order(&shop, 1).await);
    // Legs for the first order and half of the second, not reserved by anybody yet.
    make.receipt(shop.warehouse.id, &[(shop.board.id, 2), (shop.leg.id, 6)]).await;
    click(&app, Role::Planner, first.id).await.refused_with(&codes::NOTHING_MISSING);
    assert_eq!(quantities(&click(&app, Role::Planner, second.id).await.ok()), [dec!(2)]);
    app.finish().await;
}

#[tokio::test]
async fn many_orders_ask_at_once_and_each_says_what_became_of_it() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let (short, draft) = (make.confirmed_order(&shop, 2).await, make.draft_order(&shop, 2).await);
    let asked = make.confirmed_order(&shop, 2).await;
    make.request_for(&asked).await;
    let input = RequestMaterialsInput { order_ids: vec![short.id, draft.id, asked.id] };
    let reply = app.as_role(Role::Planner).post::<BulkRequestOrderMaterial>(&input).await.ok();
    let told: Vec<_> =
        reply.results.iter().map(|one| one.problem.as_ref().map(|problem| problem.code.as_str())).collect();
    assert_eq!(told, [None, Some("state_forbids"), Some("everything_asked_for")]);
    let made = reply.results[0].purchase_request_id.unwrap();
    let made = app.admin().get::<GetPurchaseRequest>(&IdPath { id: made }).await.ok();
    assert_eq!((quantities(&made), made.manufacturing_order_id), (vec![dec!(2), dec!(8)], Some(short.id)));
    app.finish().await;
}

#[tokio::test]
async fn a_request_that_is_given_up_can_be_asked_again_and_one_of_a_cancelled_order_says_so() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let order = make.confirmed_order(&shop, 2).await;
    let request = make.request_for(&order).await;
    let path = IdPath { id: request.id };
    let cancelled =
        app.as_role(Role::Planner).call_at::<CancelPurchaseRequest>(&path, request.version, &Empty {}).await.ok();
    assert_eq!(cancelled.state, PurchaseRequestState::Cancelled);
    app.admin()
        .call_at::<CancelPurchaseRequest>(&path, cancelled.version, &Empty {})
        .await
        .refused_with(&codes::STATE_FORBIDS);
    let again = make.request_for(&order).await;
    assert_eq!(quantities(&again), quantities(&request));
    let why = ReasonInput { reason: "no customer".to_owned() };
    make.order_command::<CancelManufacturingOrder>(&make.reread(&order).await, &why).await;
    let seen = app.admin().get::<GetPurchaseRequest>(&IdPath { id: again.id }).await.ok();
    assert!(seen.is_order_cancelled && seen.state == PurchaseRequestState::Open);
    app.finish().await;
}

#[tokio::test]
async fn what_is_asked_for_by_hand_is_something_that_is_bought() {
    let app = TestApp::new().await;
    let make = app.factory();
    let made = mrp_api::products::ProductInput { can_be_bought: false, ..make.product_input(make.unit().await.id) };
    let made = app.admin().post::<mrp_api::products::CreateProduct>(&made).await.ok();
    let line = |quantity| PurchaseRequestLineInput {
        id: None,
        product_id: made.id,
        quantity,
        needed_on: Some("soon".to_owned()),
        supplier_id: None,
    };
    let input = PurchaseRequestInput { note: String::new(), lines: vec![line(dec!(0))] };
    let problem = app.as_role(Role::Buyer).post::<CreatePurchaseRequest>(&input).await.problem();
    let told: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(told, ["/lines/0/quantity", "/lines/0/needed_on", "/lines/0/product_id"]);
    app.finish().await;
}

#[tokio::test]
async fn a_request_by_hand_can_change_until_suppliers_know_of_it() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.keeps_components_in(shop.warehouse.id).await;
    let supplier = make.supplier().await;
    let buyer = app.as_role(Role::Buyer);
    let request = make.purchase_request(shop.leg.id, 3).await;
    assert!(request.can_change);
    let path = IdPath { id: request.id };
    let change = |body: serde_json::Value| serde_json::from_value::<Patch<PurchaseRequestInput>>(body).unwrap();
    let body = json!({"note": "for the fair", "lines": [
        {"id": request.lines[0].id, "product_id": shop.leg.id, "quantity": "8", "supplier_id": supplier.id},
        {"product_id": shop.board.id, "quantity": "2", "needed_on": "2030-05-01"},
    ]});
    let changed = buyer.call_at::<UpdatePurchaseRequest>(&path, request.version, &change(body.clone())).await.ok();
    assert_eq!((changed.note.as_str(), quantities(&changed)), ("for the fair", vec![dec!(8), dec!(2)]));
    assert_eq!(changed.lines[0].id, request.lines[0].id, "the line is the same one");
    assert_eq!(changed.lines[0].supplier_name.as_deref(), Some(supplier.name.as_str()));
    assert_eq!(changed.lines[1].needed_on.as_deref(), Some("2030-05-01"));
    buyer
        .call_at::<UpdatePurchaseRequest>(&path, request.version, &change(body))
        .await
        .refused_with(&codes::VERSION_STALE);

    let wrong = json!({"lines": [
        {"id": uuid::Uuid::now_v7(), "product_id": shop.leg.id, "quantity": "0", "supplier_id": uuid::Uuid::now_v7()},
    ]});
    let problem = buyer.call_at::<UpdatePurchaseRequest>(&path, changed.version, &change(wrong)).await.problem();
    let told: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(told, ["/lines/0/quantity", "/lines/0/supplier_id", "/lines/0/id"]);

    // Once suppliers are asked it stays as they know it, and is free again when they are asked no more.
    let asked = buyer.call::<DraftRequestForQuotation>(&path, &Empty {}, &Empty {}).await.ok();
    assert!(asked.suppliers.iter().any(|one| one.id == supplier.id), "whom somebody wished for is asked");
    let note = json!({"note": "no"});
    let refused = buyer.call_at::<UpdatePurchaseRequest>(&path, changed.version, &change(note.clone())).await;
    let refused = refused.problem();
    assert!(refused.code == codes::STATE_FORBIDS.code && refused.detail.contains(&asked.number), "{refused:?}");
    let over = IdPath { id: asked.id };
    buyer.call_at::<CancelRequestForQuotation>(&over, asked.version, &Empty {}).await.ok();
    let free = buyer.get::<GetPurchaseRequest>(&path).await.ok();
    assert!(free.can_change);
    let last = json!({"lines": [{"product_id": shop.board.id, "quantity": "5"}]});
    let last = buyer.call_at::<UpdatePurchaseRequest>(&path, free.version, &change(last)).await.ok();
    assert_eq!(quantities(&last), [dec!(5)]);

    let input = mrp_api::purchase_orders::OrderRequestInput { supplier_id: supplier.id };
    buyer.call::<OrderPurchaseRequest>(&path, &Empty {}, &input).await.ok();
    let ordered = buyer.get::<GetPurchaseRequest>(&path).await.ok();
    assert!(!ordered.can_change);
    let refused = buyer.call_at::<UpdatePurchaseRequest>(&path, ordered.version, &change(note)).await;
    refused.refused_with(&codes::STATE_FORBIDS);
    app.finish().await;
}

#[tokio::test]
async fn what_an_order_asked_for_is_not_changed_by_hand() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let order = make.confirmed_order(&shop, 3).await;
    let request = make.request_for(&order).await;
    assert!(!request.can_change);
    let patch = serde_json::from_value::<Patch<PurchaseRequestInput>>(json!({"note": "no"})).unwrap();
    let path = IdPath { id: request.id };
    let refused = app.as_role(Role::Buyer).call_at::<UpdatePurchaseRequest>(&path, request.version, &patch).await;
    let refused = refused.problem();
    assert!(refused.code == codes::STATE_FORBIDS.code && refused.detail.contains(&order.number), "{refused:?}");
    app.finish().await;
}
