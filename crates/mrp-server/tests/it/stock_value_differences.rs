//! Standard costs: stock stays at its standard, and every difference is booked where everybody sees it, to the cent.

use mrp_api::access::Role;
use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_api::patch::Patch;
use mrp_api::products::{GetProduct, ProductInput, UpdateProduct};
use mrp_api::stock_corrections::{ScrapInput, ScrapStock};
use mrp_api::stock_value_differences::{ListStockValueDifferences, StockValueDifferenceQuery, StockValueDifferenceRow};
use mrp_api::stock_values::{GetStockValues, StockValueQuery};
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::example;
use mrp_domain::ids::ProductId;
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::product::CostMethod;
use mrp_domain::stock::DifferenceKind;
use rust_decimal::Decimal;

use crate::shop::{Shop, component, d, operation};

async fn standard(shop: &Shop, code: &str, cost: &str) -> ProductId {
    let cost_method = CostMethod::Standard;
    shop.new_product(ProductInput { cost_method, standard_cost: Some(d(cost)), ..shop.product_input(code) }).await
}

async fn change(shop: &Shop, product: ProductId, change: impl FnOnce(&mut ProductInput)) {
    let view = shop.admin.get::<GetProduct>(&IdPath { id: product }).await.ok();
    let mut input: ProductInput = view.clone().into();
    change(&mut input);
    let path = IdPath { id: product };
    let _ = shop.admin.call_at::<UpdateProduct>(&path, view.version, &Patch::whole(&input)).await.ok();
}

async fn differences(shop: &Shop) -> Vec<(DifferenceKind, Decimal)> {
    let rows: Vec<StockValueDifferenceRow> =
        shop.admin.list::<ListStockValueDifferences>(&StockValueDifferenceQuery::default()).await.ok().items;
    let mut told = rows.iter().map(|row| (row.kind, row.value)).collect::<Vec<_>>();
    told.sort();
    told
}

async fn value(shop: &Shop, at: Option<&str>) -> Decimal {
    let query = StockValueQuery { at: at.map(str::to_owned), q: None };
    shop.admin.list::<GetStockValues>(&query).await.ok().total_value
}

#[tokio::test]
async fn goods_enter_at_their_standard_and_what_they_cost_beyond_it_is_booked() {
    let shop = Shop::open().await;
    let bolt = standard(&shop, "BOLT", "12").await;
    shop.receive_at(vec![(bolt, d("10"), Some(d("13.5"))), (bolt, d("2"), Some(d("11")))]).await;
    assert_eq!(value(&shop, None).await, d("144"));
    assert_eq!(differences(&shop).await, [(DifferenceKind::Price, d("-2")), (DifferenceKind::Price, d("15"))]);
    let input = ScrapInput {
        product_id: bolt,
        warehouse_id: shop.warehouse,
        lot_number: None,
        quantity: d("1"),
        reason_id: None,
        reason: "Bent".to_owned(),
    };
    assert_eq!(shop.admin.post::<ScrapStock>(&input).await.ok().value, Some(d("12")));
    assert_eq!(value(&shop, None).await, d("132"));
    shop.close().await;
}

#[tokio::test]
async fn a_new_standard_revalues_what_lies_there_and_yesterday_stays_as_it_was() {
    let shop = Shop::open().await;
    let bolt = standard(&shop, "BOLT", "12").await;
    shop.receive_at(vec![(bolt, d("9"), None)]).await;
    shop.pass_minutes(24 * 60);
    change(&shop, bolt, |input| input.standard_cost = Some(d("11.005"))).await;
    assert_eq!((value(&shop, Some("2026-11-27")).await, value(&shop, None).await), (d("108"), d("99.04")));
    assert_eq!(differences(&shop).await, [(DifferenceKind::Revaluation, d("8.96"))]);
    change(&shop, bolt, |input| input.name = "Renamed".to_owned()).await;
    assert_eq!(differences(&shop).await.len(), 1);
    shop.close().await;
}

#[tokio::test]
async fn a_product_that_changes_its_method_is_revalued_once() {
    let shop = Shop::open().await;
    let bolt = standard(&shop, "BOLT", "12").await;
    change(&shop, bolt, |input| input.cost_method = CostMethod::MovingAverage).await;
    shop.receive_at(vec![(bolt, d("4"), Some(d("13")))]).await;
    assert!(differences(&shop).await.is_empty());
    change(&shop, bolt, |input| input.cost_method = CostMethod::Standard).await;
    assert_eq!(differences(&shop).await, [(DifferenceKind::Revaluation, d("4"))]);
    change(&shop, bolt, |input| input.cost_method = CostMethod::MovingAverage).await;
    assert_eq!((value(&shop, None).await, differences(&shop).await.len()), (d("48"), 1));
    shop.close().await;
}

#[tokio::test]
async fn what_an_order_costs_beyond_its_products_standard_is_booked_and_nothing_is_lost() {
    let shop = Shop::open().await;
    let bolt = standard(&shop, "BOLT", "12").await;
    let steps = vec![operation(10, shop.center(example::QUALITY_CONTROL), 60)];
    let jar = shop.recipe("JAR", ConsumptionMode::Automatic, steps, vec![component(bolt, "2", None)]).await;
    change(&shop, jar, |input| {
        input.cost_method = CostMethod::Standard;
        input.standard_cost = Some(d("20"));
    })
    .await;
    shop.receive_at(vec![(bolt, d("6"), Some(d("12.10")))]).await;
    let order = shop.planned(jar, "3").await;
    shop.carry_out(&order, 10, 3).await;
    let done = shop.finish(&order, FinishChoice::Complete).await.ok();
    let spent = shop.cost_sheet(&done).await.actual_total;
    assert!(spent > d("72"), "{spent}");
    let told = differences(&shop).await;
    assert_eq!(told, [(DifferenceKind::Price, d("0.60")), (DifferenceKind::Output, spent - d("60"))]);
    assert_eq!(value(&shop, None).await, d("60"));
    let keeper = shop.app.as_role(Role::Storekeeper);
    let none = StockValueDifferenceQuery::default();
    keeper.list::<ListStockValueDifferences>(&none).await.refused_with(&codes::PERMISSION_DENIED);
    shop.close().await;
}
