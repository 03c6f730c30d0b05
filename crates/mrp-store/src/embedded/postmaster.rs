//! Reading `postmaster.pid`: is a Postgres running on this cluster, is it ready, is the file a leftover.

use std::fs;
use std::path::{Path, PathBuf};

/// What a running Postgres wrote about itself (lines 1, 5 and 8 of the file).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Postmaster {
    pub(super) pid: u32,
    pub(super) socket_folder: PathBuf,
    pub(super) ready: bool,
}

/// The Postgres that runs on `cluster`; `None` when there is none or the file is a leftover.
pub(super) fn running(cluster: &Path) -> Option<Postmaster> {
    let text = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    let postmaster = parse(&text)?;
    is_postgres_of(postmaster.pid, cluster).then_some(postmaster)
}

fn parse(text: &str) -> Option<Postmaster> {
    let mut lines = text.lines();
    let pid = lines.next()?.trim().parse().ok()?;
    let socket_folder = PathBuf::from(lines.nth(3).unwrap_or_default());
    let ready = lines.nth(2).is_some_and(|status| status.trim() == "ready");
    Some(Postmaster { pid, socket_folder, ready })
}

/// Whether process `pid` exists and is not only waiting to be reaped.
pub(super) fn is_alive(pid: u32) -> bool {
    process_name(pid).is_some()
}

/// A process number can be given to somebody else after a crash: the name and the folder must fit, too.
fn is_postgres_of(pid: u32, cluster: &Path) -> bool {
    let named = process_name(pid).is_some_and(|name| name.contains("postgres") || name.contains("postmaster"));
    let elsewhere = match (fs::read_link(format!("/proc/{pid}/cwd")), cluster.canonicalize()) {
        (Ok(folder), Ok(cluster)) => folder != cluster,
        (Ok(_), Err(_)) | (Err(_), Ok(_)) | (Err(_), Err(_)) => false,
    };
    named && !elsewhere
}

#[cfg(target_os = "linux")]
fn process_name(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    parse_stat(&stat)
}

/// `4711 (postgres) S 1 …`: the name, unless the process is a zombie.
#[cfg(target_os = "linux")]
fn parse_stat(stat: &str) -> Option<String> {
    let (before, after) = stat.rsplit_once(')')?;
    let (_, name) = before.split_once('(')?;
    let state = after.trim_start().chars().next()?;
    (!matches!(state, 'Z' | 'X')).then(|| name.to_owned())
}

#[cfg(not(target_os = "linux"))]
fn process_name(pid: u32) -> Option<String> {
    let output = std::process::Command::new("ps").args(["-o", "stat=,comm=", "-p", &pid.to_string()]).output().ok()?;
    let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let (state, name) = line.split_once(char::is_whitespace)?;
    (!state.starts_with('Z')).then(|| name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "4711\n/data/cluster\n1790000000\n5432\n/data/run\n\n  1234  5\nready   \n";

    #[test]
    fn a_ready_postmaster_is_told_from_a_starting_one() {
        let ready = parse(FILE).unwrap();
        assert_eq!((ready.pid, ready.ready), (4711, true));
        assert_eq!(ready.socket_folder, PathBuf::from("/data/run"));
        assert!(!parse(&FILE.replace("ready", "starting")).unwrap().ready);
        assert!(!parse("4711\n/data/cluster\n").unwrap().ready);
        assert_eq!(parse(""), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_zombie_does_not_count_as_running() {
        assert_eq!(parse_stat("7 (postgres) S 1 7").as_deref(), Some("postgres"));
        assert_eq!(parse_stat("7 (postgres) Z 1 7"), None);
        assert_eq!(parse_stat("7 (a ) b) R 1 7").as_deref(), Some("a ) b"));
    }

    #[test]
    fn our_own_process_is_alive_but_is_no_postgres() {
        let own = std::process::id();
        assert!(is_alive(own));
        assert!(!is_postgres_of(own, Path::new("/")));
    }
}
