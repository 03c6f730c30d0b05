//! Whatever comes into a warehouse is set aside for the orders that wait for it: received, made, moved, counted.

use mrp_api::access::Role;
use mrp_api::boms::{CreateBom, ValidateBom};
use mrp_api::counts::{CountPostInput, PostCount};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::manufacturing_orders::{
    ComponentPath, ConfirmManufacturingOrder, CreateManufacturingOrder, FinishInput, FinishManufacturingOrder,
    GetManufacturingOrder, ListManufacturingOrders, ManufacturingOrderInput, ManufacturingOrderQuery,
    ManufacturingOrderView, PlanInput, PlanManufacturingOrder, ReserveManufacturingOrder, UpdateManufacturingOrder,
};
use mrp_api::material_lines::{MakeComponentInput, MakeOrderComponent};
use mrp_api::patch::Patch;
use mrp_api::pegging::{GetPegging, PeggingOf, PeggingQuery};
use mrp_api::products::{ProductInput, UpdateProduct};
use mrp_api::sales_orders::MakeSalesOrderLine;
use mrp_api::settings::{GetSetting, SettingInput, UpdateSetting};
use mrp_api::stock::{CreateReceipt, ListStock, StockQuery};
use mrp_api::stock_corrections::CountStock;
use mrp_api::transfers::CreateTransfer;
use mrp_api::work_orders::{FinishWorkOrder, FinishWorkOrderInput, StartWorkOrder};
use mrp_domain::ids::{ManufacturingOrderId, ProductId};
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::manufacturing_order::{ManufacturingOrderState, MaterialAvailability, Priority};
use mrp_domain::pegging::PegDirection;
use mrp_test_support::app::TestApp;
use mrp_test_support::factory::{Factory, Workshop};
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use serde_json::json;

fn reserved(order: &ManufacturingOrderView, product: ProductId) -> Decimal {
    order.components.iter().find(|line| line.product_id == product).unwrap().qty_reserved
}

async fn held(make: &Factory, orders: &[&ManufacturingOrderView], product: ProductId) -> Vec<Decimal> {
    let mut held = Vec::new();
    for order in orders {
        held.push(reserved(&make.reread(order).await, product));
    }
    held
}

/// A confirmed order of tables with that priority.
async fn order_with(make: &Factory, shop: &Workshop, quantity: i64, priority: Priority) -> ManufacturingOrderView {
    let mut input = make.order_input(shop, quantity);
    input.priority = Some(priority);
    let draft = make.client().post::<CreateManufacturingOrder>(&input).await.ok();
    make.order_command::<ConfirmManufacturingOrder>(&draft, &Empty {}).await
}

/// A desk, of which each needs a table; and as many orders of one desk as wanted, all waiting.
async fn desks(make: &Factory, shop: &Workshop, priorities: &[Priority]) -> Vec<ManufacturingOrderView> {
    let desk = make.product(shop.unit.id).await;
    let draft = make.client().post::<CreateBom>(&make.bom_input(desk.id, &[(shop.table.id, 1)], shop.routing.id)).await;
    let draft = draft.ok();
    let path = IdPath { id: draft.id };
    let bom = make.client().call_at::<ValidateBom>(&path, draft.version, &Default::default()).await.ok();
    let mut orders = Vec::new();
    for priority in priorities {
        let mut input = make.order_input(shop, 1);
        (input.product_id, input.bom_id, input.priority) = (desk.id, Some(bom.id), Some(*priority));
        let draft = make.client().post::<CreateManufacturingOrder>(&input).await.ok();
        orders.push(make.order_command::<ConfirmManufacturingOrder>(&draft, &Empty {}).await);
    }
    orders
}

