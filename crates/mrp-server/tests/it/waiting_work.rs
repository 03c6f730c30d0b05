//! What the start pages count: lists that are asked for what waits for somebody.

use mrp_api::access::Role;
use mrp_api::endpoint::{BASE, Empty, IdPath};
use mrp_api::manufacturing_orders::{
    ListManufacturingOrders, ManufacturingOrderQuery, ManufacturingOrderView, PlanInput, PlanManufacturingOrder,
};
use mrp_api::purchase_orders::{CreatePurchaseOrder, ListPurchaseOrders, PurchaseOrderQuery};
use mrp_api::sales_orders::{
    ConfirmSalesOrder, CreateSalesOrder, ListSalesOrders, SalesOrderInput, SalesOrderQuery, SalesOrderView,
};
use mrp_domain::example;
use mrp_domain::time::{Due, Instant, Seconds};
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Client;
use time::{Duration, OffsetDateTime};

use crate::sales_orders::{input, line, make, table};
use crate::shop::Shop;

async fn bought(client: &Client, due: Due) -> Vec<String> {
    let query = PurchaseOrderQuery { due: Some(due), ..PurchaseOrderQuery::default() };
    client.list::<ListPurchaseOrders>(&query).await.ok().items.into_iter().map(|row| row.number).collect()
}

#[tokio::test]
async fn purchase_orders_are_found_by_the_day_on_which_they_are_expected() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let supplier = make.supplier().await.id;
    let mut numbers = Vec::new();
    for days in [-2, 3, 20] {
        let day = (OffsetDateTime::now_utc() + Duration::days(days)).date().to_string();
        let mut input = make.purchase_order_input(supplier, shop.warehouse.id, shop.leg.id, 5);
        input.lines[0].expected_on = Some(day);
        let draft = app.admin().post::<CreatePurchaseOrder>(&input).await.ok();
        assert!(!bought(&app.admin(), Due::Week).await.contains(&draft.number), "a draft is not on its way");
        numbers.push(make.placed(&draft).await.number);
    }
    let store = app.as_role(Role::Storekeeper);
    assert_eq!(bought(&store, Due::Late).await, numbers[..1]);
    assert_eq!(bought(&store, Due::Week).await, numbers[1..2]);
    app.finish().await;
}

async fn found(client: &Client, query: SalesOrderQuery) -> Vec<String> {
    client.list::<ListSalesOrders>(&query).await.ok().items.into_iter().map(|row| row.number).collect()
}

/// Confirmed, to be delivered in so many days.
async fn promised(shop: &Shop, quantity: &str, days: i64) -> SalesOrderView {
    let deliver_by = Some(Instant::from_datetime(OffsetDateTime::now_utc() + Duration::days(days)));
    let input = SalesOrderInput { deliver_by, ..input(vec![line(table(), quantity, None)]) };
    let draft = shop.admin.post::<CreateSalesOrder>(&input).await.ok();
    shop.admin.call_at::<ConfirmSalesOrder>(&IdPath { id: draft.id }, draft.version, &Empty {}).await.ok()
}

#[tokio::test]
async fn sales_orders_are_found_that_are_due_can_be_delivered_or_that_nobody_makes() {
    let shop = Shop::open().await;
    let late = promised(&shop, "5", -2).await;
    let soon = promised(&shop, "2", 3).await;
    let far = promised(&shop, "2", 30).await;
    let sales = shop.app.as_role(Role::Sales);
    let due = |due| SalesOrderQuery { due: Some(due), ..SalesOrderQuery::default() };
    assert_eq!(found(&sales, due(Due::Late)).await, [late.number.as_str()]);
    assert_eq!(found(&sales, due(Due::Week)).await, [soon.number.as_str()]);
    let unmade = SalesOrderQuery { unmade: Some(true), ..SalesOrderQuery::default() };
    assert_eq!(found(&sales, unmade.clone()).await.len(), 3);
    let deliverable = SalesOrderQuery { deliverable: Some(true), ..SalesOrderQuery::default() };
    assert!(found(&sales, deliverable.clone()).await.is_empty());

    make(&shop.admin, &late).await.ok();
    assert_eq!(found(&sales, unmade.clone()).await, [soon.number.clone(), far.number.clone()]);
    shop.receive(&[(example::STEEL_TABLE, "3")]).await;
    assert!(found(&sales, unmade).await.is_empty(), "stock covers them");
    assert_eq!(found(&sales, deliverable).await.len(), 3);
    shop.close().await;
}

