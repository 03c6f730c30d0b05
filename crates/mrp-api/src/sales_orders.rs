//! Sales orders: what customers were promised. Typed in, or pushed by another system with the name that it has there.

use mrp_domain::ids::{
    DeliveryId, ManufacturingOrderId, ProductId, SalesOrderId, SalesOrderLineId, UserId, WarehouseId,
};
use mrp_domain::manufacturing_order::ManufacturingOrderState;
use mrp_domain::sales_order::{CancelEffect, CostBasis, SalesOrderState};
use mrp_domain::time::{Due, Instant};
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::manufacturing_orders::ActionView;

list_query! {
    /// Sales orders.
    pub struct SalesOrderQuery {
        /// Only those in this state.
        pub state: Option<SalesOrderState>,
        /// Only drafts and confirmed ones (`true`), or only those that are over (`false`).
        pub open: Option<bool>,
        /// Only those that came this way.
        pub channel: Option<String>,
        /// Only those that sell this product.
        pub product_id: Option<ProductId>,
        /// Only confirmed ones that are due then.
        pub due: Option<Due>,
        /// Only confirmed ones of which something open can be delivered from stock now (`true`).
        pub deliverable: Option<bool>,
        /// Only confirmed ones with a line that stock does not cover and no manufacturing order makes (`true`).
        pub unmade: Option<bool>,
    }
}

dto! {
    /// A sales order in a list.
    pub struct SalesOrderRow {
        /// Its id.
        pub id: SalesOrderId,
        /// Its number.
        pub number: String,
        /// Where it is in its life.
        pub state: SalesOrderState,
        /// Who buys.
        pub customer: String,
        /// What the customer calls it.
        pub reference: String,
        /// Where it came from; empty: typed in.
        pub channel: String,
        /// When it is to be delivered.
        pub deliver_by: Option<Instant>,
        /// How many lines it has.
        pub line_count: i64,
        /// What all lines cost the customer, in the company's currency.
        pub total: Decimal,
        /// When it was written.
        pub created_at: Instant,
        /// For `If-Match`.
        pub version: i64,
    }

    /// A manufacturing order that makes goods of a line.
    pub struct MakingOrderView {
        /// Its id.
        pub id: ManufacturingOrderId,
        /// Its number.
        pub number: String,
        /// Where it is in its life.
        pub state: ManufacturingOrderState,
        /// What it shall make.
        pub quantity: Decimal,
        /// What it has made.
        pub qty_done: Decimal,
        /// When it must be finished.
        pub date_deadline: Option<Instant>,
        /// When it will be finished as planned.
        pub scheduled_finish: Option<Instant>,
        /// Whether somebody still wants what it makes: its sales order is not cancelled.
        pub is_demanded: bool,
        /// What becomes of it when the sales order is cancelled.
        pub when_cancelled: CancelEffect,
    }

    /// A part of a line that went to the customer.
    pub struct LineDeliveryView {
        /// The delivery.
        pub id: DeliveryId,
        /// Its number.
        pub number: String,
        /// When it was posted.
        pub delivered_at: Instant,
        /// How much of the line it brought.
        pub quantity: Decimal,
    }

    /// What a part of a line costs.
    pub struct SalesCostPartView {
        /// Where that is known from.
        pub basis: CostBasis,
        /// How much of the line it is.
        pub quantity: Decimal,
        /// What one costs; absent when nobody knows.
        pub unit_cost: Option<Decimal>,
    }

    /// What a line earns; only with `cost.read`.
    pub struct SalesMarginView {
        /// What the line costs.
        pub cost: Decimal,
        /// Where that is known from, part by part.
        pub parts: Vec<SalesCostPartView>,
        /// Price less cost, of the whole line.
        pub margin: Decimal,
        /// The margin in percent of the price; absent for a price of 0.
        pub margin_percent: Option<Decimal>,
        /// What has no cost and counts as 0, so that the margin is too high.
        pub missing: Vec<String>,
    }

    /// One product of a sales order; quantities in the product's unit.
    pub struct SalesOrderLineView {
        /// Its id.
        pub id: SalesOrderLineId,
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// Its unit.
        pub unit_code: String,
        /// How much was sold.
        pub quantity: Decimal,
        /// The price of one, in the company's currency.
        pub unit_price: Decimal,
        /// The price of the line.
        pub amount: Decimal,
        /// What was delivered.
        pub qty_delivered: Decimal,
        /// What is still to be delivered.
        pub qty_open: Decimal,
        /// What may go out of the order's warehouse for this line: on hand, not reserved for others, not past its last day.
        pub qty_free: Decimal,
        /// What lies in stock for this line and for nobody else, because it was made for it.
        pub qty_set_aside: Decimal,
        /// What of that cannot go out: it is past its last day, or lies in another warehouse.
        pub qty_set_aside_unusable: Decimal,
        /// What its orders make or have made.
        pub qty_made: Decimal,
        /// What neither they nor a delivery covers.
        pub qty_to_make: Decimal,
        /// What its orders make beyond what was sold.
        pub qty_surplus: Decimal,
        /// The orders that make it.
        pub orders: Vec<MakingOrderView>,
        /// What was delivered of it, the oldest first.
        pub deliveries: Vec<LineDeliveryView>,
        /// What it earns; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub margin: Option<SalesMarginView>,
    }

    /// A sales order.
    pub struct SalesOrderView {
        /// Its id.
        pub id: SalesOrderId,
        /// Its number.
        pub number: String,
        /// Where it is in its life.
        pub state: SalesOrderState,
        /// Who buys.
        pub customer: String,
        /// What the customer calls it.
        pub reference: String,
        /// Where it came from; empty: typed in.
        pub channel: String,
        /// What it is called there.
        pub external_id: Option<String>,
        /// The warehouse that delivers.
        pub warehouse_id: WarehouseId,
        /// Its name.
        pub warehouse_name: String,
        /// When it is to be delivered.
        pub deliver_by: Option<Instant>,
        /// What people should know.
        pub note: String,
        /// What is sold.
        pub lines: Vec<SalesOrderLineView>,
        /// What all lines cost the customer.
        pub total: Decimal,
        /// What all lines earn; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub margin: Option<Decimal>,
        /// Which commands are possible now, and why others are not.
        pub actions: Vec<ActionView>,
        /// Who wrote it.
        pub created_by: UserId,
        /// That person's name.
        pub created_by_name: String,
        /// When.
        pub created_at: Instant,
        /// For `If-Match`.
        pub version: i64,
    }

    /// The editable fields of a line.
    pub struct SalesOrderLineInput {
        /// Which line it is; absent: a new one.
        #[serde(default)]
        pub id: Option<SalesOrderLineId>,
        /// The product.
        #[serde(default)]
        pub product_id: Option<ProductId>,
        /// The product by its code, for systems that know no ids of ours.
        #[serde(default)]
        pub product_code: Option<String>,
        /// How much, in the product's unit; above 0.
        pub quantity: Decimal,
        /// The price of one; absent: the product's selling price.
        #[serde(default)]
        pub unit_price: Option<Decimal>,
    }

    /// The editable fields of a sales order.
    pub struct SalesOrderInput {
        /// Who buys.
        pub customer: String,
        /// What the customer calls it.
        #[serde(default)]
        pub reference: String,
        /// Where it came from, e.g. the name of a shop or marketplace; set once.
        #[serde(default)]
        pub channel: String,
        /// What it is called there; set once. The same one again answers with the order that is there.
        #[serde(default)]
        pub external_id: Option<String>,
        /// The warehouse that delivers; absent: where finished products go by the settings.
        #[serde(default)]
        pub warehouse_id: Option<WarehouseId>,
        /// When it is to be delivered.
        #[serde(default)]
        pub deliver_by: Option<Instant>,
        /// What people should know.
        #[serde(default)]
        pub note: String,
        /// What is sold.
        pub lines: Vec<SalesOrderLineInput>,
    }

    /// How to give a sales order up.
    pub struct CancelSalesOrderInput {
        /// Why, in the person's own words; needed when manufacturing orders are cancelled along.
        #[serde(default)]
        pub reason: String,
        /// The manufacturing orders that nobody has started stay; nobody wants what they make any more.
        #[serde(default)]
        pub leave_orders: bool,
    }

    /// What to make for a line.
    #[derive(Default)]
    pub struct MakeSalesOrderLineInput {
        /// How much; absent: what nothing covers yet.
        #[serde(default)]
        pub quantity: Option<Decimal>,
        /// When it must be finished; absent: when the sales order is to be delivered.
        #[serde(default)]
        pub date_deadline: Option<Instant>,
    }

    /// Which line of which sales order.
    pub struct SalesOrderLinePath {
        /// The sales order.
        pub id: SalesOrderId,
        /// Its line.
        pub line_id: SalesOrderLineId,
    }
}
wire!(versioned SalesOrderView);
wire!(SalesOrderRow, SalesOrderInput, SalesOrderLinePath, CancelSalesOrderInput, MakeSalesOrderLineInput);

