//! The application: what handlers share, and how it is put together for the program and for tests.

use std::collections::HashSet;
use std::sync::Mutex;

use actix_web::web;
use mrp_store::pool::Store;

use crate::auth::callers::Callers;
use crate::auth::passwords::Passwords;
use crate::clock::Clock;
use crate::data_files::progress::Imports;
use crate::metrics::Metrics;
use crate::routes::calendars::Calendars;
use crate::routes::totals::Totals;

/// What every handler can reach.
pub struct App {
    /// The way to the database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Hashes passwords, few at once.
    pub passwords: Passwords,
    /// Who has called in the last second.
    pub callers: Callers,
    /// Counters.
    pub metrics: Metrics,
    /// Resolved working hours.
    pub calendars: Calendars,
    /// Totals of lists, a second old at most.
    pub totals: Totals,
    /// Imports that are running.
    pub imports: Imports,
    /// Whether cookies are marked secure.
    pub tls: bool,
    /// Requests that are running now, by user and key, so that a twin is told at once.
    running: Mutex<HashSet<(uuid::Uuid, String)>>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("store", &self.store).finish_non_exhaustive()
    }
}

impl App {
    /// An application on a migrated database.
    #[must_use]
    pub fn new(store: Store, clock: Clock, tls: bool) -> Self {
        Self {
            store,
            clock,
            passwords: Passwords::default(),
            callers: Callers::default(),
            metrics: Metrics::default(),
            calendars: Calendars::default(),
            totals: Totals::default(),
            imports: Imports::default(),
            tls,
            running: Mutex::default(),
        }
    }

    /// Takes the place of this request; `None` when its twin is running.
    pub(crate) fn enter(&self, user: uuid::Uuid, key: &str) -> Option<Running<'_>> {
        let place = (user, key.to_owned());
        let mut running = self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Made only when the place was free: dropping one gives a place back, and takes this lock.
        running.insert(place.clone()).then(|| Running { app: self, place })
    }
}

/// The place of a running request; given back when dropped.
pub(crate) struct Running<'a> {
    app: &'a App,
    place: (uuid::Uuid, String),
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.app.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&self.place);
    }
}

/// Everything the server answers.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PayloadConfig::new(BODY_BYTES_MAX))
        .configure(crate::routes::mount_all)
        .configure(crate::events::mount)
        .configure(crate::docs::mount)
        .configure(crate::metrics::mount)
        .configure(crate::spa::mount);
}

/// Largest body of a request; a bill of materials of 2 000 lines is about 400 kB.
pub const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;
