//! Who worked when, and how machine time and labour time follow from it.
//!
//! A time log is an interval with an operator. Machine time is the union of the intervals of a work order: two
//! people at one machine do not make the hour longer. Labour time is per person. An operator who has several work
//! orders open at once shares each second among them by a rule, and the shares add up to the second exactly.
//! Corrections never change a log: they take its place and keep it, with a reason.

use std::collections::BTreeMap;

use crate::ids::{TimeLogId, UserId, WorkOrderId};
use crate::time::{Instant, Seconds, TimeWindow};
use crate::vocabulary;

vocabulary! {
    /// How an operator's time is shared when he works on several work orders at once.
    pub enum SharingRule {
        /// The same to each.
        Equal = "equal",
        /// In the proportion of their expected times.
        ByExpectedTime = "by_expected_time",
    }
}

/// The most characters a reason may have.
pub const REASON_LENGTH_MAX: usize = 500;

/// Why a log or a correction is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeLogRefusal {
    /// It would end before it starts, or last no time.
    #[error("the time log would end at {end}, not after its start at {start}")]
    EndsBeforeStart {
        /// Its start.
        start: Instant,
        /// The end asked for.
        end: Instant,
    },
    /// It ended already.
    #[error("the time log ended at {end} already")]
    AlreadyEnded {
        /// When it ended.
        end: Instant,
    },
    /// A correction must say why, in at most [`REASON_LENGTH_MAX`] characters.
    #[error("a correction needs a reason of at most {REASON_LENGTH_MAX} characters")]
    ReasonMissing,
    /// It lies in the future.
    #[error("time up to {end} cannot be logged before it has passed")]
    InTheFuture {
        /// The end asked for.
        end: Instant,
    },
}

impl TimeLogRefusal {
    /// Every code that [`TimeLogRefusal::code`] can return.
    pub const CODES: &'static [&'static str] =
        &["time_log_empty", "time_log_ended", "reason_required", "time_log_in_future"];

    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::EndsBeforeStart { .. } => "time_log_empty",
            Self::AlreadyEnded { .. } => "time_log_ended",
            Self::ReasonMissing => "reason_required",
            Self::InTheFuture { .. } => "time_log_in_future",
        }
    }
}

/// One interval of one operator on one work order; open while he is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLog {
    /// Its name.
    pub id: TimeLogId,
    /// What was worked on.
    pub work_order: WorkOrderId,
    /// Who worked.
    pub operator: UserId,
    /// When he began.
    pub start: Instant,
    /// When he stopped; none while he is at work.
    pub end: Option<Instant>,
}

impl TimeLog {
    /// The log with its end.
    ///
    /// A log that is opened and closed within one second stays in the books with no length.
    ///
    /// # Errors
    /// [`TimeLogRefusal::AlreadyEnded`], [`TimeLogRefusal::EndsBeforeStart`].
    pub fn close(&self, now: Instant) -> Result<Self, TimeLogRefusal> {
        match self.end {
            Some(end) => Err(TimeLogRefusal::AlreadyEnded { end }),
            None if now < self.start => Err(TimeLogRefusal::EndsBeforeStart { start: self.start, end: now }),
            None => Ok(Self { end: Some(now), ..*self }),
        }
    }

    /// Its window, an open log reaching to `now`; none when it has no length.
    #[must_use]
    pub fn window(&self, now: Instant) -> Option<TimeWindow> {
        TimeWindow::new(self.start, self.end.unwrap_or(now)).ok()
    }
}

/// A correction: the log that counts from now on, the one it replaces, who did it, when, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeLogCorrection {
    /// What was written before; kept for ever.
    pub original: TimeLog,
    /// What counts now.
    pub corrected: TimeLog,
    /// Who corrected it.
    pub by: UserId,
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: String,
}

/// Corrects the times of a log. `new_id` names the log that takes its place.
///
/// # Errors
/// [`TimeLogRefusal`] when the window is empty or in the future, or the reason is missing.
pub fn correct(
    original: &TimeLog,
    new_id: TimeLogId,
    (start, end): (Instant, Instant),
    by: UserId,
    now: Instant,
    reason: &str,
) -> Result<TimeLogCorrection, TimeLogRefusal> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_LENGTH_MAX {
        return Err(TimeLogRefusal::ReasonMissing);
    }
    if end <= start {
        return Err(TimeLogRefusal::EndsBeforeStart { start, end });
    }
    if end > now {
        return Err(TimeLogRefusal::InTheFuture { end });
    }
    Ok(TimeLogCorrection {
        original: *original,
        corrected: TimeLog { id: new_id, start, end: Some(end), ..*original },
        by,
        at: now,
        reason: reason.to_owned(),
    })
}

