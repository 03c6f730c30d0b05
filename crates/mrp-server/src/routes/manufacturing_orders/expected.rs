//! What is on its way to the components of an order, and from where.

use std::collections::BTreeMap;

use mrp_api::purchase_orders::ExpectedView;
use mrp_domain::ids::{LocationId, ManufacturingOrderId, MaterialLineId, ProductId, PurchaseOrderId};
use mrp_domain::manufacturing_order::ManufacturingOrderState;
use mrp_domain::reservation::expected::{Coming, promise_coming};
use mrp_domain::shop_calendar::day_in;
use mrp_domain::time::Instant;
use mrp_store::arrivals::{ComingRow, coming, waiting};
use mrp_store::error::StoreError;
use mrp_store::purchase_requests::free;
use mrp_store::sql::PgConnection;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::order::{Order, open_need};
use super::reserve;
use crate::error::ApiError;
use crate::routes::arrivals::need;
use crate::routes::purchase_requests::balance;

/// What each component that is not covered can expect. An order whose components are all covered costs no question.
///
/// # Errors
/// When Postgres fails.
pub async fn of_order(
    connection: &mut PgConnection,
    order: &Order,
    zone: &str,
) -> Result<BTreeMap<Uuid, Vec<ExpectedView>>, ApiError> {
    let is_open = match order.state {
        ManufacturingOrderState::Confirmed | ManufacturingOrderState::Planned | ManufacturingOrderState::InProgress => {
            true
        }
        ManufacturingOrderState::Draft | ManufacturingOrderState::Done | ManufacturingOrderState::Cancelled => false,
    };
    let short = order.lines.iter().filter(|line| is_open && open_need(line) > Decimal::ZERO);
    let products: Vec<Uuid> = short.map(|line| line.product_id).collect();
    let place = order.row.components_warehouse_id.zip(order.row.components_location_id);
    let Some((warehouse, location)) = place.filter(|_| !products.is_empty()) else { return Ok(BTreeMap::new()) };
    of_lines(connection, (warehouse, location), products, zone, &[]).await
}

/// The same for these products at a place. `changed` are orders as they would be: what their components need then counts,
/// and not what is stored.
///
/// # Errors
/// When Postgres fails.
pub async fn of_lines(
    connection: &mut PgConnection,
    (warehouse, location): (Uuid, Uuid),
    products: Vec<Uuid>,
    zone: &str,
    changed: &[&Order],
) -> Result<BTreeMap<Uuid, Vec<ExpectedView>>, ApiError> {
    let sources = coming(connection, warehouse, products.clone()).await?;
    if sources.is_empty() {
        return Ok(BTreeMap::new());
    }
    let place = LocationId::from_uuid(location);
    let rows = waiting(connection, warehouse, products.clone()).await?;
    let stored = rows.iter().filter(|row| changed.iter().all(|order| order.row.id != row.manufacturing_order_id));
    let would_be = changed.iter().flat_map(|order| {
        let lines = order.lines.iter().filter(|line| products.contains(&line.product_id));
        lines.map(|line| reserve::need(order, line, place, open_need(line)))
    });
    let needs = stored.map(|row| need(row, place)).chain(would_be).collect::<Vec<_>>();
    let free = free(connection, location, products.clone()).await?;
    let free = free.iter().map(|row| balance(row.product_id, row.free, place)).collect::<Vec<_>>();
    let days = sources.iter().map(|row| day_of(row, zone)).collect::<Result<Vec<_>, _>>()?;
    let coming = sources.iter().zip(&days).map(|(row, on)| Coming {
        product: ProductId::from_uuid(row.product_id),
        location: place,
        quantity: row.quantity,
        on: *on,
        meant_for: row.material_line_id.map(MaterialLineId::from_uuid),
    });
    let mut expected: BTreeMap<Uuid, Vec<ExpectedView>> = BTreeMap::new();
    for one in promise_coming(&needs, &free, &coming.collect::<Vec<_>>()) {
        let (Some(row), Some(on)) = (sources.get(one.source), days.get(one.source)) else { continue };
        expected.entry(one.line.uuid()).or_default().push(ExpectedView {
            purchase_order_id: row.purchase_order_id.map(PurchaseOrderId::from_uuid),
            manufacturing_order_id: row.manufacturing_order_id.map(ManufacturingOrderId::from_uuid),
            number: row.number.clone(),
            quantity: one.quantity,
            expected_on: on.map(|day| day.to_string()),
            is_meant: row.material_line_id == Some(one.line.uuid()),
        });
    }
    Ok(expected)
}

/// The day on which it comes: what the supplier says, or when the order that makes it should be done.
fn day_of(row: &ComingRow, zone: &str) -> Result<Option<Date>, ApiError> {
    let Some(at) = row.expected_at.filter(|_| row.expected_on.is_none()) else { return Ok(row.expected_on) };
    let day = day_in(zone, Instant::from_datetime(at));
    day.map(Some).map_err(|error| StoreError::Corrupt(error.to_string()).into())
}
