//! The life of a bill of materials, over HTTP.

use diesel_async::SimpleAsyncConnection;
use mrp_api::boms::{
    ArchiveBom, BomInput, CostRollUpQuery, CreateBom, DeleteBom, GetBom, ReviseBom, RollUpBomCost, UpdateBom,
    ValidateBom, ValidateBomInput,
};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::patch::Patch;
use mrp_api::routings::{RoutingInput, UpdateRouting};
use mrp_api::work_centers::{UpdateWorkCenter, WorkCenterInput};
use mrp_domain::bom::BomState;
use mrp_test_support::app::TestApp;
use rust_decimal_macros::dec;

fn patch(fields: serde_json::Value) -> Patch<BomInput> {
    serde_json::from_value(fields).unwrap()
}

#[tokio::test]
async fn a_cycle_over_two_bills_of_materials_is_refused_with_its_path() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let unit = make.unit().await.id;
    let (table, frame) = (make.product(unit).await, make.product(unit).await);
    let routing = make.routing(make.work_center().await.id).await.id;
    let above = make.bom(table.id, &[(frame.id, 1)], routing).await;
    admin.call_at::<ValidateBom>(&IdPath { id: above.id }, above.version, &ValidateBomInput::default()).await.ok();
    let below = make.bom(frame.id, &[(table.id, 1)], routing).await;
    let path = format!("{} → {} → {}", frame.code, table.code, frame.code);
    assert!(below.faults.iter().any(|fault| fault.code == "cycle" && fault.detail.contains(&path)), "{below:?}");
    let answer = admin
        .call_at::<ValidateBom>(&IdPath { id: below.id }, below.version, &ValidateBomInput::default())
        .await
        .problem();
    assert_eq!(answer.code, codes::BOM_FAULTY.code);
    assert!(answer.errors.iter().any(|error| error.code == codes::BOM_CYCLE.code && error.detail.contains(&path)));
    app.finish().await;
}

#[tokio::test]
async fn a_validated_revision_is_immutable_and_its_next_revision_is_one_draft() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let bom = make.workshop().await.bom;
    assert_eq!(bom.state, BomState::Validated);
    let at = IdPath { id: bom.id };
    let change = patch(serde_json::json!({"quantity_per_run": "2"}));
    admin.call_at::<UpdateBom>(&at, bom.version, &change).await.refused_with(&codes::BOM_IMMUTABLE);
    admin.call_at::<DeleteBom>(&at, bom.version, &Empty {}).await.refused_with(&codes::BOM_IMMUTABLE);

    let draft = admin.call_at::<ReviseBom>(&at, bom.version, &Empty {}).await.ok();
    assert_eq!((draft.revision, draft.state, draft.lines.len()), (bom.revision + 1, BomState::Draft, bom.lines.len()));
    assert_eq!(draft.code, bom.code);
    admin.call_at::<ReviseBom>(&at, bom.version, &Empty {}).await.refused_with(&codes::STATE_FORBIDS);

    let archived = admin.call_at::<ArchiveBom>(&at, bom.version, &Empty {}).await.ok();
    assert_eq!(archived.state, BomState::Archived);
    app.finish().await;
}

#[tokio::test]
async fn a_way_that_is_out_of_use_is_told_and_stops_validation() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let shop = make.workshop().await;
    let draft = make.bom(shop.leg.id, &[(shop.board.id, 1)], shop.routing.id).await;
    assert!(draft.faults.iter().all(|fault| !fault.blocks), "{draft:?}");
    let inactive = || serde_json::json!({ "active": false });
    let center: Patch<WorkCenterInput> = serde_json::from_value(inactive()).unwrap();
    let at = IdPath { id: shop.work_center.id };
    admin.call_at::<UpdateWorkCenter>(&at, shop.work_center.version, &center).await.ok();
    let routing: Patch<RoutingInput> = serde_json::from_value(inactive()).unwrap();
    let at = IdPath { id: shop.routing.id };
    admin.call_at::<UpdateRouting>(&at, shop.routing.version, &routing).await.ok();
    let at = IdPath { id: draft.id };
    let told = admin.get::<GetBom>(&at).await.ok().faults;
    let told = told.iter().filter(|fault| fault.blocks).map(|fault| (fault.code.as_str(), fault.params.clone()));
    let told = told.map(|(code, params)| (code, params.get("work_center").cloned())).collect::<Vec<_>>();
    let center = serde_json::json!(shop.work_center.name);
    assert_eq!(told, [("inactive_routing", None), ("inactive_work_center", Some(center))]);
    let answer = admin.call_at::<ValidateBom>(&at, draft.version, &ValidateBomInput::default()).await.problem();
    assert_eq!((answer.code.as_str(), answer.errors.len()), (codes::BOM_FAULTY.code, 2));
    app.finish().await;
}

