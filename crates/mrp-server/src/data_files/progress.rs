//! How far imports are that are running, for those who wait for them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mrp_api::data_files::DataImportProgress;
use uuid::Uuid;

/// How far one import is.
#[derive(Debug, Default)]
pub struct Progress {
    row: AtomicU64,
    last_row: AtomicU64,
}

impl Progress {
    /// It is at this row of so many.
    pub fn set(&self, row: u64, last_row: u64) {
        self.last_row.store(last_row, Ordering::Relaxed);
        self.row.store(row.min(last_row), Ordering::Relaxed);
    }

    /// Where it is.
    #[must_use]
    pub fn get(&self) -> DataImportProgress {
        DataImportProgress { row: self.row.load(Ordering::Relaxed), last_row: self.last_row.load(Ordering::Relaxed) }
    }
}

/// The imports of this server that somebody waits for, by user and the id that he gave them.
#[derive(Debug, Default)]
pub struct Imports(Mutex<HashMap<(Uuid, Uuid), Arc<Progress>>>);

impl Imports {
    fn all(&self) -> MutexGuard<'_, HashMap<(Uuid, Uuid), Arc<Progress>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes an import until the answer is dropped.
    pub fn begin(&self, user: Uuid, id: Uuid) -> Running<'_> {
        let progress = Arc::new(Progress::default());
        self.all().insert((user, id), Arc::clone(&progress));
        Running { imports: self, place: (user, id), progress }
    }

    /// How far it is; none when it is over, or nobody's of that name.
    #[must_use]
    pub fn find(&self, user: Uuid, id: Uuid) -> Option<DataImportProgress> {
        self.all().get(&(user, id)).map(|progress| progress.get())
    }
}

/// An import that is noted.
#[derive(Debug)]
pub struct Running<'a> {
    imports: &'a Imports,
    place: (Uuid, Uuid),
    /// How far it is.
    pub progress: Arc<Progress>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.imports.all().remove(&self.place);
    }
}
