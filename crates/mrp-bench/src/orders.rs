//! Whole lives of manufacturing orders: create, confirm, reserve, plan, start and finish each work order, finish.
//!
//! Every step is a request of its own that waits for its answer, as if people clicked. Reads that a person's screen
//! would make to learn the next version are part of the life and are measured with it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_api::manufacturing_orders::{
    ConfirmManufacturingOrder, CreateManufacturingOrder, FinishInput, FinishManufacturingOrder, GetManufacturingOrder,
    ListManufacturingOrders, ManufacturingOrderQuery, PlanInput, PlanManufacturingOrder, ReserveManufacturingOrder,
};
use mrp_api::work_orders::{FinishWorkOrder, FinishWorkOrderInput, GetWorkOrder, ListWorkOrders, StartWorkOrder};
use mrp_api::work_orders::{WorkOrderQuery, WorkOrderRow};
use mrp_domain::ids::ManufacturingOrderId;
use mrp_domain::manufacturing_order::transitions::FinishChoice;
use mrp_domain::manufacturing_order::{ManufacturingOrderState, ReservationRule};
use serde_json::{Value, json};

use crate::client::{CallError, Changed, Client};
use crate::cpu;
use crate::database::{self, StatementRow};
use crate::factory::{Factory, OPERATIONS, Shape};
use crate::figures::{count, median, percentile_ms, rounded};
use crate::server::Server;

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Clients at once.
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// Orders in each run.
    #[arg(long, default_value_t = 2000)]
    orders: usize,
    /// Runs; the figures are their medians.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Also says what each SQL statement cost; that slows Postgres a little.
    #[arg(long)]
    statements: bool,
    /// Tries a setting of Postgres, as `name=value`; can be given several times.
    #[arg(long)]
    set: Vec<String>,
}

/// Orders that fill caches and prepare statements before anything is measured.
const WARM_UP: usize = 200;
/// Orders of the pass with one client.
const ALONE: usize = 300;
/// Somebody else's change may get in between this often before we give up.
const STALE_MAX: usize = 4;
const READY_RUNS: usize = 3;

/// The requests of a life, in order.
const STEPS: [&str; 10] = [
    "create",
    "confirm",
    "reserve",
    "plan",
    "read work orders",
    "start work order",
    "finish work order",
    "read order",
    "finish",
    "read again when stale",
];
const CONFIRM: usize = 1;

/// How long each request took, by the place in [`STEPS`].
type Times = [Vec<Duration>; STEPS.len()];

struct Run {
    seconds: f64,
    server_ms: f64,
    postgres_ms: f64,
    client_ms: f64,
    times: Times,
    created: Vec<ManufacturingOrderId>,
    failed: usize,
}

/// Measures and returns the figures.
pub(crate) fn run(program: &std::path::Path, options: &Options) -> Result<Value> {
    let mut server = Server::start(program)?;
    prepare(&mut server, options)?;
    let factory = Factory::build(&server, options.clients, ReservationRule::ByHand, &Shape::SPREAD)?;
    let mut clients = factory.clients(options.clients.max(1))?;
    println!("factory built; {} clients, {} runs of {} orders", options.clients, options.runs, options.orders);
    live(&server, &factory, &mut clients, WARM_UP)?;
    if options.statements {
        database::statements(&server.database_url)?;
    }

    let mut runs = Vec::new();
    for number in 1..=options.runs {
        let run = live(&server, &factory, &mut clients, options.orders)?;
        print(&format!("run {number}"), &run);
        runs.push(run);
    }
    if options.statements {
        print_statements(&database::statements(&server.database_url)?, options.orders * options.runs);
    }
    let mut first = clients.drain(..1).collect::<Vec<_>>();
    let alone = live(&server, &factory, &mut first, ALONE)?;
    print("one client", &alone);

    let created = runs.iter().flat_map(|run| run.created.iter().copied()).collect::<Vec<_>>();
    let done = orders_done(first.first_mut().context("no client")?)?;
    let unfinished = created.iter().filter(|id| !done.contains(id)).count();
    let never_made = runs.iter().map(|run| options.orders - run.created.len()).sum::<usize>();
    let resident = server.resident_mb()?;
    let ready = (0..READY_RUNS).map(|_| server.restart()).collect::<Result<Vec<_>>>()?;

    let per_order = |value: fn(&Run) -> f64| rounded(median(runs.iter().map(|run| value(run) / count(options.orders))));
    let confirm = |percent| rounded(median(runs.iter().map(|run| confirm_ms(run, percent))));
    Ok(json!({
        "bench": "orders",
        "clients": options.clients,
        "orders": options.orders,
        "runs": options.runs,
        "orders_per_s": rounded(median(runs.iter().map(|run| count(options.orders) / run.seconds))),
        "cpu_ms_per_order": per_order(|run| run.server_ms + run.postgres_ms),
        "server_cpu_ms_per_order": per_order(|run| run.server_ms),
        "postgres_cpu_ms_per_order": per_order(|run| run.postgres_ms),
        "client_cpu_ms_per_order": per_order(|run| run.client_ms),
        "confirm_p50_ms": confirm(50),
        "confirm_p95_ms": confirm(95),
        "confirm_one_client_p50_ms": rounded(confirm_ms(&alone, 50)),
        "confirm_one_client_p95_ms": rounded(confirm_ms(&alone, 95)),
        "one_client_orders_per_s": rounded(count(ALONE) / alone.seconds),
        "lost": unfinished + never_made,
        "server_rss_mb": rounded(resident),
        "ready_seconds": rounded(median(ready.iter().map(Duration::as_secs_f64))),
    }))
}

