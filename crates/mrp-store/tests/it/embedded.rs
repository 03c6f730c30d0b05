//! The private Postgres is started, killed, orphaned, shared and stopped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use mrp_store::embedded::{DurabilityError, Embedded, EmbeddedError, EmbeddedOptions, check_durability};

/// A folder of its own, removed at the end; under the system's temporary folder, where every user can go.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("mrp-embedded-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        Self(folder)
    }

    /// Quick to make, but stopped like the real one.
    fn options(&self) -> EmbeddedOptions {
        EmbeddedOptions::for_tests(&self.0).leave_running(false)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    pub(crate) fn cluster(&self) -> PathBuf {
        self.0.join("cluster")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[derive(QueryableByName)]
struct TextRow {
    #[diesel(sql_type = Text)]
    value: String,
}

#[derive(QueryableByName)]
struct BoolRow {
    #[diesel(sql_type = Bool)]
    value: bool,
}

async fn connect(embedded: &Embedded) -> AsyncPgConnection {
    AsyncPgConnection::establish(&embedded.url()).await.unwrap()
}

async fn ask(embedded: &Embedded, sql: &str) -> String {
    let row: TextRow = diesel::sql_query(sql).get_result(&mut connect(embedded).await).await.unwrap();
    row.value
}

pub(crate) fn postmaster_pid(cluster: &Path) -> Option<u32> {
    let text = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok()
}

pub(crate) fn kill(pid: u32) {
    assert!(Command::new("sh").args(["-c", &format!("kill -9 {pid}")]).status().unwrap().success());
}

pub(crate) fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[tokio::test]
async fn a_new_cluster_has_checksums_and_listens_on_no_port() {
    let scratch = Scratch::new("new");
    let embedded = Embedded::start(scratch.options()).unwrap();
    assert_eq!(ask(&embedded, "SELECT current_database()::text AS value").await, "mrp");
    assert_eq!(ask(&embedded, "SELECT current_setting('data_checksums') AS value").await, "on");
    assert_eq!(ask(&embedded, "SELECT current_setting('listen_addresses') AS value").await, "");
    assert_eq!(ask(&embedded, "SELECT current_setting('server_encoding') AS value").await, "UTF8");
    embedded.stop().unwrap();
    assert_eq!(postmaster_pid(&scratch.cluster()), None);
}

#[tokio::test]
async fn a_server_started_as_root_leaves_postgres_to_an_ordinary_user() {
    let scratch = Scratch::new("root");
    let embedded = Embedded::start(scratch.options()).unwrap();
    let pid = postmaster_pid(&scratch.cluster()).unwrap();
    let owner = Command::new("stat").args(["-c", "%u", &format!("/proc/{pid}")]).output().unwrap();
    assert_ne!(String::from_utf8_lossy(&owner.stdout).trim(), "0");
    drop(embedded);
}

#[tokio::test]
async fn a_killed_postgres_is_revived_with_its_data() {
    let scratch = Scratch::new("kill");
    let mut embedded = Embedded::start(EmbeddedOptions::new(&scratch.0)).unwrap();
    let mut connection = connect(&embedded).await;
    connection.batch_execute("CREATE TABLE kept (value text); INSERT INTO kept VALUES ('yes')").await.unwrap();
    assert!(!embedded.revive().unwrap());
    kill(postmaster_pid(&scratch.cluster()).unwrap());
    wait_for("the killed Postgres was never noticed", || embedded.revive().unwrap());
    assert_eq!(ask(&embedded, "SELECT value FROM kept").await, "yes");
    assert!(embedded.is_owner());
}

#[tokio::test]
async fn a_leftover_pid_file_of_another_process_does_not_hinder_the_start() {
    let scratch = Scratch::new("stale");
    Embedded::start(scratch.options()).unwrap().stop().unwrap();
    let leftover = format!("{}\n{}\n1790000000\n5432\n/nowhere\n\n1 2\nready\n", std::process::id(), "/nowhere");
    fs::write(scratch.cluster().join("postmaster.pid"), leftover).unwrap();
    let embedded = Embedded::start(scratch.options()).unwrap();
    assert_eq!(ask(&embedded, "SELECT 'up' AS value").await, "up");
}

#[tokio::test]
async fn the_orphan_of_a_killed_server_is_taken_over_and_stopped() {
    let scratch = Scratch::new("orphan");
    let orphan = Embedded::start(EmbeddedOptions::for_tests(&scratch.0)).unwrap();
    let pid = postmaster_pid(&scratch.cluster());
    drop(orphan);
    fs::write(scratch.0.join("owner"), "4194300").unwrap();
    let next = Embedded::start(scratch.options()).unwrap();
    assert!(next.is_owner());
    assert_eq!(postmaster_pid(&scratch.cluster()), pid);
    assert_eq!(ask(&next, "SELECT 'up' AS value").await, "up");
    next.stop().unwrap();
    assert_eq!(postmaster_pid(&scratch.cluster()), None);
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_joins_and_does_not_stop_it() {
    let scratch = Scratch::new("twice");
    let first = Embedded::start(scratch.options()).unwrap();
    let second = Embedded::start(scratch.options()).unwrap();
    assert!(first.is_owner() && !second.is_owner());
    assert_eq!(first.url(), second.url());
    second.stop().unwrap();
    assert_eq!(ask(&first, "SELECT 'up' AS value").await, "up");
}

#[tokio::test]
async fn a_postgres_that_may_lose_writes_is_refused_by_name() {
    let scratch = Scratch::new("unsafe");
    let embedded = Embedded::start(scratch.options()).unwrap();
    let error = check_durability(&mut connect(&embedded).await).await.unwrap_err();
    assert!(matches!(&error, DurabilityError::Off { settings } if settings.len() == 3), "{error}");
    assert!(error.to_string().contains("fsync, full_page_writes, synchronous_commit are off"), "{error}");
    embedded.stop().unwrap();

    let durable = Embedded::start(EmbeddedOptions::new(&scratch.0)).unwrap();
    check_durability(&mut connect(&durable).await).await.unwrap();
    durable.stop().unwrap();

    let one = Embedded::start(EmbeddedOptions::new(&scratch.0).setting("fsync", "off")).unwrap();
    let error = check_durability(&mut connect(&one).await).await.unwrap_err();
    assert!(error.to_string().contains("fsync is off"), "{error}");
}

#[tokio::test]
async fn nobody_else_can_reach_the_socket() {
    let scratch = Scratch::new("private");
    let embedded = Embedded::start(scratch.options()).unwrap();
    let mode = Command::new("stat").args(["-c", "%a"]).arg(scratch.0.join("run")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&mode.stdout).trim(), "700");
    let superuser: BoolRow = diesel::sql_query("SELECT rolsuper AS value FROM pg_roles WHERE rolname = 'mrp'")
        .get_result(&mut connect(&embedded).await)
        .await
        .unwrap();
    assert!(superuser.value);
    let stranger = embedded.url().replace("mrp@", "postgres@");
    assert!(AsyncPgConnection::establish(&stranger).await.is_err());
}

#[test]
fn a_machine_without_postgres_hears_what_to_install() {
    let scratch = Scratch::new("none");
    let error = Embedded::start(EmbeddedOptions::new(&scratch.0).binaries("/nonexistent")).unwrap_err();
    assert!(matches!(error, EmbeddedError::NoBinaries { .. }), "{error}");
    assert!(error.to_string().contains("DATABASE_URL"), "{error}");
    assert!(!scratch.0.exists());
}
