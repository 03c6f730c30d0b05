//! What is made for a customer lies in stock for his line, and nobody else is given it.

use mrp_api::access::Role;
use mrp_api::counts::{CountPostInput, PostCount};
use mrp_api::deliveries::{CreateDelivery, DeliveryInput, DeliveryLineInput, DeliveryView};
use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_api::lots::{GetLotWhereabouts, ListLots, LotInput, LotQuery, UpdateLot};
use mrp_api::patch::Patch;
use mrp_api::products::{GetProduct, ProductInput, UpdateProduct};
use mrp_api::sales_orders::{
    CancelSalesOrder, CancelSalesOrderInput, GetSalesOrder, ReleaseSalesOrderLine, SalesOrderInput, SalesOrderLinePath,
    SalesOrderView, UpdateSalesOrder,
};
use mrp_api::transfers::CreateTransfer;
use mrp_domain::product::Tracking;
use mrp_domain::sales_order::SalesOrderState;
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Answer;
use mrp_test_support::factory::Workshop;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal_macros::dec;
use serde_json::json;

fn going(app: &TestApp, shop: &Workshop, order: Option<&SalesOrderView>, quantity: i64) -> DeliveryLineInput {
    let sales_order_line_id = order.map(|order| order.lines[0].id);
    DeliveryLineInput { sales_order_line_id, ..app.factory().goods_line(shop.table.id, quantity).into() }
}

async fn deliver(app: &TestApp, shop: &Workshop, lines: Vec<DeliveryLineInput>) -> Answer<DeliveryView> {
    let (customer, reference) = ("Muster GmbH".to_owned(), String::new());
    let input = DeliveryInput { warehouse_id: shop.warehouse.id, customer, reference, lines };
    app.admin().post::<CreateDelivery>(&input).await
}

async fn read(app: &TestApp, order: &SalesOrderView) -> SalesOrderView {
    app.admin().get::<GetSalesOrder>(&IdPath { id: order.id }).await.ok()
}

/// What lies for the first line, and what may go out for it.
fn lies(order: &SalesOrderView) -> (Decimal, Decimal) {
    (order.lines[0].qty_set_aside, order.lines[0].qty_free)
}

#[tokio::test]
async fn nobody_else_is_given_what_was_made_for_a_customer() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let own = make.made_for_customer(&shop, 3).await;
    assert_eq!(lies(&own), (dec!(3), dec!(3)));
    let other = make.confirmed_sales_order(&shop, 2).await;
    assert_eq!(lies(&other), (dec!(0), dec!(0)));
    for line in [going(&app, &shop, Some(&other), 1), going(&app, &shop, None, 1)] {
        deliver(&app, &shop, vec![line]).await.refused_with(&codes::STOCK_RESERVED);
    }
    let to = make.warehouse().await.id;
    let goods = json!([make.goods_line(shop.table.id, 1)]);
    let transfer = json!({"from_warehouse_id": shop.warehouse.id, "to_warehouse_id": to, "lines": goods});
    let transfer = serde_json::from_value(transfer).unwrap();
    app.admin().post::<CreateTransfer>(&transfer).await.refused_with(&codes::STOCK_RESERVED);

    deliver(&app, &shop, vec![going(&app, &shop, Some(&own), 2)]).await.ok();
    assert_eq!(lies(&read(&app, &own).await), (dec!(1), dec!(1)));
    deliver(&app, &shop, vec![going(&app, &shop, Some(&own), 1)]).await.ok();
    assert_eq!(read(&app, &own).await.state, SalesOrderState::Delivered);
    app.finish().await;
}

