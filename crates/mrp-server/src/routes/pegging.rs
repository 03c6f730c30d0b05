//! Pegging: asks the store level by level, lets the domain grow the tree, and hides what the caller may not read.

use mrp_api::access::Permission;
use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::pegging::{GetPegging, PeggingNode, PeggingOf, PeggingQuery, PeggingView};
use mrp_domain::ids::ProductId;
use mrp_domain::pegging::{PegDates, PegKey, PegKind, PegLink, PegNode, PegTree};
use mrp_domain::time::Instant;
use mrp_store::error::StoreError;
use mrp_store::pegging::{self as store, PegRow};
use rust_decimal::Decimal;

use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::mount::Mount;
use crate::routes::manufacturing_orders::view::instant;

/// `/pegging`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config.endpoint::<GetPegging, _, _>(|granted, _, query, _| read(granted, query));
}

async fn read(granted: Granted<GetPegging>, query: PeggingQuery) -> Result<Answered<GetPegging>, ApiError> {
    let kind = lines_of(query.of);
    let needed = permission(kind);
    if !granted.may(needed) {
        return Err(ApiError::new(&codes::PERMISSION_DENIED, say::for_callers(format!("reading it needs `{needed}`"))));
    }
    let mut connection = granted.connection().await?;
    let mut roots = store::roots(&mut connection, kind, query.id).await?;
    roots.retain(|row| query.line_id.is_none_or(|line| line == row.id));
    if roots.is_empty() {
        return Err(StoreError::NotFound.into());
    }
    let roots = roots.into_iter().map(|row| link(None, kind, row)).collect();
    let mut tree = PegTree::of(query.direction, roots);
    loop {
        let questions = tree.questions();
        if questions.is_empty() {
            break;
        }
        let mut links = Vec::new();
        for (above, below, ids) in questions {
            let rows = store::below(&mut connection, query.direction, (above, below), ids).await?;
            links.extend(rows.into_iter().map(|row| link(Some(above), below, row)));
        }
        tree.grow(links);
    }
    let is_cut = tree.is_cut();
    let nodes = tree.into_nodes().into_iter().map(|node| {
        let may_read = granted.may(permission(node.key.kind));
        view(node, may_read, granted.now)
    });
    granted.reply(PeggingView { nodes: nodes.collect(), is_cut })
}

/// What the lines of a document are.
const fn lines_of(of: PeggingOf) -> PegKind {
    match of {
        PeggingOf::SalesOrder => PegKind::SalesOrderLine,
        PeggingOf::ManufacturingOrder => PegKind::ManufacturingOrder,
        PeggingOf::PurchaseRequest => PegKind::PurchaseRequestLine,
        PeggingOf::PurchaseOrder => PegKind::PurchaseOrderLine,
    }
}

/// What one must be allowed to see.
const fn permission(kind: PegKind) -> Permission {
    match kind {
        PegKind::SalesOrderLine => Permission::SalesRead,
        PegKind::ManufacturingOrder | PegKind::Component => Permission::OrderRead,
        PegKind::PurchaseRequestLine | PegKind::QuotationLine | PegKind::PurchaseOrderLine => Permission::PurchaseRead,
        PegKind::Receipt | PegKind::Delivery => Permission::StockRead,
    }
}

fn link(above: Option<PegKind>, kind: PegKind, row: PegRow) -> PegLink<PegRow> {
    let parent = above.zip(row.parent_id).map(|(kind, id)| PegKey { kind, id });
    PegLink { parent, key: PegKey { kind, id: row.id }, told: row }
}

fn view(node: PegNode<PegRow>, may_read: bool, now: Instant) -> PeggingNode {
    let PegNode { parent, level, key, is_repeated, told: row } = node;
    let parent = parent.and_then(|parent| u32::try_from(parent).ok());
    if !may_read {
        return PeggingNode {
            parent,
            level,
            kind: key.kind,
            is_hidden: true,
            document_id: None,
            number: String::new(),
            state: String::new(),
            party: String::new(),
            product_id: None,
            product_code: String::new(),
            product_name: String::new(),
            quantity: Decimal::ZERO,
            quantity_done: Decimal::ZERO,
            unit_code: String::new(),
            arrives_at: None,
            needed_at: None,
            days_late: None,
            is_over: false,
            is_repeated,
        };
    }
    let (arrives_at, needed_at) = (instant(row.arrives_at), instant(row.needed_at));
    let dates = PegDates { arrives: arrives_at, needed: needed_at, is_over: row.is_over };
    PeggingNode {
        parent,
        level,
        kind: key.kind,
        is_hidden: false,
        document_id: Some(row.document_id),
        number: row.number,
        state: row.state,
        party: row.party,
        product_id: Some(ProductId::from_uuid(row.product_id)),
        product_code: row.product_code,
        product_name: row.product_name,
        quantity: row.quantity,
        quantity_done: row.quantity_done,
        unit_code: row.unit_code,
        arrives_at,
        needed_at,
        days_late: dates.days_late(now),
        is_over: row.is_over,
        is_repeated,
    }
}
