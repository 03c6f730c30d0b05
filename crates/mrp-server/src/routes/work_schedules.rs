//! Work schedules: what their bodies mean, and the hours that result from them.

use mrp_api::detail as say;
use mrp_api::endpoint::IdPath;
use mrp_api::error::{self as codes, ErrorCode};
use mrp_api::page::NounQuery;
use mrp_api::work_schedules::{
    ClosedDays, CreateWorkSchedule, DeleteWorkSchedule, GetWorkCenterHours, GetWorkSchedule, GetWorkingWindows,
    ListWorkSchedules, Shift, ShiftBreak, UpdateWorkSchedule, WindowsQuery, WorkScheduleInput, WorkScheduleView,
    WorkingWindow, WorkingWindowsView,
};
use mrp_domain::ids::{WorkCenterId, WorkScheduleId};
use mrp_domain::shop_calendar::{self, ShiftDraft, WorkSchedule, WorkScheduleFault};
use mrp_domain::text::Name;
use mrp_domain::time::Instant;
use mrp_store::list::{Filters, ListSpec};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use mrp_store::work_centers::WorkCenterRow;
use mrp_store::work_schedules::{self as store, WorkScheduleRow};
use time::Date;
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{self, Noun};
use crate::routes::shop_closures::day;

/// Most days of one question for hours.
const WINDOW_DAYS_MAX: i64 = 366;
/// Days that are resolved when the caller does not say.
const WINDOW_DAYS_DEFAULT: i64 = 28;

/// The noun.
#[derive(Debug)]
pub struct WorkSchedules;

/// The seven endpoints.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    noun::mount::<
        WorkSchedules,
        ListWorkSchedules,
        GetWorkSchedule,
        CreateWorkSchedule,
        UpdateWorkSchedule,
        DeleteWorkSchedule,
        WorkScheduleId,
    >(config);
    config
        .endpoint::<GetWorkingWindows, _, _>(|granted, path, query, _| windows(granted, path, query))
        .endpoint::<GetWorkCenterHours, _, _>(|granted, path, query, _| hours(granted, path, query));
}

impl Noun for WorkSchedules {
    const TABLE: &'static str = "work_schedule";
    const LIST: ListSpec = store::LIST;
    const LIST_COLUMNS: &'static str = WorkScheduleRow::COLUMNS;
    const MOVES_CALENDARS: bool = true;
    type Query = NounQuery;
    type ListRow = WorkScheduleRow;
    type Row = WorkScheduleView;
    type View = WorkScheduleView;
    type Input = WorkScheduleInput;

    /// Schedules are never inactive.
    fn filters(query: &NounQuery) -> Filters {
        Filters::default().when(query.active == Some(false), "false")
    }

    fn row(row: WorkScheduleRow) -> Result<WorkScheduleView, ApiError> {
        let schedule = row.schedule()?;
        Ok(WorkScheduleView {
            id: WorkScheduleId::from_uuid(row.id),
            name: row.name,
            zone: row.zone,
            is_default: row.is_default,
            valid_from: row.valid_from.map(|day| day.to_string()),
            valid_until: row.valid_until.map(|day| day.to_string()),
            weekly_seconds: schedule.weekly_working_time().get(),
            shifts: schedule.shifts().iter().map(shift_view).collect(),
            version: row.version,
        })
    }

    async fn load(connection: &mut PgConnection, id: Uuid) -> Result<WorkScheduleView, ApiError> {
        Self::row(mrp_store::table::find(connection, &store::LIST, WorkScheduleRow::COLUMNS, id).await?)
    }

    fn input(view: WorkScheduleView) -> WorkScheduleInput {
        view.into()
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: WorkScheduleInput) -> Result<i64, ApiError> {
        let schedule = parse(&input)?;
        if input.is_default {
            store::only_default(tx, id).await?;
        }
        Ok(WorkScheduleRow::of(id, &schedule, input.is_default)?.values().save(tx, id, expected).await?)
    }
}

async fn windows(
    granted: Granted<GetWorkingWindows>,
    path: IdPath<WorkScheduleId>,
    query: WindowsQuery,
) -> Result<Answered<GetWorkingWindows>, ApiError> {
    let mut connection = granted.connection().await?;
    let columns = WorkScheduleRow::COLUMNS;
    let row = mrp_store::table::find::<WorkScheduleRow>(&mut connection, &store::LIST, columns, path.id.uuid()).await?;
    let view = resolved(&mut connection, &row, None, asked(&query, granted.now)?).await?;
    granted.reply(view)
}