#[tokio::test]
async fn one_document_for_two_customers_gives_each_his_own() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let own = make.made_for_customer(&shop, 3).await;
    make.receipt(shop.warehouse.id, &[(shop.table.id, 2)]).await;
    let other = make.confirmed_sales_order(&shop, 3).await;
    assert_eq!(lies(&other), (dec!(0), dec!(2)));
    let lines = |others| vec![going(&app, &shop, Some(&other), others), going(&app, &shop, Some(&own), 3)];
    let problem = deliver(&app, &shop, lines(3)).await.problem();
    let told: Vec<_> = problem.errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect();
    assert_eq!(told, [("/lines/0/quantity", codes::STOCK_RESERVED.code)]);
    deliver(&app, &shop, lines(2)).await.ok();
    assert_eq!(read(&app, &own).await.state, SalesOrderState::Delivered);
    app.finish().await;
}

#[tokio::test]
async fn a_customer_who_wants_it_no_more_leaves_it_to_others() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let own = make.made_for_customer(&shop, 5).await;
    let other = make.confirmed_sales_order(&shop, 5).await;
    let admin = app.admin();
    let path = IdPath { id: own.id };

    // He takes less: what is beyond that is anybody's.
    let line = json!({"id": own.lines[0].id, "product_id": shop.table.id, "quantity": "4"});
    let less = serde_json::from_value::<Patch<SalesOrderInput>>(json!({"lines": [line]})).unwrap();
    let own = admin.call_at::<UpdateSalesOrder>(&path, own.version, &less).await.ok();
    assert_eq!((lies(&own), lies(&read(&app, &other).await)), ((dec!(4), dec!(5)), (dec!(0), dec!(1))));

    // Sales gives it to somebody else by hand, once.
    let line = SalesOrderLinePath { id: own.id, line_id: own.lines[0].id };
    let freed = admin.call_at::<ReleaseSalesOrderLine>(&line, own.version, &mrp_api::endpoint::Empty {}).await.ok();
    assert_eq!(lies(&freed), (dec!(0), dec!(5)));
    let again = admin.call_at::<ReleaseSalesOrderLine>(&line, freed.version, &mrp_api::endpoint::Empty {}).await;
    again.refused_with(&codes::NOTHING_RESERVED);

    // He gives up what was made for him.
    let gone = make.made_for_customer(&shop, 2).await;
    assert_eq!(lies(&gone), (dec!(2), dec!(7)));
    let input = CancelSalesOrderInput { reason: "bankrupt".to_owned(), leave_orders: false };
    let gone = admin.call_at::<CancelSalesOrder>(&IdPath { id: gone.id }, gone.version, &input).await.ok();
    assert_eq!(gone.lines[0].qty_set_aside, dec!(0));
    deliver(&app, &shop, vec![going(&app, &shop, Some(&other), 5)]).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn an_order_that_is_delivered_from_elsewhere_does_not_keep_what_lies_here() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let own = make.made_for_customer(&shop, 2).await;
    let elsewhere = json!({"warehouse_id": make.warehouse().await.id});
    let elsewhere = serde_json::from_value::<Patch<SalesOrderInput>>(elsewhere).unwrap();
    let moved = app.admin().call_at::<UpdateSalesOrder>(&IdPath { id: own.id }, own.version, &elsewhere).await.ok();
    assert_eq!(lies(&moved), (dec!(0), dec!(0)));
    let other = make.confirmed_sales_order(&shop, 2).await;
    assert_eq!(lies(&other), (dec!(0), dec!(2)));
    app.finish().await;
}

