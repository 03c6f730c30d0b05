//! The company's settings and its number series.

use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::number_series::{KindPath, ListNumberSeries, NumberSeriesInput, NumberSeriesView, UpdateNumberSeries};
use mrp_api::page::Page;
use mrp_api::patch::Patch;
use mrp_api::settings::{GetSetting, SettingInput, SettingView, UpdateSetting};
use mrp_domain::ids::WarehouseId;
use mrp_domain::lot::NEAR_EXPIRY_DAYS_MAX;
use mrp_domain::money::is_currency;
use mrp_domain::shop_calendar::day_in;
use mrp_domain::time::Instant;
use mrp_store::number_series::{self, NumberSeriesRow};
use mrp_store::settings::{self, SettingRow};
use rust_decimal::Decimal;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{integer, word};

/// `/setting` and `/number-series`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<GetSetting, _, _>(|granted, _, _, _| read(granted))
        .endpoint::<UpdateSetting, _, _>(|granted, _, _, patch| update(granted, patch))
        .endpoint::<ListNumberSeries, _, _>(|granted, _, _, _| list_series(granted))
        .endpoint::<UpdateNumberSeries, _, _>(|granted, path, _, patch| update_series(granted, path, patch));
}

/// The settings as the wire shows them.
///
/// # Errors
/// `internal` for a corrupt row.
pub fn setting_view(row: SettingRow) -> Result<SettingView, ApiError> {
    Ok(SettingView {
        company_name: row.company_name,
        zone: row.zone,
        currency: row.currency,
        language: row.language,
        over_production_percent: row.over_production_percent,
        reservation_rule: word(&row.reservation_rule)?,
        reserve_days_before: integer(row.reserve_days_before),
        near_expiry_days: integer(row.near_expiry_days),
        default_components_warehouse_id: row.default_components_warehouse_id.map(WarehouseId::from_uuid),
        default_finished_products_warehouse_id: row.default_finished_products_warehouse_id.map(WarehouseId::from_uuid),
        version: row.version,
    })
}

async fn read(granted: Granted<GetSetting>) -> Result<Answered<GetSetting>, ApiError> {
    let row = settings::read(&mut *granted.connection().await?).await?;
    granted.reply(setting_view(row)?)
}

async fn update(
    granted: Granted<UpdateSetting>,
    patch: Patch<SettingInput>,
) -> Result<Answered<UpdateSetting>, ApiError> {
    granted
        .write(async |tx| {
            let mut row = settings::read(tx.connection()).await?;
            let current = setting_view(row.clone())?;
            let input = patch
                .apply(&SettingInput {
                    company_name: current.company_name,
                    zone: current.zone,
                    currency: current.currency,
                    language: current.language,
                    over_production_percent: current.over_production_percent,
                    reservation_rule: current.reservation_rule,
                    reserve_days_before: current.reserve_days_before,
                    near_expiry_days: current.near_expiry_days,
                    default_components_warehouse_id: current.default_components_warehouse_id,
                    default_finished_products_warehouse_id: current.default_finished_products_warehouse_id,
                })
                .map_err(|error| ApiError::new(&codes::MALFORMED_BODY, say::for_callers(error.to_string())))?;
            let mut faults = Faults::default();
            faults.require(mrp_domain::shop_calendar::is_zone(&input.zone), "/zone", say::ZONE_UNKNOWN);
            faults.require(is_currency(&input.currency), "/currency", say::CURRENCY_UNKNOWN);
            if input.currency != row.currency && settings::has_booked_amounts(tx).await? {
                faults.add(
                    "/currency",
                    &codes::CURRENCY_BOOKED,
                    say::for_callers("amounts are booked in the currency by now"),
                );
            }
            faults.require(matches!(input.language.as_str(), "en" | "ro"), "/language", say::LANGUAGE_UNKNOWN);
            faults.require(
                (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&input.over_production_percent),
                "/over_production_percent",
                say::BETWEEN.with("least", 0).with("most", 100),
            );
            faults.require(
                input.reserve_days_before <= 366,
                "/reserve_days_before",
                say::AT_MOST_DAYS.with("most", 366),
            );
            faults.require(
                input.near_expiry_days <= NEAR_EXPIRY_DAYS_MAX,
                "/near_expiry_days",
                say::AT_MOST_DAYS.with("most", NEAR_EXPIRY_DAYS_MAX),
            );
            faults.check()?;
            let detail = serde_json::to_string(&input).unwrap_or_default();
            row.company_name = input.company_name;
            row.zone = input.zone;
            row.currency = input.currency;
            row.language = input.language;
            row.over_production_percent = input.over_production_percent;
            row.reservation_rule = input.reservation_rule.to_string();
            row.reserve_days_before = i32::try_from(input.reserve_days_before).unwrap_or_default();
            row.near_expiry_days = i32::try_from(input.near_expiry_days).unwrap_or_default();
            row.default_components_warehouse_id = input.default_components_warehouse_id.map(WarehouseId::uuid);
            row.default_finished_products_warehouse_id =
                input.default_finished_products_warehouse_id.map(WarehouseId::uuid);
            let version = settings::save(tx, row, granted.expected).await?;
            tx.changed("setting", settings::ID, version, detail);
            setting_view(settings::read(tx.connection()).await?)
        })
        .await
}

