//! A database for one test: a clone of a template that is migrated once per set of migrations.
//!
//! The Postgres is the one that `MRP_TEST_DATABASE_URL` names (`cargo xtask test` sets it), else a private one under
//! `target/`. Tests may run in one process or in one each: a lock in Postgres lets one of them make the template.
//! A test that fails leaves its database behind to be looked at; the next run removes it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use mrp_store::embedded::{Embedded, EmbeddedOptions};
use mrp_store::pool::Store;
use mrp_store::row;
use mrp_store::sql::sql;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

/// The variable that names the Postgres of this run.
pub const URL_VARIABLE: &str = "MRP_TEST_DATABASE_URL";

/// Any number; whoever holds it makes or removes databases.
const LOCK: i64 = 0x6d72_7020_7465_7374;
const TEST_PREFIX: &str = "mrp_test_";

static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Where the databases are cloned, and from which.
#[derive(Debug, Clone)]
struct Template {
    /// The Postgres, at any of its databases but the template.
    url: String,
    name: String,
}

/// A migrated database that belongs to one test.
#[derive(Debug)]
pub struct TestDb {
    maintenance: String,
    name: String,
    url: String,
}

row! {
    /// A database's name.
    pub struct NameRow {
        pub name: String = "datname::text"
    }
}

impl TestDb {
    /// A migrated database without any rows but those of the migrations.
    pub async fn new() -> Self {
        let template = TEMPLATE.get_or_init(make_template).await;
        Self::create(&template.url, &format!("TEMPLATE {}", template.name)).await
    }

    /// A database without a single table.
    pub async fn empty() -> Self {
        let template = TEMPLATE.get_or_init(make_template).await;
        Self::create(&template.url, "TEMPLATE template0").await
    }

    async fn create(maintenance: &str, options: &str) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{TEST_PREFIX}{}_{number}", std::process::id());
        let mut connection = connect(maintenance).await;
        let text = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        connection.batch_execute(&text).await.unwrap();
        connection.batch_execute(&format!("CREATE DATABASE {name} {options}")).await.unwrap();
        Self { maintenance: maintenance.to_owned(), url: at_database(maintenance, &name), name }
    }

    /// Where it is, as the owner of everything.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A pool like the server's: every connection has the app's own role and limits.
    #[must_use]
    pub fn store(&self) -> Store {
        Store::new(&self.url, 8).unwrap()
    }

    /// A connection as the owner, who may do what the app may not.
    pub async fn owner(&self) -> AsyncPgConnection {
        connect(&self.url).await
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let (maintenance, name) = (self.maintenance.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let text = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                connect(&maintenance).await.batch_execute(&text).await
            })
        });
        // The next run removes what could not be removed now.
        let _ = dropping.join();
    }
}

async fn connect(url: &str) -> AsyncPgConnection {
    AsyncPgConnection::establish(url).await.unwrap_or_else(|error| panic!("the test Postgres at {url}: {error}"))
}

/// The same Postgres, another database.
fn at_database(url: &str, name: &str) -> String {
    let (url, options) = url.split_once('?').map_or((url, String::new()), |(url, rest)| (url, format!("?{rest}")));
    let (server, _) = url.rsplit_once('/').expect("a Postgres URL ends with the database");
    format!("{server}/{name}{options}")
}

async fn make_template() -> Template {
    let url = match std::env::var(URL_VARIABLE) {
        Ok(url) => url,
        Err(_) => tokio::task::spawn_blocking(private_postgres).await.unwrap(),
    };
    let name = format!("mrp_template_{}", fingerprint(&root().join("migrations")));
    let mut connection = connect(&url).await;
    connection.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})")).await.unwrap();
    remove_leftovers(&mut connection).await;
    let finished = "SELECT datname::text FROM pg_database WHERE datname = $1 AND datistemplate";
    if sql(finished).bind(name.clone()).maybe::<NameRow>(&mut connection).await.unwrap().is_none() {
        let text = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        connection.batch_execute(&text).await.unwrap();
        connection.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).await.unwrap();
        mrp_store::migrate::migrate(&at_database(&url, &name)).await.unwrap();
        let text = format!("ALTER DATABASE {name} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false");
        connection.batch_execute(&text).await.unwrap();
    }
    connection.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})")).await.unwrap();
    Template { url, name }
}

/// Databases of test processes that are gone.
async fn remove_leftovers(connection: &mut AsyncPgConnection) {
    let text = "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, $1)";
    let databases = sql(text).bind(TEST_PREFIX).rows::<NameRow>(connection).await.unwrap();
    for database in databases {
        let process = database.name.trim_start_matches(TEST_PREFIX).split('_').next().unwrap_or_default().to_owned();
        let is_gone = Path::new("/proc/self").exists() && !Path::new("/proc").join(process).exists();
        if is_gone {
            // Another run may be faster.
            let text = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name);
            let _ = connection.batch_execute(&text).await;
        }
    }
}

/// The Postgres that `cargo xtask test` would start; it stays for the next test.
fn private_postgres() -> String {
    let folder = root().join("target/test-postgres");
    Embedded::start(EmbeddedOptions::for_tests(folder)).unwrap().url()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Changes with every change of any migration.
fn fingerprint(folder: &Path) -> String {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .flat_map(|migration| std::fs::read_dir(migration.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.strip_prefix(folder).unwrap().as_os_str().as_encoded_bytes());
        hash.update(std::fs::read(file).unwrap());
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
