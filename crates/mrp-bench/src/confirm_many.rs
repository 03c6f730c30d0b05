//! A thousand drafts of ten components confirmed, and their material reserved, by one command.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Args;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::manufacturing_orders::{
    BulkConfirmManufacturingOrders, BulkInput, BulkItem, BulkReply, BulkResult, CancelManufacturingOrder,
    CreateManufacturingOrder, GetManufacturingOrder, ManufacturingOrderInput, ReasonInput,
};
use mrp_domain::ids::ManufacturingOrderId;
use mrp_domain::manufacturing_order::{ManufacturingOrderState, MaterialAvailability, ReservationRule};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::Client;
use crate::factory::{Factory, LINES, Shape};
use crate::figures::{count, median, rounded};
use crate::server::Server;

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Drafts in one command.
    #[arg(long, default_value_t = 1000)]
    orders: usize,
    /// Runs; the figure is their median.
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

/// Clients that write the drafts.
const WRITERS: usize = 8;
/// Confirmed orders that are read back after each run.
const READ_BACK: usize = 25;

/// Measures and returns the figures.
pub(crate) fn run(program: &std::path::Path, options: &Options) -> Result<Value> {
    let server = Server::start(program)?;
    let factory = Factory::build(&server, WRITERS, ReservationRule::AtConfirm, &Shape::SPREAD)?;
    let mut clients = factory.clients(WRITERS)?;
    let (mut seconds, mut cpu_ms, mut mistakes) = (Vec::new(), Vec::new(), 0);
    for number in 1..=options.runs {
        let drafts = drafts(&factory, &mut clients, options.orders)?;
        let client = clients.first_mut().context("no client")?;
        let before = server.cpu()?;
        let began = Instant::now();
        let reply = confirm(client, &drafts)?;
        seconds.push(began.elapsed().as_secs_f64());
        let used = server.cpu()?.since(before);
        cpu_ms.push(used.total_ms() / count(options.orders));
        mistakes += rows_that_differ(&drafts, &reply, |_| None);
        mistakes += not_confirmed(client, &drafts)?;
        println!(
            "run {number}: {:.2} s; server {:.0} ms, Postgres {:.0} ms of CPU",
            seconds.last().copied().unwrap_or_default(),
            used.server_ms,
            used.postgres_ms
        );
    }
    mistakes += with_bad_rows(&factory, &mut clients)?;
    Ok(json!({
        "bench": "confirm-many",
        "orders": options.orders,
        "components": LINES,
        "runs": options.runs,
        "seconds": rounded(median(seconds)),
        "cpu_ms_per_order": rounded(median(cpu_ms)),
        "wrong_rows": mistakes,
    }))
}

/// Rows that cannot be confirmed fail alone, with their own reason, and the rest goes through.
fn with_bad_rows(factory: &Factory, clients: &mut [Client]) -> Result<usize> {
    let good = drafts(factory, clients, 12)?;
    let client = clients.first_mut().context("no client")?;
    let stale = {
        let draft = create(client, &factory.order(0)?)?;
        BulkItem { id: draft.id, version: draft.version + 7 }
    };
    let unknown = BulkItem { id: ManufacturingOrderId::from_uuid(Uuid::max()), version: 1 };
    let cancelled = {
        let draft = create(client, &factory.order(1)?)?;
        let why = ReasonInput { reason: "nobody wants it".to_owned() };
        let path = IdPath { id: draft.id };
        let gone = client.command::<CancelManufacturingOrder>(&path, &why, Some(draft.version))?;
        BulkItem { id: draft.id, version: gone.version }
    };
    let incomplete = create(client, &ManufacturingOrderInput { date_deadline: None, ..factory.order(2)? })?;
    let bad = [
        (stale, "version_stale"),
        (unknown, "not_found"),
        (cancelled, "state_forbids"),
        (incomplete, "mandatory_field_missing"),
    ];
    let mut rows = good.clone();
    for (place, (item, _)) in bad.iter().enumerate() {
        rows.insert(place * 3, item.clone());
    }
    let reply = confirm(client, &rows)?;
    let expected = |id: ManufacturingOrderId| bad.iter().find(|(item, _)| item.id == id).map(|(_, code)| *code);
    Ok(rows_that_differ(&rows, &reply, expected) + not_confirmed(client, &good)?)
}

fn confirm(client: &mut Client, drafts: &[BulkItem]) -> Result<BulkReply> {
    let body = BulkInput { orders: drafts.to_vec() };
    Ok(client.call::<BulkConfirmManufacturingOrders>(&Empty {}, &Empty {}, &body, None)?)
}

/// One row for each order, in the order they were given; `expected` names the error code of a bad one.
fn rows_that_differ(
    asked: &[BulkItem],
    reply: &BulkReply,
    expected: impl Fn(ManufacturingOrderId) -> Option<&'static str>,
) -> usize {
    let is_right = |(item, result): (&BulkItem, &BulkResult)| {
        let code = result.problem.as_ref().map(|problem| problem.code.as_str());
        let right = match expected(item.id) {
            None => result.done && code.is_none() && result.version.is_some_and(|version| version > item.version),
            Some(wanted) => !result.done && code == Some(wanted),
        };
        if !right {
            eprintln!("row {}: done {}, code {code:?}, expected {:?}", item.id, result.done, expected(item.id));
        }
        right && item.id == result.id
    };
    let wrong = asked.iter().zip(&reply.results).filter(|pair| !is_right(*pair)).count();
    wrong + asked.len().abs_diff(reply.results.len())
}

/// Reads some of the orders back: they are confirmed and their material is reserved.
fn not_confirmed(client: &mut Client, drafts: &[BulkItem]) -> Result<usize> {
    let mut wrong = 0;
    for draft in drafts.iter().step_by(drafts.len().div_ceil(READ_BACK).max(1)) {
        let path = IdPath { id: draft.id };
        let order = client.call::<GetManufacturingOrder>(&path, &Empty {}, &Empty {}, None)?;
        let right = order.state == ManufacturingOrderState::Confirmed
            && order.material_availability_status == MaterialAvailability::Reserved
            && order.components.len() == LINES
            && order.components.iter().all(|line| line.qty_reserved == line.qty_needed);
        wrong += usize::from(!right);
    }
    Ok(wrong)
}

fn create(client: &mut Client, input: &ManufacturingOrderInput) -> Result<BulkItem> {
    let draft = client.command::<CreateManufacturingOrder>(&Empty {}, input, None)?;
    Ok(BulkItem { id: ManufacturingOrderId::from_uuid(draft.id), version: draft.version })
}

/// Writes drafts with all clients at once.
pub(crate) fn drafts(factory: &Factory, clients: &mut [Client], orders: usize) -> Result<Vec<BulkItem>> {
    let next = AtomicUsize::new(0);
    let written = thread::scope(|scope| {
        let threads = clients
            .iter_mut()
            .map(|client| {
                let next = &next;
                scope.spawn(move || -> Result<Vec<BulkItem>> {
                    let mut written = Vec::new();
                    loop {
                        let place = next.fetch_add(1, Ordering::Relaxed);
                        if place >= orders {
                            return Ok(written);
                        }
                        written.push(create(client, &factory.order(place)?)?);
                    }
                })
            })
            .collect::<Vec<_>>();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect::<Result<Vec<_>>>()
    })?;
    let written = written.concat();
    ensure!(written.len() == orders, "{} of {orders} drafts were written", written.len());
    Ok(written)
}
