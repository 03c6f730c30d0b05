//! Makes sure that the folder of the built interface exists: without it the server compiles, with an empty interface.
//!
//! `cargo xtask web` fills the folder; the server is compiled again when a file there changes.
#![allow(clippy::print_stdout, reason = "a build script speaks to cargo on its standard output")]

use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/web/office");
    fs::create_dir_all(&folder)?;
    println!("cargo::rerun-if-changed={}", folder.display());
    Ok(())
}
