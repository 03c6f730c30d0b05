//! The server under measurement: a child process with a folder of its own, stopped and removed at the end.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::cpu::{self, CpuTime};
use crate::database;
use crate::http::Connection;

const START_PATIENCE: Duration = Duration::from_secs(60);
const STOP_PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(2);
const ADMIN: &str = "bench-admin";

/// A running server.
pub(crate) struct Server {
    program: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
    child: Option<Child>,
    /// The database, for what cannot be done over HTTP.
    pub(crate) database_url: String,
    /// User name and password of an administrator.
    pub(crate) admin: (String, String),
}

impl Server {
    /// Starts the server on a fresh database that keeps what it acknowledges.
    pub(crate) fn start(program: &Path) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("mrp-bench-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| folder.display().to_string())?;
        let address = free_address()?;
        let mut server = Self {
            program: program.to_path_buf(),
            folder,
            address,
            child: None,
            database_url: String::new(),
            admin: (ADMIN.to_owned(), String::new()),
        };
        server.launch()?;
        server.database_url = database::join(&server.data_dir())?;
        database::refuse_undurable(&server.database_url)?;
        server.admin.1 = server.create_admin()?;
        Ok(server)
    }

    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// A folder for files that are removed with the server.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Processor time that the server and its Postgres have used so far.
    pub(crate) fn cpu(&self) -> Result<CpuTime> {
        cpu::of_server(self.id()?)
    }

    /// Resident memory of the server itself.
    pub(crate) fn resident_mb(&self) -> Result<f64> {
        cpu::resident_mb(self.id()?)
    }

    /// Stops the server and starts it on its existing database; says how long it took until it was ready.
    pub(crate) fn restart(&mut self) -> Result<Duration> {
        self.stop()?;
        self.launch()
    }

    fn launch(&mut self) -> Result<Duration> {
        let log = File::options().create(true).append(true).open(self.log())?;
        let began = Instant::now();
        let child = Command::new(&self.program)
            .arg("serve")
            .args(["--listen", &self.address.to_string()])
            .arg("--data-dir")
            .arg(self.data_dir())
            .env_remove("DATABASE_URL")
            .env_remove("MRP_DEMO")
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("could not start {}", self.program.display()))?;
        self.child = Some(child);
        while !self.is_ready() {
            let ended = self.child.as_mut().map_or(Ok(None), Child::try_wait)?;
            if ended.is_some() || began.elapsed() > START_PATIENCE {
                bail!("the server did not become ready:\n{}", fs::read_to_string(self.log()).unwrap_or_default());
            }
            thread::sleep(POLL);
        }
        Ok(began.elapsed())
    }

    fn is_ready(&self) -> bool {
        Connection::open(self.address)
            .and_then(|mut connection| Ok(connection.send("GET", "/ready", &[], None)?.status == 200))
            .unwrap_or(false)
    }

    fn create_admin(&self) -> Result<String> {
        let output = Command::new(&self.program)
            .args(["create-admin", "--database-url", &self.database_url, ADMIN])
            .stdin(Stdio::null())
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let password = text.lines().find_map(|line| line.strip_prefix("password:"));
        let said = || format!("no administrator: {}", String::from_utf8_lossy(&output.stderr));
        Ok(password.with_context(said)?.trim().to_owned())
    }

    fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else {
            return Ok(());
        };
        // The standard library can only kill; the server must stop its Postgres first.
        Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
        let began = Instant::now();
        while child.try_wait()?.is_none() {
            if began.elapsed() > STOP_PATIENCE {
                child.kill()?;
                bail!("the server did not stop");
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    fn id(&self) -> Result<u32> {
        self.child.as_ref().map(Child::id).context("the server is not running")
    }

    fn data_dir(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        match self.stop() {
            // What cannot be removed is in the machine's folder for temporary files.
            Ok(()) => drop(fs::remove_dir_all(&self.folder)),
            Err(error) => eprintln!("{error:#}; its files are in {}", self.folder.display()),
        }
    }
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}
