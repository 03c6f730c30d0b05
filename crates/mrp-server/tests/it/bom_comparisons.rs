//! Two bills of materials side by side, over HTTP.

use mrp_api::access::Role;
use mrp_api::bom_comparisons::{BomComparisonQuery, BomComparisonView, BomLineChangeKind, CompareBoms};
use mrp_api::boms::{BomInput, BomView, CreateBom, ReviseBom, UpdateBom, ValidateBom, ValidateBomInput};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::patch::Patch;
use mrp_domain::bom::diff::{BomHeadField, BomLineField};
use mrp_domain::ids::BomId;
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Client;
use rust_decimal_macros::dec;
use serde_json::json;

fn patch(fields: serde_json::Value) -> Patch<BomInput> {
    serde_json::from_value(fields).unwrap()
}

async fn compared(client: &Client, new: &BomView, old: &BomView) -> BomComparisonView {
    let query = BomComparisonQuery { with: old.id, variant_id: None };
    client.call::<CompareBoms>(&IdPath { id: new.id }, &query, &Empty {}).await.ok()
}

/// A validated revision, and its draft with one component replaced, one added, one removed, and twice per run.
async fn two_revisions(app: &TestApp) -> (BomView, BomView) {
    let (admin, make) = (app.admin(), app.factory());
    let unit = make.unit().await.id;
    let mut products = Vec::new();
    for _ in 0..6 {
        products.push(make.product(unit).await.id);
    }
    let routing = make.routing(make.work_center().await.id).await.id;
    let lines = [(products[1], 4), (products[2], 1), (products[3], 2)];
    let first = make.bom(products[0], &lines, routing).await;
    let validate = ValidateBomInput::default();
    let first = admin.call_at::<ValidateBom>(&IdPath { id: first.id }, first.version, &validate).await.ok();
    let draft = admin.call_at::<ReviseBom>(&IdPath { id: first.id }, first.version, &Empty {}).await.ok();
    let mut lines = make.bom_input(products[0], &[(products[1], 4), (products[4], 3), (products[5], 9)], routing).lines;
    lines[2].operation_sequence = Some(10);
    let change = patch(json!({"quantity_per_run": "2", "lines": lines}));
    let draft = admin.call_at::<UpdateBom>(&IdPath { id: draft.id }, draft.version, &change).await.ok();
    (first, draft)
}

#[tokio::test]
async fn two_revisions_are_compared_line_by_line_with_head_and_cost() {
    let app = TestApp::new().await;
    let (first, draft) = two_revisions(&app).await;
    let found = compared(&app.admin(), &draft, &first).await;
    assert_eq!((found.old.revision, found.new.revision), (1, 2));
    assert_eq!(found.head, [BomHeadField::Quantity]);
    let shown: Vec<_> = found
        .lines
        .iter()
        .map(|line| {
            let component = |side: &Option<mrp_api::boms::BomLineView>| side.as_ref().map(|line| line.component_id);
            (line.change, component(&line.old), component(&line.new), line.fields.clone())
        })
        .collect();
    let at = |bom: &BomView, place: usize| Some(bom.lines[place].component_id);
    let replaced = vec![BomLineField::Component, BomLineField::Quantity];
    assert_eq!(
        shown,
        [
            (BomLineChangeKind::Changed, at(&first, 1), at(&draft, 1), replaced),
            (BomLineChangeKind::Removed, at(&first, 2), None, vec![]),
            (BomLineChangeKind::Added, None, at(&draft, 2), vec![]),
        ]
    );
    assert_eq!(found.same_lines, 1);
    let costs = found.costs.unwrap();
    // Both for one run of the new one.
    assert_eq!((costs.old.quantity, costs.new.quantity), (dec!(2), dec!(2)));
    assert_eq!(costs.difference.unwrap().total, costs.new.total - costs.old.total);
    app.finish().await;
}

#[tokio::test]
async fn the_other_way_round_adds_what_was_removed() {
    let app = TestApp::new().await;
    let (first, draft) = two_revisions(&app).await;
    let there = compared(&app.admin(), &draft, &first).await;
    let back = compared(&app.admin(), &first, &draft).await;
    let count = |view: &BomComparisonView, kind| view.lines.iter().filter(|line| line.change == kind).count();
    assert_eq!(count(&there, BomLineChangeKind::Added), count(&back, BomLineChangeKind::Removed));
    assert_eq!(compared(&app.admin(), &draft, &draft).await.lines, []);
    app.finish().await;
}

#[tokio::test]
async fn who_may_not_see_costs_compares_without_them() {
    let app = TestApp::new().await;
    let (first, draft) = two_revisions(&app).await;
    let found = compared(&app.as_role(Role::Viewer), &draft, &first).await;
    assert_eq!((found.costs, found.costs_problem, found.lines.len()), (None, None, 3));
    app.finish().await;
}

#[tokio::test]
async fn recipes_of_different_products_compare_without_a_difference_in_cost() {
    let app = TestApp::new().await;
    let (first, _) = two_revisions(&app).await;
    let other = app.factory().workshop().await.bom;
    let found = compared(&app.admin(), &other, &first).await;
    assert!(found.head.contains(&BomHeadField::Product));
    let costs = found.costs.unwrap();
    assert_eq!((costs.old.quantity, costs.difference), (dec!(1), None));
    app.finish().await;
}

#[tokio::test]
async fn lines_are_compared_also_when_costs_cannot_be_told_and_the_answer_says_why() {
    let app = TestApp::new().await;
    let (admin, make) = (app.admin(), app.factory());
    let unit = make.unit().await.id;
    let (table, frame, dust) = (make.product(unit).await.id, make.product(unit).await.id, make.product(unit).await.id);
    let routing = make.routing(make.work_center().await.id).await.id;
    let many = 1_000_000_000_000;
    let below = BomInput { quantity_per_run: dec!(0.000000000001), ..make.bom_input(frame, &[(dust, many)], routing) };
    let below = admin.post::<CreateBom>(&below).await.ok();
    let validate = ValidateBomInput::default();
    admin.call_at::<ValidateBom>(&IdPath { id: below.id }, below.version, &validate).await.ok();
    let good = make.bom(table, &[(dust, 4)], routing).await;
    let huge = make.bom(table, &[(frame, many)], routing).await;
    let found = compared(&admin, &huge, &good).await;
    assert_eq!(found.costs_problem.unwrap().code, codes::QUANTITY_OUT_OF_RANGE.code);
    assert_eq!((found.costs, found.lines.len()), (None, 1));
    app.finish().await;
}

#[tokio::test]
async fn a_comparison_with_nothing_is_not_found() {
    let app = TestApp::new().await;
    let bom = app.factory().workshop().await.bom;
    let query = BomComparisonQuery { with: BomId::from_uuid(uuid::Uuid::nil()), variant_id: None };
    let answer = app.admin().call::<CompareBoms>(&IdPath { id: bom.id }, &query, &Empty {}).await;
    answer.refused_with(&codes::NOT_FOUND);
    app.finish().await;
}
