//! Counters for Prometheus at `/metrics`, for callers on this machine only; and `/health` and `/ready`.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::app::App;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    endpoint: &'static str,
    status: u16,
}

/// What is counted.
#[derive(Debug, Clone)]
pub struct Metrics {
    requests: Family<Labels, Counter>,
    seconds: Histogram,
    connections_used: Gauge,
    connections_open: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            seconds: Histogram::new([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]),
            connections_used: Gauge::default(),
            connections_open: Gauge::default(),
        }
    }
}

impl Metrics {
    /// One answered request.
    pub fn observe(&self, endpoint: &'static str, status: u16, took: Duration) {
        self.requests.get_or_create(&Labels { endpoint, status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    fn text(&self, (used, open): (usize, usize)) -> String {
        self.connections_used.set(i64::try_from(used).unwrap_or(i64::MAX));
        self.connections_open.set(i64::try_from(open).unwrap_or(i64::MAX));
        let mut registry = Registry::with_prefix("mrp");
        registry.register("requests", "Answered requests by endpoint and status", self.requests.clone());
        registry.register("request_seconds", "Time from first byte to answer", self.seconds.clone());
        registry.register("connections_used", "Connections to Postgres in use", self.connections_used.clone());
        registry.register("connections_open", "Connections to Postgres that are open", self.connections_open.clone());
        let mut text = String::new();
        match encode(&mut text, &registry) {
            Ok(()) => text,
            Err(error) => format!("# {error}\n"),
        }
    }
}

/// `/health`, `/ready`, `/metrics`.
pub fn mount(config: &mut web::ServiceConfig) {
    config
        .route("/health", web::get().to(|| async { HttpResponse::Ok().body("ok") }))
        .route("/ready", web::get().to(ready))
        .route("/metrics", web::get().to(metrics));
}

/// Whether requests can be answered: the database is there.
async fn ready(app: web::Data<App>) -> HttpResponse {
    match app.store.ping().await {
        Ok(()) => HttpResponse::Ok().body("ready"),
        Err(error) => HttpResponse::ServiceUnavailable()
            .insert_header(("Retry-After", "1"))
            .body(format!("the database does not answer: {error}")),
    }
}

async fn metrics(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    if !request.peer_addr().is_none_or(|peer| peer.ip().is_loopback()) {
        return HttpResponse::NotFound().finish();
    }
    HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .body(app.metrics.text(app.store.load()))
}
