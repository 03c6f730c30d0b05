//! A private Postgres for machines without a database server: found, initialised, started, revived, stopped.
//!
//! The programs are the ones already installed. Only a Unix socket in a folder closed to others is opened, so
//! there is no port to clash with and no password to keep: the file system and `peer` authentication decide.
//! Started as root, Postgres runs as an unprivileged user (see `account.rs`).
//!
//! One process owns the cluster and stops it at its end. A second process on the same folder attaches and leaves
//! it running; when the owner was killed, the next process takes over both the running Postgres and the ownership.
//!
//! Whether Postgres keeps its promises is asked in `durability.rs`. No tables are made here.

mod account;
mod binaries;
mod durability;
mod error;
mod folder;
mod initialise;
mod postmaster;

use std::fs::{self, File, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use account::Accounts;
use binaries::Binaries;
use folder::{Folder, file};

pub use durability::{DurabilityError, check_durability};
pub use error::EmbeddedError;

/// The database role that owns everything in the private Postgres.
pub const OWNER_ROLE: &str = "mrp";
/// The role that the application may log in as; migrations create it.
pub const APP_ROLE: &str = "mrp_app";
/// The database that exists after initialisation.
pub const DATABASE: &str = "mrp";

const PORT: u16 = 5432;
const POLL: Duration = Duration::from_millis(20);
/// After a crash the orphaned backends hold the shared memory for a moment: starting is tried again for this long.
const ORPHANS_LEAVE: Duration = Duration::from_secs(20);
const LOG_BYTES_MAX: u64 = 20 * 1024 * 1024;
const LOG_TAIL_LINES: usize = 12;

/// How to run the private Postgres.
#[derive(Debug, Clone)]
pub struct EmbeddedOptions {
    data_dir: PathBuf,
    binaries: Option<PathBuf>,
    settings: Vec<(String, String)>,
    leave_running: bool,
    sync_initialisation: bool,
    start_timeout: Duration,
}

impl EmbeddedOptions {
    /// A durable Postgres with its files under `data_dir`.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            binaries: None,
            settings: vec![("jit".into(), "off".into()), ("max_connections".into(), "200".into())],
            leave_running: false,
            sync_initialisation: true,
            start_timeout: Duration::from_secs(120),
        }
    }

    /// A fast Postgres for tests: nothing is flushed to disk, and it outlives the process that started it.
    pub fn for_tests(data_dir: impl Into<PathBuf>) -> Self {
        let mut options = Self::new(data_dir).leave_running(true);
        options.sync_initialisation = false;
        ["fsync", "full_page_writes", "synchronous_commit"]
            .into_iter()
            .fold(options, |options, name| options.setting(name, "off"))
    }

    /// Adds a server setting, as `-c name=value`.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Looks for the programs in this folder only.
    #[must_use]
    pub fn binaries(mut self, folder: impl Into<PathBuf>) -> Self {
        self.binaries = Some(folder.into());
        self
    }

    /// Whether Postgres keeps running when the [`Embedded`] is dropped.
    #[must_use]
    pub fn leave_running(mut self, leave: bool) -> Self {
        self.leave_running = leave;
        self
    }
}

/// A running private Postgres. Dropping it stops the Postgres when this process owns it.
#[derive(Debug)]
pub struct Embedded {
    options: EmbeddedOptions,
    accounts: Accounts,
    binaries: Binaries,
    folder: Folder,
    socket: PathBuf,
    child: Option<Child>,
    owned: bool,
}

impl Embedded {
    /// Finds, initialises when needed, and starts or joins the Postgres of this data folder. Blocks until it is ready.
    pub fn start(options: EmbeddedOptions) -> Result<Self, EmbeddedError> {
        let accounts = Accounts::detect()?;
        let found = Binaries::find(options.binaries.as_deref(), None)?;
        let folder = Folder::prepare(&options.data_dir, accounts.child.as_ref())?;
        let lock = lock(&folder, options.start_timeout)?;
        let binaries = match folder.major() {
            Some(major) => Binaries::find(options.binaries.as_deref(), Some(major))?,
            None => found,
        };
        let socket = folder.socket(accounts.child.as_ref())?;
        let mut embedded = Self { options, accounts, binaries, folder, socket, child: None, owned: false };
        if !embedded.folder.cluster().exists() {
            embedded.initialise()?;
        }
        embedded.join_or_launch()?;
        drop(lock);
        Ok(embedded)
    }

