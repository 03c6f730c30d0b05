//! Reservation some days before the start: when the day comes, the program reserves, once and in order.

use mrp_api::endpoint::Empty;
use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{
    ConfirmManufacturingOrder, CreateManufacturingOrder, GetOrderHistory, ManufacturingOrderInput,
    ManufacturingOrderView, ReserveManufacturingOrder, UnreserveManufacturingOrder,
};
use mrp_domain::example;
use mrp_domain::manufacturing_order::{MaterialAvailability, Priority, ReservationRule};
use mrp_domain::time::Seconds;
use mrp_server::due_reservations::reserve_due;
use rust_decimal::Decimal;

use crate::shop::Shop;

const DAY_MINUTES: u64 = 24 * 60;

async fn three_days_before() -> Shop {
    let shop = Shop::open().await;
    shop.set(|setting| {
        setting.reservation_rule = ReservationRule::DaysBefore;
        setting.reserve_days_before = 3;
    })
    .await;
    shop
}

/// A confirmed order for tables that begins in so many days.
async fn beginning_in(shop: &Shop, days: u64, quantity: &str, priority: Priority) -> ManufacturingOrderView {
    let now = shop.app.clock.now();
    let input = ManufacturingOrderInput {
        planned_start: Some(now.plus(Seconds::from_hours(24 * days))),
        priority: Some(priority),
        ..shop.order_input(shop.product(example::STEEL_TABLE), quantity)
    };
    let draft = shop.admin.post::<CreateManufacturingOrder>(&input).await.ok();
    shop.act::<ConfirmManufacturingOrder>(&draft, &Empty {}).await.ok()
}

async fn pass(shop: &Shop, days: u64) -> usize {
    shop.pass_minutes(days * DAY_MINUTES);
    reserve_due(&shop.app.store, shop.app.clock.now()).await.unwrap()
}

fn holds_something(order: &ManufacturingOrderView) -> bool {
    order.components.iter().any(|line| line.qty_reserved > Decimal::ZERO)
}

#[tokio::test]
async fn an_order_gets_its_material_when_its_day_comes_and_only_then() {
    let shop = three_days_before().await;
    shop.receive_for_tables(10).await;
    let order = beginning_in(&shop, 10, "10", Priority::Normal).await;
    assert!(!holds_something(&order));
    assert_eq!(pass(&shop, 6).await, 0);
    assert!(!holds_something(&shop.read(&order).await), "its day is tomorrow");
    assert_eq!(pass(&shop, 1).await, 1);
    let served = shop.read(&order).await;
    assert_eq!(served.material_availability_status, MaterialAvailability::Reserved);

    assert_eq!(pass(&shop, 0).await, 0, "nothing is left to do");
    assert_eq!(shop.read(&order).await.version, served.version);
    let history = shop.admin.get::<GetOrderHistory>(&IdPath { id: order.id }).await.ok();
    let told = history.entries.iter().map(|one| (one.by.as_str(), one.action.as_str())).next();
    assert_eq!(told, Some(("", "reserve_due_order")), "the program itself did it");
    shop.close().await;
}

#[tokio::test]
async fn scarce_material_goes_by_priority_on_the_day() {
    let shop = three_days_before().await;
    shop.receive_for_tables(10).await;
    let normal = beginning_in(&shop, 10, "10", Priority::Normal).await;
    let urgent = beginning_in(&shop, 10, "10", Priority::Urgent).await;
    assert_eq!(pass(&shop, 7).await, 2);
    assert_eq!(shop.read(&urgent).await.material_availability_status, MaterialAvailability::Reserved);
    assert!(!holds_something(&shop.read(&normal).await));
    shop.close().await;
}

#[tokio::test]
async fn who_gives_back_by_hand_is_not_overruled_when_the_day_comes() {
    let shop = three_days_before().await;
    shop.receive_for_tables(20).await;
    let early = beginning_in(&shop, 10, "10", Priority::Normal).await;
    let early = shop.act::<ReserveManufacturingOrder>(&early, &Empty {}).await.ok();
    assert!(holds_something(&early));
    let early = shop.act::<UnreserveManufacturingOrder>(&early, &Empty {}).await.ok();
    let late = beginning_in(&shop, 10, "10", Priority::Normal).await;
    assert_eq!(pass(&shop, 7).await, 1);
    let late = shop.read(&late).await;
    assert!(holds_something(&late) && !holds_something(&shop.read(&early).await));

    let late = shop.act::<UnreserveManufacturingOrder>(&late, &Empty {}).await.ok();
    assert_eq!(pass(&shop, 1).await, 0);
    assert!(!holds_something(&shop.read(&late).await), "given back behind the day, and left so");
    shop.act::<UnreserveManufacturingOrder>(&late, &Empty {}).await.refused_with(&codes::NOTHING_RESERVED);
    shop.close().await;
}

#[tokio::test]
async fn two_servers_that_look_at_the_same_moment_serve_each_order_once() {
    let shop = three_days_before().await;
    shop.receive_for_tables(30).await;
    let mut orders = Vec::new();
    for _ in 0..6 {
        orders.push(beginning_in(&shop, 5, "5", Priority::Normal).await);
    }
    shop.pass_minutes(2 * DAY_MINUTES);
    let now = shop.app.clock.now();
    let looks = [(); 3].map(|()| reserve_due(&shop.app.store, now));
    let served = futures_util::future::join_all(looks).await.into_iter().map(Result::unwrap).sum::<usize>();
    assert_eq!(served, orders.len());
    for order in &orders {
        let seen = shop.read(order).await;
        assert_eq!(seen.material_availability_status, MaterialAvailability::Reserved);
        assert_eq!(seen.version, order.version + 1, "written once");
    }
    shop.close().await;
}

#[tokio::test]
async fn by_hand_means_by_hand() {
    let shop = three_days_before().await;
    shop.receive_for_tables(10).await;
    let order = beginning_in(&shop, 10, "10", Priority::Normal).await;
    shop.set(|setting| setting.reservation_rule = ReservationRule::ByHand).await;
    assert_eq!(pass(&shop, 9).await, 0);
    assert!(!holds_something(&shop.read(&order).await));
    shop.close().await;
}
