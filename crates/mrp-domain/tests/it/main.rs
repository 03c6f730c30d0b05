//! Tests of the domain: sentences about the business, laws as properties.

mod manufacturing_order_transitions;
mod money;
mod quantity;
mod text;
mod time;
mod work_order_transitions;
