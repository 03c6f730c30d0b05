//! Components of orders beyond the order's page: what each holds, who could give it more, and an order that makes it.

use mrp_domain::ids::{LotId, ManufacturingOrderId, MaterialLineId, ProductId};
use mrp_domain::manufacturing_order::{ManufacturingOrderState, MaterialAvailability, Priority};
use mrp_domain::time::Instant;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::access::{Access, Permission};
use crate::manufacturing_orders::{ComponentPath, ManufacturingOrderView};

dto! {
    /// A draft that makes a component.
    pub struct LineDraftView {
        /// The order.
        pub manufacturing_order_id: ManufacturingOrderId,
        /// Its number.
        pub number: String,
        /// How much it makes.
        pub quantity: Decimal,
    }

    /// A lot that is set aside for a component.
    pub struct LineLotView {
        /// The lot.
        pub lot_id: LotId,
        /// Its number.
        pub number: String,
        /// The last day on which it may be used.
        pub expires_on: Option<String>,
        /// How much of it.
        pub qty_reserved: Decimal,
    }

    /// A product that may take the place of a component that is short.
    pub struct LineSubstituteView {
        /// The product.
        pub product_id: ProductId,
        /// Its code.
        pub product_code: String,
        /// Its name.
        pub product_name: String,
        /// Its unit; both quantities are in it.
        pub unit_code: String,
        /// What the order would need of it in all.
        pub qty_needed: Decimal,
        /// What is free of it in the components warehouse.
        pub qty_free: Decimal,
    }

    /// How much of a component to make.
    pub struct MakeComponentInput {
        /// In the component's unit; absent: what is missing.
        #[serde(default)]
        pub quantity: Option<Decimal>,
    }

    /// An order before and after reserved goods go from one to another.
    pub struct ReassignedView {
        /// The component.
        pub line_id: MaterialLineId,
        /// Its order.
        pub manufacturing_order_id: ManufacturingOrderId,
        /// That order's number.
        pub number: String,
        /// What that order makes.
        pub product_name: String,
        /// Where its life stands.
        pub state: ManufacturingOrderState,
        /// Which order goes first.
        pub priority: Priority,
        /// When it has to be done.
        pub date_deadline: Option<Instant>,
        /// How much it gives, or gets.
        pub quantity: Decimal,
        /// What the component holds now.
        pub qty_reserved: Decimal,
        /// What it would hold.
        pub qty_reserved_after: Decimal,
        /// What it would lack that is neither free nor on its way.
        pub qty_missing_after: Decimal,
        /// When the last of what it would lack comes, if it is known of all of it.
        pub expected_on_after: Option<String>,
        /// The order's light now.
        pub availability: MaterialAvailability,
        /// The light that it would have.
        pub availability_after: MaterialAvailability,
        /// How many of its work orders can be worked on now.
        pub ready_count: u32,
        /// How many could be.
        pub ready_count_after: u32,
        /// Whether what it would lack may come too late for its deadline.
        pub is_deadline_at_risk: bool,
    }

    /// Who could give reserved goods to a component, and what would become of everybody.
    pub struct ReassignmentView {
        /// The component's product.
        pub product_name: String,
        /// Its unit; all quantities are in it.
        pub unit_code: String,
        /// What the component lacks, and so the most that it can get.
        pub qty_open: Decimal,
        /// The order that gets it.
        pub taker: ReassignedView,
        /// Those that hold reservations of the product, whoever suffers least in front.
        pub givers: Vec<ReassignedView>,
        /// What has been looked at; sent with the command, which is refused when it has changed.
        pub basis: String,
    }

    /// How much to take from whom.
    pub struct GiverInput {
        /// The component that gives.
        pub line_id: MaterialLineId,
        /// How much of what it holds; above 0.
        pub quantity: Decimal,
    }

    /// Reserved goods that go from other orders to this one.
    pub struct ReassignInput {
        /// From whom, each at most once.
        pub from: Vec<GiverInput>,
        /// The preview's `basis`.
        pub basis: String,
    }
}

/// Whom to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReassignmentQuery {
    /// From whom how much, as `line_id:quantity`, separated by commas; absent: as much as is lacking, from those who
    /// suffer least.
    pub from: Option<String>,
}
wire!(MakeComponentInput, ReassignmentView, ReassignInput, ReassignmentQuery);

const WRITE: Access = Access::Needs(Permission::OrderWrite);

endpoints! {
    /// Drafts an order that makes a component of this one.
    MakeOrderComponent: Post "/manufacturing-orders/{id}/components/{line_id}/make", WRITE, versioned,
        { path: ComponentPath, body: MakeComponentInput, reply: ManufacturingOrderView };
    /// Says what would become of whom if other orders gave a component what they hold; writes nothing.
    PreviewReassignment: Get "/manufacturing-orders/{id}/components/{line_id}/reassignment", WRITE,
        { path: ComponentPath, query: ReassignmentQuery, reply: ReassignmentView };
    /// Takes reserved goods from other orders for a component, as it was previewed.
    ReassignReservation: Post "/manufacturing-orders/{id}/components/{line_id}/reassignment", WRITE, versioned,
        { path: ComponentPath, body: ReassignInput, reply: ManufacturingOrderView };
}
