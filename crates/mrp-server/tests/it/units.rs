//! Units in use keep their meaning.

use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_api::patch::Patch;
use mrp_api::units::{UnitInput, UpdateUnit};
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
    app.admin().call_at::<UpdateUnit>(&path, unused.version, &coarser).await.refused_with(&codes::IN_USE);
    let renamed = Patch::whole(&input("Renamed", unused.rounding_step));
    let renamed = app.admin().call_at::<UpdateUnit>(&path, unused.version, &renamed).await.ok();
    assert_eq!(renamed.name, "Renamed");
    app.finish().await;
}
