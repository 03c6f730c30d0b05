//! Everything that can go wrong with the private Postgres, each with what to do about it.

use std::io;
use std::path::PathBuf;

/// Why the private Postgres is not running.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No usable installation on this machine.
    #[error(
        "no PostgreSQL programs (version {min} or newer) on this machine; {install}, or set DATABASE_URL to a server you have",
        min = super::binaries::MAJOR_MIN
    )]
    NoBinaries {
        /// The command for this system.
        install: &'static str,
    },
    /// The data were written by a version that is not installed.
    #[error(
        "the data were written by PostgreSQL {cluster}, this machine has {found}; install PostgreSQL {cluster}, or move the data over with pg_dump"
    )]
    OtherVersion {
        /// The version that wrote the data.
        cluster: u32,
        /// The newest version installed.
        found: u32,
    },
    /// We are root and there is no ordinary user to run Postgres.
    #[error(
        "PostgreSQL does not run as root and this machine has neither a user `postgres` nor `nobody`; create one with: useradd --system postgres"
    )]
    NoUnprivilegedUser,
    /// The user that runs Postgres cannot get to the data folder, nor to the one under `/var/lib`.
    #[error(
        "the user `{user}`, who runs PostgreSQL, may not enter {parent}, so {folder} is out of reach; set MRP_DATA_DIR to a folder that he can reach"
    )]
    OutOfReach {
        /// The user that runs Postgres.
        user: String,
        /// The folder that is closed to him.
        parent: PathBuf,
        /// The folder that was asked for.
        folder: PathBuf,
    },
    /// The folder holds something that is not ours.
    #[error("{0} is neither empty nor one of our data folders; choose another with MRP_DATA_DIR")]
    NotOurs(PathBuf),
    /// The folder belongs to another user.
    #[error("{folder} belongs to user number {owner}; start as that user, or choose another folder with MRP_DATA_DIR")]
    OwnedByAnother {
        /// The folder.
        folder: PathBuf,
        /// Its owner.
        owner: u32,
    },
    /// A file operation failed.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program could not be started.
    #[error("could not start {program}: {source}")]
    Spawn {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program ran and failed.
    #[error("{program} failed:\n{output}")]
    Failed {
        /// The program.
        program: &'static str,
        /// The end of what it wrote.
        output: String,
    },
    /// Postgres did not become ready in time.
    #[error("PostgreSQL was not ready after {seconds} s; the end of {log}:\n{tail}")]
    NotReady {
        /// How long we waited.
        seconds: u64,
        /// Its log file.
        log: PathBuf,
        /// The end of the log.
        tail: String,
    },
    /// Another process held the start lock for too long.
    #[error("another process has been starting PostgreSQL in {0} for too long; stop it first")]
    Locked(PathBuf),
}
