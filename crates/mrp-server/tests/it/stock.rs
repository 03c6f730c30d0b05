//! Stock: receipts, what is free and promised, the ledger, and what it is all worth.

use mrp_api::access::Role;
use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_api::stock::{
    CreateReceipt, GetReceipt, ListReceipts, ListStockMoves, ReceiptInput, ReceiptLineInput, ReceiptQuery,
    StockMoveQuery,
};
use mrp_domain::example;
use mrp_domain::ids::{ProductId, ReceiptId};
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::shop::{Shop, d};

fn received(product_id: ProductId, quantity: &str, unit_cost: Option<&str>) -> ReceiptLineInput {
    ReceiptLineInput {
        product_id,
        quantity: d(quantity),
        unit_id: None,
        unit_cost: unit_cost.map(d),
        purchase_order_line_id: None,
        lot_numbers: None,
        expires_on: None,
        supplier_lot: None,
    }
}

fn receipt(shop: &Shop, lines: Vec<ReceiptLineInput>) -> ReceiptInput {
    ReceiptInput { warehouse_id: shop.warehouse, reference: "DN 4711".to_owned(), lines }
}

/// What the moves of a product by this document, or by any other, are worth.
async fn moved(shop: &Shop, product_id: ProductId, document: &str) -> (Decimal, Decimal) {
    let query = StockMoveQuery { product_id: Some(product_id), ..StockMoveQuery::default() };
    let moves = shop.admin.list::<ListStockMoves>(&query).await.ok().items;
    let sum =
        |is_by: bool| moves.iter().filter(|row| (row.document == document) == is_by).filter_map(|row| row.value).sum();
    (sum(true), sum(false))
}

/// What is in stock of a product is worth this.
async fn worth(shop: &Shop, product: ProductId) -> Decimal {
    let mut tx = shop.app.begin("test").await;
    let rows = mrp_store::stock::lock(&mut tx, vec![product.uuid()], shop.place.uuid()).await.unwrap();
    rows[0].value
}

#[tokio::test]
async fn received_goods_are_on_hand_free_and_in_the_ledger() {
    let shop = Shop::open().await;
    let (tube, paint) = (shop.product(example::STEEL_TUBE), shop.product(example::POWDER_PAINT));
    let store = shop.app.as_role(Role::Storekeeper);
    let input = receipt(&shop, vec![received(tube, "40", None), received(paint, "1.5", None)]);
    let made = store.post::<CreateReceipt>(&input).await.ok();
    assert_eq!((made.lines.len(), made.reference.as_str(), made.by.as_str()), (2, "DN 4711", "The storekeeper"));
    let seen = shop.admin.get::<GetReceipt>(&IdPath { id: made.id }).await.ok();
    assert_eq!((seen.number, seen.lines[1].value), (made.number.clone(), Some(d("60"))));
    let stock = shop.stock(tube).await;
    assert_eq!((stock.qty_on_hand, stock.qty_reserved, stock.qty_free), (d("40"), d("0"), d("40")));
    let query = StockMoveQuery { product_id: Some(tube), ..StockMoveQuery::default() };
    let moves = shop.admin.list::<ListStockMoves>(&query).await.ok().items;
    assert_eq!((moves.len(), moves[0].quantity, moves[0].value), (1, d("40"), Some(d("500"))));
    assert_eq!((moves[0].document.as_str(), moves[0].moved_at), (made.number.as_str(), shop.app.clock.now()));
    let list = shop.admin.list::<ListReceipts>(&ReceiptQuery::default()).await.ok();
    assert_eq!(list.items.iter().map(|row| row.line_count).collect::<Vec<_>>(), [2]);
    shop.close().await;
}

#[tokio::test]
async fn stock_is_worth_its_moving_average() {
    let shop = Shop::open().await;
    let tube = shop.product(example::STEEL_TUBE);
    shop.receive_at(vec![(tube, d("10"), Some(d("10")))]).await;
    shop.receive_at(vec![(tube, d("30"), Some(d("14")))]).await;
    assert_eq!(shop.stock(tube).await.unit_cost, Some(d("13")));
    shop.close().await;
}

