//! Sales orders over HTTP: typed in or pushed by a channel, made by orders, changed and cancelled with them.

use mrp_api::access::Role;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{
    ConfirmManufacturingOrder, GetManufacturingOrder, PlanInput, PlanManufacturingOrder,
};
use mrp_api::patch::Patch;
use mrp_api::sales_orders::{
    CancelSalesOrder, CancelSalesOrderInput, ConfirmSalesOrder, CreateSalesOrder, DeleteSalesOrder, GetSalesOrder,
    ListSalesOrders, MakeSalesOrderLine, MakeSalesOrderLineInput, SalesOrderInput, SalesOrderLineInput,
    SalesOrderLinePath, SalesOrderQuery, SalesOrderView, UpdateSalesOrder,
};
use mrp_api::work_orders::StartWorkOrder;
use mrp_domain::example;
use mrp_domain::manufacturing_order::ManufacturingOrderState;
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::sales_order::{CancelEffect, CostBasis, SalesOrderState};
use mrp_domain::time::Seconds;
use mrp_test_support::client::{Answer, Client};
use rust_decimal::Decimal;
use serde_json::json;

use crate::orders::produce_short;
use crate::shop::{Shop, d, friday_at_six};

pub(crate) fn line(code: &str, quantity: &str, unit_price: Option<&str>) -> SalesOrderLineInput {
    let (quantity, unit_price) = (d(quantity), unit_price.map(d));
    SalesOrderLineInput { id: None, product_id: None, product_code: Some(code.to_owned()), quantity, unit_price }
}

pub(crate) fn input(lines: Vec<SalesOrderLineInput>) -> SalesOrderInput {
    SalesOrderInput {
        customer: "Muster GmbH".to_owned(),
        reference: "4711".to_owned(),
        channel: String::new(),
        external_id: None,
        warehouse_id: None,
        deliver_by: Some(friday_at_six().plus(Seconds::from_hours(20 * 24))),
        note: String::new(),
        lines,
    }
}

pub(crate) fn table() -> &'static str {
    example::PRODUCTS.iter().find(|product| product.id == example::STEEL_TABLE).unwrap().code
}

/// A confirmed order of ten tables.
pub(crate) async fn sold(client: &Client, quantity: &str) -> SalesOrderView {
    let draft = client.post::<CreateSalesOrder>(&input(vec![line(table(), quantity, None)])).await.ok();
    client.call_at::<ConfirmSalesOrder>(&IdPath { id: draft.id }, draft.version, &Empty {}).await.ok()
}

pub(crate) async fn make(client: &Client, order: &SalesOrderView) -> Answer<SalesOrderView> {
    let path = SalesOrderLinePath { id: order.id, line_id: order.lines[0].id };
    client.call_at::<MakeSalesOrderLine>(&path, order.version, &MakeSalesOrderLineInput::default()).await
}

pub(crate) async fn change(client: &Client, order: &SalesOrderView, body: serde_json::Value) -> Answer<SalesOrderView> {
    let patch: Patch<SalesOrderInput> = serde_json::from_value(body).unwrap();
    client.call_at::<UpdateSalesOrder>(&IdPath { id: order.id }, order.version, &patch).await
}

pub(crate) async fn cancel(client: &Client, order: &SalesOrderView) -> Answer<SalesOrderView> {
    let input = CancelSalesOrderInput { reason: "Too late".to_owned(), leave_orders: false };
    client.call_at::<CancelSalesOrder>(&IdPath { id: order.id }, order.version, &input).await
}

#[tokio::test]
async fn a_line_is_made_by_an_order_over_what_nothing_covers() {
    let shop = Shop::open().await;
    let order = sold(&shop.admin, "10").await;
    let first = &order.lines[0];
    assert_eq!((order.total, first.unit_price, first.qty_to_make), (d("3200"), d("320"), d("10")));
    let made = make(&shop.admin, &order).await.ok();
    let [maker] = made.lines[0].orders.as_slice() else { panic!("one order makes it") };
    assert_eq!((maker.quantity, made.lines[0].qty_to_make), (d("10"), Decimal::ZERO));
    let drafted = shop.admin.get::<GetManufacturingOrder>(&IdPath { id: maker.id }).await.ok();
    assert_eq!((drafted.origin.as_str(), drafted.date_deadline), (order.number.as_str(), order.deliver_by));
    make(&shop.admin, &made).await.refused_with(&codes::NOTHING_TO_MAKE);

    // Four more are sold: only they are made.
    let more = change(
        &shop.admin,
        &made,
        json!({"lines": [
            {"id": first.id, "product_id": first.product_id, "quantity": "14", "unit_price": "320"}
        ]}),
    )
    .await
    .ok();
    assert_eq!((more.lines[0].qty_made, more.lines[0].qty_to_make), (d("10"), d("4")));
    let more = make(&shop.admin, &more).await.ok();
    assert_eq!(more.lines[0].orders.iter().map(|order| order.quantity).collect::<Vec<_>>(), [d("10"), d("4")]);

    // Fewer are sold: what is made too much is told, and no order is touched.
    let fewer = change(
        &shop.admin,
        &more,
        json!({"lines": [
            {"id": first.id, "product_id": first.product_id, "quantity": "12", "unit_price": "320"}
        ]}),
    )
    .await
    .ok();
    assert_eq!((fewer.lines[0].qty_surplus, fewer.lines[0].orders.len()), (d("2"), 2));
    shop.close().await;
}

