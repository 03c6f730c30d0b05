//! Purchase orders: from a request or by hand, sent, changed, given up.

use mrp_api::access::Role;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::patch::Patch;
use mrp_api::product_demands::{GetProductDemand, ProductDemandQuery};
use mrp_api::products::{CreateProduct, GetProduct, ProductInput, ProductView, UpdateProduct};
use mrp_api::purchase_orders::{
    CancelPurchaseOrder, CreatePurchaseOrder, DeletePurchaseOrder, GetPurchaseOrder, ListPurchaseOrders,
    OrderPurchaseRequest, OrderRequestInput, PlacePurchaseOrder, PurchaseOrderInput, PurchaseOrderLineInput,
    PurchaseOrderLineView, PurchaseOrderQuery, UpdatePurchaseOrder,
};
use mrp_api::purchase_requests::{CreatePurchaseRequest, GetPurchaseRequest, RequestOrderMaterial};
use mrp_api::requests_for_quotation::{
    ChooseOffers, ChooseOffersInput, DraftRequestForQuotation, OfferChoice, RecordOffer,
};
use mrp_api::stock::CreateReceipt;
use mrp_api::supplier_prices::{CreateSupplierPrice, SupplierPriceInput};
use mrp_api::units::{CreateUnit, UnitInput, UnitView};
use mrp_domain::purchasing::{PurchaseOrderState, PurchaseRequestState};
use mrp_test_support::app::TestApp;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

#[tokio::test]
async fn what_a_request_asks_for_is_ordered_at_least_in_the_suppliers_minimum_and_multiple() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 3)]).await;
    let supplier = make.supplier().await;
    let price = |minimum, price| SupplierPriceInput {
        min_quantity: minimum,
        order_multiple: dec!(5),
        price: Some(price),
        ..make.supplier_price_input(supplier.id, &shop.leg)
    };
    app.admin().post::<CreateSupplierPrice>(&price(dec!(10), dec!(3))).await.ok();
    app.admin().post::<CreateSupplierPrice>(&price(dec!(1000), dec!(1))).await.ok();
    let order = make.confirmed_order(&shop, 3).await;
    let request = make.request_for(&order).await;
    let bought = make.ordered_from(supplier.id, &request).await;
    let line = &bought.lines[0];
    assert_eq!(
        (line.quantity, line.price, line.amount, bought.total),
        (dec!(15), Some(dec!(3)), Some(dec!(45)), Some(dec!(45)))
    );
    let bought_for: Vec<_> = line.orders.iter().map(|one| (one.number.as_str(), one.quantity)).collect();
    assert_eq!(bought_for, [(order.number.as_str(), dec!(12))]);
    assert_eq!((bought.state, line.expected_on.is_some()), (PurchaseOrderState::Ordered, true));
    let request = app.admin().get::<GetPurchaseRequest>(&IdPath { id: request.id }).await.ok();
    assert_eq!(request.state, PurchaseRequestState::Ordered);
    let input = OrderRequestInput { supplier_id: supplier.id };
    let again = app.admin().call::<OrderPurchaseRequest>(&IdPath { id: request.id }, &Empty {}, &input).await;
    again.refused_with(&codes::STATE_FORBIDS);

    let seen = make.reread(&order).await;
    let leg = seen.components.iter().find(|one| one.product_id == shop.leg.id).unwrap();
    assert_eq!((leg.qty_expected, leg.qty_missing, leg.qty_requested), (dec!(12), dec!(0), dec!(0)));
    assert_eq!((&leg.expected_on, leg.expected_from[0].purchase_order_id), (&line.expected_on, Some(bought.id)));
    let path = IdPath { id: shop.leg.id };
    let demand = app.admin().call::<GetProductDemand>(&path, &ProductDemandQuery::default(), &Empty {}).await.ok();
    assert_eq!((demand.qty_open, demand.qty_expected, demand.qty_short), (dec!(12), dec!(15), dec!(0)));
    app.finish().await;
}

#[tokio::test]
async fn cancelling_a_purchase_order_makes_the_need_uncovered_again() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let order = make.confirmed_order(&shop, 2).await;
    let request = make.request_for(&order).await;
    let bought = make.ordered_from(make.supplier().await.id, &request).await;
    let path = IdPath { id: bought.id };
    let gone = app.as_role(Role::Buyer).call_at::<CancelPurchaseOrder>(&path, bought.version, &Empty {}).await.ok();
    assert_eq!(gone.state, PurchaseOrderState::Cancelled);
    let seen = make.reread(&order).await;
    assert!(seen.components.iter().all(|line| line.qty_expected.is_zero() && line.qty_missing == line.qty_needed));
    let again = make.request_for(&order).await;
    let asked = |request: &mrp_api::purchase_requests::PurchaseRequestView| {
        request.lines.iter().map(|line| line.quantity).collect::<Vec<_>>()
    };
    assert_eq!(asked(&again), asked(&request));
    app.finish().await;
}

