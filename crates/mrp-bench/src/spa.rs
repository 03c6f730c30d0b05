//! What a browser loads to open the office: the page and every file that the page names, as they travel.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::figures::{count, rounded};
use crate::http::Connection;
use crate::server::Server;

/// Measures and returns the figures.
pub(crate) fn run(program: &std::path::Path) -> Result<Value> {
    let server = Server::start(program)?;
    let mut connection = Connection::open(server.address())?;
    let page = String::from_utf8(connection.send("GET", "/", &[], None)?.body.to_vec())?;
    ensure!(page.contains("<html"), "the office is not built into this server: cargo xtask web");
    let mut bytes = size(&mut connection, "/")?;
    println!("{bytes:>8}  /");
    let files = files(&page);
    for file in &files {
        let file_bytes = size(&mut connection, file)?;
        println!("{file_bytes:>8}  {file}");
        bytes += file_bytes;
    }
    Ok(json!({
        "bench": "spa",
        "kilobytes_gz": rounded(count(bytes) / 1000.0),
        "requests": files.len() + 1,
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