#[tokio::test]
async fn what_is_delivered_from_another_warehouse_leaves_nothing_reserved_here() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let own = make.made_for_customer(&shop, 5).await;
    let elsewhere = make.warehouse().await.id;
    make.receipt(elsewhere, &[(shop.table.id, 5)]).await;
    let there = async |quantity| {
        let lines = vec![going(&app, &shop, Some(&own), quantity)];
        let (customer, reference) = ("Muster GmbH".to_owned(), String::new());
        let input = DeliveryInput { warehouse_id: elsewhere, customer, reference, lines };
        app.admin().post::<CreateDelivery>(&input).await.ok()
    };
    there(2).await;
    assert_eq!(lies(&read(&app, &own).await), (dec!(3), dec!(5)));
    there(3).await;
    let done = read(&app, &own).await;
    assert_eq!((done.state, lies(&done).0), (SalesOrderState::Delivered, dec!(0)));
    deliver(&app, &shop, vec![going(&app, &shop, None, 5)]).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn a_count_that_finds_less_says_whose_goods_are_missing_and_takes_them_when_told() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let own = make.made_for_customer(&shop, 3).await;
    let count = make.count(shop.warehouse.id).await;
    let count = make.counted(&count, shop.table.id, 1).await;
    let loser = &count.lines.iter().find(|line| line.product_id == shop.table.id).unwrap().losers[0];
    assert_eq!((loser.sales_order_id, &loser.number, loser.quantity), (Some(own.id), &own.number, dec!(2)));
    let path = IdPath { id: count.id };
    let post = |takes_from_orders| CountPostInput { takes_from_orders };
    let refused = app.admin().call_at::<PostCount>(&path, count.version, &post(false)).await.problem();
    assert!(refused.code == codes::STOCK_RESERVED.code && refused.detail.contains(&own.number), "{refused:?}");
    app.admin().call_at::<PostCount>(&path, count.version, &post(true)).await.ok();
    let left = read(&app, &own).await;
    assert_eq!((lies(&left), left.version), ((dec!(1), dec!(1)), own.version + 1));
    app.finish().await;
}

#[tokio::test]
async fn what_is_past_its_last_day_does_not_go_out_and_is_freed_by_hand() {
    let app = TestApp::new().await;
    let make = app.factory();
    let mut shop = make.workshop().await;
    let tracked = ProductInput { tracking: Tracking::Lot, ..ProductInput::from(shop.table.clone()) };
    let path = IdPath { id: shop.table.id };
    shop.table = app.admin().call_at::<UpdateProduct>(&path, shop.table.version, &Patch::whole(&tracked)).await.ok();
    let own = make.made_for_customer(&shop, 3).await;
    let lots = LotQuery { product_id: Some(shop.table.id), ..LotQuery::default() };
    let lot = app.admin().list::<ListLots>(&lots).await.ok().items.remove(0);

    // Whoever looks at the lot sees for whom it lies; who may not read sales orders does not learn who buys.
    let told = app.admin().get::<GetLotWhereabouts>(&IdPath { id: lot.id }).await.ok();
    let [holder] = told.holders.as_slice() else { panic!("{:?}", told.holders) };
    assert_eq!((holder.sales_order_id, holder.manufacturing_order_id), (Some(own.id), None));
    assert_eq!(
        (holder.number.as_str(), holder.name.as_str(), holder.qty_reserved),
        (&*own.number, "Customer", dec!(3))
    );
    let told = app.as_role(Role::Viewer).get::<GetLotWhereabouts>(&IdPath { id: lot.id }).await.ok();
    assert_eq!((told.holders[0].number.as_str(), told.holders[0].name.as_str()), (&*own.number, ""));

    let past = serde_json::from_value::<Patch<LotInput>>(json!({"expires_on": "2020-01-31"})).unwrap();
    app.admin().call_at::<UpdateLot>(&IdPath { id: lot.id }, lot.version, &past).await.ok();
    let seen = read(&app, &own).await;
    assert_eq!((lies(&seen), seen.lines[0].qty_set_aside_unusable), ((dec!(3), dec!(0)), dec!(3)));
    let line = SalesOrderLinePath { id: own.id, line_id: own.lines[0].id };
    let freed =
        app.admin().call_at::<ReleaseSalesOrderLine>(&line, seen.version, &mrp_api::endpoint::Empty {}).await.ok();
    assert_eq!((lies(&freed), freed.lines[0].qty_set_aside_unusable), ((dec!(0), dec!(0)), dec!(0)));
    let told = app.admin().get::<GetLotWhereabouts>(&IdPath { id: lot.id }).await.ok();
    assert!(told.holders.is_empty());
    app.finish().await;
}

