//! Genealogy of lots: asks the store level by level and lets the domain grow the tree.

use mrp_api::lot_traces::{GetLotTrace, LotTraceNode, LotTraceView, TraceDirection};
use mrp_domain::ids::{LotId, ManufacturingOrderId, ProductId};
use mrp_domain::lot::trace::{Other, Touch, Trace, TraceKind};
use mrp_domain::time::Instant;
use mrp_store::lot_traces::{self as store, End, TraceRow};
use mrp_store::lots::{self, LotRow};
use mrp_store::sql::PgConnection;
use mrp_store::stock::{CUSTOMER, NO_LOT, PRODUCTION, SCRAP, SUPPLIER};
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::mount::Mount;

/// `/lots/{id}/trace`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config.endpoint::<GetLotTrace, _, _>(|granted, path, query, _| read(granted, path.id, query.direction));
}

async fn read(
    granted: Granted<GetLotTrace>,
    id: LotId,
    direction: TraceDirection,
) -> Result<Answered<GetLotTrace>, ApiError> {
    let mut connection = granted.connection().await?;
    mrp_store::table::find::<LotRow>(&mut connection, &lots::LIST, LotRow::COLUMNS, id.uuid()).await?;
    let tree = trace(&mut connection, id, direction).await?;
    let (is_cut_in_depth, is_cut_in_number) = (tree.is_cut_in_depth(), tree.is_cut_in_number());
    let nodes = tree.into_nodes().into_iter().map(|node| LotTraceNode {
        parent: node.parent.and_then(|parent| u32::try_from(parent).ok()),
        level: node.level,
        is_repeated: node.is_repeated,
        ..node.told
    });
    granted.reply(LotTraceView { nodes: nodes.collect(), is_cut_in_depth, is_cut_in_number })
}

/// Back, a lot was touched by what brought it in, and an order's other side is what it consumed; forward the reverse.
async fn trace(
    connection: &mut PgConnection,
    id: LotId,
    direction: TraceDirection,
) -> Result<Trace<LotTraceNode>, ApiError> {
    let (touching, other) = match direction {
        TraceDirection::Sources => (End::From, End::To),
        TraceDirection::Uses => (End::To, End::From),
    };
    let mut tree = Trace::of(id);
    loop {
        let tips = tree.tips();
        if tips.is_empty() {
            return Ok(tree);
        }
        let rows = store::touches(connection, tips.into_iter().map(LotId::uuid).collect(), touching).await?;
        let touches = rows.into_iter().map(|row| Touch {
            lot: LotId::from_uuid(row.lot_id),
            order: row.order_id.map(ManufacturingOrderId::from_uuid),
            told: touched(row),
        });
        let touches = touches.collect::<Vec<_>>();
        let orders = tree.unknown(&touches).into_iter().map(ManufacturingOrderId::uuid).collect::<Vec<_>>();
        let rows = if orders.is_empty() { Vec::new() } else { store::others(connection, orders, other).await? };
        let others = rows.into_iter().filter_map(|row| {
            let order = row.order_id.map(ManufacturingOrderId::from_uuid)?;
            let lot = (row.lot_id != NO_LOT).then(|| LotId::from_uuid(row.lot_id));
            Some(Other { order, lot, told: goods(row) })
        });
        tree.grow(touches, others.collect());
    }
}

fn touched(row: TraceRow) -> LotTraceNode {
    let kind = match row.outside {
        PRODUCTION => TraceKind::Order,
        SUPPLIER => TraceKind::Receipt,
        CUSTOMER => TraceKind::Delivery,
        SCRAP => TraceKind::Scrap,
        _ => TraceKind::Correction,
    };
    let document = match kind {
        TraceKind::Order => (row.order_id, row.order_number.clone()),
        TraceKind::Delivery => (row.delivery_id, row.delivery_number.clone()),
        TraceKind::Receipt => (row.receipt_id, row.receipt_number.clone()),
        TraceKind::Scrap | TraceKind::Correction | TraceKind::Lot | TraceKind::Goods => (None, None),
    };
    node(row, kind, document)
}

fn goods(row: TraceRow) -> LotTraceNode {
    let kind = if row.lot_id == NO_LOT { TraceKind::Goods } else { TraceKind::Lot };
    node(row, kind, (None, None))
}

fn node(row: TraceRow, kind: TraceKind, (document_id, document): (Option<Uuid>, Option<String>)) -> LotTraceNode {
    LotTraceNode {
        parent: None,
        level: 0,
        kind,
        document_id,
        document: document.unwrap_or_default(),
        lot_id: (row.lot_id != NO_LOT).then(|| LotId::from_uuid(row.lot_id)),
        lot_number: row.lot_number.unwrap_or_default(),
        product_id: ProductId::from_uuid(row.product_id),
        product_code: row.product_code,
        product_name: row.product_name,
        quantity: row.quantity,
        unit_code: row.unit_code,
        at: Instant::from_datetime(row.at),
        is_repeated: false,
    }
}
