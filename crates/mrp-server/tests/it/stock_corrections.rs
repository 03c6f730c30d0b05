//! Scrapping and counting over HTTP: what stock and ledger say afterwards, what is refused, what orders see.

use mrp_api::access::Role;
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{ReserveManufacturingOrder, UnreserveManufacturingOrder};
use mrp_api::stock::{ListStockMoves, StockMoveQuery, StockMoveRow};
use mrp_api::stock_corrections::{CountInput, CountStock, ScrapInput, ScrapStock, StockCorrectionView};
use mrp_domain::example;
use mrp_domain::ids::{ProductId, WarehouseId};
use mrp_domain::manufacturing_order::MaterialAvailability;
use mrp_test_support::client::{Answer, Client};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::shop::{Shop, d, line};

fn scrapped(shop: &Shop, product_id: ProductId, quantity: &str, reason: &str) -> ScrapInput {
    ScrapInput {
        product_id,
        warehouse_id: shop.warehouse,
        quantity: d(quantity),
        reason_id: None,
        reason: reason.to_owned(),
        lot_number: None,
    }
}

fn counted(shop: &Shop, product_id: ProductId, counted: &str, note: &str) -> CountInput {
    CountInput {
        product_id,
        warehouse_id: shop.warehouse,
        qty_counted: d(counted),
        unit_cost: None,
        note: note.to_owned(),
        lot_number: None,
        expires_on: None,
    }
}

async fn scrap(shop: &Shop, product: ProductId, quantity: &str) -> Answer<StockCorrectionView> {
    shop.admin.post::<ScrapStock>(&scrapped(shop, product, quantity, "Broken")).await
}

async fn count(shop: &Shop, product: ProductId, quantity: &str) -> Answer<StockCorrectionView> {
    shop.admin.post::<CountStock>(&counted(shop, product, quantity, "")).await
}

async fn moves(shop: &Shop, product: ProductId) -> Vec<StockMoveRow> {
    let query = StockMoveQuery { product_id: Some(product), ..StockMoveQuery::default() };
    shop.admin.list::<ListStockMoves>(&query).await.ok().items
}

/// A shop with 40 m of tube at 13 each.
async fn with_tube() -> (Shop, ProductId) {
    let shop = Shop::open().await;
    let tube = shop.product(example::STEEL_TUBE);
    shop.receive_at(vec![(tube, d("10"), Some(d("10"))), (tube, d("30"), Some(d("14")))]).await;
    (shop, tube)
}

#[tokio::test]
async fn scrap_leaves_at_the_moving_average_and_says_why() {
    let (shop, tube) = with_tube().await;
    let store = shop.app.as_role(Role::Storekeeper);
    let done = store.post::<ScrapStock>(&scrapped(&shop, tube, "3", " Bent in the truck ")).await.ok();
    assert_eq!((done.qty_difference, done.qty_on_hand, done.qty_free), (d("-3"), d("37"), d("37")));
    assert_eq!(done.value, None, "a storekeeper sees no costs");
    let moves = moves(&shop, tube).await;
    let row = moves.iter().find(|row| Some(row.id) == done.move_id).unwrap();
    assert_eq!((row.quantity, row.value, row.reason.as_str()), (d("3"), Some(d("39")), "Bent in the truck"));
    assert_eq!((row.to_location.as_str(), row.by.as_str()), ("Scrap", "The storekeeper"));
    assert_eq!((shop.stock(tube).await.qty_on_hand, shop.stock(tube).await.unit_cost), (d("37"), Some(d("13"))));
    shop.close().await;
}

#[tokio::test]
async fn a_count_books_the_difference_either_way() {
    let (shop, tube) = with_tube().await;
    let more = shop.admin.post::<CountStock>(&counted(&shop, tube, "42", "Behind the door")).await.ok();
    assert_eq!((more.qty_difference, more.value), (d("2"), Some(d("26"))));
    let less = count(&shop, tube, "35").await.ok();
    assert_eq!((less.qty_difference, less.value), (d("-7"), Some(d("91"))));
    let ways = moves(&shop, tube).await.into_iter().filter(|row| row.document.is_empty());
    let ways = ways.map(|row| (row.from_location, row.to_location, row.reason)).collect::<Vec<_>>();
    let store = "Main warehouse".to_owned();
    assert!(ways.contains(&("Adjustment".to_owned(), store.clone(), "Behind the door".to_owned())), "{ways:?}");
    assert!(ways.contains(&(store, "Adjustment".to_owned(), String::new())), "{ways:?}");
    assert_eq!((shop.stock(tube).await.qty_on_hand, shop.stock(tube).await.unit_cost), (d("35"), Some(d("13"))));
    shop.close().await;
}

#[tokio::test]
async fn a_count_that_finds_what_the_books_say_moves_nothing_and_is_answered() {
    let (shop, tube) = with_tube().await;
    let before = moves(&shop, tube).await.len();
    let same = count(&shop, tube, "40.000").await.ok();
    assert_eq!((same.move_id, same.qty_difference, same.qty_on_hand), (None, d("0"), d("40")));
    assert_eq!(moves(&shop, tube).await.len(), before);
    shop.close().await;
}

#[tokio::test]
async fn what_was_never_received_can_be_counted_in_at_its_standard_cost() {
    let shop = Shop::open().await;
    let paint = shop.product(example::POWDER_PAINT);
    let found = count(&shop, paint, "1.25").await.ok();
    assert_eq!((found.qty_on_hand, found.value), (d("1.25"), Some(d("50"))));
    assert_eq!(shop.stock(paint).await.unit_cost, Some(d("40")));
    shop.close().await;
}