/// An order whose work is all reported.
async fn ready_to_finish(make: &Factory, order: &ManufacturingOrderView) -> ManufacturingOrderView {
    let order = match order.state {
        ManufacturingOrderState::Confirmed => {
            make.order_command::<PlanManufacturingOrder>(order, &PlanInput { with_shortage: false }).await
        }
        _ => make.reread(order).await,
    };
    let work = make.first_work_order(&order).await;
    let work = make.work_order_command::<StartWorkOrder>(&work, &Empty {}).await;
    make.work_order_command::<FinishWorkOrder>(&work, &FinishWorkOrderInput { report: None }).await;
    make.reread(&order).await
}

fn whole() -> FinishInput {
    FinishInput { choice: FinishChoice::Complete, accept_unrecorded: false, lot_numbers: None }
}

async fn finish(make: &Factory, order: &ManufacturingOrderView) -> ManufacturingOrderView {
    let order = ready_to_finish(make, order).await;
    make.order_command::<FinishManufacturingOrder>(&order, &whole()).await
}

#[tokio::test]
async fn what_a_plain_receipt_brings_is_set_aside_by_priority_deadline_and_number() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 10)]).await;
    let (first, second) = (make.confirmed_order(&shop, 1).await, make.confirmed_order(&shop, 1).await);
    let urgent = order_with(&make, &shop, 1, Priority::Urgent).await;
    let store = app.as_role(Role::Storekeeper);
    store.post::<CreateReceipt>(&make.receipt_input(shop.warehouse.id, &[(shop.leg.id, 9)])).await.ok();
    assert_eq!(held(&make, &[&first, &second, &urgent], shop.leg.id).await, [dec!(4), dec!(1), dec!(4)]);
    let (complete, partial) = (make.reread(&urgent).await, make.reread(&second).await);
    assert_eq!(complete.material_availability_status, MaterialAvailability::Reserved);
    assert_eq!(partial.material_availability_status, MaterialAvailability::Partial);
    assert!(complete.version > urgent.version);
    app.finish().await;
}

#[tokio::test]
async fn what_an_order_makes_goes_first_to_the_order_that_it_is_made_for() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.stock_for(&shop, 3).await;
    let waiting = desks(&make, &shop, &[Priority::Low, Priority::Urgent, Priority::Normal]).await;
    let parent = &waiting[0];
    let path = ComponentPath { id: parent.id, line_id: parent.components[0].id };
    let asked = MakeComponentInput { quantity: None };
    let parent = app.as_role(Role::Planner).call_at::<MakeOrderComponent>(&path, parent.version, &asked).await.ok();
    let again = app.admin().call_at::<MakeOrderComponent>(&path, parent.version, &asked).await.problem();
    assert_eq!(again.code, "everything_asked_for");
    let made = made_for(&app, &parent).await;
    let made_for = made.made_for.clone().unwrap();
    assert_eq!(
        (made.quantity, made_for.manufacturing_order_id, made.origin.as_str()),
        (dec!(1), parent.id, parent.number.as_str())
    );
    let hangs = async |of: ManufacturingOrderId, direction| {
        let query = PeggingQuery { of: PeggingOf::ManufacturingOrder, id: of.uuid(), line_id: None, direction };
        let nodes = app.admin().list::<GetPegging>(&query).await.ok().nodes;
        nodes.into_iter().map(|node| (node.level, node.number)).collect::<Vec<_>>()
    };
    assert!(hangs(parent.id, PegDirection::Backward).await.contains(&(2, made.number.clone())));
    assert!(hangs(made.id, PegDirection::Forward).await.contains(&(1, parent.number.clone())));
    let other = make.confirmed_order(&shop, 1).await;

    let made = make.order_command::<ConfirmManufacturingOrder>(&made, &Empty {}).await;
    finish(&make, &made).await;
    let orders = waiting.iter().collect::<Vec<_>>();
    assert_eq!(held(&make, &orders, shop.table.id).await, [dec!(1), dec!(0), dec!(0)]);
    assert_eq!(make.reread(&parent).await.material_availability_status, MaterialAvailability::Reserved);
    // What is made for nobody goes by priority.
    finish(&make, &other).await;
    assert_eq!(held(&make, &orders, shop.table.id).await, [dec!(1), dec!(1), dec!(0)]);
    app.finish().await;
}