/// How long the machine ran: the union of the intervals.
#[must_use]
pub fn machine_seconds(logs: &[TimeLog], now: Instant) -> Seconds {
    let mut windows: Vec<TimeWindow> = logs.iter().filter_map(|log| log.window(now)).collect();
    windows.sort();
    let mut total = Seconds::ZERO;
    let mut covered_until = Instant::MIN;
    for window in windows {
        let start = window.start().max(covered_until);
        total = total.plus(window.end().since(start));
        covered_until = covered_until.max(window.end());
    }
    total
}

/// Labour of one operator on one work order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabourShare {
    /// Who worked.
    pub operator: UserId,
    /// On what.
    pub work_order: WorkOrderId,
    /// How long, after sharing.
    pub seconds: Seconds,
}

/// How long each person worked on each work order, one's time shared by `rule` where intervals overlap.
///
/// `logs` are all logs of the operators in question; `expected` has the expected time of each work order, and
/// matters to [`SharingRule::ByExpectedTime`] only (unknown or zero counts as one second). The shares of a person
/// add up to the union of his intervals. Two logs of one person on one work order at the same time count once.
#[must_use]
pub fn labour_shares(
    logs: &[TimeLog],
    now: Instant,
    rule: SharingRule,
    expected: &BTreeMap<WorkOrderId, Seconds>,
) -> Vec<LabourShare> {
    let mut by_operator: BTreeMap<UserId, Vec<(WorkOrderId, TimeWindow)>> = BTreeMap::new();
    for log in logs {
        if let Some(window) = log.window(now) {
            by_operator.entry(log.operator).or_default().push((log.work_order, window));
        }
    }
    let mut shares = Vec::new();
    for (operator, intervals) in by_operator {
        for (work_order, seconds) in share_one_person(&intervals, rule, expected) {
            shares.push(LabourShare { operator, work_order, seconds });
        }
    }
    shares
}

fn share_one_person(
    intervals: &[(WorkOrderId, TimeWindow)],
    rule: SharingRule,
    expected: &BTreeMap<WorkOrderId, Seconds>,
) -> BTreeMap<WorkOrderId, Seconds> {
    // Time worked with the same set of work orders open is gathered first, so that rounding happens once per set.
    let mut together: BTreeMap<Vec<WorkOrderId>, Seconds> = BTreeMap::new();
    let mut edges: Vec<Instant> = intervals.iter().flat_map(|(_, window)| [window.start(), window.end()]).collect();
    edges.sort();
    edges.dedup();
    for pair in edges.windows(2) {
        let [from, to] = pair else { continue };
        let mut open: Vec<WorkOrderId> =
            intervals.iter().filter(|(_, window)| window.contains(*from)).map(|(work_order, _)| *work_order).collect();
        open.sort();
        open.dedup();
        let length = together.entry(open).or_default();
        *length = length.plus(to.since(*from));
    }
    let mut shares: BTreeMap<WorkOrderId, Seconds> = BTreeMap::new();
    for (open, length) in together {
        let weights: Vec<u64> = open
            .iter()
            .map(|work_order| match rule {
                SharingRule::Equal => 1,
                SharingRule::ByExpectedTime => expected.get(work_order).map_or(1, |seconds| seconds.get().max(1)),
            })
            .collect();
        for (work_order, part) in open.iter().zip(apportion(length.get(), &weights)) {
            let share = shares.entry(*work_order).or_default();
            *share = share.plus(Seconds::new(part));
        }
    }
    shares
}

/// Splits whole seconds by weight so that the parts add up: each part is the difference of two rounded-down
/// running totals.
fn apportion(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
    let mut running = 0_u128;
    let mut given = 0_u64;
    weights
        .iter()
        .map(|&weight| {
            running += u128::from(weight);
            // Never above `total`, for `running` never exceeds `sum`.
            let up_to_here = u128::from(total)
                .saturating_mul(running)
                .checked_div(sum)
                .and_then(|seconds| u64::try_from(seconds).ok())
                .unwrap_or(given);
            let part = up_to_here - given;
            given = up_to_here;
            part
        })
        .collect()
}
