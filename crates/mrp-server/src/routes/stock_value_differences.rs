//! Standard costs: what the stock of a product is booked at, and where the difference goes.

use mrp_api::page::Page;
use mrp_api::stock_value_differences::{ListStockValueDifferences, StockValueDifferenceQuery, StockValueDifferenceRow};
use mrp_domain::ids::ProductId;
use mrp_domain::money::{Money, UnitCost};
use mrp_domain::product::CostMethod;
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::stock::DifferenceKind;
use mrp_domain::time::Instant;
use mrp_store::error::StoreError;
use mrp_store::list::Filters;
use mrp_store::stock::Document;
use mrp_store::stock_value_differences::{self as store, DifferenceRow, DifferenceValues};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{list_request, word};

/// `/stock-value-differences`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config.endpoint::<ListStockValueDifferences, _, _>(|granted, _, query, _| list(granted, query));
}

async fn list(
    granted: Granted<ListStockValueDifferences>,
    query: StockValueDifferenceQuery,
) -> Result<Answered<ListStockValueDifferences>, ApiError> {
    let mut request = list_request(&query);
    request.sort.get_or_insert_with(|| "-at".to_owned());
    let filters = || {
        Filters::default()
            .with(query.product_id.map(ProductId::uuid), "d.product_id = $")
            .with(query.kind.map(|kind| kind.to_string()), "d.kind = $")
    };
    let mut connection = granted.connection().await?;
    let page = store::LIST.page::<DifferenceRow>(&mut connection, DifferenceRow::COLUMNS, &request, filters()).await?;
    let total = store::LIST.total(&mut connection, &request, filters()).await?;
    let items = page.items.into_iter().map(wire).collect::<Result<Vec<_>, _>>()?;
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

fn wire(row: DifferenceRow) -> Result<StockValueDifferenceRow, ApiError> {
    Ok(StockValueDifferenceRow {
        id: row.id,
        at: Instant::from_datetime(row.at),
        product_id: ProductId::from_uuid(row.product_id),
        product_code: row.product_code,
        product_name: row.product_name,
        kind: word(&row.kind)?,
        value: row.value,
        document: row.document,
        document_id: row.document_id,
        by: row.by,
    })
}

/// What goods enter stock at, and what they cost beyond that.
///
/// # Errors
/// `internal` for a corrupt row.
pub fn booked(
    method: &str,
    standard: Option<Decimal>,
    quantity: PositiveQuantity,
    given: Money,
) -> Result<(Money, Money), ApiError> {
    let method: CostMethod = word(method)?;
    let standard = standard.map(UnitCost::new).transpose();
    let standard = standard.map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(method.booked(standard, quantity, given))
}

/// Makes the stock of a product worth its new standard cost; the difference is booked.
///
/// # Errors
/// When Postgres fails.
pub async fn revalue(tx: &mut Tx, product_id: Uuid, method: &str, standard: Option<Decimal>) -> Result<(), ApiError> {
    let Some(row) = store::lock_value(tx, product_id).await? else { return Ok(()) };
    let quantity = PositiveQuantity::new(row.quantity).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let (value, difference) = booked(method, standard, quantity, Money::round_half_even(row.value))?;
    if difference == Money::ZERO {
        return Ok(());
    }
    store::revalue(tx, product_id, value.amount()).await?;
    let kind = DifferenceKind::Revaluation.as_str();
    let (value, document) = (difference.amount(), Document::ByHand);
    Ok(store::note(tx, &[DifferenceValues { product_id, kind, value, document }]).await?)
}
