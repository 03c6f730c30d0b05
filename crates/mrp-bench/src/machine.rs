//! One real machine, from the files of its makers to the last cent: an acceptance run that fails when anything does
//! not hold.
//!
//! The folder holds `real-machine/` with three bills of materials as people keep them: the machine, its motherboard,
//! and the ring light that it has two of. The boards are made here as well, each by an order of its own, so that the
//! machine's cost rests on theirs: what one order makes is the material of the next.

mod books;
mod files;
mod life;
mod shop;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::Args;
use mrp_domain::ids::ProductId;
use serde_json::{Value, json};

use crate::database;
use crate::figures::rounded;
use crate::server::Server;
use books::Books;
use life::Made;
use shop::Shop;

/// Where the files are.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The folder with `real-machine/{machine,motherboard,ring-light}-bom.csv`.
    #[arg(long, env = "MRP_BENCH_DATA")]
    data: PathBuf,
}

/// The boards that the machine is made of: code, file, and what the file must say.
const BOARDS: [(&str, &str, files::Expected); 3] = [
    ("motherboard", "motherboard-bom.csv", files::MOTHERBOARD),
    ("top-ring-light", "ring-light-bom.csv", files::RING_LIGHT),
    ("bottom-ring-light", "ring-light-bom.csv", files::RING_LIGHT),
];

/// Builds the machine and returns the figures.
pub(crate) fn run(program: &Path, options: &Options) -> Result<Value> {
    let folder = options.data.join("real-machine");
    let began = Instant::now();
    let server = Server::start(program)?;
    let mut shop = Shop::open(&server)?;

    let machine = files::machine(&mut shop, &folder)?;
    let mut boards = Vec::new();
    for (code, file, expected) in BOARDS {
        boards.push(files::board(&mut shop, &folder, code, file, expected)?);
    }
    let [_, top, bottom] = boards.as_slice() else { anyhow::bail!("three boards") };
    ensure!(files::content(top) == files::content(bottom), "both ring lights are one design, and their lines differ");
    println!("Both ring lights have the same lines: one design, two places in the machine.");
    let made: Vec<ProductId> = boards.iter().chain([&machine]).map(|bom| bom.product_id).collect();
    shop.price_what_is_bought(&made)?;

    let mut books = Books::default();
    println!("The boards are made here, each by an order of its own; everything else is bought.");
    for bom in &boards {
        let bom = shop.ready(bom, shop.board_routing, |_| None)?;
        let board = life::make(&mut shop, &mut books, &bom)?;
        shop.costs.insert(bom.product_id, board.unit_cost()?);
    }
    let bom = shop.ready(&machine, shop.machine_routing, shop::operation_of)?;
    let done = life::make(&mut shop, &mut books, &bom)?;
    books.nothing_is_left_but(&mut shop, &bom)?;
    contradictions(&server)?;
    Ok(report(&done, &books, machine.lines.len(), began))
}

fn contradictions(server: &Server) -> Result<()> {
    let findings = database::contradictions(&server.database_url)?;
    ensure!(findings.is_empty(), "the database contradicts itself: {findings:#?}");
    println!("The self-check finds no contradiction.");
    Ok(())
}

fn report(done: &Made, books: &Books, lines: usize, began: Instant) -> Value {
    json!({
        "bench": "machine",
        "lines": lines,
        "operations": done.operations,
        "orders": books.orders,
        "received": books.received,
        "material": done.material,
        "work_center": done.work_center,
        "labour": done.labour,
        "total": done.sheet.actual_total,
        "unit": done.sheet.actual_unit,
        "contradictions": 0,
        "seconds": rounded(began.elapsed().as_secs_f64()),
    })
}
