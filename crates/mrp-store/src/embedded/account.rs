//! Which system user runs Postgres, and which folders that user can reach.
//!
//! Postgres refuses to run as root, so a server started as root (a container, CI) hands the child to
//! `postgres` or, failing that, `nobody`. Everybody else runs it as himself. No folder is created here.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::EmbeddedError;

/// One line of the password file, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// Who we are and who runs Postgres for us.
#[derive(Debug, Clone)]
pub(super) struct Accounts {
    /// The name of the user that this process runs as.
    pub(super) own_name: String,
    /// Set when we are root: the user that Postgres runs as.
    pub(super) child: Option<Account>,
}

impl Accounts {
    /// Asks the system who we are; as root, also picks the user for Postgres.
    pub(super) fn detect() -> Result<Self, EmbeddedError> {
        let own_name = ask_id("-un")?;
        if ask_id("-u")? != "0" {
            return Ok(Self { own_name, child: None });
        }
        let passwd = fs::read_to_string("/etc/passwd")
            .map_err(|source| EmbeddedError::File { path: PathBuf::from("/etc/passwd"), source })?;
        let child = unprivileged(&passwd).ok_or(EmbeddedError::NoUnprivilegedUser)?;
        Ok(Self { own_name, child: Some(child) })
    }

    /// The system users that may log in through the socket.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names = vec![self.own_name.as_str()];
        names.extend(self.child.as_ref().map(|child| child.name.as_str()));
        names
    }
}

fn ask_id(flag: &str) -> Result<String, EmbeddedError> {
    let output = Command::new("id")
        .arg(flag)
        .output()
        .map_err(|source| EmbeddedError::Spawn { program: PathBuf::from("id"), source })?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// `postgres` when the machine has it, else `nobody`; never an account of root's.
fn unprivileged(passwd: &str) -> Option<Account> {
    ["postgres", "nobody"].iter().find_map(|name| {
        passwd.lines().filter_map(parse_account).find(|account| account.name == *name && account.uid != 0)
    })
}

fn parse_account(line: &str) -> Option<Account> {
    let mut fields = line.split(':');
    let name = fields.next()?.to_owned();
    let _password = fields.next()?;
    let uid = fields.next()?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some(Account { name, uid, gid })
}

/// The first existing folder above `path` that `account` may not walk through.
pub(super) fn untraversable_parent(path: &Path, account: &Account) -> Option<PathBuf> {
    let mut parents: Vec<&Path> = path.ancestors().skip(1).collect();
    parents.reverse();
    parents
        .into_iter()
        .find(|parent| fs::metadata(parent).is_ok_and(|meta| !may_walk(meta.mode(), meta.uid(), meta.gid(), account)))
        .map(Path::to_path_buf)
}

/// The rule of the file system: the owner's bit decides for the owner, the group's for the group.
fn may_walk(mode: u32, owner: u32, group: u32, account: &Account) -> bool {
    if owner == account.uid {
        mode & 0o100 != 0
    } else if group == account.gid {
        mode & 0o010 != 0
    } else {
        mode & 0o001 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str =
        "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\npostgres:x:101:104::/:/bin/sh\n";

    #[test]
    fn the_postgres_user_is_preferred_to_nobody() {
        assert_eq!(unprivileged(PASSWD).map(|account| account.uid), Some(101));
        let without = PASSWD.replace("postgres", "someone");
        assert_eq!(unprivileged(&without).map(|account| account.uid), Some(65534));
        assert_eq!(unprivileged("root:x:0:0::/:/bin/sh\nbroken\npostgres:x:0:0::/:/bin/sh"), None);
    }

    #[test]
    fn a_home_closed_to_others_cannot_be_walked() {
        let account = Account { name: "postgres".into(), uid: 101, gid: 104 };
        assert!(!may_walk(0o700, 0, 0, &account));
        assert!(may_walk(0o711, 0, 0, &account));
        assert!(may_walk(0o710, 0, 104, &account));
        assert!(may_walk(0o700, 101, 0, &account));
        assert!(!may_walk(0o077, 101, 0, &account));
    }
}
