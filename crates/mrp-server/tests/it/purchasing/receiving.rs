//! What comes in for purchase orders: how much, at what value, and who gets it.

use mrp_api::access::Role;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{ConfirmManufacturingOrder, CreateManufacturingOrder, ManufacturingOrderView};
use mrp_api::patch::Patch;
use mrp_api::products::{ProductInput, UpdateProduct};
use mrp_api::purchase_orders::CancelPurchaseOrder;
use mrp_api::purchase_requests::GetPurchaseRequest;
use mrp_api::stock::CreateReceipt;
use mrp_api::suppliers::{CreateSupplier, SupplierInput};
use mrp_domain::ids::ProductId;
use mrp_domain::manufacturing_order::{MaterialAvailability, Priority};
use mrp_domain::purchasing::{PurchaseOrderState, PurchaseRequestState};
use mrp_test_support::app::TestApp;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use serde_json::json;

fn reserved(order: &ManufacturingOrderView, product: ProductId) -> Decimal {
    order.components.iter().find(|line| line.product_id == product).unwrap().qty_reserved
}

#[tokio::test]
async fn goods_go_first_to_the_order_that_caused_the_purchase() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 10)]).await;
    let causing = make.confirmed_order(&shop, 2).await;
    let request = make.request_for(&causing).await;
    let bought = make.ordered_from(make.supplier().await.id, &request).await;
    // An urgent order comes later and wants the same legs.
    let mut urgent = make.order_input(&shop, 2);
    urgent.priority = Some(Priority::Urgent);
    let urgent = app.admin().post::<CreateManufacturingOrder>(&urgent).await.ok();
    let urgent = make.order_command::<ConfirmManufacturingOrder>(&urgent, &Empty {}).await;

    let store = app.as_role(Role::Storekeeper);
    let receipt = store.post::<CreateReceipt>(&make.purchase_receipt_input(&bought, 8)).await.ok();
    assert!(receipt.lines[0].value.is_none());
    let (causing, urgent) = (make.reread(&causing).await, make.reread(&urgent).await);
    assert_eq!((reserved(&causing, shop.leg.id), reserved(&urgent, shop.leg.id)), (dec!(8), dec!(0)));
    assert_eq!(causing.material_availability_status, MaterialAvailability::Reserved);
    app.finish().await;
}

#[tokio::test]
async fn what_the_causing_order_does_not_need_goes_to_others_by_priority() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 10)]).await;
    let causing = make.confirmed_order(&shop, 1).await;
    let (low, high) = (make.confirmed_order(&shop, 1).await, {
        let mut input = make.order_input(&shop, 1);
        input.priority = Some(Priority::High);
        let draft = app.admin().post::<CreateManufacturingOrder>(&input).await.ok();
        make.order_command::<ConfirmManufacturingOrder>(&draft, &Empty {}).await
    });
    let request = make.request_for(&causing).await;
    let supplier = SupplierInput { over_receipt_percent: dec!(50), ..make.supplier_input() };
    let supplier = app.admin().post::<CreateSupplier>(&supplier).await.ok();
    let bought = make.ordered_from(supplier.id, &request).await;
    app.admin().post::<CreateReceipt>(&make.purchase_receipt_input(&bought, 6)).await.ok();
    let mut got = Vec::new();
    for order in [&causing, &high, &low] {
        got.push(reserved(&make.reread(order).await, shop.leg.id));
    }
    assert_eq!(got, [dec!(4), dec!(2), dec!(0)]);
    app.finish().await;
}

#[tokio::test]
async fn goods_that_come_in_lots_are_set_aside_lot_by_lot_for_whom_they_were_bought() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let patch: Patch<ProductInput> = serde_json::from_value(json!({"tracking": "lot"})).unwrap();
    let path = IdPath { id: shop.leg.id };
    let _ = app.admin().call_at::<UpdateProduct>(&path, shop.leg.version, &patch).await.ok();
    make.receipt(shop.warehouse.id, &[(shop.board.id, 10)]).await;
    let causing = make.confirmed_order(&shop, 2).await;
    let request = make.request_for(&causing).await;
    let bought = make.ordered_from(make.supplier().await.id, &request).await;
    let other = make.confirmed_order(&shop, 2).await;
    for (number, quantity) in [("L-1", 5), ("L-2", 3)] {
        let mut receipt = make.purchase_receipt_input(&bought, quantity);
        receipt.lines[0].lot_numbers = Some(number.to_owned());
        let _ = app.admin().post::<CreateReceipt>(&receipt).await.ok();
    }
    let held = |order: &ManufacturingOrderView| {
        let line = order.components.iter().find(|line| line.product_id == shop.leg.id).unwrap();
        line.lots.iter().map(|lot| (lot.number.clone(), lot.qty_reserved)).collect::<Vec<_>>()
    };
    let expected = vec![("L-1".to_owned(), dec!(5)), ("L-2".to_owned(), dec!(3))];
    assert_eq!((held(&make.reread(&causing).await), held(&make.reread(&other).await)), (expected, Vec::new()));
    app.finish().await;
}

