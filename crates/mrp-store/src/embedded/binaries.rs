//! Where the machine keeps its Postgres programs, and which version they are.
//!
//! Nothing is downloaded: without a usable installation the error names the install command.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::EmbeddedError;

/// The oldest major version that is tried out.
pub(super) const MAJOR_MIN: u32 = 14;

/// One installation: a folder with `initdb`, `postgres` and `pg_ctl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    folder: PathBuf,
    pub(super) major: u32,
}

impl Binaries {
    /// The newest installation, or the one of version `needed` when a cluster already exists.
    pub(super) fn find(preferred: Option<&Path>, needed: Option<u32>) -> Result<Self, EmbeddedError> {
        let folders = match preferred {
            Some(folder) => vec![folder.to_path_buf()],
            None => candidates(),
        };
        choose(folders.iter().filter_map(|folder| inspect(folder)).collect(), needed)
    }

    /// The path of one program of this installation.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn choose(mut found: Vec<Binaries>, needed: Option<u32>) -> Result<Binaries, EmbeddedError> {
    found.retain(|binaries| binaries.major >= MAJOR_MIN);
    found.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
    let newest = found.first().cloned().ok_or_else(|| EmbeddedError::NoBinaries { install: install_command() })?;
    match needed {
        None => Ok(newest),
        Some(needed) => {
            let newest_major = newest.major;
            found
                .into_iter()
                .find(|binaries| binaries.major == needed)
                .ok_or(EmbeddedError::OtherVersion { cluster: needed, found: newest_major })
        }
    }
}

fn candidates() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    for (parent, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/usr/libexec", "postgresql"),
        ("/opt/homebrew/opt", "postgresql"),
        ("/usr/local/opt", "postgresql"),
        ("/usr/local", "pgsql"),
    ] {
        folders.extend(children(Path::new(parent), prefix).into_iter().flat_map(|child| [child.join("bin"), child]));
    }
    if let Some(path) = env::var_os("PATH") {
        folders.extend(env::split_paths(&path));
    }
    folders.retain(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file());
    folders.sort();
    folders.dedup();
    folders
}

fn children(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path())
        .collect()
}

fn inspect(folder: &Path) -> Option<Binaries> {
    let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    let major = parse_major(&String::from_utf8_lossy(&output.stdout))?;
    Some(Binaries { folder: folder.to_path_buf(), major })
}

/// `postgres (PostgreSQL) 15.19 (Debian 15.19-0+deb12u1)` → 15.
fn parse_major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// What the person in front of this machine types to get Postgres.
fn install_command() -> &'static str {
    let known = [
        ("/usr/bin/apt-get", "apt-get install --yes postgresql"),
        ("/usr/bin/dnf", "dnf install postgresql-server"),
        ("/sbin/apk", "apk add postgresql"),
        ("/usr/bin/pacman", "pacman -S postgresql"),
        ("/usr/bin/zypper", "zypper install postgresql-server"),
        ("/opt/homebrew/bin/brew", "brew install postgresql@17"),
        ("/usr/local/bin/brew", "brew install postgresql@17"),
    ];
    known
        .iter()
        .find(|(tool, _)| Path::new(tool).exists())
        .map_or("install PostgreSQL with your system's package manager", |(_, command)| *command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed(major: u32) -> Binaries {
        Binaries { folder: PathBuf::from(format!("/pg/{major}/bin")), major }
    }

    #[test]
    fn the_major_version_is_read_from_the_version_line() {
        assert_eq!(parse_major("postgres (PostgreSQL) 15.19 (Debian 15.19-0+deb12u1)"), Some(15));
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_major("command not found"), None);
    }

    #[test]
    fn an_existing_cluster_keeps_its_version() {
        let found = || vec![installed(15), installed(17), installed(9)];
        assert_eq!(choose(found(), None).unwrap().major, 17);
        assert_eq!(choose(found(), Some(15)).unwrap().major, 15);
        assert!(matches!(choose(found(), Some(16)), Err(EmbeddedError::OtherVersion { cluster: 16, found: 17 })));
    }

    #[test]
    fn without_binaries_the_error_says_what_to_install() {
        let message = choose(vec![installed(9)], None).unwrap_err().to_string();
        assert!(message.contains("postgresql") || message.contains("PostgreSQL"), "{message}");
    }
}
