//! What comes out of a run beside the product: rows, bodies and what is wrong with them.

use mrp_api::boms::{BomByProductInput, BomByProductView};
use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_domain::bom::{BOM_LINES_MAX, CostSharePercent};
use mrp_domain::ids::{ProductId, UnitId};
use mrp_domain::quantity::PositiveQuantity;
use mrp_store::bom_by_products::{BomByProductRow, BomByProductValues};

use super::Referred;
use crate::error::Faults;

/// A by-product as the wire shows it.
pub(crate) fn view(row: BomByProductRow) -> BomByProductView {
    BomByProductView {
        product_id: ProductId::from_uuid(row.product_id),
        product_code: row.product_code,
        product_name: row.product_name,
        quantity: row.quantity,
        unit_id: UnitId::from_uuid(row.unit_id),
        unit_code: row.unit_code,
        cost_share_percent: row.cost_share_percent,
    }
}

/// Its editable fields.
pub(crate) fn input(view: BomByProductView) -> BomByProductInput {
    BomByProductInput {
        product_id: view.product_id,
        quantity: view.quantity,
        unit_id: Some(view.unit_id),
        cost_share_percent: view.cost_share_percent,
    }
}

/// The rows of a body with all their faults told.
pub(super) fn values(
    inputs: &[BomByProductInput],
    referred: &Referred,
    faults: &mut Faults,
) -> Vec<BomByProductValues> {
    if inputs.len() > BOM_LINES_MAX {
        faults.add("/by_products", &codes::VALUE_INVALID, say::AT_MOST_LINES.with("most", BOM_LINES_MAX));
        return Vec::new();
    }
    let mut rows = Vec::with_capacity(inputs.len());
    for (place, input) in inputs.iter().enumerate() {
        let at = |field: &str| format!("/by_products/{place}/{field}");
        let quantity = faults.take(&at("quantity"), PositiveQuantity::new(input.quantity));
        let share = faults.take(&at("cost_share_percent"), CostSharePercent::try_from(input.cost_share_percent));
        let pointers = (&*at("product_id"), &*at("unit_id"));
        let unit_id = referred.choose(input.product_id, input.unit_id, pointers, faults);
        referred.require_no_template(input.product_id, &at("product_id"), faults);
        let (Some(quantity), Some(share), Some(unit_id)) = (quantity, share, unit_id) else { continue };
        rows.push(BomByProductValues {
            product_id: input.product_id.uuid(),
            quantity: quantity.get(),
            unit_id,
            cost_share_percent: share.percent(),
        });
    }
    rows
}
