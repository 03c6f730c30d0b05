//! What orders that are done cost, one row each.

use mrp_api::order_costs::{ListOrderCosts, OrderCostQuery, OrderCostRow};
use mrp_api::page::Page;
use mrp_domain::costing::variance_percent;
use mrp_domain::ids::ManufacturingOrderId;
use mrp_domain::money::Money;
use mrp_domain::time::Instant;
use mrp_store::list::Filters;
use mrp_store::order_costs as store;

use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::list_request;

/// `/order-costs`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config.endpoint::<ListOrderCosts, _, _>(|granted, _, query, _| list(granted, query));
}

async fn list(granted: Granted<ListOrderCosts>, query: OrderCostQuery) -> Result<Answered<ListOrderCosts>, ApiError> {
    let mut request = list_request(&query);
    request.sort.get_or_insert_with(|| "-finished_at".to_owned());
    let filters = || {
        Filters::default()
            .when(true, store::IS_DONE)
            .with(query.finished_from.map(Instant::datetime), "o.finished_at >= $")
            .with(query.incomplete, &format!("{} = $", store::IS_INCOMPLETE))
    };
    let mut connection = granted.connection().await?;
    let columns = store::OrderCostRow::COLUMNS;
    let page = store::LIST.page::<store::OrderCostRow>(&mut connection, columns, &request, filters()).await?;
    let total = store::LIST.total(&mut connection, &request, filters()).await?;
    let items = page.items.into_iter().map(row).collect();
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

fn row(row: store::OrderCostRow) -> OrderCostRow {
    let (planned, actual) = (Money::round_half_even(row.planned), Money::round_half_even(row.actual));
    OrderCostRow {
        id: ManufacturingOrderId::from_uuid(row.id),
        number: row.number,
        product_code: row.product_code,
        product_name: row.product_name,
        quantity: row.quantity,
        qty_done: row.qty_done,
        unit_code: row.unit_code,
        finished_at: Instant::from_datetime(row.finished_at),
        planned_cost: planned.amount(),
        actual_cost: actual.amount(),
        cost_variance: (actual - planned).amount(),
        variance_percent: variance_percent(planned, actual),
        is_incomplete: row.is_incomplete,
    }
}
