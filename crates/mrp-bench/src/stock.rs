//! Stock of many products in several places with a long ledger behind it: its list, its value at a past day, the
//! self-check, and the tree below a lot.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_api::lot_traces::{GetLotTrace, LotTraceQuery, TraceDirection};
use mrp_api::page::TOTAL_MAX;
use mrp_api::stock::{ListStock, ListStockMoves, StockMoveQuery, StockQuery};
use mrp_api::stock_values::{GetStockValues, StockValueQuery};
use mrp_api::warehouses::{CreateWarehouse, WarehouseInput};
use mrp_domain::ids::LotId;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::macros::format_description;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::client::Client;
use crate::database;
use crate::factory::Builder;
use crate::figures::{median, percentile_ms, rounded};
use crate::list::{self, Run};
use crate::server::Server;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Products; each lies in three places and has moved ten times.
    #[arg(long, default_value_t = 100_000)]
    products: i64,
    /// Clients at once.
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// Pages read in each run.
    #[arg(long, default_value_t = 4000)]
    requests: usize,
    /// Runs; the figures are their medians.
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

const PLACES: usize = 3;
const ROWS: u32 = 80;
/// The lot's tree: so many levels of lots below it, each made of so many of the next.
const LEVELS: i64 = 6;
const PARTS: i64 = 4;
/// The lot at its top, as `lots.sql` names it.
const TOP: u128 = 0x0195_0000_0000_7000_8000_0000_0000_0000;

/// Measures and returns the figures.
pub(crate) fn run(program: &Path, options: &Options) -> Result<Value> {
    let server = Server::start(program)?;
    let (login, password) = &server.admin;
    let log_in = || Client::log_in(server.address(), login, password);
    let mut builder = Builder::new(log_in()?);
    builder.unit()?;
    for place in 0..PLACES {
        let body = WarehouseInput { code: format!("W{place}"), name: format!("Warehouse {place}"), active: true };
        builder.client.command::<CreateWarehouse>(&Empty {}, &body, None)?;
    }
    database::write_stock(&server.database_url, options.products)?;
    let began = Instant::now();
    let contradictions = database::contradictions(&server.database_url)?;
    let self_check_seconds = began.elapsed().as_secs_f64();
    ensure!(contradictions.is_empty(), "{contradictions:?}");
    println!("{} products, {} moves; checked in {self_check_seconds:.2} s", options.products, options.products * 10);

    let mut client = log_in()?;
    let mut clients = (0..options.clients.max(1)).map(|_| log_in()).collect::<Result<Vec<_>>>()?;
    let balances = pages_of_stock(&mut client, options.products)?;
    let moves = pages_of_moves(&mut client)?;
    let (of_stock, of_moves) =
        (read(&server, &mut clients, &balances, options)?, read(&server, &mut clients, &moves, options)?);
    // The first connection was silent while the pages were read, and the server has closed it.
    let mut client = log_in()?;
    let few = StockQuery { q: Some("S-0001".to_owned()), limit: Some(ROWS), ..StockQuery::default() };
    let most = StockQuery { sort: Some("-qty_on_hand".to_owned()), limit: Some(ROWS), ..StockQuery::default() };
    // S-000100 to S-000199, as far as there are so many.
    let hundred = (options.products.min(199) - 99).max(0);
    let search_ms = median_ms(options.runs, || found(&mut client, &few, hundred * 3))?;
    let sort_ms = median_ms(options.runs, || found(&mut client, &most, options.products * 3))?;
    let value_ms = median_ms(options.runs, || value(&mut client, options.products))?;
    database::write_lots(&server.database_url, LEVELS, PARTS)?;
    let (mut nodes, trace) = (0, &mut client);
    let trace_ms = median_ms(options.runs, || {
        nodes = traced(trace)?;
        Ok(())
    })?;
    let over = |runs: &[Run], percent| rounded(median(runs.iter().map(|run| percentile_ms(&run.times, percent))));
    Ok(json!({
        "bench": "stock",
        "products": options.products,
        "places": PLACES,
        "moves": options.products * 10,
        "clients": options.clients,
        "requests": options.requests,
        "runs": options.runs,
        "list_p50_ms": over(&of_stock, 50),
        "list_p95_ms": over(&of_stock, 95),
        "search_ms": rounded(search_ms),
        "sorted_by_quantity_ms": rounded(sort_ms),
        "moves_p50_ms": over(&of_moves, 50),
        "moves_p95_ms": over(&of_moves, 95),
        "value_at_a_past_day_ms": rounded(value_ms),
        "trace_nodes": nodes,
        "trace_ms": rounded(trace_ms),
        "self_check_seconds": rounded(self_check_seconds),
        "server_rss_mb": rounded(server.resident_mb()?),
    }))
}

