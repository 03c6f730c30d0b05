//! Logging in and out.

use mrp_api::access::Role;
use mrp_api::endpoint::Empty;
use mrp_api::error as codes;
use mrp_api::sessions::{GetSession, LogIn, LogOut, LoginInput, SessionView};
use mrp_domain::ids::UserId;
use mrp_store::users::{self, UserRow};

use crate::answer::Answered;
use crate::auth;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::word;
use crate::routes::settings::setting_view;

/// `/session`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<LogIn, _, _>(|granted, _, _, input| log_in(granted, input))
        .endpoint::<GetSession, _, _>(|granted, _, _, _| session(granted))
        .endpoint::<LogOut, _, _>(|granted, _, _, _| log_out(granted));
}

async fn log_in(granted: Granted<LogIn>, input: LoginInput) -> Result<Answered<LogIn>, ApiError> {
    let app = granted.app.clone();
    app.passwords.refuse_guessing(&input.login, granted.now)?;
    let found = mrp_store::access::credentials(&mut *granted.connection().await?, &input.login).await?;
    let (user, stored) = found.map_or((None, None), |row| (Some(row.user_id), row.password_hash));
    let is_right = app.passwords.verify(input.password, stored).await?;
    let (true, Some(user)) = (is_right, user) else {
        app.passwords.note_failure(&input.login, granted.now);
        return Err(ApiError::plain(&codes::BAD_CREDENTIALS));
    };
    let token = auth::fresh_token()?;
    let expires = granted.now.datetime() + time::Duration::hours(auth::SESSION_HOURS);
    let answered = granted
        .write(async |tx| {
            let id = UserId::from_uuid(user);
            mrp_store::access::open_session(tx, auth::hash_of(&token), id, expires).await?;
            let row = users::find(tx.connection(), user).await?;
            tx.changed("session", uuid::Uuid::now_v7(), 1, row.login.clone());
            view(tx.connection(), row).await
        })
        .await?;
    Ok(answered.with_cookie(auth::cookie(&token, app.tls)))
}

async fn session(granted: Granted<GetSession>) -> Result<Answered<GetSession>, ApiError> {
    let mut connection = granted.connection().await?;
    let row = users::find(&mut connection, granted.caller()?.id.uuid()).await?;
    let view = view(&mut connection, row).await?;
    granted.reply(view)
}

async fn log_out(granted: Granted<LogOut>) -> Result<Answered<LogOut>, ApiError> {
    let hash = granted.token_hash.clone().unwrap_or_default();
    let answered = granted
        .write(async |tx| {
            mrp_store::access::close_session(tx, hash.clone()).await?;
            tx.changed("session", uuid::Uuid::now_v7(), 2, granted.caller()?.login.clone());
            Ok(Empty {})
        })
        .await?;
    Ok(answered.with_cookie(auth::cookie("", granted.app.tls)))
}

async fn view(connection: &mut mrp_store::sql::PgConnection, row: UserRow) -> Result<SessionView, ApiError> {
    let role: Role = word(&row.role)?;
    let setting = mrp_store::settings::read(connection).await?;
    Ok(SessionView {
        user_id: UserId::from_uuid(row.id),
        login: row.login,
        name: row.name,
        role,
        permissions: role.permissions().to_vec(),
        language: row.language,
        is_demo: setting.is_demo,
        setting: setting_view(setting)?,
    })
}