#[tokio::test]
async fn two_clicks_at_once_draft_one_order() {
    let shop = Shop::open().await;
    let order = sold(&shop.admin, "10").await;
    let (one, other) = futures_util::future::join(make(&shop.admin, &order), make(&shop.admin, &order)).await;
    let won = [one, other].into_iter().filter(|answer| answer.raw.status < 300).count();
    assert_eq!(won, 1);
    let now = shop.admin.get::<GetSalesOrder>(&IdPath { id: order.id }).await.ok();
    assert_eq!(now.lines[0].orders.len(), 1);
    shop.close().await;
}

#[tokio::test]
async fn a_line_that_is_made_neither_goes_nor_becomes_another() {
    let shop = Shop::open().await;
    let order = make(&shop.admin, &sold(&shop.admin, "10").await).await.ok();
    let new = json!({"lines": [{"product_code": table(), "quantity": "10"}]});
    let problem = change(&shop.admin, &order, new).await.problem();
    assert!(problem.errors.iter().any(|error| error.code == codes::IN_USE.code), "{problem:?}");
    shop.close().await;
}

#[tokio::test]
async fn cancelling_takes_the_orders_along_that_nobody_has_started() {
    let shop = Shop::open().await;
    let order = make(&shop.admin, &sold(&shop.admin, "10").await).await.ok();
    assert_eq!(order.lines[0].orders[0].when_cancelled, CancelEffect::CancelledToo);
    let cancelled = cancel(&shop.admin, &order).await.ok();
    assert_eq!(cancelled.state, SalesOrderState::Cancelled);
    assert_eq!(cancelled.lines[0].orders[0].state, ManufacturingOrderState::Cancelled);
    make(&shop.admin, &cancelled).await.refused_with(&codes::STATE_FORBIDS);
    change(&shop.admin, &cancelled, json!({"note": "x"})).await.refused_with(&codes::STATE_FORBIDS);
    shop.close().await;
}

#[tokio::test]
async fn a_started_order_goes_on_when_the_customer_leaves() {
    let shop = Shop::open().await;
    shop.receive_for_tables(10).await;
    let order = make(&shop.admin, &sold(&shop.admin, "10").await).await.ok();
    let maker = shop.admin.get::<GetManufacturingOrder>(&IdPath { id: order.lines[0].orders[0].id }).await.ok();
    let confirmed = shop.act::<ConfirmManufacturingOrder>(&maker, &Empty {}).await.ok();
    let planned = shop.act::<PlanManufacturingOrder>(&confirmed, &PlanInput { with_shortage: false }).await.ok();
    let work = shop.work(&planned, 10).await;
    let _ = shop.on::<StartWorkOrder>(&shop.operator(), &work, &Empty {}).await.ok();
    let order = shop.admin.get::<GetSalesOrder>(&IdPath { id: order.id }).await.ok();
    assert_eq!(order.lines[0].orders[0].when_cancelled, CancelEffect::GoesOn);
    let cancelled = cancel(&shop.admin, &order).await.ok();
    assert_eq!(cancelled.lines[0].orders[0].state, ManufacturingOrderState::InProgress);
    shop.close().await;
}

