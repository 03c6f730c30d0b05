//! Compiles the interface for the browser and hands it to `xtask-web`, which makes the files that the server embeds.

use anyhow::{Result, bail};
use clap::Args;

use crate::process;
use crate::setup::{self, Need, WASM_TARGET};
use crate::workspace::Workspace;

#[derive(Args, Clone, Copy, Default)]
pub(crate) struct Options {
    /// Small and slow to build (the default).
    #[arg(long, conflicts_with = "dev")]
    release: bool,
    /// Quick to build, large, no budget.
    #[arg(long)]
    dev: bool,
}

impl Options {
    pub(crate) fn with_dev(dev: bool) -> Self {
        Self { release: !dev, dev }
    }
}

/// The command: set-up, then the build.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    setup::ensure(&[Need::WasmTarget])?;
    build(workspace, *options)
}

/// Builds into [`Workspace::web_folder`].
pub(crate) fn build(workspace: &Workspace, options: Options) -> Result<()> {
    if options.release && options.dev {
        bail!("--release and --dev exclude each other");
    }
    let (profile, folder) = if options.dev { ("dev", "debug") } else { ("web", "web") };
    let mut compile = workspace.cargo();
    compile.args(["build", "--package", "mrp-web", "--bin", "office", "--target", WASM_TARGET, "--profile", profile]);
    process::run(&mut compile)?;

    let out = workspace.web_folder();
    let mut finish = workspace.cargo();
    finish.args(["run", "--quiet", "--package", "xtask-web", "--", "--wasm"]);
    finish.arg(workspace.target.join(WASM_TARGET).join(folder).join("office.wasm"));
    finish.arg("--frontend").arg(workspace.root.join("frontend")).arg("--out").arg(&out);
    if options.dev {
        finish.arg("--dev");
    }
    process::run(&mut finish)?;
    println!("interface ready in {}", process::below(&out, &workspace.root).display());
    Ok(())
}