async fn hours(
    granted: Granted<GetWorkCenterHours>,
    path: IdPath<WorkCenterId>,
    query: WindowsQuery,
) -> Result<Answered<GetWorkCenterHours>, ApiError> {
    let mut connection = granted.connection().await?;
    let row = schedule_of(&mut connection, path.id).await?;
    let view = resolved(&mut connection, &row, Some(path.id), asked(&query, granted.now)?).await?;
    granted.reply(view)
}

/// The schedule of a work center: its own, or the company's default one.
///
/// # Errors
/// `not_found`; `calendar_missing` when it has no schedule and the company no default.
pub async fn schedule_of(connection: &mut PgConnection, center: WorkCenterId) -> Result<WorkScheduleRow, ApiError> {
    let (list, columns) = (&mrp_store::work_centers::LIST, WorkCenterRow::COLUMNS);
    let row: WorkCenterRow = mrp_store::table::find(connection, list, columns, center.uuid()).await?;
    let schedule = match row.work_schedule_id {
        Some(id) => Some(mrp_store::table::find(connection, &store::LIST, WorkScheduleRow::COLUMNS, id).await?),
        None => store::default(connection).await?,
    };
    schedule.ok_or_else(|| {
        ApiError::new(&codes::CALENDAR_MISSING, say::CENTER_WITHOUT_SCHEDULE.with("work_center", row.name))
    })
}

/// The first and the last day that a query asks for.
fn asked(query: &WindowsQuery, now: Instant) -> Result<(Date, Date), ApiError> {
    let mut faults = Faults::default();
    let first = faults.take("from", query.from.as_deref().map(day).transpose()).flatten();
    let last = faults.take("until", query.until.as_deref().map(day).transpose()).flatten();
    let first = first.unwrap_or_else(|| now.datetime().date());
    let last = last.unwrap_or_else(|| first.saturating_add(time::Duration::days(WINDOW_DAYS_DEFAULT - 1)));
    let days = (last - first).whole_days();
    faults.require((0..=WINDOW_DAYS_MAX).contains(&days), "until", say::AT_MOST_DAYS.with("most", 366));
    faults.check_as(&codes::MALFORMED_QUERY)?;
    Ok((first, last))
}

/// A schedule's hours on these days, less the closures of the company and of the work center.
async fn resolved(
    connection: &mut PgConnection,
    row: &WorkScheduleRow,
    center: Option<WorkCenterId>,
    (first, last): (Date, Date),
) -> Result<WorkingWindowsView, ApiError> {
    // A closure of part of a day may reach into the next one.
    let since = first.previous_day().unwrap_or(first);
    let closures = mrp_store::shop_closures::between(connection, since, last).await?;
    let closures = closures.iter().map(|row| row.closure()).collect::<Result<Vec<_>, _>>()?;
    let windows = shop_calendar::resolve_days(&row.schedule()?, &closures, center, first, last)
        .map_err(|error| ApiError::new(&codes::MALFORMED_QUERY, say::for_callers(error.to_string())))?;
    let windows = windows.iter().map(|window| WorkingWindow { start: window.start(), finish: window.end() });
    let closures = closures.iter().filter(|closure| closure.closes(center) && closure.date_until() >= first);
    let closures = closures.map(|closure| ClosedDays {
        reason: closure.reason().to_owned(),
        date_from: closure.date_from().to_string(),
        date_until: closure.date_until().to_string(),
        is_whole_day: closure.hours().is_none(),
    });
    Ok(WorkingWindowsView { windows: windows.collect(), closures: closures.collect() })
}

fn shift_view(shift: &shop_calendar::Shift) -> Shift {
    let breaks = shift.breaks.iter();
    let breaks = breaks.map(|pause| ShiftBreak { from: pause.from.to_string(), until: pause.until.to_string() });
    Shift {
        name: shift.name.to_string(),
        weekday: shift.weekday,
        from: shift.hours.from.to_string(),
        until: shift.hours.until.to_string(),
        breaks: breaks.collect(),
    }
}

/// Every field and every shift, all faults at once.
fn parse(input: &WorkScheduleInput) -> Result<WorkSchedule, ApiError> {
    let mut faults = Faults::default();
    let name = faults.take("/name", Name::new(&input.name));
    faults.require(shop_calendar::is_zone(input.zone.trim()), "/zone", say::ZONE_UNKNOWN);
    let valid_from = parse_day("/valid_from", input.valid_from.as_deref(), &mut faults);
    let valid_until = parse_day("/valid_until", input.valid_until.as_deref(), &mut faults);
    let mut shifts = Vec::with_capacity(input.shifts.len());
    let mut broken = Vec::new();
    for (place, shift) in input.shifts.iter().enumerate().take(shop_calendar::SHIFTS_MAX + 1) {
        match draft(shift).parse(place) {
            Ok(shift) => shifts.push(shift),
            Err(found) => broken.extend(found),
        }
    }
    if broken.is_empty() {
        let placeholder = || Name::new("-");
        if let Some(name) = name.map_or_else(|| placeholder().ok(), Some) {
            match WorkSchedule::new(name, &input.zone, shifts, valid_from, valid_until) {
                Ok(schedule) => return faults.check().map(|()| schedule),
                Err(found) => broken = found,
            }
        }
    }
    let mut named = Vec::new();
    for fault in &broken {
        let pointer = pointer_of(fault, input, &named);
        if !matches!(fault, WorkScheduleFault::NoZone) {
            faults.add(pointer.clone(), code_of(fault), fault);
        }
        named.push(pointer);
    }
    faults.check()?;
    Err(ApiError::plain(&codes::VALIDATION_FAILED))
}