#[tokio::test]
async fn what_is_bought_in_boxes_is_ordered_in_boxes_where_no_price_says_otherwise() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let shop = make.workshop().await;
    let piece = shop.unit.clone();
    let of_twelve = UnitInput {
        code: "BOX".to_owned(),
        ratio_numerator: 12,
        rounding_step: Decimal::ONE,
        ..UnitInput::from(piece.clone())
    };
    let boxes = admin.post::<CreateUnit>(&of_twelve).await.ok();
    let boxed = ProductInput { purchase_unit_id: Some(boxes.id), ..ProductInput::from(shop.board.clone()) };
    let path = IdPath { id: shop.board.id };
    let product = admin.call_at::<UpdateProduct>(&path, shop.board.version, &Patch::whole(&boxed)).await.ok();
    assert_eq!(product.purchase_unit_code.as_deref(), Some("BOX"));
    // 30 boards are 3 boxes, since boxes are not opened; legs are ordered one by one.
    let request = make.request_for(&make.confirmed_order(&shop, 30).await).await;
    let input = OrderRequestInput { supplier_id: make.supplier().await.id };
    let draft = admin.call::<OrderPurchaseRequest>(&IdPath { id: request.id }, &Empty {}, &input).await.ok();
    let ordered = |line: &PurchaseOrderLineView| (line.quantity, line.unit_id);
    let board = draft.lines.iter().find(|line| line.product_id == product.id).map(ordered);
    assert_eq!(board, Some((Decimal::from(3), boxes.id)));
    assert!(draft.lines.iter().any(|line| ordered(line) == (Decimal::from(120), piece.id)), "{:?}", draft.lines);
    let by_hand = make.purchase_order(shop.warehouse.id, product.id, 2).await;
    assert_eq!(by_hand.lines.iter().map(ordered).collect::<Vec<_>>(), [(Decimal::from(2), boxes.id)]);
    // Back in the unit that it is kept in, and never in one that measures something else.
    let stranger = make.unit().await;
    let odd = ProductInput { purchase_unit_id: Some(stranger.id), ..make.product_input(piece.id) };
    let problem = admin.post::<CreateProduct>(&odd).await.problem();
    assert_eq!(problem.errors.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), ["/purchase_unit_id"]);
    assert_eq!(problem.errors[0].detail_code.as_deref(), Some("purchase_unit_differs"));
    app.finish().await;
}

/// A product kept in kilograms and bought in pounds, which are no whole number of grams.
async fn bought_in_pounds(app: &TestApp) -> (ProductView, UnitView) {
    let (admin, make) = (app.admin(), app.factory());
    let kilogram = UnitInput { rounding_step: dec!(0.001), ..make.unit_input().await };
    let kilogram = admin.post::<CreateUnit>(&kilogram).await.ok();
    let pound = UnitInput {
        code: "LB".to_owned(),
        ratio_numerator: 45_359_237,
        ratio_denominator: 100_000_000,
        rounding_step: dec!(0.01),
        ..UnitInput::from(kilogram.clone())
    };
    let pound = admin.post::<CreateUnit>(&pound).await.ok();
    let powder = ProductInput { purchase_unit_id: Some(pound.id), ..make.product_input(kilogram.id) };
    (admin.post::<CreateProduct>(&powder).await.ok(), pound)
}

