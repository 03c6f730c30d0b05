//! Pegging: what a document serves, up to the customer, and what it waits for, down to purchases.

use mrp_domain::ids::ProductId;
use mrp_domain::pegging::{PegDirection, PegKind};
use mrp_domain::time::Instant;
use mrp_domain::vocabulary;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::access::{Access, Permission};

vocabulary! {
    /// The document whose lines are followed.
    pub enum PeggingOf {
        /// A sales order.
        SalesOrder = "sales_order",
        /// A manufacturing order.
        ManufacturingOrder = "manufacturing_order",
        /// A purchase request.
        PurchaseRequest = "purchase_request",
        /// A purchase order.
        PurchaseOrder = "purchase_order",
    }
}

dto! {
    /// Which document, or which of its lines, and which way.
    pub struct PeggingQuery {
        /// What it is.
        pub of: PeggingOf,
        /// Its id.
        pub id: Uuid,
        /// Only this line of it.
        #[serde(default)]
        pub line_id: Option<Uuid>,
        /// What it serves, or what it waits for.
        pub direction: PegDirection,
    }

    /// The tree of a document.
    pub struct PeggingView {
        /// The nodes in reading order: each behind the one that it hangs on.
        pub nodes: Vec<PeggingNode>,
        /// Whether there is more than is shown (16 levels, 2 000 nodes).
        pub is_cut: bool,
    }

    /// One node. Of what the caller may not read only the kind is told.
    pub struct PeggingNode {
        /// The place in the list of the node that it hangs on; absent: a line of the document itself.
        pub parent: Option<u32>,
        /// 0: a line of the document itself.
        pub level: u32,
        /// What it is.
        pub kind: PegKind,
        /// Whether the caller may not read it.
        pub is_hidden: bool,
        /// The document.
        pub document_id: Option<Uuid>,
        /// Its number.
        pub number: String,
        /// Its state; of a component `missing`, `reserved` or `consumed`.
        pub state: String,
        /// The customer or the supplier.
        pub party: String,
        /// The product.
        pub product_id: Option<ProductId>,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// How much.
        pub quantity: Decimal,
        /// How much of it is made, there, received or delivered.
        pub quantity_done: Decimal,
        /// Its unit.
        pub unit_code: String,
        /// When it comes, as far as anybody knows; of what is over when it came.
        pub arrives_at: Option<Instant>,
        /// By when it is needed.
        pub needed_at: Option<Instant>,
        /// By how many days it comes after it is needed.
        pub days_late: Option<u64>,
        /// Whether nothing of it is waited for any more.
        pub is_over: bool,
        /// Whether it hangs elsewhere in the tree as well, where it goes on.
        pub is_repeated: bool,
    }
}
wire!(PeggingQuery, PeggingView);

endpoints! {
    /// Follows the lines of a document to what they serve or to what they wait for; needs to read the document, too.
    GetPegging: Get "/pegging", Access::Needs(Permission::OrderRead), { query: PeggingQuery, reply: PeggingView };
}
