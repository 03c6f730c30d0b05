//! The only place with SQL.
//!
//! [`pool`] gives connections, [`tx`] is the only way to write, [`sql`] the only way to say something to Postgres,
//! [`list`] the one keyset list, [`table`] plain versioned rows. Every other module is a noun, or [`embedded`]: the
//! private Postgres that starts when no database is configured.

#[macro_use]
pub mod sql;
pub mod arrivals;
pub mod data_files;
pub mod embedded;
pub mod error;
pub mod list;
pub mod migrate;
pub mod pegging;
pub mod pool;
#[macro_use]
pub mod table;
pub mod tx;

pub mod access;
pub mod attachments;
pub mod attributes;
pub mod bom_by_products;
pub mod bom_catalog;
pub mod boms;
pub mod component_replacements;
pub mod cost_histories;
pub mod counts;
pub mod deliveries;
pub mod downtimes;
pub mod housekeeping;
pub mod learned_times;
pub mod loss_reasons;
pub mod lot_traces;
pub mod lots;
pub mod manufacturing_orders;
pub mod material_lines;
pub mod number_series;
pub mod oee;
pub mod order_by_products;
pub mod order_costs;
pub mod outbox;
pub mod product_costs;
pub mod product_demands;
pub mod products;
pub mod purchase_orders;
pub mod purchase_requests;
pub mod receipts;
pub mod requests_for_quotation;
pub mod routings;
pub mod sales_orders;
pub mod sales_reservations;
pub mod saved_views;
pub mod self_check;
pub mod settings;
pub mod shop_closures;
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
