//! Saved views of lists.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::{Count, sql};
use crate::tx::Tx;

table! {
    /// A saved view.
    pub struct SavedViewRow of "saved_view" as "v" {
        pub user_id: Uuid,
        pub list: String,
        pub name: String,
        pub query: String,
        pub hidden_columns: String,
        pub is_shared: bool,
    }
    reads {
        pub owner_name: String = "a.name",
    }
}

const FROM: &str = "saved_view v JOIN user_account a ON a.id = v.user_id";

/// The views that a person sees, by name: his own and shared ones, of one list if one is named.
///
/// # Errors
/// When Postgres fails.
pub async fn seen_by(
    connection: &mut AsyncPgConnection,
    user: Uuid,
    list: Option<String>,
) -> Result<Vec<SavedViewRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM {FROM} WHERE (v.user_id = $1 OR v.is_shared) AND ($2::text IS NULL OR v.list = $2) \
         ORDER BY v.list, v.name, v.id LIMIT 1000",
        SavedViewRow::COLUMNS
    );
    Ok(sql(text).bind(user).bind(list).rows(connection).await?)
}

/// Reads one view.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn find(connection: &mut AsyncPgConnection, id: Uuid) -> Result<SavedViewRow, StoreError> {
    let text = format!("SELECT {} FROM {FROM} WHERE v.id = $1", SavedViewRow::COLUMNS);
    Ok(sql(text).bind(id).one(connection).await?)
}

/// How many views a person has of a list.
///
/// # Errors
/// When Postgres fails.
pub async fn count(tx: &mut Tx, user: Uuid, list: &str) -> Result<i64, StoreError> {
    let text = "SELECT count(*) FROM saved_view WHERE user_id = $1 AND list = $2";
    Ok(sql(text).bind(user).bind(list.to_owned()).one::<Count>(tx.connection()).await?.count)
}
