//! Variants of a template over HTTP: made, refused, made inactive; and what each of them is made of and costs.

use mrp_api::attributes::{
    AttributeInput, AttributeValue, AttributeView, CreateAttribute, DeleteAttribute, UpdateAttribute,
};
use mrp_api::bom_comparisons::{BomComparisonQuery, CompareBoms};
use mrp_api::bom_imports::{BomImportInput, CheckBomImport};
use mrp_api::bom_updates::{ApplyBomUpdate, GetBomUpdate};
use mrp_api::boms::{
    BomByProductInput, BomInput, BomLineInput, BomQuery, BomView, CostRollUpQuery, CreateBom, ListBoms, ReviseBom,
    RollUpBomCost, UpdateBom, ValidateBom, ValidateBomInput,
};
use mrp_api::component_replacements::{PreviewReplacement, ReplacementPreviewQuery};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{
    AddComponentInput, AddOrderComponent, CreateManufacturingOrder, ManufacturingOrderView, ReasonInput,
};
use mrp_api::patch::Patch;
use mrp_api::product_costs::{GetProductCosts, ProductCostQuery};
use mrp_api::products::{
    CreateProduct, DeleteProduct, GetProduct, ListProducts, ProductInput, ProductQuery, ProductView, UpdateProduct,
};
use mrp_api::stock::{CreateReceipt, ReceiptInput, ReceiptLineInput};
use mrp_api::stock_corrections::{CountInput, CountStock};
use mrp_api::variants::{GetVariants, MakeVariants, VariantView, VariantsView};
use mrp_api::where_used::{GetWhereUsed, WhereUsedQuery};
use mrp_domain::bom::diff::BomLineField;
use mrp_domain::example;
use mrp_domain::ids::{AttributeValueId, ProductId, RoutingId};
use mrp_domain::variant::VariantState;
use mrp_test_support::client::Answer;
use rust_decimal::Decimal;
use serde_json::json;

use crate::shop::{Shop, component, d, operation};

/// A stool in two colours and two heights.
struct Stools {
    shop: Shop,
    colour: AttributeView,
    height: AttributeView,
    stool: ProductId,
    routing: RoutingId,
    red_paint: ProductId,
    blue_paint: ProductId,
    leg: ProductId,
    seat: ProductId,
}

/// The given fields alone.
fn patch<T>(fields: serde_json::Value) -> Patch<T> {
    serde_json::from_value(fields).unwrap()
}

fn value(view: &AttributeView, code: &str) -> AttributeValueId {
    view.values.iter().find(|value| value.code == code).and_then(|value| value.id).unwrap()
}

async fn attribute(shop: &Shop, code: &str, values: &[&str]) -> AttributeView {
    let value = |code: &&str| AttributeValue { id: None, code: code.to_uppercase(), name: (*code).to_owned() };
    let input =
        AttributeInput { code: code.to_uppercase(), name: code.to_owned(), values: values.iter().map(value).collect() };
    shop.admin.post::<CreateAttribute>(&input).await.ok()
}