async fn orders(client: &Client, query: ManufacturingOrderQuery) -> Vec<String> {
    // The total may be a second old, the rows are not.
    client.list::<ListManufacturingOrders>(&query).await.ok().items.into_iter().map(|row| row.number).collect()
}

#[tokio::test]
async fn orders_are_found_whose_material_waits_in_the_warehouse_or_that_nobody_has_asked_for() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.stock_for(&shop, 3).await;
    let whole = make.confirmed_order(&shop, 3).await;
    let short = make.confirmed_order(&shop, 2).await;
    let to_pick = ManufacturingOrderQuery { to_pick: Some(true), ..ManufacturingOrderQuery::default() };
    let unrequested = ManufacturingOrderQuery { unrequested: Some(true), ..ManufacturingOrderQuery::default() };
    let store = app.as_role(Role::Storekeeper);
    assert!(orders(&store, to_pick.clone()).await.is_empty(), "nobody works on it yet");
    let planned: ManufacturingOrderView =
        make.order_command::<PlanManufacturingOrder>(&whole, &PlanInput { with_shortage: false }).await;
    assert_eq!(orders(&store, to_pick).await, [planned.number]);

    let buyer = app.as_role(Role::Buyer);
    assert_eq!(orders(&buyer, unrequested.clone()).await, [short.number.as_str()]);
    make.request_for(&short).await;
    assert!(orders(&buyer, unrequested).await.is_empty());
    app.finish().await;
}

#[tokio::test]
async fn what_has_no_cost_is_told_to_those_who_may_read_costs() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let free = make.product_input(shop.unit.id);
    let free = mrp_api::products::ProductInput { standard_cost: None, ..free };
    let free = app.admin().post::<mrp_api::products::CreateProduct>(&free).await.ok();
    let idle = mrp_api::work_centers::WorkCenterInput { costs_hour: None, ..make.work_center_input(None) };
    let idle = app.admin().post::<mrp_api::work_centers::CreateWorkCenter>(&idle).await.ok();
    for (target, name) in [("products?without_cost=true", free.code), ("work-centers?without_rate=true", idle.code)] {
        let finance = app.as_role(Role::Finance);
        let told = finance.raw(finance.request("GET", &format!("{BASE}/{target}"))).await;
        let codes =
            told.json()["items"].as_array().unwrap().iter().map(|row| row["code"].to_string()).collect::<Vec<_>>();
        assert!(told.status == 200 && codes.contains(&format!("\"{name}\"")), "{target}: {codes:?}");
        for role in [Role::Storekeeper, Role::Sales, Role::Viewer] {
            let other = app.as_role(role);
            let refused = other.raw(other.request("GET", &format!("{BASE}/{target}"))).await;
            assert_eq!((refused.status, refused.code().as_str()), (403, "permission_denied"), "{role}: {target}");
            let (kind, filter) = target.split_once('?').unwrap();
            let file = format!("{BASE}/data-files/{}?of={}", kind, filter.replace('=', "%3D"));
            let refused = other.raw(other.request("GET", &file)).await;
            assert_eq!((refused.status, refused.code().as_str()), (403, "permission_denied"), "{role}: {file}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn lists_of_what_waits_change_with_the_company_clock_only_by_whole_days() {
    // An order promised for a moment of today that is over is due today, and not late.
    let shop = Shop::open().await;
    let now = OffsetDateTime::now_utc();
    let deliver_by = Some(Instant::from_datetime(now).minus(Seconds::new(1)));
    let input = SalesOrderInput { deliver_by, ..input(vec![line(table(), "1", None)]) };
    let draft = shop.admin.post::<CreateSalesOrder>(&input).await.ok();
    let order = shop.admin.call_at::<ConfirmSalesOrder>(&IdPath { id: draft.id }, draft.version, &Empty {}).await.ok();
    let due = |due| SalesOrderQuery { due: Some(due), ..SalesOrderQuery::default() };
    let today = found(&shop.admin, due(Due::Today)).await;
    let late = found(&shop.admin, due(Due::Late)).await;
    assert_eq!([today, late].concat(), [order.number], "on one of the two, never on both");
    shop.close().await;
}