/// The newest order that is made for a component of this one.
async fn made_for(app: &TestApp, order: &ManufacturingOrderView) -> ManufacturingOrderView {
    let query = ManufacturingOrderQuery { sort: Some("-number".to_owned()), ..Default::default() };
    let page = app.admin().list::<ListManufacturingOrders>(&query).await.ok();
    let made = app.admin().get::<GetManufacturingOrder>(&IdPath { id: page.items[0].id }).await.ok();
    assert!(made.made_for.as_ref().is_some_and(|one| one.manufacturing_order_id == order.id));
    made
}

#[tokio::test]
async fn what_is_made_for_a_customer_is_given_to_no_other_order() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.stock_for(&shop, 2).await;
    let waiting = desks(&make, &shop, &[Priority::Urgent]).await;
    let sold = make.confirmed_sales_order(&shop, 1).await;
    let path = mrp_api::sales_orders::SalesOrderLinePath { id: sold.id, line_id: sold.lines[0].id };
    let sold = app.admin().call_at::<MakeSalesOrderLine>(&path, sold.version, &Default::default()).await.ok();
    let id: ManufacturingOrderId = sold.lines[0].orders[0].id;
    let draft = app.admin().get::<GetManufacturingOrder>(&IdPath { id }).await.ok();
    let patch: Patch<ManufacturingOrderInput> =
        serde_json::from_value(json!({"components_warehouse_id": shop.warehouse.id})).unwrap();
    let draft = app.admin().call_at::<UpdateManufacturingOrder>(&IdPath { id }, draft.version, &patch).await.ok();
    let made = make.order_command::<ConfirmManufacturingOrder>(&draft, &Empty {}).await;
    finish(&make, &made).await;
    assert_eq!(held(&make, &[&waiting[0]], shop.table.id).await, [dec!(0)]);
    app.finish().await;
}

#[tokio::test]
async fn what_a_transfer_brings_is_set_aside_where_it_arrives() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let other = make.warehouse().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 5)]).await;
    make.receipt(other.id, &[(shop.leg.id, 10)]).await;
    let order = make.confirmed_order(&shop, 1).await;
    let lines = json!([make.goods_line(shop.leg.id, 6)]);
    let body = json!({"from_warehouse_id": other.id, "to_warehouse_id": shop.warehouse.id, "lines": lines});
    app.as_role(Role::Storekeeper).post::<CreateTransfer>(&serde_json::from_value(body).unwrap()).await.ok();
    assert_eq!(held(&make, &[&order], shop.leg.id).await, [dec!(4)]);
    app.finish().await;
}

#[tokio::test]
async fn what_somebody_finds_is_set_aside() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.receipt(shop.warehouse.id, &[(shop.board.id, 5), (shop.leg.id, 1)]).await;
    let order = make.confirmed_order(&shop, 2).await;
    assert_eq!(held(&make, &[&order], shop.leg.id).await, [dec!(1)]);
    let counted = app.admin().post::<CountStock>(&make.count_input(shop.warehouse.id, shop.leg.id, 4)).await.ok();
    assert_eq!((counted.qty_on_hand, counted.qty_reserved, counted.qty_free), (dec!(4), dec!(4), dec!(0)));
    assert_eq!(held(&make, &[&order], shop.leg.id).await, [dec!(4)]);

    let count = make.count(shop.warehouse.id).await;
    let entered = make.counted(&count, shop.leg.id, 9).await;
    let input = CountPostInput { takes_from_orders: false };
    app.admin().call_at::<PostCount>(&IdPath { id: count.id }, entered.version, &input).await.ok();
    assert_eq!(held(&make, &[&order], shop.leg.id).await, [dec!(8)]);
    assert_eq!(make.reread(&order).await.material_availability_status, MaterialAvailability::Reserved);
    app.finish().await;
}

