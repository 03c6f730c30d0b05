//! The proof that a caller may call endpoint `E`. Only [`crate::mount`] makes one, and no handler runs without it.

use std::marker::PhantomData;
use std::time::Duration;

use actix_web::web;
use mrp_api::access::Permission;
use mrp_api::endpoint::Endpoint;
use mrp_api::error as codes;
use mrp_domain::ids::UserId;
use mrp_domain::time::Instant;
use mrp_store::error::StoreError;
use mrp_store::pool::{Connection, Store};
use mrp_store::tx::{Actor, Answer, Tx};

use crate::answer::{Answered, Outcome};
use crate::app::App;
use crate::auth::callers::Caller;
use crate::error::ApiError;

/// A request of endpoint `E` that may be carried out.
pub struct Granted<E> {
    /// What handlers share.
    pub app: web::Data<App>,
    /// Who is calling; absent on public endpoints.
    pub caller: Option<Caller>,
    /// The version that the caller read; endpoints with `IF_MATCH` always have it.
    pub expected: i64,
    /// The time of the request.
    pub now: Instant,
    /// The caller does not want the record back.
    pub minimal: bool,
    /// The hashes of files that the caller has, as `If-None-Match` lists them.
    pub known_tag: Option<String>,
    /// SHA-256 of the session token, for logging out.
    pub token_hash: Option<Vec<u8>>,
    pub(crate) request_id: String,
    pub(crate) asked: Option<Asked>,
    pub(crate) of: PhantomData<fn() -> E>,
}

impl<E> std::fmt::Debug for Granted<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Granted").field("caller", &self.caller).field("request_id", &self.request_id).finish()
    }
}

/// How often work is tried again when another transaction was in its way.
const TRIES: u32 = 4;

impl<E: Endpoint> Granted<E> {
    /// The caller's role holds this permission.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.role.may(permission))
    }

    /// The caller; endpoints that need a permission always have one.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub fn caller(&self) -> Result<&Caller, ApiError> {
        self.caller.as_ref().ok_or_else(|| ApiError::plain(&codes::UNAUTHENTICATED))
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// `busy`.
    pub async fn connection(&self) -> Result<Connection, ApiError> {
        Ok(self.app.store.connection().await?)
    }

    /// Replies to a read.
    ///
    /// # Errors
    /// `internal`, when the reply cannot be written as JSON.
    pub fn reply(&self, reply: E::Reply) -> Result<Answered<E>, ApiError> {
        Answered::new(&Outcome::Whole(reply)).map_err(|error| unwritable(&error))
    }

    /// What was answered to this request before. For commands of several transactions, which must not begin again;
    /// one transaction finds out at its end.
    ///
    /// # Errors
    /// `idempotency_key_reused`, and `busy` when nobody can say whether it was answered.
    pub async fn seen_before(&self) -> Result<Option<Answered<E>>, ApiError> {
        match &self.asked {
            Some(asked) => asked.answer(&self.app).await,
            None => Ok(None),
        }
    }

    /// Carries `work` out in one transaction and replies with what it returns. Another transaction in the way means
    /// that it is tried again. A repeated request fails and changes nothing; [`crate::mount`] then answers as before.
    ///
    /// # Errors
    /// What `work` says, and what Postgres says.
    pub async fn write<R: Into<Outcome<E::Reply>>>(
        &self,
        work: impl AsyncFn(&mut Tx) -> Result<R, ApiError>,
    ) -> Result<Answered<E>, ApiError> {
        let mut tries = 1;
        loop {
            match self.write_once(&work).await {
                Err(error) if error.is_conflict() && tries < TRIES => {
                    tokio::time::sleep(pause(&self.request_id, tries)).await;
                    tries += 1;
                }
                result => return result,
            }
        }
    }

    /// Carries `work` out in a transaction that keeps no answer: one row of a bulk command.
    ///
    /// # Errors
    /// What `work` says, and what Postgres says.
    pub async fn on_its_own<T>(&self, work: impl AsyncFn(&mut Tx) -> Result<T, ApiError>) -> Result<T, ApiError> {
        transact(&self.app.store, &self.actor(), work).await
    }

    async fn write_once<R: Into<Outcome<E::Reply>>>(
        &self,
        work: &impl AsyncFn(&mut Tx) -> Result<R, ApiError>,
    ) -> Result<Answered<E>, ApiError> {
        let mut tx = self.app.store.begin(self.actor()).await?;
        match work(&mut tx).await {
            Ok(outcome) => {
                let mut answered = Answered::new(&outcome.into()).map_err(|error| unwritable(&error))?;
                answered.version = answered.version.or(tx.last_version());
                let moves_rights = tx.touches("user_account") || tx.touches("session");
                match tx.commit(self.answer(&answered)).await {
                    Ok(()) => {
                        if moves_rights {
                            self.app.callers.forget();
                        }
                        Ok(answered)
                    }
                    Err(StoreError::Taken { constraint }) if constraint == "idempotency_key_pkey" => {
                        Err(ApiError::plain(&codes::IDEMPOTENCY_KEY_RUNNING))
                    }
                    Err(error) => Err(error.into()),
                }
            }
            Err(error) => {
                tx.roll_back().await;
                Err(error)
            }
        }
    }

    /// On whose behalf a transaction is written.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            user_id: self.caller.as_ref().map_or(NOBODY, |caller| caller.id),
            action: E::NAME,
            request_id: self.request_id.clone(),
            now: self.now,
        }
    }

    fn answer(&self, answered: &Answered<E>) -> Option<Answer> {
        self.asked.as_ref().map(|asked| Answer {
            key: asked.key.clone(),
            request_hash: asked.request_hash.clone(),
            status: answered.status,
            body: answered.body.clone(),
            version: answered.version,
        })
    }
}

