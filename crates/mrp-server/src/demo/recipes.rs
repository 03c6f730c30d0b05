//! How the example factory makes things: its routings and its bills of materials, validated.

use mrp_api::boms::{BomInput, BomLineInput};
use mrp_api::routings::{OperationInput, RoutingInput};
use mrp_domain::bom::ConsumptionMode;
use mrp_domain::example::{BOMS, ExampleBom, ExampleRouting, ROUTINGS};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;

use crate::error::ApiError;
use crate::routes::boms::commands::validate_revision;
use crate::routes::{boms, routings};

/// Writes them the way a request would; work centers and products must be there.
///
/// # Errors
/// What a request would be told.
pub(super) async fn load(tx: &mut Tx) -> Result<(), ApiError> {
    for routing in ROUTINGS {
        routings::save(tx, routing.id.uuid(), None, routing_input(routing)).await?;
    }
    for bom in BOMS {
        let id = bom.id.uuid();
        let version = boms::save(tx, id, None, bom_input(bom)).await?;
        validate_revision(tx, id, version, "").await?;
    }
    Ok(())
}

fn routing_input(routing: &ExampleRouting) -> RoutingInput {
    let seconds = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    let operations = routing.operations.iter().map(|operation| OperationInput {
        id: None,
        time_mode: mrp_domain::work_order_duration::TimeMode::Manual,
        learn_from: mrp_domain::work_order_duration::LEARN_FROM_DEFAULT,
        sequence: operation.sequence,
        name: operation.name.to_owned(),
        work_center_id: operation.work_center,
        setup_seconds: seconds(operation.setup_seconds),
        cycle_seconds: seconds(operation.cycle_seconds),
        quantity_per_cycle: Decimal::ONE,
        cleanup_seconds: seconds(operation.cleanup_seconds),
        staff_needed: operation.staff_needed,
        predecessors: None,
        overlap_quantity: None,
        instructions: String::new(),
    });
    RoutingInput {
        code: Some(routing.code.to_owned()),
        name: routing.name.to_owned(),
        operations: operations.collect(),
        active: true,
    }
}

fn bom_input(bom: &ExampleBom) -> BomInput {
    let lines = bom.lines.iter().map(|line| BomLineInput {
        unit_id: Some(line.unit),
        operation_sequence: line.operation_sequence,
        loss_percent: line.loss_percent,
        ..BomLineInput::of(line.component, line.quantity)
    });
    BomInput {
        code: Some(bom.code.to_owned()),
        product_id: bom.product,
        quantity_per_run: bom.quantity,
        unit_id: None,
        routing_id: bom.routing,
        bom_type: bom.bom_type,
        consumption_mode: ConsumptionMode::Automatic,
        effective_from: None,
        effective_until: None,
        by_products: Vec::new(),
        lines: lines.collect(),
    }
}
