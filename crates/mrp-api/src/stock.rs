//! Stock: what is there, what came in, and every move.

use mrp_domain::ids::{LocationId, LotId, ProductId, PurchaseOrderLineId, ReceiptId, StockMoveId, UnitId, WarehouseId};
use mrp_domain::lot::Expiry;
use mrp_domain::stock::MoveKind;
use mrp_domain::time::Instant;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::page::Page;

dto! {
    /// Stock of one product, or of one of its lots, in one warehouse.
    pub struct StockBalanceRow {
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
        /// How that lot stands to its last day.
        pub expiry: Expiry,
        /// The warehouse.
        pub warehouse_id: WarehouseId,
        /// Its name.
        pub warehouse_name: String,
        /// What is there.
        pub qty_on_hand: Decimal,
        /// What is promised to orders.
        pub qty_reserved: Decimal,
        /// What is left.
        pub qty_free: Decimal,
        /// Cost of one unit; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub unit_cost: Option<Decimal>,
    }

    /// One line of the ledger.
    pub struct StockMoveRow {
        /// Its id.
        pub id: StockMoveId,
        /// When it happened.
        pub moved_at: Instant,
        /// What it was.
        pub kind: MoveKind,
        /// The product.
        pub product_id: ProductId,
        /// The product's code.
        pub product_code: String,
        /// The product's name.
        pub product_name: String,
        /// Positive.
        pub quantity: Decimal,
        /// The product's unit.
        pub unit_code: String,
        /// Its lot, when it is tracked.
        pub lot_id: Option<LotId>,
        /// That lot's number.
        pub lot_number: Option<String>,
        /// Where it came from.
        pub from_location: String,
        /// Where it went.
        pub to_location: String,
        /// The number of the order, receipt, transfer or delivery that moved it.
        pub document: String,
        /// Its id.
        pub document_id: Option<Uuid>,
        /// Why, when somebody scrapped or counted it.
        pub reason: String,
        /// What was moved is worth this; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub value: Option<Decimal>,
        /// Who.
        pub by: String,
    }

    /// Goods that leave a warehouse.
    pub struct GoodsLineInput {
        /// The product.
        pub product_id: ProductId,
        /// How much; above 0.
        pub quantity: Decimal,
        /// The unit of that quantity; absent: the product's own.
        #[serde(default)]
        pub unit_id: Option<UnitId>,
        /// The lot, or a serial number for each piece, of a tracked product; absent: what expires first, then what came
        /// first.
        #[serde(default)]
        pub lot_numbers: Option<String>,
    }

    /// Goods that have left a warehouse.
    pub struct GoodsLineView {
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// Its lot, when it is tracked.
        pub lot_id: Option<LotId>,
        /// That lot's number.
        pub lot_number: Option<String>,
        /// In the product's unit.
        pub quantity: Decimal,
        /// The product's unit.
        pub unit_code: String,
        /// Its value; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub value: Option<Decimal>,
    }

    /// One received product.
    pub struct ReceiptLineInput {
        /// The product.
        pub product_id: ProductId,
        /// How much; above 0.
        pub quantity: Decimal,
        /// The unit of that quantity; absent: the product's own.
        #[serde(default)]
        pub unit_id: Option<UnitId>,
        /// Cost of one of that unit; absent: the product's cost today.
        #[serde(default)]
        pub unit_cost: Option<Decimal>,
        /// The line of a purchase order that it is for; unit and cost are said there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub purchase_order_line_id: Option<PurchaseOrderLineId>,
        /// The lot, made when it is new; of a product with serial numbers one for each piece, apart by commas or as a row
        /// like `SN-001..SN-020`.
        #[serde(default)]
        pub lot_numbers: Option<String>,
        /// The last day on which a new lot may be used, `2026-12-31`.
        #[serde(default)]
        pub expires_on: Option<String>,
        /// What the supplier calls a new lot.
        #[serde(default)]
        pub supplier_lot: Option<String>,
    }

    /// Goods received from outside.
    pub struct ReceiptInput {
        /// Where they go.
        pub warehouse_id: WarehouseId,
        /// The supplier's document.
        #[serde(default)]
        pub reference: String,
        /// What came.
        pub lines: Vec<ReceiptLineInput>,
    }

    /// One received product.
    pub struct ReceiptLineView {
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// In the product's unit.
        pub quantity: Decimal,
        /// The product's unit.
        pub unit_code: String,
        /// Its lot, when it is tracked.
        pub lot_id: Option<LotId>,
        /// That lot's number.
        pub lot_number: Option<String>,
        /// Its value; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub value: Option<Decimal>,
    }

    /// A receipt in a list.
    pub struct ReceiptRow {
        /// Its id.
        pub id: ReceiptId,
        /// Its number.
        pub number: String,
        /// When it was posted.
        pub received_at: Instant,
        /// The warehouse's name.
        pub warehouse_name: String,
        /// The supplier's document.
        pub reference: String,
        /// How many lines it has.
        pub line_count: i64,
        /// Who posted it.
        pub by: String,
    }

    /// A posted receipt.
    pub struct ReceiptView {
        /// Its id.
        pub id: ReceiptId,
        /// Its number.
        pub number: String,
        /// When it was posted.
        pub received_at: Instant,
        /// Where the goods went.
        pub warehouse_id: WarehouseId,
        /// That warehouse's name.
        pub warehouse_name: String,
        /// The stock location.
        pub location_id: LocationId,
        /// The supplier's document.
        pub reference: String,
        /// Who posted it.
        pub by: String,
        /// What came.
        pub lines: Vec<ReceiptLineView>,
    }
}
list_query! {
    /// Stock by product and warehouse.
    pub struct StockQuery {
        /// Only this product.
        pub product_id: Option<ProductId>,
        /// Only this warehouse.
        pub warehouse_id: Option<WarehouseId>,
        /// Only this lot.
        pub lot_id: Option<LotId>,
    }
}
list_query! {
    /// The ledger.
    pub struct StockMoveQuery {
        /// Only this product.
        pub product_id: Option<ProductId>,
        /// Only this lot.
        pub lot_id: Option<LotId>,
        /// Only into or out of this warehouse.
        pub warehouse_id: Option<WarehouseId>,
        /// Only of this kind.
        pub kind: Option<MoveKind>,
        /// Only of documents whose number contains this.
        pub document: Option<String>,
        /// From this day on, `2026-11-28`, on the company's clock.
        pub moved_from: Option<String>,
        /// Until the end of this day.
        pub moved_until: Option<String>,
    }
}
list_query! {
    /// Receipts.
    pub struct ReceiptQuery {
        /// Only into this warehouse.
        pub warehouse_id: Option<WarehouseId>,
    }
}
wire!(GoodsLineInput, GoodsLineView, StockBalanceRow, StockMoveRow, ReceiptInput, ReceiptRow, ReceiptView);

endpoints! {
    /// Lists stock by product and warehouse.
    ListStock: Get "/stock", Access::Needs(Permission::StockRead), { query: StockQuery, reply: Page<StockBalanceRow> };
    /// Lists the stock ledger, newest first.
    ListStockMoves: Get "/stock-moves", Access::Needs(Permission::StockRead),
        { query: StockMoveQuery, reply: Page<StockMoveRow> };
    /// Lists receipts, newest first.
    ListReceipts: Get "/receipts", Access::Needs(Permission::StockRead),
        { query: ReceiptQuery, reply: Page<ReceiptRow> };
    /// Reads one receipt.
    GetReceipt: Get "/receipts/{id}", Access::Needs(Permission::StockRead),
        { path: IdPath<ReceiptId>, reply: ReceiptView };
    /// Receives goods into stock.
    CreateReceipt: Post "/receipts", Access::Needs(Permission::StockWrite),
        { body: ReceiptInput, reply: ReceiptView } creates;
}
