//! The effectiveness of work centers: what happened there, told by the domain.

use std::collections::BTreeMap;

use mrp_api::detail as say;
use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_api::oee::{
    self as api, GetOee, GetWorkCenterOee, ListTimeLogs, OeeLoss, OeeLossView, OeeQuery, OeeRow, OeeStep, OeeView,
    TimeLogQuery, WorkCenterOeeView,
};
use mrp_api::page::Page;
use mrp_domain::calendar::WorkingWindows;
use mrp_domain::ids::{LossReasonId, ManufacturingOrderId, TimeLogId, UserId, WorkCenterId, WorkOrderId};
use mrp_domain::loss_reason::DowntimeClass;
use mrp_domain::oee::{Oee, OeeFacts, Output, ideal_seconds};
use mrp_domain::quantity::Exact;
use mrp_domain::shop_calendar;
use mrp_domain::time::{Instant, Seconds, TimeWindow};
use mrp_store::list::Filters;
use mrp_store::oee::{self as store, Happened, OutputRow};
use mrp_store::sql::PgConnection;
use mrp_store::work_centers::{self, WorkCenterRow};
use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{integer, list_request, word};
use crate::routes::manufacturing_orders::view::instant;
use crate::routes::shop_closures::day;
use crate::routes::work_schedules::schedule_of;

/// Most days of one question.
const DAYS_MAX: i64 = 366;
/// Beyond so many days the steps are months.
const DAILY_MAX: i64 = 62;
/// Decimals of the ideal time of one report, so that sums stay exact.
const IDEAL_DECIMALS: u32 = 6;

/// Mounts all of them.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<GetOee, _, _>(|granted, _, query, _| all(granted, query))
        .endpoint::<GetWorkCenterOee, _, _>(|granted, path: IdPath<WorkCenterId>, query, _| {
            one(granted, path.id, query)
        })
        .endpoint::<ListTimeLogs, _, _>(|granted, _, query, _| time_logs(granted, query));
}

/// Whole days on the company's clock, as far as they have passed.
#[derive(Debug, Clone)]
struct Days {
    zone: String,
    first: Date,
    last: Date,
    period: Option<TimeWindow>,
    now: Instant,
}

impl Days {
    fn asked(query: &OeeQuery, zone: String, now: Instant) -> Result<Self, ApiError> {
        let mut faults = Faults::default();
        let today = shop_calendar::day_in(&zone, now)
            .map_err(|error| ApiError::new(&codes::INTERNAL, say::for_callers(error.to_string())))?;
        let first = faults.take("from", query.from.as_deref().map(day).transpose()).flatten();
        let last = faults.take("until", query.until.as_deref().map(day).transpose()).flatten();
        let last = last.unwrap_or(today);
        let first = first.unwrap_or_else(|| last.replace_day(1).unwrap_or(last));
        let days = (last - first).whole_days();
        faults.require((0..=DAYS_MAX).contains(&days), "until", say::AT_MOST_DAYS.with("most", 366));
        faults.check_as(&codes::MALFORMED_QUERY)?;
        let period = span(&zone, first, last, now)?;
        Ok(Self { zone, first, last, period, now })
    }

    fn starts_at(&self) -> Instant {
        self.period.map_or(self.now, TimeWindow::start)
    }

    fn ends_at(&self) -> Instant {
        self.period.map_or(self.now, TimeWindow::end)
    }

    /// Its days; its months, when there are many days.
    fn steps(&self) -> Vec<(Date, Date)> {
        let monthly = (self.last - self.first).whole_days() >= DAILY_MAX;
        let mut steps = Vec::new();
        let mut from = self.first;
        while from <= self.last {
            let until = if monthly { end_of_month(from) } else { from }.min(self.last);
            steps.push((from, until));
            let Some(next) = until.next_day() else { break };
            from = next;
        }
        steps
    }
}

fn end_of_month(day: Date) -> Date {
    day.replace_day(day.month().length(day.year())).unwrap_or(day)
}

/// From the beginning of one day to the end of another, as far as it has passed.
fn span(zone: &str, first: Date, last: Date, now: Instant) -> Result<Option<TimeWindow>, ApiError> {
    let (from, until) = shop_calendar::days_in(zone, first, last)
        .map_err(|error| ApiError::new(&codes::MALFORMED_QUERY, say::for_callers(error.to_string())))?;
    Ok(TimeWindow::new(from, until.min(now)).ok())
}

/// A work center and what happened there.
#[derive(Debug)]
struct Center {
    row: WorkCenterRow,
    hours: WorkingWindows,
    happened: Happened,
    /// Of what [`Happened::stood`] says, in its order.
    downtimes: Vec<(TimeWindow, DowntimeClass)>,
    worked: Vec<(WorkOrderId, TimeWindow)>,
    in_progress: Vec<(WorkOrderId, TimeWindow)>,
}

