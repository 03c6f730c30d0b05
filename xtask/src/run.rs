//! `cargo xtask run`: from a fresh clone to the demo factory in the browser.

use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Result, bail};
use clap::Args;

use crate::process::{self, Progress};
use crate::setup::{self, Need};
use crate::web;
use crate::workspace::Workspace;

#[derive(Args)]
pub(crate) struct Options {
    /// Where to serve.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The port alone, on 127.0.0.1.
    #[arg(long, conflicts_with = "listen")]
    port: Option<u16>,
    /// An optimised server.
    #[arg(long)]
    release: bool,
    /// An interface that is quick to build and large: for work on it.
    #[arg(long)]
    dev: bool,
}

/// Builds and becomes the server.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let listen = options.port.map_or(options.listen, |port| SocketAddr::from(([127, 0, 0, 1], port)));
    check_free(listen)?;

    let mut progress = Progress::new(3);
    progress.stage("set-up", || setup::ensure(&needs(std::env::var_os("DATABASE_URL").is_some())))?;
    progress.stage("interface", || web::build(workspace, web::Options::with_dev(options.dev)))?;
    progress.stage("server", || {
        let mut build = workspace.cargo();
        build.args(["build", "--package", "mrp-server"]);
        if options.release {
            build.arg("--release");
        }
        process::run(&mut build)
    })?;

    check_free(listen)?;
    println!("\nbuilt in {} s; starting the demo factory on http://{listen} (Ctrl-C stops it)", progress.seconds());
    let binary = workspace.binary(if options.release { "release" } else { "debug" }, "mrp-server");
    // Becoming the server instead of starting it: Ctrl-C and its exit status then need no relaying.
    let error = Command::new(&binary)
        .current_dir(&workspace.root)
        .args(["serve", "--demo", "--listen", &listen.to_string()])
        .exec();
    bail!("could not start {}: {error}", binary.display())
}

fn needs(has_database: bool) -> Vec<Need> {
    if has_database { vec![Need::WasmTarget] } else { vec![Need::WasmTarget, Need::Postgres] }
}

/// Told before the build, not after it.
fn check_free(listen: SocketAddr) -> Result<()> {
    match TcpListener::bind(listen) {
        Ok(_) => Ok(()),
        Err(error) => bail!("{}", taken(listen, &error)),
    }
}

fn taken(listen: SocketAddr, error: &std::io::Error) -> String {
    let next = listen.port().checked_add(1).unwrap_or(8080);
    if error.kind() == std::io::ErrorKind::AddrInUse {
        format!(
            "port {} is taken, perhaps by a server that is already running (look at http://{listen}); \
             choose another with: cargo xtask run --port {next}",
            listen.port()
        )
    } else {
        format!(
            "cannot listen on {listen} ({error}); choose another address with: cargo xtask run --listen 127.0.0.1:{next}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_reported_with_the_command_for_another() {
        let holder = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = holder.local_addr().unwrap();
        let message = check_free(address).unwrap_err().to_string();
        assert!(message.contains("is taken") && message.contains("cargo xtask run --port"), "{message}");
        drop(holder);
        assert!(check_free(address).is_ok());
    }

    #[test]
    fn a_database_of_your_own_needs_no_postgres_here() {
        assert!(!needs(true).contains(&Need::Postgres));
        assert!(needs(false).contains(&Need::Postgres));
    }
}