#[tokio::test]
async fn a_backorder_makes_the_rest_of_what_was_sold_and_nothing_is_made_twice() {
    let shop = Shop::open().await;
    shop.receive_for_tables(10).await;
    let order = make(&shop.admin, &sold(&shop.admin, "10").await).await.ok();
    let maker = shop.admin.get::<GetManufacturingOrder>(&IdPath { id: order.lines[0].orders[0].id }).await.ok();
    let confirmed = shop.act::<ConfirmManufacturingOrder>(&maker, &Empty {}).await.ok();
    let planned = shop.act::<PlanManufacturingOrder>(&confirmed, &PlanInput { with_shortage: false }).await.ok();
    produce_short(&shop, &planned, "6").await;
    let _ = shop.finish(&planned, FinishChoice::Backorder).await.ok();
    let now = shop.admin.get::<GetSalesOrder>(&IdPath { id: order.id }).await.ok();
    let makers: Vec<_> = now.lines[0].orders.iter().map(|made| (made.state, made.quantity, made.qty_done)).collect();
    let expected =
        [(ManufacturingOrderState::Done, d("10"), d("6")), (ManufacturingOrderState::Draft, d("4"), Decimal::ZERO)];
    assert_eq!((makers.as_slice(), now.lines[0].qty_to_make), (expected.as_slice(), Decimal::ZERO));
    make(&shop.admin, &now).await.refused_with(&codes::NOTHING_TO_MAKE);
    shop.close().await;
}

#[tokio::test]
async fn a_channel_pushes_the_same_order_twice_and_there_is_one() {
    let shop = Shop::open().await;
    let sales = shop.app.as_role(Role::Sales);
    let pushed = SalesOrderInput {
        channel: "web shop".to_owned(),
        external_id: Some("W-1".to_owned()),
        ..input(vec![line(table(), "2", Some("300"))])
    };
    let first = sales.post::<CreateSalesOrder>(&pushed).await.ok();
    let again = sales.post::<CreateSalesOrder>(&pushed).await.ok();
    assert_eq!((first.id, first.version), (again.id, again.version));
    let other = SalesOrderInput { lines: vec![line(table(), "3", Some("300"))], ..pushed.clone() };
    sales.post::<CreateSalesOrder>(&other).await.refused_with(&codes::SALES_ORDER_DIFFERS);
    // Everything that differs is told, and nothing is taken over.
    let all = SalesOrderInput {
        customer: "Somebody".to_owned(),
        reference: "4712".to_owned(),
        note: "Ring twice".to_owned(),
        deliver_by: None,
        lines: vec![line(table(), "2", Some("299")), line(table(), "1", None)],
        ..pushed.clone()
    };
    let problem = sales.post::<CreateSalesOrder>(&all).await.problem();
    assert_eq!((problem.status, problem.code.as_str()), (409, codes::SALES_ORDER_DIFFERS.code));
    let told: Vec<_> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(told, ["/customer", "/reference", "/note", "/deliver_by", "/lines", "/lines/0/unit_price"]);
    assert_eq!(sales.get::<GetSalesOrder>(&IdPath { id: first.id }).await.ok().version, first.version);
    let elsewhere = SalesOrderInput { channel: "market".to_owned(), ..other };
    assert_ne!(sales.post::<CreateSalesOrder>(&elsewhere).await.ok().id, first.id);
    let nameless = SalesOrderInput { external_id: None, ..pushed };
    sales.post::<CreateSalesOrder>(&nameless).await.refused_with(&codes::VALIDATION_FAILED);
    let query = SalesOrderQuery { channel: Some("web shop".to_owned()), ..SalesOrderQuery::default() };
    assert_eq!(sales.list::<ListSalesOrders>(&query).await.ok().total, 1);
    shop.close().await;
}

#[tokio::test]
async fn pushes_at_the_same_moment_are_one_order_and_all_get_it() {
    let shop = Shop::open().await;
    for round in 0..5 {
        let pushed = SalesOrderInput {
            channel: "web shop".to_owned(),
            external_id: Some(format!("W-{round}")),
            ..input(vec![line(table(), "2", Some("300"))])
        };
        let clients: Vec<_> = (0..4).map(|_| shop.app.as_role(Role::Sales)).collect();
        let pushes = clients.iter().map(|client| client.post::<CreateSalesOrder>(&pushed));
        let answers = futures_util::future::join_all(pushes).await;
        let ids: std::collections::HashSet<_> = answers.into_iter().map(|answer| answer.ok().id).collect();
        assert_eq!(ids.len(), 1);
    }
    assert_eq!(shop.admin.list::<ListSalesOrders>(&SalesOrderQuery::default()).await.ok().total, 5);
    shop.close().await;
}