    /// The connection URL of the owner's database.
    pub fn url(&self) -> String {
        let host = percent_encode(&self.socket);
        format!("postgres://{OWNER_ROLE}@{host}:{PORT}/{DATABASE}")
    }

    /// Where the data really are (see `folder.rs` for why they may be elsewhere than asked).
    pub fn data_dir(&self) -> &Path {
        self.folder.root()
    }

    /// Whether this process stops Postgres at its end.
    pub fn is_owner(&self) -> bool {
        self.owned
    }

    /// Starts Postgres again when it died; says whether it had to. Meant to be asked about once a second.
    pub fn revive(&mut self) -> Result<bool, EmbeddedError> {
        self.reap();
        if postmaster::running(&self.folder.cluster()).is_some() {
            return Ok(false);
        }
        let _lock = lock(&self.folder, self.options.start_timeout)?;
        self.join_or_launch()?;
        Ok(true)
    }

    /// Stops Postgres (open transactions are rolled back, data are flushed) when this process owns it.
    pub fn stop(mut self) -> Result<(), EmbeddedError> {
        if self.owned { self.stop_postgres() } else { Ok(()) }
    }

    /// Stops Postgres whoever owns it, also one that is meant to outlive its starter.
    pub fn stop_for_everyone(mut self) -> Result<(), EmbeddedError> {
        self.stop_postgres()
    }

    fn join_or_launch(&mut self) -> Result<(), EmbeddedError> {
        let deadline = Instant::now() + self.options.start_timeout;
        if postmaster::running(&self.folder.cluster()).is_some() {
            self.wait_until_ready(deadline)?;
            self.owned = !self.options.leave_running && self.owner_is_gone();
        } else {
            self.launch(deadline)?;
            self.owned = !self.options.leave_running;
        }
        if self.owned {
            let path = self.folder.owner();
            fs::write(&path, std::process::id().to_string()).map_err(file(&path))?;
        }
        Ok(())
    }

    /// The process that stops this Postgres was killed, or is ourselves.
    fn owner_is_gone(&self) -> bool {
        let owner = fs::read_to_string(self.folder.owner()).ok().and_then(|text| text.trim().parse::<u32>().ok());
        match owner {
            Some(pid) => !postmaster::is_alive(pid) || (self.owned && pid == std::process::id()),
            None => true,
        }
    }

    fn launch(&mut self, deadline: Instant) -> Result<(), EmbeddedError> {
        let patience = Instant::now() + ORPHANS_LEAVE;
        self.write_access_rules(&self.folder.cluster())?;
        loop {
            self.remove_leftovers();
            self.child = Some(self.spawn_postgres()?);
            match self.wait_until_ready(deadline) {
                Ok(()) => return Ok(()),
                Err(error) => {
                    let crashed_before = self.log_tail().contains("still in use");
                    if self.child.is_some() || !crashed_before || Instant::now() > patience {
                        return Err(error);
                    }
                    thread::sleep(POLL * 10);
                }
            }
        }
    }

    /// After a kill the lock files name processes that are gone, or that are somebody else's by now.
    fn remove_leftovers(&self) {
        let socket = self.socket.join(format!(".s.PGSQL.{PORT}"));
        let socket_lock = self.socket.join(format!(".s.PGSQL.{PORT}.lock"));
        for leftover in [self.folder.cluster().join("postmaster.pid"), socket, socket_lock] {
            // Usually there is nothing to remove; what cannot be removed is reported by Postgres itself.
            let _ = fs::remove_file(leftover);
        }
    }

