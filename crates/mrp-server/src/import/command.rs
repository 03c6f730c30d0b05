//! `mrp-server import bom FILE`: the same import from the command line, with the report in words.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use mrp_api::access::Role;
use mrp_api::bom_imports::{BomImportColumn, BomImportInput, BomImportReport, BomImportUnit, ImportBom};
use mrp_api::endpoint::Endpoint;
use mrp_domain::ids::UserId;
use mrp_store::embedded::{Embedded, EmbeddedOptions};
use mrp_store::pool::Store;
use mrp_store::sql::PgConnection;
use mrp_store::tx::Actor;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::clock::Clock;
use crate::error::ApiError;
use crate::import::boms::{ReadFile, import, plan, read_file};

/// What to import, and how to read it.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportBomArgs {
    /// The file: CSV with commas, semicolons, tabs or bars, in any usual encoding.
    pub file: PathBuf,
    /// The code of the product that is made.
    #[arg(long)]
    pub product: String,
    /// Its name, when it is created.
    #[arg(long)]
    pub name: Option<String>,
    /// The code of the bill of materials; the next number when not given.
    #[arg(long)]
    pub code: Option<String>,
    /// What one run makes.
    #[arg(long, default_value = "1")]
    pub quantity_per_run: Decimal,
    /// Which column is what: `quantity=Pcs,component=Part Name`.
    #[arg(long, value_delimiter = ',')]
    pub map: Vec<String>,
    /// The unit of one component: `hose=m`. May be given many times.
    #[arg(long)]
    pub unit: Vec<String>,
    /// The unit of new products that have no other.
    #[arg(long)]
    pub default_unit: Option<String>,
    /// The encoding, e.g. `windows-1250`; found out when not given.
    #[arg(long)]
    pub encoding: Option<String>,
    /// Leaves rows with problems out.
    #[arg(long)]
    pub skip_bad: bool,
    /// Makes one line of rows with the same component.
    #[arg(long)]
    pub merge: bool,
    /// Creates products that do not exist.
    #[arg(long)]
    pub create_products: bool,
    /// The user name on whose behalf it is written; the history shows who it was. Needed unless it is a dry run.
    #[arg(long = "as", value_name = "LOGIN", required_unless_present = "dry_run")]
    pub on_behalf_of: Option<String>,
    /// Tells what would happen and writes nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Prints the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// An existing Postgres; without it the private one is used.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Where the private Postgres keeps its data.
    #[arg(long, env = "MRP_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,
}

