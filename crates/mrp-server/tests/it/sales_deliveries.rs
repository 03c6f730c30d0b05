//! Deliveries for sales orders over HTTP: what is open goes out of free stock, and the order follows.

use mrp_api::access::Role;
use mrp_api::deliveries::{CreateDelivery, DeliveryInput, DeliveryLineInput, DeliveryView};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{
    ConfirmManufacturingOrder, GetManufacturingOrder, PlanInput, PlanManufacturingOrder,
};
use mrp_api::sales_orders::{ConfirmSalesOrder, CreateSalesOrder, GetSalesOrder, SalesOrderView};
use mrp_api::stock::{CreateReceipt, GoodsLineInput, ReceiptInput, ReceiptLineInput};
use mrp_domain::example;
use mrp_domain::ids::ProductId;
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::product::Tracking;
use mrp_domain::sales_order::SalesOrderState;
use mrp_test_support::client::{Answer, Client};
use rust_decimal::Decimal;
use serde_json::json;

use crate::orders::produce_short;
use crate::sales_orders::{cancel, change, input, line, make, sold, table};
use crate::shop::{Shop, d};

fn going(order: &SalesOrderView, place: usize, quantity: &str) -> DeliveryLineInput {
    let line = &order.lines[place];
    let goods = GoodsLineInput { product_id: line.product_id, quantity: d(quantity), unit_id: None, lot_numbers: None };
    DeliveryLineInput { sales_order_line_id: Some(line.id), ..goods.into() }
}

async fn deliver(shop: &Shop, client: &Client, lines: Vec<DeliveryLineInput>) -> Answer<DeliveryView> {
    let input = DeliveryInput {
        warehouse_id: shop.warehouse,
        customer: "Muster GmbH".to_owned(),
        reference: "4711".to_owned(),
        lines,
    };
    client.post::<CreateDelivery>(&input).await
}

async fn read(shop: &Shop, order: &SalesOrderView) -> SalesOrderView {
    shop.admin.get::<GetSalesOrder>(&IdPath { id: order.id }).await.ok()
}

async fn with_tables(quantity: &str) -> (Shop, ProductId) {
    let shop = Shop::open().await;
    let table = shop.product(example::STEEL_TABLE);
    shop.receive(&[(example::STEEL_TABLE, quantity)]).await;
    (shop, table)
}

#[tokio::test]
async fn a_storekeeper_delivers_in_parts_and_the_order_is_delivered_when_nothing_is_open() {
    let (shop, _) = with_tables("10").await;
    let order = sold(&shop.admin, "10").await;
    assert_eq!((order.lines[0].qty_open, order.lines[0].qty_free), (d("10"), d("10")));
    let store = shop.app.as_role(Role::Storekeeper);
    let first = deliver(&shop, &store, vec![going(&order, 0, "4")]).await.ok();
    let served: Vec<_> = first.sales_orders.iter().map(|one| one.number.as_str()).collect();
    assert_eq!(served, [order.number.as_str()]);
    let part = read(&shop, &order).await;
    let line = &part.lines[0];
    assert_eq!((part.state, line.qty_delivered, line.qty_open), (SalesOrderState::Confirmed, d("4"), d("6")));
    assert_eq!((line.deliveries[0].number.clone(), line.deliveries[0].quantity), (first.number, d("4")));
    assert!(part.version > order.version, "who has read it before must read it again");

    let problem = deliver(&shop, &store, vec![going(&order, 0, "4"), going(&order, 0, "3")]).await.problem();
    let told: Vec<_> = problem.errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect();
    assert_eq!(told, [("/lines/1/quantity", codes::OVER_DELIVERY.code)]);

    let _ = deliver(&shop, &store, vec![going(&order, 0, "6")]).await.ok();
    let all = read(&shop, &order).await;
    assert_eq!(
        (all.state, all.lines[0].qty_open, all.lines[0].deliveries.len()),
        (SalesOrderState::Delivered, Decimal::ZERO, 2)
    );
    deliver(&shop, &store, vec![going(&order, 0, "1")]).await.refused_with(&codes::STATE_FORBIDS);
    cancel(&shop.admin, &all).await.refused_with(&codes::STATE_FORBIDS);
    shop.close().await;
}

#[tokio::test]
async fn each_line_that_stock_does_not_cover_is_told_with_what_is_free() {
    let (shop, _) = with_tables("3").await;
    let draft = input(vec![line(table(), "2", None), line(table(), "5", None)]);
    let draft = shop.admin.post::<CreateSalesOrder>(&draft).await.ok();
    deliver(&shop, &shop.admin, vec![going(&draft, 0, "1")]).await.refused_with(&codes::STATE_FORBIDS);
    let path = IdPath { id: draft.id };
    let order = shop.admin.call_at::<ConfirmSalesOrder>(&path, draft.version, &Empty {}).await.ok();
    let problem = deliver(&shop, &shop.admin, vec![going(&order, 0, "2"), going(&order, 1, "5")]).await.problem();
    assert_eq!(problem.code, codes::STOCK_SHORT.code);
    let told: Vec<_> = problem.errors.iter().map(|error| (error.pointer.as_str(), error.detail.as_str())).collect();
    assert_eq!(told, [("/lines/1/quantity", "5 wanted, 1 on hand")]);
    assert_eq!(read(&shop, &order).await, order, "nothing is half done");
    shop.close().await;
}

