//! Many clients that confirm orders at once whose components are the same few: who is first gets them, and nothing is
//! promised twice. There is less than all orders need, so that some of them come too late.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::manufacturing_orders::{BulkItem, ConfirmManufacturingOrder};
use mrp_domain::manufacturing_order::ReservationRule;
use serde_json::{Value, json};

use crate::client::Client;
use crate::confirm_many::drafts;
use crate::database::{self, PromisedRow};
use crate::factory::{Factory, ORDERED, STOCK, Shape};
use crate::figures::{count, median, percentile_ms, rounded};
use crate::server::Server;

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Clients at once.
    #[arg(long, default_value_t = 20)]
    clients: usize,
    /// Orders in each run.
    #[arg(long, default_value_t = 2000)]
    orders: usize,
    /// Runs; the figures are their medians.
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

/// Components that every product needs.
const HOT: usize = 5;
/// Orders that fill caches and prepare statements before anything is measured.
const WARM_UP: usize = 400;
/// What a line of this number needs for one order; the factory's recipes take one piece in the first line, two in the second.
fn needed(line: usize) -> u32 {
    u32::try_from(line + 1).unwrap_or(u32::MAX).saturating_mul(ORDERED)
}

/// Five hot components and one of the product's own neighbourhood. There is enough of the hot ones for this many orders.
const ENOUGH_FOR: u32 = 9000;
const SHAPE: Shape = Shape {
    lines: HOT + 1,
    component: |product, line| if line < HOT { line } else { HOT + product },
    stock: |component| if component < HOT { needed(component) * ENOUGH_FOR } else { STOCK },
};

/// Measures and returns the figures.
pub(crate) fn run(program: &std::path::Path, options: &Options) -> Result<Value> {
    let server = Server::start(program)?;
    let factory = Factory::build(&server, options.clients, ReservationRule::AtConfirm, &SHAPE)?;
    let mut clients = factory.clients(options.clients.max(1))?;
    confirm(&factory, &mut clients, WARM_UP)?;
    let (mut rates, mut cpu_ms, mut p95) = (Vec::new(), Vec::new(), Vec::new());
    for number in 1..=options.runs {
        let before = server.cpu()?;
        let (seconds, times) = confirm(&factory, &mut clients, options.orders)?;
        let used = server.cpu()?.since(before);
        rates.push(count(options.orders) / seconds);
        cpu_ms.push(used.total_ms() / count(options.orders));
        p95.push(percentile_ms(&times, 95));
        println!(
            "run {number}: {:.0} confirms/s, p50 {:.1} ms, p95 {:.1} ms",
            count(options.orders) / seconds,
            percentile_ms(&times, 50),
            percentile_ms(&times, 95)
        );
    }
    let promised = database::promised(&server.database_url, "C-")?;
    let contradictions = database::contradictions(&server.database_url)?;
    for finding in &contradictions {
        eprintln!("{finding:?}");
    }
    let wrong = promised.iter().filter(|row| is_wrong(row)).count();
    let short = promised.iter().filter(|row| row.needed > row.on_hand).count();
    Ok(json!({
        "bench": "reserve",
        "clients": options.clients,
        "orders": options.orders,
        "runs": options.runs,
        "confirms_per_s": rounded(median(rates)),
        "confirm_p95_ms": rounded(median(p95)),
        "cpu_ms_per_confirm": rounded(median(cpu_ms)),
        "components_run_out": short,
        "over_reserved": wrong + contradictions.len(),
    }))
}

/// What there is must be promised as far as it is needed: not more, and nothing may lie idle while somebody waits for it.
fn is_wrong(row: &PromisedRow) -> bool {
    let right = row.reserved == row.held && row.reserved == row.needed.min(row.on_hand) && row.reserved <= row.on_hand;
    if !right {
        eprintln!("{row:?}");
    }
    !right
}

/// Writes drafts, then lets all clients confirm them as fast as they can; only the latter is timed.
fn confirm(factory: &Factory, clients: &mut [Client], orders: usize) -> Result<(f64, Vec<Duration>)> {
    let drafts = drafts(factory, clients, orders)?;
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    let times = thread::scope(|scope| {
        let share = |client| scope.spawn(|| one_share(client, &drafts, &next));
        let threads = clients.iter_mut().map(share).collect::<Vec<_>>();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect::<Result<Vec<_>>>()
    })?;
    let seconds = began.elapsed().as_secs_f64();
    let times = times.concat();
    ensure!(times.len() == orders, "{} of {orders} orders were confirmed", times.len());
    Ok((seconds, times))
}

fn one_share(client: &mut Client, drafts: &[BulkItem], next: &AtomicUsize) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    while let Some(draft) = drafts.get(next.fetch_add(1, Ordering::Relaxed)) {
        let began = Instant::now();
        let path = IdPath { id: draft.id };
        client
            .command::<ConfirmManufacturingOrder>(&path, &Empty {}, Some(draft.version))
            .with_context(|| format!("confirming {}", draft.id))?;
        times.push(began.elapsed());
    }
    Ok(times)
}
