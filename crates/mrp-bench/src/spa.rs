//! What a browser loads to open the office, as it travels, and how long a slow one takes until the office can be used.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::browser;
use crate::figures::{count, median, rounded};
use crate::http::Connection;
use crate::server::Server;

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
    let starts: ColdStarts = browser::run(&server, "cold_start.mjs", &[])?;
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

/// The addresses in `href` and `src` on this server.
fn files(page: &str) -> BTreeSet<String> {
    let named = |attribute: &str| {
        page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect::<Vec<_>>()
    };
    let mut files: BTreeSet<String> = named("href=\"").into_iter().chain(named("src=\"")).collect();
    files.retain(|file| file.starts_with('/') && file.len() > 1);
    files
}