#[tokio::test]
async fn what_is_promised_or_not_there_stays() {
    let (shop, tube) = with_tube().await;
    shop.receive(&[(example::POWDER_PAINT, "3")]).await;
    let order = shop.confirmed(shop.product(example::STEEL_TABLE), "5").await;
    assert_eq!(shop.stock(tube).await.qty_reserved, d("20"));
    scrap(&shop, tube, "41").await.refused_with(&codes::STOCK_SHORT);
    scrap(&shop, tube, "21").await.refused_with(&codes::STOCK_RESERVED);
    count(&shop, tube, "19").await.refused_with(&codes::STOCK_RESERVED);
    assert_eq!((shop.stock(tube).await.qty_on_hand, moves(&shop, tube).await.len()), (d("40"), 2));
    let _ = count(&shop, tube, "20").await.ok();
    let order = shop.act::<UnreserveManufacturingOrder>(&order, &Default::default()).await.ok();
    let _ = scrap(&shop, tube, "20").await.ok();
    shop.is_used_up(tube).await;
    assert_eq!(order.material_availability_status, MaterialAvailability::Missing);
    shop.close().await;
}

#[tokio::test]
async fn an_open_order_sees_at_once_what_was_scrapped_and_found() {
    let (shop, tube) = with_tube().await;
    shop.receive(&[(example::POWDER_PAINT, "3")]).await;
    let order = shop.confirmed(shop.product(example::STEEL_TABLE), "10").await;
    let order = shop.act::<UnreserveManufacturingOrder>(&order, &Default::default()).await.ok();
    assert_eq!((line(&order, tube).qty_free, line(&order, tube).qty_missing), (d("40"), d("0")));
    let _ = scrap(&shop, tube, "15").await.ok();
    let order = shop.read(&order).await;
    assert_eq!((line(&order, tube).qty_free, line(&order, tube).qty_missing), (d("25"), d("15")));
    let order = shop.act::<ReserveManufacturingOrder>(&order, &Default::default()).await.ok();
    assert_eq!(order.material_availability_status, MaterialAvailability::Partial);
    assert_eq!((line(&order, tube).qty_reserved, line(&order, tube).qty_missing), (d("25"), d("15")));
    let _ = count(&shop, tube, "50").await.ok();
    // What was found is set aside for whoever waits.
    let order = shop.read(&order).await;
    assert_eq!((line(&order, tube).qty_free, line(&order, tube).qty_missing), (d("10"), d("0")));
    assert_eq!(order.material_availability_status, MaterialAvailability::Reserved);
    shop.close().await;
}

#[tokio::test]
async fn every_fault_of_a_correction_is_named_at_once() {
    let (shop, _) = with_tube().await;
    let unknown = ProductId::from_uuid(Uuid::now_v7());
    let nowhere = WarehouseId::from_uuid(Uuid::now_v7());
    let input = ScrapInput {
        product_id: unknown,
        warehouse_id: nowhere,
        quantity: d("0"),
        reason_id: None,
        reason: "  ".to_owned(),
        lot_number: None,
    };
    let problem = shop.admin.post::<ScrapStock>(&input).await.problem();
    let named = problem.errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect::<Vec<_>>();
    let expected = [
        ("/quantity", codes::VALUE_INVALID.code),
        ("/reason", codes::REASON_REQUIRED.code),
        ("/warehouse_id", codes::REFERENCE_UNKNOWN.code),
        ("/product_id", codes::REFERENCE_UNKNOWN.code),
    ];
    assert_eq!(named, expected);
    shop.close().await;
}

#[tokio::test]
async fn amounts_finer_than_the_unit_or_below_nothing_are_refused() {
    let (shop, tube) = with_tube().await;
    let screw = shop.new_product(shop.product_input("SCREW")).await;
    shop.receive_at(vec![(screw, d("5"), Some(d("1")))]).await;
    for (product, quantity) in [(screw, "0.5"), (tube, "-1"), (tube, "99999999999999999999999")] {
        scrap(&shop, product, quantity).await.refused_with(&codes::VALIDATION_FAILED);
        count(&shop, product, quantity).await.refused_with(&codes::VALIDATION_FAILED);
    }
    let long = "x".repeat(501);
    let input = scrapped(&shop, tube, "1", &long);
    shop.admin.post::<ScrapStock>(&input).await.refused_with(&codes::VALIDATION_FAILED);
    assert_eq!((shop.stock(tube).await.qty_on_hand, shop.stock(screw).await.qty_on_hand), (d("40"), d("5")));
    shop.close().await;
}

#[tokio::test]
async fn only_those_who_keep_stock_correct_it() {
    let (shop, tube) = with_tube().await;
    for role in [Role::Planner, Role::Operator, Role::Buyer, Role::Viewer] {
        let client = shop.app.as_role(role);
        client.post::<ScrapStock>(&scrapped(&shop, tube, "1", "x")).await.refused_with(&codes::PERMISSION_DENIED);
        client.post::<CountStock>(&counted(&shop, tube, "1", "")).await.refused_with(&codes::PERMISSION_DENIED);
    }
    shop.close().await;
}

#[tokio::test]
async fn people_who_count_the_same_shelf_at_once_book_it_once() {
    let shop = Shop::open().await;
    let tube = shop.product(example::STEEL_TUBE);
    let clients: Vec<Client> = (0..8).map(|_| shop.app.admin()).collect();
    let input = counted(&shop, tube, "7", "");
    let answers = futures_util::future::join_all(clients.iter().map(|client| client.post::<CountStock>(&input))).await;
    let differences: Vec<Decimal> = answers.into_iter().map(|answer| answer.ok().qty_difference).collect();
    assert_eq!(differences.iter().sum::<Decimal>(), d("7"), "{differences:?}");
    assert_eq!((shop.stock(tube).await.qty_on_hand, moves(&shop, tube).await.len()), (d("7"), 1));
    shop.close().await;
}
