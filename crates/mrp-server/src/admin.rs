//! The first administrator: made on the command line, with a password that is printed once and kept nowhere.

use anyhow::{Result, anyhow};
use mrp_api::access::Role;
use mrp_domain::ids::UserId;
use mrp_store::pool::Store;
use mrp_store::tx::Actor;
use mrp_store::users::UserRow;
use uuid::Uuid;

use crate::auth::passwords::Passwords;
use crate::clock::Clock;

/// Creates the administrator and returns the password.
///
/// # Errors
/// When the user name is taken or the database is away.
pub async fn create(database_url: &str, login: &str) -> Result<String> {
    let store = Store::new(database_url, 1)?;
    let password = crate::auth::fresh_token().map_err(|error| anyhow!("{:?}", error.code()))?;
    let password = password.chars().take(20).collect::<String>();
    let hash = Passwords::default().hash(password.clone()).await.map_err(|error| anyhow!("{:?}", error.code()))?;
    let id = Uuid::now_v7();
    let actor = Actor {
        user_id: UserId::from_uuid(id),
        action: "create-admin",
        request_id: id.simple().to_string(),
        now: Clock::system().now(),
    };
    let mut tx = store.begin(actor).await?;
    let row = UserRow {
        id,
        login: login.to_owned(),
        name: login.to_owned(),
        role: Role::Admin.to_string(),
        language: "en".to_owned(),
        hourly_rate: None,
        active: true,
        version: 0,
    };
    row.values(Some(hash)).save(&mut tx, id, None).await?;
    tx.changed("user_account", id, 1, "created on the command line");
    tx.commit(None).await?;
    Ok(password)
}
