//! Who is calling, and whether this request has been answered before: one statement for both.

use diesel_async::AsyncPgConnection;
use mrp_domain::ids::UserId;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::{Bytes, sql};
use crate::tx::Tx;

row! {
    /// A logged-in user, and the stored answer to this request if there is one.
    pub struct CallerRow {
        pub user_id: Uuid = "u.id",
        pub login: String = "u.login",
        pub name: String = "u.name",
        pub role: String = "u.role",
        pub language: String = "u.language",
        pub answer_hash: Option<Bytes> = "k.request_hash",
        pub answer_status: Option<i16> = "k.status",
        pub answer_body: Option<String> = "k.body",
        pub answer_version: Option<i64> = "k.version",
    }
}

/// The user behind a session token's hash, with the answer stored under `key`.
///
/// # Errors
/// When Postgres fails.
pub async fn caller(
    connection: &mut AsyncPgConnection,
    token_hash: Vec<u8>,
    key: Option<String>,
    now: OffsetDateTime,
) -> Result<Option<CallerRow>, StoreError> {
    const TEXT: &str = "SELECT u.id, u.login, u.name, u.role, u.language, k.request_hash, k.status, k.body, k.version \
         FROM session s JOIN user_account u ON u.id = s.user_id \
         LEFT JOIN idempotency_key k ON k.user_id = u.id AND k.key = $2 \
         WHERE s.token_hash = $1 AND s.expires_at > $3 AND u.active";
    Ok(sql(TEXT).bind(Bytes(token_hash)).bind(key).bind(now).maybe(connection).await?)
}

row! {
    /// What a log-in is checked against.
    pub struct Credentials {
        pub user_id: Uuid = "id",
        pub password_hash: Option<String> = "password_hash",
    }
}

/// The active user with this user name.
///
/// # Errors
/// When Postgres fails.
pub async fn credentials(connection: &mut AsyncPgConnection, login: &str) -> Result<Option<Credentials>, StoreError> {
    let text = "SELECT id, password_hash FROM user_account WHERE lower(login) = lower($1) AND active";
    Ok(sql(text).bind(login.to_owned()).maybe(connection).await?)
}

/// Opens a session and forgets expired ones of the same user.
///
/// # Errors
/// When Postgres fails.
pub async fn open_session(
    tx: &mut Tx,
    token_hash: Vec<u8>,
    user: UserId,
    expires_at: OffsetDateTime,
) -> Result<(), StoreError> {
    let now = tx.now_utc();
    sql("DELETE FROM session WHERE user_id = $1 AND expires_at < $2")
        .bind(user.uuid())
        .bind(now)
        .run(tx.connection())
        .await?;
    sql("INSERT INTO session (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(Bytes(token_hash))
        .bind(user.uuid())
        .bind(now)
        .bind(expires_at)
        .run(tx.connection())
        .await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When Postgres fails.
pub async fn close_session(tx: &mut Tx, token_hash: Vec<u8>) -> Result<(), StoreError> {
    sql("DELETE FROM session WHERE token_hash = $1").bind(Bytes(token_hash)).run(tx.connection()).await?;
    Ok(())
}