/// The first pages of the views that people use, each read once and looked at.
fn pages_of_stock(client: &mut Client, products: i64) -> Result<Vec<String>> {
    let all = StockQuery { limit: Some(ROWS), ..StockQuery::default() };
    let page = client.call::<ListStock>(&Empty {}, &all, &Empty {}, None)?;
    found(client, &all, products * 3)?;
    let second = StockQuery { cursor: page.next_cursor.clone(), ..all.clone() };
    let row = page.items.first().context("no stock")?;
    let views = [
        second,
        StockQuery { warehouse_id: Some(row.warehouse_id), ..all.clone() },
        StockQuery { product_id: Some(row.product_id), ..all.clone() },
        StockQuery { sort: Some("product_name".to_owned()), ..all.clone() },
        all,
    ];
    let mut urls = Vec::new();
    for view in views {
        let page = client.call::<ListStock>(&Empty {}, &view, &Empty {}, None)?;
        ensure!(!page.items.is_empty(), "{view:?}: an empty page");
        urls.push(ListStock::href(&Empty {}, &view));
    }
    Ok(urls)
}

/// A page of so many balances.
fn found(client: &mut Client, query: &StockQuery, balances: i64) -> Result<()> {
    let page = client.call::<ListStock>(&Empty {}, query, &Empty {}, None)?;
    let counted = u64::try_from(balances)?.min(TOTAL_MAX + 1);
    ensure!(page.total == counted, "{query:?}: {} balances instead of {counted}", page.total);
    Ok(())
}

fn pages_of_moves(client: &mut Client) -> Result<Vec<String>> {
    let all = StockMoveQuery { limit: Some(ROWS), ..StockMoveQuery::default() };
    let page = client.call::<ListStockMoves>(&Empty {}, &all, &Empty {}, None)?;
    let product_id = page.items.first().map(|row| row.product_id);
    let views = [
        StockMoveQuery { cursor: page.next_cursor.clone(), ..all.clone() },
        StockMoveQuery { product_id, ..all.clone() },
        all,
    ];
    let mut urls = Vec::new();
    for view in views {
        let page = client.call::<ListStockMoves>(&Empty {}, &view, &Empty {}, None)?;
        ensure!(!page.items.is_empty(), "{view:?}: an empty page");
        urls.push(ListStockMoves::href(&Empty {}, &view));
    }
    Ok(urls)
}

fn read(server: &Server, clients: &mut [Client], urls: &[String], options: &Options) -> Result<Vec<Run>> {
    list::read(server, clients, urls, urls.len() * 20)?;
    (0..options.runs).map(|_| list::read(server, clients, urls, options.requests)).collect()
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// The median of several runs after one that warms up.
fn median_ms(runs: usize, mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..=runs {
        let began = Instant::now();
        work()?;
        times.push(ms(began));
    }
    Ok(median(times.into_iter().skip(1)))
}

/// What the stock was worth 170 days ago: six of ten moves of each product lie before that.
fn value(client: &mut Client, products: i64) -> Result<()> {
    let day = (OffsetDateTime::now_utc() - Duration::days(170)).date();
    let at = Some(day.format(format_description!("[year]-[month]-[day]"))?);
    let report = client.call::<GetStockValues>(&Empty {}, &StockValueQuery { at, q: None }, &Empty {}, None)?;
    // Three times 100, then 10 in, 5 out, 10 in; a piece is worth 2.5.
    let wanted = Decimal::from(products) * Decimal::from(315) * Decimal::new(25, 1);
    ensure!(report.total_value == wanted, "{} instead of {wanted}", report.total_value);
    Ok(())
}

/// Follows the lot back to all its sources and counts them.
fn traced(client: &mut Client) -> Result<usize> {
    let path = IdPath { id: LotId::from_uuid(Uuid::from_u128(TOP)) };
    let query = LotTraceQuery { direction: TraceDirection::Sources };
    let tree = client.call::<GetLotTrace>(&path, &query, &Empty {}, None)?;
    ensure!(!tree.is_cut_in_number && !tree.is_cut_in_depth, "the tree is cut");
    let lots = (1..=LEVELS).map(|level| PARTS.pow(u32::try_from(level).unwrap_or_default())).sum::<i64>();
    let found = tree.nodes.iter().filter(|node| node.lot_id.is_some()).count();
    ensure!(i64::try_from(found)? >= lots, "{found} lots instead of {lots}");
    Ok(tree.nodes.len())
}
