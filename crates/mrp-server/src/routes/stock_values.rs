//! What the stock was worth at the end of a day, on a page and as a file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mrp_api::data_files::{DataFileFormat, DataFileView};
use mrp_api::stock_values::{ExportStockValues, GetStockValues, StockValueReport, StockValueRow};
use mrp_domain::ids::ProductId;
use mrp_domain::money::Money;
use mrp_domain::stock::Valuation;
use mrp_store::sql::PgConnection;
use mrp_store::stock_values::{self as store, EndRow};
use rust_decimal::Decimal;
use time::OffsetDateTime;

use crate::data_files::columns::{Column, Kind};
use crate::data_files::sheet;
use crate::error::ApiError;
use crate::mount::Mount;
use crate::routes::stock::asked_day;

/// Most rows of the page; the file has all of them.
const ROWS_MAX: usize = 2_000;
/// Decimals of what one unit was worth.
const UNIT_DECIMALS: u32 = 4;

/// `/stock-values`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<GetStockValues, _, _>(|granted, _, query, _| async move {
            let now = granted.app.clock.now().datetime();
            let mut connection = granted.connection().await?;
            let report = report(&mut connection, query.at.as_deref(), query.q.as_deref(), now).await?;
            granted.reply(StockValueReport { rows: report.rows.into_iter().take(ROWS_MAX).collect(), ..report })
        })
        .endpoint::<ExportStockValues, _, _>(|granted, _, query, _| async move {
            let now = granted.app.clock.now().datetime();
            let mut connection = granted.connection().await?;
            let report = report(&mut connection, query.at.as_deref(), query.q.as_deref(), now).await?;
            granted.reply(file(report, query.format.unwrap_or(DataFileFormat::Csv))?)
        });
}

async fn report(
    connection: &mut PgConnection,
    at: Option<&str>,
    words: Option<&str>,
    now: OffsetDateTime,
) -> Result<StockValueReport, ApiError> {
    let EndRow { day, end } = store::end_of(connection, asked_day(at)?, now).await?;
    let words = words.map(str::trim).filter(|words| !words.is_empty());
    let words = words.map(|words| format!("%{}%", words.replace(['%', '_', '\\'], "")));
    let rows = store::before(connection, end, words).await?;
    let currency = mrp_store::settings::read(connection).await?.currency;
    let rows = rows.into_iter().map(|row| {
        let stock = Valuation::new(row.quantity, Money::round_half_even(row.value)).unwrap_or_default();
        StockValueRow {
            product_id: ProductId::from_uuid(row.product_id),
            product_code: row.product_code,
            product_name: row.product_name,
            unit_code: row.unit_code,
            quantity: row.quantity,
            unit_value: stock.unit_cost().map(|cost| cost.round_dp(UNIT_DECIMALS).normalize()),
            value: row.value,
        }
    });
    let rows = rows.collect::<Vec<_>>();
    Ok(StockValueReport {
        at: day.to_string(),
        total_count: u64::try_from(rows.len()).unwrap_or_default(),
        total_value: rows.iter().map(|row| row.value).sum::<Decimal>(),
        currency,
        rows,
    })
}

fn file(report: StockValueReport, format: DataFileFormat) -> Result<DataFileView, ApiError> {
    let column = |field: &'static str, kind: Kind, note: &str| Column {
        header: field.to_owned(),
        field,
        is_of_line: false,
        is_key: field == "code",
        kind,
        is_nullable: true,
        note: note.to_owned(),
    };
    let columns = [
        column("at", Kind::Text, "At the end of this day."),
        column("code", Kind::Text, "The product's code."),
        column("name", Kind::Text, "Its name."),
        column("quantity", Kind::Decimal, "What there was."),
        column("unit", Kind::Text, "Its unit."),
        column("unit_value", Kind::Decimal, "What one unit was worth."),
        column("value", Kind::Decimal, "What all of it was worth."),
        column("currency", Kind::Text, "In this currency."),
    ];
    let StockValueReport { at, currency, total_value, .. } = &report;
    let mut rows = Vec::with_capacity(report.rows.len() + 1);
    for row in &report.rows {
        let unit_value = row.unit_value.map(|cost| cost.to_string()).unwrap_or_default();
        let (quantity, value) = (row.quantity.normalize().to_string(), row.value.to_string());
        let (code, name) = (row.product_code.clone(), row.product_name.clone());
        rows.push(vec![at.clone(), code, name, quantity, row.unit_code.clone(), unit_value, value, currency.clone()]);
    }
    let empty = String::new;
    rows.push(vec![at.clone(), empty(), empty(), empty(), empty(), empty(), total_value.to_string(), currency.clone()]);
    let bytes = sheet::write(format, "stock_value", &columns, &rows)?;
    Ok(DataFileView {
        record_count: None,
        file_name: format!("stock_value_{at}.{format}"),
        media_type: sheet::media_type(format).to_owned(),
        content_base64: STANDARD.encode(bytes),
    })
}