impl Center {
    fn new(row: WorkCenterRow, hours: WorkingWindows, mut happened: Happened, now: Instant) -> Result<Self, ApiError> {
        let window = |from: OffsetDateTime, until: Option<OffsetDateTime>| {
            TimeWindow::new(Instant::from_datetime(from), instant(until).unwrap_or(now)).ok()
        };
        let mut downtimes = Vec::new();
        let mut stood = Vec::new();
        for row in std::mem::take(&mut happened.stood) {
            if let Some(window) = window(row.started_at, row.finished_at) {
                downtimes.push((window, word(&row.downtime_class)?));
                stood.push(row);
            }
        }
        happened.stood = stood;
        let of = |id: Uuid, from, until| Some((WorkOrderId::from_uuid(id), window(from, until)?));
        let worked = happened.worked.iter().filter_map(|log| of(log.work_order_id, log.started_at, log.finished_at));
        let in_progress =
            happened.in_progress.iter().filter_map(|work| of(work.work_order_id, work.started_at, work.finished_at));
        let (worked, in_progress) = (worked.collect(), in_progress.collect());
        Ok(Self { row, hours, happened, downtimes, worked, in_progress })
    }

    fn oee(&self, period: Option<TimeWindow>) -> Result<Oee, ApiError> {
        // Days that have not come have nothing to tell.
        let period = period.unwrap_or(
            TimeWindow::new(Instant::MIN, Instant::from_unix(Instant::MIN.unix() + 1))
                .map_err(|error| ApiError::new(&codes::INTERNAL, say::for_callers(error.to_string())))?,
        );
        Ok(Oee::of(&OeeFacts {
            period,
            hours: &self.hours,
            capacity: integer(self.row.capacity),
            downtimes: &self.downtimes,
            worked: &self.worked,
            in_progress: &self.in_progress,
            output: self.output(period)?,
        }))
    }

    fn reports(&self, period: TimeWindow) -> impl Iterator<Item = &OutputRow> {
        self.happened.output.iter().filter(move |report| period.contains(Instant::from_datetime(report.at)))
    }

    fn output(&self, period: TimeWindow) -> Result<Output, ApiError> {
        let mut output = Output { ideal_total: Exact::ZERO, ideal_good: Exact::ZERO };
        for report in self.reports(period) {
            output.ideal_total = sum(output.ideal_total, ideal(report, report.good + report.scrap)?)?;
            output.ideal_good = sum(output.ideal_good, ideal(report, report.good)?)?;
        }
        Ok(output)
    }

    fn view(&self, oee: &Oee) -> OeeRow {
        OeeRow {
            work_center_id: WorkCenterId::from_uuid(self.row.id),
            work_center_name: self.row.name.clone(),
            oee_target_percent: self.row.oee_target_percent,
            availability_percent: oee.availability(),
            performance_percent: oee.performance(),
            quality_percent: oee.quality(),
            oee_percent: oee.oee(),
            planned_seconds: oee.planned.get(),
            planned_stop_seconds: oee.planned_stops.get(),
            downtime_seconds: oee.downtime.get(),
            idle_seconds: oee.idle.get(),
            not_loaded_seconds: oee.not_loaded.get(),
            run_seconds: oee.run.get(),
            speed_loss_seconds: oee.speed_loss().get(),
            quality_loss_seconds: oee.quality_loss().get(),
            good: self.happened.output.iter().map(|report| report.good).sum(),
            scrap: self.happened.output.iter().map(|report| report.scrap).sum(),
        }
    }

    /// What one downtime takes away, by the same rules as all of them together.
    fn taken(&self, part: TimeWindow, class: DowntimeClass) -> Seconds {
        let worked = self.worked.iter().filter(|(_, window)| window.intersection(part).is_some());
        let alone = Oee::of(&OeeFacts {
            period: part,
            hours: &self.hours,
            capacity: integer(self.row.capacity),
            downtimes: &[(part, class)],
            worked: &worked.copied().collect::<Vec<_>>(),
            in_progress: &[],
            output: Output { ideal_total: Exact::ZERO, ideal_good: Exact::ZERO },
        });
        alone.downtime
    }