noun_endpoints! {
    "sales order" at "/sales-orders", id: SalesOrderId,
    read: Permission::SalesRead, write: Permission::SalesWrite,
    query: SalesOrderQuery, row: SalesOrderRow, view: SalesOrderView, input: SalesOrderInput,
    names: ListSalesOrders GetSalesOrder CreateSalesOrder UpdateSalesOrder DeleteSalesOrder;
    /// Promises a sales order to its customer.
    ConfirmSalesOrder: Post "/sales-orders/{id}/confirm", Access::Needs(Permission::SalesWrite), versioned,
        { path: IdPath<SalesOrderId>, reply: SalesOrderView };
    /// Gives a sales order up, and with it the orders for it that nobody has started, unless they are left.
    CancelSalesOrder: Post "/sales-orders/{id}/cancel", Access::Needs(Permission::SalesWrite), versioned,
        { path: IdPath<SalesOrderId>, body: CancelSalesOrderInput, reply: SalesOrderView };
    /// Drafts a manufacturing order over what is still to be made of a line.
    MakeSalesOrderLine: Post "/sales-orders/{id}/lines/{line_id}/manufacturing-order",
        Access::Needs(Permission::OrderWrite), versioned,
        { path: SalesOrderLinePath, body: MakeSalesOrderLineInput, reply: SalesOrderView };
    /// Gives back what lies in stock for a line, so that others can have it.
    ReleaseSalesOrderLine: Post "/sales-orders/{id}/lines/{line_id}/release", Access::Needs(Permission::SalesWrite),
        versioned, { path: SalesOrderLinePath, reply: SalesOrderView };
}
