//! Users: what their bodies mean, and what a change of role or password ends.
//!
//! Not a plain noun: a password is hashed before the transaction, and never reaches a log.

use mrp_api::access::{Permission, Role};
use mrp_api::detail as say;
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::page::{NounQuery, Page};
use mrp_api::patch::Patch;
use mrp_api::users::{CreateUser, DeleteUser, GetUser, ListUsers, UpdateUser, UserInput, UserView};
use mrp_domain::ids::UserId;
use mrp_domain::money::HourlyRate;
use mrp_domain::text::{Code, Name};
use mrp_store::error::StoreError;
use mrp_store::list::Filters;
use mrp_store::users::{self as store, UserRow};
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{list_request, word};

const TABLE: &str = "user_account";
/// Fewest characters of a password.
const PASSWORD_CHARS_MIN: usize = 10;
/// Most characters of a password: hashing is work, and nobody types more.
const PASSWORD_CHARS_MAX: usize = 200;

/// The five endpoints.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<ListUsers, _, _>(|granted, _, query, _| list(granted, query))
        .endpoint::<GetUser, _, _>(|granted, path, _, _| read(granted, path))
        .endpoint::<CreateUser, _, _>(|granted, _, _, input| create(granted, input))
        .endpoint::<UpdateUser, _, _>(|granted, path, _, patch| update(granted, path, patch))
        .endpoint::<DeleteUser, _, _>(|granted, path, _, _| remove(granted, path));
}

async fn list(granted: Granted<ListUsers>, query: NounQuery) -> Result<Answered<ListUsers>, ApiError> {
    let request = list_request(&query);
    let filters = || Filters::default().with(query.active, "u.active = $");
    let mut connection = granted.connection().await?;
    let page = store::LIST.page::<UserRow>(&mut connection, UserRow::COLUMNS, &request, filters()).await?;
    let total = store::LIST.total(&mut connection, &request, filters()).await?;
    let may_see_costs = granted.may(Permission::CostRead);
    let items = page.items.into_iter().map(|row| view(row, may_see_costs)).collect::<Result<Vec<_>, _>>()?;
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

async fn read(granted: Granted<GetUser>, path: IdPath<UserId>) -> Result<Answered<GetUser>, ApiError> {
    let row = store::find(&mut *granted.connection().await?, path.id.uuid()).await?;
    let view = view(row, granted.may(Permission::CostRead))?;
    granted.reply(view)
}

async fn create(granted: Granted<CreateUser>, input: UserInput) -> Result<Answered<CreateUser>, ApiError> {
    let id = Uuid::now_v7();
    let parsed = parse(id, &input)?;
    let Some(password) = input.password else {
        return Err(ApiError::new(&codes::VALIDATION_FAILED, say::PASSWORD_MISSING).field(
            "/password",
            &codes::VALUE_MISSING,
            say::PASSWORD_MISSING,
        ));
    };
    let hash = granted.app.passwords.hash(password).await?;
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            let version = parsed.clone().values(Some(hash.clone())).save(tx, id, None).await?;
            tx.changed(TABLE, id, version, detail(&parsed, true));
            view(store::find(tx.connection(), id).await?, may_see_costs)
        })
        .await
}

async fn update(
    granted: Granted<UpdateUser>,
    path: IdPath<UserId>,
    patch: Patch<UserInput>,
) -> Result<Answered<UpdateUser>, ApiError> {
    let id = path.id.uuid();
    let current = store::find(&mut *granted.connection().await?, id).await?;
    refuse_stale(&current, granted.expected)?;
    let input = patch
        .apply(&input_of(view(current, true)?))
        .map_err(|error| ApiError::new(&codes::MALFORMED_BODY, say::for_callers(error.to_string())))?;
    let parsed = parse(id, &input)?;
    let hash = match input.password {
        Some(password) => Some(granted.app.passwords.hash(password).await?),
        None => None,
    };
    let may_see_costs = granted.may(Permission::CostRead);
    granted
        .write(async |tx| {
            let administrators = store::lock_administrators(tx).await?;
            let before = store::find(tx.connection(), id).await?;
            // The version that the values were read from: whatever changed since makes the save fail.
            let version = parsed.clone().values(hash.clone()).save(tx, id, Some(granted.expected)).await?;
            if !(parsed.active && parsed.role == Role::Admin.as_str()) {
                refuse_without_administrator(&administrators, id, "/role")?;
            }
            if hash.is_some() || before.role != parsed.role || (before.active && !parsed.active) {
                store::end_sessions(tx, id).await?;
            }
            tx.changed(TABLE, id, version, detail(&parsed, hash.is_some()));
            view(store::find(tx.connection(), id).await?, may_see_costs)
        })
        .await
}

