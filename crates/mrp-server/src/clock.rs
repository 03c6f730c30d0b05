//! The only place that asks what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use mrp_domain::time::Instant;

/// Where the time comes from: the machine, or a test.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    fixed: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's time.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until [`Clock::set`].
    #[must_use]
    pub fn fixed(at: Instant) -> Self {
        Self { fixed: Some(Arc::new(AtomicI64::new(at.unix()))) }
    }

    /// Moves a fixed clock; the machine's time cannot be moved.
    pub fn set(&self, at: Instant) {
        if let Some(fixed) = &self.fixed {
            fixed.store(at.unix(), Ordering::SeqCst);
        }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.fixed.as_ref().map_or_else(
            || Instant::from_datetime(time::OffsetDateTime::now_utc()),
            |fixed| Instant::from_unix(fixed.load(Ordering::SeqCst)),
        )
    }
}
