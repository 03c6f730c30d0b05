//! A stool in two colours and two heights: a template with its variants, and one recipe whose paint depends on the
//! colour and whose tube on the height.

use mrp_api::attributes::{AttributeInput, AttributeValue};
use mrp_api::boms::{BomInput, BomLineInput};
use mrp_api::products::ProductInput;
use mrp_domain::bom::{BomType, ConsumptionMode};
use mrp_domain::example::{BOLT, BOMS, KILOGRAM, OAK_BOARD, PIECE, STEEL_TABLE, STEEL_TUBE};
use mrp_domain::ids::{AttributeValueId, ProductId, UnitId};
use mrp_domain::product::{CostMethod, ProductType, Tracking};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::ApiError;
use crate::noun::Noun;
use crate::routes::attributes::Attributes;
use crate::routes::boms::commands::validate_revision;
use crate::routes::products::Products;
use crate::routes::{boms, variants};

/// Writes it the way requests would; routings and components must be there.
///
/// # Errors
/// What a request would be told.
pub(super) async fn load(tx: &mut Tx) -> Result<(), ApiError> {
    let [red, black] = attribute(tx, "COLOUR", "Colour", [("RED", "Red"), ("BLACK", "Black")]).await?;
    let [low, high] = attribute(tx, "HEIGHT", "Height", [("LOW", "Low"), ("HIGH", "High")]).await?;
    let paint = |code, name| ProductInput {
        unit_id: KILOGRAM,
        category: "Components".to_owned(),
        can_be_made: false,
        can_be_bought: true,
        standard_cost: Some(Decimal::from(44)),
        purchase_lead_days: 7,
        ..product(code, name)
    };
    let red_paint = create(tx, paint("PAINT-RED", "Powder paint, red")).await?;
    let black_paint = create(tx, paint("PAINT-BLACK", "Powder paint, black")).await?;
    let stool = ProductInput {
        can_be_sold: true,
        selling_price: Some(Decimal::from(95)),
        attribute_value_ids: vec![red, black, low, high],
        ..product("STOOL", "Stool")
    };
    let stool = create(tx, stool).await?;
    variants::make(tx, stool.uuid()).await?;
    let line = |component_id: ProductId, quantity: Decimal, applies_to: &[AttributeValueId]| BomLineInput {
        applies_to: applies_to.to_vec(),
        ..BomLineInput::of(component_id, quantity)
    };
    let input = BomInput {
        code: Some("BOM-STOOL".to_owned()),
        product_id: stool,
        quantity_per_run: Decimal::ONE,
        unit_id: None,
        routing_id: BOMS.iter().find(|bom| bom.product == STEEL_TABLE).and_then(|bom| bom.routing),
        bom_type: BomType::Manufacture,
        consumption_mode: ConsumptionMode::Automatic,
        effective_from: None,
        effective_until: None,
        by_products: Vec::new(),
        lines: vec![
            line(OAK_BOARD, Decimal::ONE, &[]),
            line(STEEL_TUBE, Decimal::TWO, &[low]),
            line(STEEL_TUBE, Decimal::from(3), &[high]),
            line(BOLT, Decimal::from(8), &[]),
            line(red_paint, Decimal::new(15, 2), &[red]),
            line(black_paint, Decimal::new(15, 2), &[black]),
        ],
    };
    let id = Uuid::now_v7();
    let version = boms::save(tx, id, None, input).await?;
    validate_revision(tx, id, version, "").await?;
    Ok(())
}

async fn attribute(
    tx: &mut Tx,
    code: &str,
    name: &str,
    values: [(&str, &str); 2],
) -> Result<[AttributeValueId; 2], ApiError> {
    let value = |(code, name): (&str, &str)| AttributeValue { id: None, code: code.to_owned(), name: name.to_owned() };
    let input = AttributeInput { code: code.to_owned(), name: name.to_owned(), values: values.map(value).to_vec() };
    let id = Uuid::now_v7();
    Attributes::save(tx, id, None, input).await?;
    let stored = mrp_store::attributes::values_of(tx.connection(), id).await?;
    let of = |code: &str| stored.iter().find(|row| row.code == code).map(|row| row.id).unwrap_or_default();
    Ok(values.map(|(code, _)| AttributeValueId::from_uuid(of(code))))
}

async fn create(tx: &mut Tx, input: ProductInput) -> Result<ProductId, ApiError> {
    let id = Uuid::now_v7();
    Products::save(tx, id, None, input).await?;
    Ok(ProductId::from_uuid(id))
}

fn product(code: &str, name: &str) -> ProductInput {
    const UNIT: UnitId = PIECE;
    ProductInput {
        code: code.to_owned(),
        name: name.to_owned(),
        product_type: ProductType::Storable,
        unit_id: UNIT,
        category: "Products".to_owned(),
        can_be_made: true,
        can_be_bought: false,
        can_be_sold: false,
        standard_cost: None,
        cost_method: CostMethod::MovingAverage,
        selling_price: None,
        purchase_lead_days: 0,
        safety_stock: Decimal::ZERO,
        tracking: Tracking::None,
        barcode: None,
        description: String::new(),
        active: true,
        template_id: None,
        attribute_value_ids: Vec::new(),
        purchase_unit_id: None,
        one_lot: false,
        order_when_sold: false,
    }
}