/// Imports, prints the report, and fails when nothing was or could be written.
///
/// # Errors
/// When the file cannot be read, has problems, or the database is away.
pub async fn run(args: ImportBomArgs) -> Result<()> {
    let bytes = std::fs::read(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    let input = input_of(&args)?;
    let file = read_file(&input, &bytes).map_err(told)?;
    let (url, embedded) = database(args.database_url.as_deref(), &args.data_dir).await?;
    mrp_store::migrate::migrate(&url).await.context("the database could not be migrated")?;
    let outcome = with_store(&Store::new(&url, 2)?, &args, &input, &file).await;
    if let Some(embedded) = embedded {
        tokio::task::spawn_blocking(move || embedded.stop()).await??;
    }
    let report = outcome?;
    print(&args, &report)?;
    if !report.is_importable {
        bail!("the file has problems; nothing was written");
    }
    Ok(())
}

async fn with_store(
    store: &Store,
    args: &ImportBomArgs,
    input: &BomImportInput,
    file: &ReadFile,
) -> Result<BomImportReport> {
    let mut connection = store.connection().await?;
    let user = match &args.on_behalf_of {
        Some(login) => Some(allowed(&mut connection, login).await?),
        None => None,
    };
    let report = plan(&mut connection, input, file).await.map_err(told)?.report;
    drop(connection);
    let Some(user_id) = user.filter(|_| !args.dry_run && report.is_importable) else { return Ok(report) };
    let id = Uuid::now_v7();
    let actor =
        Actor { user_id, action: "import-bom", request_id: id.simple().to_string(), now: Clock::system().now() };
    let mut tx = store.begin(actor).await?;
    let report = import(&mut tx, input, file).await.map_err(told)?;
    tx.commit(None).await?;
    Ok(report)
}

/// The user with this name, if he may import.
async fn allowed(connection: &mut PgConnection, login: &str) -> Result<UserId> {
    let user = mrp_store::users::called(connection, login).await?.filter(|user| user.active);
    let user = user.with_context(|| format!("there is no active user `{login}`"))?;
    let role: Role = user.role.parse()?;
    if !ImportBom::NEEDS.admits(Some(role)) {
        bail!("`{login}` is a {role} and may not import a bill of materials");
    }
    Ok(UserId::from_uuid(user.id))
}

pub(crate) fn told(error: ApiError) -> anyhow::Error {
    anyhow!("{}", error.problem("").detail)
}

/// The database that was given, or the private one, started.
pub(crate) async fn database(url: Option<&str>, data_dir: &Path) -> Result<(String, Option<Embedded>)> {
    if let Some(url) = url {
        return Ok((url.to_owned(), None));
    }
    let folder = data_dir.join("postgres");
    let embedded = tokio::task::spawn_blocking(move || Embedded::start(EmbeddedOptions::new(folder))).await??;
    Ok((embedded.url(), Some(embedded)))
}

fn input_of(args: &ImportBomArgs) -> Result<BomImportInput> {
    let pair = |text: &str| {
        let (left, right) = text.rsplit_once('=').ok_or_else(|| anyhow!("`{text}` is not `name=value`"))?;
        Ok::<_, anyhow::Error>((left.trim().to_owned(), right.trim().to_owned()))
    };
    let columns = args.map.iter().map(|text| {
        let (field, header) = pair(text)?;
        Ok::<_, anyhow::Error>(BomImportColumn { field: field.parse()?, header })
    });
    let units = args.unit.iter().map(|text| pair(text).map(|(component, unit)| BomImportUnit { component, unit }));
    Ok(BomImportInput {
        text: None,
        content_base64: None,
        encoding: args.encoding.clone(),
        product_code: args.product.clone(),
        product_name: args.name.clone(),
        bom_code: args.code.clone(),
        quantity_per_run: Some(args.quantity_per_run),
        routing_id: None,
        columns: columns.collect::<Result<_>>()?,
        units: units.collect::<Result<_>>()?,
        default_unit: args.default_unit.clone(),
        skip_bad: args.skip_bad,
        merge_repeated: args.merge,
        create_products: args.create_products,
    })
}

#[allow(clippy::print_stdout, reason = "the report is what the command is for")]
fn print(args: &ImportBomArgs, report: &BomImportReport) -> Result<()> {
    if args.json {
        println!("{}", serde_json::to_string_pretty(report)?);
        return Ok(());
    }
    let delimiter = report.delimiter.escape_default();
    println!("{}: {} rows, {}, cells split by `{delimiter}`", args.file.display(), report.row_count, report.encoding);
    for column in &report.columns {
        println!("  {:<12} {}", column.field.as_str(), column.header);
    }
    for problem in &report.problems {
        let place = problem.row.map_or_else(|| "file".to_owned(), |row| format!("row {row}"));
        let weight = if problem.blocks { "problem" } else { "note" };
        println!("  {place:<9} {weight:<8} {:<26} {}", problem.code.as_str(), problem.detail);
    }
    println!(
        "{} lines, quantities add up to {}, {} new products, {} rows with problems",
        report.lines.len(),
        report.quantity_total,
        report.new_products.len(),
        report.skipped_rows
    );
    match report.bom_id {
        Some(id) => println!("written as a draft: {id}"),
        None => println!("nothing was written"),
    }
    Ok(())
}
