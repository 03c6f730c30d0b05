//! Working hours of work centers, resolved once and kept until a schedule, a closure or a work center changes.
//!
//! The version in the settings row grows with every such change, also when another server made it.

use mrp_api::detail as say;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use mrp_api::error as codes;
use mrp_domain::calendar::WorkingWindows;
use mrp_domain::ids::WorkCenterId;
use mrp_domain::shop_calendar::resolve;
use mrp_domain::time::{Instant, Seconds};
use mrp_store::sql::PgConnection;

use crate::app::App;
use crate::error::ApiError;
use crate::routes::work_schedules::schedule_of;

/// How far ahead hours are resolved.
const HORIZON: Seconds = Seconds::from_hours(24 * 366 * 3);
/// How far back: an order may be planned from a start that has passed.
const LOOK_BACK: Seconds = Seconds::from_hours(24 * 62);
/// Resolved hours are believed this long, so that the horizon moves on.
const LIFETIME: Seconds = Seconds::from_hours(24 * 7);

type Key = (WorkCenterId, i64);

/// Hours, the version of the calendars that they come from, and when they were resolved.
#[derive(Debug)]
struct Resolved {
    version: i64,
    at: Instant,
    windows: Arc<WorkingWindows>,
}

/// The resolved hours of each work center.
#[derive(Debug, Default)]
pub struct Calendars {
    known: Mutex<HashMap<WorkCenterId, Resolved>>,
}

impl Calendars {
    fn get(&self, (center, version): Key, now: Instant) -> Option<Arc<WorkingWindows>> {
        let known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let found = known.get(&center)?;
        (found.version == version && now.since(found.at) < LIFETIME).then(|| Arc::clone(&found.windows))
    }

    fn put(&self, (center, version): Key, now: Instant, windows: Arc<WorkingWindows>) {
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.insert(center, Resolved { version, at: now, windows });
    }
}

/// The hours of a work center: its own schedule, or the company's default one, less the closures.
///
/// # Errors
/// `calendar_missing` when it has no schedule and the company no default.
pub async fn hours_of(
    app: &App,
    connection: &mut PgConnection,
    version: i64,
    center: WorkCenterId,
    now: Instant,
) -> Result<Arc<WorkingWindows>, ApiError> {
    if let Some(windows) = app.calendars.get((center, version), now) {
        return Ok(windows);
    }
    let schedule = schedule_of(connection, center).await?;
    let (from, until) = (now.minus(LOOK_BACK), now.plus(HORIZON));
    let closures = mrp_store::shop_closures::between(connection, from.datetime().date(), until.datetime().date())
        .await?
        .iter()
        .map(mrp_store::shop_closures::ShopClosureRow::closure)
        .collect::<Result<Vec<_>, _>>()?;
    let windows = resolve(&schedule.schedule()?, &closures, Some(center), from, until).map_err(|error| {
        ApiError::new(&codes::CALENDAR_MISSING, say::for_callers(format!("{}: {error}", schedule.name)))
    })?;
    let windows = Arc::new(windows);
    app.calendars.put((center, version), now, Arc::clone(&windows));
    Ok(windows)
}
