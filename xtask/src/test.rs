//! `cargo xtask test`: what CI runs, in the order in which failures are cheapest to find.
//!
//! A failing check does not hide the others: every stage runs unless one that it needs has failed.

mod postgres;
mod stories;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::process::{self, Progress, find_program};
use crate::setup::{self, Need, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{tidy, web};

/// The crate that is compiled for the browser only; its tests run on this machine, its lints on the wasm target.
const INTERFACE: &str = "mrp-web";

#[derive(Args)]
pub(crate) struct Options {
    /// Without the stories in the browser.
    #[arg(long)]
    quick: bool,
    /// Only these stages.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Stage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// Formatting.
    Fmt,
    /// The house rules that a compiler does not know.
    Tidy,
    /// Lints of everything that runs on this machine.
    Clippy,
    /// Lints of what runs in the browser; proves that domain and contract compile there.
    Wasm,
    /// Documentation without a warning.
    Doc,
    /// The interface within its budget.
    Web,
    /// Unit and integration tests on a real Postgres.
    Test,
    /// Examples in the documentation.
    Doctest,
    /// The stories in a real browser.
    E2e,
}

impl Stage {
    const ALL: [Stage; 9] = [
        Stage::Fmt,
        Stage::Tidy,
        Stage::Clippy,
        Stage::Wasm,
        Stage::Doc,
        Stage::Web,
        Stage::Test,
        Stage::Doctest,
        Stage::E2e,
    ];

    fn name(self) -> &'static str {
        match self {
            Stage::Fmt => "fmt",
            Stage::Tidy => "tidy",
            Stage::Clippy => "clippy",
            Stage::Wasm => "wasm",
            Stage::Doc => "doc",
            Stage::Web => "web",
            Stage::Test => "test",
            Stage::Doctest => "doctest",
            Stage::E2e => "e2e",
        }
    }

    fn needs(self) -> &'static [Need] {
        match self {
            Stage::Fmt | Stage::Clippy => &[Need::Checkers],
            Stage::Tidy | Stage::Doc | Stage::Doctest => &[],
            Stage::Wasm => &[Need::Checkers, Need::WasmTarget],
            Stage::Web => &[Need::WasmTarget],
            Stage::Test => &[Need::Postgres],
            Stage::E2e => &[Need::Postgres, Need::Browser, Need::Node],
        }
    }

    /// The stories use the interface and the server that these two stages build.
    fn follows(self) -> &'static [Stage] {
        match self {
            Stage::E2e => &[Stage::Web, Stage::Test],
            Stage::Fmt
            | Stage::Tidy
            | Stage::Clippy
            | Stage::Wasm
            | Stage::Doc
            | Stage::Web
            | Stage::Test
            | Stage::Doctest => &[],
        }
    }

    fn work(self, workspace: &Workspace) -> Result<()> {
        let mut cargo = workspace.cargo();
        match self {
            Stage::Fmt => process::run(cargo.args(["fmt", "--all", "--check"])),
            Stage::Tidy => tidy::run(workspace),
            Stage::Clippy => process::run(cargo.args([
                "clippy",
                "--workspace",
                "--exclude",
                INTERFACE,
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ])),
            Stage::Wasm => process::run(cargo.args([
                "clippy",
                "--package",
                INTERFACE,
                "--target",
                WASM_TARGET,
                "--",
                "-D",
                "warnings",
            ])),
            Stage::Doc => process::run(
                cargo
                    .args(["doc", "--no-deps", "--package", "mrp-domain", "--package", "mrp-api"])
                    .env("RUSTDOCFLAGS", "-D warnings"),
            ),
            Stage::Web => web::build(workspace, web::Options::with_dev(false)),
            Stage::Test => tests(workspace),
            Stage::Doctest => process::run(cargo.args([
                "test",
                "--doc",
                "--quiet",
                "--package",
                "mrp-domain",
                "--package",
                "mrp-api",
                "--package",
                "mrp-store",
            ])),
            Stage::E2e => stories::run(workspace),
        }
    }
}

/// Runs the chosen stages and sums them up.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let stages = chosen(options);
    let mut progress = Progress::new(stages.len() + 1);
    progress.stage("set-up", || {
        let mut needs: Vec<Need> = stages.iter().flat_map(|stage| stage.needs()).copied().collect();
        let mut seen = Vec::new();
        needs.retain(|need| {
            !seen.contains(need) && {
                seen.push(*need);
                true
            }
        });
        setup::ensure(&needs)
    })?;

    let mut failed: Vec<Stage> = Vec::new();
    for stage in stages {
        let blocked = stage.follows().iter().find(|before| failed.contains(before));
        let outcome = progress.stage(stage.name(), || match blocked {
            Some(before) => bail!("not run, because {} failed", before.name()),
            None => stage.work(workspace),
        });
        if let Err(error) = outcome {
            println!("{error:#}");
            failed.push(stage);
        }
    }
    if failed.is_empty() {
        println!("\nall checks passed in {} s", progress.seconds());
        return Ok(());
    }
    let names: Vec<&str> = failed.iter().map(|stage| stage.name()).collect();
    bail!(
        "failed after {} s: {} (again: cargo xtask test --only {})",
        progress.seconds(),
        names.join(", "),
        names.join(",")
    )
}

fn chosen(options: &Options) -> Vec<Stage> {
    Stage::ALL
        .into_iter()
        .filter(|stage| options.only.is_empty() || options.only.contains(stage))
        .filter(|stage| !(options.quick && *stage == Stage::E2e))
        .collect()
}

/// One Postgres for all tests; each test clones its own database there.
fn tests(workspace: &Workspace) -> Result<()> {
    // Programs and tests in one build: asked for one by one, cargo would pick other features and compile
    // the same crates again.
    process::run(workspace.cargo().args(["build", "--workspace", "--bins", "--tests"]))?;
    let postgres = postgres::TestPostgres::start(workspace)?;
    let mut cargo = workspace.cargo();
    if find_program(&["cargo-nextest"]).is_some() {
        cargo.args(["nextest", "run", "--workspace"]);
    } else {
        cargo.args(["test", "--workspace", "--lib", "--bins", "--tests"]);
    }
    let outcome = process::run(cargo.env("MRP_TEST_DATABASE_URL", postgres.url()));
    postgres.stop()?;
    outcome
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn quick_leaves_out_the_browser_only() {
        let quick = chosen(&Options { quick: true, only: Vec::new() });
        assert_eq!(quick.len(), Stage::ALL.len() - 1);
        assert!(!quick.contains(&Stage::E2e));
    }

    #[test]
    fn chosen_stages_keep_their_order() {
        let some = chosen(&Options { quick: false, only: vec![Stage::Test, Stage::Fmt] });
        assert_eq!(some, [Stage::Fmt, Stage::Test]);
    }

    #[test]
    fn what_a_stage_follows_comes_before_it() {
        for (place, stage) in Stage::ALL.iter().enumerate() {
            assert!(stage.follows().iter().all(|before| Stage::ALL[..place].contains(before)));
        }
    }
}
