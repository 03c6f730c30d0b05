//! Integration tests of the server over real HTTP on a real Postgres, in one binary to link once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a test that cannot go on fails where it stands"
)]

mod access;
mod arrivals;
mod attachments;
mod audit;
mod bodies;
mod bom_comparisons;
mod bom_days;
mod bom_imports;
mod bom_merges;
mod bom_pastes;
mod bom_updates;
mod boms;
mod by_products;
mod component_replacements;
mod cost_histories;
mod cost_sheets;
mod costs;
mod counts;
mod data_files;
mod documents;
mod downtimes;
mod due_reservations;
mod events;
mod hidden_amounts;
mod idempotency;
mod labels;
mod learned_times;
mod lists;
mod loss_reasons;
mod lot_story;
mod lot_traces;
mod lots;
mod noise;
mod number_series;
mod oee;
mod order_costs;
mod orders;
mod pegging;
mod product_costs;
mod product_demands;
mod purchasing;
mod queries;
mod reassignments;
mod receipts;
mod reservation_race;
mod sales_deliveries;
mod sales_orders;
mod sales_reservations;
mod saved_views;
mod security;
mod shop;
mod startup;
mod stock;
mod stock_corrections;
mod stock_moves;
mod stock_value_differences;
mod stock_values;
mod substitutes;
mod transfers;
mod units;
mod users;
mod variant_recipes;
mod variants;
mod versions;
mod waiting_work;
mod where_used;
mod work_orders;
mod work_schedules;
