//! Makes sure that the folder of the built interface exists: without it the server compiles, with an empty interface.
//!
//! `cargo xtask web` fills the folder. A release server carries the files inside and is compiled again when they
//! change; a development server reads them from the folder.
#![allow(clippy::print_stdout, reason = "a build script speaks to cargo on its standard output")]

use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/web/office");
    fs::create_dir_all(&folder)?;
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let watched = if is_release { folder } else { Path::new("build.rs").to_path_buf() };
    println!("cargo::rerun-if-changed={}", watched.display());
    Ok(())
}
