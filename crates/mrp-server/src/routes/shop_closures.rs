//! Public holidays and technical shutdowns: what their bodies mean.

use mrp_api::detail::{self as say, Detail};
use mrp_api::error::{self as codes, ErrorCode};
use mrp_api::page::NounQuery;
use mrp_api::shop_closures::{
    CreateShopClosure, DeleteShopClosure, GetShopClosure, ListShopClosures, ShopClosureInput, ShopClosureView,
    UpdateShopClosure,
};
use mrp_domain::ids::{ShopClosureId, WorkCenterId};
use mrp_domain::shop_calendar::time_of_day::{DaySpan, MINUTES_PER_DAY, MinuteOfDay};
use mrp_domain::shop_calendar::{ShopClosure, ShopClosureFault};
use mrp_domain::text::Name;
use mrp_store::list::{Filters, ListSpec};
use mrp_store::shop_closures::{self as store, ShopClosureRow};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use time::macros::format_description;
use time::{Date, Time};
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::noun::{Noun, word};

five_endpoints! {
    ShopClosures of ShopClosureId: ListShopClosures GetShopClosure CreateShopClosure UpdateShopClosure DeleteShopClosure
}

/// A day as it travels: `YYYY-MM-DD`.
///
/// # Errors
/// When it is none.
pub fn day(text: &str) -> Result<Date, Detail> {
    Date::parse(text.trim(), format_description!("[year]-[month]-[day]"))
        .map_err(|_| say::NOT_A_DAY.with("value", text))
}

impl Noun for ShopClosures {
    const TABLE: &'static str = "shop_closure";
    const LIST: ListSpec = store::LIST;
    const LIST_COLUMNS: &'static str = ShopClosureRow::COLUMNS;
    const MOVES_CALENDARS: bool = true;
    type Query = NounQuery;
    type ListRow = ShopClosureRow;
    type Row = ShopClosureView;
    type View = ShopClosureView;
    type Input = ShopClosureInput;

    /// Closures are never inactive.
    fn filters(query: &NounQuery) -> Filters {
        Filters::default().when(query.active == Some(false), "false")
    }

    fn row(row: ShopClosureRow) -> Result<ShopClosureView, ApiError> {
        Ok(ShopClosureView {
            id: ShopClosureId::from_uuid(row.id),
            kind: word(&row.kind)?,
            date_from: row.date_from.to_string(),
            date_until: row.date_until.to_string(),
            time_from: row.time_from.map(clock_text),
            time_until: row.time_until.map(clock_text),
            work_center_id: row.work_center_id.map(WorkCenterId::from_uuid),
            work_center_name: row.work_center_name,
            reason: row.reason,
            version: row.version,
        })
    }

    async fn load(connection: &mut PgConnection, id: Uuid) -> Result<ShopClosureView, ApiError> {
        Self::row(mrp_store::table::find(connection, &store::LIST, ShopClosureRow::COLUMNS, id).await?)
    }

    fn input(view: ShopClosureView) -> ShopClosureInput {
        view.into()
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: ShopClosureInput) -> Result<i64, ApiError> {
        Ok(parse(id, &input)?.values().save(tx, id, expected).await?)
    }
}

fn parse(id: Uuid, input: &ShopClosureInput) -> Result<ShopClosureRow, ApiError> {
    let mut faults = Faults::default();
    let reason = faults.take("/reason", Name::new(&input.reason)).map(String::from).unwrap_or_default();
    let from = faults.take("/date_from", day(&input.date_from));
    let until = faults.take("/date_until", day(&input.date_until));
    let hours = parse_hours(input, &mut faults);
    if let (Some(from), Some(until)) = (from, until)
        && let Err(fault) = ShopClosure::new(from, until, hours, input.work_center_id, reason.clone())
    {
        let (pointer, code) = told_at(fault);
        faults.add(pointer, code, fault);
    }
    faults.check()?;
    Ok(ShopClosureRow {
        id,
        kind: input.kind.to_string(),
        date_from: from.unwrap_or(Date::MIN),
        date_until: until.unwrap_or(Date::MIN),
        time_from: hours.map(|hours| clock_time(hours.from)),
        time_until: hours.map(|hours| clock_time(hours.until)),
        work_center_id: input.work_center_id.map(WorkCenterId::uuid),
        work_center_name: None,
        reason,
        version: 0,
    })
}

fn parse_hours(input: &ShopClosureInput, faults: &mut Faults) -> Option<DaySpan> {
    let from = faults.take("/time_from", input.time_from.as_deref().map(str::parse::<MinuteOfDay>).transpose())?;
    let until = faults.take("/time_until", input.time_until.as_deref().map(str::parse::<MinuteOfDay>).transpose())?;
    match (from, until) {
        (Some(from), Some(until)) => Some(DaySpan { from, until }),
        (None, None) => None,
        (Some(_), None) => {
            faults.add("/time_until", &codes::VALUE_MISSING, say::BOTH_TIMES_NEEDED);
            None
        }
        (None, Some(_)) => {
            faults.add("/time_from", &codes::VALUE_MISSING, say::BOTH_TIMES_NEEDED);
            None
        }
    }
}

/// The field that a fault is told at, and what it is called.
const fn told_at(fault: ShopClosureFault) -> (&'static str, &'static ErrorCode) {
    match fault {
        ShopClosureFault::DatesReversed { .. } => ("/date_until", &codes::DAYS_REVERSED),
        ShopClosureFault::TooLong { .. } => ("/date_until", &codes::PERIOD_TOO_LONG),
        ShopClosureFault::BeginsAtEndOfDay => ("/time_from", &codes::NOT_A_TIME),
    }
}

/// 24:00 is kept as 00:00: an end that is not later than the beginning is on the next day.
fn clock_time(minute: MinuteOfDay) -> Time {
    let minute = minute.get() % MINUTES_PER_DAY;
    let parts = (u8::try_from(minute / 60).unwrap_or_default(), u8::try_from(minute % 60).unwrap_or_default());
    Time::from_hms(parts.0, parts.1, 0).unwrap_or(Time::MIDNIGHT)
}

fn clock_text(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}
