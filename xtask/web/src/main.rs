//! Turns the compiled interface into the folder that the server embeds: its parts, glue code, hashed names, one style sheet,
//! compressed copies, `index.html`; then measures it against the budget.
//!
//! A program of its own, because `wasm-bindgen-cli-support` takes a minute to compile and `cargo xtask tidy`
//! should not wait for it. Called by `cargo xtask web`, which compiles the interface first.
//!
//! What it expects of `frontend/`:
//! - `index.html` with `{{head}}` inside its `<head>`; comments are dropped;
//! - `styles/*.css`, joined in the order of their names;
//! - `fonts/*` and `favicon.svg`, named in style sheets as `url("fonts/Name.woff2")`.
#![allow(clippy::print_stdout, reason = "a command line program reports on its standard output")]

mod assets;
mod bindgen;
mod parcels;
mod style;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Parser;

use assets::{Assets, Effort};

const TEMPLATE_HEAD: &str = "{{head}}";

#[derive(Parser)]
struct Options {
    /// The compiled interface.
    #[arg(long)]
    wasm: PathBuf,
    /// The source folder of the interface.
    #[arg(long)]
    frontend: PathBuf,
    /// The folder to (re)place.
    #[arg(long)]
    out: PathBuf,
    /// Quick compression and no budget: for work on the interface.
    #[arg(long)]
    dev: bool,
    /// What the first screen needs but for fonts, compressed with gzip. The goal is 500; the ceiling is lower, so that a page
    /// that slips into the first part is noticed.
    #[arg(long, default_value_t = 485)]
    kilobytes_max: usize,
    /// The style sheet, compressed with gzip.
    #[arg(long, default_value_t = 30)]
    css_kilobytes_max: usize,
    /// Files that the browser fetches for the first screen.
    #[arg(long, default_value_t = 6)]
    requests_max: usize,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let name = options.wasm.file_stem().and_then(|stem| stem.to_str()).context("the wasm file has no name")?;
    let effort = if options.dev { Effort::Quick } else { Effort::Small };
    let mut assets = Assets::new(effort);

    let head = build(&options, name, &mut assets)?;
    let template = options.frontend.join("index.html");
    let html = fs::read_to_string(&template).with_context(|| template.display().to_string())?;
    assets.add_as("index.html", render(&html, &head)?.into_bytes());

    let sizes = assets.sizes();
    replace_folder(&options.out, &assets)?;
    println!("{sizes}");
    if !options.dev {
        sizes.check(options.kilobytes_max, options.css_kilobytes_max, options.requests_max)?;
    }
    Ok(())
}

/// Adds every file except `index.html` and returns the lines for its head.
fn build(options: &Options, name: &str, assets: &mut Assets) -> Result<String> {
    let mut head = String::new();
    let favicon = options.frontend.join("favicon.svg");
    if favicon.is_file() {
        let url = assets.add("favicon", "svg", fs::read(&favicon)?);
        head.push_str(&format!("<link rel=\"icon\" type=\"image/svg+xml\" href=\"{url}\">\n"));
    }
    let fonts = add_fonts(&options.frontend.join("fonts"), assets)?;
    for url in fonts.iter().map(|(_, url)| url).filter(|url| url.ends_with(".woff2")) {
        head.push_str(&format!("<link rel=\"preload\" as=\"font\" type=\"font/woff2\" crossorigin href=\"{url}\">\n"));
    }
    let css = style::join(&options.frontend.join("styles"), &fonts)?;
    if !css.is_empty() {
        let url = assets.add(name, "css", css.into_bytes());
        head.push_str(&format!("<link rel=\"stylesheet\" href=\"{url}\">\n"));
    }
    let parts = parcels::take_apart(&options.wasm, &options.out.with_extension("parts"))?;
    let program = bindgen::generate(&parts.main, name)?;
    for (path, bytes) in program.snippets {
        assets.add_as(&format!("assets/{path}"), bytes);
    }
    let wasm = assets.add(name, "wasm", program.wasm);
    let urls = parts.parcels.iter().map(|(name, bytes)| (name.clone(), assets.add_later(name, "wasm", bytes.clone())));
    let js = parts.with_loader(&program.js, &urls.collect::<Vec<_>>())?;
    let script = assets.add(name, "js", bindgen::with_start(&js, &wasm).into_bytes());
    head.push_str(&format!(
        "<link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" crossorigin href=\"{wasm}\">\n"
    ));
    head.push_str(&format!("<script type=\"module\" src=\"{script}\"></script>"));
    Ok(head)
}

/// Fonts and their licence texts; returns (name in style sheets, URL).
fn add_fonts(folder: &Path, assets: &mut Assets) -> Result<Vec<(String, String)>> {
    let mut added = Vec::new();
    for path in style::sorted_files(folder)? {
        let stem = path.file_stem().and_then(|part| part.to_str()).context("a font without a name")?;
        let extension = path.extension().and_then(|part| part.to_str()).context("a font without an extension")?;
        let url = assets.add(stem, extension, fs::read(&path)?);
        added.push((format!("fonts/{stem}.{extension}"), url));
    }
    Ok(added)
}

fn render(template: &str, head: &str) -> Result<String> {
    let mut html = template.to_owned();
    while let Some(start) = html.find("<!--") {
        let length =
            html.get(start..).and_then(|rest| rest.find("-->")).context("index.html: a comment is not closed")?;
        html.replace_range(start..start + length + "-->".len(), "");
    }
    ensure!(html.matches(TEMPLATE_HEAD).count() == 1, "index.html must name {TEMPLATE_HEAD} once, outside comments");
    Ok(html.replace(TEMPLATE_HEAD, head))
}

/// Writes beside and swaps, so that a build of the server never sees half a folder.
fn replace_folder(out: &Path, assets: &Assets) -> Result<()> {
    let fresh = out.with_extension("new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    assets.write(&fresh)?;
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    fs::rename(&fresh, out).with_context(|| out.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_is_filled_in_once_and_comments_are_dropped() {
        let html = render("<!-- {{head}} --><head>{{head}}</head>", "<script>").unwrap();
        assert_eq!(html, "<head><script></head>");
        assert!(render("<head></head>", "").is_err());
        assert!(render("<!-- {{head}}", "").is_err());
    }
}