#[tokio::test]
async fn goods_received_in_another_unit_are_kept_in_the_products_own() {
    let shop = Shop::open().await;
    let paint = shop.product(example::POWDER_PAINT);
    let line = ReceiptLineInput { unit_id: Some(shop.unit(example::GRAM)), ..received(paint, "2500", Some("0.05")) };
    let _ = shop.admin.post::<CreateReceipt>(&receipt(&shop, vec![line])).await.ok();
    let stock = shop.stock(paint).await;
    assert_eq!((stock.qty_on_hand, stock.unit_cost), (d("2.5"), Some(d("50"))));
    let line = ReceiptLineInput { unit_id: Some(shop.unit(example::METRE)), ..received(paint, "1", None) };
    let refused = shop.admin.post::<CreateReceipt>(&receipt(&shop, vec![line])).await.problem();
    assert!(
        [refused.code.as_str(), refused.errors.first().map_or("", |error| error.code.as_str())]
            .contains(&codes::UNIT_CATEGORY_DIFFERS.code),
        "{refused:?}"
    );
    shop.close().await;
}

#[tokio::test]
async fn a_receipt_with_a_bad_line_receives_nothing() {
    let shop = Shop::open().await;
    let tube = shop.product(example::STEEL_TUBE);
    let unknown = ProductId::from_uuid(Uuid::now_v7());
    let bad = [
        vec![],
        vec![received(tube, "1", None), received(tube, "0", None)],
        vec![received(tube, "1", None), received(tube, "-1", None)],
        vec![received(tube, "1", None), received(unknown, "1", None)],
        vec![received(tube, "1", Some("-1"))],
    ];
    for lines in bad {
        shop.admin.post::<CreateReceipt>(&receipt(&shop, lines)).await.refused_with(&codes::VALIDATION_FAILED);
    }
    let viewer = shop.app.as_role(Role::Viewer);
    let input = receipt(&shop, vec![received(tube, "1", None)]);
    viewer.post::<CreateReceipt>(&input).await.refused_with(&codes::PERMISSION_DENIED);
    assert!(shop.admin.list::<ListStockMoves>(&StockMoveQuery::default()).await.ok().items.is_empty());
    let path = IdPath { id: ReceiptId::from_uuid(Uuid::now_v7()) };
    shop.admin.get::<GetReceipt>(&path).await.refused_with(&codes::NOT_FOUND);
    shop.close().await;
}

#[tokio::test]
async fn what_is_reserved_is_not_free_and_what_is_consumed_is_gone() {
    let shop = Shop::open().await;
    let tube = shop.product(example::STEEL_TUBE);
    shop.receive_for_tables(20).await;
    let order = shop.planned(shop.product(example::STEEL_TABLE), "10").await;
    let stock = shop.stock(tube).await;
    assert_eq!((stock.qty_on_hand, stock.qty_reserved, stock.qty_free), (d("80"), d("40"), d("40")));
    shop.carry_out(&order, 10, 120).await;
    let stock = shop.stock(tube).await;
    assert_eq!((stock.qty_on_hand, stock.qty_reserved, stock.qty_free), (d("40"), d("0"), d("40")));
    shop.close().await;
}

#[tokio::test]
async fn value_is_conserved_to_the_cent() {
    let shop = Shop::open().await;
    let (tube, paint) = (shop.product(example::STEEL_TUBE), shop.product(example::POWDER_PAINT));
    // Thirds of cents on purpose.
    shop.receive_at(vec![(tube, d("30"), Some(d("12.333"))), (paint, d("3"), Some(d("39.99")))]).await;
    shop.receive_at(vec![(tube, d("17"), Some(d("11.111")))]).await;
    let order = shop.planned(shop.product(example::STEEL_TABLE), "7").await;
    for (sequence, minutes) in [(10, 97), (20, 311), (30, 83), (40, 41)] {
        shop.carry_out(&order, sequence, minutes).await;
    }
    let _ = shop.finish(&order, FinishChoice::Complete).await.ok();
    for component in [tube, paint] {
        let (used, bought) = moved(&shop, component, &order.number).await;
        assert_eq!(bought - used, worth(&shop, component).await);
    }
    let table = shop.product(example::STEEL_TABLE);
    let (made, _) = moved(&shop, table, &order.number).await;
    let used = moved(&shop, tube, &order.number).await.0 + moved(&shop, paint, &order.number).await.0;
    assert_eq!(made, worth(&shop, table).await);
    let sheet = shop.cost_sheet(&order).await;
    assert_eq!((sheet.actual_total, sheet.groups[0].actual), (made, used));
    shop.close().await;
}