    /// Every loss with its reason, largest first.
    fn losses(&self, oee: &Oee, period: TimeWindow) -> Result<Vec<OeeLossView>, ApiError> {
        type Key = (OeeLoss, Option<Uuid>);
        let mut found: BTreeMap<Key, (String, u64, u32)> = BTreeMap::new();
        let mut add = |key: Key, name: &str, seconds: u64, times: u32| {
            let entry = found.entry(key).or_insert_with(|| (name.to_owned(), 0, 0));
            (entry.1, entry.2) = (entry.1 + seconds, entry.2 + times);
        };
        for (stood, (window, class)) in self.happened.stood.iter().zip(&self.downtimes) {
            if *class == DowntimeClass::Unplanned {
                let Some(part) = window.intersection(period) else { continue };
                let key = (OeeLoss::Downtime, Some(stood.loss_reason_id));
                add(key, &stood.loss_reason_name, self.taken(part, *class).get(), 1);
            }
        }
        for report in self.reports(period).filter(|report| report.scrap > Decimal::ZERO) {
            let lost = u64::try_from(ideal(report, report.scrap)?.floor()).unwrap_or_default();
            let name = report.scrap_reason_name.as_deref().unwrap_or_default();
            add((OeeLoss::Quality, report.scrap_reason_id), name, lost, 1);
        }
        for (loss, length) in
            [(OeeLoss::Idle, oee.idle), (OeeLoss::NotLoaded, oee.not_loaded), (OeeLoss::Speed, oee.speed_loss())]
        {
            add((loss, None), "", length.get(), 0);
        }
        let mut losses = found.into_iter().filter(|(_, (_, seconds, _))| *seconds > 0).collect::<Vec<_>>();
        losses.sort_by_key(|(_, (_, seconds, _))| std::cmp::Reverse(*seconds));
        let all: u64 = losses.iter().map(|(_, (_, seconds, _))| seconds).sum();
        let share = |seconds: u64| (Decimal::from(seconds) * Decimal::ONE_HUNDRED / Decimal::from(all)).round_dp(1);
        let mut so_far = 0;
        Ok(losses
            .into_iter()
            .map(|((loss, reason), (loss_reason_name, seconds, times))| {
                so_far += seconds;
                OeeLossView {
                    loss,
                    loss_reason_id: reason.map(LossReasonId::from_uuid),
                    loss_reason_name,
                    seconds,
                    times,
                    share_percent: share(seconds),
                    cumulative_percent: share(so_far),
                }
            })
            .collect())
    }
}

fn ideal(report: &OutputRow, quantity: Decimal) -> Result<Exact, ApiError> {
    let cycle = Seconds::new(u64::try_from(report.cycle_seconds).unwrap_or_default());
    let seconds = ideal_seconds(cycle, report.quantity_per_cycle.into(), quantity.into());
    let seconds =
        seconds.map_err(|error| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string())))?;
    Ok(seconds.to_decimal().round_dp(IDEAL_DECIMALS).into())
}

fn sum(one: Exact, other: Exact) -> Result<Exact, ApiError> {
    one.add(other).map_err(|error| ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, say::for_callers(error.to_string())))
}

async fn centers(
    connection: &mut PgConnection,
    rows: Vec<WorkCenterRow>,
    days: &Days,
) -> Result<Vec<Center>, ApiError> {
    let ids = rows.iter().map(|row| row.id).collect();
    let mut happened: BTreeMap<Uuid, Happened> = BTreeMap::new();
    if let Some(period) = days.period {
        let all = store::happened(connection, ids, (period.start().datetime(), period.end().datetime())).await?;
        for row in all.worked {
            happened.entry(row.work_center_id).or_default().worked.push(row);
        }
        for row in all.in_progress {
            happened.entry(row.work_center_id).or_default().in_progress.push(row);
        }
        for row in all.stood {
            happened.entry(row.work_center_id).or_default().stood.push(row);
        }
        for row in all.output {
            happened.entry(row.work_center_id).or_default().output.push(row);
        }
    }
    // A closure of part of a day may reach into the next one.
    let since = days.first.previous_day().unwrap_or(days.first);
    let closures = mrp_store::shop_closures::between(connection, since, days.last).await?;
    let closures = closures.iter().map(|row| row.closure()).collect::<Result<Vec<_>, _>>()?;
    let mut centers = Vec::with_capacity(rows.len());
    for row in rows {
        let id = WorkCenterId::from_uuid(row.id);
        let (from, until) = (days.starts_at(), days.ends_at());
        let hours = match schedule_of(connection, id).await {
            Ok(schedule) => shop_calendar::resolve(&schedule.schedule()?, &closures, Some(id), from, until),
            // Without a schedule nothing is planned; what was worked counts all the same.
            Err(error) if error.code() == &codes::CALENDAR_MISSING => Ok(WorkingWindows::default()),
            Err(error) => return Err(error),
        };
        let hours = hours.map_err(|error| {
            ApiError::new(&codes::CALENDAR_MISSING, say::for_callers(format!("{}: {error}", row.name)))
        })?;
        let happened = happened.remove(&row.id).unwrap_or_default();
        centers.push(Center::new(row, hours, happened, days.now)?);
    }
    Ok(centers)
}

