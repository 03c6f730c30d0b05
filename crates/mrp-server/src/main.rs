//! The program: `mrp-server serve | migrate | create-admin | import | export | self-check`.
#![allow(clippy::print_stdout, reason = "a command line program reports on its standard output")]

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use mrp_server::config::Config;

/// Gives memory back to the system after a peak (a password's hash needs 19 MiB at once), and is quicker than libc's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(version, about = "The manufacturing server", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the office and the API.
    Serve(Config),
    /// Brings a database to the shape this program expects.
    Migrate {
        /// The database.
        #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
        database_url: String,
    },
    /// Creates an administrator; asks for nothing and prints a password once.
    CreateAdmin {
        /// The database.
        #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
        database_url: String,
        /// The user name.
        login: String,
    },
    /// Imports files.
    Import {
        /// What to import.
        #[command(subcommand)]
        what: Import,
    },
    /// Writes master data into a file.
    Export(mrp_server::data_files::command::ExportArgs),
    /// Asks the database whether anything in it contradicts itself.
    SelfCheck {
        /// The database.
        #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
        database_url: String,
    },
}

#[derive(Subcommand)]
enum Import {
    /// A bill of materials, as a draft.
    Bom(mrp_server::import::command::ImportBomArgs),
    /// Master data, as `export` writes them.
    Data(mrp_server::data_files::command::ImportDataArgs),
}

fn main() -> Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,actix_server=warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let cli = Cli::parse();
    actix_web::rt::System::new().block_on(async move {
        match cli.command {
            Command::Serve(config) => mrp_server::serve::serve(config).await,
            Command::Migrate { database_url } => {
                let ran = mrp_store::migrate::migrate(&database_url).await.context("migration failed")?;
                println!("{ran} migrations ran");
                Ok(())
            }
            Command::Import { what: Import::Bom(args) } => mrp_server::import::command::run(args).await,
            Command::Import { what: Import::Data(args) } => mrp_server::data_files::command::import(args).await,
            Command::Export(args) => mrp_server::data_files::command::export(args).await,
            Command::CreateAdmin { database_url, login } => {
                let password = mrp_server::admin::create(&database_url, &login).await?;
                println!("user name: {login}\npassword:  {password}\nChange it after the first log-in.");
                Ok(())
            }
            Command::SelfCheck { database_url } => self_check(&database_url).await,
        }
    })
}

async fn self_check(database_url: &str) -> Result<()> {
    let store = mrp_store::pool::Store::new(database_url, 1)?;
    let findings = mrp_store::self_check::run(&mut *store.connection().await?).await?;
    for finding in &findings {
        println!("broken: {}: {}", finding.check, finding.detail);
    }
    if findings.is_empty() {
        println!("{} checks hold", mrp_store::self_check::CHECKS.len());
        return Ok(());
    }
    bail!("{} contradictions found", findings.len())
}