#[tokio::test]
async fn a_need_in_kilograms_is_bought_in_pounds_that_cover_it_and_comes_in_without_loss() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let (powder, pound) = bought_in_pounds(&app).await;
    let warehouse = make.warehouse().await;
    make.keeps_components_in(warehouse.id).await;
    let request = make.purchase_request(powder.id, 10).await;
    let bought = make.ordered_from(make.supplier().await.id, &request).await;
    let line = &bought.lines[0];
    assert_eq!((line.quantity, line.unit_id, line.qty_ordered), (dec!(22.05), pound.id, dec!(10.001)));
    assert_eq!((line.quantity_open, bought.total), (dec!(22.05), Some(dec!(176.4))));

    // It comes in two parts, and both together are all of it.
    let mut part = make.purchase_receipt_input(&bought, 10);
    admin.post::<CreateReceipt>(&part).await.ok();
    let seen = make.reread_purchase(&bought).await;
    assert_eq!((seen.state, seen.lines[0].quantity_open), (PurchaseOrderState::PartlyReceived, dec!(12.05)));
    assert_eq!(seen.lines[0].qty_received, dec!(4.535));
    part.lines[0].quantity = dec!(12.06);
    admin.post::<CreateReceipt>(&part).await.refused_with(&codes::OVER_RECEIPT);
    part.lines[0].quantity = dec!(0.001);
    admin.post::<CreateReceipt>(&part).await.refused_with(&codes::VALIDATION_FAILED);
    part.lines[0].quantity = dec!(6.02);
    part.lines.push(part.lines[0].clone());
    part.lines[1].quantity = dec!(6.03);
    let receipt = admin.post::<CreateReceipt>(&part).await.ok();
    let came: Vec<_> = receipt.lines.iter().map(|line| (line.quantity, line.value)).collect();
    assert_eq!(came, [(dec!(2.731), Some(dec!(48.16))), (dec!(2.735), Some(dec!(48.24)))]);
    let seen = make.reread_purchase(&bought).await;
    assert_eq!((seen.state, seen.lines[0].quantity_open), (PurchaseOrderState::Received, dec!(0)));
    let request = admin.get::<GetPurchaseRequest>(&IdPath { id: request.id }).await.ok();
    assert_eq!((request.state, request.lines[0].qty_received), (PurchaseRequestState::Received, dec!(10)));
    let stocked = admin.get::<GetProduct>(&IdPath { id: powder.id }).await.ok();
    assert_eq!(stocked.qty_on_hand, dec!(10.001));
    app.finish().await;
}

#[tokio::test]
async fn suppliers_are_asked_in_the_unit_in_which_a_product_is_bought() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let (powder, pound) = bought_in_pounds(&app).await;
    make.keeps_components_in(make.warehouse().await.id).await;
    let mut wanted = make.purchase_request_input(powder.id, 10);
    wanted.lines[0].supplier_id = Some(make.supplier().await.id);
    let request = admin.post::<CreatePurchaseRequest>(&wanted).await.ok();
    let path = IdPath { id: request.id };
    let asked = admin.call::<DraftRequestForQuotation>(&path, &Empty {}, &Empty {}).await.ok();
    let offer = &asked.lines[0].offers[0];
    assert_eq!((offer.unit_id, offer.quantity), (pound.id, dec!(22.05)));
    // Whoever offers answers for a pound; what is ordered stays in pounds.
    let mut answer = make.offer_input(&asked, 0, 3);
    answer.unit_id = Some(pound.id);
    answer.min_quantity = dec!(50);
    let path = IdPath { id: asked.id };
    let answered = admin.call_at::<RecordOffer>(&path, asked.version, &answer).await.ok();
    let choice = OfferChoice { line_id: answer.line_id, supplier_id: answer.supplier_id };
    let choices = ChooseOffersInput { choices: vec![choice] };
    let decided = admin.call_at::<ChooseOffers>(&path, answered.version, &choices).await.ok();
    let path = IdPath { id: decided.lines[0].purchase_order_id.unwrap() };
    let bought = admin.get::<GetPurchaseOrder>(&path).await.ok();
    let line = &bought.lines[0];
    assert_eq!((line.unit_id, line.quantity, line.qty_ordered), (pound.id, dec!(50), dec!(22.679)));
    app.finish().await;
}

#[tokio::test]
async fn a_draft_that_is_removed_leaves_its_request_open() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let request = make.request_for(&make.confirmed_order(&shop, 2).await).await;
    let input = OrderRequestInput { supplier_id: make.supplier().await.id };
    let path = IdPath { id: request.id };
    let draft = app.admin().call::<OrderPurchaseRequest>(&path, &Empty {}, &input).await.ok();
    let seen = app.admin().get::<GetPurchaseRequest>(&path).await.ok();
    assert_eq!(seen.state, PurchaseRequestState::Quoting);
    app.admin().call_at::<DeletePurchaseOrder>(&IdPath { id: draft.id }, draft.version, &Empty {}).await.ok();
    let seen = app.admin().get::<GetPurchaseRequest>(&path).await.ok();
    assert_eq!(seen.state, PurchaseRequestState::Open);
    let order = IdPath { id: request.manufacturing_order_id.unwrap() };
    app.admin()
        .call::<RequestOrderMaterial>(&order, &Empty {}, &Empty {})
        .await
        .refused_with(&codes::EVERYTHING_ASKED_FOR);
    app.finish().await;
}

