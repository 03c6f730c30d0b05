//! Working time: sorted, disjoint UTC windows with prefix sums, so that wall time and working time convert
//! into each other in O(log n).
//!
//! What does not live here: shifts, holidays and zones (`shop_calendar` resolves them into windows).

use serde::{Deserialize, Serialize};

use crate::time::{Instant, Seconds, TimeWindow};

/// Why a calculation with working time has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The known windows end (or begin) before the work is placed.
    #[error("working time is not known far enough from {from}: {missing} more are needed")]
    HorizonExceeded {
        /// Where counting began.
        from: Instant,
        /// Working time that found no place.
        missing: Seconds,
    },
}

/// When work is possible: windows in order, none touching another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<TimeWindow>", into = "Vec<TimeWindow>")]
pub struct WorkingWindows {
    spans: Vec<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    window: TimeWindow,
    /// Working seconds in all earlier spans.
    before: u64,
}

impl Span {
    fn through(&self) -> u64 {
        self.before.saturating_add(self.window.length().get())
    }

    fn at(&self, worked: u64) -> Instant {
        self.window.start().plus(Seconds::new(worked.saturating_sub(self.before)))
    }
}

impl WorkingWindows {
    /// Sorts the windows and joins those that overlap or touch.
    #[must_use]
    pub fn new(mut windows: Vec<TimeWindow>) -> Self {
        windows.sort_unstable();
        let mut joined: Vec<TimeWindow> = Vec::with_capacity(windows.len());
        for window in windows {
            match joined.last_mut() {
                Some(last) if window.start() <= last.end() => {
                    *last = TimeWindow::new(last.start(), last.end().max(window.end())).unwrap_or(*last);
                }
                Some(_) | None => joined.push(window),
            }
        }
        let mut before = 0_u64;
        let mut spans = Vec::with_capacity(joined.len());
        for window in joined {
            spans.push(Span { window, before });
            before = before.saturating_add(window.length().get());
        }
        Self { spans }
    }

    /// The windows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = TimeWindow> + '_ {
        self.spans.iter().map(|span| span.window)
    }

    /// Whether there is no working time at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// All working time together.
    #[must_use]
    pub fn total(&self) -> Seconds {
        Seconds::new(self.spans.last().map_or(0, Span::through))
    }

    /// Whether work is possible at `at`.
    #[must_use]
    pub fn is_working(&self, at: Instant) -> bool {
        self.next_working(at) == Some(at)
    }

    /// The first working instant not before `at`, if one is known.
    #[must_use]
    pub fn next_working(&self, at: Instant) -> Option<Instant> {
        let index = self.spans.partition_point(|span| span.window.end() <= at);
        self.spans.get(index).map(|span| span.window.start().max(at))
    }

    /// The earliest instant not before `at` from which `work` is done within one window, if there is one that long.
    #[must_use]
    pub fn next_whole(&self, at: Instant, work: Seconds) -> Option<Instant> {
        let index = self.spans.partition_point(|span| span.window.end() <= at);
        let mut starts = self.spans.iter().skip(index).map(|span| (span.window.start().max(at), span.window.end()));
        starts.find(|(start, end)| end.since(*start) >= work).map(|(start, _)| start)
    }

    /// The earliest instant by which `work` is done when it begins at `start` and stands still outside the
    /// windows. No work is done at `start` itself.
    ///
    /// # Errors
    /// [`CalendarError::HorizonExceeded`] when the windows end too early.
    pub fn add_working(&self, start: Instant, work: Seconds) -> Result<Instant, CalendarError> {
        if work.is_zero() {
            return Ok(start);
        }
        let target = self.worked_before(start).saturating_add(work.get());
        let index = self.spans.partition_point(|span| span.through() < target);
        match self.spans.get(index) {
            Some(span) => Ok(span.at(target)),
            None => {
                Err(CalendarError::HorizonExceeded { from: start, missing: Seconds::new(target).minus(self.total()) })
            }
        }
    }

    /// The latest instant at which `work` can begin to be done by `end`. No work begins at `end` itself.
    ///
    /// # Errors
    /// [`CalendarError::HorizonExceeded`] when the windows begin too late.
    pub fn subtract_working(&self, end: Instant, work: Seconds) -> Result<Instant, CalendarError> {
        if work.is_zero() {
            return Ok(end);
        }
        let worked = self.worked_before(end);
        let missing = work.minus(Seconds::new(worked));
        let found = worked.checked_sub(work.get()).and_then(|target| {
            let after = self.spans.partition_point(|span| span.before <= target);
            self.spans.get(after.checked_sub(1)?).map(|span| span.at(target))
        });
        found.ok_or(CalendarError::HorizonExceeded { from: end, missing })
    }

    /// Working time from `start` to `end`; none when `end` is not later.
    #[must_use]
    pub fn working_between(&self, start: Instant, end: Instant) -> Seconds {
        Seconds::new(self.worked_before(end).saturating_sub(self.worked_before(start)))
    }

    /// These windows with `closed` cut out.
    #[must_use]
    pub fn without(&self, closed: Vec<TimeWindow>) -> Self {
        let closed = Self::new(closed);
        let mut open = Vec::with_capacity(self.spans.len());
        for window in self.iter() {
            let mut start = window.start();
            let first = closed.spans.partition_point(|span| span.window.end() <= window.start());
            for span in closed.spans.iter().skip(first).take_while(|span| span.window.start() < window.end()) {
                open.extend(TimeWindow::new(start, span.window.start()));
                start = start.max(span.window.end());
            }
            open.extend(TimeWindow::new(start, window.end()));
        }
        Self::new(open)
    }

    fn worked_before(&self, at: Instant) -> u64 {
        let after = self.spans.partition_point(|span| span.window.start() < at);
        let last = after.checked_sub(1).and_then(|index| self.spans.get(index));
        last.map_or(0, |span| {
            let worked = at.min(span.window.end()).since(span.window.start());
            span.before.saturating_add(worked.get())
        })
    }
}

impl From<Vec<TimeWindow>> for WorkingWindows {
    fn from(windows: Vec<TimeWindow>) -> Self {
        Self::new(windows)
    }
}

impl From<WorkingWindows> for Vec<TimeWindow> {
    fn from(windows: WorkingWindows) -> Self {
        windows.iter().collect()
    }
}
