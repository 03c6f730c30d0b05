//! The question that is asked before serving: would this Postgres keep an acknowledged write?
//!
//! A killed process cannot show that `fsync` is off, because the page cache survives it. Only Postgres itself knows.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// Settings without which a power cut loses writes that a client was told are safe.
const REQUIRED: [&str; 3] = ["fsync", "full_page_writes", "synchronous_commit"];

/// Why a Postgres is not trusted with orders.
#[derive(Debug, thiserror::Error)]
pub enum DurabilityError {
    /// At least one safety setting is off.
    #[error(
        "this Postgres would lose acknowledged writes: {} {} off. Turn on with ALTER SYSTEM SET … = on and restart Postgres",
        .settings.join(", "),
        if .settings.len() == 1 { "is" } else { "are" }
    )]
    Off {
        /// The settings that are off, by their Postgres names.
        settings: Vec<&'static str>,
    },
    /// The settings could not be read.
    #[error("could not ask Postgres for its durability settings: {0}")]
    Query(#[from] diesel::result::Error),
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Refuses a Postgres that runs with `fsync`, `full_page_writes` or `synchronous_commit` off.
pub async fn check_durability(connection: &mut AsyncPgConnection) -> Result<(), DurabilityError> {
    let mut off = Vec::new();
    for name in REQUIRED {
        let setting: Setting = diesel::sql_query("SELECT current_setting($1) AS value")
            .bind::<Text, _>(name)
            .get_result(connection)
            .await?;
        if setting.value == "off" {
            off.push(name);
        }
    }
    if off.is_empty() { Ok(()) } else { Err(DurabilityError::Off { settings: off }) }
}
