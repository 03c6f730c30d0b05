//! Units in use keep their meaning.

use diesel_async::SimpleAsyncConnection;
use mrp_api::access::Role;
use mrp_api::boms::{BomByProductInput, BomInput, CreateBom};
use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_api::patch::Patch;
use mrp_api::unit_uses::GetUnitUses;
use mrp_api::units::{UnitInput, UpdateUnit};
use mrp_domain::ids::UnitId;
use mrp_store::sql::{PgConnection, sql};
use mrp_store::units::{UnitReference, references};
use mrp_test_support::app::TestApp;
use rust_decimal::Decimal;

#[tokio::test]
async fn the_step_of_a_unit_that_a_product_is_kept_in_cannot_change_but_its_name_can() {
    let app = TestApp::new().await;
    let factory = app.factory();
    let unit = factory.unit().await;
    let input = |name: &str, rounding_step| UnitInput {
        code: unit.code.clone(),
        name: name.to_owned(),
        unit_category_id: unit.unit_category_id,
        ratio_numerator: unit.ratio_numerator,
        ratio_denominator: unit.ratio_denominator,
        rounding_step,
        active: true,
    };
    let path = IdPath { id: unit.id };
    let finer = Patch::whole(&input("Finer", unit.rounding_step / Decimal::TEN));
    let unused = app.admin().call_at::<UpdateUnit>(&path, 1, &finer).await.ok();
    factory.product(unit.id).await;
    let coarser = Patch::whole(&input("Coarser", unit.rounding_step));
    let problem = app.admin().call_at::<UpdateUnit>(&path, unused.version, &coarser).await.problem();
    assert_eq!(problem.code, codes::UNIT_IN_USE.code);
    let told = problem.errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect::<Vec<_>>();
    assert_eq!(told, [("/rounding_step", codes::UNIT_IN_USE.code)], "at the field that cannot change");
    let renamed = Patch::whole(&input("Renamed", unused.rounding_step));
    let renamed = app.admin().call_at::<UpdateUnit>(&path, unused.version, &renamed).await.ok();
    assert_eq!(renamed.name, "Renamed");
    app.finish().await;
}

#[tokio::test]
async fn a_unit_tells_what_is_counted_in_it() {
    let app = TestApp::new().await;
    let make = app.factory();
    let unit = make.unit().await;
    let path = IdPath { id: unit.id };
    assert_eq!(app.admin().get::<GetUnitUses>(&path).await.ok().uses, []);
    let (table, leg) = (make.product(unit.id).await, make.product(unit.id).await);
    let routing = make.workshop().await.routing.id;
    let recipe = make.bom_input(table.id, &[(leg.id, 4)], routing);
    app.admin().post::<CreateBom>(&recipe).await.ok();
    let uses = app.as_role(Role::Viewer).get::<GetUnitUses>(&path).await.ok().uses;
    let told = uses.iter().map(|one| (one.kind.as_str(), one.count)).collect::<Vec<_>>();
    assert_eq!(told, [("bom", 1), ("bom_line", 1), ("product", 2)]);
    let nobody = IdPath { id: UnitId::from_uuid(uuid::Uuid::now_v7()) };
    app.admin().get::<GetUnitUses>(&nobody).await.refused_with(&codes::NOT_FOUND);
    app.finish().await;
}

/// At least one row of each kind that holds a unit, and the unit that they hold.
async fn rows_of_every_kind(app: &TestApp) -> UnitId {
    let make = app.factory();
    let shop = make.workshop().await;
    let shavings = make.product(shop.unit.id).await;
    let output = BomByProductInput {
        product_id: shavings.id,
        quantity: Decimal::ONE,
        unit_id: None,
        cost_share_percent: Decimal::ZERO,
    };
    let recipe = make.bom_input(make.product(shop.unit.id).await.id, &[(shop.leg.id, 1)], shop.routing.id);
    app.admin().post::<CreateBom>(&BomInput { by_products: vec![output], ..recipe }).await.ok();
    let quotation = make.quotation(&make.purchase_request(shop.leg.id, 2).await).await;
    assert!(!quotation.lines.is_empty());
    make.purchase_order(shop.warehouse.id, shop.leg.id, 3).await;
    shop.unit.id
}

/// Makes all rows of a table hold this unit, and says how many they are.
async fn hold(owner: &mut PgConnection, column: &UnitReference, unit: UnitId) -> usize {
    let text = format!("UPDATE {} SET {} = $1", column.table, column.column);
    sql(text).bind(unit.uuid()).run(owner).await.unwrap()
}

#[tokio::test]
async fn whatever_holds_an_amount_in_a_unit_keeps_its_ratio_as_it_is() {
    let app = TestApp::new().await;
    let kept_in = rows_of_every_kind(&app).await;
    let mut owner = app.database().owner().await;
    // Behind the server's back, so that nothing but the rows of one table holds a unit.
    owner.batch_execute("SET session_replication_role = replica").await.unwrap();
    let columns = references(&mut owner).await.unwrap();
    assert!(columns.len() >= 7, "{columns:?}");
    for column in &columns {
        let unit = app.factory().unit().await;
        assert!(hold(&mut owner, column, unit.id).await > 0, "no row of {} to try it with", column.table);
        let ratio: Patch<UnitInput> = serde_json::from_value(serde_json::json!({ "ratio_numerator": 500 })).unwrap();
        let at = IdPath { id: unit.id };
        let problem = app.admin().call_at::<UpdateUnit>(&at, unit.version, &ratio).await.problem();
        let by = column.constraint.trim_end_matches("_fkey");
        assert_eq!((problem.code.as_str(), problem.params["by"].as_str()), (codes::UNIT_IN_USE.code, Some(by)));
    }
    for column in &columns {
        hold(&mut owner, column, kept_in).await;
    }
    app.finish().await;
}