#[tokio::test]
async fn a_delivery_is_for_the_product_that_was_sold_in_its_own_unit() {
    let (shop, _) = with_tables("3").await;
    let order = sold(&shop.admin, "2").await;
    let tube = shop.product(example::STEEL_TUBE);
    let unit = shop.unit(example::PIECE);
    let wrong = DeliveryLineInput { product_id: tube, unit_id: Some(unit), ..going(&order, 0, "1") };
    let unknown = mrp_domain::ids::SalesOrderLineId::from_uuid(uuid::Uuid::now_v7());
    let nobody = DeliveryLineInput { sales_order_line_id: Some(unknown), ..going(&order, 0, "1") };
    let problem = deliver(&shop, &shop.admin, vec![wrong, nobody]).await.problem();
    let told: Vec<_> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(told[..3], ["/lines/0/product_id", "/lines/0/unit_id", "/lines/1/sales_order_line_id"]);
    shop.close().await;
}

#[tokio::test]
async fn lots_go_out_for_a_line_and_what_is_expired_is_not_free() {
    let shop = Shop::open().await;
    let tracked =
        mrp_api::products::ProductInput { tracking: Tracking::Lot, can_be_sold: true, ..shop.product_input("POWDER") };
    let product_id = shop.new_product(tracked).await;
    let lines =
        [("2", "OLD", Some("2026-11-01")), ("3", "A", None), ("4", "B", None)].map(|(quantity, lot, expires)| {
            ReceiptLineInput {
                product_id,
                quantity: d(quantity),
                unit_id: None,
                unit_cost: Some(d("1")),
                purchase_order_line_id: None,
                lot_numbers: Some(lot.to_owned()),
                expires_on: expires.map(str::to_owned),
                supplier_lot: None,
            }
        });
    let receipt = ReceiptInput { warehouse_id: shop.warehouse, reference: String::new(), lines: lines.to_vec() };
    shop.admin.post::<CreateReceipt>(&receipt).await.ok();
    let draft = shop.admin.post::<CreateSalesOrder>(&input(vec![line("POWDER", "6", None)])).await.ok();
    let path = IdPath { id: draft.id };
    let order = shop.admin.call_at::<ConfirmSalesOrder>(&path, draft.version, &Empty {}).await.ok();
    assert_eq!(order.lines[0].qty_free, d("7"));
    let named = DeliveryLineInput { lot_numbers: Some("B".to_owned()), ..going(&order, 0, "2") };
    let delivery = deliver(&shop, &shop.admin, vec![named, going(&order, 0, "4")]).await.ok();
    let went: Vec<_> = delivery.lines.iter().map(|line| (line.lot_number.as_deref(), line.quantity)).collect();
    assert_eq!(went, [(Some("B"), d("2")), (Some("A"), d("3")), (Some("B"), d("1"))]);
    let all = read(&shop, &order).await;
    assert_eq!((all.state, all.lines[0].deliveries[0].quantity), (SalesOrderState::Delivered, d("6")));
    shop.close().await;
}

#[tokio::test]
async fn two_deliveries_at_once_do_not_bring_more_than_was_sold() {
    let (shop, _) = with_tables("20").await;
    let order = sold(&shop.admin, "10").await;
    let one = || deliver(&shop, &shop.admin, vec![going(&order, 0, "6")]);
    let (one, other) = futures_util::future::join(one(), one()).await;
    let won = [one, other].into_iter().filter(|answer| answer.raw.status < 300).count();
    assert_eq!((won, read(&shop, &order).await.lines[0].qty_delivered), (1, d("6")));
    shop.close().await;
}

#[tokio::test]
async fn what_was_made_for_a_line_is_delivered_and_never_made_again() {
    let (shop, _) = with_tables("4").await;
    shop.receive_for_tables(6).await;
    let order = sold(&shop.admin, "10").await;
    let _ = deliver(&shop, &shop.admin, vec![going(&order, 0, "4")]).await.ok();
    let made = make(&shop.admin, &read(&shop, &order).await).await.ok();
    assert_eq!((made.lines[0].orders[0].quantity, made.lines[0].qty_to_make), (d("6"), Decimal::ZERO));
    let maker = shop.admin.get::<GetManufacturingOrder>(&IdPath { id: made.lines[0].orders[0].id }).await.ok();
    let confirmed = shop.act::<ConfirmManufacturingOrder>(&maker, &Empty {}).await.ok();
    let planned = shop.act::<PlanManufacturingOrder>(&confirmed, &PlanInput { with_shortage: false }).await.ok();
    produce_short(&shop, &planned, "6").await;
    let _ = shop.finish(&planned, FinishChoice::Complete).await.ok();
    let ready = read(&shop, &order).await;
    let line = &ready.lines[0];
    assert_eq!((line.qty_open, line.qty_free, line.qty_to_make), (d("6"), d("6"), Decimal::ZERO));
    let _ = deliver(&shop, &shop.admin, vec![going(&order, 0, "6")]).await.ok();
    assert_eq!(read(&shop, &order).await.state, SalesOrderState::Delivered);
    shop.close().await;
}

#[tokio::test]
async fn an_order_lowered_to_what_is_delivered_is_delivered() {
    let (shop, _) = with_tables("10").await;
    let order = sold(&shop.admin, "10").await;
    let _ = deliver(&shop, &shop.admin, vec![going(&order, 0, "4")]).await.ok();
    let part = read(&shop, &order).await;
    cancel(&shop.admin, &part).await.refused_with(&codes::STATE_FORBIDS);
    let first = &part.lines[0];
    let lowered = |quantity: &str| json!({"lines": [{"id": first.id, "product_id": first.product_id, "quantity": quantity, "unit_price": "320"}]});
    change(&shop.admin, &part, lowered("3")).await.refused_with(&codes::VALIDATION_FAILED);
    assert_eq!(change(&shop.admin, &part, lowered("4")).await.ok().state, SalesOrderState::Delivered);
    shop.close().await;
}
