//! The table of contents: every noun mounts its endpoints here. What all of them need stands in [`crate::noun`].

pub mod arrivals;
pub mod attachments;
pub mod attributes;
pub mod bom_comparisons;
pub mod boms;
pub mod calendars;
pub mod component_replacements;
pub mod cost_histories;
pub mod cost_sheets;
pub mod counts;
pub mod deliveries;
pub mod downtimes;
pub mod labels;
pub mod loss_reasons;
pub mod lot_traces;
pub mod lots;
pub mod manufacturing_orders;
pub mod oee;
pub mod order_costs;
pub mod papers;
pub mod pegging;
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
pub mod taken_goods;
pub mod totals;
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

use actix_web::web::ServiceConfig;

/// Mounts all of them. A request is compared with one route after the other, so what is asked most stands first.
pub fn mount_all(config: &mut ServiceConfig) {
    config
        .configure(work_orders::mount)
        .configure(manufacturing_orders::mount)
        .configure(cost_sheets::mount)
        .configure(order_costs::mount)
        .configure(stock::mount)
        .configure(receipts::mount)
        .configure(stock_corrections::mount)
        .configure(sales_orders::mount)
        .configure(lots::mount)
        .configure(lot_traces::mount)
        .configure(pegging::mount)
        .configure(labels::mount)
        .configure(papers::mount)
        .configure(transfers::mount)
        .configure(deliveries::mount)
        .configure(counts::mount)
        .configure(stock_values::mount)
        .configure(stock_value_differences::mount)
        .configure(saved_views::mount)
        .configure(sessions::mount)
        .configure(settings::mount)
        .configure(users::mount)
        .configure(unit_categories::mount)
        .configure(units::mount)
        .configure(unit_uses::mount)
        .configure(work_schedules::mount)
        .configure(shop_closures::mount)
        .configure(work_centers::mount)
        .configure(products::mount)
        .configure(similar_products::mount)
        .configure(variants::mount)
        .configure(attributes::mount)
        .configure(routings::mount)
        .configure(attachments::mount)
        .configure(boms::mount)
        .configure(crate::data_files::mount)
        .configure(bom_comparisons::mount)
        .configure(where_used::mount)
        .configure(component_replacements::mount)
        .configure(product_costs::mount)
        .configure(cost_histories::mount)
        .configure(product_demands::mount)
        .configure(loss_reasons::mount)
        .configure(downtimes::mount)
        .configure(oee::mount)
        .configure(warehouses::mount)
        .configure(purchase_orders::mount)
        .configure(requests_for_quotation::mount)
        .configure(purchase_requests::mount)
        .configure(suppliers::mount)
        .configure(supplier_prices::mount);
}