#[tokio::test]
async fn a_validated_revision_is_immutable_for_whoever_writes_sql() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let shop = make.workshop().await;
    let draft = make.bom(shop.leg.id, &[(shop.board.id, 1)], shop.routing.id).await;
    let bom = shop.bom;
    let mut owner = app.database().owner().await;
    let id = bom.id;
    let forbidden = [
        format!("UPDATE bom SET quantity_per_run = 2 WHERE id = '{id}'"),
        format!("UPDATE bom SET state = 'draft' WHERE id = '{id}'"),
        format!("DELETE FROM bom WHERE id = '{id}'"),
        format!("UPDATE bom_line SET quantity = 9 WHERE bom_id = '{id}'"),
        format!("DELETE FROM bom_line WHERE bom_id = '{id}'"),
        format!("UPDATE bom_line SET bom_id = '{id}', position = 99 WHERE bom_id = '{}'", draft.id),
        format!(
            "INSERT INTO bom_line (id, bom_id, position, component_id, quantity, unit_id) \
             SELECT gen_random_uuid(), bom_id, 99, component_id, 1, unit_id FROM bom_line WHERE bom_id = '{id}' LIMIT 1"
        ),
        format!(
            "INSERT INTO bom_by_product (bom_id, position, product_id, quantity, unit_id, cost_share_percent) \
             SELECT bom_id, 0, component_id, 1, unit_id, 5 FROM bom_line WHERE bom_id = '{id}' LIMIT 1"
        ),
    ];
    for statement in forbidden {
        let refused = owner.batch_execute(&statement).await.unwrap_err().to_string();
        assert!(refused.contains("stays as it is"), "{statement}: {refused}");
    }
    let same = admin.get::<GetBom>(&IdPath { id }).await.ok();
    assert_eq!((same.quantity_per_run, same.lines, same.by_products), (bom.quantity_per_run, bom.lines, vec![]));

    // A draft may go with everything that it has.
    let draft = make.bom(make.product(make.unit().await.id).await.id, &[], make.workshop().await.routing.id).await;
    admin.call_at::<DeleteBom>(&IdPath { id: draft.id }, draft.version, &Empty {}).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn every_bad_value_of_a_line_is_told_at_its_place() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let unit = make.unit().await.id;
    let (table, leg) = (make.product(unit).await, make.product(unit).await);
    let routing = make.routing(make.work_center().await.id).await.id;
    let mut input = make.bom_input(table.id, &[(leg.id, 0), (leg.id, 4)], routing);
    input.lines[1].loss_percent = dec!(100);
    let problem = admin.post::<CreateBom>(&input).await.problem();
    let pointers: Vec<_> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(pointers, ["/lines/0/quantity", "/lines/1/loss_percent"]);
    app.finish().await;
}

#[tokio::test]
async fn the_cost_of_a_quantity_is_rolled_up_row_by_row() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let bom = make.workshop().await.bom;
    let query = CostRollUpQuery { quantity: Some(dec!(10)), variant_id: None };
    let costs = admin.call::<RollUpBomCost>(&IdPath { id: bom.id }, &query, &Empty {}).await.ok();
    let top = &costs.rows[0];
    assert_eq!((top.level, top.kind.as_str(), top.quantity), (0, "product", dec!(10)));
    let below: rust_decimal::Decimal = costs.rows[1..].iter().filter(|row| row.level == 1).map(|row| row.total).sum();
    assert_eq!(top.total, below);
    app.finish().await;
}

#[tokio::test]
async fn a_validation_is_told_with_who_when_and_the_note() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let unit = make.unit().await.id;
    let (table, leg) = (make.product(unit).await.id, make.product(unit).await.id);
    let draft = make.bom(table, &[(leg, 4)], make.routing(make.work_center().await.id).await.id).await;
    assert_eq!((&draft.validated_by, draft.validation_note.as_str()), (&None, ""));
    let at = IdPath { id: draft.id };
    let long = ValidateBomInput { note: "x".repeat(2_001) };
    admin.call_at::<ValidateBom>(&at, draft.version, &long).await.refused_with(&codes::VALIDATION_FAILED);
    let input = ValidateBomInput { note: " trial batch of 20 was good ".to_owned() };
    let validated = admin.call_at::<ValidateBom>(&at, draft.version, &input).await.ok();
    assert!(validated.validated_by.is_some() && validated.validated_at.is_some());
    assert_eq!(validated.validation_note, "trial batch of 20 was good");
    let next = admin.call_at::<ReviseBom>(&at, validated.version, &Empty {}).await.ok();
    assert_eq!((next.validated_by, next.validation_note.as_str()), (None, ""));
    app.finish().await;
}
