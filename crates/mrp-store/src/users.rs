//! People who log in or are assigned to work orders.

use diesel_async::AsyncPgConnection;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::table::Values;
use crate::tx::Tx;

row! {
    /// A user. The password's hash never leaves the database this way.
    pub struct UserRow {
        pub id: Uuid = "u.id",
        pub login: String = "u.login",
        pub name: String = "u.name",
        pub role: String = "u.role",
        pub language: String = "u.language",
        pub hourly_rate: Option<Decimal> = "u.hourly_rate",
        pub active: bool = "u.active",
        pub version: i64 = "u.version",
    }
}

/// The list of users.
pub const LIST: ListSpec = ListSpec {
    from: "user_account u",
    count_from: "user_account u",
    id: "u.id",
    search: &["u.login", "u.name"],
    sorts: &[
        Sort { name: "name", sql: "u.name", cast: "text" },
        Sort { name: "login", sql: "u.login", cast: "text" },
        Sort { name: "role", sql: "u.role", cast: "text" },
    ],
};

/// One user.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn find(connection: &mut AsyncPgConnection, id: Uuid) -> Result<UserRow, StoreError> {
    crate::table::find(connection, &LIST, UserRow::COLUMNS, id).await
}

/// The user with this user name, in whatever case it is written.
///
/// # Errors
/// When Postgres fails.
pub async fn called(connection: &mut AsyncPgConnection, login: &str) -> Result<Option<UserRow>, StoreError> {
    let text = format!("SELECT {} FROM user_account u WHERE lower(u.login) = lower($1)", UserRow::COLUMNS);
    Ok(sql(text).bind(login.to_owned()).maybe(connection).await?)
}

impl UserRow {
    /// The columns that a save writes; the password only when there is a new one.
    #[must_use]
    pub fn values(self, password_hash: Option<String>) -> Values {
        let values = Values::of("user_account")
            .set("login", self.login)
            .set("name", self.name)
            .set("role", self.role)
            .set("language", self.language)
            .set("hourly_rate", self.hourly_rate)
            .set("active", self.active);
        match password_hash {
            Some(hash) => values.set("password_hash", hash),
            None => values,
        }
    }
}

/// Ends every session of a user.
///
/// # Errors
/// When Postgres fails.
pub async fn end_sessions(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    sql("DELETE FROM session WHERE user_id = $1").bind(id).run(tx.connection()).await?;
    Ok(())
}

/// Locks every active administrator and counts them, so that two transactions cannot both remove the last one.
///
/// # Errors
/// When Postgres fails.
pub async fn lock_administrators(tx: &mut Tx) -> Result<Vec<UserRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM user_account u WHERE u.role = 'admin' AND u.active ORDER BY u.id FOR UPDATE",
        UserRow::COLUMNS
    );
    Ok(sql(text).rows(tx.connection()).await?)
}