#[tokio::test]
async fn a_partial_receipt_leaves_the_rest_expected_and_the_last_one_completes_the_material() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 2)]).await;
    let order = make.confirmed_order(&shop, 2).await;
    let request = make.request_for(&order).await;
    let bought = make.ordered_from(make.supplier().await.id, &request).await;
    app.admin().post::<CreateReceipt>(&make.purchase_receipt_input(&bought, 3)).await.ok();
    let (seen, paper) = (make.reread(&order).await, make.reread_purchase(&bought).await);
    let leg = seen.components.iter().find(|line| line.product_id == shop.leg.id).unwrap();
    assert_eq!((leg.qty_reserved, leg.qty_expected, leg.qty_missing), (dec!(3), dec!(5), dec!(0)));
    assert_eq!(seen.material_availability_status, MaterialAvailability::Partial);
    assert_eq!(
        (paper.state, paper.lines[0].quantity_open, paper.receipts.len()),
        (PurchaseOrderState::PartlyReceived, dec!(5), 1)
    );

    app.admin().post::<CreateReceipt>(&make.purchase_receipt_input(&bought, 5)).await.ok();
    let (seen, paper) = (make.reread(&order).await, make.reread_purchase(&bought).await);
    assert_eq!(seen.material_availability_status, MaterialAvailability::Reserved);
    assert_eq!((paper.state, paper.receipts.len()), (PurchaseOrderState::Received, 2));
    let request = app.admin().get::<GetPurchaseRequest>(&IdPath { id: request.id }).await.ok();
    assert_eq!((request.state, request.lines[0].qty_received), (PurchaseRequestState::Received, dec!(8)));
    let more = make.purchase_receipt_input(&bought, 1);
    app.admin().post::<CreateReceipt>(&more).await.refused_with(&codes::STATE_FORBIDS);
    app.finish().await;
}

#[tokio::test]
async fn cancelling_a_purchase_order_that_is_partly_received_makes_the_rest_uncovered_again() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 2)]).await;
    let order = make.confirmed_order(&shop, 2).await;
    let bought = make.ordered_from(make.supplier().await.id, &make.request_for(&order).await).await;
    app.admin().post::<CreateReceipt>(&make.purchase_receipt_input(&bought, 3)).await.ok();
    let bought = make.reread_purchase(&bought).await;
    app.admin().call_at::<CancelPurchaseOrder>(&IdPath { id: bought.id }, bought.version, &Empty {}).await.ok();
    let again = make.request_for(&order).await;
    assert_eq!(again.lines.iter().map(|line| line.quantity).collect::<Vec<_>>(), [dec!(5)]);
    app.finish().await;
}

#[tokio::test]
async fn more_than_ordered_is_refused_and_received_only_as_far_as_the_supplier_may_bring_more() {
    let app = TestApp::new().await;
    let make = app.factory();
    let (product, warehouse) = (make.product(make.unit().await.id).await, make.warehouse().await);
    let strict = make.placed(&make.purchase_order(warehouse.id, product.id, 10).await).await;
    let problem = app.admin().post::<CreateReceipt>(&make.purchase_receipt_input(&strict, 11)).await.problem();
    assert_eq!((problem.code.as_str(), problem.errors[0].pointer.as_str()), ("over_receipt", "/lines/0/quantity"));
    // Two lines of one receipt count together.
    let mut twice = make.purchase_receipt_input(&strict, 6);
    twice.lines.push(twice.lines[0].clone());
    app.admin().post::<CreateReceipt>(&twice).await.refused_with(&codes::OVER_RECEIPT);
    assert_eq!(make.reread_purchase(&strict).await.state, PurchaseOrderState::Ordered);
    app.finish().await;
}

#[tokio::test]
async fn goods_enter_stock_at_the_price_of_the_purchase_order() {
    let app = TestApp::new().await;
    let make = app.factory();
    let (product, warehouse) = (make.product(make.unit().await.id).await, make.warehouse().await);
    let order = make.placed(&make.purchase_order(warehouse.id, product.id, 10).await).await;
    let receipt = app.admin().post::<CreateReceipt>(&make.purchase_receipt_input(&order, 4)).await.ok();
    assert_eq!(receipt.lines[0].value, Some(dec!(32)));
    let mut priced = make.purchase_receipt_input(&order, 4);
    priced.lines[0].unit_cost = Some(dec!(1));
    let problem = app.admin().post::<CreateReceipt>(&priced).await.problem();
    assert_eq!(problem.errors[0].pointer, "/lines/0/unit_cost");
    let other = make.product(make.unit().await.id).await;
    let mut wrong = make.purchase_receipt_input(&order, 4);
    wrong.lines[0].product_id = other.id;
    let problem = app.admin().post::<CreateReceipt>(&wrong).await.problem();
    assert_eq!(problem.errors[0].pointer, "/lines/0/product_id");
    app.finish().await;
}

#[tokio::test]
async fn nothing_is_received_for_a_draft_and_nothing_twice_when_two_receive_at_once() {
    let app = TestApp::new().await;
    let make = app.factory();
    let (product, warehouse) = (make.product(make.unit().await.id).await, make.warehouse().await);
    let draft = make.purchase_order(warehouse.id, product.id, 10).await;
    let input = make.purchase_receipt_input(&draft, 10);
    app.admin().post::<CreateReceipt>(&input).await.refused_with(&codes::STATE_FORBIDS);
    make.placed(&draft).await;
    let answers = futures_util::future::join_all(
        (0..6).map(|_| async { app.as_role(Role::Storekeeper).post::<CreateReceipt>(&input).await.raw.status }),
    )
    .await;
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    assert_eq!(make.reread_purchase(&draft).await.lines[0].qty_received, dec!(10));
    app.finish().await;
}
