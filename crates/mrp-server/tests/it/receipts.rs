//! Receiving goods: units, values, faults.

use mrp_api::access::Role;
use mrp_api::error as codes;
use mrp_api::stock::{CreateReceipt, ReceiptInput, ReceiptLineInput, ReceiptLineView};
use mrp_api::units::{CreateUnit, UnitInput};
use mrp_domain::ids::ProductId;
use mrp_test_support::app::TestApp;
use rust_decimal::Decimal;

fn line(product_id: ProductId, quantity: Decimal) -> ReceiptLineInput {
    ReceiptLineInput {
        product_id,
        quantity,
        unit_id: None,
        unit_cost: Some(Decimal::new(25, 2)),
        purchase_order_line_id: None,
        lot_numbers: None,
        expires_on: None,
        supplier_lot: None,
    }
}

#[tokio::test]
async fn goods_are_counted_in_the_products_own_unit_at_what_they_cost() {
    let app = TestApp::new().await;
    let factory = app.factory();
    let (piece, warehouse) = (factory.unit().await, factory.warehouse().await);
    let dozen = UnitInput {
        code: factory.code("DOZEN"),
        name: "Dozen".to_owned(),
        unit_category_id: piece.unit_category_id,
        ratio_numerator: piece.ratio_numerator * 12,
        ratio_denominator: piece.ratio_denominator,
        rounding_step: Decimal::ONE,
        active: true,
    };
    let dozen = app.admin().post::<CreateUnit>(&dozen).await.ok();
    let bolt = factory.product(piece.id).await;
    let lines = vec![ReceiptLineInput { unit_id: Some(dozen.id), ..line(bolt.id, Decimal::from(3)) }];
    let input = ReceiptInput { warehouse_id: warehouse.id, reference: String::new(), lines };
    let receipt = app.admin().post::<CreateReceipt>(&input).await.ok();
    let [ReceiptLineView { quantity, value, .. }] = receipt.lines.as_slice() else { panic!("{receipt:?}") };
    assert_eq!((*quantity, *value), (Decimal::from(36), Some(Decimal::new(75, 2))));
    app.finish().await;
}

#[tokio::test]
async fn every_fault_of_every_line_is_named_at_once() {
    let app = TestApp::new().await;
    let factory = app.factory();
    let (unit, other, warehouse) = (factory.unit().await, factory.unit().await, factory.warehouse().await);
    let bolt = factory.product(unit.id).await;
    let unknown = ProductId::from_uuid(uuid::Uuid::now_v7());
    let lines = vec![
        line(bolt.id, Decimal::ONE),
        line(bolt.id, Decimal::ZERO),
        line(unknown, Decimal::ONE),
        ReceiptLineInput { unit_id: Some(other.id), ..line(bolt.id, Decimal::ONE) },
        ReceiptLineInput { unit_cost: Some(Decimal::NEGATIVE_ONE), ..line(bolt.id, Decimal::ONE) },
    ];
    let input = ReceiptInput { warehouse_id: warehouse.id, reference: String::new(), lines };
    let problem = app.admin().post::<CreateReceipt>(&input).await.problem();
    let named = problem.errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect::<Vec<_>>();
    let expected = [
        ("/lines/1/quantity", codes::VALUE_INVALID.code),
        ("/lines/2/product_id", codes::REFERENCE_UNKNOWN.code),
        ("/lines/3/unit_id", codes::UNIT_CATEGORY_DIFFERS.code),
        ("/lines/4/unit_cost", codes::VALUE_INVALID.code),
    ];
    assert_eq!(named, expected);
    app.finish().await;
}

#[tokio::test]
async fn a_storekeeper_receives_goods_without_seeing_their_value() {
    let app = TestApp::new().await;
    let factory = app.factory();
    let (unit, warehouse) = (factory.unit().await, factory.warehouse().await);
    let bolt = factory.product(unit.id).await;
    let input = factory.receipt_input(warehouse.id, &[(bolt.id, 4)]);
    let receipt = app.as_role(Role::Storekeeper).post::<CreateReceipt>(&input).await.ok();
    assert!(receipt.lines.iter().all(|line| line.value.is_none()), "{receipt:?}");
    app.finish().await;
}
