//! Who is calling, and what has been answered to a request before.

use diesel_async::AsyncPgConnection;
use mrp_domain::ids::UserId;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::{Bytes, sql};
use crate::tx::Tx;

row! {
    /// A logged-in user.
    pub struct CallerRow {
        pub user_id: Uuid = "u.id",
        pub login: String = "u.login",
        pub name: String = "u.name",
        pub role: String = "u.role",
        pub language: String = "u.language",
        pub expires_at: OffsetDateTime = "s.expires_at",
    }
}

row! {
    /// What was answered to a request.
    pub struct AnswerRow {
        pub request_hash: Bytes = "request_hash",
        pub status: i16 = "status",
        pub body: String = "body",
        pub version: Option<i64> = "version",
    }
}

/// The answer that is stored under a user's key.
///
/// # Errors
/// When Postgres fails.
pub async fn answer(
    connection: &mut AsyncPgConnection,
    user: UserId,
    key: &str,
) -> Result<Option<AnswerRow>, StoreError> {
    const TEXT: &str =
        "SELECT request_hash, status, body, version FROM idempotency_key WHERE user_id = $1 AND key = $2";
    Ok(sql(TEXT).bind(user.uuid()).bind(key.to_owned()).maybe(connection).await?)
}

/// The user behind a session token's hash.
///
/// # Errors
/// When Postgres fails.
pub async fn caller(
    connection: &mut AsyncPgConnection,
    token_hash: Vec<u8>,
    now: OffsetDateTime,
) -> Result<Option<CallerRow>, StoreError> {
    const TEXT: &str = "SELECT u.id, u.login, u.name, u.role, u.language, s.expires_at FROM session s \
         JOIN user_account u ON u.id = s.user_id WHERE s.token_hash = $1 AND s.expires_at > $2 AND u.active";
    Ok(sql(TEXT).bind(Bytes(token_hash)).bind(now).maybe(connection).await?)
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
