//! `test-postgres start|stop FOLDER`: the Postgres that the tests of one run share, kept by `cargo xtask test`.
//!
//! `start` prints the connection URL and leaves Postgres running; `stop` ends it and removes its data.
#![allow(clippy::print_stdout, reason = "the URL is this program's result")]

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use mrp_store::embedded::{Embedded, EmbeddedOptions};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let verb = arguments.next().context("which one: start or stop?")?;
    let folder = PathBuf::from(arguments.next().context("which folder?")?);
    let postgres = Embedded::start(EmbeddedOptions::for_tests(folder))?;
    match verb.as_str() {
        "start" => println!("{}", postgres.url()),
        "stop" => {
            let data = postgres.data_dir().to_path_buf();
            postgres.stop_for_everyone()?;
            std::fs::remove_dir_all(&data).with_context(|| data.display().to_string())?;
        }
        other => bail!("{other}: say start or stop"),
    }
    Ok(())
}