#[tokio::test]
async fn who_may_not_cancel_manufacturing_orders_leaves_them_and_nobody_wants_what_they_make() {
    let shop = Shop::open().await;
    let sales = shop.app.as_role(Role::Sales);
    let order = make(&shop.admin, &sold(&shop.admin, "10").await).await.ok();
    let number = order.lines[0].orders[0].number.clone();
    let problem = cancel(&sales, &order).await.problem();
    assert_eq!((problem.status, problem.code.as_str()), (403, codes::ORDERS_WOULD_BE_CANCELLED.code));
    assert!(problem.detail.contains(&number), "{problem:?}");

    let left = CancelSalesOrderInput { reason: String::new(), leave_orders: true };
    let path = IdPath { id: order.id };
    let cancelled = sales.call_at::<CancelSalesOrder>(&path, order.version, &left).await.ok();
    let (line, maker) = (&cancelled.lines[0], &cancelled.lines[0].orders[0]);
    assert_eq!((cancelled.state, maker.state), (SalesOrderState::Cancelled, ManufacturingOrderState::Draft));
    assert_eq!((maker.is_demanded, line.qty_surplus, line.qty_to_make), (false, d("10"), Decimal::ZERO));
    shop.close().await;
}

#[tokio::test]
async fn orders_are_not_cancelled_along_without_a_reason() {
    let shop = Shop::open().await;
    let order = make(&shop.admin, &sold(&shop.admin, "10").await).await.ok();
    let silent = CancelSalesOrderInput { reason: "  ".to_owned(), leave_orders: false };
    let path = IdPath { id: order.id };
    let refused = shop.admin.call_at::<CancelSalesOrder>(&path, order.version, &silent).await;
    refused.refused_with(&codes::REASON_REQUIRED);
    let now = shop.admin.get::<GetSalesOrder>(&path).await.ok();
    assert_eq!((now.state, now.version), (SalesOrderState::Confirmed, order.version));
    // Where nothing is made, nobody needs to say why.
    let other = sold(&shop.admin, "1").await;
    let path = IdPath { id: other.id };
    let _ = shop.app.as_role(Role::Sales).call_at::<CancelSalesOrder>(&path, other.version, &silent).await.ok();
    shop.close().await;
}

#[tokio::test]
async fn the_planner_says_how_much_is_made_and_by_when() {
    let shop = Shop::open().await;
    let order = sold(&shop.admin, "10").await;
    let path = SalesOrderLinePath { id: order.id, line_id: order.lines[0].id };
    let past = friday_at_six().minus(Seconds::from_hours(24));
    let wanted = MakeSalesOrderLineInput { quantity: Some(d("4")), date_deadline: Some(past) };
    let made = shop.admin.call_at::<MakeSalesOrderLine>(&path, order.version, &wanted).await.ok();
    let maker = &made.lines[0].orders[0];
    assert_eq!((maker.quantity, maker.date_deadline, made.lines[0].qty_to_make), (d("4"), Some(past), d("6")));
    let none = MakeSalesOrderLineInput { quantity: Some(Decimal::ZERO), date_deadline: None };
    let refused = shop.admin.call_at::<MakeSalesOrderLine>(&path, made.version, &none).await;
    refused.refused_with(&codes::VALIDATION_FAILED);
    shop.close().await;
}

#[tokio::test]
async fn a_product_that_is_made_when_sold_gets_its_draft_with_the_confirmation_and_never_a_second_one() {
    let shop = Shop::open().await;
    let automatic = mrp_api::products::ProductInput { order_when_sold: true, ..shop.product_input("AUTO") };
    let _ = shop.new_product(automatic).await;
    let by_hand = line(table(), "3", None);
    let lines = vec![line("AUTO", "2", Some("5")), by_hand, line("AUTO", "4", Some("5"))];
    let draft = shop.admin.post::<CreateSalesOrder>(&input(lines)).await.ok();
    assert!(draft.lines.iter().all(|line| line.orders.is_empty()));

    // Sales confirms, twice at once: the product says that it is made, not the role.
    let sales = shop.app.as_role(Role::Sales);
    let path = IdPath { id: draft.id };
    let confirm = || sales.call_at::<ConfirmSalesOrder>(&path, draft.version, &Empty {});
    let (one, other) = futures_util::future::join(confirm(), confirm()).await;
    assert_eq!([one, other].into_iter().filter(|answer| answer.raw.status < 300).count(), 1);
    let now = shop.admin.get::<GetSalesOrder>(&path).await.ok();
    let made: Vec<Vec<_>> =
        now.lines.iter().map(|line| line.orders.iter().map(|made| made.quantity).collect()).collect();
    assert_eq!(made, [vec![d("2")], Vec::new(), vec![d("4")]]);
    let drafted = shop.admin.get::<GetManufacturingOrder>(&IdPath { id: now.lines[0].orders[0].id }).await.ok();
    let expected = (ManufacturingOrderState::Draft, now.number.as_str(), now.deliver_by);
    assert_eq!((drafted.state, drafted.origin.as_str(), drafted.date_deadline), expected);
    shop.close().await;
}

