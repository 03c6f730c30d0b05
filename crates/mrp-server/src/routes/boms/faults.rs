//! What is wrong with a bill of materials, in words and facts: products by their codes, cycles with their path.

use mrp_api::boms::BomFaultView;
use mrp_api::detail as say;
use mrp_api::error::{self as codes, ErrorCode};
use mrp_domain::bom::validate::{BomFault, BomFaultKind, BomFaultSeverity, BomFaultSubject};
use mrp_domain::ids::{ProductId, WorkCenterId};
use mrp_store::bom_catalog::StoredBoms;
use serde_json::{Map, Value, json};

use crate::error::{ApiError, Faults};

/// A fault as the wire shows it.
#[must_use]
pub fn view(boms: &StoredBoms, fault: &BomFault) -> BomFaultView {
    let (line, by_product) = match fault.subject {
        BomFaultSubject::Line { line } => (Some(line), None),
        BomFaultSubject::ByProduct { by_product } => (None, Some(by_product)),
        BomFaultSubject::Head => (None, None),
    };
    let params = match params(boms, &fault.kind) {
        Value::Object(params) => params,
        _ => Map::new(),
    };
    BomFaultView {
        code: fault.kind.code().to_owned(),
        line,
        by_product,
        detail: detail(boms, &fault.kind),
        blocks: fault.severity() == BomFaultSeverity::Error,
        params,
    }
}

/// Refuses a bill of materials with everything that stops its validation.
///
/// # Errors
/// `bom_faulty`.
pub fn refuse(boms: &StoredBoms, found: &[BomFault]) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    for fault in found.iter().filter(|fault| fault.severity() == BomFaultSeverity::Error) {
        faults.add(pointer(fault), code(&fault.kind), say::for_callers(detail(boms, &fault.kind)));
    }
    faults.check_as(&codes::BOM_FAULTY)
}

fn detail(boms: &StoredBoms, kind: &BomFaultKind) -> String {
    match kind {
        BomFaultKind::InactiveComponent { component } => {
            format!("the component {} is not active", boms.code(*component))
        }
        BomFaultKind::ComponentWithoutCost { component } => {
            format!("the component {} has no cost", boms.code(*component))
        }
        BomFaultKind::SubstituteRepeated { product } => {
            format!("the substitute {} is the component, or stands there twice", boms.code(*product))
        }
        BomFaultKind::ByProductRepeated { product } => {
            format!("the by-product {} is what is made, or stands there twice", boms.code(*product))
        }
        BomFaultKind::TemplateUsed { product } => {
            format!("{} is a template: choose one of its variants", boms.code(*product))
        }
        BomFaultKind::ValueNotOffered { value } => {
            format!("the product does not offer the value {}", boms.value_name(*value))
        }
        BomFaultKind::VariantWithoutLines { variant } => {
            format!("no line belongs to the variant {}", boms.code(*variant))
        }
        BomFaultKind::Cycle { path } => format!("the product contains itself: {}", shown(boms, path).join(" → ")),
        BomFaultKind::WorkCenterWithoutCost { sequence, work_center } => {
            format!("the work center {} of operation {sequence} costs nothing per hour", name(boms, *work_center))
        }
        BomFaultKind::InactiveWorkCenter { sequence, work_center } => {
            format!("the work center {} of operation {sequence} is not active", name(boms, *work_center))
        }
        BomFaultKind::NoLines
        | BomFaultKind::InactiveRouting
        | BomFaultKind::TooManyLines { .. }
        | BomFaultKind::QuantityUnusable { .. }
        | BomFaultKind::LossOutOfRange { .. }
        | BomFaultKind::CostShareOutOfRange { .. }
        | BomFaultKind::CostSharesAboveWhole { .. }
        | BomFaultKind::UnknownProduct { .. }
        | BomFaultKind::UnknownUnit { .. }
        | BomFaultKind::UnitOfAnotherCategory { .. }
        | BomFaultKind::TooDeep
        | BomFaultKind::NoRouting
        | BomFaultKind::UnknownRouting { .. }
        | BomFaultKind::UnknownOperation { .. } => kind.to_string(),
    }
}

fn params(boms: &StoredBoms, kind: &BomFaultKind) -> Value {
    match kind {
        BomFaultKind::NoLines | BomFaultKind::TooDeep | BomFaultKind::NoRouting | BomFaultKind::InactiveRouting => {
            Value::Null
        }
        BomFaultKind::TooManyLines { found } => json!({ "found": found }),
        BomFaultKind::QuantityUnusable { quantity } => json!({ "quantity": quantity }),
        BomFaultKind::LossOutOfRange { percent }
        | BomFaultKind::CostShareOutOfRange { percent }
        | BomFaultKind::CostSharesAboveWhole { percent } => json!({ "percent": percent }),
        BomFaultKind::ValueNotOffered { value } => json!({ "value": boms.value_name(*value) }),
        BomFaultKind::VariantWithoutLines { variant } => json!({ "variant": boms.code(*variant) }),
        BomFaultKind::SubstituteRepeated { product }
        | BomFaultKind::ByProductRepeated { product }
        | BomFaultKind::TemplateUsed { product } => {
            json!({ "product": boms.code(*product) })
        }
        BomFaultKind::UnknownProduct { product } => json!({ "product": product }),
        BomFaultKind::UnknownUnit { unit } => json!({ "unit": unit }),
        BomFaultKind::UnitOfAnotherCategory { used, stock } => json!({ "used": used, "stock": stock }),
        BomFaultKind::InactiveComponent { component } | BomFaultKind::ComponentWithoutCost { component } => {
            json!({ "component": boms.code(*component) })
        }
        BomFaultKind::Cycle { path } => json!({ "path": shown(boms, path) }),
        BomFaultKind::UnknownRouting { routing } => json!({ "routing": routing }),
        BomFaultKind::UnknownOperation { sequence } => json!({ "sequence": sequence }),
        BomFaultKind::WorkCenterWithoutCost { sequence, work_center }
        | BomFaultKind::InactiveWorkCenter { sequence, work_center } => {
            json!({ "sequence": sequence, "work_center": name(boms, *work_center) })
        }
    }
}

