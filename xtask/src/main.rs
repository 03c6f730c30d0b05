//! The project's own commands: `cargo xtask run | test | tidy | docs | web | bench | dist | doctor`.
//!
//! Every command that builds or runs something first brings the machine in order (`setup.rs`), so a fresh clone
//! needs nothing but Rust. This program stays small and starts quickly: what takes long to compile lives in
//! `xtask-web` and in `mrp-test-support`, which are compiled only when they are called.
#![allow(clippy::print_stdout, reason = "a command line program reports on its standard output")]

mod dispatch;
mod doctor;
mod process;
mod run;
mod setup;
mod test;
mod tidy;
mod web;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use workspace::Workspace;

#[derive(Parser)]
#[command(about = "The project's own commands", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and serve the demo factory.
    Run(run::Options),
    /// Everything that CI checks.
    Test(test::Options),
    /// The house rules that a compiler does not know.
    Tidy,
    /// Write the pages under docs/ that the code writes itself.
    Docs,
    /// Build the interface into target/web/office.
    Web(web::Options),
    /// Measure: orders, list, confirm-many, …; the last line of output is one JSON object.
    Bench(dispatch::Arguments),
    /// Release build: one binary with the interface inside.
    Dist,
    /// Say what this machine has and what is missing.
    Doctor,
}

fn main() -> ExitCode {
    match dispatch_command(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch_command(command: Command) -> Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Command::Run(options) => run::run(&workspace, &options),
        Command::Test(options) => test::run(&workspace, &options),
        Command::Tidy => tidy::run(&workspace),
        Command::Docs => docs(&workspace),
        Command::Web(options) => web::run(&workspace, &options),
        Command::Bench(arguments) => dispatch::bench(&workspace, &arguments),
        Command::Dist => dispatch::dist(&workspace),
        Command::Doctor => doctor::run(&workspace),
    }
}

/// The test that compares the pages with the code writes them when it is told to.
fn docs(workspace: &Workspace) -> Result<()> {
    let mut cargo = workspace.cargo();
    process::run(
        cargo.args(["test", "--quiet", "--package", "mrp-api", "--test", "it", "docs"]).env("MRP_WRITE_DOCS", "1"),
    )
}