async fn all(granted: Granted<GetOee>, query: OeeQuery) -> Result<Answered<GetOee>, ApiError> {
    let mut connection = granted.connection().await?;
    let zone = mrp_store::settings::read(&mut connection).await?.zone;
    let days = Days::asked(&query, zone, granted.now)?;
    let rows = work_centers::active(&mut connection).await?;
    let rows = centers(&mut connection, rows, &days).await?.into_iter();
    let rows = rows.map(|center| Ok(center.view(&center.oee(days.period)?))).collect::<Result<Vec<_>, ApiError>>()?;
    granted.reply(OeeView {
        from: days.first.to_string(),
        until: days.last.to_string(),
        starts_at: days.starts_at(),
        ends_at: days.ends_at(),
        rows,
    })
}

async fn one(
    granted: Granted<GetWorkCenterOee>,
    id: WorkCenterId,
    query: OeeQuery,
) -> Result<Answered<GetWorkCenterOee>, ApiError> {
    let mut connection = granted.connection().await?;
    let zone = mrp_store::settings::read(&mut connection).await?.zone;
    let days = Days::asked(&query, zone, granted.now)?;
    let row = mrp_store::table::find(&mut connection, &work_centers::LIST, WorkCenterRow::COLUMNS, id.uuid()).await?;
    let found = centers(&mut connection, vec![row], &days).await?;
    let center = found.first().ok_or_else(|| ApiError::plain(&codes::NOT_FOUND))?;
    let oee = center.oee(days.period)?;
    let mut steps = Vec::new();
    for (from, until) in days.steps() {
        let oee = center.oee(span(&days.zone, from, until, days.now)?)?;
        steps.push(OeeStep {
            from: from.to_string(),
            until: until.to_string(),
            oee_percent: oee.oee(),
            availability_percent: oee.availability(),
            performance_percent: oee.performance(),
            quality_percent: oee.quality(),
        });
    }
    let losses = days.period.map_or_else(|| Ok(Vec::new()), |period| center.losses(&oee, period))?;
    granted.reply(WorkCenterOeeView {
        from: days.first.to_string(),
        until: days.last.to_string(),
        starts_at: days.starts_at(),
        ends_at: days.ends_at(),
        row: center.view(&oee),
        losses,
        steps,
    })
}

async fn time_logs(granted: Granted<ListTimeLogs>, query: TimeLogQuery) -> Result<Answered<ListTimeLogs>, ApiError> {
    let request = list_request(&query);
    let filters = || {
        Filters::default()
            .with(query.work_center_id.map(WorkCenterId::uuid), "t.work_center_id = $")
            .with(query.user_id.map(UserId::uuid), "t.user_id = $")
            .when(query.running == Some(true), "t.finished_at IS NULL")
            .when(query.running == Some(false), "t.finished_at IS NOT NULL")
            .with(query.since.map(Instant::datetime), "coalesce(t.finished_at, 'infinity') > $")
            .with(query.until.map(Instant::datetime), "t.started_at < $")
    };
    let mut connection = granted.connection().await?;
    let columns = store::TimeLogRow::COLUMNS;
    let page = store::TIME_LOGS.page::<store::TimeLogRow>(&mut connection, columns, &request, filters()).await?;
    let total = store::TIME_LOGS.total(&mut connection, &request, filters()).await?;
    let now = granted.now;
    let items = page.items.into_iter().map(|row| log(row, now)).collect();
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

fn log(row: store::TimeLogRow, now: Instant) -> api::TimeLogRow {
    let (started_at, finished_at) = (Instant::from_datetime(row.started_at), instant(row.finished_at));
    api::TimeLogRow {
        id: TimeLogId::from_uuid(row.id),
        work_center_id: WorkCenterId::from_uuid(row.work_center_id),
        work_center_name: row.work_center_name,
        work_order_id: WorkOrderId::from_uuid(row.work_order_id),
        work_order_number: row.work_order_number,
        operation_name: row.operation_name,
        manufacturing_order_id: ManufacturingOrderId::from_uuid(row.manufacturing_order_id),
        manufacturing_order_number: row.manufacturing_order_number,
        user_id: UserId::from_uuid(row.user_id),
        operator_name: row.operator_name,
        started_at,
        finished_at,
        seconds: finished_at.unwrap_or(now).since(started_at).get(),
        stop_reason: row.stop_reason,
    }
}