fn shown(boms: &StoredBoms, path: &[ProductId]) -> Vec<String> {
    path.iter().map(|&product| boms.code(product)).collect()
}

fn name(boms: &StoredBoms, work_center: WorkCenterId) -> String {
    let rows = boms.bom().routing.map_or(&[][..], |routing| boms.operation_rows(routing));
    let row = rows.iter().find(|row| row.work_center_id == work_center.uuid());
    row.map_or_else(|| work_center.to_string(), |row| row.work_center_name.clone())
}

fn code(kind: &BomFaultKind) -> &'static ErrorCode {
    match kind {
        BomFaultKind::Cycle { .. } => &codes::BOM_CYCLE,
        BomFaultKind::TooDeep => &codes::BOM_TOO_DEEP,
        BomFaultKind::UnitOfAnotherCategory { .. } => &codes::UNIT_CATEGORY_DIFFERS,
        BomFaultKind::TemplateUsed { .. } => &codes::TEMPLATE_PRODUCT,
        BomFaultKind::NoLines | BomFaultKind::NoRouting => &codes::VALUE_MISSING,
        BomFaultKind::UnknownProduct { .. }
        | BomFaultKind::UnknownUnit { .. }
        | BomFaultKind::UnknownRouting { .. }
        | BomFaultKind::UnknownOperation { .. } => &codes::REFERENCE_UNKNOWN,
        BomFaultKind::QuantityUnusable { .. } => &codes::QUANTITY_OUT_OF_RANGE,
        BomFaultKind::TooManyLines { .. }
        | BomFaultKind::LossOutOfRange { .. }
        | BomFaultKind::CostShareOutOfRange { .. }
        | BomFaultKind::CostSharesAboveWhole { .. }
        | BomFaultKind::ByProductRepeated { .. }
        | BomFaultKind::SubstituteRepeated { .. }
        | BomFaultKind::ValueNotOffered { .. }
        | BomFaultKind::VariantWithoutLines { .. }
        | BomFaultKind::InactiveComponent { .. }
        | BomFaultKind::InactiveRouting
        | BomFaultKind::InactiveWorkCenter { .. }
        | BomFaultKind::WorkCenterWithoutCost { .. }
        | BomFaultKind::ComponentWithoutCost { .. } => &codes::VALUE_INVALID,
    }
}

fn pointer(fault: &BomFault) -> String {
    let field = match &fault.kind {
        BomFaultKind::NoLines | BomFaultKind::TooManyLines { .. } | BomFaultKind::VariantWithoutLines { .. } => {
            return "/lines".to_owned();
        }
        BomFaultKind::NoRouting
        | BomFaultKind::UnknownRouting { .. }
        | BomFaultKind::InactiveRouting
        | BomFaultKind::InactiveWorkCenter { .. }
        | BomFaultKind::WorkCenterWithoutCost { .. } => {
            return "/routing_id".to_owned();
        }
        BomFaultKind::CostSharesAboveWhole { .. } => return "/by_products".to_owned(),
        BomFaultKind::CostShareOutOfRange { .. } => "cost_share_percent",
        BomFaultKind::ByProductRepeated { .. } => "product_id",
        BomFaultKind::SubstituteRepeated { .. } => "substitutes",
        BomFaultKind::ValueNotOffered { .. } => "applies_to",
        BomFaultKind::QuantityUnusable { .. } => "quantity",
        BomFaultKind::LossOutOfRange { .. } => "loss_percent",
        BomFaultKind::UnknownUnit { .. } | BomFaultKind::UnitOfAnotherCategory { .. } => "unit_id",
        BomFaultKind::UnknownOperation { .. } => "operation_sequence",
        BomFaultKind::UnknownProduct { .. }
        | BomFaultKind::InactiveComponent { .. }
        | BomFaultKind::TemplateUsed { .. }
        | BomFaultKind::Cycle { .. }
        | BomFaultKind::TooDeep
        | BomFaultKind::ComponentWithoutCost { .. } => "component_id",
    };
    match (fault.subject, field) {
        (BomFaultSubject::Line { line }, field) => format!("/lines/{line}/{field}"),
        (BomFaultSubject::Head, "quantity") => "/quantity_per_run".to_owned(),
        (BomFaultSubject::Head, "component_id") => "/product_id".to_owned(),
        (BomFaultSubject::ByProduct { by_product }, "component_id") => format!("/by_products/{by_product}/product_id"),
        (BomFaultSubject::ByProduct { by_product }, field) => format!("/by_products/{by_product}/{field}"),
        (BomFaultSubject::Head, field) => format!("/{field}"),
    }
}