async fn remove(granted: Granted<DeleteUser>, path: IdPath<UserId>) -> Result<Answered<DeleteUser>, ApiError> {
    let id = path.id.uuid();
    granted
        .write(async |tx| {
            let administrators = store::lock_administrators(tx).await?;
            refuse_without_administrator(&administrators, id, "")?;
            mrp_store::table::delete(tx, TABLE, id, granted.expected).await?;
            tx.changed(TABLE, id, granted.expected + 1, "");
            Ok(Empty {})
        })
        .await
}

fn refuse_stale(current: &UserRow, expected: i64) -> Result<(), ApiError> {
    if current.version == expected { Ok(()) } else { Err(StoreError::Stale { current: current.version }.into()) }
}

/// Somebody must be left who can manage users.
fn refuse_without_administrator(administrators: &[UserRow], leaving: Uuid, pointer: &str) -> Result<(), ApiError> {
    let is_last = administrators.iter().all(|user| user.id == leaving) && !administrators.is_empty();
    if is_last {
        return Err(ApiError::new(&codes::VALIDATION_FAILED, say::ADMINISTRATOR_NEEDED).field(
            pointer,
            &codes::VALUE_INVALID,
            say::ADMINISTRATOR_NEEDED,
        ));
    }
    Ok(())
}

fn parse(id: Uuid, input: &UserInput) -> Result<UserRow, ApiError> {
    let mut faults = Faults::default();
    let login = faults.take("/login", Code::new(&input.login)).map(String::from).unwrap_or_default();
    faults.require(!login.contains(char::is_whitespace), "/login", say::LOGIN_HAS_SPACES);
    let name = faults.take("/name", Name::new(&input.name));
    faults.require(matches!(input.language.as_str(), "en" | "ro"), "/language", say::LANGUAGE_UNKNOWN);
    let rate = faults.take("/hourly_rate", input.hourly_rate.map(HourlyRate::new).transpose());
    if let Some(password) = &input.password {
        let length = password.chars().count();
        faults.require(
            length >= PASSWORD_CHARS_MIN,
            "/password",
            say::PASSWORD_LENGTH.with("least", PASSWORD_CHARS_MIN).with("most", PASSWORD_CHARS_MAX),
        );
        faults.require(
            length <= PASSWORD_CHARS_MAX,
            "/password",
            say::PASSWORD_LENGTH.with("least", PASSWORD_CHARS_MIN).with("most", PASSWORD_CHARS_MAX),
        );
    }
    faults.check()?;
    Ok(UserRow {
        id,
        login,
        name: name.map(String::from).unwrap_or_default(),
        role: input.role.to_string(),
        language: input.language.clone(),
        hourly_rate: rate.flatten().map(HourlyRate::get),
        active: input.active,
        version: 0,
    })
}

fn view(row: UserRow, may_see_costs: bool) -> Result<UserView, ApiError> {
    Ok(UserView {
        id: UserId::from_uuid(row.id),
        login: row.login,
        name: row.name,
        role: word(&row.role)?,
        language: row.language,
        hourly_rate: row.hourly_rate.filter(|_| may_see_costs),
        active: row.active,
        version: row.version,
    })
}

fn input_of(view: UserView) -> UserInput {
    UserInput {
        login: view.login,
        name: view.name,
        role: view.role,
        language: view.language,
        hourly_rate: view.hourly_rate,
        password: None,
        active: view.active,
    }
}

/// What the record's history says: never the password.
fn detail(row: &UserRow, has_new_password: bool) -> String {
    serde_json::json!({
        "login": row.login,
        "name": row.name,
        "role": row.role,
        "language": row.language,
        "hourly_rate": row.hourly_rate,
        "active": row.active,
        "new_password": has_new_password,
    })
    .to_string()
}
