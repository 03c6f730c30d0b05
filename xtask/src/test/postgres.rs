//! The Postgres that all tests of one run share: started before them, stopped and wiped after them.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

pub(super) struct TestPostgres<'a> {
    workspace: &'a Workspace,
    url: String,
}

impl<'a> TestPostgres<'a> {
    /// Starts it, or takes the one that `MRP_TEST_DATABASE_URL` names.
    pub(super) fn start(workspace: &'a Workspace) -> Result<Self> {
        if let Ok(url) = std::env::var("MRP_TEST_DATABASE_URL") {
            return Ok(Self { workspace, url });
        }
        let url = call(workspace, "start")?;
        Ok(Self { workspace, url })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn stop(self) -> Result<()> {
        if std::env::var_os("MRP_TEST_DATABASE_URL").is_some() {
            return Ok(());
        }
        call(self.workspace, "stop").map(|_| ())
    }
}

/// The program that knows the store is built with the tests; this one stays small.
fn call(workspace: &Workspace, verb: &str) -> Result<String> {
    let program = workspace.binary("debug", "test-postgres");
    let mut command = Command::new(&program);
    command.arg(verb).arg(workspace.root.join("target/test-postgres"));
    let output = command.stderr(Stdio::inherit()).output().with_context(|| program.display().to_string())?;
    if !output.status.success() {
        bail!("test-postgres {verb}: {}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
