//! Suppliers, and what they sell products for.

use mrp_api::access::Role;
use mrp_api::data_files::{DataFileKind, DataFilePath, DataImportInput, ImportDataFile};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::products::UpdateProduct;
use mrp_api::supplier_prices::{
    CreateSupplierPrice, GetSupplierPrice, ListSupplierPrices, SupplierPriceInput, SupplierPriceQuery,
};
use mrp_api::suppliers::{CreateSupplier, GetSupplier, SupplierInput};
use mrp_test_support::app::TestApp;
use rust_decimal_macros::dec;

#[tokio::test]
async fn a_supplier_with_bad_values_is_told_all_of_them_at_once() {
    let app = TestApp::new().await;
    let make = app.factory();
    let input = SupplierInput {
        name: String::new(),
        email: "nobody".to_owned(),
        lead_days: 100_000,
        over_receipt_percent: dec!(101),
        ..make.supplier_input()
    };
    let problem = app.admin().post::<CreateSupplier>(&input).await.problem();
    let told: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(told, ["/email", "/name", "/lead_days", "/over_receipt_percent"]);
    app.finish().await;
}

#[tokio::test]
async fn a_price_is_in_a_unit_of_the_products_category_and_is_given_once() {
    let app = TestApp::new().await;
    let make = app.factory();
    let (supplier, product) = (make.supplier().await, make.product(make.unit().await.id).await);
    let other =
        SupplierPriceInput { unit_id: make.unit().await.id, ..make.supplier_price_input(supplier.id, &product) };
    let problem = app.admin().post::<CreateSupplierPrice>(&other).await.problem();
    assert_eq!(problem.errors[0].code, codes::UNIT_CATEGORY_DIFFERS.code);
    make.supplier_price(supplier.id, &product).await;
    let again = make.supplier_price_input(supplier.id, &product);
    let problem = app.admin().post::<CreateSupplierPrice>(&again).await.problem();
    assert_eq!((problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()), ("/supplier_id", "value_taken"));
    let larger = SupplierPriceInput { min_quantity: dec!(100), price: Some(dec!(7)), ..again };
    app.admin().post::<CreateSupplierPrice>(&larger).await.ok();
    let found = make.client().get::<GetSupplier>(&IdPath { id: supplier.id }).await.ok();
    assert_eq!(found.price_count, 2);
    app.finish().await;
}

#[tokio::test]
async fn who_may_not_see_costs_sees_no_purchase_price() {
    let app = TestApp::new().await;
    let make = app.factory();
    let product = make.product(make.unit().await.id).await;
    let made = make.supplier_price(make.supplier().await.id, &product).await;
    assert_eq!(made.price, Some(dec!(8)));
    for role in [Role::Sales, Role::Storekeeper] {
        let caller = app.as_role(role);
        let read = caller.get::<GetSupplierPrice>(&IdPath { id: made.id }).await;
        assert!(!read.raw.text().contains("\"price\""), "{}", read.raw.text());
        let query = SupplierPriceQuery { product_id: Some(product.id), ..SupplierPriceQuery::default() };
        let list = caller.list::<ListSupplierPrices>(&query).await;
        assert!(!list.raw.text().contains("\"price\""), "{}", list.raw.text());
        let query = SupplierPriceQuery { sort: Some("price".to_owned()), ..SupplierPriceQuery::default() };
        caller.list::<ListSupplierPrices>(&query).await.refused_with(&codes::PERMISSION_DENIED);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_price_list_comes_from_a_file_and_changes_the_prices_that_it_knows() {
    let app = TestApp::new().await;
    let make = app.factory();
    let (supplier, product) = (make.supplier().await, make.product(make.unit().await.id).await);
    make.supplier_price(supplier.id, &product).await;
    let text = format!(
        "product,supplier,unit,min_quantity,price\n{0},{1},{2},0,9.5\n{0},{1},{2},100.0,7\n",
        product.code, supplier.code, product.unit_code
    );
    let body = |text: &str| {
        let content = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text);
        DataImportInput { content_base64: content, dry_run: false, skip_bad: false, progress_id: None }
    };
    let path = DataFilePath { kind: DataFileKind::SupplierPrices };
    let buyer = app.as_role(Role::Buyer);
    let report = buyer.call::<ImportDataFile>(&path, &Empty {}, &body(&text)).await.ok();
    assert_eq!((report.created, report.updated), (1, 1), "{report:?}");
    let report = buyer.call::<ImportDataFile>(&path, &Empty {}, &body(&text)).await.ok();
    assert_eq!((report.created, report.updated), (0, 0), "{report:?}");
    let query = SupplierPriceQuery { product_id: Some(product.id), ..SupplierPriceQuery::default() };
    let list = app.admin().list::<ListSupplierPrices>(&query).await.ok();
    let prices: Vec<_> = list.items.iter().map(|row| (row.min_quantity, row.price)).collect();
    assert_eq!(prices, [(dec!(0), Some(dec!(9.5))), (dec!(100), Some(dec!(7)))]);
    app.finish().await;
}

#[tokio::test]
async fn a_product_that_somebody_sells_cannot_become_a_template() {
    let app = TestApp::new().await;
    let make = app.factory();
    let product = make.product(make.unit().await.id).await;
    make.supplier_price(make.supplier().await.id, &product).await;
    let values: Vec<_> = make.attribute().await.values.into_iter().map(|value| value.id).collect();
    let patch = serde_json::from_value(serde_json::json!({ "attribute_value_ids": values })).unwrap();
    app.admin()
        .call_at::<UpdateProduct>(&IdPath { id: product.id }, product.version, &patch)
        .await
        .refused_with(&codes::PRODUCT_USED);
    app.finish().await;
}
