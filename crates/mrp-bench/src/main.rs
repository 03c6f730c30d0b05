//! The program behind `cargo xtask bench`: drives the release server over HTTP and says how fast it is.
//!
//! Each benchmark starts `mrp-server serve` as a child with a private, durable Postgres in a folder of its own, builds
//! a factory through the API (`factory.rs`), measures, checks that the answers were right, and takes everything away
//! again. The last line of output is one JSON object. What is measured and why is in `docs/benchmarks.md`.
#![allow(clippy::print_stdout, reason = "a command line program reports on its standard output")]

mod bom_editor;
mod browser;
mod client;
mod confirm_many;
mod cpu;
mod database;
mod explode;
mod factory;
mod figures;
mod http;
mod import;
mod list;
mod machine;
mod master_data;
mod orders;
mod reserve;
mod rollup;
mod server;
mod spa;
mod stock;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Measures the server over HTTP", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// The server's program; absent: the one beside this program.
    #[arg(long, global = true)]
    server: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Whole lives of manufacturing orders, every step a request.
    Orders(orders::Options),
    /// Pages of a long list, filtered and sorted.
    List(list::Options),
    /// Many drafts confirmed by one command.
    ConfirmMany(confirm_many::Options),
    /// Many clients that confirm orders for the same few components at once.
    Reserve(reserve::Options),
    /// Stock of many products with a long ledger: its list, its value at a past day, the tree below a lot.
    Stock(stock::Options),
    /// A large bill of materials multiplied out, in memory.
    Explode(explode::Options),
    /// Master data of a large company, imported from CSV.
    Import(import::Options),
    /// The costs of all products of a large company, rolled up.
    Rollup(rollup::Options),
    /// One real machine, from its makers' files to the last cent; fails when anything does not hold.
    Machine(machine::Options),
    /// What a browser loads to open the office.
    Spa,
    /// A long bill of materials in a browser: opened, edited by keyboard, scrolled.
    BomEditor(bom_editor::Options),
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let server = || -> Result<PathBuf> {
        let server = match &cli.server {
            Some(path) => path.clone(),
            None => std::env::current_exe()?.with_file_name("mrp-server"),
        };
        server.canonicalize().with_context(|| format!("{}: build mrp-server first", server.display()))
    };
    let result = match &cli.command {
        Command::Orders(options) => orders::run(&server()?, options)?,
        Command::List(options) => list::run(&server()?, options)?,
        Command::ConfirmMany(options) => confirm_many::run(&server()?, options)?,
        Command::Reserve(options) => reserve::run(&server()?, options)?,
        Command::Stock(options) => stock::run(&server()?, options)?,
        Command::Explode(options) => explode::run(options)?,
        Command::Import(options) => import::run(&server()?, options)?,
        Command::Rollup(options) => rollup::run(&server()?, options)?,
        Command::Machine(options) => machine::run(&server()?, options)?,
        Command::Spa => spa::run(&server()?)?,
        Command::BomEditor(options) => bom_editor::run(&server()?, options)?,
    };
    println!("{result}");
    Ok(())
}
