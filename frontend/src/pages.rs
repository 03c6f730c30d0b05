//! The pages, noun by noun: `list` (columns and filters), `form` (fields), and where a record is more than a form, `detail`.

pub mod login;
pub mod not_found;

pub mod attachments;
pub mod bom_comparisons;
pub mod bom_imports;
pub mod boms;
pub mod component_replacements;
pub mod counts;
pub mod dashboard;
pub mod deliveries;
pub mod downtimes;
pub mod goods_documents;
pub mod labels;
pub mod lots;
pub mod manufacturing_orders;
pub mod order_costs;
pub mod papers;
pub mod pegging;
pub mod product_costs;
pub mod products;
pub mod purchase_orders;
pub mod purchase_requests;
pub mod requests_for_quotation;
pub mod routings;
pub mod sales_orders;
pub mod setting;
pub mod stock;
pub mod stock_values;
pub mod suppliers;
pub mod transfers;
pub mod users;
pub mod where_used;
pub mod work_centers;
pub mod work_orders;
