//! Brings a fresh machine in order: the wasm target, Postgres's programs, a browser and Node for the stories.
//!
//! Installs through rustup and, as root or with password-less sudo, through apt-get. Anywhere else it prints the
//! exact command and stops: nothing is downloaded behind the user's back.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{capture, find_program, run};

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";
const NODE_MAJOR_MIN: u32 = 18;

/// Something that a command may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    WasmTarget,
    Checkers,
    Postgres,
    Browser,
    Node,
}

impl Need {
    pub(crate) const ALL: [Need; 5] = [Need::WasmTarget, Need::Checkers, Need::Postgres, Need::Browser, Need::Node];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Need::WasmTarget => "Rust target wasm32-unknown-unknown",
            Need::Checkers => "rustfmt and clippy",
            Need::Postgres => "PostgreSQL programs",
            Need::Browser => "Chromium",
            Need::Node => "Node.js 18 or newer, with npm",
        }
    }

    pub(crate) fn is_met(self) -> bool {
        match self {
            Need::WasmTarget => wasm_target_installed(),
            Need::Checkers => {
                capture("cargo", &["fmt", "--version"]).is_some()
                    && capture("cargo", &["clippy", "--version"]).is_some()
            }
            Need::Postgres => postgres_installed(),
            Need::Browser => browser().is_some(),
            Need::Node => node_major().is_some_and(|major| major >= NODE_MAJOR_MIN) && find_program(&["npm"]).is_some(),
        }
    }

    fn remedy(self) -> Remedy {
        match self {
            Need::WasmTarget => Remedy::Rustup(&["target", "add", WASM_TARGET]),
            Need::Checkers => Remedy::Rustup(&["component", "add", "rustfmt", "clippy"]),
            Need::Postgres => Remedy::Packages(&["postgresql"]),
            Need::Browser => Remedy::Packages(&["chromium"]),
            Need::Node => Remedy::Packages(&["nodejs", "npm"]),
        }
    }
}

enum Remedy {
    Rustup(&'static [&'static str]),
    Packages(&'static [&'static str]),
}

/// Installs what is missing of `needs`, or stops with the commands to type.
pub(crate) fn ensure(needs: &[Need]) -> Result<()> {
    let mut packages = Vec::new();
    for need in needs {
        if need.is_met() {
            println!("    have {}", need.name());
            continue;
        }
        println!("    missing {}", need.name());
        match need.remedy() {
            Remedy::Rustup(arguments) => rustup(arguments)?,
            Remedy::Packages(names) => packages.extend_from_slice(names),
        }
    }
    install(&packages)?;
    match needs.iter().find(|need| !need.is_met()) {
        Some(need) => bail!("{} is still missing after the installation", need.name()),
        None => Ok(()),
    }
}

fn rustup(arguments: &[&str]) -> Result<()> {
    if find_program(&["rustup"]).is_none() {
        bail!(
            "rustup is not on the PATH; with your own Rust toolchain, do what this would do: rustup {}",
            arguments.join(" ")
        );
    }
    run(Command::new("rustup").args(arguments))
}

fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let wanted = packages.join(" ");
    if find_program(&["apt-get"]).is_none() {
        bail!("install these with your system's package manager, then try again: {}", names_elsewhere(packages));
    }
    let by_hand = format!("sudo apt-get update && sudo apt-get install --yes --no-install-recommends {wanted}");
    let Some(prefix) = privilege() else {
        bail!("these packages are missing and we may not install them; type this, then try again:\n    {by_hand}");
    };
    println!("    installing {wanted}");
    run(apt(prefix).arg("update").arg("-qq"))?;
    run(apt(prefix).args(["install", "--yes", "-qq", "--no-install-recommends"]).args(packages))
}

/// The words before `apt-get`: none as root, `sudo -n` where that works without a password.
fn privilege() -> Option<&'static [&'static str]> {
    if capture("id", &["-u"]).as_deref() == Some("0") {
        return Some(&[]);
    }
    capture("sudo", &["-n", "true"]).map(|_| ["sudo", "-n"].as_slice())
}

fn apt(prefix: &[&str]) -> Command {
    let mut words = prefix.iter().chain(&["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    let mut command = Command::new(words.next().copied().unwrap_or("env"));
    command.args(words);
    command
}

/// What other systems call Debian's packages.
fn names_elsewhere(packages: &[&str]) -> String {
    let brew = find_program(&["brew"]).is_some();
    let names = packages.iter().map(|name| match (*name, brew) {
        ("postgresql", true) => "postgresql@17",
        ("nodejs", true) => "node",
        (other, _) => other,
    });
    names.filter(|name| !(brew && *name == "npm")).collect::<Vec<_>>().join(" ")
}

fn wasm_target_installed() -> bool {
    capture("rustc", &["--print", "sysroot"])
        .is_some_and(|root| Path::new(&root).join("lib/rustlib").join(WASM_TARGET).join("lib").is_dir())
}

/// The same places that the server looks in; it reports the version, here any will do.
fn postgres_installed() -> bool {
    let on_path = find_program(&["initdb"]).is_some();
    let configured =
        capture("pg_config", &["--bindir"]).is_some_and(|folder| Path::new(&folder).join("initdb").is_file());
    let versioned = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"].iter().any(|parent| {
        std::fs::read_dir(parent).into_iter().flatten().flatten().any(|entry| entry.path().join("bin/initdb").is_file())
    });
    on_path || configured || versioned
}

/// The browser for the stories: `MRP_CHROMIUM`, else the first one found.
pub(crate) fn browser() -> Option<PathBuf> {
    if let Some(chosen) = env::var_os("MRP_CHROMIUM").map(PathBuf::from).filter(|path| path.is_file()) {
        return Some(chosen);
    }
    let mac = PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    find_program(&["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"])
        .or_else(|| mac.is_file().then_some(mac))
}

pub(crate) fn node_major() -> Option<u32> {
    parse_node_major(&capture("node", &["--version"])?)
}

fn parse_node_major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_node_version_is_read() {
        assert_eq!(parse_node_major("v20.20.2"), Some(20));
        assert_eq!(parse_node_major("20"), None);
    }

    #[test]
    fn apt_runs_without_questions() {
        let command = apt(&["sudo", "-n"]);
        assert_eq!(command.get_program(), "sudo");
        assert!(command.get_args().any(|argument| argument == "DEBIAN_FRONTEND=noninteractive"));
        assert_eq!(apt(&[]).get_program(), "env");
    }
}
