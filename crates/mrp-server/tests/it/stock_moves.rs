//! The one writer of the stock ledger: what it writes, what it folds, what it refuses.

use mrp_api::endpoint::IdPath;
use mrp_api::products::{GetProduct, ProductView};
use mrp_domain::ids::ProductId;
use mrp_store::error::StoreError;
use mrp_store::stock::{Document, MoveValues, NO_LOT, PRODUCTION, post_moves};
use mrp_test_support::app::TestApp;
use rust_decimal::Decimal;
use uuid::Uuid;

fn goods(product: ProductId, from: Uuid, to: Uuid, quantity: i64, value: i64) -> MoveValues {
    MoveValues {
        id: Uuid::now_v7(),
        product_id: product.uuid(),
        lot_id: NO_LOT,
        from_location_id: from,
        to_location_id: to,
        quantity: Decimal::from(quantity),
        value: Decimal::from(value),
        document: Document::ByHand,
    }
}

async fn product(app: &TestApp, id: ProductId) -> ProductView {
    app.admin().get::<GetProduct>(&IdPath { id }).await.ok()
}

#[tokio::test]
async fn what_leaves_the_warehouse_takes_its_value_with_it() {
    let app = TestApp::new().await;
    let factory = app.factory();
    let (unit, warehouse) = (factory.unit().await, factory.warehouse().await);
    let board = factory.product(unit.id).await;
    factory.receipt(warehouse.id, &[(board.id, 100)]).await;
    let store = warehouse.location_id.uuid();
    let mut tx = app.begin("test").await;
    let moves = [goods(board.id, store, PRODUCTION, 30, 300), goods(board.id, store, PRODUCTION, 10, 100)];
    post_moves(&mut tx, &moves).await.unwrap();
    tx.commit(None).await.unwrap();
    assert_eq!(product(&app, board.id).await.qty_on_hand, Decimal::from(60));
    app.finish().await;
}

#[tokio::test]
async fn more_than_there_is_cannot_leave() {
    let app = TestApp::new().await;
    let factory = app.factory();
    let (unit, warehouse) = (factory.unit().await, factory.warehouse().await);
    let (board, never_received) = (factory.product(unit.id).await, factory.product(unit.id).await);
    factory.receipt(warehouse.id, &[(board.id, 5)]).await;
    let store = warehouse.location_id.uuid();
    for (id, quantity) in [(board.id, 6), (never_received.id, 1)] {
        let mut tx = app.begin("test").await;
        let error = post_moves(&mut tx, &[goods(id, store, PRODUCTION, quantity, 0)]).await.unwrap_err();
        let StoreError::Check { constraint } = error else { panic!("{error}") };
        assert_eq!(constraint, "stock_balance_never_promised_twice");
        tx.roll_back().await;
    }
    assert_eq!(product(&app, board.id).await.qty_on_hand, Decimal::from(5));
    app.finish().await;
}

#[tokio::test]
async fn a_transfer_between_warehouses_changes_no_value() {
    let app = TestApp::new().await;
    let factory = app.factory();
    let unit = factory.unit().await;
    let (from, to) = (factory.warehouse().await, factory.warehouse().await);
    let board = factory.product(unit.id).await;
    factory.receipt(from.id, &[(board.id, 8)]).await;
    let before = product(&app, board.id).await;
    let mut tx = app.begin("test").await;
    let line = goods(board.id, from.location_id.uuid(), to.location_id.uuid(), 3, 30);
    post_moves(&mut tx, &[line]).await.unwrap();
    tx.commit(None).await.unwrap();
    let after = product(&app, board.id).await;
    assert_eq!((after.qty_on_hand, after.unit_cost), (before.qty_on_hand, before.unit_cost));
    app.finish().await;
}
