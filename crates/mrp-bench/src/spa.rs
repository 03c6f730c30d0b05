//! What a browser loads to open the office, as it travels, and how long a slow one takes until the office can be used.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::figures::{count, median, rounded};
use crate::http::Connection;
use crate::server::Server;

/// The folder with the browser's driver, from the workspace's root.
const STORIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../e2e");

/// What `cold_start.mjs` prints.
#[derive(Deserialize)]
struct ColdStarts {
    runs_ms: Vec<f64>,
}

/// Measures and returns the figures.
pub(crate) fn run(program: &Path) -> Result<Value> {
    let server = Server::start(program)?;
    let mut connection = Connection::open(server.address())?;
    let page = String::from_utf8(connection.send("GET", "/", &[], None)?.body.to_vec())?;
    ensure!(page.contains("<html"), "the office is not built into this server: cargo xtask web");
    let (mut program_bytes, mut style_bytes) = (size(&mut connection, "/")?, 0);
    println!("{program_bytes:>8}  /");
    let files = files(&page);
    for file in &files {
        let bytes = size(&mut connection, file)?;
        println!("{bytes:>8}  {file}");
        match file.rsplit_once('.').map(|(_, extension)| extension) {
            // The typeface has a budget of its own.
            Some("woff2") => continue,
            Some("css") => style_bytes += bytes,
            Some(_) | None => {}
        }
        program_bytes += bytes;
    }
    let starts = cold_starts(&server)?;
    println!("cold starts in ms: {:?}", starts.runs_ms);
    Ok(json!({
        "bench": "spa",
        "office_gz_kb": rounded(count(program_bytes) / 1000.0),
        "css_gz_kb": rounded(count(style_bytes) / 1000.0),
        "requests": files.len() + 1,
        "usable_ms": median(starts.runs_ms),
    }))
}

fn size(connection: &mut Connection, url: &str) -> Result<usize> {
    let response = connection.send("GET", url, &[("Accept-Encoding", "gzip")], None)?;
    ensure!(response.status == 200, "{url}: {}", response.status);
    Ok(response.body.len())
}

/// Opens the office in new browsers, with the driver that the stories use.
fn cold_starts(server: &Server) -> Result<ColdStarts> {
    ensure!(
        Path::new(STORIES).join("node_modules").is_dir(),
        "the browser's driver is not there: cargo xtask test --only e2e, or npm ci in e2e/"
    );
    let output = Command::new("node")
        .current_dir(STORIES)
        .arg("cold_start.mjs")
        .env("MRP_URL", format!("http://{}", server.address()))
        .env("MRP_LOGIN", &server.admin.0)
        .env("MRP_PASSWORD", &server.admin.1)
        .output()
        .context("node cannot be run")?;
    ensure!(output.status.success(), "no cold start: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("cold_start.mjs did not say how long it took")
}

/// The addresses in `href` and `src` on this server.
fn files(page: &str) -> BTreeSet<String> {
    let named = |attribute: &str| {
        page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect::<Vec<_>>()
    };
    let mut files: BTreeSet<String> = named("href=\"").into_iter().chain(named("src=\"")).collect();
    files.retain(|file| file.starts_with('/') && file.len() > 1);
    files
}
