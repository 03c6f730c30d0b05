//! Requests for quotation: preferred suppliers are asked, offers compared, the chosen ones ordered.

use mrp_api::access::Role;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::purchase_orders::{ListPurchaseOrders, PurchaseOrderQuery};
use mrp_api::purchase_requests::GetPurchaseRequest;
use mrp_api::requests_for_quotation::{
    AskSupplier, AskSupplierInput, CancelRequestForQuotation, ChooseOffers, ChooseOffersInput,
    CreateRequestForQuotation, DraftRequestForQuotation, GetRequestForQuotation, OfferChoice, OfferInput,
    QuotationLineInput, RecordOffer, RequestForQuotationInput, RequestForQuotationView, SendRequestForQuotation,
};
use mrp_api::supplier_prices::{CreateSupplierPrice, SupplierPriceInput};
use mrp_domain::purchasing::{PurchaseRequestState, RequestForQuotationState};
use mrp_test_support::app::TestApp;
use rust_decimal_macros::dec;

async fn record(app: &TestApp, seen: &RequestForQuotationView, offer: &OfferInput) -> RequestForQuotationView {
    app.as_role(Role::Buyer).call_at::<RecordOffer>(&IdPath { id: seen.id }, seen.version, offer).await.ok()
}

fn taken(offer: &OfferInput) -> ChooseOffersInput {
    ChooseOffersInput { choices: vec![OfferChoice { line_id: offer.line_id, supplier_id: offer.supplier_id }] }
}

#[tokio::test]
async fn the_suppliers_that_sell_it_are_asked_the_preferred_first_and_others_by_hand() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 3)]).await;
    let (known, past) = (make.supplier().await, make.supplier().await);
    make.supplier_price(known.id, &shop.leg).await;
    let old = SupplierPriceInput {
        valid_until: Some("2020-01-01".to_owned()),
        ..make.supplier_price_input(past.id, &shop.leg)
    };
    app.admin().post::<CreateSupplierPrice>(&old).await.ok();
    let request = make.request_for(&make.confirmed_order(&shop, 3).await).await;
    let path = IdPath { id: request.id };
    let buyer = app.as_role(Role::Buyer);
    let seen = buyer.call::<DraftRequestForQuotation>(&path, &Empty {}, &Empty {}).await.ok();
    assert_eq!(seen.suppliers.iter().map(|one| one.id).collect::<Vec<_>>(), [known.id]);
    assert_eq!((seen.lines[0].quantity, seen.lines[0].offers[0].is_answered), (dec!(12), false));
    assert_eq!(seen.requests[0].number, request.number);
    buyer.call::<DraftRequestForQuotation>(&path, &Empty {}, &Empty {}).await.refused_with(&codes::STATE_FORBIDS);

    let path = IdPath { id: seen.id };
    let more = buyer.call_at::<AskSupplier>(&path, seen.version, &AskSupplierInput { supplier_id: past.id }).await.ok();
    assert_eq!(more.suppliers.len(), 2);
    let again = AskSupplierInput { supplier_id: past.id };
    let again = buyer.call_at::<AskSupplier>(&path, more.version, &again).await.problem();
    assert_eq!(again.errors[0].pointer, "/supplier_id");
    let sent = buyer.call_at::<SendRequestForQuotation>(&path, more.version, &Empty {}).await.ok();
    assert_eq!((sent.state, sent.sent_at.is_some()), (RequestForQuotationState::Sent, true));
    app.finish().await;
}

#[tokio::test]
async fn offers_are_compared_by_what_all_of_it_costs_and_the_chosen_one_is_ordered() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 3)]).await;
    let order = make.confirmed_order(&shop, 3).await;
    let request = make.request_for(&order).await;
    let seen = make.quotation(&request).await;
    let low = OfferInput { min_quantity: dec!(100), lead_days: 1, ..make.offer_input(&seen, 0, 4) };
    let seen = record(&app, &seen, &low).await;
    let dear = make.offer_input(&seen, 1, 5);
    let seen = record(&app, &seen, &dear).await;
    let offer = |supplier| seen.lines[0].offers.iter().find(|offer| offer.supplier_id == supplier).unwrap();
    let (first, second) = (offer(low.supplier_id), offer(dear.supplier_id));
    assert_eq!(
        (first.quantity, first.cost, first.is_cheapest, first.is_soonest),
        (dec!(100), Some(dec!(400)), false, true)
    );
    assert_eq!(
        (second.quantity, second.cost, second.is_cheapest, second.is_soonest),
        (dec!(12), Some(dec!(60)), true, false)
    );

    let path = IdPath { id: seen.id };
    let done = app.as_role(Role::Buyer).call_at::<ChooseOffers>(&path, seen.version, &taken(&dear)).await.ok();
    assert_eq!(done.state, RequestForQuotationState::Decided);
    let orders = app.admin().list::<ListPurchaseOrders>(&PurchaseOrderQuery::default()).await.ok();
    assert_eq!((orders.total, orders.items[0].total), (1, Some(dec!(60))));
    assert_eq!(done.lines[0].purchase_order_number.as_ref(), Some(&orders.items[0].number));
    let request = app.admin().get::<GetPurchaseRequest>(&IdPath { id: request.id }).await.ok();
    assert_eq!(request.lines[0].purchase_order_number.as_ref(), Some(&orders.items[0].number));
    app.admin().call_at::<ChooseOffers>(&path, done.version, &taken(&dear)).await.refused_with(&codes::STATE_FORBIDS);
    app.finish().await;
}