#[tokio::test]
async fn nothing_is_ordered_without_a_price_and_what_is_ordered_stays_as_it_is() {
    let app = TestApp::new().await;
    let make = app.factory();
    let (product, warehouse) = (make.product(make.unit().await.id).await, make.warehouse().await);
    let draft = make.purchase_order(warehouse.id, product.id, 5).await;
    let path = IdPath { id: draft.id };
    let line = &draft.lines[0];
    let change = |price, quantity| {
        let lines = vec![PurchaseOrderLineInput {
            id: Some(line.id),
            product_id: line.product_id,
            quantity,
            unit_id: Some(line.unit_id),
            price,
            expected_on: Some("2030-02-01".to_owned()),
        }];
        let input = PurchaseOrderInput {
            supplier_id: draft.supplier_id,
            warehouse_id: Some(draft.warehouse_id),
            expected_on: None,
            note: "Gate 2".to_owned(),
            lines,
        };
        Patch::whole(&input)
    };
    let buyer = app.as_role(Role::Buyer);
    let bare = buyer.call_at::<UpdatePurchaseOrder>(&path, draft.version, &change(None, dec!(6))).await.ok();
    assert_eq!((bare.lines[0].id, bare.lines[0].quantity, bare.lines_without_price), (line.id, dec!(6), 1));
    buyer.call_at::<PlacePurchaseOrder>(&path, bare.version, &Empty {}).await.refused_with(&codes::PRICE_MISSING);
    let priced = buyer.call_at::<UpdatePurchaseOrder>(&path, bare.version, &change(Some(dec!(9)), dec!(6))).await.ok();
    let placed = buyer.call_at::<PlacePurchaseOrder>(&path, priced.version, &Empty {}).await.ok();
    let other = buyer.call_at::<UpdatePurchaseOrder>(&path, placed.version, &change(Some(dec!(1)), dec!(6))).await;
    other.refused_with(&codes::STATE_FORBIDS);
    let same = buyer.call_at::<UpdatePurchaseOrder>(&path, placed.version, &change(Some(dec!(9)), dec!(6))).await.ok();
    assert_eq!(same.lines[0].expected_on.as_deref(), Some("2030-02-01"));
    buyer.call_at::<DeletePurchaseOrder>(&path, same.version, &Empty {}).await.refused_with(&codes::STATE_FORBIDS);
    app.finish().await;
}

#[tokio::test]
async fn an_order_by_hand_with_bad_lines_is_told_all_of_them_at_once() {
    let app = TestApp::new().await;
    let make = app.factory();
    let (product, warehouse) = (make.product(make.unit().await.id).await, make.warehouse().await);
    let mut input = make.purchase_order_input(make.supplier().await.id, warehouse.id, product.id, 0);
    input.lines[0].price = Some(dec!(-1));
    input.lines.push(PurchaseOrderLineInput {
        unit_id: Some(make.unit().await.id),
        quantity: dec!(1),
        price: None,
        ..input.lines[0].clone()
    });
    let problem = app.admin().post::<CreatePurchaseOrder>(&input).await.problem();
    let told: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(told, ["/lines/0/quantity", "/lines/0/price", "/lines/1/unit_id"]);
    app.finish().await;
}

#[tokio::test]
async fn who_may_not_see_costs_sees_no_price_of_a_purchase_order() {
    let app = TestApp::new().await;
    let make = app.factory();
    let (product, warehouse) = (make.product(make.unit().await.id).await, make.warehouse().await);
    let order = make.purchase_order(warehouse.id, product.id, 5).await;
    assert_eq!(order.total, Some(dec!(40)));
    for role in [Role::Sales, Role::Storekeeper, Role::Viewer] {
        let caller = app.as_role(role);
        let read = caller.get::<GetPurchaseOrder>(&IdPath { id: order.id }).await.raw.text();
        let list = caller.list::<ListPurchaseOrders>(&PurchaseOrderQuery::default()).await.raw.text();
        for text in [read, list] {
            for hidden in ["\"price\"", "\"amount\"", "\"total\":\""] {
                assert!(!text.contains(hidden), "{role} sees {hidden}: {text}");
            }
        }
    }
    app.finish().await;
}
