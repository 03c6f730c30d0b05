//! The stories: a real server with the demo factory in a folder of its own, a real browser, Node's test runner.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::process;
use crate::setup;
use crate::workspace::Workspace;

const READY_MAX: Duration = Duration::from_secs(90);
const STOP_MAX: Duration = Duration::from_secs(25);
const LOG_TAIL_LINES: usize = 40;

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("e2e");
    let stories = stories(&folder.join("stories"))?;
    install(&folder)?;
    let binary = workspace.binary("debug", "mrp-server");
    if !binary.is_file() {
        process::run(workspace.cargo().args(["build", "--package", "mrp-server"]))?;
    }
    let server = Server::start(&binary, &folder.join("output"))?;
    let outcome = server.wait_until_ready().and_then(|()| play(&folder, &stories, &server));
    if outcome.is_err() {
        println!("the end of the server's log ({}):\n{}", server.log.display(), server.log_tail());
    }
    outcome
}

/// No story at all is a failure: a check that cannot fail proves nothing.
fn stories(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("no stories in {}", folder.display()))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".spec.mjs") {
            files.push(path);
        }
    }
    files.sort();
    ensure!(!files.is_empty(), "no stories (*.spec.mjs) in {}", folder.display());
    Ok(files)
}

/// Exactly what the lock file names; the browser is the system's, none is downloaded.
fn install(folder: &Path) -> Result<()> {
    let lock = fs::metadata(folder.join("package-lock.json")).and_then(|meta| meta.modified());
    let installed = fs::metadata(folder.join("node_modules/.package-lock.json")).and_then(|meta| meta.modified());
    if let (Ok(lock), Ok(installed)) = (lock, installed)
        && installed >= lock
    {
        return Ok(());
    }
    process::run(Command::new("npm").current_dir(folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").args([
        "ci",
        "--no-audit",
        "--no-fund",
    ]))
}

fn play(folder: &Path, stories: &[PathBuf], server: &Server) -> Result<()> {
    let browser = setup::browser().context("no browser")?;
    let mut node = Command::new("node");
    node.current_dir(folder).arg("--test");
    if setup::node_major().is_some_and(|major| major >= 20) {
        node.args(["--test-concurrency=1", "--test-reporter=spec"]);
    }
    node.args(stories).env("MRP_URL", format!("http://{}", server.address)).env("MRP_CHROMIUM", browser);
    process::run(&mut node)
}

/// A server on a free port; stopped, and its data removed, when dropped.
struct Server {
    child: Child,
    address: SocketAddr,
    data: PathBuf,
    log: PathBuf,
}

impl Server {
    fn start(binary: &Path, output: &Path) -> Result<Self> {
        fs::create_dir_all(output)?;
        let log = output.join("server.log");
        // The system's temporary folder: as root, Postgres's own user must be able to reach the data.
        let data = std::env::temp_dir().join(format!("mrp-stories-{}", std::process::id()));
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let file = File::create(&log)?;
        let child = Command::new(binary)
            .args(["serve", "--demo", "--listen", &address.to_string()])
            .env("MRP_DATA_DIR", &data)
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| binary.display().to_string())?;
        Ok(Self { child, address, data, log })
    }

    fn wait_until_ready(&self) -> Result<()> {
        let deadline = Instant::now() + READY_MAX;
        while !is_ready(self.address) {
            if Instant::now() > deadline {
                bail!("the server was not ready after {} s", READY_MAX.as_secs());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn log_tail(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines.iter().skip(lines.len().saturating_sub(LOG_TAIL_LINES)).copied().collect::<Vec<_>>().join("\n")
    }

    /// Asks for an orderly end, so that the server stops its Postgres; insists when it does not come.
    fn stop(&mut self) -> Result<()> {
        // The shell's own `kill`: small systems have no program of that name.
        process::run(Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]))?;
        let deadline = Instant::now() + STOP_MAX;
        while self.child.try_wait()?.is_none() {
            if Instant::now() > deadline {
                self.child.kill()?;
                bail!("the server did not stop within {} s and was killed", STOP_MAX.as_secs());
            }
            thread::sleep(Duration::from_millis(50));
        }
        fs::remove_dir_all(&self.data).with_context(|| self.data.display().to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            println!("while stopping the server: {error:#}");
        }
    }
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_stories_fails() {
        let empty = std::env::temp_dir().join(format!("mrp-no-stories-{}", std::process::id()));
        fs::create_dir_all(&empty).unwrap();
        assert!(stories(&empty).is_err());
        fs::write(empty.join("order.spec.mjs"), "").unwrap();
        assert_eq!(stories(&empty).unwrap().len(), 1);
        fs::remove_dir_all(empty).unwrap();
    }

    #[test]
    fn only_an_answer_of_200_means_ready() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answers = thread::spawn(move || {
            for status in ["503 Service Unavailable", "200 OK"] {
                let (mut stream, _) = listener.accept().unwrap();
                let mut asked = [0; 1024];
                let _ = stream.read(&mut asked).unwrap();
                stream.write_all(format!("HTTP/1.1 {status}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
            }
        });
        assert!(!is_ready(address));
        assert!(is_ready(address));
        answers.join().unwrap();
        assert!(!is_ready(address));
    }
}
