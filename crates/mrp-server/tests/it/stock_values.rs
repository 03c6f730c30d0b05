//! What the stock was worth at the end of past days, on the page and as a file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mrp_api::access::Role;
use mrp_api::endpoint::Empty;
use mrp_api::error as codes;
use mrp_api::stock_corrections::{ScrapInput, ScrapStock};
use mrp_api::stock_values::{
    ExportStockValues, GetStockValues, StockValueFileQuery, StockValueQuery, StockValueReport,
};
use mrp_domain::example;
use rust_decimal::Decimal;

use crate::shop::{Shop, d};

async fn at(shop: &Shop, day: Option<&str>) -> StockValueReport {
    let query = StockValueQuery { at: day.map(str::to_owned), q: None };
    shop.admin.list::<GetStockValues>(&query).await.ok()
}

fn told(report: &StockValueReport) -> Vec<(Decimal, Option<Decimal>, Decimal)> {
    report.rows.iter().map(|row| (row.quantity, row.unit_value, row.value)).collect()
}

/// Friday 10 at 10; Saturday 30 more at 14; Sunday 8 scrapped at 13.
async fn three_days() -> Shop {
    let shop = Shop::open().await;
    let tube = shop.product(example::STEEL_TUBE);
    shop.receive_at(vec![(tube, d("10"), Some(d("10")))]).await;
    shop.pass_minutes(24 * 60);
    shop.receive_at(vec![(tube, d("30"), Some(d("14")))]).await;
    shop.pass_minutes(24 * 60);
    let input = ScrapInput {
        product_id: tube,
        warehouse_id: shop.warehouse,
        lot_number: None,
        quantity: d("8"),
        reason_id: None,
        reason: "Bent".to_owned(),
    };
    shop.admin.post::<ScrapStock>(&input).await.ok();
    shop
}

#[tokio::test]
async fn every_day_has_its_own_value_and_the_last_is_what_stock_says_now() {
    let shop = three_days().await;
    assert!(at(&shop, Some("2026-11-26")).await.rows.is_empty());
    assert_eq!(told(&at(&shop, Some("2026-11-27")).await), [(d("10"), Some(d("10")), d("100"))]);
    assert_eq!(told(&at(&shop, Some("2026-11-28")).await), [(d("40"), Some(d("13")), d("520"))]);
    let today = at(&shop, None).await;
    assert_eq!((today.at.as_str(), told(&today)), ("2026-11-29", vec![(d("32"), Some(d("13")), d("416"))]));
    assert_eq!((today.total_count, today.total_value), (1, d("416")));
    assert_eq!(told(&at(&shop, Some("2030-01-01")).await), told(&today));
    shop.close().await;
}

#[tokio::test]
async fn a_day_ends_at_midnight_of_the_company() {
    let shop = Shop::open().await;
    let tube = shop.product(example::STEEL_TUBE);
    // Six in the morning, and eighteen hours later it is Saturday there, and still Friday in UTC.
    shop.pass_minutes(18 * 60);
    shop.receive_at(vec![(tube, d("1"), Some(d("10")))]).await;
    assert!(at(&shop, Some("2026-11-27")).await.rows.is_empty());
    assert_eq!(at(&shop, Some("2026-11-28")).await.total_value, d("10"));
    shop.close().await;
}

#[tokio::test]
async fn the_file_says_the_same_with_a_total() {
    let shop = three_days().await;
    let query = StockValueFileQuery { at: Some("2026-11-28".to_owned()), q: None, format: None };
    let file = shop.admin.call::<ExportStockValues>(&Empty {}, &query, &Empty {}).await.ok();
    assert_eq!(file.file_name, "stock_value_2026-11-28.csv");
    let text = String::from_utf8(STANDARD.decode(file.content_base64).unwrap()).unwrap();
    let lines = text.trim_start_matches('\u{feff}').lines().collect::<Vec<_>>();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].contains(",40,") && lines[1].contains(",13,520.00,"), "{}", lines[1]);
    assert!(lines[2].contains("520"), "{}", lines[2]);
    shop.close().await;
}

#[tokio::test]
async fn values_are_for_those_who_may_see_costs() {
    let shop = three_days().await;
    let keeper = shop.app.as_role(Role::Storekeeper);
    keeper.list::<GetStockValues>(&StockValueQuery::default()).await.refused_with(&codes::PERMISSION_DENIED);
    let wrong = StockValueQuery { at: Some("yesterday".to_owned()), q: None };
    shop.admin.list::<GetStockValues>(&wrong).await.refused_with(&codes::MALFORMED_QUERY);
    let none = StockValueQuery { at: None, q: Some("no such thing".to_owned()) };
    assert_eq!(shop.admin.list::<GetStockValues>(&none).await.ok().total_count, 0);
    shop.close().await;
}
