//! Which open orders need a product, and whether there is enough of it.

use mrp_api::access::Role;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{CancelManufacturingOrder, ConfirmManufacturingOrder, ReasonInput};
use mrp_api::product_demands::{GetProductDemand, ProductDemandQuery, ProductDemandView};
use mrp_domain::ids::ProductId;
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Client;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

async fn demand(app: &TestApp, id: ProductId, query: ProductDemandQuery) -> ProductDemandView {
    app.admin().call::<GetProductDemand>(&IdPath { id }, &query, &Empty {}).await.ok()
}

#[tokio::test]
async fn what_open_orders_need_stands_beside_what_is_free_and_what_is_coming() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let nothing = demand(&app, shop.leg.id, ProductDemandQuery::default()).await;
    assert_eq!((nothing.qty_needed, nothing.qty_short, nothing.total), (Decimal::ZERO, Decimal::ZERO, 0));

    make.receipt(shop.warehouse.id, &[(shop.leg.id, 25), (shop.board.id, 1)]).await;
    let first = make.confirmed_order(&shop, 5).await;
    make.receipt(shop.warehouse.id, &[(shop.leg.id, 4)]).await;
    let second = make.draft_order(&shop, 3).await;
    let found = demand(&app, shop.leg.id, ProductDemandQuery::default()).await;
    assert_eq!((found.qty_needed, found.qty_reserved, found.qty_open), (dec!(20), dec!(20), dec!(0)));
    assert_eq!((found.qty_on_hand, found.qty_free, found.qty_short, found.total), (dec!(29), dec!(9), dec!(0), 1));

    let second = make.order_command::<ConfirmManufacturingOrder>(&second, &Default::default()).await;
    let found = demand(&app, shop.leg.id, ProductDemandQuery::default()).await;
    assert_eq!((found.qty_needed, found.qty_reserved, found.qty_open), (dec!(32), dec!(29), dec!(3)));
    assert_eq!((found.qty_free, found.qty_expected, found.qty_short), (dec!(0), dec!(0), dec!(3)));
    let rows: Vec<_> = found.items.iter().map(|row| (row.number.as_str(), row.qty_needed, row.qty_open)).collect();
    assert_eq!(rows, [(first.number.as_str(), dec!(20), dec!(0)), (second.number.as_str(), dec!(12), dec!(3))]);
    assert!(found.items.iter().all(|row| row.product_id == Some(shop.table.id) && row.needed_at.is_some()));

    let one = demand(&app, shop.leg.id, ProductDemandQuery { limit: Some(1), ..ProductDemandQuery::default() }).await;
    assert_eq!((one.items.len(), one.total), (1, 2));
    let rest = ProductDemandQuery { limit: Some(1), cursor: one.next_cursor, ..ProductDemandQuery::default() };
    let rest = demand(&app, shop.leg.id, rest).await;
    assert_eq!((rest.items[0].number.as_str(), rest.next_cursor), (second.number.as_str(), None));

    let table = demand(&app, shop.table.id, ProductDemandQuery::default()).await;
    assert_eq!((table.qty_needed, table.qty_expected), (dec!(0), dec!(8)));
    let why = ReasonInput { reason: "no customer".to_owned() };
    make.order_command::<CancelManufacturingOrder>(&make.reread(&second).await, &why).await;
    make.draft_order(&shop, 7).await;
    let table = demand(&app, shop.table.id, ProductDemandQuery::default()).await;
    assert_eq!((table.qty_expected, table.qty_in_drafts), (dec!(5), dec!(7)));
    assert_eq!(demand(&app, shop.leg.id, ProductDemandQuery::default()).await.total, 1);
    // A customer waits for it, too; some lies there for him.
    make.receipt(shop.warehouse.id, &[(shop.board.id, 10)]).await;
    let sold = make.made_for_customer(&shop, 2).await;
    let waiting = make.confirmed_sales_order(&shop, 6).await;
    let table = demand(&app, shop.table.id, ProductDemandQuery::default()).await;
    assert_eq!(
        (table.qty_needed, table.qty_reserved, table.qty_open, table.qty_free),
        (dec!(8), dec!(2), dec!(6), dec!(0))
    );
    assert_eq!((table.qty_expected, table.qty_short, table.total), (dec!(5), dec!(1), 2));
    let mut rows: Vec<_> =
        table.items.iter().map(|row| (row.sales_order_id, row.qty_needed, row.qty_reserved)).collect();
    rows.sort_by_key(|row| row.1);
    assert_eq!(rows, [(Some(sold.id), dec!(2), dec!(2)), (Some(waiting.id), dec!(6), dec!(0))]);
    let row = &table.items[0];
    assert_eq!(
        (row.name.as_str(), row.state, row.product_id, row.needed_at),
        ("Customer", None, None, sold.deliver_by)
    );
    let viewer = app.as_role(Role::Viewer);
    let seen =
        viewer.call::<GetProductDemand>(&IdPath { id: shop.table.id }, &Default::default(), &Empty {}).await.ok();
    assert!(seen.items.iter().all(|row| row.name.is_empty() && !row.number.is_empty()));
    let named = ProductDemandQuery { q: Some("Custom".to_owned()), ..ProductDemandQuery::default() };
    let by_name = |client: Client| {
        let (path, named) = (IdPath { id: shop.table.id }, named.clone());
        async move { client.call::<GetProductDemand>(&path, &named, &Empty {}).await.ok().total }
    };
    assert_eq!((by_name(app.admin()).await, by_name(app.as_role(Role::Viewer)).await), (2, 0), "names stay hidden");
    let nobody = IdPath { id: ProductId::from_uuid(uuid::Uuid::nil()) };
    app.admin()
        .call::<GetProductDemand>(&nobody, &ProductDemandQuery::default(), &Empty {})
        .await
        .refused_with(&codes::NOT_FOUND);
    app.finish().await;
}
