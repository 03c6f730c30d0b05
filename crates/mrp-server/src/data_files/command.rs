//! `mrp-server export KIND` and `mrp-server import data KIND FILE`: the same files from the command line.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the file, the report, and how far it is are what the commands are for"
)]

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use mrp_api::access::{Access, Permission, Role};
use mrp_api::data_files::{DataFileFormat, DataFileKind, DataImportReport, ImportDataFile};
use mrp_api::endpoint::Endpoint;
use mrp_domain::ids::UserId;
use mrp_store::pool::Store;
use mrp_store::tx::Actor;
use uuid::Uuid;

use crate::clock::Clock;
use crate::data_files::export::Which;
use crate::data_files::import::How;
use crate::data_files::kinds;
use crate::data_files::progress::Progress;
use crate::data_files::sheet::Sheet;
use crate::import::command::{database, told};

/// Where the records are.
#[derive(Debug, Clone, clap::Args)]
pub struct Place {
    /// An existing Postgres; without it the private one is used.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Where the private Postgres keeps its data.
    #[arg(long, env = "MRP_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,
}

/// What to write out, and how.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportArgs {
    /// `products`, `boms`, `routings`, `work-centers`, `work-schedules`, `shop-closures`, `units`, `unit-categories`,
    /// `warehouses`, `loss-reasons` or `stock`.
    pub kind: DataFileKind,
    /// The file; standard output when not given.
    pub file: Option<PathBuf>,
    /// `csv` or `xlsx`.
    #[arg(long, default_value = "csv")]
    pub format: DataFileFormat,
    /// Only the header, to be filled in.
    #[arg(long)]
    pub template: bool,
    #[command(flatten)]
    pub place: Place,
}

/// What to read in, and how.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportDataArgs {
    /// What the file holds; see `mrp-server export --help`.
    pub kind: DataFileKind,
    /// The file: CSV in any usual dialect and encoding, or XLSX.
    pub file: PathBuf,
    /// Writes the good records although others are not; otherwise all of them are written, or none.
    #[arg(long)]
    pub skip_bad: bool,
    /// Tells what would happen and writes nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// The user name on whose behalf it is written; the history shows who it was.
    #[arg(long = "as", value_name = "LOGIN")]
    pub on_behalf_of: String,
    /// Prints the report as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub place: Place,
}

/// Opens the database, does something with it, and stops it again if it was started for that.
async fn with_store<T>(place: &Place, work: impl AsyncFnOnce(&Store) -> Result<T>) -> Result<T> {
    let (url, embedded) = database(place.database_url.as_deref(), &place.data_dir).await?;
    mrp_store::migrate::migrate(&url).await.context("the database could not be migrated")?;
    let outcome = work(&Store::new(&url, 2)?).await;
    if let Some(embedded) = embedded {
        tokio::task::spawn_blocking(move || embedded.stop()).await??;
    }
    outcome
}

/// Writes all records of a kind into a file. Who can start this program may read everything.
///
/// # Errors
/// When the database is away or the file cannot be written.
pub async fn export(args: ExportArgs) -> Result<()> {
    let (bytes, _) = with_store(&args.place, async |store| {
        let mut connection = store.connection().await?;
        let may = |_: Permission| true;
        let which = if args.template { Which::None } else { Which::All };
        kinds::export(args.kind, &mut connection, &may, args.format, which).await.map_err(told)
    })
    .await?;
    match &args.file {
        Some(file) => std::fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display())),
        None => Ok(std::io::stdout().write_all(&bytes)?),
    }
}

/// Imports, prints the report, and fails when nothing was or could be written.
///
/// # Errors
/// When the file cannot be read or has problems, the user may not, or the database is away.
pub async fn import(args: ImportDataArgs) -> Result<()> {
    let bytes = std::fs::read(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    let sheet = Sheet::open(&bytes).map_err(told)?;
    drop(bytes);
    let progress = Arc::new(Progress::default());
    tell(Arc::downgrade(&progress));
    let report = with_store(&args.place, async |store| {
        let (user_id, role) = user(store, &args.on_behalf_of).await?;
        let request_id = Uuid::now_v7().simple().to_string();
        let mut tx = store
            .begin(Actor { user_id, action: ImportDataFile::NAME, request_id, now: Clock::system().now() })
            .await?;
        let may = |permission| role.may(permission);
        let how = How { dry_run: args.dry_run, skip_bad: args.skip_bad, progress: &progress };
        let report = kinds::import(args.kind, &mut tx, &may, &sheet, how).await.map_err(told)?;
        tx.commit(None).await?;
        Ok(report)
    })
    .await?;
    print(&args, &report)?;
    if !report.is_importable {
        bail!("the file has problems; nothing was written");
    }
    Ok(())
}

/// Says on the terminal how far a long import is, as long as there is one.
fn tell(progress: Weak<Progress>) {
    const PAUSE: Duration = Duration::from_secs(2);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(PAUSE);
            let Some(at) = progress.upgrade().map(|progress| progress.get()) else { return };
            eprintln!("  row {} of {}", at.row, at.last_row);
        }
    });
}

/// The user with this name, if he may import.
async fn user(store: &Store, login: &str) -> Result<(UserId, Role)> {
    let user = mrp_store::users::called(&mut *store.connection().await?, login).await?.filter(|user| user.active);
    let user = user.with_context(|| format!("there is no active user `{login}`"))?;
    let role: Role = user.role.parse()?;
    if !Access::admits(ImportDataFile::NEEDS, Some(role)) {
        bail!("`{login}` is a {role} and may not import data");
    }
    Ok((UserId::from_uuid(user.id), role))
}

fn print(args: &ImportDataArgs, report: &DataImportReport) -> Result<()> {
    if args.json {
        println!("{}", serde_json::to_string_pretty(report)?);
        return Ok(());
    }
    for problem in &report.problems {
        let column = problem.column.as_deref().unwrap_or("-");
        println!("  row {:<7} {column:<24} {:<22} {}", problem.row, problem.code, problem.detail);
    }
    if report.problems_left_out > 0 {
        println!("  and {} more problems", report.problems_left_out);
    }
    println!(
        "{} rows: {} created, {} updated, {} unchanged, {} with problems{}",
        report.row_count,
        report.created,
        report.updated,
        report.unchanged,
        report.refused,
        if report.is_written { "" } else { "; nothing was written" }
    );
    Ok(())
}
