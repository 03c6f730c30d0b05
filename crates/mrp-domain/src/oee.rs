//! Overall equipment effectiveness (OEE) of a work center, as ISO 22400-2 and the losses of Nakajima have it:
//! availability × performance × quality, with every second of the time planned accounted for.
//!
//! All times are machine seconds: a work center of capacity 2 has two of them in every second of its hours. The time
//! *planned* is the working hours less planned stops, and whatever was worked beside them. It falls apart into
//!
//! - **downtime**: it stood for an unplanned reason;
//! - **idle**: an order was in progress, and nobody worked on it nor said why (unexplained);
//! - **not loaded**: no order was in progress;
//! - **run**: somebody's clock ran.
//!
//! Availability is run ÷ planned, performance the ideal time of all pieces ÷ run, quality the ideal time of the good
//! pieces ÷ that of all. Their product is the ideal time of the good pieces ÷ planned, whatever the losses in between
//! are called. With one product quality is good ÷ total pieces.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::calendar::WorkingWindows;
use crate::ids::WorkOrderId;
use crate::loss_reason::DowntimeClass;
use crate::quantity::{Exact, QuantityError};
use crate::time::{Instant, Seconds, TimeWindow};

/// Decimals of the percentages.
const PERCENT_DECIMALS: u32 = 2;

/// What happened at a work center.
#[derive(Debug, Clone, Copy)]
pub struct OeeFacts<'a> {
    /// What is looked at; the rest is cut off.
    pub period: TimeWindow,
    /// When the work center can work.
    pub hours: &'a WorkingWindows,
    /// How many work orders it runs in parallel.
    pub capacity: u32,
    /// When it stood; none at the same time as another.
    pub downtimes: &'a [(TimeWindow, DowntimeClass)],
    /// When somebody worked on what; several people at once make the hour no longer.
    pub worked: &'a [(WorkOrderId, TimeWindow)],
    /// From when to when each work order was in progress: from its first clock on until it was finished.
    pub in_progress: &'a [(WorkOrderId, TimeWindow)],
    /// What was reported.
    pub output: Output,
}

/// Pieces, and how long they take at the ideal speed of their operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output {
    /// Ideal machine seconds of all pieces.
    pub ideal_total: Exact,
    /// Ideal machine seconds of the good pieces among them.
    pub ideal_good: Exact,
}

/// Where the time of a work center went, in machine seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oee {
    /// Time in which it should have worked.
    pub planned: Seconds,
    /// Planned stops in its hours; not part of [`Self::planned`].
    pub planned_stops: Seconds,
    /// It stood, unplanned.
    pub downtime: Seconds,
    /// An order was in progress, and nothing happened.
    pub idle: Seconds,
    /// No order was in progress.
    pub not_loaded: Seconds,
    /// Somebody worked.
    pub run: Seconds,
    /// What came of it.
    pub output: Output,
}

impl Oee {
    /// Accounts for every second.
    #[must_use]
    pub fn of(facts: &OeeFacts<'_>) -> Self {
        let mut oee = Self {
            planned: Seconds::ZERO,
            planned_stops: Seconds::ZERO,
            downtime: Seconds::ZERO,
            idle: Seconds::ZERO,
            not_loaded: Seconds::ZERO,
            run: Seconds::ZERO,
            output: facts.output,
        };
        let capacity = u64::from(facts.capacity);
        let mut state = State::default();
        let mut edges = edges(facts).into_iter().peekable();
        while let Some((at, change)) = edges.next() {
            state.apply(change);
            let until = edges.peek().map_or(facts.period.end(), |(next, _)| *next);
            oee.spend(&state, capacity, until.since(at));
        }
        oee
    }

    fn spend(&mut self, state: &State, capacity: u64, length: Seconds) {
        let times = |machines: u64| Seconds::new(length.get().saturating_mul(machines));
        let add = |total: &mut Seconds, machines: u64| *total = total.plus(times(machines));
        let running = state.running.min(capacity);
        // What is worked on beside its hours counts for as much as is worked.
        let available = if state.open > 0 { capacity } else { running };
        if state.planned_stop > 0 {
            return add(&mut self.planned_stops, available);
        }
        add(&mut self.planned, available);
        if state.down > 0 {
            return add(&mut self.downtime, available);
        }
        let loaded = state.in_progress.clamp(running, capacity).min(available);
        add(&mut self.run, running);
        add(&mut self.idle, loaded - running);
        add(&mut self.not_loaded, available - loaded);
    }

    /// Run ÷ planned, in percent; none without time planned.
    #[must_use]
    pub fn availability(&self) -> Option<Decimal> {
        percent(seconds(self.run), seconds(self.planned))
    }

