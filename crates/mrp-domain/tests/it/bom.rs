//! A small world of products for the tests of bills of materials: products are numbers, counted in pieces.

mod diff;
mod explode;
mod merge;
mod replace;
mod validate;
mod variants;

use mrp_domain::bom::catalog::BomCatalog;
use mrp_domain::bom::{Bom, BomLine, BomState, BomType, ConsumptionMode, LossPercent};
use mrp_domain::ids::{BomId, BomLineId, ProductId, UnitCategoryId, UnitId};
use mrp_domain::quantity::{Exact, PositiveQuantity, Unit};
use mrp_domain::text::Code;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use uuid::Uuid;

const PIECE: UnitId = UnitId::from_uuid(Uuid::from_u128(1));
const DOZEN: UnitId = UnitId::from_uuid(Uuid::from_u128(2));
const KILOGRAM: UnitId = UnitId::from_uuid(Uuid::from_u128(3));
const GRAM: UnitId = UnitId::from_uuid(Uuid::from_u128(4));

fn units() -> Vec<Unit> {
    let pieces = UnitCategoryId::from_uuid(Uuid::from_u128(1));
    let mass = UnitCategoryId::from_uuid(Uuid::from_u128(2));
    let thousandth = Exact::ratio(1, 1_000).unwrap();
    vec![
        Unit::new(PIECE, pieces, "pcs", Exact::ONE, dec!(1)).unwrap(),
        Unit::new(DOZEN, pieces, "dozen", Exact::from_integer(12), dec!(1)).unwrap(),
        Unit::new(KILOGRAM, mass, "kg", Exact::ONE, dec!(0.001)).unwrap(),
        Unit::new(GRAM, mass, "g", thousandth, dec!(1)).unwrap(),
    ]
}

fn product(number: u64) -> ProductId {
    ProductId::from_uuid(Uuid::from_u128(u128::from(number)))
}

fn amount(value: Decimal) -> PositiveQuantity {
    PositiveQuantity::new(value).unwrap()
}

fn line(component: u64, quantity: Decimal) -> BomLine {
    BomLine {
        id: BomLineId::from_uuid(Uuid::from_u128(u128::from(component))),
        component: product(component),
        quantity: amount(quantity),
        unit: PIECE,
        operation_sequence: None,
        loss: LossPercent::NONE,
        is_fixed: false,
        note: String::new(),
        substitutes: Vec::new(),
        applies_to: Vec::new(),
    }
}

/// One run makes one piece.
fn bom(made: u64, lines: Vec<BomLine>) -> Bom {
    Bom {
        id: BomId::from_uuid(Uuid::from_u128(u128::from(made))),
        code: Code::new("BOM-1").unwrap(),
        revision: 1,
        state: BomState::Validated,
        bom_type: BomType::Manufacture,
        product: product(made),
        quantity: amount(dec!(1)),
        unit: PIECE,
        routing: None,
        consumption: ConsumptionMode::Automatic,
        effective_from: None,
        effective_until: None,
        lines,
        by_products: Vec::new(),
    }
}

fn kit(made: u64, lines: Vec<BomLine>) -> Bom {
    Bom { bom_type: BomType::Kit, ..bom(made, lines) }
}

/// All products that the bills of materials mention, in pieces.
fn catalog(boms: Vec<Bom>) -> BomCatalog {
    let mut catalog = BomCatalog::new(units());
    for bom in &boms {
        catalog.add_product(bom.product, PIECE).unwrap();
        for line in &bom.lines {
            catalog.add_product(line.component, PIECE).unwrap();
        }
    }
    for bom in boms {
        catalog.add_bom(bom).unwrap();
    }
    catalog
}
