//! Programs that measure the office in a real browser, with the driver that the stories use.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::de::DeserializeOwned;

use crate::server::Server;

/// The folder with the browser's driver, from the workspace's root.
const STORIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../e2e");

/// Runs a program of `e2e/` as the administrator and reads the JSON that it prints.
pub(crate) fn run<T: DeserializeOwned>(server: &Server, program: &str, variables: &[(&str, &str)]) -> Result<T> {
    ensure!(
        Path::new(STORIES).join("node_modules").is_dir(),
        "the browser's driver is not there: cargo xtask test --only e2e, or npm ci in e2e/"
    );
    let output = Command::new("node")
        .current_dir(STORIES)
        .arg(program)
        .env("MRP_URL", format!("http://{}", server.address()))
        .env("MRP_LOGIN", &server.admin.0)
        .env("MRP_PASSWORD", &server.admin.1)
        .envs(variables.iter().copied())
        .output()
        .context("node cannot be run")?;
    ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).with_context(|| format!("{program} did not say what it measured"))
}
