//! A bill of materials of 2 000 lines in the office: opened, edited by keyboard and scrolled in a real browser.

use std::path::Path;

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::browser;
use crate::client::Client;
use crate::factory::Builder;
use crate::figures::{median, rounded};
use crate::server::Server;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Lines of the bill of materials, each a component of its own.
    #[arg(long, default_value_t = 2_000)]
    lines: usize,
}

/// What `bom_editor.mjs` prints.
#[derive(Deserialize)]
struct Seen {
    open_ms: Vec<f64>,
    key_ms: Vec<f64>,
    frames_per_second: Vec<f64>,
    longest_frame_ms: f64,
}

/// Measures and returns the figures.
pub(crate) fn run(program: &Path, options: &Options) -> Result<Value> {
    let server = Server::start(program)?;
    let (login, password) = &server.admin;
    let mut builder = Builder::new(Client::log_in(server.address(), login, password)?);
    let unit = builder.unit()?;
    builder.work_schedule()?;
    let routing = builder.routing(None)?;
    let product = builder.product("MACHINE", unit, true)?;
    let components = (0..options.lines).map(|place| builder.product(&format!("PART-{place:05}"), unit, false));
    let components = components.collect::<Result<Vec<_>>>()?;
    let bom = builder.draft_bom(product, routing, components)?.id.to_string();
    println!("a draft of {} lines", options.lines);
    let lines = options.lines.to_string();
    let Seen { open_ms, mut key_ms, frames_per_second, longest_frame_ms } =
        browser::run(&server, "bom_editor.mjs", &[("MRP_BOM", &bom), ("MRP_BOM_LINES", &lines)])?;
    println!("opened in ms: {open_ms:?}; frames a second: {frames_per_second:?}; {} keys", key_ms.len());
    key_ms.sort_by(f64::total_cmp);
    let p95 = key_ms.get(key_ms.len() * 95 / 100).copied().unwrap_or_default();
    Ok(json!({
        "bench": "bom-editor",
        "lines": options.lines,
        "open_ms": rounded(median(open_ms)),
        "key_p50_ms": rounded(median(key_ms)),
        "key_p95_ms": rounded(p95),
        "scroll_fps": rounded(median(frames_per_second)),
        "longest_frame_ms": rounded(longest_frame_ms),
    }))
}
