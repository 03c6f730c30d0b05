//! Connections to Postgres, each set up as the app's own role with its time limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use deadpool::managed::QueueMode;
use diesel::ConnectionError;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use tokio::sync::Mutex;

use crate::error::StoreError;

/// How long a request waits for a connection before it is told that we are busy.
const WAIT: Duration = Duration::from_secs(5);

/// What every connection is told first: no rights beyond the app's, and nothing waits for ever. Statements here touch
/// few rows by their keys and are planned once per connection, perhaps while a table is still empty: plans that read
/// whole tables would be kept when the table has grown.
const SET_UP: &str = "SET ROLE mrp_app; SET statement_timeout = '10s'; SET lock_timeout = '3s'; \
     SET idle_in_transaction_session_timeout = '30s'; SET timezone = 'UTC'; SET jit = off; \
     SET plan_cache_mode = 'force_generic_plan'; SET enable_seqscan = off; SET enable_hashjoin = off; \
     SET enable_mergejoin = off";

/// The way to the database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pools: Arc<[Pool<AsyncPgConnection>]>,
    disk: Arc<Disk>,
}

/// Who waits for the disk, and who need not any more: each has a number, and one write serves all up to its own.
#[derive(Debug, Default)]
struct Disk {
    asked: AtomicU64,
    served: Mutex<u64>,
}

thread_local! {
    /// The number of this thread among those that have asked for a connection.
    static THREAD: usize = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed)
    };
}

/// One connection, given back when dropped.
pub type Connection = Object<AsyncPgConnection>;

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("load", &self.load()).finish()
    }
}

impl Store {
    /// A pool of at most `size` connections to a migrated database. Connects when first used.
    ///
    /// # Errors
    /// When the pool cannot be built.
    pub fn new(url: &str, size: usize) -> Result<Self, StoreError> {
        Ok(Self { pools: Arc::from([pool(url, size)?]), disk: Arc::default() })
    }

    /// Pools of at most `size` connections together for the `threads` that answer requests, and a small one for the
    /// rest of the program. A connection is driven by the thread that opened it: asked from another one, each
    /// statement would wake both.
    ///
    /// # Errors
    /// When a pool cannot be built.
    pub fn for_threads(url: &str, size: usize, threads: usize) -> Result<Self, StoreError> {
        let threads = threads.max(1);
        let share = size.div_ceil(threads);
        let answering = (0..threads).map(|_| pool(url, share));
        let pools = std::iter::once(pool(url, ASIDE)).chain(answering).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { pools: Arc::from(pools), disk: Arc::default() })
    }

    /// One connection.
    ///
    /// # Errors
    /// [`StoreError::Away`] when none is free in time.
    pub async fn connection(&self) -> Result<Connection, StoreError> {
        let place = THREAD.with(|thread| thread % self.pools.len().max(1));
        let pool = self.pools.get(place).ok_or_else(|| StoreError::Away("there is no pool".to_owned()))?;
        pool.get().await.map_err(|error| StoreError::Away(error.to_string()))
    }

    /// Waits until all that was committed before is durable, also by transactions that did not wait themselves
    /// ([`crate::tx::Tx::holds_much`]). Who comes while one write is under way shares the next one.
    ///
    /// # Errors
    /// When Postgres fails; what was committed may then be lost, or not.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let turn = self.disk.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut served = self.disk.served.lock().await;
        if *served >= turn {
            return Ok(());
        }
        let all = self.disk.asked.load(Ordering::SeqCst);
        let mut connection = self.connection().await?;
        // A commit that has written something waits for the disk, and the log is one: what stands before is on it, too.
        crate::sql::sql("SELECT pg_logical_emit_message(true, '', '')").run(&mut connection).await?;
        *served = all;
        Ok(())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Away`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        crate::sql::sql("SELECT 1").run(&mut connection).await?;
        Ok(())
    }

    /// Connections in use and open, for the metrics.
    #[must_use]
    pub fn load(&self) -> (usize, usize) {
        self.pools.iter().map(|pool| pool.status()).fold((0, 0), |(used, open), status| {
            (used + status.size.saturating_sub(status.available), open + status.size)
        })
    }
}

/// Connections of the threads that do not answer requests: events, housekeeping, start.
const ASIDE: usize = 2;

/// The connection that was used last is taken first: its backend has everything at hand.
fn pool(url: &str, size: usize) -> Result<Pool<AsyncPgConnection>, StoreError> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(|url| establish(url.to_owned()).boxed());
    let manager = AsyncDieselConnectionManager::new_with_config(url, config);
    Pool::builder(manager)
        .max_size(size)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(WAIT))
        .queue_mode(QueueMode::Lifo)
        .runtime(deadpool::Runtime::Tokio1)
        .build()
        .map_err(|error| StoreError::Away(error.to_string()))
}

async fn establish(url: String) -> Result<AsyncPgConnection, ConnectionError> {
    let mut connection = AsyncPgConnection::establish(&url).await?;
    connection.batch_execute(SET_UP).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    crate::tx::prepare(&mut connection).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}
