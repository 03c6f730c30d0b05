//! Saved views of lists: everybody keeps his own, and may share them.

use mrp_api::access::Role;
use mrp_api::detail as say;
use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_api::error as codes;
use mrp_api::page::Page;
use mrp_api::patch::Patch;
use mrp_api::saved_views::{
    CreateSavedView, DeleteSavedView, ListSavedViews, SAVED_VIEWS_MAX, SavedViewInput, SavedViewQuery, SavedViewView,
    UpdateSavedView,
};
use mrp_domain::ids::SavedViewId;
use mrp_domain::text::Name;
use mrp_store::saved_views::{self as store, SavedViewRow};
use mrp_store::tx::Tx;
use uuid::Uuid;

use crate::answer::Answered;
use crate::auth::callers::Caller;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;

/// Most characters of a query and of the names of hidden columns.
const TEXT_CHARS_MAX: usize = 2_000;

/// The four endpoints.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<ListSavedViews, _, _>(|granted, _, query, _| list(granted, query))
        .endpoint::<CreateSavedView, _, _>(|granted, _, _, input| create(granted, input))
        .endpoint::<UpdateSavedView, _, _>(|granted, path, _, patch| update(granted, path, patch))
        .endpoint::<DeleteSavedView, _, _>(|granted, path, _, _| remove(granted, path));
}

type ViewPath = IdPath<SavedViewId>;

async fn list(granted: Granted<ListSavedViews>, query: SavedViewQuery) -> Result<Answered<ListSavedViews>, ApiError> {
    let caller = granted.caller()?;
    let rows = store::seen_by(&mut *granted.connection().await?, caller.id.uuid(), query.list).await?;
    let items: Vec<SavedViewView> = rows.into_iter().map(|row| view(row, caller)).collect();
    let total = u64::try_from(items.len()).unwrap_or_default();
    granted.reply(Page { items, next_cursor: None, total })
}

async fn create(
    granted: Granted<CreateSavedView>,
    input: SavedViewInput,
) -> Result<Answered<CreateSavedView>, ApiError> {
    granted
        .write(async |tx| {
            let caller = granted.caller()?;
            if store::count(tx, caller.id.uuid(), &input.list).await?
                >= i64::try_from(SAVED_VIEWS_MAX).unwrap_or(i64::MAX)
            {
                let detail = say::VIEWS_TOO_MANY.with("most", SAVED_VIEWS_MAX);
                return Err(ApiError::new(&codes::VALIDATION_FAILED, detail));
            }
            save(&granted, tx, Uuid::now_v7(), caller.id.uuid(), None, input.clone()).await
        })
        .await
}

async fn update(
    granted: Granted<UpdateSavedView>,
    path: ViewPath,
    patch: Patch<SavedViewInput>,
) -> Result<Answered<UpdateSavedView>, ApiError> {
    granted
        .write(async |tx| {
            let row = own(&granted, tx, path.id.uuid()).await?;
            let current = SavedViewInput {
                list: row.list,
                name: row.name,
                query: row.query,
                hidden_columns: row.hidden_columns,
                is_shared: row.is_shared,
            };
            let input = patch
                .apply(&current)
                .map_err(|error| ApiError::new(&codes::MALFORMED_BODY, say::for_callers(error.to_string())))?;
            save(&granted, tx, row.id, row.user_id, Some(granted.expected), input).await
        })
        .await
}

async fn remove(granted: Granted<DeleteSavedView>, path: ViewPath) -> Result<Answered<DeleteSavedView>, ApiError> {
    granted
        .write(async |tx| {
            let row = own(&granted, tx, path.id.uuid()).await?;
            mrp_store::table::delete(tx, SavedViewRow::TABLE, row.id, granted.expected).await?;
            tx.changed(SavedViewRow::TABLE, row.id, granted.expected + 1, "");
            Ok(Empty {})
        })
        .await
}

/// The view, if the caller may change it. Somebody else's that is not shared does not exist for him.
async fn own<E: Endpoint>(granted: &Granted<E>, tx: &mut Tx, id: Uuid) -> Result<SavedViewRow, ApiError> {
    let row = store::find(tx.connection(), id).await?;
    match (may_change(&row, granted.caller()?), row.is_shared) {
        (true, _) => Ok(row),
        (false, true) => {
            Err(ApiError::new(&codes::PERMISSION_DENIED, say::VIEW_OF_ANOTHER.with("name", row.owner_name)))
        }
        (false, false) => Err(ApiError::plain(&codes::NOT_FOUND)),
    }
}

async fn save<E: Endpoint>(
    granted: &Granted<E>,
    tx: &mut Tx,
    id: Uuid,
    owner: Uuid,
    expected: Option<i64>,
    input: SavedViewInput,
) -> Result<SavedViewView, ApiError> {
    let mut faults = Faults::default();
    let name = faults.take("/name", Name::new(&input.name)).map(String::from).unwrap_or_default();
    let list = faults.take("/list", Name::new(&input.list)).map(String::from).unwrap_or_default();
    for (pointer, text) in [("/query", &input.query), ("/hidden_columns", &input.hidden_columns)] {
        faults.require(text.chars().count() <= TEXT_CHARS_MAX, pointer, say::AT_MOST_CHARACTERS.with("most", 2000));
    }
    faults.check()?;
    let row = SavedViewRow {
        id,
        user_id: owner,
        list,
        name: name.clone(),
        query: input.query,
        hidden_columns: input.hidden_columns,
        is_shared: input.is_shared,
        owner_name: String::new(),
        version: 0,
    };
    let version = row.values().save(tx, id, expected).await?;
    tx.changed(SavedViewRow::TABLE, id, version, name);
    Ok(view(store::find(tx.connection(), id).await?, granted.caller()?))
}

fn may_change(row: &SavedViewRow, caller: &Caller) -> bool {
    row.user_id == caller.id.uuid() || (row.is_shared && caller.role == Role::Admin)
}

fn view(row: SavedViewRow, caller: &Caller) -> SavedViewView {
    SavedViewView {
        id: SavedViewId::from_uuid(row.id),
        is_own: may_change(&row, caller),
        list: row.list,
        name: row.name,
        query: row.query,
        hidden_columns: row.hidden_columns,
        is_shared: row.is_shared,
        owner_name: row.owner_name,
        version: row.version,
    }
}
