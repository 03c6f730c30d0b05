//! One recipe for all variants of a template: what each of them is made of and costs, and what is wrong with it.

use mrp_api::bom_comparisons::{BomComparisonQuery, CompareBoms};
use mrp_api::bom_updates::{ApplyBomUpdate, GetBomUpdate};
use mrp_api::boms::{
    BomInput, BomLineInput, BomQuery, BomView, CostRollUpQuery, CreateBom, ListBoms, ReviseBom, RollUpBomCost,
    UpdateBom, ValidateBom, ValidateBomInput,
};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{ManufacturingOrderView, ReasonInput};
use mrp_api::product_costs::{GetProductCosts, ProductCostQuery};
use mrp_api::where_used::{GetWhereUsed, WhereUsedQuery};
use mrp_domain::bom::diff::BomLineField;
use mrp_domain::ids::{AttributeValueId, ProductId};
use mrp_test_support::client::Answer;
use rust_decimal::Decimal;
use serde_json::json;

use crate::shop::{component, d};
use crate::variants::{Stools, attribute, patch, value};

async fn cost(stools: &Stools, bom: &BomView, variant: Option<ProductId>) -> Answer<mrp_api::boms::CostRollUpView> {
    let query = CostRollUpQuery { quantity: None, variant_id: variant };
    stools.shop.admin.call::<RollUpBomCost>(&IdPath { id: bom.id }, &query, &Empty {}).await
}

fn needs(order: &ManufacturingOrderView) -> Vec<(String, Decimal)> {
    let mut all: Vec<_> =
        order.components.iter().map(|line| (line.product_code.clone(), line.qty_needed.normalize())).collect();
    all.sort();
    all
}

#[tokio::test]
async fn an_order_for_a_variant_has_exactly_its_lines() {
    let stools = Stools::open().await;
    let bom = stools.in_use().await;
    assert_eq!(bom.faults, [], "{:?}", bom.faults);
    let shop = &stools.shop;
    let of = |list: &[(&str, &str)]| list.iter().map(|(code, n)| ((*code).to_owned(), d(n))).collect::<Vec<_>>();
    let low = shop.confirmed(stools.variant("STOOL-RED-LOW").await, "2").await;
    assert_eq!((low.bom_id, needs(&low)), (Some(bom.id), of(&[("LEG", "8"), ("RED-PAINT", "6"), ("SEAT", "2")])));
    let high = shop.confirmed(stools.variant("STOOL-BLUE-HIGH").await, "1").await;
    assert_eq!(needs(&high), of(&[("BLUE-PAINT", "3"), ("LEG", "6"), ("SEAT", "1")]));

    // A newer revision: each open order follows its own lines.
    let next = shop.admin.call_at::<ReviseBom>(&IdPath { id: bom.id }, bom.version, &Empty {}).await.ok();
    assert_eq!(next.lines[1].applies_to, bom.lines[1].applies_to, "a copy keeps them");
    let mut newer = stools.recipe();
    newer.code = Some(next.code.clone());
    newer.lines[4].quantity = d("7");
    newer.lines[2].quantity = d("4");
    let lines = patch(json!({ "lines": newer.lines }));
    let next = shop.admin.call_at::<UpdateBom>(&IdPath { id: next.id }, next.version, &lines).await.ok();
    shop.validated(&next).await;
    let low = shop.read(&low).await;
    let told = shop.admin.get::<GetBomUpdate>(&IdPath { id: low.id }).await.ok();
    assert_eq!(told.changes, [], "nothing changes for red and low ones");
    let reason = ReasonInput { reason: "longer".to_owned() };
    let high = shop.act::<ApplyBomUpdate>(&shop.read(&high).await, &reason).await.ok();
    assert_eq!(needs(&high), of(&[("BLUE-PAINT", "4"), ("LEG", "7"), ("SEAT", "1")]));

    // A recipe of the variant itself goes before its template's.
    let blue = stools.variant("STOOL-BLUE-LOW").await;
    let own =
        BomInput { routing_id: Some(stools.routing), ..shop.bom_input(blue, vec![component(stools.seat, "9", None)]) };
    let own = stools.draft(&own).await;
    assert_eq!(shop.draft(blue, "1").await.bom_id, Some(next.id), "a draft does not");
    let own = shop.validated(&own).await;
    let order = shop.confirmed(blue, "1").await;
    assert_eq!((order.bom_id, needs(&order)), (Some(own.id), of(&[("SEAT", "9")])));
    let query = BomQuery { product_id: Some(blue), ..BomQuery::default() };
    assert_eq!(shop.admin.list::<ListBoms>(&query).await.ok().total, 3);
    stools.shop.close().await;
}

