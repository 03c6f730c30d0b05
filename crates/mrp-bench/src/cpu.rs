//! How much processor time and memory a program and everything it started have used, asked from Linux.

use std::collections::HashMap;
use std::fs;

use anyhow::{Context, Result};

/// Linux counts processor time in hundredths of a second for everybody outside the kernel.
const TICK_MS: u32 = 10;

/// Processor time used so far, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CpuTime {
    /// By the server itself.
    pub(crate) server_ms: f64,
    /// By everything the server started: its Postgres, with the processes that have ended.
    pub(crate) postgres_ms: f64,
}

impl CpuTime {
    /// What was used between `earlier` and now.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self { server_ms: self.server_ms - earlier.server_ms, postgres_ms: self.postgres_ms - earlier.postgres_ms }
    }

    pub(crate) fn total_ms(self) -> f64 {
        self.server_ms + self.postgres_ms
    }
}

struct Process {
    parent: u32,
    own_ticks: u32,
    ended_children_ticks: u32,
}

/// What the server with this process id and its Postgres have used so far.
pub(crate) fn of_server(server: u32) -> Result<CpuTime> {
    let processes = all()?;
    let root = processes.get(&server).context("the server has ended")?;
    let mut below = vec![server];
    let mut postgres = root.ended_children_ticks;
    while let Some(parent) = below.pop() {
        for (id, process) in processes.iter().filter(|(_, process)| process.parent == parent) {
            postgres += process.own_ticks + process.ended_children_ticks;
            below.push(*id);
        }
    }
    Ok(CpuTime { server_ms: f64::from(root.own_ticks * TICK_MS), postgres_ms: f64::from(postgres * TICK_MS) })
}

/// What this program itself has used: it shares the processors with the server.
pub(crate) fn of_ourselves_ms() -> Result<f64> {
    let text = fs::read_to_string("/proc/self/stat").context("processor time is asked from /proc, as on Linux")?;
    let process = parse(&text).context("/proc/self/stat is not understood")?;
    Ok(f64::from(process.own_ticks * TICK_MS))
}

/// Resident memory of one process in megabytes.
pub(crate) fn resident_mb(id: u32) -> Result<f64> {
    memory_mb(&id.to_string(), "VmRSS:")
}

/// The most memory that this program itself has ever held, in megabytes.
pub(crate) fn peak_mb() -> Result<f64> {
    memory_mb("self", "VmHWM:")
}

/// The most memory that a process has ever held, in megabytes.
pub(crate) fn peak_mb_of(id: u32) -> Result<f64> {
    memory_mb(&id.to_string(), "VmHWM:")
}

fn memory_mb(process: &str, name: &str) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    let kilobytes: u32 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(f64::from(kilobytes) / 1024.0)
}

fn all() -> Result<HashMap<u32, Process>> {
    let folders = fs::read_dir("/proc").context("processor time is asked from /proc, as on Linux")?;
    Ok(folders
        .flatten()
        .filter_map(|folder| folder.file_name().to_str()?.parse::<u32>().ok())
        // A process may end while we look.
        .filter_map(|id| Some((id, parse(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)?)))
        .collect())
}

/// The name in parentheses may hold anything, so the fields are counted from behind it.
fn parse(stat: &str) -> Option<Process> {
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let number = |place: usize| fields.get(place)?.parse::<u32>().ok();
    Some(Process {
        parent: number(1)?,
        own_ticks: number(11)? + number(12)?,
        ended_children_ticks: number(13)? + number(14)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_blanks_and_parentheses_does_not_shift_the_fields() {
        let process = parse("77 (postgres: (x) y) S 42 77 77 0 -1 0 1 2 3 4 100 20 7 3 20 0 1").unwrap();
        assert_eq!((process.parent, process.own_ticks, process.ended_children_ticks), (42, 120, 10));
    }

    #[test]
    fn our_own_use_can_be_asked() {
        assert!(of_ourselves_ms().unwrap() >= 0.0);
        assert!(resident_mb(std::process::id()).unwrap() > 1.0);
    }
}
