//! Counts: what the books expect in a warehouse, what people find, and the difference.

use mrp_domain::ids::{CountId, CountLineId, LotId, ManufacturingOrderId, ProductId, SalesOrderId, WarehouseId};
use mrp_domain::stock::CountState;
use mrp_domain::time::Instant;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::page::Page;

dto! {
    /// A count to begin: the list of what the books expect is frozen.
    pub struct CountDraftInput {
        /// Where.
        pub warehouse_id: WarehouseId,
        /// Only products of this category; empty: all.
        #[serde(default)]
        pub category: String,
        /// Why, for the ledger.
        #[serde(default)]
        pub reason: String,
    }

    /// What somebody found.
    pub struct CountEntry {
        /// The product.
        pub product_id: ProductId,
        /// The lot or serial number, of a tracked product.
        #[serde(default)]
        pub lot_number: Option<String>,
        /// All that is there, in the product's unit; absent: not counted after all.
        pub qty_counted: Option<Decimal>,
    }

    /// What people found.
    pub struct CountEntriesInput {
        /// Product by product, lot by lot; what was not expected is added.
        pub lines: Vec<CountEntry>,
    }

    /// The same as rows of a spreadsheet.
    pub struct CountPasteInput {
        /// A row each: product code, quantity; or product code, lot, quantity. Cells are apart by tabs or semicolons.
        pub text: String,
    }

    /// How to post.
    pub struct CountPostInput {
        /// Take from orders what they hold of goods that are not there.
        #[serde(default)]
        pub takes_from_orders: bool,
    }

    /// A count in a list.
    pub struct CountRow {
        /// Its id.
        pub id: CountId,
        /// Its number.
        pub number: String,
        /// How far it is.
        pub state: CountState,
        /// Where.
        pub warehouse_name: String,
        /// Only products of this category.
        pub category: String,
        /// When the list was frozen.
        pub frozen_at: Instant,
        /// When it was posted.
        pub posted_at: Option<Instant>,
        /// How many lines it has.
        pub line_count: i64,
        /// How many of them are counted.
        pub counted_count: i64,
        /// Who began it.
        pub by: String,
        /// For `If-Match`.
        pub version: i64,
    }

    /// An order that holds goods which are not there.
    pub struct CountLoser {
        /// The manufacturing order whose component loses them; absent: they lay for a customer.
        pub manufacturing_order_id: Option<ManufacturingOrderId>,
        /// The sales order for which they lay.
        pub sales_order_id: Option<SalesOrderId>,
        /// Its number.
        pub number: String,
        /// How much it loses.
        pub quantity: Decimal,
    }

    /// One line.
    pub struct CountLineView {
        /// Its id.
        pub id: CountLineId,
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// Its unit.
        pub unit_code: String,
        /// Its lot, when it is tracked.
        pub lot_id: Option<LotId>,
        /// That lot's number.
        pub lot_number: Option<String>,
        /// What the books expected when the list was frozen.
        pub qty_expected: Decimal,
        /// What was found; absent: not counted.
        pub qty_counted: Option<Decimal>,
        /// What was found less what was expected.
        pub qty_difference: Option<Decimal>,
        /// What the difference is worth; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub value: Option<Decimal>,
        /// Whether goods came or went since the list was frozen: those moves stay in force.
        pub has_moved: bool,
        /// The orders that hold more than will be left, and what they lose.
        pub losers: Vec<CountLoser>,
    }

    /// A count.
    pub struct CountView {
        /// Its id.
        pub id: CountId,
        /// Its number.
        pub number: String,
        /// How far it is.
        pub state: CountState,
        /// Where.
        pub warehouse_id: WarehouseId,
        /// That warehouse's name.
        pub warehouse_name: String,
        /// Only products of this category.
        pub category: String,
        /// Why.
        pub reason: String,
        /// When the list was frozen.
        pub frozen_at: Instant,
        /// When it was posted.
        pub posted_at: Option<Instant>,
        /// Who began it.
        pub by: String,
        /// Product by product, lot by lot.
        pub lines: Vec<CountLineView>,
        /// How many lines are counted.
        pub counted_count: u64,
        /// How many differ.
        pub different_count: u64,
        /// What all differences together are worth; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub value: Option<Decimal>,
        /// For `If-Match`.
        pub version: i64,
    }
}
list_query! {
    /// Counts.
    pub struct CountQuery {
        /// Only in this state.
        pub state: Option<CountState>,
        /// Only in this warehouse.
        pub warehouse_id: Option<WarehouseId>,
    }
}
wire!(versioned CountRow, CountView);
wire!(CountDraftInput, CountEntriesInput, CountPasteInput, CountPostInput);

const READ: Access = Access::Needs(Permission::StockRead);
const WRITE: Access = Access::Needs(Permission::StockWrite);

endpoints! {
    /// Lists counts, newest first.
    ListCounts: Get "/counts", READ, { query: CountQuery, reply: Page<CountRow> };
    /// Reads one count with its differences.
    GetCount: Get "/counts/{id}", READ, { path: IdPath<CountId>, reply: CountView };
    /// Begins a count: freezes what the books expect.
    CreateCount: Post "/counts", WRITE, { body: CountDraftInput, reply: CountView } creates;
    /// Notes what people found.
    EnterCount: Post "/counts/{id}/enter", WRITE, versioned,
        { path: IdPath<CountId>, body: CountEntriesInput, reply: CountView };
    /// Notes what people found, from rows of a spreadsheet.
    PasteCount: Post "/counts/{id}/paste", WRITE, versioned,
        { path: IdPath<CountId>, body: CountPasteInput, reply: CountView };
    /// Corrects stock by the differences of what is counted.
    PostCount: Post "/counts/{id}/post", WRITE, versioned,
        { path: IdPath<CountId>, body: CountPostInput, reply: CountView };
    /// Gives up a count that is not posted.
    DeleteCount: Delete "/counts/{id}", WRITE, versioned, { path: IdPath<CountId>, };
}
