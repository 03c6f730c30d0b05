//! Where things are: the root of the clone, the target folder, what `cargo metadata` says.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The clone that this program was compiled from.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Cargo's output; `CARGO_TARGET_DIR` may move it away from the root.
    pub(crate) target: PathBuf,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")?.to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The finished interface; always below the root, because the server's source names this folder.
    pub(crate) fn web_folder(&self) -> PathBuf {
        self.root.join("target/web/office")
    }

    /// A program of ours, built into a profile's folder (`debug`, `release`).
    pub(crate) fn binary(&self, profile_folder: &str, name: &str) -> PathBuf {
        self.target.join(profile_folder).join(name)
    }

    /// `cargo` in the root, without the variables that `cargo run` set for this program.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new("cargo");
        command.current_dir(&self.root);
        for name in
            ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME", "CARGO_PKG_VERSION", "LD_LIBRARY_PATH"]
        {
            command.env_remove(name);
        }
        command
    }

    /// All packages of the build, with their dependencies and licences.
    pub(crate) fn metadata(&self) -> Result<Value> {
        let output = self.cargo().args(["metadata", "--format-version", "1", "--quiet"]).output()?;
        if !output.status.success() {
            bail!("cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}
