//! Genealogy: what went into a lot, and where it went, over all levels.

use mrp_domain::ids::{LotId, ProductId};
use mrp_domain::lot::trace::TraceKind;
use mrp_domain::time::Instant;
use mrp_domain::vocabulary;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;

vocabulary! {
    /// Which way a lot is followed.
    pub enum TraceDirection {
        /// Back: what went into it, and what went into that.
        Sources = "sources",
        /// Forward: what was made of it, and where that went.
        Uses = "uses",
    }
}

dto! {
    /// Which way.
    pub struct LotTraceQuery {
        /// Back to its sources, or forward to its uses.
        pub direction: TraceDirection,
    }

    /// The tree below a lot.
    pub struct LotTraceView {
        /// The nodes, each behind the one that it hangs on, level by level.
        pub nodes: Vec<LotTraceNode>,
        /// The lots that may go on below the deepest level that is looked at (32).
        pub is_cut_in_depth: bool,
        /// Whether there are more nodes than are listed (20 000).
        pub is_cut_in_number: bool,
    }

    /// One node.
    pub struct LotTraceNode {
        /// The place in the list of the node that it hangs on; absent: it hangs on the lot itself.
        pub parent: Option<u32>,
        /// 1: it touches the lot itself.
        pub level: u32,
        /// What it is.
        pub kind: TraceKind,
        /// The order, receipt or delivery; absent for goods and corrections.
        pub document_id: Option<Uuid>,
        /// Its number.
        pub document: String,
        /// The lot, of goods that are tracked.
        pub lot_id: Option<LotId>,
        /// Its number.
        pub lot_number: String,
        /// The product: of a document what came or went of it, of goods the goods.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// How much.
        pub quantity: Decimal,
        /// Its unit.
        pub unit_code: String,
        /// When it first happened.
        pub at: Instant,
        /// Whether it hangs elsewhere in the tree as well, where it goes on.
        pub is_repeated: bool,
    }
}
wire!(LotTraceQuery, LotTraceView);

endpoints! {
    /// Follows a lot back to its sources, or forward to its uses, over all levels.
    GetLotTrace: Get "/lots/{id}/trace", Access::Needs(Permission::StockRead),
        { path: IdPath<LotId>, query: LotTraceQuery, reply: LotTraceView };
}
