//! The proof that a caller may call endpoint `E`. Only [`crate::mount`] makes one, and no handler runs without it.

use std::marker::PhantomData;
use std::time::Duration;

use actix_web::web;
use mrp_api::access::{Permission, Role};
use mrp_api::endpoint::Endpoint;
use mrp_api::error as codes;
use mrp_domain::ids::UserId;
use mrp_domain::time::Instant;
use mrp_store::error::StoreError;
use mrp_store::pool::Connection;
use mrp_store::tx::{Actor, Answer, Tx};

use crate::answer::{Answered, Outcome};
use crate::app::App;
use crate::error::ApiError;

/// Who is calling.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The user.
    pub id: UserId,
    /// The user name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// `en` or `ro`.
    pub language: String,
}

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
    /// SHA-256 of the session token, for logging out.
    pub token_hash: Option<Vec<u8>>,
    pub(crate) request_id: String,
    pub(crate) key: Option<String>,
    pub(crate) request_hash: Vec<u8>,
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

    /// Carries `work` out in one transaction and replies with what it returns. Another transaction in the way means
    /// that it is tried again; a twin of this request that was faster means that its answer is given.
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
                    tokio::time::sleep(self.pause(tries)).await;
                    tries += 1;
                }
                Err(error) if self.key.is_some() => return self.answer_of_twin(error).await,
                result => return result,
            }
        }
    }

    /// Carries `work` out in a transaction that keeps no answer: one row of a bulk command.
    ///
    /// # Errors
    /// What `work` says, and what Postgres says.
    pub async fn on_its_own<T>(&self, work: impl AsyncFn(&mut Tx) -> Result<T, ApiError>) -> Result<T, ApiError> {
        let mut tries = 1;
        loop {
            let mut tx = self.app.store.begin(self.actor()).await?;
            let result = match work(&mut tx).await {
                Ok(value) => tx.commit(None).await.map(|()| value).map_err(ApiError::from),
                Err(error) => {
                    tx.roll_back().await;
                    Err(error)
                }
            };
            match result {
                Err(error) if error.is_conflict() && tries < TRIES => {
                    tokio::time::sleep(self.pause(tries)).await;
                    tries += 1;
                }
                result => return result,
            }
        }
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
                match tx.commit(self.answer(&answered)).await {
                    Ok(()) => Ok(answered),
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
        self.key.as_ref().map(|key| Answer {
            key: key.clone(),
            request_hash: self.request_hash.clone(),
            status: answered.status,
            body: answered.body.clone(),
            version: answered.version,
        })
    }

    /// What another server has answered to the same request meanwhile, if one has: its change is what was in the way.
    async fn answer_of_twin(&self, error: ApiError) -> Result<Answered<E>, ApiError> {
        let token = self.token_hash.clone().unwrap_or_default();
        let mut connection = self.connection().await?;
        let row = mrp_store::access::caller(&mut connection, token, self.key.clone(), self.now.datetime()).await?;
        row.and_then(|row| stored_answer(&row, &self.request_hash)).unwrap_or(Err(error))
    }

    /// Longer with each try, and different for each request, so that two do not meet again.
    fn pause(&self, tries: u32) -> Duration {
        let salt = self.request_id.bytes().map(u64::from).sum::<u64>() % 10;
        Duration::from_millis(u64::from(tries) * (5 + salt))
    }
}

/// Who acts when nobody is logged in.
const NOBODY: UserId = UserId::from_uuid(uuid::Uuid::nil());

fn unwritable(error: &serde_json::Error) -> ApiError {
    tracing::error!(%error, "a reply cannot be written");
    ApiError::plain(&codes::INTERNAL)
}

/// The stored answer to this request, or the refusal when the key belongs to another request.
pub(crate) fn stored_answer<E: Endpoint>(
    row: &mrp_store::access::CallerRow,
    request_hash: &[u8],
) -> Option<Result<Answered<E>, ApiError>> {
    let hash = row.answer_hash.as_ref()?;
    if hash.0 != request_hash {
        return Some(Err(ApiError::plain(&codes::IDEMPOTENCY_KEY_REUSED)));
    }
    let status = row.answer_status.and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
    Some(Ok(Answered::replay(status, row.answer_body.clone().unwrap_or_default(), row.answer_version)))
}