impl Stools {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let colour = attribute(&shop, "Colour", &["Red", "Blue"]).await;
        let height = attribute(&shop, "Height", &["Low", "High"]).await;
        let offered = [&colour, &height].into_iter().flat_map(|view| &view.values).filter_map(|value| value.id);
        let input = ProductInput {
            name: "Stool".to_owned(),
            attribute_value_ids: offered.collect(),
            selling_price: Some(d("90")),
            barcode: Some("4006381333931".to_owned()),
            ..shop.product_input("STOOL")
        };
        let stool = shop.new_product(input).await;
        let routing = shop.new_routing("Stool", vec![operation(10, shop.center(example::CUTTING), 60)]).await;
        let bought = |code: &str, cost: &str| ProductInput {
            can_be_made: false,
            standard_cost: Some(d(cost)),
            ..shop.product_input(code)
        };
        let red_paint = shop.new_product(bought("RED-PAINT", "5")).await;
        let blue_paint = shop.new_product(bought("BLUE-PAINT", "7")).await;
        let leg = shop.new_product(bought("LEG", "2")).await;
        let seat = shop.new_product(bought("SEAT", "10")).await;
        Self { shop, colour, height, stool, routing, red_paint, blue_paint, leg, seat }
    }

    async fn variants(&self) -> VariantsView {
        self.shop.admin.get::<GetVariants>(&IdPath { id: self.stool }).await.ok()
    }

    async fn make(&self) -> Answer<VariantsView> {
        self.shop.admin.call::<MakeVariants>(&IdPath { id: self.stool }, &Empty {}, &Empty {}).await
    }

    /// The variant with that code.
    async fn variant(&self, code: &str) -> ProductId {
        named(&self.variants().await, code).product_id.unwrap()
    }

    async fn read(&self, id: ProductId) -> ProductView {
        self.shop.admin.get::<GetProduct>(&IdPath { id }).await.ok()
    }

    async fn change(&self, id: ProductId, fields: serde_json::Value) -> Answer<ProductView> {
        let version = self.read(id).await.version;
        self.shop.admin.call_at::<UpdateProduct>(&IdPath { id }, version, &patch(fields)).await
    }

    fn red(&self) -> AttributeValueId {
        value(&self.colour, "RED")
    }

    fn blue(&self) -> AttributeValueId {
        value(&self.colour, "BLUE")
    }

    fn low(&self) -> AttributeValueId {
        value(&self.height, "LOW")
    }

    fn high(&self) -> AttributeValueId {
        value(&self.height, "HIGH")
    }

    /// A seat for all, paint by colour, four legs for low ones and six for high ones.
    fn recipe(&self) -> BomInput {
        let for_some = |component_id, quantity: &str, values: &[AttributeValueId]| BomLineInput {
            applies_to: values.to_vec(),
            ..component(component_id, quantity, None)
        };
        let lines = vec![
            component(self.seat, "1", None),
            for_some(self.red_paint, "3", &[self.red()]),
            for_some(self.blue_paint, "3", &[self.blue()]),
            for_some(self.leg, "4", &[self.low(), self.red(), self.blue()]),
            for_some(self.leg, "6", &[self.high()]),
        ];
        BomInput { routing_id: Some(self.routing), ..self.shop.bom_input(self.stool, lines) }
    }

    async fn draft(&self, input: &BomInput) -> BomView {
        self.shop.admin.post::<CreateBom>(input).await.ok()
    }

    /// Its variants made and its recipe validated.
    async fn in_use(&self) -> BomView {
        self.make().await.ok();
        let draft = self.draft(&self.recipe()).await;
        self.shop.validated(&draft).await
    }

    async fn cost(&self, bom: &BomView, variant: Option<ProductId>) -> Answer<mrp_api::boms::CostRollUpView> {
        let query = CostRollUpQuery { quantity: None, variant_id: variant };
        self.shop.admin.call::<RollUpBomCost>(&IdPath { id: bom.id }, &query, &Empty {}).await
    }
}

fn named<'a>(view: &'a VariantsView, code: &str) -> &'a VariantView {
    view.variants.iter().find(|variant| variant.code == code).unwrap()
}

fn states(view: &VariantsView) -> Vec<(&str, VariantState)> {
    view.variants.iter().map(|variant| (variant.code.as_str(), variant.state)).collect()
}

fn needs(order: &ManufacturingOrderView) -> Vec<(String, Decimal)> {
    let mut all: Vec<_> =
        order.components.iter().map(|line| (line.product_code.clone(), line.qty_needed.normalize())).collect();
    all.sort();
    all
}

