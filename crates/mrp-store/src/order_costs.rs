//! What orders that are done cost: their frozen cost sheets, one row each.

use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::list::{ListSpec, Sort};

macro_rules! spent_beyond {
    () => {
        "((o.cost_sheet->>'actual_total')::numeric - (o.cost_sheet->>'planned_total')::numeric)"
    };
}

macro_rules! is_incomplete {
    () => {
        "(jsonb_array_length(o.cost_sheet->'incomplete') > 0)"
    };
}

/// An order in whose sheet something has no cost.
pub const IS_INCOMPLETE: &str = is_incomplete!();

/// Orders that have a frozen sheet.
pub const IS_DONE: &str = "o.finished_at IS NOT NULL AND o.cost_sheet IS NOT NULL";

row! {
    /// An order with what it cost.
    pub struct OrderCostRow {
        pub id: Uuid = "o.id",
        pub number: String = "o.number",
        pub product_code: String = "p.code",
        pub product_name: String = "p.name",
        pub quantity: Decimal = "o.quantity",
        pub qty_done: Decimal = "o.qty_done",
        pub unit_code: String = "u.code",
        pub finished_at: OffsetDateTime = "o.finished_at",
        pub planned: Decimal = "(o.cost_sheet->>'planned_total')::numeric",
        pub actual: Decimal = "(o.cost_sheet->>'actual_total')::numeric",
        pub is_incomplete: bool = is_incomplete!(),
    }
}

/// The list; only with the condition [`IS_DONE`].
pub const LIST: ListSpec = ListSpec {
    from: "manufacturing_order o JOIN product p ON p.id = o.product_id JOIN unit u ON u.id = p.unit_id",
    count_from: "manufacturing_order o JOIN product p ON p.id = o.product_id",
    id: "o.id",
    search: &["o.number", "p.name", "p.code"],
    sorts: &[
        Sort { name: "finished_at", sql: "o.finished_at", cast: "timestamptz" },
        Sort { name: "number", sql: "o.number", cast: "text" },
        Sort { name: "product", sql: "p.name", cast: "text" },
        Sort { name: "cost_variance", sql: spent_beyond!(), cast: "numeric" },
    ],
};