#[tokio::test]
async fn goods_that_come_in_lots_are_set_aside_lot_by_lot() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let patch: Patch<ProductInput> = serde_json::from_value(json!({"tracking": "lot"})).unwrap();
    let path = IdPath { id: shop.leg.id };
    let _ = app.admin().call_at::<UpdateProduct>(&path, shop.leg.version, &patch).await.ok();
    make.receipt(shop.warehouse.id, &[(shop.board.id, 5)]).await;
    let order = make.confirmed_order(&shop, 1).await;
    for (number, quantity, expires_on) in [("L-1", 3, None), ("L-2", 3, Some("2020-01-01")), ("L-3", 3, None)] {
        let mut receipt = make.receipt_input(shop.warehouse.id, &[(shop.leg.id, quantity)]);
        receipt.lines[0].lot_numbers = Some(number.to_owned());
        receipt.lines[0].expires_on = expires_on.map(str::to_owned);
        let _ = app.admin().post::<CreateReceipt>(&receipt).await.ok();
    }
    let order = make.reread(&order).await;
    let line = order.components.iter().find(|line| line.product_id == shop.leg.id).unwrap();
    let lots = line.lots.iter().map(|lot| (lot.number.as_str(), lot.qty_reserved)).collect::<Vec<_>>();
    assert_eq!(lots, [("L-1", dec!(3)), ("L-3", dec!(1))]);
    app.finish().await;
}

#[tokio::test]
async fn orders_that_reserve_by_hand_get_only_what_was_made_for_them() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.stock_for(&shop, 1).await;
    let waiting = desks(&make, &shop, &[Priority::Normal, Priority::Urgent]).await;
    let other = make.confirmed_order(&shop, 1).await;
    by_hand(&app).await;
    finish(&make, &other).await;
    assert_eq!(held(&make, &[&waiting[0], &waiting[1]], shop.table.id).await, [dec!(0), dec!(0)]);
    let path = ComponentPath { id: waiting[0].id, line_id: waiting[0].components[0].id };
    let asked = MakeComponentInput { quantity: Some(dec!(1)) };
    let parent = app.admin().call_at::<MakeOrderComponent>(&path, waiting[0].version, &asked).await.ok();
    let own = made_for(&app, &parent).await;
    make.stock_for(&shop, 1).await;
    let own = make.order_command::<ConfirmManufacturingOrder>(&own, &Empty {}).await;
    let own = make.order_command::<ReserveManufacturingOrder>(&own, &Empty {}).await;
    finish(&make, &own).await;
    assert_eq!(held(&make, &[&waiting[0], &waiting[1]], shop.table.id).await, [dec!(1), dec!(0)]);
    app.finish().await;
}

async fn by_hand(app: &TestApp) {
    let view = app.admin().list::<GetSetting>(&Empty {}).await.ok();
    let patch: Patch<SettingInput> =
        serde_json::from_value(json!({"company_name": "Workshop", "reservation_rule": "by_hand"})).unwrap();
    let _ = app.admin().call_at::<UpdateSetting>(&Empty {}, view.version, &patch).await.ok();
}

