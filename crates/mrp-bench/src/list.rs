//! Pages of 80 of a long list of manufacturing orders, with the filters and sorts that people use.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use mrp_api::endpoint::{Empty, Endpoint};
use mrp_api::manufacturing_orders::{ListManufacturingOrders, ManufacturingOrderQuery, ManufacturingOrderRow};
use mrp_api::page::Page;
use mrp_domain::manufacturing_order::{ManufacturingOrderState, ReservationRule};
use serde_json::{Value, json};

use crate::client::Client;
use crate::cpu;
use crate::database;
use crate::factory::{Factory, Shape};
use crate::figures::{count, median, percentile_ms, rounded};
use crate::server::Server;

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Orders in the list.
    #[arg(long, default_value_t = 50_000)]
    orders: i64,
    /// Clients at once.
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// Requests in each run.
    #[arg(long, default_value_t = 8000)]
    requests: usize,
    /// Runs; the figures are their medians.
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

const ROWS: u32 = 80;
/// Pages that are walked through from the first on.
const PAGES: usize = 4;
const ALONE: usize = 1000;

/// Measures and returns the figures.
pub(crate) fn run(program: &std::path::Path, options: &Options) -> Result<Value> {
    let server = Server::start(program)?;
    let factory = Factory::build(&server, options.clients, ReservationRule::ByHand, &Shape::SPREAD)?;
    database::write_orders(&server.database_url, options.orders)?;
    let mut clients = factory.clients(options.clients.max(1))?;
    let urls = urls(clients.first_mut().context("no client")?, &factory)?;
    println!("{} orders; {} different pages of {ROWS}", options.orders, urls.len());
    read(&server, &mut clients, &urls, ALONE)?;

    let mut runs = Vec::new();
    for number in 1..=options.runs {
        let run = read(&server, &mut clients, &urls, options.requests)?;
        print(&format!("run {number}"), &run);
        runs.push(run);
    }
    let mut first = clients.drain(..1).collect::<Vec<_>>();
    let alone = read(&server, &mut first, &urls, ALONE)?;
    print("one client", &alone);
    let over = |value: fn(&Run) -> f64| rounded(median(runs.iter().map(value)));
    Ok(json!({
        "bench": "list",
        "orders": options.orders,
        "clients": options.clients,
        "requests": options.requests,
        "runs": options.runs,
        "requests_per_s": over(|run| count(run.times.len()) / run.seconds),
        "p50_ms": over(|run| percentile_ms(&run.times, 50)),
        "p95_ms": over(|run| percentile_ms(&run.times, 95)),
        "cpu_ms_per_request": over(|run| run.cpu_ms / count(run.times.len())),
        "kilobytes_per_page": over(|run| run.kilobytes),
        "one_client_p50_ms": rounded(percentile_ms(&alone.times, 50)),
        "one_client_p95_ms": rounded(percentile_ms(&alone.times, 95)),
        "server_rss_mb": rounded(server.resident_mb()?),
    }))
}

/// Walks through the first pages of each view once, and makes sure that they hold what was asked for.
fn urls(client: &mut Client, factory: &Factory) -> Result<Vec<String>> {
    let product = factory.products().first().copied();
    let all = ManufacturingOrderQuery { limit: Some(ROWS), ..ManufacturingOrderQuery::default() };
    let sorted = |sort: &str| ManufacturingOrderQuery { sort: Some(sort.to_owned()), ..all.clone() };
    let views = [
        ManufacturingOrderQuery { state: Some("confirmed,planned".to_owned()), ..sorted("-deadline") },
        ManufacturingOrderQuery { state: Some("in_progress".to_owned()), ..sorted("deadline") },
        ManufacturingOrderQuery { open: Some(true), ..sorted("deadline") },
        ManufacturingOrderQuery { late: Some(true), ..sorted("deadline") },
        ManufacturingOrderQuery { short: Some(true), ..sorted("deadline") },
        ManufacturingOrderQuery { state: Some("done".to_owned()), ..sorted("-deadline") },
        ManufacturingOrderQuery { product_id: product, ..sorted("-deadline") },
        sorted("-number"),
    ];
    let mut urls = Vec::new();
    for view in views {
        let mut query = view.clone();
        for _ in 0..PAGES {
            let page = client.call::<ListManufacturingOrders>(&Empty {}, &query, &Empty {}, None)?;
            check(&query, &page)?;
            urls.push(ListManufacturingOrders::href(&Empty {}, &query));
            query.cursor = page.next_cursor;
            if query.cursor.is_none() {
                break;
            }
        }
    }
    Ok(urls)
}

