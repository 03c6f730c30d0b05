//! What the server is told from outside.

use std::path::PathBuf;

/// How to serve. Every option can also be given by the environment.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    /// Where to listen.
    #[arg(long, env = "MRP_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// An existing Postgres; without it a private one is started.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Where the private Postgres keeps its data.
    #[arg(long, env = "MRP_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,
    /// Connections to Postgres.
    #[arg(long, env = "MRP_POOL", default_value_t = 10)]
    pub pool: usize,
    /// Threads that answer requests.
    #[arg(long, env = "MRP_WORKERS", default_value_t = 2)]
    pub workers: usize,
    /// The server stands behind TLS: cookies are marked secure.
    #[arg(long, env = "MRP_TLS", default_value_t = false)]
    pub tls: bool,
    /// Loads the demonstration factory once and shows its public passwords.
    #[arg(long, env = "MRP_DEMO", default_value_t = false)]
    pub demo: bool,
}
