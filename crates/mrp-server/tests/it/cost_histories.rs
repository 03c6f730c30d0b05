//! How the cost of a product came to be: by hand, from a file, from the recipe, by receipts and by orders.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mrp_api::access::Role;
use mrp_api::cost_histories::{
    CostChangeSource as Source, CostHistoryQuery, CostHistoryRow, ListCostHistory, RecipeCostInput, TakeOverRecipeCost,
};
use mrp_api::data_files::{DataFileKind, DataFilePath, DataImportInput, ImportDataFile};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{FinishInput, FinishManufacturingOrder};
use mrp_api::patch::Patch;
use mrp_api::products::{CreateProduct, GetProduct, ProductInput, ProductView, UpdateProduct};
use mrp_api::stock::{CreateReceipt, ReceiptView};
use mrp_api::work_orders::{FinishWorkOrder, FinishWorkOrderInput, StartWorkOrder};
use mrp_domain::ids::ProductId;
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::product::CostMethod;
use mrp_test_support::app::TestApp;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

async fn history(app: &TestApp, id: ProductId, query: CostHistoryQuery) -> mrp_api::page::Page<CostHistoryRow> {
    app.admin().call::<ListCostHistory>(&IdPath { id }, &query, &Empty {}).await.ok()
}

fn told(rows: &[CostHistoryRow]) -> Vec<(Source, Option<Decimal>, Option<Decimal>)> {
    rows.iter().map(|row| (row.source, row.old_cost, row.new_cost)).collect()
}

async fn set(app: &TestApp, product: &ProductView, cost: Option<Decimal>) -> ProductView {
    let input = ProductInput { standard_cost: cost, ..product.clone().into() };
    let path = IdPath { id: product.id };
    app.admin().call_at::<UpdateProduct>(&path, product.version, &Patch::whole(&input)).await.ok()
}

async fn receive(
    app: &TestApp,
    shop: mrp_domain::ids::WarehouseId,
    id: ProductId,
    quantity: i64,
    cost: Decimal,
) -> ReceiptView {
    let mut input = app.factory().receipt_input(shop, &[(id, quantity)]);
    input.lines[0].unit_cost = Some(cost);
    app.admin().post::<CreateReceipt>(&input).await.ok()
}

#[tokio::test]
async fn each_change_of_a_standard_cost_says_what_it_was_who_did_it_and_how() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let unit = make.unit().await;
    let mut input = make.product_input(unit.id);
    input.standard_cost = Some(dec!(10));
    let product = admin.post::<CreateProduct>(&input).await.ok();
    let renamed = ProductInput { name: "Renamed".to_owned(), ..product.clone().into() };
    let path = IdPath { id: product.id };
    let product = admin.call_at::<UpdateProduct>(&path, product.version, &Patch::whole(&renamed)).await.ok();
    let product = set(&app, &product, Some(dec!(12.5))).await;
    let body = RecipeCostInput { standard_cost: dec!(11.25) };
    let taken = admin.call_at::<TakeOverRecipeCost>(&path, product.version, &body).await.ok();
    assert_eq!(taken.standard_cost, Some(dec!(11.25)));
    admin.call_at::<TakeOverRecipeCost>(&path, product.version, &body).await.refused_with(&codes::VERSION_STALE);
    let wrong = RecipeCostInput { standard_cost: dec!(-1) };
    admin.call_at::<TakeOverRecipeCost>(&path, taken.version, &wrong).await.refused_with(&codes::VALIDATION_FAILED);
    let file = format!("code,standard_cost\n{},9\n", taken.code);
    let body =
        DataImportInput { content_base64: STANDARD.encode(file), dry_run: false, skip_bad: false, progress_id: None };
    admin.call::<ImportDataFile>(&DataFilePath { kind: DataFileKind::Products }, &Empty {}, &body).await.ok();
    let product = admin.get::<GetProduct>(&path).await.ok();
    set(&app, &product, None).await;

    let all = history(&app, product.id, CostHistoryQuery::default()).await;
    assert_eq!(
        told(&all.items),
        [
            (Source::ByHand, Some(dec!(9)), None),
            (Source::Import, Some(dec!(11.25)), Some(dec!(9))),
            (Source::Recipe, Some(dec!(12.5)), Some(dec!(11.25))),
            (Source::ByHand, Some(dec!(10)), Some(dec!(12.5))),
            (Source::ByHand, None, Some(dec!(10))),
        ]
    );
    assert!(all.items.iter().all(|row| row.cost_method == CostMethod::Standard && !row.by.is_empty()));

    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let query = CostHistoryQuery { limit: Some(2), cursor, ..CostHistoryQuery::default() };
        let page = history(&app, product.id, query).await;
        assert_eq!(page.total, 5);
        seen.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, all.items);
    app.finish().await;
}

