//! The costs of all products of a large company, rolled up over all levels.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use mrp_api::endpoint::Empty;
use mrp_api::product_costs::{GetProductCosts, ProductCostQuery, ProductCostReport};
use mrp_domain::bom::BomSource;
use mrp_domain::costing::roll_up::rolled_up_costs;
use serde_json::{Value, json};

use crate::client::Client;
use crate::database;
use crate::figures::{median, rounded};
use crate::master_data::{Size, import};
use crate::server::Server;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    size: Size,
    /// Runs; the figures are their medians.
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

/// Measures and returns the figures.
pub(crate) fn run(program: &Path, options: &Options) -> Result<Value> {
    let server = Server::start(program)?;
    let size = options.size;
    import(&server, size)?;
    database::validate_boms(&server.database_url)?;
    let (login, password) = &server.admin;
    let mut client = Client::log_in(server.address(), login, password)?;
    let query = ProductCostQuery::default();
    let mut seconds = Vec::new();
    for number in 0..=options.runs {
        let began = Instant::now();
        let report = client.call::<GetProductCosts>(&Empty {}, &query, &Empty {}, None)?;
        seconds.push(began.elapsed().as_secs_f64());
        check(&report, size)?;
        println!("run {number}: {:.2} s over HTTP", seconds.last().copied().unwrap_or_default());
    }
    let pure = pure_ms(&server, size, options.runs)?;
    Ok(json!({
        "bench": "rollup", "products": size.products(), "lines": size.lines(), "runs": options.runs,
        // The first run warms the caches up.
        "seconds": rounded(median(seconds.into_iter().skip(1))),
        "pure_ms": rounded(pure),
        "server_rss_mb": rounded(server.resident_mb()?),
    }))
}

fn check(report: &ProductCostReport, size: Size) -> Result<()> {
    ensure!(report.made_count == size.made() && report.incomplete_count == 0, "{} products", report.made_count);
    let is_whole = |row: &mrp_api::product_costs::ProductCostRow| row.rolled_up_cost.is_some() && !row.is_incomplete;
    ensure!(report.rows.iter().all(is_whole), "every product has a cost");
    Ok(())
}

/// The calculation alone, on what the database holds; the median in milliseconds.
fn pure_ms(server: &Server, size: Size, runs: usize) -> Result<f64> {
    let recipes = database::recipes(&server.database_url)?;
    ensure!(recipes.product_count() == size.products(), "{} products were read", recipes.product_count());
    let mut times = Vec::new();
    for _ in 0..=runs {
        let began = Instant::now();
        let costs = rolled_up_costs(&recipes, recipes.made().iter().copied());
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        let first = costs.first().context("no product")?.as_ref().map_err(Clone::clone)?;
        ensure!(costs.len() == size.made() && !first.unit_cost.is_zero(), "a product without a cost");
    }
    Ok(median(times.into_iter().skip(1)))
}