fn series_view(row: &NumberSeriesRow, year: i32) -> NumberSeriesView {
    NumberSeriesView {
        kind: row.kind.clone(),
        prefix: row.prefix.clone(),
        padding: integer(row.padding),
        next_number: row.next_number,
        preview: row.code(row.next_number, year),
        version: row.version,
    }
}

/// The year in which a number is given, on the company's clock.
fn year_in(zone: &str, now: Instant) -> i32 {
    day_in(zone, now).map_or_else(|_| now.datetime().year(), |day| day.year())
}

async fn list_series(granted: Granted<ListNumberSeries>) -> Result<Answered<ListNumberSeries>, ApiError> {
    let mut connection = granted.connection().await?;
    let rows = number_series::all(&mut connection).await?;
    let year = year_in(&settings::read(&mut connection).await?.zone, granted.now);
    let items = rows.iter().map(|row| series_view(row, year)).collect::<Vec<_>>();
    let total = u64::try_from(items.len()).unwrap_or_default();
    granted.reply(Page { items, next_cursor: None, total })
}

async fn update_series(
    granted: Granted<UpdateNumberSeries>,
    path: KindPath,
    patch: Patch<NumberSeriesInput>,
) -> Result<Answered<UpdateNumberSeries>, ApiError> {
    let now = granted.now;
    granted
        .write(async |tx| {
            let year = year_in(&settings::read(tx.connection()).await?.zone, now);
            let mut row = number_series::find(tx, &path.kind).await?;
            let current = NumberSeriesInput {
                prefix: row.prefix.clone(),
                padding: integer(row.padding),
                next_number: row.next_number,
            };
            let input = patch
                .apply(&current)
                .map_err(|error| ApiError::new(&codes::MALFORMED_BODY, say::for_callers(error.to_string())))?;
            let mut faults = Faults::default();
            faults.require(input.prefix.chars().count() <= 32, "/prefix", say::AT_MOST_CHARACTERS.with("most", 32));
            faults.require(
                (1..=12).contains(&input.padding),
                "/padding",
                say::BETWEEN.with("least", 1).with("most", 12),
            );
            faults.require(input.next_number >= row.next_number, "/next_number", say::NUMBER_GOES_BACK);
            let all = number_series::all(tx.connection()).await?;
            if all.iter().any(|other| other.kind != row.kind && other.prefix == input.prefix) {
                faults.add("/prefix", &codes::VALUE_TAKEN, say::PREFIX_TAKEN);
            }
            faults.check()?;
            let detail = serde_json::to_string(&input).unwrap_or_default();
            row.prefix = input.prefix;
            row.padding = i32::try_from(input.padding).unwrap_or(5);
            row.next_number = input.next_number;
            row.version = number_series::save(tx, &row, granted.expected).await?;
            tx.changed("number_series", row.entity_id(), row.version, detail);
            Ok(series_view(&row, year))
        })
        .await
}
