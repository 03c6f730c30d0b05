//! Downtime: when a work center stood. What will stand is no downtime but a closure of the shop calendar.

use crate::time::{Instant, Seconds};

/// Clocks of terminals may be ahead by this much; what they report counts as now.
pub const CLOCK_AHEAD_MAX: Seconds = Seconds::new(60);

/// Why times of a downtime are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DowntimeFault {
    /// It would end before it begins, or last no time.
    #[error("it ends at {finish}, not after its beginning at {start}")]
    EndsBeforeStart {
        /// Its beginning.
        start: Instant,
        /// Its end.
        finish: Instant,
    },
    /// It has not begun yet.
    #[error("{start} has not come yet")]
    StartsInFuture {
        /// Its beginning.
        start: Instant,
    },
    /// Its end has not come yet: a work center that stands has none.
    #[error("{finish} has not come yet")]
    EndsInFuture {
        /// Its end.
        finish: Instant,
    },
}

/// When a work center began to stand, and until when; `None`: it still does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DowntimeSpan {
    /// From then on it stood.
    pub start: Instant,
    /// From then on it could run again.
    pub finish: Option<Instant>,
}

impl DowntimeSpan {
    /// A span that lies in the past or reaches to the present.
    ///
    /// # Errors
    /// [`DowntimeFault`].
    pub fn new(start: Instant, finish: Option<Instant>, now: Instant) -> Result<Self, DowntimeFault> {
        let passed = |at: Instant| at.since(now) <= CLOCK_AHEAD_MAX;
        if !passed(start) {
            return Err(DowntimeFault::StartsInFuture { start });
        }
        let start = start.min(now);
        let Some(finish) = finish else { return Ok(Self { start, finish: None }) };
        if !passed(finish) {
            return Err(DowntimeFault::EndsInFuture { finish });
        }
        let finish = finish.min(now);
        if finish <= start {
            return Err(DowntimeFault::EndsBeforeStart { start, finish });
        }
        Ok(Self { start, finish: Some(finish) })
    }
}
