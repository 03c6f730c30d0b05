//! Attributes, templates and variants over HTTP: made, refused, made inactive. What they are made of: `variant_recipes`.

use mrp_api::attributes::{
    AttributeInput, AttributeValue, AttributeView, CreateAttribute, DeleteAttribute, UpdateAttribute,
};
use mrp_api::bom_imports::{BomImportInput, CheckBomImport};
use mrp_api::boms::{BomByProductInput, BomInput, BomLineInput, BomView, CreateBom};
use mrp_api::component_replacements::{PreviewReplacement, ReplacementPreviewQuery};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::manufacturing_orders::{AddComponentInput, AddOrderComponent, CreateManufacturingOrder};
use mrp_api::patch::Patch;
use mrp_api::products::{
    CreateProduct, DeleteProduct, GetProduct, ListProducts, ProductInput, ProductQuery, ProductView, UpdateProduct,
};
use mrp_api::stock::{CreateReceipt, ReceiptInput, ReceiptLineInput};
use mrp_api::stock_corrections::{CountInput, CountStock};
use mrp_api::variants::{GetVariants, MakeVariants, VariantView, VariantsView};
use mrp_domain::example;
use mrp_domain::ids::{AttributeValueId, ProductId, RoutingId};
use mrp_domain::variant::VariantState;
use mrp_test_support::client::Answer;
use serde_json::json;

use crate::shop::{Shop, component, d, operation};

/// A stool in two colours and two heights.
pub(crate) struct Stools {
    pub(crate) shop: Shop,
    pub(crate) colour: AttributeView,
    pub(crate) height: AttributeView,
    pub(crate) stool: ProductId,
    pub(crate) routing: RoutingId,
    pub(crate) red_paint: ProductId,
    pub(crate) blue_paint: ProductId,
    pub(crate) leg: ProductId,
    pub(crate) seat: ProductId,
}

/// The given fields alone.
pub(crate) fn patch<T>(fields: serde_json::Value) -> Patch<T> {
    serde_json::from_value(fields).unwrap()
}

pub(crate) fn value(view: &AttributeView, code: &str) -> AttributeValueId {
    view.values.iter().find(|value| value.code == code).and_then(|value| value.id).unwrap()
}

pub(crate) async fn attribute(shop: &Shop, code: &str, values: &[&str]) -> AttributeView {
    let value = |code: &&str| AttributeValue { id: None, code: code.to_uppercase(), name: (*code).to_owned() };
    let input =
        AttributeInput { code: code.to_uppercase(), name: code.to_owned(), values: values.iter().map(value).collect() };
    shop.admin.post::<CreateAttribute>(&input).await.ok()
}

impl Stools {
    pub(crate) async fn open() -> Self {
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

    pub(crate) async fn variants(&self) -> VariantsView {
        self.shop.admin.get::<GetVariants>(&IdPath { id: self.stool }).await.ok()
    }

    pub(crate) async fn make(&self) -> Answer<VariantsView> {
        self.shop.admin.call::<MakeVariants>(&IdPath { id: self.stool }, &Empty {}, &Empty {}).await
    }

    /// The variant with that code.
    pub(crate) async fn variant(&self, code: &str) -> ProductId {
        named(&self.variants().await, code).product_id.unwrap()
    }

    pub(crate) async fn read(&self, id: ProductId) -> ProductView {
        self.shop.admin.get::<GetProduct>(&IdPath { id }).await.ok()
    }

    pub(crate) async fn change(&self, id: ProductId, fields: serde_json::Value) -> Answer<ProductView> {
        let version = self.read(id).await.version;
        self.shop.admin.call_at::<UpdateProduct>(&IdPath { id }, version, &patch(fields)).await
    }

    pub(crate) fn red(&self) -> AttributeValueId {
        value(&self.colour, "RED")
    }

    pub(crate) fn blue(&self) -> AttributeValueId {
        value(&self.colour, "BLUE")
    }

    pub(crate) fn low(&self) -> AttributeValueId {
        value(&self.height, "LOW")
    }

    pub(crate) fn high(&self) -> AttributeValueId {
        value(&self.height, "HIGH")
    }

    /// A seat for all, paint by colour, four legs for low ones and six for high ones.
    pub(crate) fn recipe(&self) -> BomInput {
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

    pub(crate) async fn draft(&self, input: &BomInput) -> BomView {
        self.shop.admin.post::<CreateBom>(input).await.ok()
    }

    /// Its variants made and its recipe validated.
    pub(crate) async fn in_use(&self) -> BomView {
        self.make().await.ok();
        let draft = self.draft(&self.recipe()).await;
        self.shop.validated(&draft).await
    }
}

fn named<'a>(view: &'a VariantsView, code: &str) -> &'a VariantView {
    view.variants.iter().find(|variant| variant.code == code).unwrap()
}

fn states(view: &VariantsView) -> Vec<(&str, VariantState)> {
    view.variants.iter().map(|variant| (variant.code.as_str(), variant.state)).collect()
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
    let lines = vec![ReceiptLineInput {
        product_id: stools.stool,
        quantity: d("1"),
        unit_id: None,
        unit_cost: None,
        purchase_order_line_id: None,
        lot_numbers: None,
        expires_on: None,
        supplier_lot: None,
    }];
    let receipt = ReceiptInput { warehouse_id: shop.warehouse, reference: String::new(), lines };
    at(admin.post::<CreateReceipt>(&receipt).await.problem(), "/lines/0/product_id");
    let count = CountInput {
        product_id: stools.stool,
        warehouse_id: shop.warehouse,
        qty_counted: d("1"),
        unit_cost: None,
        note: String::new(),
        lot_number: None,
        expires_on: None,
    };
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

    let weighed =
        stools.change(stools.stool, json!({ "unit_id": stools.shop.unit(example::KILOGRAM) })).await.problem();
    let first = &weighed.errors[0];
    assert_eq!((first.pointer.as_str(), first.code.as_str()), ("/unit_id", "unit_category_differs"));

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
