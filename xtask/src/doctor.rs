//! `cargo xtask doctor`: what this machine has, without changing it.

use anyhow::Result;

use crate::process::{capture, find_program};
use crate::setup::{self, Need};
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    println!("clone     {}", workspace.root.display());
    println!("target    {}", workspace.target.display());
    for (name, program, argument) in
        [("rustc", "rustc", "--version"), ("cargo", "cargo", "--version"), ("node", "node", "--version")]
    {
        println!("{name:<9} {}", capture(program, &[argument]).unwrap_or_else(|| "not found".to_owned()));
    }
    let nextest = if find_program(&["cargo-nextest"]).is_some() { "yes" } else { "no; plain cargo test is used" };
    println!("nextest   {nextest}");
    if let Some(browser) = setup::browser() {
        println!("browser   {}", browser.display());
    }
    println!();
    for need in Need::ALL {
        println!("{:<8} {}", if need.is_met() { "have" } else { "MISSING" }, need.name());
    }
    println!("\n`cargo xtask run` and `cargo xtask test` install what is missing where they may.");
    Ok(())
}