/// Carries `work` out in one transaction, and again when another one was in its way.
///
/// # Errors
/// What `work` says, and what Postgres says.
pub async fn transact<T>(
    store: &Store,
    actor: &Actor,
    work: impl AsyncFn(&mut Tx) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let mut tries = 1;
    loop {
        let mut tx = store.begin(actor.clone()).await?;
        let result = match work(&mut tx).await {
            Ok(value) => tx.commit(None).await.map(|()| value).map_err(ApiError::from),
            Err(error) => {
                tx.roll_back().await;
                Err(error)
            }
        };
        match result {
            Err(error) if error.is_conflict() && tries < TRIES => {
                tokio::time::sleep(pause(&actor.request_id, tries)).await;
                tries += 1;
            }
            result => return result,
        }
    }
}

/// Longer with each try, and different for each request, so that two do not meet again.
fn pause(request_id: &str, tries: u32) -> Duration {
    let salt = request_id.bytes().map(u64::from).sum::<u64>() % 10;
    Duration::from_millis(u64::from(tries) * (5 + salt))
}

/// Who acts when nobody is logged in: the program itself.
pub const NOBODY: UserId = UserId::from_uuid(uuid::Uuid::nil());

fn unwritable(error: &serde_json::Error) -> ApiError {
    tracing::error!(%error, "a reply cannot be written");
    ApiError::plain(&codes::INTERNAL)
}

/// A request that can be repeated: by whom, under which key, and what it asks for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Who.
    pub(crate) user: UserId,
    /// The `Idempotency-Key`.
    pub(crate) key: String,
    /// SHA-256 of verb, path and body.
    pub(crate) request_hash: Vec<u8>,
}

impl Asked {
    /// What was answered to this request before, if it was.
    ///
    /// # Errors
    /// `idempotency_key_reused` when the key belongs to another request, `busy` when the database does not answer.
    pub(crate) async fn answer<E: Endpoint>(&self, app: &App) -> Result<Option<Answered<E>>, ApiError> {
        let mut connection = app.store.connection().await?;
        let Some(row) = mrp_store::access::answer(&mut connection, self.user, &self.key).await? else {
            return Ok(None);
        };
        if row.request_hash.0 != self.request_hash {
            return Err(ApiError::plain(&codes::IDEMPOTENCY_KEY_REUSED));
        }
        // Whoever was first may still wait for the disk.
        drop(connection);
        app.store.flush().await?;
        let status = u16::try_from(row.status).unwrap_or(200);
        Ok(Some(Answered::replay(status, row.body, row.version)))
    }
}