    /// Ideal time of all pieces ÷ run, in percent; none when nothing ran. Above 100: the ideal cycle is too long.
    #[must_use]
    pub fn performance(&self) -> Option<Decimal> {
        percent(self.output.ideal_total, seconds(self.run))
    }

    /// Ideal time of the good pieces ÷ that of all, in percent; none without pieces.
    #[must_use]
    pub fn quality(&self) -> Option<Decimal> {
        percent(self.output.ideal_good, self.output.ideal_total)
    }

    /// Ideal time of the good pieces ÷ planned, in percent; none without time planned.
    #[must_use]
    pub fn oee(&self) -> Option<Decimal> {
        percent(self.output.ideal_good, seconds(self.planned))
    }

    /// Run time that the pieces should not have taken; none when they were faster than ideal.
    #[must_use]
    pub fn speed_loss(&self) -> Seconds {
        difference(seconds(self.run), self.output.ideal_total)
    }

    /// Ideal time that went into pieces that were scrapped.
    #[must_use]
    pub fn quality_loss(&self) -> Seconds {
        difference(self.output.ideal_total, self.output.ideal_good)
    }
}

fn difference(more: Exact, less: Exact) -> Seconds {
    let seconds = more.sub(less).map_or(0, Exact::floor);
    Seconds::new(u64::try_from(seconds).unwrap_or_default())
}

fn seconds(length: Seconds) -> Exact {
    Exact::from_integer(i64::try_from(length.get()).unwrap_or(i64::MAX))
}

fn percent(part: Exact, whole: Exact) -> Option<Decimal> {
    if whole.is_zero() {
        return None;
    }
    let share = part.mul(Exact::from_integer(100)).and_then(|part| part.div(whole)).ok()?;
    Some(share.to_decimal().round_dp(PERCENT_DECIMALS))
}

/// How long `quantity` pieces take at the ideal speed: the cycle of the operation at 100 % efficiency, with no part of
/// it lost to half-filled cycles.
///
/// # Errors
/// [`QuantityError`] beyond what is exact.
pub fn ideal_seconds(cycle: Seconds, quantity_per_cycle: Exact, quantity: Exact) -> Result<Exact, QuantityError> {
    seconds(cycle).mul(quantity)?.div(quantity_per_cycle)
}

/// What holds at a moment: how many of each.
#[derive(Debug, Default)]
struct State {
    open: u64,
    planned_stop: u64,
    down: u64,
    running: u64,
    in_progress: u64,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Nothing,
    Open,
    Stop(DowntimeClass),
    Running,
    InProgress,
}

#[derive(Debug, Clone, Copy)]
struct Change {
    what: What,
    begins: bool,
}

impl State {
    fn apply(&mut self, change: Change) {
        let count = match change.what {
            What::Nothing => return,
            What::Open => &mut self.open,
            What::Stop(DowntimeClass::Planned) => &mut self.planned_stop,
            What::Stop(DowntimeClass::Unplanned) => &mut self.down,
            What::Running => &mut self.running,
            What::InProgress => &mut self.in_progress,
        };
        *count = if change.begins { *count + 1 } else { count.saturating_sub(1) };
    }
}

/// Every moment in the period at which something begins or ends, in order; the period's own beginning first.
fn edges(facts: &OeeFacts<'_>) -> Vec<(Instant, Change)> {
    let mut edges = vec![(facts.period.start(), Change { what: What::Nothing, begins: true })];
    let mut add = |window: TimeWindow, what: What| {
        if let Some(window) = window.intersection(facts.period) {
            edges.push((window.start(), Change { what, begins: true }));
            edges.push((window.end(), Change { what, begins: false }));
        }
    };
    facts.hours.iter().for_each(|window| add(window, What::Open));
    facts.downtimes.iter().for_each(|(window, class)| add(*window, What::Stop(*class)));
    unions(facts.worked).for_each(|window| add(window, What::Running));
    unions(facts.in_progress).for_each(|window| add(window, What::InProgress));
    edges.sort_by_key(|(at, _)| *at);
    edges
}

/// The windows of each work order, joined where they overlap.
fn unions(windows: &[(WorkOrderId, TimeWindow)]) -> impl Iterator<Item = TimeWindow> + use<> {
    let mut by_work_order: BTreeMap<WorkOrderId, Vec<TimeWindow>> = BTreeMap::new();
    for (work_order, window) in windows {
        by_work_order.entry(*work_order).or_default().push(*window);
    }
    by_work_order.into_values().flat_map(|windows| WorkingWindows::new(windows).iter().collect::<Vec<_>>())
}
