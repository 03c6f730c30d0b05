//! Working hours of work centers, resolved once and kept until a schedule, a closure or a work center changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use mrp_domain::calendar::WorkingWindows;
use mrp_domain::ids::WorkCenterId;

/// The resolved hours of each work center, as of one version of the calendars.
#[derive(Debug, Default)]
pub struct Calendars {
    known: Mutex<(i64, HashMap<WorkCenterId, Arc<WorkingWindows>>)>,
}

impl Calendars {
    /// The hours of a work center, if they were resolved under this version.
    #[must_use]
    pub fn get(&self, version: i64, center: WorkCenterId) -> Option<Arc<WorkingWindows>> {
        let known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.0 == version { known.1.get(&center).cloned() } else { None }
    }

    /// Remembers the hours of a work center; those of other versions are forgotten.
    pub fn put(&self, version: i64, center: WorkCenterId, windows: Arc<WorkingWindows>) {
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.0 != version {
            *known = (version, HashMap::new());
        }
        known.1.insert(center, windows);
    }
}