fn check(query: &ManufacturingOrderQuery, page: &Page<ManufacturingOrderRow>) -> Result<()> {
    let rows = &page.items;
    ensure!(!rows.is_empty() && page.total > 0, "{query:?}: an empty page");
    let wanted = query.state.as_deref().unwrap_or_default();
    let in_state =
        |state: ManufacturingOrderState| wanted.is_empty() || wanted.split(',').any(|word| word == state.as_str());
    ensure!(rows.iter().all(|row| in_state(row.state)), "{query:?}: a row of another state");
    let is_sorted = match query.sort.as_deref() {
        Some("deadline") => rows.is_sorted_by_key(|row| row.date_deadline),
        Some("-deadline") => rows.iter().rev().is_sorted_by_key(|row| row.date_deadline),
        Some("-number") => rows.iter().rev().is_sorted_by_key(|row| &row.number),
        _ => true,
    };
    ensure!(is_sorted, "{query:?}: not in order");
    Ok(())
}

/// A run: how long each page took.
pub(crate) struct Run {
    seconds: f64,
    cpu_ms: f64,
    client_ms: f64,
    kilobytes: f64,
    pub(crate) times: Vec<Duration>,
}

/// Lets the clients read `requests` pages in all.
pub(crate) fn read(server: &Server, clients: &mut [Client], urls: &[String], requests: usize) -> Result<Run> {
    let next = AtomicUsize::new(0);
    let cpu_before = server.cpu()?;
    let own_before = cpu::of_ourselves_ms()?;
    let began = Instant::now();
    let shares = thread::scope(|scope| {
        let threads = clients
            .iter_mut()
            .map(|client| {
                let next = &next;
                scope.spawn(move || one_share(client, urls, next, requests))
            })
            .collect::<Vec<_>>();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect::<Result<Vec<_>>>()
    })?;
    let seconds = began.elapsed().as_secs_f64();
    let cpu_ms = server.cpu()?.since(cpu_before).total_ms();
    let client_ms = cpu::of_ourselves_ms()? - own_before;
    let bytes = shares.iter().map(|(_, bytes)| bytes).sum::<usize>();
    let times = shares.into_iter().flat_map(|(times, _)| times).collect::<Vec<_>>();
    ensure!(times.len() == requests, "{} of {requests} pages were read", times.len());
    Ok(Run { seconds, cpu_ms, client_ms, kilobytes: count(bytes / requests.max(1)) / 1000.0, times })
}

fn one_share(
    client: &mut Client,
    urls: &[String],
    next: &AtomicUsize,
    requests: usize,
) -> Result<(Vec<Duration>, usize)> {
    let (mut times, mut bytes) = (Vec::new(), 0);
    loop {
        let place = next.fetch_add(1, Ordering::Relaxed);
        if place >= requests {
            return Ok((times, bytes));
        }
        let url = urls.get(place % urls.len()).context("no page")?;
        let began = Instant::now();
        bytes += client.get(url)?.len();
        times.push(began.elapsed());
    }
}

fn print(name: &str, run: &Run) {
    println!(
        "{name}: {:.0} requests/s, p50 {:.2} ms, p95 {:.2} ms, CPU per request {:.3} ms (clients {:.3}), {:.1} kB",
        count(run.times.len()) / run.seconds,
        percentile_ms(&run.times, 50),
        percentile_ms(&run.times, 95),
        run.cpu_ms / count(run.times.len()),
        run.client_ms / count(run.times.len()),
        run.kilobytes
    );
}