#[tokio::test]
async fn an_offer_that_was_not_given_or_has_run_out_cannot_be_taken() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let request = make.request_for(&make.confirmed_order(&shop, 3).await).await;
    let seen = make.quotation(&request).await;
    let old = OfferInput { valid_until: Some("2020-01-01".to_owned()), ..make.offer_input(&seen, 0, 4) };
    let seen = record(&app, &seen, &old).await;
    let silent = make.offer_input(&seen, 1, 5);
    let path = IdPath { id: seen.id };
    for offer in [&old, &silent] {
        let problem = app.admin().call_at::<ChooseOffers>(&path, seen.version, &taken(offer)).await.problem();
        assert_eq!(problem.errors[0].pointer, "/choices/0");
    }
    let bad = OfferInput { price: Some(dec!(-1)), min_quantity: dec!(-1), lead_days: 9_999, ..silent };
    let problem = app.admin().call_at::<RecordOffer>(&path, seen.version, &bad).await.problem();
    let told: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(told, ["/price", "/min_quantity", "/lead_days"]);
    app.finish().await;
}

#[tokio::test]
async fn a_question_that_is_given_up_leaves_its_request_open_and_prices_are_seen_with_costs_only() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let request = make.request_for(&make.confirmed_order(&shop, 3).await).await;
    let seen = make.quotation(&request).await;
    let seen = record(&app, &seen, &make.offer_input(&seen, 0, 4)).await;
    let path = IdPath { id: seen.id };
    let text = app.as_role(Role::Sales).get::<GetRequestForQuotation>(&path).await.raw.text();
    assert!(
        !text.contains("\"price\"") && !text.contains("\"cost\"") && !text.contains("\"is_cheapest\":true"),
        "{text}"
    );
    let quoting = app.admin().get::<GetPurchaseRequest>(&IdPath { id: request.id }).await.ok();
    assert_eq!(quoting.state, PurchaseRequestState::Quoting);
    let gone = app.admin().call_at::<CancelRequestForQuotation>(&path, seen.version, &Empty {}).await.ok();
    assert_eq!(gone.state, RequestForQuotationState::Cancelled);
    let open = app.admin().get::<GetPurchaseRequest>(&IdPath { id: request.id }).await.ok();
    assert_eq!(open.state, PurchaseRequestState::Open);
    app.finish().await;
}

#[tokio::test]
async fn suppliers_are_asked_by_hand_without_any_shortage() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.keeps_components_in(shop.warehouse.id).await;
    let (known, other) = (make.supplier().await, make.supplier().await);
    make.supplier_price(known.id, &shop.leg).await;
    let buyer = app.as_role(Role::Buyer);
    let line = |product_id, quantity| QuotationLineInput { product_id, quantity, needed_on: None };
    let input = |supplier_ids, lines| RequestForQuotationInput {
        lines,
        supplier_ids,
        answer_by: Some("2030-01-31".to_owned()),
        note: "for the fair".to_owned(),
    };
    let both = vec![line(shop.leg.id, dec!(40)), line(shop.board.id, dec!(7))];
    let asked = buyer.post::<CreateRequestForQuotation>(&input(vec![known.id, other.id], both.clone())).await.ok();
    assert_eq!((asked.state, asked.requests.len()), (RequestForQuotationState::Draft, 0));
    assert_eq!((asked.answer_by.as_deref(), asked.note.as_str()), (Some("2030-01-31"), "for the fair"));
    assert_eq!(
        asked.lines.iter().map(|line| (line.quantity, line.offers.len())).collect::<Vec<_>>(),
        [(dec!(40), 2), (dec!(7), 2)]
    );

    // Nobody named: whoever sells it is asked.
    let preferred = buyer.post::<CreateRequestForQuotation>(&input(Vec::new(), both)).await.ok();
    assert_eq!(preferred.suppliers.iter().map(|one| one.id).collect::<Vec<_>>(), [known.id]);

    // It goes on as any other: an offer is taken and ordered.
    let offer = make.offer_input(&preferred, 0, 4);
    let answered = record(&app, &preferred, &offer).await;
    let path = IdPath { id: preferred.id };
    let chosen = buyer.call_at::<ChooseOffers>(&path, answered.version, &taken(&offer)).await.ok();
    assert!(chosen.lines[0].purchase_order_id.is_some());

    let wrong = input(
        vec![mrp_domain::ids::SupplierId::from_uuid(uuid::Uuid::now_v7())],
        vec![line(shop.leg.id, dec!(1)), line(shop.leg.id, dec!(0))],
    );
    let problem = buyer.post::<CreateRequestForQuotation>(&wrong).await.problem();
    let told: Vec<_> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(told, ["/lines/1/quantity", "/lines/1/product_id", "/supplier_ids/0"]);
    app.as_role(Role::Planner).post::<CreateRequestForQuotation>(&wrong).await.refused_with(&codes::PERMISSION_DENIED);
    app.finish().await;
}