/// Postgres as the options want it.
fn prepare(server: &mut Server, options: &Options) -> Result<()> {
    if options.statements {
        database::count_statements(&server.database_url)?;
    }
    database::configure(&server.database_url, &options.set)?;
    if options.statements || !options.set.is_empty() {
        server.restart()?;
    }
    Ok(())
}

/// Lets the clients share `orders` lives among them.
fn live(server: &Server, factory: &Factory, clients: &mut [Client], orders: usize) -> Result<Run> {
    let next = AtomicUsize::new(0);
    let cpu_before = server.cpu()?;
    let own_before = cpu::of_ourselves_ms()?;
    let began = Instant::now();
    let lives = thread::scope(|scope| {
        let threads = clients
            .iter_mut()
            .map(|client| {
                let next = &next;
                scope.spawn(move || {
                    let mut lives = Lives::new(client);
                    loop {
                        let place = next.fetch_add(1, Ordering::Relaxed);
                        if place >= orders {
                            return lives.ended();
                        }
                        lives.one_more(factory, place);
                    }
                })
            })
            .collect::<Vec<_>>();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect::<Vec<_>>()
    });
    let seconds = began.elapsed().as_secs_f64();
    let used = server.cpu()?.since(cpu_before);
    let mut run = Run {
        seconds,
        server_ms: used.server_ms,
        postgres_ms: used.postgres_ms,
        client_ms: cpu::of_ourselves_ms()? - own_before,
        times: Times::default(),
        created: Vec::new(),
        failed: 0,
    };
    for (times, created, failed) in lives {
        for (all, some) in run.times.iter_mut().zip(times) {
            all.extend(some);
        }
        run.created.extend(created);
        run.failed += failed;
    }
    Ok(run)
}

/// One client's share.
struct Lives<'a> {
    client: &'a mut Client,
    times: Times,
    created: Vec<ManufacturingOrderId>,
    failed: usize,
}

impl<'a> Lives<'a> {
    fn new(client: &'a mut Client) -> Self {
        Self { client, times: Times::default(), created: Vec::new(), failed: 0 }
    }

    fn ended(self) -> (Times, Vec<ManufacturingOrderId>, usize) {
        (self.times, self.created, self.failed)
    }

    fn one_more(&mut self, factory: &Factory, place: usize) {
        if let Err(error) = self.live_one(factory, place) {
            self.failed += 1;
            if self.failed <= 3 {
                eprintln!("order {place}: {error:#}");
            }
        }
    }

    fn live_one(&mut self, factory: &Factory, place: usize) -> Result<()> {
        let draft = factory.order(place)?;
        let order = self.timed(0, |client| client.command::<CreateManufacturingOrder>(&Empty {}, &draft, None))?;
        let id = ManufacturingOrderId::from_uuid(order.id);
        self.created.push(id);
        let path = IdPath { id };
        let order = self.timed(CONFIRM, |client| {
            client.command::<ConfirmManufacturingOrder>(&path, &Empty {}, Some(order.version))
        })?;
        let order =
            self.timed(2, |client| client.command::<ReserveManufacturingOrder>(&path, &Empty {}, Some(order.version)))?;
        let how = PlanInput { with_shortage: false };
        self.timed(3, |client| client.command::<PlanManufacturingOrder>(&path, &how, Some(order.version)))?;

        let query = WorkOrderQuery { manufacturing_order_id: Some(id), ..WorkOrderQuery::default() };
        let page = self.timed(4, |client| client.call::<ListWorkOrders>(&Empty {}, &query, &Empty {}, None))?;
        let mut work_orders = page.items;
        work_orders.sort_by_key(|row| row.sequence);
        anyhow::ensure!(work_orders.len() == OPERATIONS, "{} work orders, not {OPERATIONS}", work_orders.len());
        for row in &work_orders {
            self.work(row)?;
        }

        let order = self.timed(7, |client| client.call::<GetManufacturingOrder>(&path, &Empty {}, &Empty {}, None))?;
        let how = FinishInput { choice: FinishChoice::Complete, accept_unrecorded: false, lot_numbers: None };
        self.timed(8, |client| client.command::<FinishManufacturingOrder>(&path, &how, Some(order.version)))?;
        Ok(())
    }

