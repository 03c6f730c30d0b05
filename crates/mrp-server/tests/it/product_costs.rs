//! What all made products should cost, over HTTP.

use mrp_api::boms::{CostRollUpQuery, RollUpBomCost, ValidateBom, ValidateBomInput};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::product_costs::{GetProductCosts, ProductCostQuery, ProductCostReport};
use mrp_api::products::{CreateProduct, ProductView};
use mrp_domain::ids::ProductId;
use mrp_test_support::app::TestApp;
use mrp_test_support::factory::Workshop;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

async fn product(app: &TestApp, shop: &Workshop, cost: Option<Decimal>) -> ProductView {
    let mut input = app.factory().product_input(shop.unit.id);
    input.standard_cost = cost;
    app.admin().post::<CreateProduct>(&input).await.ok()
}

async fn made_of(app: &TestApp, shop: &Workshop, product: ProductId, lines: &[(ProductId, i64)]) -> Decimal {
    let bom = app.factory().bom(product, lines, shop.routing.id).await;
    let path = IdPath { id: bom.id };
    app.admin().call_at::<ValidateBom>(&path, bom.version, &ValidateBomInput::default()).await.ok();
    let query = CostRollUpQuery { quantity: Some(Decimal::ONE), ..CostRollUpQuery::default() };
    app.admin().call::<RollUpBomCost>(&path, &query, &Empty {}).await.ok().rows[0].total
}

async fn costs(app: &TestApp, query: ProductCostQuery) -> ProductCostReport {
    app.admin().call::<GetProductCosts>(&Empty {}, &query, &Empty {}).await.ok()
}

#[tokio::test]
async fn all_made_products_are_rolled_up_and_the_one_most_out_of_date_comes_first() {
    let app = TestApp::new().await;
    let shop = app.factory().workshop().await;
    let before = costs(&app, ProductCostQuery::default()).await.made_count;
    let part = product(&app, &shop, Some(dec!(10))).await;
    let (frame, bench, table) = (
        product(&app, &shop, None).await,
        product(&app, &shop, Some(dec!(1000))).await,
        product(&app, &shop, Some(dec!(60))).await,
    );
    let frame_cost = made_of(&app, &shop, frame.id, &[(part.id, 2)]).await;
    let bench_cost = made_of(&app, &shop, bench.id, &[(frame.id, 3), (part.id, 1)]).await;
    let table_cost = made_of(&app, &shop, table.id, &[(part.id, 4)]).await;

    let report = costs(&app, ProductCostQuery::default()).await;
    assert_eq!(report.made_count, before + 3);
    let row = |id: ProductId| report.rows.iter().find(|row| row.product_id == id).unwrap();
    assert_eq!(row(frame.id).rolled_up_cost.unwrap().round_dp(2), frame_cost);
    assert_eq!((row(frame.id).unit_cost, row(frame.id).difference_percent), (None, None));
    assert_eq!(row(bench.id).rolled_up_cost.unwrap().round_dp(2), bench_cost);
    assert_eq!(row(table.id).rolled_up_cost.unwrap().round_dp(2), table_cost);
    let exact = row(bench.id).rolled_up_cost.unwrap();
    let difference = (dec!(1000) - exact) / exact * dec!(100);
    assert!((row(bench.id).difference_percent.unwrap() - difference).abs() < dec!(0.01));
    let ranks = |id: ProductId| report.rows.iter().position(|row| row.product_id == id).unwrap();
    assert!(ranks(frame.id) < ranks(bench.id) && ranks(bench.id) < ranks(table.id));

    let named = ProductCostQuery { q: Some(bench.code.to_lowercase()), ..ProductCostQuery::default() };
    let found = costs(&app, named).await;
    assert_eq!((found.total, found.rows.len(), found.rows[0].product_id), (1, 1, bench.id));
    let far = ProductCostQuery { min_difference_percent: Some(dec!(100000)), ..ProductCostQuery::default() };
    assert!(costs(&app, far).await.rows.iter().all(|row| row.difference_percent.is_none()));
    app.finish().await;
}

#[tokio::test]
async fn a_limit_out_of_range_is_refused() {
    let app = TestApp::new().await;
    let query = ProductCostQuery { limit: Some(0), ..ProductCostQuery::default() };
    let answer = app.admin().call::<GetProductCosts>(&Empty {}, &query, &Empty {}).await;
    assert_eq!(answer.problem().code, "validation_failed");
    app.finish().await;
}