#[tokio::test]
async fn variants_are_previewed_made_once_and_later_only_what_is_new() {
    let stools = Stools::open().await;
    let before = stools.variants().await;
    assert_eq!((before.combination_count, before.missing_count, before.is_too_many), (4, 4, false));
    let codes = ["STOOL-RED-LOW", "STOOL-RED-HIGH", "STOOL-BLUE-LOW", "STOOL-BLUE-HIGH"];
    assert_eq!(states(&before), codes.map(|code| (code, VariantState::Missing)));

    let made = stools.make().await.ok();
    assert_eq!(states(&made), codes.map(|code| (code, VariantState::Active)));
    let red = stools.read(stools.variant("STOOL-RED-LOW").await).await;
    assert_eq!(red.name, "Stool (Red, Low)");
    assert_eq!((red.template_id, red.template_code.as_deref()), (Some(stools.stool), Some("STOOL")));
    assert_eq!((red.selling_price, red.barcode, red.is_template), (Some(d("90")), None, false));
    let values: Vec<_> = red.attribute_values.iter().map(|one| format!("{}: {}", one.attribute, one.name)).collect();
    assert_eq!(values, ["Colour: Red", "Height: Low"]);

    assert_eq!(stools.make().await.ok(), made, "a second time makes nothing");
    // Another value: only its variants are new.
    let green = AttributeValue { id: None, code: "GREEN".to_owned(), name: "Green".to_owned() };
    let values: Vec<_> = stools.colour.values.iter().cloned().chain([green]).collect();
    let path = IdPath { id: stools.colour.id };
    let fields = patch(json!({ "values": values }));
    let colour = stools.shop.admin.call_at::<UpdateAttribute>(&path, stools.colour.version, &fields).await.ok();
    let offered = [stools.red(), stools.blue(), value(&colour, "GREEN"), stools.low(), stools.high()];
    stools.change(stools.stool, json!({ "attribute_value_ids": offered })).await.ok();
    assert_eq!(stools.variants().await.missing_count, 2);
    let all = stools.make().await.ok();
    assert_eq!((all.variants.len(), all.missing_count), (6, 0));
    assert_eq!(named(&all, "STOOL-RED-LOW").product_id, Some(red.id));
    stools.shop.close().await;
}

#[tokio::test]
async fn lists_tell_templates_variants_and_the_rest_apart() {
    let stools = Stools::open().await;
    stools.make().await.ok();
    let count = async |query: ProductQuery| stools.shop.admin.list::<ListProducts>(&query).await.ok().total;
    let all = ProductQuery::default;
    assert_eq!(count(ProductQuery { is_template: Some(true), ..all() }).await, 1);
    assert_eq!(count(ProductQuery { is_variant: Some(true), ..all() }).await, 4);
    assert_eq!(count(ProductQuery { template_id: Some(stools.stool), ..all() }).await, 4);
    let rest = count(ProductQuery { is_template: Some(false), is_variant: Some(false), ..all() }).await;
    assert_eq!(rest, count(all()).await - 5);
    stools.shop.close().await;
}

#[tokio::test]
async fn codes_that_are_taken_are_named_and_nothing_is_half_done() {
    let stools = Stools::open().await;
    stools.shop.new_product(stools.shop.product_input("STOOL-RED-HIGH")).await;
    stools.shop.new_product(stools.shop.product_input("STOOL-BLUE-LOW")).await;
    let problem = stools.make().await.problem();
    let told: Vec<_> = problem.errors.iter().map(|error| (error.code.as_str(), error.detail.as_str())).collect();
    let expected = [
        ("value_taken", "STOOL-RED-HIGH is the code of another product"),
        ("value_taken", "STOOL-BLUE-LOW is the code of another product"),
    ];
    assert_eq!(told, expected);
    assert_eq!(stools.variants().await.missing_count, 4);
    stools.shop.close().await;
}

