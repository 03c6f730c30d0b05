//! What all made products should cost, rolled up together.

use std::collections::HashMap;

use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::product_costs::{
    GetProductCosts, PRODUCT_COSTS_DEFAULT, PRODUCT_COSTS_MAX, ProductCostQuery, ProductCostReport, ProductCostRow,
};
use mrp_domain::costing::roll_up::{ProductCost, RollUpError, rolled_up_costs};
use mrp_domain::ids::ProductId;
use mrp_domain::money::UnitCost;
use mrp_store::product_costs::{Recipes, load};
use mrp_store::products::{self, ProductRow};
use mrp_store::sql::PgConnection;
use rust_decimal::{Decimal, RoundingStrategy};
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::mount::Mount;
use crate::noun::word;

/// Decimals of a cost that becomes a standard cost.
const COST_DECIMALS: u32 = 4;
/// Decimals of a difference.
const PERCENT_DECIMALS: u32 = 2;

/// `/product-costs`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config.endpoint::<GetProductCosts, _, _>(|granted, _, query, _| async move {
        let mut connection = granted.connection().await?;
        granted.reply(report(&mut connection, &query).await?)
    });
}

async fn report(connection: &mut PgConnection, query: &ProductCostQuery) -> Result<ProductCostReport, ApiError> {
    let limit = query.limit.unwrap_or(PRODUCT_COSTS_DEFAULT);
    let mut faults = Faults::default();
    faults.require(
        (1..=PRODUCT_COSTS_MAX).contains(&limit),
        "/limit",
        say::BETWEEN.with("least", 1).with("most", 2000),
    );
    let least = query.min_difference_percent.unwrap_or_default();
    faults.require(least >= Decimal::ZERO, "/min_difference_percent", say::NOT_NEGATIVE);
    faults.check()?;
    let currency = mrp_store::settings::read(connection).await?.currency;
    let recipes = load(connection).await?;
    // Hundreds of milliseconds for a large company: other requests of this thread do not wait for them.
    let calculated = tokio::task::spawn_blocking(move || {
        let costs = rolled_up_costs(&recipes, recipes.made().iter().copied());
        (recipes, costs)
    });
    let (recipes, costs) = calculated.await.map_err(|error| {
        tracing::error!(%error, "a roll-up of all products ended");
        ApiError::plain(&codes::INTERNAL)
    })?;
    let is_incomplete = |cost: &&Result<ProductCost, RollUpError>| cost.as_ref().is_ok_and(|cost| cost.is_incomplete);
    let (made_count, incomplete_count) = (costs.len(), costs.iter().filter(is_incomplete).count());
    let text = query.q.as_deref().unwrap_or_default().trim().to_lowercase();
    let found = recipes.made().iter().zip(costs).filter_map(|(&product, cost)| {
        let part = recipes.part(product)?;
        let is_meant = part.code.to_lowercase().contains(&text) || part.name.to_lowercase().contains(&text);
        let found = Found::new(product, part.unit_cost, cost);
        (is_meant && found.difference.is_none_or(|difference| difference.abs() >= least)).then_some(found)
    });
    let mut found: Vec<Found> = found.collect();
    found.sort_by_key(|found| (found.difference.is_some(), std::cmp::Reverse(found.difference.map(|d| d.abs()))));
    let total = found.len();
    found.truncate(limit);
    let rows = rows(connection, &recipes, found).await?;
    Ok(ProductCostReport { currency, made_count, incomplete_count, total, rows })
}

/// A product that matches.
struct Found {
    product: ProductId,
    unit_cost: Option<Decimal>,
    cost: Result<ProductCost, RollUpError>,
    difference: Option<Decimal>,
}

impl Found {
    fn new(product: ProductId, unit_cost: Option<UnitCost>, cost: Result<ProductCost, RollUpError>) -> Self {
        let unit_cost = unit_cost.map(UnitCost::get);
        let rolled_up = cost.as_ref().ok().map(|cost| cost.unit_cost.get());
        let difference = unit_cost.zip(rolled_up).and_then(|(is, should)| {
            let share = (is - should).checked_div(should)?;
            Some(rounded(share.checked_mul(Decimal::ONE_HUNDRED)?, PERCENT_DECIMALS))
        });
        Self { product, unit_cost, cost, difference }
    }
}

fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointNearestEven).normalize()
}

/// What else people want to see of them.
async fn rows(
    connection: &mut PgConnection,
    recipes: &Recipes,
    found: Vec<Found>,
) -> Result<Vec<ProductCostRow>, ApiError> {
    let ids = found.iter().map(|found| found.product.uuid()).collect();
    let stored: Vec<ProductRow> =
        mrp_store::table::find_all(connection, &products::LIST, ProductRow::COLUMNS, ids).await?;
    let mut stored: HashMap<Uuid, ProductRow> = stored.into_iter().map(|row| (row.id, row)).collect();
    let row = |found: Found| {
        // A product that was removed since the roll-up is not listed.
        let product = stored.remove(&found.product.uuid())?;
        Some(word(&product.cost_method).map(|cost_method| ProductCostRow {
            product_id: found.product,
            code: product.code,
            name: product.name,
            unit_code: product.unit_code,
            cost_method,
            unit_cost: found.unit_cost,
            rolled_up_cost: found.cost.as_ref().ok().map(|cost| rounded(cost.unit_cost.get(), COST_DECIMALS)),
            fault: found.cost.as_ref().err().map(|error| fault(recipes, error)),
            difference_percent: found.difference,
            is_incomplete: found.cost.is_ok_and(|cost| cost.is_incomplete),
            version: product.version,
        }))
    };
    found.into_iter().filter_map(row).collect()
}

fn fault(recipes: &Recipes, error: &RollUpError) -> String {
    let code = |product: ProductId| recipes.part(product).map_or_else(|| product.to_string(), |part| part.code.clone());
    crate::routes::boms::commands::refused(&code, error).problem("").detail
}