#[tokio::test]
async fn each_variant_costs_what_its_own_lines_cost() {
    let stools = Stools::open().await;
    let bom = stools.in_use().await;
    let refused = cost(&stools, &bom, None).await.problem();
    assert_eq!((refused.code.as_str(), &refused.params["template"]), ("template_product", &json!("STOOL")));
    cost(&stools, &bom, Some(stools.seat)).await.refused_with(&codes::VALIDATION_FAILED);
    let mut material = Vec::new();
    for code in ["STOOL-RED-LOW", "STOOL-RED-HIGH", "STOOL-BLUE-LOW", "STOOL-BLUE-HIGH"] {
        let view = cost(&stools, &bom, Some(stools.variant(code).await)).await.ok();
        assert_eq!(view.revenue, Some(d("90.00")));
        material.push(view.rows[0].material);
    }
    // Seat 10, paint 15 or 21, legs 8 or 12.
    assert_eq!(material, [d("33.00"), d("37.00"), d("39.00"), d("43.00")]);

    let report: mrp_api::product_costs::ProductCostReport = stools
        .shop
        .admin
        .list::<GetProductCosts>(&ProductCostQuery { q: Some("STOOL".to_owned()), ..ProductCostQuery::default() })
        .await
        .ok();
    let rolled_up =
        |code: &str| report.rows.iter().find(|row| row.code == code).and_then(|row| row.rolled_up_cost).unwrap();
    assert_eq!(report.rows.len(), 4, "the template itself is not made");
    assert_eq!(rolled_up("STOOL-BLUE-HIGH") - rolled_up("STOOL-RED-LOW"), d("10"));
    stools.shop.close().await;
}

#[tokio::test]
async fn where_a_component_is_used_leads_only_over_the_variants_that_have_it() {
    let stools = Stools::open().await;
    stools.in_use().await;
    let shop = &stools.shop;
    let (red, blue) = (stools.variant("STOOL-RED-LOW").await, stools.variant("STOOL-BLUE-LOW").await);
    let red_set = shop.new_product(shop.product_input("RED-SET")).await;
    let blue_set = shop.new_product(shop.product_input("BLUE-SET")).await;
    for (set, stool) in [(red_set, red), (blue_set, blue)] {
        let input =
            BomInput { routing_id: Some(stools.routing), ..shop.bom_input(set, vec![component(stool, "2", None)]) };
        let draft = stools.draft(&input).await;
        shop.validated(&draft).await;
    }
    let uses = async |id: ProductId| {
        let path = IdPath { id };
        let view = shop.admin.call::<GetWhereUsed>(&path, &WhereUsedQuery::default(), &Empty {}).await.ok();
        view.uses.into_iter().map(|found| (found.level, found.product_code)).collect::<Vec<_>>()
    };
    let of = |list: &[(u32, &str)]| list.iter().map(|&(level, code)| (level, code.to_owned())).collect::<Vec<_>>();
    assert_eq!(uses(stools.red_paint).await, of(&[(1, "STOOL"), (2, "RED-SET")]));
    assert_eq!(uses(stools.blue_paint).await, of(&[(1, "STOOL"), (2, "BLUE-SET")]));
    let mut both = uses(stools.seat).await;
    both.sort();
    assert_eq!(both, of(&[(1, "STOOL"), (2, "BLUE-SET"), (2, "RED-SET")]));

    // Costs over levels take the lines of the variant that is used.
    let material = async |product: ProductId| {
        let query = BomQuery { product_id: Some(product), ..BomQuery::default() };
        let id = shop.admin.list::<ListBoms>(&query).await.ok().items[0].id;
        let view = shop.admin.call::<RollUpBomCost>(&IdPath { id }, &CostRollUpQuery::default(), &Empty {}).await.ok();
        view.rows[0].material
    };
    assert_eq!((material(red_set).await, material(blue_set).await), (d("66.00"), d("78.00")));
    stools.shop.close().await;
}