#[tokio::test]
async fn a_count_and_a_delivery_of_the_same_goods_never_both_take_them() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let mut won = [0, 0, 0];
    for turn in 0..12 {
        // Ten are there: the count misses four, the delivery takes seven. One of them comes first.
        make.receipt(shop.warehouse.id, &[(shop.leg.id, 10)]).await;
        let count = make.count(shop.warehouse.id).await;
        let counted = make.counted(&count, shop.leg.id, 6).await;
        let path = IdPath { id: counted.id };
        let (keeper, other) = (app.admin(), app.admin());
        let line = DeliveryLineInput { sales_order_line_id: None, ..make.goods_line(shop.leg.id, 7).into() };
        let (customer, reference) = (format!("Customer {turn}"), String::new());
        let delivery = DeliveryInput { warehouse_id: shop.warehouse.id, customer, reference, lines: vec![line] };
        let (posted, delivered) = tokio::join!(
            keeper.call_at::<PostCount>(&path, counted.version, &CountPostInput { takes_from_orders: true }),
            other.post::<CreateDelivery>(&delivery),
        );
        let left = match (posted.raw.status, delivered.raw.status) {
            (200, 409) => {
                delivered.refused_with(&codes::STOCK_SHORT);
                won[0] += 1;
                dec!(6)
            }
            (409, 201) => {
                posted.refused_with(&codes::STOCK_SHORT);
                won[1] += 1;
                dec!(3)
            }
            (count, delivery) => panic!("turn {turn}: the count {count}, the delivery {delivery}"),
        };
        won[2] += 1;
        let product = app.admin().get::<GetProduct>(&IdPath { id: shop.leg.id }).await.ok();
        assert_eq!(product.qty_on_hand, left, "turn {turn}");
        // The next turn begins with nothing.
        let goods = json!([make.goods_line(shop.leg.id, left.to_i64().unwrap())]);
        let body = json!({"warehouse_id": shop.warehouse.id, "customer": "Rest", "lines": goods});
        app.admin().post::<CreateDelivery>(&serde_json::from_value(body).unwrap()).await.ok();
    }
    assert_eq!(won[0] + won[1], won[2], "{won:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_count_that_takes_from_a_customer_and_his_delivery_wait_for_each_other() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    for turn in 0..6 {
        let own = make.made_for_customer(&shop, 4).await;
        let count = make.count(shop.warehouse.id).await;
        let counted = make.counted(&count, shop.table.id, 3).await;
        let path = IdPath { id: counted.id };
        let (keeper, line) = (app.admin(), going(&app, &shop, Some(&own), 4));
        let input = CountPostInput { takes_from_orders: true };
        let (posted, delivered) = tokio::join!(
            keeper.call_at::<PostCount>(&path, counted.version, &input),
            deliver(&app, &shop, vec![line]),
        );
        let statuses = (posted.raw.status, delivered.raw.status);
        let seen = read(&app, &own).await;
        match statuses {
            (200, 409) => {
                assert_eq!(lies(&seen), (dec!(3), dec!(3)), "turn {turn}");
                deliver(&app, &shop, vec![going(&app, &shop, Some(&own), 3)]).await.ok();
                let input = CancelSalesOrderInput { reason: "one is lost".to_owned(), leave_orders: false };
                let seen = read(&app, &own).await;
                app.admin()
                    .call_at::<CancelSalesOrder>(&IdPath { id: own.id }, seen.version, &input)
                    .await
                    .refused_with(&codes::STATE_FORBIDS);
            }
            (409, 201) => {
                assert_eq!((lies(&seen), seen.state), ((dec!(0), dec!(0)), SalesOrderState::Delivered), "turn {turn}");
            }
            other => panic!("turn {turn}: {other:?}: {} / {}", posted.raw.text(), delivered.raw.text()),
        }
    }
    app.finish().await;
}