#[tokio::test]
async fn only_what_can_be_made_is_made_when_sold() {
    let shop = Shop::open().await;
    let bought =
        mrp_api::products::ProductInput { order_when_sold: true, can_be_made: false, ..shop.product_input("BOUGHT") };
    let problem = shop.admin.post::<mrp_api::products::CreateProduct>(&bought).await.problem();
    assert_eq!(problem.errors[0].pointer, "/order_when_sold");
    shop.close().await;
}

#[tokio::test]
async fn every_fault_of_every_line_is_told() {
    let shop = Shop::open().await;
    let bad = SalesOrderInput {
        customer: " ".to_owned(),
        ..input(vec![line("NOBODY", "1", None), line(table(), "0", Some("-1")), line(table(), "0.5", None)])
    };
    let problem = shop.admin.post::<CreateSalesOrder>(&bad).await.problem();
    let told: Vec<_> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(told, ["/customer", "/lines/0/product_code", "/lines/1/quantity", "/lines/2/quantity"]);
    let none = SalesOrderInput { lines: Vec::new(), ..bad };
    shop.admin.post::<CreateSalesOrder>(&none).await.refused_with(&codes::VALIDATION_FAILED);
    shop.close().await;
}

#[tokio::test]
async fn who_may_not_see_costs_sees_prices_and_no_margin() {
    let shop = Shop::open().await;
    let order = sold(&shop.admin, "10").await;
    let margin = order.lines[0].margin.clone().unwrap();
    assert_eq!((order.margin, margin.margin), (Some(d("3200")), d("3200")));
    assert_eq!(margin.missing, [order.lines[0].product_name.clone()]);
    let seen = shop.app.as_role(Role::Sales).get::<GetSalesOrder>(&IdPath { id: order.id }).await.ok();
    assert_eq!((seen.margin, seen.lines[0].margin.clone(), seen.total), (None, None, d("3200")));
    shop.close().await;
}

#[tokio::test]
async fn a_line_earns_by_what_its_orders_are_planned_to_cost_and_then_by_what_they_cost() {
    let shop = Shop::open().await;
    shop.receive_for_tables(10).await;
    let order = make(&shop.admin, &sold(&shop.admin, "10").await).await.ok();
    let id = order.lines[0].orders[0].id;
    let path = IdPath { id: order.id };
    let maker = shop.admin.get::<GetManufacturingOrder>(&IdPath { id }).await.ok();
    let confirmed = shop.act::<ConfirmManufacturingOrder>(&maker, &Empty {}).await.ok();
    let sheet = shop.cost_sheet(&confirmed).await;
    let open = shop.admin.get::<GetSalesOrder>(&path).await.ok().lines[0].margin.clone().unwrap();
    let bases: Vec<_> = open.parts.iter().map(|part| (part.basis, part.quantity)).collect();
    assert_eq!((bases, &open.missing), (vec![(CostBasis::Planned, d("10"))], &sheet.incomplete));
    assert_eq!((open.cost, open.margin), (sheet.planned_total, d("3200") - sheet.planned_total));

    let planned = shop.act::<PlanManufacturingOrder>(&confirmed, &PlanInput { with_shortage: false }).await.ok();
    produce_short(&shop, &planned, "6").await;
    let _ = shop.finish(&planned, FinishChoice::CloseShort).await.ok();
    let sheet = shop.cost_sheet(&planned).await;
    let done = shop.admin.get::<GetSalesOrder>(&path).await.ok().lines[0].margin.clone().unwrap();
    let bases: Vec<_> = done.parts.iter().map(|part| (part.basis, part.quantity)).collect();
    // Six are made; what the other four will cost is known from those that lie in stock.
    assert_eq!(bases, [(CostBasis::Actual, d("6")), (CostBasis::Product, d("4"))]);
    assert_eq!(done.parts[0].unit_cost.map(|cost| (cost * d("6")).round_dp(2)), Some(sheet.actual_total));
    shop.close().await;
}

#[tokio::test]
async fn only_a_draft_is_removed() {
    let shop = Shop::open().await;
    let draft = shop.admin.post::<CreateSalesOrder>(&input(vec![line(table(), "1", None)])).await.ok();
    let _ = shop.admin.call_at::<DeleteSalesOrder>(&IdPath { id: draft.id }, draft.version, &Empty {}).await.ok();
    let kept = sold(&shop.admin, "1").await;
    let refused = shop.admin.call_at::<DeleteSalesOrder>(&IdPath { id: kept.id }, kept.version, &Empty {}).await;
    refused.refused_with(&codes::STATE_FORBIDS);
    shop.close().await;
}