#[tokio::test]
async fn what_is_wrong_with_lines_for_variants_stops_the_validation() {
    let stools = Stools::open().await;
    stools.make().await.ok();
    let spare = attribute(&stools.shop, "Spare", &["one"]).await;
    let mut input = stools.recipe();
    input.lines.remove(0);
    input.lines[0].applies_to = vec![stools.red(), stools.low(), value(&spare, "ONE")];
    input.lines[2].applies_to = vec![stools.red(), stools.low()];
    input.lines[3].applies_to = vec![stools.red(), stools.high()];
    input.lines.remove(1);
    let draft = stools.draft(&input).await;
    let told: Vec<_> =
        draft.faults.iter().filter(|fault| fault.blocks).map(|fault| (fault.code.as_str(), fault.line)).collect();
    let expected = [("variant_without_lines", None), ("variant_without_lines", None), ("value_not_offered", Some(0))];
    assert_eq!(told, expected);
    assert_eq!(draft.faults[0].params["variant"], json!("STOOL-BLUE-HIGH"));
    assert!(draft.faults.iter().any(|fault| fault.params.get("value") == Some(&json!("one"))), "{:?}", draft.faults);
    let path = IdPath { id: draft.id };
    let validate = stools.shop.admin.call_at::<ValidateBom>(&path, draft.version, &ValidateBomInput::default()).await;
    let problem = validate.problem();
    assert_eq!(problem.code, "bom_faulty");
    assert!(problem.errors.iter().any(|error| error.pointer == "/lines/0/applies_to"), "{problem:?}");

    let mut unknown = stools.recipe();
    unknown.lines[1].applies_to = vec![AttributeValueId::from_uuid(uuid::Uuid::now_v7())];
    let problem = stools.shop.admin.post::<CreateBom>(&unknown).await.problem();
    let first = &problem.errors[0];
    assert_eq!((first.pointer.as_str(), first.code.as_str()), ("/lines/1/applies_to/0", "reference_unknown"));
    stools.shop.close().await;
}

#[tokio::test]
async fn a_variant_in_what_it_is_made_of_is_a_cycle_and_another_variant_is_not() {
    let stools = Stools::open().await;
    stools.in_use().await;
    let (red_low, red_high) = (stools.variant("STOOL-RED-LOW").await, stools.variant("STOOL-RED-HIGH").await);
    let for_high =
        |component_id| BomLineInput { applies_to: vec![stools.high()], ..component(component_id, "1", None) };
    let mut input = stools.recipe();
    input.lines.push(for_high(red_low));
    let draft = stools.draft(&input).await;
    assert_eq!(draft.faults, [], "a high stool may stand on a low one");
    input.lines.push(for_high(red_high));
    let draft = stools.draft(&input).await;
    let cycle = draft.faults.iter().find(|fault| fault.code == "cycle").unwrap();
    assert_eq!(cycle.line, Some(6));
    assert_eq!(cycle.params["path"], json!(["STOOL-RED-HIGH", "STOOL-RED-HIGH"]));
    stools.shop.close().await;
}

#[tokio::test]
async fn revisions_of_a_template_are_compared_as_a_whole_or_as_one_variant() {
    let stools = Stools::open().await;
    let bom = stools.in_use().await;
    let admin = &stools.shop.admin;
    let next = admin.call_at::<ReviseBom>(&IdPath { id: bom.id }, bom.version, &Empty {}).await.ok();
    let mut newer = stools.recipe();
    newer.lines[2].quantity = d("4");
    newer.lines[1].applies_to = vec![stools.red(), stools.low()];
    let lines = patch(json!({ "lines": newer.lines }));
    let next = admin.call_at::<UpdateBom>(&IdPath { id: next.id }, next.version, &lines).await.ok();
    let compare = async |variant_id: Option<ProductId>| {
        let query = BomComparisonQuery { with: bom.id, variant_id };
        admin.call::<CompareBoms>(&IdPath { id: next.id }, &query, &Empty {}).await.ok()
    };
    let whole = compare(None).await;
    let fields: Vec<_> = whole.lines.iter().map(|line| line.fields.clone()).collect();
    assert_eq!(fields, [vec![BomLineField::AppliesTo], vec![BomLineField::Quantity]]);
    assert!(whole.costs.is_none());
    assert_eq!(whole.costs_problem.map(|problem| problem.code).as_deref(), Some("template_product"));
    let blue = compare(Some(stools.variant("STOOL-BLUE-LOW").await)).await;
    assert_eq!((blue.lines.len(), blue.same_lines), (1, 2));
    assert_eq!(blue.costs.unwrap().difference.unwrap().material, d("7.00"));
    let red = compare(Some(stools.variant("STOOL-RED-HIGH").await)).await;
    assert_eq!((red.lines.len(), red.same_lines), (1, 2), "red and high ones are not painted any more");
    stools.shop.close().await;
}