#[tokio::test]
async fn more_variants_than_a_template_may_have_are_refused_with_their_number() {
    let stools = Stools::open().await;
    let names: Vec<String> = (0..32).map(|n| format!("v{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (one, other) = (attribute(&stools.shop, "One", &names).await, attribute(&stools.shop, "Other", &names).await);
    let offered: Vec<_> = one.values.iter().chain(&other.values).filter_map(|value| value.id).collect();
    stools.change(stools.stool, json!({ "attribute_value_ids": offered })).await.ok();
    let view = stools.variants().await;
    assert_eq!((view.combination_count, view.is_too_many, view.variants.len()), (1_024, true, 0));
    let problem = stools.make().await.problem();
    assert_eq!((problem.code.as_str(), &problem.params["found"]), ("too_many_variants", &json!(1_024)));
    stools.shop.close().await;
}

#[tokio::test]
async fn variants_go_and_come_back_with_their_values_and_what_somebody_stopped_stays_so() {
    let stools = Stools::open().await;
    stools.make().await.ok();
    stools.change(stools.variant("STOOL-BLUE-LOW").await, json!({ "active": false })).await.ok();
    stools
        .change(stools.stool, json!({ "attribute_value_ids": [stools.red(), stools.low(), stools.high()] }))
        .await
        .ok();
    let expected = [
        ("STOOL-RED-LOW", VariantState::Active),
        ("STOOL-RED-HIGH", VariantState::Active),
        ("STOOL-BLUE-HIGH", VariantState::Withdrawn),
        ("STOOL-BLUE-LOW", VariantState::Inactive),
    ];
    assert_eq!(states(&stools.variants().await), expected);
    let withdrawn = stools.variant("STOOL-BLUE-HIGH").await;
    let problem = stools.change(withdrawn, json!({ "active": true })).await.problem();
    assert_eq!(problem.errors[0].pointer, "/active");
    stools.change(withdrawn, json!({ "name": "Tall and blue" })).await.ok();

    let offered = [stools.red(), stools.blue(), stools.low(), stools.high()];
    stools.change(stools.stool, json!({ "attribute_value_ids": offered })).await.ok();
    let view = stools.variants().await;
    assert_eq!(named(&view, "STOOL-BLUE-HIGH").state, VariantState::Active);
    assert_eq!(named(&view, "STOOL-BLUE-HIGH").name, "Tall and blue");
    assert_eq!(named(&view, "STOOL-BLUE-LOW").state, VariantState::Inactive);
    assert_eq!(view.missing_count, 0);
    stools.shop.close().await;
}

#[tokio::test]
async fn a_template_is_stopped_at_every_door() {
    let stools = Stools::open().await;
    let (shop, admin) = (&stools.shop, &stools.shop.admin);
    let at = |problem: mrp_api::error::Problem, pointer: &str| {
        let found = problem.errors.iter().find(|error| error.pointer == pointer);
        assert_eq!(found.map(|error| error.code.as_str()), Some("template_product"), "{pointer}: {problem:?}");
    };
    at(admin.post::<CreateManufacturingOrder>(&shop.order_input(stools.stool, "1")).await.problem(), "/product_id");
    let lines = vec![ReceiptLineInput { product_id: stools.stool, quantity: d("1"), unit_id: None, unit_cost: None }];
    let receipt = ReceiptInput { warehouse_id: shop.warehouse, reference: String::new(), lines };
    at(admin.post::<CreateReceipt>(&receipt).await.problem(), "/lines/0/product_id");
    let count =
        CountInput { product_id: stools.stool, warehouse_id: shop.warehouse, qty_counted: d("1"), note: String::new() };
    at(admin.post::<CountStock>(&count).await.problem(), "/product_id");

    let mut line = component(stools.seat, "1", None);
    line.substitutes = vec![stools.stool];
    let by_product =
        BomByProductInput { product_id: stools.stool, quantity: d("1"), unit_id: None, cost_share_percent: d("0") };
    let table = shop.new_product(shop.product_input("STAND")).await;
    let mut input = shop.bom_input(table, vec![component(stools.stool, "1", None), line]);
    input.by_products = vec![by_product];
    let problem = admin.post::<CreateBom>(&input).await.problem();
    at(problem.clone(), "/lines/0/component_id");
    at(problem.clone(), "/lines/1/substitutes/0");
    at(problem, "/by_products/0/product_id");

    let query = ReplacementPreviewQuery { from_id: stools.seat, to_id: stools.stool, factor: None };
    at(admin.call::<PreviewReplacement>(&Empty {}, &query, &Empty {}).await.problem(), "/to_id");
    let order = shop.confirmed(shop.product(example::STEEL_TABLE), "1").await;
    let add = AddComponentInput {
        product_id: stools.stool,
        qty_needed: d("1"),
        operation_sequence: None,
        reason: "because".to_owned(),
    };
    at(shop.act::<AddOrderComponent>(&order, &add).await.problem(), "/product_id");
    let import: BomImportInput =
        serde_json::from_value(json!({ "product_code": "STAND", "text": "component,quantity\nSTOOL,1\n" })).unwrap();
    let report = admin.post::<CheckBomImport>(&import).await.ok();
    let kinds: Vec<String> = report.problems.iter().map(|problem| problem.code.to_string()).collect();
    assert!(kinds.contains(&"component_is_template".to_owned()), "{kinds:?}");
    stools.shop.close().await;
}

#[tokio::test]
async fn what_is_used_becomes_no_template_and_a_template_with_variants_keeps_its_attributes() {
    let stools = Stools::open().await;
    stools.in_use().await;
    let offer = json!({ "attribute_value_ids": [stools.red()] });
    stools.change(stools.seat, offer.clone()).await.refused_with(&codes::PRODUCT_USED);
    stools.change(stools.stool, offer).await.refused_with(&codes::TEMPLATE_HAS_VARIANTS);
    stools.change(stools.stool, json!({ "attribute_value_ids": [] })).await.refused_with(&codes::TEMPLATE_HAS_VARIANTS);

    // A variant that nothing uses can be removed, one with stock only be made inactive.
    let (red, blue) = (stools.variant("STOOL-RED-LOW").await, stools.variant("STOOL-BLUE-LOW").await);
    let remove = async |id: ProductId| {
        let version = stools.read(id).await.version;
        stools.shop.admin.call_at::<DeleteProduct>(&IdPath { id }, version, &Empty {}).await
    };
    remove(stools.stool).await.refused_with(&codes::IN_USE);
    stools.shop.receive_at(vec![(red, d("2"), None)]).await;
    remove(red).await.refused_with(&codes::IN_USE);
    remove(blue).await.ok();
    assert_eq!(stools.variants().await.missing_count, 1);
    // What is stocked stays the variant that it is.
    let other = json!({ "attribute_value_ids": [stools.blue(), stools.low()] });
    stools.change(red, other).await.refused_with(&codes::PRODUCT_USED);
    stools.change(red, json!({ "active": false })).await.ok();
    assert_eq!(named(&stools.variants().await, "STOOL-RED-LOW").qty_on_hand, d("2"));
    stools.shop.close().await;
}

#[tokio::test]
async fn values_in_use_stay_and_others_go() {
    let stools = Stools::open().await;
    let admin = &stools.shop.admin;
    let path = IdPath { id: stools.colour.id };
    let without_red = json!({ "values": [stools.colour.values[1]] });
    let refused = admin.call_at::<UpdateAttribute>(&path, stools.colour.version, &patch(without_red)).await;
    let problem = refused.problem();
    assert_eq!((problem.code.as_str(), &problem.params["values"]), ("in_use", &json!(["Red"])), "{problem:?}");
    admin.call_at::<DeleteAttribute>(&path, stools.colour.version, &Empty {}).await.refused_with(&codes::IN_USE);

    let spare = attribute(&stools.shop, "Spare", &["one", "two"]).await;
    let at = IdPath { id: spare.id };
    // Codes change places; each value stays what it is.
    let swapped = json!({ "values": [
        { "id": spare.values[0].id, "code": "TWO", "name": "was one" },
        { "id": spare.values[1].id, "code": "ONE", "name": "was two" },
    ] });
    let spare = admin.call_at::<UpdateAttribute>(&at, spare.version, &patch(swapped)).await.ok();
    assert_eq!((spare.values[0].code.as_str(), spare.values[0].name.as_str()), ("TWO", "was one"));
    let twice = json!({ "values": [{ "code": "A", "name": "a" }, { "code": "A", "name": "b" }] });
    let problem = admin.call_at::<UpdateAttribute>(&at, spare.version, &patch(twice)).await.problem();
    assert_eq!(
        (problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()),
        ("/values/1/code", "value_taken")
    );
    admin.call_at::<DeleteAttribute>(&at, spare.version, &Empty {}).await.ok();
    stools.shop.close().await;
}

#[tokio::test]
async fn a_variant_that_is_typed_in_must_fit_its_template() {
    let stools = Stools::open().await;
    let admin = &stools.shop.admin;
    let input = |code: &str, values: Vec<AttributeValueId>| ProductInput {
        template_id: Some(stools.stool),
        attribute_value_ids: values,
        ..stools.shop.product_input(code)
    };
    let red_low = admin.post::<CreateProduct>(&input("MY-STOOL", vec![stools.low(), stools.red()])).await.ok();
    assert_eq!(red_low.attribute_values[0].name, "Red", "in the order of the template");
    let problem = admin.post::<CreateProduct>(&input("AGAIN", vec![stools.red(), stools.low()])).await.problem();
    assert_eq!(
        (problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()),
        ("/attribute_value_ids", "value_taken")
    );
    let problem = admin.post::<CreateProduct>(&input("HALF", vec![stools.red()])).await.problem();
    assert_eq!(problem.errors[0].pointer, "/attribute_value_ids");
    let mut weighed = input("WEIGHED", vec![stools.red(), stools.high()]);
    weighed.unit_id = stools.shop.unit(example::KILOGRAM);
    let problem = admin.post::<CreateProduct>(&weighed).await.problem();
    assert_eq!(
        (problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()),
        ("/unit_id", "unit_category_differs")
    );
    let mut lost = input("LOST", vec![stools.red(), stools.high()]);
    lost.template_id = Some(stools.seat);
    assert_eq!(admin.post::<CreateProduct>(&lost).await.problem().errors[0].pointer, "/template_id");
    // The one that is there keeps its own code.
    let view = stools.make().await.ok();
    assert_eq!(named(&view, "MY-STOOL").product_id, Some(red_low.id));
    assert_eq!(view.variants.len(), 4);
    stools.shop.close().await;
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
    let refused = stools.cost(&bom, None).await.problem();
    assert_eq!((refused.code.as_str(), &refused.params["template"]), ("template_product", &json!("STOOL")));
    stools.cost(&bom, Some(stools.seat)).await.refused_with(&codes::VALIDATION_FAILED);
    let mut material = Vec::new();
    for code in ["STOOL-RED-LOW", "STOOL-RED-HIGH", "STOOL-BLUE-LOW", "STOOL-BLUE-HIGH"] {
        let view = stools.cost(&bom, Some(stools.variant(code).await)).await.ok();
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
    let cost = |code: &str| report.rows.iter().find(|row| row.code == code).and_then(|row| row.rolled_up_cost).unwrap();
    assert_eq!(report.rows.len(), 4, "the template itself is not made");
    assert_eq!(cost("STOOL-BLUE-HIGH") - cost("STOOL-RED-LOW"), d("10"));
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
    let cost = async |product: ProductId| {
        let query = BomQuery { product_id: Some(product), ..BomQuery::default() };
        let id = shop.admin.list::<ListBoms>(&query).await.ok().items[0].id;
        let view = shop.admin.call::<RollUpBomCost>(&IdPath { id }, &CostRollUpQuery::default(), &Empty {}).await.ok();
        view.rows[0].material
    };
    assert_eq!((cost(red_set).await, cost(blue_set).await), (d("66.00"), d("78.00")));
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
