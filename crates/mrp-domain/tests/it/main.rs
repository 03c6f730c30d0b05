//! Tests of the domain: sentences about the business, laws as properties.

mod bom;
mod calendar;
mod manufacturing_order_material;
mod manufacturing_order_transitions;
mod money;
mod quantity;
mod reservation;
mod routing;
mod stock;
mod text;
mod time;
mod work_center;
mod work_order_duration;
mod work_order_progress;
mod work_order_transitions;
