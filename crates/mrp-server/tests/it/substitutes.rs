//! What may take a component's place: in the recipe, and on an order that is short of it.

use mrp_api::boms::{BomInput, BomLineInput, CreateBom, ReviseBom, ValidateBom, ValidateBomInput};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::manufacturing_orders::{ChangeComponentInput, ChangeOrderComponent, ComponentPath, GetChangeLog};
use mrp_api::products::ProductInput;
use mrp_domain::example;
use mrp_domain::ids::{BomId, ProductId};

use crate::shop::{Shop, component, d, line, operation};

/// A seat of two kilograms of glue, for which others may stand in.
async fn seat(shop: &Shop, glue: ProductId, substitutes: Vec<ProductId>) -> (ProductId, BomInput) {
    let seat = shop.new_product(shop.product_input("SEAT")).await;
    let routing = shop.new_routing("Seat", vec![operation(10, shop.center(example::CUTTING), 60)]).await;
    let lines = vec![BomLineInput { substitutes, ..component(glue, "2", None) }];
    (seat, BomInput { routing_id: Some(routing), ..shop.bom_input(seat, lines) })
}

#[tokio::test]
async fn a_short_component_offers_its_substitutes_in_their_order_and_units() {
    let shop = Shop::open().await;
    let weighed = |code: &str, unit| ProductInput { unit_id: shop.unit(unit), ..shop.product_input(code) };
    let glue = shop.new_product(weighed("GLUE", example::KILOGRAM)).await;
    let resin = shop.new_product(weighed("RESIN", example::GRAM)).await;
    let paste = shop.new_product(weighed("PASTE", example::KILOGRAM)).await;
    let (product, input) = seat(&shop, glue, vec![resin, paste]).await;
    let draft = shop.admin.post::<CreateBom>(&input).await.ok();
    let named = |lines: &[mrp_api::boms::BomLineView]| {
        lines[0].substitutes.iter().map(|one| one.code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(named(&draft.lines), ["RESIN", "PASTE"]);
    let valid = shop.validated(&draft).await;
    let next = shop.admin.call_at::<ReviseBom>(&IdPath { id: valid.id }, valid.version, &Empty {}).await.ok();
    assert_eq!(named(&next.lines), ["RESIN", "PASTE"]);

    shop.receive_at(vec![(resin, d("9000"), Some(d("0.01")))]).await;
    let order = shop.confirmed(product, "3").await;
    let short = line(&order, glue);
    let offered = short.substitutes.iter().map(|one| (one.product_code.as_str(), one.qty_needed, one.qty_free));
    assert_eq!(offered.collect::<Vec<_>>(), [("RESIN", d("6000"), d("9000")), ("PASTE", d("6"), d("0"))]);

    let path = ComponentPath { id: order.id, line_id: short.id };
    let reason = "substitute for GLUE".to_owned();
    let instead = ChangeComponentInput { product_id: Some(resin), qty_needed: d("6000"), reason };
    let changed = shop.admin.call_at::<ChangeOrderComponent>(&path, order.version, &instead).await.ok();
    let taken = line(&changed, resin);
    assert_eq!((taken.qty_needed, taken.qty_missing, taken.substitutes.len()), (d("6000"), d("0"), 0));
    let log = shop.admin.get::<GetChangeLog>(&IdPath { id: order.id }).await.ok();
    assert_eq!(log.entries[0].reason, "substitute for GLUE");
    shop.close().await;
}

#[tokio::test]
async fn what_cannot_stand_in_is_told_with_the_line() {
    let shop = Shop::open().await;
    let glue = shop.new_product(shop.product_input("GLUE")).await;
    let paint = shop.product(example::POWDER_PAINT);
    let (product, mut input) = seat(&shop, glue, vec![glue, paint]).await;
    input.lines[0].substitutes.push(product);
    input.lines[0].substitutes.push(paint);
    let draft = shop.admin.post::<CreateBom>(&input).await.ok();
    let mut codes = draft.faults.iter().filter(|fault| fault.line == Some(0)).map(|fault| fault.code.as_str());
    assert!(codes.clone().any(|code| code == "cycle"), "{:?}", draft.faults);
    assert!(codes.clone().any(|code| code == "unit_of_another_category"), "{:?}", draft.faults);
    assert!(codes.any(|code| code == "substitute_repeated"), "{:?}", draft.faults);
    let at: IdPath<BomId> = IdPath { id: draft.id };
    let problem = shop.admin.call_at::<ValidateBom>(&at, draft.version, &ValidateBomInput::default()).await.problem();
    assert!(problem.errors.iter().any(|error| error.pointer == "/lines/0/substitutes"), "{problem:?}");

    let mut unknown = input.clone();
    unknown.lines[0].substitutes = vec![ProductId::from_uuid(uuid::Uuid::now_v7())];
    let problem = shop.admin.post::<CreateBom>(&unknown).await.problem();
    assert_eq!(problem.errors[0].pointer, "/lines/0/substitutes/0");
    shop.close().await;
}
