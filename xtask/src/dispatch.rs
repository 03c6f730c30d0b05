//! Commands whose work is done by another program of the workspace.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::process::{self, Progress, below};
use crate::setup::{self, Need};
use crate::web;
use crate::workspace::Workspace;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Passed on as they are.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Benchmarks live in `mrp-bench`, which starts the server's program beside it; both are always release builds.
pub(crate) fn bench(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    if std::env::var_os("DATABASE_URL").is_none() && !Need::Postgres.is_met() {
        setup::ensure(&[Need::Postgres])?;
    }
    let packages = ["--package", "mrp-server", "--package", "mrp-bench"];
    process::run(workspace.cargo().args(["build", "--release", "--quiet"]).args(packages))?;
    process::run(Command::new(workspace.binary("release", "mrp-bench")).args(&arguments.rest))
}

/// The binary to deploy.
pub(crate) fn dist(workspace: &Workspace) -> Result<()> {
    let mut progress = Progress::new(3);
    progress.stage("set-up", || setup::ensure(&[Need::WasmTarget]))?;
    progress.stage("interface", || web::build(workspace, web::Options::with_dev(false)))?;
    progress.stage("server", || {
        process::run(workspace.cargo().args(["build", "--release", "--locked", "--package", "mrp-server"]))
    })?;
    let binary = workspace.binary("release", "mrp-server");
    let bytes = std::fs::metadata(&binary)?.len();
    println!("\n{} ({bytes} bytes)", below(&binary, &workspace.root).display());
    Ok(())
}