fn parse_day(pointer: &str, text: Option<&str>, faults: &mut Faults) -> Option<Date> {
    faults.take(pointer, text.filter(|text| !text.trim().is_empty()).map(day).transpose()).flatten()
}

fn draft(shift: &Shift) -> ShiftDraft {
    ShiftDraft {
        name: shift.name.clone(),
        weekday: shift.weekday,
        from: shift.from.clone(),
        until: shift.until.clone(),
        breaks: shift.breaks.iter().map(|pause| (pause.from.clone(), pause.until.clone())).collect(),
    }
}

/// What a fault is called; who reads it in another language has nothing else.
const fn code_of(fault: &WorkScheduleFault) -> &'static ErrorCode {
    match fault {
        WorkScheduleFault::NoZone | WorkScheduleFault::NoShifts => &codes::VALUE_MISSING,
        WorkScheduleFault::ValidityReversed { .. } => &codes::DAYS_REVERSED,
        WorkScheduleFault::BadTime { .. } => &codes::NOT_A_TIME,
        WorkScheduleFault::ShiftsOverlap { .. } => &codes::SHIFTS_OVERLAP,
        WorkScheduleFault::BreakOutsideShift { .. } => &codes::BREAK_OUTSIDE_SHIFT,
        WorkScheduleFault::BreaksOverlap { .. } => &codes::BREAKS_OVERLAP,
        WorkScheduleFault::TooManyShifts { .. }
        | WorkScheduleFault::TooManyBreaks { .. }
        | WorkScheduleFault::BadName { .. }
        | WorkScheduleFault::UnknownWeekday { .. } => &codes::VALUE_INVALID,
    }
}

/// The field that a fault speaks of. A time that is wrong in several fields is named field by field: those in `named`
/// had their turn.
fn pointer_of(fault: &WorkScheduleFault, input: &WorkScheduleInput, named: &[String]) -> String {
    match fault {
        WorkScheduleFault::NoZone => "/zone".to_owned(),
        WorkScheduleFault::NoShifts | WorkScheduleFault::TooManyShifts { .. } => "/shifts".to_owned(),
        WorkScheduleFault::ValidityReversed { .. } => "/valid_until".to_owned(),
        WorkScheduleFault::TooManyBreaks { shift, .. } => format!("/shifts/{shift}/breaks"),
        WorkScheduleFault::BadName { shift, .. } => format!("/shifts/{shift}/name"),
        WorkScheduleFault::UnknownWeekday { shift, .. } => format!("/shifts/{shift}/weekday"),
        WorkScheduleFault::BadTime { shift, found } => {
            let times = input.shifts.get(*shift).map(|given| times(*shift, given)).unwrap_or_default();
            let mut wrong = times.into_iter().filter(|(_, text)| text == found).map(|(pointer, _)| pointer);
            wrong.find(|pointer| !named.contains(pointer)).unwrap_or_else(|| format!("/shifts/{shift}"))
        }
        WorkScheduleFault::ShiftsOverlap { second, .. } => format!("/shifts/{second}/from"),
        WorkScheduleFault::BreakOutsideShift { shift, of_break } => format!("/shifts/{shift}/breaks/{of_break}/from"),
        WorkScheduleFault::BreaksOverlap { shift, second, .. } => format!("/shifts/{shift}/breaks/{second}/from"),
    }
}

/// Every time of a shift with its place.
fn times(place: usize, shift: &Shift) -> Vec<(String, &str)> {
    let own = [(format!("/shifts/{place}/from"), &shift.from), (format!("/shifts/{place}/until"), &shift.until)];
    let breaks = shift.breaks.iter().enumerate().flat_map(|(n, pause)| {
        let pointer = format!("/shifts/{place}/breaks/{n}");
        [(format!("{pointer}/from"), &pause.from), (format!("{pointer}/until"), &pause.until)]
    });
    own.into_iter().chain(breaks).map(|(pointer, text)| (pointer, text.as_str())).collect()
}
