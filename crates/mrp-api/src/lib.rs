//! The wire contract between the server, the office in the browser and other systems.
//!
//! [`endpoint`] says what an endpoint is and lists them [all](endpoint::ALL); [`access`] is the one table of roles and
//! permissions; [`error`] the one list of error codes, and
//! [`detail`] of the sentences that say more; every other module is a noun: its bodies and its endpoints.
//! Decimals travel as strings, instants as RFC 3339 in UTC, durations as whole seconds, ids as UUIDs.

#[macro_use]
pub mod endpoint;
pub mod access;
pub mod detail;
pub mod error;
#[macro_use]
pub mod page;
pub mod papers;
pub mod patch;

pub mod attachments;
pub mod attributes;
pub mod bom_comparisons;
pub mod bom_imports;
pub mod bom_pastes;
pub mod bom_updates;
pub mod boms;
pub mod component_replacements;
pub mod cost_histories;
pub mod cost_sheets;
pub mod counts;
pub mod data_files;
pub mod deliveries;
pub mod downtimes;
pub mod events;
pub mod labels;
pub mod loss_reasons;
pub mod lot_traces;
pub mod lots;
pub mod manufacturing_orders;
pub mod material_lines;
pub mod number_series;
pub mod oee;
pub mod order_costs;
pub mod pegging;
pub mod product_costs;
pub mod product_demands;
pub mod products;
pub mod purchase_orders;
pub mod purchase_requests;
pub mod requests_for_quotation;
pub mod routings;
pub mod sales_orders;
pub mod saved_views;
pub mod sessions;
pub mod settings;
pub mod shop_closures;
pub mod similar_products;
pub mod stock;
pub mod stock_corrections;
pub mod stock_value_differences;
pub mod stock_values;
pub mod supplier_prices;
pub mod suppliers;
pub mod transfers;
pub mod unit_categories;
pub mod unit_uses;
pub mod units;
pub mod users;
pub mod variants;
pub mod warehouses;
pub mod where_used;
pub mod work_centers;
pub mod work_orders;
pub mod work_schedules;