#[tokio::test]
async fn many_finishes_and_receipts_at_once_promise_nothing_twice_and_leave_nobody_waiting_for_what_is_there() {
    const TABLES: usize = 12;
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let mut tables = Vec::new();
    for _ in 0..TABLES {
        let order = make.planned_order(&shop, 1).await;
        tables.push(ready_to_finish(&make, &order).await);
    }
    let waiting = desks(&make, &shop, &[Priority::Normal; TABLES + 6]).await;
    // Twelve are made while four receipts of two bring more.
    let finishes = tables.iter().map(|order| async {
        let path = IdPath { id: order.id };
        app.admin().call_at::<FinishManufacturingOrder>(&path, order.version, &whole()).await.raw.status
    });
    let receipts = (0..4).map(|_| async {
        let input = make.receipt_input(shop.warehouse.id, &[(shop.table.id, 2), (shop.leg.id, 1)]);
        app.as_role(Role::Storekeeper).post::<CreateReceipt>(&input).await.raw.status
    });
    let (finished, received) =
        futures_util::future::join(futures_util::future::join_all(finishes), futures_util::future::join_all(receipts))
            .await;
    assert!(finished.iter().all(|status| *status == 200), "{finished:?}");
    assert!(received.iter().all(|status| *status == 201), "{received:?}");
    let query = StockQuery { product_id: Some(shop.table.id), ..Default::default() };
    let stock = app.admin().list::<ListStock>(&query).await.ok().items.remove(0);
    let all = held(&make, &waiting.iter().collect::<Vec<_>>(), shop.table.id).await;
    assert_eq!(stock.qty_on_hand, dec!(20));
    assert_eq!(stock.qty_reserved, all.iter().sum::<Decimal>());
    assert!(all.iter().all(|held| *held <= Decimal::ONE), "{all:?}");
    assert_eq!(stock.qty_reserved, dec!(18));
    app.finish().await;
}

/// What a component can expect: from which paper, how much, and whether it is meant for it.
fn expected(order: &ManufacturingOrderView) -> Vec<(String, Decimal, bool)> {
    order.components[0].expected_from.iter().map(|one| (one.number.clone(), one.quantity, one.is_meant)).collect()
}

#[tokio::test]
async fn a_component_expects_what_is_made_for_it_and_what_is_promised_to_nobody_else() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    make.stock_for(&shop, 9).await;
    let waiting = desks(&make, &shop, &[Priority::Low, Priority::Urgent, Priority::Normal]).await;
    let path = ComponentPath { id: waiting[0].id, line_id: waiting[0].components[0].id };
    let asked = MakeComponentInput { quantity: Some(dec!(2)) };
    let parent = app.admin().call_at::<MakeOrderComponent>(&path, waiting[0].version, &asked).await.ok();
    let line = &parent.components[0];
    assert_eq!((line.qty_requested, line.qty_missing, line.drafts.len()), (dec!(2), dec!(1), 1));
    let made = made_for(&app, &parent).await;
    let made = make.order_command::<ConfirmManufacturingOrder>(&made, &Empty {}).await;
    // Its second piece is promised to the urgent one, and so not to the third.
    let seen = [make.reread(&waiting[0]).await, make.reread(&waiting[1]).await, make.reread(&waiting[2]).await];
    assert_eq!(expected(&seen[0]), [(made.number.clone(), dec!(1), true)]);
    assert_eq!(expected(&seen[1]), [(made.number.clone(), dec!(1), false)]);
    assert_eq!((expected(&seen[2]), seen[2].components[0].qty_missing), (Vec::new(), dec!(1)));
    let source = &seen[0].components[0].expected_from[0];
    assert_eq!((source.manufacturing_order_id, source.purchase_order_id), (Some(made.id), None));
    // It is due when the order begins that needs it, and planned it says when it will be done.
    assert!(source.expected_on.is_some() && seen[0].components[0].expected_on == source.expected_on);

    // An order by hand to a supplier is for whoever is left.
    let bought = make.placed(&make.purchase_order(shop.warehouse.id, shop.table.id, 5).await).await;
    let third = make.reread(&waiting[2]).await;
    assert_eq!(expected(&third), [(bought.number.clone(), dec!(1), false)]);
    assert_eq!(third.components[0].qty_missing, dec!(0));
    // What is made for a customer is promised to him.
    let sold = make.confirmed_sales_order(&shop, 1).await;
    let path = mrp_api::sales_orders::SalesOrderLinePath { id: sold.id, line_id: sold.lines[0].id };
    let _ = app.admin().call_at::<MakeSalesOrderLine>(&path, sold.version, &Default::default()).await.ok();
    assert_eq!(expected(&make.reread(&waiting[2]).await), [(bought.number, dec!(1), false)]);
    app.finish().await;
}