#[tokio::test]
async fn receipts_counts_and_orders_tell_what_they_did_to_the_moving_average() {
    let app = TestApp::new().await;
    let make = app.factory();
    let shop = make.workshop().await;
    let warehouse = shop.warehouse.id;
    let first = receive(&app, warehouse, shop.leg.id, 10, dec!(5)).await;
    receive(&app, warehouse, shop.leg.id, 10, dec!(5)).await;
    let third = receive(&app, warehouse, shop.leg.id, 20, dec!(7)).await;
    let average = CostHistoryQuery { cost_method: Some(CostMethod::MovingAverage), ..CostHistoryQuery::default() };
    let rows = history(&app, shop.leg.id, average).await.items;
    assert_eq!(told(&rows), [(Source::Receipt, Some(dec!(5)), Some(dec!(6))), (Source::Receipt, None, Some(dec!(5))),]);
    assert_eq!(
        (rows[0].receipt_id, rows[0].document.as_str(), rows[0].quantity),
        (Some(third.id), third.number.as_str(), Some(dec!(20)))
    );
    assert_eq!((rows[1].receipt_id, rows[0].cost_method), (Some(first.id), CostMethod::MovingAverage));

    let order = make.planned_order(&shop, 3).await;
    let work = make.work_order_command::<StartWorkOrder>(&make.first_work_order(&order).await, &Empty {}).await;
    make.work_order_command::<FinishWorkOrder>(&work, &FinishWorkOrderInput { report: None }).await;
    let finish = FinishInput { choice: FinishChoice::Complete, accept_unrecorded: false, lot_numbers: None };
    let order = make.order_command::<FinishManufacturingOrder>(&make.reread(&order).await, &finish).await;
    let rows = history(&app, shop.table.id, CostHistoryQuery::default()).await.items;
    let made = rows.first().unwrap();
    assert_eq!(
        (made.source, made.manufacturing_order_id, made.document.as_str()),
        (Source::Order, Some(order.id), order.number.as_str())
    );
    assert_eq!((made.old_cost, made.quantity), (None, Some(dec!(3))));
    assert_eq!(
        made.new_cost,
        app.admin()
            .get::<GetProduct>(&IdPath { id: shop.table.id })
            .await
            .ok()
            .unit_cost
            .map(|c| c.round_dp(4).normalize())
    );

    let standard = CostHistoryQuery { cost_method: Some(CostMethod::Standard), ..CostHistoryQuery::default() };
    assert!(
        history(&app, shop.table.id, standard).await.items.iter().all(|row| row.cost_method == CostMethod::Standard)
    );
    app.finish().await;
}

#[tokio::test]
async fn who_may_not_see_costs_sees_no_history() {
    let app = TestApp::new().await;
    let product = app.factory().product(app.factory().unit().await.id).await;
    let viewer = app.as_role(Role::Viewer);
    let path = IdPath { id: product.id };
    viewer
        .call::<ListCostHistory>(&path, &CostHistoryQuery::default(), &Empty {})
        .await
        .refused_with(&codes::PERMISSION_DENIED);
    let nothing = IdPath { id: ProductId::from_uuid(uuid::Uuid::nil()) };
    app.admin()
        .call::<ListCostHistory>(&nothing, &CostHistoryQuery::default(), &Empty {})
        .await
        .refused_with(&codes::NOT_FOUND);
    app.finish().await;
}