    fn spawn_postgres(&self) -> Result<Child, EmbeddedError> {
        let log = self.open_log()?;
        let errors = log.try_clone().map_err(file(&self.folder.log()))?;
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.folder.cluster());
        command.arg("-k").arg(&self.socket).arg("-p").arg(PORT.to_string());
        for setting in ["listen_addresses=", "unix_socket_permissions=0700", "timezone=UTC", "log_timezone=UTC"] {
            command.arg("-c").arg(setting);
        }
        for (name, value) in &self.options.settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        // A group of its own: Ctrl-C in the terminal reaches the server, which then stops Postgres in order.
        command.process_group(0).stdout(log).stderr(errors);
        command.spawn().map_err(|source| EmbeddedError::Spawn { program: self.binaries.program("postgres"), source })
    }

    fn open_log(&self) -> Result<File, EmbeddedError> {
        let path = self.folder.log();
        if fs::metadata(&path).is_ok_and(|meta| meta.len() > LOG_BYTES_MAX) {
            fs::rename(&path, path.with_extension("log.old")).map_err(file(&path))?;
        }
        OpenOptions::new().create(true).append(true).open(&path).map_err(file(&path))
    }

    fn wait_until_ready(&mut self, deadline: Instant) -> Result<(), EmbeddedError> {
        let began = Instant::now();
        loop {
            let running = postmaster::running(&self.folder.cluster());
            if let Some(postmaster) = &running
                && postmaster.ready
            {
                // A Postgres that another process started may have been given another socket folder.
                self.socket.clone_from(&postmaster.socket_folder);
                return Ok(());
            }
            self.reap();
            let died = self.child.is_none() && running.is_none();
            if died || Instant::now() > deadline {
                return Err(EmbeddedError::NotReady {
                    seconds: began.elapsed().as_secs(),
                    log: self.folder.log(),
                    tail: self.log_tail(),
                });
            }
            thread::sleep(POLL);
        }
    }

    fn log_tail(&self) -> String {
        let text = fs::read_to_string(self.folder.log()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines.iter().skip(lines.len().saturating_sub(LOG_TAIL_LINES)).copied().collect::<Vec<_>>().join("\n")
    }

    /// Forgets the child once it has ended.
    fn reap(&mut self) {
        if let Some(child) = &mut self.child
            && !matches!(child.try_wait(), Ok(None))
        {
            self.child = None;
        }
    }

    fn stop_postgres(&mut self) -> Result<(), EmbeddedError> {
        self.owned = false;
        self.reap();
        if postmaster::running(&self.folder.cluster()).is_none() {
            return Ok(());
        }
        let mut command = self.command("pg_ctl");
        command.arg("stop").arg("-D").arg(self.folder.cluster()).args(["-m", "fast", "-w", "-t", "60"]);
        run(command, "pg_ctl")?;
        if let Some(mut child) = self.child.take() {
            child.wait().map_err(|source| EmbeddedError::Spawn { program: PathBuf::from("postgres"), source })?;
        }
        Ok(())
    }

    /// A Postgres program as the right user, away from our environment's `PG…` variables.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.program(program));
        command.current_dir(self.folder.root()).stdin(Stdio::null()).env("LC_ALL", "C");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
            command.env_remove(name);
        }
        if let Some(account) = &self.accounts.child {
            command.uid(account.uid).gid(account.gid);
        }
        command
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if self.owned
            && let Err(error) = self.stop_postgres()
        {
            tracing::error!(%error, "could not stop the private Postgres");
        }
    }
}

/// Runs a program to its end; what it wrote becomes the error when it fails.
fn run(mut command: Command, program: &'static str) -> Result<String, EmbeddedError> {
    let output = command
        .output()
        .map_err(|source| EmbeddedError::Spawn { program: PathBuf::from(command.get_program()), source })?;
    let written = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(written) } else { Err(EmbeddedError::Failed { program, output: written }) }
}

/// Held while one process initialises or starts; the system frees it when that process is killed.
fn lock(folder: &Folder, patience: Duration) -> Result<File, EmbeddedError> {
    let path = folder.start_lock();
    let lock = OpenOptions::new().create(true).append(true).open(&path).map_err(file(&path))?;
    let deadline = Instant::now() + patience;
    while lock.try_lock().is_err() {
        if Instant::now() > deadline {
            return Err(EmbeddedError::Locked(folder.root().to_path_buf()));
        }
        thread::sleep(POLL);
    }
    Ok(lock)
}

/// A socket folder as the host of a URL.
fn percent_encode(path: &Path) -> String {
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(*byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
