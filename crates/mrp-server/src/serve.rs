//! `mrp-server serve`: Postgres, migrations, the demonstration if asked for, then HTTP until told to stop.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::DefaultHeaders;
use actix_web::{App as HttpApp, HttpServer, web};
use anyhow::{Context, Result, bail};
use mrp_store::embedded::{Embedded, EmbeddedOptions, check_durability};
use mrp_store::pool::Store;

use crate::app::{App, configure};
use crate::clock::Clock;
use crate::config::Config;
use crate::events::Feed;
use crate::spa::CONTENT_SECURITY_POLICY;

/// How long open requests may take after the server was told to stop.
const STOP_SECONDS: u64 = 20;
/// How often old rows are forgotten.
const HOUSEKEEPING_PERIOD: Duration = Duration::from_secs(3600);
/// How often somebody looks whether the private Postgres lives.
const WATCH_PERIOD: Duration = Duration::from_secs(1);
/// How long a client may take to send its request, and how long an idle connection is kept.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(30);

/// Runs until Ctrl-C or SIGTERM.
///
/// # Errors
/// When the port is taken, Postgres cannot be started or is not durable, or the database cannot be migrated.
pub async fn serve(config: Config) -> Result<()> {
    let listener = listen(&config.listen)?;
    let (database_url, guarded) = database(&config).await?;
    let ran = mrp_store::migrate::migrate(&database_url).await.context("the database could not be migrated")?;
    if ran > 0 {
        tracing::info!(migrations = ran, "database migrated");
    }
    let store = Store::for_threads(&database_url, config.pool, config.workers)?;
    check_durability(&mut *store.connection().await?).await?;
    let app = web::Data::new(App::new(store.clone(), Clock::system(), config.tls));
    if config.demo {
        crate::demo::load_once(&app).await.context("the demonstration factory could not be loaded")?;
        crate::demo::open_orders_once(&app).await.context("the demonstration orders could not be opened")?;
    }
    announce(&config);
    keep_house(app.clone());
    crate::due_reservations::start(app.clone());
    let feed = web::Data::new(Feed::start(store));
    http(app, feed, listener, config.workers)?.await?;
    if let Some(guarded) = guarded {
        guarded.stop().await?;
    }
    Ok(())
}

/// Forgets once an hour what nobody can ask for any more.
fn keep_house(app: web::Data<App>) {
    tokio::spawn(async move {
        loop {
            let forgotten = async {
                let mut connection = app.store.connection().await?;
                mrp_store::housekeeping::forget(&mut connection, app.clock.now().datetime()).await
            };
            match forgotten.await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "old answers, events and sessions forgotten"),
                Err(error) => tracing::warn!(%error, "housekeeping failed"),
            }
            tokio::time::sleep(HOUSEKEEPING_PERIOD).await;
        }
    });
}

/// A private Postgres that is started again when it dies.
struct Guarded {
    postgres: Arc<Mutex<Option<Embedded>>>,
}

impl Guarded {
    fn watch(embedded: Embedded) -> Self {
        let postgres = Arc::new(Mutex::new(Some(embedded)));
        let watched = Arc::clone(&postgres);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(WATCH_PERIOD).await;
                let watched = Arc::clone(&watched);
                let revived = tokio::task::spawn_blocking(move || {
                    let mut postgres = watched.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    postgres.as_mut().map_or(Ok(false), Embedded::revive)
                });
                match revived.await {
                    Ok(Ok(false)) => {}
                    Ok(Ok(true)) => tracing::warn!("the private Postgres had died and was started again"),
                    Ok(Err(error)) => tracing::error!(%error, "the private Postgres cannot be started again"),
                    Err(error) => tracing::error!(%error, "the watch over the private Postgres failed"),
                }
            }
        });
        Self { postgres }
    }

    async fn stop(self) -> Result<()> {
        tokio::task::spawn_blocking(move || {
            let taken = self.postgres.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
            taken.map_or(Ok(()), Embedded::stop)
        })
        .await??;
        Ok(())
    }
}

/// The HTTP server on this port; it runs when awaited, inside an actix system.
///
/// # Errors
/// When the listener cannot be used.
pub fn http(
    app: web::Data<App>,
    feed: web::Data<Feed>,
    listener: TcpListener,
    workers: usize,
) -> std::io::Result<Server> {
    let tls = app.tls;
    let server = HttpServer::new(move || {
        HttpApp::new().app_data(app.clone()).app_data(feed.clone()).wrap(headers(tls)).configure(configure)
    })
    .workers(workers.max(1))
    .shutdown_timeout(STOP_SECONDS)
    .client_request_timeout(CLIENT_TIMEOUT)
    .keep_alive(CLIENT_TIMEOUT)
    .listen(listener)?;
    Ok(server.run())
}

/// Said on every answer.
pub fn headers(tls: bool) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add(("Content-Security-Policy", CONTENT_SECURITY_POLICY))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("Referrer-Policy", "same-origin"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"));
    if tls { headers.add(("Strict-Transport-Security", "max-age=31536000")) } else { headers }
}

fn listen(address: &str) -> Result<TcpListener> {
    match TcpListener::bind(address) {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!(
                "{address} is taken, perhaps by a server that is already running. Choose another: --listen 127.0.0.1:8081"
            )
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on {address}")),
    }
}

/// The configured database, or a private one.
async fn database(config: &Config) -> Result<(String, Option<Guarded>)> {
    if let Some(url) = &config.database_url {
        return Ok((url.clone(), None));
    }
    let folder = config.data_dir.join("postgres");
    let embedded = tokio::task::spawn_blocking(move || Embedded::start(EmbeddedOptions::new(folder))).await??;
    tracing::info!(data = %embedded.data_dir().display(), "private Postgres is running");
    Ok((embedded.url(), Some(Guarded::watch(embedded))))
}

#[allow(clippy::print_stdout, reason = "the first thing a person reads after starting the server")]
fn announce(config: &Config) {
    println!("\n  http://{}\n", config.listen);
    if config.demo {
        println!("  DEMONSTRATION: everybody knows these passwords. Never put real data here.");
        for user in crate::demo::USERS {
            println!("    {:<10} {:<12} {}", user.login, crate::demo::PASSWORD, user.role);
        }
        println!();
    }
}