    fn work(&mut self, row: &WorkOrderRow) -> Result<()> {
        let started = self.command_fresh::<StartWorkOrder>(5, row, &Empty {}, row.version)?;
        let rest = FinishWorkOrderInput { report: None };
        self.command_fresh::<FinishWorkOrder>(6, row, &rest, started.version)?;
        Ok(())
    }

    /// A command on a work order, with its version read again when the operation before it has moved it on.
    fn command_fresh<E>(&mut self, step: usize, row: &WorkOrderRow, body: &E::Body, version: i64) -> Result<Changed>
    where
        E: Endpoint<Path = IdPath<mrp_domain::ids::WorkOrderId>, Query = Empty>,
    {
        let path = IdPath { id: row.id };
        let mut version = version;
        for _ in 0..STALE_MAX {
            match self.timed(step, |client| client.command::<E>(&path, body, Some(version))) {
                Err(error) if error.is_stale() => {
                    let read =
                        self.timed(9, |client| client.call::<GetWorkOrder>(&path, &Empty {}, &Empty {}, None))?;
                    version = read.version;
                }
                result => return Ok(result?),
            }
        }
        anyhow::bail!("{}: the version was stale {STALE_MAX} times", E::NAME)
    }

    fn timed<T>(
        &mut self,
        step: usize,
        call: impl FnOnce(&mut Client) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let began = Instant::now();
        let result = call(self.client);
        if let Some(times) = self.times.get_mut(step) {
            times.push(began.elapsed());
        }
        result
    }
}

/// Reads every order that the server says is done.
fn orders_done(client: &mut Client) -> Result<HashSet<ManufacturingOrderId>> {
    let mut done = HashSet::new();
    let mut query = ManufacturingOrderQuery {
        state: Some(ManufacturingOrderState::Done.to_string()),
        limit: Some(mrp_api::page::LIMIT_MAX),
        ..ManufacturingOrderQuery::default()
    };
    loop {
        let page = client.call::<ListManufacturingOrders>(&Empty {}, &query, &Empty {}, None)?;
        let finished = page.items.iter().filter(|row| row.state == ManufacturingOrderState::Done);
        done.extend(finished.map(|row| row.id));
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return Ok(done);
        }
    }
}

fn confirm_ms(run: &Run, percent: usize) -> f64 {
    run.times.get(CONFIRM).map_or(0.0, |times| percentile_ms(times, percent))
}

fn print_statements(rows: &[StatementRow], orders: usize) {
    println!("{:>10} {:>8} {:>8}  SQL, by its time per order", "ms/order", "calls", "µs/call");
    for row in rows {
        let calls = count(usize::try_from(row.calls).unwrap_or_default());
        let microseconds = count(usize::try_from(row.microseconds).unwrap_or_default());
        println!(
            "{:>10.3} {:>8.2} {:>8.0}  {:.160}",
            microseconds / 1000.0 / count(orders),
            calls / count(orders),
            microseconds / calls,
            row.text
        );
    }
}

fn print(name: &str, run: &Run) {
    let orders = count(run.created.len().max(1));
    println!(
        "{name}: {:.1} orders/s, CPU per order {:.2} ms (server {:.2}, Postgres {:.2}; clients {:.2}), {} failed",
        orders / run.seconds,
        (run.server_ms + run.postgres_ms) / orders,
        run.server_ms / orders,
        run.postgres_ms / orders,
        run.client_ms / orders,
        run.failed,
    );
    for (step, times) in STEPS.iter().zip(&run.times).filter(|(_, times)| !times.is_empty()) {
        let (half, most) = (percentile_ms(times, 50), percentile_ms(times, 95));
        println!("    {step:<22} {:>6} requests, p50 {half:>7.2} ms, p95 {most:>7.2} ms", times.len());
    }
}
