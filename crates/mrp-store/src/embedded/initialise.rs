//! Making a new cluster: `initdb`, the access rules, the first database.
//!
//! Everything happens in a folder beside the final one, which is renamed last: a kill never leaves half a cluster.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Stdio;

use super::folder::file;
use super::{APP_ROLE, DATABASE, Embedded, EmbeddedError, OWNER_ROLE, run};

/// Byte order everywhere; the first one a machine knows is taken.
const LOCALES: [&str; 2] = ["C.UTF-8", "C"];

impl Embedded {
    /// Builds the cluster of this data folder.
    pub(super) fn initialise(&self) -> Result<(), EmbeddedError> {
        let unfinished = self.folder.root().join("cluster.new");
        self.initdb(&unfinished)?;
        self.write_access_rules(&unfinished)?;
        self.create_database(&unfinished)?;
        let cluster = self.folder.cluster();
        fs::rename(&unfinished, &cluster).map_err(file(&cluster))
    }

    fn initdb(&self, unfinished: &Path) -> Result<(), EmbeddedError> {
        let mut outcome = Ok(());
        for locale in LOCALES {
            if unfinished.exists() {
                fs::remove_dir_all(unfinished).map_err(file(unfinished))?;
            }
            let mut command = self.command("initdb");
            command.arg("-D").arg(unfinished).args(["-U", OWNER_ROLE, "-E", "UTF8", "--data-checksums"]);
            command.arg(format!("--locale={locale}")).args(["--auth-local=peer", "--auth-host=reject"]);
            if !self.options.sync_initialisation {
                command.arg("--no-sync");
            }
            outcome = run(command, "initdb").map(|_| ());
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    /// Only the socket, only the system users that may run the server, only our two roles.
    pub(super) fn write_access_rules(&self, cluster: &Path) -> Result<(), EmbeddedError> {
        let people = self.accounts.names();
        let map: String = people
            .iter()
            .flat_map(|person| [OWNER_ROLE, APP_ROLE].map(|role| format!("mrp \"{person}\" {role}\n")))
            .collect();
        self.write_rule(&cluster.join("pg_ident.conf"), &map)?;
        self.write_rule(&cluster.join("pg_hba.conf"), "local all all peer map=mrp\n")
    }

    fn write_rule(&self, path: &Path, text: &str) -> Result<(), EmbeddedError> {
        fs::write(path, text).map_err(file(path))?;
        fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(file(path))?;
        if let Some(account) = &self.accounts.child {
            chown(path, Some(account.uid), Some(account.gid)).map_err(file(path))?;
        }
        Ok(())
    }

    /// Single-user mode: no socket, no client program.
    fn create_database(&self, cluster: &Path) -> Result<(), EmbeddedError> {
        let mut command = self.command("postgres");
        command.arg("--single").arg("-D").arg(cluster);
        if !self.options.sync_initialisation {
            command.arg("-F");
        }
        command.arg("postgres").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let spawned = |source| EmbeddedError::Spawn { program: self.binaries.program("postgres"), source };
        let mut child = command.spawn().map_err(spawned)?;
        if let Some(mut stdin) = child.stdin.take() {
            writeln!(stdin, "CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE};").map_err(spawned)?;
        }
        let output = child.wait_with_output().map_err(spawned)?;
        let errors = String::from_utf8_lossy(&output.stderr);
        if output.status.success() && !errors.contains("ERROR") && !errors.contains("FATAL") {
            return Ok(());
        }
        Err(EmbeddedError::Failed { program: "postgres --single", output: errors.into_owned() })
    }
}
